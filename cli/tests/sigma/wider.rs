//! A rule that rings where its Sigma rule does not says so in its description and its false positives.

use cwfilter::rules::{Loader, Rule};
use cwfilter::sigma::{Direction, ImportedRule, Importer};
use std::path::Path;

const HEAD: &str = "title: A rule\nname: counted\nlogsource:\n  product: aws\n  service: cloudtrail\nfalsepositives:\n  - Tests\ndetection:\n";

/// What the rule detects, and a correlation that counts its events, or nothing.
const RULES: [(&str, &str); 8] = [
    (
        "a:\n    eventName: ConsoleLogin\n  condition: a",
        "correlation:\n  type: event_count\n  rules: [counted]\n  group-by: [sourceIPAddress]\n  timespan: 10m\n  condition:\n    gte: 5\n",
    ),
    (
        "a:\n    eventName: ConsoleLogin\n  condition: a",
        "correlation:\n  type: event_count\n  rules: [counted]\n  group-by: [userIdentity.arn, awsRegion]\n  timespan: 1h\n  condition:\n    gt: 0\n",
    ),
    // a negated comparison in one case only
    (
        "a:\n    eventName: CreateUser\n  b:\n    requestParameters.userName|contains: 'ü'\n  condition: a and not b",
        "",
    ),
    ("a:\n    eventName: CreateUser\n    errorMessage|contains: denied\n  condition: a", ""),
    // evaluators of Sigma disagree
    ("a:\n    eventName: CreateUser\n    errorCode: [null, AccessDenied]\n  condition: a", ""),
    ("a:\n    eventName: CreateUser\n    errorCode|neq: [AccessDenied, Throttling]\n  condition: a", ""),
    ("a:\n    eventName|startswith: '*Trail'\n  condition: a", ""),
    ("a:\n    eventName|endswith: 'Trail*'\n  condition: a", ""),
];

fn imported(detection: &str, correlation: &str) -> (ImportedRule, Rule) {
    let tail =
        if correlation.is_empty() { String::new() } else { format!("---\ntitle: Many\n{correlation}") };
    let mut file = Importer::new().import("rule", &format!("{HEAD}  {detection}\n{tail}"));
    assert!(file.refused.is_empty() && file.rules.len() == 1, "{file:?}");
    let imported = file.rules.remove(0);
    let mut read = Loader::new().parse(Path::new("rules.toml"), imported.toml.clone()).unwrap();
    (imported, read.rules.remove(0))
}

#[test]
fn what_is_wider_is_in_the_description_and_a_false_positive() {
    let mut wider = 0;
    for (detection, correlation) in RULES {
        let (imported, rule) = imported(detection, correlation);
        let description = rule.description.clone().unwrap_or_default();
        let texts = imported.differences.iter().filter(|it| it.direction == Direction::Wider);
        let expected: Vec<String> =
            texts.map(|it| format!("The Sigma rule does not ring here: {}.", it.text)).collect();
        for difference in &imported.differences {
            assert!(description.contains(&difference.text), "{description}");
        }
        let own = rule.false_positives.iter().filter(|it| it.starts_with("The Sigma rule"));
        assert!(own.eq(expected.iter()), "{:?}", rule.false_positives);
        wider += expected.len();
    }
    assert!(wider >= 7, "{wider}");
}

#[test]
fn a_count_of_groups_names_the_fields() {
    let (_, rule) = imported(RULES[1].0, RULES[1].1);
    let text = "The Sigma rule does not ring here: the alarm counts all events together, and the Sigma rule those of each `userIdentity.arn`, \
                `awsRegion`.";
    assert!(rule.false_positives.iter().any(|it| it == text), "{:?}", rule.false_positives);
    assert!(rule.description.unwrap_or_default().contains("Wider than the Sigma rule: the alarm counts all"));
}
