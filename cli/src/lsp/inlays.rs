//! Inlay hints: the coverage of a rule by its tests, after its pattern.

use super::view::View;
use cwfilter::rules::{ClauseCoverage, coverage};
use lsp_types::{InlayHint, InlayHintLabel, InlayHintTooltip, Range};

pub(super) fn inlays(view: &View<'_>, range: Range) -> Vec<InlayHint> {
    let Some(file) = view.analysis.rule_file() else { return Vec::new() };
    let wanted = view.span(range);
    let rules = file
        .rules
        .iter()
        .filter(|rule| rule.pattern_span.start <= wanted.end && wanted.start <= rule.pattern_span.end);
    let hint = |rule: &cwfilter::rules::Rule| {
        let coverage = coverage(rule);
        let (seen, all) = coverage.ways();
        let missing: Vec<String> = coverage.clauses.iter().flat_map(missing).collect();
        let tooltip = match missing.is_empty() {
            true => "Each condition has decided a test as true and as false.".to_owned(),
            false => format!("No test shows that\n{}", missing.join("\n")),
        };
        let end = view.range(rule.pattern_span).end;
        (all > 0).then(|| InlayHint {
            position: end,
            label: InlayHintLabel::String(format!("coverage {seen} of {all}")),
            kind: None,
            text_edits: None,
            tooltip: Some(InlayHintTooltip::String(tooltip)),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        })
    };
    rules.filter_map(hint).collect()
}

fn missing(clause: &ClauseCoverage) -> Vec<String> {
    let line = |is_seen: bool, outcome: &str| {
        (!is_seen).then(|| format!("- {} decides when it is {outcome}", clause.text))
    };
    [line(clause.seen_true, "true"), line(clause.seen_false, "false")].into_iter().flatten().collect()
}
