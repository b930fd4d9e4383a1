//! Every record that is counted is proved to be JSON, in every container, and damage costs no more than it has to.

#[path = "support/scratch.rs"]
mod scratch;

#[path = "../../tests/generate/matchers.rs"]
mod matchers;
#[path = "../../benches/support/random.rs"]
mod random;

use cwfilter::cloudtrail::{RecordError, Scanner, records};
use cwfilter::limits::DAMAGES_DESCRIBED;
use cwfilter::{FilterPattern, PatternSet};
use random::Random;
use std::convert::Infallible;
use std::io::{Read, Write};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The same text in several gzip members, cut anywhere.
fn members(bytes: &[u8]) -> Vec<u8> {
    let third = bytes.len() / 3;
    [&bytes[..third], &bytes[third..2 * third], &bytes[2 * third..]].map(gzip).concat()
}

/// The result for an input: number and text of each record; each error's place, the place where reading continues, and its text.
#[derive(Debug, PartialEq, Default)]
struct Given {
    records: Vec<(u64, Vec<u8>)>,
    errors: Vec<(u64, u64, Option<u64>, String)>,
}

impl Given {
    fn add(&mut self, error: &RecordError) {
        self.errors.push((error.offset(), error.line(), error.resumed(), error.to_string()));
    }
}

fn stream(input: impl Read) -> Given {
    let mut given = Given::default();
    for record in records(input) {
        match record {
            Ok(record) => given.records.push((record.number, record.bytes)),
            Err(error) => given.add(&error),
        }
    }
    given
}

/// Through a scanner whose patterns match every record, with or without the proof of the JSON patterns.
fn scan(set: &PatternSet, input: impl Read) -> Given {
    let mut given = Given::default();
    let scanned = Scanner::new(set).scan(input, |hit| {
        given.records.push((hit.number, hit.record.to_vec()));
        Ok::<(), Infallible>(())
    });
    let scanned = scanned.unwrap();
    scanned.errors.iter().for_each(|error| given.add(error));
    assert_eq!(scanned.damages.min(DAMAGES_DESCRIBED as u64), given.errors.len() as u64);
    given
}

/// A set that matches everything, at every level of instructions.
fn sets() -> Vec<PatternSet> {
    let build =
        |name| PatternSet::builder().add("all", "".parse().unwrap()).instruction_set(name).build().unwrap();
    PatternSet::instruction_sets().into_iter().map(build).collect()
}

/// Gives at most this many bytes a call.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

/// The input through every way of reading it: all give the same.
fn through_all(sets: &[PatternSet], text: &[u8]) -> Given {
    let expected = stream(text);
    let shown = String::from_utf8_lossy(text);
    assert_eq!(stream(Drops(text, 7)), expected, "in drops: {shown}");
    assert_eq!(stream(&gzip(text)[..]), expected, "gzip: {shown}");
    assert_eq!(stream(&members(text)[..]), expected, "gzip members: {shown}");
    let mut described = Given { records: expected.records, errors: expected.errors };
    described.errors.truncate(DAMAGES_DESCRIBED);
    for (at, set) in sets.iter().enumerate() {
        assert_eq!(scan(set, text), described, "scanned, level {at}: {shown}");
        assert_eq!(scan(set, &gzip(text)[..]), described, "scanned, gzip, level {at}: {shown}");
    }
    assert_eq!(scan(&sets[0], &members(text)[..]), described, "scanned, gzip members: {shown}");
    described
}

