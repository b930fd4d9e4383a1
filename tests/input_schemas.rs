//! The JSON Schemas of rule files and of stack files are those of the types, and they agree with the readers: a schema allows each file
//! that its reader takes, and refuses what a key, a type, a list of values or a form makes wrong.
//! `CWFILTER_BLESS=1` writes the files of `docs/schemas`.

#[path = "support/generated_schema.rs"]
mod generated_schema;

use cwfilter::alarm::{Comparison, LowSamples, Missing, State};
use cwfilter::hit::Severity;
use cwfilter::metric::UNITS;
use cwfilter::rules::Loader;
use cwfilter::stack::Stack;
use generated_schema::is_in_file;
use jsonschema::Validator;

#[test]
fn schemas_are_generated_from_the_types() {
    is_in_file("rule-file.json", &cwfilter::rules::schema());
    is_in_file("stack-file.json", &cwfilter::stack::schema());
}

/// The verdicts of reader and schema.
#[derive(Clone, Copy)]
enum Verdict {
    /// Both take the text.
    Taken,
    /// Both refuse the text.
    Refused,
    /// Only the reader refuses the text: the schema does not know the rule.
    ByReader,
}
use Verdict::{ByReader, Refused, Taken};

fn validator(schema: &schemars::Schema) -> Validator {
    jsonschema::validator_for(schema.as_value()).unwrap()
}

fn is_valid(validator: &Validator, text: &str) -> bool {
    let value: toml::Value = toml::from_str(text).unwrap();
    validator.is_valid(&serde_json::to_value(value).unwrap())
}

impl Verdict {
    /// Whether the reader takes the text, and whether the schema does. No schema is stricter than its reader.
    fn parts(self) -> (bool, bool) {
        match self {
            Taken => (true, true),
            Refused => (false, false),
            ByReader => (false, true),
        }
    }
}

/// A rule with these members.
fn rule(members: &str) -> String {
    format!("[[rule]]\nid = 'a'\npattern = '{{ $.x = 1 }}'\n{members}")
}

/// A rule with a metric and an alarm with these members.
fn alarm(members: &str) -> String {
    rule(&format!(
        "metric = {{ namespace = 'N', name = 'a', value = '1' }}\n\
         alarm = {{ statistic = 'Sum', period = '5m', threshold = 1, {members} }}"
    ))
}

fn metric(members: &str) -> String {
    rule(&format!("metric = {{ namespace = 'N', name = 'a', value = '1', {members} }}"))
}

fn test(members: &str) -> String {
    rule(&format!("[[rule.test]]\nname = 't'\n{members}"))
}

/// A test that the pattern fails, which is no fault of the file.
fn event(members: &str) -> String {
    test(&format!("event = {{ x = 1 }}\nexpect = 'match'\n{members}"))
}

fn timeline(members: &str) -> String {
    format!("{}\n[[rule.timeline]]\nname = 't'\nevent = {{ x = 1 }}\n{members}", alarm("missing = 'missing'"))
}

fn composite(members: &str) -> String {
    format!("[[composite]]\nid = 'c'\nrule = 'ALARM(b)'\n{members}")
}

