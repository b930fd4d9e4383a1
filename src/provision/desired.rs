//! The resources that a stack's file and its rules ask for.

use crate::alarm::State;
use crate::limits::ALARM_DESCRIPTION_CHARACTERS;
use crate::policy;
use crate::resource::{Kind, Resource, STACK_TAG};
use crate::rules::{Composite, Rule, RuleError, RuleFile, RuleMetric};
use crate::stack::{ALARM, FILTER, Stack, Subscription, Target};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

impl Stack {
    /// Gives the rules the settings that the stack makes for all of them: its namespace, and its alarm for rules without one.
    pub fn complete(&self, files: &mut [RuleFile]) {
        for rule in files.iter_mut().flat_map(|file| &mut file.rules) {
            if rule.alarm.is_none() {
                rule.alarm.clone_from(&self.alarm);
            }
            let Some(namespace) = &self.namespace else { continue };
            let metric = rule.metric.get_or_insert_with(|| RuleMetric::new(namespace, &rule.id, "1"));
            metric.namespace.clone_from(namespace);
        }
    }
}

/// A message and what to do.
type Refusal = (String, String);

/// All resources of a stack that calls create, in the order in which they are created.
///
/// # Errors
/// Rules that cannot become a metric filter or an alarm, and those whose resources would have the same name, so that one would replace the
/// other: each at its id.
pub fn desired(stack: &Stack, files: &[RuleFile], target: &Target) -> Result<Vec<Resource>, Vec<RuleError>> {
    let context = Context { stack, topic: stack.topic_arn(target) };
    let mut resources = context.around(target);
    let (mut errors, mut same) = (Vec::new(), Vec::new());
    // alarms of both kinds share their names
    let mut taken: BTreeMap<(bool, String), String> = BTreeMap::new();
    for file in files {
        let rules = file.rules.iter().map(|rule| (context.of_rule(rule), rule.id_span));
        let composites = file.composites.iter().map(|it| (context.composite(it), it.id_span));
        for (made, span) in rules.chain(composites) {
            let error = |(message, help): Refusal| {
                RuleError::new(&file.path, message).at(&file.source, span).help_line(help)
            };
            let made = made.map_err(|refusal| errors.push(error(refusal))).unwrap_or_default();
            for it in &made {
                let is_filter = it.kind == Kind::MetricFilter;
                let kind = if is_filter { "metric filter" } else { "alarm" };
                if let Some(first) = taken.insert((is_filter, it.name.clone()), it.rule.clone()) {
                    let message = format!("the {kind} would be called `{}`, as that of `{first}`", it.name);
                    let help = "`[names.RULE]` in the stack's file gives each its name";
                    same.push(error((message, help.to_owned())));
                }
            }
            resources.extend(made);
        }
    }
    errors.extend(same);
    resources.sort_by_key(Resource::key);
    if errors.is_empty() { Ok(resources) } else { Err(errors) }
}

struct Context<'a> {
    stack: &'a Stack,
    topic: Option<String>,
}

