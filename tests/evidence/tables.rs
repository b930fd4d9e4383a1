//! Tables whose rows do not fit their header: a record in another column, a row with more cells, tables and other files put together.
//! Each record is read, or there is an error.

use super::{STOPPED, input, scan};

fn lines() -> Vec<String> {
    String::from_utf8(input("lines.ndjson")).unwrap().lines().map(str::to_owned).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Base64 of gzip.
fn compressed(text: &str) -> String {
    use base64::Engine;
    use std::io::Write;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    base64::engine::general_purpose::STANDARD.encode(gzip.finish().unwrap())
}

#[test]
fn no_cell_with_a_record_is_dropped() {
    let lines = lines();
    let (stop, other) = (&lines[0], &lines[1]);
    let (stop_cell, other_cell) = (quoted(stop), quoted(other));
    let zipped = compressed(stop);
    // name, table, hits, records, words of the error
    let cases: Vec<(&str, String, usize, u64, &str)> = vec![
        ("in another column", format!("timestamp,message,raw\n1,API call,{stop_cell}\n"), 1, 1, ""),
        ("beside an empty cell", format!("timestamp,message,raw\n1,,{stop_cell}\n"), 1, 1, ""),
        ("beside `@message`", format!("@message,eventJson\nm,{stop_cell}\n"), 1, 1, ""),
        ("beside an empty `CloudTrailEvent`", format!("CloudTrailEvent,message\n,{stop_cell}\n"), 1, 1, ""),
        ("per row", format!("timestamp,message,raw\n1,API call,{stop_cell}\n1,{other_cell},\n"), 1, 2, ""),
        (
            "two records",
            format!("timestamp,message,raw\n1,{other_cell},{stop_cell}\n"),
            0,
            0,
            "two columns of a row hold different records of CloudTrail",
        ),
        ("the same record twice", format!("timestamp,message,raw\n1,{stop_cell},{stop_cell}\n"), 1, 1, ""),
        (
            "more cells than columns",
            format!("timestamp,message\n1,x,{stop_cell}\n1,y\n"),
            0,
            1,
            "a row has more cells than the table has columns (line 2,",
        ),
        ("empty cells at the end", format!("timestamp,message\n1,{stop_cell},,\n"), 1, 1, ""),
        ("a payload", format!("timestamp,message\n1,{zipped}\n"), 1, 1, ""),
        ("a payload in another column", format!("timestamp,message,data\n1,x,{zipped}\n"), 1, 1, ""),
        (
            "two tables of other columns",
            format!("timestamp,message\n1,{other_cell}\nid,timestamp,message\nx,1,{stop_cell}\n"),
            1,
            2,
            "",
        ),
        (
            "two tables of the same columns",
            format!("timestamp,message\n1,{other_cell}\ntimestamp,message\n1,{stop_cell}\n"),
            1,
            2,
            "",
        ),
        (
            "a delivery file after a table",
            format!("timestamp,message\n1,{other_cell}\n{{\"Records\":[{stop}]}}\n"),
            1,
            2,
            "",
        ),
        (
            "lines of JSON after a table",
            format!("timestamp,message\n1,{other_cell}\n{stop}\n{other}\n"),
            1,
            3,
            "",
        ),
        (
            "a printed delivery file after a table",
            format!("timestamp,message\n1,{other_cell}\n{{\n \"Records\": [\n  {stop}\n ]\n}}\n"),
            1,
            2,
            "",
        ),
        (
            "Markdown",
            format!("| @timestamp | @message |\n| --- | --- |\n| 2026-03-04 10:15:30.000 | {stop} |\n"),
            1,
            1,
            "",
        ),
        (
            "a table of psql",
            format!(" timestamp | message \n-----------+---------\n 1 | {stop}\n(1 row)\n\n"),
            1,
            1,
            "",
        ),
        (
            "rows of `--output text`",
            format!("RESULTS\t@message\t{other}\nRESULTS\t@ptr\tabc\nRESULTS\t@message\t{stop}\n"),
            0,
            3,
            "records of CloudTrail inside a container that is not known",
        ),
    ];
    let mut wrong = Vec::new();
    for (name, table, hits, records, said) in cases {
        let (found, scanned) = scan(STOPPED, table.as_bytes());
        let messages: Vec<String> = scanned.messages().collect();
        let is_said = messages.is_empty() == said.is_empty() && messages.concat().contains(said);
        if (found.len(), scanned.records) != (hits, records) || !is_said {
            wrong.push(format!("{name}: {} hits, {} records, {messages:?}", found.len(), scanned.records));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the rules above must not change.
#[test]
fn rows_of_text_stay_as_they_are() {
    // table, pattern, the records that match
    let cases: &[(&str, &str, &[&str])] = &[
        ("timestamp,message\n1,ERROR one\n1,two\n", "ERROR", &["ERROR one"]),
        ("timestamp,message,raw\n1, ERROR one,{}\n", "ERROR", &[" ERROR one"]),
        ("timestamp,message\n1,---\n1,(2 rows)\n", "", &["---", "(2 rows)"]),
        (
            "timestamp,message\n1,\"{\"\"level\"\":\"\"ERROR\"\"}\"\n",
            "{ $.level = ERROR }",
            &["{\"level\":\"ERROR\"}"],
        ),
        ("timestamp,message\n1,[ERROR] one\n", "ERROR", &["[ERROR] one"]),
    ];
    for (table, pattern, expected) in cases {
        let (found, scanned) = scan(pattern, table.as_bytes());
        let records: Vec<String> = found.into_iter().map(|(_, record, _)| record).collect();
        assert_eq!(
            (records.as_slice(), scanned.damages),
            (&expected.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()[..], 0),
            "{table}"
        );
    }
}
