//! Lints of composite alarms: names of unknown alarms, rules that AWS refuses, and rules that are always or never true.

use super::alarm::actions;
use crate::alarm::{AlarmRule, AlarmRuleError, State};
use crate::diagnostic::{Diagnostic, Severity};
use crate::metric_settings::Host;
pub use crate::metric_settings::LocatedComposite;

/// Checks a composite alarm. `exists` says whether an alarm of a name exists; it is asked for rule files only, because the alarms of
/// a template may be in another one.
#[must_use]
pub fn check_composite(entry: &LocatedComposite, exists: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    let at = entry.rule_span;
    let is_rule_file = entry.host == Host::RuleFile;
    let mut found = Vec::new();
    actions(entry.host, at, entry.has_actions, entry.actions_enabled, &mut found);
    let Some(text) = &entry.rule else {
        let message = "not checked: the rule is computed at deployment".to_owned();
        found.push(Diagnostic::new("unchecked-alarm", Severity::Note, at, message).in_file(at));
        return found;
    };
    let rule: AlarmRule = match text.parse() {
        Ok(rule) => rule,
        // `cwfilter test` reports a rule that does not parse, with its place
        Err(_) if is_rule_file => return found,
        Err(error) => {
            let error: AlarmRuleError = error;
            let refused = Diagnostic::new("refused-alarm-rule", Severity::Error, at, error.aws_message());
            found.push(refused.in_file(at).help(error.help()));
            return found;
        }
    };
    // a rule file that has such a rule is refused
    if let Some(name) = entry.alarm_name.as_deref().filter(|name| rule.alarms().contains(name)) {
        let message = format!("the rule names its own alarm `{name}`, which AWS refuses");
        found.push(
            Diagnostic::new("refused-alarm-rule", Severity::Error, at, message)
                .in_file(at)
                .help("name other alarms"),
        );
        return found;
    }
    let warning = |lint, message: String| Diagnostic::new(lint, Severity::Warning, at, message).in_file(at);
    let mut names = rule.alarms();
    names.extend(entry.suppressor.as_deref());
    found.extend(names.into_iter().filter(|name| is_rule_file && !exists(name)).map(|name| {
        warning("composite-unknown-alarm", format!("no linted file defines an alarm `{name}`"))
            .help("write the id of a rule with an alarm, or of a composite alarm")
    }));
    if let Some(state) = rule.constant() {
        let when = if state == State::Alarm { "always" } else { "never" };
        found.push(
            warning(
                "composite-constant",
                format!("the rule is {when} true, whatever the states of its alarms are"),
            )
            .help("use each alarm once, and check AND, OR and NOT"),
        );
    }
    found
}
