//! Alarms in rule files that never ring, or always.

use cwfilter::lint::file::check_file;
use cwfilter::sources;
use std::path::Path;

/// The names of the lints found in one rule with these members.
fn found(text: &str) -> Vec<&'static str> {
    let patterns = sources::read(Path::new("rules.toml"), text).unwrap();
    let file = check_file("rules.toml".to_owned(), text.to_owned(), &patterns);
    file.findings.iter().map(|finding| finding.diagnostic.lint).collect()
}

fn rule(id: &str, metric: &str, alarm: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\npattern = '{{ $.level = \"ERROR\" && $.{id} = * }}'\n\
         metric = {{ namespace = \"App\", name = \"M\", {metric} }}\nalarm = {{ {alarm}, missing = \"notBreaching\" }}\n\n"
    )
}

#[test]
fn an_alarm_beside_its_metric() {
    let plain = "value = \"1\"";
    let zero = "value = \"1\", default = 0";
    let below = "comparison = \"LessThanThreshold\"";
    for (metric, alarm, lint) in [
        (plain, "statistic = \"Sum\", period = \"1m\", threshold = 1".to_owned(), None),
        (plain, "statistic = \"Sum\", period = \"10s\", threshold = 1".to_owned(), Some("short-period")),
        (
            "value = \"1\", dimensions = { Fn = \"$.a\" }",
            "statistic = \"Sum\", period = \"1m\", threshold = 1".to_owned(),
            Some("alarm-without-dimensions"),
        ),
        (
            zero,
            "statistic = \"Minimum\", period = \"1m\", threshold = 1".to_owned(),
            Some("default-outweighs-matches"),
        ),
        (
            zero,
            "statistic = \"Average\", period = \"5m\", threshold = 1".to_owned(),
            Some("default-outweighs-matches"),
        ),
        (zero, "statistic = \"Maximum\", period = \"1m\", threshold = 1".to_owned(), None),
        (
            zero,
            "statistic = \"Sum\", period = \"5m\", threshold = 0".to_owned(),
            Some("threshold-always-holds"),
        ),
        (
            plain,
            format!("statistic = \"Sum\", period = \"5m\", threshold = 1, {below}"),
            Some("threshold-never-reached"),
        ),
        (zero, format!("statistic = \"Sum\", period = \"5m\", threshold = 1, {below}"), None),
        (plain, format!("statistic = \"Sum\", period = \"5m\", threshold = 3, {below}"), None),
        // nothing is known of a value that the event brings
        ("value = \"$.a\"", "statistic = \"Sum\", period = \"5m\", threshold = 0".to_owned(), None),
    ] {
        let text = rule("a", metric, &alarm);
        assert_eq!(found(&text), lint.into_iter().collect::<Vec<_>>(), "{text}");
    }
    let heartbeat =
        rule("a", plain, &format!("statistic = \"Sum\", period = \"5m\", threshold = 1, {below}"));
    assert_eq!(found(&heartbeat.replace("notBreaching", "breaching")), [""; 0]);
}

#[test]
fn two_alarms_on_one_metric() {
    let alarm = "statistic = \"Sum\", period = \"5m\", threshold = 5";
    let both = rule("a", "value = \"1\"", alarm) + &rule("b", "value = \"1\"", alarm);
    assert_eq!(found(&both), ["shared-metric"]);
    let allowed = both + "allow = [{ lint = \"shared-metric\", because = \"both are wanted\" }]\n";
    assert_eq!(found(&allowed), [""; 0]);
    // one alarm may well count the events of two filters
    let one =
        rule("a", "value = \"1\"", alarm) + &rule("b", "value = \"1\"", alarm).replace("alarm = ", "# ");
    assert_eq!(found(&one), [""; 0]);
}