/// Damage of a record, written `{"n":2,…}` in its place, and the byte of it that is wrong; after a cut it is the first byte
/// of the record, or the end.
const DAMAGES: &[(&str, &str, &[u8], usize)] = &[
    // name, whether the record's end is beyond doubt, text, byte
    ("NaN", "sure", b"{\"n\":2,\"z\":NaN}", 11),
    ("a word that is cut", "sure", b"{\"n\":2,\"z\":tru}", 14),
    ("a leading zero", "sure", b"{\"n\":2,\"z\":01}", 12),
    ("a number without digits", "sure", b"{\"n\":2,\"z\":-}", 12),
    ("a trailing comma", "sure", b"{\"n\":2,\"z\":1,}", 13),
    ("a trailing comma in an array", "sure", b"{\"n\":2,\"z\":[1,]}", 14),
    ("a comma too many", "sure", b"{\"n\":2,,\"z\":1}", 7),
    ("no colon", "unsure", b"{\"n\":2,\"z\" 1}", 11),
    ("a number for a key", "sure", b"{\"n\":2,7:1}", 7),
    ("a raw control character", "sure", b"{\"n\":2,\"z\":\"a\x01b\"}", 13),
    ("an unknown escape", "sure", b"{\"n\":2,\"z\":\"a\\qb\"}", 14),
    ("half an escape", "sure", b"{\"n\":2,\"z\":\"a\\u12\"}", 18),
    ("invalid UTF-8", "sure", b"{\"n\":2,\"z\":\"a\xffb\"}", 13),
    ("an overlong encoding", "sure", b"{\"n\":2,\"z\":\"a\xc0\xafb\"}", 13),
    ("a single quote", "sure", b"{\"n\":2,\"z\":'a'}", 11),
    ("a comment", "unsure", b"{\"n\":2,/* */\"z\":1}", 7),
    ("the wrong bracket", "unsure", b"{\"n\":2,\"z\":[1}}", 13),
    ("a quote that is missing", "unsure", b"{\"n\":2,\"z\":\"a}", usize::MAX),
    ("a quote too many", "unsure", b"{\"n\":2,\"z\":\"a\"b\"}", 14),
    ("a bracket that is missing", "unsure", b"{\"n\":2,\"z\":{\"a\":1}", usize::MAX),
    ("the end of the record is missing", "unsure", b"{\"n\":2,\"z\":", usize::MAX),
];

struct Container {
    name: &'static str,
    before: &'static str,
    between: &'static str,
    after: &'static str,
    /// the records that are read after a record whose end is uncertain
    unsure: &'static [u64],
}

/// Four records in each; the second one is damaged.
const CONTAINERS: &[Container] = &[
    Container { name: "NDJSON", before: "", between: "\n", after: "\n", unsure: &[1, 3, 4] },
    Container { name: "NDJSON with CRLF", before: "", between: "\r\n", after: "", unsure: &[1, 3, 4] },
    Container {
        name: "NDJSON with blank lines",
        before: "\n",
        between: "\n \n",
        after: "\n",
        unsure: &[1, 3, 4],
    },
    Container { name: "one after the other", before: "", between: "", after: "", unsure: &[1] },
    Container { name: "delivery file", before: "{\"Records\":[", between: ",", after: "]}", unsure: &[1] },
    Container {
        name: "delivery file with blanks",
        before: "{ \"Records\" : [ ",
        between: " , ",
        after: " ] } ",
        unsure: &[1],
    },
    Container {
        name: "delivery file of lines",
        before: "{\"Records\":[\n",
        between: ",\n",
        after: "\n]}\n",
        unsure: &[1, 3, 4],
    },
    Container {
        name: "delivery file with members",
        before: "{\"ChildShards\":[{}],\"Records\":[",
        between: ",",
        after: "],\"state\":{\"Records\":[7]}}",
        unsure: &[1],
    },
    Container { name: "array", before: "[", between: ",", after: "]", unsure: &[1] },
    Container {
        name: "array of lines",
        before: "[\n  ",
        between: ",\n  ",
        after: "\n]\n",
        unsure: &[1, 3, 4],
    },
    Container {
        name: "delivery files in lines",
        before: "{\"Records\":[",
        between: "]}\n{\"Records\":[",
        after: "]}",
        unsure: &[1, 3, 4],
    },
    Container {
        name: "EventBridge events",
        before: "{\"detail-type\":\"x\",\"detail\":",
        between: "}\n{\"detail-type\":\"x\",\"detail\":",
        after: "}",
        unsure: &[1, 3, 4],
    },
    Container {
        name: "hits of Elasticsearch in lines",
        before: "{\"_id\":\"x\",\"_source\":",
        between: "}\n{\"_id\":\"x\",\"_source\":",
        after: "}",
        unsure: &[1, 3, 4],
    },
    Container {
        name: "answer of Elasticsearch",
        before: "{\"took\":1,\"hits\":{\"total\":{},\"hits\":[{\"_id\":\"x\",\"_source\":",
        between: "},{\"_id\":\"x\",\"_source\":",
        after: "}],\"max_score\":1}}",
        unsure: &[1],
    },
    Container {
        name: "export task",
        before: "2026-03-01T10:01:00.000Z ",
        between: "\n2026-03-01T10:01:00.000Z ",
        after: "\n",
        unsure: &[1, 3, 4],
    },
];

