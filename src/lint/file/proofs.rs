//! Lints that need a proof about the patterns of one file: duplicates, and the controls that a rule `covers`.

use super::memo::Memo;
use crate::FilterPattern;
use crate::analysis::Decision;
use crate::controls::{ATTACK_VERSION, Named, everyday_event, meant, named};
use crate::diagnostic::{Diagnostic, Severity};
use crate::metric_settings::{Located, LocatedTransformation};
use crate::plural::counted;
use crate::sources::HostedPattern;
use std::path::Path;

/// Only the first patterns of a file are compared with each other, at most this many.
const MOST_PATTERNS: usize = 500;

pub(super) fn check(
    path: &str,
    hosted: &[HostedPattern],
    memo: &Memo,
    mut add: impl FnMut(&HostedPattern, Diagnostic),
) {
    let pattern = |it: &HostedPattern| it.text.as_ref().ok()?.trim().parse().ok();
    let all: Vec<(&HostedPattern, Option<FilterPattern>)> =
        hosted.iter().filter(|it| it.is_counted()).map(|it| (it, pattern(it))).collect();
    for (it, pattern) in &all {
        covers(it, pattern.as_ref(), memo, &mut add);
    }
    let parsed: Vec<(&HostedPattern, FilterPattern)> =
        all.into_iter().filter_map(|(it, pattern)| Some((it, pattern?))).collect();
    if let Some((it, _)) = parsed.get(MOST_PATTERNS) {
        let message = format!(
            "not compared with other patterns: only the first {MOST_PATTERNS} patterns of a file are compared"
        );
        let finding = Diagnostic::new("duplicate-of-rule", Severity::Note, it.literal, message);
        add(it, finding.in_file(it.literal).help("split the file"));
    }
    // of two rules with one pattern, one is superfluous
    let is_rule_file = Path::new(path).extension().is_some_and(|extension| extension == "toml");
    duplicates(parsed.get(..MOST_PATTERNS).unwrap_or(&parsed), is_rule_file, memo, &mut add);
}

/// Checks that the rule matches every event that a control in `covers` requires, and reports what is not proved.
fn covers(
    it: &HostedPattern,
    pattern: Option<&FilterPattern>,
    memo: &Memo,
    add: &mut dyn FnMut(&HostedPattern, Diagnostic),
) {
    let mut covered = Vec::new();
    for name in &it.covers {
        let finding = |lint, message: String, help: String| {
            Diagnostic::new(lint, Severity::Warning, name.span, message).in_file(name.span).help(help)
        };
        let too_little = |message, help: &str| finding("covers-too-little", message, help.to_owned());
        let not_proved = |why: &str| {
            let message = format!(
                "it is not proved that the rule covers `{}` over CloudTrail records: {why}",
                name.text
            );
            let help = "simplify the pattern, or compare it with `cwfilter diff --budget`";
            finding("covers-not-proved", message, help.to_owned())
        };
        let control = match named(&name.text) {
            Named::Control(control) => control,
            Named::Technique => continue,
            Named::MovedTechnique(technique) => {
                let now = technique.moved_to.unwrap_or(technique.id);
                let message = format!("`{}` is `attack/{now}` in ATT&CK {ATTACK_VERSION}", name.text);
                let help = format!("write `attack/{now}`: {}", technique.name);
                add(it, finding("covers-too-little", message, help));
                continue;
            }
            Named::DeprecatedTechnique(technique) => {
                let message = format!(
                    "`{}`, {}, is deprecated in ATT&CK {ATTACK_VERSION}, and no technique replaces it",
                    name.text, technique.name
                );
                add(it, too_little(message, "name the technique that the rule detects, or remove the name"));
                continue;
            }
            Named::UnknownControl => {
                let message = format!("there is no control `{}`", name.text);
                let other = || "correct the number, or remove the name".to_owned();
                add(
                    it,
                    too_little(message, &meant(&name.text).map_or_else(other, |it| format!("write `{it}`"))),
                );
                continue;
            }
            Named::UnknownFramework => {
                let message =
                    format!("the framework of `{}` is unknown: nothing is proved about it", name.text);
                let known = "known names are cis-aws-VERSION/NUMBER, security-hub/CloudWatch.NUMBER and attack/TECHNIQUE";
                let help = meant(&name.text).map_or_else(|| known.to_owned(), |it| format!("write `{it}`"));
                add(it, finding("covers-not-proved", message, help));
                continue;
            }
        };
        let Some(pattern) = pattern else {
            add(it, not_proved("the pattern is refused or not known"));
            continue;
        };
        match memo.covers(control, pattern) {
            Some(Decision::Yes(_)) if it.scope().reads_in_part().is_some() => {
                add(it, not_proved(it.scope().reads_in_part().unwrap_or_default()));
            }
            Some(Decision::Yes(_)) => covered.push(name),
            Some(Decision::No(Some(event))) => {
                let message =
                    format!("the rule misses a CloudTrail record of `{}`, {}", name.text, control.title);
                add(it, too_little(message, &format!("the rule does not match {event}")));
            }
            Some(Decision::No(None)) => {
                add(it, not_proved("the rule misses events, but no example was found"))
            }
            Some(Decision::Unknown(why)) => add(it, not_proved(&why.to_string())),
            None => {}
        }
    }
    if let Some(finding) = pattern.and_then(|pattern| with_noise(&covered, pattern)) {
        add(it, finding);
    }
}

