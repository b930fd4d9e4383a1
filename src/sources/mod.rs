//! Reads patterns, with their places, from rule files, Terraform, CloudFormation, SAM and Serverless templates, answers
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

mod alarm;
mod align;
mod json;
mod literal;
mod rewrite;
mod rule_file;
mod template;
mod terraform;
mod tree;
mod yaml;

use crate::metric_settings::{AlarmResources, Feed, Located, LocatedAlarm, LocatedTransformation};
use crate::span::{LineColumn, Span};
use align::Align;
use literal::Style;
pub use rewrite::{Left, Rewritten, rewrite};
use std::fmt::{Display, Formatter};
use std::path::Path;

/// A pattern in a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HostedPattern {
    /// The filter's, rule's or resource's name.
    pub name: String,
    /// The literal's place in the file, including its quotes.
    pub literal: Span,
    /// The pattern, or why it is not known before deployment.
    pub text: Result<String, &'static str>,
    /// The metric transformation beside it.
    pub transformation: Option<LocatedTransformation>,
    /// The alarm beside it; read from rule files.
    pub alarm: Option<LocatedAlarm>,
    /// What the metric transformation publishes, as far as the alarm beside it needs it; read from rule files.
    pub feed: Feed,
    /// The log group, where it is written as a text.
    pub log_group: Option<String>,
    /// Lints that are allowed here.
    pub allow: Vec<Allowance>,
    /// Controls that a rule says it covers.
    pub covers: Vec<Located>,
    align: Align,
    style: Style,
    /// The literal of the YAML anchor whose text this is.
    alias_of: Option<Span>,
}

/// A lint that is silenced, with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowance {
    /// The lint's name.
    pub lint: String,
    /// Its place in the file.
    pub span: Span,
}

/// A file that cannot be read as what its name says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SourceError {
    /// What is wrong, one line.
    pub message: String,
    /// The byte where.
    pub offset: usize,
    /// What to do, one line.
    pub help: Option<String>,
    place: LineColumn,
}

impl SourceError {
    fn new(text: &str, offset: usize, message: impl Into<String>) -> Self {
        SourceError { message: message.into(), offset, help: None, place: LineColumn::of(text, offset) }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Display for SourceError {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

/// Whether a file of this name may hold patterns.
///
/// ```
/// use cwfilter::sources::is_source;
/// assert!(is_source("main.tf".as_ref()) && !is_source("notes.txt".as_ref()));
/// ```
#[must_use]
pub fn is_source(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("toml" | "tf" | "yml" | "yaml" | "json" | "template"))
}

/// What a file is read as; its name says so.
#[derive(Clone, Copy)]
enum Format {
    RuleFile,
    Terraform,
    Json,
    Yaml,
}

impl Format {
    fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => Format::RuleFile,
            Some("tf") => Format::Terraform,
            Some("json") => Format::Json,
            _ => Format::Yaml,
        }
    }

    /// Whether `${…}` in a text may be something else when it is deployed.
    fn replaces_variables(self) -> bool {
        matches!(self, Format::Json | Format::Yaml)
    }

    fn read(self, text: &str) -> Result<Vec<HostedPattern>, SourceError> {
        match self {
            Format::RuleFile => rule_file::read(text),
            Format::Terraform => terraform::read(text),
            Format::Json => template::read(text, true),
            Format::Yaml => template::read(text, false),
        }
    }
}

/// The mark that some editors put in front of a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The length of the byte order mark in front, if there is one.
fn mark_of(text: &str) -> usize {
    if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 }
}

/// The alarms of a file, with the metric filters that they may watch; its kind is told by its name. Alarms of rule files come with
/// their patterns, from [`read`]. A text that [`read`] refuses has none.
///
/// ```
/// let text = r#"
/// resource "aws_cloudwatch_metric_alarm" "root" {
///   namespace   = "Security"
///   metric_name = "RootUsage"
///   threshold   = 1
/// }"#;
/// let resources = cwfilter::sources::alarms("main.tf".as_ref(), text);
/// assert_eq!(resources.alarms[0].metric_name.text(), Some("RootUsage"));
/// ```
#[must_use]
pub fn alarms(path: &Path, text: &str) -> AlarmResources {
    let mark = mark_of(text);
    let mut found = alarm::read(Format::of(path), text.get(mark..).unwrap_or_default());
    found.shift(mark);
    found
}

