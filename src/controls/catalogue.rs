//! The controls of each framework, with their patterns.

use crate::FilterPattern;
use std::sync::LazyLock;

/// A control of a framework, and its pattern.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Control {
    /// A name of [`FRAMEWORKS`].
    pub framework: &'static str,
    /// The number or name of the control, such as `4.3` or `CloudWatch.1`.
    pub id: String,
    /// The title of the control.
    pub title: &'static str,
    /// The text of the pattern.
    pub text: &'static str,
    /// The pattern.
    pub pattern: FilterPattern,
    /// The number of the control in CIS 1.4 to 5.0, such as `4.3`: the same for a control in all versions and frameworks.
    pub(super) subject: String,
}

/// The names of the frameworks. `cis-aws` is `cis-aws-5.0`.
pub const FRAMEWORKS: [&str; 11] = [
    "cis-aws",
    "security-hub",
    "cis-aws-1.2",
    "cis-aws-1.3",
    "cis-aws-1.4",
    "cis-aws-1.5",
    "cis-aws-2.0",
    "cis-aws-3.0",
    "cis-aws-4.0",
    "cis-aws-5.0",
    "cis-aws-6.0",
];

/// The version of the CIS benchmark that a framework is, and the chapter of its monitoring controls. `None` for other frameworks.
fn cis(framework: &'static str) -> Option<(&'static str, &'static str)> {
    let version = match framework.strip_prefix("cis-aws")? {
        "" => "5.0",
        version => version.strip_prefix('-')?,
    };
    let chapter = match version {
        "1.2" => "3",
        "6.0" => "5",
        _ => "4",
    };
    Some((version, chapter))
}

/// The subject of a control of Security Hub: its first three controls have another order than the chapter of CIS.
fn subject_of_security_hub(id: &str) -> String {
    match id.strip_prefix("CloudWatch.") {
        Some("1") => "4.3".to_owned(),
        Some("2") => "4.1".to_owned(),
        Some("3") => "4.2".to_owned(),
        number => format!("4.{}", number.unwrap_or_default()),
    }
}

/// A row of the table: from the version `from` to the version `to`, the control has the pattern.
fn of_row(framework: &'static str, row: &'static str) -> Option<Control> {
    let mut columns = row.split('\t');
    let mut column = || columns.next();
    let (family, id, from, to, title, text) =
        (column()?, column()?, column()?, column()?, column()?, column()?);
    let (id, subject) = match cis(framework) {
        // versions have one digit on each side, so that their order is that of their texts
        Some((version, chapter)) if family == "cis-aws" && from <= version && version <= to => {
            (format!("{chapter}{}", id.strip_prefix('4')?), id.to_owned())
        }
        None if family == framework => (id.to_owned(), subject_of_security_hub(id)),
        _ => return None,
    };
    Some(Control { framework, id, title, text, pattern: text.parse().ok()?, subject })
}

static ALL: LazyLock<Vec<Control>> = LazyLock::new(|| {
    let of = |framework| {
        let rows = include_str!("controls.tsv").lines().skip(1);
        rows.filter_map(move |row| of_row(framework, row))
    };
    FRAMEWORKS.into_iter().flat_map(of).collect()
});

/// All controls of a framework, which is one of [`FRAMEWORKS`]. Another name has no controls.
///
/// ```
/// use cwfilter::controls::controls;
/// assert_eq!((controls("cis-aws-1.2").count(), controls("cis-aws-6.0").count()), (14, 15));
/// // the event name ModifySecurityGroupRules was added in version 5.0
/// let is_named = |framework, id| controls(framework).any(|it| it.id == id && it.text.contains("ModifySecurityGroupRules"));
/// assert!(!is_named("cis-aws-4.0", "4.10") && is_named("cis-aws-5.0", "4.10"));
/// assert_eq!(controls("no-such-framework").count(), 0);
/// ```
pub fn controls(framework: &str) -> impl Iterator<Item = &'static Control> {
    ALL.iter().filter(move |it| it.framework == framework)
}

/// The control for which a framework compares this text letter by letter, if there is one. Such a text must not be written in another
/// layout: it would mean the same, and the control would fail.
///
/// ```
/// use cwfilter::controls::compared_literally;
/// let text = r#"{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}"#;
/// assert_eq!(compared_literally(text).map(|control| control.id.as_str()), Some("CloudWatch.2"));
/// assert!(compared_literally(&text.replace("||", " || ")).is_none());
/// ```
#[must_use]
pub fn compared_literally(text: &str) -> Option<&'static Control> {
    controls("security-hub").find(|control| control.text == text)
}
