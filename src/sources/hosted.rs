//! A pattern in a file, with the metric transformation and the alarm beside it.

use super::align::Align;
use super::literal::LiteralSyntax;
use super::made::Made;
use crate::metric_settings::{
    Feed, HAS_CRITERIA, IS_TRANSFORMED, Located, LocatedAlarm, LocatedTransformation, Publishes, Setting,
};
use crate::span::{LineColumn, Span};
use std::borrow::Cow;
use std::fmt::{Display, Formatter};

/// A pattern in a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HostedPattern {
    /// The filter's, rule's or resource's name.
    pub name: String,
    /// The place of the literal in the file, its quotes included; of the expression, if the pattern is put together from several texts.
    pub literal: Span,
    /// The pattern, or why it is not known.
    pub text: Result<String, Unread>,
    /// The metric transformation beside it.
    pub transformation: Option<LocatedTransformation>,
    /// The alarm beside it; read from rule files.
    pub alarm: Option<LocatedAlarm>,
    /// What the metric transformation publishes, as far as the alarm beside it needs it; read from rule files.
    pub feed: Feed,
    /// The log group, if its name is known.
    pub log_group: Option<String>,
    /// Lints that are allowed here.
    pub allow: Vec<Allowance>,
    /// Controls that a rule says it covers.
    pub covers: Vec<Located>,
    /// The references that lead from the filter to the literal, the filter's own first. Empty if the filter itself has the literal.
    pub uses: Vec<Reference>,
    pub(super) align: Align,
    pub(super) syntax: LiteralSyntax,
    /// The literal of the YAML anchor that has this text.
    pub(super) alias_of: Option<Span>,
    /// The pattern with stand-ins for the parts that are not known.
    pub(super) completions: Vec<Completion>,
    pub(super) is_settings: bool,
    /// What tells the log group from those of other filters, also if its name is not known.
    pub(crate) group_key: String,
    /// Whether such a filter is made.
    pub(super) made: Made,
    /// What the filter publishes, for audits. Rule files say it in their own words.
    pub(super) publishes: Publishes,
    /// Which events the filter reads, and where it sends them.
    pub(super) scope: EventScope,
    /// The members of the metric transformation, known or not, by their names in reports.
    pub(super) metric_settings: Vec<(&'static str, Setting)>,
}

/// Which events a filter reads, and where a subscription filter sends them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventScope {
    /// `fieldSelectionCriteria`
    pub criteria: Setting,
    /// `applyOnTransformedLogs`. `None` if it is not known.
    pub on_transformed_logs: Option<bool>,
    /// `logGroupName`
    pub log_group: Setting,
    /// `destinationArn` of a subscription filter; the document of an account policy.
    pub destination: Setting,
    /// `selectionCriteria` of an account policy.
    pub selection: Setting,
    /// `roleArn` of a subscription filter.
    pub role: Setting,
}

impl EventScope {
    /// Why the filter does not read each event.
    #[must_use]
    pub fn reads_in_part(&self) -> Option<&'static str> {
        if self.criteria.is_set() {
            return Some(HAS_CRITERIA);
        }
        (self.on_transformed_logs != Some(false)).then_some(IS_TRANSFORMED)
    }
}

/// Why the text of a pattern is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unread {
    /// The lint that reports it: `unchecked-pattern`, or the mistake in the file that keeps the pattern from being read.
    pub lint: &'static str,
    /// The reason; it names the reference that is missing.
    pub why: Cow<'static, str>,
    /// What to do.
    pub help: Option<&'static str>,
}

impl Unread {
    pub(super) fn unknown(why: impl Into<Cow<'static, str>>) -> Self {
        Unread { lint: "unchecked-pattern", why: why.into(), help: None }
    }
}

impl Display for Unread {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.why)
    }
}

/// A lint that is silenced, with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowance {
    /// The lint's name.
    pub lint: String,
    /// Its place.
    pub span: Span,
}

/// What an unread part of a configuration or template is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnreadKind {
    /// A `module` block of Terraform whose module is not on the disk.
    TerraformModule,
    /// `AWS::CloudFormation::Stack` or `AWS::Serverless::Application`.
    NestedStack,
    /// `AWS::CloudFormation::StackSet`.
    StackSet,
    /// `AWS::ServiceCatalog::CloudFormationProvisionedProduct`.
    Product,
    /// A resource whose type ends in `::MODULE`.
    CloudFormationModule,
    /// The transform `AWS::Include`.
    Include,
    /// A transform that is not one of AWS.
    Macro,
}

impl UnreadKind {
    /// The name in a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            UnreadKind::TerraformModule => "module",
            UnreadKind::NestedStack => "nested stack",
            UnreadKind::StackSet => "stack set",
            UnreadKind::Product => "Service Catalog product",
            UnreadKind::CloudFormationModule => "CloudFormation module",
            UnreadKind::Include => "include",
            UnreadKind::Macro => "macro",
        }
    }
}

/// A part of a configuration or template that is in another place, and that does not say whether it makes filters: a Terraform module
/// that is not on the disk, or a part of a CloudFormation template whose template is not among the files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadModule {
    /// What it is.
    pub kind: UnreadKind,
    /// The label of the `module` block, the logical ID of the resource, or the name of the transform.
    pub name: String,
    /// The `source` of the module, or the place of the template; empty if it is not known.
    pub source: String,
    /// The block, the logical ID, or the transform.
    pub span: Span,
}

