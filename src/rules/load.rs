//! From the text of a rule file to its rules.

use super::composite::{Composite, CompositeEntry};
use super::context::{Context, nearest, span, toml_error};
use super::error::RuleError;
use super::file::{Allow, ExpectMetric, Rule, RuleAlarm, RuleFile, RuleMetric, RuleTest};
use super::fires::Fires;
use super::locate::in_file;
use super::messages::TestEntry;
use super::system::lacking;
use super::timeline::TimelineEntry;
use super::without_tests::without_tests;
use crate::FilterPattern;
use crate::escaped::Escaped;
use crate::hit::Severity;
use crate::number::is_metric_value;
use crate::span::Span;
use crate::spanned::Spanned;
use crate::syntax::ast::Pattern;
use crate::syntax::clauses::{clause_named, clauses};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Reads one rule file from its text. The files that it names have to be below `root`, or below its folder if `root` is `None`; `texts` has those
/// that are not read from the disk.
pub(super) fn parse_below(
    root: Option<&Path>,
    texts: &HashMap<PathBuf, String>,
    path: &Path,
    source: String,
) -> Result<RuleFile, Vec<RuleError>> {
    let entries = entries(path, &source, &source)?;
    let context = Context { texts: Some(texts), ..Context::new(path, root, &source) };
    let (rules, composites) = context.file(entries)?;
    let event_files = context.event_files.into_inner().into_iter().collect();
    Ok(RuleFile { path: path.to_owned(), source, rules, composites, event_files })
}

/// Reads one rule file from its text, without its tests.
pub(super) fn parse_rules(path: &Path, source: String) -> Result<RuleFile, Vec<RuleError>> {
    let rest = without_tests(&source);
    let mut entries = entries(path, &source, rest.as_ref().map_or(&source, |rest| &rest.text))?;
    entries.leave_out_tests();
    let (rules, composites) = Context::new(path, None, &source).file(entries)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let named = rest.into_iter().flat_map(|rest| rest.event_files);
    let event_files: BTreeSet<_> = named.filter_map(|named| folder.join(named).canonicalize().ok()).collect();
    let event_files = event_files.into_iter().collect();
    Ok(RuleFile { path: path.to_owned(), source, rules, composites, event_files })
}

/// The tables of a text, which is the source or a part of it at the same place.
fn entries(path: &Path, source: &str, text: &str) -> Result<FileEntry, Vec<RuleError>> {
    toml::from_str(text).map_err(|error| vec![toml_error(path, source, &error)])
}

const FIRES_HELP: &str = "write a whole number after `=`, `<`, `<=`, `>` or `>=`, and `/day` after it for a bound on each day: `0`, `>=1`, `<=3/day`";

/// The JSON Schema of a rule file, generated from the types that the file is read into: the text of [`SCHEMA`](super::SCHEMA).
///
/// ```
/// let schema = cwfilter::rules::schema();
/// assert_eq!(schema.get("title").unwrap(), "Rule file of cwfilter");
/// ```
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> schemars::Schema {
    crate::schema::of_toml_file::<FileEntry>()
}

// the comments of these types are the descriptions of the JSON Schema: an editor shows them

/// Filter patterns with their tests, metrics and alarms. docs/rule-files.md is the reference.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        title = "Rule file of cwfilter",
        extend("anyOf" = [{ "required": ["rule"] }, { "required": ["composite"] }])
    )
)]
struct FileEntry {
    /// The rules.
    rule: Option<Vec<RuleEntry>>,
    /// The composite alarms.
    #[serde(default)]
    composite: Vec<CompositeEntry>,
}

