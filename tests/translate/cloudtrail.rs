//! Queries over the table of CloudTrail's logs select the events that the engine matches: a query for each column and condition, the rule
//! packs, and the table of `docs/translation.md`, which `CWFILTER_BLESS=1` writes.

use super::{here, no_differences, patterns};
use cwfilter::FilterPattern;
use cwfilter::translate::{Target, translate};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const TABLE: &str = include_str!("../../src/translate/cloudtrail_table.tsv");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Recorded CloudTrail events, and some that are not as CloudTrail writes them.
fn events() -> Vec<String> {
    let files =
        ["signals/cloudtrail_events.jsonl", "recorded_attacks/runs.jsonl", "recorded_attacks/shapes.jsonl"];
    let recorded = files.into_iter().flat_map(here).map(|mut line| line["event"].take());
    let hostile = [
        r#"{"eventName":null,"readOnly":true,"errorCode":"it's \\ \" \n 12","resources":[]}"#,
        r#"{"eventName":"12","readOnly":false,"resources":[{"ARN":null},{"ARN":"a","type":"AWS::S3::Object"}],"requestParameters":null}"#,
        r#"{"sessionCredentialFromConsole":true,"requestParameters":{"a":[1,"x",null,{"b":2e2}],"b":"12","c":12,"d":true}}"#,
        r#"{"sessionCredentialFromConsole":"true","userIdentity":null,"requestParameters":{"c":"1e2","e":{"f":null}}}"#,
        r#"{"eventname":"lower","userIdentity":{"type":"Root","sessionContext":{"attributes":null}}}"#,
        r#"{"eventName":17,"requestParameters":"text"}"#,
        "{}",
    ];
    let mut seen = BTreeSet::new();
    let texts = recorded.filter(Value::is_object).map(|event| event.to_string());
    texts.chain(hostile.map(str::to_owned)).filter(|event| seen.insert(event.clone())).collect()
}

/// Of the conditions, each field that is a text has one of this number.
const EVERY: usize = 4;

/// A pattern for each field and each condition.
fn of_columns() -> Vec<String> {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    // the first are of texts, which share their code: each has a part of the conditions
    let (mut texts, mut selectors): (Vec<String>, Vec<String>) = Default::default();
    for (field, kind) in rows {
        match field.strip_prefix("resources.") {
            Some(member) => {
                selectors
                    .extend(["[0]", "[1]", "[*]"].map(|element| format!("$.resources{element}.{member}")));
            }
            None if kind == "text" => texts.push(format!("$.{field}")),
            None => selectors.push(format!("$.{field}")),
        }
    }
    let inside = [
        "a",
        "b",
        "c",
        "d",
        "e.f",
        "a[0]",
        "a[*]",
        "a[*].b",
        "bucketName",
        "instancesSet.items[*].instanceId",
    ];
    selectors.extend(inside.map(|path| format!("$.requestParameters.{path}")));
    selectors.extend(["$.requestParameters.*".to_owned(), "$.responseElements.ConsoleLogin".to_owned()]);
    let conditions = [
        "= \"AssumedRole\"",
        "!= \"AssumedRole\"",
        "= *",
        "!= *",
        "= A*",
        "!= A*",
        "= *s",
        "= *o*l*",
        "= %^[A-Z]%",
        "!= %^[a-z0-9.]+$%",
        "= 12",
        "!= 12",
        ">= 12",
        "= \"12\"",
        "= \"1e2\"",
        "= \"it's \\\\ \\\" \n 12\"",
        "= true",
        "= \"true\"",
        "IS TRUE",
        "IS FALSE",
        "IS NULL",
        "NOT EXISTS",
    ];
    let pattern = |selector: &String, condition: &str| format!("{{ {selector} {condition} }}");
    let some = texts.iter().enumerate().flat_map(|(at, selector)| {
        conditions.iter().skip(at % EVERY).step_by(EVERY).map(move |condition| pattern(selector, condition))
    });
    let all = selectors.iter().flat_map(|selector| conditions.map(|condition| pattern(selector, condition)));
    let joined = [
        "{ $.eventName = StopLogging || ($.errorCode = * && $.userIdentity.type != Root) }",
        "{ $.eventSource = iam* && $.errorCode NOT EXISTS && $.requestParameters.userName = * }",
        "{ $.readOnly IS FALSE && ($.resources[*].type = \"AWS::S3::Object\" || $.awsRegion != us-east-1) }",
        "",
        "ERROR",
        "[a, b]",
        "%x%",
    ];
    some.chain(all).chain(joined.map(str::to_owned)).collect()
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found = Vec::new();
    for path in entries {
        match path.is_dir() {
            true => found.extend(toml_files(&path)),
            false if path.extension().is_some_and(|it| it == "toml") => found.push(path),
            false => {}
        }
    }
    found
}

