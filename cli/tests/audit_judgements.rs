//! `cwfilter audit`: each judgement has an exit code, versions differ, and filters of several log groups do not add up.

#[path = "audit/program.rs"]
mod program;

use cwfilter::controls::controls;
use program::{filters, folder, rules, run};

/// A rule for each control of a framework, except that one has another pattern.
fn pack(framework: &str, id: &str, pattern: &str) -> String {
    let all: Vec<(String, &str)> = controls(framework)
        .map(|it| (format!("r{}", it.id.replace('.', "-")), if it.id == id { pattern } else { it.text }))
        .collect();
    let all: Vec<(&str, &str)> = all.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    rules(&all)
}

#[test]
fn each_judgement_has_an_exit_code() {
    let any = r#"{ $.eventName = "*" }"#;
    let stop = r#"{ $.eventName = "StopLogging" }"#;
    let trail = controls("cis-aws").find(|it| it.id == "4.5").unwrap().text;
    let refused = format!("{}{}", pack("cis-aws", "", ""), rules(&[("bad", "{ $.a == 1 }")]));
    for (name, file, code, says) in [
        ("covered", pack("cis-aws", "", ""), 0, "15 of 15 controls are covered by 15 patterns\n"),
        (
            "not covered",
            pack("cis-aws", "4.5", "StopLoging"),
            1,
            "✗ 4.5           CloudTrail configuration changes: no pattern covers it\n    missed: {",
        ),
        (
            "partly",
            pack("cis-aws", "4.5", stop),
            6,
            "◐ 4.5           CloudTrail configuration changes: partly: 1 of its 5 typical events are matched\n    missed: {",
        ),
        (
            "noise",
            pack("cis-aws", "4.5", any),
            7,
            "! 4.5           CloudTrail configuration changes: r4-5 (r.toml) matches more\n    noise: an everyday event matches, too: {",
        ),
        ("refused", refused, 3, "15 of 15 controls are covered by 15 patterns\n"),
    ] {
        let here = folder(&format!("judged-{}", name.replace(' ', "-")), &[("r.toml", &file)]);
        let found = run(&here, &["audit", "--against", "cis-aws", "r.toml"]);
        assert_eq!(found.code, code, "{name}: {}{}", found.stdout, found.stderr);
        assert!(found.stdout.contains(says), "{name}: {}", found.stdout);
    }
    let here = folder(
        "judged-unknown",
        &[("r.toml", &pack("cis-aws", "4.5", &trail.replace("StartLogging", "StartLog*")))],
    );
    let found = run(&here, &["audit", "--against", "cis-aws", "--budget", "3", "r.toml"]);
    assert!(found.code == 8 && found.stdout.contains("unknown"), "{} {}", found.code, found.stdout);
    // what was not read could cover a control that is not covered; a covered control stays covered
    let variable = filters(&[("f", "g", "var.pattern")]);
    let here = folder("judged-unread", &[("r.toml", &pack("cis-aws", "4.5", stop)), ("var.tf", &variable)]);
    let found = run(&here, &["audit", "--against", "cis-aws", "r.toml", "var.tf"]);
    assert_eq!(found.code, 3, "{}", found.stdout);
    assert!(
        found.stdout.ends_with(
            "14 of 15 controls are covered by 15 patterns; 1 not read; 1 input or pattern not read\n"
        ),
        "{}",
        found.stdout
    );
}

/// The published text of a version is right for it; a later version has more.
#[test]
fn versions_differ() {
    let six = controls("cis-aws-4.0").find(|it| it.id == "4.10").unwrap().text;
    let here = folder(
        "audit-versions",
        &[
            ("r.toml", &pack("cis-aws-4.0", "", "")),
            (
                "covers.toml",
                &rules(&[("a", six), ("b", six)]).replacen(
                    "title =",
                    "covers = [\"cis-aws-4.0/4.10\"]\ntitle =",
                    1,
                ),
            ),
            (
                "later.toml",
                &rules(&[("a", six)]).replace("title =", "covers = [\"cis-aws-5.0/4.10\"]\ntitle ="),
            ),
        ],
    );
    for (framework, code, last) in [
        ("cis-aws-1.2", 6, "13 of 14 controls are covered by 15 patterns; 1 partly covered\n"),
        ("cis-aws-1.3", 0, "15 of 15 controls are covered by 15 patterns\n"),
        ("cis-aws-4.0", 0, "15 of 15 controls are covered by 15 patterns\n"),
        ("cis-aws-5.0", 6, "14 of 15 controls are covered by 15 patterns; 1 partly covered\n"),
        ("cis-aws-6.0", 6, "14 of 15 controls are covered by 15 patterns; 1 partly covered\n"),
        ("cis-aws-7.0", 2, ""),
    ] {
        let found = run(&here, &["audit", "--against", framework, "r.toml"]);
        assert_eq!(found.code, code, "{framework}: {}{}", found.stdout, found.stderr);
        assert!(found.stdout.ends_with(last), "{framework}: {}", found.stdout);
    }
    let six = run(&here, &["audit", "--against", "cis-aws-6.0", "r.toml"]);
    assert!(
        six.stdout.contains("◐ 5.10 ") && six.stdout.contains("ModifySecurityGroupRules"),
        "{}",
        six.stdout
    );
    let is_found = |file| run(&here, &["lint", file]).stdout.contains("[covers-too-little]");
    assert!(!is_found("covers.toml") && is_found("later.toml"));
}

/// Two halves of a control on two log groups do not cover it. If a filter does not say where it is, it is not known.
#[test]
fn log_groups_do_not_add_up() {
    let (first, rest) = (
        r#""{ $.eventName = \"CreateTrail\" || $.eventName = \"UpdateTrail\" || $.eventName = \"DeleteTrail\" }""#,
        r#""{ $.eventName = \"StartLogging\" || $.eventName = \"StopLogging\" }""#,
    );
    let of = |groups: [&str; 2]| filters(&[("first", groups[0], first), ("rest", groups[1], rest)]);
    let open = of(["trail", "REST"]).replace("\"REST\"", "var.group");
    let gone = of(["trail", "trail"]).replacen("  name", "  count = 0\n  name", 1);
    let here = folder(
        "audit-groups",
        &[
            ("one.tf", &of(["trail", "trail"])),
            ("two/two.tf", &of(["trail", "app"])),
            ("open/open.tf", &open),
            ("gone/gone.tf", &gone),
        ],
    );
    for (path, says) in [
        (
            "one.tf",
            "✓ 4.5           CloudTrail configuration changes: first (one.tf), rest (one.tf) cover it together\n",
        ),
        (
            "two",
            "◐ 4.5           CloudTrail configuration changes: partly: 2 of its 5 typical events are matched on log group app\n",
        ),
        (
            "open",
            "? 4.5           CloudTrail configuration changes: unknown: first (open/open.tf) and rest (open/open.tf) cover it together only if they are on one log group, which the input does not say\n",
        ),
        (
            "gone",
            "◐ 4.5           CloudTrail configuration changes: partly: 2 of its 5 typical events are matched\n",
        ),
    ] {
        let found = run(&here, &["audit", "--against", "cis-aws", path]);
        assert!(found.stdout.contains(says), "{path}: {}{}", found.stdout, found.stderr);
    }
    let gone = run(&here, &["audit", "--against", "cis-aws", "gone"]);
    assert!(gone.stderr.contains("Terraform makes no such filter"), "{}", gone.stderr);
}
