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
    // Live Tail left events out
    (r#"{"sessionUpdate":{"sessionMetadata":{"sampled":true},"sessionResults":[]}}"#, true),
    (r#"{"sessionUpdate":{"sessionResults":[],"sessionMetadata":{"sampled":true}}}"#, true),
    (r#"{"sessionUpdate":{"sessionMetadata":{"sampled":false},"sessionResults":[]}}"#, false),
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
    // Splunk; previews are an error
    (r#"{"preview":false,"results":[{"_raw":"x"}]}"#, false),
    // Kinesis, in any order, and with records
    (
        r#"{"Records":[{"Data":"eA==","SequenceNumber":"1"}],"NextShardIterator":"x","MillisBehindLatest":5}"#,
        true,
    ),
    (
        r#"{"MillisBehindLatest":5,"Records":[{"Data":"eA==","SequenceNumber":"1"}],"NextShardIterator":"x"}"#,
        true,
    ),
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

const COMPLETE: &str =
    r#"{"took":1,"timed_out":false,"_shards":{"failed":0},"hits":{"total":{"value":0},"hits":[]}}"#;

/// Answers one after the other, and how many of them are partial. A page that follows completes a list, and nothing else.
#[rustfmt::skip]
const SEVERAL: &[(&[&str], u64)] = &[
    // not all was searched
    (&[r#"{"took":1,"timed_out":true,"hits":{"total":{"value":0},"hits":[]}}"#, COMPLETE], 1),
    (&[r#"{"hits":{"total":{"value":0},"hits":[]},"timed_out":true}"#, COMPLETE], 1),
    (&[r#"{"took":1,"_shards":{"failed":1},"hits":{"total":{"value":0},"hits":[]}}"#, COMPLETE], 1),
    (&[COMPLETE, r#"{"took":1,"timed_out":true,"hits":{"total":{"value":0},"hits":[]}}"#, COMPLETE], 1),
    (&[r#"{"timed_out":true,"hits":{"total":2,"hits":[{"_id":"1","_source":{"a":1}}]}}"#, r#"{"hits":{"total":2,"hits":[{"_id":"2","_source":{"a":2}}]}}"#], 1),
    (&[r#"{"timed_out":true,"hits":{"total":2,"hits":[{"_id":"1","_source":{"a":1}}]}}"#, r#"{"timed_out":true,"hits":{"total":2,"hits":[]}}"#], 2),
    (&[r#"{"events":[],"searchedLogStreams":[{"searchedCompletely":false}]}"#, r#"{"events":[]}"#], 1),
    // the next page searches them
    (&[r#"{"events":[],"searchedLogStreams":[{"searchedCompletely":false}],"nextToken":"t"}"#, r#"{"events":[],"searchedLogStreams":[{"searchedCompletely":true}]}"#], 0),
    // a further page of the same list
    (&[r#"{"Events":[],"NextToken":"t"}"#, r#"{"Events":[]}"#], 0),
    (&[r#"{"Events":[],"NextToken":"t"}"#, r#"{"Events":[],"NextToken":"u"}"#, r#"{"Events":[]}"#], 0),
    (&[r#"{"Events":[],"NextToken":"t"}"#, r#"{"Events":[],"NextToken":"u"}"#], 1),
    (&[r#"{"Events":[],"NextToken":"t"}"#, r#"{"eventName":"x"}"#, r#"{"Events":[]}"#], 0),
    // of another list
    (&[r#"{"Events":[],"NextToken":"t"}"#, r#"{"events":[]}"#], 1),
    (&[r#"{"Events":[],"NextToken":"t"}"#, r#"{"Records":[]}"#], 1),
    (&[r#"{"Events":[],"NextToken":"t"}"#, COMPLETE], 1),
    (&[r#"{"events":[],"nextToken":"t"}"#, r#"{"messageType":"DATA_MESSAGE","logEvents":[]}"#], 1),
    // the same page again
    (&[r#"{"events":[{"message":"x","timestamp":1}],"nextToken":"t"}"#, r#"{"events":[{"message":"x","timestamp":1}],"nextToken":"t"}"#], 2),
    (&[r#"{"hits":{"total":2,"hits":[{"_id":"1","_source":{"a":1}}]}}"#, r#"{"hits":{"total":2,"hits":[{"_id":"1","_source":{"a":1}}]}}"#], 2),
    // counts of events
    (&[r#"{"hits":{"total":2,"hits":[{"_id":"1","_source":{"a":1}}]}}"#, r#"{"hits":{"total":1,"hits":[{"_id":"2","_source":{"a":1}}]}}"#], 1),
    (&[r#"{"hits":{"total":1,"hits":[{"_id":"1","_source":{"a":1}}]}}"#, r#"{"hits":{"total":2,"hits":[{"_id":"2","_source":{"a":1}}]}}"#], 1),
    (&[r#"{"eventName":"x"}"#, r#"{"eventName":"y"}"#, r#"{"hits":{"total":2,"hits":[{"_id":"2","_source":{"a":1}}]}}"#], 1),
    // the last page of a scroll is empty
    (&[r#"{"hits":{"total":1,"hits":[{"_id":"1","_source":{"a":1}}]}}"#, r#"{"hits":{"total":1,"hits":[]}}"#], 0),
    (&[r#"{"QueryStatus":"FINISHED","QueryStatistics":{"TotalResultsCount":2},"QueryResultRows":[[{"eventJson":"x"}]],"NextToken":"t"}"#, r#"{"QueryStatus":"FINISHED","QueryStatistics":{"TotalResultsCount":2},"QueryResultRows":[[{"eventJson":"y"}]]}"#], 0),
    // Logs Insights has a limit, or a token
    (&[r#"{"statistics":{"recordsMatched":2.0},"results":[[{"field":"@message","value":"x"}]],"status":"Complete"}"#, r#"{"statistics":{"recordsMatched":2.0},"results":[[{"field":"@message","value":"y"}]],"status":"Complete"}"#], 2),
    (&[r#"{"statistics":{"recordsMatched":2.0},"results":[[{"field":"@message","value":"x"}]],"status":"Complete","nextToken":"t"}"#, r#"{"statistics":{"recordsMatched":2.0},"results":[[{"field":"@message","value":"y"}]],"status":"Complete"}"#], 0),
    // Kinesis
    (&[r#"{"Records":[],"MillisBehindLatest":5}"#, r#"{"Records":[],"MillisBehindLatest":0}"#], 0),
    (&[r#"{"Records":[],"MillisBehindLatest":5}"#, r#"{"Records":[]}"#], 1),
    (&[r#"{"Records":[],"MillisBehindLatest":5}"#, r#"{"eventName":"x"}"#], 1),
    (&[r#"{"eventName":"x"}"#, r#"{"Records":[],"MillisBehindLatest":5}"#, r#"{"eventName":"x"}"#], 1),
];

#[test]
fn a_page_that_follows_completes_only_its_list() {
    let mut wrong = Vec::new();
    for (answers, count) in SEVERAL {
        for (form, text) in [
            ("lines", answers.join("\n")),
            ("glued", answers.concat()),
            ("printed", answers.join("\n").replace('{', "{\n")),
            ("an array", format!("[{}]", answers.join(","))),
        ] {
            let (_, scanned) = scan("ERROR", text.as_bytes());
            if scanned.skipped.partial_answers != *count || scanned.damages > 0 {
                wrong
                    .push(format!("{form} {text}: {} {:?}", scanned.skipped.partial_answers, scanned.errors));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The status of each answer counts.
#[test]
fn each_unfinished_query_is_an_error() {
    let row = r#"[{"field":"@message","value":"x"}]"#;
    for status in ["Running", "Scheduled", "Timeout", "Failed", "Cancelled", "Unknown"] {
        let unfinished = format!(r#"{{"results":[{row}],"statistics":{{}},"status":"{status}"}}"#);
        let before = format!(r#"{{"status":"{status}","statistics":{{}},"results":[]}}"#);
        let finished = format!(r#"{{"results":[{row}],"statistics":{{}},"status":"Complete"}}"#);
        let lake = r#"{"QueryStatus":"RUNNING","QueryResultRows":[]}"#;
        for (text, count) in [
            (format!("{unfinished}{finished}"), 1),
            (format!("{before}\n{finished}\n"), 1),
            (format!("{unfinished}{before}{finished}"), 2),
            (format!("[{unfinished},{finished}]"), 1),
            (format!("{lake}\n{finished}\n{lake}"), 2),
        ] {
            let (_, scanned) = scan("ERROR", text.as_bytes());
            assert_eq!(scanned.damages, count, "{text}: {:?}", scanned.errors);
        }
    }
}
