//! Every limit of the crate, each with its unit and its source. "AWS" is a limit that AWS documents or was observed to enforce; "Ours" is a
//! choice of this project, with its reason.

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

/// Events of a minute that do not match, while an audit tries whether an alarm rings for one event. Ours: they publish the default value of
/// the metric; a log group of CloudTrail has more of them in most minutes.
pub const OTHER_EVENTS_A_MINUTE: u64 = 10;

/// Log event messages in one `TestMetricFilter` request. AWS: API reference.
pub const TEST_MESSAGES: usize = 50;

/// Bytes that one compiled regular expression may take. Ours: a 1,024-character pattern that AWS
/// compiles needs far less, and nested counted repetitions must not exhaust memory.
pub const REGEX_BYTES: usize = 1 << 20;

/// Bytes of working memory in which one compiled regular expression caches the states of its automaton. Ours: a usual expression needs
/// a tenth of it; one with more states recomputes some.
pub const REGEX_CACHE_BYTES: usize = 128 << 10;

/// Bytes that all different regular expressions of one set may take, compiled and with the working memory of one thread. Ours: AWS
/// takes five filters with regular expressions in a log group; thousands of usual ones fit.
pub const SET_REGEX_BYTES: usize = 512 << 20;

/// Brackets inside each other in TOML. The crate `toml` refuses more, and a section that it does not read is not to hide them.
pub const TOML_DEPTH: u32 = 80;

/// Bytes of one record of a delivery file. Ours: a CloudTrail event is at most 256 KB, a CloudWatch
/// log event at most 1 MB; a much larger record is damage, and is not held in memory.
pub const RECORD_BYTES: usize = 16 << 20;

/// Damaged places of one input that are described; further ones are only counted. Ours: a file with more of them must be fetched again
/// in any case.
pub const DAMAGES_DESCRIBED: usize = 100;

/// Bytes that are skipped after one damaged place while searching the next line that begins a record. Ours: the limit of one record;
/// after it the rest of the input is not read, since it may have no end.
pub const SKIPPED_BYTES: usize = RECORD_BYTES;

/// Bytes of one input that are read a second time after truncated records. Ours: a truncated line is detected one line later. Only
/// deliberate damage costs megabytes each time, and the time must not grow with the square of the input.
pub const REREAD_BYTES: usize = 64 << 20;

/// Containers inside each other: an event of EventBridge in a message of SNS in one of SQS in a record of Kinesis is four. Ours.
pub const CONTAINER_NESTING: usize = 8;

/// Forms of doubtful records that one input is told apart by: a match of one form says nothing about the others. Ours: an input has one
/// error for all of them.
pub const DOUBTFUL_FORMS: usize = 64;

/// Bytes of one payload after decoding and inflating: base64 of gzip in a record of Kinesis or in Lambda's event. Ours: a subscription
/// sends at most 1 MiB compressed, which holds log events of 6 MiB; a bomb is a thousand times as large as it is stored.
pub const PAYLOAD_BYTES: usize = 64 << 20;

/// Columns of a CSV file. Ours: an Athena table of CloudTrail has 30.
pub const CSV_COLUMNS: usize = 4096;

/// Archives inside each other. Ours: a zip of tar files is two.
pub const ARCHIVE_NESTING: usize = 3;

/// Bytes of a zip archive as it is stored, which is held in memory. Ours: larger ones are unpacked first.
pub const ZIP_BYTES: usize = 512 << 20;

/// Bytes of a name in a tar archive. Ours: Linux takes 4,096.
pub const ARCHIVE_NAME_BYTES: usize = 64 << 10;

/// Layers of gzip or Zstandard around one file. Ours: a delivery file has one, a re-compressed one two.
pub const GZIP_LAYERS: usize = 2;

/// Patterns in one set. Ours: rules are numbered with 32 bits; the limit is far below that, so that a wrong
/// list does not exhaust memory.
pub const SET_PATTERNS: usize = 1_000_000;

/// Filters with regular expressions in one log group. AWS: filter pattern syntax, "regular expressions".
pub const REGEX_FILTERS_PER_LOG_GROUP: usize = 5;

