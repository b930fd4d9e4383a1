//! Templates carry no code: every text of a stack and its rules arrives literally, or is refused at its target; secrets in
//! endpoints arrive nowhere.

use cwfilter::export;
use cwfilter::plan_report::json;
use cwfilter::provision::{Kind, Observed, Options, Stack, Target, desired, plan, redacted};
use cwfilter::rules::RuleFile;
use serde_json::{Value, json as object};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

#[path = "support/terraform.rs"]
mod support;

use support::{configure, is_here, terraform};

/// What Terraform evaluates, what ends its strings, and what other formats read as their own.
const HOSTILE: &str = concat!(
    "${file(\"/etc/passwd\")} %{ if true }x%{ endif } $${x} %%{y} $$${z} $ % \"q\" 'r' \\ \\n ",
    "<<EOT EOT # // /* `b` {{ .x }} \u{e9}\u{65e5}\u{1f600}\u{202e}\u{2028}\u{feff}",
);

/// With characters that only free texts may have, and the marks that an export uses inside ARNs.
const HOSTILE_LINES: &str = "\n${file(\"/etc/passwd\")}\n<<EOT\n%{ for x in y }\nEOT\n\t\u{1}account\u{1}\u{1}partition\u{1}\u{1b}[31m\u{7f}\u{85}";

const PATTERN: &str = r#"{ $.a = "${file(\"/etc/passwd\")} $${x} %{ if true }x%{ endif } <<EOT" }"#;

const STACK: &str = r#"
name = "hostile"
region = "us-east-1"
rules = ["rules.toml"]
log_group = { name = "trail", create = true, kms_key = "arn:aws:kms:us-east-1:123456789012:key/KEY" }

[topic]
name = "alerts"
subscription = [{ protocol = "email", endpoint = '${file("/etc/passwd")}%{if}$${x}"@example.com' }]

[trail]
name = "trail"
bucket = "trail-123456789012"
role = "trail-to-logs"
kms_key = "arn:aws:kms:us-east-1:123456789012:key/KEY"
"#;

fn toml(text: &str) -> String {
    let escape =
        |c: char| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\U{:08X}", u32::from(c)) };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

/// The characters that a name of a metric may not have are left out.
fn without(text: &str, characters: &[char]) -> String {
    text.replace(characters, "")
}

fn hostile() -> (Stack, Vec<RuleFile>) {
    let mut stack = Stack::parse(Path::new("cwfilter.toml"), STACK).unwrap();
    // the file's check would refuse these
    let key = stack.log_group.kms_key.as_mut().unwrap();
    *key = key.replace("KEY", "${file(\"/etc/passwd\")}%{x");
    let key = stack.trail.as_mut().unwrap().kms_key.as_mut().unwrap();
    *key = key.replace("KEY", "${file(\"/etc/passwd\")}%{x");
    let id = without(HOSTILE, &[':', '*']);
    let rules = format!(
        "[[rule]]\nid = {id}\ntitle = {title}\ndescription = {lines}\npattern = {pattern}\n\
         metric = {{ namespace = {name}, name = {name}, value = \"1\" }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1 }}\n\
         [[rule]]\nid = {other}\npattern = '{{ $.d = \"x\" }}'\n\
         metric = {{ namespace = \"A\", name = \"b\", value = \"$.d\", unit = \"Count\", dimensions = {{ {key} = {selector} }} }}\n",
        id = toml(&id),
        title = toml(HOSTILE),
        lines = toml(HOSTILE_LINES),
        pattern = toml(PATTERN),
        name = toml(&without(HOSTILE, &[':', '*', '$', '/'])),
        other = toml(&format!("dimensions {id}")),
        key = toml(&without(HOSTILE, &[':', '*'])),
        selector = toml("$.['${file(\"/etc/passwd\")}']"),
    );
    let file = cwfilter::rules::parse(Path::new("rules.toml"), rules);
    let file = file
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<String>()));
    (stack, vec![file])
}

