//! `cwfilter check` ends on every certificate, and what it did not check is named: then it does not say that each answer is confirmed.

#[path = "audit/program.rs"]
#[allow(dead_code)]
mod program;

use program::{folder, run};
use serde_json::{Value, json};

/// A certificate of two patterns.
fn one(name: &str, a: &str, b: &str) -> (std::path::PathBuf, Value) {
    let here = folder(name, &[]);
    let found = run(&here, &["diff", "--certificate", "c.json", a, b]);
    assert!(found.code < 2, "{}", found.stderr);
    let text = std::fs::read_to_string(here.join("c.json")).unwrap();
    (here, serde_json::from_str(&text).unwrap())
}

#[test]
fn what_is_beyond_the_steps_is_not_confirmed() {
    let (here, mut certificate) = one("certificate-steps", "{ $.a = \"*x*\" }", "{ $.a = \"*y*\" }");
    let answer = certificate["answers"][0].clone();
    certificate["answers"] = json!(vec![answer; 200]);
    std::fs::write(here.join("c.json"), certificate.to_string()).unwrap();
    for (budget, code, says) in [
        ("10000000", 0, "confirmed: each answer follows"),
        ("1000", 3, "answers are not checked, from answer "),
        (
            "0",
            3,
            "200 answers are not checked, from answer 1 on: all questions together take more than 0 steps; `--budget` allows more",
        ),
    ] {
        let found = run(&here, &["check", "--budget", budget, "c.json"]);
        assert_eq!(found.code, code, "{budget}: {}{}", found.stdout, found.stderr);
        assert!(found.stdout.contains(says), "{budget}: {}", found.stdout);
        assert_eq!(found.stdout.contains("confirmed: each answer follows"), code == 0, "{}", found.stdout);
    }
    // a difference that was found before is named, too
    certificate["answers"][0]["answer"] = json!("implies");
    std::fs::write(here.join("c.json"), certificate.to_string()).unwrap();
    let found = run(&here, &["check", "--budget", "1000", "c.json"]);
    assert!(found.code == 3 && found.stdout.contains("1 not confirmed"), "{}", found.stdout);
}

/// Certificates that no program wrote: each is refused or checked within the limit.
#[test]
fn hostile_certificates_end() {
    let (here, certificate) = one("certificate-hostile", "{ $.a = x }", "{ $.a = y }");
    let question =
        |matched: Vec<String>, found: Value| json!({ "matched": matched, "unmatched": [], "found": found });
    let many = |count: usize, text: &dyn Fn(usize) -> String| (0..count).map(text).collect::<Vec<String>>();
    let regex = |at: usize| format!("%[a-z]{{{}}}x%", 500 + at % 400);
    let wild = |at: usize| format!("{{ $.f{at} = \"*a*b*\" }}");
    let event = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000));
    for (name, questions) in [
        ("many questions", vec![question(vec!["{ $.a = 1 }".into()], json!({ "nothing": "" })); 20_000]),
        ("many patterns", vec![question(many(3_000, &wild), json!({ "nothing": "" }))]),
        (
            "many equal patterns",
            vec![question(vec!["{ $.a = 1 }".into(); 200_000], json!({ "nothing": "" }))],
        ),
        ("regular expressions", vec![question(many(3_000, &regex), json!({ "event": "a" }))]),
        ("a long event", vec![question(many(3_000, &wild), json!({ "event": event }))]),
    ] {
        let mut hostile = certificate.clone();
        hostile["answers"][0]["questions"] = json!(questions);
        std::fs::write(here.join("h.json"), hostile.to_string()).unwrap();
        let begun = std::time::Instant::now();
        let found = run(&here, &["check", "--budget", "100000", "h.json"]);
        assert!(found.code == 1 || found.code == 3, "{name}: {}{}", found.stdout, found.stderr);
        // a limit against hanging
        assert!(begun.elapsed().as_secs() < 300, "{name}: {:?}", begun.elapsed());
    }
}
