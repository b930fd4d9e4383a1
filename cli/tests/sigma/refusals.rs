//! What cannot be converted is refused with its place and the reason, and the other rules are converted.

use cwfilter::sigma::Importer;

/// Detections, the place in them, and a part of the reason. The place is of a rule that begins with `HEAD`.
const REFUSED: [(&str, &str, &str); 39] = [
    ("selection:\n  a|fieldref: b\ncondition: selection", "8:3", "`fieldref` compares two fields"),
    ("selection:\n  a|base64: b\ncondition: selection", "8:3", "an encoded value"),
    ("selection:\n  a|windash: b\ncondition: selection", "8:3", "`windash`"),
    ("selection:\n  a|expand: '%b%'\ncondition: selection", "8:3", "`expand`"),
    ("selection:\n  a|hour: 3\ncondition: selection", "8:3", "a part of a time"),
    ("selection:\n  a|contains|startswith: b\ncondition: selection", "8:3", "two operators"),
    ("selection:\n  a|nonsense: b\ncondition: selection", "8:3", "nonsense"),
    ("selection:\n  a|i: b\ncondition: selection", "8:3", "without `re`"),
    ("selection:\n  a|all|neq: b\ncondition: selection", "8:3", "no agreed meaning"),
    ("selection:\n  a|exists: maybe\ncondition: selection", "8:3", "`exists` takes"),
    ("selection:\n  a|gt: many\ncondition: selection", "8:9", "is no number"),
    ("selection:\n  a|cidr: 10.0.0.0/33\ncondition: selection", "8:11", "is no network"),
    ("selection:\n  a|cidr: fe80::/10\ncondition: selection", "8:11", "no common beginning"),
    ("selection:\n  a|re: '(ab)+'\ncondition: selection", "8:9", "repeats a group"),
    ("selection:\n  a|re: 'a(?=b)'\ncondition: selection", "8:9", "cannot be read"),
    ("selection:\n  a|re: '\\bword'\ncondition: selection", "8:9", "edge of a word"),
    ("selection:\n  a|re: 'é'\ncondition: selection", "8:9", "not ASCII"),
    (
        "selection:\n  a|re:\n    - x\n    - 5\ncondition: selection",
        "10:7",
        "does not take a value of this type",
    ),
    ("selection:\n  requestParameters|contains: x\ncondition: selection", "8:3", "is an object"),
    ("selection:\n  userIdentity|exists: true\ncondition: selection", "8:3", "is an object"),
    (
        "selection:\n  a: b\nfilter:\n  requestParameters.layers: x\ncondition: selection and not filter",
        "10:3",
        "no element has a value",
    ),
    (
        "selection:\n  requestParameters.containerDefinitions.command: x\ncondition: selection",
        "8:3",
        "a list inside a list",
    ),
    ("selection:\n  a[0].b: c\ncondition: selection", "8:3", "brackets of Sigma 3"),
    ("keywords:\n  - one\n  - two\ncondition: keywords", "8:3", "keywords are searched"),
    ("keywords: one\ncondition: keywords", "7:11", "keywords are searched"),
    ("selection:\n  '|contains': x\ncondition: selection", "8:3", "without a field"),
    ("selection: []\ncondition: selection", "7:12", "is empty"),
    ("selection: {}\ncondition: selection", "7:12", "is empty"),
    ("selection:\n  a: []\ncondition: selection", "8:6", "an empty list"),
    ("selection:\n  a:\n    b: c\ncondition: selection", "9:5", "a map as its value"),
    ("selection:\n  a:\n    - [b]\ncondition: selection", "9:7", "a list in a list"),
    ("selection:\n  a: !!binary aGk=\ncondition: selection", "8:15", "a tag of YAML"),
    ("one: &one\n  a: b\ntwo: *one\ncondition: two", "9:6", "an alias of YAML"),
    ("one: &one\n  a: b\ntwo:\n  <<: *one\ncondition: two", "10:3", "a merge of YAML"),
    ("selection:\n  a: b\ncondition: other", "9:12", "no detection is named `other`"),
    ("selection:\n  a: b\ncondition: 1 of other_*", "9:12", "no detection is named `other_*`"),
    ("selection:\n  a: b\ncondition: selection and", "9:25", "cannot be read"),
    ("selection:\n  a: b\ncondition: selection | count() > 5", "9:12", "an aggregation"),
    ("selection:\n  a: b", "7:1", "no `condition`"),
];

const HEAD: &str =
    "title: A rule\nlogsource:\n  product: aws\n  service: cloudtrail\nlevel: low\ndetection:\n";

fn rule(detection: &str) -> String {
    format!("{HEAD}{}\n", detection.lines().map(|line| format!("  {line}\n")).collect::<String>())
}

