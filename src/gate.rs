//! What has to hold before anything is written to an account or a template.

use crate::diagnostic::Severity;
use crate::lint::file::{FileFindings, Finding, check_files};
use crate::rules::{Rule, RuleError, RuleFile, run_tests};
use crate::sources;

/// Everything that keeps rules out of an account: lints that are errors and not allowed, and tests, timelines and tests of
/// composite alarms that fail. All lints run, those that look at a whole file and those that look at several files, too. Empty: the
/// rules may go. A rule without a test may go, too.
#[must_use]
pub fn gate(files: &[RuleFile]) -> Vec<RuleError> {
    let mut refusals = lints(files);
    for file in files {
        refusals.extend(file.rules.iter().flat_map(|rule| failures(file, rule)));
        for composite in &file.composites {
            let failed = composite.tests.iter().filter(|test| test.state(composite) != test.expect);
            let message = |name: &str| format!("the test `{name}` of `{}` fails", composite.id);
            refusals.extend(failed.map(|test| refusal(file, test.span, message(&test.name))));
        }
    }
    refusals
}

fn refusal(file: &RuleFile, span: crate::span::Span, message: String) -> RuleError {
    RuleError::new(&file.path, message).at(&file.source, span).help_line("`cwfilter test` says why")
}

fn lints(files: &[RuleFile]) -> Vec<RuleError> {
    let patterns: Vec<_> =
        files.iter().map(|file| sources::read(&file.path, &file.source).unwrap_or_default()).collect();
    let texts = files.iter().zip(&patterns);
    let checked = check_files(
        texts.map(|(file, it)| (file.path.display().to_string(), file.source.clone(), it.as_slice())),
    );
    let of_file = |(file, found): (&RuleFile, FileFindings)| {
        // a rule that the stack skips is in the file's text and not in its rules
        let ids = file.rules.iter().map(|rule| &rule.id).chain(file.composites.iter().map(|it| &it.id));
        let ids: Vec<&String> = ids.collect();
        let is_error = |it: &Finding| it.diagnostic.severity >= Severity::Error && ids.contains(&&it.pattern);
        let errors = found.findings.into_iter().filter(is_error).map(|it| {
            let message = format!("{} [{}]", it.diagnostic.message, it.diagnostic.lint);
            let error = RuleError::new(&file.path, message).at(&file.source, it.diagnostic.primary.span);
            it.diagnostic.help.into_iter().fold(error, RuleError::help_line)
        });
        errors.collect::<Vec<_>>()
    };
    files.iter().zip(checked).flat_map(of_file).collect()
}

fn failures(file: &RuleFile, rule: &Rule) -> Vec<RuleError> {
    let failed = run_tests(rule).into_iter().filter(|result| !result.passed());
    let tests = failed.map(|result| {
        refusal(file, result.test.span, format!("the test `{}` of `{}` fails", result.test.name, rule.id))
    });
    let late = rule.timelines.iter().filter(|it| it.run(rule).is_some_and(|result| !it.is_expected(&result)));
    let timelines =
        late.map(|it| refusal(file, it.span, format!("the timeline `{}` of `{}` fails", it.name, rule.id)));
    tests.chain(timelines).collect()
}
