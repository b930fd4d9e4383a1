//! Literals of patterns that the configuration also uses elsewhere: in an output, in another resource, or as a part of a longer text.
//! A new layout would change what is there, too.

use super::scope::{Evaluator, Instance, Scope};
use super::syntax::Block;
use crate::sources::filter::FilterSettings;
use crate::sources::hosted::HostedPattern;
use crate::sources::literal::LiteralSyntax;
use crate::sources::value::{Data, FileId, Origin, Place, Value};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What is known of literals with several uses.
#[derive(Default)]
pub(super) struct Shared {
    literals: HashSet<Place>,
    /// Literals in the outputs of folders. What a called module gives its caller is found where the caller uses it.
    outputs: Vec<(PathBuf, Place)>,
    called: HashSet<PathBuf>,
}

/// The references to values of patterns, each with the literal that is its whole value, if one is.
type Names = HashMap<String, Option<Place>>;

impl Shared {
    /// Looks for uses of the patterns' literals in a root module and the modules that it calls.
    pub(super) fn look_through<'s>(
        &mut self,
        evaluator: &Evaluator<'_>,
        root: &Rc<Instance>,
        settings: impl Iterator<Item = &'s FilterSettings>,
    ) {
        let mut names = Names::new();
        for filter in settings {
            self.name(&filter.pattern, &mut names);
        }
        if names.is_empty() {
            return;
        }
        let mut rest = vec![root.clone()];
        while let Some(instance) = rest.pop() {
            self.look_at(evaluator, &instance, &names);
            for calls in instance.children.borrow().values() {
                self.called.extend(calls.instances.iter().map(|it| it.module.folder.clone()));
                rest.extend(calls.instances.iter().cloned());
            }
        }
    }

    fn name(&mut self, pattern: &Value, names: &mut Names) {
        let Data::Text(text) = &pattern.data else { return };
        let literal = text.as_literal().map(|(literal, _)| literal.at);
        if literal.is_none() {
            self.literals.extend(literals(pattern));
        }
        // each reference is the value itself, not a member of it
        let is_whole = pattern.uses.iter().all(|one| name_of(&one.what) == Some(&*one.what));
        for one in pattern.uses.iter() {
            let Some(name) = name_of(&one.what) else { continue };
            let whole = literal.filter(|_| is_whole);
            names.entry(name.to_owned()).and_modify(|known| *known = known.or(whole)).or_insert(whole);
        }
    }

    fn look_at(&mut self, evaluator: &Evaluator<'_>, instance: &Rc<Instance>, names: &Names) {
        let scope = Scope::of(instance);
        let used = |at: Place| {
            let source = evaluator.files.text(at.file);
            let text = at.span.of(&source.text);
            names.iter().filter(|(name, _)| refers(text, name)).map(|(_, whole)| *whole).collect::<Vec<_>>()
        };
        let is_filter = |block: &&Block| block.label(0).contains("_filter");
        let (filters, others): (Vec<&Block>, Vec<&Block>) =
            instance.module.resources.iter().partition(is_filter);
        for (_, expr) in filters.iter().flat_map(|block| &block.body.attributes) {
            // a part of a longer text
            if expr.at().span.of(&evaluator.files.text(expr.file).text).contains("${") {
                self.literals.extend(used(expr.at()).into_iter().flatten());
            }
        }
        for block in others {
            let whole = used(block.body.at);
            if !whole.is_empty() {
                let expansion = evaluator.expand(&block.body, &scope);
                for one in &expansion.instances {
                    let mut inner = scope.clone();
                    inner.names.extend(one.names.iter().cloned());
                    self.literals.extend(literals(&evaluator.body(&block.body, &inner)));
                }
                self.literals.extend(whole.into_iter().flatten());
            }
        }
        let folder: &Path = &instance.module.folder;
        for expr in instance.module.outputs.values().filter_map(|body| body.attribute("value")) {
            let whole = used(expr.at());
            if !whole.is_empty() {
                let found = literals(&evaluator.value(expr, &scope));
                let places = found.into_iter().chain(whole.into_iter().flatten());
                self.outputs.extend(places.map(|place| (folder.to_owned(), place)));
            }
        }
    }

    /// Keeps a pattern from being rewritten if its literal has another use.
    pub(super) fn protect(&self, file: FileId, hosted: &mut HostedPattern) {
        let place = Place::new(file, hosted.literal);
        let in_output =
            || self.outputs.iter().any(|(folder, at)| *at == place && !self.called.contains(folder));
        if !matches!(hosted.syntax, LiteralSyntax::Fixed(_))
            && (self.literals.contains(&place) || in_output())
        {
            let why = "its text is also used elsewhere in the configuration, where it would change too";
            hosted.syntax = LiteralSyntax::Fixed(why.into());
        }
    }
}

/// `local.a` or `var.a`, if a reference begins so.
fn name_of(what: &str) -> Option<&str> {
    let (kind, rest) = what.split_once('.')?;
    let is_name = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    let length = rest.find(|it| !is_name(it)).unwrap_or(rest.len());
    matches!(kind, "local" | "var").then(|| what.get(..kind.len() + 1 + length)).flatten()
}

/// Whether a text has the reference as a whole word.
fn refers(text: &str, name: &str) -> bool {
    let is_name = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    text.match_indices(name).any(|(at, _)| {
        let after = text.get(at + name.len()..).and_then(|rest| rest.chars().next());
        let before = text.get(..at).and_then(|rest| rest.chars().next_back());
        !after.is_some_and(is_name) && !before.is_some_and(is_name)
    })
}

/// The literals that a value has parts of.
fn literals(value: &Value) -> Vec<Place> {
    let (mut found, mut rest) = (Vec::new(), vec![value]);
    while let Some(value) = rest.pop() {
        match &value.data {
            Data::Text(text) => found.extend(text.pieces.iter().filter_map(|piece| match &piece.origin {
                Origin::Literal(literal, _) if piece.length > 0 => Some(literal.at),
                Origin::Literal(..) | Origin::Computed(_) | Origin::Hole(..) => None,
            })),
            Data::List(list) => rest.extend(list.iter()),
            Data::Map(map) => rest.extend(map.values()),
            Data::Unknown(_) | Data::Null | Data::Bool(_) | Data::Number(_) => {}
        }
    }
    found
}