/// Answers every request as STS does, so that a plan needs no account.
fn identity_service() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 8192];
            let _ = stream.read(&mut request);
            let body = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
                <Arn>arn:aws:iam::123456789012:root</Arn><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>123456789012</Account>\
                </GetCallerIdentityResult></GetCallerIdentityResponse>";
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n";
            let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len());
        }
    });
    port
}

/// A folder in which the configuration can be planned offline; `None` where there is no Terraform.
fn configured(name: &str, configuration: &str) -> Option<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let write = |file: &str, text: &str| std::fs::write(folder.join(file), text).unwrap();
    configure(&folder);
    write("main.tf.json", configuration);
    let endpoint = format!("http://127.0.0.1:{}", identity_service());
    let provider = serde_json::json!({ "provider": { "aws": {
        "access_key": "AKIAIOSFODNN7EXAMPLE",
        "secret_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "skip_metadata_api_check": true,
        "endpoints": { "sts": endpoint },
    } } });
    write("override.tf.json", &provider.to_string());
    if !is_here() {
        return None;
    }
    let output = terraform(&folder, &["init", "-no-color"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(folder)
}

/// Resources of a plan: type and values.
fn planned(folder: &Path) -> Vec<(String, Value)> {
    let output = terraform(folder, &["plan", "-no-color", "-input=false", "-out=plan"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown = terraform(folder, &["show", "-json", "plan"]).stdout;
    let shown: Value = serde_json::from_slice(&shown).unwrap();
    let resources = shown["planned_values"]["root_module"]["resources"].as_array().unwrap();
    resources.iter().map(|it| (it["type"].as_str().unwrap().to_owned(), it["values"].clone())).collect()
}

#[test]
fn terraform_takes_every_text_literally() {
    let (stack, files) = hostile();
    let configuration = export::terraform(&stack, &files, &[], None).unwrap();
    let Some(folder) = configured("templates-hostile", &configuration) else { return };
    let planned = planned(&folder);
    let mut compared = 0;
    for it in desired(&stack, &files, &Target::new("123456789012", "us-east-1")).unwrap() {
        let text = |member: &str| it.get(member);
        let name = || Value::from(it.name.clone());
        let (kind, pairs): (&str, Vec<(&str, Value)>) = match it.kind {
            Kind::LogGroup => ("aws_cloudwatch_log_group", vec![("/kms_key_id", text("kmsKeyId"))]),
            Kind::Subscription => ("aws_sns_topic_subscription", vec![("/endpoint", text("Endpoint"))]),
            Kind::MetricFilter => (
                "aws_cloudwatch_log_metric_filter",
                vec![
                    ("/name", name()),
                    ("/pattern", text("filterPattern")),
                    ("/metric_transformation/0/namespace", text("metricNamespace")),
                    ("/metric_transformation/0/name", text("metricName")),
                    ("/metric_transformation/0/value", text("metricValue")),
                    (
                        "/metric_transformation/0/dimensions",
                        match text("dimensions").as_object().is_none_or(|it| it.is_empty()) {
                            true => Value::Null,
                            false => text("dimensions"),
                        },
                    ),
                ],
            ),
            Kind::Alarm => (
                "aws_cloudwatch_metric_alarm",
                vec![
                    ("/alarm_name", name()),
                    ("/alarm_description", text("AlarmDescription")),
                    ("/namespace", text("Namespace")),
                    ("/metric_name", text("MetricName")),
                ],
            ),
            _ => continue,
        };
        let is_it = |values: &&Value| {
            pairs.iter().all(|(target, text)| values.pointer(target).unwrap_or(&Value::Null) == text)
        };
        let found: Vec<&Value> =
            planned.iter().filter(|(it, _)| it == kind).map(|(_, values)| values).collect();
        assert!(found.iter().any(is_it), "{kind}: wanted {pairs:#?}, found {found:#?}");
        compared += pairs.len();
    }
    assert_eq!(compared, 18, "two filters, an alarm, a key and an endpoint");
    let trails = planned.iter().filter(|(kind, _)| kind == "aws_cloudtrail");
    let keys: Vec<&Value> = trails.map(|(_, values)| &values["kms_key_id"]).collect();
    assert_eq!(keys, [stack.trail.as_ref().unwrap().kms_key.as_deref().unwrap()]);
}

#[test]
fn cloudformation_refuses_dynamic_references_at_their_place() {
    let rules = |text: &str| {
        let good = "[[rule]]\nid = \"a\"\ntitle = \"b\"\npattern = '{ $.c = \"d\" }'\n\
            metric = { namespace = \"e\", name = \"f\", value = \"1\" }\nalarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n";
        let (from, to) = text.split_once(" => ").unwrap();
        assert!(good.contains(from), "{from}");
        let text = good.replacen(from, to, 1);
        vec![cwfilter::rules::parse(Path::new("rules.toml"), text).unwrap()]
    };
    let stack = |text: &str| Stack::parse(Path::new("cwfilter.toml"), text);
    let good = stack(STACK).unwrap();
    let table = [
        ("\"a\" => \"{{resolve;\"", None),
        (
            "\"a\" => \"x {{resolve\"",
            Some(
                "rules.toml:2:6: CloudFormation would replace `{{resolve:…}}` in `FilterName` of the metric filter `hostile.x {{resolve`",
            ),
        ),
        (
            "\"b\" => \"{{resolve:ssm:/a}}\"",
            Some(
                "rules.toml:3:10: CloudFormation would replace `{{resolve:…}}` in `AlarmDescription` of the alarm `hostile.a`",
            ),
        ),
        ("\"b\" => \"{{{ Resolve:ssm:/a}}\"", Some("rules.toml:2:6: CloudFormation would replace")),
        ("\"b\" => \"{\\u007bresolve:ssm:/a}}\"", Some("rules.toml:2:6: CloudFormation would replace")),
        (
            "\"d\" => \"{{resolve:secretsmanager:x}}\"",
            Some("rules.toml:4:21: CloudFormation would replace `{{resolve:…}}` in `FilterPattern`"),
        ),
        (
            "\"e\" => \"{{resolve:ssm:/a}}\"",
            Some("rules.toml:5:25: CloudFormation would replace `{{resolve:…}}` in `Namespace`"),
        ),
        (
            "\"f\" => \"{{resolve\"",
            Some("rules.toml:2:6: CloudFormation would replace `{{resolve:…}}` in `MetricName`"),
        ),
    ];
    for (change, error) in table {
        let found = export::cloudformation(&good, &rules(change), &[]);
        match (error, found) {
            (None, found) => assert!(found.is_err(), "{change}: `resolve` in any form is refused"),
            (Some(error), Err(found)) => {
                assert!(found.iter().any(|it| it.to_string().starts_with(error)), "{change}: {found:#?}")
            }
            (Some(_), Ok(template)) => panic!("{change}: {template}"),
        }
    }
    // in the stack's file: an endpoint, a namespace
    let plain = rules("\"b\" => \"b\"");
    let with = STACK.replace("${file(\"/etc/passwd\")}%{if}$${x}\"", "{{resolve:ssm:/a}}");
    let errors = export::cloudformation(&stack(&with).unwrap(), &plain, &[]).unwrap_err();
    assert!(errors[0].to_string().starts_with("cwfilter.toml:9:50: CloudFormation would replace `{{resolve:…}}` in `Endpoint` of the subscription"), "{errors:#?}");
    let with = STACK.replace("rules = [", "namespace = \"{{resolve:ssm:/a}}\"\nrules = [");
    let errors = export::cloudformation(&stack(&with).unwrap(), &plain, &[]).unwrap_err();
    assert!(
        errors[0].to_string().starts_with("cwfilter.toml:4:13: CloudFormation would replace"),
        "{errors:#?}"
    );
    assert!(export::cloudformation(&good, &plain, &[]).is_ok());
    assert!(export::terraform(&good, &rules("\"b\" => \"{{resolve:ssm:/a}}\""), &[], None).is_ok());
}

#[test]
fn cloudformation_takes_every_other_text_literally() {
    let (stack, files) = hostile();
    let template: Value =
        serde_json::from_str(&export::cloudformation(&stack, &files, &[]).unwrap()).unwrap();
    let mut texts = Vec::new();
    // the arguments of a function are code
    fn walk<'a>(value: &'a Value, functions: bool, texts: &mut Vec<(bool, &'a str)>) {
        match value {
            Value::String(text) => texts.push((functions, text)),
            Value::Array(list) => list.iter().for_each(|it| walk(it, functions, texts)),
            Value::Object(map) => {
                map.iter().for_each(|(key, it)| {
                    walk(it, functions || key.starts_with("Fn::") || key == "Ref", texts)
                });
            }
            _ => {}
        }
    }
    walk(&template["Resources"], false, &mut texts);
    for it in desired(&stack, &files, &Target::new("123456789012", "us-east-1")).unwrap() {
        let members: &[&str] = match it.kind {
            Kind::MetricFilter => &["filterPattern", "metricNamespace", "metricName"],
            Kind::Alarm => &["AlarmDescription", "Namespace", "MetricName"],
            Kind::Subscription => &["Endpoint"],
            Kind::LogGroup => &["kmsKeyId"],
            _ => continue,
        };
        let mut wanted: Vec<String> =
            members.iter().map(|member| it.get(member).as_str().unwrap().to_owned()).collect();
        if it.kind == Kind::MetricFilter {
            wanted.push(it.name.clone());
            for (name, selector) in it.get("dimensions").as_object().unwrap() {
                wanted.extend([name.clone(), selector.as_str().unwrap().to_owned()]);
            }
        }
        for text in wanted {
            assert!(texts.contains(&(false, text.as_str())), "{text:?}");
        }
    }
    let in_functions: Vec<_> =
        texts.iter().filter(|(functions, text)| *functions && text.contains("passwd")).collect();
    assert!(in_functions.is_empty(), "{in_functions:?}");
}

/// Endpoints, the parts that are shown, and the secrets.
const SECRETS: [(&str, &str, &[&str]); 7] = [
    ("https://user:pass1@example.com", "https://***@example.com", &["user", "pass1"]),
    ("https://example.com/?token=pass1", "https://example.com/***", &["token", "pass1"]),
    ("https://hooks.example.com:8443/T0/pass1", "https://hooks.example.com:8443/***", &["T0", "pass1"]),
    ("HTTPS://u:pass1@example.com/pass2#pass3", "HTTPS://***@example.com/***", &["pass1", "pass2", "pass3"]),
    ("https://u:pass1/pass2@example.com/", "https://***", &["pass1", "pass2"]),
    ("https://example.com/a@pass1", "https://***", &["pass1"]),
    ("https://u:pass1\\\"pass2@example.com/", "https://***@example.com/", &["pass1", "pass2"]),
];

fn with_endpoint(protocol: &str, endpoint: &str) -> String {
    let from = STACK.lines().find(|line| line.starts_with("subscription")).unwrap();
    STACK
        .replace(
            from,
            &format!("subscription = [{{ protocol = \"{protocol}\", endpoint = \"{endpoint}\" }}]"),
        )
        .replace("key/KEY", "key/1")
}

#[test]
fn secrets_in_endpoints_are_shown_nowhere() {
    let rule =
        "[[rule]]\nid = \"a\"\npattern = 'x'\nmetric = { namespace = \"e\", name = \"f\", value = \"1\" }\n";
    let files = vec![cwfilter::rules::parse(Path::new("rules.toml"), rule.to_owned()).unwrap()];
    for (endpoint, shown, secrets) in SECRETS {
        assert_eq!(redacted(&endpoint.replace('\\', "")), shown);
        let protocol = if endpoint.starts_with("HTTPS") { None } else { Some("https") };
        let leaks = |what: &str, text: &str| {
            for secret in secrets {
                assert!(!text.contains(secret), "{what} of {endpoint} has {secret}: {text}");
            }
        };
        if let Some(protocol) = protocol {
            let stack = Stack::parse(Path::new("cwfilter.toml"), &with_endpoint(protocol, endpoint)).unwrap();
            let target = Target::new("123456789012", "us-east-1");
            let wanted = desired(&stack, &files, &target).unwrap();
            let plan = plan(&stack, &wanted, &Observed::nothing(&stack, target), &Options::default());
            assert!(plan.to_string().contains(&format!("https {shown}")), "{plan}");
            leaks("the plan", &plan.to_string());
            leaks("a debug output", &format!("{stack:?}{wanted:?}{plan:?}"));
            leaks("the plan's JSON", &json(&plan));
            leaks("Terraform", &export::terraform(&stack, &files, &[], None).unwrap());
            let template = export::cloudformation(&stack, &files, &[]).unwrap();
            leaks("CloudFormation", &template);
            assert!(template.contains("\"NoEcho\": true"), "{template}");
        }
        // errors quote their line: a wrong protocol, a wrong kind of endpoint, twice, an unknown key, no string, no TOML
        let good = with_endpoint("https", endpoint);
        let line = good.lines().find(|line| line.starts_with("subscription")).unwrap();
        let entry = line.trim_start_matches("subscription = [").trim_end_matches(']');
        let twice = good.replace(line, &format!("subscription = [{entry}, {entry}]"));
        let unknown = good.replace("endpoint =", "endpoints =");
        let wrong =
            good.replace(&format!("endpoint = \"{endpoint}\""), &format!("endpoint = [\"{endpoint}\"]"));
        let number = good.replace("protocol = \"https\"", &format!("protocol = 1, x = \"{endpoint}\""));
        let open = good.replace(&format!("\"{endpoint}\" }}]"), &format!("\"{endpoint}\""));
        let days = good.replace(
            "log_group = { name = \"trail\"",
            &format!("log_group = {{ name = \"trail\", retention_days = \"{endpoint}\""),
        );
        for bad in [
            with_endpoint("fax", endpoint),
            with_endpoint("email", endpoint),
            with_endpoint("sqs", endpoint),
            with_endpoint(endpoint, endpoint),
            twice,
            unknown,
            wrong,
            number,
            open,
            days,
        ] {
            let Err(errors) = Stack::parse(Path::new("cwfilter.toml"), &bad) else { continue };
            for error in errors {
                let quoted = error.span().map(|span| {
                    let text = error.source_text();
                    let line = cwfilter::LineColumn::of(text, span.start).line;
                    text.lines().nth(line - 1).unwrap_or_default().to_owned()
                });
                leaks("the line of an error", &quoted.unwrap_or_default());
                leaks("an error", &error.to_string());
            }
        }
    }
    for plain in [
        "security@example.com",
        "+15555550100",
        "https://example.com",
        "https://example.com:8443/",
        "arn:aws:sqs:us-east-1:123456789012:q",
    ] {
        assert_eq!(redacted(plain), plain);
    }
    assert!(Kind::all().any(|it| it == Kind::Subscription));
}

#[test]
fn terraform_asks_for_the_secret_and_keeps_it() {
    let rule =
        "[[rule]]\nid = \"a\"\npattern = 'x'\nmetric = { namespace = \"e\", name = \"f\", value = \"1\" }\n";
    let files = vec![cwfilter::rules::parse(Path::new("rules.toml"), rule.to_owned()).unwrap()];
    let text = with_endpoint("https", "https://u:pass1@example.com/pass2");
    let stack = Stack::parse(Path::new("cwfilter.toml"), &text).unwrap();
    let configuration = export::terraform(&stack, &files, &[], None).unwrap();
    let Some(folder) = configured("templates-secret", &configuration) else { return };
    let variable = "subscription_https_https___example_com_endpoint=https://u:pass1@example.com/pass2";
    let output = terraform(&folder, &["plan", "-no-color", "-input=false", "-var", variable]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(
        text.contains("= (sensitive value)") && !text.contains("pass1") && !text.contains("pass2"),
        "{text}"
    );
    let output = terraform(&folder, &["plan", "-no-color", "-input=false"]);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("No value for required variable"),
        "the secret has no default"
    );
}

/// Templates that fit a request, with each resource in one of them.
#[test]
fn a_large_stack_is_split() {
    let rule = |number: usize| {
        format!(
            "[[rule]]\nid = \"rule-{number}\"\npattern = '{{ $.eventName = \"{}\" }}'\n\
             metric = {{ namespace = \"S\", name = \"m{number}\", value = \"1\" }}\n\
             alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1 }}\n",
            "x".repeat(300)
        )
    };
    let rules: String = (0..66).map(rule).collect();
    let files = vec![cwfilter::rules::parse(Path::new("rules.toml"), rules).unwrap()];
    let stack = Stack::parse(Path::new("cwfilter.toml"), STACK).unwrap();
    let whole = export::cloudformation(&stack, &files, &[]).unwrap();
    assert!(whole.len() > cwfilter::limits::TEMPLATE_BYTES, "{}", whole.len());
    let names = |text: &str| -> Vec<String> {
        let template: Value = serde_json::from_str(text).unwrap();
        template["Resources"].as_object().unwrap().keys().cloned().collect()
    };
    let parts = export::split(&stack, &files, &[]).unwrap();
    assert!(parts.len() > 1 && parts.iter().all(|it| it.len() <= cwfilter::limits::TEMPLATE_BYTES));
    let mut all: Vec<String> = parts.iter().flat_map(|text| names(text)).collect();
    all.sort();
    assert_eq!(all, names(&whole));
    assert!(names(&parts[0]).contains(&"TopicAlerts".to_owned()));
}

/// A template claims a Security Hub control only where its resources meet it.
#[test]
fn controls_are_claimed_where_they_are_met() {
    const ALARM: &str = "alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }";
    let rule = format!(
        "[[rule]]\nid = \"a\"\npattern = '{{ $.eventName = \"a\" }}'\nmetric = {{ namespace = \"S\", name = \"a\", value = \"1\" }}\n{ALARM}\n"
    );
    let controls = |stack: &str, rule: &str, without: &[Kind]| -> Vec<String> {
        let stack = Stack::parse(Path::new("cwfilter.toml"), stack).unwrap();
        let files = vec![cwfilter::rules::parse(Path::new("rules.toml"), rule.to_owned()).unwrap()];
        let text = export::cloudformation(&stack, &files, without).unwrap();
        let template: Value = serde_json::from_str(&text).unwrap();
        serde_json::from_value(template["Metadata"]["SecurityHubControls"].clone()).unwrap()
    };
    let key = "kms_key = \"arn:aws:kms:us-east-1:123456789012:key/KEY\"\n";
    let without_key =
        |text: &str| text.replace(&format!("role = \"trail-to-logs\"\n{key}"), "role = \"trail-to-logs\"\n");
    let quiet = rule.replace("threshold = 1", "threshold = 1, notify = [\"OK\"]");
    let disabled = rule.replace("threshold = 1", "threshold = 1, actions_enabled = false");
    let one_region = STACK.replace("bucket = ", "multi_region = false\nbucket = ");
    let short = STACK.replace("create = true", "create = true, retention_days = 90");
    let encrypted = STACK.replace("[trail]", &format!("{key}[trail]"));
    // the stack, the rule, what others create, controls that are claimed, and controls that are not
    let bucket =
        ["S3.2", "S3.3", "S3.5", "S3.6", "S3.8", "S3.10", "S3.12", "S3.13", "S3.14", "S3.17", "CloudTrail.6"];
    let trail =
        ["CloudTrail.1", "CloudTrail.2", "CloudTrail.3", "CloudTrail.4", "CloudTrail.5", "CloudTrail.9"];
    type Names<'a> = &'a [&'a str];
    let table: [(&str, &str, &[Kind], Names<'_>, Names<'_>); 9] = [
        (STACK, &rule, &[], &bucket, &["S3.9", "CloudTrail.7", "SNS.1", "SNS.4"]),
        (STACK, &rule, &[], &trail, &[]),
        (STACK, &rule, &[], &["CloudWatch.15", "CloudWatch.16", "CloudWatch.17", "SNS.3"], &[]),
        (
            STACK,
            &rule,
            &[Kind::Bucket, Kind::Topic, Kind::LogGroup],
            &trail,
            &["S3.5", "CloudTrail.6", "SNS.3", "CloudWatch.16"],
        ),
        (&one_region, &rule, &[], &["CloudTrail.3"], &["CloudTrail.1"]),
        (&without_key(STACK), &rule, &[], &["CloudTrail.1"], &["CloudTrail.2", "S3.17"]),
        (&short, &quiet, &[], &["SNS.3"], &["CloudWatch.15", "CloudWatch.16", "CloudWatch.17"]),
        (STACK, &disabled, &[], &["CloudWatch.15"], &["CloudWatch.17"]),
        (&encrypted, &rule, &[], &["SNS.1"], &[]),
    ];
    for (number, (stack, rule, without, claimed, not)) in table.into_iter().enumerate() {
        let found = controls(stack, rule, without);
        let has = |name: &&&str| found.iter().any(|it| it == **name);
        assert_eq!(
            claimed.iter().filter(|name| !has(name)).collect::<Vec<_>>(),
            [&""; 0],
            "row {number}: {found:?}"
        );
        assert_eq!(not.iter().filter(has).collect::<Vec<_>>(), [&""; 0], "row {number}: {found:?}");
    }
}

/// The module plans the same resources for each log group and region that it is called for.
#[test]
fn a_module_is_called_for_two_log_groups() {
    let (stack, files) = hostile();
    let module = export::terraform_module(&stack, &files, &[Kind::Trail, Kind::Bucket, Kind::Role]).unwrap();
    for own in ["us-east-1", "\"trail\"", "provider\": {"] {
        let shown = module.replace("kms:us-east-1", "kms:").replace("\"default\": \"trail\"", "");
        assert!(!shown.contains(own), "{own}: {module}");
    }
    let call = |name: &str, group: &str| object!({ "source": "./alarms", "log_group_name": group, "providers": { "aws": name } });
    let root = object!({
        "terraform": { "required_providers": { "aws": { "source": "hashicorp/aws" } } },
        "provider": { "aws": [{ "region": "us-east-1" }] },
        "module": { "first": call("aws", "one"), "second": call("aws", "two") },
    });
    let Some(folder) = configured("templates-module", "{}") else { return };
    std::fs::create_dir_all(folder.join("alarms")).unwrap();
    std::fs::write(folder.join("alarms/main.tf.json"), &module).unwrap();
    std::fs::write(folder.join("main.tf.json"), root.to_string()).unwrap();
    let output = terraform(&folder, &["init", "-no-color"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = terraform(&folder, &["plan", "-no-color", "-input=false", "-out=plan"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown = terraform(&folder, &["show", "-json", "plan"]).stdout;
    let shown: Value = serde_json::from_slice(&shown).unwrap();
    let modules = shown["planned_values"]["root_module"]["child_modules"].as_array().unwrap();
    assert_eq!(modules.len(), 2);
    for (module, group) in modules.iter().zip(["one", "two"]) {
        let resources = module["resources"].as_array().unwrap();
        let all = |kind: &str| -> Vec<&Value> {
            resources.iter().filter(|it| it["type"] == kind).map(|it| &it["values"]).collect()
        };
        let (groups, filters) = (all("aws_cloudwatch_log_group"), all("aws_cloudwatch_log_metric_filter"));
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0]["name"], group);
        assert!(!filters.is_empty() && filters.iter().all(|it| it["log_group_name"] == group), "{module}");
    }
}

/// Nothing but defaults of parameters names the stack's region or log group.
#[test]
fn a_template_deploys_to_other_accounts() {
    let (stack, files) = hostile();
    let template = export::cloudformation(&stack, &files, &[]).unwrap();
    let mut template: Value = serde_json::from_str(&template).unwrap();
    assert_eq!(template["Parameters"]["LogGroupName"]["Default"], "trail");
    template["Parameters"] = Value::Null;
    let shown = template.to_string().replace("kms:us-east-1", "kms:");
    for own in ["us-east-1", "\"LogGroupName\":\"trail\"", "log-group:trail"] {
        assert!(!shown.contains(own), "{own}: {shown}");
    }
}
