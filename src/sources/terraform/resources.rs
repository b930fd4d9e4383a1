//! The filters of a module and of the modules that it calls.

use super::alarm;
use super::scope::{Evaluator, Instance, Scope};
use super::syntax::Block;
use crate::metric_settings::{AlarmResources, Placement};
use crate::sources::alarm::is_receiver;
use crate::sources::filter::{FilterScope, FilterSettings, MetricSettings};
use crate::sources::made::Made;
use crate::sources::policy;
use crate::sources::value::{Data, FileId, Place, Value};
use std::collections::HashSet;
use std::path::PathBuf;
use std::rc::Rc;

/// A filter of one instance of a block.
pub(super) struct Filter {
    pub(super) settings: FilterSettings,
    /// The block, and what it is: a block may have several filters.
    block: (Place, String),
    /// The file of the root module whose block leads to the filter.
    pub(super) from: FileId,
}

impl Filter {
    pub(super) fn is_known(&self) -> bool {
        self.settings.pattern.any_unknown().is_none()
    }

    /// The block that makes the filter.
    pub(super) fn definition(&self) -> (Place, String) {
        self.block.clone()
    }

    /// Filters that are the same in all that is checked are one.
    pub(super) fn identity(&self) -> String {
        let metric = self.settings.metric.as_ref();
        let texts =
            metric.map(|it| [&it.namespace, &it.name, &it.value, &it.default, &it.unit, &it.dimensions]);
        let shown = |value: &Option<Value>| value.as_ref().map_or_else(String::new, summary);
        let texts: Vec<String> = texts.iter().flatten().map(|value| shown(value)).collect();
        let group = shown(&self.settings.log_group);
        format!(
            "{:?}\u{0}{}\u{0}{group}\u{0}{}\u{0}{texts:?}",
            self.block,
            self.settings.name,
            summary(&self.settings.pattern)
        )
    }
}

fn summary(value: &Value) -> String {
    match &value.data {
        Data::List(list) => list.iter().map(summary).collect::<Vec<_>>().join("\u{1}"),
        Data::Map(map) => {
            map.iter().map(|(key, value)| format!("{key}\u{2}{}\u{1}", summary(value))).collect()
        }
        Data::Text(text) => format!("{}\u{3}{}", text.string, text.first_hole().map_or("", |why| why)),
        Data::Unknown(why) => why.to_string(),
        Data::Null => "null".to_owned(),
        Data::Bool(_) | Data::Number(_) => value.to_string().unwrap_or_default(),
    }
}

/// The pattern of a filter, and the metric that it publishes.
type PatternAndMetric = (Value, Option<MetricSettings>);

/// Walks through a module and those that it calls.
pub(super) struct Walk<'a> {
    evaluator: &'a Evaluator<'a>,
    /// The file of the root module's call that is walked through.
    from: Option<FileId>,
    /// Of the root module.
    pub(super) own: Vec<Filter>,
    /// Of modules that are called.
    pub(super) called: Vec<Filter>,
    pub(super) resources: Vec<AlarmBlock>,
    /// Calls of modules that were read.
    pub(super) read: HashSet<Place>,
    /// The folders of modules that are called.
    pub(super) folders: HashSet<PathBuf>,
    /// Calls of modules that are not on the disk, and whose sources do not say that they make filters.
    pub(super) unread: Vec<UnreadCall>,
}

/// A call of a module that is not on the disk.
pub(super) struct UnreadCall {
    pub(super) name: String,
    pub(super) source: String,
    pub(super) at: Place,
}

/// One instance of a block that is an alarm or a filter.
pub(super) struct AlarmBlock {
    pub(super) block: Place,
    /// The file of the root module whose block leads to it.
    pub(super) from: FileId,
    pub(super) is_called: bool,
    pub(super) resources: AlarmResources,
}

/// Words of the sources of modules that may make filters.
const SPEAKING: [&str; 8] = [
    "metric-filter",
    "metric_filter",
    "cloudwatch",
    "cloudtrail",
    "cis-",
    "log-",
    "-log",
    "subscription-filter",
];

impl<'a> Walk<'a> {
    pub(super) fn new(evaluator: &'a Evaluator<'a>) -> Self {
        let (own, called, resources, read, folders, unread) = Default::default();
        Walk { evaluator, from: None, own, called, resources, read, folders, unread }
    }

    pub(super) fn instance(&mut self, instance: &Rc<Instance>) {
        let scope = Scope::of(instance);
        if !instance.address.is_empty() {
            self.folders.insert(instance.module.folder.clone());
        }
        for block in &instance.module.resources {
            self.resource(block, &scope);
        }
        let outer = self.from;
        for call in &instance.module.calls {
            self.from = outer.or(Some(call.body.at.file));
            match self.evaluator.calls_of(call, &scope) {
                Ok(calls) => {
                    self.read.insert(call.body.at);
                    calls.instances.iter().for_each(|inner| self.instance(inner));
                }
                Err(why) => self.foreign(call, &scope, &why),
            }
        }
        self.from = outer;
    }

