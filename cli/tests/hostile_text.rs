//! What comes from data never commands a terminal or a CI runner, whichever subcommand shows it.

#[path = "support/scratch.rs"]
mod scratch;

use cwfilter::escaped::{Escaped, EscapedLines, is_hidden, json_text, pictured};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Colours, a title for the terminal, C1, bidirectional and zero-width characters, separators, workflow commands of both
/// kinds at the start of a line and after blanks, a tab, a noncharacter.
const HOSTILE: &str = "h\u{1b}[31m\u{1b}]0;t\u{7}\u{9b}32m\u{202e}\u{2066}\u{200b}\u{feff}\u{ad}\u{2028}\u{2029}\u{85}\r\n\
    ::error::x\n\u{3000} ::stop-commands::y\n##[add-mask]z\u{8}\t\u{7f}\u{fffe}\u{fe0f}\n::warning file=a::b";

/// A folder with hostile files of every kind.
struct Folder(PathBuf);

fn toml(text: &str) -> String {
    let escape =
        |c: char| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\U{:08X}", u32::from(c)) };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

impl Folder {
    fn new(name: &str) -> Self {
        let root = scratch::folder(name);
        Folder(root)
    }

    /// A file whose name is hostile, too; its path below the folder.
    fn file(&self, ending: &str, text: &str) -> String {
        let name = format!("{HOSTILE}{ending}");
        std::fs::write(self.0.join(&name), text).unwrap();
        name
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
            .args(arguments)
            .current_dir(&self.0)
            .env("GITHUB_ACTIONS", "true")
            .env_remove("NO_COLOR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let text = stdin.to_owned();
        std::thread::spawn(move || std::io::Write::write_all(&mut input, text.as_bytes()));
        child.wait_with_output().unwrap()
    }
}

/// The faults of an output, line by line. Texts that consist of lines (patches, messages) keep tabs.
fn faults(text: &str, is_github: bool, has_tabs: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for line in text.split('\n') {
        let own = ["::error file=", "::warning file=", "::notice file="];
        let counts = line.strip_prefix("::notice title=cwfilter::");
        let is_counts = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || " :;,".contains(c));
        let is_own =
            is_github && (own.iter().any(|start| line.starts_with(start)) || counts.is_some_and(is_counts));
        let is_command = line.trim_start().starts_with("::") && !is_own || line.contains("##[");
        if is_command || line.chars().any(|c| is_hidden(c) && !(has_tabs && c == '\t')) {
            faults.push(format!("{line:?}"));
        }
    }
    faults
}

fn rules(pattern: &str) -> String {
    let (h, p) = (toml(HOSTILE), toml(pattern));
    format!(
        "[[rule]]\nid = {h}\ntitle = {h}\ndescription = {h}\npattern = {p}\ncovers = [{h}]\n\
         metric = {{ namespace = {ns}, name = \"n\", value = \"$.value\", unit = \"None\", dimensions = {{ {h} = \"$.a\" }} }}\n\
         [[rule.test]]\nname = {h}\nlog = {event}\nexpect = \"no-match\"\n\
         [[rule.test]]\nname = {h}\nevent = {{ b = {h} }}\nexpect = \"match\"\n\
         [[rule]]\nid = {second}\npattern = '{{ $.eventName = \"*\" }}'\nmetric = {{ namespace = \"A\", name = \"b\", value = \"1\" }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1 }}\n\
         [[rule.timeline]]\nname = {h}\nevent = {{ eventName = {h} }}\nat = [\"1m\"]\nuntil = \"1h\"\nexpect = {{ alarm = [{h}] }}\n",
        second = toml(&format!("{HOSTILE}2")),
        ns = toml(&HOSTILE.replace([':', '*', '$'], "")),
        event = toml(&format!("{{\"a\":{}}}", json(HOSTILE))),
    )
}

fn pattern() -> String {
    let text = HOSTILE.replace('"', "");
    format!("{{ $.a = \"{text}\" || $.eventName = \"*\" || $.b IS TRUE }}")
}

fn record() -> String {
    let h = json(HOSTILE);
    format!(
        "{{\"eventTime\":\"2026-03-04T10:15:00Z\",\"eventName\":{h},\"userIdentity\":{{\"type\":{h},\"userName\":{h},\"invokedBy\":{h}}},\
         \"sourceIPAddress\":{h},\"userAgent\":{h},\"errorCode\":{h},\"eventID\":{h},\"a\":{h},{h}:1}}"
    )
}

/// Messages of an editor that opens two documents with hostile names, and asks for all that the server shows of them.
fn session(good: &str, refused: &str) -> String {
    let mut messages =
        vec![serde_json::json!({ "id": 1, "method": "initialize", "params": { "capabilities": {} } })];
    for (name, text) in [("a.toml", good), ("b.toml", refused)] {
        let uri = format!("untitled:{name}");
        let document = serde_json::json!({ "uri": uri, "languageId": "toml", "version": 1, "text": text });
        let opened = serde_json::json!({ "textDocument": document });
        messages.push(serde_json::json!({ "method": "textDocument/didOpen", "params": opened }));
        for method in
            ["hover", "completion", "definition", "documentSymbol", "codeLens", "codeAction", "inlayHint"]
        {
            let range = serde_json::json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
            let params = serde_json::json!({ "textDocument": { "uri": uri }, "position": { "line": 4, "character": 20 },
                "range": range, "context": { "diagnostics": [], "triggerKind": 1 } });
            messages.push(serde_json::json!({ "id": method, "method": format!("textDocument/{method}"), "params": params }));
        }
    }
    let frame = |message: &Value| {
        let mut message = message.clone();
        message["jsonrpc"] = "2.0".into();
        let text = message.to_string();
        format!("Content-Length: {}\r\n\r\n{text}", text.len())
    };
    messages.iter().map(frame).collect()
}

fn prepared(name: &str) -> (Folder, Vec<(Vec<String>, String)>) {
    let folder = Folder::new(name);
    let bad_pattern = format!("{{ $.a = \"{HOSTILE} }}");
    let good = folder.file(".toml", &rules("{ $.eventName = \"*\" || $.a = \"*\" }"));
    let timeless =
        folder.file("-t.toml", rules("{ $.a = \"*\" }").split("[[rule.timeline]]").next().unwrap());
    let events = folder.file(".json", &format!("{{\"Records\":[{}]}}", record()));
    let odd_time = folder.file("-u.json", &record().replace("2026-03-04T10:15:00Z", "2026-\u{1b}[1m"));
    let damaged = folder.file("-d.json", &format!("{{\"Records\":[{{\"a\":tru{}", HOSTILE));
    let unknown_key = folder.file("-k.toml", &format!("[[rule]]\n{} = 1\n", toml(HOSTILE)));
    let no_toml = folder.file("-n.toml", &format!("[[rule]]\nid = \"{}", HOSTILE.replace(['\r', '\n'], "")));
    let bad_kind = folder.file(
        "-e.toml",
        &format!(
            "[[rule]]\nid = \"a\"\npattern = 'x'\n[[rule.test]]\nname = \"a\"\nlog = \"b\"\nexpect = {}\n",
            toml(HOSTILE)
        ),
    );
    let twice = folder.file(
        "-w.toml",
        &format!("[[rule]]\nid = {h}\npattern = 'x'\n[[rule]]\nid = {h}\npattern = 'y'\n", h = toml(HOSTILE)),
    );
    let refused =
        folder.file("-r.toml", &format!("[[rule]]\nid = \"r\"\npattern = {}\n", toml(&bad_pattern)));
    let missing = format!("{HOSTILE}-missing.toml");
    let yaml = folder.file(".yaml", &format!("Resources:\n  ? {h}\n  : Type: AWS::Logs::MetricFilter\n    Properties: {{ FilterPattern: {p}, LogGroupName: {h} }}\n", h = json(HOSTILE), p = json(&pattern())));
    let bad_yaml = folder.file("-b.yaml", &format!("{}: [\n", json(HOSTILE)));
    let terraform = folder.file(".tf", &format!("resource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  name = {}\n  pattern = \"{{ $.a != \\\"b\\\" || $.a != \\\"\u{1b}[31m\u{202e}c\\\" }}\"\n}}\n", "\"a\u{202e}b\""));
    let bad_terraform =
        folder.file("-b.tf", &format!("resource \"{}\" {{", HOSTILE.replace(['\n', '\r'], "")));
    let filters = folder.file("-f.json", &format!("{{\"metricFilters\":[{{\"filterName\":{h},\"filterPattern\":{p},\"logGroupName\":{h},\"applyOnTransformedLogs\":true,\"metricTransformations\":[{{\"metricName\":\"m\",\"metricNamespace\":\"n\",\"metricValue\":\"1\",\"dimensions\":{{{h}:\"$.a\"}}}}]}},{{\"filterName\":{h},\"filterPattern\":{bad},\"metricTransformations\":[]}}]}}", h = json(HOSTILE), p = json(&pattern()), bad = json(&bad_pattern)));
    let bad_filters = folder.file("-g.json", &format!("{{\"metricFilters\":{}}}", json(HOSTILE)));
    let cases = folder.file(".jsonl", &format!("{{\"id\":{h},\"pattern\":{p},\"message\":{h},\"match\":true,\"evidence\":\"observed\",\"source\":{h}}}\n", h = json(HOSTILE), p = json("{ $.x = \"y\" }")));
    let certificate = folder.file("-c.json", &format!(
        "{{\"version\":1,\"program\":{h},\"domain\":\"json\",\"domainVersion\":{h},\"steps\":9,\"seed\":null,\"notRead\":[{h}],\"answers\":[{{\"name\":{h},\"answer\":{h},\"questions\":[{{\"matched\":[{h}],\"unmatched\":[],\"found\":{{\"event\":{h}}}}}]}},{{\"name\":{h},\"control\":{h},\"answer\":{h},\"questions\":[]}}]}}",
        h = json(HOSTILE)
    ));
    let bad_cases = folder.file("-b.jsonl", &format!("{{\"id\":{}}}\n", json(HOSTILE)));
    let stack = |extra: &str| {
        format!(
            "name = \"s\"\nregion = \"us-east-1\"\nrules = [{}]\nlog_group = {{ name = \"trail\" }}\n{extra}",
            toml(&timeless)
        )
    };
    let session = session(&rules("{ $.eventName = \"*\" || $.a != \"*\" }"), &rules(&bad_pattern));
    let good_stack = folder.file("-s.toml", &stack(""));
    let bad_stack =
        folder.file("-x.toml", &stack(&format!("namespace = {}\n", toml(&format!("*{HOSTILE}")))));
    let skip_stack = folder.file("-y.toml", &stack(&format!("skip = [{}]\n", toml(HOSTILE))));
    let lines =
        folder.file(".ndjson", &format!("{{\"p\":{}}}\n{{\"q\":1}}\nnull {HOSTILE}\n", json(&bad_pattern)));
    let other = folder.file("-o.txt", "x");
    let sigma = folder.file(
        "-g.yml",
        &format!(
            "title: {h}\nid: {h}\nauthor: {h}\ndescription: {h}\nfalsepositives: [{h}]\ntags: [{h}]\n\
             logsource: {{product: aws, service: cloudtrail}}\ndetection:\n  s: {{eventName: {h}}}\n  condition: s\n",
            h = toml(HOSTILE)
        ),
    );
    let pattern = pattern();
    let request = format!(
        "{{\"id\":{h},\"filterPattern\":{p},\"logEventMessages\":[{h}],\"metricTransformations\":[{{\"metricName\":{h},\"metricNamespace\":\"a\",\"metricValue\":\"1\"}}],\"logEvents\":[{{\"message\":{h}}}]}}\n{h}\n",
        h = json(HOSTILE),
        p = json(&pattern)
    );
    let alarm_message = format!(
        "{{\"AlarmName\":{h},\"NewStateValue\":\"ALARM\",\"StateChangeTime\":\"2026-03-04T10:06:00.100+0000\",\"Trigger\":{{\"MetricName\":{h},\"Namespace\":{h},\"Period\":60,\"EvaluationPeriods\":1,\"ComparisonOperator\":\"GreaterThanThreshold\"}}}}",
        h = json(HOSTILE)
    );
    let event = record();
    let rows: Vec<(Vec<&str>, &str)> = vec![
        (vec!["test", &good], ""),
        (vec!["test", "--verbose", "--coverage", &good], ""),
        (vec!["test", &unknown_key], ""),
        (vec!["test", &no_toml], ""),
        (vec!["test", &bad_kind], ""),
        (vec!["test", &twice], ""),
        (vec!["test", &refused], ""),
        (vec!["test", &missing], ""),
        (vec!["test", &other], ""),
        (vec!["test", "pack:h\u{1b}[31m\n::error::x"], ""),
        (vec!["packs", HOSTILE], ""),
        (vec!["packs", "--json", HOSTILE], ""),
        (vec!["export", "sigma", &good], ""),
        (vec!["translate", "--to", "jq", "--json", "--rules", &good], ""),
        (vec!["why", "-", "--rules", &good], &alarm_message),
        (vec!["why", "-", "--rules", &good, "--json", "--log-group", HOSTILE], &alarm_message),
        (vec!["translate", "--to", "put-log-alarm", "--json", "--rules", &good, "--role", HOSTILE], ""),
        (vec!["translate", "--to", "eventbridge", &pattern], ""),
        (vec!["translate", "--to", "logs-insights", &pattern], ""),
        (vec!["translate", "--to", "athena", &pattern], ""),
        (vec!["translate", "--to", "duckdb", &pattern], ""),
        (vec!["translate", "--to", "duckdb", &bad_pattern], ""),
        (vec!["import", "sigma", &sigma], ""),
        (vec!["mutate", "--verbose", &good], ""),
        (vec!["generate", &timeless], ""),
        (vec!["generate", "--pattern", &pattern], ""),
        (vec!["generate", &refused], ""),
        (vec!["lint", &good], ""),
        (vec!["lint", &yaml, &terraform, &bad_yaml, &bad_terraform, &missing, &filters, &refused], ""),
        (vec!["lint", "--format", "github", &yaml, &terraform, &filters, &refused], ""),
        (vec!["lint", "--format", "json", &yaml, &terraform, &filters, &refused], ""),
        (vec!["lint", "--format", "ndjson", &yaml, &terraform, &filters, &refused], ""),
        (vec!["lint", "--format", "sarif", &yaml, &terraform, &filters, &refused], ""),
        (vec!["lint", "--format", "junit", &yaml, &terraform, &filters, &refused], ""),
        (vec!["lint", "--pattern", &pattern], ""),
        (vec!["lint", "--pattern", &bad_pattern], ""),
        (vec!["lint", "--ndjson-field", "p", &lines], ""),
        (vec!["lint", "--allow", HOSTILE, &good], ""),
        (vec!["lint", "--output", HOSTILE, &good], ""),
        (vec!["lint", "--fix=suggested", "--diff", &terraform, &refused], ""),
        (vec!["lint", "-"], &bad_pattern),
        (vec!["explain", HOSTILE], ""),
        (vec!["explain", &pattern], ""),
        (vec!["explain", &bad_pattern], ""),
        (vec!["explain", &pattern, &event], ""),
        (vec!["explain", &pattern, HOSTILE], ""),
        (vec!["explain", "{ $.a = \"b\" && $.eventName = \"c\" }", &event], ""),
        (vec!["explain", HOSTILE, &event], ""),
        (vec!["explain", "[x, y = *error*, ...]", HOSTILE], ""),
        (vec!["explain", "error", HOSTILE], ""),
        (vec!["explain", "%err%", HOSTILE], ""),
        (vec!["explain", &pattern, "-"], &event),
        (vec!["explain", "--rules", &good, "none"], ""),
        (vec!["explain", "--rules", &missing, "none"], ""),
        (vec!["explain", &pattern, "@none\u{1b}[31m\n::error::x"], ""),
        (vec!["explain", &good, &event], ""),
        (vec!["explain", "x", &good], ""),
        (vec!["lsp"], &session),
        (vec!["fmt", "-"], &pattern),
        (vec!["fmt", "-"], &bad_pattern),
        (vec!["fmt", "--check", &yaml, &terraform, &filters, &good], ""),
        (vec!["fmt", "--diff", &terraform], ""),
        (vec!["scan", "--rules", &good, &events, &odd_time, &damaged, &missing, "."], ""),
        (vec!["scan", "--rules", &good, "--count", &events], ""),
        (vec!["scan", "--rules", &good, "--json", &events], ""),
        (vec!["scan", "--rules", &good, "--json", "--count", &events], ""),
        (vec!["scan", "--rules", &good, "--format", "json", &events], ""),
        (vec!["scan", "--rules", &good, "--format", "ndjson", &events, &odd_time], ""),
        (vec!["scan", "--rules", &good, "--format", "csv", &events, &odd_time], ""),
        (vec!["scan", "--rules", &good, "--fields", "eventName,rule,file", &events], ""),
        (vec!["scan", "--rules", &good, "--summary", &events, &odd_time], ""),
        (vec!["scan", "--rules", &good, "--summary", "--json", &events], ""),
        (vec!["scan", "--rules", &good, "--since", HOSTILE, &events], ""),
        (vec!["scan", "--rules", &good, "--fields", HOSTILE, &events], ""),
        (vec!["scan", "--verbose", "--rules", &good, "--region", "x", &events], ""),
        (vec!["scan", "--rules", &twice, &events], ""),
        (vec!["scan", "--pattern", &bad_pattern, &events], ""),
        (vec!["scan", "--pattern", "x", "--output", "no\u{1b}[31m\n::error::x/y", &events], ""),
        (vec!["backtest", "--verbose", "--rules", &good, &events, &odd_time, &damaged], ""),
        (vec!["backtest", "--rules", &good, "--against", &timeless, &events], ""),
        (vec!["backtest", "--rules", &good, "--json", &events], ""),
        (vec!["backtest", "--rules", &missing, &events], ""),
        (vec!["simulate", "--rules", &good, &events, &damaged, "--notifications", "-"], ""),
        (
            vec![
                "simulate",
                "--rules",
                &good,
                &events,
                "--notifications",
                "-",
                "--notification-format",
                "email",
                "--topic",
                HOSTILE,
            ],
            "",
        ),
        (
            vec![
                "simulate",
                "--rules",
                &good,
                &events,
                "--notifications",
                "-",
                "--notification-format",
                "sms",
            ],
            "",
        ),
        (
            vec!["test-metric-filter", "--filter-pattern", &pattern, "--log-event-messages", &event, HOSTILE],
            "",
        ),
        (vec!["test-metric-filter", "--filter-pattern", &bad_pattern, "--log-event-messages", HOSTILE], ""),
        (vec!["test-metric-filter", "--filter-pattern", "x", "--log-event-messages", HOSTILE, ""], ""),
        (vec!["test-metric-filter", "--cli-input-json", HOSTILE], ""),
        (vec!["test-metric-filter", "--cli-input-json", "file://\u{1b}[31m\n::error::x"], ""),
        (vec!["test-metric-filter", "--ndjson"], &request),
        (vec!["emit", "--ndjson"], &request),
        (vec!["alarm", "--ndjson"], &request),
        (vec!["diff", &pattern, "{ $.a = \"b\" }"], ""),
        (vec!["diff", &pattern, &bad_pattern], ""),
        (vec!["diff", "--json", &pattern, "{ $.a = \"b\" }"], ""),
        (vec!["diff", &good, &timeless], ""),
        (vec!["diff", &filters, &yaml], ""),
        (vec!["diff", &other, &yaml], ""),
        (vec!["audit", "--against", "cis-aws", &good, &yaml, &terraform], ""),
        (vec!["audit", "--against", "security-hub", "--json", &good], ""),
        (vec!["audit", "--against", "cis-aws", &missing], ""),
        (vec!["check", &certificate], ""),
        (vec!["check", &bad_cases], ""),
        (vec!["check", &missing], ""),
        (vec!["verify", "--replay", &cases], ""),
        (vec!["verify", "--replay", &bad_cases], ""),
        (vec!["verify", &missing], ""),
        (vec!["import", "--filters", &filters], ""),
        (vec!["import", "--filters", &bad_filters], ""),
        (vec!["import", "--filters", &missing], ""),
        (vec!["export", "terraform", "--stack", &good_stack], ""),
        (vec!["export", "cloudformation", "--stack", &good_stack], ""),
        (vec!["permissions", "--stack", &good_stack], ""),
        (vec!["permissions", "--stack", &bad_stack], ""),
        (vec!["export", "terraform", "--stack", &bad_stack], ""),
        (vec!["export", "terraform", "--stack", &skip_stack], ""),
        (vec!["export", "terraform", "--stack", &missing], ""),
    ];
    let owned = |(arguments, stdin): (Vec<&str>, &str)| {
        (arguments.into_iter().map(str::to_owned).collect(), stdin.to_owned())
    };
    let rows = rows.into_iter().map(owned).collect();
    (folder, rows)
}

#[test]
fn no_subcommand_shows_a_hostile_text_raw() {
    let (folder, rows) = prepared("hostile-text");
    let (mut found, mut shown) = (Vec::new(), 0);
    let first: Vec<&str> = rows[0].0.iter().map(String::as_str).collect();
    assert_eq!(
        folder.run(&first, "").status.code(),
        Some(1),
        "the good rules are loaded, and their tests fail"
    );
    for (arguments, stdin) in &rows {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = folder.run(&arguments, stdin);
        let is_github = arguments.contains(&"github");
        let has_tabs = arguments.iter().any(|it| matches!(*it, "--diff" | "email" | "sms"));
        for (stream, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            let text = String::from_utf8(bytes.clone())
                .unwrap_or_else(|_| panic!("{arguments:?}: {stream} is no UTF-8"));
            // clap's own errors
            let text = if text.contains("For more information, try") { String::new() } else { text };
            // the protocol ends the lines of a header so
            let text = if arguments == ["lsp"] { text.replace("\r\n", "\n") } else { text };
            let brief: Vec<&str> = arguments.iter().map(|it| it.get(..12).unwrap_or(it)).collect();
            found.extend(
                faults(&text, is_github, has_tabs)
                    .into_iter()
                    .map(|fault| format!("{brief:?} {stream}: {fault}")),
            );
            shown +=
                usize::from(text.contains("u{1b}") || text.contains("\\u001b") || text.contains("U0000001B"));
            assert!(!text.contains("panicked"), "{text}");
        }
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
    assert!(
        shown > rows.len() / 2,
        "{shown} of {} rows show a hostile text: they are hardly tried",
        rows.len()
    );
}

#[test]
fn every_subcommand_is_walked() {
    let (folder, rows) = prepared("hostile-walk");
    let help = String::from_utf8(folder.run(&["help"], "").stdout).unwrap();
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    // the last ones need an account; `provision/` runs them, and `Plan` and `line!` write their output
    let without_data = ["completions", "man", "init", "help", "plan", "apply", "destroy", "ring"];
    for line in commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let name = line.split_whitespace().next().unwrap();
        let is_walked = rows.iter().any(|(arguments, _)| arguments.first().is_some_and(|it| it == name));
        assert!(is_walked || without_data.contains(&name), "`{name}` is not in the table");
    }
}

#[test]
fn machines_get_the_exact_text() {
    let (folder, rows) = prepared("hostile-json");
    let mut texts = 0;
    for (arguments, stdin) in rows.iter().filter(|(it, _)| {
        it.iter().any(|it| {
            matches!(
                it.as_str(),
                "--json" | "json" | "ndjson" | "sarif" | "--ndjson" | "terraform" | "cloudformation"
            )
        })
    }) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = String::from_utf8(folder.run(&arguments, stdin).stdout).unwrap();
        let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&output).into_iter().collect();
        let values = values.unwrap_or_else(|error| panic!("{arguments:?}: {error}: {output}"));
        let all = Value::Array(values).to_string();
        texts += usize::from(all.contains(json(HOSTILE).trim_matches('"')));
    }
    assert!(texts >= 9, "{texts}");
    // TOML of `import` and `generate` is read back
    let (_, filters) = rows
        .iter()
        .find_map(|(it, _)| (it[0] == "import" && it[1] == "--filters").then(|| (0, it[2].clone())))
        .unwrap();
    let imported = String::from_utf8(folder.run(&["import", "--filters", &filters], "").stdout).unwrap();
    let value: toml::Value = toml::from_str(&imported).unwrap();
    assert_eq!(value["rule"][0]["id"].as_str(), Some(HOSTILE));
    assert_eq!(value["rule"][0]["pattern"].as_str(), Some(pattern().as_str()));
    let generated = String::from_utf8(folder.run(&["generate", "--pattern", &pattern()], "").stdout).unwrap();
    assert!(toml::from_str::<toml::Value>(&generated).is_ok(), "{generated}");
}

