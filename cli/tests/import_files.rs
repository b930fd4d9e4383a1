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
