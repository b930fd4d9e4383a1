//! A witness over CloudTrail records is an ordinary record, a call of an API or a sign-in, if there is one.

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Decision, Domain, satisfiable};
use serde_json::Value;

#[test]
fn a_witness_is_an_ordinary_record_if_there_is_one() {
    let bounds = Bounds::default().in_domain(Domain::CloudTrail);
    for (text, kind, name) in [
        (r#"{ $.userIdentity.type = "Root" }"#, "AwsApiCall", None),
        (r#"{ $.errorCode = "AccessDenied*" }"#, "AwsApiCall", None),
        (r#"{ $.eventName = "StopLogging" }"#, "AwsApiCall", Some("StopLogging")),
        (r#"{ $.eventName = "ConsoleLogin" }"#, "AwsConsoleSignIn", Some("ConsoleLogin")),
        (r#"{ $.eventType != "AwsApiCall" }"#, "AwsConsoleSignIn", None),
        // only these records have it
        (r#"{ $.eventType = "AwsServiceEvent" }"#, "AwsServiceEvent", None),
        (r#"{ $.eventName NOT EXISTS }"#, "AwsCloudTrailInsight", None),
        ("StopLogging", "AwsApiCall", None),
    ] {
        let pattern: FilterPattern = text.parse().unwrap();
        let Decision::Yes(Some(event)) = satisfiable(&pattern, &bounds) else { panic!("{text}") };
        assert!(pattern.reference().is_match(event.as_bytes()), "{text}: {event}");
        assert!(Domain::CloudTrail.contains(&event), "{text}: {event}");
        let record: Value = serde_json::from_str(&event).unwrap();
        assert_eq!(record["eventType"], kind, "{text}: {event}");
        if let Some(name) = name {
            assert_eq!(record["eventName"], name, "{text}: {event}");
        }
    }
}
