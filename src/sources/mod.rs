//! Patterns where they live: rule files, Terraform, CloudFormation, SAM and Serverless templates, answers
//! of `aws logs describe-metric-filters`.
//!
//! ```
//! let terraform = r#"
//! resource "aws_cloudwatch_log_metric_filter" "root" {
//!   name           = "root"
//!   log_group_name = "trail"
//!   pattern        = "{ $.userIdentity.type = \"Root\" }"
//! }"#;
//! let found = cwfilter::sources::read("main.tf".as_ref(), terraform)?;
//! assert_eq!(found[0].name, "root");
//! assert_eq!(found[0].text.as_deref(), Ok(r#"{ $.userIdentity.type = "Root" }"#));
//! # Ok::<(), cwfilter::sources::SourceError>(())
//! ```

mod align;
mod rule_file;
mod terraform;
mod yaml;

use crate::lint::{AlarmEntry, Located, Transformation};
use crate::span::{LineColumn, Span};
use align::{Align, Escapes};
use std::fmt::{Display, Formatter};
use std::path::Path;

/// A pattern in a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HostedPattern {
    /// The filter's, rule's or resource's name.
    pub name: String,
    /// Where the literal stands in the file, its quotes included.
    pub literal: Span,
    /// The pattern, or why it is not known before deployment.
    pub text: Result<String, &'static str>,
    /// The metric transformation beside it.
    pub transformation: Option<Transformation>,
    /// The alarm beside it; read from rule files.
    pub alarm: Option<AlarmEntry>,
    /// The log group, where it is written as a text.
    pub log_group: Option<String>,
    /// Lints that are allowed here.
    pub allow: Vec<Allowance>,
    /// Controls that a rule says it covers.
    pub covers: Vec<Located>,
    align: Align,
    quoting: Quoting,
}

/// A lint that is silenced, with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowance {
    /// The lint's name.
    pub lint: String,
    /// Where it stands.
    pub span: Span,
}

/// How a literal is written, as far as a new one can be written in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoting {
    /// `"…"` with backslashes.
    Backslash,
    /// The same, and `${` and `%{` are doubled.
    Hcl,
    /// TOML's `'…'` and `'''…'''`, with the number of quotes.
    Literal(usize),
    /// YAML's `'…'`, also in place of a plain scalar.
    Doubled,
    /// Nobody rewrites it.
    Fixed,
}

/// A file that cannot be read as what its name says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SourceError {
    /// What is wrong, one line.
    pub message: String,
    /// The byte where.
    pub offset: usize,
    place: LineColumn,
}

impl SourceError {
    fn new(text: &str, offset: usize, message: impl Into<String>) -> Self {
        SourceError { message: message.into(), offset, place: LineColumn::of(text, offset) }
    }
}

impl Display for SourceError {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Whether a file of this name may hold patterns.
#[must_use]
pub fn is_source(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("toml" | "tf" | "yml" | "yaml" | "json" | "template"))
}

/// All patterns of a file; its kind is told by its name.
///
/// # Errors
/// When the text is not what the name says, with the place.
pub fn read(path: &Path, text: &str) -> Result<Vec<HostedPattern>, SourceError> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => rule_file::read(text),
        Some("tf") => terraform::read(text),
        _ => yaml::read(text),
    }
}

impl HostedPattern {
    fn new(
        file: &str,
        name: String,
        literal: Span,
        text: String,
        escapes: Escapes,
        quoting: Quoting,
    ) -> Self {
        let align = Align::new(file, literal, &text, escapes);
        HostedPattern {
            name,
            literal,
            text: Ok(text),
            transformation: None,
            alarm: None,
            log_group: None,
            allow: Vec::new(),
            covers: Vec::new(),
            align,
            quoting,
        }
    }

    fn unchecked(name: String, literal: Span, why: &'static str) -> Self {
        HostedPattern {
            name,
            literal,
            text: Err(why),
            transformation: None,
            alarm: None,
            log_group: None,
            allow: Vec::new(),
            covers: Vec::new(),
            align: Align::default(),
            quoting: Quoting::Fixed,
        }
    }

    /// Where a place of the pattern stands in the file.
    #[must_use]
    pub fn in_file(&self, span: Span) -> Span {
        self.align.in_file(span)
    }

    /// Whether a pattern on several lines stays readable here: TOML's `'''…'''`.
    #[must_use]
    pub fn takes_lines(&self) -> bool {
        self.quoting == Quoting::Literal(3)
    }

    /// The literal for a new pattern; none where it cannot be written in the same way.
    #[must_use]
    pub fn literal_for(&self, pattern: &str) -> Option<String> {
        let escaped = |pattern: &str| pattern.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        match self.quoting {
            Quoting::Fixed => None,
            Quoting::Backslash => Some(format!("\"{}\"", escaped(pattern))),
            Quoting::Hcl => {
                Some(format!("\"{}\"", escaped(pattern).replace("${", "$${").replace("%{", "%%{")))
            }
            Quoting::Doubled => {
                (!pattern.contains('\n')).then(|| format!("'{}'", pattern.replace('\'', "''")))
            }
            Quoting::Literal(quotes) => {
                let fits = if quotes == 1 {
                    !pattern.contains(['\'', '\n'])
                } else {
                    !pattern.contains("'''") && !pattern.ends_with('\'')
                };
                let quote = "'".repeat(quotes);
                if fits {
                    Some(format!("{quote}{pattern}{quote}"))
                } else {
                    Some(format!("\"{}\"", escaped(pattern)))
                }
            }
        }
    }
}
