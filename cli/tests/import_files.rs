//! `import --adopt` writes new files: what a person edits is not replaced, and two log groups give two stacks.

#[path = "support/printed.rs"]
mod printed;

use printed::{folder, run};

const IMPORT: [&str; 9] = [
    "import",
    "--filters",
    "filters.json",
    "--region",
    "us-east-1",
    "--output",
    "rules.toml",
    "--adopt",
    "cwfilter.toml",
];

fn filters(group: &str) -> String {
    format!(
        r#"{{"metricFilters":[{{"filterName":"a","filterPattern":"{{ $.eventName = StopLogging }}","logGroupName":"{group}",
        "metricTransformations":[{{"metricName":"a","metricNamespace":"S","metricValue":"1"}}]}}]}}"#
    )
}

#[test]
fn each_log_group_is_a_stack() {
    for (group, name) in [("hand", "imported-hand"), ("/aws/cloudtrail/org", "imported-aws-cloudtrail-org")] {
        let root = folder("import-names");
        std::fs::write(root.join("filters.json"), filters(group)).unwrap();
        let (code, said) = run(&root, &IMPORT);
        assert!(code < 2, "{said}");
        let stack = std::fs::read_to_string(root.join("cwfilter.toml")).unwrap();
        assert!(stack.contains(&format!("name = \"{name}\"")), "{stack}");
    }
}

#[test]
fn files_that_exist_are_kept() {
    for file in ["cwfilter.toml", "rules.toml"] {
        let root = folder("import-keeps");
        std::fs::write(root.join("filters.json"), filters("hand")).unwrap();
        std::fs::write(root.join(file), "mine").unwrap();
        let (code, said) = run(&root, &IMPORT);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(&format!("{file} exists")), "{said}");
        assert_eq!(std::fs::read_to_string(root.join(file)).unwrap(), "mine");
    }
}

/// What the command line of AWS gives that is not the whole answer as JSON.
#[test]
fn what_is_not_the_whole_answer_is_named() {
    let root = folder("import-answers");
    let whole = filters("hand");
    let page = |token: &str| whole.replacen('{', &format!("{{{token},"), 1);
    let gzip = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, whole.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(whole.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let array = whole.trim_start_matches("{\"metricFilters\":").trim_end_matches('}');
    let further = "there are more metric filters than it lists";
    // content, whether it is read, what is said
    let table: Vec<(Vec<u8>, bool, &str)> = vec![
        (whole.clone().into(), true, "1 rule imported"),
        (page(r#""nextToken":"abc""#).into(), true, further),
        (page(r#""NextToken":"abc""#).into(), true, further),
        (format!("\u{feff}{whole}").into(), true, "1 rule imported"),
        (gzip, false, "it is compressed with gzip: give the output of `gzip -dc`"),
        (utf16, false, "`iconv -f UTF-16 -t UTF-8`"),
        (array.into(), false, "without `--query`"),
        (
            b"metricFilters:\n- filterName: f\n".to_vec(),
            false,
            "`aws logs describe-metric-filters --output json`",
        ),
        (b"<answer/>".to_vec(), false, "only JSON is read"),
        (whole.as_bytes()[..60].to_vec(), false, "cut off or changed"),
        (b"{\"MetricAlarms\":[]}".to_vec(), false, "has the member `metricFilters`"),
        (Vec::new(), false, "the answer is empty"),
    ];
    for (bytes, is_read, said) in table {
        std::fs::write(root.join("in.json"), &bytes).unwrap();
        let from_input = || {
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_cwfilter"))
                .args(["import", "--filters", "-"])
                .stdin(std::fs::File::open(root.join("in.json")).unwrap())
                .output()
                .unwrap();
            (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        for (code, text) in [run(&root, &["import", "--filters", "in.json"]), from_input()] {
            assert_eq!(code < 2, is_read, "{said}: {text}");
            assert!(text.contains(said), "{said}: {text}");
        }
    }
    let alarms = r#"{"MetricAlarms":[],"nextToken":"abc"}"#;
    std::fs::write(root.join("filters.json"), page(r#""nextToken":"abc""#)).unwrap();
    std::fs::write(root.join("alarms.json"), alarms).unwrap();
    let args = ["import", "--filters", "filters.json", "--alarms", "alarms.json", "--json"];
    let (_, text) = run(&root, &args);
    for said in
        ["the answer has a `nextToken`: there are more metric filters", "`nextToken`: there are more alarms"]
    {
        // in the JSON and on standard error
        assert_eq!(text.matches(said).count(), 2, "{said}: {text}");
    }
    let (code, text) = run(&root, &["import", "--filters", "-", "--alarms", "-"]);
    assert!(code == 2 && text.contains("only one of `--filters` and `--alarms`"), "{text}");
}

/// Each command that reads patterns from an answer says that it has only a page of them.
#[test]
fn a_page_of_an_answer_is_named() {
    let root = folder("import-pages");
    let page = filters("hand").replacen('{', r#"{"nextToken":"abc","#, 1);
    let subscriptions = r#"{"subscriptionFilters":[{"filterName":"s","filterPattern":"{ $.eventName = StopLogging }","logGroupName":"g"}],"nextToken":"abc"}"#;
    for (text, list) in [(page.as_str(), "metric filters"), (subscriptions, "subscription filters")] {
        std::fs::write(root.join("page.json"), text).unwrap();
        std::fs::write(root.join("whole.json"), text.replace("nextToken", "ResponseMetadata")).unwrap();
        for args in [["lint", "page.json"].as_slice(), &["diff", "page.json", "whole.json"]] {
            let (_, said) = run(&root, args);
            assert!(
                said.contains(&format!("{list} of the answer"))
                    || said.contains(&format!("a part of the {list}")),
                "{args:?}: {said}"
            );
        }
        let (_, said) = run(&root, &["lint", "whole.json"]);
        assert!(!said.contains("further page"), "{said}");
    }
}
