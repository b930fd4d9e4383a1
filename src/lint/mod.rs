//! Lints: mistakes in filter patterns that AWS accepts without an error.
//!
//! A lint is a check over the AST of a parsed pattern. It has an entry in [`catalogue`] (its name is the mistake, with an example, what
//! to write instead, and the evidence) and a check in the file of its family: conditions, terms, columns, CloudTrail's names, proofs,
//! metric transformations, alarms. A check creates a [`Diagnostic`] with the place, a help line and, where possible, a fix. A fix is a
//! changed AST that is printed, so it always parses. A **safe** fix gives the same verdict on every event; a **suggested** fix changes
//! the meaning to what the author probably intended, so a person has to confirm it.
//!
//! ```
//! let found = cwfilter::lint::check(r#"{ $.eventName != "GetObject" || $.eventName != "PutObject" }"#);
//! assert_eq!(found[0].lint, "or-of-negations");
//! let fix = found[0].fix.as_ref().unwrap();
//! assert_eq!(fix.pattern, r#"{ $.eventName != "GetObject" && $.eventName != "PutObject" }"#);
//! ```
//!
//! [`catalogue`] lists every lint with its reasons; `cwfilter explain LINT` prints an entry.

pub mod alarm;
mod booleans;
mod budget;
pub mod catalogue;
mod cloudtrail;
pub mod composite;
mod elements;
#[cfg(feature = "sources")]
pub mod file;
mod missing;
mod proofs;
mod rewrite;
mod space;
mod terms;
pub mod transformation;
mod values;

use crate::FilterPattern;
use crate::diagnostic::Diagnostic;
pub use crate::metric_settings::{Located, LocatedAlarm, LocatedTransformation};
use crate::semantics::Semantics;
use crate::span::Span;
use crate::syntax::ast::{Condition, Expr, Node, Pattern};
use crate::syntax::parse;

/// Checks a pattern's text; findings are in the order of their places. A text that AWS refuses
/// gets one finding, the refusal.
///
/// ```
/// let findings = cwfilter::lint::check("{ $.a != x || $.a != y }");
/// assert!(findings.iter().any(|finding| finding.lint == "or-of-negations"));
/// assert!(cwfilter::lint::check("{ $.a = x }").is_empty());
/// ```
#[must_use]
pub fn check(text: &str) -> Vec<Diagnostic> {
    match parse(text, Semantics::default()) {
        Ok(pattern) => check_pattern(text, &pattern),
        Err(error) => vec![Diagnostic::from(&error)],
    }
}

/// The same for a pattern that was parsed from `text`.
///
/// ```
/// let pattern: cwfilter::FilterPattern = "{ $.a != x || $.a != y }".parse()?;
/// assert!(!cwfilter::lint::check_pattern(pattern.as_str(), pattern.ast()).is_empty());
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn check_pattern(text: &str, pattern: &Pattern) -> Vec<Diagnostic> {
    check_pattern_with(text, pattern, Semantics::default())
}

/// The same for a pattern that was parsed with other than the default semantics: what is proved about it is proved for them.
#[must_use]
pub fn check_pattern_with(text: &str, pattern: &Pattern, semantics: Semantics) -> Vec<Diagnostic> {
    let mut findings = Findings { text, pattern, semantics, list: Vec::new() };
    match pattern {
        Pattern::Everything => {}
        Pattern::Terms(list) => terms::check(list, &mut findings),
        Pattern::Regex(regex) => budget::regex_escapes(regex.span, &regex.item.body, &mut findings),
        Pattern::Json(expr) => check_json(expr, &mut findings),
        Pattern::Space(fields) => space::check(fields, &mut findings),
    }
    budget::check(&mut findings);
    proofs::check(&mut findings);
    findings.list.sort_by_key(|finding| (finding.primary.span.start, finding.primary.span.end));
    findings.list
}

fn check_json(expr: &Node<Expr<Condition>>, findings: &mut Findings<'_>) {
    let is_cloudtrail = cloudtrail::is_about(&expr.item);
    booleans::check(expr, is_cloudtrail, findings);
    missing::check(expr, is_cloudtrail, findings);
    elements::check(expr, findings);
    values::check(expr, is_cloudtrail, findings);
    if is_cloudtrail {
        cloudtrail::check(expr, findings);
    }
}

/// Collects the findings of one pattern.
struct Findings<'a> {
    text: &'a str,
    pattern: &'a Pattern,
    semantics: Semantics,
    list: Vec<Diagnostic>,
}

impl Findings<'_> {
    /// Another pattern, read as this one was.
    fn parsed(&self, text: &str) -> Option<FilterPattern> {
        FilterPattern::with_semantics(text, self.semantics).ok()
    }

    fn add(&mut self, finding: Diagnostic) {
        self.list.push(finding);
    }

    /// The text at a place.
    fn text_at(&self, span: Span) -> &str {
        span.of(self.text)
    }
}

/// The expression without the parentheses round it.
fn unwrapped<C>(expr: &Expr<C>) -> &Expr<C> {
    match expr {
        Expr::Group(inner) => unwrapped(&inner.item),
        other => other,
    }
}

/// The parts of an `&&`, or the expression itself; parentheses do not count.
fn conjuncts<'a, C>(expr: &'a Node<Expr<C>>, found: &mut Vec<&'a Node<Expr<C>>>) {
    match &expr.item {
        Expr::And(parts) => parts.iter().for_each(|part| conjuncts(part, found)),
        Expr::Group(inner) => conjuncts(inner, found),
        _ => found.push(expr),
    }
}

/// The parts of an `||`, or the expression itself; parentheses do not count.
fn disjuncts<'a, C>(expr: &'a Node<Expr<C>>, found: &mut Vec<&'a Node<Expr<C>>>) {
    match &expr.item {
        Expr::Or(parts) => parts.iter().for_each(|part| disjuncts(part, found)),
        Expr::Group(inner) => disjuncts(inner, found),
        _ => found.push(expr),
    }
}

/// Calls `visit` for the expression and everything in it, parents first.
fn walk<'a, C>(expr: &'a Node<Expr<C>>, visit: &mut dyn FnMut(&'a Node<Expr<C>>)) {
    visit(expr);
    match &expr.item {
        Expr::Or(parts) | Expr::And(parts) => parts.iter().for_each(|part| walk(part, visit)),
        Expr::Group(inner) => walk(inner, visit),
        Expr::Condition(_) => {}
    }
}

/// The finding for a text that AWS refuses only for the white space round `trimmed`.
#[cfg(feature = "sources")]
pub(crate) fn refused_blanks(text: &str, trimmed: &Pattern) -> Diagnostic {
    let message = "white space around the pattern, which AWS refuses";
    budget::surrounding_blanks(text, trimmed, crate::diagnostic::Severity::Error, message)
}

/// Whether the pattern holds a regular expression.
#[must_use]
pub fn has_regex(pattern: &Pattern) -> bool {
    budget::counts(pattern).0 > 0
}
