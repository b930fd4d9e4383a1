//! From one comparison of a Sigma rule to conditions of a filter pattern.
//!
//! A field of an event is missing, null, `true` or `false`, a number, a text, a list or an object. Sigma's comparison is false for a missing
//! field, so that its negation is true; a filter pattern's `=` and `!=` are both false. A negation therefore lists the kinds of values for which
//! it holds: `$.a NOT EXISTS || $.a IS NULL || $.a != "x"`.

use super::cidr::{Network, network};
use super::difference::{Difference, DifferenceKind, Direction};
use super::disagreement::disagreements;
use super::fields::{Kind, Target, target};
use super::glob::Glob;
use super::read::Item;
use super::refusal::Refusal;
use super::regex::{Flags, converted};
use super::scalar::{Placed, Value};
use super::spelling::{Spelling, spelling};
use super::texts::{Mode, Needle, Texts};
use rsigma_parser::Modifier;

/// A part of a filter pattern.
#[derive(Debug, Clone)]
pub(super) enum Part {
    All(Vec<Part>),
    Any(Vec<Part>),
    /// A condition as it is written.
    Clause(String),
    Texts(Texts),
}

/// The field whose texts are addresses or names of services.
const ADDRESS: &str = "sourceIPAddress";

/// The operator of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Contains,
    StartsWith,
    EndsWith,
    Regex(Flags),
    Network,
    Exists,
    /// The operator and its complement.
    Order(&'static str, &'static str),
}

/// The conditions of a comparison, or of its negation. Differences are added to `differences`.
pub(super) fn comparison(
    item: &Item,
    is_negated: bool,
    differences: &mut Vec<Difference>,
) -> Result<Part, Refusal> {
    let target = target(&item.field).map_err(|reason| Refusal::new(item.at, reason))?;
    let operator = operator(item)?;
    differences.extend(disagreements(item, is_negated));
    let mut comparison = Comparison { item, target, operator, differences };
    if operator == Operator::Exists {
        return comparison.exists(is_negated);
    }
    let is_unequal = item.has(Modifier::Neq);
    if item.has(Modifier::All) {
        if is_unequal {
            return Err(Refusal::new(item.at, "`all` and `neq` in one comparison have no agreed meaning"));
        }
        let one = |value| comparison.values(std::slice::from_ref(value), is_negated, is_negated);
        let parts = item.values.iter().map(one).collect::<Result<_, _>>()?;
        return Ok(if is_negated { Part::Any(parts) } else { Part::All(parts) });
    }
    // a comparison is false for a missing field, also with `neq`
    comparison.values(&item.values, is_negated != is_unequal, is_negated)
}

fn operator(item: &Item) -> Result<Operator, Refusal> {
    let refuse = |reason: &str| Err(Refusal::new(item.at, reason));
    let flags = Flags {
        ignores_case: item.has(Modifier::IgnoreCase),
        is_multi_line: item.has(Modifier::Multiline),
        dot_matches_newline: item.has(Modifier::DotAll),
    };
    let mut found = Operator::Equal;
    for modifier in &item.modifiers {
        let next = match modifier {
            Modifier::Contains => Operator::Contains,
            Modifier::StartsWith => Operator::StartsWith,
            Modifier::EndsWith => Operator::EndsWith,
            Modifier::Re => Operator::Regex(flags),
            Modifier::Cidr => Operator::Network,
            Modifier::Exists => Operator::Exists,
            Modifier::Gt => Operator::Order(">", "<="),
            Modifier::Gte => Operator::Order(">=", "<"),
            Modifier::Lt => Operator::Order("<", ">="),
            Modifier::Lte => Operator::Order("<=", ">"),
            Modifier::All | Modifier::Cased | Modifier::Neq => continue,
            Modifier::IgnoreCase | Modifier::Multiline | Modifier::DotAll if item.has(Modifier::Re) => {
                continue;
            }
            Modifier::IgnoreCase | Modifier::Multiline | Modifier::DotAll => {
                return refuse("a flag of regular expressions is here without `re`");
            }
            Modifier::FieldRef => {
                return refuse(
                    "`fieldref` compares two fields of an event, and a filter pattern compares a field with a value",
                );
            }
            Modifier::Expand => {
                return refuse("`expand` takes the values from the place where the rule is deployed");
            }
            Modifier::Minute
            | Modifier::Hour
            | Modifier::Day
            | Modifier::Week
            | Modifier::Month
            | Modifier::Year => {
                return refuse("a part of a time cannot be taken by a filter pattern");
            }
            Modifier::Base64
            | Modifier::Base64Offset
            | Modifier::Wide
            | Modifier::Utf16be
            | Modifier::Utf16 => {
                return refuse("an encoded value is not converted");
            }
            Modifier::WindAsh => {
                return refuse("`windash` is about command lines of Windows, and is not converted");
            }
        };
        if found != Operator::Equal {
            return refuse("the comparison has two operators");
        }
        found = next;
    }
    Ok(found)
}

