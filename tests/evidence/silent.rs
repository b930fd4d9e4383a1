//! Events in forms that nothing reads are an error if JSON patterns are matched; forms that lose nothing are read.

use super::packed::zip;
use super::{STOPPED, input, scan};

fn lines() -> Vec<String> {
    String::from_utf8(input("lines.ndjson")).unwrap().lines().map(str::to_owned).collect()
}

/// What `xxd`, `hexdump -C`, `hexdump`, `od` and `xxd -p` print.
fn dumps(bytes: &[u8]) -> [(&'static str, String); 5] {
    let rows = |row: &dyn Fn(usize, &[u8]) -> String| {
        bytes.chunks(16).enumerate().map(|(at, part)| row(at * 16, part) + "\n").collect::<String>()
    };
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let groups = |part: &[u8], size: usize| part.chunks(size).map(hex).collect::<Vec<_>>().join(" ");
    let octal = |part: &[u8]| {
        let words = part
            .chunks(2)
            .map(|pair| format!("{:06o}", u16::from_le_bytes([pair[0], *pair.get(1).unwrap_or(&0)])));
        words.collect::<Vec<_>>().join(" ")
    };
    [
        ("xxd", rows(&|at, part| format!("{at:08x}: {}  text", groups(part, 2)))),
        ("hexdump -C", rows(&|at, part| format!("{at:08x}  {}  |text|", groups(part, 1)))),
        ("hexdump", rows(&|at, part| format!("{at:07x} {}", groups(part, 2)))),
        ("od", rows(&|at, part| format!("{at:07o} {}", octal(part)))),
        ("xxd -p", hex(bytes) + "\n"),
    ]
}

#[test]
fn events_in_forms_that_nothing_reads_are_loud() {
    let projected = r#"{"EventId":"1","EventName":"StopLogging","EventTime":"2026-03-01T10:01:00+00:00","Username":"alice"}"#;
    let mut cases: Vec<(&str, String, &str)> = vec![
        ("lookup-events, some members", format!("[{projected}]"), "in another form"),
        ("with the envelope", format!("{{\"Events\":[{projected}]}}"), "in another form"),
        ("two members", r#"[{"EventName":"CreateUser","Username":"alice"}]"#.to_owned(), "in another form"),
        ("as a table", "-----\n|  LookupEvents  |\n+----+\n||  EventName |  StopLogging ||\n".to_owned(), "in another form"),
        ("as YAML", "- EventId: '1'\n  EventName: StopLogging\n  Username: alice\n".to_owned(), "in another form"),
        (
            "Sentinel",
            r#"[{"TimeGenerated":"x","EventName":"StopLogging","UserIdentityArn":"a","SourceIpAddress":"203.0.113.7"}]"#.to_owned(),
            "in another form",
        ),
        ("Sentinel's CSV", "TimeGenerated [UTC],EventName,Account\nx,StopLogging,y\n".to_owned(), "without a column of whole records"),
        ("Splunk's CSV", "_time,eventName,user,src_ip\nx,StopLogging,alice,203.0.113.1\n".to_owned(), "without a column of whole records"),
        ("Splunk's table", r#"{"preview":false,"result":{"eventName":"StopLogging","user":"alice","_time":"x"}}"#.to_owned(), "no `_raw`"),
        ("logfmt", "time=x eventName=StopLogging user=alice\n".to_owned(), "in another form"),
        ("CEF", "CEF:0|Amazon|AWS CloudTrail|1.0|StopLogging|StopLogging|5|suser=alice\n".to_owned(), "CEF or LEEF"),
        ("CEF in syslog", "Mar  1 10:01:00 host CEF:0|A|B|1.0|StopLogging|x|5|suser=alice\n".to_owned(), "CEF or LEEF"),
        ("LEEF", "LEEF:2.0|Amazon|CloudTrail|1.0|StopLogging|src=203.0.113.1\n".to_owned(), "CEF or LEEF"),
        ("rows without names", r#"[["StopLogging","2026-03-01T10:01:00+00:00","alice"]]"#.to_owned(), "expected a JSON record"),
    ];
    let record = &lines()[0];
    for (name, text) in dumps(record.as_bytes()) {
        cases.push((name, text, "a dump of bytes"));
    }
    for (name, text, said) in cases {
        let (hits, scanned) = scan(STOPPED, text.as_bytes());
        let messages: Vec<String> = scanned.messages().collect();
        assert!(messages.iter().any(|it| it.contains(said)), "{name}: {messages:?}");
        assert_eq!(hits.len(), 0, "{name}");
    }
}

/// What the programs print, by command.
fn printed_dumps() -> Vec<(&'static str, &'static str)> {
    let text = include_str!("dumps.txt");
    text.split("== ").skip(1).map(|dump| dump.split_once('\n').unwrap()).collect()
}

#[test]
fn a_dump_that_a_program_printed_is_loud() {
    let programs = [
        ("a Buffer of Node.js", "<Buffer 1f 8b 08 00 00 00 00 00 00 03 75 51 cb 6e c3 20 ... 50 more bytes>"),
        ("bytes of Go", "[123 34 82 101 99 111 114 100 115 34 58 91]"),
        ("bytes of Java", "[31, -117, 8, 0, 0, 0, 0, 0, 0, 3]"),
        ("bytes of JavaScript", "31,139,8,0,0,0,0,0,0,3,117,81,203,110"),
        ("od -tu1z", "0000000 123  34  82 101  99 111 114 100 115  34  >{\"Records\"<"),
        ("without offsets", "7b 22 52 65 63 6f 72 64  73 22 3a 5b 0a 7b 22 65  |{\"Records\":[.{\"e|"),
    ];
    let mut wrong = Vec::new();
    for (name, text) in printed_dumps().into_iter().chain(programs) {
        let (hits, scanned) = scan(STOPPED, text.as_bytes());
        // columns of characters may begin as JSON does
        let is_json = text.trim_start().starts_with(['{', '[']) && scanned.records == 0;
        let is_said = scanned.messages().any(|it| it.contains("a dump of bytes") || is_json);
        if !is_said || !hits.is_empty() {
            wrong.push(format!("{name}: {:?}", scanned.errors));
        }
        let (_, scanned) = scan("ERROR", text.as_bytes());
        if scanned.damages > 0 && !is_json {
            wrong.push(format!("{name} and a pattern of text: {:?}", scanned.errors));
        }
        if !cwfilter::evidence::is_evidence(text.as_bytes()) {
            wrong.push(format!("{name} is no evidence"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Lines with many numbers, offsets and columns that are no dumps.
#[test]
fn numbers_are_no_dump() {
    let lines = [
        "203.0.113.7 - - [01/Mar/2026:10:01:00 +0000] \"GET / HTTP/1.1\" 200 512",
        "0000000 200 512 300 404",
        "0000000 1 2 3 4 5 6 7 8 9 10",
        "000000 4bf92f3577b34da6 00f067aa0ba902b7 GET /orders 200",
        "00000000-0000-0000-0000-000000000000 order cancelled",
        "0000000,12,345,678,901,234,567,890,123",
        "123 34 45 67 89 300 12 4",
        "123 34 9000 1",
        "123,34,82,101,99,111,114,700",
        "31 139 7 0 0 0 0 0 0 3",
        "31,28,31,30,31,30,31,31,30,31,30,31",
        "40 12 181 47 253 100 251 0",
        " 1  0      0 801536  93028 2313072    0    0   151   308  531 1040 12  5 82  1  0",
        "10:01:01 AM     all      5.03      0.00      1.51      0.50      0.00     92.96",
        "deadbeef cafebabe 01234567 89abcdef",
        "4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7 01",
        "static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };",
        "  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b,",
        "P   K   a   g   e   s",
        "us  west  and  us  east  are  regions  of  AWS",
        "(   a   )",
        "1767225600 1767225660 1767225720 1767225780",
        "[1, 2, 3, 4, 5, 6, 7, 8, 9]",
        "[31, 139, 9, 0, 0, 0, 0, 0]",
    ];
    for line in lines {
        let text = format!("INFO started\n{line}\n{line}\nINFO ended\n");
        let (_, scanned) = scan(STOPPED, text.as_bytes());
        let messages: Vec<String> = scanned.messages().collect();
        assert!(messages.is_empty(), "{line}: {messages:?}");
    }
}

/// Patterns of text read the lines of a dump, and those after it; JSON patterns cannot, wherever it is.
#[test]
fn a_dump_within_a_text_ends_nothing() {
    let dump = "00000000: 7b22 6576 656e 7456 6572 7369 6f6e 223a  text";
    for text in [
        format!("INFO started\n{dump}\nERROR ended\n"),
        format!("{dump}\nERROR ended\n"),
        format!("{}\n{dump}\nERROR ended\n", "x".repeat(5000)),
    ] {
        let (hits, scanned) = scan("ERROR", text.as_bytes());
        assert_eq!((hits.len(), scanned.damages), (1, 0), "{text:.80}: {:?}", scanned.errors);
        let (_, scanned) = scan(STOPPED, text.as_bytes());
        assert!(scanned.messages().any(|said| said.contains("a dump of bytes")), "{text:.80}");
    }
}

/// A pattern for events of an application.
const ORDERS: &str = r#"{ $.order = "cancelled" }"#;

/// The same look, and nothing is wrong.
#[test]
fn events_of_applications_and_patterns_of_text_are_not_accused() {
    let siem = "CEF:0|Amazon|AWS CloudTrail|1.0|StopLogging|StopLogging|5|suser=alice\n";
    let cases = [
        ("ERROR", siem),
        ("ERROR", "- EventName: StopLogging\n"),
        ("StopLogging", siem),
        ("ERROR", "00000000: 7b22 6576 656e 7456 6572 7369 6f6e 223a  text\n"),
        ("ERROR", "INFO started\n00000000: 7b22 6576 656e 7456 6572 7369 6f6e 223a  text\nERROR\n"),
        (ORDERS, r#"{"event_name":"CreateOrder","event_id":"1","event_time":"x"}"#),
        (ORDERS, r#"{"EventName":"UserLoggedIn","EventId":4,"Username":"alice"}"#),
        (STOPPED, r#"{"eventName":"CreateUser","user":"alice"}"#),
        (STOPPED, "level=info event_name=click event_id=7\n"),
        (STOPPED, "00000000 is the number of the order\n"),
        (STOPPED, "7b22 is how JSON begins\n"),
        (STOPPED, "the eventName is CreateUser: see above\n"),
        (STOPPED, "\"GET / HTTP/1.1\" 200\nfine\n"),
    ];
    for (pattern, text) in cases {
        let (_, scanned) = scan(pattern, text.as_bytes());
        let messages: Vec<String> = scanned.messages().collect();
        assert!(messages.is_empty(), "{pattern} {text}: {messages:?}");
    }
}

#[test]
fn forms_that_lose_nothing_are_read() {
    let lines = lines();
    let quoted: Vec<String> = lines.iter().map(|line| serde_json::to_string(line).unwrap()).collect();
    let pretty: Vec<String> = lines
        .iter()
        .map(|line| {
            serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(line).unwrap()).unwrap()
        })
        .collect();
    let separated = |newline: &str| lines.iter().map(|it| format!("\u{1e}{it}{newline}")).collect::<String>();
    let delivery = |at: usize| format!("{{\"Records\":[{}]}}", lines[at]);
    let cases = [
        ("arrays of an array", format!("[[{},{}],[{}]]", lines[0], lines[1], lines[2])),
        ("an empty page", format!("[[{}],[],[{},{}]]", lines[0], lines[1], lines[2])),
        ("deeper", format!("[[[{}],[{}]],[[{}]]]", lines[0], lines[1], lines[2])),
        ("over lines", format!("[\n [\n{}\n ],\n [\n{},\n{}\n ]\n]\n", pretty[0], pretty[1], pretty[2])),
        ("delivery files of pages", format!("[[{},{}],[{}]]", delivery(0), delivery(1), delivery(2))),
        ("rows of one text", format!("[[{}],[{}],[{}]]", quoted[0], quoted[1], quoted[2])),
        ("a string a line", quoted.join("\n")),
        ("strings and records", format!("{}\n{}\n{}\n", quoted[0], lines[1], quoted[2])),
        ("a text sequence", separated("\n")),
        ("without newlines", separated("")),
        ("printed", pretty.iter().map(|it| format!("\u{1e}{it}\n")).collect()),
        ("lines with commas", lines.join(",\n") + ",\n"),
        ("no comma after the last", lines.join(",\n")),
        ("commas before", lines.join("\n,")),
        ("commas after delivery files", [delivery(0), delivery(1), delivery(2)].join(",\n")),
    ];
    for (name, text) in cases {
        let (hits, scanned) = scan(STOPPED, text.as_bytes());
        assert_eq!((hits.len(), scanned.records, scanned.damages), (1, 3, 0), "{name}: {:?}", scanned.errors);
        assert_eq!(scanned.texts, 0, "{name}");
        let numbers: Vec<u64> =
            cwfilter::evidence::records(text.as_bytes()).map(|record| record.unwrap().number).collect();
        assert_eq!(numbers, [1, 2, 3], "{name}");
    }
}

#[test]
fn what_is_lost_in_such_forms_is_loud() {
    let lines = lines();
    let cases = [
        ("a comma too much", format!("{},\n,{}\n", lines[0], lines[1]), 1),
        ("a comma first", format!(",{}\n{}\n", lines[0], lines[1]), 1),
        ("an array that does not end", format!("[[{}],[{}]", lines[0], lines[1]), 2),
        ("an array that ends twice", format!("[[{}]]]\n{}\n", lines[0], lines[1]), 2),
        ("a cut sequence", format!("\u{1e}{}\n\u{1e}{}\n\u{1e}{}\n", lines[0], &lines[1][..40], lines[2]), 2),
    ];
    for (name, text, records) in cases {
        let (_, scanned) = scan(STOPPED, text.as_bytes());
        assert!(scanned.damages > 0, "{name}");
        assert_eq!(scanned.records, records, "{name}: {:?}", scanned.errors);
    }
}

/// A pattern is written for the records of the form that it matches and reads, and not for all of an archive.
#[test]
fn a_match_clears_only_records_of_its_form() {
    let record = &lines()[0];
    let escaped = serde_json::to_string(record).unwrap();
    let (wrapped, other) = (format!("{{\"log\":{escaped}}}"), format!("{{\"payload\":{escaped}}}"));
    let lower = r#"{"eventname":"StopLogging","eventsource":"cloudtrail.amazonaws.com"}"#;
    // pattern, input, hits, errors
    let cases: &[(&str, String, usize, u64)] = &[
        ("{ $.log = *StopLogging* }", format!("{wrapped}\n{wrapped}\n"), 2, 0),
        ("{ $.log = *StopLogging* }", format!("{wrapped}\n{other}\n"), 1, 1),
        ("{ $.log = *StopLogging* }", format!("{other}\n{wrapped}\n"), 1, 1),
        ("{ $.log = *StopLogging* }", format!("{wrapped}\n{lower}\n"), 1, 1),
        ("{ $.log = *StopLogging* || $.payload = *StopLogging* }", format!("{wrapped}\n{other}\n"), 2, 0),
        // it matches, and reads nothing of the record
        ("{ $.userIdentity.type NOT EXISTS }", format!("{wrapped}\n"), 1, 1),
        ("{ $.userIdentity.type NOT EXISTS }", format!("{lower}\n"), 1, 1),
        ("{ $.eventname = StopLogging }", format!("{lower}\n"), 1, 0),
        ("StopLogging", format!("{wrapped}\n{other}\n"), 2, 0),
    ];
    for (pattern, text, matches, errors) in cases {
        for (name, input) in
            [("lines", text.clone().into_bytes()), ("a zip", zip("a.ndjson", text.as_bytes()))]
        {
            let (hits, scanned) = scan(pattern, &input);
            let found = (hits.len(), scanned.damages);
            assert_eq!(found, (*matches, *errors), "{name}, {pattern} {text}: {:?}", scanned.errors);
        }
    }
}

/// Two files of a zip, the first one compressed by this method.
fn zip_of_two(method: rawzip::CompressionMethod, first: &[u8], second: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut out = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
    for (name, method, bytes) in
        [("a.json", method, first), ("b.json", rawzip::CompressionMethod::STORE, second)]
    {
        let (mut entry, config) = archive.new_file(name).compression_method(method).start().unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(bytes).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    out
}

#[test]
fn a_file_of_a_zip_that_is_not_read_is_named_with_its_method() {
    use rawzip::CompressionMethod as Method;
    let record = lines()[0].clone().into_bytes();
    for (method, name) in [(Method::BZIP2, "BZIP2"), (Method::LZMA, "LZMA"), (Method::DEFLATE64, "DEFLATE64")]
    {
        let (hits, scanned) = scan(STOPPED, &zip_of_two(method, b"?", &record));
        let messages: Vec<String> = scanned.messages().collect();
        assert_eq!((hits.len(), messages.len()), (1, 1), "{messages:?}");
        let said = ["`a.json` of the zip", name, "unpack the archive"];
        assert!(said.iter().all(|said| messages[0].contains(said)), "{messages:?}");
    }
}

/// An error shows how the input begins, also if it is printed over lines.
#[test]
fn an_error_shows_more_than_a_bracket() {
    let text = format!("{{\n  \"data\": {{\n    \"Records\": [\n{}\n]}}}}", lines()[0]);
    let (_, scanned) = scan(STOPPED, text.as_bytes());
    let messages: Vec<String> = scanned.messages().collect();
    assert!(
        messages[0].contains("begins with `{ \"data\": { \"Records\": [ {\"eventVersion\""),
        "{messages:?}"
    );
}
