//! String templates: `"…${…}…"`, heredocs, and the directives `%{ if }` and `%{ for }`.

use super::kinds::{entries, truth};
use super::scope::{Evaluator, Scope};
use super::syntax::span_of;
use crate::limits::{EVALUATED_TEXT_BYTES, EXPANDED_VALUES, TEXT_PIECES};
use crate::sources::align::Escapes;
use crate::sources::literal::LiteralSyntax;
use crate::sources::value::{Literal, Place, Text, Value};
use crate::span::Span;
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::template::{Directive, Element, ForDirective, HeredocTemplate, IfDirective, Strip};

/// Whether `~` takes off white space at the start and the end of a template.
#[derive(Clone, Copy)]
struct Strips {
    start: bool,
    end: bool,
}

const NO_STRIPS: Strips = Strips { start: false, end: false };

fn strips_before(strip: Strip) -> bool {
    matches!(strip, Strip::Start | Strip::Both)
}

fn strips_after(strip: Strip) -> bool {
    matches!(strip, Strip::End | Strip::Both)
}

const PART: &str = "it is a part of a longer text";

impl Evaluator<'_> {
    /// A template of one interpolation has its value, whatever the kind; others are texts.
    pub(super) fn template<'e>(
        &self,
        elements: impl Iterator<Item = &'e Element>,
        at: Place,
        scope: &Scope,
    ) -> Value {
        let elements: Vec<&Element> = elements.collect();
        if let [Element::Interpolation(only)] = elements.as_slice() {
            return self.expression(&only.expr, at.file, scope);
        }
        let mut out = Text::default();
        match (Parts { evaluator: self, at, scope, escapes: Escapes::Hcl })
            .all(&elements, NO_STRIPS, &mut out)
        {
            Ok(()) => Value::text(out, at),
            Err(why) => Value::unknown(why, at),
        }
    }

    /// The value of a heredoc: a literal if it has no interpolation.
    pub(super) fn heredoc(&self, it: &HeredocTemplate, at: Place, scope: &Scope) -> Value {
        let elements: Vec<&Element> = it.template.iter().collect();
        let file = self.files.text(at.file);
        let source = at.span.of(&file.text);
        let opening = source.find('\n').map_or(source.len(), |end| end + 1);
        let closing = source.len() - source.rfind('\n').map_or(source.len(), |end| end + 1);
        let texts: Option<String> =
            elements.iter().map(|element| element.as_literal().map(|it| it.as_str())).collect();
        // the last line's end is a part of the text
        let end = if elements.is_empty() { "" } else { "\n" };
        if let Some(text) = texts {
            let body = at.span.within(opening, closing);
            let syntax = heredoc_syntax(source, opening, closing);
            let (value, escapes) = (text + end, Escapes::Template);
            return Value::text(Text::literal(Literal { at, body, value, escapes, syntax }), at);
        }
        let mut out = Text::default();
        match (Parts { evaluator: self, at, scope, escapes: Escapes::Template })
            .all(&elements, NO_STRIPS, &mut out)
        {
            Ok(()) => {
                out.push_computed(end, at);
                Value::text(out, at)
            }
            Err(why) => Value::unknown(why, at),
        }
    }
}

fn heredoc_syntax(source: &str, opening: usize, closing: usize) -> LiteralSyntax {
    let lines = source.get(opening..source.len() - closing).unwrap_or_default().lines();
    let blanks = |line: &str| line.len() - line.trim_start().len();
    let first = lines.filter(|line| !line.trim().is_empty()).map(blanks).next().unwrap_or(0);
    LiteralSyntax::Heredoc {
        opening: source.get(..opening).unwrap_or_default().to_owned(),
        indent: " ".repeat(first),
        closing: source.get(source.len() - closing..).unwrap_or_default().to_owned(),
    }
}

struct Parts<'a> {
    evaluator: &'a Evaluator<'a>,
    at: Place,
    scope: &'a Scope,
    escapes: Escapes,
}