/// The metric that the rule's metric filter publishes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with a metric's keys")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "metric"))]
struct MetricEntry {
    /// `metricNamespace`; at most 255 characters.
    #[cfg_attr(feature = "schema", schemars(length(max = crate::limits::METRIC_NAME_CHARACTERS)))]
    namespace: String,
    /// `metricName`; at most 255 characters.
    #[cfg_attr(feature = "schema", schemars(length(max = crate::limits::METRIC_NAME_CHARACTERS)))]
    name: String,
    /// `metricValue`: a number, a selector (`$.latency`) or a column (`$status`); at most 100 characters.
    #[cfg_attr(feature = "schema", schemars(length(max = crate::limits::METRIC_VALUE_CHARACTERS)))]
    value: String,
    /// `defaultValue`, published for each event that does not match.
    default: Option<f64>,
    /// A unit of CloudWatch, such as `Milliseconds`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = crate::metric::UNITS)))]
    unit: Option<String>,
    /// From the name to the selector or column of the value; at most three, and not together with `default`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("maxProperties" = crate::limits::DIMENSIONS)))]
    dimensions: BTreeMap<String, String>,
    /// `fieldSelectionCriteria`: the accounts and regions whose events the filter reads, such as `@aws.region IN ("us-east-1", "eu-west-1")`.
    field_selection_criteria: Option<Spanned<String>>,
    /// `emitSystemFieldDimensions`: `@aws.account`, `@aws.region`, `@source.log`; they count as dimensions.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("items" = { "type": "string", "enum": crate::metric::SYSTEM_FIELDS })))]
    emit_system_field_dimensions: Vec<String>,
    /// `applyOnTransformedLogs`. No log transformer is modelled: such a filter publishes nothing in tests and simulations.
    #[serde(default)]
    apply_on_transformed_logs: bool,
}

impl From<MetricEntry> for RuleMetric {
    fn from(entry: MetricEntry) -> Self {
        RuleMetric {
            namespace: entry.namespace,
            name: entry.name,
            value: entry.value,
            default: entry.default,
            unit: entry.unit,
            dimensions: entry.dimensions,
            field_selection_criteria: entry.field_selection_criteria.map(Spanned::into_inner),
            emit_system_field_dimensions: entry.emit_system_field_dimensions,
            apply_on_transformed_logs: entry.apply_on_transformed_logs,
        }
    }
}

/// A filter pattern with its tests, metric and alarm.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with a rule's keys")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "rule"))]
struct RuleEntry {
    /// The name of the rule, unique among all loaded rules and composite alarms.
    id: Spanned<String>,
    /// One line for people; it becomes the description of the alarm.
    title: Option<String>,
    /// What a match means, and the reason for the rule; it follows the title in the description of the alarm.
    description: Option<String>,
    /// Who else does this, and how to keep the rule quiet about it.
    #[serde(default)]
    false_positives: Vec<String>,
    /// The first steps of the response to a match, in their order; they end the description of the alarm, so that the notification has them
    /// (AWS accepts 1,024 characters: what is longer is cut).
    #[serde(default)]
    response: Vec<String>,
    /// How much a match matters: `informational`, `low`, `medium`, `high` or `critical`, as in Sigma and Security Hub; `cwfilter scan` shows it.
    severity: Option<Severity>,
    /// The filter pattern; a literal string (`'…'`) needs no escapes.
    pattern: Spanned<String>,
    /// The controls that the rule implements: `cis-aws-VERSION/NUMBER`, `security-hub/CloudWatch.NUMBER`, `attack/TECHNIQUE`. For the first
    /// two, `cwfilter lint` proves that the pattern matches every event that the pattern of the control matches; an id of a technique has to
    /// be one of ATT&CK 19, and `lint` names the new id of one that moved.
    #[serde(default)]
    covers: Vec<String>,
    /// Addresses of documents.
    #[serde(default)]
    references: Vec<String>,
    /// The metric that the rule's metric filter publishes.
    metric: Option<Spanned<MetricEntry>>,
    /// The alarm on the metric.
    alarm: Option<Spanned<RuleAlarm>>,
    /// The number of matches in an archive that `cwfilter backtest` expects: a whole number after `=`, `<`, `<=`, `>` or `>=`, and `/day` after
    /// it for a bound on each day, such as `0`, `>=1`, `<=3/day`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Fires>"))]
    fires: Option<Spanned<String>>,
    /// The lints that are switched off for this rule.
    #[serde(default)]
    allow: Vec<Allow>,
    /// The tests, `[[rule.test]]`.
    #[serde(default)]
    test: Vec<TestEntry>,
    /// Tests of the alarm, `[[rule.timeline]]`.
    #[serde(default)]
    timeline: Vec<TimelineEntry>,
}

