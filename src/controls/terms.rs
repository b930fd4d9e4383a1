//! Whether term patterns match each record that a JSON pattern matches: `Root` is in the text of each record with
//! `$.userIdentity.type = "Root"`. A regular expression that is only a text, such as `%Root%`, is such a term.
//!
//! This is true of CloudTrail records only: they write letters as they are (docs/proofs.md#domains). Among all messages, `\u0052oot` is the
//! same value and another text. A text is looked for in what a condition needs: the keys of its selector, and the parts of its value
//! between wildcards. An alternative of `||` has to need it in each arm, a conjunction in one.

use crate::FilterPattern;
use crate::analysis::Domain;
use crate::syntax::ast::{Condition, Equality, Expr, Pattern, Predicate, Term, TermMode, Value};

/// Whether each event of the domain that `of` matches is matched by one of the term patterns among `any`. `false` if that is not known.
pub(crate) fn contain(of: &FilterPattern, any: &[&FilterPattern], domain: Domain) -> bool {
    let Pattern::Json(expr) = of.ast() else { return false };
    let terms: Vec<Terms<'_>> = any.iter().filter_map(|it| Terms::of(it)).collect();
    domain == Domain::CloudTrail && !terms.is_empty() && one_matches(&expr.item, &terms)
}

/// The texts that a term pattern looks for.
enum Terms<'a> {
    All(Vec<&'a str>),
    Any(Vec<&'a str>),
}

impl<'a> Terms<'a> {
    /// `None` if the pattern is of another kind or excludes a term.
    fn of(pattern: &'a FilterPattern) -> Option<Terms<'a>> {
        let terms = match pattern.ast() {
            Pattern::Terms(terms) => terms,
            // found anywhere in the text of the event, as a term is
            Pattern::Regex(regex) => return texts_of(&regex.item.body).map(Terms::Any),
            Pattern::Everything | Pattern::Json(_) | Pattern::Space(_) => return None,
        };
        let of = |mode: TermMode| -> Vec<&'a str> {
            let is_of = |it: &&Term| it.mode == mode;
            terms.iter().map(|it| &it.item).filter(is_of).map(|it| it.text.as_str()).collect()
        };
        let (required, optional) = (of(TermMode::Required), of(TermMode::Optional));
        if terms.iter().any(|it| it.item.joined) || !of(TermMode::Excluded).is_empty() {
            return None;
        }
        // optional terms are ignored beside others
        Some(if required.is_empty() { Terms::Any(optional) } else { Terms::All(required) })
    }

    fn are_in(&self, expr: &Expr<Condition>) -> bool {
        match self {
            Terms::All(all) => all.iter().all(|text| needs_one(expr, &[text])),
            Terms::Any(any) => needs_one(expr, any),
        }
    }
}

/// The texts that a regular expression looks for, if it is a text, or texts with `|` between them: `%Root%`, `%StopLogging|DeleteTrail%`.
fn texts_of(regex: &str) -> Option<Vec<&str>> {
    let is_text = |text: &str| text.chars().all(|it| it.is_ascii_alphanumeric() || " _:-".contains(it));
    let texts: Vec<&str> = regex.split('|').collect();
    texts.iter().all(|text| !text.is_empty() && is_text(text)).then_some(texts)
}

fn one_matches(expr: &Expr<Condition>, terms: &[Terms<'_>]) -> bool {
    terms.iter().any(|it| it.are_in(expr))
        || match expr {
            Expr::Or(arms) => arms.iter().all(|arm| one_matches(&arm.item, terms)),
            Expr::And(arms) => arms.iter().any(|arm| one_matches(&arm.item, terms)),
            Expr::Group(inner) => one_matches(&inner.item, terms),
            Expr::Condition(_) => false,
        }
}

/// Whether the text of each record for which the expression is true contains one of the texts.
fn needs_one(expr: &Expr<Condition>, texts: &[&str]) -> bool {
    match expr {
        Expr::Or(arms) => arms.iter().all(|arm| needs_one(&arm.item, texts)),
        Expr::And(arms) => arms.iter().any(|arm| needs_one(&arm.item, texts)),
        Expr::Group(inner) => needs_one(&inner.item, texts),
        Expr::Condition(condition) => texts.iter().any(|text| is_plain(text) && needs(condition, text)),
    }
}

fn needs(condition: &Condition, text: &str) -> bool {
    let predicate = &condition.predicate.item;
    // a field that is missing fulfils no other condition
    if *predicate == Predicate::NotExists {
        return false;
    }
    let keys = condition.selector.item.steps.iter().filter_map(|step| step.key());
    let Predicate::Compare(Equality::Equal, value) = predicate else {
        return keys.into_iter().any(|key| key.contains(text));
    };
    let parts = match &value.item {
        Value::Quoted(value) | Value::Bare(value) if !value.contains('\\') => value.as_str(),
        Value::Quoted(_) | Value::Bare(_) | Value::Number(_) | Value::Regex(_) => "",
    };
    keys.into_iter().chain(parts.split('*')).any(|part| part.contains(text))
}

/// Whether no character has an escape, and the text is no part of a number, which has several spellings.
fn is_plain(text: &str) -> bool {
    text.chars().all(|it| it.is_ascii_alphanumeric() || " _.:-".contains(it))
        && text.chars().any(|it| it.is_ascii_alphabetic() && !it.eq_ignore_ascii_case(&'e'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_that_each_record_contains() {
        let root = r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }"#;
        let two = r#"{ $.eventName = CreateTrail || ($.eventName = "Delete*Trail" && $.a != x) }"#;
        for (json, terms, expected) in [
            (root, &["Root"][..], true),
            (root, &["userIdentity"], true),
            (root, &["?Root ?other"], true),
            (root, &["Root type"], true),
            (root, &["oo"], true),
            (root, &["root"], false),
            (root, &["invokedBy"], false),
            (root, &["Root other"], false),
            (root, &["Root -other"], false),
            (root, &["-Root"], false),
            (root, &["x", "Root"], true),
            (root, &["{ $.a = x }", "Root"], true),
            (root, &["%Root%"], true),
            (root, &["%Root|x%"], true),
            (root, &["%x|oo%"], true),
            (root, &["%root%"], false),
            (root, &["%Ro.t%"], false),
            (root, &["%^Root%"], false),
            (root, &["%Root$%"], false),
            (root, &["%[R]oot%"], false),
            (root, &["%Roo?t%"], false),
            (root, &["%\\bRoot%"], false),
            (root, &["%invokedBy%"], false),
            (root, &["\"\\\"Root\\\"\""], false),
            (two, &["Trail"], true),
            (two, &["CreateTrail"], false),
            (two, &["?CreateTrail ?Delete"], true),
            (two, &["CreateTrail", "Delete Trail"], true),
            (two, &["CreateTrail", "DeleteTrail"], false),
            (two, &["%CreateTrail|Delete%"], true),
            (two, &["%CreateTrail%", "Delete Trail"], true),
            (two, &["%CreateTrail%"], false),
            (two, &["eventName"], true),
            (two, &["a"], true),
            (r#"{ $.n = 404 }"#, &["404"], false),
            (r#"{ $.n = "404" }"#, &["404"], false),
            (r#"{ $.n = 4e2 }"#, &["e"], false),
            (r#"{ $.x != "Root" }"#, &["Root"], false),
            (r#"{ $.b = %Root% }"#, &["Root"], false),
            (r#"{ $.b IS NULL }"#, &["b"], true),
            ("Root", &["Root"], false),
        ] {
            let of: FilterPattern = json.parse().unwrap();
            let terms: Vec<FilterPattern> = terms.iter().map(|it| it.parse().unwrap()).collect();
            let terms: Vec<&FilterPattern> = terms.iter().collect();
            let found = contain(&of, &terms, Domain::CloudTrail);
            let texts: Vec<&str> = terms.iter().map(|it| it.as_str()).collect();
            assert_eq!(found, expected, "{json} {texts:?}");
            // another spelling of the same value is a message, too
            assert!(!contain(&of, &terms, Domain::Json), "{json} {texts:?}");
        }
    }
}
