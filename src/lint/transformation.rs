//! What a match counts as: the metric transformation beside a pattern.

use super::cloudtrail::{is_about, path_of};
use crate::cloudtrail::catalogue::{Presence, field};
use crate::diagnostic::{Diagnostic, Severity};
use crate::limits::{DIMENSIONS, METRIC_NAME_CHARACTERS, METRIC_VALUE_CHARACTERS};
use crate::metric::UNITS;
use crate::metric_settings::{Located, LocatedTransformation};
use crate::number::Decimal;
use crate::span::Span;
use crate::syntax::ast::{Equality, Expr, Field, Pattern, Predicate, Selector};
use crate::syntax::parse_selector;

/// What is wrong with a transformation beside its pattern (docs/filter-patterns.md#metric-filter-admission, docs/filter-patterns.md#limits).
#[must_use]
pub fn check_transformation(pattern: &Pattern, transformation: &LocatedTransformation) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    names(transformation, &mut found);
    value(pattern, transformation, &mut found);
    dimensions(pattern, transformation, &mut found);
    found
}

fn error(lint: &'static str, at: Span, message: String) -> Diagnostic {
    Diagnostic::new(lint, Severity::Error, at, message).in_file(at)
}

fn names(transformation: &LocatedTransformation, found: &mut Vec<Diagnostic>) {
    let fields = [("metric name", &transformation.name), ("metric namespace", &transformation.namespace)];
    for (what, located) in fields.into_iter().filter_map(|(what, field)| Some((what, field.as_ref()?))) {
        let Located { text, span } = located;
        let count = text.chars().count();
        // a namespace with a colon was seen to be taken (docs/filter-patterns.md#limits)
        let forbidden = |c: char| matches!(c, '*' | '$') || c == ':' && what == "metric name";
        if count == 0 || count > METRIC_NAME_CHARACTERS {
            let message = format!("{what} of {count} characters, 1 to {METRIC_NAME_CHARACTERS} are allowed");
            found.push(error("invalid-metric-name", *span, message));
        } else if let Some(character) = text.chars().find(|c| forbidden(*c)) {
            let message = format!("{what} `{text}` contains `{character}`");
            found.push(error("invalid-metric-name", *span, message).help("`:`, `*` and `$` are not allowed"));
        } else if text.starts_with("AWS/") && what == "metric namespace" {
            let message = format!("namespace `{text}` is one of AWS's own");
            found.push(
                error("reserved-namespace", *span, message)
                    .help("choose a name that does not begin with `AWS/`"),
            );
        }
    }
    if let Some(Located { text, span }) = &transformation.unit
        && !UNITS.contains(&text.as_str())
    {
        let finding = error("unknown-unit", *span, format!("`{text}` is not a CloudWatch unit"));
        let right = UNITS
            .iter()
            .find(|unit| unit.trim_end_matches('s').eq_ignore_ascii_case(text.trim_end_matches('s')));
        found.push(match right {
            Some(right) => finding.help(format!("did you mean `{right}`?")),
            None => finding.help(format!("units are {}", UNITS.join(", "))),
        });
    }
}

fn value(pattern: &Pattern, transformation: &LocatedTransformation, found: &mut Vec<Diagnostic>) {
    let Some(Located { text, span }) = &transformation.value else { return };
    if text.chars().count() > METRIC_VALUE_CHARACTERS {
        let message = format!("metric value of more than {METRIC_VALUE_CHARACTERS} characters");
        found.push(error("invalid-metric-value", *span, message));
        return;
    }
    if !text.starts_with('$') {
        if Decimal::parse(text.as_bytes()).is_none() {
            found.push(
                error("invalid-metric-value", *span, format!("metric value `{text}` is not a number"))
                    .help("write a number, `$.field` or `$column`"),
            );
        }
        return;
    }
    if text.contains('*') {
        found.push(error("invalid-metric-value", *span, format!("metric value `{text}` has a wildcard")));
        return;
    }
    numbered(pattern, text, *span, found);
    if !is_guaranteed(pattern, text) {
        found.push(
            Diagnostic::new(
                "unguaranteed-metric-value",
                Severity::Warning,
                *span,
                format!("the pattern also matches events without a usable `{text}`, which publish nothing"),
            )
            .in_file(*span)
            .help(format!("ask for it in the pattern: `{text} = *`, or for a number `{text} >= 0`")),
        );
    }
}