/// Metric filters in one log group. AWS: CloudWatch Logs quotas.
pub const METRIC_FILTERS_PER_LOG_GROUP: usize = 100;

/// Dimensions of one metric filter. AWS: "Creating metrics from log events using filters".
pub const DIMENSIONS: usize = 3;

/// Characters of a metric filter's name. AWS: API reference of `PutMetricFilter`; observed by LocalStack's validated tests.
pub const FILTER_NAME_CHARACTERS: usize = 512;

/// Characters of field selection criteria. AWS: API reference of `PutMetricFilter`.
pub const SELECTION_CHARACTERS: usize = 2000;

/// Depth of nested parentheses in field selection criteria. Ours: it is far below what the stack holds.
pub const SELECTION_NESTING: usize = 100;

/// Characters in a metric name, a namespace, and a dimension's name and value. AWS: API reference of
/// `MetricTransformation`.
pub const METRIC_NAME_CHARACTERS: usize = 255;

/// Characters in a metric value. AWS: API reference of `MetricTransformation`.
pub const METRIC_VALUE_CHARACTERS: usize = 100;

/// Writes to a service in a second. Ours: CloudWatch allows 3 `PutMetricAlarm`, CloudWatch Logs publishes no figure.
#[cfg(feature = "aws")]
pub const WRITES_PER_SECOND: f64 = 3.0;

/// Characters of a tag's value. AWS: "Tagging your AWS resources".
#[cfg(feature = "provision")]
pub const TAG_VALUE_CHARACTERS: usize = 256;

/// Tags of the topic that holds a stack's record, the stack's own tag included. AWS allows 50; ours: five stay for others.
#[cfg(feature = "provision")]
pub const RECORD_TAGS: usize = 45;

/// Looks at the history of an alarm that was rung. Ours: with two seconds between them a minute, and actions take seconds.
#[cfg(feature = "provision")]
pub const RING_POLLS: u32 = 30;

/// Pages of one list. Ours: 50 to 100 entries a page; an account with more is refused, not read in part.
#[cfg(feature = "provision")]
pub const LIST_PAGES: usize = 1000;

/// Bytes of a template that a request holds. AWS: CloudFormation quotas, "template body size in a request".
#[cfg(feature = "provision")]
pub const TEMPLATE_BYTES: usize = 51_200;

/// Reads of a service in a second, and as many at once after a pause. Ours: below the 9 `DescribeAlarms` a second that CloudWatch
/// allows, the least quota of the reads.
#[cfg(feature = "aws")]
pub const READS_PER_SECOND: f64 = 9.0;

/// Calls that wait for an answer at the same time. Ours: more would only wait for the pace.
#[cfg(feature = "aws")]
pub const CALLS_AT_ONCE: usize = 16;

/// Characters of an alarm's name. AWS: API reference of `PutMetricAlarm`; recorded.
pub const ALARM_NAME_CHARACTERS: usize = 255;

/// Characters of an alarm's description. AWS: API reference of `PutMetricAlarm`.
pub const ALARM_DESCRIPTION_CHARACTERS: usize = 1024;

/// Dimensions of the metric that an alarm watches. AWS: API reference of `PutMetricAlarm`.
pub const ALARM_DIMENSIONS: usize = 30;

/// Actions of an alarm for one state. AWS: API reference of `PutMetricAlarm`.
pub const ALARM_ACTIONS: usize = 5;

/// Tags of an alarm. AWS: API reference of `PutMetricAlarm`; recorded.
pub const ALARM_TAGS: usize = 50;

/// Characters of the subject of a notification. AWS: API reference of SNS `Publish`; recorded.
pub const SUBJECT_CHARACTERS: usize = 100;

/// Characters of the alarm's name in a text message. AWS: recorded.
pub const SMS_ALARM_NAME_CHARACTERS: usize = 90;

/// Children that the e-mail of a composite alarm lists. AWS: recorded ("max. 10").
pub const TRIGGERING_CHILDREN_SHOWN: usize = 10;

