//! Suggests a pattern in place of a refused one: the same text, with quotes around the values and terms that need them.

use super::ast::Term;
use super::error::{ErrorKind, Refusal};
use super::lex::{Dialect, Lexeme, Token, lex};
use std::ops::Range;

/// The text around a refused character: from blank to blank in a term pattern, the value after its operator in the other kinds.
/// `None` if quotes around it would not repair the pattern.
pub(super) fn whole_text(pattern: &str, at: usize) -> Option<&str> {
    match pattern.chars().next() {
        Some('{' | '[') => value(pattern, at).and_then(|range| pattern.get(range)),
        _ => {
            let range = chunks(pattern)?.into_iter().find(|range| range.contains(&at))?;
            Some(signed(pattern.get(range)?).1)
        }
    }
}

/// The text in quotes, as a pattern writes it.
pub(super) fn quoted(text: &str) -> String {
    Term::phrase(text).to_string()
}

/// The pattern with quotes around every term that needs them, or around the value that was refused.
pub(super) fn with_quotes(pattern: &str, refusal: &Refusal) -> Option<String> {
    if !is_for_quotes(pattern, refusal) {
        return None;
    }
    if !pattern.starts_with(['{', '[']) {
        return terms(pattern);
    }
    let range = value(pattern, refusal.span.start)?;
    let (before, rest) = pattern.split_at_checked(range.start)?;
    let (text, after) = rest.split_at_checked(range.len())?;
    Some([before, &quoted(text), after].concat())
}

/// Whether quotes repair the pattern. `help.rs` explains the other mistakes.
fn is_for_quotes(pattern: &str, refusal: &Refusal) -> bool {
    let kind = pattern.trim_start().chars().next();
    match &refusal.kind {
        ErrorKind::InvalidCharacters { term } => {
            let first = term.chars().next().unwrap_or_default();
            let is_other = match kind {
                Some('{' | '[') => "'\"!&|~$[],{}%.",
                _ if pattern.contains("$.") || pattern.contains("like") || pattern.starts_with("fields") => {
                    "@="
                }
                // an apostrophe or a backslash inside a word is text
                _ if matches!(first, '\'' | '\\')
                    && whole_text(pattern, refusal.span.start)
                        .is_some_and(|text| !text.starts_with(first)) =>
                {
                    ""
                }
                _ => "'\"`|&$^\\",
            };
            term != "\"\"" && !is_other.contains(first) && !TYPOGRAPHIC.contains(&first)
        }
        ErrorKind::Grammar { found, .. } => match kind {
            Some('{') => false,
            Some('[') => matches!(found.as_str(), "`null`" | "`SPACE`"),
            _ => true,
        },
        _ => false,
    }
}

/// The quotes that word processors write.
const TYPOGRAPHIC: [char; 5] = ['“', '”', '„', '‘', '’'];

/// The term pattern with quotes around each text that is not a term.
fn terms(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut end = 0;
    for range in chunks(pattern)? {
        out.push_str(pattern.get(end..range.start)?);
        out.push_str(&term(pattern.get(range.clone())?)?);
        end = range.end;
    }
    out.push_str(pattern.get(end..)?);
    Some(out)
}

/// One text as a term. Stars at its ends are removed: a term matches anywhere in the message.
fn term(chunk: &str) -> Option<String> {
    let is_term = |text: &str| lex(text, 0, Dialect::Terms).is_ok_and(|lexemes| is_one_term(&lexemes));
    let (sign, text) = signed(chunk);
    let without_stars = text.trim_matches('*');
    if is_term(chunk) || matches!(chunk, "?" | "-") {
        return Some(chunk.to_owned());
    }
    if without_stars != text && is_term(without_stars) {
        return Some([sign, without_stars].concat());
    }
    // signs of another query language: in quotes they would be searched for in the message
    let is_inside = |sign: char| !text.starts_with(sign) && !text.ends_with(sign);
    let is_other = text.starts_with('%') && text.len() > 1 && text.ends_with('%')
        || text.ends_with('?')
        || text.contains(['`', '*', '|'])
        || ['\'', '\\'].into_iter().any(|sign| text.contains(sign) && !is_inside(sign))
        || text.contains(TYPOGRAPHIC);
    let is_whole = text.matches('(').count() == text.matches(')').count();
    // quotes inside a text are part of it, if it is not two texts side by side
    let is_one = !text.contains('"')
        || lex(text, 0, Dialect::Terms).is_err()
            && !text.contains(char::is_whitespace)
            && !text.starts_with('/');
    (!is_other && is_whole && is_one).then(|| [sign, &quoted(text)].concat())
}

/// Whether the tokens are one phrase, or one word with hyphens inside.
fn is_one_term(lexemes: &[Lexeme<'_>]) -> bool {
    let rest = match lexemes {
        [Lexeme { token: Token::Question | Token::Minus, .. }, rest @ ..] => rest,
        all => all,
    };
    let is_word = |lexeme: &Lexeme<'_>| lexeme.token == Token::Word;
    let is_hyphen = |lexeme: &Lexeme<'_>| lexeme.token == Token::Minus;
    match rest {
        [one] => is_word(one) || matches!(one.token, Token::Quoted(_)),
        [first, rest @ ..] => {
            let pairs = rest.chunks_exact(2);
            let is_even = pairs.remainder().is_empty() && !rest.is_empty();
            is_even
                && is_word(first)
                && pairs.into_iter().all(|pair| matches!(pair, [a, b] if is_hyphen(a) && is_word(b)))
        }
        [] => false,
    }
}

/// Splits a term into its sign and its text. A sign is part of the text if another sign follows, or no letter or digit does.
fn signed(chunk: &str) -> (&str, &str) {
    match chunk.split_at_checked(1) {
        Some((sign @ ("?" | "-"), text))
            if !text.starts_with(['?', '-']) && text.contains(char::is_alphanumeric) =>
        {
            (sign, text)
        }
        _ => ("", chunk),
    }
}

/// The byte ranges between blanks; a blank inside quotes does not separate. `None` if a quote is not closed.
fn chunks(pattern: &str) -> Option<Vec<Range<usize>>> {
    let mut found = Vec::new();
    let mut start = None;
    let (mut in_quotes, mut is_escaped) = (false, false);
    for (at, character) in pattern.char_indices() {
        if character.is_whitespace() && !in_quotes {
            found.extend(start.take().map(|start| start..at));
            continue;
        }
        start.get_or_insert(at);
        in_quotes ^= character == '"' && !is_escaped;
        is_escaped = in_quotes && character == '\\' && !is_escaped;
    }
    found.extend(start.map(|start| start..pattern.len()));
    (!in_quotes).then_some(found)
}

/// The byte range of the unquoted value after `=` or `!=` that contains the offset `at`.
fn value(pattern: &str, at: usize) -> Option<Range<usize>> {
    let inside = pattern.get(..pattern.len().checked_sub(1)?)?;
    let before = inside.get(..at)?;
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '=' | '(');
    let start = before.rfind(is_edge).map_or(0, |edge| edge + before.get(edge..).map_or(1, first_length));
    let is_value = before.get(..start)?.trim_end().ends_with('=');
    let rest = inside.get(start..)?;
    let is_column = pattern.starts_with('[');
    let ends = |c: char| c.is_whitespace() || matches!(c, ')' | '&' | '|') || is_column && c == ',';
    let text = rest.get(..rest.find(ends).unwrap_or(rest.len()))?;
    let is_plain = !text.is_empty() && !text.contains(['"', '\'', '%', '$']) && !text.contains(TYPOGRAPHIC);
    (is_value && is_plain && at < start + text.len()).then(|| start..start + text.len())
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}
