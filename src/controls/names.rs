//! The names of controls in rule files.

use super::catalogue::{Control, FRAMEWORKS, controls};
use super::techniques::{Technique, technique};

/// The meaning of a name in `covers`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Named {
    /// A control. It has a pattern that can be compared by proof.
    Control(&'static Control),
    /// A technique of MITRE ATT&CK, such as `attack/T1685.002`. It is a label without a pattern.
    Technique,
    /// A technique that has another id in the current version of ATT&CK, such as `attack/T1562.008`.
    MovedTechnique(Technique),
    /// A technique that ATT&CK has withdrawn and that no other technique replaces, such as `attack/T1064`.
    DeprecatedTechnique(Technique),
    /// A control that the framework does not have, or a technique that ATT&CK does not have.
    UnknownControl,
    /// A framework, or a version of a framework, that is not known.
    UnknownFramework,
}

/// The meaning of a name in `covers` of a rule file: `cis-aws-1.4/4.3`, `security-hub/CloudWatch.1`, `attack/T1685.002`. The monitoring
/// controls are in chapter 3 of CIS 1.2, in chapter 4 of 1.3 to 5.0, and in chapter 5 of 6.0. A third number of a version is ignored:
/// `cis-aws-1.4.0` is `cis-aws-1.4`.
///
/// ```
/// use cwfilter::controls::{Named, named};
/// assert!(matches!(named("cis-aws-6.0/5.3"), Named::Control(control) if control.id == "5.3"));
/// assert!(matches!(named("cis-aws-1.4/4.99"), Named::UnknownControl));
/// assert!(matches!(named("attack/T1685.002"), Named::Technique));
/// assert!(matches!(named("attack/T1562.008"), Named::MovedTechnique(it) if it.moved_to == Some("T1685.002")));
/// assert!(matches!(named("attack/T1064"), Named::DeprecatedTechnique(_)));
/// ```
#[must_use]
pub fn named(name: &str) -> Named {
    let (framework, id) = name.split_once('/').unwrap_or((name, ""));
    if framework == "attack" {
        return match technique(id) {
            Some(gone) if gone.is_deprecated => Named::DeprecatedTechnique(gone),
            Some(Technique { moved_to: None, .. }) => Named::Technique,
            Some(moved) => Named::MovedTechnique(moved),
            None => Named::UnknownControl,
        };
    }
    let Some(known) = FRAMEWORKS.into_iter().find(|known| is_version(framework, known)) else {
        return Named::UnknownFramework;
    };
    let found = controls(known).find(|it| it.id == id);
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
        _ => None,
    }
}

/// Whether a name is that of the framework. The third number of a version is ignored.
fn is_version(name: &str, known: &str) -> bool {
    let patch =
        |rest: &str| known.contains('.') && rest.strip_prefix('.').is_some_and(|it| it.parse::<u8>().is_ok());
    name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || patch(rest))
}
