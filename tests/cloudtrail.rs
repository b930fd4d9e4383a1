//! Every shape in which CloudTrail events are kept, and every way a file can be damaged.
#![cfg(feature = "gzip")]

use cwfilter::PatternSet;
use cwfilter::cloudtrail::{Scanner, head, records};
use std::io::{Read, Write};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What a reader gives: the records, and the first error if there is one.
fn read(input: impl Read) -> (Vec<String>, Option<String>) {
    let (mut found, mut first) = (Vec::new(), None);
    for record in records(input) {
        match record {
            Ok(record) => found.push(String::from_utf8(record.bytes).unwrap()),
            Err(error) => first = first.or(Some(error.to_string())),
        }
    }
    (found, first)
}

/// The same through a scanner with a pattern that matches every record.
fn scan(input: impl Read) -> (Vec<String>, bool) {
    let set = PatternSet::builder().add("all", "".parse().unwrap()).build().unwrap();
    let mut found = Vec::new();
    let scanned = Scanner::new(&set).scan(input, |hit| {
        found.push(String::from_utf8(hit.record.to_vec()).unwrap());
        assert!(hit.number >= found.len() as u64 && hit.ids.len() == 1);
        Ok::<(), std::convert::Infallible>(())
    });
    let scanned = scanned.unwrap();
    assert_eq!(scanned.records, found.len() as u64);
    (found, !scanned.errors.is_empty())
}

/// Gives one byte a call, so that every boundary is met.
struct Dribble<'a>(&'a [u8]);

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
        buffer[0] = *first;
        self.0 = rest;
        Ok(1)
    }
}

const A: &str = r#"{"eventName":"A","text":"}]\"{\\"}"#;
const B: &str = r#"{"eventName":"B","list":[{"x":[]}]}"#;

