//! A backtracking search in the manner of DPLL: assigns a class of values to one field after another until the formula is true.

use super::budget::Budget;
use super::decision::Unknown;
use super::formula::Formula;
use super::tree::{Atom, Tree};
use super::values::{Class, Example, ValueKind, holds_for_array, holds_for_object};
use crate::syntax::ast::Step;
use std::fmt::Write;

/// The choice for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// A value of a class. The field is missing if the class says so.
    Class(usize),
    Object,
    /// An array of this length. The elements that no selector names are null or not.
    Array {
        length: usize,
        has_null: bool,
    },
}

pub(super) struct Solver<'a> {
    tree: &'a Tree,
    formula: &'a Formula<Atom>,
    classes: Vec<Vec<Class>>,
    choices: Vec<Option<Choice>>,
    budget: &'a mut Budget,
    /// the number of literals: the cost of evaluating the formula
    literals: usize,
    /// a solution needs a number that was not found
    is_approximate: bool,
}

impl<'a> Solver<'a> {
    /// A search among the given classes of each field. The first class of a field is that of missing fields.
    pub(super) fn new(
        tree: &'a Tree,
        formula: &'a Formula<Atom>,
        classes: Vec<Vec<Class>>,
        budget: &'a mut Budget,
    ) -> Self {
        let choices = vec![None; tree.nodes.len()];
        let mut literals = 0;
        formula.for_each(&mut |_| literals += 1);
        Solver { tree, formula, classes, choices, budget, literals, is_approximate: false }
    }

    /// Finds an event for which the formula is true. `None` if no event exists.
    pub(super) fn solve(mut self) -> Result<Option<String>, Unknown> {
        if let Some(slot) = self.choices.first_mut() {
            *slot = Some(Choice::Object);
        }
        match self.extend()? {
            true => Ok(self.event(0)),
            false if self.is_approximate => Err(Unknown::Number),
            false => Ok(None),
        }
    }

    /// Makes one choice after another. The remaining choices of each field are in a list and not on the stack, because a selector
    /// may have hundreds of steps.
    fn extend(&mut self) -> Result<bool, Unknown> {
        let mut open: Vec<(usize, std::vec::IntoIter<Choice>)> = Vec::new();
        loop {
            self.budget.spend(1, self.literals)?;
            let truth = |atom: &Atom| self.truth(*atom);
            match self.formula.value(&truth) {
                Some(false) => {}
                Some(true) => {
                    if self.event(0).is_some() {
                        return Ok(true);
                    }
                    self.is_approximate = true;
                }
                None => {
                    if let Some((&(field, predicate), is_positive)) = self.formula.first_unassigned(&truth) {
                        let node = self.first_open(field);
                        // the atom says nothing about a parent of its field
                        let predicate = (node == field).then_some(predicate);
                        open.push((node, self.options(node, predicate, is_positive).into_iter()));
                    }
                }
            }
            if !self.next_choice(&mut open) {
                return Ok(false);
            }
        }
    }

    /// Takes the next choice of the last field that has one. False if no field has one.
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

    /// The next field to choose: the field itself, or its topmost parent without a choice. If the field is chosen, it is an array, and
    /// its first element without a choice decides whether the array contains a null.
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

