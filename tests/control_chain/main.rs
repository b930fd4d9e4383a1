//! The chain after a filter: metric, alarm, action, confirmed subscriber. Each link is met, broken, or not in the input; a link that is not
//! in the input is never met.

mod documents;
mod inputs;
mod publishing;

use cwfilter::control_chain::{Chain, ChainParts, Link, follow, of_rule_file};
use cwfilter::provision::Stack;
use cwfilter::rules;
use cwfilter::sources::{NoFiles, read_all};
use inputs::{ANSWERS, Input, RULES, STATE, TEMPLATE, TERRAFORM};
use std::path::Path;

/// A change of an input: its name, a text, the text in its place, and the links that differ from those of the input as it is.
type Change =
    (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str, &'static str)]);

/// The chain after the one filter of these files.
fn chain(files: &[(String, String)]) -> Chain {
    let named = files.iter().map(|(name, text)| (name.into(), text.clone()));
    let sources = read_all(named, &NoFiles);
    assert!(sources.errors.is_empty(), "{:?}", sources.errors);
    let mut parts = ChainParts::default();
    sources.files.iter().for_each(|file| parts.extend(file.resources.chain.clone()));
    let mut patterns = sources.files.iter().flat_map(|file| &file.patterns).filter(|it| it.is_counted());
    follow(patterns.next().expect("a filter").publishes(), &parts)
}

/// The chain after the one rule of a rule file, with its stack.
fn chain_of_rule(files: &[(String, String)]) -> Chain {
    let [(stack_name, stack), (name, text)] = files else { panic!("a stack and a rule file") };
    let mut file = rules::parse(Path::new(name), text.clone()).expect("a rule file");
    let stack = Stack::parse(Path::new(stack_name), stack).ok();
    if let Some(stack) = &stack {
        stack.complete(std::slice::from_mut(&mut file));
    }
    let (publishes, parts) = of_rule_file(&file, stack.as_ref());
    follow(&publishes[0].1, &parts)
}

fn check(input: &'static Input, chain: fn(&[(String, String)]) -> Chain) {
    let mut failed = String::new();
    for (name, from, to, wanted) in std::iter::once(&("as it is", "", "", &[][..])).chain(input.changes) {
        let changed = |text: &str| if from.is_empty() { text.to_owned() } else { text.replace(from, to) };
        let files: Vec<(String, String)> =
            input.files.iter().map(|(file, text)| ((*file).to_owned(), changed(text))).collect();
        let is_changed = from.is_empty() || files.iter().zip(input.files).any(|(new, old)| new.1 != old.1);
        assert!(is_changed, "{}, {name}: `{from}` is not in the input", input.name);
        let found = chain(&files);
        assert_eq!(found.links.iter().map(|it| it.link).collect::<Vec<_>>(), Link::ALL, "{name}");
        for it in &found.links {
            let of_link =
                |all: &'static [(&str, &str, &str)]| all.iter().find(|wanted| wanted.0 == it.link.name());
            let (_, state, what) = of_link(wanted).or(of_link(&input.links)).expect("a link");
            if it.state.name() != *state || !it.what.contains(what) {
                failed += &format!(
                    "{}, {name}: {}: {}: {}\n    not {state}: {what}\n",
                    input.name,
                    it.link.name(),
                    it.state.name(),
                    it.what
                );
            }
        }
    }
    assert_eq!(failed, "");
}

#[test]
fn terraform() {
    check(&TERRAFORM, chain);
}

#[test]
fn templates() {
    check(&TEMPLATE, chain);
}

#[test]
fn answers_of_aws() {
    check(&ANSWERS, chain);
}

#[test]
fn states_of_terraform() {
    check(&STATE, chain);
}

#[test]
fn rule_files_and_stacks() {
    check(&RULES, chain_of_rule);
}
