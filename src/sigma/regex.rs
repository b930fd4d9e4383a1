//! Regular expressions as filter patterns take them: no groups, no flags, and few literal characters.

use crate::limits::{PATTERN_CHARACTERS, SIGMA_ALTERNATIVES};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// The characters beside letters and digits that filter patterns take in a regular expression without an escape.
const LITERAL: &str = ":_#=@/;,- ";
/// Those that are operators, and are escaped with a backslash.
const OPERATORS: &str = "^$?[]{}|\\*+.";

/// A literal text, escaped. `None` if a character is not ASCII.
pub(super) fn escaped(text: &str) -> Option<String> {
    text.chars().map(character).collect()
}

/// The same, in upper and lower case.
pub(super) fn folded(text: &str) -> Option<String> {
    let fold = |c: char| match c.is_ascii_alphabetic() {
        true => Some(format!("[{}{}]", c.to_ascii_uppercase(), c.to_ascii_lowercase())),
        false => character(c),
    };
    text.chars().map(fold).collect()
}

fn character(c: char) -> Option<String> {
    match c {
        _ if c.is_ascii_alphanumeric() || LITERAL.contains(c) => Some(c.to_string()),
        _ if OPERATORS.contains(c) => Some(format!("\\{c}")),
        _ if c.is_ascii() => Some(format!("\\x{:02x}", u32::from(c))),
        _ => None,
    }
}

/// How a rule's regular expression is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags {
    pub(super) ignores_case: bool,
    pub(super) is_multi_line: bool,
    pub(super) dot_matches_newline: bool,
}

/// A regular expression of a rule, as a filter pattern writes it.
///
/// # Errors
/// What it has that a filter pattern cannot write.
pub(super) fn converted(pattern: &str, flags: Flags) -> Result<String, String> {
    let mut parser = ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .case_insensitive(flags.ignores_case)
        .multi_line(flags.is_multi_line)
        .dot_matches_new_line(flags.dot_matches_newline)
        .nest_limit(crate::limits::PATTERN_CHARACTERS.min(100) as u32)
        .build();
    let hir = parser.parse(pattern).map_err(|error| {
        let reason = error.to_string();
        format!(
            "the regular expression cannot be read: {}",
            reason.lines().last().unwrap_or_default().trim_start_matches("error: ")
        )
    })?;
    let alternatives = alternatives(&hir)?;
    if alternatives.iter().any(String::is_empty) {
        return Err("the regular expression reads every value: write `exists: true`".to_owned());
    }
    Ok(alternatives.join("|"))
}

/// The alternatives of an expression, each without a group.
fn alternatives(hir: &Hir) -> Result<Vec<String>, String> {
    match hir.kind() {
        HirKind::Empty => Ok(vec![String::new()]),
        HirKind::Literal(literal) => {
            let one = |byte: &u8| character(char::from(*byte));
            let text: Option<String> = literal.0.iter().map(one).collect();
            text.map(|text| vec![text]).ok_or_else(not_ascii)
        }
        HirKind::Class(Class::Bytes(class)) => {
            let ranges: Vec<(u8, u8)> =
                class.ranges().iter().map(|range| (range.start(), range.end())).collect();
            set(&ranges).map(|set| vec![set])
        }
        HirKind::Class(Class::Unicode(_)) => Err(not_ascii()),
        HirKind::Look(Look::Start) => Ok(vec!["^".to_owned()]),
        HirKind::Look(Look::End) => Ok(vec!["$".to_owned()]),
        HirKind::Look(_) => Err(
            "the regular expression asks for the edge of a word or a line, which filter patterns do not know"
                .to_owned(),
        ),
        HirKind::Capture(capture) => alternatives(&capture.sub),
        HirKind::Repetition(repetition) => repeated(repetition),
        HirKind::Concat(parts) => {
            parts.iter().try_fold(vec![String::new()], |before, part| product(&before, &alternatives(part)?))
        }
        HirKind::Alternation(parts) => parts.iter().try_fold(Vec::new(), |mut all, part| {
            all.extend(alternatives(part)?);
            bounded(all)
        }),
    }
}