/// All patterns of a file; its kind is told by its name.
///
/// ```
/// let text = "[[rule]]\nid = \"errors\"\npattern = \"ERROR\"\n";
/// let patterns = cwfilter::sources::read("rules.toml".as_ref(), text).unwrap();
/// assert_eq!(patterns.len(), 1);
/// ```
///
/// # Errors
/// When the text is not what the name says, with the place.
pub fn read(path: &Path, text: &str) -> Result<Vec<HostedPattern>, SourceError> {
    let mark = mark_of(text);
    let found = Format::of(path).read(text.get(mark..).unwrap_or_default());
    let mut found = found.map_err(|error| SourceError { offset: error.offset + mark, ..error })?;
    if mark > 0 {
        found.iter_mut().for_each(|hosted| hosted.shift(mark));
    }
    Ok(found)
}

/// How the lines of a literal end, or those of the file it is in.
fn newline_of(file: &str, literal: &str) -> &'static str {
    let text = if literal.contains('\n') { literal } else { file };
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if first.ends_with("\r\n") { "\r\n" } else { "\n" }
}

/// A literal that is replaced.
struct Change {
    literal: Span,
    /// Where the new one is in the new file.
    written: Span,
    text: String,
}

impl Change {
    /// Whether what is now read at a place is what was meant; newlines are as the file has them.
    fn is_made(&self, span: Span, text: &str) -> bool {
        span == self.written && text.replace("\r\n", "\n") == self.text.replace("\r\n", "\n")
    }
}

impl HostedPattern {
    fn new(name: String, literal: Span, text: String, align: Align, style: Style) -> Self {
        HostedPattern {
            name,
            literal,
            text: Ok(text),
            transformation: None,
            alarm: None,
            feed: Feed::default(),
            log_group: None,
            allow: Vec::new(),
            covers: Vec::new(),
            align,
            style,
            alias_of: None,
        }
    }

    fn unchecked(name: String, literal: Span, why: &'static str) -> Self {
        let fixed = Style::Fixed(why);
        HostedPattern { text: Err(why), ..Self::new(name, literal, String::new(), Align::default(), fixed) }
    }

    /// In a file that has more bytes in front.
    fn shift(&mut self, by: usize) {
        let mut spans = vec![&mut self.literal];
        spans.extend(&mut self.alias_of);
        spans.extend(self.allow.iter_mut().map(|allow| &mut allow.span));
        spans.extend(self.covers.iter_mut().map(|covered| &mut covered.span));
        if let Some(it) = &mut self.transformation {
            let named = [&mut it.namespace, &mut it.name, &mut it.value, &mut it.unit].into_iter().flatten();
            spans.extend(named.map(|located| &mut located.span));
            spans.extend(&mut it.default);
            spans
                .extend(it.dimensions.iter_mut().flat_map(|(name, value)| [&mut name.span, &mut value.span]));
        }
        spans.into_iter().for_each(|span| *span = span.shifted(by));
        self.alarm.iter_mut().for_each(|alarm| alarm.shift(by));
        self.align.shift(by);
    }

    /// Maps a place of the pattern to its place in the file.
    #[must_use]
    pub fn in_file(&self, span: Span) -> Span {
        self.align.in_file(span)
    }

    /// Whether a pattern on several lines stays readable here: TOML's strings with three quotes, Terraform's heredocs, YAML's
    /// literal blocks.
    #[must_use]
    pub fn takes_lines(&self) -> bool {
        self.style.takes_lines()
    }

    /// The literal for a new pattern, in the style of the old one where that can hold it.
    ///
    /// # Errors
    /// Why it cannot be written here.
    pub fn literal_for(&self, pattern: &str) -> Result<String, &'static str> {
        self.style.write(pattern)
    }
}