#[test]
fn junit_is_well_formed() {
    let (folder, rows) = prepared("hostile-junit");
    let (arguments, _) = rows.iter().find(|(it, _)| it.contains(&"junit".to_owned())).unwrap();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let xml = folder.run(&arguments, "").stdout;
    let text = String::from_utf8(xml.clone()).unwrap();
    // https://www.w3.org/TR/xml/#charsets
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(is_allowed) && !text.contains("&#"), "{text}");
    let parse = "import sys, xml.dom.minidom as d\nt = d.parse(sys.stdin.buffer)\nprint(len(t.getElementsByTagName('testcase')))";
    std::fs::write(folder.0.join("lint.xml"), &xml).unwrap();
    let python = Command::new("python3")
        .args(["-c", parse])
        .stdin(std::fs::File::open(folder.0.join("lint.xml")).unwrap())
        .output();
    match python {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            assert!(String::from_utf8_lossy(&output.stdout).trim().parse::<usize>().unwrap() > 3);
        }
        Err(_) => eprintln!("SKIPPED: no python3 on this machine"),
    }
}

#[test]
fn the_page_of_a_simulation_is_escaped() {
    let (folder, rows) = prepared("hostile-page");
    let (arguments, _) = rows.iter().find(|(it, _)| it[0] == "simulate").unwrap();
    let (rules, events) = (&arguments[2], &arguments[3]);
    folder.run(&["simulate", "--rules", rules, events, "--html", "page.html"], "");
    let page = std::fs::read_to_string(folder.0.join("page.html")).unwrap();
    let hidden: Vec<&str> =
        page.lines().filter(|line| line.chars().any(|c| c != '\t' && is_hidden(c))).collect();
    assert!(hidden.is_empty() && page.contains("u{1b}"), "{hidden:?}");
}

