//! The patterns that published controls require, and the proof that a set of patterns covers them.
//!
//! The framework `cis-aws` has the fifteen monitoring controls of the CIS AWS Foundations Benchmark, with the numbers of versions 1.4 to 5.0. Its
//! patterns match the events that a control is about; `patterns/cis-aws` has the reasons. The framework `security-hub` has the exact
//! texts that Security Hub compares (Security Hub user guide, "CloudWatch controls": "this control fails if the exact metric filters
//! prescribed by CIS are not used").
//!
//! [`audit`] asks [`implies`](crate::analysis::implies()) for each control and each pattern: does the pattern match every event that the control's
//! pattern matches? If no single pattern does, it asks about all of them together.
//!
//! ```
//! use cwfilter::analysis::Bounds;
//! use cwfilter::controls::{audit, control};
//! let mine = [r#"{ $.userIdentity.type = "Root" }"#.parse()?];
//! let found = audit("cis-aws", &mine, &Bounds::default());
//! let root = found.iter().find(|it| it.control.id == "4.3").unwrap();
//! assert_eq!(root.by, Some(0));
//! let trail_changes = found.iter().find(|it| it.control.id == "4.5").unwrap();
//! assert!(trail_changes.by.is_none() && trail_changes.missed.is_some());
//! # Ok::<(), cwfilter::ParseError>(())
//! ```

use crate::FilterPattern;
use crate::analysis::{Bounds, Decision, Relation, implies, satisfiable, union};
use crate::reference::Reference;
use std::sync::LazyLock;

/// A control of a framework, and its pattern.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Control {
    /// `cis-aws` or `security-hub`.
    pub framework: &'static str,
    /// The number or name of the control, such as `4.3` or `CloudWatch.1`.
    pub id: &'static str,
    /// The title of the control.
    pub title: &'static str,
    /// The text of the pattern.
    pub text: &'static str,
    /// The pattern.
    pub pattern: FilterPattern,
}

/// The names of the frameworks.
pub const FRAMEWORKS: [&str; 2] = ["cis-aws", "security-hub"];

static ALL: LazyLock<Vec<Control>> = LazyLock::new(|| {
    let rows = include_str!("controls.tsv").lines().skip(1);
    let control = |row: &'static str| {
        let mut columns = row.split('\t');
        let (framework, id, title, text) =
            (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
        Some(Control { framework, id, title, text, pattern: text.parse().ok()? })
    };
    rows.filter_map(control).collect()
});

/// All controls of a framework, which is one of [`FRAMEWORKS`]. Another name has no controls.
///
/// ```
/// assert_eq!(cwfilter::controls::controls("cis-aws").count(), 15);
/// assert_eq!(cwfilter::controls::controls("no-such-framework").count(), 0);
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
/// assert_eq!(compared_literally(text).map(|control| control.id), Some("CloudWatch.2"));
/// assert!(compared_literally(&text.replace("||", " || ")).is_none());
/// ```
#[must_use]
pub fn compared_literally(text: &str) -> Option<&'static Control> {
    controls("security-hub").find(|control| control.text == text)
}

/// The versions of the CIS benchmark, each with the chapter of its monitoring controls and the number of them.
const CIS_VERSIONS: [(&str, &str, usize); 9] = [
    ("1.2", "3", 14),
    ("1.3", "4", 15),
    ("1.4", "4", 15),
    ("1.5", "4", 15),
    ("2.0", "4", 15),
    ("3.0", "4", 15),
    ("4.0", "4", 15),
    ("5.0", "4", 15),
    ("6.0", "5", 15),
];

/// The meaning of a name in `covers`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Named {
    /// A control. It has a pattern that can be compared by proof.
    Control(&'static Control),
    /// A technique of MITRE ATT&CK, such as `attack/T1562.008`. It is a label without a pattern.
    Technique,
    /// A control that the framework does not have.
    UnknownControl,
    /// A framework, or a version of a framework, that is not known.
    UnknownFramework,
}

/// The meaning of a name in `covers` of a rule file: `cis-aws-1.4/4.3`, `security-hub/CloudWatch.1`, `attack/T1562.008`. The monitoring
/// controls are in chapter 3 of CIS 1.2, in chapter 4 of 1.3 to 5.0, and in chapter 5 of 6.0. A third number of a version is ignored:
/// `cis-aws-1.4.0` is `cis-aws-1.4`.
///
/// ```
/// use cwfilter::controls::{Named, named};
/// assert!(matches!(named("cis-aws-6.0/5.3"), Named::Control(control) if control.id == "4.3"));
/// assert!(matches!(named("cis-aws-1.4/4.99"), Named::UnknownControl));
/// assert!(matches!(named("attack/T1562.008"), Named::Technique));
/// ```
#[must_use]
pub fn named(name: &str) -> Named {
    let (framework, id) = name.split_once('/').unwrap_or((name, ""));
    if framework == "attack" {
        return if is_technique(id) { Named::Technique } else { Named::UnknownControl };
    }
    let found = if let Some(version) = framework.strip_prefix("cis-aws-") {
        let is_version = |known: &&(&str, &str, usize)| {
            let patch = version.strip_prefix(known.0);
            patch.is_some_and(|rest| {
                rest.is_empty() || rest.strip_prefix('.').is_some_and(|it| it.parse::<u8>().is_ok())
            })
        };
        let Some((_, chapter, count)) = CIS_VERSIONS.iter().find(is_version) else {
            return Named::UnknownFramework;
        };
        let number = id.strip_prefix(chapter).and_then(|rest| rest.strip_prefix('.'));
        let number = number.filter(|number| number.parse::<usize>().is_ok_and(|it| it <= *count));
        number.map(|number| format!("4.{number}")).and_then(|id| controls("cis-aws").find(|it| it.id == id))
    } else if FRAMEWORKS.contains(&framework) {
        controls(framework).find(|it| it.id == id)
    } else {
        return Named::UnknownFramework;
    };
    found.map_or(Named::UnknownControl, Named::Control)
}

