//! `allow` of a rule: it silences its lint, also one that needs a proof or another file, and is a finding only if it silences nothing.

#[path = "audit/program.rs"]
#[allow(dead_code)]
mod program;

use program::{folder, run};

const ANY: &str = r#"{ $.eventName = "*" }"#;
const ROOT_SIGN_IN: &str = r#"{ $.userIdentity.type = "Root" && $.eventName = "ConsoleLogin" }"#;
const PUBLISHES: &str = "metric = { namespace = \"N\", name = \"M\", value = \"1\" }\nalarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n";

/// A rule with this pattern, further members, and the lints that it allows.
fn rule(id: &str, pattern: &str, members: &str, allow: &[&str]) -> String {
    let allow: Vec<String> =
        allow.iter().map(|lint| format!("{{ lint = \"{lint}\", reason = \"r\" }}")).collect();
    format!(
        "[[rule]]\nid = \"{id}\"\ntitle = \"t\"\npattern = '''{pattern}'''\n{members}allow = [{}]\n",
        allow.join(", ")
    )
}

#[test]
fn an_allowance_silences_its_lint() {
    let covers = |name: &str| format!("covers = [\"{name}\"]\n");
    for (name, members, pattern, lint) in [
        ("noise", covers("cis-aws-5.0/4.5"), ANY, "covers-with-noise"),
        ("little", covers("cis-aws-5.0/4.3"), ROOT_SIGN_IN, "covers-too-little"),
        ("control", covers("cis-aws-5.0/4.99"), ROOT_SIGN_IN, "covers-too-little"),
        ("framework", covers("pci/1"), ROOT_SIGN_IN, "covers-not-proved"),
        ("technique", covers("attack/T1064"), ROOT_SIGN_IN, "covers-too-little"),
        ("never", String::new(), "{ $.a = x && $.a = y }", "never-matches"),
        ("duplicate", String::new(), "{ ($.b = \"x\") }", "duplicate-of-rule"),
        ("metric", PUBLISHES.to_owned(), "{ $.c = x }", "shared-metric"),
    ] {
        let first = rule("first", "{ $.b = x }", PUBLISHES, &[]);
        let of = |allow: &[&str]| rule("second", pattern, &members, allow);
        let elsewhere = if name == "metric" { of(&[lint]) } else { String::new() };
        let here = folder(
            &format!("lint-allow-{name}"),
            &[
                ("plain.toml", &(first.clone() + &of(&[]))),
                ("allowed.toml", &(first.clone() + &of(&[lint]))),
                ("twice.toml", &(first.clone() + &of(&[lint, lint]))),
                ("idle.toml", &(first.clone() + &rule("second", "{ $.d = x }", "", &[lint]))),
                ("two/a.toml", &first),
                ("two/b.toml", &elsewhere),
            ],
        );
        let found = |file: &str, lint: &str| {
            let run = run(&here, &["lint", file]);
            assert_ne!(run.code, 3, "{name} {file}: {}", run.stderr);
            run.stdout.matches(&format!("[{lint}]")).count()
        };
        for (file, own, idle) in [
            ("plain.toml", 1, 0),
            ("allowed.toml", 0, 0),
            ("twice.toml", 0, 1),
            ("idle.toml", 0, 1),
            ("two", 0, 0),
        ] {
            assert_eq!((found(file, lint), found(file, "unused-allow")), (own, idle), "{name} {file}");
        }
    }
}

/// What is refused cannot be allowed, and the finding says so.
#[test]
fn a_refusal_is_not_allowed() {
    let here =
        folder("lint-allow-refused", &[("r.toml", &rule("r", "{ $.a == 1 }", "", &["refused-pattern"]))]);
    let found = run(&here, &["lint", "r.toml"]).stdout;
    assert!(found.contains("[refused-pattern]"), "{found}");
    assert!(found.contains("`refused-pattern` cannot be silenced: what is refused works nowhere"), "{found}");
}

/// While an editor waits for the proofs, an allowance of a lint that needs one is not called idle; one of an unknown lint is.
#[test]
fn nothing_is_idle_before_the_proofs() {
    use cwfilter::lint::file::{Memo, check_sources_briefly, check_sources_with};
    let text = rule("a", "{ $.a = x && $.a = y }", "", &["never-matches", "no-such-lint"])
        + "# cwfilter: allow(never-matches) shown in a test\n"
        + &rule("b", "{ $.b = x && $.b = y }", "", &[])
        + &rule("c", "{ $.c = x }", "", &["never-matches"]);
    let sources = cwfilter::sources::read_all([("rules.toml".into(), text)], &cwfilter::sources::NoFiles);
    let memo = Memo::default();
    let lints = |found: Vec<cwfilter::lint::file::FileFindings>| -> Vec<&'static str> {
        found[0].findings.iter().map(|it| it.diagnostic.lint).collect()
    };
    let (brief, is_complete) = check_sources_briefly(&sources.files, &memo);
    assert_eq!((lints(brief), is_complete), (vec!["unknown-lint"], false));
    assert_eq!(lints(check_sources_with(&sources.files, &memo)), ["unknown-lint", "unused-allow"]);
    let (brief, is_complete) = check_sources_briefly(&sources.files, &memo);
    assert_eq!((lints(brief), is_complete), (vec!["unknown-lint", "unused-allow"], true));
}
