//! Every container, in every transport: what a match, a negation, a damaged and an empty one answer. `containers.tsv` is the table,
//! `inputs/` has three records in each container: a StopLogging, a ConsoleLogin of the root user, a ListBuckets.

mod beside;
mod both_ways;
mod changed;
mod encodings;
mod ends_of_archives;
mod first_lines;
mod foreign;
mod forms;
mod headings;
mod hostile;
mod middle;
mod own_members;
mod packed;
mod partial;
mod silent;
mod splunk;
mod tables;

use cwfilter::PatternSet;
use cwfilter::evidence::{Scanned, Scanner, records};
use packed::{TRANSPORTS, packed};

const STOPPED: &str = r#"{ $.eventName = "StopLogging" }"#;
const NO_IDENTITY: &str = "{ $.userIdentity.type NOT EXISTS }";

/// What a pattern finds: the number, the record and the log stream of each hit.
fn scan(pattern: &str, input: &[u8]) -> (Vec<(u64, String, Option<String>)>, Scanned) {
    let set = PatternSet::builder().add("p", pattern.parse().unwrap()).build().unwrap();
    let mut hits = Vec::new();
    let scanned = Scanner::new(&set).scan(input, |hit| {
        let record = String::from_utf8(hit.record.to_vec()).unwrap();
        hits.push((hit.number, record, hit.envelope.log_stream.clone()));
        Ok::<(), std::convert::Infallible>(())
    });
    (hits, scanned.unwrap())
}

/// A line of the table.
struct Row {
    file: String,
    /// How a string is written in the file: `raw`, `text` (a JSON string), `csv` or `base64`.
    writing: String,
    /// What comes along with the second record: log group, log stream, timestamp, event id.
    envelope: [String; 4],
    /// Elements that are skipped.
    skipped: u64,
    /// The same container without records, and the answer: `-` for no error, otherwise a part of the error.
    empty: String,
    answer: String,
}

fn table() -> Vec<Row> {
    let text = include_str!("containers.tsv");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let rows = lines.map(|line| {
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        assert_eq!(cells.len(), 9, "{line}");
        let envelope = std::array::from_fn(|at| cells[2 + at].clone());
        let [file, writing, skipped, empty, answer] = [0, 1, 6, 7, 8].map(|at| cells[at].clone());
        Row { file, writing, envelope, skipped: skipped.parse().unwrap(), empty, answer }
    });
    rows.collect()
}

fn input(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/evidence/inputs");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

/// The three records.
fn expected() -> Vec<String> {
    String::from_utf8(input("lines.ndjson")).unwrap().lines().map(str::to_owned).collect()
}

/// Records as values: some containers were printed with blanks.
fn value(record: &str) -> serde_json::Value {
    serde_json::from_str(record).unwrap_or_else(|error| panic!("{error}: {record}"))
}

#[test]
fn every_input_has_a_line_in_the_table() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/evidence/inputs");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut named: Vec<String> = table().into_iter().map(|row| row.file).collect();
    files.sort();
    named.sort();
    assert_eq!(files, named);
}

#[test]
fn a_match_is_found_in_every_container_and_transport() {
    let expected: Vec<_> = expected().iter().map(|record| value(record)).collect();
    for row in table() {
        let text = input(&row.file);
        for transport in TRANSPORTS {
            let label = format!("{} in {transport}", row.file);
            let stored = packed(transport, &text);
            let all: Vec<_> = records(&stored[..])
                .collect::<Result<_, _>>()
                .unwrap_or_else(|error| panic!("{label}: {error}"));
            let found: Vec<_> = all.iter().map(|it| value(&String::from_utf8_lossy(&it.bytes))).collect();
            assert_eq!(found, expected, "{label}");
            assert_eq!(all.iter().map(|it| it.number).collect::<Vec<_>>(), [1, 2, 3], "{label}");
            assert!(all.iter().all(|it| it.is_json), "{label}");
            let (hits, scanned) = scan(STOPPED, &stored);
            assert_eq!(
                (scanned.records, scanned.texts, scanned.damages),
                (3, 0, 0),
                "{label}: {:?}",
                scanned.errors
            );
            assert_eq!(hits.len(), 1, "{label}");
            assert_eq!((hits[0].0, value(&hits[0].1)), (1, expected[0].clone()), "{label}");
            let skipped = scanned.skipped;
            assert_eq!(skipped.control_messages + skipped.notices + skipped.digests, row.skipped, "{label}");
        }
    }
}

