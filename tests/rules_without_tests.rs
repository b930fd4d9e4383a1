//! Rule files that are read without their tests: the same rules, and no rule is hidden by a section that is not read.

use cwfilter::rules::{Loader, RuleFile, rule_files};
use std::path::Path;

const PATH: &str = "rules.toml";

fn whole(text: &str) -> Result<RuleFile, String> {
    Loader::new().parse(Path::new(PATH), text.to_owned()).map_err(|errors| format!("{errors:?}"))
}

fn without(text: &str) -> Result<RuleFile, String> {
    let loader = Loader::new().without_tests();
    loader.parse(Path::new(PATH), text.to_owned()).map_err(|errors| format!("{errors:?}"))
}

/// A rule file as a text, without its tests.
fn shown(mut file: RuleFile) -> String {
    for rule in &mut file.rules {
        (rule.tests, rule.timelines) = (Vec::new(), Vec::new());
    }
    for composite in &mut file.composites {
        (composite.tests, composite.timelines) = (Vec::new(), Vec::new());
    }
    format!("{:?}{:?}", file.rules, file.composites)
}

#[test]
fn the_rules_of_the_packs_and_examples_are_the_same() {
    let (mut count, mut with_events) = (0, 0);
    for folder in ["patterns", "examples"] {
        for path in rule_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap_or_default() {
            let Ok(whole) = Loader::new().load(&[&path]) else { continue };
            let without = Loader::new().without_tests().load(&[&path]).unwrap();
            assert_eq!(whole.skipped_entries, without.skipped_entries, "{}", path.display());
            for (whole, without) in whole.files.into_iter().zip(without.files) {
                assert!(without.rules.iter().all(|rule| rule.tests.is_empty() && rule.timelines.is_empty()));
                (count, with_events) = (count + whole.rules.len(), with_events + whole.event_files.len());
                assert_eq!(whole.event_files, without.event_files, "{}", path.display());
                assert!(shown(whole) == shown(without), "{}", path.display());
            }
        }
    }
    assert!(count > 100 && with_events > 0, "{count} rules, {with_events} event files");
}

const A: &str = "[[rule]]\nid = \"a\"\npattern = \"A\"\n";
const B: &str = "[[rule]]\nid = \"b\"\npattern = \"B\"\n";

#[test]
fn sections_of_tests_are_left_out_however_they_are_written() {
    let table = [
        "[[rule.test]]\nname = \"t\"\nlog = \"A\"\nexpect = \"match\"\n",
        "  [[ rule . test ]] # comment\n  name = \"t\"\n  log = \"A\"\n  expect = \"match\"\n",
        "[[rule.\"test\"]]\nname = \"t\"\nlog = \"A\"\nexpect = \"match\"\n",
        "[[rule.test]]\r\nname = \"t\"\r\nlog = \"A\"\r\nexpect = \"match\"\r\n",
        "[[rule.test]]\nname = \"t\"\nexpect = \"match\"\nlogs = [\n[[\n'A']\n]\n]\n",
        "[[rule.test]]\nname = \"t\"\nexpect = \"match\"\nlogs = [\n  'A', # ]]\n]\n",
        "[[rule.test]]\nname = \"t\"\nexpect = \"match\"\nlog = '''\n[[rule]]\nid = \"A\"\n'''\n",
        "[[rule.test]]\nname = \"t\"\nexpect = \"match\"\nlog = \"\"\"\n[[rule]]\\\"\"\"\n\"\"\"\n",
        "[[rule.test]]\nname = \"t\"\nexpect = \"no-match\"\n[rule.test.event]\na = 1\n[rule.test.event.b]\nc = [{ d = 2 }]\n",
        "test = [{ name = \"t\", log = \"A\", expect = \"match\" }]\n",
    ];
    for test in table {
        let text = format!("{A}{test}{B}");
        let file = without(&text).unwrap_or_else(|errors| panic!("{text}\n{errors}"));
        assert!(file.rules.iter().all(|rule| rule.tests.is_empty()), "{text}");
        let ids: Vec<&str> = file.rules.iter().map(|rule| rule.id_span.of(&file.source)).collect();
        assert_eq!(ids, ["\"a\"", "\"b\""], "{text}");
        assert_eq!(file.source, text);
    }
}