impl Parts<'_> {
    fn all(&self, elements: &[&Element], strips: Strips, out: &mut Text) -> Result<(), String> {
        for (position, element) in elements.iter().enumerate() {
            if out.string.len() > EVALUATED_TEXT_BYTES || out.pieces.len() > TEXT_PIECES {
                let why = out.first_hole().map(ToString::to_string);
                return Err(why.unwrap_or_else(|| format!("it is longer than {EVALUATED_TEXT_BYTES} bytes")));
            }
            match element {
                Element::Literal(text) => {
                    let before = position.checked_sub(1).and_then(|at| elements.get(at));
                    let starts = before.map_or(strips.start, |element| strips_after(strip_at_end(element)));
                    let after = elements.get(position + 1);
                    let ends = after.map_or(strips.end, |element| strips_before(strip_at_start(element)));
                    self.literal(text, starts, ends, out);
                }
                Element::Interpolation(it) => self.interpolation(&it.expr, span_of(it.span()), out),
                Element::Directive(directive) => match directive.as_ref() {
                    Directive::If(it) => self.if_directive(it, out)?,
                    Directive::For(it) => self.for_directive(it, out)?,
                },
            }
        }
        Ok(())
    }

    fn literal(&self, text: &hcl_edit::Spanned<String>, starts: bool, ends: bool, out: &mut Text) {
        let body = span_of(text.span());
        let at = Place::new(self.at.file, body);
        let (value, syntax) = (text.as_str().to_owned(), LiteralSyntax::Fixed(PART.into()));
        let whole = Text::literal(Literal { at, body, value, escapes: self.escapes, syntax });
        let string = &whole.string;
        let (mut start, mut end) = (string.len() - string.trim_start().len(), string.trim_end().len());
        if self.escapes == Escapes::Template {
            // a heredoc is read line by line: `~` takes off the rest of its own line only
            start = string.find('\n').map_or(start, |line| start.min(line + 1));
            end = string.rfind('\n').map_or(end, |line| end.max(line + 1));
        }
        let (start, end) = (if starts { start } else { 0 }, if ends { end } else { string.len() });
        out.push(&whole.slice(start.min(end), end));
    }

    fn interpolation(&self, expr: &Expression, span: Span, out: &mut Text) {
        let value = self.evaluator.expression(expr, self.at.file, self.scope);
        let place = Place::new(self.at.file, span);
        match value.to_text() {
            // a value that is used as one piece: a finding in it points at the interpolation
            Some(text) if text.first_hole().is_none() => out.push_computed(&text.string, place),
            Some(text) => out.push(&text),
            None => {
                let why =
                    value.any_unknown().unwrap_or_else(|| format!("{} is no text", value.kind()).into());
                out.push(&Text::hole(why, place));
            }
        }
    }

    fn if_directive(&self, it: &IfDirective, out: &mut Text) -> Result<(), String> {
        let condition = self.evaluator.expression(&it.if_expr.cond_expr, self.at.file, self.scope);
        let otherwise = it.else_expr.as_ref();
        let after_first = otherwise.map_or(it.endif_expr.strip, |it| it.strip);
        match truth(&condition) {
            Some(true) => {
                let strips =
                    Strips { start: strips_after(it.if_expr.strip), end: strips_before(after_first) };
                self.all(&it.if_expr.template.iter().collect::<Vec<_>>(), strips, out)
            }
            Some(false) => match otherwise {
                Some(otherwise) => {
                    let strips = Strips {
                        start: strips_after(otherwise.strip),
                        end: strips_before(it.endif_expr.strip),
                    };
                    self.all(&otherwise.template.iter().collect::<Vec<_>>(), strips, out)
                }
                None => Ok(()),
            },
            None => {
                let why = condition.any_unknown().unwrap_or_else(|| "the condition is no truth value".into());
                out.push(&Text::hole(why, self.at));
                Ok(())
            }
        }
    }

    fn for_directive(&self, it: &ForDirective, out: &mut Text) -> Result<(), String> {
        let collection = self.evaluator.expression(&it.for_expr.collection_expr, self.at.file, self.scope);
        let Some(entries) = entries(&collection) else {
            let why = collection.any_unknown().unwrap_or_else(|| "the collection is not one".into());
            out.push(&Text::hole(why, self.at));
            return Ok(());
        };
        let elements: Vec<&Element> = it.for_expr.template.iter().collect();
        let strips =
            Strips { start: strips_after(it.for_expr.strip), end: strips_before(it.endfor_expr.strip) };
        if entries.len() > EXPANDED_VALUES {
            return Err(format!("it has more than {EXPANDED_VALUES} values"));
        }
        for (key, value) in entries {
            let mut scope = self.scope.clone();
            if let Some(name) = &it.for_expr.key_var {
                scope.names.push((name.as_str().to_owned(), key));
            }
            scope.names.push((it.for_expr.value_var.as_str().to_owned(), value));
            Parts { scope: &scope, ..*self }.all(&elements, strips, out)?;
        }
        Ok(())
    }
}

/// The mark at the end of an element that is not a literal.
fn strip_at_end(element: &Element) -> Strip {
    match element {
        Element::Literal(_) => Strip::None,
        Element::Interpolation(it) => it.strip,
        Element::Directive(directive) => match directive.as_ref() {
            Directive::If(it) => it.endif_expr.strip,
            Directive::For(it) => it.endfor_expr.strip,
        },
    }
}

/// The mark at the start of an element that is not a literal.
fn strip_at_start(element: &Element) -> Strip {
    match element {
        Element::Literal(_) => Strip::None,
        Element::Interpolation(it) => it.strip,
        Element::Directive(directive) => match directive.as_ref() {
            Directive::If(it) => it.if_expr.strip,
            Directive::For(it) => it.for_expr.strip,
        },
    }
}
