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

/// The name that was probably meant by one that is not known: in other letters, with spaces or a title, or with the chapter of another
/// version.
///
/// ```
/// use cwfilter::controls::meant;
/// for (name, expected) in [
///     (" CIS AWS 6.0 / 5.3 ", "cis-aws-6.0/5.3"),
///     ("cis-aws-6.0/4.3", "cis-aws-6.0/5.3"),
///     ("Security_Hub/cloudwatch1", "security-hub/CloudWatch.1"),
///     ("security-hub/CloudWatch.1 (root)", "security-hub/CloudWatch.1"),
///     ("attack/t1685.002", "attack/T1685.002"),
/// ] {
///     assert_eq!(meant(name).as_deref(), Some(expected));
/// }
/// assert_eq!(meant("cis-gcp/1"), None);
/// ```
#[must_use]
pub fn meant(name: &str) -> Option<String> {
    let name = name.trim();
    let (framework, id) = name.split_once(['/', ':', '#']).or_else(|| name.rsplit_once(' '))?;
    let id = id.trim();
    // what follows the number may be a title
    let ids = [id, id.split(|it: char| it.is_whitespace() || "(,;".contains(it)).next().unwrap_or_default()];
    if matches!(letters(framework).as_str(), "attack" | "attck" | "mitre" | "mitreattack" | "mitreattck") {
        let found = ids.iter().find_map(|id| technique(&id.to_ascii_uppercase()))?;
        return Some(format!("attack/{}", found.moved_to.unwrap_or(found.id)));
    }
    let known = FRAMEWORKS.into_iter().find(|known| letters(known) == letters(framework))?;
    let by_letters = ids.iter().find_map(|id| controls(known).find(|it| letters(&it.id) == letters(id)));
    let by_number = || {
        let number = |id: &str| {
            id.split_once('.')
                .filter(|(chapter, _)| matches!(*chapter, "3" | "4" | "5"))
                .map(|it| it.1.to_owned())
        };
        ids.iter().find_map(|id| {
            let wanted = number(id)?;
            let wanted = wanted.trim_start_matches('0');
            controls(known).find(|it| number(&it.id).as_deref() == Some(wanted))
        })
    };
    let found = by_letters.or_else(by_number)?;
    Some(format!("{known}/{}", found.id))
}

/// The letters and digits of a name, in lower case.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}