fn dimensions(pattern: &Pattern, transformation: &LocatedTransformation, found: &mut Vec<Diagnostic>) {
    let list = &transformation.dimensions;
    let Some((first, _)) = list.first() else { return };
    if list.len() > DIMENSIONS {
        let message = format!("{} dimensions, {DIMENSIONS} are allowed", list.len());
        found.push(error("too-many-dimensions", first.span, message));
    }
    if transformation.default.is_some() {
        found.push(
            error(
                "dimension-with-default",
                first.span,
                "dimensions and a default value exclude each other".to_owned(),
            )
            .help("leave the default value out and treat missing data as not breaching in the alarm"),
        );
    }
    if !matches!(pattern, Pattern::Json(_) | Pattern::Space(_)) {
        found.push(
            error(
                "dimension-without-fields",
                first.span,
                "the pattern has no fields to take dimensions from".to_owned(),
            )
            .help("only `{ … }` and `[ … ]` patterns take dimensions"),
        );
        return;
    }
    for (name, selector) in list {
        if !selector.text.starts_with('$') || selector.text.contains('*') {
            let message = format!(
                "dimension `{}` has the value `{}`, which is not a selector",
                name.text, selector.text
            );
            found.push(
                error("invalid-dimension", selector.span, message).help("write `$.field` or `$column`"),
            );
            continue;
        }
        numbered(pattern, &selector.text, selector.span, found);
        if !is_guaranteed(pattern, &selector.text) {
            let message = format!(
                "the pattern also matches events without `{}`; it is not known what AWS publishes then",
                selector.text
            );
            found.push(
                Diagnostic::new("unguaranteed-dimension", Severity::Warning, selector.span, message)
                    .in_file(selector.span)
                    .help(format!("ask for it in the pattern: `{} = *`", selector.text)),
            );
        }
    }
}

/// `$7` for a column that has a name (docs/filter-patterns.md#metric-filter-emission).
fn numbered(pattern: &Pattern, text: &str, span: Span, found: &mut Vec<Diagnostic>) {
    let Pattern::Space(fields) = pattern else { return };
    let Some(number) = text.strip_prefix('$').and_then(|digits| digits.parse::<usize>().ok()) else { return };
    let column = number.checked_sub(1).and_then(|at| fields.get(at));
    if let Some(name) = column.and_then(|field| field.item.name()) {
        let message = format!("column {number} is named `{name}`; AWS shows it by its name only");
        found.push(
            Diagnostic::new("numbered-named-column", Severity::Warning, span, message)
                .in_file(span)
                .help(format!("write `${name}`")),
        );
    }
}

/// Whether every event that matches has the field or column.
fn is_guaranteed(pattern: &Pattern, text: &str) -> bool {
    match pattern {
        Pattern::Json(expr) => match parse_selector(text) {
            Some(selector) => requires(&expr.item, &selector) || is_in_every_record(&expr.item, &selector),
            None => true,
        },
        Pattern::Space(fields) => {
            let name = text.trim_start_matches('$');
            name.parse::<usize>().is_ok()
                || fields.iter().any(|field| match &field.item {
                    Field::Named(known) | Field::Conditioned { name: known, .. } => known == name,
                    Field::Unnamed | Field::Ellipsis => false,
                })
        }
        _ => false,
    }
}

/// What CloudTrail writes into every record need not be asked for.
fn is_in_every_record(expr: &Expr<crate::syntax::ast::Condition>, selector: &Selector) -> bool {
    let known = path_of(selector).and_then(|path| field(&path));
    is_about(expr) && known.is_some_and(|field| field.presence == Presence::Always)
}

fn requires(expr: &Expr<crate::syntax::ast::Condition>, selector: &Selector) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().any(|part| requires(&part.item, selector)),
        Expr::Or(parts) => parts.iter().all(|part| requires(&part.item, selector)),
        Expr::Group(inner) => requires(&inner.item, selector),
        Expr::Condition(condition) => {
            condition.selector.item == *selector
                && matches!(
                    condition.predicate.item,
                    Predicate::Compare(Equality::Equal | Equality::NotEqual, _) | Predicate::Order(..)
                )
        }
    }
}