#[test]
fn what_cannot_be_said_is_refused_with_place_and_reason() {
    let good = rule("selection:\n  eventName: StopLogging\ncondition: selection");
    for (detection, place, reason) in REFUSED {
        let text = format!("{}---\n{good}", rule(detection));
        let file = Importer::new().import("rules", &text);
        let [refused] = file.refused.as_slice() else { panic!("{detection}: {file:?}") };
        // the detection is indented by two more
        let (line, column) = place.split_once(':').unwrap();
        let expected = (line.parse::<usize>().unwrap(), column.parse::<usize>().unwrap() + 2);
        assert!(refused.reason.contains(reason), "{detection}: {}", refused.reason);
        assert_eq!((refused.at.line, refused.at.column), expected, "{detection}: {}", refused.reason);
        assert_eq!(refused.title, "A rule");
        assert_eq!(file.rules.len(), 1, "{detection}: the other rule");
    }
}

#[test]
fn documents_that_are_no_rules_for_cloudtrail_are_counted_and_named() {
    let windows = "title: W\nlogsource:\n  product: windows\ndetection:\n  a:\n    b: c\n  condition: a\n";
    let text = format!(
        "{windows}---\ntitle: F\nfilter:\n  rules: [x]\n---\naction: global\ntitle: G\n---\n- a list\n---\ntitle: C\ncorrelation:\n  type: \
         value_count\n  rules: [A]\n---\n{}",
        rule("selection:\n  eventName: StopLogging\ncondition: selection")
    );
    let file = Importer::new().import("rules", &text);
    assert_eq!(file.other_sources, ["windows"]);
    let reasons: Vec<&str> = file.refused.iter().map(|it| it.reason.as_str()).collect();
    for (at, part) in ["a filter changes", "`action` joins", "not a map", "`value_count`"].iter().enumerate()
    {
        assert!(reasons[at].contains(part), "{reasons:?}");
    }
    assert_eq!((reasons.len(), file.rules.len()), (4, 1));
}

#[test]
fn hostile_files_are_refused_and_the_process_lives() {
    let bomb =
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
            .to_owned();
    let deep =
        |open: &str, close: &str| format!("detection: {}{}\n", open.repeat(100_000), close.repeat(100_000));
    let texts = [
        bomb,
        deep("[", "]"),
        deep("{a: ", "}"),
        format!("{}x\n", "- ".repeat(100_000)),
        "a: b\na: c\n".to_owned(),
        "\u{0}".to_owned(),
        "a: [".to_owned(),
        rule(&format!("s:\n  a: b\ncondition: {}s{}", "(".repeat(100), ")".repeat(100))),
        rule(&format!("s:\n  a: b\ncondition: {}s", "not ".repeat(1_000))),
        rule(&format!("s:\n  a: b\ncondition: s{}", " and s".repeat(1_000))),
        rule(&format!("s:\n  a|re: '{}x{}'\ncondition: s", "(".repeat(5_000), ")".repeat(5_000))),
        rule("s:\n  a|re: '((a|b)(c|d)(e|f)(g|h)){1,200}'\ncondition: s"),
        rule(&format!("s:\n  a: '{}'\ncondition: s", "*a?".repeat(10_000))),
        rule(&format!("s:\n  a: '{}'\ncondition: s", "é?".repeat(10))),
        rule(&format!("s:\n  a:\n{}\ncondition: s", "    - value\n".repeat(2_000).trim_end())),
        rule(&format!(
            "{}condition: 20 of s*",
            (0..40).map(|it| format!("s{it}:\n  a: b{it}\n")).collect::<String>()
        )),
    ];
    for text in texts {
        let file = Importer::new().import("hostile", &text);
        let shown: String = text.chars().take(200).collect();
        assert!(
            !file.refused.is_empty() && file.rules.is_empty(),
            "{shown}: {:?}",
            file.rules.first().map(|it| &it.pattern)
        );
        assert!(file.refused.iter().all(|it| !it.reason.is_empty() && it.at.line > 0), "{shown}");
    }
}

#[test]
fn a_rule_that_is_too_long_is_refused_and_a_list_of_names_becomes_one_expression() {
    let names =
        |count: usize| (0..count).map(|it| format!("    - DescribeSomething{it}\n")).collect::<String>();
    let of = |count| {
        Importer::new()
            .import("r", &rule(&format!("s:\n  eventName:\n{}\ncondition: s", names(count).trim_end())))
    };
    let file = of(30);
    assert!(
        file.rules[0].pattern.starts_with("{ $.eventName = %^DescribeSomething0$|"),
        "{}",
        file.rules[0].pattern
    );
    assert!(of(200).refused[0].reason.contains("AWS takes 1024"));
}

#[test]
fn a_text_of_many_wildcards_takes_no_search_among_the_names() {
    let file =
        Importer::new().import("r", &rule(&format!("s:\n  eventName: '{}'\ncondition: s", "*a".repeat(40))));
    assert_eq!(file.rules[0].differences.len(), 2, "{:?}", file.rules[0].differences);
}
