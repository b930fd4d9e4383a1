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
use super::record::Records;
use crate::cloudtrail::catalogue::{fields, names_of, sources_of};
use crate::syntax::ast::{Condition, Expr, Pattern};
use allowed::{Allowed, equal_text};
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
        && (Records::of_rule(rule).is_some() || has_keys_in_other_case(&expr.item))
    {
        visit(&expr.item, &Allowed::default(), rule, &mut found);
    }
    found
}

/// Whether the pattern is about CloudTrail and writes a key of it in another case: `$.eventname` with a name that CloudTrail records.
fn has_keys_in_other_case(expr: &Expr<Condition>) -> bool {
    let (mut is_told, mut are_known) = (false, true);
    expr.for_each(&mut |condition| {
        let Some(key) = condition.selector.item.steps.first().and_then(|step| step.key()) else {
            are_known = false;
            return;
        };
        are_known &= fields().iter().any(|field| field.path.eq_ignore_ascii_case(key));
        is_told |= match (key.to_ascii_lowercase().as_str(), equal_text(condition)) {
            ("eventname", Some(text)) => !sources_of(text).is_empty(),
            ("eventsource", Some(text)) => !names_of(text).is_empty(),
            _ => false,
        };
    });
    is_told && are_known
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
