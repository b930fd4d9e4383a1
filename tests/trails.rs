//! What a plan says of the trails of an account: which events their selectors take, and where they deliver.

mod account;

use account::{Group, Memory, State};
use cwfilter::provision::{Finding, Options, Purpose, Stack, desired, identify, observe, plan};
use serde_json::{Value, json};
use std::path::Path;

const STACK: &str =
    "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\nlog_group = { name = \"trail\" }\n";

fn trail(name: &str, group: &str) -> Value {
    json!({ "Name": name, "TrailARN": format!("arn:aws:cloudtrail:us-east-1:123456789012:trail/{name}"), "CloudWatchLogsLogGroupArn": group })
}

const OURS: &str = "arn:aws:logs:us-east-1:123456789012:log-group:trail:*";

/// What a plan finds about the trail for a rule with this pattern.
fn findings(pattern: &str, trails: Vec<Value>, selectors: Value) -> Vec<Finding> {
    let mut state = State::default();
    state.groups.insert("trail".to_owned(), Group::default());
    (state.trails, state.selectors) = (trails, selectors);
    state.trail_status = json!({ "IsLogging": true });
    let memory = Memory::with(state);
    let stack = Stack::parse(Path::new("cwfilter.toml"), STACK).unwrap();
    let rule = format!(
        "[[rule]]\nid = \"r\"\npattern = '{pattern}'\nmetric = {{ namespace = \"S\", name = \"m\", value = \"1\" }}\n"
    );
    let files = [cwfilter::rules::parse(Path::new("rules.toml"), rule).unwrap()];
    let target = identify(&memory, &stack).unwrap();
    let wanted = desired(&stack, &files, &target).unwrap();
    let observed = observe(&memory, &stack, &wanted, &target, Purpose::Plan).unwrap();
    let found = plan(&stack, &wanted, &observed, &Options::default()).findings;
    found.into_iter().filter(|it| it.link == "trail").collect()
}

fn names(event: &str) -> String {
    format!("{{ $.eventName = \"{event}\" }}")
}

/// The pattern, the selectors, and what is not recorded; empty: everything is.
#[test]
fn what_the_selectors_of_a_trail_take() {
    let plain = |it: Value| json!({ "EventSelectors": [it] });
    let advanced = |it: Vec<Value>| {
        let all: Vec<Value> = it.into_iter().map(|fields| json!({ "FieldSelectors": fields })).collect();
        json!({ "AdvancedEventSelectors": all })
    };
    let management = || json!({ "Field": "eventCategory", "Equals": ["Management"] });
    let objects = |more: Value| {
        let mut fields = vec![
            json!({ "Field": "eventCategory", "Equals": ["Data"] }),
            json!({ "Field": "resources.type", "Equals": ["AWS::S3::Object"] }),
        ];
        fields.extend(more.as_array().unwrap().iter().cloned());
        Value::from(fields)
    };
    let kms =
        |operator: &str| json!([management(), { "Field": "eventSource", operator: ["kms.amazonaws.com"] }]);
    let decrypt = "{ $.eventSource = \"kms.amazonaws.com\" && $.eventName = \"Decrypt\" }";
    let s3 = "data events of AWS::S3::Object, which r look at";
    let of_s3 = json!([{ "Type": "AWS::S3::Object", "Values": ["arn:aws:s3"] }]);
    let table: Vec<(String, Value, &str)> = vec![
        // AWS's default
        (names("StopLogging"), json!({}), ""),
        (names("GetObject"), json!({}), s3),
        (names("StopLogging"), plain(json!({ "ReadWriteType": "WriteOnly" })), ""),
        (
            names("GetCallerIdentity"),
            plain(json!({ "ReadWriteType": "WriteOnly" })),
            "reading calls, which r look at",
        ),
        (
            names("StopLogging"),
            plain(json!({ "ReadWriteType": "ReadOnly" })),
            "writing calls, which r look at",
        ),
        (names("Delete*"), plain(json!({ "ReadWriteType": "ReadOnly" })), "writing calls, which r look at"),
        (names("*Logging"), plain(json!({ "ReadWriteType": "ReadOnly" })), ""),
        // what a pattern excludes is not what it looks at
        (
            "{ $.eventName != \"GetObject\" && $.eventName = \"PutKeyPolicy\" }".to_owned(),
            plain(json!({ "ReadWriteType": "WriteOnly" })),
            "",
        ),
        (
            "{ $.eventSource != \"kms.amazonaws.com\" && $.eventName = \"PutKeyPolicy\" }".to_owned(),
            plain(json!({ "ExcludeManagementEventSources": ["kms.amazonaws.com"] })),
            "",
        ),
        (
            decrypt.to_owned(),
            plain(json!({ "ExcludeManagementEventSources": ["kms.amazonaws.com"] })),
            "events of kms.amazonaws.com, which r look at",
        ),
        (
            decrypt.to_owned(),
            advanced(vec![kms("NotEquals")]),
            "events of kms.amazonaws.com, which r look at",
        ),
        (decrypt.to_owned(), advanced(vec![kms("NotEquals"), json!([management()])]), ""),
        (
            names("StopLogging"),
            advanced(vec![objects(json!([]))]),
            "management events, which the rules look at",
        ),
        (
            names("StopLogging"),
            plain(json!({ "IncludeManagementEvents": false })),
            "management events, which the rules look at",
        ),
        // data events
        (names("GetObject"), plain(json!({ "DataResources": of_s3 })), ""),
        (names("GetObject"), plain(json!({ "ReadWriteType": "WriteOnly", "DataResources": of_s3 })), s3),
        (names("PutObject"), plain(json!({ "ReadWriteType": "WriteOnly", "DataResources": of_s3 })), ""),
        (names("GetObject"), advanced(vec![json!([management()])]), s3),
        (names("GetObject"), advanced(vec![json!([management()]), objects(json!([]))]), ""),
        (
            names("GetObject"),
            advanced(vec![
                json!([management()]),
                objects(json!([{ "Field": "readOnly", "Equals": ["false"] }])),
            ]),
            s3,
        ),
        (names("Invoke"), json!({}), "data events of AWS::Lambda::Function, which r look at"),
        (
            "{ $.eventName = \"Query\" && $.eventSource = \"dynamodb.amazonaws.com\" }".to_owned(),
            json!({}),
            "data events of AWS::DynamoDB::Table, which r look at",
        ),
        // another service has an event of this name
        ("{ $.eventName = \"Query\" && $.eventSource = \"config.amazonaws.com\" }".to_owned(), json!({}), ""),
    ];
    for (pattern, selectors, expected) in table {
        let found = findings(&pattern, vec![trail("t", OURS)], selectors.clone());
        let dead: Vec<&str> = found.iter().filter(|it| it.is_dead).map(|it| it.message.as_str()).collect();
        let expected: Vec<String> =
            expected.split_terminator('\n').map(|it| format!("the trail `t` does not record {it}")).collect();
        assert_eq!(dead, expected, "{pattern} {selectors}");
        assert_eq!(found.len(), expected.len(), "{found:?}");
    }
}

