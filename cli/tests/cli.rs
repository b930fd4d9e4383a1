//! The program as a user meets it: arguments in, output and exit code out.

#[path = "support/scratch.rs"]
mod scratch;

use scratch::folder;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

struct Run {
    stdout: String,
    stderr: String,
    code: i32,
}

fn run_with(args: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(args)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // the program may end before it has read all
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Run {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().expect("the program ended by itself"),
    }
}

fn run(args: &[&str]) -> Run {
    run_with(args, b"")
}

fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const HIT: &str = r#"{"eventTime":"2026-03-04T10:15:30Z","eventName":"StopLogging","eventSource":"cloudtrail.amazonaws.com"}"#;
const MISS: &str = r#"{"eventTime":"2026-03-04T10:15:31Z","eventName":"LookupEvents"}"#;
const PATTERN: &str = r#"{ $.eventName = "StopLogging" }"#;

#[test]
fn the_packs_of_the_repository_pass() {
    // their events lie in the packs
    let faulty = run(&["test", "tests/counterexamples", "--root", ".", "--coverage", "--fail-under", "100"]);
    assert_eq!(faulty.code, 0, "{}{}", faulty.stdout, faulty.stderr);
    let packs = run(&["test", "patterns"]);
    assert_eq!(packs.code, 0, "{}{}", packs.stdout, packs.stderr);
    assert!(packs.stdout.contains("0 failed"), "{}", packs.stdout);
    let covered = run(&["test", "--coverage", "--fail-under", "100", "patterns"]);
    assert_eq!(covered.code, 0, "{}", covered.stdout);
    let mutated = run(&["mutate", "--fail-under", "95", "patterns"]);
    assert_eq!(mutated.code, 0, "{}", mutated.stdout);
}

#[test]
fn a_failed_rule_test_says_which_and_why() {
    let folder = folder("failed_rule_test");
    let rules = file(
        &folder,
        "rules.toml",
        r#"[[rule]]
id = "logging-stopped"
pattern = '{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }'

[[rule.test]]
name = "it was stopped"
event = { eventName = "StopLoging" }
expect = "match"

[[rule.test]]
name = "it was refused"
event = { eventName = "LookupEvents" }
expect = "no-match"
because = "$.errorCode"
"#,
    );
    let failed = run(&["test", &rules]);
    assert_eq!(failed.code, 1);
    for line in [
        "FAIL  logging-stopped",
        "✗ it was stopped: expected a match, the pattern does not match",
        "rules.toml:6:8",
        "✗ it was refused: the verdict is right, but `$.errorCode` does not decide it",
        "1 rule, 2 tests: 0 passed, 2 failed",
    ] {
        assert!(failed.stdout.contains(line), "{line} in\n{}", failed.stdout);
    }
}