fn not_ascii() -> String {
    "the regular expression has a character that is not ASCII, which filter patterns do not take".to_owned()
}

fn bounded(list: Vec<String>) -> Result<Vec<String>, String> {
    if list.len() <= SIGMA_ALTERNATIVES {
        return Ok(list);
    }
    Err(format!(
        "the regular expression has more than {SIGMA_ALTERNATIVES} alternatives when its groups are written out"
    ))
}

/// Each of the first followed by each of the second.
fn product(before: &[String], after: &[String]) -> Result<Vec<String>, String> {
    if before.len() * after.len() > SIGMA_ALTERNATIVES {
        bounded(vec![String::new(); SIGMA_ALTERNATIVES + 1])?;
    }
    let all: Vec<String> = before.iter().flat_map(|a| after.iter().map(move |b| format!("{a}{b}"))).collect();
    if all.iter().any(|it| it.len() > PATTERN_CHARACTERS) {
        return Err(format!(
            "the regular expression has more than {PATTERN_CHARACTERS} characters when its groups are written out"
        ));
    }
    Ok(all)
}

fn repeated(repetition: &Repetition) -> Result<Vec<String>, String> {
    let Repetition { min, max, sub, .. } = repetition;
    let is_one = match sub.kind() {
        HirKind::Class(_) => true,
        HirKind::Literal(literal) => literal.0.len() == 1,
        _ => false,
    };
    if is_one {
        let count = match (min, max) {
            (0, None) => "*".to_owned(),
            (1, None) => "+".to_owned(),
            (0, Some(1)) => "?".to_owned(),
            (min, None) => format!("{{{min},}}"),
            (min, Some(max)) if min == max => format!("{{{min}}}"),
            (min, Some(max)) => format!("{{{min},{max}}}"),
        };
        return Ok(alternatives(sub)?.into_iter().map(|one| one + &count).collect());
    }
    // a group that is repeated a few times is written out
    let Some(max) = max.filter(|max| *max as usize <= SIGMA_ALTERNATIVES) else {
        return Err("the regular expression repeats a group, and filter patterns have no groups".to_owned());
    };
    let group = alternatives(sub)?;
    let mut times = vec![String::new()];
    let mut all = Vec::new();
    for count in 0..=max {
        if count >= *min {
            all.extend(times.iter().cloned());
            all = bounded(all)?;
        }
        if count < max {
            times = product(&times, &group)?;
        }
    }
    Ok(all)
}

/// A class of characters.
fn set(ranges: &[(u8, u8)]) -> Result<String, String> {
    const NOT_NEWLINE: [(u8, u8); 2] = [(0, 9), (11, 255)];
    if ranges == NOT_NEWLINE {
        return Ok(".".to_owned());
    }
    if ranges == [(0, 255)] {
        return Ok(r"[\s\S]".to_owned());
    }
    let has_upper_half = ranges.iter().any(|(_, end)| *end >= 0x80);
    let is_upper_half = ranges.last().is_some_and(|(start, end)| *end == 255 && *start <= 0x80);
    if has_upper_half && !is_upper_half {
        return Err(not_ascii());
    }
    let listed: Vec<(u8, u8)> = if has_upper_half { complement(ranges) } else { ranges.to_vec() };
    if listed.is_empty() {
        return Err("the regular expression has a class that no character is in".to_owned());
    }
    let inside = |byte: u8| {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\x{byte:02x}") }
    };
    let range = |(start, end): &(u8, u8)| match end - start {
        0 => inside(*start),
        1 => inside(*start) + &inside(*end),
        _ => format!("{}-{}", inside(*start), inside(*end)),
    };
    let body: String = listed.iter().map(range).collect();
    Ok(if has_upper_half { format!("[^{body}]") } else { format!("[{body}]") })
}

/// The ASCII characters that are not in the ranges, which are sorted.
fn complement(ranges: &[(u8, u8)]) -> Vec<(u8, u8)> {
    let mut next: u16 = 0;
    let mut gaps = Vec::new();
    for (start, end) in ranges {
        if u16::from(*start) > next {
            gaps.push((next as u8, start - 1));
        }
        next = u16::from(*end) + 1;
    }
    gaps
}