/// Seconds that a composite alarm's suppressor may wait or extend. Ours: AWS names no bound; a week is more than any use.
pub const SUPPRESSOR_PERIOD_SECONDS: i64 = 7 * 24 * 3600;

/// Alarms of a composite alarm whose states are all tried, by a lint and by a plan: 3^8 states. Ours.
pub const COMPOSITE_ALARMS_TRIED: usize = 8;

/// Characters of a composite alarm's rule. AWS: API reference of `PutCompositeAlarm`.
pub const ALARM_RULE_CHARACTERS: usize = 10_240;

/// Depth of nested parentheses in a composite alarm's rule. Ours: it is far below what the stack holds.
pub const ALARM_RULE_NESTING: usize = 100;

/// Names of a cycle of composite alarms that the lint `composite-cycle` shows. A bound of this crate: more do not help.
pub const CYCLE_SHOWN: usize = 10;

/// Periods of one evaluation. AWS: API reference of `PutMetricAlarm`, a week; of 10 s, and some more where data is missing.
pub const EVALUATION_RANGE: usize = 60_480 + 6;

/// Depth of nested parentheses in a metric expression. Ours: it is far below what the stack holds.
pub const METRIC_EXPRESSION_NESTING: usize = 100;

/// Bytes of a metric expression. AWS: API reference of `MetricDataQuery`, `Expression`.
pub const METRIC_EXPRESSION_CHARACTERS: usize = 2048;

/// Events of one rule test, those that `each` makes. Ours: more are a mistake.
#[cfg(feature = "rules")]
pub const EVENTS_PER_TEST: usize = 10_000;

/// Recorded events of an event source, or with a field, that must exist before `test --coverage` says what is not recorded. Ours: a field that one event
/// in five has is missing from all of 20 events in 1 % of the cases.
#[cfg(feature = "rules")]
pub const LEAST_RECORDED: usize = 20;

/// Changes of one rule's pattern that mutation tries. Ours: a pattern of 1,024 characters has at most about 1,500; those beyond the bound
/// are counted.
#[cfg(feature = "rules")]
pub const MUTANTS: usize = 4_000;

/// Events near those of a rule's tests that mutation makes once for all changes of the rule. Ours: a proof decides what they leave open.
#[cfg(feature = "rules")]
pub const MUTATION_EVENTS: usize = 4_000;

/// Evaluations of events on the changed patterns of one rule, if no test notices the change. Ours: about five seconds.
#[cfg(feature = "rules")]
pub const MUTATION_TRIES: usize = 5_000_000;

/// Steps of all proofs about the changed patterns of one rule. Ours: about ten seconds; what they leave open is counted as undecided.
#[cfg(feature = "rules")]
pub const MUTATION_STEPS: usize = 10_000_000;

/// Steps of all proofs that the generation of tests for one pattern may take. Ours: about two seconds.
#[cfg(feature = "rules")]
pub const GENERATION_STEPS: usize = 2_000_000;

/// Events of one timeline. Ours: more are a mistake.
#[cfg(feature = "rules")]
pub const EVENTS_PER_TIMELINE: usize = 100_000;

/// Depth of nested lists and maps in a YAML or JSON template. Ours: no real template is deeper.
#[cfg(feature = "sources")]
pub const TEMPLATE_NESTING: usize = 200;

/// Depth of nested expressions, references and functions of a configuration that is evaluated. Ours: real ones stay below 20, and the
/// stack holds it.
#[cfg(feature = "sources")]
pub const EVALUATION_DEPTH: usize = 120;

/// Expressions that are evaluated for one root module or template; beyond them a value is not known. Ours: the largest public modules
/// need some thousand.
#[cfg(feature = "sources")]
pub const EVALUATION_STEPS: usize = 1_000_000;

/// Values of one list or map that `for`, `for_each`, `count` or a function makes. Ours: AWS takes 100 metric filters in a log group.
#[cfg(feature = "sources")]
pub const EXPANDED_VALUES: usize = 10_000;

