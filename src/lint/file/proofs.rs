//! What can be proved about the patterns of one file together, and about the controls they are said to cover.

use super::finding::Finding;
use crate::FilterPattern;
use crate::analysis::{Answer, Bounds, equivalent, implies, satisfiable};
use crate::controls::{Named, named};
use crate::diagnostic::{Diagnostic, Severity};
use crate::sources::HostedPattern;

/// More patterns are not compared with each other.
const MOST_PATTERNS: usize = 500;

pub(super) fn check(hosted: &[HostedPattern], findings: &mut Vec<Finding>) {
    let pattern = |it: &HostedPattern| it.text.as_ref().ok()?.trim().parse().ok();
    let all: Vec<(&HostedPattern, Option<FilterPattern>)> =
        hosted.iter().map(|it| (it, pattern(it))).collect();
    let is_silent = |it: &HostedPattern, lint: &str| it.allow.iter().any(|allow| allow.lint == lint);
    let mut add = |it: &HostedPattern, diagnostic: Diagnostic| {
        if !is_silent(it, diagnostic.lint) {
            findings.push(Finding { pattern: it.name.clone(), diagnostic });
        }
    };
    for (it, pattern) in &all {
        covers(it, pattern.as_ref(), &mut add);
    }
    let parsed: Vec<(&HostedPattern, FilterPattern)> =
        all.into_iter().filter_map(|(it, pattern)| Some((it, pattern?))).collect();
    if let Some((it, _)) = parsed.get(MOST_PATTERNS) {
        let message =
            format!("not compared with the others: only the first {MOST_PATTERNS} patterns of a file are");
        let finding = Diagnostic::new("duplicate-of-rule", Severity::Note, it.literal, message);
        add(it, finding.in_file(it.literal).help("split the file"));
    }
    duplicates(parsed.get(..MOST_PATTERNS).unwrap_or(&parsed), &mut add);
}

/// `covers` is a promise: whatever the control asks for is matched. What is not proved is said.
fn covers(
    it: &HostedPattern,
    pattern: Option<&FilterPattern>,
    add: &mut dyn FnMut(&HostedPattern, Diagnostic),
) {
    for name in &it.covers {
        let finding = |lint, message: String, help: String| {
            Diagnostic::new(lint, Severity::Warning, name.span, message).in_file(name.span).help(help)
        };
        let too_little = |message, help: &str| finding("covers-too-little", message, help.to_owned());
        let not_proved = |why: &str| {
            let message = format!("not proved to cover `{}`: {why}", name.text);
            let help = "write the pattern more simply, or compare it with `cwfilter diff --budget`";
            finding("covers-not-proved", message, help.to_owned())
        };
        let control = match named(&name.text) {
            Named::Control(control) => control,
            Named::Technique => continue,
            Named::UnknownControl => {
                let message = format!("no control is named `{}`", name.text);
                add(it, too_little(message, "remove it, or correct the number"));
                continue;
            }
            Named::UnknownFramework => {
                let message =
                    format!("no framework is known for `{}`: nothing is proved about it", name.text);
                let help =
                    "known are cis-aws-VERSION/NUMBER, security-hub/CloudWatch.NUMBER and attack/TECHNIQUE";
                add(it, finding("covers-not-proved", message, help.to_owned()));
                continue;
            }
        };
        match pattern.map(|pattern| implies(&control.pattern, pattern, &Bounds::default())) {
            Some(Answer::Yes(_)) => {}
            Some(Answer::No(Some(event))) => {
                let message = format!("misses an event of `{}`, {}", name.text, control.title);
                add(it, too_little(message, &format!("it does not match {event}")));
            }
            Some(Answer::No(None)) => add(it, not_proved("an event that it misses is not known")),
            Some(Answer::Unknown(why)) => add(it, not_proved(&why.to_string())),
            None => add(it, not_proved("the pattern itself is refused or not known")),
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
            add(it, finding.in_file(it.literal).help("keep one of them, or fix the other"));
        }
    }
}
