//! `cwfilter check`: each member of a certificate is edited by hand, and is refused with what is wrong with it. What may pass cannot change
//! an answer; `docs/auditor.md` lists it.

#[path = "audit/program.rs"]
#[allow(dead_code)]
mod program;

use cwfilter::analysis::{Bounds, Relation, compare_within};
use cwfilter::controls::controls;
use program::{folder, rules, run};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const STOP: &str = r#"{ $.eventName = "StopLogging" }"#;
const HARD: [&str; 2] = ["%.*a.{80}b.{80}%", "%.*b.{80}a.{80}%"];

/// `audit.json`: covered, with noise, partly and not covered. `diff.json`: `equivalent`, `implies`, `disjoint`. `open.json`: unknown.
fn certified(name: &str) -> PathBuf {
    let of = |id: &str| controls("cis-aws-6.0").find(|it| it.id == id).unwrap().text;
    let any_error = r#"{ $.errorCode = "*" }"#;
    let audited = rules(&[("root", of("5.3")), ("stop", STOP), ("any error", any_error)]);
    let stop = r#"{ $.eventName = "Stop*" }"#;
    let start = r#"{ $.eventName = "StartLogging" }"#;
    let a = rules(&[("same", STOP), ("looser", STOP), ("apart", STOP)]);
    let b = rules(&[("same", "{($.eventName=StopLogging)}"), ("looser", stop), ("apart", start)]);
    let here = folder(name, &[("r.toml", &audited), ("a.toml", &a), ("b.toml", &b)]);
    for (file, args) in [
        ("audit.json", vec!["audit", "--against", "cis-aws-6.0", "r.toml"]),
        ("diff.json", vec!["diff", "a.toml", "b.toml"]),
        ("open.json", vec!["diff", HARD[0], HARD[1]]),
    ] {
        let made = run(&here, &[&args[..1], &["--certificate", file], &args[1..]].concat());
        assert_eq!(made.code, 1, "{file}: {}{}", made.stdout, made.stderr);
        let checked = run(&here, &["check", file]);
        assert_eq!(checked.code, 0, "{file}: {}{}", checked.stdout, checked.stderr);
    }
    here
}

fn read(here: &Path, file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(here.join(file)).unwrap()).unwrap()
}

fn position(certificate: &Value, answer: &str) -> usize {
    let mut all = certificate["answers"].as_array().unwrap().iter();
    all.position(|it| it["answer"] == answer).unwrap_or_else(|| panic!("no answer is {answer}"))
}

/// Checks a changed certificate: its exit code and what is printed.
fn check(here: &Path, certificate: &Value) -> (i32, String) {
    std::fs::write(here.join("changed.json"), certificate.to_string()).unwrap();
    let found = run(here, &["check", "changed.json"]);
    (found.code, format!("{}{}", found.stdout, found.stderr))
}

