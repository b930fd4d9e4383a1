//! The matchers of a field, and which two of them are one.

use serde_json::{Value, json};

/// A matcher of an event pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Matcher {
    Text(String),
    Null,
    True,
    False,
    Exists(bool),
    Prefix(String),
    Suffix(String),
    /// The texts between the stars, the first one before the first star.
    Wildcard(Vec<String>),
    /// Signs and literals of numbers: one or two bounds, or `=`.
    Numeric(Vec<(&'static str, String)>),
    ButTexts(Vec<String>),
    ButNumbers(Vec<String>),
    ButPrefixes(Vec<String>),
    ButSuffixes(Vec<String>),
    ButWildcards(Vec<Vec<String>>),
}

/// What two matchers of one field are together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Both {
    /// No value matches both.
    Nothing,
    Matcher(Matcher),
    /// One matcher cannot say it.
    Unknown,
}

/// A text with wildcards.
pub(super) fn glob<'t>(prefix: &str, inner: impl Iterator<Item = &'t str>, suffix: &str) -> Matcher {
    let inner: Vec<String> = inner.map(str::to_owned).collect();
    match (prefix, inner.as_slice(), suffix) {
        (prefix, [], "") => Matcher::Prefix(prefix.to_owned()),
        ("", [], suffix) => Matcher::Suffix(suffix.to_owned()),
        _ => {
            let all = std::iter::once(prefix.to_owned()).chain(inner).chain([suffix.to_owned()]);
            Matcher::Wildcard(all.collect())
        }
    }
}

/// The matcher of all other values. `None` if `anything-but` cannot say it.
pub(super) fn negated(matchers: Vec<Matcher>) -> Option<Matcher> {
    let mut all = matchers.into_iter().map(|matcher| match matcher {
        Matcher::Text(text) => Some(Matcher::ButTexts(vec![text])),
        Matcher::Prefix(text) if !text.is_empty() => Some(Matcher::ButPrefixes(vec![text])),
        Matcher::Suffix(text) => Some(Matcher::ButSuffixes(vec![text])),
        Matcher::Wildcard(parts) => Some(Matcher::ButWildcards(vec![parts])),
        _ => None,
    });
    let first = all.next()??;
    all.try_fold(first, |but, next| match but.and(&next?) {
        Both::Matcher(both) => Some(both),
        Both::Nothing | Both::Unknown => None,
    })
}

impl Matcher {
    /// Both matchers. A field has one value here: arrays are excluded by assumption.
    pub(super) fn and(&self, other: &Matcher) -> Both {
        if self == other {
            return Both::Matcher(self.clone());
        }
        for (one, two) in [(self, other), (other, self)] {
            match (one, two) {
                (Matcher::Exists(false), _) => return Both::Nothing,
                (Matcher::Text(_) | Matcher::Null | Matcher::True | Matcher::False, _) => {
                    return match two.takes(one) {
                        Some(true) => Both::Matcher(one.clone()),
                        Some(false) => Both::Nothing,
                        None => Both::Unknown,
                    };
                }
                (Matcher::Numeric(_), Matcher::Prefix(_) | Matcher::Suffix(_) | Matcher::Wildcard(_)) => {
                    return Both::Nothing;
                }
                (
                    Matcher::Numeric(_),
                    Matcher::ButTexts(_)
                    | Matcher::ButPrefixes(_)
                    | Matcher::ButSuffixes(_)
                    | Matcher::ButWildcards(_),
                )
                | (Matcher::Prefix(_) | Matcher::Suffix(_) | Matcher::Wildcard(_), Matcher::ButNumbers(_)) => {
                    return Both::Matcher(one.clone());
                }
                (Matcher::Prefix(prefix), Matcher::ButTexts(texts))
                    if texts.iter().all(|text| !text.starts_with(prefix.as_str())) =>
                {
                    return Both::Matcher(one.clone());
                }
                _ => {}
            }
        }
        match (self, other) {
            (Matcher::Numeric(one), Matcher::Numeric(two)) => bounds(one, two),
            (Matcher::ButTexts(one), Matcher::ButTexts(two)) => {
                Both::Matcher(Matcher::ButTexts(union(one, two)))
            }
            (Matcher::ButNumbers(one), Matcher::ButNumbers(two)) => {
                Both::Matcher(Matcher::ButNumbers(union(one, two)))
            }
            (Matcher::ButPrefixes(one), Matcher::ButPrefixes(two)) => {
                Both::Matcher(Matcher::ButPrefixes(union(one, two)))
            }
            (Matcher::ButSuffixes(one), Matcher::ButSuffixes(two)) => {
                Both::Matcher(Matcher::ButSuffixes(union(one, two)))
            }
            (Matcher::ButWildcards(one), Matcher::ButWildcards(two)) => {
                Both::Matcher(Matcher::ButWildcards(union(one, two)))
            }
            _ => Both::Unknown,
        }
    }