#[test]
fn carets_stand_under_their_place() {
    let table = [
        ("{ $.a = \u{1b}[31m\"x\u{202e}\" AND $.b = 1 }", "AND"),
        ("{ $.a = \"\u{200b}\u{7f}\u{fffe}\" AND $.b = 1 }", "AND"),
        ("{ $.\u{9b} = 1 }", "\u{9b}"),
    ];
    for (pattern, place) in table {
        let Err(error) = pattern.parse::<cwfilter::FilterPattern>() else { panic!("{pattern:?}") };
        let shown =
            cwfilter::report::human::parse_error(pattern, &error, cwfilter::report::human::Style::Plain);
        let lines: Vec<&str> = shown.lines().collect();
        let marks = lines.iter().position(|line| line.contains('^')).unwrap();
        let (source, carets) = (lines[marks - 1], lines[marks]);
        let column = |text: &str, at: usize| text[..at].chars().count();
        let start = column(carets, carets.find('^').unwrap());
        let expected = 4 + column(pattern, error.span().start);
        assert_eq!(start, expected, "{place}: {shown}");
        assert_eq!(source.chars().count() - 4, pattern.chars().count(), "a character for each: {shown}");
    }
}

#[test]
fn annotations_escape_their_properties() {
    let folder = Folder::new("hostile-github");
    let name = "a,b:c%d\n::error::.toml";
    std::fs::write(folder.0.join(name), "[[rule]]\nid = \"a\"\npattern = '{ $.a = \"b\" AND $.c = 1 }'\n")
        .unwrap();
    let text = String::from_utf8(folder.run(&["lint", "--format", "github", name], "").stdout).unwrap();
    assert!(text.starts_with("::error file=a%2Cb%3Ac%25d\\n%3A%3Aerror%3A%3A.toml,line=3,"), "{text}");
    // the counts are the last line
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(lines[1], "::notice title=cwfilter::1 pattern in 1 file: 1 checked");
}

