//! Small stacks in folders of their own, and the program run on them.

use crate::gateway::Gateway;
use cwfilter::permissions::{Command as Of, permissions};
use cwfilter::stack::Stack;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A stack of its own name: tests do not meet.
pub(crate) struct TestStack {
    pub(crate) folder: PathBuf,
}

pub(crate) const RULE: &str = r#"
[[rule]]
id = "ID"
title = "Somebody stops the trail"
pattern = '{ $.eventName = "StopLogging" }'
metric = { namespace = "Security", name = "ID", value = "1", default = 0 }
alarm = { statistic = "Sum", period = "5m", threshold = 1, missing = "notBreaching" }

[[rule.test]]
name = "somebody does"
event = { eventName = "StopLogging" }
expect = "match"
"#;

const TRAIL: &str = r#"
[trail]
name = "NAME-trail"
bucket = "NAME-trail-123456789012"
role = "NAME-trail-to-logs"
"#;

impl TestStack {
    pub(crate) fn new(name: &str, rules: &[&str], subscriptions: &[(&str, &str)], has_trail: bool) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stacks").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let mut text = format!(
            "name = \"{name}\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\n\n\
             [log_group]\nname = \"{name}-trail\"\ncreate = true\nretention_days = 365\n\n[topic]\nname = \"{name}-alerts\"\n"
        );
        for (protocol, endpoint) in subscriptions {
            text +=
                &format!("\n[[topic.subscription]]\nprotocol = \"{protocol}\"\nendpoint = \"{endpoint}\"\n");
        }
        if has_trail {
            text += &TRAIL.replace("NAME", name);
        }
        std::fs::write(folder.join("cwfilter.toml"), text).unwrap();
        let stack = TestStack { folder };
        stack.write_rules(rules);
        stack
    }

    pub(crate) fn write_rules(&self, ids: &[&str]) {
        let text: String = ids.iter().map(|id| RULE.replace("ID", id)).collect();
        std::fs::write(self.folder.join("rules.toml"), text).unwrap();
    }

    /// The actions of the policy that `permissions` prints for a command.
    fn allowed(&self, arguments: &str) -> Option<BTreeSet<String>> {
        let command = match arguments.split(' ').next()? {
            "plan" | "export" => Of::Plan,
            "apply" => Of::Apply,
            "destroy" => Of::Destroy,
            "ring" => Of::Ring,
            _ => return None,
        };
        let stack = Stack::load(&self.file()).unwrap();
        let policy: Value = serde_json::from_str(&permissions(&stack, command)).unwrap();
        let statements = policy["Statement"].as_array().unwrap().iter();
        let actions = statements.flat_map(|it| it["Action"].as_array().unwrap());
        Some(actions.map(|it| it.as_str().unwrap().to_owned()).collect())
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("cwfilter.toml")
    }

    /// The program, ready to be run on the stack by way of a gateway.
    pub(crate) fn command(&self, gateway: &Gateway, arguments: &str) -> Command {
        let mut command = program(gateway, arguments);
        command.arg("--stack").arg(self.file()).args(["--rate", "1000"]);
        command
    }

    /// Runs the program; the gateway denies calls that `permissions` does not list for the command.
    pub(crate) fn run(&self, gateway: &Gateway, arguments: &str) -> Run {
        gateway.allow(self.allowed(arguments));
        Run::of(self.command(gateway, arguments).output().unwrap())
    }
}

pub(crate) fn program(gateway: &Gateway, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwfilter"));
    command.args(arguments.split(' '));
    command.env_clear().envs([
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("HOME", "/nonexistent"),
    ]);
    command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", gateway.port));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What the program printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self
    }

    /// Lines that begin with one of the signs of a plan.
    pub(crate) fn steps(&self) -> Vec<String> {
        let is_step = |line: &&str| ["+ ", "~ ", "- "].iter().any(|sign| line.starts_with(sign));
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        self.out.lines().filter(is_step).map(words).collect()
    }
}
