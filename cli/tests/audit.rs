//! `cwfilter audit` and `covers`: every report is proved, a shown event is really missed, and files that were not read are not judged.

#[path = "audit/program.rs"]
mod program;

use cwfilter::FilterPattern;
use cwfilter::analysis::Bounds;
use cwfilter::controls::{Named, audit, controls as of_framework, named};
use program::{filters, folder, rules, run};

/// Filters that cover a control in part: no report may show an event that one of them matches.
#[test]
fn a_missed_event_is_missed_by_all() {
    let texts = [
        // each has a part of a control only
        r#"{ $.eventName = "StopLogging" }"#,
        r#"{ $.eventName = "Delete*" }"#,
        r#"{ $.userIdentity.type = "Root" && $.eventType = "AwsApiCall" }"#,
        r#"{ $.eventName = "ConsoleLogin" && $.errorMessage = "Failed*" }"#,
        r#"{ $.eventSource = "iam.amazonaws.com" && $.eventName != "Create*" }"#,
        r#"{ $.eventName = "*Vpc*" || $.eventName = "*Gateway" }"#,
        r#"{ $.eventName = "DescribeInstances" || $.eventName = "other" || $.eventName = "Other" }"#,
        "ConsoleLogin Root",
        "[a, ..., b]",
        r#"{ $.errorCode = * && $.eventName != "HeadBucket" }"#,
    ];
    let all: Vec<FilterPattern> = texts.iter().map(|text| text.parse().unwrap()).collect();
    let mut missed = 0;
    for count in 0..=all.len() {
        for framework in ["cis-aws-1.2", "cis-aws", "security-hub"] {
            for found in audit(framework, &all[..count], &Bounds::default()) {
                let control = found.control.pattern.reference();
                if let Some(event) = &found.missed {
                    missed += 1;
                    assert!(control.is_match(event.as_bytes()), "{}: {event}", found.control.id);
                    for pattern in &all[..count] {
                        assert!(
                            !pattern.reference().is_match(event.as_bytes()),
                            "{}: {pattern} matches {event}",
                            found.control.id
                        );
                    }
                }
                let states = [
                    found.by.is_some(),
                    !found.together.is_empty(),
                    found.missed.is_some(),
                    found.reason.is_some(),
                ];
                assert_eq!(states.iter().filter(|it| **it).count(), 1, "{}: {found:?}", found.control.id);
            }
        }
    }
    assert!(missed > 100, "{missed}");
}

