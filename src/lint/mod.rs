//! Lints find mistakes in filter patterns that AWS accepts without an error.
//!
//! A lint is a check on the AST of a parsed pattern. It has two parts: an entry in the [`catalogue`] (name, example, what to write
//! instead, evidence) and a check in the file of its family. The families are conditions, terms, columns, CloudTrail's names, proofs,
//! metric transformations and alarms.
//!
//! ```text
//!  text ──parse──▶ AST ──┬─ booleans · missing · elements · values · addresses     { … }
//!                        ├─ cloudtrail · event_names · known_values                { … } about CloudTrail
//!                        ├─ terms · quoted                                         words and phrases
//!                        ├─ space · delimiters · addresses                         [ … ]
//!                        └─ budget · proofs                                        every kind
//!                                  │
//!                                  ▼
//!            Diagnostic: lint, severity, place, message, help, fix ──▶ sorted by place
//! ```
//!
//! A finding is a [`Diagnostic`] with a place, a help line and, if possible, a fix. A fix is a changed AST that is printed, so it
//! always parses. A **safe** fix gives the same verdict on every event. A **suggested** fix changes the meaning to what the author
//! probably intended, so a person has to confirm it.
//!
//! ```
//! let found = cwfilter::lint::check(r#"{ $.eventName != "GetObject" || $.eventName != "PutObject" }"#);
//! assert_eq!(found[0].lint, "or-of-negations");
//! let fix = found[0].fix.as_ref().unwrap();
//! assert_eq!(fix.pattern, r#"{ $.eventName != "GetObject" && $.eventName != "PutObject" }"#);
//! ```
//!
//! The [`catalogue`] lists all lints; `cwfilter explain LINT` prints an entry.

mod addresses;
pub mod alarm;
mod booleans;
mod budget;
pub mod catalogue;
mod cloudtrail;
pub mod composite;
mod delimiters;
mod elements;
mod event_names;
mod expression;
#[cfg(feature = "sources")]
pub mod file;
mod findings;
mod known_values;
mod missing;
mod proofs;
mod quoted;
mod readings;
mod rewrite;
mod space;
mod terms;
pub mod transformation;
mod values;

use crate::diagnostic::Diagnostic;
pub use crate::metric_settings::{
    AlarmResources, Feed, Host, Located, LocatedAlarm, LocatedFilter, LocatedTransformation, Value,
};
use crate::semantics::Semantics;
use crate::syntax::ast::{Condition, Expr, Node, Pattern};
use crate::syntax::parse;
use findings::Findings;

/// Checks the text of a pattern. The findings are sorted by their places. For a text that AWS refuses, the result is one finding,
/// the refusal.
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

/// Checks a pattern that was parsed from `text` with the default semantics.
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

/// Checks a pattern that was parsed from `text` with the given semantics. The proofs use the same semantics.
///
/// ```
/// use cwfilter::{FilterPattern, Semantics, Wildcard};
/// let semantics = Semantics::default().wildcard(Wildcard::Glob);
/// let pattern = FilterPattern::with_semantics(r#"{ $.a = "*ab" && $.a = "abab" }"#, semantics)?;
/// let found = cwfilter::lint::check_pattern_with(pattern.as_str(), pattern.ast(), semantics);
/// assert!(!found.iter().any(|finding| finding.lint == "never-matches"));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn check_pattern_with(text: &str, pattern: &Pattern, semantics: Semantics) -> Vec<Diagnostic> {
    let mut findings = Findings { text, pattern, semantics, list: Vec::new() };
    check_families(&mut findings);
    proofs::check(&mut findings);
    sorted(findings)
}

/// As [`check_pattern`], without the lints that need a proof.
#[cfg(feature = "sources")]
pub(crate) fn check_without_proofs(text: &str, pattern: &Pattern) -> Vec<Diagnostic> {
    let mut findings = Findings { text, pattern, semantics: Semantics::default(), list: Vec::new() };
    check_families(&mut findings);
    sorted(findings)
}

fn sorted(mut findings: Findings<'_>) -> Vec<Diagnostic> {
    findings.list.sort_by_key(|finding| (finding.primary.span.start, finding.primary.span.end));
    findings.list
}

fn check_families(findings: &mut Findings<'_>) {
    let pattern = findings.pattern;
    match pattern {
        Pattern::Everything => {}
        Pattern::Terms(list) => {
            terms::check(list, findings);
            quoted::check(list, findings);
        }
        Pattern::Regex(regex) => budget::regex_escapes(regex.span, &regex.item.body, findings),
        Pattern::Json(expr) => check_json(expr, findings),
        Pattern::Space(fields) => {
            space::check(fields, findings);
            delimiters::check(fields, findings);
            addresses::check_columns(fields, findings);
        }
    }
    budget::check(findings);
}

fn check_json(expr: &Node<Expr<Condition>>, findings: &mut Findings<'_>) {
    let is_cloudtrail = cloudtrail::is_about(&expr.item);
    booleans::check(expr, is_cloudtrail, findings);
    missing::check(expr, is_cloudtrail, findings);
    elements::check(expr, findings);
    values::check(expr, is_cloudtrail, findings);
    addresses::check(expr, findings);
    if is_cloudtrail {
        cloudtrail::check(expr, findings);
        event_names::check(expr, findings);
        known_values::check(expr, findings);
    }
}

/// The finding for a text that AWS refuses only because of the white space around `trimmed`.
#[cfg(feature = "sources")]
pub(crate) fn refused_blanks(text: &str, trimmed: &Pattern) -> Diagnostic {
    let message = "white space around the pattern, which AWS refuses";
    budget::surrounding_blanks(text, trimmed, crate::diagnostic::Severity::Error, message)
}

/// Whether the pattern contains a regular expression.
///
/// ```
/// let pattern: cwfilter::FilterPattern = "{ $.a = %x+% }".parse()?;
/// assert!(cwfilter::lint::has_regex(pattern.ast()));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn has_regex(pattern: &Pattern) -> bool {
    budget::counts(pattern).0 > 0
}