/// The patterns of the rule packs: `pattern = '…'`, with one or three quotes.
fn of_packs() -> Vec<String> {
    let read = |path: PathBuf| std::fs::read_to_string(path).unwrap();
    let pattern = |rest: &str| {
        let literal = match rest.strip_prefix("''") {
            Some(long) => long.split_once("'''"),
            None => rest.split_once('\''),
        };
        literal.unwrap().0.to_owned()
    };
    let of_file = |text: String| text.split("\npattern = '").skip(1).map(pattern).collect::<Vec<_>>();
    toml_files(&root().join("patterns")).into_iter().map(read).flat_map(of_file).collect()
}

#[test]
fn each_column_and_condition() {
    let patterns = patterns(&of_columns());
    assert!(patterns.len() > 600, "{}", patterns.len());
    if let Some(counts) = no_differences(Target::AthenaCloudTrail, &patterns, &events()) {
        assert!(counts.exact > 400 && counts.matches > 5_000 && counts.noted_differences > 0, "{counts:?}");
    }
}

#[test]
fn rule_packs() {
    let patterns = patterns(&of_packs());
    assert!(patterns.len() > 200, "{}", patterns.len());
    if let Some(counts) = no_differences(Target::AthenaCloudTrail, &patterns, &events()) {
        assert!(counts.exact + counts.with_note > patterns.len() * 3 / 4, "{counts:?}");
    }
}

/// The columns of the statement in the docs, as paths.
fn columns_of_docs() -> BTreeSet<String> {
    let docs = std::fs::read_to_string(root().join("docs/translation.md")).unwrap();
    let (_, rest) = docs.split_once("CREATE EXTERNAL TABLE cloudtrail_logs (").unwrap();
    let (statement, _) = rest.split_once("\n)\n").unwrap();
    let (mut above, mut name, mut found) = (Vec::new(), String::new(), BTreeSet::new());
    let mut word = String::new();
    for c in statement.chars().chain([',']) {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => word.push(c),
            _ => {
                if word.chars().any(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) {
                    name = word.clone();
                    found.insert(above.iter().chain([&name]).cloned().collect::<Vec<_>>().join("."));
                }
                match c {
                    // `ARRAY<STRUCT<`: the members are below the array
                    '<' if word != "ARRAY" => above.push(name.clone()),
                    '>' => drop(above.pop()),
                    _ => {}
                }
                word.clear();
            }
        }
    }
    found
}

#[test]
fn the_fields_are_the_columns_of_the_docs() {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    let mut fields: BTreeSet<String> = rows.map(|(field, _)| field.to_lowercase()).collect();
    // its keys are not known
    fields.insert("useridentity.sessioncontext.webidfederationdata.attributes".to_owned());
    assert_eq!(fields, columns_of_docs());
}

