//! The resources that a stack's file and its rules ask for.

use crate::alarm::{EvaluationWindow, State};
use crate::limits::ALARM_DESCRIPTION_CHARACTERS;
use crate::policy;
use crate::resource::{Kind, Resource, STACK_TAG};
use crate::rules::{Composite, Rule, RuleError, RuleFile, RuleMetric};
use crate::stack::{ALARM, FILTER, Stack, Target, redacted};
use serde_json::{Value, json};
use std::collections::BTreeMap;

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
/// Rules that cannot become a metric filter or an alarm, each at its id.
pub fn desired(stack: &Stack, files: &[RuleFile], target: &Target) -> Result<Vec<Resource>, Vec<RuleError>> {
    let context = Context { stack, topic: stack.topic_arn(target) };
    let mut resources = context.around(target);
    let mut errors = Vec::new();
    for file in files {
        let rules = file.rules.iter().map(|rule| (context.of_rule(rule), rule.id_span));
        let composites = file.composites.iter().map(|it| (context.composite(it), it.id_span));
        for (made, span) in rules.chain(composites) {
            match made {
                Ok(more) => resources.extend(more),
                Err((message, help)) => {
                    errors.push(RuleError::new(&file.path, message).at(&file.source, span).help_line(help));
                }
            }
        }
    }
    errors.extend(same_names(files, &resources));
    resources.sort_by_key(Resource::key);
    if errors.is_empty() { Ok(resources) } else { Err(errors) }
}

/// Rules whose resources would have the same name, so that one would replace the other: metric filters, and alarms of both kinds, which
/// share their names.
fn same_names(files: &[RuleFile], resources: &[Resource]) -> Vec<RuleError> {
    let mut taken: BTreeMap<(bool, &str), &str> = BTreeMap::new();
    let mut errors = Vec::new();
    for it in resources.iter().filter(|it| it.kind.is_of_rule()) {
        let is_filter = it.kind == Kind::MetricFilter;
        let Some(first) = taken.insert((is_filter, &it.name), &it.rule) else { continue };
        let kind = if is_filter { "metric filter" } else { "alarm" };
        let message = format!("the {kind} would be called `{}`, as that of `{first}`", it.name);
        let ids = files.iter().flat_map(|file| {
            let rules = file.rules.iter().map(|rule| (&rule.id, rule.id_span));
            rules.chain(file.composites.iter().map(|it| (&it.id, it.id_span))).map(move |id| (file, id))
        });
        errors.extend(ids.filter(|(_, (id, _))| **id == it.rule).take(1).map(|(file, (_, span))| {
            let help = "`[names.RULE]` in the stack's file gives each its name";
            RuleError::new(&file.path, &message).at(&file.source, span).help_line(help)
        }));
    }
    errors
}

struct Context<'a> {
    stack: &'a Stack,
    topic: Option<String>,
}

