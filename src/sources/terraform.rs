//! Terraform: `aws_cloudwatch_log_metric_filter`, `aws_cloudwatch_log_subscription_filter`.

use super::align::{Align, Escapes};
use super::literal::Style;
use super::{Change, HostedPattern, SourceError};
use crate::metric_settings::{Located, LocatedTransformation};
use crate::span::Span;
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body};
use hcl_edit::visit_mut::{VisitMut, visit_expr_mut};
use std::collections::HashMap;

fn parse(text: &str) -> Result<Body, SourceError> {
    hcl_edit::parser::parse_body(text).map_err(|error| {
        let place = error.location();
        SourceError::new(text, place.offset(), error.message())
    })
}

pub(super) fn read(text: &str) -> Result<Vec<HostedPattern>, SourceError> {
    let body = parse(text)?;
    let mut found = Vec::new();
    for block in body.blocks().filter(|block| block.ident.as_str() == "resource") {
        let [kind, name] = block.labels.as_slice() else { continue };
        let attribute = match kind.as_str() {
            "aws_cloudwatch_log_metric_filter" => "pattern",
            "aws_cloudwatch_log_subscription_filter" => "filter_pattern",
            _ => continue,
        };
        let Some(value) = block.body.get_attribute(attribute).map(|attribute| &attribute.value) else {
            continue;
        };
        let mut hosted = pattern(text, name.as_str(), value);
        let group = block.body.get_attribute("log_group_name");
        hosted.log_group = group.and_then(|group| group.value.as_str().map(str::to_owned));
        hosted.transformation = block.body.get_blocks("metric_transformation").next().map(transformation);
        found.push(hosted);
    }
    Ok(found)
}

const INTERPOLATED: &str = "it is put together when Terraform runs";

fn pattern(file: &str, name: &str, value: &Expression) -> HostedPattern {
    let literal = span(value);
    match value {
        Expression::String(text) => {
            let align = Align::new(file, literal.within(1, 1), text, Escapes::Hcl);
            trimmed(name, literal, text, align, Style::Hcl)
        }
        Expression::HeredocTemplate(_) => {
            let Some(text) = literal_text(value) else {
                return HostedPattern::unchecked(name.to_owned(), literal, INTERPOLATED);
            };
            let source = literal.of(file);
            let opening = source.find('\n').map_or(source.len(), |end| end + 1);
            let closing = source.len() - source.rfind('\n').map_or(source.len(), |end| end + 1);
            let align = Align::new(file, literal.within(opening, closing), &text, Escapes::Template);
            let style = heredoc_style(source, opening, closing);
            trimmed(name, literal, &text, align, style)
        }
        Expression::Parenthesis(inner) => pattern(file, name, inner.inner()),
        Expression::FuncCall(call) => match (call.name.name.as_str(), call.args.iter().next()) {
            // white space at the ends is trimmed below, too
            ("trimspace" | "chomp", Some(argument)) => pattern(file, name, argument),
            _ => HostedPattern::unchecked(name.to_owned(), literal, INTERPOLATED),
        },
        _ => HostedPattern::unchecked(name.to_owned(), literal, INTERPOLATED),
    }
}

/// A text without interpolation.
fn literal_text(value: &Expression) -> Option<String> {
    match value {
        Expression::String(text) => Some(text.value().clone()),
        Expression::HeredocTemplate(heredoc) => {
            let texts: Option<String> =
                heredoc.template.iter().map(|element| element.as_literal().map(|it| it.as_str())).collect();
            texts.map(|text| dedented(&text))
        }
        _ => None,
    }
}

fn heredoc_style(source: &str, opening: usize, closing: usize) -> Style {
    let lines = source.get(opening..source.len() - closing).unwrap_or_default().lines();
    let blanks = |line: &str| line.len() - line.trim_start().len();
    let first = lines.filter(|line| !line.trim().is_empty()).map(blanks).next().unwrap_or(0);
    Style::Heredoc {
        opening: source.get(..opening).unwrap_or_default().to_owned(),
        indent: " ".repeat(first),
        closing: source.get(source.len() - closing..).unwrap_or_default().to_owned(),
    }
}

