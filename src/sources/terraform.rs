//! Terraform: `aws_cloudwatch_log_metric_filter`, `aws_cloudwatch_log_subscription_filter`.

use super::{Align, Escapes, HostedPattern, Quoting, SourceError};
use crate::lint::{Located, Transformation};
use crate::span::Span;
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body};

pub(super) fn read(text: &str) -> Result<Vec<HostedPattern>, SourceError> {
    let body = hcl_edit::parser::parse_body(text).map_err(|error| {
        let place = error.location();
        SourceError::new(text, place.offset(), error.message())
    })?;
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
            let text = text.value().clone();
            trimmed(file, name, literal, &text, Escapes::Hcl, Quoting::Hcl)
        }
        Expression::HeredocTemplate(heredoc) => {
            let mut text = String::new();
            for element in heredoc.template.iter() {
                match element.as_literal() {
                    Some(literal) => text.push_str(literal),
                    None => return HostedPattern::unchecked(name.to_owned(), literal, INTERPOLATED),
                }
            }
            trimmed(file, name, literal, &dedented(&text), Escapes::None, Quoting::Fixed)
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

/// The AWS provider trims the pattern (spec §12, 4).
fn trimmed(
    file: &str,
    name: &str,
    literal: Span,
    text: &str,
    escapes: Escapes,
    quoting: Quoting,
) -> HostedPattern {
    let mut hosted =
        HostedPattern::new(file, name.to_owned(), literal, text.trim().to_owned(), escapes, quoting);
    if text.trim_start() != text {
        let leading = text.len() - text.trim_start().len();
        let whole = Align::new(file, literal, text, escapes);
        let from = whole.in_file(Span::new(leading, leading)).start;
        hosted.align = Align::new(file, Span::new(from, literal.end), text.trim(), escapes);
    }
    hosted
}

/// Without the indentation that all lines share, as `<<-` takes it off; AWS reads blanks alike.
fn dedented(text: &str) -> String {
    let indent =
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len());
    let indent = indent.min().unwrap_or(0);
    text.lines().map(|line| line.get(indent..).unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn transformation(block: &Block) -> Transformation {
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
    Transformation {
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
