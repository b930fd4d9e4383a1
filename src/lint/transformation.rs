//! Lints of metric transformations: names, value, unit and dimensions of the metric that a filter publishes.

use super::cloudtrail::{is_about, path_of};
use crate::cloudtrail::catalogue::{Presence, field};
use crate::diagnostic::{Diagnostic, Severity};
use crate::limits::{DIMENSIONS, METRIC_NAME_CHARACTERS, METRIC_VALUE_CHARACTERS};
use crate::metric::{UNITS, is_selector};
use crate::metric_settings::{Located, LocatedTransformation};
use crate::number::{Decimal, is_metric_value};
use crate::span::Span;
use crate::syntax::ast::{Expr, Field, Pattern, Predicate, Selector};
use crate::syntax::parse_selector;

/// Checks the metric transformation of a pattern (docs/filter-patterns.md#metric-filter-admission, docs/filter-patterns.md#limits).
///
/// ```
/// use cwfilter::lint::transformation::check_transformation;
/// use cwfilter::lint::{Located, LocatedTransformation};
/// let pattern: cwfilter::FilterPattern = "{ $.level = ERROR }".parse()?;
/// let value = Located { text: "$.latency".to_owned(), span: cwfilter::Span::new(0, 9) };
/// let transformation = LocatedTransformation { value: Some(value), ..LocatedTransformation::default() };
/// let findings = check_transformation(Some(pattern.ast()), &transformation);
/// assert_eq!(findings[0].lint, "unguaranteed-metric-value");
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn check_transformation(
    pattern: Option<&Pattern>,
    transformation: &LocatedTransformation,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    names(transformation, &mut found);
    value(pattern, transformation, &mut found);
    default(transformation, &mut found);
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
        // AWS was observed to accept a namespace with a colon (docs/filter-patterns.md#limits)
        let forbidden = |c: char| matches!(c, '*' | '$') || c == ':' && what == "metric name";
        if count == 0 || count > METRIC_NAME_CHARACTERS {
            let message =
                format!("the {what} has {count} characters; 1 to {METRIC_NAME_CHARACTERS} are allowed");
            found.push(error("invalid-metric-name", *span, message));
        } else if let Some(character) = text.chars().find(|c| forbidden(*c)) {
            let message = format!("the {what} `{text}` contains `{character}`");
            found.push(
                error("invalid-metric-name", *span, message).help(
                    "a metric name cannot contain `:`, `*` or `$`, a namespace cannot contain `*` or `$`",
                ),
            );
        } else if text.starts_with("AWS/") && what == "metric namespace" {
            let message = format!("the namespace `{text}` is reserved for AWS's own metrics");
            found.push(
                error("reserved-namespace", *span, message)
                    .help("choose a namespace that does not begin with `AWS/`"),
            );
        }
    }
    if let Some(Located { text, span }) = &transformation.unit
        && !UNITS.contains(&text.as_str())
    {
        let finding = error("unknown-unit", *span, format!("`{text}` is not a unit of CloudWatch"));
        let right = UNITS
            .iter()
            .find(|unit| unit.trim_end_matches('s').eq_ignore_ascii_case(text.trim_end_matches('s')));
        found.push(match right {
            Some(right) => finding.help(format!("did you mean `{right}`?")),
            None => finding.help(format!("the units are {}", UNITS.join(", "))),
        });
    }
}

fn value(pattern: Option<&Pattern>, transformation: &LocatedTransformation, found: &mut Vec<Diagnostic>) {
    let Some(Located { text, span }) = &transformation.value else { return };
    if text.chars().count() > METRIC_VALUE_CHARACTERS {
        let message = format!("the metric value has more than {METRIC_VALUE_CHARACTERS} characters");
        found.push(error("invalid-metric-value", *span, message));
        return;
    }
    if !text.starts_with('$') {
        if Decimal::parse(text.as_bytes()).is_some() {
            in_range("metric value", text, *span, found);
        } else {
            found.push(
                error("invalid-metric-value", *span, format!("the metric value `{text}` is not a number"))
                    .help("write a number, `$.field` or `$column`"),
            );
        }
        return;
    }
    if text.contains('*') {
        found.push(error("invalid-metric-value", *span, format!("the metric value `{text}` has a wildcard")));
        return;
    }
    if !is_selector(pattern, text) {
        let message = format!("the metric value `{text}` is neither a number nor a selector");
        found.push(
            error("invalid-metric-value", *span, message).help("write a number, `$.field` or `$column`"),
        );
        return;
    }
    let Some(pattern) = pattern else { return };
    numbered(pattern, text, *span, found);
    if !is_guaranteed(pattern, text) {
        found.push(
            Diagnostic::new(
                "unguaranteed-metric-value",
                Severity::Warning,
                *span,
                format!(
                    "the pattern also matches events without a usable `{text}`, which publish no datapoint"
                ),
            )
            .in_file(*span)
            .help(format!("require it in the pattern: `{text} = *`, or for a number `{text} >= 0`")),
        );
    }
}