/// The control of a name in `covers` of a rule file. `None` if the name is not that of a control.
///
/// ```
/// let control = cwfilter::controls::control("cis-aws-1.4/4.3").unwrap();
/// assert!(control.pattern.is_match(r#"{"userIdentity":{"type":"Root"},"eventType":"AwsApiCall"}"#));
/// ```
#[must_use]
pub fn control(name: &str) -> Option<&'static Control> {
    match named(name) {
        Named::Control(control) => Some(control),
        Named::Technique | Named::UnknownControl | Named::UnknownFramework => None,
    }
}

/// Whether an id is that of a technique: `T1562`, `T1562.008`.
fn is_technique(id: &str) -> bool {
    let is_number =
        |text: &str, length: usize| text.len() == length && text.bytes().all(|it| it.is_ascii_digit());
    let Some(id) = id.strip_prefix('T') else { return false };
    match id.split_once('.') {
        Some((technique, part)) => is_number(technique, 4) && is_number(part, 3),
        None => is_number(id, 4),
    }
}

/// How a set of patterns covers a control.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Covered {
    /// The control.
    pub control: &'static Control,
    /// The index of the pattern that matches every event of the control. `None` if no single pattern is proved to do so.
    pub by: Option<usize>,
    /// [`Equivalent`](Relation::Equivalent) if the pattern `by` matches only events of the control, [`Implies`](Relation::Implies) if it
    /// also matches other events. `None` if that is not known.
    pub relation: Option<Relation>,
    /// Whether the text of the pattern `by` is exactly the text of the control.
    pub is_literal: bool,
    /// The indexes of patterns that together, but not singly, match every event of the control.
    pub together: Vec<usize>,
    /// An event of the control that no pattern of the set matches, as the reference evaluator confirms.
    pub missed: Option<String>,
    /// The reason why it is not known whether the control is covered.
    pub reason: Option<String>,
    /// The indexes of patterns about which nothing was proved, with the reasons. Empty if the control is covered or an event is missed.
    pub unknown: Vec<(usize, String)>,
}

/// Finds for each control of a framework the pattern that covers it: that matches every event which the control's pattern matches. The
/// result depends only on the patterns and the bounds, not on the speed of the machine. The [module page](self) has an example.
#[must_use]
pub fn audit(framework: &str, patterns: &[FilterPattern], bounds: &Bounds) -> Vec<Covered> {
    let references: Vec<Reference> = patterns.iter().map(FilterPattern::reference).collect();
    controls(framework).map(|control| covered(control, patterns, &references, bounds)).collect()
}

fn covered(
    control: &'static Control,
    patterns: &[FilterPattern],
    references: &[Reference],
    bounds: &Bounds,
) -> Covered {
    let mut found = Covered {
        control,
        by: None,
        relation: None,
        is_literal: false,
        together: Vec::new(),
        missed: None,
        reason: None,
        unknown: Vec::new(),
    };
    // events of the control: a pattern that misses one of them does not cover the control, and no proof is needed
    let mut events: Vec<String> = match satisfiable(&control.pattern, bounds) {
        Decision::Yes(event) => event.into_iter().collect(),
        _ => Vec::new(),
    };
    for (at, (pattern, reference)) in patterns.iter().zip(references).enumerate() {
        if events.iter().any(|event| !reference.is_match(event.as_bytes())) {
            continue;
        }
        match implies(&control.pattern, pattern, bounds) {
            Decision::Yes(_) => {}
            Decision::No(event) => {
                events.extend(event);
                continue;
            }
            Decision::Unknown(why) => {
                found.unknown.push((at, why.to_string()));
                continue;
            }
        }
        let is_literal = pattern.as_str() == control.text;
        let relation = match implies(pattern, &control.pattern, bounds) {
            Decision::Yes(_) => Some(Relation::Equivalent),
            Decision::No(_) => Some(Relation::Implies),
            Decision::Unknown(_) => None,
        };
        let is_better = is_literal
            || found.by.is_none()
            || relation == Some(Relation::Equivalent) && found.relation != relation;
        if is_better && !found.is_literal {
            (found.by, found.relation, found.is_literal) = (Some(at), relation, is_literal);
        }
    }
    if found.by.is_none() {
        together(&mut found, patterns, bounds);
    }
    if found.by.is_some() || !found.together.is_empty() || found.missed.is_some() {
        found.unknown.clear();
    }
    found
}

/// Finds out whether several patterns together cover the control; if they do not, an event that all of them miss.
fn together(found: &mut Covered, patterns: &[FilterPattern], bounds: &Bounds) {
    let all: Vec<&FilterPattern> = patterns.iter().collect();
    let union = union(&found.control.pattern, &all, bounds);
    match union.decision {
        Decision::Yes(_) => found.together = union.by,
        Decision::No(event) => found.missed = event,
        Decision::Unknown(why) => found.reason = Some(why.to_string()),
    }
}
