//! Regular expressions in a form that Oniguruma (jq), RE2 (DuckDB) and Java's syntax read alike: `\A` and `\z` instead of `^` and `$`,
//! classes as lists of characters, `[^\n]` instead of `.`.

use super::operand::{Search, Wildcard};
use crate::limits::TRANSLATED_REPETITIONS;
use crate::syntax::ast::Regex;
use crate::syntax::regex::ascii_classes;
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind, Look, Repetition};
use std::fmt::Write;

/// A regular expression of a pattern.
///
/// # Errors
/// What it has that the targets do not read alike.
pub(super) fn portable(regex: &Regex) -> Result<String, String> {
    let hir = regex_syntax::ParserBuilder::new()
        .utf8(false)
        .build()
        .parse(&ascii_classes(&regex.body))
        .map_err(|error| error.to_string())?;
    let mut out = String::new();
    write(&hir, 1, &mut out)?;
    Ok(out)
}

/// Whether the answer may depend on how a JSON number is written.
pub(super) fn depends_on_spelling(search: &Search<'_>) -> bool {
    search.may_hold_for_number_text()
        && !matches!(search, Search::Regex(regex) if !may_hold_for_number(regex))
}

/// Whether the expression may be found in the text of a JSON number. `true` if it is not known.
fn may_hold_for_number(regex: &Regex) -> bool {
    let parsed = regex_syntax::ParserBuilder::new().utf8(false).build().parse(&ascii_classes(&regex.body));
    parsed.map_or(true, |hir| !needs_other_character(&hir))
}

/// Whether each match has a character that the text of a number has not.
fn needs_other_character(hir: &Hir) -> bool {
    let is_of_number = |code: u32| char::from_u32(code).is_some_and(|c| "0123456789+-.eE".contains(c));
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.iter().any(|byte| !is_of_number(u32::from(*byte))),
        HirKind::Class(Class::Unicode(class)) => {
            let has = |c: char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&c));
            !"0123456789+-.eE".chars().any(has)
        }
        HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Repetition(repetition) => repetition.min > 0 && needs_other_character(&repetition.sub),
        HirKind::Capture(capture) => needs_other_character(&capture.sub),
        HirKind::Concat(parts) => parts.iter().any(needs_other_character),
        HirKind::Alternation(parts) => parts.iter().all(needs_other_character),
    }
}

/// How a target finds the first occurrence of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FirstOccurrence {
    /// With an atomic group, which is not entered a second time: `(?>[\s\S]*?b)`. The expression matches the whole text.
    Atomic,
    /// With `[\s\S]*?`, which takes the first occurrence of all that follow. The expression matches the beginning of the text, and the
    /// caller compares the match with the text.
    Lazy,
}

/// A text with wildcards as a regular expression (docs/filter-patterns.md#wildcards).
pub(super) fn of_wildcard(wildcard: &Wildcard<'_>, first: FirstOccurrence) -> String {
    of_parts(wildcard, wildcard.takes_first_suffix(), first)
}

/// A text with wildcards as an ordinary glob: the suffix has to end the text, wherever else it occurs.
pub(super) fn of_glob(wildcard: &Wildcard<'_>) -> String {
    of_parts(wildcard, false, FirstOccurrence::Lazy)
}

fn of_parts(wildcard: &Wildcard<'_>, takes_first: bool, first: FirstOccurrence) -> String {
    let mut out = r"\A".to_owned() + &literal(wildcard.prefix);
    let texts = wildcard.inner().chain(takes_first.then_some(wildcard.suffix));
    for text in texts {
        let text = literal(text);
        let _ = match first {
            FirstOccurrence::Atomic => write!(out, r"(?>[\s\S]*?{text})"),
            FirstOccurrence::Lazy => write!(out, r"[\s\S]*?{text}"),
        };
    }
    match (takes_first, first) {
        (true, FirstOccurrence::Lazy) => {}
        (true, FirstOccurrence::Atomic) => out.push_str(r"\z"),
        (false, _) if wildcard.suffix.is_empty() => {}
        (false, _) => {
            let _ = write!(out, r"[\s\S]*{}\z", literal(wildcard.suffix));
        }
    }
    out
}

/// A text without operators.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    text.chars().for_each(|c| character(c, &mut out));
    out
}

/// A character outside a class.
fn character(c: char, out: &mut String) {
    match c {
        _ if c.is_ascii_alphanumeric() || ":_=@/;,- \"'!<>%".contains(c) => out.push(c),
        '^' | '$' | '?' | '[' | ']' | '{' | '}' | '|' | '\\' | '*' | '+' | '.' | '(' | ')' => {
            out.push('\\');
            out.push(c);
        }
        _ if c.is_ascii() => {
            let _ = write!(out, "\\x{:02x}", u32::from(c));
        }
        _ => {
            let _ = write!(out, "\\x{{{:x}}}", u32::from(c));
        }
    }
}

