//! `cwfilter audit` of patterns of other kinds than the controls: what each record of a control contains covers it, and what a record can
//! leave out is an event that is missed.

#[path = "audit/program.rs"]
#[allow(dead_code)]
mod program;

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Domain};
use cwfilter::certificate::{Answer, Certificate};
use cwfilter::controls::{audit_control, control};
use program::{folder, rules, run};
use serde_json::Value;

/// The patterns of the filters, a control of CIS 6.0, and the judgement on it.
const CASES: &[(&[&str], &str, &str)] = &[
    (&["Root"], "5.3", "covered"),
    (&["userIdentity"], "5.3", "covered with noise"),
    (&["Root -invokedBy"], "5.3", "partly covered"),
    (&["Root ConsoleLogin"], "5.3", "partly covered"),
    (&["%Root%"], "5.3", "covered"),
    (&["%Root|never%"], "5.3", "covered"),
    (&["%userIdentity%"], "5.3", "covered with noise"),
    // an expression with operators is no text: nothing is proved
    (&["%Ro+t%"], "5.3", "unknown"),
    (&["%CreateTrail|UpdateTrail|DeleteTrail|StartLogging|StopLogging%"], "5.5", "covered"),
    (&["%CreateTrail|UpdateTrail|DeleteTrail%", "?StartLogging ?StopLogging"], "5.5", "covered"),
    (&["?ERROR ?Fail"], "5.6", "covered"),
    (&["\"Failed authentication\""], "5.6", "covered"),
    (&["ConsoleLogin"], "5.6", "covered with noise"),
    (&["ConsoleLogin Failure"], "5.6", "partly covered"),
    (&["ConsoleLogin -Success"], "5.6", "partly covered"),
    (&["ERROR"], "5.6", "not covered"),
    (&["StopLogging"], "5.5", "partly covered"),
    (&["?CreateTrail ?UpdateTrail ?DeleteTrail ?StartLogging ?StopLogging"], "5.5", "covered"),
    (&["?CreateTrail ?UpdateTrail ?DeleteTrail ?StopLogging"], "5.5", "partly covered"),
    (&["?Trail ?Logging"], "5.5", "covered"),
    (&["?CreateTrail ?UpdateTrail ?DeleteTrail", "?StartLogging ?StopLogging"], "5.5", "covered"),
    (&["CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging"], "5.5", "partly covered"),
    (&["eventName"], "5.5", "covered with noise"),
    (&["%StopLogging|DeleteTrail%"], "5.5", "partly covered"),
    (&["[first, ...]"], "5.6", "covered with noise"),
    // a proof would need the white space of each record
    (&["[w1, w2]"], "5.6", "unknown"),
];

#[test]
fn terms_are_judged_by_what_records_contain() {
    let bounds = Bounds::default().in_domain(Domain::CloudTrail);
    let mut wrong = Vec::new();
    for (patterns, id, judgement) in CASES {
        let patterns: Vec<FilterPattern> = patterns.iter().map(|it| it.parse().unwrap()).collect();
        let control = control(&format!("cis-aws-6.0/{id}")).unwrap();
        let found = audit_control(control, &patterns, &bounds);
        let texts: Vec<&str> = patterns.iter().map(FilterPattern::as_str).collect();
        if found.judgement().name() != *judgement {
            wrong.push(format!("{texts:?} {id}: {}", found.judgement().name()));
        }
        if let Some(event) = &found.missed {
            assert!(!patterns.iter().any(|it| it.is_match(event)), "{texts:?} {event}");
        }
        // a check asks the same; it misses the other controls
        let mut certificate = Certificate::new(&bounds);
        certificate.answers.push(Answer::of_control(&found, &patterns.iter().collect::<Vec<_>>()));
        let differences = certificate.check().unwrap();
        assert!(
            matches!(&differences[..], [only] if only.to_string().starts_with("there is no answer about ")),
            "{texts:?}: {differences:?}"
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Among all messages, a letter can be an escape: the same value, and no term.
#[test]
fn an_escape_is_no_term() {
    let here = folder("audit-terms-json", &[("r.toml", &rules(&[("r", "Root")]))]);
    let args = ["audit", "--against", "cis-aws-6.0", "--domain", "json", "--json", "r.toml"];
    let found: Value = serde_json::from_str(&run(&here, &args).stdout).unwrap();
    let mut controls = found["controls"].as_array().unwrap().iter();
    let root = controls.find(|it| it["control"] == "5.3").unwrap();
    assert_eq!(root["judgement"], "partly covered", "{root:#}");
    assert!(root["missed"].as_str().unwrap().contains("\\u00"), "{root:#}");
}
