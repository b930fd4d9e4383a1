//! Commands of code lenses. An editor runs them through the server.

use super::view::{Failure, View};
use cwfilter::report::human::{Style, test_run};
use cwfilter::rules::{Rule, run_tests};
use lsp_server::ErrorCode;
use lsp_types::{ExecuteCommandParams, Uri};
use serde_json::Value;

pub(super) const RUN_TESTS: &str = "cwfilter.runTests";
pub(super) const EXPLAIN: &str = "cwfilter.explainWithEvent";
pub(super) const NAMES: [&str; 2] = [RUN_TESTS, EXPLAIN];

/// What a command found.
pub(super) struct Done {
    /// One line.
    pub(super) summary: String,
    /// What the command line prints.
    pub(super) text: String,
    pub(super) has_failed: bool,
}

fn argument(params: &ExecuteCommandParams, at: usize) -> Result<&str, Failure> {
    let wanted = || Failure::new(ErrorCode::InvalidParams, format!("argument {} has to be a text", at + 1));
    params.arguments.get(at).and_then(Value::as_str).ok_or_else(wanted)
}

/// The document that a command is about.
pub(super) fn uri(params: &ExecuteCommandParams) -> Result<Uri, Failure> {
    if !NAMES.contains(&params.command.as_str()) {
        return Err(Failure::new(ErrorCode::InvalidParams, format!("no command `{}`", params.command)));
    }
    let refused = |_| Failure::new(ErrorCode::InvalidParams, "argument 1 has to be a URI");
    argument(params, 0)?.parse().map_err(refused)
}

pub(super) fn run(view: &View<'_>, params: &ExecuteCommandParams) -> Result<Done, Failure> {
    let failed = |why: String| Failure::new(ErrorCode::RequestFailed, why);
    let file = view
        .analysis
        .rule_file()
        .ok_or_else(|| failed("the file is not a rule file that can be read".to_owned()))?;
    let id = argument(params, 1)?;
    let rule = file.rules.iter().find(|rule| rule.id == id);
    let rule = rule.ok_or_else(|| failed(format!("no rule without an error has the id `{id}`")))?;
    if params.command == RUN_TESTS {
        let mut only = file.clone();
        only.rules = vec![rule.clone()];
        only.composites = Vec::new();
        let report = test_run(&[only], run_tests, true, Style::Plain);
        let summary = report.text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        return Ok(Done {
            summary: format!("{id}: {summary}"),
            has_failed: report.failed > 0,
            text: report.text.clone(),
        });
    }
    explain(rule, argument(params, 2)?, params.arguments.get(3).and_then(Value::as_u64))
}

/// `number`: which of the rule's tests it is. Two tests may have one name.
fn explain(rule: &Rule, name: &str, number: Option<u64>) -> Result<Done, Failure> {
    let failed = || Failure::new(ErrorCode::RequestFailed, format!("no test is named `{name}`"));
    let numbered = number.and_then(|it| rule.tests.get(usize::try_from(it).ok()?));
    let named = || rule.tests.iter().find(|test| test.name == name);
    let test = numbered.filter(|test| test.name == name).or_else(named).ok_or_else(failed)?;
    let explained = test.messages.iter().map(|message| rule.pattern.explain(message).to_string());
    let explained: Vec<String> = explained.collect();
    let first = explained.first().and_then(|text| text.lines().next()).unwrap_or_default().to_owned();
    Ok(Done {
        summary: format!("{}: {name}: {first}", rule.id),
        text: explained.join("\n\n"),
        has_failed: false,
    })
}
