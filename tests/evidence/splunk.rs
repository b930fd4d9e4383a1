//! What Splunk exports: lines with one result each, answers of its API, and tables. A result that was exported before the search was finished
//! comes again after it.

use super::scan;
use serde_json::json;

const STOPPED: &str = r#"{ $.eventName = "StopLogging" }"#;
const RECORD: &str = r#"{"eventVersion":"1.11","userIdentity":{"type":"Root"},"eventTime":"2026-03-04T10:15:30Z","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","awsRegion":"eu-west-1","eventID":"1"}"#;

/// A line of an export.
fn line(preview: bool, offset: u32, event: &str) -> String {
    format!("{}\n", json!({"preview": preview, "offset": offset, "result": {"_raw": event, "host": "h"}}))
}

fn last(preview: bool) -> String {
    format!("{}\n", json!({"preview": preview, "lastrow": true}))
}

struct Case {
    text: String,
    /// records, matches, previews, errors
    counts: (u64, usize, u64, u64),
    said: &'static str,
}

fn case(text: String, counts: (u64, usize, u64, u64), said: &'static str) -> Case {
    Case { text, counts, said }
}

#[test]
fn each_result_is_read_once() {
    let other = RECORD.replace("StopLogging", "ListTrails");
    let (p, q, r, s) =
        (line(true, 0, RECORD), line(true, 0, &other), line(false, 0, RECORD), line(false, 1, &other));
    let answer = |rows: &str| {
        format!(
            r#"{{"preview":false,"init_offset":0,"messages":[],"fields":[{{"name":"_raw"}}],"results":[{rows}],"highlighted":{{}}}}"#
        )
    };
    let preview = |rows: &str| answer(rows).replace("\"preview\":false", "\"preview\":true");
    let csv = |flags: &[&str]| {
        let cell = RECORD.replace('"', "\"\"");
        let rows = flags.iter().map(|flag| format!("{flag},x,\"{cell}\"\n"));
        format!("preview,_time,_raw\n{}", rows.collect::<String>())
    };
    let row = json!({"_raw": RECORD, "_time": "2026-03-04T10:15:30.000+00:00"}).to_string();
    let previews = "the search was not finished";
    let cases = [
        case(format!("{r}{s}"), (2, 1, 0, 0), ""),
        case(format!("{p}{r}{s}"), (2, 1, 1, 0), ""),
        case(format!("{p}{p}{q}{r}{s}"), (2, 1, 3, 0), ""),
        // the end of the rows is no record
        case(format!("{r}{}", last(false)), (1, 1, 0, 0), ""),
        case(format!("{p}{}{r}{}", last(true), last(false)), (1, 1, 1, 0), ""),
        case(last(false), (0, 0, 0, 0), ""),
        // the finished search has no rows
        case(format!("{p}{}", last(false)), (0, 0, 1, 0), ""),
        // the last row says so in its own line
        case(format!("{p}{}", r.replacen("\"offset\"", "\"lastrow\":true,\"offset\"", 1)), (1, 1, 1, 0), ""),
        // previews and nothing else
        case(p.clone(), (0, 0, 1, 1), previews),
        case(format!("{r}{p}"), (1, 1, 1, 1), previews),
        case(format!("{p}{}", last(true)), (0, 0, 1, 1), previews),
        // an array of lines
        case(format!("[{},{}]", p.trim(), r.trim()), (1, 1, 1, 0), ""),
        // answers of the API
        case(answer(&row), (1, 1, 0, 0), ""),
        case(answer(""), (0, 0, 0, 0), ""),
        case(answer(r#"{"count":"5"}"#), (0, 0, 0, 1), "no `_raw`"),
        case(answer(&format!(r#"{row},{{"count":"5"}}"#)), (1, 1, 0, 1), "no `_raw`"),
        case(format!(r#"{{"results":[{row}]}}"#), (1, 1, 0, 0), ""),
        // previews before them, as lines and as answers
        case(format!("{p}{}", answer(&row)), (1, 1, 1, 0), ""),
        case(format!("{p}{}", answer("")), (0, 0, 1, 0), ""),
        case(format!("[{},{}]", p.trim(), answer(&row)), (1, 1, 1, 0), ""),
        case(format!("{}{p}", answer(&row)), (1, 1, 1, 1), previews),
        case(preview(&row), (0, 0, 1, 1), previews),
        case(preview(""), (0, 0, 0, 1), previews),
        case(format!("{}{}", preview(&row), answer(&row)), (1, 1, 1, 0), ""),
        case(format!("{}\n{}\n{}", preview(""), preview(&row), answer("")), (0, 0, 1, 0), ""),
        case(format!("{}{}", answer(&row), preview(&row)), (1, 1, 1, 1), previews),
        case(format!("{}{r}", preview(&row)), (1, 1, 1, 0), ""),
        case(format!("INFO started\n{}\n{}\n", preview(&row), answer(&row)), (2, 1, 1, 0), ""),
        // tables with a column for it
        case(csv(&["false"]), (1, 1, 0, 0), ""),
        case(csv(&["0"]), (1, 1, 0, 0), ""),
        case(csv(&["true", "true", "false"]), (1, 1, 2, 0), ""),
        case(csv(&["1", "0"]), (1, 1, 1, 0), ""),
        case(csv(&["true"]), (0, 0, 1, 1), previews),
        case(csv(&["false", "true"]), (1, 1, 1, 1), previews),
        case(format!("{}false,,\n", csv(&["true"])), (0, 0, 1, 0), ""),
        case(format!("{}{p}", csv(&["false"])), (1, 1, 1, 1), previews),
        case(format!("{}{r}", csv(&["true"])), (1, 1, 1, 0), ""),
        case(csv(&["true"]).replace("_raw", "message").replace("_time", "timestamp"), (1, 1, 0, 0), ""),
        // a table
        case(format!("\"_time\",\"_raw\"\n\"x\",\"{}\"\n", RECORD.replace('"', "\"\"")), (1, 1, 0, 0), ""),
        case(r#"{"preview":true,"result":{"a":1}}"#.to_owned(), (0, 0, 0, 1), "no `_raw`"),
        // an event of an application
        case(r#"{"preview":true,"eventName":"x"}"#.to_owned(), (1, 0, 0, 0), ""),
    ];
    let mut wrong = Vec::new();
    for Case { text, counts, said } in &cases {
        let (hits, scanned) = scan(STOPPED, text.as_bytes());
        let found = (scanned.records, hits.len(), scanned.skipped.previews, scanned.damages);
        let messages = scanned.messages().collect::<Vec<_>>().join(" ");
        if found != *counts || !messages.contains(said) {
            wrong.push(format!("{text}: {found:?} {messages}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