/// The AWS provider trims the pattern (docs/filter-patterns.md#open-questions, row 4).
fn trimmed(name: &str, literal: Span, text: &str, align: Align, style: Style) -> HostedPattern {
    let leading = text.len() - text.trim_start().len();
    HostedPattern::new(name.to_owned(), literal, text.trim().to_owned(), align.skip(leading), style)
}

pub(super) fn same(before: &str, after: &str, changes: &HashMap<Span, &Change>) -> Result<(), usize> {
    let mut old = parse(before).map_err(|error| error.offset)?;
    let mut new = parse(after).map_err(|_| 0_usize)?;
    let written: HashMap<Span, &Change> = changes.values().map(|change| (change.written, *change)).collect();
    let mut of_old = Blank { changes, is_new: false, failed: None, blanked: 0 };
    of_old.visit_body_mut(&mut old);
    let mut of_new = Blank { changes: &written, is_new: true, failed: None, blanked: 0 };
    of_new.visit_body_mut(&mut new);
    if let Some(at) = of_new.failed {
        return Err(at);
    }
    let is_same = of_old.blanked == changes.len() && of_new.blanked == changes.len() && old == new;
    if is_same { Ok(()) } else { Err(0) }
}

/// Takes out the literals that change, so that the rest can be compared.
struct Blank<'a> {
    changes: &'a HashMap<Span, &'a Change>,
    is_new: bool,
    /// Where a literal is not what was meant, in the old file.
    failed: Option<usize>,
    blanked: usize,
}

impl VisitMut for Blank<'_> {
    fn visit_expr_mut(&mut self, value: &mut Expression) {
        let literal = span(value);
        let (Some(change), Some(text)) = (self.changes.get(&literal), literal_text(value)) else {
            visit_expr_mut(self, value);
            return;
        };
        if self.is_new && !change.is_made(literal, text.trim()) {
            self.failed = Some(change.literal.start);
        }
        self.blanked += 1;
        *value = Expression::from(false);
    }
}

/// Without the indentation that all lines share, as `<<-` takes it off; AWS reads blanks alike.
fn dedented(text: &str) -> String {
    let indent =
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len());
    let indent = indent.min().unwrap_or(0);
    text.lines().map(|line| line.get(indent..).unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn transformation(block: &Block) -> LocatedTransformation {
    let body: &Body = &block.body;
    let text = |name: &str| located(&body.get_attribute(name)?.value);
    let mut dimensions = Vec::new();
    if let Some(Expression::Object(object)) =
        body.get_attribute("dimensions").map(|attribute| &attribute.value)
    {
        for (key, value) in object {
            let name = match key {
                ObjectKey::Ident(ident) => {
                    Some(Located { text: ident.to_string(), span: span_of(ident.span()) })
                }
                ObjectKey::Expression(expression) => located(expression),
            };
            dimensions.extend(name.zip(located(value.expr())));
        }
    }
    LocatedTransformation {
        namespace: text("namespace"),
        name: text("name"),
        value: text("value"),
        default: body.get_attribute("default_value").map(|attribute| span(&attribute.value)),
        unit: text("unit"),
        dimensions,
    }
}

/// A text, or a number as Terraform turns it into one.
fn located(value: &Expression) -> Option<Located> {
    let text = match value {
        Expression::String(text) => text.value().clone(),
        Expression::Number(number) => number.value().to_string(),
        _ => return None,
    };
    Some(Located { text, span: span(value) })
}

fn span(value: &Expression) -> Span {
    span_of(value.span())
}

fn span_of(range: Option<std::ops::Range<usize>>) -> Span {
    range.map_or(Span::default(), |range| Span::new(range.start, range.end))
}