#[test]
fn errors_in_rule_files_stand_at_their_character() {
    let folder = folder("rule_errors");
    file(&folder, "many.json", "{}\n{}");
    let rule = |rest: &str| format!("[[rule]]\nid = \"x\"\n{rest}");
    // file, place, message, exit code
    let cases = [
        (rule("patern = '{ $.a = 1 }'"), ":3:1", "did you mean `pattern`?", 2),
        (rule("pattern = '{ $.a == 1 }'"), ":3:19", "write a single `=`", 2),
        (rule("pattern = \"{ $.\\u0061 = 'x' }\""), ":3:25", "double quotes", 2),
        (
            rule("pattern = 'A'\n[[rule.test]]\nname = 't'\nexpect = 'match'"),
            ":5:8",
            "a test needs an `event`, `events`, a `log` line or `logs`",
            2,
        ),
        (
            rule("pattern = 'A'\n[[rule.test]]\nname = 't'\nlog = 'A'\nexpect = 'matches'"),
            ":7:10",
            "unknown value",
            2,
        ),
        (
            rule(
                "pattern = '{ $.user = 1 }'\n[[rule.test]]\nname = 't'\nevent = { }\nexpect = 'match'\nbecause = '$.usr'",
            ),
            ":8:11",
            "did you mean `$.user`?",
            2,
        ),
        (
            rule("pattern = 'A'\n[[rule.test]]\nname = 't'\nevent = 'none.json'\nexpect = 'match'"),
            ":6:9",
            "No such file",
            2,
        ),
        (
            rule("pattern = 'A'\n[[rule.test]]\nname = 't'\nevent = 'many.json'\nexpect = 'match'"),
            ":6:9",
            "more than one",
            2,
        ),
        (
            rule(
                "pattern = 'A'\n[[rule.test]]\nname = 't'\nevent = { a = 1 }\nwithout = ['b']\nexpect = 'match'",
            ),
            ":7:12",
            "no `$.b` to remove",
            2,
        ),
        (
            rule(
                "pattern = '{ $.a = 1 }'\n[[rule.test]]\nname = 't'\nevent = { a = 1 }\neach = { b = [] }\nexpect = 'match'",
            ),
            ":7:10",
            "`each` makes no events",
            2,
        ),
        (
            rule(
                "pattern = '{ $.a = 1 }'\n[[rule.test]]\nname = 't'\nevent = 'many.json'\npick = '{ $.a = }'\nexpect = 'match'",
            ),
            ":7:8",
            "`pick`: expected a value",
            2,
        ),
        (
            rule(
                "pattern = '{ $.a = 1 }'\n[[rule.test]]\nname = 't'\nevent = { a = 1 }\nexpect = 'match'\nmetric = { value = 1 }",
            ),
            ":5:8",
            "the rule has no `metric`",
            2,
        ),
        (
            rule("pattern = 'A'\nmetric = { namespace = 'N', name = 'M', value = 'one' }"),
            ":4:10",
            "metric value one must be a valid number",
            2,
        ),
        (
            format!("{}\n{}", rule("pattern = 'A'"), rule("pattern = 'B'")),
            ":5:6",
            "rule id `x` is already used",
            2,
        ),
        ("rule = []".to_owned(), "", "no rules in", 2),
        ("[[rule]\n".to_owned(), ":1:8", "", 2),
    ];
    for (source, place, message, code) in cases {
        let rules = file(&folder, "rules.toml", &source);
        let refused = run(&["test", &rules]);
        assert_eq!(refused.code, code, "{source}\n{}", refused.stderr);
        assert!(refused.stderr.contains(&format!("rules.toml{place}")), "{place} in\n{}", refused.stderr);
        assert!(refused.stderr.contains(message), "{message} in\n{}", refused.stderr);
    }
    assert_eq!(run(&["test", folder.join("missing").to_str().unwrap()]).code, 3);
}

#[test]
fn scan_reads_every_shape_in_the_order_of_the_files() {
    let folder = folder("scan");
    file(&folder, "a/one.json", format!("{{\"Records\":[{MISS},{HIT}]}}"));
    file(&folder, "a/two.json.gz", gzip(format!("{{\"Records\":[{HIT}]}}").as_bytes()));
    file(&folder, "b.ndjson", format!("{MISS}\n{HIT}\n{HIT}\n"));
    file(&folder, "notes.txt", "not an event file");
    file(&folder, "AWSLogs/CloudTrail-Digest/d.json.gz", gzip(b"{}"));
    let root = folder.to_str().unwrap();
    let scanned = run(&["scan", "--pattern", PATTERN, root]);
    assert_eq!(scanned.code, 1, "{}", scanned.stderr);
    let expected: String = ["a/one.json:2", "a/two.json.gz:1", "b.ndjson:2", "b.ndjson:3"]
        .map(|place| format!("{root}/{place} 2026-03-04T10:15:30Z StopLogging pattern\n"))
        .concat();
    assert_eq!(scanned.stdout, expected);
    for line in ["6 records in 3 inputs, 4 matches", "1 digest file skipped", "1 other file skipped"] {
        assert!(scanned.stderr.contains(line), "{}", scanned.stderr);
    }
    let counted = run(&["scan", "--pattern", PATTERN, "--count", "--json", root]);
    assert_eq!(
        counted.stdout,
        "{\"version\":1,\"records\":6,\"failedInputs\":0,\"skippedEntries\":2,\"matches\":{\"pattern\":4}}\n"
    );
    let piped = run_with(&["scan", "--rules", "patterns/cis-aws", "--json", "-"], HIT.as_bytes());
    assert_eq!(
        piped.stdout,
        "{\"version\":1,\"file\":\"-\",\"record\":1,\"eventTime\":\"2026-03-04T10:15:30Z\",\"eventName\":\"StopLogging\",\
         \"rule\":\"cis-cloudtrail-changes\"}\n"
    );
}

