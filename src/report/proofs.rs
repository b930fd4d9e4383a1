//! What can be proved about the patterns of one file together, and about the controls they are said to cover.

use super::findings::Finding;
use crate::FilterPattern;
use crate::analysis::{Answer, Bounds, equivalent, implies, satisfiable};
use crate::controls::{FRAMEWORKS, control};
use crate::diagnostic::{Diagnostic, Severity};
use crate::sources::HostedPattern;

/// More patterns are not compared with each other.
const MOST_PATTERNS: usize = 500;

pub(super) fn check(hosted: &[HostedPattern], findings: &mut Vec<Finding>) {
    let parsed: Vec<(&HostedPattern, FilterPattern)> = hosted
        .iter()
        .filter_map(|it| Some((it, it.text.as_ref().ok()?.trim().parse().ok()?)))
        .take(MOST_PATTERNS)
        .collect();
    let is_silent = |it: &HostedPattern, lint: &str| it.allow.iter().any(|allow| allow.lint == lint);
    let mut add = |it: &HostedPattern, diagnostic: Diagnostic| {
        if !is_silent(it, diagnostic.lint) {
            findings.push(Finding { pattern: it.name.clone(), diagnostic });
        }
    };
    for (it, pattern) in &parsed {
        covers(it, pattern, &mut add);
    }
    duplicates(&parsed, &mut add);
}

/// `covers` is a promise: whatever the control asks for is matched.
fn covers(it: &HostedPattern, pattern: &FilterPattern, add: &mut dyn FnMut(&HostedPattern, Diagnostic)) {
    for name in &it.covers {
        let framework = name.text.split('/').next().unwrap_or_default();
        if !FRAMEWORKS.iter().any(|known| framework.starts_with(known)) {
            continue;
        }
        let finding = |message: String| {
            Diagnostic::new("covers-too-little", Severity::Warning, name.span, message).in_file(name.span)
        };
        match control(&name.text) {
            None => add(
                it,
                finding(format!("no control is named `{}`", name.text))
                    .help("take it out, or mend the number"),
            ),
            Some(control) => {
                if let Answer::No(Some(event)) = implies(&control.pattern, pattern, &Bounds::brief()) {
                    let message = format!("misses an event of `{}`, {}", name.text, control.title);
                    add(it, finding(message).help(format!("it does not match {event}")));
                }
            }
        }
    }
}

/// Patterns that match the same events: only those that match each other's example are asked about.
fn duplicates(parsed: &[(&HostedPattern, FilterPattern)], add: &mut dyn FnMut(&HostedPattern, Diagnostic)) {
    let example =
        |(_, pattern): &(&HostedPattern, FilterPattern)| match satisfiable(pattern, &Bounds::brief()) {
            Answer::Yes(event) => event,
            _ => None,
        };
    let examples: Vec<Option<String>> = parsed.iter().map(example).collect();
    for (at, (it, pattern)) in parsed.iter().enumerate() {
        let earlier = parsed.iter().zip(&examples).take(at).find(|((other, other_pattern), event)| {
            let matches = |pattern: &FilterPattern, event: &Option<String>| {
                event.as_ref().is_some_and(|event| pattern.is_match(event))
            };
            other.log_group == it.log_group
                && matches(pattern, event)
                && examples.get(at).is_some_and(|own| matches(other_pattern, own))
                && equivalent(pattern, other_pattern, &Bounds::brief()).is_yes()
        });
        if let Some(((other, _), _)) = earlier {
            let message = format!("matches the same events as `{}`", other.name);
            let finding = Diagnostic::new("duplicate-of-rule", Severity::Warning, it.literal, message);
            add(it, finding.in_file(it.literal).help("keep one of them, or mend the other"));
        }
    }
}
