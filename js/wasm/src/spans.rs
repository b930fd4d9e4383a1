//! Places in the text as JavaScript counts them: in UTF-16 code units.

use cwfilter::Span;
use cwfilter::diagnostic::Diagnostic;
use serde::Serialize;

/// The number of UTF-16 code units before a byte.
fn units(text: &str, byte: usize) -> usize {
    text.char_indices().take_while(|(at, _)| *at < byte).map(|(_, character)| character.len_utf16()).sum()
}

pub(crate) fn span(text: &str, span: Span) -> [usize; 2] {
    [units(text, span.start), units(text, span.end)]
}

/// A finding with its places in UTF-16 code units.
#[derive(Serialize)]
pub(crate) struct Finding<'a> {
    lint: &'a str,
    severity: &'a str,
    message: &'a str,
    span: [usize; 2],
    /// the remark on the place
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<Other<'a>>,
}

#[derive(Serialize)]
struct Fix<'a> {
    applicability: &'a str,
    pattern: &'a str,
}

/// Another place that explains the finding.
#[derive(Serialize)]
struct Other<'a> {
    span: [usize; 2],
    label: &'a str,
}

impl<'a> Finding<'a> {
    /// `text` is what the finding's places are in.
    pub(crate) fn new(text: &str, found: &'a Diagnostic) -> Self {
        let others = found.secondary.iter();
        Finding {
            lint: found.lint,
            severity: found.severity.name(),
            message: &found.message,
            span: span(text, found.primary.span),
            label: &found.primary.text,
            help: found.help.as_deref(),
            fix: found
                .fix
                .as_ref()
                .map(|fix| Fix { applicability: fix.applicability.name(), pattern: &fix.pattern }),
            others: others.map(|other| Other { span: span(text, other.span), label: &other.text }).collect(),
        }
    }
}
