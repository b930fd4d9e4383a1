//! `fmt` and `lint --fix` change patterns and nothing else; JSON is read as JSON.

#[path = "support/scratch.rs"]
mod scratch;

#[path = "../../tests/rewrite/host.rs"]
mod host;
#[path = "../../tests/rewrite/model.rs"]
mod model;
#[path = "../../benches/support/random.rs"]
mod random;

use cwfilter::sources::{HostedPattern, Rewritten, SourceError, read, rewrite};
use cwfilter::{FilterPattern, Span};
use host::{Kind, host};
use random::Random;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join("tests/rewrite")
}

/// A folder of its own for a test.
fn scratch(name: &str) -> PathBuf {
    scratch::folder(&format!("rewrite-{name}"))
}

fn cwfilter(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(args).current_dir(folder).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// `before/` holds files of every kind, `fmt/` and `fix/` what the commands make of them, byte for byte.
#[test]
fn files_are_rewritten_as_they_were_once() {
    for (command, after) in [(&["fmt"][..], "fmt"), (&["lint", "--fix=suggested"], "fix")] {
        let scratch = scratch(after);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder().join("before")).unwrap() {
            let path = entry.unwrap().path();
            names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            std::fs::copy(&path, scratch.join(names.last().unwrap())).unwrap();
        }
        assert!(names.len() >= 8, "{names:?}");
        let output = cwfilter(&scratch, &[command, &["."]].concat());
        assert!(output.status.code().is_some_and(|code| code < 2), "{}", stderr(&output));
        for name in names {
            let written = std::fs::read(scratch.join(&name)).unwrap();
            let expected = folder().join(after).join(&name);
            if std::env::var_os("CWFILTER_BLESS").is_some() {
                std::fs::create_dir_all(expected.parent().unwrap()).unwrap();
                std::fs::write(&expected, &written).unwrap();
            }
            let expected = std::fs::read(&expected).unwrap();
            let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).escape_debug().to_string();
            assert_eq!(shown(&written), shown(&expected), "{after}/{name}");
        }
        // a second run has nothing to do
        if after == "fmt" {
            let again = cwfilter(&scratch, &["fmt", "--check", "."]);
            assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
        }
    }
}

#[test]
fn what_cannot_be_rewritten_is_named_with_the_reason() {
    // file, text, message
    let table = [
        (
            "alias.yaml",
            "FilterPattern: &p '{$.a=1}'\nDescription: *p\n",
            "1:19: `` is left as it is: an alias puts",
        ),
        (
            "used.yaml",
            "Description: &p '{$.a=1}'\nFilterPattern: *p\n",
            "2:16: `` is left as it is: it is an alias",
        ),
        (
            "heredoc.tf",
            "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {\n  pattern = <<EOT\n{$.a=\"\u{7}\"}\nEOT\n}\n",
            "2:13: `a` is left as it is: the text has control characters",
        ),
        (
            "interpolated.tf",
            "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {\n  pattern = \"{$.a=\\\"${var.x}\\\"}\"\n}\n",
            "2:13: `a` is left as it is: `var.x` is not declared",
        ),
        (
            "join.yaml",
            "A:\n  FilterPattern: !Join ['', ['{$.a', '=1}']]\n",
            "2:18: `A` is left as it is: it is put together from several texts",
        ),
    ];
    let scratch = scratch("left");
    for (name, text, said) in table {
        std::fs::write(scratch.join(name), text).unwrap();
        let output = cwfilter(&scratch, &["fmt", name]);
        assert!(stderr(&output).contains(&format!("{name}:{said}")), "{name}: {}", stderr(&output));
        assert_eq!(std::fs::read_to_string(scratch.join(name)).unwrap(), text, "{name}");
    }
}

/// A block whose end is told by a digit, and that the rewriter takes for shorter than it is.
const MISREAD: &str = "A:\n  FilterPattern: |1-\n     {$.a=1 &&\n   $.b=1}\n";