    /// The choice for a field, or the one that follows from its parents. Parents are chosen before their children, and do not change
    /// while a child is chosen, so the walk ends at the first chosen parent.
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
        // the first class is that of missing fields
        (!has_place).then_some(Choice::Class(0))
    }

    fn truth(&self, (node, predicate): Atom) -> Option<bool> {
        let choice = self.choice(node)?;
        let it = self.tree.nodes.get(node)?;
        match choice {
            Choice::Class(class) => self.class(node, class)?.truths.get(predicate).copied(),
            Choice::Object => Some(holds_for_object(&it.predicates.get(predicate)?.predicate)),
            Choice::Array { has_null, .. } => match holds_for_array(&it.predicates.get(predicate)?.predicate)
            {
                None if !has_null => self.contains_null(&it.children),
                None => Some(true),
                known => known,
            },
        }
    }

    /// Whether one of the elements is null. `None` if that is not known yet.
    fn contains_null(&self, elements: &[usize]) -> Option<bool> {
        let mut is_open = false;
        for element in elements {
            match self.choice(*element) {
                Some(Choice::Class(class)) if self.class(*element, class)?.kind == ValueKind::Null => {
                    return Some(true);
                }
                Some(_) => {}
                None => is_open = true,
            }
        }
        (!is_open).then_some(false)
    }

    /// The choices for a field. Choices that make the literal true come first; of equivalent choices only one is listed.
    fn options(&self, node: usize, predicate: Option<usize>, is_positive: bool) -> Vec<Choice> {
        let Some(it) = self.tree.nodes.get(node) else { return Vec::new() };
        let is_element = matches!(self.choice(it.parent), Some(Choice::Array { .. }));
        let mut options: Vec<Choice> = Vec::new();
        let mut seen: Vec<(&[bool], bool)> = Vec::new();
        let mut classes: Vec<(usize, &Class)> =
            self.classes.get(node).into_iter().flatten().enumerate().collect();
        classes.sort_by_key(|(_, class)| class.kind);
        for (number, class) in classes {
            // an element below the length exists
            if is_element && class.kind == ValueKind::Missing {
                continue;
            }
            let key = (class.truths.as_slice(), is_element && class.kind == ValueKind::Null);
            if class.example.is_some() || class.kind == ValueKind::Missing {
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
                let truth = class.and_then(|class| class.truths.get(predicate?)).copied();
                (
                    predicate.is_some() && truth != Some(is_positive),
                    class.map_or(ValueKind::Text, |class| class.kind),
                )
            }
            Choice::Object | Choice::Array { .. } => (false, ValueKind::Text),
        };
        options.sort_by_key(rank);
        let containers = self.containers(node);
        // a parent without predicates is most likely an object or array
        let at = if it.predicates.is_empty() { 0 } else { options.len() };
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
        let asks_null = it.predicates.iter().any(|it| holds_for_array(&it.predicate).is_none());
        if it.children.is_empty() && it.predicates.is_empty() {
            return Vec::new();
        }
        let mut choices = if it.shape.object { vec![Choice::Object] } else { Vec::new() };
        if !it.shape.array {
            return choices;
        }
        let highest = indexes.iter().max().map_or(0, |highest| highest + 1);
        // an unnamed element would be selected by a wildcard, too
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

    /// The field as JSON. `None` if a value has no known example.
    fn event(&self, node: usize) -> Option<String> {
        let mut out = String::new();
        self.write(node, &mut out).then_some(out)
    }

    /// Writes the field as JSON. False if a value has no known example.
    fn write(&self, node: usize, out: &mut String) -> bool {
        let children = || self.tree.nodes.get(node).into_iter().flat_map(|it| &it.children);
        match self.choice(node) {
            // no predicate reads it
            None => out.push_str("\"x\""),
            Some(Choice::Class(class)) => {
                match self.class(node, class).and_then(|class| class.example.as_ref()) {
                    Some(example) => out.push_str(&example.json()),
                    None => return false,
                }
            }
            Some(Choice::Object) => {
                out.push('{');
                for child in children().filter(|child| self.exists(**child)) {
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

    fn exists(&self, node: usize) -> bool {
        match self.choice(node) {
            None => false,
            Some(Choice::Class(class)) => {
                self.class(node, class).is_some_and(|class| class.kind != ValueKind::Missing)
            }
            Some(_) => true,
        }
    }
}

/// The last keys of a field, and its likely values.
type Likely = (&'static [&'static str], &'static [&'static str]);

/// Values of real records, for readable witnesses.
const LIKELY_VALUES: [Likely; 13] = [
    (&["eventVersion"], &["1.11"]),
    (&["eventTime"], &["2026-03-01T12:00:00Z"]),
    (&["eventID"], &["7116c6a1-1b7b-4a6e-b0b1-000000000000"]),
    (&["awsRegion"], &["us-east-1", "eu-central-1"]),
    (&["recipientAccountId"], &["123456789012"]),
    (&["eventName"], &["DescribeInstances", "ConsoleLogin"]),
    (&["eventSource"], &["ec2.amazonaws.com", "signin.amazonaws.com"]),
    (&["errorCode"], &["ThrottlingException", "AccessDenied"]),
    (&["errorMessage"], &["Rate exceeded", "Failed authentication"]),
    (&["userIdentity", "type"], &["IAMUser", "AssumedRole"]),
    (&["sourceIPAddress"], &["203.0.113.7"]),
    (&["eventType"], &["AwsApiCall"]),
    (&["userIdentity", "invokedBy"], &["config.amazonaws.com"]),
];

/// The likely values of a field.
pub(super) fn likely_values(tree: &Tree, node: usize) -> &'static [&'static str] {
    let found = LIKELY_VALUES.iter().find(|(keys, _)| tree.ends_with(node, keys));
    found.map_or(&[], |(_, values)| values)
}

impl Example {
    pub(super) fn json(&self) -> String {
        match self {
            Example::Json(text) => (*text).to_owned(),
            Example::Number(text) => text.clone(),
            Example::Text(bytes) => json_text(bytes),
        }
    }
}

/// Writes a text as a JSON string. Half of a surrogate pair is written as an escape.
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
