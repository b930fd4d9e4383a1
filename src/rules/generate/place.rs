//! Puts generated tests into a rule file, each after its rule.

use super::{GeneratedTest, to_toml};
use crate::rules::file::{Expect, Rule, RuleFile};
use crate::rules::loader::Loader;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The text of a rule file with tests added to rules that have none, as pairs of a rule's index and its tests, in order. The new text has the line ends
/// of the old one. It is read again: everything but the tests is as before.
///
/// ```
/// use cwfilter::rules::{Loader, generate, with_tests};
/// let loader = Loader::new();
/// let text = "[[rule]]\nid = \"a\"\npattern = \"ERROR\"\n\n# of the next rule\n[[rule]]\nid = \"b\"\npattern = \"FATAL\"\n";
/// let file = loader.parse("rules.toml".as_ref(), text.to_owned()).unwrap();
/// let added = [(0, generate(&file.rules[0].pattern))];
/// let text = with_tests(&loader, &file, &added).unwrap();
/// assert!(text.contains("\n\n# of the next rule\n[[rule]]\nid = \"b\""));
/// assert!(!loader.parse("rules.toml".as_ref(), text).unwrap().rules[0].tests.is_empty());
/// ```
///
/// # Errors
/// If the rules are not sections that tests can follow. The message says why.
pub fn with_tests(
    loader: &Loader,
    file: &RuleFile,
    added: &[(usize, Vec<GeneratedTest>)],
) -> Result<String, String> {
    let source = file.source.as_str();
    let ends = ends(source).ok_or("its rules were not found")?;
    let is_crlf = source.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n"));
    let newline = if is_crlf { "\r\n" } else { "\n" };
    let (mut text, mut at) = (String::new(), 0);
    for (rule, tests) in added {
        let end = ends.get(*rule).copied().unwrap_or(source.len());
        text.push_str(source.get(at..end).unwrap_or_default());
        if !text.ends_with('\n') {
            text.push_str(newline);
        }
        text.push_str(&to_toml(tests).replace('\n', newline));
        at = end;
        let rest = source.get(at..).unwrap_or_default();
        if rest.trim().is_empty() {
            at = source.len();
        } else if !rest.starts_with(['\n', '\r']) {
            text.push_str(newline);
        }
    }
    text.push_str(source.get(at..).unwrap_or_default());
    check(loader, file, &text, added)?;
    Ok(text)
}

/// Where each rule ends: after the line of its last value, and after the comments that belong to it.
fn ends(source: &str) -> Option<Vec<usize>> {
    let table = DeTable::parse(source).ok()?;
    let DeValue::Array(rules) = table.get_ref().get("rule")?.get_ref() else { return None };
    Some(rules.iter().map(|rule| after_comments(source, after_line(source, last(rule)))).collect())
}

/// The end of the last value of a table.
fn last(value: &Spanned<DeValue<'_>>) -> usize {
    let mut end = 0;
    // the nesting is bounded by the parser
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        end = end.max(value.span().end);
        match value.get_ref() {
            DeValue::Table(table) => open.extend(table.values()),
            DeValue::Array(values) => open.extend(values.iter()),
            _ => {}
        }
    }
    end
}

fn after_line(source: &str, at: usize) -> usize {
    let rest = source.get(at..).unwrap_or_default();
    rest.find('\n').map_or(source.len(), |newline| at + newline + 1)
}

/// The end of the comments that follow a line directly, if an empty line is after them. Others belong to what follows.
fn after_comments(source: &str, at: usize) -> usize {
    let mut end = at;
    loop {
        let next = after_line(source, end);
        let line = source.get(end..next).unwrap_or_default().trim();
        if !line.starts_with('#') {
            return if line.is_empty() { end } else { at };
        }
        // such a comment is about the pattern that follows it
        if line.contains("cwfilter:") {
            return at;
        }
        end = next;
    }
}

/// Reads the new text, and compares it with the old one.
fn check(
    loader: &Loader,
    file: &RuleFile,
    text: &str,
    added: &[(usize, Vec<GeneratedTest>)],
) -> Result<(), String> {
    let read = loader.parse(&file.path, text.to_owned());
    let read = read.map_err(|errors| match errors.first() {
        Some(error) => format!("with the tests it would be refused: {}", error.message()),
        None => "with the tests it would be refused".to_owned(),
    })?;
    let changed = || "with the tests it would have other rules".to_owned();
    let table = |text: &str| text.parse::<toml::Table>().map_err(|_| changed());
    let (old, mut new) = (table(&file.source)?, table(text)?);
    for (rule, tests) in added {
        let has_them = read.rules.get(*rule).is_some_and(|rule| is_tested(rule, tests));
        let of_rule = new.get_mut("rule").and_then(|rules| rules.get_mut(*rule));
        let removed = of_rule.and_then(toml::Value::as_table_mut).and_then(|table| table.remove("test"));
        if !has_them || removed.is_none() {
            return Err(changed());
        }
    }
    if old == new { Ok(()) } else { Err(changed()) }
}

fn is_tested(rule: &Rule, tests: &[GeneratedTest]) -> bool {
    rule.tests.len() == tests.len()
        && rule.tests.iter().zip(tests).all(|(test, generated)| {
            let matches = |message: &String| rule.pattern.is_match(message) == generated.matches;
            (test.expect == Expect::Match) == generated.matches && test.messages.iter().all(matches)
        })
}