#[test]
fn what_is_shown_of_a_text() {
    let table = [
        ("plain é日😀 \\n", "plain é日😀 \\n", None),
        ("a\tb\nc\rd", "a\\tb\\nc\\rd", Some("a\tb\nc\\rd")),
        ("a\r\nb", "a\\r\\nb", Some("a\nb")),
        ("\u{1b}\u{7}\u{7f}\u{85}\u{9b}", "\\u{1b}\\u{7}\\u{7f}\\u{85}\\u{9b}", None),
        ("::error", ":\\u{3a}error", None),
        ("\u{3000}\u{a0} ::e", "\u{3000}\u{a0} :\\u{3a}e", None),
        ("a::b", "a::b", None),
        (": :", ": :", None),
        ("a\n ::e", "a\\n ::e", Some("a\n :\\u{3a}e")),
        ("##[error]", "##\\u{5b}error]", None),
        ("a ###vso[x]", "a ###vso\\u{5b}x]", None),
        ("# a [b] ## [c]", "# a [b] ## [c]", None),
        (
            "a\u{200d}b\u{202a}\u{2069}\u{fffe}\u{e0041}",
            "a\\u{200d}b\\u{202a}\\u{2069}\\u{fffe}\\u{e0041}",
            None,
        ),
    ];
    for (text, line, lines) in table {
        assert_eq!(Escaped(text).to_string(), line);
        assert_eq!(EscapedLines(text).to_string(), lines.unwrap_or(line));
        // escaped twice is escaped once
        assert_eq!(Escaped(Escaped(text)).to_string(), line);
        let document = json(text);
        let shown = json_text(&document);
        assert!(shown.chars().all(|c| !is_hidden(c)) && !shown.contains("##["), "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
        let mut places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let pictures = pictured(text, &mut places);
        let numbers: Vec<usize> = pictures.char_indices().map(|(at, _)| at).chain([pictures.len()]).collect();
        assert_eq!(places, numbers, "{text:?}");
    }
    assert_eq!(format!("[{:>6}|{:<6}]", Escaped("a\n"), Escaped("b")), "[   a\\n|b     ]");
}

/// The files of a folder and those below it.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// Whatever is printed goes through `terminal.rs`: the macros that print raw occur nowhere else, beside writing an empty
/// line or the program's own words.
#[test]
fn the_program_prints_in_one_way() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(sources.iter().any(|path| path.ends_with("hits/form.rs")), "folders are read, too");
    for path in sources {
        if path.file_name().is_some_and(|name| name == "terminal.rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for (line, number) in source.lines().zip(1..) {
            let code = line.trim_start();
            let raw = ["println!(", "eprintln!(", "print!(", "eprint!(", "dbg!("]
                .iter()
                .any(|name| code.contains(name));
            let written = ["writeln!(", "write!("].iter().any(|name| code.contains(name));
            let is_own =
                code.starts_with("writeln!(out)?;") || written && !code.contains("{") && code.ends_with("?;");
            assert!(!code.starts_with("//") || !raw, "{}:{number}", path.display());
            assert!(
                !raw && (!written || is_own),
                "{}:{number}: use `say!` or `line!`: {code}",
                path.display()
            );
        }
    }
}
