//! Answers after which more exists on the service: each is counted once.

use super::scan;

/// An input, and whether it is partial.
const TABLE: &[(&str, bool)] = &[
    // Elasticsearch
    (
        r#"{"took":1,"hits":{"total":{"value":10000,"relation":"gte"},"hits":[{"_index":"i","_id":"1","_source":{"a":1}}]}}"#,
        true,
    ),
    (r#"{"took":1,"hits":{"total":2,"hits":[{"_index":"i","_id":"1","_source":{"a":1}}]}}"#, true),
    (r#"{"took":1,"hits":{"hits":[{"_index":"i","_id":"1","_source":{"a":1}}],"total":2}}"#, true),
    (r#"{"took":1,"hits":{"total":{"value":1},"hits":[{"_index":"i","_id":"1","_source":{"a":1}}]}}"#, false),
    (r#"{"took":1,"hits":{"total":{"value":5},"hits":[]}}"#, true),
    (r#"{"took":1,"timed_out":true,"hits":{"total":{"value":0},"hits":[]}}"#, true),
    (r#"{"took":1,"_shards":{"total":5,"failed":3},"hits":{"total":{"value":0},"hits":[]}}"#, true),
    (r#"{"hits":{"total":{"value":0},"hits":[]},"timed_out":true,"_shards":{"failed":0}}"#, true),
    (
        r#"{"took":1,"timed_out":false,"_shards":{"total":5,"failed":0},"hits":{"total":{"value":0},"hits":[]}}"#,
        false,
    ),
    // two pages have all
    (
        concat!(
            r#"{"hits":{"total":2,"hits":[{"_index":"i","_id":"1","_source":{"a":1}}]}}"#,
            r#"{"hits":{"total":2,"hits":[{"_index":"i","_id":"2","_source":{"a":2}}]}}"#
        ),
        false,
    ),
    // FilterLogEvents
    (r#"{"events":[],"searchedLogStreams":[{"logStreamName":"s","searchedCompletely":false}]}"#, true),
    (r#"{"events":[],"searchedLogStreams":[{"logStreamName":"s","searchedCompletely":true}]}"#, false),
    (r#"{"searchedLogStreams":[{"logStreamName":"s","searchedCompletely":false}],"events":[]}"#, true),
    // CloudTrail Lake
    (
        r#"{"QueryStatus":"FINISHED","QueryStatistics":{"ResultsCount":1,"TotalResultsCount":2},"QueryResultRows":[[{"eventJson":"{}"}]]}"#,
        true,
    ),
    (
        r#"{"QueryStatus":"FINISHED","QueryStatistics":{"ResultsCount":1,"TotalResultsCount":1},"QueryResultRows":[[{"eventJson":"{}"}]]}"#,
        false,
    ),
    // Logs Insights, in any order
    (
        r#"{"statistics":{"recordsMatched":2.0},"results":[[{"field":"@message","value":"x"}]],"status":"Complete"}"#,
        true,
    ),
    (
        r#"{"statistics":{"recordsMatched":1.0},"results":[[{"field":"@message","value":"x"}]],"status":"Complete"}"#,
        false,
    ),
    // Splunk
    (r#"{"preview":true,"results":[{"_raw":"x"}]}"#, true),
    (r#"{"preview":false,"results":[{"_raw":"x"}]}"#, false),
    // Kinesis
    (r#"{"Records":[],"NextShardIterator":"x","MillisBehindLatest":5}"#, true),
    (r#"{"Records":[],"NextShardIterator":"x","MillisBehindLatest":0}"#, false),
];

#[test]
fn an_answer_that_is_not_all_is_counted() {
    let mut wrong = Vec::new();
    for (text, is_partial) in TABLE {
        let (_, scanned) = scan("ERROR", text.as_bytes());
        if scanned.skipped.partial_answers != u64::from(*is_partial) || scanned.damages > 0 {
            wrong.push(format!("{text}: {} {:?}", scanned.skipped.partial_answers, scanned.errors));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