/// A text that a regular expression searches, and whether it has to be at the beginning and at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SearchedText {
    pub(super) text: String,
    pub(super) is_start: bool,
    pub(super) is_end: bool,
}

/// The texts that a regular expression searches, if it is a choice of texts: `^arn:`, `Create|Delete`. `None` if it is another one.
pub(super) fn searched_texts(regex: &Regex) -> Option<Vec<SearchedText>> {
    let hir =
        regex_syntax::ParserBuilder::new().utf8(false).build().parse(&ascii_classes(&regex.body)).ok()?;
    match hir.kind() {
        HirKind::Alternation(parts) => parts.iter().map(searched_text).collect(),
        _ => Some(vec![searched_text(&hir)?]),
    }
}

fn searched_text(hir: &Hir) -> Option<SearchedText> {
    let parts = match hir.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        _ => std::slice::from_ref(hir),
    };
    let (is_start, parts) = match parts {
        [first, rest @ ..] if matches!(first.kind(), HirKind::Look(Look::Start)) => (true, rest),
        parts => (false, parts),
    };
    let (is_end, parts) = match parts {
        [rest @ .., last] if matches!(last.kind(), HirKind::Look(Look::End)) => (true, rest),
        parts => (false, parts),
    };
    let text = match parts {
        [] => String::new(),
        [only] => match only.kind() {
            HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok()?.to_owned(),
            _ => return None,
        },
        _ => return None,
    };
    Some(SearchedText { text, is_start, is_end })
}

fn write(hir: &Hir, repeated: u64, out: &mut String) -> Result<(), String> {
    match hir.kind() {
        HirKind::Empty => out.push_str("(?:)"),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).map_err(|_| not_text())?;
            text.chars().for_each(|c| character(c, out));
        }
        HirKind::Class(Class::Unicode(class)) => set(class.ranges(), out),
        HirKind::Class(Class::Bytes(class)) => {
            let ranges: Vec<_> = class
                .ranges()
                .iter()
                .map(|range| ClassUnicodeRange::new(char::from(range.start()), char::from(range.end())))
                .collect();
            if !class.is_ascii() {
                return Err(not_text());
            }
            set(&ranges, out);
        }
        HirKind::Look(Look::Start) => out.push_str(r"\A"),
        HirKind::Look(Look::End) => out.push_str(r"\z"),
        HirKind::Look(_) => {
            return Err("the edge of a word (`\\b`) is another one for each of these languages".to_owned());
        }
        HirKind::Repetition(repetition) => repetition_of(repetition, repeated, out)?,
        HirKind::Capture(capture) => write(&capture.sub, repeated, out)?,
        HirKind::Concat(parts) => {
            for part in parts {
                grouped(part, repeated, out)?;
            }
        }
        HirKind::Alternation(parts) => {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    out.push('|');
                }
                grouped(part, repeated, out)?;
            }
        }
    }
    Ok(())
}

/// An alternation inside another expression, in a group.
fn grouped(hir: &Hir, repeated: u64, out: &mut String) -> Result<(), String> {
    let is_alternation = matches!(hir.kind(), HirKind::Alternation(_));
    out.push_str(if is_alternation { "(?:" } else { "" });
    write(hir, repeated, out)?;
    out.push_str(if is_alternation { ")" } else { "" });
    Ok(())
}

/// Whether a match exists does not depend on greediness, so that `*?` is written as `*`.
fn repetition_of(repetition: &Repetition, repeated: u64, out: &mut String) -> Result<(), String> {
    let Repetition { min, max, sub, .. } = repetition;
    let most = u64::from(max.unwrap_or(*min).max(1));
    let repeated = repeated.saturating_mul(most);
    if repeated > TRANSLATED_REPETITIONS {
        return Err(format!("it repeats a part more than {TRANSLATED_REPETITIONS} times, the limit of RE2"));
    }
    let is_one = match sub.kind() {
        HirKind::Class(_) => true,
        HirKind::Literal(literal) => {
            std::str::from_utf8(&literal.0).is_ok_and(|text| text.chars().count() == 1)
        }
        _ => false,
    };
    out.push_str(if is_one { "" } else { "(?:" });
    write(sub, repeated, out)?;
    out.push_str(if is_one { "" } else { ")" });
    let _ = match (min, max) {
        (0, None) => write!(out, "*"),
        (1, None) => write!(out, "+"),
        (0, Some(1)) => write!(out, "?"),
        (min, None) => write!(out, "{{{min},}}"),
        (min, Some(max)) if min == max => write!(out, "{{{min}}}"),
        (min, Some(max)) => write!(out, "{{{min},{max}}}"),
    };
    Ok(())
}

