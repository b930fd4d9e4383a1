//! Alarms, topics and subscriptions of evaluated resources, in the words of Terraform and of AWS, for audits.

use super::one_metric::{Metrics, metrics};
use super::settings::{dimensions, parsed, setting, truth};
use crate::alarm::{Alarm, Comparison, LowSamples, Missing, Statistic};
use crate::metric_settings::{
    AlarmActions, AlarmSettings, ChainAlarm, ChainComposite, ChainSubscription, ChainTopic, Confirmation,
    Placement, Setting,
};
use crate::sources::files::Files;
use crate::sources::value::{Data, Value};

/// A resource, evaluated.
pub(crate) struct Resource<'a> {
    pub(crate) files: &'a Files<'a>,
    pub(crate) value: &'a Value,
    /// Its name, as a report shows it.
    pub(crate) name: String,
    /// The configuration or template that it is a part of.
    pub(crate) scope: String,
    /// Its address there.
    pub(crate) address: String,
    /// Whether a member that is missing is known only after `terraform apply`: in a plan, a member that is not set is null.
    pub(crate) is_plan: bool,
    /// The region and the account, as far as the configuration says.
    pub(crate) placement: Placement,
}

/// Why a member is not in a plan.
pub(super) const AFTER_APPLY: &str = "it is known only after `terraform apply`";