/// The default value is a number in the range of CloudWatch's values.
fn default(transformation: &LocatedTransformation, found: &mut Vec<Diagnostic>) {
    let Some(Located { text, span }) = &transformation.default else { return };
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    if text.parse::<f64>().is_ok_and(f64::is_finite) || Decimal::parse(text.as_bytes()).is_some() {
        in_range("default value", text, *span, found);
    } else {
        let message = format!("the default value `{text}` is not a number");
        found.push(error("invalid-metric-value", *span, message).help("write a finite number"));
    }
}

/// CloudWatch has no value out of its range: such a datapoint is not published.
fn in_range(what: &str, text: &str, span: Span, found: &mut Vec<Diagnostic>) {
    let Ok(number) = text.parse::<f64>() else { return };
    if is_metric_value(number) {
        return;
    }
    // the text of a rule file's number may have hundreds of digits
    let shown = if number.is_finite() { format!("{number:e}") } else { text.to_owned() };
    let message = format!("the {what} {shown} is out of CloudWatch's range: it is never published");
    found.push(
        error("invalid-metric-value", span, message).help("CloudWatch has values from -2^360 to 2^360"),
    );
}

fn dimensions(
    pattern: Option<&Pattern>,
    transformation: &LocatedTransformation,
    found: &mut Vec<Diagnostic>,
) {
    let list = &transformation.dimensions;
    let Some((first, _)) = list.first() else { return };
    if list.len() > DIMENSIONS {
        let message = format!("the filter has {} dimensions; {DIMENSIONS} are allowed", list.len());
        found.push(error("too-many-dimensions", first.span, message));
    }
    if transformation.default.is_some() {
        found.push(
            error(
                "dimension-with-default",
                first.span,
                "a metric filter cannot have both dimensions and a default value".to_owned(),
            )
            .help("remove the default value, and treat missing data as not breaching in the alarm"),
        );
    }
    if pattern.is_some_and(|pattern| !matches!(pattern, Pattern::Json(_) | Pattern::Space(_))) {
        found.push(
            error(
                "dimension-without-fields",
                first.span,
                "the pattern has no fields that dimensions could use".to_owned(),
            )
            .help("only `{ … }` and `[ … ]` patterns can have dimensions"),
        );
        return;
    }
    for (name, selector) in list {
        // the value is not known
        let Some(selector) = selector else { continue };
        if !is_selector(pattern, &selector.text) {
            let message = format!(
                "the dimension `{}` has the value `{}`, which is not a selector without a wildcard",
                name.text, selector.text
            );
            found.push(
                error("invalid-dimension", selector.span, message).help("write `$.field` or `$column`"),
            );
            continue;
        }
        let Some(pattern) = pattern else { continue };
        numbered(pattern, &selector.text, selector.span, found);
        if !is_guaranteed(pattern, &selector.text) {
            let message = format!(
                "the pattern also matches events without `{}`; it is not known what AWS publishes for them",
                selector.text
            );
            found.push(
                Diagnostic::new("unguaranteed-dimension", Severity::Warning, selector.span, message)
                    .in_file(selector.span)
                    .help(format!("require it in the pattern: `{} = *`", selector.text)),
            );
        }
    }
}

/// Finds `$7` for a column that has a name (docs/filter-patterns.md#metric-filter-emission).
fn numbered(pattern: &Pattern, text: &str, span: Span, found: &mut Vec<Diagnostic>) {
    let Pattern::Space(fields) = pattern else { return };
    let Some(number) = text.strip_prefix('$').and_then(|digits| digits.parse::<usize>().ok()) else { return };
    let column = number.checked_sub(1).and_then(|at| fields.get(at));
    if let Some(name) = column.and_then(|field| field.item.name()) {
        let message = format!("column {number} is named `{name}`; AWS extracts it under its name only");
        found.push(
            Diagnostic::new("numbered-named-column", Severity::Warning, span, message)
                .in_file(span)
                .help(format!("write `${name}`")),
        );
    }
}

/// Whether every matching event has the field or column.
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
        Pattern::Everything | Pattern::Terms(_) | Pattern::Regex(_) => false,
    }
}

/// Whether the pattern is about CloudTrail records, and CloudTrail writes the field into every record.
fn is_in_every_record(expr: &Expr<crate::syntax::ast::Condition>, selector: &Selector) -> bool {
    let known = path_of(selector).and_then(|path| field(&path));
    is_about(expr) && known.is_some_and(|field| field.presence == Presence::Always)
}

/// Whether the expression is true only for events that have the field with a value that can be published.
fn requires(expr: &Expr<crate::syntax::ast::Condition>, selector: &Selector) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().any(|part| requires(&part.item, selector)),
        Expr::Or(parts) => parts.iter().all(|part| requires(&part.item, selector)),
        Expr::Group(inner) => requires(&inner.item, selector),
        Expr::Condition(condition) => {
            condition.selector.item == *selector
                && match condition.predicate.item {
                    Predicate::Compare(..) | Predicate::Order(..) => true,
                    Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => {
                        false
                    }
                }
        }
    }
}