    /// Whether the matcher takes a value, which is a text, null, true or false. `None` if it is not known here.
    fn takes(&self, value: &Matcher) -> Option<bool> {
        let Matcher::Text(text) = value else {
            return Some(match self {
                Matcher::Exists(exists) => *exists,
                Matcher::ButTexts(_)
                | Matcher::ButNumbers(_)
                | Matcher::ButPrefixes(_)
                | Matcher::ButSuffixes(_)
                | Matcher::ButWildcards(_) => true,
                _ => self == value,
            });
        };
        Some(match self {
            Matcher::Text(other) => other == text,
            Matcher::Null | Matcher::True | Matcher::False | Matcher::Numeric(_) => false,
            Matcher::Exists(exists) => *exists,
            Matcher::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Matcher::Suffix(suffix) => text.ends_with(suffix.as_str()),
            Matcher::ButTexts(texts) => !texts.contains(text),
            Matcher::ButNumbers(_) => true,
            Matcher::ButPrefixes(texts) => !texts.iter().any(|it| text.starts_with(it.as_str())),
            Matcher::ButSuffixes(texts) => !texts.iter().any(|it| text.ends_with(it.as_str())),
            Matcher::Wildcard(_) | Matcher::ButWildcards(_) => return None,
        })
    }

    /// The matcher as JSON.
    pub(super) fn json(&self) -> Value {
        match self {
            Matcher::Text(text) => json!(text),
            Matcher::Null => Value::Null,
            Matcher::True => json!(true),
            Matcher::False => json!(false),
            Matcher::Exists(exists) => json!({ "exists": exists }),
            Matcher::Prefix(text) => json!({ "prefix": text }),
            Matcher::Suffix(text) => json!({ "suffix": text }),
            Matcher::Wildcard(parts) => json!({ "wildcard": wildcard(parts) }),
            Matcher::Numeric(bounds) => {
                let parts = bounds.iter().flat_map(|(sign, literal)| [json!(sign), number(literal)]);
                json!({ "numeric": parts.collect::<Vec<Value>>() })
            }
            Matcher::ButTexts(texts) => json!({ "anything-but": texts }),
            Matcher::ButNumbers(numbers) => {
                json!({ "anything-but": numbers.iter().map(|it| number(it)).collect::<Vec<Value>>() })
            }
            Matcher::ButPrefixes(texts) => json!({ "anything-but": { "prefix": list(texts) } }),
            Matcher::ButSuffixes(texts) => json!({ "anything-but": { "suffix": list(texts) } }),
            Matcher::ButWildcards(all) => {
                let texts: Vec<String> = all.iter().map(|parts| wildcard(parts)).collect();
                json!({ "anything-but": { "wildcard": list(&texts) } })
            }
        }
    }
}

fn union<T: Clone + PartialEq>(one: &[T], two: &[T]) -> Vec<T> {
    let more = two.iter().filter(|it| !one.contains(it));
    one.iter().chain(more).cloned().collect()
}

