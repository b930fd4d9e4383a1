//! The patterns that published controls require.
//!
//! `cis-aws`: the fifteen monitoring controls of the CIS AWS Foundations Benchmark, by what they mean (numbers of 1.4 to 5.0);
//! the pack `patterns/cis-aws` has the reasons. `security-hub`: the texts that Security Hub compares letter by letter
//! (Security Hub user guide, "CloudWatch controls": "this control fails if the exact metric filters prescribed by CIS are not
//! used").

use crate::FilterPattern;
use crate::analysis::{Bounds, Decision, Relation, implies, satisfiable, union};
use crate::reference::Reference;
use std::sync::LazyLock;

/// A control of a framework.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Control {
    /// `cis-aws` or `security-hub`.
    pub framework: &'static str,
    /// Such as `4.3` or `CloudWatch.1`.
    pub id: &'static str,
    /// What it is for.
    pub title: &'static str,
    /// The pattern's text.
    pub text: &'static str,
    /// The pattern.
    pub pattern: FilterPattern,
}

/// The frameworks that are known.
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

/// All controls of a framework.
///
/// ```
/// assert_eq!(cwfilter::controls::controls("no-such-framework").count(), 0);
/// ```
pub fn controls(framework: &str) -> impl Iterator<Item = &'static Control> {
    ALL.iter().filter(move |it| it.framework == framework)
}

/// Versions of the CIS benchmark, with the chapter that has the controls of monitoring and how many it has.
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

/// What a name in `covers` is.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Named {
    /// A control, which a proof can be asked about.
    Control(&'static Control),
    /// A technique of MITRE ATT&CK, such as `attack/T1562.008`: it says what a rule is about, and asks for no pattern.
    Technique,
    /// The framework is known, the control is not.
    UnknownControl,
    /// The framework, or its version, is not known.
    UnknownFramework,
}

/// What `covers` in a rule file names: `cis-aws-1.4/4.3`, `security-hub/CloudWatch.1`, `attack/T1562.008`. CIS 1.2 has its
/// controls in chapter 3, 6.0 in chapter 5. A third number of a version does not count: `cis-aws-1.4.0` is `cis-aws-1.4`.
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

/// The control that `covers` in a rule file names; `None` if there is none.
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

/// `T1562`, `T1562.008`.
fn is_technique(id: &str) -> bool {
    let is_number =
        |text: &str, length: usize| text.len() == length && text.bytes().all(|it| it.is_ascii_digit());
    let Some(id) = id.strip_prefix('T') else { return false };
    match id.split_once('.') {
        Some((technique, part)) => is_number(technique, 4) && is_number(part, 3),
        None => is_number(id, 4),
    }
}

/// What a set of patterns has for a control.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Covered {
    /// The control.
    pub control: &'static Control,
    /// The pattern that matches every event of the control, by its place in the set.
    pub by: Option<usize>,
    /// Whether it matches others too; `None` if that is not known.
    pub relation: Option<Relation>,
    /// Whether it is also the same text, letter by letter.
    pub is_literal: bool,
    /// Patterns that only together match every event of the control.
    pub together: Vec<usize>,
    /// An event of the control that no pattern of the set matches: the reference evaluator was asked about each.
    pub missed: Option<String>,
    /// Why it is not known whether the control is covered.
    pub reason: Option<String>,
    /// Patterns for which nothing was proved, with the reason; empty if the control is covered or an event is missed.
    pub unknown: Vec<(usize, String)>,
}

/// For every control of a framework the pattern that covers it: matches every event that the control asks for. The same on every
/// machine: an answer depends on the patterns and the bounds alone.
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
    // events of the control: what misses one of them does not cover it, and nothing has to be proved
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

/// Whether several patterns cover the control, and an event that all of them miss where they do not.
fn together(found: &mut Covered, patterns: &[FilterPattern], bounds: &Bounds) {
    let all: Vec<&FilterPattern> = patterns.iter().collect();
    let union = union(&found.control.pattern, &all, bounds);
    match union.decision {
        Decision::Yes(_) => found.together = union.by,
        Decision::No(event) => found.missed = event,
        Decision::Unknown(why) => found.reason = Some(why.to_string()),
    }
}