enum Edit {
    Set(Value),
    Remove,
    Add(&'static str, Value),
    /// Adds the element with this number again.
    Repeat(usize),
    Swap(usize, usize),
}
use Edit::{Add, Remove, Repeat, Set, Swap};

fn apply(document: &mut Value, pointer: &str, edit: Edit) {
    if let Remove = edit {
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap() {
            Value::Array(all) => drop(all.remove(last.parse().unwrap())),
            Value::Object(all) => drop(all.remove(last).unwrap()),
            other => panic!("{pointer}: {other}"),
        }
        return;
    }
    let target = document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"));
    match edit {
        Set(value) => *target = value,
        Add(name, value) => target[name] = value,
        Repeat(at) => {
            let all = target.as_array_mut().unwrap();
            all.push(all[at].clone());
        }
        Swap(a, b) => target.as_array_mut().unwrap().swap(a, b),
        Remove => {}
    }
}

/// A member without the numbers of arrays.
fn generic(pointer: &str) -> String {
    let parts = pointer.split('/').map(|part| if part.parse::<usize>().is_ok() { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn members(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(all) => {
            for (name, inner) in all {
                let at = format!("{at}/{name}");
                found.insert(at.clone());
                members(inner, &at, found);
            }
        }
        Value::Array(all) => all.iter().for_each(|inner| members(inner, &format!("{at}/*"), found)),
        _ => {}
    }
}

#[test]
#[allow(clippy::too_many_lines)]
fn each_member_is_checked_or_changes_no_answer() {
    let here = certified("certificate-members");
    let audit = read(&here, "audit.json");
    let of = |answer: &str, rest: &str| format!("/answers/{}{rest}", position(&audit, answer));
    let (covered, noise) = ("covered", "covered with noise");
    let (partly, none) = ("partly covered", "not covered");
    const CONFIRMED: &str = "confirmed: each answer follows from the certificate; not checked: ";
    let no_certificate = "not a certificate";
    let mut rows: Vec<(&str, String, Edit, i32, &str)> = vec![
        ("audit.json", "/version".into(), Set(json!(2)), 3, "version 2 of the format is not known"),
        ("audit.json", "/version".into(), Set(json!("1")), 3, no_certificate),
        ("audit.json", "/version".into(), Remove, 3, "missing field `version`"),
        // who made it does not change an answer, and who checks it is named
        ("audit.json", "/program".into(), Set(json!("cwfilter 9.9")), 0, "checked by cwfilter 0."),
        ("audit.json", "/program".into(), Set(json!(1)), 3, no_certificate),
        ("audit.json", "/domain".into(), Set(json!("json")), 1, "the domain has version"),
        ("audit.json", "/domain".into(), Set(json!("syslog")), 3, "the domain is not known"),
        ("audit.json", "/domainVersion".into(), Set(json!("1-0")), 1, "the domain has version `1-0`"),
        // more steps give the same answers, and the questions are asked with them
        ("diff.json", "/steps".into(), Set(json!(200_001)), 0, CONFIRMED),
        (
            "diff.json",
            "/steps".into(),
            Set(json!(1)),
            1,
            "a question may take 1 step, and no search takes fewer than 2",
        ),
        (
            "audit.json",
            "/steps".into(),
            Set(json!(0)),
            1,
            "a question may take 0 steps, and no search takes fewer",
        ),
        ("diff.json", "/steps".into(), Set(json!(1)), 1, "this program does not know"),
        ("diff.json", "/steps".into(), Set(json!(1_000_000_000)), 3, "a check takes at most"),
        ("diff.json", "/steps".into(), Set(json!(-1)), 3, no_certificate),
        ("diff.json", "/seed".into(), Set(json!(7)), 1, "the seed is 7; it has to be `null`"),
        ("audit.json", "/seed".into(), Set(json!(0)), 1, "the seed is 0; it has to be `null`"),
        ("diff.json", "/seed".into(), Set(json!("x")), 3, no_certificate),
        // the inputs are not in the certificate; what was not read is printed
        (
            "diff.json",
            "/notRead".into(),
            Set(json!(["x.tf"])),
            0,
            "not read, so that no answer is about it: x.tf",
        ),
        ("diff.json", "/notRead".into(), Set(json!("x")), 3, no_certificate),
        ("diff.json", "/answers".into(), Set(json!([])), 1, "nothing is confirmed"),
        ("diff.json", "/answers/2".into(), Remove, 0, "2 answers by"),
        ("audit.json", "/answers/2".into(), Remove, 1, "there is no answer about `cis-aws-6.0/5.3`"),
        ("audit.json", "/answers".into(), Repeat(2), 1, "there are two answers about `cis-aws-6.0/5.3`"),
        ("audit.json", "/answers".into(), Swap(0, 1), 0, CONFIRMED),
        // a name for people; the answer is about the texts
        ("diff.json", "/answers/0/name".into(), Set(json!("x")), 0, CONFIRMED),
        (
            "audit.json",
            of(covered, "/name"),
            Set(json!("cis-aws-6.0/5.5")),
            1,
            "the answer is about the control `",
        ),
        ("audit.json", of(covered, "/name"), Set(json!("")), 1, "the answer is about the control `"),
        (
            "audit.json",
            of(covered, "/control"),
            Set(json!("cis-aws-6.0/5.5")),
            1,
            "not about the pattern of the control",
        ),
        ("audit.json", of(covered, "/control"), Set(json!("cis-aws-6.0/5.99")), 1, "there is no control"),
        ("audit.json", of(covered, "/control"), Remove, 1, "a relation has three questions"),
        ("audit.json", of(covered, "/control"), Set(json!(null)), 1, "a relation has three questions"),
        (
            "diff.json",
            "/answers/0".into(),
            Add("control", json!("cis-aws-6.0/5.3")),
            1,
            "not about the pattern of the control",
        ),
        ("audit.json", of(covered, "/answer"), Set(json!(noise)), 1, "but its questions say `covered`"),
        ("audit.json", of(partly, "/answer"), Set(json!(none)), 1, "but its questions say `partly covered`"),
        ("audit.json", of(none, "/answer"), Set(json!(partly)), 1, "but its questions say `not covered`"),
        (
            "audit.json",
            of(noise, "/questions/1"),
            Remove,
            1,
            "its second question, and no other, has to show the noise",
        ),
        (
            "audit.json",
            of(noise, "/questions"),
            Repeat(1),
            1,
            "its second question, and no other, has to show the noise",
        ),
        ("audit.json", of(covered, "/questions"), Repeat(0), 1, "`covered` has one question"),
        ("audit.json", of(partly, "/questions"), Repeat(0), 1, "`partly covered` has one question"),
        ("audit.json", of(noise, "/questions"), Swap(0, 1), 1, "not about the pattern of the control"),
        (
            "diff.json",
            "/answers/1/questions".into(),
            Swap(0, 1),
            1,
            "its questions are not about the same two patterns",
        ),
        ("diff.json", "/answers/1/questions/2".into(), Remove, 1, "a relation has three questions"),
        (
            "audit.json",
            of(covered, "/questions/0/matched/0"),
            Set(json!(STOP)),
            1,
            "not about the pattern of the control",
        ),
        (
            "audit.json",
            of(covered, "/questions/0/unmatched/0"),
            Set(json!(STOP)),
            1,
            "question 1: there is an event",
        ),
        (
            "audit.json",
            of(covered, "/questions/0/unmatched"),
            Set(json!([])),
            1,
            "question 1: there is an event",
        ),
        (
            "audit.json",
            of(noise, "/questions/1/matched/0"),
            Set(json!("{ $.eventVersion = * }")),
            1,
            "has to show the noise",
        ),
        ("audit.json", of(noise, "/questions/1/unmatched/0"), Set(json!(STOP)), 1, "has to show the noise"),
        (
            "diff.json",
            "/answers/0/questions/0/matched/0".into(),
            Set(json!("{ $.a = 1 }")),
            1,
            "not about the same two patterns",
        ),
        (
            "diff.json",
            "/answers/0/questions/2/matched".into(),
            Swap(0, 1),
            1,
            "not about the same two patterns",
        ),
        ("diff.json", "/answers/0/questions/0/found".into(), Set(json!("nothing")), 3, no_certificate),
        ("diff.json", "/answers/0/questions/0/found".into(), Add("unknown", json!("x")), 3, no_certificate),
        (
            "diff.json",
            "/answers/0/questions/0/found/nothing".into(),
            Set(json!("sworn")),
            1,
            "the reason is not `",
        ),
        (
            "diff.json",
            "/answers/1/questions/1/found/event".into(),
            Set(json!("{}")),
            1,
            "does not match the event",
        ),
        // facts of the inputs: that the answer follows from them is checked
        ("audit.json", of(covered, "/links"), Set(json!([])), 0, "only about patterns"),
        ("audit.json", of(covered, "/links/0/link"), Set(json!("alarm")), 1, "its links are not metric"),
        ("audit.json", of(covered, "/links/0/state"), Set(json!("broken")), 1, "say `chain broken`"),
        ("audit.json", of(covered, "/links/0/what"), Set(json!("x")), 0, CONFIRMED),
        // another event shows the same
        (
            "diff.json",
            "/answers/1/questions/1/found/event".into(),
            Set(json!("{\"eventName\":\"StopIt\"}")),
            0,
            CONFIRMED,
        ),
        // the question is open, for whatever reason
        ("open.json", "/answers/0/questions/0/found/unknown".into(), Set(json!("x")), 0, CONFIRMED),
    ];
    for at in ["", "/answers/0", "/answers/0/questions/0"] {
        rows.push(("diff.json", at.to_owned(), Add("more", json!(1)), 3, "unknown field `more`"));
    }
    let mut all = BTreeSet::new();
    for file in ["audit.json", "diff.json", "open.json"] {
        members(&read(&here, file), "", &mut all);
    }
    for (file, pointer, edit, code, says) in rows {
        let mut document = read(&here, file);
        apply(&mut document, &pointer, edit);
        let (found, told) = check(&here, &document);
        assert!(
            found == code && told.contains(says),
            "{file} {pointer}: {found}, not {code} with `{says}`: {told}"
        );
        assert_eq!(told.contains(CONFIRMED), code == 0, "{file} {pointer}: {told}");
        all.remove(&generic(&pointer));
        all.remove(generic(&pointer).trim_end_matches("/*"));
    }
    assert!(all.is_empty(), "no row edits these members: {all:?}");
}

/// Any other answer, and any other kind of answer to a question, is refused.
#[test]
fn no_other_answer_is_confirmed() {
    let here = certified("certificate-answers");
    let relations = ["equivalent", "implies", "implied", "incomparable", "disjoint", "unknown"];
    let judgements = ["covered", "covered with noise", "partly covered", "not covered", "unknown"];
    for (file, names) in
        [("audit.json", &judgements[..]), ("diff.json", &relations[..]), ("open.json", &relations[..])]
    {
        let whole = read(&here, file);
        let mut seen = BTreeSet::new();
        for (at, answer) in whole["answers"].as_array().unwrap().iter().enumerate() {
            // one of each kind is enough
            if !seen.insert(answer["answer"].to_string()) {
                continue;
            }
            for other in names.iter().chain(&["", "Covered", "x"]).filter(|it| answer["answer"] != **it) {
                let mut changed = whole.clone();
                changed["answers"][at]["answer"] = json!(other);
                let (code, told) = check(&here, &changed);
                assert!(code == 1 && told.contains("the answer is `"), "{file} {at} {other}: {told}");
            }
            for number in 0..answer["questions"].as_array().unwrap().len() {
                let found = &answer["questions"][number]["found"];
                for other in [
                    json!({"event": "{}"}),
                    json!({"nothing": "the search of all cases ended without an event"}),
                    json!({"unknown": "x"}),
                ] {
                    let kind = |it: &Value| it.as_object().unwrap().keys().next().unwrap().clone();
                    if kind(found) == kind(&other) {
                        continue;
                    }
                    let mut changed = whole.clone();
                    changed["answers"][at]["questions"][number]["found"] = other;
                    let (code, told) = check(&here, &changed);
                    assert!(
                        code == 1 && told.contains(&format!("question {}: ", number + 1)),
                        "{file} {at} {number}: {told}"
                    );
                }
            }
        }
    }
}

/// If one of the three questions is open, the certificate has the proofs of the others, and is confirmed.
#[test]
fn half_a_proof_is_confirmed() {
    let hard = r#"$.a = "*a*b*c*d*" && $.a = "*d*c*b*a*" && $.a = "*e*f*g*h*" && $.a = "*h*g*f*e*" && $.a = "*i*j*k*" && $.a = "*k*j*i*""#;
    let (a, b) = (format!("{{ {hard} && $.b = x }}"), format!("{{ {hard} }}"));
    let (of_a, of_b) = (a.parse().unwrap(), b.parse().unwrap());
    let steps = (0..40).map(|more| 6_000 + 5 * more).find(|steps| {
        let found = compare_within(&of_a, &of_b, &Bounds::default().with_steps(*steps));
        found.relation == Relation::Unknown && found.exists.only_a == Some(false)
    });
    let steps = steps.expect("some number of steps proves one direction only").to_string();
    let here = folder("certificate-half", &[]);
    run(&here, &["diff", "--budget", &steps, "--certificate", "c.json", &a, &b]);
    let found = &read(&here, "c.json")["answers"][0]["questions"];
    assert!(found[0]["found"]["nothing"].is_string() && found[1]["found"]["unknown"].is_string(), "{found}");
    let checked = run(&here, &["check", "c.json"]);
    assert_eq!(checked.code, 0, "{}", checked.stdout);
}
