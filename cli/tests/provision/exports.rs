//! Templates before judges that know nothing of us: cfn-lint, and Terraform with the AWS provider where they are.

use crate::emulators::{program, with_own_moto};
use crate::gateway::Gateway;
use crate::stacks::TestStack;
use crate::trial;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("cfn_lint_passes", cfn_lint_passes),
        trial("terraform_takes_over_what_apply_made", terraform_takes_over_what_apply_made),
        trial("terraform_makes_what_plan_wants", terraform_makes_what_plan_wants),
        trial("an_imported_account_is_as_its_rules_say", an_imported_account_is_as_its_rules_say),
    ]
}

/// Patterns, names and selectors that a template could mistake for its own.
const AWKWARD: &str = r#"
[[rule]]
id = "awkward.${x}"
description = "100 %{ if } ${AWS::Region}"
pattern = '{ $.a = "${b}" && $.c = %^x{2}$% && $.d = "%{e" }'
metric = { namespace = "A", name = "c", value = "$.d", unit = "Count", dimensions = { A = "$.a" } }
"#;

/// A composite alarm, and an alarm with all its members.
const COMPOSITE: &str = r#"
[[rule]]
id = "all"
pattern = '{ $.eventName = "DeleteTrail" }'
metric = { namespace = "A", name = "all", value = "1", unit = "Count", dimensions = { Who = "$.user" } }
alarm = { statistic = "p99", period = "5m", threshold = 1, unit = "Count", dimensions = { Who = "root" }, low_sample_percentile = "ignore" }

[[composite]]
id = "either"
rule = 'ALARM(stopped) OR ALARM(all)'
suppressor = { alarm = "stopped", wait = "1m", extension = "2m" }
"#;

fn awkward(name: &str) -> TestStack {
    let subscriptions = [("email", "security@example.com"), ("sms", "+15555550100")];
    let stack = TestStack::new(name, &["stopped"], &subscriptions, true);
    let rules = std::fs::read_to_string(stack.folder.join("rules.toml")).unwrap();
    std::fs::write(stack.folder.join("rules.toml"), rules + AWKWARD).unwrap();
    stack
}

fn cfn_lint_passes() {
    let gateway = Gateway::with(None, |_| None);
    let stack = awkward("lintable");
    let rules = std::fs::read_to_string(stack.folder.join("rules.toml")).unwrap();
    std::fs::write(stack.folder.join("rules.toml"), rules + COMPOSITE).unwrap();
    let template = stack.run(&gateway, "export cloudformation").expect(0).out;
    assert_eq!(template, stack.run(&gateway, "export cloudformation").expect(0).out, "not the same twice");
    let file = stack.folder.join("template.json");
    std::fs::write(&file, &template).unwrap();
    let output = Command::new(program("cfn-lint")).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let folder = stack.folder.join("split");
    stack.run(&gateway, &format!("export cloudformation --split {}", folder.display())).expect(0);
    let output = Command::new(program("cfn-lint")).arg(folder.join("template-1.json")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let template: Value = serde_json::from_str(&template).unwrap();
    let filter = &template["Resources"]["MetricFilterAwkwardX"]["Properties"];
    assert_eq!(filter["FilterPattern"], r#"{ $.a = "${b}" && $.c = %^x{2}$% && $.d = "%{e" }"#);
    let policy =
        &template["Resources"]["TopicLintableAlertsPolicy"]["Properties"]["PolicyDocument"]["Statement"][0];
    assert_eq!(policy["Condition"]["StringEquals"]["aws:SourceAccount"], json!({ "Ref": "AWS::AccountId" }));
}

/// Where providers may lie beside those places that Terraform looks at by itself.
const MIRROR: &str = "/opt/tf-plugins";

fn terraform_takes_over_what_apply_made() {
    let gateway = Gateway::start(with_own_moto());
    let stack = awkward("taken");
    stack.run(&gateway, "apply --yes").expect(0);
    // MiniStack's XML answers leave out half of an alarm, which Terraform would call a difference
    let export =
        stack.run(&gateway, "export terraform --imports --without alarm,bucket,role,trail").expect(0).out;
    let folder = stack.folder.join("terraform");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("main.tf.json"), &export).unwrap();
    if !terraform_is_ready(&folder, &gateway) {
        eprintln!("skipped: no Terraform with the provider hashicorp/aws on this machine");
        return;
    }
    let validated = terraform(&folder, &["validate", "-no-color"]);
    assert!(validated.status.success(), "{}", String::from_utf8_lossy(&validated.stderr));
    let planned = terraform(&folder, &["plan", "-no-color", "-detailed-exitcode"]);
    let text = String::from_utf8_lossy(&planned.stdout);
    let imports = "Plan: 7 to import, 0 to add, 0 to change, 0 to destroy.";
    assert!(text.contains(imports), "{text}\n{}", String::from_utf8_lossy(&planned.stderr));
}

fn terraform(folder: &Path, arguments: &[&str]) -> Output {
    let configuration = folder.join("terraformrc");
    Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", configuration)
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .unwrap()
}

/// Offline: only what lies on the machine is looked at.
fn terraform_is_ready(folder: &Path, gateway: &Gateway) -> bool {
    let mirror = format!("provider_installation {{ filesystem_mirror {{ path = \"{MIRROR}\" }} }}\n");
    std::fs::write(folder.join("terraformrc"), mirror).unwrap();
    let endpoint = format!("http://127.0.0.1:{}", gateway.port);
    let services = ["logs", "sns", "sts", "cloudwatch", "s3", "iam", "cloudtrail"];
    let endpoints: serde_json::Map<String, Value> =
        services.iter().map(|service| ((*service).to_owned(), json!(endpoint))).collect();
    let provider = json!({ "provider": { "aws": {
        "access_key": "AKIAIOSFODNN7EXAMPLE",
        "secret_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "skip_metadata_api_check": true,
        "s3_use_path_style": true,
        "endpoints": endpoints,
    } } });
    std::fs::write(folder.join("override.tf.json"), provider.to_string()).unwrap();
    let has_program =
        Command::new("terraform").arg("version").output().is_ok_and(|output| output.status.success());
    has_program && Path::new(MIRROR).is_dir() && terraform(folder, &["init", "-no-color"]).status.success()
}

/// Terraform applies the whole export, trail and bucket included, to an empty account; then there is nothing to do.
fn terraform_makes_what_plan_wants() {
    let gateway = Gateway::start(with_own_moto());
    let stack = awkward("made");
    let export = stack.run(&gateway, "export terraform").expect(0).out;
    let folder = stack.folder.join("terraform");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("main.tf.json"), &export).unwrap();
    if !terraform_is_ready(&folder, &gateway) {
        eprintln!("skipped: no Terraform with the provider hashicorp/aws on this machine");
        return;
    }
    gateway.allow(None);
    let applied = terraform(&folder, &["apply", "-no-color", "-auto-approve"]);
    let text = String::from_utf8_lossy(&applied.stdout);
    assert!(applied.status.success(), "{text}\n{}", String::from_utf8_lossy(&applied.stderr));
    let plan = stack.run(&gateway, "plan").expect(0);
    assert_eq!(plan.steps(), [""; 0], "{}", plan.out);
    // the trail that Terraform made delivers
    assert!(!plan.out.contains("dead: trail"), "{}", plan.out);
    // prevent_destroy: an audit trail does not go by accident
    gateway.allow(None);
    let destroyed = terraform(&folder, &["plan", "-destroy", "-no-color"]);
    let text = String::from_utf8_lossy(&destroyed.stderr);
    assert!(!destroyed.status.success() && text.contains("prevent_destroy"), "{text}");
}