fn record(number: u64) -> Vec<u8> {
    format!("{{\"n\":{number},\"t\":\"}}]{{[\\\"é\"}}").into_bytes()
}

#[test]
fn each_damage_in_each_container_costs_one_record() {
    let sets = sets();
    for (name, end, damaged, byte) in DAMAGES {
        for container in CONTAINERS {
            let label = format!("{name}, {}", container.name);
            let wraps = ["delivery files in lines", "EventBridge events", "hits of Elasticsearch in lines"]
                .contains(&container.name);
            let mut texts: Vec<Vec<u8>> = (1..=4).map(record).collect();
            texts[1] = damaged.to_vec();
            let start = container.before.len() + texts[0].len() + container.between.len();
            let text = [
                container.before.as_bytes(),
                &texts.join(container.between.as_bytes()),
                container.after.as_bytes(),
            ]
            .concat();
            let given = through_all(&sets, &text);
            let numbers: Vec<u64> = given.records.iter().map(|(number, _)| *number).collect();
            // a record of its own line is the only loss, whatever became of its end
            let expected: &[u64] = if *end == "sure" { &[1, 3, 4] } else { container.unsure };
            assert_eq!(numbers, expected, "{label}: {:#?}", given.errors);
            for (number, bytes) in &given.records {
                assert_eq!(*bytes, record(*number), "{label}");
            }
            assert!(!given.errors.is_empty(), "{label}");
            if *byte != usize::MAX {
                assert_eq!(given.errors[0].0, (start + byte) as u64, "{label}: {:#?}", given.errors);
            }
            if !wraps && *end == "sure" {
                assert_eq!(given.errors.len(), 1, "{label}: {:#?}", given.errors);
            }
            if expected.len() == 1 && container.name != "one after the other" {
                let last = given.errors.last().unwrap();
                let says = last.3.contains("records after it are not read") || last.3.contains("ends inside");
                assert!(last.2.is_none() && says, "{label}: {:#?}", given.errors);
            }
        }
    }
}

/// The damaged texts of all containers, plain and compressed, as files of one folder.
fn folder(name: &str, damaged: &[u8]) -> std::path::PathBuf {
    let folder = scratch::folder(&format!("proved/{}", name.replace(' ', "-")));
    for container in CONTAINERS {
        let mut texts: Vec<Vec<u8>> = (1..=4).map(record).collect();
        texts[1] = damaged.to_vec();
        let text = [
            container.before.as_bytes(),
            &texts.join(container.between.as_bytes()),
            container.after.as_bytes(),
        ]
        .concat();
        let path = folder.join(format!("{}.json", container.name.replace(' ', "-")));
        std::fs::write(&path, &text).unwrap();
        std::fs::write(path.with_extension("json.gz"), gzip(&text)).unwrap();
        std::fs::write(path.with_extension("members.json.gz"), members(&text)).unwrap();
    }
    folder
}

