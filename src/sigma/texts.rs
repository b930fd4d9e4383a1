//! Texts that are compared with one field: as values, or all of them in one regular expression.

use super::difference::{Difference, DifferenceKind, Direction};
use super::glob::Glob;

/// A text, or a regular expression.
#[derive(Debug, Clone)]
pub(super) struct Needle {
    kind: NeedleKind,
    ignores_case: bool,
}

#[derive(Debug, Clone)]
enum NeedleKind {
    Glob(Glob),
    Regex(String),
}

impl Needle {
    /// A text that is compared in the case in which it is written.
    pub(super) fn of(glob: Glob) -> Self {
        Needle { kind: NeedleKind::Glob(glob), ignores_case: false }
    }

    /// The same, compared in any case.
    pub(super) fn ignoring_case(self, ignores_case: bool) -> Self {
        Needle { ignores_case, ..self }
    }

    /// An expression that a filter pattern takes.
    pub(super) fn of_regex(regex: String) -> Self {
        Needle { kind: NeedleKind::Regex(regex), ignores_case: false }
    }

    /// As a value in quotes. `None` if only a regular expression can write it.
    pub(super) fn value(&self) -> Option<String> {
        match &self.kind {
            NeedleKind::Glob(glob) => glob.value(),
            NeedleKind::Regex(_) => None,
        }
    }

    /// As a part of a regular expression. `None` if it cannot be written so.
    pub(super) fn regex(&self) -> Option<String> {
        match &self.kind {
            NeedleKind::Glob(glob) => glob.regex(self.ignores_case),
            NeedleKind::Regex(regex) => Some(regex.clone()),
        }
    }
}

/// How texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// As values.
    Plain,
    /// By a regular expression, as far as they can.
    Regex,
}

/// Texts that are compared with one field. The field has one of them as its value; with `is_negated`, it does not.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    /// The byte of the comparison.
    pub(super) at: usize,
    pub(super) field: String,
    pub(super) selector: String,
    pub(super) is_negated: bool,
    pub(super) needles: Vec<Needle>,
    pub(super) mode: Mode,
}

impl Texts {
    /// Whether only a regular expression can compare them.
    pub(super) fn needs_regex(&self) -> bool {
        self.needles.iter().any(|needle| needle.value().is_none())
    }

    /// Whether a regular expression can compare them.
    pub(super) fn can_be_regex(&self) -> bool {
        self.needles.iter().any(|needle| needle.regex().is_some())
    }

    /// The conditions, each as it is written.
    pub(super) fn conditions(&self) -> Vec<String> {
        let Texts { selector, .. } = self;
        let operator = if self.is_negated { "!=" } else { "=" };
        let mut values = Vec::new();
        let mut alternatives = Vec::new();
        for needle in &self.needles {
            match (self.mode, needle.regex(), needle.value()) {
                (Mode::Regex, Some(regex), _) | (Mode::Plain, Some(regex), None) => alternatives.push(regex),
                (_, _, Some(value)) => values.push(format!("{selector} {operator} {value}")),
                (_, None, None) => {}
            }
        }
        if !alternatives.is_empty() {
            values.push(format!("{selector} {operator} %{}%", alternatives.join("|")));
        }
        values.dedup();
        values
    }

    /// How the conditions differ from Sigma's comparison.
    pub(super) fn differences(&self) -> Vec<Difference> {
        let is_value = |needle: &&Needle| self.mode == Mode::Plain || needle.regex().is_none();
        let mut found = Vec::new();
        for needle in self.needles.iter().filter(is_value) {
            let NeedleKind::Glob(glob) = &needle.kind else { continue };
            let shown = glob.shown();
            let mut add = |kind, text| {
                found.push(Difference {
                    at: self.at,
                    kind,
                    direction: Direction::of_narrow(self.is_negated),
                    text,
                });
            };
            if needle.ignores_case {
                add(
                    DifferenceKind::Case,
                    format!("`{shown}` is compared with `{}` in this case only", self.field),
                );
            }
            if glob.depends_on_first_occurrence() {
                let text = format!(
                    "`{shown}` does not find a value of `{}` in which the text after `*` occurs before the end, too",
                    self.field
                );
                add(DifferenceKind::FirstOccurrence, text);
            }
        }
        found
    }
}
