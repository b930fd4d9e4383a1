//! Certificates of `diff` and `audit`: they are confirmed as they are, and nothing that is changed in one stays unnoticed. The evaluator
//! of the docs is independent of the crate, and agrees with AWS's recorded answers and with the events of certificates.

#[path = "audit/program.rs"]
#[allow(dead_code)]
mod program;

use cwfilter::controls::controls;
use program::{filters, folder, rules, run};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

const STOP: &str = r#"{ $.eventName = "StopLogging" }"#;

fn evaluator(args: &[&str], folder: &Path) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/evaluator.py");
    Command::new("python3").arg(script).args(args).current_dir(folder).output().expect("python3 is installed")
}

/// An audit with each judgement but *unknown*, and a diff with each relation.
fn certified(name: &str) -> std::path::PathBuf {
    let of = |id: &str| controls("cis-aws-6.0").find(|it| it.id == id).unwrap().text;
    let audited = rules(&[
        ("root", of("5.3")),
        ("stop", STOP),
        ("keys", r#"{ $.eventSource = "kms.amazonaws.com" && $.eventName = "*" }"#),
        ("acl", r#"{ $.eventName = "*NetworkAcl" }"#),
        ("entry", r#"{ $.eventName = "*NetworkAclEntry" || $.eventName = "ReplaceNetworkAclAssociation" }"#),
        ("any error", r#"{ $.errorCode = "*" }"#),
    ]);
    let pairs = [
        ("same", STOP, "{($.eventName=StopLogging)}"),
        ("tighter", "{ $.eventName = \"Stop*\" }", STOP),
        ("looser", STOP, "{ $.eventName = \"Stop*\" }"),
        ("other", "{ $.a = 1 || $.b = 1 }", "{ $.b = 1 || $.c = 1 }"),
        ("apart", STOP, "{ $.eventName = \"StartLogging\" }"),
        ("terms", "ERROR -timeout", "ERROR"),
        ("columns", "[ip, user, status = 4*]", "[ip, user, status = 404]"),
    ];
    let side = |which: usize| {
        rules(&pairs.iter().map(|it| (it.0, if which == 0 { it.1 } else { it.2 })).collect::<Vec<_>>())
    };
    let here = folder(name, &[("r.toml", &audited), ("a.toml", &side(0)), ("b.toml", &side(1))]);
    let audit = run(&here, &["audit", "--against", "cis-aws-6.0", "--certificate", "audit.json", "r.toml"]);
    assert_eq!(audit.code, 1, "{}{}", audit.stdout, audit.stderr);
    let diff = run(&here, &["diff", "--certificate", "diff.json", "a.toml", "b.toml"]);
    assert_eq!(diff.code, 1, "{}{}", diff.stdout, diff.stderr);
    here
}

#[test]
fn certificates_are_confirmed() {
    let here = certified("certificate");
    for (file, answers) in [("audit.json", 15), ("diff.json", 7)] {
        let found = run(&here, &["check", file]);
        assert_eq!(found.code, 0, "{file}: {}{}", found.stdout, found.stderr);
        assert!(found.stdout.starts_with(&format!("{answers} answers by cwfilter ")), "{}", found.stdout);
        let last = found.stdout.lines().last().unwrap_or_default();
        let says = "confirmed: each answer follows from the certificate; not checked: ";
        let rest = last.strip_prefix(says).unwrap_or_else(|| panic!("{last}"));
        assert!(rest.ends_with("that the patterns are those of the inputs"), "{last}");
        assert_eq!(rest.starts_with("the links after filters, "), file == "audit.json", "{last}");
        let output = evaluator(&["certificate", file], &here);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains(" 0 wrong"),
            "{file}: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(!text.starts_with("0 events"), "{file}: {text}");
    }
    let read: Value =
        serde_json::from_str(&std::fs::read_to_string(here.join("audit.json")).unwrap()).unwrap();
    let of = |name: &str| {
        read["answers"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap()["answer"].clone()
    };
    for (control, judgement) in [
        ("5.3", "covered"),
        ("5.5", "partly covered"),
        ("5.1", "covered with noise"),
        ("5.14", "not covered"),
        ("5.11", "covered"),
    ] {
        assert_eq!(of(&format!("cis-aws-6.0/{control}")), judgement, "{control}");
    }
    // two patterns on the command line
    let two = run(&here, &["diff", "--certificate", "two.json", "ERROR", "ERROR -x"]);
    assert_eq!(two.code, 1, "{}", two.stderr);
    assert_eq!(run(&here, &["check", "two.json"]).code, 0);
}

/// Each change of a certificate is noticed, by the program or already by the evaluator.
#[test]
fn nothing_that_is_changed_is_confirmed() {
    let here = certified("certificate-changed");
    let read = |file: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(here.join(file)).unwrap()).unwrap()
    };
    let index = |file: &str, name: &str| {
        read(file)["answers"].as_array().unwrap().iter().position(|it| it["name"] == name).unwrap()
    };
    let (covered, partly, noisy) = (
        index("audit.json", "cis-aws-6.0/5.3"),
        index("audit.json", "cis-aws-6.0/5.5"),
        index("audit.json", "cis-aws-6.0/5.1"),
    );
    let at = |answer: usize, rest: &str| format!("/answers/{answer}/{rest}");
    for (file, pointer, value, code, says) in [
        (
            "diff.json",
            at(0, "answer"),
            json!("implies"),
            1,
            "same: the answer is `implies`, but its questions say `equivalent`",
        ),
        ("diff.json", at(0, "questions/0/matched/0"), json!("{ $.eventName = * }"), 1, "there is an event"),
        ("diff.json", at(1, "questions/0/found/event"), json!("{}"), 1, "does not match the event"),
        (
            "diff.json",
            at(1, "questions/0/found/event"),
            json!("{\"eventName\":\"StopLogging\"}"),
            1,
            "matches the event",
        ),
        (
            "diff.json",
            at(1, "questions/0/found"),
            json!({"nothing": "x"}),
            1,
            "tighter: question 1: there is an event",
        ),
        (
            "diff.json",
            at(1, "questions/1/found"),
            json!({"unknown": "x"}),
            1,
            "tighter: question 2: there is no event",
        ),
        ("diff.json", at(1, "questions/2/matched/0"), json!(STOP), 1, "not about the same two patterns"),
        ("diff.json", at(1, "questions"), json!([]), 1, "a relation has three questions"),
        ("diff.json", at(1, "questions/0/unmatched/0"), json!("{ $.a == 1 }"), 1, "`{ $.a == 1 }`: "),
        ("diff.json", "/domain".into(), json!("cloudtrail"), 1, "the domain has version `1`"),
        ("diff.json", "/domain".into(), json!("syslog"), 3, "the domain is not known"),
        ("diff.json", "/steps".into(), json!(1), 1, "this program does not know"),
        ("diff.json", "/steps".into(), json!(1_000_000_000), 3, "a check takes at most 20000000"),
        ("diff.json", "/version".into(), json!(2), 3, "version 2 of the format is not known"),
        ("diff.json", "/answers".into(), json!(1), 3, "not a certificate"),
        ("audit.json", "/domainVersion".into(), json!("1-0"), 1, "the domain has version `1-0`"),
        (
            "audit.json",
            at(covered, "control"),
            json!("cis-aws-6.0/5.4"),
            1,
            "not about the pattern of the control",
        ),
        ("audit.json", at(covered, "control"), json!("cis-aws-6.0/5.99"), 1, "there is no control"),
        (
            "audit.json",
            at(covered, "questions/0/matched/0"),
            json!(STOP),
            1,
            "not about the pattern of the control",
        ),
        (
            "audit.json",
            at(partly, "answer"),
            json!("covered"),
            1,
            "the answer is `covered`, but its questions say `partly covered`",
        ),
        (
            "audit.json",
            at(partly, "questions/0/found/event"),
            json!("{\"eventName\":\"CreateTrail\"}"),
            1,
            "the event is not in the domain `cloudtrail`",
        ),
        (
            "audit.json",
            at(noisy, "answer"),
            json!("covered"),
            1,
            "but its questions say `covered with noise`",
        ),
    ] {
        let mut document = read(file);
        *document.pointer_mut(&pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        std::fs::write(here.join("changed.json"), document.to_string()).unwrap();
        let found = run(&here, &["check", "changed.json"]);
        assert_eq!(found.code, code, "{file} {pointer}: {}{}", found.stdout, found.stderr);
        assert!(
            format!("{}{}", found.stdout, found.stderr).contains(says),
            "{file} {pointer}: {}{}",
            found.stdout,
            found.stderr
        );
    }
    std::fs::write(
        here.join("wrong.json"),
        read("diff.json").to_string().replace("Logging\\\"}", "Loggin\\\"}"),
    )
    .unwrap();
    let output = evaluator(&["certificate", "wrong.json"], &here);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    for (text, says) in [("", "not a certificate"), ("{}", "missing field"), ("[]", "not a certificate")] {
        std::fs::write(here.join("broken.json"), text).unwrap();
        let found = run(&here, &["check", "broken.json"]);
        assert!(found.code == 3 && found.stderr.contains(says), "{text}: {}", found.stderr);
    }
    assert_eq!(run(&here, &["check", "missing.json"]).code, 3);
}

/// What was not read is in the certificate, and a text is not a proof.
#[test]
fn a_certificate_says_what_was_not_read() {
    let files = [("r.toml", rules(&[("a", STOP)])), ("var.tf", filters(&[("f", "g", "var.pattern")]))];
    let here = folder("certificate-unread", &files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let found = run(&here, &["audit", "--against", "cis-aws", "--certificate", "c.json", "r.toml", "var.tf"]);
    assert_eq!(found.code, 3, "{}", found.stderr);
    let checked = run(&here, &["check", "c.json"]);
    assert!(
        checked.stdout.contains("not read, so that no answer is about it: var.tf:4:13: `f`: "),
        "{}",
        checked.stdout
    );
    let texts = run(&here, &["audit", "--against", "security-hub", "--certificate", "c.json", "r.toml"]);
    assert!(texts.code == 2 && texts.stderr.contains("compares texts"), "{}", texts.stderr);
    let input = run(&here, &["audit", "--against", "cis-aws", "--certificate", "r.toml", "r.toml"]);
    assert_eq!(input.code, 2, "{}", input.stderr);
}

/// The evaluator of the docs gives every recorded answer of AWS.
#[test]
fn the_evaluator_gives_the_recorded_answers() {
    let here = folder("evaluator", &[]);
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance/cases.jsonl");
    let output = evaluator(&["cases", cases.to_str().unwrap()], &here);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.ends_with(" cases, 0 wrong\n"),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let count: usize = text.lines().last().unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(count > 1_400, "{count}");
    std::fs::write(
        here.join("wrong.jsonl"),
        "{\"id\":\"x\",\"pattern\":\"ERROR\",\"message\":\"ERROR\",\"match\":false}\n",
    )
    .unwrap();
    assert_eq!(evaluator(&["cases", "wrong.jsonl"], &here).status.code(), Some(1));
    assert_eq!(evaluator(&["cases"], &here).status.code(), Some(2));
}
