//! The search for an event: field after field gets a class of values until the formula is true.

use super::budget::Budget;
use super::decision::Unknown;
use super::formula::Formula;
use super::tree::{Atom, Tree};
use super::values::{Class, Domain, Example, Kind, classes};
use crate::syntax::ast::{Predicate, Step};
use std::fmt::Write;

/// What a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// A value of a class, or nothing.
    Class(usize),
    Object,
    /// With so many elements; those that nobody speaks of are null or not.
    Array {
        length: usize,
        has_null: bool,
    },
}

pub(super) struct Search<'a> {
    tree: &'a Tree,
    formula: &'a Formula<Atom>,
    classes: Vec<Vec<Class>>,
    choices: Vec<Option<Choice>>,
    budget: &'a mut Budget,
    /// how many questions the formula asks: what one look at it costs
    questions: usize,
    /// a solution rests on a number that nobody found
    is_approximate: bool,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        tree: &'a Tree,
        formula: &'a Formula<Atom>,
        budget: &'a mut Budget,
    ) -> Result<Self, Unknown> {
        let mut all = Vec::new();
        for (number, node) in tree.nodes.iter().enumerate() {
            let is_named = |field: &&Likely| tree.ends_with(number, field.0);
            let likely = LIKELY_VALUES.iter().find(is_named).map_or(&[][..], |(_, values)| values);
            all.push(classes(&node.tests, Domain::Field, likely, budget)?);
        }
        let choices = vec![None; tree.nodes.len()];
        let mut questions = 0;
        formula.for_each(&mut |_| questions += 1);
        Ok(Search { tree, formula, classes: all, choices, budget, questions, is_approximate: false })
    }

    /// An event for which the formula is true; none when there is none.
    pub(super) fn run(mut self) -> Result<Option<String>, Unknown> {
        if let Some(slot) = self.choices.first_mut() {
            *slot = Some(Choice::Object);
        }
        match self.extend()? {
            true => Ok(self.event(0)),
            false if self.is_approximate => Err(Unknown::Number),
            false => Ok(None),
        }
    }

    /// Chooses field after field. The fields that are open to another choice are kept in a list and not on the stack: a selector
    /// may have hundreds of steps.
    fn extend(&mut self) -> Result<bool, Unknown> {
        let mut open: Vec<(usize, std::vec::IntoIter<Choice>)> = Vec::new();
        loop {
            self.budget.spend(1, self.questions)?;
            let answer = |atom: &Atom| self.answer(*atom);
            match self.formula.value(&answer) {
                Some(false) => {}
                Some(true) => {
                    if self.event(0).is_some() {
                        return Ok(true);
                    }
                    self.is_approximate = true;
                }
                None => {
                    if let Some((&(asked, test), wanted)) = self.formula.open(&answer) {
                        let node = self.first_open(asked);
                        // what the question wants says nothing of a field on the way to it
                        let test = (node == asked).then_some(test);
                        open.push((node, self.options(node, test, wanted).into_iter()));
                    }
                }
            }
            if !self.next_choice(&mut open) {
                return Ok(false);
            }
        }
    }

    /// Takes the next choice of the last field that has one; false if there is none.
    fn next_choice(&mut self, open: &mut Vec<(usize, std::vec::IntoIter<Choice>)>) -> bool {
        while let Some((node, choices)) = open.last_mut() {
            let (node, choice) = (*node, choices.next());
            self.set(node, choice);
            if choice.is_some() {
                return true;
            }
            open.pop();
        }
        false
    }

    fn set(&mut self, node: usize, choice: Option<Choice>) {
        if let Some(slot) = self.choices.get_mut(node) {
            *slot = choice;
        }
    }

    /// The field, or the first on its way of which nothing is known; of an array that is known the first element that is not:
    /// whether it holds a null is the question then.
    fn first_open(&self, mut node: usize) -> usize {
        let mut open = node;
        if self.choice(node).is_some() {
            let children = self.tree.nodes.get(node).into_iter().flat_map(|it| &it.children);
            let mut unknown = children.copied().filter(|child| self.choice(*child).is_none());
            return unknown.next().unwrap_or(node);
        }
        while node != 0 && self.choices.get(node).is_some_and(Option::is_none) {
            open = node;
            node = self.tree.nodes.get(node).map_or(0, |it| it.parent);
        }
        open
    }

    fn class(&self, node: usize, class: usize) -> Option<&Class> {
        self.classes.get(node)?.get(class)
    }

    /// What a field is, also where that follows from what it stands in. A field is chosen only after all fields on the way to
    /// it, and before they change; so the walk ends at the first one that is chosen.
    fn choice(&self, node: usize) -> Option<Choice> {
        let (mut at, mut below) = (node, None);
        let chosen = loop {
            if at == 0 {
                break Choice::Object;
            }
            if let Some(choice) = self.choices.get(at).copied().flatten() {
                break choice;
            }
            below = Some(at);
            at = self.tree.nodes.get(at)?.parent;
        };
        let Some(below) = below else { return Some(chosen) };
        let has_place = match (chosen, &self.tree.nodes.get(below)?.step) {
            (Choice::Object, Step::Key(_)) => true,
            (Choice::Array { length, .. }, Step::Index(index)) => *index < length,
            _ => false,
        };
        // the first class is that of what is missing
        (!has_place).then_some(Choice::Class(0))
    }

    fn answer(&self, (node, test): Atom) -> Option<bool> {
        let choice = self.choice(node)?;
        let it = self.tree.nodes.get(node)?;
        match choice {
            Choice::Class(class) => self.class(node, class)?.truths.get(test).copied(),
            Choice::Array { has_null, .. }
                if it.tests.get(test).is_some_and(|it| it.predicate == Predicate::IsNull) =>
            {
                if has_null {
                    return Some(true);
                }
                let mut is_open = false;
                for child in &it.children {
                    match self.choice(*child) {
                        Some(Choice::Class(class)) if self.class(*child, class)?.kind == Kind::Null => {
                            return Some(true);
                        }
                        Some(_) => {}
                        None => is_open = true,
                    }
                }
                (!is_open).then_some(false)
            }
            Choice::Object | Choice::Array { .. } => Some(false),
        }
    }

    /// What a field may be, what the open question wants first. Of what nothing tells apart one is enough.
    fn options(&self, node: usize, test: Option<usize>, wanted: bool) -> Vec<Choice> {
        let Some(it) = self.tree.nodes.get(node) else { return Vec::new() };
        let is_element = matches!(self.choice(it.parent), Some(Choice::Array { .. }));
        let mut options: Vec<Choice> = Vec::new();
        let mut seen: Vec<(&[bool], bool)> = Vec::new();
        let mut classes: Vec<(usize, &Class)> =
            self.classes.get(node).into_iter().flatten().enumerate().collect();
        classes.sort_by_key(|(_, class)| class.kind);
        for (number, class) in classes {
            // an element below the length is there
            if is_element && class.kind == Kind::Missing {
                continue;
            }
            let key = (class.truths.as_slice(), is_element && class.kind == Kind::Null);
            if class.example.is_some() || class.kind == Kind::Missing {
                if seen.contains(&key) {
                    continue;
                }
                seen.push(key);
            }
            options.push(Choice::Class(number));
        }
        let rank = |choice: &Choice| match choice {
            Choice::Class(class) => {
                let class = self.class(node, *class);
                let answer = class.and_then(|class| class.truths.get(test?)).copied();
                (test.is_some() && answer != Some(wanted), class.map_or(Kind::Text, |class| class.kind))
            }
            _ => (false, Kind::Text),
        };
        options.sort_by_key(rank);
        let containers = self.containers(node);
        // a way to something goes through it
        let at = if it.tests.is_empty() { 0 } else { options.len() };
        options.splice(at..at, containers);
        options
    }

    fn containers(&self, node: usize) -> Vec<Choice> {
        let Some(it) = self.tree.nodes.get(node) else { return Vec::new() };
        let step = |child: &usize| self.tree.nodes.get(*child).map(|child| &child.step);
        let indexes = it.children.iter().filter_map(|child| match step(child) {
            Some(Step::Index(index)) => Some(*index),
            _ => None,
        });
        let indexes: Vec<usize> = indexes.collect();
        let asks_null = it.tests.iter().any(|it| it.predicate == Predicate::IsNull);
        if it.children.is_empty() && it.tests.is_empty() {
            return Vec::new();
        }
        let mut choices = vec![Choice::Object];
        let highest = indexes.iter().max().map_or(0, |highest| highest + 1);
        // an element that is not named would be one more for a wildcard
        let may_hold_more = asks_null && !it.has_wildcard;
        for length in (0..=highest + usize::from(may_hold_more)).rev() {
            choices.push(Choice::Array { length, has_null: false });
            let has_unnamed = (0..length).any(|index| !indexes.contains(&index));
            if may_hold_more && has_unnamed {
                choices.push(Choice::Array { length, has_null: true });
            }
        }
        choices
    }

    /// The field as JSON; none where it is missing, or where no example is known.
    fn event(&self, node: usize) -> Option<String> {
        let mut out = String::new();
        self.write(node, &mut out).then_some(out)
    }

    /// False: no example is known.
    fn write(&self, node: usize, out: &mut String) -> bool {
        let children = || self.tree.nodes.get(node).into_iter().flat_map(|it| &it.children);
        match self.choice(node) {
            // nobody cares
            None => out.push_str("\"x\""),
            Some(Choice::Class(class)) => {
                match self.class(node, class).and_then(|class| class.example.as_ref()) {
                    Some(example) => out.push_str(&example.json()),
                    None => return false,
                }
            }
            Some(Choice::Object) => {
                out.push('{');
                for child in children().filter(|child| self.is_there(**child)) {
                    let Some(Step::Key(key)) = self.tree.nodes.get(*child).map(|child| &child.step) else {
                        continue;
                    };
                    let comma = if out.ends_with('{') { "" } else { "," };
                    let _ = write!(out, "{comma}{}:", serde_json::Value::from(key.as_str()));
                    if !self.write(*child, out) {
                        return false;
                    }
                }
                out.push('}');
            }
            Some(Choice::Array { length, has_null }) => {
                out.push('[');
                for index in 0..length {
                    out.push_str(if index == 0 { "" } else { "," });
                    let is_at = |child: &&usize| {
                        self.tree.nodes.get(**child).is_some_and(|child| child.step == Step::Index(index))
                    };
                    match children().find(is_at) {
                        Some(child) if !self.write(*child, out) => return false,
                        Some(_) => {}
                        None => out.push_str(if has_null { "null" } else { "\"x\"" }),
                    }
                }
                out.push(']');
            }
        }
        true
    }

    fn is_there(&self, node: usize) -> bool {
        match self.choice(node) {
            None => false,
            Some(Choice::Class(class)) => {
                self.class(node, class).is_some_and(|class| class.kind != Kind::Missing)
            }
            Some(_) => true,
        }
    }
}