#[test]
fn a_change_of_anything_else_is_an_error_and_other_files_are_handled() {
    let scratch = scratch("refused");
    std::fs::write(scratch.join("a.yaml"), MISREAD).unwrap();
    std::fs::write(scratch.join("b.yaml"), "FilterPattern: '{$.a=1}'\n").unwrap();
    for command in [&["fmt"][..], &["lint", "--fix"]] {
        let output = cwfilter(&scratch, &[command, &["a.yaml", "b.yaml"]].concat());
        if command == ["fmt"] {
            assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
            let said = "error: a.yaml:2:18: rewriting would change more than the pattern";
            assert!(stderr(&output).contains(said), "{}", stderr(&output));
        }
        assert_eq!(std::fs::read_to_string(scratch.join("a.yaml")).unwrap(), MISREAD);
    }
    assert_eq!(std::fs::read_to_string(scratch.join("b.yaml")).unwrap(), "FilterPattern: '{ $.a = 1 }'\n");
}

#[test]
fn what_is_not_json_has_a_place_and_a_hint() {
    let table = [
        (r#"{"a":"\ud83d"}"#, "1:7: half of a surrogate pair"),
        (r#"{"a":"\ude00\ud83d"}"#, "1:7: half of a surrogate pair"),
        ("{\n \"é\": \"x\ty\"}", "2:9: a control character in a string; write it as an escape"),
        (r#"{"a":1,"b":{"c":1,"c":2}}"#, "1:19: the key `c` is there twice in one map; remove one"),
        (r#"{"a":"\q"}"#, "1:8: invalid escape; a backslash is written"),
        ("{\"a\":1,}", "1:8: "),
        ("{\"a\":1} {}", "1:9: trailing characters; a file holds one JSON value"),
        ("// x\n{}", "1:1: expected value; JSON has no comments"),
        ("{'a': 1}", "1:2: key must be a string"),
        ("", "1:1: EOF while parsing a value"),
        ("[01]", "1:3: "),
        ("[NaN]", "1:2: "),
        ("\u{feff}{\"a\":tru}", "1:9: "),
    ];
    for (text, said) in table {
        let error = read(Path::new("a.json"), text).expect_err(text);
        assert!(error.to_string().starts_with(said), "{text}: {error}");
        assert!(text.get(error.offset..).is_some(), "{text}");
    }
}

#[test]
fn places_are_exact_after_escapes() {
    for text in [
        r#"{"filterPattern":"{ $.a = \"\ud83d\ude00\\u0022\/\u00e9\" && $.b = \"@\" }"}"#,
        "\u{feff}{\"filterPattern\":\"{ $.a = \\\"😀\\\" && $.b = \\\"@\\\" }\"}",
    ] {
        let patterns = read(Path::new("a.json"), text).unwrap();
        let [hosted] = patterns.as_slice() else { panic!("{patterns:?}") };
        assert_is_aligned(text, hosted);
    }
    let folder = scratch("places");
    let text = r#"{"metricFilters":[{"filterName":"a","filterPattern":"{ $.userAgent = \"\ud83d\ude00\" && $.eventname = \"StopLogging\" }"}]}"#;
    std::fs::write(folder.join("a.json"), text).unwrap();
    let output = cwfilter(&folder, &["lint", "a.json"]);
    let column = text.find("$.eventname").unwrap() + 1;
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains(&format!("a.json:1:{column}")), "{column}: {stdout}");
}

fn assert_is_aligned(file: &str, hosted: &HostedPattern) {
    let text = hosted.text.as_ref().unwrap();
    for (at, _) in text.match_indices('@') {
        assert_eq!(hosted.in_file(Span::new(at, at + 1)).of(file), "@", "{}", file.escape_debug());
    }
}

/// The rewrite of a pattern: the layout, a fix, or any text.
fn intended(text: &str, seed: u64) -> Option<String> {
    let mut random = Random::new(seed.wrapping_mul(31) + text.len() as u64);
    let parsed = || text.trim().parse::<FilterPattern>().ok().map(|it| it.to_string());
    let new = match random.below(5) {
        0 | 1 => parsed(),
        2 => cwfilter::lint::check(text).into_iter().find_map(|found| Some(found.fix?.pattern)),
        3 => parsed().map(|it| it.replace(" && ", " &&\n  ")),
        _ => None,
    };
    let new = new.unwrap_or_else(|| host::pattern(&mut random));
    let new = new.trim().to_owned();
    (new != text && !new.is_empty()).then_some(new)
}

/// How often what happened, by kind.
type Tally = BTreeMap<(Kind, &'static str), usize>;

fn try_one(kind: Kind, seed: u64, tally: &mut Tally) {
    let mut random = Random::new(seed);
    let hosted_file = host(kind, &mut random);
    let (path, text) = (Path::new(kind.name()), hosted_file.text.as_str());
    let shown = text.escape_debug().to_string().replace("\\n", "\n");
    let patterns = read(path, text).unwrap_or_else(|error| panic!("{kind:?} {seed}: {error}\n{shown}"));
    let read_texts: Vec<String> =
        patterns.iter().filter_map(|it| it.text.as_ref().ok()).map(|text| model::unix(text)).collect();
    for expected in &hosted_file.patterns {
        let is_it = |it: &String| it.trim() == model::unix(expected).trim();
        assert!(read_texts.iter().any(is_it), "{kind:?} {seed}: {expected:?} of {read_texts:?}\n{shown}");
    }
    patterns.iter().filter(|it| it.text.is_ok()).for_each(|it| assert_is_aligned(text, it));
    let new = |it: &HostedPattern| intended(&model::unix(it.text.as_ref().ok()?), seed);
    let rewritten: Result<Rewritten<'_>, SourceError> = rewrite(path, text, &patterns, new);
    let outcome = match rewritten {
        Err(error) => {
            assert!(text.get(error.offset..).is_some() && error.help.is_some());
            "refused"
        }
        Ok(rewritten) => {
            let left: HashSet<String> = rewritten
                .left
                .iter()
                .filter_map(|it| it.pattern.text.as_ref().ok())
                .map(|it| model::unix(it))
                .collect();
            let becomes = |text: &str| intended(text, seed);
            let written = rewritten.text.escape_debug().to_string().replace("\\n", "\n");
            model::assert_same(kind, text, &rewritten.text, &left, &becomes)
                .unwrap_or_else(|why| panic!("{kind:?} {seed}: {why}\n{shown}\n--- became\n{written}"));
            assert_eq!(text.starts_with('\u{feff}'), rewritten.text.starts_with('\u{feff}'));
            assert_eq!(text.ends_with('\n'), rewritten.text.ends_with('\n'), "{kind:?} {seed}");
            if hosted_file.is_crlf {
                let has_bare = rewritten.text.replace("\r\n", "").contains('\n');
                assert!(!has_bare, "{kind:?} {seed}: newlines\n{shown}\n--- became\n{written}");
            }
            match () {
                () if rewritten.text != text => "changed",
                () if !rewritten.left.is_empty() => "left",
                () => "same",
            }
        }
    };
    *tally.entry((kind, outcome)).or_default() += 1;
}

#[test]
fn nothing_but_the_pattern_changes() {
    let cases: u64 = std::env::var("CWFILTER_CHECKS").ok().and_then(|it| it.parse().ok()).unwrap_or(300);
    let from: u64 = std::env::var("CWFILTER_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(1);
    let mut tally = Tally::new();
    for seed in from..from + cases {
        for kind in Kind::ALL {
            try_one(kind, seed, &mut tally);
        }
    }
    println!("{tally:#?}");
    for kind in Kind::ALL {
        let of = |outcome| tally.get(&(kind, outcome)).copied().unwrap_or(0);
        let all = of("refused") + of("left") + of("same") + of("changed");
        assert!(of("changed") * 3 > all, "{kind:?}: many files change: {tally:#?}");
        assert!(of("refused") * 50 <= all, "{kind:?}: few files are refused: {tally:#?}");
    }
}