impl Display for UnreadModule {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "the {} `{}`", self.kind.name(), self.name)?;
        if self.source.is_empty() { Ok(()) } else { write!(f, " (`{}`)", self.source) }
    }
}

/// A reference to a value in another place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// The file with the reference.
    pub path: String,
    /// The place of the reference.
    pub place: LineColumn,
    /// The reference as it is written, such as `local.patterns`.
    pub what: String,
}

impl Display for Reference {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}:{}", self.what, self.path, self.place)
    }
}

/// The pattern with one stand-in for each part that is not known.
#[derive(Debug, Clone)]
pub(crate) struct Completion {
    pub(crate) text: String,
    pub(super) align: Align,
}

impl Completion {
    pub(super) fn new(text: String, align: Align) -> Self {
        Completion { text, align }
    }

    /// The place in the file of a place of the text.
    pub(crate) fn in_file(&self, span: Span) -> Span {
        self.align.in_file(span)
    }
}

impl HostedPattern {
    pub(super) fn new(
        name: String,
        literal: Span,
        text: String,
        align: Align,
        syntax: LiteralSyntax,
    ) -> Self {
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
            uses: Vec::new(),
            align,
            syntax,
            alias_of: None,
            completions: Vec::new(),
            is_settings: false,
            group_key: String::new(),
            made: Made::default(),
            publishes: Publishes::default(),
            metric_settings: Vec::new(),
            scope: EventScope { on_transformed_logs: Some(false), ..EventScope::default() },
        }
    }

    pub(super) fn unread(name: String, literal: Span, unread: Unread) -> Self {
        let fixed = LiteralSyntax::Fixed(unread.why.clone());
        HostedPattern {
            text: Err(unread),
            ..Self::new(name, literal, String::new(), Align::default(), fixed)
        }
    }

    /// Moves all places, for a file that has more bytes in front.
    pub(super) fn shift(&mut self, by: usize) {
        let mut spans = vec![&mut self.literal];
        spans.extend(&mut self.alias_of);
        spans.extend(self.allow.iter_mut().map(|allow| &mut allow.span));
        spans.extend(self.covers.iter_mut().map(|covered| &mut covered.span));
        if let Some(it) = &mut self.transformation {
            let named = [&mut it.namespace, &mut it.name, &mut it.value, &mut it.default, &mut it.unit]
                .into_iter()
                .flatten();
            spans.extend(named.map(|located| &mut located.span));
            for (name, value) in &mut it.dimensions {
                spans.push(&mut name.span);
                spans.extend(value.as_mut().map(|value| &mut value.span));
            }
        }
        spans.into_iter().for_each(|span| *span = span.shifted(by));
        self.alarm.iter_mut().for_each(|alarm| alarm.shift(by));
        self.align.shift(by);
        self.completions.iter_mut().for_each(|completion| completion.align.shift(by));
    }

    /// The place in the file of a place of the pattern.
    #[must_use]
    pub fn in_file(&self, span: Span) -> Span {
        self.align.in_file(span)
    }

    /// Whether this is a pattern of the file. `false` for the settings of a filter whose pattern is in another file: the pattern is
    /// counted there.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        !self.is_settings
    }

    /// What tells the log group from those of other filters of its file, also if its name is not known: the parts that are known, and the
    /// references that are missing. Empty if the file says nothing about log groups, as a rule file.
    #[must_use]
    pub fn group_key(&self) -> &str {
        &self.group_key
    }

    /// What the filter publishes. Not said for rules of rule files.
    #[must_use]
    pub fn publishes(&self) -> &Publishes {
        &self.publishes
    }

    /// Which events the filter reads, and where it sends them. An input that does not say it reads each event.
    #[must_use]
    pub fn scope(&self) -> &EventScope {
        &self.scope
    }

    /// The namespace, name, value, default value and unit of the metric that a filter publishes, by these names. Empty for rule files, whose
    /// values are all in `transformation`.
    #[must_use]
    pub fn metric_settings(&self) -> &[(&'static str, Setting)] {
        &self.metric_settings
    }

    /// Whether no such filter is made with the values that are known, as with `count = 0` in Terraform or a false `Condition` in a template.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.made.is_absent()
    }

    /// Whether only calls of the Terraform module make the filter. Each call has a pattern of its own.
    #[must_use]
    pub fn is_made_by_calls(&self) -> bool {
        self.made == Made::ByCalls
    }

    /// Why it is not known whether the filter is made. `None` if that is known.
    #[must_use]
    pub fn why_open(&self) -> Option<&str> {
        self.made.why_open()
    }

    /// The pattern with stand-ins for the parts that are not known.
    pub(crate) fn completions(&self) -> &[Completion] {
        &self.completions
    }

    /// Whether a pattern on several lines stays readable here: TOML's strings with three quotes, Terraform's heredocs, YAML's
    /// literal blocks.
    #[must_use]
    pub fn takes_lines(&self) -> bool {
        self.syntax.takes_lines()
    }

    /// The literal for a new pattern, in the syntax of the old one if that can hold it.
    ///
    /// # Errors
    /// The reason why it cannot be written here.
    pub fn literal_for(&self, pattern: &str) -> Result<String, Cow<'static, str>> {
        self.syntax.write(pattern)
    }
}

/// A text without the indentation that all its lines share. AWS reads blanks alike.
#[must_use]
pub fn unindented(text: &str) -> String {
    let indent =
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len());
    let indent = indent.min().unwrap_or(0);
    text.lines().map(|line| line.get(indent..).unwrap_or_default()).collect::<Vec<_>>().join("\n")
}
