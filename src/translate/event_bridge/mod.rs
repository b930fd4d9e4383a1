//! EventBridge: an event pattern over the events that CloudTrail sends, whose `detail` is the CloudTrail record.
//!
//! An event pattern is a JSON object with a list of matchers for each field: all fields have to match, each by one of its matchers. It has no
//! "not", and no two lists for one field. A filter pattern is therefore brought into the form of alternatives, each with one list of matchers
//! for a field; alternatives that differ in one field become one. What is left becomes `$or`.

mod alternatives;
mod matcher;
mod render;

use super::line::Column;
use super::note::{Clause, FIRST_SUFFIX, Refusal};
use super::operand::{Search, Wildcard};
use super::regex::{SearchedText, depends_on_spelling, searched_texts};
use super::walk::{Dialect, Test, Words};
use crate::syntax::ast::{Equality, Regex, Selector, Step};
use alternatives::{Alternatives, Path};
use matcher::{Matcher, glob};

pub(super) const ASSUMPTIONS: &[&str] = &[
    "the event has the CloudTrail record as its `detail`, as CloudTrail sends it; read-only management events come to rules in the state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS only",
    "no selected field is in or is an array, unless the selector has `[*]`: EventBridge looks into arrays, and takes any element",
    "no key has a dot: EventBridge does not tell it from an object in an object",
    "numbers are from -5.0e9 to 5.0e9, the range in which EventBridge compares",
    "the pattern is no longer than EventBridge's quota, 2,048 characters by default",
];

/// The range in which EventBridge compares numbers.
const MOST_NUMBER: f64 = 5.0e9;

/// EventBridge's spelling.
#[derive(Default)]
pub(super) struct EventBridge {
    /// The arrays that selectors with `[*]` look into.
    arrays: Vec<Path>,
}

impl Dialect for EventBridge {
    type Condition = Alternatives;

    const WORDS: Words = Words { doubles: "EventBridge compares doubles", spelling: None };

    fn everything(&mut self) -> String {
        r#"{ "source": [{ "prefix": "" }] }"#.to_owned()
    }

    fn texts(&mut self, _: Alternatives, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        Err(no_texts(clause))
    }

    fn objects(&mut self, condition: Alternatives, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        render::pattern(&condition, clause)
    }

    fn lines(&mut self, _: usize, _: Vec<Alternatives>, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        Err(no_texts(clause))
    }

    fn term(&mut self, _: &str, _: bool, clause: &mut Clause<'_>) -> Result<Alternatives, Refusal> {
        Err(no_texts(clause))
    }

    fn search(&mut self, _: &Regex, clause: &mut Clause<'_>) -> Result<Alternatives, Refusal> {
        Err(no_texts(clause))
    }