#[test]
fn the_program_names_each_damaged_file_and_exits_with_3() {
    use std::process::{Command, Stdio};
    for (name, _, damaged, _) in DAMAGES {
        let folder = folder(name, damaged);
        let mut files: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let scan = |args: &[&str], input: Stdio| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_cwfilter"));
            command.args(["scan", "--count", "--json", "--pattern", "{ $.n = 4 }"]).args(args).stdin(input);
            let output = command.output().unwrap();
            (output.status.code(), output.stdout, String::from_utf8(output.stderr).unwrap())
        };
        let (code, counts, errors) = scan(&[folder.to_str().unwrap()], Stdio::null());
        assert_eq!(code, Some(3), "{name}: {errors}");
        for file in &files {
            assert!(errors.contains(&format!("error: {}: ", file.display())), "{name}: {file:?}: {errors}");
        }
        let counts: serde_json::Value = serde_json::from_slice(&counts).unwrap();
        assert_eq!(counts["failedInputs"], files.len(), "{name}: {errors}");
        assert_eq!(counts["damages"], errors.matches("error: ").count(), "{name}: {errors}");
        for file in files.iter().filter(|file| file.to_string_lossy().contains("NDJSON.json")) {
            let (code, counts, errors) = scan(&["-"], std::fs::File::open(file).unwrap().into());
            let counts: serde_json::Value = serde_json::from_slice(&counts).unwrap();
            let found = (code, counts["records"].as_u64(), counts["matches"]["pattern"].as_u64());
            assert_eq!(found, (Some(3), Some(3), Some(1)), "{name}: {file:?}: {errors}");
        }
    }
}

