//! The outline of a document: rules with their tests, composite alarms, filters.

use super::view::View;
use cwfilter::Span;
use lsp_types::{DocumentSymbol, SymbolKind};

pub(super) fn symbols(view: &View<'_>) -> Vec<DocumentSymbol> {
    let Some(file) = view.analysis.rule_file() else {
        let filters = view.analysis.patterns().iter().filter(|hosted| hosted.is_counted());
        return filters
            .map(|hosted| symbol(view, &hosted.name, SymbolKind::EVENT, hosted.literal, Vec::new()))
            .collect();
    };
    let rules = file.rules.iter().map(|rule| {
        let tests = rule.tests.iter().map(|test| (&test.name, test.span));
        let timelines = rule.timelines.iter().map(|timeline| (&timeline.name, timeline.span));
        let tests = tests.chain(timelines);
        let tests =
            tests.map(|(name, span)| symbol(view, name, SymbolKind::METHOD, span, Vec::new())).collect();
        symbol(view, &rule.id, SymbolKind::CLASS, rule.id_span, tests)
    });
    let composites = file.composites.iter();
    let composites = composites.map(|it| symbol(view, &it.id, SymbolKind::INTERFACE, it.id_span, Vec::new()));
    rules.chain(composites).collect()
}

fn symbol(
    view: &View<'_>,
    name: &str,
    kind: SymbolKind,
    span: Span,
    children: Vec<DocumentSymbol>,
) -> DocumentSymbol {
    let range = view.range(span);
    // the range of a parent has its children
    let end = children.iter().map(|child| child.range.end).max().unwrap_or(range.end).max(range.end);
    // the protocol refuses an empty name
    let name = if name.trim().is_empty() { "(no name)".to_owned() } else { name.to_owned() };
    #[allow(deprecated)]
    DocumentSymbol {
        name,
        detail: None,
        kind,
        tags: None,
        deprecated: None,
        range: lsp_types::Range::new(range.start, end),
        selection_range: range,
        children: (!children.is_empty()).then_some(children),
    }
}
