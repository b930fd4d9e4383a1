//! The clauses of a pattern, by the names that people give them.

use super::ast::Pattern;
use super::{parse, parse_selector};
use crate::semantics::Semantics;

/// All names of the clauses of a pattern: the text of a condition, its selector or column, the text of a term.
pub(crate) fn clauses(pattern: &Pattern) -> Vec<String> {
    let mut names = Vec::new();
    match pattern {
        Pattern::Everything => {}
        Pattern::Terms(terms) => {
            names.extend(terms.iter().flat_map(|term| [term.item.to_string(), term.item.text.clone()]));
        }
        Pattern::Regex(regex) => names.push(regex.item.to_string()),
        Pattern::Json(expr) => expr.item.for_each(&mut |condition| {
            names.extend([condition.to_string(), condition.selector.item.to_string()]);
        }),
        Pattern::Space(fields) => fields.iter().for_each(|field| {
            if let Some(condition) = field.item.condition() {
                names.extend(field.item.name().map(str::to_owned));
                condition.item.for_each(&mut |condition| names.push(condition.to_string()));
            }
        }),
    }
    names
}

/// The name of the clause that a text means, which may have another layout. `None` if the pattern has no such clause.
pub(crate) fn clause_named(pattern: &Pattern, text: &str) -> Option<String> {
    let names = clauses(pattern);
    if let Some(name) = names.iter().find(|name| *name == text) {
        return Some(name.clone());
    }
    let laid_out = laid_out(text)?;
    names.into_iter().find(|name| *name == laid_out)
}

/// A condition or a selector in the layout that a pattern prints.
fn laid_out(text: &str) -> Option<String> {
    if let Some(selector) = parse_selector(text.trim()) {
        return Some(selector.to_string());
    }
    for (open, close) in [("{", "}"), ("[", "]")] {
        let Ok(pattern) = parse(&format!("{open}{text}{close}"), Semantics::default()) else { continue };
        let printed = pattern.to_string();
        let inner = printed.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner {
            return Some(inner.trim().to_owned());
        }
    }
    None
}

/// The name of the clause of a new pattern that has the place of a clause of the old one. `None` if there is none.
#[cfg(feature = "sources")]
pub(crate) fn clause_after(old: &Pattern, new: &Pattern, text: &str) -> Option<String> {
    let name = clause_named(old, text)?;
    if let Some(same) = clause_named(new, &name) {
        return Some(same);
    }
    let (before, after) = (clauses(old), clauses(new));
    // the names of each clause are in the same order
    let at = before.iter().position(|it| *it == name)?;
    if before.len() == after.len() { after.into_iter().nth(at) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_is_the_same_in_another_layout() {
        for (pattern, text, name) in [
            (r#"{$.a="x"&&$.b=1}"#, r#"$.a="x""#, Some(r#"$.a = "x""#)),
            (r#"{ $.a = "x" }"#, r#" $.a  =  "x" "#, Some(r#"$.a = "x""#)),
            (r#"{ $.a = "x" }"#, "$.a", Some("$.a")),
            ("{ $.a IS TRUE }", "$.a  IS  TRUE", Some("$.a IS TRUE")),
            ("[a = 1, b]", "a=1", Some("a = 1")),
            (r#"{ $.a = "x y" }"#, r#"$.a="x  y""#, None),
            (r#"{ $.a = "x" }"#, r#"$.a="y""#, None),
            ("ERROR FATAL", "ERROR", Some("ERROR")),
            ("ERROR FATAL", "WARN", None),
        ] {
            let pattern = parse(pattern, Semantics::default()).unwrap();
            assert_eq!(clause_named(&pattern, text).as_deref(), name, "{pattern}: {text}");
        }
    }

    #[cfg(feature = "sources")]
    #[test]
    fn a_clause_of_a_fixed_pattern_has_the_place_of_the_old_one() {
        for (old, new, text, name) in [
            (r#"{ $.a = "true" }"#, "{ $.a IS TRUE }", r#"$.a = "true""#, Some("$.a IS TRUE")),
            (r#"{ $.a = "true" }"#, "{ $.a IS TRUE }", "$.a", Some("$.a")),
            (r#"{ $.a = "true" }"#, "{ $.a IS TRUE || $.b = 1 }", r#"$.a = "true""#, None),
        ] {
            let parsed = |text: &str| parse(text, Semantics::default()).unwrap();
            assert_eq!(clause_after(&parsed(old), &parsed(new), text).as_deref(), name, "{old} → {new}");
        }
    }
}
