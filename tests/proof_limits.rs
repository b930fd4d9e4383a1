//! A question, a certificate or a mutation at a limit is answered; beyond the limit the answer says so.

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Decision, Domain, Relation, compare, compare_within, satisfiable};
use cwfilter::certificate::Certificate;
use cwfilter::cloudtrail::catalogue::{names_of, sources_of};
use cwfilter::limits::*;
use cwfilter::rules::{Loader, mutate};

fn read(text: &str) -> FilterPattern {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn certificate(bounds: &Bounds) -> Certificate {
    let (a, b) = (read("{ $.a = x }"), read("{ $.a = y }"));
    let mut certificate = Certificate::new(bounds);
    certificate.add_comparison("one", &a, &b, &compare_within(&a, &b, bounds));
    certificate
}

#[test]
fn certificates() {
    // CERTIFICATE_STEPS: one question
    let of_steps = |steps: usize| certificate(&Bounds::default().with_steps(steps)).check();
    assert_eq!(of_steps(CERTIFICATE_STEPS).map(|it| it.len()), Ok(0));
    let refused = of_steps(CERTIFICATE_STEPS + 1).expect_err("beyond the limit").to_string();
    assert!(refused.contains("at most 20000000"), "{refused}");
    // CERTIFICATE_CHECK_STEPS: all questions; many patterns in one question cost as many pairs
    let with_patterns = |count: usize| {
        let mut certificate = certificate(&Bounds::default());
        certificate.answers[0].questions[0].matched = vec!["{ $.a = x }".to_owned(); count];
        let found = certificate.check().expect("the certificate is checked");
        found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    assert!(!with_patterns(2).contains("not checked"));
    let count = (2.0 * (CERTIFICATE_CHECK_STEPS as f64 * 50.0).sqrt()) as usize;
    let beyond = with_patterns(count);
    assert_eq!(
        beyond,
        "answers 1 to 1 are not checked: all questions together take more than 60000000 steps"
    );
}

#[test]
fn proofs() {
    // PROOF_STEPS: the default
    assert_eq!(Bounds::default().steps, PROOF_STEPS);
    // BRIEF_PROOF_STEPS: the lints
    assert_eq!(Bounds::brief().steps, BRIEF_PROOF_STEPS);
    // SOURCES_OF_NAME: nothing is assumed about a name that more sources have
    let record = |name: &str| {
        format!(
            r#"{{"eventVersion":"1.11","eventTime":"2026-03-04T10:15:30Z","awsRegion":"us-east-1","eventID":"1","eventType":"AwsApiCall","eventName":"{name}","eventSource":"nosuch.amazonaws.com"}}"#
        )
    };
    let few = "StopLogging";
    assert!(sources_of(few).len() <= SOURCES_OF_NAME && sources_of("TagResource").len() > SOURCES_OF_NAME);
    assert!(!Domain::CloudTrail.contains(&record(few)));
    assert!(Domain::CloudTrail.contains(&record("TagResource")));
    // NAMES_TRIED: a source with more names; the example is a record all the same
    assert!(names_of("ec2.amazonaws.com").len() > NAMES_TRIED);
    let bounds = Bounds::default().in_domain(Domain::CloudTrail);
    let Decision::Yes(Some(event)) = satisfiable(&read("{ $.eventSource = \"ec2.amazonaws.com\" }"), &bounds)
    else {
        panic!("no example");
    };
    assert!(Domain::CloudTrail.contains(&event), "{event}");
    // SEPARATE_PAIRS: more predicates of one text than are tried in pairs
    let texts = |count: usize| {
        let all: Vec<String> = (0..count).map(|at| format!("$.a = \"*x{at}*\"")).collect();
        read(&format!("{{ {} }}", all.join(" || ")))
    };
    for count in [8, SEPARATE_PAIRS + 1] {
        let other = texts(count);
        assert_eq!(compare(&other, &texts(count)).relation, Relation::Equivalent, "{count}");
    }
}

/// MUTANTS: the longest pattern has fewer changes, so that all of them are tried or counted.
#[test]
fn mutants() {
    let mut text = String::from("$.a=1");
    while text.len() + 10 < PATTERN_CHARACTERS {
        text += "||$.a=1";
    }
    let rule = format!(
        "[[rule]]\nid = \"r\"\npattern = \'\'\'{{{text}}}\'\'\'\n[[rule.test]]\nname = \"n\"\nevent = {{ zz = 1 }}\nexpect = \"no-match\"\n"
    );
    let file = Loader::new().parse("rules.toml".as_ref(), rule).unwrap_or_else(|errors| panic!("{errors:?}"));
    let found = mutate(&file.rules[0]);
    let all = found.score().1 + found.equivalent.len() + found.undecided.len() + found.not_tried;
    assert!(all > 200 && all < MUTANTS, "{all}");
}
