//! Rule packs that are a part of the program: `pack:NAME` wherever rules are read.

#[path = "support/program.rs"]
mod program;

use program::{folder, program, write};

const EVENT: &str = "{\"eventTime\":\"2026-03-04T10:15:30Z\",\"eventVersion\":\"1.11\",\"eventSource\":\"cloudtrail.amazonaws.com\",\
    \"eventName\":\"StopLogging\",\"awsRegion\":\"us-east-1\",\"recipientAccountId\":\"123456789012\"}\n";

#[test]
fn every_command_that_reads_rules_takes_a_pack_and_needs_no_checkout() {
    let root = folder("packs");
    write(&root, "events.json", EVENT);
    write(
        &root,
        "cwfilter.toml",
        "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"pack:cis-aws\"]\nlog_group = { name = \"trail\" }\n[topic]\nname = \"alerts\"\n",
    );
    let cases: [(&[&str], i32, &str); 9] = [
        (&["test", "pack:cis-aws"], 0, "0 failed"),
        (&["lint", "pack:cis-aws"], 0, "15 checked; 0 findings"),
        (&["scan", "--rules", "pack:cis-aws", "events.json"], 1, "cis-cloudtrail-changes"),
        (&["simulate", "--rules", "pack:cis-aws", "events.json"], 0, "cis-cloudtrail-changes"),
        (&["export", "cloudformation"], 0, "CisAws"),
        (&["export", "sigma", "pack:cis-aws"], 0, "15 Sigma rules written"),
        (&["packs", "cis-aws"], 0, "cis-aws 1."),
        (&["packs", "nothing"], 2, "the packs are "),
        (&["scan", "--rules", "pack:nothing", "events.json"], 3, "the packs are "),
    ];
    for (args, code, part) in cases {
        let ran = program(&root, args);
        assert_eq!(ran.code, Some(code), "{args:?}: {}{}", ran.stdout, ran.stderr);
        assert!(
            ran.stdout.contains(part) || ran.stderr.contains(part),
            "{args:?}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
}

#[test]
fn packs_are_listed_with_versions_rules_and_changes() {
    let root = folder("packs-listed");
    let ran = program(&root, &["packs", "--json"]);
    let packs: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let packs = packs.as_array().unwrap();
    assert!(packs.len() >= 3, "{packs:?}");
    for pack in packs {
        let text = pack.to_string();
        assert!(pack["version"].as_str().is_some_and(|it| it.split('.').count() == 3), "{text}");
        assert!(pack["rules"].as_array().is_some_and(|it| !it.is_empty()), "{text}");
        assert!(pack["changes"][0]["changes"][0].is_string(), "{text}");
    }
}

/// Filters and alarms in accounts have names that follow from these ids.
#[test]
fn the_ids_of_rules_stay() {
    let ran = program(&folder("packs-ids"), &["packs", "--json"]);
    let packs: Vec<serde_json::Value> = serde_json::from_str(&ran.stdout).unwrap();
    let published = include_str!("packs/ids.tsv");
    let mut ids = Vec::new();
    let mut changes = String::new();
    for pack in &packs {
        let rules = pack["rules"].as_array().unwrap().iter();
        ids.extend(rules.map(|id| format!("{}\t{}", pack["name"].as_str().unwrap(), id.as_str().unwrap())));
        changes += &pack["changes"].to_string();
    }
    for row in published.lines() {
        let (_, id) = row.split_once('\t').unwrap();
        let is_named = changes.contains(&format!("removed `{id}`"));
        assert!(
            ids.iter().any(|it| it == row) || is_named,
            "patterns/CHANGELOG.md does not say \"removed `{id}`\""
        );
    }
    for id in ids {
        assert!(
            published.lines().any(|row| row == id),
            "{id}: add it to cli/tests/packs/ids.tsv, and to the changes of its pack"
        );
    }
}
