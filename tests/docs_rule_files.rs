//! The examples of docs/rule-files.md: each loads and passes its own tests, or is refused with the message on the page.

use cwfilter::rules::{Loader, run_tests};
use std::path::Path;

const PAGE: &str = include_str!("../docs/rule-files.md");

/// The TOML blocks of the page: the text after `toml` on the opening line, and the text of the block.
fn blocks() -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```toml") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            found.push((info.trim(), text.join("\n")));
        }
    }
    found
}

/// A path next to the event files that the examples name.
fn rule_file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns/cis-aws/example.toml")
}

#[test]
fn examples_load_and_pass_their_tests() {
    let mut tests = 0;
    for (_, text) in blocks().into_iter().filter(|(info, _)| info.is_empty()) {
        let file = Loader::new().parse(&rule_file(), text).unwrap_or_else(|errors| panic!("{errors:#?}"));
        for rule in &file.rules {
            for result in run_tests(rule) {
                tests += 1;
                assert!(result.passed(), "{}: {}: {:?}", rule.id, result.test.name, result.outcome);
            }
            for timeline in &rule.timelines {
                tests += 1;
                let result = timeline.run(rule).expect("the rule has an alarm");
                assert!(timeline.is_expected(&result), "{}: {result:?}", timeline.name);
            }
        }
        for composite in &file.composites {
            for test in &composite.tests {
                tests += 1;
                assert_eq!(test.state(composite), test.expect, "{}: {}", composite.id, test.name);
            }
        }
    }
    assert!(tests >= 13, "the page has {tests} tests");
}

#[test]
fn refused_examples_are_refused_with_their_message() {
    let mut count = 0;
    for (info, text) in blocks() {
        let Some(expected) = info.strip_prefix("refused ") else { continue };
        let expected = expected.trim_matches('"');
        let errors = Loader::new().parse(&rule_file(), text.clone()).expect_err(&text);
        let messages: Vec<&str> = errors.iter().map(|error| error.message()).collect();
        assert!(messages.iter().any(|message| message.contains(expected)), "{expected}: {messages:?}");
        count += 1;
    }
    assert!(count >= 8, "the page has {count} refused examples");
}

#[cfg(feature = "provision")]
#[test]
fn stack_examples_parse() {
    let stacks: Vec<String> =
        blocks().into_iter().filter(|(info, _)| *info == "stack").map(|(_, text)| text).collect();
    assert!(!stacks.is_empty());
    for text in stacks {
        cwfilter::provision::Stack::parse(Path::new("cwfilter.toml"), &text)
            .unwrap_or_else(|errors| panic!("{errors:#?}"));
    }
}