/// Kinds of conditions, each with an example.
const KINDS: [(&str, &str); 20] = [
    ("empty", ""),
    ("a text", "{ $.eventName = StopLogging }"),
    ("`!=`, `*`, a regular expression", "{ $.eventName != Get* && $.userAgent = %^aws-cli% }"),
    ("a field of an object", "{ $.userIdentity.sessionContext.attributes.mfaAuthenticated != \"true\" }"),
    ("a number for a text", "{ $.userIdentity.accountId = 123456789012 }"),
    ("`IS TRUE`, `IS FALSE`", "{ $.readOnly IS FALSE }"),
    ("a text or a boolean", "{ $.sessionCredentialFromConsole IS TRUE }"),
    ("`NOT EXISTS`", "{ $.errorCode NOT EXISTS }"),
    ("`IS NULL`", "{ $.errorCode IS NULL }"),
    ("a field of a request", "{ $.requestParameters.bucketName = logs }"),
    ("… a number, `<`", "{ $.requestParameters.maxResults < 12 }"),
    ("… `IS NULL`, `NOT EXISTS`", "{ $.requestParameters.a IS NULL || $.requestParameters.a NOT EXISTS }"),
    ("… an element", "{ $.requestParameters.items[*].cidrIp = \"0.0.0.0/0\" }"),
    ("an element of `resources`", "{ $.resources[0].ARN = arn* }"),
    ("any element of `resources`", "{ $.resources[*].type = \"AWS::S3::Object\" }"),
    ("… the element itself", "{ $.resources[0] = x }"),
    ("a field without a column", "{ $.managementEvent IS TRUE }"),
    ("a field in another spelling", "{ $.eventname = StopLogging }"),
    ("terms, a regular expression over the message", "StopLogging"),
    ("space-delimited", "[a, b = x]"),
];

fn table() -> String {
    let mut table = "| kind of pattern | example | `athena-cloudtrail` |\n|---|---|---|\n".to_owned();
    for (kind, text) in KINDS {
        let pattern: FilterPattern = text.parse().unwrap();
        let answer = match translate(&pattern, Target::AthenaCloudTrail) {
            Ok(translation) if translation.notes.is_empty() => "exact".to_owned(),
            Ok(translation) => format!("note: {}", translation.notes[0].text),
            Err(refusal) => format!("refused: {}", refusal.reason),
        };
        let shown = if text.is_empty() { String::new() } else { format!("`{}`", text.replace('|', "\\|")) };
        let _ = writeln!(table, "| {kind} | {shown} | {answer} |");
    }
    table
}

#[test]
fn the_table_of_the_docs_says_what_translations_do() {
    const BEGIN: &str = "<!-- written by tests/translate/cloudtrail.rs -->\n";
    const END: &str = "<!-- end of cloudtrail -->";
    let path = root().join("docs/translation.md");
    let docs = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = docs.split_once(BEGIN).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    let expected = table();
    if std::env::var_os("CWFILTER_BLESS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{expected}{END}{after}")).unwrap();
        return;
    }
    assert!(found == expected, "run again with CWFILTER_BLESS=1, and read the difference\n{expected}");
}

/// What must not change without notice.
#[test]
fn some_queries_are_known() {
    for (text, expected) in [
        ("{ $.eventName = \"StopLogging\" }", "(eventname = 'StopLogging')"),
        ("{ $.eventName != x && $.readOnly IS TRUE }", "(eventname <> 'x' AND readonly = 'true')"),
        ("{ $.userIdentity.type = *oot* }", "(strpos(useridentity.type, 'oot') > 0)"),
        ("{ $.resources[*].ARN = a }", "cardinality(filter(resources, x -> (x.arn = 'a'))) > 0"),
        ("{ $.resources[1].ARN = a }", "(element_at(resources, 2).arn = 'a')"),
        ("{ $.errorCode = * }", "errorcode IS NOT NULL"),
        ("{ $.eventName > 5 }", "FALSE"),
    ] {
        let translation = translate(&text.parse().unwrap(), Target::AthenaCloudTrail).unwrap();
        assert_eq!(translation.text, format!("SELECT * FROM cloudtrail_logs\nWHERE {expected}"), "{text}");
    }
}
