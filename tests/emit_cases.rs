//! `emit` answers the requests of `emit_cases.jsonl`. The tests of the packages for JavaScript and Python read the same table.

use cwfilter::answers::EmitRequest;
use cwfilter::metric::MissingDimension;
use serde_json::{Value, json};

#[test]
fn requests_of_emit() {
    let mut wrong = Vec::new();
    let table = include_str!("emit_cases.jsonl");
    for line in table.lines() {
        let mut case: Value = serde_json::from_str(line).unwrap();
        let assumed = match case["missingDimension"].as_str() {
            None => Some(MissingDimension::Drop),
            Some("omit") => Some(MissingDimension::Omit),
            Some("error") => None,
            Some(other) => panic!("missingDimension {other}"),
        };
        let answer = EmitRequest::from_json(case["request"].take()).and_then(|it| it.answer(assumed));
        let expect = &case["expect"];
        let found = answer.map(|answer| serde_json::to_value(answer).unwrap()).map_err(|error| error.message);
        let is_right = match &found {
            Ok(answer) => answer == expect,
            Err(message) => match expect["error"].as_str() {
                Some(exact) => message == exact,
                None => expect["error_contains"].as_str().is_some_and(|part| message.contains(part)),
            },
        };
        if !is_right {
            wrong.push(json!({ "id": case["id"], "found": found, "expect": expect }).to_string());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(table.lines().count(), 28);
}
