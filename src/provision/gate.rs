//! What has to hold before anything is pushed.

use crate::diagnostic::Severity;
use crate::lint::check_pattern;
use crate::rules::{Rule, RuleError, RuleFile, run_tests};

/// Everything that keeps rules from being pushed: lints that are errors and not allowed, tests and timelines that fail.
/// Empty: they may go. A rule without a test may go too.
#[must_use]
pub fn gate(files: &[RuleFile]) -> Vec<RuleError> {
    let rules = files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule)));
    rules.flat_map(|(file, rule)| of_rule(file, rule)).collect()
}

fn of_rule(file: &RuleFile, rule: &Rule) -> Vec<RuleError> {
    let at = |span, message: String| RuleError::new(&file.path, message).at(&file.source, span);
    let is_allowed = |lint: &str| rule.allow.iter().any(|allow| allow.lint == lint);
    let findings = check_pattern(rule.pattern.as_str(), rule.pattern.ast()).into_iter();
    let errors = findings.filter(|it| it.severity >= Severity::Error && !is_allowed(it.lint));
    let mut refusals: Vec<RuleError> = errors
        .map(|it| {
            let error = at(rule.pattern_span, format!("{} [{}]", it.message, it.lint));
            it.help.into_iter().fold(error, RuleError::help_line)
        })
        .collect();
    let failed = run_tests(rule).into_iter().filter(|result| !result.passed());
    refusals.extend(failed.map(|result| {
        at(result.test.span, format!("the test `{}` of `{}` fails", result.test.name, rule.id))
            .help_line("`cwfilter test` says why")
    }));
    let late = rule.timelines.iter().filter(|it| it.run(rule).is_some_and(|result| !it.is_expected(&result)));
    refusals.extend(late.map(|timeline| {
        at(timeline.span, format!("the timeline `{}` of `{}` fails", timeline.name, rule.id))
            .help_line("`cwfilter test` says why")
    }));
    refusals
}