/// The check names a selector on a field, or with an operator, that it does not model, whatever the selector may leave out.
#[test]
fn selectors_that_are_not_modelled_are_said() {
    for (field, operator) in
        [("eventName", "NotEquals"), ("eventSource", "StartsWith"), ("userIdentity.arn", "Equals")]
    {
        let management = json!({ "Field": "eventCategory", "Equals": ["Management"] });
        let fields = json!([management, { "Field": field, operator: ["x"] }]);
        let selectors = json!({ "AdvancedEventSelectors": [{ "FieldSelectors": fields }] });
        let found = findings(&names("StopLogging"), vec![trail("t", OURS)], selectors);
        let messages: Vec<String> = found.iter().map(|it| it.message.clone()).collect();
        let said = format!("the trail `t` has a selector on `{field}` `{operator}`, which is not modelled");
        assert_eq!(messages, [said]);
        assert!(!found[0].is_dead);
    }
}

/// The stack's region beside the trail's home region, to which it delivers; another account; another log group.
#[test]
fn a_trail_that_delivers_elsewhere_is_named() {
    let nowhere = "no trail of this region delivers to the log group `trail`";
    let table: [(Vec<Value>, &str); 6] = [
        (vec![], ""),
        (vec![trail("t", "")], ""),
        (
            vec![trail("home", "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*")],
            "; the trail `home` delivers to `trail` in eu-west-1 of account 123456789012",
        ),
        (
            vec![trail("org", "arn:aws:logs:us-east-1:210987654321:log-group:trail:*")],
            "; the trail `org` delivers to `trail` in us-east-1 of account 210987654321",
        ),
        (
            vec![trail("t", "arn:aws:logs:us-east-1:123456789012:log-group:other:*")],
            "; the trail `t` delivers to `other` in us-east-1 of account 123456789012",
        ),
        // the log group of this name is named first
        (
            vec![
                trail("a", "arn:aws:logs:us-east-1:123456789012:log-group:other:*"),
                trail("b", "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*"),
            ],
            "; the trail `b` delivers to `trail` in eu-west-1 of account 123456789012",
        ),
    ];
    for (trails, expected) in table {
        let found = findings(&names("StopLogging"), trails, json!({}));
        let messages: Vec<&str> = found.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(messages, [format!("{nowhere}{expected}")]);
        assert!(found[0].is_dead);
    }
}