fn not_text() -> String {
    "it matches bytes that are no character".to_owned()
}

/// A class of characters: the listed ones, or all but the listed ones, whichever is shorter.
fn set(ranges: &[ClassUnicodeRange], out: &mut String) {
    let pairs: Vec<(u32, u32)> =
        ranges.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect();
    let is_negated = pairs.last().is_some_and(|(_, end)| *end == u32::from(char::MAX));
    let listed = if is_negated { complement(&pairs) } else { pairs };
    match (listed.is_empty(), is_negated) {
        (true, true) => return out.push_str(r"[\s\S]"),
        (true, false) => return out.push_str(r"[^\s\S]"),
        (false, _) => out.push_str(if is_negated { "[^" } else { "[" }),
    }
    for (start, end) in listed {
        member(start, out);
        if end > start {
            out.push_str(if end > start + 1 { "-" } else { "" });
            member(end, out);
        }
    }
    out.push(']');
}

fn member(code: u32, out: &mut String) {
    let _ = match char::from_u32(code) {
        Some(c) if c.is_ascii_alphanumeric() => write!(out, "{c}"),
        _ if code < 0x80 => write!(out, "\\x{code:02x}"),
        _ => write!(out, "\\x{{{code:x}}}"),
    };
}

/// The characters that are not in the ranges. Surrogates are no characters.
fn complement(pairs: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let (mut next, mut gaps) = (0, Vec::new());
    for (start, end) in pairs {
        if *start > next && (next, *start) != (0xd800, 0xe000) {
            gaps.push((next, start - 1));
        }
        next = end + 1;
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Semantics;
    use crate::syntax::ast::Value;
    use crate::translate::operand::Operand;

    #[test]
    fn operators_are_written_alike_for_all_targets() {
        for (body, expected) in [
            ("^a.b$", r"\Aa[^\x0a]b\z"),
            (r"\d{1,2}", "[0-9]{1,2}"),
            (r"[^\w]", r"[^0-9A-Z_a-z]".replace('_', r"\x5f").as_str()),
            ("ab|cd", "ab|cd"),
            ("a*?", "a*"),
            (r"\x28x\x29", r"\(x\)"),
            (r"10\.0", r"10\.0"),
            ("#", r"\x23"),
        ] {
            assert_eq!(portable(&Regex { body: body.to_owned() }).unwrap(), expected, "{body}");
        }
        for body in [r"\bword\b", "[ab]{1001}"] {
            assert!(portable(&Regex { body: body.to_owned() }).is_err(), "{body}");
        }
    }

    #[test]
    fn choices_of_texts_are_known() {
        let searched = |body: &str| searched_texts(&Regex { body: body.to_owned() });
        let one = |text: &str, is_start, is_end| SearchedText { text: text.to_owned(), is_start, is_end };
        for (body, expected) in [
            ("^arn:", Some(vec![one("arn:", true, false)])),
            (r"\.com$", Some(vec![one(".com", false, true)])),
            ("^a$|bc", Some(vec![one("a", true, true), one("bc", false, false)])),
            ("^$", Some(vec![one("", true, true)])),
            ("a+", None),
            ("[Aa]b", None),
            ("a.b", None),
        ] {
            assert_eq!(searched(body), expected, "{body}");
        }
    }

    #[test]
    fn wildcards_take_the_first_occurrence_of_the_suffix() {
        for (text, atomic, lazy) in [
            ("a*", r"\Aa", r"\Aa"),
            ("*b*", r"\A(?>[\s\S]*?b)", r"\A[\s\S]*?b"),
            ("a*b*c", r"\Aa(?>[\s\S]*?b)(?>[\s\S]*?c)\z", r"\Aa[\s\S]*?b[\s\S]*?c"),
        ] {
            let value = Value::Quoted(text.to_owned());
            let Operand::Search(Search::Wildcard(wildcard)) = Operand::of(&value, Semantics::default())
            else {
                panic!("{text}")
            };
            assert_eq!(of_wildcard(&wildcard, FirstOccurrence::Atomic), atomic, "{text}");
            assert_eq!(of_wildcard(&wildcard, FirstOccurrence::Lazy), lazy, "{text}");
        }
    }
}
