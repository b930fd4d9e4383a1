//! Which conditions are exact, exact with a note, and refused: the tables of `docs/translation.md`, which `CWFILTER_BLESS=1` writes.

use cwfilter::FilterPattern;
use cwfilter::translate::{Target, translate};
use std::fmt::Write;
use std::path::Path;

/// Kinds of patterns, each with an example.
fn kinds() -> Vec<(&'static str, String)> {
    let columns = |count: usize| format!("[{}last = x]", ",".repeat(count));
    let example = |(kind, pattern): (&'static str, &str)| (kind, pattern.to_owned());
    let kinds = [
        ("empty", ""),
        ("terms, phrases, `-term`", "ERROR \"disk full\" -debug"),
        ("`?term`", "?ERROR ?WARN"),
        ("a regular expression over the message", "%^a[0-9]%"),
        ("`\\b` in a regular expression", r"%\bword\b%"),
        ("1,000 repetitions in a regular expression", "%a{1000}%"),
        ("more repetitions", "%a{1001}%"),
        ("space-delimited, without conditions", "[a, b]"),
        ("space-delimited", "[a, b = 404, ..., c != x*]"),
        ("a text", "{ $.a = Root }"),
        ("`!=` a text", "{ $.a != Root }"),
        ("a text that a JSON number could have", "{ $.a = \"12\" }"),
        ("a text that `true` could be", "{ $.a = true }"),
        ("`*` alone", "{ $.a = * }"),
        ("`text*`", "{ $.a = Get* }"),
        ("`*text*`", "{ $.a = *Get* }"),
        ("`*text`, where AWS takes the first occurrence", "{ $.a = *Root }"),
        ("`te*xt`, likewise", "{ $.a = arn*Root }"),
        ("`!= text*`", "{ $.a != Get* }"),
        ("a regular expression for a text", "{ $.a = %^arn:% }"),
        ("another regular expression", "{ $.a = %[Rr]oot% }"),
        ("a regular expression that a number could match", r"{ $.a = %^\d+$% }"),
        ("a number", "{ $.a = 12 }"),
        ("`!=` a number", "{ $.a != 12 }"),
        ("`<`, `<=`, `>`, `>=`", "{ $.a >= 12 }"),
        ("a number with more than 15 digits", "{ $.a < 1234567890.123456 }"),
        ("a number above 5,000,000,000", "{ $.a < 5000000001 }"),
        ("a number beyond a double", "{ $.a < 1e999 }"),
        ("`IS NULL`", "{ $.a IS NULL }"),
        ("`IS TRUE`, `IS FALSE`", "{ $.a IS TRUE }"),
        ("`NOT EXISTS`", "{ $.a NOT EXISTS }"),
        ("a field of an object, `&&`, `||`", "{ $.a.b = x && ($.c = y || $.d = z) }"),
        ("two conditions on a field, `&&`", "{ $.a = *x* && $.a = *y* }"),
        ("`!=` twice on a field, `&&`", "{ $.a != x && $.a != y }"),
        ("`[n]`", "{ $.a[1] = x }"),
        ("`[*]`", "{ $.a[*].b = x }"),
        ("`.*`", "{ $.*.b = x }"),
        ("an index above 1,000,000,000", "{ $.a[1000000001] = x }"),
        ("`.['key']`", "{ $.['a b'] = x }"),
        ("… with a dot", "{ $.['a.b'] = x }"),
        ("… with a quote or a backslash", "{ $.['a\"b'] = x }"),
    ];
    let mut all: Vec<(&'static str, String)> = kinds.into_iter().map(example).collect();
    all.push(("a last column that takes the rest, after 100 columns", columns(100)));
    all.push(("… after more", columns(101)));
    all
}

/// The tables, and the texts of notes and refusals.
fn tables() -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut table = "| kind of pattern | example |".to_owned();
    // its fields are those of CloudTrail: `cloudtrail` writes its table
    let targets = || Target::ALL.into_iter().filter(|target| *target != Target::AthenaCloudTrail);
    let names: Vec<String> = targets().map(|target| format!(" `{}` |", target.name())).collect();
    table.push_str(&names.concat());
    let _ = write!(table, "\n|---|---|{}\n", "---|".repeat(names.len()));
    for (kind, text) in kinds() {
        let pattern: FilterPattern = text.parse().unwrap();
        let shown = if text.len() > 60 {
            "`[,,… last = x]`".to_owned()
        } else {
            format!("`{}`", text.replace('|', "\\|"))
        };
        let shown = if text.is_empty() { String::new() } else { shown };
        let _ = write!(table, "| {} | {shown} |", kind.replace('|', "\\|"));
        for target in targets() {
            let (answer, said) = match translate(&pattern, target) {
                Ok(translation) if translation.notes.is_empty() => ("exact", Vec::new()),
                Ok(translation) => ("note", translation.notes.into_iter().map(|note| note.text).collect()),
                Err(refusal) => {
                    assert!(!refusal.help.is_empty() && refusal.span.end <= text.len(), "{text}");
                    ("refused", vec![refusal.reason])
                }
            };
            let mut numbers = Vec::new();
            for text in said {
                let at = texts.iter().position(|it| *it == text).unwrap_or_else(|| {
                    texts.push(text);
                    texts.len() - 1
                });
                numbers.push(format!(" ({})", at + 1));
            }
            numbers.dedup();
            let _ = write!(table, " {answer}{} |", numbers.concat());
        }
        table.push('\n');
    }
    table.push('\n');
    for (at, text) in texts.iter().enumerate() {
        let _ = writeln!(table, "{}. {text}", at + 1);
    }
    table
}

#[test]
fn the_tables_of_the_docs_say_what_translations_do() {
    const BEGIN: &str = "<!-- written by tests/translate/table.rs -->\n";
    const END: &str = "<!-- end -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/translation.md");
    let docs = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = docs.split_once(BEGIN).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    let expected = tables();
    if std::env::var_os("CWFILTER_BLESS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{expected}{END}{after}")).unwrap();
        return;
    }
    assert!(found == expected, "run again with CWFILTER_BLESS=1, and read the difference\n{expected}");
}

/// What must not change without notice.
#[test]
fn some_answers_are_known() {
    for (target, text, expected) in [
        (Target::Jq, "{ $.a < 1234567890123456 }", "note: jq's numbers are doubles"),
        (Target::DuckDb, "{ $.a < 1e999 }", "refused: DuckDB compares doubles"),
        (Target::Athena, "{ $.a[*].b = x && $.*.b[0] = x }", ""),
        (Target::LogsInsights, "{ $.a IS TRUE }", "refused: the documents of Logs Insights do not say"),
        (Target::LogsInsights, "{ $.a = x || $.b = y }", ""),
        (Target::EventBridge, "{ $.a = x || $.b = y }", ""),
        (Target::EventBridge, "ERROR", "refused: EventBridge matches the fields of JSON events"),
        (Target::EventBridge, "{ $.a = x && $.a = y }", "refused: no event matches"),
    ] {
        let pattern: FilterPattern = text.parse().unwrap();
        let found = match translate(&pattern, target) {
            Ok(translation) => {
                translation.notes.first().map_or(String::new(), |it| format!("note: {}", it.text))
            }
            Err(refusal) => format!("refused: {}", refusal.reason),
        };
        assert!(found.starts_with(expected), "{text} as {}: {found}", target.name());
        assert_eq!(found.is_empty(), expected.is_empty(), "{text} as {}: {found}", target.name());
    }
}