    fn field(
        &mut self,
        selector: &Selector,
        test: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<Alternatives, Refusal> {
        let path = self.path(selector, clause)?;
        let matchers = matchers(test, clause)?;
        Ok(Alternatives::field(path, matchers))
    }

    fn column(
        &mut self,
        _: Column,
        _: usize,
        _: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<Alternatives, Refusal> {
        Err(no_texts(clause))
    }
}

fn no_texts(clause: &Clause<'_>) -> Refusal {
    clause.refused(
        "EventBridge matches the fields of JSON events, and no text of a message",
        "use a JSON pattern",
    )
}

impl EventBridge {
    /// The keys of a selector. Arrays have no place in a path.
    fn path(&mut self, selector: &Selector, clause: &mut Clause<'_>) -> Result<Path, Refusal> {
        let mut path = Path::new();
        for step in &selector.steps {
            match step {
                Step::Key(key) | Step::QuotedKey(key) => {
                    if key.contains('.') {
                        clause.note("EventBridge does not tell a key with a dot from an object in an object");
                    }
                    path.push(key.clone());
                }
                Step::AnyIndex => {
                    clause.note(
                        "a value that is in no array counts too, one in an array in the array also, and the values of an object do not",
                    );
                    if self.arrays.contains(&path) {
                        clause.note(
                            "all conditions on the elements of this array have to hold for one element, where the pattern takes several",
                        );
                    }
                    self.arrays.push(path.clone());
                }
                Step::Index(_) => {
                    let reason = "EventBridge takes any element of an array, and cannot count them";
                    return Err(clause.refused(reason, "write `[*]` for any element"));
                }
                Step::AnyKey => {
                    let reason = "EventBridge names each field: it has no wildcard for keys";
                    return Err(clause.refused(reason, "name the keys, each in a condition"));
                }
            }
        }
        Ok(path)
    }
}

/// The matchers of a condition: one of them has to match.
fn matchers(test: &Test<'_>, clause: &mut Clause<'_>) -> Result<Vec<Matcher>, Refusal> {
    Ok(match test {
        Test::NotExists => {
            clause.note(
                "EventBridge sees leaves only: a field that is an object, or an array without elements, counts as missing",
            );
            vec![Matcher::Exists(false)]
        }
        Test::IsNull => vec![Matcher::Null],
        Test::IsTrue => vec![Matcher::True],
        Test::IsFalse => vec![Matcher::False],
        Test::Order(order, literal) => vec![numeric(&[(order.sign(), literal)], clause)?],
        Test::Number { equality: Equality::Equal, literal, spelled } => {
            vec![numeric(&[("=", literal)], clause)?, Matcher::Text((*spelled).to_owned())]
        }
        Test::Number { equality: Equality::NotEqual, literal, .. } => {
            check(literal, clause)?;
            other_values(clause);
            clause.note("the text of the number counts as another value");
            vec![Matcher::ButNumbers(vec![literal.clone()])]
        }
        Test::Text(equality, search) => {
            if depends_on_spelling(search) {
                clause.note("a JSON number has no text in EventBridge: it does not match");
            }
            let positive = of_search(search, clause)?;
            match equality {
                Equality::Equal => positive,
                Equality::NotEqual => {
                    other_values(clause);
                    vec![matcher::negated(positive).ok_or_else(|| {
                        let reason = "EventBridge's `anything-but` takes texts, prefixes, suffixes or wildcards, one kind at a time";
                        clause.refused(reason, "write a condition for each")
                    })?]
                }
            }
        }
    })
}

fn other_values(clause: &mut Clause<'_>) {
    clause.note("true, false and null count as other values: `anything-but` takes every value that is there");
}

fn numeric(bounds: &[(&'static str, &String)], clause: &Clause<'_>) -> Result<Matcher, Refusal> {
    for (_, literal) in bounds {
        check(literal, clause)?;
    }
    Ok(Matcher::Numeric(bounds.iter().map(|(sign, literal)| (*sign, (*literal).clone())).collect()))
}

fn check(literal: &str, clause: &Clause<'_>) -> Result<(), Refusal> {
    if literal.parse::<f64>().is_ok_and(|value| value.abs() <= MOST_NUMBER) {
        return Ok(());
    }
    Err(clause
        .refused("EventBridge compares numbers from -5.0e9 to 5.0e9 only", "compare with a smaller number"))
}

fn of_search(search: &Search<'_>, clause: &mut Clause<'_>) -> Result<Vec<Matcher>, Refusal> {
    Ok(match search {
        Search::Anything => vec![
            Matcher::Prefix(String::new()),
            Matcher::Numeric(vec![(">=", "-5.0e9".to_owned()), ("<=", "5.0e9".to_owned())]),
        ],
        Search::Text(text) => vec![Matcher::Text((*text).to_owned())],
        Search::Wildcard(wildcard) => vec![of_wildcard(wildcard, clause)],
        Search::Regex(regex) => {
            let Some(texts) = searched_texts(regex) else {
                let reason = "EventBridge has no regular expressions";
                return Err(clause.refused(reason, "use a text with wildcards, such as `*word*`"));
            };
            let of = |it: &SearchedText| match (it.is_start, it.is_end) {
                (true, true) => Matcher::Text(it.text.clone()),
                (true, false) => Matcher::Prefix(it.text.clone()),
                (false, true) if !it.text.is_empty() => Matcher::Suffix(it.text.clone()),
                (false, false) if !it.text.is_empty() => {
                    Matcher::Wildcard(vec![String::new(), it.text.clone(), String::new()])
                }
                (false, _) => Matcher::Prefix(String::new()),
            };
            texts.iter().map(of).collect()
        }
    })
}

fn of_wildcard(wildcard: &Wildcard<'_>, clause: &mut Clause<'_>) -> Matcher {
    if wildcard.takes_first_suffix() {
        clause.note(FIRST_SUFFIX);
    }
    glob(wildcard.prefix, wildcard.inner(), wildcard.suffix)
}
