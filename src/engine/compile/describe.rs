//! Describes a compiled set as text, for people who look for a wrong verdict or a slow rule.
//!
//! The description is computed from the same trigger plans as the compiled set, so it cannot differ from the code that runs.

use super::branches::Clauses;
use super::ids::PatternId;
use super::plan::{JsonBuilder, Path, PathStep};
use super::trigger::{PathPredicate, Trigger};
use crate::semantics::Semantics;
use crate::syntax::ast::Pattern;
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};

/// One pattern as compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleDescription {
    pub(crate) pattern: PatternId,
    /// the rule's triggers; `None` if it runs for every event
    pub(crate) triggers: Option<Vec<String>>,
    /// the clauses that are asked after a trigger fired; `None` if the trigger decides alone
    pub(crate) remaining: Option<String>,
}

/// All patterns of a set as compiled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) rules: Vec<RuleDescription>,
    /// every predicate, and how many rules ask it
    pub(crate) predicates: Vec<(String, usize)>,
    pub(crate) trie: KeyTree,
}

/// The keys that the structural pass follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KeyTree(BTreeMap<String, KeyTree>);

impl Description {
    pub(crate) fn new<'a>(patterns: impl Iterator<Item = (&'a Pattern, Semantics)>) -> Description {
        let mut builder = JsonBuilder::default();
        let mut others = Vec::new();
        for (place, (pattern, semantics)) in patterns.enumerate() {
            let id = PatternId::at(place);
            match pattern {
                Pattern::Json(expr) => builder.add(id, &expr.item, semantics),
                other => others.push(RuleDescription {
                    pattern: id,
                    triggers: None,
                    remaining: Some(kind(other).to_owned()),
                }),
            }
        }
        let names = Names::new(&builder);
        let trigger_plans = builder.trigger_plans();
        let mut rules: Vec<RuleDescription> = builder
            .rules
            .iter()
            .zip(trigger_plans)
            .map(|((pattern, clauses), plan)| {
                let rest = plan.as_ref().and_then(|plan| plan.rest.as_ref()).unwrap_or(clauses);
                RuleDescription {
                    pattern: *pattern,
                    triggers: plan
                        .as_ref()
                        .map(|plan| plan.triggers.iter().map(|trigger| names.trigger(trigger)).collect()),
                    remaining: (*rest != Clauses::And(Vec::new())).then(|| names.clauses(rest)),
                }
            })
            .collect();
        rules.append(&mut others);
        rules.sort_by_key(|rule| rule.pattern);
        Description { rules, predicates: names.shared(&builder), trie: KeyTree::new(builder.paths.keys()) }
    }
}

fn kind(pattern: &Pattern) -> &'static str {
    match pattern {
        Pattern::Everything => "matches every event",
        Pattern::Terms(_) => "terms, searched for together with those of the other patterns",
        Pattern::Regex(_) => "one regular expression over the message",
        Pattern::Space(_) => "columns of the message",
        Pattern::Json(_) => "conditions on fields",
    }
}

/// Predicates as they are written in a pattern.
struct Names(Vec<String>);

impl Names {
    fn new(builder: &JsonBuilder) -> Names {
        let mut selectors = vec![String::new(); builder.paths.len()];
        for (path, id) in &builder.paths {
            if let Some(selector) = selectors.get_mut(id.index()) {
                *selector = selector_text(path);
            }
        }
        let name = |(path, predicate): &PathPredicate| {
            format!("{} {predicate}", selectors.get(path.index()).map_or("$", String::as_str))
        };
        Names(builder.predicates.iter().map(name).collect())
    }

    fn predicate(&self, place: usize) -> &str {
        self.0.get(place).map_or("?", String::as_str)
    }

    fn trigger(&self, trigger: &Trigger) -> String {
        match trigger {
            Trigger::One(predicate) => self.predicate(predicate.index()).to_owned(),
            Trigger::NoneOf(list) => {
                let each: Vec<&str> =
                    list.iter().map(|predicate| self.predicate(predicate.index())).collect();
                each.join(" && ")
            }
        }
    }

    fn clauses(&self, clauses: &Clauses) -> String {
        match clauses {
            Clauses::One(predicate) => self.predicate(predicate.index()).to_owned(),
            Clauses::And(parts) => self.joined(parts, " && "),
            Clauses::Or(parts) => self.joined(parts, " || "),
        }
    }

    fn joined(&self, parts: &[Clauses], by: &str) -> String {
        let each: Vec<String> = parts
            .iter()
            .map(|part| match part {
                Clauses::One(_) => self.clauses(part),
                _ => format!("({})", self.clauses(part)),
            })
            .collect();
        each.join(by)
    }

    /// Every predicate with the number of rules that ask it, the most shared first.
    fn shared(&self, builder: &JsonBuilder) -> Vec<(String, usize)> {
        let mut counts = vec![0; self.0.len()];
        for (_, clauses) in &builder.rules {
            let mut asked = Vec::new();
            collect(clauses, &mut asked);
            asked.sort_unstable();
            asked.dedup();
            for place in asked {
                if let Some(count) = counts.get_mut(place) {
                    *count += 1;
                }
            }
        }
        let mut shared: Vec<(String, usize)> = self.0.iter().cloned().zip(counts).collect();
        shared.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        shared
    }
}

fn collect(clauses: &Clauses, out: &mut Vec<usize>) {
    match clauses {
        Clauses::One(predicate) => out.push(predicate.index()),
        Clauses::And(parts) | Clauses::Or(parts) => parts.iter().for_each(|part| collect(part, out)),
    }
}

fn selector_text((keys, rest): &Path) -> String {
    let mut text = "$".to_owned();
    let steps = rest.iter().map(|step| match step {
        PathStep::Key(key) => key_text(key),
        PathStep::Index(index) => format!("[{index}]"),
        PathStep::Any => "[*]".to_owned(),
    });
    text.extend(keys.iter().map(|key| key_text(key)).chain(steps));
    text
}

fn key_text(key: &str) -> String {
    let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_plain { format!(".{key}") } else { format!(".['{key}']") }
}

impl KeyTree {
    fn new<'a>(paths: impl Iterator<Item = &'a Path>) -> KeyTree {
        let mut root = KeyTree::default();
        for (keys, _) in paths {
            let mut place = &mut root;
            for key in keys {
                place = place.0.entry(key.clone()).or_default();
            }
        }
        root
    }

    fn print(&self, f: &mut Formatter<'_>, indent: &str) -> std::fmt::Result {
        let last = self.0.len().saturating_sub(1);
        for (place, (key, below)) in self.0.iter().enumerate() {
            let (branch, stem) = if place == last { ("└─", "   ") } else { ("├─", "│  ") };
            writeln!(f, "{indent}{branch} {}", key.escape_debug())?;
            below.print(f, &format!("{indent}{stem}"))?;
        }
        Ok(())
    }
}

impl Display for KeyTree {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "  $")?;
        self.print(f, "  ")
    }
}