/// The message for an id that is there twice.
pub(super) fn already_used(id: &str, path: &Path) -> String {
    format!("rule id `{}` is already used in {}", Escaped(id), path.display())
}

impl FileEntry {
    fn leave_out_tests(&mut self) {
        for rule in self.rule.iter_mut().flatten() {
            (rule.test, rule.timeline) = (Vec::new(), Vec::new());
        }
        self.composite.iter_mut().for_each(CompositeEntry::leave_out_tests);
    }
}

impl Context<'_> {
    fn file(&self, entries: FileEntry) -> Result<(Vec<Rule>, Vec<Composite>), Vec<RuleError>> {
        let (mut rules, mut composites, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        if entries.rule.is_none() && entries.composite.is_empty() {
            return Err(vec![self.error(Span::new(0, 0), "missing field `rule`")]);
        }
        for entry in entries.rule.unwrap_or_default() {
            match self.rule(entry) {
                Ok(rule) => rules.push(rule),
                Err(more) => errors.extend(more),
            }
        }
        for entry in entries.composite {
            match self.composite(entry) {
                Ok(composite) => composites.push(composite),
                Err(more) => errors.extend(more),
            }
        }
        errors.extend(self.repeated_ids(&rules, &composites));
        if errors.is_empty() { Ok((rules, composites)) } else { Err(errors) }
    }

    /// The ids that the file has twice.
    fn repeated_ids(&self, rules: &[Rule], composites: &[Composite]) -> Vec<RuleError> {
        let rules = rules.iter().map(|it| (it.id.as_str(), it.id_span));
        let all = rules.chain(composites.iter().map(|it| (it.id.as_str(), it.id_span)));
        let mut seen = HashSet::new();
        let repeated = all.filter(|(id, _)| !seen.insert(*id));
        repeated.map(|(id, at)| self.error(at, already_used(id, self.path))).collect()
    }

    fn rule(&self, entry: RuleEntry) -> Result<Rule, Vec<RuleError>> {
        self.check_id(&entry.id).map_err(|error| vec![error])?;
        let pattern_span = span(&entry.pattern);
        let pattern: FilterPattern =
            entry.pattern.get_ref().parse().map_err(|error: crate::ParseError| {
                let at = in_file(self.source, pattern_span, error.span());
                vec![self.error(at, error.kind().to_string()).help_line(error.help())]
            })?;
        let criteria =
            entry.metric.as_ref().and_then(|metric| metric.get_ref().field_selection_criteria.as_ref());
        if let Some(criteria) = criteria
            && let Err(error) = criteria.get_ref().parse::<crate::metric::FieldSelection>()
        {
            let at = in_file(self.source, span(criteria), error.span());
            return Err(vec![self.error(at, error.aws_message()).help_line(error.help())]);
        }
        let (mut tests, mut errors) = (Vec::new(), Vec::new());
        for test in entry.test {
            match self.test(test, &pattern, entry.metric.is_some()) {
                Ok(test) => tests.push(test),
                Err(error) => errors.push(error),
            }
        }
        let mut timelines = Vec::new();
        for timeline in entry.timeline {
            let alarm = entry.alarm.as_ref().filter(|_| entry.metric.is_some()).map(Spanned::get_ref);
            match self.timeline(timeline, &pattern, alarm) {
                Ok(timeline) => timelines.push(timeline),
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let fires = entry.fires.as_ref().map(|fires| {
            let refuse = |why: String| vec![self.error(span(fires), why).help_line(FIRES_HELP)];
            fires.get_ref().parse::<Fires>().map_err(refuse)
        });
        let fires = fires.transpose()?;
        let (metric_span, alarm_span) = (entry.metric.as_ref().map(span), entry.alarm.as_ref().map(span));
        let rule = Rule {
            id_span: span(&entry.id),
            id: entry.id.into_inner(),
            title: entry.title,
            description: entry.description,
            false_positives: entry.false_positives,
            response: entry.response,
            severity: entry.severity,
            pattern,
            pattern_span,
            covers: entry.covers,
            references: entry.references,
            metric: entry.metric.map(|metric| metric.into_inner().into()),
            alarm: entry.alarm.map(Spanned::into_inner),
            fires,
            allow: entry.allow,
            tests,
            timelines,
        };
        match (rule.metric_filter(), metric_span) {
            (Some(Err(refusal)), Some(at)) => {
                Err(vec![self.error(at, format!("AWS refuses the metric: {refusal}"))])
            }
            _ => match (rule.alarm_settings(), alarm_span) {
                (Some(Err(refusal)), Some(at)) => Err(vec![self.error(at, refusal.to_string())]),
                _ => self.has_system_fields(rule),
            },
        }
    }

    /// Refuses a test of a datapoint that does not set the system fields that the metric filter needs.
    fn has_system_fields(&self, rule: Rule) -> Result<Rule, Vec<RuleError>> {
        let tests = rule.tests.iter().filter(|test| test.metric.is_some()).map(|it| (it.span, &it.system));
        let all = tests.chain(rule.timelines.iter().map(|it| (it.span, &it.system)));
        let errors: Vec<RuleError> = all
            .filter_map(|(at, system)| {
                let field = lacking(&rule, system)?;
                let message = format!("the rule's metric filter needs {field}, and the test does not set it");
                let help = "set `account`, `region` or `log_group` in the test";
                Some(self.error(at, message).help_line(help))
            })
            .collect();
        if errors.is_empty() { Ok(rule) } else { Err(errors) }
    }

    fn test(
        &self,
        entry: TestEntry,
        pattern: &FilterPattern,
        has_metric: bool,
    ) -> Result<RuleTest, RuleError> {
        let because = entry.because.as_ref().map(|clause| self.clause(clause, pattern.ast())).transpose()?;
        let name = span(&entry.name);
        if entry.metric.is_some() && !has_metric {
            return Err(self.error(name, "the test expects a datapoint, and the rule has no `metric`"));
        }
        if let Some(ExpectMetric::Datapoint(point)) = &entry.metric
            && !is_metric_value(point.value)
        {
            let message = format!("the test expects the value {:e}, which no datapoint has", point.value);
            return Err(self.error(name, message).help_line("CloudWatch has values from -2^360 to 2^360"));
        }
        let messages = self.messages(&entry, pattern)?;
        let system = entry.system();
        let origin = self.origin(&entry)?;
        let (expect, metric) = (entry.expect, entry.metric);
        let name_text = entry.name.into_inner();
        Ok(RuleTest { span: name, name: name_text, messages, expect, because, metric, system, origin })
    }

    /// The clause that a test names. A misspelt name is refused, because it would never decide.
    fn clause(&self, clause: &Spanned<String>, pattern: &Pattern) -> Result<String, RuleError> {
        if let Some(name) = clause_named(pattern, clause.get_ref()) {
            return Ok(name);
        }
        let names = clauses(pattern);
        let error = self.error(span(clause), format!("the pattern has no clause `{}`", clause.get_ref()));
        let nearest = nearest(clause.get_ref(), names.iter().map(String::as_str));
        Err(match nearest {
            Some(name) => error.help_line(format!("did you mean `{name}`?")),
            None => error.help_line("name a selector, a column, a term or a whole condition of the pattern"),
        })
    }
}
