//! Runs that are refused: with `--json` one object says why, and messages of credentials are sentences.

use crate::emulators::emulators;
use crate::gateway::Gateway;
use crate::stacks::{Run, TestStack};
use crate::trial;
use libtest_mimic::Trial;
use serde_json::Value;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("a_stale_plan_in_json", a_stale_plan_in_json),
        trial("each_refusal_in_json", each_refusal_in_json),
        trial("a_reviewed_plan_takes_no_options", a_reviewed_plan_takes_no_options),
        trial("a_profile_that_does_not_exist", a_profile_that_does_not_exist),
        trial("a_record_is_one_line", a_record_is_one_line),
    ]
}

fn object(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", run.out, run.err))
}

fn a_stale_plan_in_json() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("stale", &["stopped"], &[], false);
    let file = stack.folder.join("plan.json");
    stack.run(&gateway, &format!("plan --out {}", file.display())).expect(0);
    stack.write_rules(&["stopped", "deleted"]);
    let arguments = format!("apply {} --yes", file.display());
    let refused = object(&stack.run(&gateway, &format!("{arguments} --json")).expect(1));
    let message = "the account or the rules have changed since the plan of `stale` was written";
    assert_eq!(refused["errors"][0]["message"], message);
    assert!(refused["errors"][0]["help"].as_str().unwrap().contains("`plan --out`"), "{refused}");
    assert_eq!(refused["summary"]["create"], 6, "the plan of now: {refused}");
    let text = stack.run(&gateway, &arguments).expect(1);
    assert!(text.err.contains(&format!("error: {message}; nothing was done\n")), "{}", text.err);
}

/// What is wrong, the arguments, the exit code, and a part of the message.
fn each_refusal_in_json() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("refusals", &["stopped"], &[], false);
    let text = std::fs::read_to_string(stack.file()).unwrap();
    let bad = stack.folder.join("bad.json");
    std::fs::write(&bad, "{}").unwrap();
    let of_file = format!("apply {} --yes --json", bad.display());
    let commands = ["plan --json", "apply --yes --json", "destroy --yes --json"];
    let good = text.clone();
    let table = [
        (
            "another account",
            good.replace("region", "account = \"210987654321\"\nregion"),
            2,
            "the credentials belong to account",
        ),
        ("a stack's file that is wrong", good.replace("us-east-1", "here"), 2, "`here` is no region"),
        ("no stack's file", String::new(), 3, "cannot read"),
        ("rules that are not there", good.replace("rules.toml", "none.toml"), 3, "cannot read"),
    ];
    for (what, file, code, message) in table {
        match file.as_str() {
            "" => std::fs::remove_file(stack.file()).unwrap(),
            file => std::fs::write(stack.file(), file).unwrap(),
        }
        for arguments in commands {
            let run = Run::of(stack.command(&gateway, arguments).output().unwrap()).expect(code);
            let found = object(&run)["errors"][0]["message"].as_str().unwrap().to_owned();
            assert!(found.contains(message), "{what}, {arguments}: {found}");
        }
        std::fs::write(stack.file(), &good).unwrap();
    }
    let run = stack.run(&gateway, &of_file).expect(3);
    assert!(object(&run)["errors"][0]["message"].as_str().unwrap().contains("no plan of this version"));
    gateway.break_down("DescribeAlarms", crate::gateway::Fault::Denied);
    for arguments in commands {
        let run = stack.run(&gateway, arguments).expect(3);
        let found = object(&run)["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(found.starts_with("DescribeAlarms: "), "{arguments}: {found}");
    }
}

/// What a reviewed plan does is in its file.
fn a_reviewed_plan_takes_no_options() {
    let gateway = Gateway::with(None, |_| None);
    let stack = TestStack::new("options", &["stopped"], &[], false);
    for option in ["--prune", "--adopt x"] {
        let run = Run::of(stack.command(&gateway, &format!("apply plan.json {option}")).output().unwrap())
            .expect(2);
        assert!(run.err.contains("cannot be used with"), "{option}: {}", run.err);
    }
}

fn a_profile_that_does_not_exist() {
    let gateway = Gateway::with(None, |_| None);
    let stack = TestStack::new("profile", &["stopped"], &[], false);
    let home = stack.folder.join("home");
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    let files = [
        None,
        Some(""),
        Some("[audit]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"),
        Some("[nope]\nregion = us-east-1\n"),
    ];
    for credentials in files {
        if let Some(text) = credentials {
            std::fs::write(home.join(".aws/credentials"), text).unwrap();
        }
        let mut command = stack.command(&gateway, "plan --profile nope");
        command.env("HOME", &home);
        let run = Run::of(command.output().unwrap()).expect(3);
        assert!(run.err.starts_with("error: the "), "{credentials:?}: {}", run.err);
        assert!(
            run.err.contains("profile `nope`") && !run.err.contains("not enabled"),
            "{credentials:?}: {}",
            run.err
        );
        assert!(run.err.contains("help: `aws configure list-profiles`"), "{credentials:?}: {}", run.err);
        // beside keys of the environment, which the SDK would take; the last file has the profile
        let mut command = stack.command(&gateway, "plan");
        command.env("HOME", &home).env("AWS_PROFILE", "nope");
        let run = Run::of(command.output().unwrap()).expect(3);
        let is_missing = credentials.is_none_or(|text| !text.contains("[nope]"));
        let said =
            "error: the AWS configuration files have no profile `nope`\nhelp: `aws configure list-profiles`";
        assert_eq!(run.err.contains(said), is_missing, "{credentials:?}: {}", run.err);
    }
    // a list of attempts is one line, without escapes
    let mut command = stack.command(&gateway, "plan");
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let run = Run::of(command.output().unwrap()).expect(3);
    assert!(run.err.contains("no credentials found in chain") && !run.err.contains("\\n"), "{}", run.err);
}

/// The record is written before and after the other resources: a plan shows it once, and no count has it.
fn a_record_is_one_line() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("one-line", &["stopped", "deleted"], &[], false);
    let first = stack.run(&gateway, "apply --yes").expect(0);
    assert!(first.out.contains(": 6 to create, 0 to change, 0 to delete, 0 unchanged."), "{}", first.out);
    assert!(first.out.contains("\n6 done, 0 failed, 0 skipped\n"), "{}", first.out);
    stack.write_rules(&["stopped"]);
    let fewer = stack.run(&gateway, "apply --yes --prune").expect(0);
    assert_eq!(fewer.out.matches("record").count(), 1, "{}", fewer.out);
    assert!(
        fewer.out.contains("    metricFilters: [\"2 in one-line-trail\"] -> [\"1 in one-line-trail\"]\n"),
        "{}",
        fewer.out
    );
    assert!(fewer.out.contains("\n2 done, 0 failed, 0 skipped\n"), "{}", fewer.out);
}
