//! `permissions`, `verify`, `import`, `why` and `ring` with `--json`: one object on standard output, also where nothing could be done.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Exit code, and standard output as JSON.
fn run(folder: &Path, arguments: &str) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwfilter"));
    let output = command.current_dir(folder).args(arguments.split(' ')).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let object =
        serde_json::from_str(&text).unwrap_or_else(|why| panic!("{arguments}: {why}: {text}\n{said}"));
    (output.status.code().unwrap(), object)
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "cwfilter.toml",
        "name = \"s\"\nregion = \"us-east-1\"\naccount = \"123456789012\"\nrules = [\"rules.toml\"]\n\
         log_group = { name = \"trail\" }\ntopic = { name = \"alerts\" }\n",
    );
    write(
        "rules.toml",
        "[[rule]]\nid = \"a\"\npattern = 'x'\nmetric = { namespace = \"S\", name = \"a\", value = \"1\" }\n\
         alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n",
    );
    write(
        "wrong.toml",
        "name = \"s\"\nregion = \"here\"\nrules = [\"rules.toml\"]\nlog_group = { name = \"trail\" }\n",
    );
    let filter = json!({
        "filterName": "root", "filterPattern": "{ $.a = 1 }", "logGroupName": "trail", "odd": 1,
        "metricTransformations": [{ "metricNamespace": "S", "metricName": "m", "metricValue": "1" }],
    });
    write("filters.json", &json!({ "metricFilters": [filter] }).to_string());
    write("bad.toml", "[[rule]]\nid = \"a\"\npattern = '{ $.a = }'\n");
    write("other.toml", "[[rule]]\nid = \"a\"\npattern = 'x'\n");
    let trigger = json!({
        "MetricName": "a", "Namespace": "S", "StatisticType": "Statistic", "Statistic": "SUM", "Dimensions": [], "Period": 300,
        "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "Threshold": 1.0,
    });
    let message = json!({
        "AlarmName": "s.a", "NewStateValue": "ALARM", "StateChangeTime": "2026-03-04T10:21:00.000+0000",
        "NewStateReason": "Threshold Crossed: 1 datapoint [1.0 (04/03/26 10:15:00)] was greater than or equal to the threshold (1.0).",
        "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:s.a", "Trigger": trigger,
    });
    write("message.json", &message.to_string());
    write("x.log", "x\n");
    write("empty.json", "{\"metricFilters\":[]}");
    let case = |id: &str, matches: bool| json!({ "id": id, "pattern": "a", "message": "a", "match": matches, "evidence": "observed", "source": "x" });
    write("same.jsonl", &format!("{}\n", case("same", true)));
    write("other.jsonl", &format!("{}\n", case("other", false)));
    folder
}

/// The arguments, the exit code, and a part of the first error's message.
#[test]
fn errors_are_one_object() {
    let folder = folder("operator-json-errors");
    let mut table = vec![
        ("permissions plan --stack none.toml --json", 3, "cannot read"),
        ("permissions plan --stack wrong.toml --json", 2, "`here` is no region"),
        ("verify --replay none.jsonl --json", 3, "none.jsonl: "),
        ("verify --replay filters.json --json", 3, "filters.json: "),
        ("verify bad.toml --json", 2, "pattern"),
        ("why message.json --rules bad.toml --json", 2, "pattern"),
        ("why none.json --rules rules.toml --json", 3, "none.json: cannot read"),
        ("why filters.json --rules rules.toml --json", 3, "filters.json"),
        ("why message.json --rules other.toml --json", 2, "no rule publishes the metric"),
        ("why message.json --rules rules.toml none --json", 3, "none"),
        ("import --filters none.json --json", 3, "none.json: "),
        ("import --filters rules.toml --json", 3, "rules.toml: "),
        ("import --filters empty.json --json", 3, "no metric filters to import"),
        ("import --json", 2, "give `--filters FILE`"),
    ];
    if cfg!(feature = "aws") {
        table.extend([
            ("ring a --json", 2, "`--json` asks no question"),
            ("ring b --offline --json", 2, "the stack has no rule `b`"),
            ("ring a --offline --json --stack none.toml", 3, "cannot read"),
        ]);
    }
    for (arguments, code, message) in table {
        let (exit, object) = run(&folder, arguments);
        assert_eq!(exit, code, "{arguments}: {object}");
        assert_eq!(object["version"], 2, "{arguments}: {object}");
        let found = object["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(found.contains(message), "{arguments}: {object}");
    }
}

#[test]
fn results_are_one_object() {
    let folder = folder("operator-json-results");
    let (exit, object) = run(&folder, "permissions plan --json");
    assert_eq!((exit, &object["Version"]), (0, &json!("2012-10-17")));

    let (exit, object) = run(&folder, "verify --replay same.jsonl --json");
    let expected = json!({ "version": 2, "compared": 1, "disputed": 0, "differences": [] });
    assert_eq!((exit, object), (0, expected));
    let (exit, object) = run(&folder, "verify --replay other.jsonl --json");
    assert_eq!((exit, &object["differences"][0]["case"]["id"]), (1, &json!("other")), "{object}");

    let (_, object) = run(&folder, "import --filters filters.json --json");
    assert_eq!(object["rules"], 1, "{object}");
    assert!(object["toml"].as_str().unwrap().contains("[[rule]]"), "{object}");
    assert!(object["notes"].to_string().contains("odd") && object["findings"].is_array(), "{object}");

    let (exit, object) = run(&folder, "why message.json --rules rules.toml --json");
    assert_eq!(
        (exit, &object["version"], &object["queries"][0]["rule"]),
        (0, &json!(2), &json!("a")),
        "{object}"
    );
    // a file that is there, and one that is not: its object says that something was not read
    let (exit, object) = run(&folder, "why message.json --rules rules.toml x.log none.json --json");
    assert_eq!((exit, &object["records"]), (3, &json!(1)), "{object}");
    assert!(object["errors"][0]["message"].as_str().unwrap().contains("none.json"), "{object}");

    if cfg!(feature = "aws") {
        let (exit, object) = run(&folder, "ring a --offline --json");
        let topic = "arn:aws:sns:us-east-1:123456789012:alerts";
        assert_eq!((exit, &object["wanted"]), (0, &json!([topic])), "{object}");
        assert_eq!(object["request"]["AlarmName"], "s.a", "{object}");
    }
}