/// Bytes of one text that is evaluated. Ours: a pattern has at most 1,024 characters, a JSON document of a configuration is larger.
#[cfg(feature = "sources")]
pub const EVALUATED_TEXT_BYTES: usize = 4 << 20;

/// Parts of one text that is put together. Ours: a text of unknown parts has no length, and could double without end.
#[cfg(feature = "sources")]
pub const TEXT_PIECES: usize = 10_000;

/// Depth of modules that call modules. Ours: real configurations have three or four levels, and a module may call itself.
#[cfg(feature = "sources")]
pub const MODULE_DEPTH: usize = 16;

/// Modules that one root module calls, each instance counted. Ours: a few hundred are a large configuration.
#[cfg(feature = "sources")]
pub const MODULE_CALLS: usize = 2_000;

/// Files of one run. Ours: those that are named on the command line come first; it bounds those that they name.
#[cfg(feature = "sources")]
pub const NAMED_FILES: usize = 1_000_000;

/// References that are shown between a filter and the literal of its pattern. Ours: further ones help no reader.
#[cfg(feature = "sources")]
pub const USES_SHOWN: usize = 8;

/// Bytes of a file that `lint`, `fmt`, `diff` and `audit` read when they walk a folder. Ours: a person does not write a larger file. It is
/// listed as skipped, and read if it is named on the command line.
pub const SOURCE_BYTES: u64 = 8 << 20;

/// A file of a git revision that is no source, such as one that `templatefile` names, is read up to this size. Ours: the largest texts of
/// public configurations have some 20 KiB.
#[cfg(feature = "sources")]
pub const REVISION_FILE_BYTES: u64 = 64 << 10;

/// Bytes of all these files together. Ours: bounds what is written to the disk.
#[cfg(feature = "sources")]
pub const REVISION_TEXT_BYTES: u64 = 64 << 20;

/// Steps that one question of a certificate may take when it is checked. Ours: a hundred times the steps of a proof, some seconds. A
/// certificate that allows more is refused, because its check may take hours.
#[cfg(feature = "analysis")]
pub const CERTIFICATE_STEPS: usize = 100 * PROOF_STEPS;

/// Steps that all questions of a certificate may take together when it is checked. Ours: about a minute, and some ten times what the largest
/// public rule sets need. What is beyond it is named as not checked.
#[cfg(feature = "analysis")]
pub const CERTIFICATE_CHECK_STEPS: usize = 60_000_000;

/// Bytes of the automaton of one regular expression in a proof; beyond them the answer is *unknown*. Ours: the automaton is built before
/// its steps are counted, and this size takes milliseconds. More steps raise it.
#[cfg(feature = "analysis")]
pub const AUTOMATON_BYTES: usize = 1 << 18;

/// Steps that one question to a proof may take unless its caller says otherwise. Ours: a step is about a microsecond's work.
#[cfg(feature = "analysis")]
pub const PROOF_STEPS: usize = 200_000;

/// The fewest steps that one question may be given. Ours: a search takes at least as many, so that a certificate with fewer has no search.
#[cfg(feature = "analysis")]
pub const LEAST_PROOF_STEPS: usize = 2;

/// The greatest factor by which more steps than `PROOF_STEPS` raise the other bounds of a proof. Ours: a pattern written to be hard then takes
/// about a gigabyte.
#[cfg(feature = "analysis")]
pub const PROOF_FACTOR: usize = 64;

/// Steps of one of the many questions that lints ask. Ours.
#[cfg(feature = "analysis")]
pub const BRIEF_PROOF_STEPS: usize = 10_000;

/// Pairs of patterns that are only on one side of `diff` and are compared by proof, to find those that were moved or renamed and are written
/// otherwise. Ours: 30 patterns on each side, which take some seconds at most. Beyond it, only patterns with the same text are found.
#[cfg(feature = "analysis")]
pub const MOVED_PROOFS: usize = 1_000;

/// Steps of the first attempt of a proof, which lists all classes of values; after them the question is divided into cases. Ours: most
/// questions take fewer.
#[cfg(feature = "analysis")]
pub const WHOLE_PROOF_STEPS: usize = 6_000;