    fn resource(&mut self, block: &Block, scope: &Scope) {
        let read: fn(&Value) -> Option<PatternAndMetric> = match block.label(0) {
            "aws_cloudwatch_log_metric_filter" => {
                |it| Some((it.get("pattern")?.clone(), metric(it, TERRAFORM)))
            }
            "aws_cloudwatch_log_subscription_filter" => |it| Some((it.get("filter_pattern")?.clone(), None)),
            "awscc_logs_metric_filter" => {
                |it| Some((it.get("filter_pattern")?.clone(), metric(it, CLOUD_CONTROL)))
            }
            "awscc_logs_subscription_filter" => |it| Some((it.get("filter_pattern")?.clone(), None)),
            "aws_cloudwatch_metric_alarm"
            | "aws_cloudwatch_composite_alarm"
            | "aws_sns_topic"
            | "aws_sns_topic_policy"
            | "aws_sns_topic_subscription" => |_| None,
            kind if is_receiver(kind) => |_| None,
            "aws_cloudwatch_log_account_policy" | "awscc_logs_account_policy" => {
                return self.policy(block, scope);
            }
            _ => return,
        };
        self.each(block, scope, |value| read(value).into_iter().collect());
    }

    /// Each instance of a block, with its filters.
    fn each(&mut self, block: &Block, scope: &Scope, read: impl Fn(&Value) -> Vec<PatternAndMetric>) {
        let expansion = self.evaluator.expand(&block.body, scope);
        for one in &expansion.instances {
            let mut inner = scope.clone();
            inner.names.extend(one.names.iter().cloned());
            let value = self.evaluator.body(&block.body, &inner);
            let made = scope.instance.made.and(expansion.made.clone());
            let mut resources = alarm::read(self.evaluator, block, &value, &one.key, &inner);
            if let Some(why) = made.why_open() {
                resources.chain.is_open(why);
            }
            if made.is_absent() {
                // an alarm that is not made watches nothing, and such a filter publishes nothing
                let chain = resources.chain.not_made(why_absent(block, &expansion.made));
                resources = AlarmResources { chain, ..AlarmResources::default() };
            }
            self.resources.push(AlarmBlock {
                block: block.body.at,
                from: self.from.unwrap_or(block.body.at.file),
                is_called: !scope.instance.address.is_empty(),
                resources,
            });
            let log_group = value.get("log_group_name").cloned();
            for (pattern, metric) in read(&value) {
                if pattern.is_null() {
                    continue;
                }
                let name = format!("{}{}{}", scope.instance.address, block.label(1), one.key);
                let settings = FilterSettings {
                    name,
                    pattern,
                    log_group: log_group.clone(),
                    metric,
                    at: block.body.at,
                    is_trimmed: true,
                    made: made.clone(),
                    provider: self.provider(block),
                    placement: self.evaluator.placement(block, &value, &inner),
                    scope: FilterScope {
                        is_subscription: !block.label(0).ends_with("_metric_filter"),
                        system_fields: value.get("emit_system_field_dimensions").cloned(),
                        criteria: value.get("field_selection_criteria").cloned(),
                        on_transformed_logs: value.get("apply_on_transformed_logs").cloned(),
                        destination: value
                            .get("destination_arn")
                            .or_else(|| value.get("policy_document"))
                            .cloned(),
                        selection: value.get("selection_criteria").cloned(),
                        role: value.get("role_arn").cloned(),
                    },
                };
                self.push(settings, (block.body.at, String::new()), scope);
            }
        }
    }

    /// The provider of a block, which may be of another region or account.
    fn provider(&self, block: &Block) -> String {
        let provider = block.body.attribute("provider").map(|expr| expr.at());
        let written = provider.map(|at| at.span.of(&self.evaluator.files.text(at.file).text).to_owned());
        written.unwrap_or_default()
    }

    fn push(&mut self, settings: FilterSettings, block: (Place, String), scope: &Scope) {
        let from = self.from.unwrap_or(block.0.file);
        let filter = Filter { settings, block, from };
        let list = if scope.instance.address.is_empty() { &mut self.own } else { &mut self.called };
        list.push(filter);
    }

    fn policy(&mut self, block: &Block, scope: &Scope) {
        let files = self.evaluator.files;
        self.each(block, scope, |value| {
            let of = |name| value.get(name);
            let pattern = policy::pattern(files, of("policy_type"), of("policy_document"));
            pattern.into_iter().map(|pattern| (pattern, None)).collect()
        });
    }