/// A finding if a pattern that covers these controls also matches an everyday event: its alarm rings all day.
fn with_noise(covered: &[&Located], pattern: &FilterPattern) -> Option<Diagnostic> {
    let (first, more) = covered.split_first()?;
    let event = everyday_event(pattern)?;
    let more = match more.len() {
        0 => String::new(),
        count => format!(" and {}", counted(count, "other control", "other controls")),
    };
    let message =
        format!("the rule covers `{}`{more} with noise: it also matches an everyday event", first.text);
    let finding = Diagnostic::new("covers-with-noise", Severity::Warning, first.span, message);
    Some(
        finding.in_file(first.span).help(format!("name the events of the control; the rule matches {event}")),
    )
}

/// Whether two filters of the same events do the same. A metric filter has one transformation, so that two metrics of the same events
/// need two filters. A subscription filter has none, and two of them deliver to two places.
fn do_the_same(it: &HostedPattern, other: &HostedPattern) -> bool {
    let (Some(own), Some(others)) = (&it.transformation, &other.transformation) else { return false };
    let same = |a: &Option<Located>, b: &Option<Located>| {
        a.as_ref().map(|a| a.text.trim()) == b.as_ref().map(|b| b.text.trim())
    };
    // a selector that is not known equals no other
    let dimensions = |it: &LocatedTransformation| -> Option<Vec<(String, String)>> {
        let pairs = it.dimensions.iter();
        pairs.map(|(name, selector)| Some((name.text.clone(), selector.as_ref()?.text.clone()))).collect()
    };
    own.value.is_some()
        && same(&own.value, &others.value)
        && same(&own.namespace, &others.namespace)
        && dimensions(own).is_some_and(|own| Some(own) == dimensions(others))
}

/// Finds patterns that match the same events. A proof is tried only for two patterns that match each other's example.
fn duplicates(
    parsed: &[(&HostedPattern, FilterPattern)],
    is_rule_file: bool,
    memo: &Memo,
    add: &mut dyn FnMut(&HostedPattern, Diagnostic),
) {
    let examples: Vec<Option<String>> = parsed.iter().map(|(_, pattern)| memo.example(pattern)).collect();
    for (at, (it, pattern)) in parsed.iter().enumerate() {
        let earlier = parsed.iter().zip(&examples).take(at).find(|((other, other_pattern), event)| {
            let matches = |pattern: &FilterPattern, event: &Option<String>| {
                event.as_ref().is_some_and(|event| pattern.is_match(event))
            };
            // one literal of several filters is no duplicate
            other.literal != it.literal
                && !(other.is_absent() || it.is_absent())
                && other.group_key == it.group_key
                && (is_rule_file || do_the_same(it, other))
                && matches(pattern, event)
                && examples.get(at).is_some_and(|own| matches(other_pattern, own))
                && memo.are_equivalent(pattern, other_pattern)
        });
        if let Some(((other, _), _)) = earlier {
            let message = format!("matches the same events as `{}`", other.name);
            let finding = Diagnostic::new("duplicate-of-rule", Severity::Warning, it.literal, message);
            add(it, finding.in_file(it.literal).help("remove one of them, or correct the other"));
        }
    }
}
