//! Whether two texts of a Terraform file are the same but for the literals that are replaced.

use super::syntax::{parse, span_of};
use crate::sources::replacement::Replacement;
use crate::span::Span;
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::visit_mut::{VisitMut, visit_expr_mut};
use std::collections::HashMap;

pub(crate) fn same(
    before: &str,
    after: &str,
    replacements: &HashMap<Span, &Replacement>,
) -> Result<(), usize> {
    let mut old = parse(before).map_err(|error| error.offset)?;
    let mut new = parse(after).map_err(|_| 0_usize)?;
    let written: HashMap<Span, &Replacement> = replacements.values().map(|it| (it.written, *it)).collect();
    let mut of_old = Blank { replacements, is_new: false, failed: None, blanked: 0 };
    of_old.visit_body_mut(&mut old);
    let mut of_new = Blank { replacements: &written, is_new: true, failed: None, blanked: 0 };
    of_new.visit_body_mut(&mut new);
    if let Some(at) = of_new.failed {
        return Err(at);
    }
    let count = replacements.len();
    let is_same = of_old.blanked == count && of_new.blanked == count && old == new;
    if is_same { Ok(()) } else { Err(0) }
}

/// A text without interpolation.
fn literal_text(value: &Expression) -> Option<String> {
    match value {
        Expression::String(text) => Some(text.value().clone()),
        Expression::HeredocTemplate(heredoc) => {
            let texts: Option<String> =
                heredoc.template.iter().map(|element| element.as_literal().map(|it| it.as_str())).collect();
            texts.map(|text| crate::sources::hosted::unindented(&text))
        }
        _ => None,
    }
}

/// Takes out the literals that are replaced, so that the rest can be compared.
struct Blank<'a> {
    replacements: &'a HashMap<Span, &'a Replacement>,
    is_new: bool,
    /// The place in the old file of a literal that is not the intended one.
    failed: Option<usize>,
    blanked: usize,
}

impl VisitMut for Blank<'_> {
    fn visit_expr_mut(&mut self, value: &mut Expression) {
        let literal = span_of(value.span());
        let (Some(replacement), Some(text)) = (self.replacements.get(&literal), literal_text(value)) else {
            visit_expr_mut(self, value);
            return;
        };
        if self.is_new && !replacement.is_made(literal, text.trim()) {
            self.failed = Some(replacement.literal.start);
        }
        self.blanked += 1;
        *value = Expression::from(false);
    }
}