/// `import --adopt` of resources that people made by hand, under names of their own.
fn an_imported_account_is_as_its_rules_say() {
    use cwfilter::provision::{Account, Service};
    let gateway = Gateway::start(with_own_moto());
    let client = crate::lifecycle::other(&gateway);
    let call = |service, operation, input| drop(client.call(service, operation, input).unwrap());
    call(Service::Logs, "CreateLogGroup", json!({ "logGroupName": "by-hand", "tags": {} }));
    call(Service::Sns, "CreateTopic", json!({ "Name": "by-hand" }));
    for (filter, alarm) in [("Root Login", "Root used!"), ("Trail", "Trail stopped")] {
        let pattern = format!("{{ $.eventName = \"{}\" }}", filter.replace(' ', ""));
        let transformation =
            json!({ "metricNamespace": "Hand", "metricName": filter.replace(' ', ""), "metricValue": "1" });
        call(
            Service::Logs,
            "PutMetricFilter",
            json!({ "logGroupName": "by-hand", "filterName": filter, "filterPattern": pattern, "metricTransformations": [transformation] }),
        );
        call(
            Service::CloudWatch,
            "PutMetricAlarm",
            json!({
                "AlarmName": alarm, "Namespace": "Hand", "MetricName": filter.replace(' ', ""), "Statistic": "Sum", "Period": 300,
                "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:by-hand"], "Tags": [],
            }),
        );
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stacks/by-hand");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let run = |arguments: &str| {
        let mut command = crate::stacks::program(&gateway, arguments);
        crate::stacks::Run::of(command.current_dir(&folder).output().unwrap())
    };
    let imported =
        run("import --log-group by-hand --region us-east-1 --output rules.toml --adopt cwfilter.toml");
    assert!(imported.code.is_some_and(|code| code < 2), "{}", imported.err);
    run("test rules.toml").expect(0);
    let plan = run("plan").expect(0);
    assert_eq!(plan.steps(), [""; 0], "{}", plan.out);
    assert!(plan.out.contains("uses the alarm Root used!, which the stack did not create"), "{}", plan.out);
    let adopted = run("apply --yes --adopt *").expect(0);
    assert!(adopted.out.contains("~ metric filter   Root Login"), "{}", adopted.out);
    let filters =
        client.call(Service::Logs, "DescribeMetricFilters", json!({ "logGroupName": "by-hand" })).unwrap();
    assert_eq!(filters["metricFilters"].as_array().unwrap().len(), 2, "no double");
    let plan = run("plan").expect(0);
    assert_eq!(plan.steps(), [""; 0], "{}", plan.out);
    assert!(!plan.out.contains("uses the alarm"), "{}", plan.out);
}