impl Context<'_> {
    fn tagged(&self, kind: Kind, name: &str, rule: &str) -> Resource {
        let mut it = Resource::new(kind, name);
        it.tags.insert(STACK_TAG.to_owned(), self.stack.name.clone());
        rule.clone_into(&mut it.rule);
        it
    }

    /// Everything but filters and alarms.
    fn around(&self, target: &Target) -> Vec<Resource> {
        let group = &self.stack.log_group;
        let it = self.tagged(Kind::LogGroup, &group.name, "").set("retentionInDays", group.retention_days);
        let mut resources = Vec::from_iter(group.create.then(|| it.set("kmsKeyId", group.kms_key.clone())));
        let Some(topic) = self.stack.topic.as_ref().filter(|topic| topic.arn.is_none()) else {
            return resources;
        };
        let arn = target.arn("sns", &topic.name);
        let it = self.tagged(Kind::Topic, &topic.name, "").set("KmsMasterKeyId", topic.kms_key.clone());
        let it = it.set("Policy", policy::alarms_publish(self.stack, target, &arn));
        resources.push(it.set("TopicArn", arn.clone()));
        for it in &topic.subscriptions {
            let shown = redacted(&it.endpoint);
            let mut of_topic = Resource::new(Kind::Subscription, format!("{} {shown}", it.protocol));
            of_topic.endpoint.clone_from(&it.endpoint);
            let of_topic = of_topic.set("Protocol", it.protocol.clone()).set("Endpoint", shown);
            resources.push(of_topic.set("TopicArn", arn.clone()));
        }
        resources
    }

    fn of_rule(&self, rule: &Rule) -> Result<Vec<Resource>, Refusal> {
        let filter = self.metric_filter(rule)?;
        let Some(alarm) = rule.alarm.as_ref().or(self.stack.alarm.as_ref()) else { return Ok(vec![filter]) };
        let name = self.stack.alarm_name(&rule.id);
        let settings =
            alarm.settings(&name).map_err(|error| (error.to_string(), "fix the alarm".to_owned()))?;
        let metric = rule.metric.as_ref();
        let of_filter =
            metric.into_iter().flat_map(|it| it.dimensions.keys().chain(&it.emit_system_field_dimensions));
        let (mut emitted, mut watched): (Vec<&str>, Vec<&str>) =
            (of_filter.map(String::as_str).collect(), alarm.dimensions.keys().map(String::as_str).collect());
        emitted.sort_unstable();
        watched.sort_unstable();
        if emitted != watched {
            let (emitted, watched) = (emitted.join(", "), watched.join(", "));
            let message = format!(
                "the metric has the dimensions [{emitted}], and the alarm watches it with [{watched}]: it would never see a datapoint"
            );
            let help = "give the alarm one value for each dimension, or take the dimensions out";
            return Err((message, help.to_owned()));
        }
        let is_basic = ["Sum", "SampleCount", "Average", "Minimum", "Maximum"];
        let statistic = settings.statistic.to_string();
        let member = if is_basic.contains(&statistic.as_str()) { "Statistic" } else { "ExtendedStatistic" };
        let window = match settings.window {
            EvaluationWindow::Sliding => Value::Null,
            EvaluationWindow::WallClock { offset } => {
                json!({ "WallClockWindow": { "Timezone": zone(offset) } })
            }
        };
        let steps = first_steps(&rule.response);
        let texts = [&rule.title, &rule.description, &steps];
        let alarm = self
            .alarm(Kind::Alarm, &name, &rule.id, &texts)?
            .set("Namespace", filter.get("metricNamespace"))
            .set("MetricName", filter.get("metricName"))
            .set("Dimensions", json!(alarm.dimensions))
            .set(member, statistic)
            .set("Period", settings.period)
            .set("Unit", settings.unit.clone())
            .set("EvaluationPeriods", settings.evaluation_periods)
            .set("DatapointsToAlarm", settings.m())
            .set("Threshold", settings.threshold)
            .set("ComparisonOperator", settings.comparison.name())
            .set("TreatMissingData", settings.treat_missing_data().name())
            .set("EvaluateLowSampleCountPercentile", settings.low_samples.map(|it| it.name()))
            .set("EvaluationWindow", window);
        let alarm = self.actions(alarm, settings.actions_enabled, &settings.actions);
        Ok(vec![filter, alarm])
    }

    /// An alarm with the text that the person who is woken reads.
    fn alarm(
        &self,
        kind: Kind,
        name: &str,
        rule: &str,
        texts: &[&Option<String>],
    ) -> Result<Resource, Refusal> {
        if !(ALARM.is_valid)(name) {
            return Err((format!("`{name}` is no name of an alarm"), ALARM.rule.to_owned()));
        }
        let text = texts.iter().copied().flatten().map(|text| text.trim()).collect::<Vec<_>>().join("\n\n");
        let text: String = text.chars().take(ALARM_DESCRIPTION_CHARACTERS).collect();
        Ok(self.tagged(kind, name, rule).set("AlarmDescription", text))
    }

    fn actions(&self, alarm: Resource, is_enabled: bool, states: &[State]) -> Resource {
        let members = [
            ("AlarmActions", State::Alarm),
            ("OKActions", State::Ok),
            ("InsufficientDataActions", State::InsufficientData),
        ];
        members.into_iter().fold(alarm.set("ActionsEnabled", is_enabled), |alarm, (member, state)| {
            let topic = self.topic.iter().filter(|_| states.contains(&state));
            alarm.set(member, topic.map(String::as_str).collect::<Value>())
        })
    }

    fn composite(&self, it: &Composite) -> Result<Vec<Resource>, Refusal> {
        let names = |id: &str| self.stack.alarm_name(id);
        let texts = [&it.title, &it.description];
        let alarm = self.alarm(Kind::CompositeAlarm, &names(&it.id), &it.id, &texts)?;
        let suppressor = it.suppressor.as_ref();
        let alarm = alarm
            .set("AlarmRule", it.rule.renamed(names).to_string())
            .set("ActionsSuppressor", suppressor.map(|it| names(&it.alarm)))
            .set("ActionsSuppressorWaitPeriod", suppressor.map(|it| it.wait))
            .set("ActionsSuppressorExtensionPeriod", suppressor.map(|it| it.extension));
        Ok(vec![self.actions(alarm, it.actions_enabled, &it.notify)])
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

/// An offset as `Timezone` has it: `UTC`, `+05:30`.
fn zone(offset: i64) -> String {
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs() / 60);
    if minutes == 0 { "UTC".to_owned() } else { format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60) }
}

/// The steps of a response as a numbered list. `None` if there are none.
fn first_steps(response: &[String]) -> Option<String> {
    let steps =
        (1..).zip(response).map(|(number, step): (usize, &String)| format!("\n{number}. {}", step.trim()));
    let steps: String = steps.collect();
    Some(format!("First steps:{steps}")).filter(|_| !response.is_empty())
}