fn rule_files() -> Vec<(String, Verdict)> {
    let mut rows = vec![
        (String::new(), Refused),
        ("rule = []".to_owned(), Taken),
        ("composite = []".to_owned(), ByReader),
        (rule(""), Taken),
        (rule("title = 1"), Refused),
        (rule("zzz = 1"), Refused),
        (rule("false_positives = 'x'"), Refused),
        (rule("severity = 'urgent'"), Refused),
        (rule("allow = [{ lint = 'or-of-negations', reason = 'x' }]"), Taken),
        (rule("allow = [{ lint = 'or-of-negations' }]"), Refused),
        ("[[rule]]\nid = 'a'".to_owned(), Refused),
        ("[[rule]]\nid = 'a'\npattern = '{'".to_owned(), ByReader),
        (metric("default = 0"), Taken),
        (metric("default = '0'"), Refused),
        (metric("unit = 'Parsecs'"), Refused),
        (metric("dimensions = { a = '$.x', b = '$.y', c = '$.z' }"), Taken),
        (metric("dimensions = { a = '$.x', b = '$.y', c = '$.z', d = '$.w' }"), Refused),
        (metric("dimensions = { a = 1 }"), Refused),
        (metric("emit_system_field_dimensions = ['@aws.region', '@aws.account']"), Taken),
        (metric("emit_system_field_dimensions = ['@aws.partition']"), Refused),
        (metric("field_selection_criteria = '@aws.region'"), ByReader),
        (rule(&format!("metric = {{ namespace = '{}', name = 'a', value = '1' }}", "n".repeat(255))), Taken),
        (
            rule(&format!("metric = {{ namespace = '{}', name = 'a', value = '1' }}", "n".repeat(256))),
            Refused,
        ),
        (alarm("").replace("'5m'", "'five'"), Refused),
        (alarm("").replace("'5m'", "'7s'"), ByReader),
        (alarm("evaluate = ' 2 of 3 '"), Taken),
        (alarm("evaluate = '2 von 3'"), Refused),
        (alarm("evaluate = '3 of 2'"), ByReader),
        (alarm("comparison = '=='"), Refused),
        (alarm("missing = 'bad'"), Refused),
        (alarm("notify = ['ALARM', 'OK']"), Taken),
        (alarm("notify = ['PANIC']"), Refused),
        (alarm("actions_enabled = 'no'"), Refused),
        (alarm("window = 'wall clock +05:30'"), Taken),
        (alarm("window = 'wall clock'"), Taken),
        (alarm("window = 'round'"), Refused),
        (alarm("window = 'wall clock Mars'"), ByReader),
        (alarm("unit = 'Parsecs'"), Refused),
        (alarm("low_sample_percentile = 'maybe'"), Refused),
        (test("expect = 'match'"), Refused),
        (test("log = 'x'\nexpect = 'match'"), Taken),
        (test("logs = []\nexpect = 'match'"), ByReader),
        (test("log = 'x'\nexpect = 'maybe'"), Refused),
        (test("log = 'x'\nevent = { x = 1 }\nexpect = 'match'"), ByReader),
        (test("event = 1\nexpect = 'match'"), Refused),
        (test("events = [{ x = 1 }, { x = 2 }]\nexpect = 'match'"), Taken),
        (event("with = { 'a.b' = [1, 'x', true] }\nwithout = ['x']"), Taken),
        (event("each = { y = [1, 2] }"), Taken),
        (event("each = { y = 1 }"), Refused),
        (event("each = { y = [] }"), ByReader),
        (event("origin = 'recorded'"), Taken),
        (event("origin = 'found'"), Refused),
        (event("because = '$.x'"), Taken),
        (event("because = '$.y'"), ByReader),
        (event("metric = 'none'"), ByReader),
        (event("metric = 'some'"), Refused),
        (event("metric = { unit = 'None' }"), Refused),
        (timeline("at = ['1m', '1m+30sx4']\nuntil = '20m'\nexpect = { notifications = 1 }"), Taken),
        (timeline("at = ['1m+30s']\nuntil = '20m'\nexpect = {}"), Refused),
        (timeline("at = ['1m']\nuntil = '20'\nexpect = {}"), Refused),
        (timeline("at = ['1m']\nuntil = '20m'"), Refused),
        (timeline("at = ['1m']\nuntil = '20m'\nexpect = { notifications = -1 }"), Refused),
        (timeline("at = ['1m']\nuntil = '20m'\nexpect = { zzz = 1 }"), Refused),
        (composite(""), Taken),
        (composite("suppressor = { alarm = 'd', wait = '2m', extension = '1w' }"), Taken),
        (composite("suppressor = { alarm = 'd', wait = '2m', extension = '2w' }"), ByReader),
        (composite("suppressor = { alarm = 'd', wait = '2 m', extension = '1m' }"), Refused),
        (composite("suppressor = { alarm = 'd', wait = '2m' }"), Refused),
        (composite("notify = ['BOTH']"), Refused),
        (composite("[[composite.test]]\nname = 't'\nstates = { b = 'ALARM' }\nexpect = 'ALARM'"), Taken),
        (composite("[[composite.test]]\nname = 't'\nstates = { b = 'LOUD' }\nexpect = 'ALARM'"), Refused),
        (composite("[[composite.test]]\nname = 't'\nstates = { z = 'OK' }\nexpect = 'OK'"), ByReader),
        (
            composite(
                "[[composite.timeline]]\nname = 't'\nchange = [{ at = '5m', alarm = 'b', state = 'ALARM' }]\n\
                 until = '30m'\nexpect = { alarm = ['ALARM at 5m'] }",
            ),
            Taken,
        ),
        (
            composite(
                "[[composite.timeline]]\nname = 't'\nchange = [{ at = '5m', alarm = 'b', state = 'LOUD' }]\n\
                 until = '30m'\nexpect = {}",
            ),
            Refused,
        ),
    ];
    for text in ["0", ">=1", "<= 3/day", " > 0 /day", "=2", "<2"] {
        rows.push((rule(&format!("fires = '{text}'")), Taken));
    }
    for text in ["", "x", ">=", "1/week", "-1", "=>1", "1/ day"] {
        rows.push((rule(&format!("fires = '{text}'")), Refused));
    }
    // each value that a type has
    rows.extend(Severity::ALL.map(|it| (rule(&format!("severity = '{it}'")), Taken)));
    rows.extend(UNITS.map(|it| (alarm(&format!("unit = '{it}'")), Taken)));
    rows.extend(UNITS.map(|it| (metric(&format!("unit = '{it}'")), Taken)));
    rows.extend(Comparison::ALL.map(|it| (alarm(&format!("comparison = '{}'", it.sign())), Taken)));
    rows.extend(Comparison::ALL.map(|it| (alarm(&format!("comparison = '{}'", it.name())), Taken)));
    rows.extend(Missing::ALL.map(|it| (alarm(&format!("missing = '{}'", it.name())), Taken)));
    rows.extend(
        LowSamples::ALL.map(|it| (alarm(&format!("low_sample_percentile = '{}'", it.name())), Taken)),
    );
    rows.extend(State::ALL.map(|it| (alarm(&format!("notify = ['{it}']")), Taken)));
    rows
}