/// Predicates of one text that are also tried in pairs, before all of them together. Ours. More steps raise it.
#[cfg(feature = "analysis")]
pub const SEPARATE_PAIRS: usize = 40;

/// Cases that a question about patterns of several kinds is divided into, by the alternatives of its JSON patterns. Ours. More steps raise it.
#[cfg(feature = "analysis")]
pub const KIND_CASES: usize = 64;

/// Messages that are tried as witnesses before the exact search of lines. Ours: a few milliseconds. More steps raise it.
#[cfg(feature = "analysis")]
pub const GUESSES: usize = 2_000;

/// Sources of one event name that a proof about CloudTrail records tells apart; of a name with more of them it assumes nothing. Ours: names
/// such as `TagResource` have hundreds.
#[cfg(feature = "analysis")]
pub const SOURCES_OF_NAME: usize = 40;

/// Event names of one source that are tried in an example. Ours. More steps raise it.
#[cfg(feature = "analysis")]
pub const NAMES_TRIED: usize = 60;

/// Selectors of one question after wildcards were replaced by elements; beyond them the answer is *unknown*. Ours. More steps raise it.
#[cfg(feature = "analysis")]
pub const WILDCARD_COPIES: usize = 400;

/// Conditions of one question after one wildcard was replaced by elements; beyond them the answer is *unknown*. Ours: they take tens of
/// megabytes. More steps raise it.
#[cfg(feature = "analysis")]
pub const WILDCARD_CONDITIONS: usize = 100_000;

/// The highest array index that a proof puts into an example; beyond it the answer is *unknown*. Ours. More steps raise it.
#[cfg(feature = "analysis")]
pub const HIGHEST_INDEX: usize = 12;

/// Bytes of a file that is read whole: rule files, files with patterns, stacks, answers of the AWS CLI, a pattern or an event on
/// standard input, one line of requests. Ours: the rules of this project take 2,000 bytes each with their tests, so that 33,000 of
/// them fit; a rule of one condition with one test takes 110. Reading 63 MiB of such
/// rules takes 2.5 GB. `/dev/zero` has no end.
#[cfg(feature = "rules")]
pub const FILE_BYTES: usize = 64 << 20;

/// Bytes of the journal of a scan. Ours: `FOLDER_ENTRIES` inputs need about this much.
pub const JOURNAL_BYTES: usize = 2 << 30;

/// Files and other entries below one folder. Ours: a year of CloudTrail files of a large organisation has fewer, and each costs
/// memory before the first one is read.
#[cfg(feature = "rules")]
pub const FOLDER_ENTRIES: usize = 10_000_000;

/// Characters of a pattern's line, and of AWS's message, that `ParseError::report` shows. Ours: a line of a terminal.
pub const REPORT_CHARACTERS: usize = 120;

/// Bytes after the first marked place that are shown with a finding. Ours: the renderer cuts a line to the width of a terminal, but
/// first it looks at all of it.
#[cfg(feature = "report")]
pub const EXCERPT_BYTES: usize = 16 << 10;

/// Worker threads of `scan`. Ours: more than the cores of today's largest machines gain nothing, and each takes memory.
pub const THREADS: usize = 512;

/// Seconds after the events of a CloudTrail file within which it is expected to be delivered. Ours: AWS delivers within about 5 minutes
/// on average and promises nothing ("a log file delivered at a specific time can contain records written at any point before that
/// time", CloudTrail user guide, "CloudTrail log file examples"). `scan --late 30d` reads more files.
pub const LATE_DELIVERY_SECONDS: i64 = 24 * 3600;

/// Seconds that the events of a CloudTrail file may be later than the time in its name, which is that of the delivery. Ours: the name
/// has no seconds, and clocks differ; an hour is far more.
pub const EARLY_DELIVERY_SECONDS: i64 = 3600;

/// Hits whose `eventID` a scan remembers to find copies. Ours: they take about 80 MB; copies of later hits are shown.
pub const HITS_REMEMBERED: usize = 2_000_000;

