//! `covers` in rule files: a name that is written in another way is a finding that says the known name, and never nothing.

#[path = "audit/program.rs"]
#[allow(dead_code)]
mod program;

use program::{folder, run};
use serde_json::Value;

const ROOT: &str = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }";

/// A name, the lint that reports it, and what its help says. Empty: no finding.
const CASES: &[(&str, &str, &str)] = &[
    ("cis-aws-6.0/5.3", "", ""),
    ("cis-aws-6.0.0/5.3", "", ""),
    ("security-hub/CloudWatch.1", "", ""),
    ("attack/T1078.004", "", ""),
    (" cis-aws-6.0/5.3", "covers-not-proved", "write `cis-aws-6.0/5.3`"),
    ("cis-aws-6.0/5.3 ", "covers-too-little", "write `cis-aws-6.0/5.3`"),
    ("cis-aws-6.0 / 5.3", "covers-not-proved", "write `cis-aws-6.0/5.3`"),
    ("CIS-AWS-6.0/5.3", "covers-not-proved", "write `cis-aws-6.0/5.3`"),
    ("cis aws 6.0/5.3", "covers-not-proved", "write `cis-aws-6.0/5.3`"),
    ("cis-aws-6.0:5.3", "covers-not-proved", "write `cis-aws-6.0/5.3`"),
    ("cis-aws-6.0/5.3 root user", "covers-too-little", "write `cis-aws-6.0/5.3`"),
    ("cis-aws-6.0/5.03", "covers-too-little", "write `cis-aws-6.0/5.3`"),
    ("cis-aws-6.0/4.3", "covers-too-little", "write `cis-aws-6.0/5.3`"),
    ("cis-aws-6.0/5.99", "covers-too-little", "correct the number"),
    ("cis-aws-6.0/", "covers-too-little", "correct the number"),
    ("cis-aws-6.0", "covers-too-little", "correct the number"),
    ("cis-aws-9.0/5.3", "covers-not-proved", "known names are"),
    ("cis-gcp/1", "covers-not-proved", "known names are"),
    ("", "covers-not-proved", "known names are"),
    ("Security-Hub/CloudWatch.1", "covers-not-proved", "write `security-hub/CloudWatch.1`"),
    ("security hub/CloudWatch.1", "covers-not-proved", "write `security-hub/CloudWatch.1`"),
    ("security-hub/cloudwatch.1", "covers-too-little", "write `security-hub/CloudWatch.1`"),
    ("security-hub/CloudWatch.1 (root)", "covers-too-little", "write `security-hub/CloudWatch.1`"),
    ("security-hub/[CloudWatch.1]", "covers-too-little", "write `security-hub/CloudWatch.1`"),
    ("security-hub/CloudWatch.15", "covers-too-little", "correct the number"),
    ("attack/t1078.004", "covers-too-little", "write `attack/T1078.004`"),
    ("ATT&CK/T1078.004", "covers-not-proved", "write `attack/T1078.004`"),
    ("attack/T9999", "covers-too-little", "correct the number"),
];

#[test]
fn names_of_controls() {
    let mut wrong = Vec::new();
    for (at, (name, lint, help)) in CASES.iter().enumerate() {
        let text = format!(
            "[[rule]]\nid = \"root\"\ntitle = \"t\"\ncovers = [{}]\npattern = '''{ROOT}'''\n",
            serde_json::to_string(name).unwrap()
        );
        let here = folder(&format!("covers-names-{at}"), &[("r.toml", &text)]);
        let found = run(&here, &["lint", "--format", "json", "r.toml"]);
        let report: Value = serde_json::from_str(&found.stdout).unwrap();
        let all = report.to_string();
        let says = |lint: &str| all.contains(&format!("\"{lint}\""));
        let is_right = match *lint {
            "" => !says("covers-not-proved") && !says("covers-too-little"),
            lint => says(lint) && all.contains(&help.replace('"', "\\\"")),
        };
        if !is_right {
            wrong.push(format!("{name:?}: {all}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
