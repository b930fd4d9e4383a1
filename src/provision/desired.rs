//! The resources that a stack's file and its rules ask for.

use super::policy;
use super::resource::{Kind, Resource, STACK_TAG, Tags};
use crate::alarm::{EvaluationWindow, State};
use crate::rules::{Composite, Rule, RuleError, RuleFile};
use crate::stack::{ALARM, FILTER, Stack, Target, redacted};
use serde_json::{Value, json};

impl Stack {
    /// Gives the rules the settings that the stack makes for all of them: its namespace, and its alarm for rules without one.
    pub fn complete(&self, files: &mut [RuleFile]) {
        for rule in files.iter_mut().flat_map(|file| &mut file.rules) {
            if rule.alarm.is_none() {
                rule.alarm.clone_from(&self.alarm);
            }
            match (&mut rule.metric, &self.namespace) {
                (Some(metric), Some(namespace)) => metric.namespace.clone_from(namespace),
                (None, Some(namespace)) => {
                    rule.metric = Some(crate::rules::RuleMetric::new(namespace, &rule.id, "1"));
                }
                (_, None) => {}
            }
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
    let tags = Tags::from([(STACK_TAG.to_owned(), stack.name.clone())]);
    let context = Context { stack, topic: stack.topic_arn(target), tags: &tags };
    let mut resources = context.around(target);
    let mut errors = Vec::new();
    for file in files {
        let mut taken = |result: Result<Vec<Resource>, Refusal>, span| match result {
            Ok(more) => resources.extend(more),
            Err((message, help)) => {
                errors.push(RuleError::new(&file.path, message).at(&file.source, span).help_line(help));
            }
        };
        file.rules.iter().for_each(|rule| taken(context.of_rule(rule), rule.id_span));
        let mut others = file.composites.iter();
        others.by_ref().for_each(|it| taken(context.composite(it), it.id_span));
    }
    resources.sort_by_key(Resource::key);
    if errors.is_empty() { Ok(resources) } else { Err(errors) }
}

struct Context<'a> {
    stack: &'a Stack,
    topic: Option<String>,
    tags: &'a Tags,
}

impl Context<'_> {
    fn tagged(&self, kind: Kind, name: &str, rule: &str) -> Resource {
        let mut it = Resource::new(kind, name);
        (it.tags, it.rule) = (self.tags.clone(), rule.to_owned());
        it
    }

    /// Everything but filters and alarms.
    fn around(&self, target: &Target) -> Vec<Resource> {
        let mut resources = Vec::new();
        let group = &self.stack.log_group;
        if group.create {
            let it =
                self.tagged(Kind::LogGroup, &group.name, "").set("retentionInDays", group.retention_days);
            resources.push(it.set("kmsKeyId", group.kms_key.clone()));
        }
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
        let dimensions = json!(alarm.dimensions);
        let of_filter = filter.get("dimensions");
        let fields = filter.get("emitSystemFieldDimensions");
        let names = |value: &Value| -> Vec<String> {
            let mut names: Vec<String> =
                value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
            names.sort();
            names
        };
        let system = fields.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned));
        let mut emitted: Vec<String> = names(&of_filter).into_iter().chain(system).collect();
        emitted.sort();
        if emitted != names(&dimensions) {
            let message = format!(
                "the metric has the dimensions [{}], and the alarm watches it with [{}]: it would never see a datapoint",
                emitted.join(", "),
                names(&dimensions).join(", ")
            );
            return Err((
                message,
                "give the alarm one value for each dimension, or take the dimensions out".to_owned(),
            ));
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
        let alarm = self
            .alarm(
                Kind::Alarm,
                &name,
                &rule.id,
                description(rule.title.as_deref(), rule.description.as_deref()),
            )?
            .set("Namespace", filter.get("metricNamespace"))
            .set("MetricName", filter.get("metricName"))
            .set("Dimensions", dimensions)
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

    fn alarm(&self, kind: Kind, name: &str, rule: &str, description: String) -> Result<Resource, Refusal> {
        if !(ALARM.is_valid)(name) {
            return Err((format!("`{name}` is no name of an alarm"), ALARM.rule.to_owned()));
        }
        Ok(self.tagged(kind, name, rule).set("AlarmDescription", description))
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
        let description = description(it.title.as_deref(), it.description.as_deref());
        let mut alarm = self
            .alarm(Kind::CompositeAlarm, &names(&it.id), &it.id, description)?
            .set("AlarmRule", it.rule.renamed(names).to_string());
        if let Some(suppressor) = &it.suppressor {
            alarm = alarm
                .set("ActionsSuppressor", names(&suppressor.alarm))
                .set("ActionsSuppressorWaitPeriod", suppressor.wait)
                .set("ActionsSuppressorExtensionPeriod", suppressor.extension);
        }
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
        it = it.set("defaultValue", metric.default).set("unit", metric.unit.clone());
        if !metric.dimensions.is_empty() {
            it = it.set("dimensions", json!(metric.dimensions));
        }
        if metric.apply_on_transformed_logs {
            it = it.set("applyOnTransformedLogs", true);
        }
        it = it.set("fieldSelectionCriteria", metric.field_selection_criteria.clone());
        if !metric.emit_system_field_dimensions.is_empty() {
            it = it.set("emitSystemFieldDimensions", metric.emit_system_field_dimensions.clone());
        }
        Ok(it)
    }
}

/// An offset as `Timezone` has it: `UTC`, `+05:30`.
fn zone(offset: i64) -> String {
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs() / 60);
    if minutes == 0 { "UTC".to_owned() } else { format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60) }
}

/// The text that the person who is woken reads: at most 1,024 characters (API reference of `PutMetricAlarm`).
fn description(title: Option<&str>, description: Option<&str>) -> String {
    const CHARACTERS: usize = 1024;
    let text = [title, description.map(str::trim)].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    text.chars().take(CHARACTERS).collect()
}
