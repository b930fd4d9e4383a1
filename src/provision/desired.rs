//! Derives the resources of a stack from its file and its rules.

use super::resource::{
    Alarm, Bucket, LogGroup, ManagementEvents, MetricFilter, Resource, Role, STACK_TAG, Subscription, Tags,
    Topic, Trail,
};
use super::stack::{self, Stack};
use super::target::Target;
use super::{names, policy};
use crate::alarm::State;
use crate::rules::{Rule, RuleError, RuleFile};

impl Stack {
    /// Gives the rules what the stack says for all of them: its namespace, and its alarm for rules without one.
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

/// All resources of a stack, in the order in which they are made.
///
/// # Errors
/// Rules that cannot become a metric filter or an alarm, each at its id.
pub fn desired(stack: &Stack, files: &[RuleFile], target: &Target) -> Result<Vec<Resource>, Vec<RuleError>> {
    let tags = Tags::from([(STACK_TAG.to_owned(), stack.name.clone())]);
    let topic_arn = stack.topic.as_ref().map(|topic| target.arn("sns", &topic.name));
    let mut resources = around(stack, target, &tags);
    let mut errors = Vec::new();
    for (file, rule) in files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule))) {
        match of_rule(stack, rule, &tags, topic_arn.as_deref()) {
            Ok(more) => resources.extend(more),
            Err((message, help)) => {
                let error = RuleError::new(&file.path, message).at(&file.source, rule.id_span);
                errors.push(error.help_line(help));
            }
        }
    }
    for (file, composite) in files.iter().flat_map(|file| file.composites.iter().map(move |it| (file, it))) {
        let message = format!("the composite alarm `{}` cannot be pushed or exported yet", composite.id);
        let error = RuleError::new(&file.path, message).at(&file.source, composite.id_span);
        errors.push(
            error.help_line(
                "keep it in a rule file that the stack does not name, and create it by other means",
            ),
        );
    }
    resources.sort_by_key(|it| (it.kind(), it.name()));
    if errors.is_empty() { Ok(resources) } else { Err(errors) }
}

/// Everything but filters and alarms.
fn around(stack: &Stack, target: &Target, tags: &Tags) -> Vec<Resource> {
    let mut resources = vec![Resource::LogGroup(LogGroup {
        name: stack.log_group.name.clone(),
        retention_in_days: stack.log_group.retention_days,
        kms_key_id: stack.log_group.kms_key.clone(),
        tags: tags.clone(),
    })];
    if let Some(it) = &stack.topic {
        resources.extend(topic(stack, it, target, tags));
    }
    if let Some(it) = &stack.trail {
        resources.extend(trail(stack, it, target, tags));
    }
    resources
}

fn topic(stack: &Stack, topic: &stack::Topic, target: &Target, tags: &Tags) -> Vec<Resource> {
    let arn = target.arn("sns", &topic.name);
    let subscription = |it: &stack::Subscription| {
        Resource::Subscription(Subscription {
            topic: arn.clone(),
            protocol: it.protocol.clone(),
            endpoint: it.endpoint.clone(),
            arn: None,
        })
    };
    let mut resources: Vec<Resource> = topic.subscriptions.iter().map(subscription).collect();
    resources.push(Resource::Topic(Topic {
        name: topic.name.clone(),
        policy: policy::topic(&stack.name, target, &arn),
        document: None,
        arn,
        tags: tags.clone(),
    }));
    resources
}

fn trail(stack: &Stack, trail: &stack::Trail, target: &Target, tags: &Tags) -> [Resource; 3] {
    let log_group = &stack.log_group.name;
    let bucket = Bucket {
        name: trail.bucket.clone(),
        block_public_access: Some(true),
        policy: policy::bucket(&stack.name, target, trail),
        document: None,
        tags: tags.clone(),
    };
    let role = Role {
        name: trail.role.clone(),
        assume_role_policy_document: policy::trust(),
        policy_document: Some(policy::role(target, log_group, trail.organization.as_deref())),
        tags: tags.clone(),
    };
    let trail = Trail {
        name: trail.name.clone(),
        s3_bucket_name: trail.bucket.clone(),
        s3_key_prefix: trail.prefix.clone(),
        is_multi_region_trail: trail.multi_region,
        is_organization_trail: trail.organization.is_some(),
        log_file_validation_enabled: true,
        include_global_service_events: true,
        kms_key_id: trail.kms_key.clone(),
        cloud_watch_logs_log_group_arn: Some(target.arn("logs", &format!("log-group:{log_group}:*"))),
        cloud_watch_logs_role_arn: Some(target.global_arn("iam", &format!("role/{}", trail.role))),
        management_events: ManagementEvents::All,
        is_logging: true,
        tags: tags.clone(),
    };
    [Resource::Bucket(bucket), Resource::Role(role), Resource::Trail(trail)]
}

/// A message and what to do.
type Refusal = (String, String);