    /// A module that is not in this folder: its arguments are read if its source says that it makes filters.
    fn foreign(&mut self, call: &Block, scope: &Scope, why: &str) {
        let source = call.body.attribute("source").map(|expr| self.evaluator.value(expr, scope));
        let source = source.as_ref().and_then(Value::as_str).unwrap_or_default();
        let lower = source.to_lowercase();
        if self.is_there(source, scope) {
            let at = call.body.at;
            let settings = settings(call.label(0), Value::unknown(why, at), None, None, at, Made::Yes);
            return self.push(settings, (at, String::new()), scope);
        }
        if !SPEAKING.iter().any(|word| lower.contains(word)) {
            let (name, source) = (call.label(0).to_owned(), source.to_owned());
            self.unread.push(UnreadCall { name, source, at: call.body.at });
            return;
        }
        let before = self.own.len() + self.called.len();
        let expansion = self.evaluator.expand(&call.body, scope);
        for one in &expansion.instances {
            let mut inner = scope.clone();
            inner.names.extend(one.names.iter().cloned());
            let arguments = self.evaluator.body(&call.body, &inner);
            self.arguments(
                &arguments,
                call,
                &format!("{}{}", call.label(0), one.key),
                &expansion.made,
                scope,
                0,
            );
        }
        if self.own.len() + self.called.len() == before {
            let at = call.body.at;
            let pattern = Value::unknown(why, at);
            let settings = settings(call.label(0), pattern, None, None, at, expansion.made.clone());
            self.push(settings, (at, String::new()), scope);
        }
    }

    /// Whether this is the source of a local module that is on the disk. It is not read if a limit is reached.
    fn is_there(&self, source: &str, scope: &Scope) -> bool {
        if !source.starts_with("./") && !source.starts_with("../") {
            return false;
        }
        let module = self.evaluator.module(&scope.instance.module.folder.join(source));
        !module.resources.is_empty() || !module.calls.is_empty()
    }

    /// Arguments named `pattern` or `filter_pattern`, at any depth.
    fn arguments(
        &mut self,
        value: &Value,
        call: &Block,
        name: &str,
        made: &Made,
        scope: &Scope,
        depth: usize,
    ) {
        if depth > 8 {
            return;
        }
        if let Some(list) = value.as_list() {
            for (at, item) in list.iter().enumerate() {
                self.arguments(item, call, &format!("{name}[{at}]"), made, scope, depth + 1);
            }
        }
        let Some(map) = value.as_map() else { return };
        let pattern = value.get("pattern").or_else(|| value.get("filter_pattern"));
        if let Some(pattern) = pattern.filter(|it| !it.is_null() && it.as_map().is_none()) {
            let metric = MetricSettings {
                namespace: value.get("metric_transformation_namespace").cloned(),
                name: value.get("metric_transformation_name").cloned(),
                value: value.get("metric_transformation_value").cloned(),
                default: value.get("metric_transformation_default_value").cloned(),
                unit: value.get("metric_transformation_unit").cloned(),
                dimensions: value.get("metric_transformation_dimensions").cloned(),
            };
            let group = value.get("log_group_name").cloned();
            let settings = settings(name, pattern.clone(), group, Some(metric), call.body.at, made.clone());
            self.push(settings, (call.body.at, name.to_owned()), scope);
        }
        for (key, item) in map {
            self.arguments(item, call, &format!("{name}.{key}"), made, scope, depth + 1);
        }
    }
}

/// Why a block makes nothing.
fn why_absent(block: &Block, own: &Made) -> &'static str {
    match own {
        Made::No if block.body.attribute("for_each").is_some() => "`for_each` is empty",
        Made::No => "count = 0",
        Made::Yes | Made::Unknown(_) | Made::ByCalls => "its module is not made",
    }
}

fn settings(
    name: &str,
    pattern: Value,
    log_group: Option<Value>,
    metric: Option<MetricSettings>,
    at: Place,
    made: Made,
) -> FilterSettings {
    let (name, provider) = (name.to_owned(), String::new());
    let (scope, placement) = (FilterScope::default(), Placement::default());
    FilterSettings {
        name,
        pattern,
        log_group,
        metric,
        at,
        is_trimmed: true,
        made,
        provider,
        placement,
        scope,
    }
}

/// Names of the members of a transformation, and of the block or list that it is in.
type Names = [&'static str; 7];

const TERRAFORM: Names =
    ["metric_transformation", "namespace", "name", "value", "default_value", "unit", "dimensions"];

const CLOUD_CONTROL: Names = [
    "metric_transformations",
    "metric_namespace",
    "metric_name",
    "metric_value",
    "default_value",
    "unit",
    "dimensions",
];

fn metric(value: &Value, names: Names) -> Option<MetricSettings> {
    let [list, namespace, name, metric_value, default, unit, dimensions] = names;
    let list = value.get(list)?;
    let first = list.as_list().map_or(Some(list), <[Value]>::first)?;
    let of = |name| first.get(name).cloned();
    Some(MetricSettings {
        namespace: of(namespace),
        name: of(name),
        value: of(metric_value),
        default: of(default),
        unit: of(unit),
        dimensions: of(dimensions),
    })
}
