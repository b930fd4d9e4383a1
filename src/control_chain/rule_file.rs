//! The chain of the rules of rule files, with the topic of a stack.

use crate::alarm::State;
use crate::metric_settings::{
    AlarmActions, AlarmSettings, ChainAlarm, ChainComposite, ChainParts, ChainSubscription, Confirmation,
    Placement, Published, Publishes, Setting,
};
use crate::rules::{Rule, RuleFile};
use crate::stack::{Stack, Topic};

/// What each rule of a rule file publishes, by its id, and the alarms and subscriptions. Without a stack, the topic is not known; with one,
/// the rules have to be [completed](Stack::complete) first.
#[must_use]
pub fn of_rule_file(file: &RuleFile, stack: Option<&Stack>) -> (Vec<(String, Publishes)>, ChainParts) {
    let mut parts = ChainParts::default();
    let actions = |enabled: bool, states: &[State]| actions(stack, enabled, states);
    for rule in &file.rules {
        let (Some(metric), Some(settings)) = (&rule.metric, rule.alarm_settings()) else { continue };
        let settings = match settings {
            Ok(alarm) => AlarmSettings::Known(Box::new(alarm)),
            Err(error) => AlarmSettings::Refused(error.to_string()),
        };
        let (enabled, states) = match &settings {
            AlarmSettings::Known(alarm) => (alarm.actions_enabled, alarm.actions.clone()),
            _ => (true, Vec::new()),
        };
        parts.alarms.push(ChainAlarm {
            name: rule.id.clone(),
            alarm_name: Setting::known(&rule.id),
            namespace: Setting::known(&metric.namespace),
            metric: Setting::known(&metric.name),
            dimensions: rule.alarm.as_ref().map(|it| it.dimensions.keys().cloned().collect()),
            settings,
            actions: actions(enabled, &states),
            scope: String::new(),
            placement: Placement::default(),
        });
    }
    for it in &file.composites {
        parts.composites.push(ChainComposite {
            name: it.id.clone(),
            rule: Setting::known(&it.rule_text),
            has_suppressor: it.suppressor.is_some(),
            actions: actions(it.actions_enabled, &it.notify),
            scope: String::new(),
            placement: Placement::default(),
        });
    }
    if let Some(topic) = stack.and_then(|stack| stack.topic.as_ref()) {
        parts.subscriptions.extend(topic.subscriptions.iter().map(|it| ChainSubscription {
            protocol: it.protocol.clone(),
            endpoint: Setting::known(&it.endpoint),
            topic: of_topic(topic),
            arn: String::new(),
            confirmation: match it.protocol.as_str() {
                "sms" => Confirmation::Confirmed,
                _ => Confirmation::NotSaid("the stack's file does not say it"),
            },
            scope: String::new(),
        }));
    }
    (file.rules.iter().map(|rule| (rule.id.clone(), publishes(rule))).collect(), parts)
}

/// The ARN of a topic, or `sns` in place of the parts that the stack's file does not have.
fn of_topic(topic: &Topic) -> Setting {
    Setting::known(topic.arn.clone().unwrap_or_else(|| format!("arn:aws:sns:::{}", topic.name)))
}

fn actions(stack: Option<&Stack>, enabled: bool, states: &[State]) -> AlarmActions {
    let rings = states.contains(&State::Alarm);
    let (targets, unknown) = match stack {
        _ if !rings => (Vec::new(), None),
        None => (Vec::new(), Some("the topic is in a stack's file, which is not in the input".to_owned())),
        Some(stack) => (stack.topic.iter().map(of_topic).collect(), None),
    };
    AlarmActions { enabled: Some(enabled), targets, unknown }
}

fn publishes(rule: &Rule) -> Publishes {
    let Some(metric) = &rule.metric else { return Publishes::NotSaid };
    let dimensions = metric.dimensions.keys().chain(&metric.emit_system_field_dimensions);
    Publishes::Metric(Box::new(Published {
        namespace: Setting::known(&metric.namespace),
        metric: Setting::known(&metric.name),
        value: metric.value.trim().parse().ok(),
        default: Some(metric.default),
        unit: Some(metric.unit.clone().unwrap_or_else(|| "None".to_owned())),
        dimensions: Some(dimensions.cloned().collect()),
        placement: Placement::default(),
        has_criteria: metric.field_selection_criteria.as_ref().is_some_and(|it| !it.trim().is_empty()),
        on_transformed_logs: metric.apply_on_transformed_logs,
        log_group: None,
    }))
}