/// Events whose `eventID` a simulation remembers to find copies. Ours: they take about 160 MB; copies of later events are counted.
pub const EVENTS_REMEMBERED: usize = 4_000_000;

/// Different actors, addresses or hours of one summary. Ours: more are not read by a person, and memory must not grow with the archive.
pub const SUMMARY_KEYS: usize = 100_000;

/// Hits that a page shows in full. Ours: a browser takes seconds to lay out more; the tables of the page count all hits.
#[cfg(feature = "report")]
pub const PAGE_HITS: usize = 5_000;

/// Errors of inputs that a page lists. Ours: all are on standard error; the page counts the others.
#[cfg(feature = "report")]
pub const PAGE_FAILURES: usize = 200;

/// Characters of a record, and of an explanation, that a page shows. Ours: 99.9 % of recorded events are shorter.
#[cfg(feature = "report")]
pub const PAGE_RECORD_CHARACTERS: usize = 6_000;

/// A refused pattern is corrected in at most this many steps. Own bound: each step parses the pattern again.
pub(crate) const CORRECTIONS: usize = 64;

/// The greatest value of a sample; the least is its negative: 2^360. AWS: API reference of `MetricDatum` ("Values must be in the range of
/// -2^360 to 2^360").
pub const METRIC_VALUE: f64 = f64::from_bits((1023 + 360) << 52);

/// Objects of S3 that are fetched at the same time. Ours: an answer takes about 30 ms, so that 32 of them bring 1,000 small objects a
/// second, a fifth of what S3 allows for one prefix.
pub const OBJECTS_IN_FLIGHT: usize = 32;

/// Bytes of objects of S3 that are in memory or on their way. Ours: five large objects, or thousands of small ones.
pub const FETCH_BYTES: usize = 128 << 20;

/// Bytes that one GET asks for; larger objects are fetched in parts. Ours: a delivery file is at most a few megabytes.
pub const FETCH_PIECE_BYTES: u64 = 8 << 20;

/// Attempts of one request to S3, whose body may also be cut, or to CloudWatch Logs. Ours: with the pauses between them about half a minute of trouble.
pub const FETCH_ATTEMPTS: u32 = 10;

/// A scan of S3 stops when this many objects are refused and none could be read. Ours: a role without the permission is told so after
/// a second, and a few objects of another account do not stop a scan.
pub const DENIED_FROM_THE_START: u32 = 100;

/// A scan of S3 stops when this many objects in a row did not arrive in all their attempts. Ours: all that are in flight; a few objects
/// that S3 cannot give do not stop a scan, and without a network it stops after about half a minute.
pub const LOST_IN_A_ROW: u32 = 32;

/// Seconds before the newest event that each poll of `scan --follow` asks for again, because events arrive late. Ours: three times the
/// five minutes that CloudTrail takes on average (CloudTrail user guide, "How CloudTrail works").
pub const FOLLOW_OVERLAP_SECONDS: i64 = 900;

/// Ids of log events that `scan --follow` remembers to find copies. Ours: they take about 60 MB; with more events the overlap is
/// shorter, and that is said.
pub const FOLLOW_IDS: usize = 500_000;

/// The shortest pause between two polls of `scan --follow`, in seconds. Ours: a twentieth of the least quota of `FilterLogEvents`,
/// 5 calls a second for an account and region ("CloudWatch Logs quotas"), which other tools share.
pub const FOLLOW_PAUSE_SECONDS: u64 = 4;

/// Seconds without an answer after which `scan --follow` says so, and after which a signal no longer waits for one. Ours: an answer takes
/// a second or two, also one of 10,000 events.
pub const FOLLOW_SILENCE_SECONDS: u64 = 5;

/// Polls in a row that may fail for reasons that pass, after which `scan --follow` ends. Ours: with the attempts of each poll and the
/// pauses some ten minutes, so that a laptop may change its network.
pub const FOLLOW_FAILURES: u32 = 10;

/// Lists of S3 that are read at the same time. Ours: an organisation has a list for each account and region.
pub const LISTS_AT_ONCE: usize = 16;

