//! JUnit XML: a test suite a file, a failed test case a finding.

use super::findings::FileFindings;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// The report as XML.
#[must_use]
pub fn xml(files: &[FileFindings]) -> String {
    let mut report = Report::new("cwfilter lint");
    for file in files {
        let mut suite = TestSuite::new(file.path.as_str());
        let findings = || file.findings.iter().filter(|finding| finding.diagnostic.is_finding());
        for finding in findings() {
            let (start, _) = finding.range(&file.text);
            let diagnostic = &finding.diagnostic;
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(diagnostic.message.as_str()).set_type(diagnostic.lint);
            status.set_description(format!(
                "{}:{start}: {diagnostic}\n{}",
                file.path,
                diagnostic.help.as_deref().unwrap_or_default()
            ));
            let mut case =
                TestCase::new(format!("{} {} at {start}", finding.pattern, diagnostic.lint), status);
            case.set_classname(file.path.as_str());
            suite.add_test_case(case);
        }
        if findings().next().is_none() {
            suite.add_test_case(TestCase::new("no findings", TestCaseStatus::success()));
        }
        report.add_test_suite(suite);
    }
    report.to_string().unwrap_or_default()
}
