//! The restricted regular expressions of filter patterns (docs/filter-patterns.md#regular-expressions).
//!
//! `regex-automata`'s meta engine compiles and runs them, on bytes. AWS's classes are ASCII while its `.` is a character, so
//! `ascii_classes` first rewrites `\d`, `\s`, `\w` and `\b` to ASCII forms. Compiled expressions are shared by all patterns of a
//! process: a set of a thousand rules with the same expression compiles it once.

use super::ast::{Expr, Predicate, Regex};
use super::error::{ErrorKind, Refusal};
use crate::limits::{REGEX_BYTES, REGEX_CACHE_BYTES, REGEXES_PER_PATTERN};
use crate::span::Span;
use regex_automata::meta;
use regex_automata::util::syntax;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A compiled expression. All equal expressions of a process share one, and its working memory.
pub(crate) type CompiledRegex = Arc<meta::Regex>;

/// The compiled expressions in use, by their text.
static IN_USE: Mutex<Option<HashMap<String, Weak<meta::Regex>>>> = Mutex::new(None);

/// The number of entries at which those no longer in use are first removed.
const MOST_UNUSED: usize = 4096;

/// Compiles the expression for a search anywhere in a text. `\d`, `\s`, `\w` and `\b` are ASCII, `.` matches any character except a
/// newline, `^` and `$` match at the ends of the text.
pub(crate) fn compile(regex: &Regex) -> Result<CompiledRegex, Box<meta::BuildError>> {
    let mut guard = IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
    let in_use = guard.get_or_insert_default();
    if let Some(known) = in_use.get(&regex.body).and_then(Weak::upgrade) {
        return Ok(known);
    }
    let compiled = Arc::new(
        meta::Builder::new()
            .syntax(syntax::Config::new().utf8(false))
            .configure(
                meta::Config::new()
                    .utf8_empty(false)
                    .nfa_size_limit(Some(REGEX_BYTES))
                    .hybrid_cache_capacity(REGEX_CACHE_BYTES)
                    // each takes as much memory again, and speeds up only searches for the position of a match
                    .onepass(false)
                    .backtrack(false),
            )
            .build(&ascii_classes(&regex.body))?,
    );
    if in_use.len() >= MOST_UNUSED && in_use.len().is_power_of_two() {
        in_use.retain(|_, known| known.strong_count() > 0);
    }
    in_use.insert(regex.body.clone(), Arc::downgrade(&compiled));
    Ok(compiled)
}

/// An upper estimate of the bytes of a compiled expression and the working memory of one thread.
pub(crate) fn memory(compiled: &CompiledRegex) -> usize {
    // a small expression has few states to cache
    let bytes = compiled.memory_usage();
    bytes + REGEX_CACHE_BYTES.min(bytes.saturating_mul(16))
}

/// Checks the regular expressions of one pattern: each compiles, and there are at most [`REGEXES_PER_PATTERN`].
pub(super) fn check_regexes<'a>(regexes: impl Iterator<Item = (Span, &'a Regex)>) -> Result<(), Refusal> {
    for (count, (span, expression)) in regexes.enumerate() {
        if count >= REGEXES_PER_PATTERN {
            return Err(Refusal::new(ErrorKind::TooManyRegexes, span));
        }
        if let Some(reason) = refusal(expression) {
            return Err(Refusal::new(ErrorKind::RegexCompile { reason }, span));
        }
    }
    Ok(())
}

/// The regular expressions that the conditions of `expr` compare with, and their spans. `predicate` returns the predicate of a
/// condition.
pub(super) fn regexes_of<C>(expr: &Expr<C>, predicate: impl Fn(&C) -> &Predicate) -> Vec<(Span, &Regex)> {
    let mut found = Vec::new();
    expr.for_each(&mut |condition| found.extend(predicate(condition).regex()));
    found
}

/// The reason why the expression does not compile, on one line; `None` if it compiles.
fn refusal(regex: &Regex) -> Option<String> {
    let error = compile(regex).err()?;
    if let Some(limit) = error.size_limit() {
        return Some(format!("compiled, it takes more than {} KiB", limit >> 10));
    }
    let text = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
    let reason = text.lines().next_back().unwrap_or_default().trim().trim_start_matches("error: ");
    Some(reason.to_owned())
}

/// Rewrites Perl classes and word boundaries to ASCII forms. Nothing else loses its Unicode meaning.
pub(crate) fn ascii_classes(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 16);
    let mut class = Class::default();
    let mut characters = body.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            class.read(character);
            out.push(character);
            continue;
        }
        let escaped = characters.next();
        match escaped {
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('s') => out.push_str(r"[\t\n\x0b\x0c\r ]"),
            Some('S') => out.push_str(r"[^\t\n\x0b\x0c\r ]"),
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('W') => out.push_str("[^0-9A-Za-z_]"),
            // inside a class a boundary is left as it is, and the expression does not compile
            Some('b') if class.depth == 0 => out.push_str(r"(?-u:\b)"),
            // the ASCII `\B` also holds between the bytes of one character; `(?:\b|\B)` holds only between characters
            Some('B') if class.depth == 0 => out.push_str(r"(?:(?-u:\B)(?:\b|\B))"),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
        class.begins = None;
    }
    out
}

/// Tracks whether the reader is inside `[ … ]`, which may be nested.
#[derive(Default)]
struct Class {
    depth: usize,
    /// The last character, if it is the `[` or `[^` that begins a class: a `]` after it is an ordinary character.
    begins: Option<char>,
}

impl Class {
    fn read(&mut self, character: char) {
        let before = self.begins.take();
        match character {
            '[' => {
                self.depth += 1;
                self.begins = Some(character);
            }
            '^' if before == Some('[') => self.begins = Some(character),
            ']' if before.is_none() => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_ascii_and_the_dot_is_a_character() {
        for (body, text, found) in [
            (r"^\d+$", "123", true),
            (r"^\d+$", "١٢٣", false),
            (r"^[\w.]+$", "a.b_1", true),
            (r"^[^\w]$", "é", true),
            (r"^.$", "é", true),
            (r"^\S$", "\u{a0}", true),
            (r"a.b", "a\nb", false),
            (r"^b", "a\nb", false),
            (r"\x28", "(", true),
        ] {
            let regex = compile(&Regex { body: body.to_owned() }).unwrap();
            assert_eq!(regex.is_match(text.as_bytes()), found, "{body} on {text}");
        }
    }

    #[test]
    fn a_repetition_that_would_take_the_memory_is_refused() {
        assert!(refusal(&Regex { body: "[a-z]{1000}{1000}".to_owned() }).is_some());
    }
}
