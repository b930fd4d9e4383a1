//! The comments that silence lints are read with the patterns of their own file.

use cwfilter::lint::file::check_files;
use cwfilter::sources;
use std::path::Path;

fn filter(pattern: &str, comment: &str) -> String {
    format!(
        "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  name = \"a\"\n  log_group_name = \"g\"\n{comment}\
         \x20 pattern = \"{pattern}\"\n}}\n"
    )
}

#[test]
fn a_comment_where_another_file_has_a_pattern() {
    // a text in which `# cwfilter:` would be a part of the pattern
    let long = filter(&"word ".repeat(60), "");
    let silenced = filter(
        "{ $.eventName != \\\"ConsoleLogin\\\" || $.eventName != \\\"StopLogging\\\" }",
        "  # padding padding padding\n  # cwfilter: allow(or-of-negations) wanted\n",
    );
    let files = [("a.tf", long), ("b.tf", silenced)];
    let read = files.map(|(name, text)| {
        let patterns = sources::read(Path::new(name), &text).unwrap();
        (name, text, patterns)
    });
    let checked = check_files(
        read.iter().map(|(name, text, patterns)| ((*name).to_owned(), text.clone(), &**patterns)),
    );
    let found: Vec<_> = checked[1].findings.iter().map(|finding| finding.diagnostic.lint).collect();
    assert_eq!(found, [""; 0]);
}
