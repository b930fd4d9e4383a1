//! Values of a field on which a condition and its change differ, put into the events of a rule.

use crate::FilterPattern;
use crate::analysis::{Domain, event_with};
use crate::cloudtrail::catalogue::{
    Evidence, Presence, event_names, event_sources, evidence_of_name, field, known_values, sources_of,
};
use crate::limits::BRIEF_PROOF_STEPS;
use crate::rules::event;
use crate::rules::generate::{shapes, usual_values};
use crate::rules::neighbours::telling;
use crate::semantics::Semantics;
use crate::syntax::ast::{Condition, Equality, Expr, Node, Pattern, Predicate, Selector, Step, Value};
use crate::wildcard::WildcardPattern;
use serde_json::Value as Json;

/// Values that are put into each event.
const VALUES: usize = 40;

/// Names of events among them.
const NAMES: usize = 20;

/// What the values of a changed condition's fields show.
pub(super) enum Shown {
    /// Events that may tell the patterns apart; and whether they have every known value on which the conditions differ.
    Events(Vec<String>, bool),
    /// No value that CloudTrail writes into the field tells the conditions apart.
    Same(String),
    /// No known name of an event tells the conditions apart; a new one may.
    Unknown(String),
}

/// Each base with a field of the condition changed to a value on which the condition and its change differ; or, if the change is of
/// the field, to values that the condition distinguishes.
pub(super) fn shown(
    old: &Condition,
    new: &Expr<Condition>,
    bases: &[String],
    of_records: bool,
    semantics: Semantics,
) -> Shown {
    let mut selectors = vec![old.selector.item.clone()];
    new.for_each(&mut |condition| {
        if !selectors.contains(&condition.selector.item) {
            selectors.push(condition.selector.item.clone());
        }
    });
    let pattern = |expr: Expr<Condition>| {
        FilterPattern::of_ast(Pattern::Json(Node::new(crate::Span::default(), expr)), semantics)
    };
    let question = Question {
        old,
        new,
        patterns: (pattern(Expr::Condition(old.clone())), pattern(new.clone())),
        is_one_field: selectors.len() == 1,
        of_records,
        semantics,
    };
    if let Some(shown) = question.of_known_values() {
        return shown;
    }
    let bases: Vec<Json> = bases.iter().filter_map(|base| serde_json::from_str(base).ok()).collect();
    let mut events = Vec::new();
    for selector in selectors.iter().map(plain) {
        let values = question.values(&selector);
        for (base, value) in bases.iter().flat_map(|base| values.iter().map(move |value| (base, value))) {
            let Some(mut event) = changed(base, &selector, value.as_ref()) else { continue };
            events.push(event.to_string());
            if let Some(Json::String(name)) = value
                && of_records
                && selector.to_string() == "$.eventName"
                && let (Some(source), Some(object)) = (sources_of(name).first(), event.as_object_mut())
            {
                object.insert("eventSource".to_owned(), (*source).into());
                events.push(event.to_string());
            }
        }
    }
    events.extend(
        bases.iter().flat_map(|base| reordered(base, &old.selector.item.steps)).map(|it| it.to_string()),
    );
    let is_name = question.is_one_field
        && question.is_condition()
        && of_records
        && old.selector.item.to_string() == "$.eventName";
    Shown::Events(events, is_name && question.names().len() < NAMES)
}

/// The event with the elements of the selector's arrays in another order: another element first, and another one last.
fn reordered(base: &Json, steps: &[Step]) -> Vec<Json> {
    let mut all = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        if !matches!(step, Step::Index(_) | Step::AnyIndex) {
            continue;
        }
        let array = plain(&Selector { steps: steps.get(..at).unwrap_or_default().to_vec() });
        let rest = plain(&Selector { steps: steps.get(at + 1..).unwrap_or_default().to_vec() });
        let Some(elements) = self::at(base, &array).and_then(Json::as_array) else { continue };
        let Some(first) = elements.first() else { continue };
        let mut other = first.clone();
        if rest.steps.is_empty() {
            other = "other".into();
        } else if event::set(&mut other, &rest.steps, "other".into()).is_err() {
            continue;
        }
        for with in
            [[&[other.clone()], elements.as_slice()].concat(), [elements.as_slice(), &[other]].concat()]
        {
            all.extend(changed(base, &array, Some(&Json::Array(with))));
        }
    }
    all
}

/// The selector with `[0]` for `[*]`, and a key for `.*`.
fn plain(selector: &Selector) -> Selector {
    let step = |step: &Step| match step {
        Step::AnyIndex => Step::Index(0),
        Step::AnyKey => Step::Key("any".to_owned()),
        Step::Key(_) | Step::QuotedKey(_) | Step::Index(_) => step.clone(),
    };
    Selector { steps: selector.steps.iter().map(step).collect() }
}

fn changed(base: &Json, selector: &Selector, value: Option<&Json>) -> Option<Json> {
    let mut event = base.clone();
    match value {
        Some(value) => event::set(&mut event, &selector.steps, value.clone()).ok()?,
        None => event::remove(&mut event, &selector.steps).ok()?,
    }
    Some(event)
}

/// A condition and its change.
struct Question<'a> {
    old: &'a Condition,
    new: &'a Expr<Condition>,
    /// The patterns that have only the condition, and only its change.
    patterns: (FilterPattern, FilterPattern),
    /// Whether both are about the same field.
    is_one_field: bool,
    of_records: bool,
    semantics: Semantics,
}