/// A stack with another text in place of a line.
fn stack(line: &str) -> String {
    let key = line.split([' ', '=']).next().unwrap();
    let lines = ["name = 's'", "region = 'us-east-1'", "rules = ['rules']", "log_group = { name = 'g' }"];
    let kept = lines.into_iter().filter(|it| it.split(' ').next() != Some(key));
    kept.chain([line]).collect::<Vec<_>>().join("\n")
}

fn stack_files() -> Vec<(String, Verdict)> {
    let lines = [
        ("", Taken),
        ("name = ''", Refused),
        ("name = 'a.b'", Refused),
        ("region = 'us-gov-west-1'", Taken),
        ("region = 'us-east'", Refused),
        ("region = 'US-EAST-1'", Refused),
        ("account = '123456789012'", Taken),
        ("account = '12345678901'", Refused),
        ("account = 123456789012", Refused),
        ("was = ['old']", Taken),
        ("was = ['o.l.d']", Refused),
        ("was = ['s']", ByReader),
        ("rules = []", Refused),
        ("rules = 'rules'", Refused),
        ("names = { a = { alarm = 'x', metric_filter = 'y' } }", Taken),
        ("names = { a = { alarm = '' } }", Refused),
        ("names = { a = { metric_filter = 'a:b' } }", ByReader),
        ("names = { a = { zzz = 'x' } }", Refused),
        ("namespace = 'N'", Taken),
        ("namespace = ''", Refused),
        ("namespace = 'AWS/X'", ByReader),
        ("log_group = { name = 'g', create = true, retention_days = 30 }", Taken),
        ("log_group = { name = 'g', create = true, retention_days = 31 }", Refused),
        ("log_group = { name = 'g', retention_days = 30 }", ByReader),
        ("log_group = { create = true }", Refused),
        ("alarm = { statistic = 'Sum', period = '5m', threshold = 1 }", Taken),
        ("alarm = { statistic = 'Sum', period = 'five', threshold = 1 }", Refused),
        ("alarm = { statistic = 'Most', period = '5m', threshold = 1 }", ByReader),
        ("topic = { name = 't' }", Taken),
        ("topic = { arn = 'arn:aws:sns:us-east-1:123456789012:t' }", Taken),
        ("topic = { name = 't', arn = 'arn:aws:sns:us-east-1:123456789012:t' }", Refused),
        ("topic = {}", Refused),
        (
            "topic = { name = 't', subscription = [{ protocol = 'email', endpoint = 'a@example.com' }] }",
            Taken,
        ),
        ("topic = { name = 't', subscription = [{ protocol = 'fax', endpoint = '+15555550100' }] }", Refused),
        ("topic = { name = 't', subscription = [{ protocol = 'email' }] }", Refused),
        ("trail = { name = 'all', bucket = 'logs', role = 'r' }", Taken),
        ("trail = { name = 'all', bucket = 'logs', role = 'r', multi_region = 1 }", Refused),
        ("trail = { name = 'all', bucket = 'logs' }", Refused),
        ("zzz = 1", Refused),
    ];
    let mut rows: Vec<_> = lines.map(|(line, verdict)| (stack(line), verdict)).into();
    for key in ["name", "region", "rules", "log_group"] {
        let all = stack("");
        let without: Vec<&str> = all.lines().filter(|line| !line.starts_with(&format!("{key} "))).collect();
        rows.push((without.join("\n"), Refused));
    }
    rows
}

#[test]
fn schemas_agree_with_the_readers() {
    let rules = validator(&cwfilter::rules::schema());
    let mut wrong = Vec::new();
    for (text, expected) in rule_files() {
        let is_read = Loader::new().parse("rules.toml".as_ref(), text.clone()).is_ok();
        let found = (is_read, is_valid(&rules, &text));
        wrong.extend((found != expected.parts()).then_some((text, found)));
    }
    let stacks = validator(&cwfilter::stack::schema());
    for (text, expected) in stack_files() {
        let is_read = Stack::parse("cwfilter.toml".as_ref(), &text).is_ok();
        let found = (is_read, is_valid(&stacks, &text));
        wrong.extend((found != expected.parts()).then_some((text, found)));
    }
    assert!(wrong.is_empty(), "taken by reader and schema: {wrong:#?}");
}
