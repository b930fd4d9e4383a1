//! The fields and values of a pattern that no recorded event has.
//!
//! A pattern about a field that CloudTrail does not write never matches, and its tests pass: the events of the tests have the field. The
//! [recorded events](crate::cloudtrail::catalogue::recorded_sources) tell. They are some of all: what they do not have may exist.

mod allowed;
mod asked;
mod judge;
mod kind;

pub use kind::{NotRecorded, NotRecordedKind};

use super::file::Rule;
use super::subject::Subject;
use crate::syntax::ast::{Condition, Expr, Pattern};
use allowed::Allowed;
use judge::judge;

/// The conditions of a rule on fields and values that no recorded event has, from left to right. Empty if the rule is not about CloudTrail.
///
/// Each condition counts, whatever its operator: a value that no event has makes `=` false and `!=` true on all of them. A field is not listed if
/// it is documented for all sources. A value is listed if no value that fits is among the documented ones, or among the recorded ones and these
/// are few words; or if it has another type or form than those of the field. An event name or an event source is listed if it is not known.
///
/// ```
/// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
///     [[rule]]
///     id = "tier"
///     pattern = '{ $.eventSource = "ssm.amazonaws.com" && $.requestParameters.teir = "Advanced" }'
/// "#.to_owned()).unwrap();
/// let found = cwfilter::rules::not_recorded(&file.rules[0]);
/// assert_eq!(
///     found[0].to_string(),
///     "0 of 626 recorded events of ssm.amazonaws.com have `$.requestParameters.teir`"
/// );
/// ```
#[must_use]
pub fn not_recorded(rule: &Rule) -> Vec<NotRecorded> {
    let mut found = Vec::new();
    if let Pattern::Json(expr) = rule.pattern.ast()
        && Subject::of_rule(rule).is_cloudtrail()
    {
        visit(&expr.item, &Allowed::default(), rule, &mut found);
    }
    found
}

fn visit(expr: &Expr<Condition>, around: &Allowed, rule: &Rule, found: &mut Vec<NotRecorded>) {
    match expr {
        Expr::Group(inner) => visit(&inner.item, around, rule, found),
        Expr::Or(parts) => parts.iter().for_each(|part| visit(&part.item, around, rule, found)),
        Expr::And(parts) => {
            let allowed = around.clone().and(Allowed::of(expr));
            parts.iter().for_each(|part| visit(&part.item, &allowed, rule, found));
        }
        Expr::Condition(condition) => {
            let kind = judge(condition, around, rule.pattern.semantics());
            found.extend(kind.map(|kind| NotRecorded {
                condition: condition.to_string(),
                selector: condition.selector.item.to_string(),
                kind,
            }));
        }
    }
}