impl<'a> Resource<'a> {
    /// A member by its name in Terraform, or in AWS's API. A member that is null or an empty text is not set.
    fn get(&self, name: &str) -> Option<&'a Value> {
        let found = self.value.get(name).or_else(|| self.value.get(&of_api(name)));
        found.filter(|value| !value.is_null() && value.as_str() != Some(""))
    }

    fn setting(&self, name: &str) -> Setting {
        if self.is_open(name) {
            return Setting::unknown(AFTER_APPLY);
        }
        setting(self.files, self.get(name))
    }

    /// Whether a plan leaves a member open.
    fn is_open(&self, name: &str) -> bool {
        self.is_plan && self.value.get(name).is_none()
    }

    /// A resource whose members are not known.
    fn is_unknown(&self) -> Option<String> {
        self.value.why_unknown().map(ToString::to_string)
    }

    pub(crate) fn alarm(&self) -> ChainAlarm {
        match metrics(self.value) {
            Metrics::One(value) => Resource { value: &value, ..self.copy() }.alarm_on(None),
            Metrics::Other(what) => self.alarm_on(Some(what)),
            Metrics::None => self.alarm_on(None),
        }
    }

    /// An alarm on one metric, or on something else that is not modelled.
    fn alarm_on(&self, other: Option<&'static str>) -> ChainAlarm {
        let settings = match (self.is_unknown(), other) {
            (Some(why), _) => AlarmSettings::Unknown(why),
            (None, Some(what)) => AlarmSettings::NotModelled(what),
            (None, None) => self.settings(),
        };
        ChainAlarm {
            name: self.name.clone(),
            alarm_name: self.setting("alarm_name"),
            namespace: self.setting("namespace"),
            metric: self.setting("metric_name"),
            dimensions: dimensions(self.get("dimensions"), &["Name"]),
            settings,
            actions: self.actions(),
            scope: self.scope.clone(),
            placement: self.place(),
        }
    }

    /// Where an alarm is: its ARN says it in answers and states.
    fn place(&self) -> Placement {
        let arn = self.value.get("AlarmArn").or_else(|| self.value.get("arn")).and_then(Value::to_string);
        let place = Placement::of_arn(&arn.unwrap_or_default());
        if place.region.is_some() { place } else { self.placement.clone() }
    }

    fn settings(&self) -> AlarmSettings {
        let has = |name| self.get(name).is_some_and(|it| it.as_list().is_none_or(|list| !list.is_empty()));
        if has("threshold_metric_id") {
            return AlarmSettings::NotModelled("anomaly detection");
        }
        if has("evaluation_criteria") {
            return AlarmSettings::NotModelled("a PromQL query");
        }
        match self.read_settings() {
            Err(why) => AlarmSettings::Unknown(why),
            Ok(alarm) => match alarm.check() {
                Ok(()) => AlarmSettings::Known(Box::new(alarm)),
                Err(error) => AlarmSettings::Refused(error.to_string()),
            },
        }
    }

    fn read_settings(&self) -> Result<Alarm, String> {
        let required = |name: &str| format!("`{name}` is not set");
        let statistic: Option<Statistic> = match parsed(self.get("statistic"), "statistic")? {
            None => parsed(self.get("extended_statistic"), "extended_statistic")?,
            found => found,
        };
        let statistic = statistic.ok_or_else(|| required("statistic"))?;
        let period: u64 = parsed(self.get("period"), "period")?.ok_or_else(|| required("period"))?;
        let threshold: f64 =
            parsed(self.get("threshold"), "threshold")?.ok_or_else(|| required("threshold"))?;
        let comparison: Comparison = parsed(self.get("comparison_operator"), "comparison_operator")?
            .ok_or_else(|| required("comparison_operator"))?;
        let n: usize = parsed(self.get("evaluation_periods"), "evaluation_periods")?
            .ok_or_else(|| required("evaluation_periods"))?;
        let m: Option<usize> = parsed(self.get("datapoints_to_alarm"), "datapoints_to_alarm")?;
        let mut alarm = Alarm::new(&self.name, statistic, period, threshold).comparison(comparison);
        alarm.evaluation_periods = n;
        // a state of Terraform has 0 for a number that is not set
        alarm.datapoints_to_alarm = m.filter(|m| *m > 0);
        alarm.missing = parsed::<Missing>(self.get("treat_missing_data"), "treat_missing_data")?;
        alarm.unit = parsed(self.get("unit"), "unit")?;
        let low = ["evaluate_low_sample_count_percentiles", "evaluate_low_sample_count_percentile"];
        let low_samples = low.iter().find_map(|name| self.get(name));
        alarm.low_samples = parsed::<LowSamples>(low_samples, low[1])?;
        if self.get("evaluation_window").is_some() {
            return Err("`evaluation_window` is not read here".to_owned());
        }
        Ok(alarm)
    }

    /// The actions of ALARM.
    fn actions(&self) -> AlarmActions {
        let enabled = match self.get("actions_enabled") {
            None => Some(true),
            Some(value) => truth(value),
        };
        let unknown = |why: String| AlarmActions { enabled, targets: Vec::new(), unknown: Some(why) };
        if let Some(why) = self.is_unknown() {
            return unknown(why);
        }
        if self.is_open("alarm_actions") {
            return unknown(AFTER_APPLY.to_owned());
        }
        let targets = match self.get("alarm_actions").map(|value| (&value.data, value)) {
            None => Vec::new(),
            Some((Data::List(list), _)) => {
                let is_given = |value: &&Value| !value.is_null();
                list.iter().filter(is_given).map(|value| setting(self.files, Some(value))).collect()
            }
            Some((_, value)) => {
                let why = value.why_unknown().map_or("it is not a list".to_owned(), ToString::to_string);
                return unknown(why);
            }
        };
        AlarmActions { enabled, targets, unknown: None }
    }

    pub(crate) fn composite(&self) -> ChainComposite {
        ChainComposite {
            name: self.name.clone(),
            rule: self.setting("alarm_rule"),
            has_suppressor: self.get("actions_suppressor").is_some_and(|it| {
                // a block of Terraform, or a name
                it.as_list().is_none_or(|list| !list.is_empty())
            }),
            actions: self.actions(),
            scope: self.scope.clone(),
            placement: self.place(),
        }
    }

    pub(crate) fn topic(&self) -> ChainTopic {
        let arn = self.setting("arn");
        let name = if arn.text.is_some() { arn } else { setting(self.files, self.name_of_topic()) };
        let placement = match name.text.as_deref().filter(|name| name.starts_with("arn:")) {
            Some(arn) => Placement::of_arn(arn),
            None => self.placement.clone(),
        };
        let (scope, address) = (self.scope.clone(), self.address.clone());
        let key = self.key_of_messages();
        let policy = self.get("policy").map(|policy| self.with_policy(Vec::new(), policy));
        ChainTopic { name, scope, address, placement, open: None, key, policy }
    }

    /// The key of a topic or of a queue.
    pub(super) fn key_of_messages(&self) -> Setting {
        let key = self.get("kms_master_key_id");
        let is_open = self.is_plan && self.value.get("kms_master_key_id").is_none();
        match (is_open, key) {
            (true, _) => Setting::unknown(AFTER_APPLY),
            (false, None) => Setting::default(),
            (false, Some(key)) => self.reference(key),
        }
    }

    fn name_of_topic(&self) -> Option<&'a Value> {
        self.value.get("name").or_else(|| self.value.get("TopicName"))
    }

    /// The subscriptions that a topic of a template has.
    pub(crate) fn own_subscriptions(&self) -> Vec<ChainSubscription> {
        let list = self.value.get("Subscription").and_then(Value::as_list).unwrap_or_default();
        let topic = Setting {
            why: format!("`{}` is known only when the template is deployed", self.address),
            address: Some(self.address.clone()),
            ..Setting::default()
        };
        list.iter().map(|value| Resource { value, ..self.copy() }.of_topic(topic.clone())).collect()
    }

    pub(super) fn copy(&self) -> Resource<'a> {
        let Resource { files, value, name, scope, address, is_plan, placement } = self;
        let (name, scope, address) = (name.clone(), scope.clone(), address.clone());
        Resource { files, value, name, scope, address, is_plan: *is_plan, placement: placement.clone() }
    }

    pub(crate) fn subscription(&self) -> ChainSubscription {
        self.of_topic(self.setting("topic_arn"))
    }

    fn of_topic(&self, topic: Setting) -> ChainSubscription {
        let (protocol, endpoint) = (self.setting("protocol"), self.setting("endpoint"));
        let pending = self.get("pending_confirmation").and_then(truth);
        let confirmation = match (pending, self.arn().as_deref()) {
            (Some(true), _) | (_, Some("PendingConfirmation")) => Confirmation::Not("it is not confirmed"),
            (_, Some("Deleted")) => Confirmation::Not("it is deleted"),
            (Some(false), _) => Confirmation::Confirmed,
            (_, Some(arn)) if arn.starts_with("arn:") => Confirmation::Confirmed,
            _ => declared(protocol.text.as_deref(), &topic, &endpoint),
        };
        ChainSubscription {
            protocol: protocol.text.unwrap_or_default(),
            endpoint,
            topic,
            arn: self.arn().filter(|arn| arn.starts_with("arn:")).unwrap_or_default(),
            confirmation: self.filtered(confirmation),
            scope: self.scope.clone(),
        }
    }

    fn arn(&self) -> Option<String> {
        self.value.get("SubscriptionArn").or_else(|| self.value.get("arn"))?.to_string()
    }

    /// Messages of alarms have no attributes, so that a filter policy on attributes stops every message.
    fn filtered(&self, confirmation: Confirmation) -> Confirmation {
        let policy = self.get("filter_policy").filter(|it| {
            let is_empty = it.as_map().is_some_and(std::collections::BTreeMap::is_empty);
            !is_empty && it.as_str().is_none_or(|text| text.trim() != "{}")
        });
        if policy.is_none() {
            return confirmation;
        }
        match self.get("filter_policy_scope").map(Value::to_string) {
            Some(Some(scope)) if scope == "MessageBody" => {
                Confirmation::NotSaid("its filter policy on the message is not evaluated")
            }
            Some(None) => Confirmation::NotSaid("the scope of its filter policy is not known"),
            _ => {
                Confirmation::Not("its filter policy needs attributes, which messages of alarms do not have")
            }
        }
    }
}

/// Whether a subscription that a configuration declares is confirmed (API reference of `Subscribe`: the owner of the endpoint confirms
/// e-mail and HTTP, and each endpoint of another account).
fn declared(protocol: Option<&str>, topic: &Setting, endpoint: &Setting) -> Confirmation {
    let account = |arn: &Setting| arn.text.as_deref().and_then(|arn| Some(arn.split(':').nth(4)?.to_owned()));
    match protocol {
        Some("sms" | "application") => Confirmation::Confirmed,
        Some("sqs" | "lambda" | "firehose") => match (account(topic), account(endpoint)) {
            (Some(a), Some(b)) if a == b => Confirmation::Confirmed,
            // both are resources of the configuration
            (None, None) if topic.address.is_some() && endpoint.address.is_some() => Confirmation::Confirmed,
            _ => Confirmation::NotSaid("the owner of an endpoint of another account has to confirm it"),
        },
        Some("email" | "email-json" | "http" | "https") => {
            Confirmation::NotSaid("the owner of the endpoint has to confirm it")
        }
        _ => Confirmation::NotSaid("its protocol is not known"),
    }
}

/// The name of a member in AWS's API: `AlarmName` for `alarm_name`.
fn of_api(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('_').map(word).collect()
}
