//! Certificates without answers, with answers without names, and files that are no certificates: what `check` and the evaluator of the docs
//! say about them.

#[path = "audit/program.rs"]
#[allow(dead_code)]
mod program;

use program::{folder, run};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

#[test]
fn an_answer_without_a_name_has_a_number() {
    let here = folder("certificate-nameless", &[]);
    let made = run(&here, &["diff", "--certificate", "c.json", "{ $.a = x }", "{ $.a = \"x*\" }"]);
    assert_eq!(made.code, 1, "{}", made.stderr);
    let text = std::fs::read_to_string(here.join("c.json")).unwrap();
    let mut certificate: Value = serde_json::from_str(&text).unwrap();
    let answers = certificate["answers"].as_array_mut().unwrap();
    answers.push(answers[0].clone());
    answers[1]["answer"] = json!("equivalent");
    answers[1]["questions"][0]["matched"] = json!(["{ $.b = x }"]);
    std::fs::write(here.join("c.json"), certificate.to_string()).unwrap();
    let found = run(&here, &["check", "c.json"]);
    assert_eq!(found.code, 1);
    assert!(found.stdout.starts_with("answer 2: question 1: there is an event: "), "{}", found.stdout);
    assert!(!found.stdout.contains("answer 1: "), "{}", found.stdout);
}

#[test]
fn the_evaluator_of_the_docs_confirms_nothing_without_answers() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/evaluator.py");
    let deep = "[".repeat(100_000);
    for (text, says) in [
        (r#"{"answers":[]}"#, "nothing was evaluated: the certificate has no answers"),
        ("{}", "not a certificate: KeyError"),
        ("[]", "not a certificate: TypeError"),
        ("", "not a certificate: JSONDecodeError"),
        (
            r#"{"answers":[{"questions":[{"found":"nothing","matched":[],"unmatched":[]}]}]}"#,
            "not a certificate",
        ),
        (r#"{"answers":[{"questions":[{"found":{}}]}]}"#, "not a certificate: KeyError"),
        (&deep, "not a certificate: RecursionError"),
    ] {
        let here = folder("certificate-documents", &[("c.json", text)]);
        let output = Command::new("python3")
            .arg(&script)
            .args(["certificate", "c.json"])
            .current_dir(&here)
            .output()
            .expect("python3 is installed");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let text: String = text.chars().take(80).collect();
        assert_eq!(output.status.code(), Some(1), "{text}: {said}");
        assert!(said.contains(says) && !said.contains("Traceback"), "{text}: {said}");
    }
}