#[test]
fn every_shape_gives_the_same_records() {
    let shapes = [
        format!(r#"{{"Records":[{A},{B}]}}"#),
        format!(" {{ \"Records\" : [\n{A} ,\n {B}\n] }}\n"),
        format!(r#"{{"version":1,"note":"Records","Records":[{A},{B}],"more":{{"Records":[1]}}}}"#),
        format!("{A}\n{B}\n"),
        format!("{A}\r\n\r\n{B}"),
        format!("{A}{B}"),
        format!("[{A},{B}]"),
        format!(r#"[{{"Records":[{A}]}},{{"Records":[{B}],"more":1}}]"#),
        format!(r#"{{"Records":[{A}]}}{{"Records":[{B}]}}"#),
        format!(
            r#"{{"detail-type":"AWS API Call via CloudTrail","detail":{A}}}{{"detail":{B},"detail-type":"x"}}"#
        ),
        format!("\u{feff}{A}\n{B}"),
        format!("{{\"Records\":[]}}\n{A}\n[]{B}"),
    ];
    for shape in &shapes {
        let expected = (vec![A.to_owned(), B.to_owned()], None);
        assert_eq!(read(shape.as_bytes()), expected, "{shape}");
        assert_eq!(read(Dribble(shape.as_bytes())), expected, "byte by byte: {shape}");
        assert_eq!(read(&gzip(shape.as_bytes())[..]), expected, "gzip: {shape}");
        assert_eq!(read(&gzip(&gzip(shape.as_bytes()))[..]), expected, "gzip twice: {shape}");
        let expected = (expected.0, false);
        assert_eq!(scan(shape.as_bytes()), expected, "scanned: {shape}");
        assert_eq!(scan(&gzip(shape.as_bytes())[..]), expected, "scanned, gzip: {shape}");
    }
    let members =
        [gzip(format!("{{\"Records\":[{A},").as_bytes()), gzip(format!("{B}]}}").as_bytes())].concat();
    assert_eq!(scan(&members[..]).0.len(), 2);
    assert_eq!(read(&members[..]).0.len(), 2, "a record may begin in one gzip member and end in the next");
}

#[test]
fn damage_is_named_with_its_place_and_nothing_else_is_lost() {
    const UNREAD: &str = "; records after it are not read";
    // input, records, the first error
    let cases: &[(&str, usize, &str)] = &[
        ("", 0, "the input is empty (byte 0)"),
        (" \n", 0, "the input is empty (line 2, byte 2)"),
        (":x", 0, "expected a JSON record, found `:` (byte 0)UNREAD"),
        ("\u{1}\u{2}", 0, "binary data, which is not read; it begins with `\u{1}\u{2}` (byte 0)"),
        ("{\"a\":1}\nx", 1, "expected a JSON record, found `x` (line 2, byte 8)UNREAD"),
        ("{\"a\":1}\n{\"b\":", 1, "the input ends inside a record (line 2, byte 13)"),
        ("{\"Records\":[{\"a\":1},{\"b\"", 1, "the input ends inside a record (byte 24)"),
        ("{\"Records\":[{\"a\":1}", 1, "the input ends inside an array of records (byte 19)"),
        ("{\"Records\":[{\"a\":1}]", 1, "the input ends inside the object round the records (byte 20)"),
        (
            "{\"Records\":[{\"a\":1} {\"b\":2}]}",
            2,
            "expected `,` or `]` after a record, found `{` (byte 20); reading continues at byte 20",
        ),
        (
            "{\"Records\":[{\"a\":1},]}",
            1,
            "expected a JSON record, found `]` (byte 20); reading continues at byte 20",
        ),
        (
            "{\"Records\":[{\"a\":1},7]}",
            1,
            "expected a JSON record, found `7` (byte 20); reading continues at byte 21",
        ),
        (
            "{\"a\":1}\n{\"b\";2}\n{\"c\":3}",
            2,
            "invalid JSON: expected `:` (line 2, byte 12); reading continues at line 3, byte 16",
        ),
        ("{\"Records\":[{\"a\":1}],}", 1, "invalid JSON: key must be a string (byte 21)UNREAD"),
        ("{\"a\":[1}", 0, "invalid JSON: expected `,` or `]` (byte 7)UNREAD"),
    ];
    for (input, count, expected) in cases {
        let expected = expected.replace("UNREAD", UNREAD);
        let (found, error) = read(input.as_bytes());
        assert_eq!((found.len(), error.as_deref()), (*count, Some(expected.as_str())), "{input}");
        assert_eq!(scan(input.as_bytes()), (found, true), "scanned: {input}");
    }
    let invalid_utf8 = b"{\"a\":1}{\"b\":\"\xff\"}";
    let (found, error) = read(&invalid_utf8[..]);
    assert_eq!(found.len(), 1);
    assert!(error.unwrap().starts_with("invalid JSON: invalid unicode code point"));
}

#[test]
fn a_cut_gzip_gives_the_records_before_the_cut() {
    let many: Vec<String> =
        (0..2000).map(|n| format!(r#"{{"eventName":"E{}","n":{n}}}"#, n * 7919)).collect();
    let whole = gzip(format!("{{\"Records\":[{}]}}", many.join(",")).as_bytes());
    let (found, error) = read(&whole[..whole.len() / 2]);
    assert!(found.len() > 500 && found.len() < 2000, "{}", found.len());
    assert_eq!(found, many[..found.len()]);
    assert!(error.unwrap().starts_with("cannot read on: "));
    assert_eq!(scan(&whole[..whole.len() / 2]), (found, true));
    let followed = format!("{{\"Records\":[{A}]}}\n{{\"Records\":[{B},7]}}");
    let scanned = Scanner::new(&PatternSet::builder().build().unwrap())
        .scan(&gzip(followed.as_bytes())[..], |_| Ok::<(), ()>(()))
        .unwrap();
    assert_eq!((scanned.records, scanned.errors[0].offset()), (2, followed.len() as u64 - 3));
}

#[test]
fn a_scan_ends_when_its_caller_wants_no_more() {
    let set = PatternSet::builder().add("all", "".parse().unwrap()).build().unwrap();
    let lines = format!("{A}\n{B}\n");
    for input in [format!("{{\"Records\":[{A},{B}]}}"), lines, format!("[{A},{B}]")] {
        for input in [gzip(input.as_bytes()), input.into_bytes()] {
            let mut visits = 0;
            let stopped = Scanner::new(&set).scan(&input[..], |hit| {
                visits += 1;
                Err(hit.number)
            });
            assert_eq!((visits, stopped.unwrap_err()), (1, 1));
        }
    }
}

#[test]
fn a_head_is_what_the_record_says() {
    // record, time, name
    let cases: &[(&str, Option<&str>, Option<&str>)] = &[
        (r#"{"eventTime":"T","eventName":"N","eventTime":"later"}"#, Some("T"), Some("N")),
        (r#" { "a" : {"eventName":"inner"} , "eventName" : "N" }"#, None, Some("N")),
        (r#"{"eventName":"\u0041\"","eventTime":5}"#, None, Some("A\"")),
        (r#"{"\u0065ventName":"N","eventTime":null}"#, None, Some("N")),
        ("{}", None, None),
        ("[]", None, None),
        ("", None, None),
        (r#"{"eventName":"cut"#, None, None),
    ];
    for (record, time, name) in cases {
        let head = head(record.as_bytes());
        assert_eq!((head.event_time.as_deref(), head.event_name.as_deref()), (*time, *name), "{record}");
    }
}

#[test]
fn what_does_not_end_is_refused_before_it_fills_the_memory() {
    let endless = std::io::repeat(b'a');
    let (found, error) = read((&b"{\"a\":\""[..]).chain(endless));
    assert!(found.is_empty());
    assert_eq!(error.unwrap(), "record of more than 16777216 bytes (byte 0); records after it are not read");
    let thrice = gzip(&gzip(&gzip(A.as_bytes())));
    assert_eq!(read(&thrice[..]).1.unwrap(), "more than 2 layers of compression (byte 0)");
}

#[test]
fn deep_nesting_is_only_counted() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let (found, error) = read(deep.as_bytes());
    assert_eq!((found.len(), error), (1, None));
}