fn of_rule(stack: &Stack, rule: &Rule, tags: &Tags, topic: Option<&str>) -> Result<Vec<Resource>, Refusal> {
    let name = stack.prefix() + &rule.id;
    let unpushed = not_pushed(rule)
        .into_iter()
        .chain(stack.alarm.iter().filter(|_| rule.alarm.is_none()).flat_map(alarm_not_pushed))
        .collect::<Vec<_>>();
    if let Some(member) = unpushed.first() {
        let help = format!("take `{member}` out, or create the filter and its alarm by other means");
        return Err((format!("`{member}` cannot be pushed or exported yet"), help));
    }
    let filter = metric_filter(stack, rule, &name)?;
    let settings = rule.alarm.as_ref().or(stack.alarm.as_ref()).map(|alarm| alarm.settings(&name));
    let Some(settings) = settings else { return Ok(vec![Resource::MetricFilter(filter)]) };
    let settings = settings.map_err(|error| (error.to_string(), "mend the alarm".to_owned()))?;
    if !(names::ALARM.is_valid)(&name) {
        return Err((format!("`{name}` is no name of an alarm"), names::ALARM.rule.to_owned()));
    }
    if !filter.dimensions.is_empty() {
        return Err((
            "the metric has dimensions, and the alarm watches it without: it would never see a datapoint"
                .to_owned(),
            "take the dimensions or the alarm out, or make two rules of it".to_owned(),
        ));
    }
    let actions = |state: State| {
        topic.filter(|_| settings.actions.contains(&state)).map(str::to_owned).into_iter().collect::<Vec<_>>()
    };
    let alarm = Alarm {
        alarm_description: description(rule),
        namespace: filter.metric_namespace.clone(),
        metric_name: filter.metric_name.clone(),
        dimensions: filter.dimensions.clone(),
        statistic: settings.statistic.to_string(),
        period: i32::try_from(settings.period).unwrap_or(i32::MAX),
        threshold: settings.threshold,
        comparison_operator: settings.comparison.name().to_owned(),
        evaluation_periods: i32::try_from(settings.evaluation_periods).unwrap_or(i32::MAX),
        datapoints_to_alarm: i32::try_from(settings.m()).unwrap_or(i32::MAX),
        treat_missing_data: settings.treat_missing_data().name().to_owned(),
        actions_enabled: settings.actions_enabled,
        alarm_actions: actions(State::Alarm),
        ok_actions: actions(State::Ok),
        insufficient_data_actions: actions(State::InsufficientData),
        tags: tags.clone(),
        name,
    };
    Ok(vec![Resource::MetricFilter(filter), Resource::Alarm(alarm)])
}

/// Members of a rule that are neither pushed nor exported.
fn not_pushed(rule: &Rule) -> Vec<&'static str> {
    let of_metric = rule.metric.iter().flat_map(|metric| {
        [
            (metric.field_selection_criteria.is_some(), "metric.field_selection_criteria"),
            (!metric.emit_system_field_dimensions.is_empty(), "metric.emit_system_field_dimensions"),
            (metric.apply_on_transformed_logs, "metric.apply_on_transformed_logs"),
        ]
    });
    let of_metric = of_metric.filter_map(|(is_set, member)| is_set.then_some(member));
    of_metric.chain(rule.alarm.iter().flat_map(alarm_not_pushed)).collect()
}

fn alarm_not_pushed(alarm: &crate::rules::RuleAlarm) -> Vec<&'static str> {
    let members = [
        (!alarm.dimensions.is_empty(), "alarm.dimensions"),
        (alarm.unit.is_some(), "alarm.unit"),
        (alarm.low_sample_percentile.is_some(), "alarm.low_sample_percentile"),
        (alarm.window.as_ref().is_some_and(|window| window != "sliding"), "alarm.window"),
    ];
    members.into_iter().filter_map(|(is_set, member)| is_set.then_some(member)).collect()
}

fn metric_filter(stack: &Stack, rule: &Rule, name: &str) -> Result<MetricFilter, Refusal> {
    if !(names::FILTER.is_valid)(name) {
        return Err((format!("`{name}` is no name of a metric filter"), names::FILTER.rule.to_owned()));
    }
    let metric = rule.metric.as_ref();
    let namespace = stack.namespace.as_ref().or(metric.map(|metric| &metric.namespace)).ok_or_else(|| {
        let help = format!("give it a `metric`, or `{}` a `namespace`", stack.path.display());
        ("the rule has no metric, and the stack no namespace".to_owned(), help)
    })?;
    Ok(MetricFilter {
        name: name.to_owned(),
        log_group: stack.log_group.name.clone(),
        filter_pattern: rule.pattern.as_str().to_owned(),
        metric_namespace: namespace.clone(),
        metric_name: metric.map_or_else(|| rule.id.clone(), |metric| metric.name.clone()),
        metric_value: metric.map_or_else(|| "1".to_owned(), |metric| metric.value.clone()),
        default_value: metric.and_then(|metric| metric.default),
        unit: metric.and_then(|metric| metric.unit.clone()).unwrap_or_else(|| "None".to_owned()),
        dimensions: metric.map(|metric| metric.dimensions.clone()).unwrap_or_default(),
        apply_on_transformed_logs: false,
        field_selection_criteria: None,
        emit_system_field_dimensions: Vec::new(),
    })
}

/// What the person who is woken reads: at most 1,024 characters (API reference of `PutMetricAlarm`).
fn description(rule: &Rule) -> String {
    const CHARACTERS: usize = 1024;
    let parts = [rule.title.as_deref(), rule.description.as_deref().map(str::trim)];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    text.chars().take(CHARACTERS).collect()
}