impl Context<'_> {
    fn tagged(&self, mut it: Resource) -> Resource {
        it.tags.insert(STACK_TAG.to_owned(), self.stack.name.clone());
        it
    }

    /// Everything but filters and alarms.
    fn around(&self, target: &Target) -> Vec<Resource> {
        let group = &self.stack.log_group;
        let it = self.tagged(Resource::new(Kind::LogGroup, &group.name));
        let it = it.set("retentionInDays", group.retention_days).set("kmsKeyId", group.kms_key.clone());
        let mut resources = Vec::from_iter(group.create.then_some(it));
        let Some(topic) = self.stack.topic.as_ref().filter(|topic| topic.arn.is_none()) else {
            return resources;
        };
        let arn = target.arn("sns", &topic.name);
        let it = self.tagged(Resource::new(Kind::Topic, &topic.name)).set("TopicArn", arn.clone());
        let it = it.set("KmsMasterKeyId", topic.kms_key.clone());
        resources.push(it.set("Policy", policy::alarms_publish(self.stack, target, &arn)));
        let subscription = |it: &Subscription| Resource::subscription(&it.protocol, &it.endpoint, &arn);
        resources.extend(topic.subscriptions.iter().map(subscription));
        resources
    }

    fn of_rule(&self, rule: &Rule) -> Result<Vec<Resource>, Refusal> {
        let filter = self.metric_filter(rule)?;
        let Some(alarm) = rule.alarm.as_ref().or(self.stack.alarm.as_ref()) else { return Ok(vec![filter]) };
        let name = self.stack.alarm_name(&rule.id);
        let settings =
            alarm.settings(&name).map_err(|error| (error.to_string(), "fix the alarm".to_owned()))?;
        let of_filter =
            rule.metric.iter().flat_map(|it| it.dimensions.keys().chain(&it.emit_system_field_dimensions));
        let emitted: BTreeSet<&str> = of_filter.map(String::as_str).collect();
        let watched: BTreeSet<&str> = alarm.dimensions.keys().map(String::as_str).collect();
        if emitted != watched {
            let [emitted, watched] = [emitted, watched].map(|it| Vec::from_iter(it).join(", "));
            let message = format!(
                "the metric has the dimensions [{emitted}], and the alarm watches it with [{watched}]: it would never see a datapoint"
            );
            let help = "give the alarm one value for each dimension, or take the dimensions out";
            return Err((message, help.to_owned()));
        }
        let unit = rule.metric.as_ref().and_then(|metric| metric.unit.as_deref()).unwrap_or("None");
        if !settings.takes_unit(Some(unit)) {
            let message = format!(
                "the metric has the unit {unit}, and the alarm watches the unit {}: it would never see a datapoint",
                settings.unit.as_deref().unwrap_or_default()
            );
            return Err((
                message,
                "take the unit out of the alarm, or give the metric the same one".to_owned(),
            ));
        }
        let request = serde_json::to_value(&settings).unwrap_or_default();
        let it = Resource { answer: Value::Null, ..Resource::of_answer(Kind::Alarm, &name, &request) }
            .set("Namespace", filter.get("metricNamespace"))
            .set("MetricName", filter.get("metricName"))
            .set("Dimensions", json!(alarm.dimensions))
            .set("DatapointsToAlarm", settings.m())
            .set("TreatMissingData", settings.treat_missing_data().name());
        let texts = [&rule.title, &rule.description, &first_steps(&rule.response)];
        Ok(vec![filter, self.alarm(it, &rule.id, &texts, settings.actions_enabled, &settings.actions)?])
    }

    fn composite(&self, it: &Composite) -> Result<Vec<Resource>, Refusal> {
        let names = |id: &str| self.stack.alarm_name(id);
        let suppressor = it.suppressor.as_ref();
        let alarm = Resource::new(Kind::CompositeAlarm, names(&it.id))
            .set("AlarmRule", it.rule.renamed(names).to_string())
            .set("ActionsSuppressor", suppressor.map(|it| names(&it.alarm)))
            .set("ActionsSuppressorWaitPeriod", suppressor.map(|it| it.wait))
            .set("ActionsSuppressorExtensionPeriod", suppressor.map(|it| it.extension));
        let texts = [&it.title, &it.description];
        Ok(vec![self.alarm(alarm, &it.id, &texts, it.actions_enabled, &it.notify)?])
    }

    /// An alarm with the stack's tag, its actions, and the text that the person who is woken reads.
    fn alarm(
        &self,
        alarm: Resource,
        rule: &str,
        texts: &[&Option<String>],
        is_enabled: bool,
        states: &[State],
    ) -> Result<Resource, Refusal> {
        if !(ALARM.is_valid)(&alarm.name) {
            return Err((format!("`{}` is no name of an alarm", alarm.name), ALARM.rule.to_owned()));
        }
        let text = texts.iter().copied().flatten().map(|text| text.trim()).collect::<Vec<_>>().join("\n\n");
        let text: String = text.chars().take(ALARM_DESCRIPTION_CHARACTERS).collect();
        let topic = |state| {
            self.topic.iter().filter(|_| states.contains(&state)).map(String::as_str).collect::<Value>()
        };
        Ok(self
            .tagged(Resource { rule: rule.to_owned(), ..alarm })
            .set("AlarmDescription", text)
            .set("ActionsEnabled", is_enabled)
            .set("AlarmActions", topic(State::Alarm))
            .set("OKActions", topic(State::Ok))
            .set("InsufficientDataActions", topic(State::InsufficientData)))
    }

    fn metric_filter(&self, rule: &Rule) -> Result<Resource, Refusal> {
        let name = self.stack.metric_filter_name(&rule.id);
        if !(FILTER.is_valid)(&name) {
            return Err((format!("`{name}` is no name of a metric filter"), FILTER.rule.to_owned()));
        }
        let metric = rule.metric.as_ref();
        let namespace = self.stack.namespace.as_ref().or(metric.map(|metric| &metric.namespace));
        let namespace = namespace.ok_or_else(|| {
            let help = format!("give it a `metric`, or `{}` a `namespace`", self.stack.path.display());
            ("the rule has no metric, and the stack no namespace".to_owned(), help)
        })?;
        let mut it = Resource::new(Kind::MetricFilter, &name)
            .set("logGroupName", self.stack.log_group.name.clone())
            .set("filterPattern", rule.pattern.as_str())
            .set("metricNamespace", namespace.clone())
            .set("metricName", metric.map_or(&rule.id, |metric| &metric.name).clone())
            .set("metricValue", metric.map_or("1", |metric| &metric.value));
        it.rule.clone_from(&rule.id);
        let Some(metric) = metric else { return Ok(it) };
        Ok(it
            .set("defaultValue", metric.default)
            .set("unit", metric.unit.clone())
            .set("dimensions", json!(metric.dimensions))
            .set("applyOnTransformedLogs", metric.apply_on_transformed_logs)
            .set("fieldSelectionCriteria", metric.field_selection_criteria.clone())
            .set("emitSystemFieldDimensions", json!(metric.emit_system_field_dimensions)))
    }
}

/// The steps of a response as a numbered list. `None` if there are none.
fn first_steps(response: &[String]) -> Option<String> {
    let steps =
        (1..).zip(response).map(|(number, step): (usize, &String)| format!("\n{number}. {}", step.trim()));
    let steps: String = steps.collect();
    Some(format!("First steps:{steps}")).filter(|_| !response.is_empty())
}