#[test]
fn a_negation_does_not_match_the_container() {
    for row in table() {
        let (hits, scanned) = scan(NO_IDENTITY, &input(&row.file));
        assert_eq!((hits.len(), scanned.damages), (0, 0), "{}: {hits:?} {:?}", row.file, scanned.errors);
    }
}

#[test]
fn what_the_container_says_comes_along() {
    for row in table() {
        let all: Vec<_> = records(&input(&row.file)[..]).map(Result::unwrap).collect();
        let second = &all[1].envelope;
        let time = second.time.map(|time| time.to_string());
        let found = [second.log_group.clone(), second.log_stream.clone(), time, second.event_id.clone()];
        let found = found.map(|it| it.unwrap_or_else(|| "-".to_owned()));
        assert_eq!(found, row.envelope, "{}", row.file);
    }
}

/// The second record without the quotes of a string: the damage is inside the record, whatever is around it.
fn damaged(row: &Row) -> Option<Vec<u8>> {
    let text = String::from_utf8(input(&row.file)).unwrap();
    let quote = match row.writing.as_str() {
        "raw" => "\"",
        "text" => "\\\"",
        "text in text" => "\\\\\\\"",
        "csv" => "\"\"",
        "base64" => return None,
        other => panic!("{other}"),
    };
    let find = |between: &str| {
        let whole = format!("{quote}MFAUsed{quote}{between}{quote}No{quote}");
        text.contains(&whole).then(|| text.replacen(&whole, &format!("{quote}MFAUsed{quote}{between}No"), 1))
    };
    Some(find(":").or_else(|| find(": ")).unwrap_or_else(|| panic!("{}", row.file)).into_bytes())
}

#[test]
fn a_damaged_record_is_an_error_and_costs_only_itself() {
    for row in table() {
        let Some(text) = damaged(&row) else { continue };
        for transport in TRANSPORTS {
            let stored = packed(transport, &text);
            let label = format!("{} in {transport}", row.file);
            let (hits, scanned) = scan("", &stored);
            let numbers: Vec<u64> = hits.iter().map(|hit| hit.0).collect();
            assert_eq!(numbers, [1, 3], "{label}: {:?}", scanned.errors);
            assert_eq!((scanned.records, scanned.damages), (2, 1), "{label}: {:?}", scanned.errors);
            let given: Vec<Option<u64>> =
                records(&stored[..]).map(|record| record.ok().map(|record| record.number)).collect();
            assert_eq!(given, [Some(1), None, Some(3)], "{label}");
        }
    }
}

#[test]
fn a_container_that_is_cut_anywhere_is_an_error() {
    for row in table() {
        let text = input(&row.file);
        let text = text.trim_ascii_end();
        // 60 places, and the last byte; a cut between two values or lines is no damage
        for cut in (1..text.len()).step_by(text.len() / 60 + 1).chain([text.len() - 1]) {
            let part = &text[..cut];
            let is_between = text[cut] == b'\n' || part.ends_with(b"\n") || part.ends_with(b"}");
            if is_between && !row.file.ends_with(".json") || row.file == "firehose-extracted.json" {
                continue;
            }
            let (hits, scanned) = scan("", part);
            // a line of text before its message, and a header, are text
            let is_loud = scanned.damages > 0
                || scanned.texts > 0
                || scanned.records == 0 && row.file.ends_with(".csv");
            let is_document = part.ends_with(b"}") && row.file.contains("glued");
            assert!(is_loud || is_document, "{} cut at {cut}: {hits:?}", row.file);
        }
    }
}

#[test]
fn a_container_without_records_says_what_it_is() {
    for row in table().iter().filter(|row| !row.empty.is_empty()) {
        let text = row.empty.replace("\\n", "\n");
        let (hits, scanned) = scan("", text.as_bytes());
        assert_eq!((hits.len(), scanned.records), (0, 0), "{}: {text}", row.file);
        match row.answer.as_str() {
            "-" => assert_eq!(scanned.damages, 0, "{}: {:?}", row.file, scanned.errors),
            answer => {
                let said: Vec<String> = scanned.messages().collect();
                assert!(said.iter().any(|error| error.contains(answer)), "{}: {said:?}", row.file);
            }
        }
    }
}