/// One pattern for each alternative: no single one covers the control, all together do.
#[test]
fn several_cover_a_control_together() {
    let control = of_framework("cis-aws").find(|it| it.id == "4.5").unwrap();
    let names: Vec<&str> =
        control.text.split("$.eventName = \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(names.len() > 2, "{}", control.text);
    let texts: Vec<String> = names.iter().map(|name| format!("{{ $.eventName = \"{name}\" }}")).collect();
    let patterns: Vec<FilterPattern> = texts.iter().map(|text| text.parse().unwrap()).collect();
    let of_control = |patterns: &[FilterPattern]| {
        audit("cis-aws", patterns, &Bounds::default()).into_iter().find(|it| it.control.id == "4.5").unwrap()
    };
    let whole = of_control(&patterns);
    assert_eq!((whole.by, whole.together.len()), (None, patterns.len()));
    let part = of_control(&patterns[1..]);
    assert!(part.together.is_empty() && part.missed.is_some_and(|event| event.contains(names[0])));
}

/// Too few steps: the answer is *unknown*, never "no pattern covers it", and never another one.
#[test]
fn an_audit_with_few_steps_says_so() {
    let control = of_framework("cis-aws").find(|it| it.id == "4.1").unwrap();
    let other = format!("{{ ({}) && $.eventName = * }}", control.text.trim_matches(['{', '}', ' ']));
    let patterns: Vec<FilterPattern> = vec![other.parse().unwrap()];
    let judge = |steps| {
        let found = audit("cis-aws", &patterns, &Bounds::default().with_steps(steps));
        let it = found.into_iter().find(|it| it.control.id == "4.1").unwrap();
        (it.by, it.missed, it.reason)
    };
    let (by, ..) = judge(200_000);
    assert_eq!(by, Some(0), "{other}");
    for steps in [0, 1, 10, 100, 1_000] {
        let (by, missed, reason) = judge(steps);
        assert!(
            by == Some(0) || missed.is_none() && reason.is_some(),
            "{steps}: {by:?} {missed:?} {reason:?}"
        );
        assert_eq!(judge(steps).0, by, "{steps}");
    }
}

/// Inputs that could not be read, are empty or are unknown are reported, and no control fails because of them.
#[test]
fn what_was_not_read_is_not_judged() {
    let root = of_framework("cis-aws").find(|it| it.id == "4.3").unwrap().text;
    let known = rules(&[("root", root)]);
    let variable = filters(&[("f", "g", "var.pattern")]);
    let refused = rules(&[("root", root), ("bad", "{ $.a == 1 }")]);
    let here = folder(
        "audit-unread",
        &[
            ("known.toml", &known),
            ("var.tf", &variable),
            ("refused.toml", &refused),
            ("empty.toml", ""),
            ("broken.toml", "not = [toml"),
            ("folder/readme.md", "x"),
        ],
    );
    for (paths, code, says, not_judged) in [
        (vec!["known.toml"], 1, "", false),
        (vec!["known.toml", "var.tf"], 3, "error: not judged: var.tf:4:13: `f`: ", true),
        (vec!["known.toml", "empty.toml"], 3, "error: not judged: empty.toml: contains no patterns", true),
        (vec!["known.toml", "folder"], 3, "error: not judged: folder: contains no patterns", true),
        (vec!["known.toml", "broken.toml"], 3, "error: not judged: broken.toml: could not be read", true),
        (vec!["known.toml", "missing.toml"], 3, "error: not judged: missing.toml: could not be read", true),
        (vec!["refused.toml"], 3, "`bad`: AWS refuses it", false),
    ] {
        let mut args = vec!["audit", "--against", "cis-aws"];
        args.extend(&paths);
        let found = run(&here, &args);
        assert_eq!(found.code, code, "{paths:?}: {}{}", found.stdout, found.stderr);
        assert!(found.stderr.contains(says), "{paths:?}: {}", found.stderr);
        assert!(found.stdout.contains("✓ 4.3"), "{paths:?}: {}", found.stdout);
        assert_eq!(found.stdout.contains("✗"), !not_judged, "{paths:?}: {}", found.stdout);
        assert_eq!(found.stdout.contains("14 not read"), not_judged, "{paths:?}: {}", found.stdout);
        args.push("--json");
        let json: serde_json::Value = serde_json::from_str(&run(&here, &args).stdout).unwrap();
        let failed =
            json["controls"].as_array().unwrap().iter().filter(|it| it["judgement"] == "not covered").count();
        assert_eq!(failed, if not_judged { 0 } else { 14 }, "{paths:?}");
        assert_eq!(json["notRead"].as_array().unwrap().is_empty(), !not_judged, "{paths:?}");
    }
    for path in ["empty.toml", "missing.toml", "var.tf", "folder"] {
        let found = run(&here, &["audit", "--against", "cis-aws", path]);
        assert_eq!((found.code, found.stdout.as_str()), (3, ""), "{path}");
        assert!(found.stderr.contains("so no control was judged"), "{path}: {}", found.stderr);
    }
}

/// `covers` reports that it could not prove a rule.
#[test]
fn covers_that_was_not_proved_is_a_finding() {
    let root = of_framework("cis-aws").find(|it| it.id == "4.3").unwrap().text;
    // a witness would need an array of fourteen elements
    let long = format!("{{ ({}) && $.list[13] NOT EXISTS }}", root.trim_matches(['{', '}', ' ']));
    // over CloudTrail records, an event name has its source
    let trail = of_framework("cis-aws").find(|it| it.id == "4.5").unwrap().text;
    let quiet_half = trail.trim_matches(['{', '}', ' ']);
    let failed = format!("{{ ({quiet_half}) || $.errorCode = \"Client.RequestLimitExceeded\" }}");
    let seldom = format!("{{ ({quiet_half}) || $.eventName = \"CreateTapePool\" }}");
    let sourced = format!(
        "{{ $.eventSource = \"cloudtrail.amazonaws.com\" && ({}) }}",
        trail.trim_matches(['{', '}', ' '])
    );
    for (pattern, covers, says) in [
        (root, "cis-aws-1.4/4.3", None),
        (root, "cis-aws-4.0.1/4.3", None),
        (root, "attack/T1078.004", None),
        (root, "security-hub/CloudWatch.1", None),
        (root, "cis-aws-1.4/4.4", Some("covers-too-little")),
        (root, "cis-aws-1.4/4.99", Some("covers-too-little")),
        (root, "cis-aws-1.2/3.15", Some("covers-too-little")),
        (root, "cis-aws-1.4/3.3", Some("covers-too-little")),
        (root, "attack/1078", Some("covers-too-little")),
        (root, "attack/T1078", None),
        (root, "attack/T1562.008", Some("covers-too-little")),
        (root, "attack/T1089", Some("covers-too-little")),
        (root, "attack/T1064", Some("covers-too-little")),
        (root, "security-hub/CloudWatch.99", Some("covers-too-little")),
        (root, "cis-aws-9.9/4.3", Some("covers-not-proved")),
        (root, "cis-aws1.4/4.3", Some("covers-not-proved")),
        (root, "cis-gcp-1.3/2.4", Some("covers-not-proved")),
        (root, "pci", Some("covers-not-proved")),
        (root, "", Some("covers-not-proved")),
        ("{ $.a == 1 }", "cis-aws-1.4/4.3", Some("covers-not-proved")),
        // the text of each record has the term
        ("Root", "cis-aws-1.4/4.3", None),
        ("Root -x", "cis-aws-1.4/4.3", Some("covers-too-little")),
        (long.as_str(), "cis-aws-1.4/4.3", Some("covers-not-proved")),
        (sourced.as_str(), "cis-aws-1.4/4.5", None),
        ("{ $.eventName = \"*\" }", "cis-aws-1.4/4.5", Some("covers-with-noise")),
        ("{ $.eventName = \"*\" }", "cis-aws-1.4/4.5\", \"cis-aws-6.0/5.8", Some("covers-with-noise")),
        ("{ $.eventVersion = * }", "security-hub/CloudWatch.5", Some("covers-with-noise")),
        (failed.as_str(), "cis-aws-1.4/4.5", Some("covers-with-noise")),
        ("", "cis-aws-1.4/4.5", Some("covers-with-noise")),
        // rare events are not noise
        (seldom.as_str(), "cis-aws-1.4/4.5", None),
        // noise of a rule that covers no control is not about `covers`
        ("{ $.eventName = \"*\" }", "attack/T1078.004", None),
        ("{ $.eventName = \"Describe*\" }", "cis-aws-1.4/4.5", Some("covers-too-little")),
    ] {
        let file = rules(&[("r", pattern)]).replace("title =", &format!("covers = [\"{covers}\"]\ntitle ="));
        let here = folder("covers", &[("r.toml", &file)]);
        let found = run(&here, &["lint", "r.toml"]);
        let finds = |lint: &str| found.stdout.contains(&format!("[{lint}]"));
        for lint in ["covers-too-little", "covers-not-proved", "covers-with-noise"] {
            assert_eq!(
                finds(lint),
                says == Some(lint),
                "{covers}, {pattern}: {}{}",
                found.stdout,
                found.stderr
            );
        }
    }
}

/// One finding for a rule, however many controls it covers; it can be allowed.
#[test]
fn covers_with_noise_is_one_finding() {
    let file = |more: &str| {
        rules(&[("r", "{ $.eventName = \"*\" }")]).replace(
            "title =",
            &format!(
                "covers = [\"cis-aws-5.0/4.5\", \"cis-aws-5.0/4.3\", \"cis-aws-5.0/4.8\"]\n{more}title ="
            ),
        )
    };
    let allow = "allow = [{ lint = \"covers-with-noise\", reason = \"a list of all calls\" }]\n";
    let here = folder("covers-noise", &[("r.toml", &file("")), ("allowed.toml", &file(allow))]);
    let found = run(&here, &["lint", "r.toml"]);
    assert_eq!(found.stdout.matches("[covers-with-noise]").count(), 1, "{}", found.stdout);
    let says =
        "the rule covers `cis-aws-5.0/4.5` and 1 other control with noise: it also matches an everyday event";
    assert!(found.stdout.contains(says), "{}", found.stdout);
    assert!(found.stdout.contains("name the events of the control; the rule matches {"), "{}", found.stdout);
    let allowed = run(&here, &["lint", "allowed.toml"]);
    assert!(!allowed.stdout.contains("covers-with-noise"), "{}", allowed.stdout);
}

#[test]
fn names_of_controls() {
    for (name, expected) in [
        ("cis-aws-1.2/3.14", "control"),
        ("cis-aws-1.2/3.15", "unknown control"),
        ("cis-aws-6.0/5.15", "control"),
        ("cis-aws-6.0/4.15", "unknown control"),
        ("cis-aws-4.0.1/4.1", "control"),
        ("cis-aws-4.0.x/4.1", "unknown framework"),
        ("cis-aws-1.20/3.1", "unknown framework"),
        ("cis-aws/4.1", "control"),
        ("cis-aws-1.4/4.0", "unknown control"),
        ("cis-aws-1.4/", "unknown control"),
        ("cis-aws-1.4", "unknown control"),
        ("attack/T1098", "technique"),
        ("attack/T1098.003", "technique"),
        ("attack/T1562.008", "moved technique"),
        ("attack/T1089", "moved technique"),
        ("attack/T1064", "deprecated technique"),
        ("attack/T10983", "unknown control"),
        ("attack/T9999", "unknown control"),
        ("attack/", "unknown control"),
        ("Attack/T1098", "unknown framework"),
    ] {
        let found = match named(name) {
            Named::Control(_) => "control",
            Named::Technique => "technique",
            Named::MovedTechnique(_) => "moved technique",
            Named::DeprecatedTechnique(_) => "deprecated technique",
            Named::UnknownControl => "unknown control",
            Named::UnknownFramework => "unknown framework",
            _ => "new",
        };
        assert_eq!(found, expected, "{name}");
    }
}

/// A mutant is not called equivalent if an event shows a difference.
#[test]
fn real_mutants_are_counted() {
    let rule = "[[rule]]\nid = \"r\"\ntitle = \"t\"\npattern = '{ $.* = \"x\" && $.key1 = \"y\" && $.key2 = \"y\" }'\n\n[[rule.test]]\nname = \"none\"\nevent = { key1 = \"z\" }\nexpect = \"no-match\"\n";
    let here = folder("mutate-keys", &[("r.toml", rule)]);
    let found = run(&here, &["mutate", "r.toml"]);
    assert!(found.stdout.ends_with("; 0 equivalent, not counted\n"), "{}{}", found.stdout, found.stderr);
}