/// Characters of the condition of a Sigma rule. Ours: those of published rules have at most 200.
#[cfg(feature = "sigma")]
pub const SIGMA_CONDITION_CHARACTERS: usize = 4_096;

/// Parentheses, and uses of `not`, in the condition of a Sigma rule. Ours: it is far below what the stack holds.
#[cfg(feature = "sigma")]
pub const SIGMA_CONDITION_NESTING: usize = 64;

/// Comparisons that the condition of a Sigma rule uses, each as often as it is named. Ours: a pattern of 1,024 characters holds some 60.
#[cfg(feature = "sigma")]
pub const SIGMA_COMPARISONS: usize = 1_000;

/// Alternatives without a group that a regular expression of Sigma may have. Ours: 1,024 characters hold fewer.
#[cfg(feature = "sigma")]
pub const SIGMA_ALTERNATIVES: usize = 256;

/// Characters of texts of a Sigma rule that a rule file takes over: its description, its author, each reference. Ours: the descriptions of
/// published rules have at most 1,500.
#[cfg(feature = "sigma")]
pub const SIGMA_TEXT_CHARACTERS: usize = 4_000;

/// Spellings of one text that known values have, each a comparison of its own. Ours: more are compared by a regular expression.
#[cfg(feature = "sigma")]
pub const SIGMA_SPELLINGS: usize = 4;

/// How often a translated regular expression may repeat a part, repetitions inside repetitions multiplied. RE2 (`kMaxRepeat`), which DuckDB
/// uses: an expression beyond it would be refused when the query runs.
pub const TRANSLATED_REPETITIONS: u64 = 1000;

/// Tokens before a last column that takes the rest of a line, in a translation to SQL. Ours: the query has an expression that repeats a token
/// this often, and public patterns have at most 30 columns.
pub const TRANSLATED_TOKENS: usize = 100;

/// Alternatives of an event pattern of EventBridge. Ours: each is at least 10 characters of the event pattern, whose quota is 2,048.
pub const TRANSLATED_ALTERNATIVES: usize = 1000;

/// Characters of the query of a log alarm. CloudWatch's API reference (`ScheduledQueryConfiguration`).
#[cfg(feature = "rules")]
pub const LOG_ALARM_QUERY: usize = 10_000;

/// Query results that a log alarm evaluates. CloudWatch's API reference (`PutLogAlarm`).
#[cfg(feature = "rules")]
pub const LOG_ALARM_RESULTS: usize = 100;

/// Results that `lint::file::Memo` keeps of each kind. Ours: a project has hundreds of patterns, and while a pattern is typed each text that
/// it had is one more.
#[cfg(feature = "sources")]
pub const MEMO_ENTRIES: usize = 10_000;

/// Bytes of the header of a message to the language server. Ours: editors send one or two short lines.
#[cfg(feature = "sources")]
pub const LSP_HEADER_BYTES: usize = 8 << 10;

/// Bytes of a message to the language server. Ours: a file of [`SOURCE_BYTES`] with an escape for each byte fits.
#[cfg(feature = "sources")]
pub const LSP_MESSAGE_BYTES: usize = 64 << 20;

/// Items of one completion. Ours: a person reads a dozen, and the list gets shorter while the word is typed; the editor is told that there
/// are more.
#[cfg(feature = "sources")]
pub const LSP_COMPLETIONS: usize = 500;

/// Documents that an editor may have open in the language server. Ours: more are not checked, and say so.
#[cfg(feature = "sources")]
pub const LSP_DOCUMENTS: usize = 1_000;

/// Lines before the cursor in which the start of a pattern is searched, while the file cannot be read. Ours: a pattern of 1,024 characters has
/// fewer lines.
#[cfg(feature = "sources")]
pub const LSP_LINES_BEFORE: usize = 60;

/// Rule files below the folder of a file that the language server searches for the id of a rule. Ours: a project has dozens.
#[cfg(feature = "sources")]
pub const LSP_RULE_FILES: usize = 500;