impl Question<'_> {
    /// The answer, if CloudTrail's values of the field are known and the conditions agree on each of them.
    fn of_known_values(&self) -> Option<Shown> {
        let selector = &self.old.selector.item;
        let path = path_of(selector).filter(|_| self.of_records && self.is_one_field)?;
        let is_always = field(&path).is_some_and(|field| field.presence == Presence::Always);
        let may_be_missing = !is_always && self.tells(selector, None);
        if path == "eventName" && self.is_condition() && self.names().is_empty() {
            return Some(Shown::Unknown("no known event has a name on which it differs".to_owned()));
        }
        let known = known_values(&path).filter(|known| known.is_closed)?;
        let tells = |value: &&str| self.tells(selector, Some(&Json::from(*value)));
        let is_same = !may_be_missing && !known.values.iter().any(tells);
        is_same.then(|| {
            Shown::Same(format!(
                "over CloudTrail records, which have only {} in `{path}`",
                known.values.join(", ")
            ))
        })
    }

    /// Whether the change is one condition. Other changes are proved.
    fn is_condition(&self) -> bool {
        matches!(self.new, Expr::Condition(_))
    }

    /// Whether the conditions differ on a value of the field; `None` is an event without the field.
    fn tells(&self, selector: &Selector, value: Option<&Json>) -> bool {
        let empty = Json::Object(serde_json::Map::new());
        let event =
            value.and_then(|value| changed(&empty, selector, Some(value))).unwrap_or(empty).to_string();
        self.patterns.0.is_match(&event) != self.patterns.1.is_match(&event)
    }

    /// The values on which the conditions differ; `None` removes the field.
    fn values(&self, selector: &Selector) -> Vec<Option<Json>> {
        let name = selector.to_string();
        let mut texts: Vec<&str> = Vec::new();
        if self.of_records {
            match name.as_str() {
                "$.eventName" if self.is_one_field => texts.extend(self.names()),
                "$.eventSource" => texts.extend(event_sources()),
                _ => {
                    let known = path_of(selector).and_then(|path| known_values(&path));
                    texts.extend(known.into_iter().flat_map(|it| &it.values));
                }
            }
        }
        texts.extend(usual_values(&name));
        let mut all: Vec<Json> = texts.into_iter().map(Json::from).collect();
        if self.is_one_field {
            all.retain(|value| self.tells(selector, Some(value)));
            if all.is_empty() {
                all.extend(self.shaped(&name, selector));
            }
        }
        telling(&self.old.predicate.item, &mut all);
        self.new.for_each(&mut |condition| telling(&condition.predicate.item, &mut all));
        let mut found: Vec<Option<Json>> = all.into_iter().map(Some).chain([None]).collect();
        found.retain(|value| !self.is_one_field || self.tells(selector, value.as_ref()));
        found.truncate(VALUES);
        found
    }

    /// Names of events on which the conditions differ, those of recorded events first.
    fn names(&self) -> Vec<&'static str> {
        let texts = (
            self.text(&self.old.predicate.item),
            match self.new {
                Expr::Condition(new) => self.text(&new.predicate.item),
                Expr::Or(_) | Expr::And(_) | Expr::Group(_) => None,
            },
        );
        let tells = |name: &str| match &texts {
            (Some((old, is_old)), Some((new, is_new))) => {
                (old.is_match(name.as_bytes()) == *is_old) != (new.is_match(name.as_bytes()) == *is_new)
            }
            _ => self.tells(&self.old.selector.item, Some(&name.into())),
        };
        let mut found: Vec<(Option<Evidence>, &str)> =
            event_names().filter(|name| tells(name)).map(|name| (evidence_of_name(name), name)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, name)| name).take(NAMES).collect()
    }

    /// The text that a predicate compares with, and whether it holds for an equal text.
    fn text(&self, predicate: &Predicate) -> Option<(WildcardPattern, bool)> {
        let Predicate::Compare(equality, value) = predicate else { return None };
        match &value.item {
            Value::Quoted(text) | Value::Bare(text) => Some((
                WildcardPattern::new(text, self.semantics.wildcard_algorithm()),
                *equality == Equality::Equal,
            )),
            Value::Number(_) | Value::Regex(_) => None,
        }
    }

    /// Texts of the usual shapes of the field on which the conditions differ.
    fn shaped(&self, name: &str, selector: &Selector) -> Vec<Json> {
        let (old, new) = &self.patterns;
        let mut found = Vec::new();
        for shape in shapes(name) {
            let Ok(shape) = format!("{{ {name} = %{shape}% }}").parse::<FilterPattern>() else { continue };
            for is in [true, false] {
                let wanted = [(old, is), (new, !is), (&shape, true)];
                let Ok(Some(event)) = event_with(&wanted, Domain::Json, BRIEF_PROOF_STEPS).0 else {
                    continue;
                };
                let event: Json = serde_json::from_str(&event).unwrap_or_default();
                found.extend(at(&event, selector).cloned());
            }
        }
        found
    }
}

fn at<'a>(event: &'a Json, selector: &Selector) -> Option<&'a Json> {
    selector.steps.iter().try_fold(event, |place, step| match step {
        Step::Key(key) | Step::QuotedKey(key) => place.get(key),
        Step::Index(index) => place.get(index),
        Step::AnyKey | Step::AnyIndex => None,
    })
}

/// The keys from the root, joined by dots. `None` for a selector with another kind of step.
fn path_of(selector: &Selector) -> Option<String> {
    let keys: Option<Vec<&str>> = selector.steps.iter().map(Step::key).collect();
    Some(keys?.join("."))
}
