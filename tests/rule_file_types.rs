//! A value of the wrong type in a rule file gets a message in the words of rule files, without names of Rust types.

use cwfilter::rules::Loader;

/// The keys of a rule file, each with a value of the wrong type, and the message.
const ROWS: &[(&str, &str)] = &[
    ("rule = 5", "expected a sequence"),
    ("rule = ['x']", "expected a table with a rule's keys"),
    ("[[rule]]\nid = 'a'\npattern = 'x'\nmetric = 5", "expected a table with a metric's keys"),
    ("[[rule]]\nid = 'a'\npattern = 'x'\nalarm = 'high'", "expected a table with an alarm's keys"),
    ("[[rule]]\nid = 'a'\npattern = 'x'\nallow = ['lint']", "expected a table with `lint` and `reason`"),
    ("[[rule]]\nid = 'a'\npattern = 'x'\ntest = ['t']", "expected a table with a test's keys"),
    ("[[rule]]\nid = 'a'\npattern = 'x'\ntimeline = ['t']", "expected a table with a timeline's keys"),
    (
        "[[rule]]\nid = 'a'\npattern = 'x'\n[[rule.test]]\nname = 't'\nexpect = 'maybe'",
        "unknown value `maybe`",
    ),
    (
        "[[rule]]\nid = 'a'\npattern = 'x'\n[[rule.test]]\nname = 't'\nexpect = 'match'\nmetric = 3",
        "expected a table with `value`, or `\"none\"`",
    ),
    (
        "[[rule]]\nid = 'a'\npattern = 'x'\n[[rule.test]]\nname = 't'\nexpect = 'match'\nevent = 3",
        "expected a table of fields, or the path of an event file",
    ),
    (
        "[[rule]]\nid = 'a'\npattern = 'x'\n[[rule.timeline]]\nname = 't'\nevent = {}\nat = []\nuntil = '1m'\nexpect = 3",
        "expected a table with `alarm` and `notifications`",
    ),
    ("composite = ['c']", "expected a table with a composite alarm's keys"),
    (
        "[[composite]]\nid = 'c'\nrule = 'TRUE'\nsuppressor = 'a'",
        "expected a table with `alarm`, `wait` and `extension`",
    ),
    (
        "[[composite]]\nid = 'c'\nrule = 'TRUE'\ntest = ['t']",
        "expected a table with `name`, `states` and `expect`",
    ),
];

#[test]
fn messages_name_no_rust_types() {
    for (text, expected) in ROWS {
        let errors = Loader::new().parse("rules.toml".as_ref(), (*text).to_owned()).expect_err(text);
        let message = errors[0].message();
        assert!(message.contains(expected), "{text}: {message}");
        for word in ["struct", "enum", "variant", "Entry", "Rule", "Expect"] {
            assert!(!message.contains(word), "{text}: {message}");
        }
        assert!(errors[0].span().is_some(), "{text}");
    }
}
