//! JUnit XML: one test suite per file, one failed test case per finding.

use crate::escaped::{Escaped, EscapedLines};
use crate::lint::file::FileFindings;
use crate::span::Lines;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// The report as XML. A file without findings has one test case that passed.
#[must_use]
pub fn xml(files: &[FileFindings]) -> String {
    let mut report = Report::new("cwfilter lint");
    for file in files {
        // XML 1.0 has no control characters and no U+FFFE, not even as references
        let path = Escaped(&file.path).to_string();
        let mut suite = TestSuite::new(path.as_str());
        let findings = || file.findings.iter().filter(|finding| finding.diagnostic.is_finding());
        let lines = Lines::new(&file.text);
        for finding in findings() {
            let (start, _) = finding.range_in(&lines);
            let diagnostic = &finding.diagnostic;
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(Escaped(&diagnostic.message).to_string()).set_type(diagnostic.lint);
            status.set_description(format!(
                "{path}:{start}: {}\n{}",
                Escaped(diagnostic),
                EscapedLines(diagnostic.help.as_deref().unwrap_or_default())
            ));
            let mut case = TestCase::new(
                format!("{} {} at {start}", Escaped(&finding.pattern), diagnostic.lint),
                status,
            );
            case.set_classname(path.as_str());
            suite.add_test_case(case);
        }
        for it in &file.unchecked {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("not checked: {}", Escaped(&it.reason)));
            let start = lines.place(it.span.start);
            let mut case = TestCase::new(format!("{} at {start}", Escaped(&it.pattern)), status);
            case.set_classname(path.as_str());
            suite.add_test_case(case);
        }
        let counts = file.counts;
        for (name, count) in
            [("patterns", counts.found), ("checked", counts.checked), ("notChecked", counts.not_checked())]
        {
            suite.add_property((name, count.to_string().as_str()));
        }
        // a file without a checked pattern has not passed
        if findings().next().is_none() && (counts.checked > 0 || counts.found == 0) {
            suite.add_test_case(TestCase::new("no findings", TestCaseStatus::success()));
        }
        report.add_test_suite(suite);
    }
    report.to_string().unwrap_or_default()
}
