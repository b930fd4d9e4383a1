//! Each API call that published rule sets watch is in a rule of `patterns/`, or `watched_calls.tsv` has the reason.
//!
//! The table has the calls that two or more of five published sets watch, or one with high severity. The verdict `rule` means that a rule with a
//! threshold of one reads no parameters and matches an event with nothing but the source and the name of the call; `partly`, that rules match it under the conditions
//! that the reason lists; `none`, that no rule watches it, for the reason given.

use cwfilter::rules::{Expect, Rule, load};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const TABLE: &str = include_str!("watched_calls.tsv");

/// Whether an event name is that of a call. Lambda adds the date of its API to names, and a `*` at the end of a call is a prefix.
fn is_named(call: &str, name: &str) -> bool {
    match call.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name.strip_prefix(call).is_some_and(|rest| rest.is_empty() || rest.starts_with("20")),
    }
}

/// An event of the tests of a rule that the rule matches and that is this call: its source and its name.
fn example(rule: &Rule, source: &str, call: &str) -> Option<(String, String)> {
    let matching = rule.tests.iter().filter(|test| test.expect == Expect::Match);
    matching.flat_map(|test| &test.messages).find_map(|message| {
        let event: Value = serde_json::from_str(message).ok()?;
        // an event without a source is a part of a record of the call
        let (found, name) = (event["eventSource"].as_str().unwrap_or(source), event["eventName"].as_str()?);
        let any_source = source == "*" || !rule.pattern.as_str().contains("$.eventSource");
        let is_call = is_named(call, name) && (any_source || found == source);
        is_call.then(|| (if any_source { found } else { source }.to_owned(), name.to_owned()))
    })
}

#[test]
fn every_watched_call_is_in_a_rule_or_has_a_reason() {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns");
    let files = load(&[packs]).unwrap_or_else(|errors| panic!("{errors:?}"));
    let rules: BTreeMap<&str, &Rule> =
        files.iter().flat_map(|file| &file.rules).map(|rule| (rule.id.as_str(), rule)).collect();
    let mut counts = BTreeMap::new();
    for line in TABLE.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [source, call, _, _, verdict, listed, reason] = fields[..] else {
            panic!("seven fields: {line}")
        };
        *counts.entry(verdict).or_insert(0) += 1;
        let listed: Vec<&str> = listed.split(' ').filter(|id| !id.is_empty()).collect();
        let mut fully = false;
        for id in &listed {
            let rule = rules.get(id).unwrap_or_else(|| panic!("{call}: there is no rule {id}"));
            let (source, name) = example(rule, source, call)
                .unwrap_or_else(|| panic!("{source} {call}: no test of {id} is about this call"));
            let bare = json!({ "eventSource": source, "eventName": name }).to_string();
            let rings_at_once = rule.alarm.as_ref().is_some_and(|alarm| alarm.threshold <= 1.0);
            let reads_parameters = rule.pattern.as_str().contains("$.requestParameters");
            fully |= rule.pattern.is_match(&bare) && rings_at_once && !reads_parameters;
        }
        let expected = match (fully, listed.is_empty()) {
            (true, _) => "rule",
            (false, false) => "partly",
            (false, true) => "none",
        };
        assert_eq!(verdict, expected, "{source} {call}");
        assert_eq!(
            reason.is_empty(),
            verdict == "rule",
            "{source} {call}: a verdict other than `rule` needs a reason"
        );
    }
    assert_eq!(counts.values().sum::<i32>(), 238, "{counts:?}");
}