#[test]
fn damaged_inputs_are_named_and_the_rest_is_scanned() {
    let folder = folder("damaged");
    let many: String =
        (0..500).map(|n| format!("{}\n", HIT.replace(":30Z", &format!(":30.{}Z", n * 7919)))).collect();
    let whole = gzip(many.as_bytes());
    // file, content, error, whether records before the damage match
    let cases: Vec<(&str, Vec<u8>, &str, bool)> = vec![
        ("empty.json", b"".to_vec(), "the input is empty (byte 0)", false),
        (
            "binary.json",
            vec![0x9e, 0, 1, 2],
            "binary data, which is not read; it begins with bytes 9e 00 01 02",
            false,
        ),
        ("cut.json.gz", whole[..whole.len() / 2].to_vec(), "cannot read on", true),
        (
            "large.json",
            format!("{{\"a\":\"{}\"}}", "x".repeat(17 << 20)).into_bytes(),
            "record of more than",
            false,
        ),
        ("latin1.json", [HIT.as_bytes(), b"\n{\"a\":\"\xff\"}"].concat(), "invalid unicode", true),
        ("cut.json", HIT.as_bytes()[..50].to_vec(), "the input ends inside a record (byte 50)", false),
    ];
    for (name, content, said, has_matches) in cases {
        let damaged = file(&folder, name, content);
        let intact = file(&folder, "intact.json", HIT);
        let scanned = run(&["scan", "--pattern", PATTERN, &damaged, &intact]);
        assert_eq!(scanned.code, 3, "{name}: {}", scanned.stderr);
        assert!(scanned.stderr.contains(said), "{name}: {}", scanned.stderr);
        assert_eq!(scanned.stdout.contains(name), has_matches, "{name}: {}", scanned.stdout);
        assert!(scanned.stdout.contains("intact.json:1 "), "{name}: {}", scanned.stdout);
    }
    let deep = file(&folder, "deep.json", format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000)));
    let scanned = run(&["scan", "--pattern", "{ $.a.a.b NOT EXISTS }", &deep]);
    assert_eq!(scanned.code, 1, "{}", scanned.stderr);
    let nothing = run(&["scan", "--pattern", PATTERN, folder.join("none").to_str().unwrap()]);
    assert_eq!(nothing.code, 3);
    std::fs::create_dir(folder.join("bare")).unwrap();
    let bare = folder.join("bare");
    assert_eq!(run(&["scan", "--pattern", PATTERN, bare.to_str().unwrap()]).code, 3);
    assert_eq!(run(&["scan", "--pattern", PATTERN, "--allow-empty", bare.to_str().unwrap()]).code, 0);
}

#[test]
fn test_metric_filter_answers_as_aws_does() {
    let pattern = "[ip, ..., status = 4*]";
    let answer = run(&[
        "test-metric-filter",
        "--filter-pattern",
        pattern,
        "--log-event-messages",
        "a GET 404",
        "a 200",
    ]);
    assert_eq!(answer.code, 0);
    let answer: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    let expected = serde_json::json!({"matches": [{"eventNumber": 1, "eventMessage": "a GET 404",
        "extractedValues": {"$ip": "a", "$2": "GET", "$status": "404"}}]});
    assert_eq!(answer, expected);

    let request = r#"{"filterPattern":"[ip, ..., status = 4*]","logEventMessages":["a GET 404","a 200"]}"#;
    let folder = folder("test_metric_filter");
    let path = format!("file://{}", file(&folder, "request.json", request));
    for json in [request, &path] {
        let same = run(&["test-metric-filter", "--cli-input-json", json]);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&same.stdout).unwrap(), expected);
    }
    let array = run(&[
        "test-metric-filter",
        "--filter-pattern",
        pattern,
        "--log-event-messages",
        r#"["a GET 404","a 200"]"#,
    ]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&array.stdout).unwrap(), expected);

    let long = "x".repeat(1025);
    let many = vec!["m"; 51];
    let refusals: Vec<(Vec<&str>, &str)> = vec![
        (vec!["ERR*", "--log-event-messages", "m"], "Invalid character(s) in term '*'"),
        (vec![&long, "--log-event-messages", "m"], "Member must have length less than or equal to 1024"),
        (vec!["E", "--log-event-messages", ""], "Member must have length greater than or equal to 1"),
        (
            [&["E", "--log-event-messages"], &many[..]].concat(),
            "Member must have length less than or equal to 50",
        ),
        (vec!["E"], "arguments are required"),
    ];
    for (args, said) in refusals {
        let refused = run(&[&["test-metric-filter", "--filter-pattern"], &args[..]].concat());
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{said}");
        assert!(refused.stderr.contains(said), "{said} in {}", refused.stderr);
    }
}