/// The last keys of a field, and values of it.
type Likely = (&'static [&'static str], &'static [&'static str]);

/// What real records hold, for witnesses that people can read.
const LIKELY_VALUES: [Likely; 8] = [
    (&["eventName"], &["DescribeInstances", "ConsoleLogin"]),
    (&["eventSource"], &["ec2.amazonaws.com", "signin.amazonaws.com"]),
    (&["errorCode"], &["ThrottlingException", "AccessDenied"]),
    (&["errorMessage"], &["Rate exceeded", "Failed authentication"]),
    (&["userIdentity", "type"], &["IAMUser", "AssumedRole"]),
    (&["sourceIPAddress"], &["203.0.113.7"]),
    (&["eventType"], &["AwsApiCall"]),
    (&["userIdentity", "invokedBy"], &["config.amazonaws.com"]),
];

impl Example {
    pub(super) fn json(&self) -> String {
        match self {
            Example::Json(text) => (*text).to_owned(),
            Example::Number(text) => text.clone(),
            Example::Text(bytes) => json_text(bytes),
        }
    }
}

/// A text as JSON writes it; half a surrogate pair by its code.
fn json_text(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    let mut rest = bytes;
    while !rest.is_empty() {
        let valid = match std::str::from_utf8(rest) {
            Ok(text) => text,
            Err(error) => {
                std::str::from_utf8(rest.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
            }
        };
        let quoted = serde_json::Value::from(valid).to_string();
        out.push_str(quoted.get(1..quoted.len() - 1).unwrap_or_default());
        rest = rest.get(valid.len()..).unwrap_or_default();
        if let [0xed, second, third, ..] = rest {
            let code = 0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f);
            let _ = write!(out, "\\u{code:04x}");
        }
        rest = rest.get(3..).unwrap_or_default();
    }
    out.push('"');
    out
}