#[test]
fn what_is_between_and_round_the_records_is_proved() {
    let sets = sets();
    // text, numbers of the records, the first error's byte and why
    let cases: &[(&str, &[u64], u64, &str)] = &[
        (r#"{"v":NaN,"Records":[{"n":1}]}"#, &[], 5, "expected value"),
        (r#"{"v":01,"Records":[{"n":1}]}"#, &[], 6, "invalid number"),
        (r#"{"Records":[{"n":1}],"state":NaN}"#, &[1], 29, "expected value"),
        (r#"{"Records":[{"n":1}],"state":tru}"#, &[1], 32, "expected ident"),
        (r#"{"Records":[{"n":1}],}"#, &[1], 21, "key must be a string"),
        (r#"{"Records":[{"n":1}]"state":1}"#, &[1], 20, "expected `,`"),
        (r#"{"Records":[{"n":1}]]"#, &[1], 20, "expected `,`"),
        (r#"{"Records":[{"n":1}}"#, &[1], 19, "expected `,` or `]`"),
        (r#"{"Records":[{"n":1}]}x"#, &[1], 21, "expected a JSON record"),
        (r#"{"Records":[{"n":1}]}}"#, &[1], 21, "expected a JSON record"),
        (r#"{"Records":[{"n":1},,{"n":2}]}"#, &[1, 2], 20, "expected a JSON record"),
        (r#"{"Records":[,{"n":1}]}"#, &[1], 12, "expected a JSON record"),
        (r#"{"Records":[{"n":1},]}"#, &[1], 20, "expected a JSON record"),
        (r#"{"Records":[{"n":1}{"n":2}]}"#, &[1, 2], 19, "expected `,` or `]`"),
        (r#"{"Records":[{"n":1}x,{"n":2}]}"#, &[1, 2], 19, "expected `,` or `]`"),
        (r#"{"Records":[7,{"n":1},"x",null,[{}],{"n":2}]}"#, &[2, 6], 12, "expected a JSON record"),
        (
            r#"[{"Records":[{"n":1}]},{"Records":[{"n":NaN},{"n":3}]},{"n":4}]"#,
            &[1, 3, 4],
            40,
            "expected value",
        ),
        (r#"[{"Records":[{"n":1}],"state":NaN},{"Records":[{"n":2}]}]"#, &[1], 30, "expected value"),
        (r#"[{"n":1},NaN,{"n":2}]"#, &[1, 3], 9, "expected a JSON record"),
        ("{\"Records\":[{\"n\":1}\x0c]}", &[1], 19, "expected `,` or `]`"),
        ("{\"n\":1}\x0c\n{\"n\":2}", &[1, 3], 7, "expected a JSON record"),
        ("{\"n\":1}\n\x0b\n{\"n\":2}", &[1, 3], 8, "expected a JSON record"),
        (":\n,\n{\"n\":3}\n", &[3], 0, "expected a JSON record"),
        ("{\"n\":1}\n7\n{\"n\":2}", &[1, 3], 8, "expected a JSON record"),
        // a file that another one was appended to, though its end is missing
        ("{\"Records\":[{\"n\":1}\n{\"Records\":[{\"n\":2}]}", &[1, 2], 20, "expected `,` or `]`"),
        ("{\"Records\":[\n{\"n\":1},\n{\"n\":\n{\"Records\":[\n{\"n\":3}]}", &[1, 3], 22, "cut off"),
        // printed over several lines: nothing inside of a damaged value is a record
        (
            "{\n  \"a\": tru,\n  \"b\": [\n    {\n    }\n  ]\n}\n{\n  \"n\": 2\n}\n",
            &[2],
            12,
            "expected ident",
        ),
        (
            "[\n  {\n    \"a\": tru,\n    \"b\": {\n    }\n  },\n  {\n    \"n\": 2\n  }\n]\n{\"n\":3}\n",
            &[2, 3],
            18,
            "expected ident",
        ),
        ("{\"a\":[\n{\"n\":2}\n{\"n\":3}\n", &[2, 3], 0, "cut off"),
        ("{\"a\":\"\n{\"n\":2}\n", &[2], 6, "control character"),
    ];
    for (text, numbers, byte, why) in cases {
        let given = through_all(&sets, text.as_bytes());
        let found: Vec<u64> = given.records.iter().map(|(number, _)| *number).collect();
        assert_eq!(found, *numbers, "{text}: {:#?}", given.errors);
        let first = given.errors.first().unwrap_or_else(|| panic!("{text}: no error"));
        assert_eq!(first.0, *byte, "{text}: {first:?}");
        assert!(first.3.contains(why), "{text}: {first:?}");
    }
}

/// A text of many records in one of the shapes, with some bytes changed, left out or put in.
fn damaged(random: &mut Random) -> Vec<u8> {
    const SOURCES: &[&str] = &[
        r#"{"eventName":"StopLogging","n":-0.5e+3,"l":[1,{"a":null}],"t":true}"#,
        r#"{"eventName":"x","userAgent":"a \"b\" }]{[ \\","u":"\u00e9é"}"#,
        r#"{}"#,
        r#"{"requestParameters":{"policy":"{\"Version\":\"2012\",\"Statement\":[{}]}"},"z":[[],{}]}"#,
        "{\n  \"eventName\": \"y\",\n  \"o\": {\n    \"n\": 0\n  }\n}",
        r#"{"detail-type":"d","detail":{"eventName":"z"}}"#,
    ];
    let count = random.below(9);
    let texts: Vec<&str> = (0..count).map(|_| random.pick(SOURCES)).collect();
    let shapes = [("", "\n", "\n"), ("", "", ""), ("{\"Records\":[", ",", "]}"), ("[", ",", "]")];
    let spaced = [
        (" {\"Records\" : [\n", " ,\n", "\n],\"more\":{\"a\":[]}}\n"),
        ("[\n", ",\n", "\n]\n"),
        ("[{\"Records\":[", "]},\n{\"Records\":[", "]}]\n"),
        ("{\"v\":1,\"Records\":[", ", ", "],\"Records\":[{\"n\":1}]}\n{\"Records\":[]}"),
        ("{\"Records\":[", "]}\n{\"Records\":[", "]}\n"),
    ];
    let (before, between, after) =
        if random.below(2) == 0 { shapes[random.below(4)] } else { spaced[random.below(5)] };
    let mut text = [before.as_bytes(), texts.join(between).as_bytes(), after.as_bytes()].concat();
    // blocks are 64 bytes: each place in one has its turn
    text.splice(0..0, std::iter::repeat_n(b' ', random.below(65)));
    for _ in 0..random.below(4) {
        if text.is_empty() {
            break;
        }
        let at = random.below(text.len());
        let bytes = b"\"\\{}[]:, \n\r\t\x0c\x01\xff01tn-.eE\xc3";
        let byte = bytes[random.below(bytes.len())];
        match random.below(5) {
            0 => text[at] = byte,
            1 => text.insert(at, byte),
            2 => drop(text.drain(at..(at + 1 + random.below(3)).min(text.len()))),
            3 => text.truncate(at),
            _ => {
                let end = (at + random.below(20)).min(text.len());
                let part = text[at..end].to_vec();
                text.splice(at..at, part);
            }
        }
    }
    text
}

/// Rounds of the property; `CWFILTER_DAMAGES` asks for more.
const ROUNDS: usize = 400;

#[test]
fn whatever_is_damaged_all_readers_agree_and_every_record_is_json() {
    let rounds = std::env::var("CWFILTER_DAMAGES").ok().and_then(|it| it.parse().ok()).unwrap_or(ROUNDS);
    let sets = sets();
    let seed = std::env::var("CWFILTER_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut random = Random::new(seed);
    let (mut errors, mut after, mut clean) = (0, 0, 0);
    for _ in 0..rounds {
        let text = damaged(&mut random);
        let shown = String::from_utf8_lossy(&text);
        let given = through_all(&sets, &text);
        // an input that begins as text is read as lines of text, which are counted as such
        let texts = records(&text[..]).filter(|record| record.as_ref().is_ok_and(|it| !it.is_json)).count();
        let is_json = |record: &[u8]| {
            let value: Result<&serde_json::value::RawValue, _> = serde_json::from_slice(record);
            value.is_ok_and(|value| value.get().starts_with('{'))
        };
        let proved = given.records.iter().filter(|(_, record)| is_json(record)).count();
        assert!(proved + texts >= given.records.len(), "{shown}");
        // the reference: a text is undamaged if serde_json reads it from end to end
        let mut values = serde_json::Deserializer::from_slice(&text).into_iter::<serde_json::Value>();
        let is_json = values.all(|value| value.is_ok());
        if !is_json {
            assert!(!given.errors.is_empty() || texts > 0, "silent: {shown}");
        }
        if given.errors.is_empty() {
            clean += 1;
        } else {
            errors += given.errors.len();
            after += usize::from(given.errors[0].2.is_some_and(|at| at < text.len() as u64));
        }
        assert!(given.errors.iter().all(|error| error.0 <= text.len() as u64), "{shown}");
    }
    assert!(clean * 10 > rounds && errors > rounds / 2 && after * 10 > rounds, "{clean} {errors} {after}");
}

#[test]
fn a_delivery_file_is_read_whole_or_has_an_error() {
    let mut random = Random::new(5);
    let pattern: FilterPattern = "".parse().unwrap();
    let mut whole = 0;
    for _ in 0..ROUNDS {
        let text = damaged(&mut random);
        let value: Result<serde_json::Value, _> = serde_json::from_slice(&text);
        for (name, mut matcher) in matchers::matchers(std::slice::from_ref(&pattern)) {
            let mut places = Vec::new();
            let count = matcher.scan_records(&text, |_, place, _| places.push(place));
            let shown = String::from_utf8_lossy(&text);
            let visited = count.as_ref().map_or_else(|error| error.records(), |count| *count);
            assert_eq!(places.len() as u64, visited, "{name}: {shown}");
            match &value {
                Ok(_) => whole += usize::from(count.is_ok()),
                Err(_) => assert!(count.is_err(), "{name}: silent: {shown}"),
            }
            for place in places {
                assert!(serde_json::from_slice::<serde_json::Value>(&text[place]).is_ok(), "{name}: {shown}");
            }
        }
    }
    assert!(whole > 30, "{whole}");
}

#[test]
fn damage_without_end_has_bounds() {
    let garbage = ",\n".repeat(100_000);
    let sets = sets();
    let scanned = Scanner::new(&sets[0]).scan(garbage.as_bytes(), |_| Ok::<(), ()>(())).unwrap();
    assert_eq!((scanned.records, scanned.damages, scanned.errors.len()), (0, 100_000, DAMAGES_DESCRIBED));
    assert_eq!(scanned.messages().last().unwrap(), "99900 more damaged places");
    // each line is cut where all that follows may still belong to it
    let open = "{\"a\":[\n".repeat(200_000);
    let scanned = Scanner::new(&sets[0]).scan(open.as_bytes(), |_| Ok::<(), ()>(())).unwrap();
    let last = scanned.errors.last().unwrap().to_string();
    assert!(scanned.damages < 100 && last.contains("cut off so often"), "{} {last}", scanned.damages);
    let endless = (&b"{\"n\":1}\n"[..]).chain(std::io::repeat(b'x'));
    let given = stream(endless);
    assert_eq!((given.records.len(), given.errors.len(), given.errors[0].2), (1, 1, None));
}
