//! Proofs about patterns; answers are JSON texts.

use crate::json;
use crate::pattern::AnyPattern;
use cwfilter::analysis::{Bounds, Decision, Domain, compare_within};
use cwfilter::controls::{Covered, FRAMEWORKS, Judgement, audit};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde_json::{Value, json};

fn bounds(domain: &str, steps: Option<usize>) -> PyResult<Bounds> {
    let known: Domain = domain.parse().map_err(|_| {
        let names: Vec<&str> = Domain::ALL.iter().map(|it| it.name()).collect();
        PyValueError::new_err(format!("domain={domain:?}: expected one of {}", names.join(", ")))
    })?;
    let bounds = Bounds::default().in_domain(known);
    Ok(match steps {
        Some(steps) => bounds.with_steps(steps),
        None => bounds,
    })
}

/// The comparison of two patterns, as `cwfilter.relation` returns it.
#[pyfunction]
pub(crate) fn compare(
    py: Python<'_>,
    a: AnyPattern<'_>,
    b: AnyPattern<'_>,
    domain: &str,
    steps: Option<usize>,
) -> PyResult<String> {
    let (a, b, bounds) = (a.parsed(py)?, b.parsed(py)?, bounds(domain, steps)?);
    json::text(&py.detach(|| compare_within(&a, &b, &bounds)))
}

/// The decision whether every event that the first pattern matches is matched by the second, as `cwfilter.implies` returns it.
#[pyfunction]
pub(crate) fn decide_implies(
    py: Python<'_>,
    a: AnyPattern<'_>,
    b: AnyPattern<'_>,
    domain: &str,
    steps: Option<usize>,
) -> PyResult<String> {
    let (a, b, bounds) = (a.parsed(py)?, b.parsed(py)?, bounds(domain, steps)?);
    let decision = py.detach(|| cwfilter::analysis::implies(&a, &b, &bounds));
    json::text(&match decision {
        Decision::Yes(witness) => json!({"holds": true, "witness": witness}),
        Decision::No(witness) => json!({"holds": false, "witness": witness}),
        Decision::Unknown(why) => json!({"holds": Value::Null, "reason": why.to_string()}),
        _ => json!({"holds": Value::Null, "reason": "not known"}),
    })
}

/// The judgement on each control of a framework, as `cwfilter.coverage` returns it.
#[pyfunction]
pub(crate) fn judge_controls(
    py: Python<'_>,
    patterns: Vec<(String, AnyPattern<'_>)>,
    framework: &str,
    domain: &str,
    steps: Option<usize>,
) -> PyResult<String> {
    if !FRAMEWORKS.contains(&framework) {
        let known = FRAMEWORKS.join(", ");
        return Err(PyValueError::new_err(format!("framework={framework:?}: expected one of {known}")));
    }
    let bounds = bounds(domain, steps)?;
    let parsed = patterns.iter().map(|(_, pattern)| pattern.parsed(py)).collect::<PyResult<Vec<_>>>()?;
    let names: Vec<&str> = patterns.iter().map(|(name, _)| name.as_str()).collect();
    let judged = py.detach(|| audit(framework, &parsed, &bounds));
    json::text(&judged.iter().map(|covered| control(covered, &names)).collect::<Vec<_>>())
}

/// A control, by the names of `cwfilter.ControlCoverage`.
fn control(covered: &Covered, names: &[&str]) -> Value {
    let name = |at: usize| names.get(at).copied().unwrap_or_default();
    json!({
        "framework": covered.control.framework,
        "control": covered.control.id,
        "title": covered.control.title,
        "judgement": judgement(covered),
        "by": covered.by.map(name),
        "together": covered.together.iter().map(|at| name(*at)).collect::<Vec<_>>(),
        "relation": covered.relation,
        "text": covered.control.text,
        "same_text": covered.is_literal,
        "noise": covered.noise,
        "missed": covered.missed,
        "typical_events": covered.typical.0,
        "typical_events_matched": covered.typical.1,
        "reason": covered.reason,
    })
}

/// Security Hub compares texts: a pattern that means the same does not cover its control.
fn judgement(covered: &Covered) -> &'static str {
    let judgement = match (covered.control.framework, covered.is_literal) {
        ("security-hub", true) => Judgement::Covered,
        ("security-hub", false) => Judgement::NotCovered,
        _ => covered.judgement(),
    };
    judgement.name()
}
