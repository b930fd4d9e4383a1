//! A predicate as a question about values: which of them fit.

use super::allowed::whole_text;
use crate::FilterPattern;
use crate::cloudtrail::catalogue::FieldKind;
use crate::semantics::Semantics;
use crate::span::Span;
use crate::syntax::ast::{Condition, Equality, Expr, Node, Pattern, Predicate, Selector, Step};
use serde_json::{Value as Json, json};

/// A predicate that can be tried on values; for `!=`, the `=` of the same value.
pub(super) struct Asked {
    /// A pattern that has the predicate on the field `v`. `None` for `NOT EXISTS`, which asks for no value.
    pattern: Option<FilterPattern>,
    predicate: Predicate,
}

impl Asked {
    pub(super) fn new(predicate: &Predicate, semantics: Semantics) -> Self {
        let positive = match predicate {
            Predicate::Compare(_, value) => Predicate::Compare(Equality::Equal, value.clone()),
            other => other.clone(),
        };
        let condition = Condition {
            selector: Node::new(Span::default(), Selector { steps: vec![Step::Key("v".to_owned())] }),
            predicate: Node::new(Span::default(), positive.clone()),
        };
        let expr = Node::new(Span::default(), Expr::Condition(condition));
        let pattern =
            (positive != Predicate::NotExists).then(|| FilterPattern::of_ast(Pattern::Json(expr), semantics));
        Asked { pattern, predicate: positive }
    }

    /// Whether a value fits. True if none is asked for.
    pub(super) fn fits(&self, value: &Json) -> bool {
        self.pattern.as_ref().is_none_or(|it| it.is_match(json!({ "v": value }).to_string()))
    }

    pub(super) fn fits_one(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.fits(&Json::from(*text)))
    }

    /// What the field is, if no value of its type fits.
    pub(super) fn not_of_type(&self, kind: FieldKind) -> Option<&'static str> {
        if matches!(self.predicate, Predicate::IsNull | Predicate::NotExists) {
            return None;
        }
        let fits = match kind {
            FieldKind::Boolean => self.fits(&json!(true)) || self.fits(&json!(false)),
            FieldKind::Object => self.fits(&json!({})),
            FieldKind::Array => self.fits(&json!([])),
            FieldKind::String => {
                !matches!(self.predicate, Predicate::IsTrue | Predicate::IsFalse | Predicate::Order(..))
            }
            FieldKind::Number => {
                let is_word = |text: &str| text.parse::<f64>().is_err();
                !matches!(self.predicate, Predicate::IsTrue | Predicate::IsFalse)
                    && !whole_text(&self.predicate).is_some_and(is_word)
            }
            FieldKind::Any => true,
        };
        (!fits).then(|| named(kind))
    }
}

/// The type as a finding names it.
pub(super) fn named(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::String => "a text",
        FieldKind::Number => "a number",
        FieldKind::Boolean => "a boolean",
        FieldKind::Object => "an object",
        FieldKind::Array => "an array",
        FieldKind::Any => "a value",
    }
}
