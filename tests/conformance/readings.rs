//! How unquoted words, the columns of a line and regular expressions are read, in every match path.

use crate::paths::MATCH_PATHS;
use cwfilter::FilterPattern;

fn parsed(pattern: &str) -> FilterPattern {
    pattern.parse().unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

fn assert_verdict(pattern: &FilterPattern, message: &str, expected: bool) {
    for (name, path) in MATCH_PATHS {
        assert_eq!(path(pattern, message), expected, "{name}: {pattern} on {message:?}");
    }
}

/// docs/filter-patterns.md#term-patterns: a hyphen inside an unquoted word is a sign, a dot is a part of the word; as (pattern, the same with blanks).
const WORDS: [(&str, &str); 12] = [
    ("a-b", "a -b"),
    ("ORDER-ITEM-1", "ORDER -ITEM -1"),
    ("-a-b", "-a -b"),
    ("?a-b", "?a -b"),
    ("?a ?b-c x", "?a ?b -c x"),
    ("a.b", "\"a.b\""),
    (".b a.", "\".b\" \"a.\""),
    ("a.b-c", "\"a.b\" -c"),
    ("a-b.c", "a -\"b.c\""),
    ("?a.b ?c", "?\"a.b\" ?c"),
    ("-a.b x", "-\"a.b\" x"),
    ("\"a-b\" c-1", "\"a-b\" c -1"),
];

const MESSAGES: [&str; 14] = [
    "",
    "a",
    "b",
    "c",
    "x",
    "a-b",
    "a.b",
    "axb",
    "a.b c",
    "b.c",
    "ORDER",
    "ORDER-ITEM-1",
    "ORDER ITEM",
    "a-b c1",
];

#[test]
fn unquoted_words() {
    for (pattern, apart) in WORDS {
        let (pattern, apart) = (parsed(pattern), parsed(apart));
        assert_eq!(pattern.ast().to_string(), pattern.as_str(), "it prints as it is written");
        for message in MESSAGES {
            assert_verdict(&pattern, message, apart.reference().is_match(message.as_bytes()));
        }
        #[cfg(feature = "analysis")]
        assert!(
            cwfilter::analysis::equivalent(&pattern, &apart, &Default::default()).is_yes(),
            "{pattern} and {apart}"
        );
    }
}

/// Between two words a hyphen is accepted, and nowhere else.
#[test]
fn words_that_stay_refused() {
    for pattern in [
        "a-",
        "a--b",
        "a-\"b\"",
        "\"a\"-b",
        "\"a\"-\"b\"",
        "a-?b",
        "a-%b%",
        ".",
        "...",
        "-.",
        "a.*",
        "a -",
        "a?b",
    ] {
        assert!(pattern.parse::<FilterPattern>().is_err(), "{pattern}");
    }
}

/// docs/filter-patterns.md#columns-of-an-event: white space of every kind separates columns, and is not part of the rest of a line.
#[test]
fn columns_between_white_space() {
    for blank in [" ", "\t", "\n", "\r\n", "\r", " \t\r\n "] {
        for end in ["", " ", "\n", "\t\n", "\r\n"] {
            let message = ["x", "y", "z"].join(blank) + end;
            for (pattern, expected) in [
                ("[a, b, c]", true),
                ("[a, b, c, d]", false),
                ("[a = x, b = y, c = z]", true),
                ("[..., c = z]", true),
                ("[..., b = y, c]", true),
                ("[a, b]", true),
                ("[a, b = y*z]", true),
                ("[a, b = %z$%]", true),
                ("[a, b = %^y%]", true),
                ("[a, b = *z]", true),
            ] {
                assert_verdict(&parsed(pattern), &message, expected);
            }
            let rest = ["y", blank, "z"].concat();
            let pattern = parsed("[a, b]");
            let expected = vec![("$a".to_owned(), "x".to_owned()), ("$b".to_owned(), rest)];
            assert_eq!(pattern.extract(&message), Some(expected.clone()), "{message:?}");
            assert_eq!(pattern.reference().extract(message.as_bytes()), Some(expected), "{message:?}");
        }
    }
    // delimited columns stay whole, and a line of white space has no columns
    assert_verdict(&parsed("[a = \"x\ny\", b = \"1\r\n2\"]"), "\"x\ny\"\n[1\r\n2]\n", true);
    assert_verdict(&parsed("[a]"), " \r\n\t", false);
    assert_verdict(&parsed("[]"), " \r\n\t", true);
}

/// docs/filter-patterns.md#regular-expressions: `\b`, `\B` and the classes are ASCII, letters are case-sensitive; as (body, text, found in it).
const REGEXES: [(&str, &str, bool); 39] = [
    (r"\bb", "b", true),
    (r"\bb", "ab", false),
    (r"\bb", "éb", true),
    (r"b\b", "bé", true),
    (r"b\b", "b_", false),
    (r"\bna\b", "éna é", true),
    (r"\b\xe9", "é", false),
    (r"\b\xe9", "aé", true),
    (r"\b.\b", "é", false),
    (r"\b.\b", "aéb", true),
    (r"\Bb", "ab", true),
    (r"\Bb", "éb", false),
    (r"\B\xe9\B", "é", true),
    (r"\B", "aéa", false),
    (r"\B", "é", true),
    (r"\B", "a", false),
    (r"^\B$", "", true),
    (r"^\b$", "", false),
    (r"\w", "é", false),
    (r"^\W$", "é", true),
    (r"^[^\w]$", "é", true),
    (r"^[\w\xe9]$", "é", true),
    (r"\d", "\u{663}", false),
    (r"^\D$", "\u{663}", true),
    (r"\s", "\u{a0}", false),
    (r"^\S$", "\u{2003}", true),
    (r"\s", "a\u{b}b", true),
    (r"[\d_]\b", "1é", true),
    (r"[]\d]\b", "1é", true),
    (r"[^^]\b", "1é", true),
    (r"[[a-c]d]\b", "dé", true),
    (r"\[\bx", "[x", true),
    (r"\\b", "\\b", true),
    (r"root", "Root", false),
    (r"[a-z]", "ROOT", false),
    (r"\xc9", "é", false),
    (r"^.$", "é", true),
    (r"^..$", "é", false),
    (r"x{2}\b", "xxé", true),
];

#[test]
fn regular_expressions_are_ascii() {
    for (body, text, expected) in REGEXES {
        assert_verdict(&parsed(&format!("%{body}%")), text, expected);
        let json = serde_json::json!({ "v": text, "w": [text] }).to_string();
        assert_verdict(&parsed(&format!("{{ $.v = %{body}% }}")), &json, expected);
        assert_verdict(&parsed(&format!("{{ $.w[0] != %{body}% }}")), &json, !expected);
        assert_verdict(&parsed(&format!("[a = %{body}%, b]")), &format!("\"{text}\" x"), expected);
    }
}

/// A proof gives the same verdict on the text, or is unknown.
#[cfg(feature = "analysis")]
#[test]
fn proofs_read_regular_expressions_alike() {
    use cwfilter::analysis::{Bounds, implies};
    let mut known = 0;
    for (body, text, expected) in REGEXES.iter().filter(|(_, text, _)| !text.contains('\\')) {
        let exactly = parsed(&format!("{{ $.v = \"{text}\" }}"));
        let [with, without] = ["=", "!="].map(|operator| parsed(&format!("{{ $.v {operator} %{body}% }}")));
        let (yes, no) = if *expected { (&with, &without) } else { (&without, &with) };
        assert!(!implies(&exactly, no, &Bounds::default()).is_yes(), "{body} on {text:?}");
        let holds = implies(&exactly, yes, &Bounds::default());
        assert!(holds.is_yes() || body.contains("\\B"), "{body} on {text:?}: {holds:?}");
        known += usize::from(holds.is_yes());
    }
    assert!(known > 30, "{known}");
}

/// `\b` inside a class never compiles.
#[test]
fn no_boundary_in_a_class() {
    for body in [r"[\b]", r"[a\B]", r"[^\b]", r"[]\b]", r"[[a]\b]", r"\b{start}", r"x\b{end}"] {
        let error = format!("%{body}%").parse::<FilterPattern>().expect_err(body);
        assert_eq!(error.aws_message(), "Failed to compile regular expression.", "{body}");
    }
}

/// Either quotes are missing, or the author means something else; as (pattern, what is suggested, what the help says).
const REFUSED: [(&str, Option<&str>, &str); 27] = [
    ("user@example.com", Some("\"user@example.com\""), "\"user@example.com\""),
    ("ERROR: boom", Some("\"ERROR:\" boom"), "\"ERROR:\""),
    ("?a:b -c=d e", Some("?\"a:b\" -\"c=d\" e"), "\"a:b\""),
    ("x \"a b\" /api/v1", Some("x \"a b\" \"/api/v1\""), "\"/api/v1\""),
    ("a-b:c", Some("\"a-b:c\""), "\"a-b:c\""),
    ("a- b", Some("\"a-\" b"), "quote"),
    ("--version", Some("\"--version\""), "quote"),
    ("=> x", Some("\"=>\" x"), "\"=>\""),
    ("café", Some("\"café\""), "\"café\""),
    ("above 10%", Some("above \"10%\""), "\"10%\""),
    ("close(fd)", Some("\"close(fd)\""), "\"close(fd)\""),
    ("\"event\":", Some("\"\\\"event\\\":\""), "\"\\\"event\\\":\""),
    ("ERR*", Some("ERR"), "remove the `*`"),
    ("{ $.a = x@y && $.b = c:d }", Some("{ $.a = \"x@y\" && $.b = \"c:d\" }"), "\"x@y\""),
    ("{ ($.a=x:1)||($.b != 2:y) }", Some("{ ($.a=\"x:1\")||($.b != \"2:y\") }"), "\"x:1\""),
    ("[a = /health, b=x:y]", Some("[a = \"/health\", b=\"x:y\"]"), "\"/health\""),
    ("[a = SPACE]", Some("[a = \"SPACE\"]"), "quote"),
    ("{ $.a = null }", Some("{ $.a IS NULL }"), "IS NULL"),
    ("{ $.a = 'x' }", Some("{ $.a = \"x\" }"), "double quotes"),
    ("{ $.a:b = 1 }", Some("{ $.['a:b'] = 1 }"), "$.['a:b']"),
    ("'timed out'", None, "double quotes"),
    ("ERROR || FATAL", None, "?a ?b"),
    ("(a b)", None, "grouping"),
    ("\"\"", None, "every event"),
    ("\"open", None, "closing quote"),
    (" { $.a = 1 }", None, "blank"),
    ("fields @timestamp like x", None, "Insights"),
];

#[test]
fn a_refusal_names_the_whole_text_and_suggests_the_pattern() {
    for (pattern, suggestion, help) in REFUSED {
        let error = pattern.parse::<FilterPattern>().expect_err(pattern);
        assert_eq!(error.suggestion(), suggestion, "{pattern}: {}", error.help());
        assert!(error.help().contains(help), "{pattern}: {}", error.help());
        if let Some(text) = suggestion {
            parsed(text);
        }
    }
}
