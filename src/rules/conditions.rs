//! The conditions of a pattern.

use crate::syntax::ast::Pattern;

/// The texts of the conditions of a pattern, from left to right.
pub(super) fn conditions(pattern: &Pattern) -> Vec<String> {
    let mut texts = Vec::new();
    match pattern {
        Pattern::Everything => {}
        Pattern::Terms(terms) => texts.extend(terms.iter().map(|term| term.item.to_string())),
        Pattern::Regex(regex) => texts.push(regex.item.to_string()),
        Pattern::Json(expr) => expr.item.for_each(&mut |condition| texts.push(condition.to_string())),
        Pattern::Space(fields) => {
            for condition in fields.iter().filter_map(|field| field.item.condition()) {
                condition.item.for_each(&mut |condition| texts.push(condition.to_string()));
            }
        }
    }
    texts
}