fn list(texts: &[String]) -> Value {
    match texts {
        [only] => json!(only),
        texts => json!(texts),
    }
}

fn wildcard(parts: &[String]) -> String {
    parts.iter().map(|part| part.replace('\\', r"\\").replace('*', r"\*")).collect::<Vec<_>>().join("*")
}

/// A literal is valid JSON. `-0` is written as 0.
fn number(literal: &str) -> Value {
    match serde_json::from_str(literal) {
        Ok(value) if value != json!(-0.0) => value,
        Ok(_) | Err(_) => json!(0),
    }
}

/// A lower and an upper bound together.
fn bounds(one: &[(&'static str, String)], two: &[(&'static str, String)]) -> Both {
    let is_lower = |bounds: &[(&'static str, String)]| matches!(bounds, [(sign, _)] if sign.starts_with('>'));
    let is_upper = |bounds: &[(&'static str, String)]| matches!(bounds, [(sign, _)] if sign.starts_with('<'));
    let (lower, upper) = match () {
        () if is_lower(one) && is_upper(two) => (one, two),
        () if is_lower(two) && is_upper(one) => (two, one),
        () => return Both::Unknown,
    };
    let value = |bounds: &[(&'static str, String)]| bounds.first().and_then(|(_, it)| it.parse::<f64>().ok());
    match value(lower) < value(upper) {
        true => Both::Matcher(Matcher::Numeric([lower, upper].concat())),
        false => Both::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Matcher {
        Matcher::Text(text.to_owned())
    }

    #[test]
    fn two_matchers_of_a_field_are_one_or_refused() {
        let prefix = |it: &str| Matcher::Prefix(it.to_owned());
        let but = |it: &str| Matcher::ButTexts(vec![it.to_owned()]);
        let over = |sign, it: &str| Matcher::Numeric(vec![(sign, it.to_owned())]);
        for (one, two, expected) in [
            (text("a"), text("a"), Both::Matcher(text("a"))),
            (text("a"), text("b"), Both::Nothing),
            (text("ab"), prefix("a"), Both::Matcher(text("ab"))),
            (prefix("b"), text("ab"), Both::Nothing),
            (but("a"), but("b"), Both::Matcher(Matcher::ButTexts(vec!["a".into(), "b".into()]))),
            (but("xa"), prefix("y"), Both::Matcher(prefix("y"))),
            (but("ya"), prefix("y"), Both::Unknown),
            (Matcher::Exists(false), but("a"), Both::Nothing),
            (Matcher::Null, but("a"), Both::Matcher(Matcher::Null)),
            (
                over(">", "1"),
                over("<=", "5"),
                Both::Matcher(Matcher::Numeric(vec![(">", "1".into()), ("<=", "5".into())])),
            ),
            (over(">", "5"), over("<", "1"), Both::Unknown),
            (over(">", "5"), but("a"), Both::Matcher(over(">", "5"))),
            (over(">", "5"), prefix("a"), Both::Nothing),
        ] {
            assert_eq!(one.and(&two), expected, "{one:?} {two:?}");
            if let (Matcher::ButTexts(_), Matcher::ButTexts(_)) | (Matcher::Numeric(_), Matcher::Numeric(_)) =
                (&one, &two)
            {
                continue;
            }
            assert_eq!(two.and(&one), expected, "{two:?} {one:?}");
        }
    }

    #[test]
    fn wildcards_are_written_with_their_escapes() {
        let star = Matcher::Wildcard(vec![String::new(), "a*b".to_owned(), String::new()]);
        assert_eq!(star.json(), json!({ "wildcard": r"*a\*b*" }));
        let matcher = glob(r"a\", ["b"].into_iter(), "");
        assert_eq!(matcher.json(), json!({ "wildcard": r"a\\*b*" }));
        assert_eq!(
            negated(vec![matcher]).unwrap().json(),
            json!({ "anything-but": { "wildcard": r"a\\*b*" } })
        );
    }
}
