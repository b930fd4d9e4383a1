//! What published controls ask for, as patterns.
//!
//! `cis-aws`: the fifteen monitoring controls of the CIS AWS Foundations Benchmark, by what they mean (numbers of 1.4 to 5.0);
//! the pack `patterns/cis-aws` has the reasons. `security-hub`: the texts that Security Hub compares letter by letter
//! (Security Hub user guide, "CloudWatch controls": "this control fails if the exact metric filters prescribed by CIS are not
//! used").

use crate::FilterPattern;
use crate::analysis::{Bounds, Relation, compare_within};
use std::sync::LazyLock;

/// A control of a framework.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Control {
    /// `cis-aws` or `security-hub`.
    pub framework: &'static str,
    /// Such as `4.3` or `CloudWatch.1`.
    pub id: &'static str,
    /// What it is for.
    pub title: &'static str,
    /// The pattern's text.
    pub text: &'static str,
    /// The pattern.
    pub pattern: FilterPattern,
}

/// The frameworks that are known.
pub const FRAMEWORKS: [&str; 2] = ["cis-aws", "security-hub"];

static ALL: LazyLock<Vec<Control>> = LazyLock::new(|| {
    let rows = include_str!("controls.tsv").lines().skip(1);
    let control = |row: &'static str| {
        let mut columns = row.split('\t');
        let (framework, id, title, text) =
            (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
        Some(Control { framework, id, title, text, pattern: text.parse().ok()? })
    };
    rows.filter_map(control).collect()
});

/// All controls of a framework.
pub fn controls(framework: &str) -> impl Iterator<Item = &'static Control> {
    ALL.iter().filter(move |it| it.framework == framework)
}

/// The control that `covers` in a rule file names: `cis-aws-1.4/4.3`, `security-hub/CloudWatch.1`. CIS 1.2 has its controls in
/// chapter 3, 6.0 in chapter 5.
#[must_use]
pub fn control(name: &str) -> Option<&'static Control> {
    let (framework, id) = name.split_once('/')?;
    if let Some(version) = framework.strip_prefix("cis-aws-") {
        let (chapter, number) = id.split_once('.')?;
        let expected = match version {
            "1.2" => "3",
            "6.0" => "5",
            _ => "4",
        };
        let id = format!("4.{number}");
        return controls("cis-aws").find(|it| chapter == expected && it.id == id);
    }
    controls(framework).find(|it| it.id == id)
}

/// What a set of patterns has for a control.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Covered {
    /// The control.
    pub control: &'static Control,
    /// The pattern that matches every event of the control, by its place in the set.
    pub by: Option<usize>,
    /// Whether it matches others too.
    pub relation: Option<Relation>,
    /// Whether it is also the same text, letter by letter.
    pub is_literal: bool,
    /// An event of the control that no single pattern matches, where none covers it.
    pub missed: Option<String>,
    /// Patterns of which nobody knows, with the reason.
    pub unknown: Vec<(usize, String)>,
}

/// For every control of a framework the pattern that covers it: matches every event that the control asks for.
#[must_use]
pub fn audit(framework: &str, patterns: &[FilterPattern], bounds: &Bounds) -> Vec<Covered> {
    controls(framework).map(|control| covered(control, patterns, bounds)).collect()
}

fn covered(control: &'static Control, patterns: &[FilterPattern], bounds: &Bounds) -> Covered {
    let mut found =
        Covered { control, by: None, relation: None, is_literal: false, missed: None, unknown: Vec::new() };
    for (at, pattern) in patterns.iter().enumerate() {
        let compared = compare_within(&found.control.pattern, pattern, bounds);
        let is_literal = pattern.as_str() == found.control.text;
        match compared.relation {
            Relation::Equivalent if is_literal || found.relation != Some(Relation::Equivalent) => {
                (found.by, found.relation, found.is_literal) =
                    (Some(at), Some(Relation::Equivalent), is_literal);
                if is_literal {
                    break;
                }
            }
            Relation::Implies if found.by.is_none() => {
                (found.by, found.relation) = (Some(at), Some(Relation::Implies))
            }
            Relation::Unknown => found.unknown.push((at, compared.reason.unwrap_or_default())),
            _ => {}
        }
    }
    if found.by.is_none() {
        let missed = crate::analysis::satisfiable(&found.control.pattern, bounds);
        found.missed = match missed {
            crate::analysis::Answer::Yes(event) => event,
            _ => None,
        };
    }
    found
}
