//! Texts with wildcards, and their spelling as a value of a filter pattern or as a regular expression.

use super::regex::{escaped, folded};
use rsigma_parser::{SigmaString, SpecialChar, StringPart};

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    Text(String),
    /// `*`: any run of characters.
    Any,
    /// `?`: any one character.
    One,
}

/// Wildcards of a text that is compared with known values, and the length of values for which it does not matter.
const MOST_WILDCARDS: usize = 3;
const SHORT_VALUE: usize = 8;

/// A text with wildcards, which has to match a whole value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Glob(Vec<Piece>);

impl Glob {
    /// The text of a rule, with `*` before it for `endswith`, after it for `startswith`, and on both sides for `contains`.
    pub(super) fn new(text: &SigmaString, starts_open: bool, ends_open: bool) -> Self {
        let inner = text.parts.iter().map(|part| match part {
            StringPart::Plain(text) => Piece::Text(text.clone()),
            StringPart::Special(SpecialChar::WildcardMulti) => Piece::Any,
            StringPart::Special(SpecialChar::WildcardSingle) => Piece::One,
        });
        let open = |is_open: bool| is_open.then_some(Piece::Any);
        let mut pieces: Vec<Piece> =
            open(starts_open).into_iter().chain(inner).chain(open(ends_open)).collect();
        pieces.dedup_by(|next, piece| *next == Piece::Any && *piece == Piece::Any);
        Glob(pieces)
    }

    /// A text without wildcards, or the beginning of one.
    pub(super) fn literal(text: &str, ends_open: bool) -> Self {
        let mut pieces = vec![Piece::Text(text.to_owned())];
        pieces.extend(ends_open.then_some(Piece::Any));
        Glob(pieces)
    }

    /// A value of a filter pattern, in which each `*` is a wildcard.
    pub(super) fn of_value(value: &str) -> Self {
        let mut pieces = Vec::new();
        for (number, part) in value.split('*').enumerate() {
            if number > 0 && pieces.last() != Some(&Piece::Any) {
                pieces.push(Piece::Any);
            }
            if !part.is_empty() {
                pieces.push(Piece::Text(part.to_owned()));
            }
        }
        Glob(pieces)
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The text without wildcards. `None` if there are wildcards.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether every value matches.
    pub(super) fn is_everything(&self) -> bool {
        self.0 == [Piece::Any]
    }

    /// The text as a rule has it, for people.
    pub(super) fn shown(&self) -> String {
        let part = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Any => "*".to_owned(),
            Piece::One => "?".to_owned(),
        };
        self.0.iter().map(part).collect()
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter_map(|piece| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None })
    }

    /// Whether upper and lower case make a difference.
    pub(super) fn has_letters(&self) -> bool {
        self.texts().any(|text| text.chars().any(|c| c.is_lowercase() || c.is_uppercase()))
    }

    /// With each text in lower case.
    pub(super) fn lowered(&self) -> Glob {
        let lower = |piece: &Piece| match piece {
            Piece::Text(text) => Piece::Text(text.to_ascii_lowercase()),
            other => other.clone(),
        };
        Glob(self.0.iter().map(lower).collect())
    }

    /// As a quoted value of a filter pattern. `None` if it has `?` or a literal `*`, which a value cannot write.
    pub(super) fn value(&self) -> Option<String> {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) if text.contains('*') => return None,
                Piece::Text(text) => out.push_str(text),
                Piece::Any => out.push('*'),
                Piece::One => return None,
            }
        }
        Some(quoted(&out))
    }

    /// Whether a value of a filter pattern may differ from this text: AWS's wildcards take the first occurrence of what follows a `*`.
    pub(super) fn depends_on_first_occurrence(&self) -> bool {
        let opens = self.0.iter().position(|piece| *piece == Piece::Any);
        opens.is_some() && !matches!(self.0.last(), Some(Piece::Any) | None)
    }

    /// As one alternative of a regular expression. `None` if a character cannot be written.
    pub(super) fn regex(&self, ignores_case: bool) -> Option<String> {
        let mut pieces = self.0.as_slice();
        let (mut out, mut end) = (String::new(), "");
        match pieces {
            [Piece::Any, rest @ ..] => pieces = rest,
            _ => out.push('^'),
        }
        match pieces {
            [rest @ .., Piece::Any] => pieces = rest,
            _ => end = "$",
        }
        for piece in pieces {
            match piece {
                Piece::Text(text) if ignores_case => out.push_str(&folded(text)?),
                Piece::Text(text) => out.push_str(&escaped(text)?),
                Piece::Any => out.push_str(".*"),
                Piece::One => out.push('.'),
            }
        }
        Some(out + end)
    }

    /// The glob with the spelling that a value has, if the value matches when the case of ASCII letters is ignored.
    pub(super) fn spelled_as(&self, value: &str) -> Option<Glob> {
        // the search tries each place of a `*`; more of them in a long value are not tried
        if value.len() > SHORT_VALUE
            && self.0.iter().filter(|piece| **piece == Piece::Any).count() > MOST_WILDCARDS
        {
            return None;
        }
        let lower = value.to_ascii_lowercase();
        let mut found = Vec::new();
        fit(&self.0, value, &lower, 0, &mut found).then_some(Glob(found))
    }

    /// Whether a value matches if case is ignored.
    pub(super) fn holds_for(&self, value: &str) -> bool {
        self.spelled_as(value).is_some()
    }
}

/// Fits pieces to a value from byte `at` on. The pieces of one rule are few, and known values short.
fn fit(pieces: &[Piece], value: &str, lower: &str, at: usize, found: &mut Vec<Piece>) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return at == value.len() };
    let size = found.len();
    match first {
        Piece::Text(text) => {
            let end = at + text.len();
            let is_equal = lower.get(at..end).is_some_and(|part| part == text.to_ascii_lowercase());
            found.extend(value.get(at..end).map(|part| Piece::Text(part.to_owned())));
            if is_equal && fit(rest, value, lower, end, found) {
                return true;
            }
        }
        Piece::One => {
            let next = value.get(at..).and_then(|rest| rest.chars().next());
            found.push(Piece::One);
            if next.is_some_and(|c| fit(rest, value, lower, at + c.len_utf8(), found)) {
                return true;
            }
        }
        Piece::Any => {
            found.push(Piece::Any);
            for next in (at..=value.len()).filter(|at| value.is_char_boundary(*at)) {
                if fit(rest, value, lower, next, found) {
                    return true;
                }
            }
        }
    }
    found.truncate(size);
    false
}

/// A text in the quotes of a filter pattern.
pub(super) fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out + "\""
}