#[test]
fn what_a_test_says_is_not_checked() {
    let table = [
        "[[rule.test]]\nname = \"no event\"\nexpect = \"match\"\n",
        "[[rule.test]]\nname = \"a key\"\nlgo = \"A\"\nexpect = \"match\"\n",
        "[[rule.test]]\nname = 1\n",
        "[[rule.test]]\nname = \"no file\"\nevent = \"../../no-such-file.json\"\nexpect = \"match\"\n",
        "[[rule.test]]\nname = \"a clause\"\nlog = \"A\"\nbecause = \"C\"\nexpect = \"match\"\n",
        "[[rule.timeline]]\nname = \"no metric\"\n",
    ];
    for test in table {
        let text = format!("{A}{test}{B}");
        assert!(whole(&text).is_err(), "{text}");
        assert_eq!(without(&text).unwrap().rules.len(), 2, "{text}");
    }
}

#[test]
fn a_section_that_is_not_toml_is_refused_with_its_place() {
    let deep = format!("[[rule.test]]\nevent = {}1{}\n", "[".repeat(100), "]".repeat(100));
    let table = [
        "[[rule.test]]\nname = 'a quote\n",
        "[[rule.test]]\nname = \"a quote\n",
        "[[rule.test]]\nlog = '''not ended\n",
        "[[rule.test]]\nlog = \"\"\"not ended\n",
        "[[rule.test]]\nlogs = [\n\"A\"\n",
        "[[rule.test]]\nevent = { a = 1\n",
        "[[rule.test]]\nevent = ]\n",
        "[[rule.test]]\nname\n",
        "[[rule.test]]\nname = \n",
        "[[rule.test]\nname = \"t\"\n",
        "[[rule.test]] name = \"t\"\n",
        "[[rule.test]]\nname = \"t\" log = \"A\"\n",
        "[[rule.test]]\nname = \"\\q\"\n",
        "[[rule.test]]\n\"a\\q\" = 1\n",
        "[[rule.test]]\nname = \"t\" # \u{1}\n",
        "[[rule.test]]\nname = \"\u{1}\"\n",
        &deep,
    ];
    for test in table {
        let text = format!("{A}{test}{B}[[rule.test]]\nname = 'u'\nlog = '''B'''\nexpect = \"match\"\n");
        let error = whole(&text).expect_err(test);
        assert_eq!(without(&text).expect_err(test), error, "{text}");
    }
}

#[test]
fn an_error_after_tests_has_the_same_place() {
    let test = "[[rule.test]]\nname = \"größer\"\nlog = \"A\"\nexpect = \"match\"\n\n";
    for wrong in
        ["[[rule]]\nid = \"c\"\npattern = \"{\"\n", "[[rule]]\nid = \"c\"\npatern = \"C\"\n", "[[rule]\n"]
    {
        let text = format!("{A}{test}{test}{wrong}{test}");
        assert_eq!(without(&text).unwrap_err(), whole(&text).unwrap_err());
    }
}

#[test]
fn tests_of_composite_alarms_are_left_out() {
    let composite = "[[composite]]\nid = \"both\"\nrule = \"ALARM(a) AND ALARM(b)\"\n";
    let tests = "[[composite.test]]\nname = 1\n[[composite.timeline]]\nname = 2\n";
    let file = without(&format!("{A}{composite}{tests}{B}")).unwrap();
    assert_eq!((file.rules.len(), file.composites.len()), (2, 1));
    assert!(file.composites[0].tests.is_empty() && file.composites[0].timelines.is_empty());
    assert!(whole(&format!("{A}{composite}{tests}{B}")).is_err());
}
