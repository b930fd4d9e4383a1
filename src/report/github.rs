//! Annotations of GitHub Actions: one workflow command per finding.

use crate::diagnostic::Severity;
use crate::escaped::{Escaped, EscapedLines};
use crate::lint::file::{Counts, FileFindings};
use crate::span::Lines;
use std::fmt::Write;

/// One line per finding, and one with the numbers of patterns: `::warning file=…,line=…,col=…,title=…::message`.
#[must_use]
pub fn annotations(files: &[FileFindings]) -> String {
    let mut out = String::new();
    for file in files {
        let lines = Lines::new(&file.text);
        for finding in &file.findings {
            let diagnostic = &finding.diagnostic;
            let command = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let (start, end) = finding.range_in(&lines);
            let mut help = diagnostic.help.iter().map(|help| format!("\n{help}")).collect::<String>();
            help.extend(finding.uses.iter().map(|it| format!("\nused as {it}")));
            let _ = writeln!(
                out,
                "::{command} file={},line={},endLine={},col={},endColumn={},title={}::{}",
                property(&Escaped(&file.path).to_string()),
                start.line,
                end.line,
                start.column,
                end.column,
                property(diagnostic.lint),
                data(&EscapedLines(format!("{}{help}", Escaped(&diagnostic.message))).to_string()),
            );
        }
    }
    let counts = Counts::sum(files.iter().map(|file| &file.counts));
    let _ = writeln!(out, "::notice title=cwfilter::{}", data(&counts.to_string()));
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
