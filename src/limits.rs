//! Every bound of the crate in one place, with the source of each.

/// Characters (Unicode code points) in a filter pattern.
/// AWS: API reference of `PutMetricFilter`, `filterPattern`; observed by LocalStack's validated tests.
pub const PATTERN_CHARACTERS: usize = 1024;

/// Regular expressions in one JSON or space-delimited pattern.
/// AWS: filter pattern syntax, "regular expressions"; observed through `TestMetricFilter`.
pub const REGEXES_PER_PATTERN: usize = 2;

/// Wildcard steps (`[*]`, `.*`) in one selector. AWS: filter pattern syntax for JSON; observed.
pub const WILDCARDS_PER_SELECTOR: usize = 1;

/// Wildcard steps (`[*]`, `.*`) in one pattern. AWS: filter pattern syntax for JSON; observed.
pub const WILDCARDS_PER_PATTERN: usize = 3;

/// Log event messages in one `TestMetricFilter` request. AWS: API reference.
pub const TEST_MESSAGES: usize = 50;

/// Bytes that one compiled regular expression may take. Ours: a 1,024-character pattern that AWS
/// compiles needs far less, and counted repetitions of repetitions must not take the memory.
pub const REGEX_BYTES: usize = 1 << 20;

/// Bytes of one record of a delivery file. Ours: a CloudTrail event is at most 256 KB, a CloudWatch
/// log event at most 1 MB; what is larger by this much is damage, and is not held in memory.
pub const RECORD_BYTES: usize = 16 << 20;

/// Layers of gzip around one file. Ours: a delivery file has one, a re-compressed one two.
pub const GZIP_LAYERS: usize = 2;

/// Patterns in one set. Ours: rules are numbered with 32 bits; the bound is far from them and keeps a
/// mistaken list from taking the memory.
pub const SET_PATTERNS: usize = 1_000_000;

/// Filters with regular expressions in one log group. AWS: filter pattern syntax, "regular expressions".
pub const REGEX_FILTERS_PER_LOG_GROUP: usize = 5;

/// Metric filters in one log group. AWS: CloudWatch Logs quotas.
pub const METRIC_FILTERS_PER_LOG_GROUP: usize = 100;

/// Dimensions of one metric filter. AWS: "Creating metrics from log events using filters".
pub const DIMENSIONS: usize = 3;

/// Characters in a metric name, a namespace, and a dimension's name and value. AWS: API reference of
/// `MetricTransformation`.
pub const METRIC_NAME_CHARACTERS: usize = 255;

/// Characters in a metric value. AWS: API reference of `MetricTransformation`.
pub const METRIC_VALUE_CHARACTERS: usize = 100;

/// Writes to a service in a second. Ours: CloudWatch allows 3 `PutMetricAlarm`, CloudWatch Logs publishes no figure.
#[cfg(feature = "aws")]
pub const WRITES_PER_SECOND: f64 = 3.0;

/// Writes to CloudTrail in a second. AWS: CloudTrail quotas, "all other APIs".
#[cfg(feature = "aws-trail")]
pub const CLOUDTRAIL_WRITES_PER_SECOND: f64 = 1.0;

/// Characters of a composite alarm's rule. AWS: API reference of `PutCompositeAlarm`.
pub const ALARM_RULE_CHARACTERS: usize = 10_240;

/// Parentheses in parentheses of a composite alarm's rule. Ours: more are refused before they fill the stack.
pub const ALARM_RULE_NESTING: usize = 100;

/// Events of one rule test, those that `each` makes. Ours: more are a mistake.
#[cfg(feature = "rules")]
pub const EVENTS_PER_TEST: usize = 10_000;

/// Events of one timeline. Ours: more are a mistake.
#[cfg(feature = "rules")]
pub const EVENTS_PER_TIMELINE: usize = 100_000;

/// Lists and maps in each other of a YAML or JSON template. Ours: deeper templates are no templates.
#[cfg(feature = "sources")]
pub const TEMPLATE_NESTING: usize = 200;

/// Bytes of a file that `lint`, `fmt`, `diff` and `audit` look into when they walk a folder. Ours: a larger one holds no
/// patterns that a person wrote; it is named, and read when it is given itself.
#[cfg(feature = "cli")]
pub const SOURCE_BYTES: u64 = 8 << 20;

/// Bytes of the automaton of one regular expression in a proof; past them the answer is *unknown*. Ours: it is made before a
/// step is counted, and this much takes milliseconds.
#[cfg(feature = "analysis")]
pub const AUTOMATON_BYTES: usize = 1 << 18;

/// Steps that one question to a proof may take unless its caller says otherwise. Ours: a step is about a microsecond's work.
#[cfg(feature = "analysis")]
pub const PROOF_STEPS: usize = 200_000;

/// Steps of one of the many questions that lints ask. Ours.
#[cfg(feature = "analysis")]
pub const BRIEF_PROOF_STEPS: usize = 10_000;

/// Selectors of one question after elements were put in the place of wildcards; past them the answer is *unknown*. Ours.
#[cfg(feature = "analysis")]
pub const WILDCARD_COPIES: usize = 400;

/// The highest place of an array that a proof makes up; past it the answer is *unknown*. Ours.
#[cfg(feature = "analysis")]
pub const HIGHEST_INDEX: usize = 12;
