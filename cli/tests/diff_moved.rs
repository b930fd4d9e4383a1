//! `cwfilter diff` of rules that were moved to another file or renamed: no event is matched by fewer or more patterns, so that a gate lets
//! them through. A pattern that another one may have replaced is gone.

#[path = "audit/program.rs"]
mod program;

use program::{filters, folder, rules, run};
use serde_json::json;

const X: &str = r#"{ $.a = "x" }"#;
/// Equivalent to X.
const X2: &str = "{ ($.a = x) && ($.a = x) }";
const Y: &str = r#"{ $.a = "y" }"#;

struct Case {
    name: &'static str,
    a: Vec<(&'static str, String)>,
    b: Vec<(&'static str, String)>,
    /// Exit codes with `--fail-on` looser, tighter and any.
    codes: [i32; 3],
    /// The lines before that of the domain.
    lines: &'static str,
    /// Members of the JSON: moved, only in A, only in B.
    counts: [usize; 3],
}

fn metric(id: &str) -> String {
    format!("[rule.metric]\nnamespace = \"N\"\nname = \"{id}\"\nvalue = \"1\"\n")
}

fn alarmed(id: &str) -> String {
    format!(
        "{}{}[rule.alarm]\nstatistic = \"Sum\"\nperiod = \"5m\"\nthreshold = 1\n",
        rules(&[(id, X)]),
        metric(id)
    )
}

#[allow(clippy::too_many_lines)]
fn cases() -> Vec<Case> {
    let tf = |rows: &[(&str, &str, &str)]| {
        let quoted: Vec<(String, String, String)> = rows
            .iter()
            .map(|(label, group, pattern)| ((*label).into(), (*group).into(), format!("{pattern:?}")))
            .collect();
        filters(&quoted.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect::<Vec<_>>())
    };
    let of_variable = |label: &str, variable: &str| {
        filters(&[(label, "GROUP", &format!("{X:?}"))]).replace("\"GROUP\"", &format!("var.{variable}"))
    };
    let case = |name, a, b, codes, lines, counts| Case { name, a, b, codes, lines, counts };
    vec![
        case(
            "moved",
            vec![("old.toml", rules(&[("root", X), ("y", Y)]))],
            vec![("new/r.toml", rules(&[("root", X)])), ("old.toml", rules(&[("y", Y)]))],
            [0, 0, 1],
            "moved from old.toml: root to new/r.toml: root\n",
            [1, 0, 0],
        ),
        case(
            "renamed",
            vec![("r.toml", rules(&[("one", X), ("y", Y)]))],
            vec![("r.toml", rules(&[("two", X), ("y", Y)]))],
            [0, 0, 1],
            "renamed from r.toml: one to r.toml: two\n",
            [1, 0, 0],
        ),
        case(
            "moved-and-renamed",
            vec![("a.toml", rules(&[("one", X)]))],
            vec![("b.toml", rules(&[("two", X)]))],
            [0, 0, 1],
            "moved and renamed from a.toml: one to b.toml: two\n",
            [1, 0, 0],
        ),
        case(
            "other-spelling",
            vec![("a.toml", rules(&[("one", X), ("y", Y)]))],
            vec![("b.toml", rules(&[("two", X2), ("y", Y)]))],
            [0, 0, 1],
            "moved and renamed from a.toml: one to b.toml: two; the text differs, the pattern matches the same events\nmoved from a.toml: y to b.toml: y\n",
            [2, 0, 0],
        ),
        // a folder is renamed: the names and file names tell the rules apart, also if all have one text
        case(
            "folder",
            vec![("prod/a.toml", rules(&[("r", X), ("s", X)])), ("prod/b.toml", rules(&[("r", X)]))],
            vec![("live/a.toml", rules(&[("r", X), ("s", X)])), ("live/b.toml", rules(&[("r", X)]))],
            [0, 0, 1],
            "moved from prod/a.toml: r to live/a.toml: r\nmoved from prod/a.toml: s to live/a.toml: s\nmoved from prod/b.toml: r to live/b.toml: r\n",
            [3, 0, 0],
        ),
        // which of two was moved is not certain, and one is gone
        case(
            "one-of-two",
            vec![("a.toml", rules(&[("one", X), ("two", X)]))],
            vec![("b.toml", rules(&[("three", X)]))],
            [1, 1, 1],
            "a.toml: one: only in A\na.toml: two: only in A\nb.toml: three: only in B\n",
            [0, 2, 1],
        ),
        // the name of one of two says which
        case(
            "one-of-two-named",
            vec![("a.toml", rules(&[("one", X), ("two", X)]))],
            vec![("b.toml", rules(&[("two", X)]))],
            [0, 1, 1],
            "moved from a.toml: two to b.toml: two\na.toml: one: only in A\n",
            [1, 1, 0],
        ),
        case(
            "moved-and-changed",
            vec![("a.toml", rules(&[("root", X)]))],
            vec![("b.toml", rules(&[("root", Y)]))],
            [1, 1, 1],
            "a.toml: root: only in A\nb.toml: root: only in B\n",
            [0, 1, 1],
        ),
        // the copy is new, the first one is still there
        case(
            "copied",
            vec![("a.toml", rules(&[("root", X)]))],
            vec![("a.toml", rules(&[("root", X)])), ("b.toml", rules(&[("root", X)]))],
            [1, 0, 1],
            "b.toml: root: only in B\n",
            [0, 0, 1],
        ),
        // another log group: other events
        case(
            "other-group",
            vec![("a.tf", tf(&[("one", "trail", X)]))],
            vec![("b.tf", tf(&[("two", "other", X)]))],
            [1, 1, 1],
            "a.tf: one: only in A\nb.tf: two: only in B\n",
            [0, 1, 1],
        ),
        case(
            "same-group",
            vec![("a.tf", tf(&[("one", "trail", X)]))],
            vec![("b.tf", tf(&[("two", "trail", X)]))],
            [0, 0, 1],
            "moved and renamed from a.tf: one to b.tf: two\n",
            [1, 0, 0],
        ),
        case(
            "group-tells-apart",
            vec![("a.tf", tf(&[("one", "trail", X), ("two", "other", X)]))],
            vec![("b.tf", tf(&[("three", "other", X), ("four", "trail", X)]))],
            [0, 0, 1],
            "moved and renamed from a.tf: one to b.tf: four\nmoved and renamed from a.tf: two to b.tf: three\n",
            [2, 0, 0],
        ),
        // a log group that is not known
        case(
            "renamed-of-variable",
            vec![("a.tf", of_variable("one", "group"))],
            vec![("a.tf", of_variable("two", "group"))],
            [0, 0, 1],
            "renamed from a.tf: one to a.tf: two\n",
            [1, 0, 0],
        ),
        case(
            "other-variable",
            vec![("a.tf", of_variable("one", "group"))],
            vec![("a.tf", of_variable("two", "other"))],
            [1, 1, 1],
            "a.tf: one: only in A\na.tf: two: only in B\n",
            [0, 1, 1],
        ),
        case(
            "moved-and-renamed-of-variable",
            vec![("m/a.tf", of_variable("one", "group"))],
            vec![("n/b.tf", of_variable("two", "group"))],
            [1, 1, 1],
            "m/a.tf: one: only in A\nn/b.tf: two: only in B\n",
            [0, 1, 1],
        ),
        // a filter that is no longer made is not moved
        case(
            "not-made",
            vec![("a.tf", tf(&[("one", "trail", X)]))],
            vec![("b.tf", tf(&[("one", "trail", X)]).replace("  name =", "  count = 0\n  name ="))],
            [0, 1, 1],
            "a.tf: one: only in A\nb.tf: one[0] (not made): only in B\n",
            [0, 1, 1],
        ),
        // settings beside the pattern
        case(
            "metric",
            vec![("a.toml", rules(&[("one", X)]) + &metric("one"))],
            vec![("b.toml", rules(&[("two", X)]) + &metric("two"))],
            [0, 0, 1],
            "moved and renamed from a.toml: one to b.toml: two\n  metric name: one -> two\n",
            [1, 0, 0],
        ),
        case(
            "alarm",
            vec![("a.toml", alarmed("one"))],
            vec![("b.toml", alarmed("one"))],
            [0, 0, 1],
            "moved from a.toml: one to b.toml: one\nalarm moved or renamed from a.toml: one to b.toml: one\n",
            [1, 0, 0],
        ),
        case(
            "alarm-changed",
            vec![("a.toml", alarmed("one"))],
            vec![("b.toml", alarmed("one").replace("5m", "1h"))],
            [0, 0, 1],
            "moved from a.toml: one to b.toml: one\nalarm moved or renamed from a.toml: one to b.toml: one\n  period: 300 seconds -> 3600 seconds\n",
            [1, 0, 0],
        ),
        case(
            "hostile-names",
            vec![("a.toml", rules(&[("on\\u001be", X)]))],
            vec![("b.toml", rules(&[("on\\u001be", X)]))],
            [0, 0, 1],
            "moved from a.toml: on\\u{1b}e to b.toml: on\\u{1b}e\n",
            [1, 0, 0],
        ),
    ]
}

#[test]
fn what_was_moved_is_told_from_what_is_gone() {
    for case in cases() {
        let of = |side: &str, files: &[(&str, String)]| -> Vec<(String, String)> {
            files.iter().map(|(path, text)| (format!("{side}/{path}"), text.clone())).collect()
        };
        let all = [of("A", &case.a), of("B", &case.b)].concat();
        let files: Vec<(&str, &str)> =
            all.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let here = folder(&format!("diff-moved-{}", case.name), &files);
        for (kind, code) in ["looser", "tighter", "any"].into_iter().zip(case.codes) {
            let found = run(&here, &["diff", "--fail-on", kind, "A", "B"]);
            let told = found.stdout.split("domain: ").next().unwrap();
            assert_eq!(told, case.lines, "{} {kind}: {}", case.name, found.stderr);
            assert_eq!(found.code, code, "{} {kind}: {}", case.name, found.stdout);
            let count = match case.counts[0] {
                0 => String::new(),
                count => format!(", {count} moved or renamed"),
            };
            assert!(
                found.stdout.ends_with(&format!("equivalent{count}\n")),
                "{}: {}",
                case.name,
                found.stdout
            );
        }
        let found: serde_json::Value =
            serde_json::from_str(&run(&here, &["diff", "--json", "A", "B"]).stdout).unwrap();
        let counts =
            ["moved", "only_in_a", "only_in_b"].map(|member| found[member].as_array().unwrap().len());
        assert_eq!(counts, case.counts, "{}: {found:#}", case.name);
        // a certificate has the proof of each
        run(&here, &["diff", "--certificate", "c.json", "A", "B"]);
        let certificate: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(here.join("c.json")).unwrap()).unwrap();
        let pairs = found["pairs"].as_array().unwrap().len() + counts[0];
        assert_eq!(certificate["answers"].as_array().map_or(0, Vec::len), pairs, "{}", case.name);
    }
}

#[test]
fn json_and_annotations() {
    let here = folder(
        "diff-moved-formats",
        &[
            ("A/a.toml", &(rules(&[("one", X)]) + &metric("one"))),
            ("A/alarm.toml", &alarmed("ring")),
            ("B/b.toml", &(rules(&[("two", X2)]) + &metric("two"))),
            ("B/other.toml", &alarmed("ring")),
        ],
    );
    let found: serde_json::Value =
        serde_json::from_str(&run(&here, &["diff", "--json", "A", "B"]).stdout).unwrap();
    assert_eq!(
        found["moved"],
        json!([
            {
                "from": "a.toml: one",
                "to": "b.toml: two",
                "is_same_text": false,
                "settings": [{ "setting": "metric name", "a": "one", "b": "two" }]
            },
            { "from": "alarm.toml: ring", "to": "other.toml: ring", "is_same_text": true }
        ])
    );
    assert_eq!(found["alarms"], json!([{ "name": "other.toml: ring", "moved_from": "alarm.toml: ring" }]));
    for (kind, level) in [("tighter", "notice"), ("looser", "notice"), ("any", "error")] {
        let found = run(&here, &["diff", "--format", "github", "--fail-on", kind, "A", "B"]);
        let expected = format!(
            "::{level} file=B/b.toml,line=4,title=b.toml%3A two::moved and renamed from a.toml: one to b.toml: two; \
             the text differs, the pattern matches the same events%0Ametric name: one -> two\n\
             ::{level} file=B/other.toml,line=4,title=other.toml%3A ring::moved from alarm.toml: ring to other.toml: ring\n\
             ::{level} file=B/other.toml,line=10,title=alarm other.toml%3A ring::moved or renamed from alarm.toml: ring\n\
             ::notice title=cwfilter diff::0 pairs compared, 0 equivalent, 2 moved or renamed; domain: messages (`--domain json`)\n"
        );
        assert_eq!(found.stdout, expected, "{kind}");
    }
}

/// A file of the other side that was not read may still have the pattern.
#[test]
fn nothing_is_moved_from_a_file_that_was_not_read() {
    let here = folder(
        "diff-moved-unread",
        &[
            ("A/a.toml", &rules(&[("one", X)])),
            ("A/b.toml", &rules(&[("two", Y)])),
            ("B/a.toml", "not = [toml"),
            ("B/b.toml", &rules(&[("two", Y)])),
            ("B/c.toml", &rules(&[("one", X)])),
        ],
    );
    let found = run(&here, &["diff", "A", "B"]);
    assert_eq!(found.code, 3, "{}", found.stdout);
    assert!(!found.stdout.contains("moved"), "{}", found.stdout);
    assert!(found.stdout.contains("a.toml: one: not compared"), "{}", found.stdout);
}

/// `MOVED_PROOFS`: beyond it, only patterns with the same text are found.
#[test]
fn the_number_of_proofs_is_bounded() {
    for (count, moved) in [(32, 32), (33, 1)] {
        let of = |spelling: fn(usize) -> String, prefix: &str| {
            let all: Vec<(String, String)> =
                (1..count).map(|at| (format!("{prefix}{at}"), spelling(at))).collect();
            let all: Vec<(&str, &str)> = all.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
            rules(&all) + &rules(&[(&format!("{prefix}0"), X)])
        };
        let here = folder(
            "diff-moved-bound",
            &[
                ("a.toml", &of(|at| format!("{{ $.a = {at} }}"), "a")),
                ("b.toml", &of(|at| format!("{{ ($.a = {at}) && ($.a = {at}) }}"), "b")),
            ],
        );
        let found = run(&here, &["diff", "a.toml", "b.toml"]);
        assert!(
            found.stdout.ends_with(&format!(", {moved} moved or renamed\n")),
            "{count}: {}",
            found.stdout
        );
    }
}