/// What one value asks of a field that is present.
#[derive(Default)]
struct Asked {
    known: Vec<Needle>,
    free: Vec<Needle>,
    /// Conditions for values that are no texts, and for the negation of each.
    clauses: Vec<(String, String)>,
    is_true: bool,
    is_false: bool,
    is_null: bool,
}

struct Comparison<'a> {
    item: &'a Item,
    target: Target,
    operator: Operator,
    differences: &'a mut Vec<Difference>,
}

impl Comparison<'_> {
    fn refuse<T>(&self, reason: impl Into<String>) -> Result<T, Refusal> {
        Err(Refusal::new(self.item.at, reason))
    }

    fn differs(&mut self, at: usize, kind: DifferenceKind, direction: Direction, text: String) {
        self.differences.push(Difference { at, kind, direction, text });
    }

    fn exists(&mut self, is_negated: bool) -> Result<Part, Refusal> {
        let [Placed { value: Value::Bool(expected), .. }] = self.item.values.as_slice() else {
            return self.refuse("`exists` takes `true` or `false`");
        };
        if *expected == is_negated { self.absent() } else { self.present() }
    }

    /// The field is missing or null.
    fn absent(&self) -> Result<Part, Refusal> {
        let Target { name, whole, .. } = &self.target;
        if self.target.is_in_list && !self.target.is_list {
            return self.refuse(format!(
                "`{name}` is in a list, and a filter pattern cannot ask whether all elements lack it"
            ));
        }
        Ok(Part::Any(vec![
            Part::Clause(format!("{whole} NOT EXISTS")),
            Part::Clause(format!("{whole} IS NULL")),
        ]))
    }

    /// The field has a value.
    fn present(&mut self) -> Result<Part, Refusal> {
        let selector = self.target.selector.clone();
        let value = Part::Clause(format!("{selector} = \"*\""));
        let booleans =
            [Part::Clause(format!("{selector} IS TRUE")), Part::Clause(format!("{selector} IS FALSE"))];
        if self.target.is_list {
            let text = format!("an empty list `{}` counts as missing", self.target.name);
            self.differs(self.item.at, DifferenceKind::List, Direction::Narrower, text);
        }
        match self.target.kind {
            Kind::Object => {
                let name = &self.target.name;
                self.refuse(format!(
                    "`{name}` is an object, and a filter pattern cannot ask whether an object is there"
                ))
            }
            Kind::Text | Kind::Number => Ok(value),
            Kind::Boolean => Ok(Part::Any(booleans.into())),
            Kind::Recorded | Kind::NotRecorded => {
                self.one_value();
                Ok(Part::Any([value].into_iter().chain(booleans).collect()))
            }
        }
    }

    /// Says that a field that no recorded event has is read as one value.
    fn one_value(&mut self) {
        if self.target.kind == Kind::NotRecorded && !self.target.is_in_list {
            let text = format!(
                "no recorded event has `{}`: it is read as one value, not as a list or an object",
                self.target.name
            );
            self.differs(self.item.at, DifferenceKind::List, Direction::Narrower, text);
        }
    }

    /// Whether the field may be `true` or `false`.
    fn may_be_boolean(&self) -> bool {
        matches!(self.target.kind, Kind::Boolean | Kind::Recorded | Kind::NotRecorded)
    }

    /// The field has one of the values; with `is_unequal`, it has no such value. `holds_for_missing`: the verdict for a missing field.
    fn values(
        &mut self,
        values: &[Placed],
        is_unequal: bool,
        holds_for_missing: bool,
    ) -> Result<Part, Refusal> {
        let mut asked = Asked::default();
        for value in values {
            self.ask(value, is_unequal, &mut asked)?;
        }
        let name = &self.target.name;
        let is_of_values = !asked.known.is_empty() || !asked.free.is_empty() || !asked.clauses.is_empty();
        if is_of_values && self.target.kind == Kind::Object {
            return self
                .refuse(format!("`{name}` is an object, and a filter pattern compares single values"))
                .map_err(|refusal| refusal.help("name the field inside the object that has the value"));
        }
        if is_of_values && is_unequal && self.target.is_in_list {
            return self.refuse(format!(
                "`{name}` is a list or in one, and a filter pattern cannot ask that no element has a value"
            ));
        }
        if is_of_values {
            self.one_value();
        }
        if is_unequal { self.unequal(asked, holds_for_missing) } else { self.equal(asked, holds_for_missing) }
    }

    fn equal(&mut self, asked: Asked, holds_for_missing: bool) -> Result<Part, Refusal> {
        let mut parts = Vec::new();
        if asked.is_null {
            parts.push(self.absent()?);
        } else if holds_for_missing {
            parts.push(Part::Clause(format!("{} NOT EXISTS", self.target.whole)));
        }
        let selector = &self.target.selector;
        parts.extend(asked.is_true.then(|| Part::Clause(format!("{selector} IS TRUE"))));
        parts.extend(asked.is_false.then(|| Part::Clause(format!("{selector} IS FALSE"))));
        parts.extend(asked.clauses.iter().map(|(clause, _)| Part::Clause(clause.clone())));
        parts.extend(self.texts(asked.known, Mode::Plain, false));
        parts.extend(self.texts(asked.free, Mode::Regex, false));
        Ok(Part::Any(parts))
    }

    fn unequal(&mut self, asked: Asked, holds_for_missing: bool) -> Result<Part, Refusal> {
        let is_of_values = !asked.known.is_empty() || !asked.free.is_empty() || !asked.clauses.is_empty();
        if asked.is_null && !is_of_values && !asked.is_true && !asked.is_false {
            return self.present();
        }
        let mut parts = Vec::new();
        let whole = &self.target.whole;
        if !asked.is_null {
            parts.extend(holds_for_missing.then(|| Part::Clause(format!("{whole} NOT EXISTS"))));
            parts.push(Part::Clause(format!("{whole} IS NULL")));
        }
        if self.may_be_boolean() {
            let selector = &self.target.selector;
            parts.extend((!asked.is_true).then(|| Part::Clause(format!("{selector} IS TRUE"))));
            parts.extend((!asked.is_false).then(|| Part::Clause(format!("{selector} IS FALSE"))));
        }
        let mut all: Vec<Part> =
            asked.clauses.iter().map(|(_, clause)| Part::Clause(clause.clone())).collect();
        all.extend(self.texts(asked.known, Mode::Plain, true));
        all.extend(self.texts(asked.free, Mode::Regex, true));
        if all.is_empty() && self.target.kind != Kind::Boolean {
            all.push(Part::Clause(format!("{} = \"*\"", self.target.selector)));
        }
        parts.extend((!all.is_empty()).then_some(Part::All(all)));
        Ok(Part::Any(parts))
    }

    fn texts(&self, needles: Vec<Needle>, mode: Mode, is_negated: bool) -> Option<Part> {
        let selector = self.target.selector.clone();
        let texts =
            Texts { at: self.item.at, field: self.item.field.clone(), selector, is_negated, needles, mode };
        (!texts.needles.is_empty()).then_some(Part::Texts(texts))
    }

    fn ask(&mut self, placed: &Placed, is_unequal: bool, asked: &mut Asked) -> Result<(), Refusal> {
        match (&placed.value, self.operator) {
            (Value::Null, Operator::Equal) => asked.is_null = true,
            (Value::Null | Value::Bool(_), Operator::Network | Operator::Regex(_) | Operator::Order(..))
            | (Value::Null, _)
            | (Value::Number(_), Operator::Network | Operator::Regex(_)) => {
                return Err(Refusal::new(placed.at, "the operator does not take a value of this type"));
            }
            (Value::Bool(value), Operator::Equal) => {
                if self.may_be_boolean() {
                    *(if *value { &mut asked.is_true } else { &mut asked.is_false }) = true;
                }
                if self.target.kind != Kind::Boolean {
                    asked.known.push(Needle::of(Glob::literal(if *value { "true" } else { "false" }, false)));
                }
            }
            (Value::Number(number), Operator::Equal) => {
                let selector = &self.target.selector;
                asked.clauses.push((format!("{selector} = {number}"), format!("{selector} != {number}")));
            }
            (Value::Number(number), Operator::Order(operator, complement)) => {
                let selector = &self.target.selector;
                asked.clauses.push((
                    format!("{selector} {operator} {number}"),
                    format!("{selector} {complement} {number}"),
                ));
                if self.target.kind != Kind::Number {
                    let text =
                        format!("a number in quotes in `{}` is not compared by size", self.target.name);
                    self.differs(placed.at, DifferenceKind::NumberText, Direction::Narrower, text);
                }
            }
            (Value::Text(text), Operator::Order(..)) => {
                let reason = format!(
                    "`{}` is no number, and the operator compares numbers",
                    text.original.escape_debug()
                );
                return Err(Refusal::new(placed.at, reason));
            }
            (Value::Text(text), Operator::Regex(flags)) => {
                self.regex(placed.at, &text.original, flags, asked)?
            }
            (Value::Text(text), Operator::Network) => {
                if self.target.name != ADDRESS {
                    let text = format!(
                        "a text in `{}` that begins like an address of the network counts as one",
                        self.target.name
                    );
                    // wider than Sigma's comparison, so that its negation is narrower
                    self.differs(placed.at, DifferenceKind::Address, Direction::of_narrow(!is_unequal), text);
                }
                match network(&text.original).map_err(|reason| Refusal::new(placed.at, reason))? {
                    Network::Prefixes(globs) => asked.known.extend(globs.into_iter().map(Needle::of)),
                    Network::Regex(regex) => asked.free.push(Needle::of_regex(regex)),
                }
            }
            (Value::Text(text), _) => self.text(placed.at, text, is_unequal, asked)?,
            (Value::Number(text), _) => {
                self.text(placed.at, &rsigma_parser::SigmaString::new(text), is_unequal, asked)?
            }
            (Value::Bool(value), _) => {
                let text = rsigma_parser::SigmaString::new(if *value { "true" } else { "false" });
                self.text(placed.at, &text, is_unequal, asked)?;
            }
        }
        Ok(())
    }

    fn regex(&mut self, at: usize, pattern: &str, flags: Flags, asked: &mut Asked) -> Result<(), Refusal> {
        let regex = converted(pattern, flags).map_err(|reason| Refusal::new(at, reason))?;
        if self.may_be_boolean() {
            // the converted expression has no flags and no groups, so that any engine reads it
            let matches = |text: &str| regex::Regex::new(&regex).is_ok_and(|it| it.is_match(text));
            asked.is_true |= matches("true");
            asked.is_false |= matches("false");
        }
        asked.free.push(Needle::of_regex(regex));
        Ok(())
    }

    fn text(
        &mut self,
        at: usize,
        text: &rsigma_parser::SigmaString,
        is_unequal: bool,
        asked: &mut Asked,
    ) -> Result<(), Refusal> {
        let starts_open = matches!(self.operator, Operator::Contains | Operator::EndsWith);
        let ends_open = matches!(self.operator, Operator::Contains | Operator::StartsWith);
        let glob = Glob::new(text, starts_open, ends_open);
        let is_cased = self.item.has(Modifier::Cased);
        if self.may_be_boolean() {
            asked.is_true |= glob.holds_for("true");
            asked.is_false |= glob.holds_for("false");
        }
        if glob.is_everything() {
            asked.known.push(Needle::of(glob));
            return Ok(());
        }
        if is_cased {
            let needle = Needle::of(glob.clone());
            let is_plain = glob.value().is_some() && !glob.depends_on_first_occurrence();
            (if is_plain { &mut asked.known } else { &mut asked.free }).push(needle);
            return Ok(());
        }
        match spelling(&self.target, &glob) {
            Spelling::Known(globs) => asked.known.extend(globs.into_iter().map(Needle::of)),
            Spelling::AsWritten(glob) => {
                let shown = glob.shown();
                let field = &self.target.name;
                let text = format!(
                    "`{shown}` is in no catalogue of values of `{field}`, and is compared in this case only"
                );
                self.differs(at, DifferenceKind::Case, Direction::of_narrow(is_unequal), text);
                asked.known.push(Needle::of(glob));
            }
            Spelling::Free(glob) => {
                let needle = Needle::of(glob.clone()).ignoring_case(glob.has_letters());
                if needle.value().is_none() && needle.regex().is_none() {
                    let reason = "the text has a wildcard that only a regular expression can write, and a character that is not ASCII, which it cannot";
                    return Err(Refusal::new(at, reason));
                }
                asked.free.push(needle);
            }
        }
        Ok(())
    }
}
