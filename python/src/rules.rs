//! Rule files. Rules are passed as JSON, from which `cwfilter.rules` makes its classes.

use crate::json;
use cwfilter::LineColumn;
use cwfilter::metric::SystemFields;
use cwfilter::report::cases::Case;
use cwfilter::rules::{
    Expect, ExpectMetric, Origin, Reason, Rule, RuleFile, RuleMetric, RuleTest, Timeline, load,
};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

pyo3::create_exception!(
    cwfilter,
    RuleFileError,
    PyValueError,
    "A rule file cannot be read, or does not parse: one line for each error."
);

/// Reads rule files. No rules is an error, as in the program.
pub(crate) fn files(py: Python<'_>, paths: &[PathBuf]) -> PyResult<Vec<RuleFile>> {
    let shown = || paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    if paths.is_empty() {
        return Err(RuleFileError::new_err("there are no paths: name rule files or folders of them"));
    }
    let files = py.detach(|| load(paths)).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        RuleFileError::new_err(lines.join("\n"))
    })?;
    if files.iter().all(|file| file.rules.is_empty() && file.composites.is_empty()) {
        return Err(RuleFileError::new_err(format!("no rules in {}", shown())));
    }
    Ok(files)
}

/// The rules of files, as JSON.
#[pyfunction]
pub(crate) fn read_rules(py: Python<'_>, paths: Vec<PathBuf>) -> PyResult<String> {
    let files = files(py, &paths)?;
    if files.iter().all(|file| file.rules.is_empty()) {
        return Err(RuleFileError::new_err("the files have composite alarms only, and no rules"));
    }
    let rules = files.iter().flat_map(|file| file.rules.iter().map(move |rule| of_rule(file, rule)));
    json::text(&rules.collect::<Vec<_>>())
}

/// A rule, by the names of `cwfilter.Rule`.
fn of_rule(file: &RuleFile, rule: &Rule) -> Value {
    let alarm = rule.alarm.as_ref().map(|alarm| {
        json!({
            "statistic": alarm.statistic,
            "period": alarm.period,
            "threshold": alarm.threshold,
            "comparison": alarm.comparison,
            "evaluate": alarm.evaluate,
            "missing": alarm.missing,
            "notify": alarm.notify,
            "actions_enabled": alarm.actions_enabled,
            "dimensions": alarm.dimensions,
            "unit": alarm.unit,
            "low_sample_percentile": alarm.low_sample_percentile,
            "window": alarm.window,
        })
    });
    json!({
        "id": rule.id,
        "pattern": rule.pattern.as_str(),
        "title": rule.title,
        "description": rule.description,
        "false_positives": rule.false_positives,
        "response": rule.response,
        "severity": rule.severity.map(|severity| severity.name()),
        "covers": rule.covers,
        "references": rule.references,
        "metric": rule.metric.as_ref().map(of_metric),
        "alarm": alarm,
        "fires": rule.fires.map(|bound| bound.to_string()),
        "allow": rule.allow.iter().map(|it| json!({ "lint": it.lint, "reason": it.reason })).collect::<Vec<_>>(),
        "tests": rule.tests.iter().map(of_test).collect::<Vec<_>>(),
        "timelines": rule.timelines.iter().map(of_timeline).collect::<Vec<_>>(),
        "path": file.path.display().to_string(),
        "line": LineColumn::of(&file.source, rule.id_span.start).line,
    })
}

fn of_metric(metric: &RuleMetric) -> Value {
    json!({
        "namespace": metric.namespace,
        "name": metric.name,
        "value": metric.value,
        "default": metric.default,
        "unit": metric.unit,
        "dimensions": metric.dimensions,
        "field_selection_criteria": metric.field_selection_criteria,
        "emit_system_field_dimensions": metric.emit_system_field_dimensions,
        "apply_on_transformed_logs": metric.apply_on_transformed_logs,
    })
}

fn of_test(test: &RuleTest) -> Value {
    let origin = match test.origin {
        Origin::Recorded => "recorded",
        Origin::Generated => "generated",
        _ => "written",
    };
    let metric = test.metric.as_ref().map(|metric| match metric {
        ExpectMetric::NoDatapoint(_) => json!("none"),
        ExpectMetric::Datapoint(it) => {
            json!({ "value": it.value, "unit": it.unit, "dimensions": it.dimensions })
        }
        _ => Value::Null,
    });
    let SystemFields { account, region, log_group } = &test.system;
    json!({
        "name": test.name,
        "messages": test.messages,
        "matches": test.expect == Expect::Match,
        "because": test.because,
        "metric": metric,
        "origin": origin,
        "account": account,
        "region": region,
        "log_group": log_group,
    })
}

fn of_timeline(timeline: &Timeline) -> Value {
    let SystemFields { account, region, log_group } = &timeline.system;
    json!({
        "name": timeline.name,
        "events": timeline.events,
        "until": timeline.until,
        "alarm": timeline.alarm,
        "notifications": timeline.notifications,
        "account": account,
        "region": region,
        "log_group": log_group,
    })
}

/// The tests of rule files, for a test runner.
#[pyclass(frozen, module = "cwfilter._cwfilter")]
pub(crate) struct RuleTests {
    cases: Vec<Case>,
    skipped: Vec<String>,
}

#[pymethods]
impl RuleTests {
    #[new]
    fn new(py: Python<'_>, paths: Vec<PathBuf>) -> PyResult<Self> {
        let files = files(py, &paths)?;
        let loaded = cwfilter::rules::Loader::new().load(&paths);
        let skipped = loaded.map(|it| it.skipped_entries).unwrap_or_default();
        let skipped = skipped.iter().filter(|it| it.reason != Reason::Other);
        let skipped = skipped.map(|it| format!("{}: {}, skipped", it.path.display(), it.reason.name()));
        let cases = files.into_iter().flat_map(|file| Case::all(&Arc::new(file))).collect();
        Ok(RuleTests { cases, skipped: skipped.collect() })
    }

    /// Entries of folders that were not read, with the reason.
    #[getter]
    fn skipped(&self) -> Vec<String> {
        self.skipped.clone()
    }

    /// The file, the name `RULE::TEST` and the line of each test.
    fn names(&self) -> Vec<(PathBuf, String, usize)> {
        let of = |case: &Case| (case.file().path.clone(), case.name(), case.place().line);
        self.cases.iter().map(of).collect()
    }

    /// Runs a test. `None` if it passes, else why it fails.
    fn failure(&self, py: Python<'_>, at: usize) -> PyResult<Option<String>> {
        let case = self.cases.get(at).ok_or_else(|| PyIndexError::new_err("there is no such test"))?;
        Ok(py.detach(|| case.failure()))
    }
}
