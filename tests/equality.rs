//! Every fast path gives the reference evaluator's verdict, whatever the pattern and the message.

mod generate;
#[path = "generate/matchers.rs"]
mod matchers;

use cwfilter::{FilterPattern, Semantics, Wildcard};
use generate::{Random, message, pattern};
use matchers::matchers;

/// Pattern–message pairs in a run of `cargo test`; `CWFILTER_PAIRS` asks for more.
const PAIRS: usize = 30_000;
const PATTERNS_A_SET: usize = 12;
const MESSAGES_A_SET: usize = 10;

#[test]
fn engine_equals_reference_on_random_pairs() {
    let pairs = std::env::var("CWFILTER_PAIRS").ok().and_then(|pairs| pairs.parse().ok()).unwrap_or(PAIRS);
    let seed = std::env::var("CWFILTER_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut random = Random::new(seed);
    let (mut checked, mut matched) = (0, 0);
    while checked < pairs {
        let texts: Vec<String> = (0..PATTERNS_A_SET).map(|_| pattern(&mut random)).collect();
        let patterns: Vec<FilterPattern> = texts.iter().filter_map(|text| text.parse().ok()).collect();
        let mut matchers = matchers(&patterns);
        for _ in 0..MESSAGES_A_SET {
            let message = message(&mut random);
            let expected: Vec<usize> =
                (0..patterns.len()).filter(|at| patterns[*at].reference().is_match(&message)).collect();
            let text = String::from_utf8_lossy(&message);
            for (name, matcher) in &mut matchers {
                let found: Vec<usize> = matcher.match_event(&message).iter().map(|id| id.index()).collect();
                assert_eq!(found, expected, "{name}: {patterns:#?} on {text}", patterns = texts);
            }
            for (at, pattern) in patterns.iter().enumerate() {
                assert_eq!(pattern.is_match(&message), expected.contains(&at), "{pattern} on {text}");
                assert_eq!(
                    pattern.extract(&message),
                    pattern.reference().extract(&message),
                    "{pattern} on {text}"
                );
            }
            checked += patterns.len();
            matched += expected.len();
        }
    }
    assert!(matched * 20 > checked, "enough of the pairs match to mean something: {matched} of {checked}");
}

#[test]
fn patterns_of_one_text_and_other_semantics_keep_to_themselves_in_a_set() {
    // docs/filter-patterns.md#wildcards: without backtracking `111*111` does not fit
    let read = |wildcard| {
        let semantics = Semantics::default().wildcard(wildcard);
        FilterPattern::with_semantics(r#"{ $.ip = "111*111" }"#, semantics).unwrap()
    };
    let (observed, glob) = (read(Wildcard::Observed), read(Wildcard::Glob));
    for list in [[observed.clone(), glob.clone()], [glob.clone(), observed]] {
        let expected: Vec<usize> = (0..2).filter(|at| list[*at].semantics() == glob.semantics()).collect();
        for (name, matcher) in &mut matchers(&list) {
            let found: Vec<usize> =
                matcher.matches(r#"{"ip":"111.111.111.111"}"#).map(|id| id.index()).collect();
            assert_eq!(found, expected, "{name}");
        }
    }
}

#[test]
fn many_patterns_in_one_set_answer_as_each_alone() {
    let mut random = Random::new(7);
    let patterns: Vec<FilterPattern> = (0..600).filter_map(|_| pattern(&mut random).parse().ok()).collect();
    let mut matchers = matchers(&patterns);
    for _ in 0..150 {
        let message = message(&mut random);
        let alone: Vec<usize> = (0..patterns.len()).filter(|at| patterns[*at].is_match(&message)).collect();
        for (name, matcher) in &mut matchers {
            let found: Vec<usize> = matcher.match_event(&message).iter().map(|id| id.index()).collect();
            assert_eq!(found, alone, "{name} on {}", String::from_utf8_lossy(&message));
        }
    }
}

fn each_path_equals_the_reference(texts: &[&str], messages: &[String]) {
    let patterns: Vec<FilterPattern> = texts.iter().map(|text| text.parse().expect("it parses")).collect();
    for (name, mut matcher) in matchers(&patterns) {
        for message in messages {
            let expected: Vec<usize> = (0..patterns.len())
                .filter(|at| patterns[*at].reference().is_match(message.as_bytes()))
                .collect();
            let found: Vec<usize> = matcher.matches(message).map(|id| id.index()).collect();
            assert_eq!(found, expected, "{name} on {} bytes: {message:.200}", message.len());
        }
    }
}

#[test]
fn short_keys_and_wildcards_of_members_answer_as_the_reference() {
    let texts = [
        "{ $.a = x }",
        "{ $.ab = x }",
        "{ $.abc = x }",
        "{ $.eventName = x }",
        "{ $.o.a = x }",
        "{ $.o.id = x }",
        "{ $.* = x }",
        "{ $.* = y }",
        "{ $.o.* = x }",
        "{ $.o.* = y }",
        "{ $.*.a = x }",
        "{ $.* NOT EXISTS }",
    ];
    let keys = ["", "a", "b", "ab", "ba", "cab", "abc", "id", "eventName", "\\u0061", "\\u0061b", "a\\"];
    let mut messages = Vec::new();
    for first in keys {
        for second in keys {
            // also one key twice, whose last value counts
            messages.push(format!(r#"{{"{first}":"x","{second}":"y"}}"#));
            messages
                .push(format!(r#"{{"{first}" : "y","o":{{"{second}":"x","{first}":"y"}},"{second}":"x"}}"#));
            messages.push(format!(r#"{{"o":{{"{first}":"x","z":"{second}\"}}"}},"{second}":{{"a":"x"}}}}"#));
        }
    }
    each_path_equals_the_reference(&texts, &messages);
}

#[test]
fn huge_and_hostile_messages() {
    let deep =
        |open: &str, close: &str| format!("{{\"a\":{}1{}}}", open.repeat(10_000), close.repeat(10_000));
    let many_keys: Vec<String> = (0..50_000).map(|at| format!("\"k{at}\":{at}")).collect();
    let messages = [
        deep("[", "]"),
        deep("{\"a\":", "}"),
        deep("[", "}"),
        format!("{{{},\"eventName\":\"x\"}}", many_keys.join(",")),
        format!("{{\"eventName\":\"{}\"}}", "x".repeat(1 << 20)),
        format!("{{\"{}\":1,\"eventName\":\"x\"}}", "\\u0065".repeat(10_000)),
        format!("{{\"{}eventName\":\"x\"}}", " ".repeat(500)),
        format!("{{\"eventName\"{}:{}\"x\"}}", " ".repeat(300), "\n".repeat(300)),
        format!("{{\"eventName\":\"{}", "\\".repeat(100_001)),
        "{".repeat(100_000),
        "\"".repeat(100_001),
    ];
    let texts = [
        "{ $.eventName = x }",
        "{ $.a[0][0] NOT EXISTS }",
        "{ $.* = x }",
        "{ $.eventName = *x* }",
        "{ $.k49999 = 49999 }",
        "x",
        "[a, ..., b]",
    ];
    each_path_equals_the_reference(&texts, &messages);
}

#[test]
fn delivery_files_and_lines_give_the_same_records() {
    let mut random = Random::new(3);
    let patterns: Vec<FilterPattern> = (0..40).filter_map(|_| pattern(&mut random).parse().ok()).collect();
    for round in 0..40 {
        let mut records = Vec::new();
        while records.len() < round % 7 {
            let candidate = message(&mut random);
            let is_object = serde_json::from_slice::<serde_json::Map<_, _>>(&candidate).is_ok();
            if is_object && !candidate.contains(&b'\n') {
                records.push(candidate);
            }
        }
        let joint: &[u8] = if round % 2 == 0 { b"," } else { b" ,\n " };
        let file =
            [b"{\"Records\" : [", records.join(joint).as_slice(), b" ],\"more\":{\"a\":[]}}\n"].concat();
        let lines = records.join(&b"\n\r\n"[..]);
        for (name, mut matcher) in matchers(&patterns) {
            let expected: Vec<Vec<cwfilter::PatternId>> = records
                .iter()
                .map(|record| matcher.match_event(record).to_vec())
                .filter(|ids| !ids.is_empty())
                .collect();
            let mut found = Vec::new();
            let count = matcher.scan_records(&file, |_, place, ids| {
                assert!(serde_json::from_slice::<serde_json::Value>(&file[place]).is_ok());
                found.push(ids.to_vec());
            });
            assert_eq!((count, &found), (Ok(records.len() as u64), &expected), "{name}");
            found.clear();
            let count = matcher.scan_ndjson(&lines, |_, ids| found.push(ids.to_vec()));
            assert_eq!((count, &found), (records.len() as u64, &expected), "{name}");
            for cut in 0..file.trim_ascii_end().len().min(400) {
                let result = matcher.scan_records(&file[..cut], |_, _, _| {});
                assert!(result.is_err(), "{name}: cut at {cut} of {}", String::from_utf8_lossy(&file));
            }
        }
    }
}

/// Patterns whose keys are searched for over many lines at once; lines that cannot match are between
/// those that may, so that the search stays on.
#[test]
fn lines_that_are_skipped_match_nothing() {
    let sets: [&[&str]; 6] = [
        &["{ $.eventName = ConsoleLogin }", r#"{ $.errorCode = "Acce*" && $.a NOT EXISTS }"#],
        &["{ $.userIdentity.type = Root }"],
        &["{ $.type = \"Root\" || $.userIdentity.userName = \"a b\" }", "{ $.errorCode = Client* }"],
        &["{ $.eventName = \"ab/cd\" }"],
        &["{ $.eventName = x }", "{ $.errorCode = 12 }", "{ $.a.type > 1 }"],
        &["{ $.items[*].type = \"AccessDenied\" }", "{ $.roleName IS NULL }"],
    ];
    let near = [
        r#"{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"}}"#,
        r#" { "type" : "Root", "errorCode" :"AccessDenied" } "#,
        r#"{"event\u004eame":"ConsoleLogin","userIdentity":{"t\u0079pe":"Root"}}"#,
        r#"{"eventName":"Console\u004cogin","type":"R\u006fot","errorCode":"\u0041ccessDenied"}"#,
        r#"{"a":1,"eventName":"ab\/cd","eventName":"ab\/cd","roleName":null,"items":[{"type":"AccessDenied"}]}"#,
        r#"{"requestParameters":{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"}}}"#,
        r#"{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"}"#,
        r#"{"userIdentity":{"userName":"a b"},"errorCode":"Client.AccessDenied","a":{"type":2}}"#,
    ];
    let mut random = Random::new(11);
    let mut matched = 0;
    for round in 0..60 {
        let texts = sets[round % sets.len()];
        let patterns: Vec<FilterPattern> =
            texts.iter().map(|text| text.parse().expect("it parses")).collect();
        let mut lines: Vec<Vec<u8>> = Vec::new();
        for _ in 0..40 {
            let filler = r#"{"eventName":"Describe","type":"AssumedRole","userAgent":"x"}"#;
            lines.extend((0..random.below(4)).map(|_| filler.as_bytes().to_vec()));
            let blank = random.pick(&["", " \t", "\r", "\u{c}"]);
            lines.push(blank.into());
            lines.push(random.pick(&near).into());
            lines.push(message(&mut random).into_iter().filter(|byte| *byte != b'\n').collect());
        }
        let text = lines.join(&b'\n');
        lines.retain(|line| !line.trim_ascii().is_empty());
        let expected: Vec<(&[u8], Vec<usize>)> = lines
            .iter()
            .map(|line| {
                let ids = (0..patterns.len()).filter(|at| patterns[*at].reference().is_match(line));
                (line.as_slice(), ids.collect::<Vec<usize>>())
            })
            .filter(|(_, ids)| !ids.is_empty())
            .collect();
        matched += expected.len();
        for (name, mut matcher) in matchers(&patterns) {
            let mut found: Vec<(&[u8], Vec<usize>)> = Vec::new();
            let count = matcher.scan_ndjson(&text, |place, ids| {
                found.push((&text[place], ids.iter().map(|id| id.index()).collect()));
            });
            assert_eq!(found, expected, "{name}: {texts:?}");
            assert_eq!(count, lines.len() as u64, "{name}");
        }
    }
    assert!(matched > 200, "enough lines match to mean something: {matched}");
}