#[test]
fn a_batch_is_answered_line_by_line_in_order() {
    let requests = [
        r#"{"id":"a","filterPattern":"ERROR","logEventMessages":["ERROR 1","fine"]}"#,
        r#"{"id":2,"filterPattern":"{ $.a = null }","logEventMessages":["x"]}"#,
        r#"{"id":3,"filterPattern":7}"#,
        "not JSON",
        r#"{"id":4,"filterPattern":"","logEventMessages":[""]}"#,
    ];
    let answers = run_with(&["test-metric-filter", "--ndjson"], requests.join("\n").as_bytes());
    assert_eq!(answers.code, 3, "two requests could not be read");
    let lines: Vec<&str> = answers.stdout.lines().collect();
    assert_eq!(
        lines[0],
        r#"{"id":"a","matches":[{"eventNumber":1,"eventMessage":"ERROR 1","extractedValues":{}}]}"#
    );
    assert_eq!(
        lines[1],
        r#"{"id":2,"error":{"code":"InvalidParameterException","message":"Invalid metric filter pattern"}}"#
    );
    assert!(lines[2].starts_with(r#"{"id":3,"error":{"code":"SerializationException""#), "{}", lines[2]);
    assert!(lines[3].starts_with(r#"{"id":null,"error":"#), "{}", lines[3]);
    assert_eq!(lines[4], r#"{"id":4,"matches":[{"eventNumber":1,"eventMessage":"","extractedValues":{}}]}"#);
}

#[test]
fn help_and_completions() {
    for command in ["test", "scan", "test-metric-filter", "completions"] {
        let help = run(&[command, "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.stdout.contains("Example"), "{command} shows an example");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(run(&["completions", shell]).stdout.contains("cwfilter"), "{shell}");
    }
    assert_eq!(run(&["scan", "--pattern", "'x'", "."]).code, 2);
    assert_eq!(run(&["nonsense"]).code, 2);
}

#[test]
fn manual_pages_for_all_subcommands() {
    let page = run(&["man"]);
    assert!(page.stdout.contains(".TH cwfilter 1") && page.stdout.contains("Exit codes"), "{}", page.stdout);
    let folder = folder("man");
    assert_eq!(run(&["man", "--output", folder.join("man1").to_str().unwrap()]).code, 0);
    let scan = std::fs::read_to_string(folder.join("man1/cwfilter-scan.1")).unwrap();
    assert!(scan.contains("\\-\\-resume") && scan.contains("Show which rule matches"), "{scan}");
}

#[test]
fn explain_takes_rules_and_records_by_name() {
    let folder = folder("explain");
    let trail = file(&folder, "trail.json.gz", gzip(format!("{{\"Records\":[{MISS},{HIT}]}}").as_bytes()));
    let rules = file(&folder, "r.toml", format!("[[rule]]\nid = \"stopped\"\npattern = '{PATTERN}'\n"));
    let (second, third) = (format!("@{trail}:2"), format!("@{trail}:3"));
    let whole = format!("@{trail}");
    // arguments, exit code, error
    let table: [(&[&str], i32, &str); 6] = [
        (&["explain", "--rules", &rules, "stopped", &second], 0, "\"StopLogging\""),
        (
            &["explain", "--rules", &rules, "other", &second],
            2,
            "no rule has the id `other`; the ids are stopped",
        ),
        (&["explain", PATTERN, &third], 3, "has 2 records"),
        (&["explain", PATTERN, &whole], 3, "holds several records"),
        (&["explain", PATTERN, &trail], 1, "reads the file"),
        (&["explain", &rules, HIT], 2, "explains a rule in it"),
    ];
    for (args, code, said) in table {
        let explained = run(args);
        let all = explained.stdout + &explained.stderr;
        assert_eq!(explained.code, code, "{args:?}: {all}");
        assert!(all.contains(said), "{args:?}: {all}");
    }
}

#[test]
fn files_too_large_for_a_person_are_skipped_with_a_note() {
    let folder = folder("large-source");
    let rule = "[[rule]]\nid = \"a\"\npattern = '{ $.a == 1 }'\n#";
    let large = file(&folder, "large.toml", rule.to_owned() + &"x".repeat(8 << 20));
    let walked = run(&["lint", folder.to_str().unwrap()]);
    assert!(walked.stderr.contains("large.toml: larger than 8 MiB, skipped"), "{}", walked.stderr);
    let named = run(&["lint", &large]);
    assert!(named.stdout.contains("write a single `=`"), "{}{}", named.stdout, named.stderr);
}

#[test]
fn emit_answers_requests() {
    let request = |transformations: &str, events: &str| {
        format!(
            r#"{{"id":7,"filterPattern":"{{ $.latency = * }}","metricTransformations":[{transformations}],"logEvents":[{events}]}}"#
        )
    };
    let one = r#"{"metricName":"L","metricNamespace":"N","metricValue":"$.latency","unit":"Seconds","dimensions":{"Op":"$.op"}}"#;
    let events = r#"{"timestamp":1700000059999,"message":"{\"latency\":\"1.5\",\"op\":\"x\"}"},{"timestamp":1,"message":"{\"latency\":2}"}"#;
    let point = r#"{"timestamp":1700000040000,"value":1.5,"unit":"Seconds","dimensions":{"Op":"x"}}"#;
    let omitted = r#"{"timestamp":0,"value":2.0,"unit":"Seconds","dimensions":{}}"#;
    let table = [
        (request(one, events), "drop", format!(r#"{{"id":7,"datapoints":[{point}]}}"#)),
        (request(one, events), "omit", format!(r#"{{"id":7,"datapoints":[{point},{omitted}]}}"#)),
        (request(one, events), "error", r#""code":"MissingDimension""#.to_owned()),
        (
            request(&format!("{one},{one}"), events),
            "drop",
            "Member must have length less than or equal to 1".to_owned(),
        ),
        (request("", events), "drop", "Member must have length greater than or equal to 1".to_owned()),
        (
            request(one, events).replace("latency = *", "latency == 1"),
            "drop",
            "Invalid metric filter pattern".to_owned(),
        ),
        ("{\"id\":7}".to_owned(), "drop", r#"{"id":7,"error":{"code":"SerializationException""#.to_owned()),
    ];
    for (request, missing, expected) in table {
        let run = run_with(&["emit", "--ndjson", "--missing-dimension", missing], request.as_bytes());
        assert!(run.stdout.contains(&expected), "{request}\n{}", run.stdout);
        assert_eq!(run.stdout.lines().count(), 1);
    }
}

const LATENCY: &str = r#"
[[rule]]
id = "slow"
pattern = '{ $.latency > 100 && $.path != "/health*" }'
metric = { namespace = "N", name = "Slow", value = "$.latency", unit = "Milliseconds", dimensions = { Path = "$.path" } }

[[rule.test]]
name = "slow pages"
event = { latency = 101, path = "/" }
each = { path = ["/", "/login"] }
expect = "match"

[[rule.test]]
name = "published"
events = [{ latency = 150, path = "/" }, "events.ndjson"]
pick = '{ $.latency = 150 }'
expect = "match"
metric = { value = 150, unit = "Milliseconds", dimensions = { Path = "/" } }

[[rule.test]]
name = "fast, or without a number"
events = [{ latency = 100, path = "/" }, { latency = "slow", path = "/" }]
expect = "no-match"
metric = "none"
"#;

#[test]
fn assertions_on_several_events_and_datapoints() {
    let folder = folder("assertions");
    file(&folder, "events.ndjson", "{\"latency\":1}\n{\"latency\":150,\"path\":\"/\"}\n{\"latency\":150}\n");
    let rules = file(&folder, "rules.toml", LATENCY);
    let passed = run(&["test", &rules]);
    assert_eq!((passed.code, passed.stderr.as_str()), (0, ""), "{}", passed.stdout);
    for (from, to, expected) in [
        ("value = 150", "value = 151", "published is 150 Milliseconds Path=/"),
        ("metric = \"none\"", "metric = { value = 0 }", "nothing is published"),
        ("\"/login\"", "\"/healthz\"", "✗ $.path != \"/health*\"    \"/healthz\""),
    ] {
        let rules = file(&folder, "rules.toml", LATENCY.replacen(from, to, 1));
        let failed = run(&["test", &rules]);
        assert_eq!(failed.code, 1);
        assert!(failed.stdout.contains(expected), "{expected} in\n{}", failed.stdout);
    }
}

#[test]
fn coverage_and_mutation_say_which_test_is_missing() {
    let folder = folder("coverage");
    let rules = file(&folder, "rules.toml", LATENCY);
    file(&folder, "events.ndjson", "{\"latency\":150,\"path\":\"/\"}\n");
    let covered = run(&["test", &rules, "--coverage", "--fail-under", "75"]);
    assert_eq!(covered.code, 0, "{}", covered.stdout);
    assert!(
        covered.stdout.contains("never decided by being false: $.path != \"/health*\""),
        "{}",
        covered.stdout
    );
    assert!(covered.stdout.contains("clause coverage: 3 of 4, 75.0 %"), "{}", covered.stdout);
    assert_eq!(run(&["test", &rules, "--coverage", "--fail-under", "76"]).code, 1);

    let mutated = run(&["mutate", &rules, "--fail-under", "100"]);
    assert_eq!(mutated.code, 1, "{}", mutated.stdout);
    assert!(mutated.stdout.contains("+ { $.latency > 100 }"), "{}", mutated.stdout);
    assert!(
        mutated.stdout.contains("a test with `expect = \"no-match\"` and this event would notice it"),
        "{}",
        mutated.stdout
    );
    let complete = format!(
        "{LATENCY}\n[[rule.test]]\nname = 'health checks'\nevent = {{ latency = 101 }}\n\
         each = {{ path = ['/health', '/healthz', '/HEALTH'] }}\nexpect = 'no-match'\n"
    );
    // `/HEALTH` is no health check
    let rules = file(&folder, "rules.toml", &complete);
    assert_eq!(run(&["test", &rules]).code, 1);
    let rules = file(&folder, "rules.toml", complete.replace(", '/HEALTH'", ""));
    assert_eq!(run(&["test", &rules, "--coverage", "--fail-under", "100"]).code, 0);
    let mutated = run(&["mutate", &rules]);
    assert!(mutated.stdout.contains("mutation score: "), "{}", mutated.stdout);
}

#[test]
fn generated_tests_cover_the_rule() {
    let folder = folder("generate");
    let source = "# mine\n[[rule]]\nid = \"a\"\npattern = '{ $.eventName = \"StopLogging\" && $.errorCode NOT EXISTS }'\n\n\
                  [[rule]]\nid = \"b\"\npattern = '[ip, status = 4*, ...]'\n";
    let rules = file(&folder, "rules.toml", source);
    let shown = run(&["generate", &rules]);
    assert!(shown.code == 0 && shown.stdout.contains("cloudtrail.amazonaws.com"), "{}", shown.stdout);
    assert_eq!(std::fs::read_to_string(&rules).unwrap(), source, "nothing is written unasked");
    assert_eq!(run(&["generate", &rules, "--write"]).code, 0);
    // generated tests pass, and are no evidence before somebody has read them
    let tested = run(&["test", &rules, "--coverage", "--fail-under", "1"]);
    assert_eq!(tested.code, 1, "{}{}", tested.stdout, tested.stderr);
    assert!(
        tested.stdout.contains("clause coverage: 0 of 6, 0.0 %; 0 of 6 from recorded events; 6 more only"),
        "{}",
        tested.stdout
    );
    let read = std::fs::read_to_string(&rules).unwrap().replace("origin = \"generated\"\n", "");
    let reviewed = file(&folder, "reviewed.toml", &read);
    let tested = run(&["test", &reviewed, "--coverage", "--fail-under", "100"]);
    assert_eq!(tested.code, 0, "{}{}", tested.stdout, tested.stderr);
    assert!(std::fs::read_to_string(&rules).unwrap().starts_with("# mine\n[[rule]]"));
    let again = run(&["generate", &rules]);
    assert_eq!(again.stdout, "", "a rule with tests is left alone");
}

#[test]
fn backtest_counts_days_and_differences() {
    let folder = folder("backtest");
    let rule = |fires: &str, pattern: &str| {
        format!("[[rule]]\nid = \"stop\"\nfires = \"{fires}\"\npattern = '{pattern}'\n")
    };
    let wide = r#"{ $.eventName = "*Logging" }"#;
    let later = HIT.replace("03-04", "03-06");
    file(&folder, "trail/a.json.gz", gzip(format!("{{\"Records\":[{HIT},{MISS}]}}").as_bytes()));
    file(&folder, "trail/b.ndjson", format!("{later}\n{later}\n"));
    let old = file(&folder, "old.toml", rule("3", PATTERN));
    let trail = folder.join("trail");
    let trail = trail.to_str().unwrap();
    for (fires, code) in [("3", 0), (">=4", 1), ("<=2/day", 0), ("<=1/day", 1)] {
        let rules = file(&folder, "new.toml", rule(fires, PATTERN));
        let run = run(&["backtest", "--rules", &rules, trail]);
        assert_eq!(run.code, code, "{fires}\n{}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("2026-03-04 2026-03-06"), "{}", run.stdout);
        assert_eq!(run.stdout.contains("expected"), code == 1, "{}", run.stdout);
    }
    let starts = HIT.replace("StopLogging", "StartLogging");
    file(&folder, "trail/c.ndjson", format!("{starts}\n"));
    let rules = file(&folder, "new.toml", rule("4", wide));
    let compared = run(&["backtest", "--rules", &rules, "--against", &old, trail]);
    assert_eq!(compared.code, 0, "{}", compared.stdout);
    assert!(compared.stdout.contains("+ 1 event gained"), "{}", compared.stdout);
    assert!(compared.stdout.contains("c.ndjson:1 2026-03-04T10:15:30Z StartLogging"), "{}", compared.stdout);
    let json = run(&["backtest", "--rules", &old, "--against", &rules, "--json", trail]);
    assert!(json.stdout.contains("\"lost\":{\"events\":1"), "{}", json.stdout);
    let refused = file(&folder, "bad.toml", rule("often", PATTERN));
    assert!(run(&["backtest", "--rules", &refused, trail]).stderr.contains("bad.toml:3:9"));
}

#[test]
fn simulate_says_when_the_phone_rings() {
    let folder = folder("simulate");
    let rules = file(
        &folder,
        "rules.toml",
        format!(
            "[[rule]]\nid = \"stop\"\ntitle = \"a < b\"\npattern = '{PATTERN}'\n\
             metric = {{ namespace = \"N\", name = \"Stop\", value = \"1\", default = 0 }}\n\
             alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 2, missing = \"notBreaching\" }}\n"
        ),
    );
    // out of order, as delivery files are
    let at = |time: &str| HIT.replace("10:15:30", time);
    file(&folder, "trail/a.ndjson", format!("{}\n{MISS}\n{}\n", at("10:31:00"), at("10:15:40")));
    file(&folder, "trail/b.json.gz", gzip(format!("{{\"Records\":[{HIT},{}]}}", at("12:00:00")).as_bytes()));
    let trail = folder.join("trail");
    let (page, sns) = (folder.join("page.html"), folder.join("sns.ndjson"));
    let simulated = run(&[
        "simulate",
        "--rules",
        &rules,
        trail.to_str().unwrap(),
        "--html",
        page.to_str().unwrap(),
        "--notifications",
        sns.to_str().unwrap(),
    ]);
    assert_eq!(simulated.code, 0, "{}", simulated.stderr);
    let expected = [
        "2026-03-04T10:16Z  ALARM             stop",
        "2026-03-04T10:",
        "b.json.gz:1",
        "a.ndjson:3",
        "2026-03-04      1",
    ];
    expected
        .iter()
        .for_each(|line| assert!(simulated.stdout.contains(line), "{line} in\n{}", simulated.stdout));
    assert!(simulated.stdout.ends_with("5 events, 1 notification\n"), "{}", simulated.stdout);
    let message: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(sns).unwrap()).unwrap();
    assert_eq!(message["StateChangeTime"], "2026-03-04T10:16:10.000+0000");
    for (format, expected) in [
        ("sms", "\nALARM: \"stop\" in US East (N. Virginia)\n"),
        ("email", "- State Change:               INSUFFICIENT_DATA -> ALARM"),
    ] {
        let args = [
            "simulate",
            "--rules",
            &rules,
            trail.to_str().unwrap(),
            "--notifications",
            "-",
            "--notification-format",
            format,
        ];
        let told = run_with(&args, b"");
        assert!(told.stdout.contains(expected), "{}", told.stdout);
    }
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("1 notification would have been sent") && page.contains("a &lt; b"), "{page}");
    // one script, which sorts the table
    assert_eq!(page.matches("<script").count(), 1);
    for foreign in ["<script src", "http:", "https:", "url("] {
        assert!(!page.contains(foreign), "{foreign} in the page");
    }
    assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
    let wrong = file(
        &folder,
        "wrong.toml",
        "[[rule]]\nid = \"x\"\npattern = 'A'\nalarm = { statistic = \"Sum\", period = \"45s\", threshold = 1 }\n",
    );
    let refused = run(&["simulate", "--rules", &wrong, trail.to_str().unwrap()]);
    assert!(refused.code == 2 && refused.stderr.contains("wrong.toml:4:9"), "{}", refused.stderr);
}

#[test]
fn timelines_test_the_alarm() {
    let folder = folder("timelines");
    let source = |at: &str, expect: &str| {
        format!(
            "[[rule]]\nid = \"stop\"\npattern = '{PATTERN}'\nmetric = {{ namespace = \"N\", name = \"S\", value = \"1\" }}\n\
             alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 3, missing = \"notBreaching\" }}\n\n\
             [[rule.timeline]]\nname = \"three in five minutes\"\nevent = {{ eventName = \"StopLogging\" }}\n\
             at = [{at}]\nuntil = \"1h\"\nexpect = {{ {expect} }}\n"
        )
    };
    for (at, expect, code, message) in [
        ("'1m+10sx2'", "alarm = ['ALARM at 2m', 'OK at 17m'], notifications = 1", 0, "1 passed"),
        // the window slides: it holds two of them, none (and the one before counts again), two, …
        (
            "'1m+1mx2'",
            "alarm = [], notifications = 0",
            1,
            "found    ALARM at 4m, OK at 7m, ALARM at 9m, OK at 12m",
        ),
        ("'1m', '6m', '11m'", "alarm = [], notifications = 0", 0, "1 passed"),
        ("'1m+10sx2'", "alarm = ['ALARM at 6m']", 1, "found    ALARM at 2m, OK at 17m and 1 notification"),
        ("'1m'", "notifications = 1", 1, "expected nothing and 1 notification"),
        // the first evaluation finds no data: from INSUFFICIENT_DATA to OK, which is published, too
        (
            "'1m+10sx2'",
            "alarm = ['ALARM at 2m', 'OK at 17m'], notifications = 3",
            0,
            "NOTIFY ['ALARM', 'OK']",
        ),
        ("'1m+10sx2'", "alarm = ['ALARM at 2m', 'OK at 17m'], notifications = 0", 0, "NOTIFY []"),
        ("'1m'", "alarm = []", 2, "NOTIFY ['WARNING']"),
        ("'soon'", "alarm = []", 2, "`soon` is not a time"),
    ] {
        let (notify, message) = match message.strip_prefix("NOTIFY ") {
            Some(states) => (
                format!("notify = {states}, "),
                if code == 0 { "1 passed" } else { "no alarm state `WARNING`" },
            ),
            None => (String::new(), message),
        };
        let text =
            source(at, expect).replace("alarm = { statistic", &format!("alarm = {{ {notify}statistic"));
        let rules = file(&folder, "rules.toml", text);
        let run = run(&["test", &rules]);
        assert_eq!(run.code, code, "{at}\n{}{}", run.stdout, run.stderr);
        assert!(
            format!("{}{}", run.stdout, run.stderr).contains(message),
            "{message} in\n{}{}",
            run.stdout,
            run.stderr
        );
    }
}

/// Bare patterns: one relation, and events that show it.
#[test]
fn diff_of_two_patterns() {
    for (a, b, code, relation) in [
        ("{ $.a = \"x\" && $.b = 1 }", "{($.b=1)&&($.a=x)}", 0, "equivalent"),
        ("{ $.a = x }", "{ $.a = \"x*\" }", 1, "implies"),
        ("{ $.a = * }", "{ $.a = x }", 1, "implied"),
        ("{ $.a = x }", "{ $.b = y }", 1, "incomparable"),
        ("{ $.a = x }", "{ $.a = y }", 1, "disjoint"),
        ("{ $.a = x }", "x", 1, "incomparable"),
        ("{ $.a[13] = x }", "{ $.a[13] = y }", 1, "unknown"),
    ] {
        let run = run(&["diff", "--json", a, b]);
        let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!((run.code, answer["relation"].as_str()), (code, Some(relation)), "{a} {b} {}", run.stdout);
        for witness in answer["witnesses"].as_array().unwrap() {
            for (pattern, key) in [(a, "matches_a"), (b, "matches_b")] {
                let pattern: cwfilter::FilterPattern = pattern.parse().unwrap();
                assert_eq!(witness[key], pattern.is_match(witness["event"].as_str().unwrap()));
            }
        }
        assert_eq!(answer["reason"].is_string(), relation == "unknown");
    }
    assert_eq!(run(&["diff", "{ $.a == 1 }", "x"]).code, 2);
}

#[test]
fn diff_of_rule_packs() {
    let same = run(&["diff", "patterns/cis-aws", "patterns/cis-aws"]);
    assert_eq!(
        (same.code, same.stdout.as_str()),
        (0, "domain: messages (`--domain json`)\n15 pairs compared, 15 equivalent\n")
    );
    let other = run(&["diff", "patterns/cis-aws", "patterns/account-security"]);
    assert!(other.code == 1 && other.stdout.contains("cis-root-usage: only in A"), "{}", other.stdout);
}

/// Other quotes, order, blanks and parentheses: a scanner that compares texts would miss all of them.
#[test]
fn audit_finds_controls_in_other_words() {
    let run = run(&["audit", "--against", "cis-aws", "tests/audit/main.tf"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.ends_with("15 of 15 controls are covered by 15 patterns\n"), "{}", run.stdout);
    assert_eq!(run.stdout.matches(" means the same\n").count(), 15, "{}", run.stdout);
    let hub = self::run(&["audit", "--against", "security-hub", "tests/audit/main.tf"]);
    assert_eq!(hub.code, 1);
    assert!(
        hub.stdout.contains(
            "CloudWatch.1  The root user was used: not the text: f2 (tests/audit/main.tf) means the same"
        ),
        "{}",
        hub.stdout
    );
    assert!(
        hub.stdout.contains("Security Hub compares texts: write {$.userIdentity.type=\"Root\" &&"),
        "{}",
        hub.stdout
    );
    let pack = self::run(&["audit", "--against", "cis-aws", "--json", "patterns/cis-aws"]);
    let answer: serde_json::Value = serde_json::from_str(&pack.stdout).unwrap();
    let controls = answer["controls"].as_array().unwrap();
    assert!(controls.iter().all(|it| it["relation"] == "equivalent"), "the table says what the pack says");
}
