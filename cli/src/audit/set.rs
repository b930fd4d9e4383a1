//! The patterns of an audit with what follows them, and what could not be read.

use super::stacks::{Stacks, is_stack};
use crate::exit::Exit;
use crate::sources::{load, read as read_sources};
use cwfilter::FilterPattern;
use cwfilter::control_chain::{Chain, ChainParts, Publishes, follow, of_rule_file};
use cwfilter::lint::file::Counts;
use cwfilter::provision::Stack;
use cwfilter::rules::RuleFile;
use cwfilter::sources::{HostedPattern, SourceFile};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// A pattern that was read.
pub(super) struct Candidate {
    /// The name and the file.
    pub(super) name: String,
    pub(super) pattern: FilterPattern,
    /// The log group of the filter, if the file says it.
    pub(super) log_group: Option<String>,
    pub(super) publishes: Publishes,
    /// Why it is not known whether the filter is made.
    pub(super) open: Option<String>,
    /// The number of its stack, if it is a rule of one.
    pub(super) stack: Option<usize>,
    /// The file, and the place of the pattern in it as an offset in bytes.
    pub(super) place: (PathBuf, usize),
}

/// Why a filter covers nothing.
const NOT_IN_TERRAFORM: &str = "Terraform makes no such filter";
const NOT_IN_STACK: &str = "its condition is false, so that the stack has no such filter";

fn is_template(path: &Path) -> bool {
    let name = path.to_string_lossy();
    !(name.ends_with(".tf")
        || name.ends_with(".tofu")
        || name.ends_with(".tf.json")
        || name.ends_with(".tofu.json"))
}

/// The patterns that were read, and what could not be read.
#[derive(Default)]
pub(super) struct Set {
    pub(super) candidates: Vec<Candidate>,
    /// Inputs that could not be read, and patterns whose text is not known. They may cover any control.
    pub(super) unread: Vec<String>,
    /// Patterns that AWS refuses: they cover nothing.
    pub(super) refused: Vec<String>,
    /// Filters that are not made, such as with `count = 0` or a false `Condition`, and rules that a stack leaves out: they cover nothing.
    pub(super) absent: Vec<String>,
    /// Alarms, topics and subscriptions of all inputs but stacks.
    parts: ChainParts,
    /// Those of each stack.
    pub(super) stacks: Vec<ChainParts>,
    /// All files that were read.
    pub(super) inputs: Vec<PathBuf>,
    /// The text of each file with patterns, and their number.
    pub(super) files: BTreeMap<PathBuf, (String, Counts)>,
}

impl Set {
    pub(super) fn read(paths: &[PathBuf]) -> Set {
        let mut set = Set::default();
        // together, so that a file that is named twice counts once
        let (read, exit) = load(paths);
        for path in paths {
            let of_path = (paths.len() > 1).then(|| read_sources(std::slice::from_ref(path)));
            let (sources, exit) = of_path.as_ref().map_or((&read, exit), |it| (&it.files, it.exit));
            let is_empty = |source: &SourceFile| {
                let has_chain = !source.resources.chain.is_empty();
                source.patterns.is_empty() && !has_chain && !is_stack(source)
            };
            if exit != Exit::Clean {
                set.unread.push(format!("{}: could not be read completely", path.display()));
            } else if sources.iter().all(is_empty) {
                set.unread.push(format!("{}: contains no patterns", path.display()));
            }
        }
        let stacks = Stacks::read(&read);
        set.inputs = read.iter().map(|source| source.path.clone()).collect();
        set.inputs
            .extend(stacks.all.iter().flat_map(|(_, files)| files.iter().map(|file| file.path.clone())));
        set.unread.extend(stacks.unread.iter().cloned());
        for (stack, files) in &stacks.all {
            let at = stack.path.display();
            set.absent.extend(stack.skip.iter().map(|id| format!("{at}: `{id}`: the stack leaves it out")));
            let mut parts = ChainParts::default();
            for file in files {
                parts.extend(set.add_rules(file, stack));
            }
            set.stacks.push(parts);
        }
        for source in &read {
            let parts = &source.resources.chain;
            if parts.incomplete.contains(&"metric filters") {
                let what = "the answer lists only a part of the metric filters";
                set.unread.push(format!("{}: {what}", source.path.display()));
            }
            set.parts.extend(parts.clone());
            if !stacks.has(&source.path) {
                set.add(source);
            }
            if !source.patterns.is_empty() {
                let counts = Counts::of(&source.patterns);
                set.files.insert(source.path.clone(), (source.text.clone(), counts));
            }
        }
        set
    }

    /// What follows a candidate.
    pub(super) fn chain(&self, it: &Candidate) -> Chain {
        let of_stack = it.stack.and_then(|at| self.stacks.get(at));
        follow(&it.publishes, of_stack.unwrap_or(&self.parts))
    }

    /// Filters that may or may not be made, because the input does not say it; with the reason.
    pub(super) fn open(&self) -> Vec<String> {
        let open = self.candidates.iter().filter_map(|it| Some((&it.name, it.open.as_ref()?)));
        open.map(|(name, why)| format!("`{name}`: whether it is made is not known: {why}")).collect()
    }

    fn add(&mut self, source: &SourceFile) {
        let lines = cwfilter::Lines::new(&source.text);
        let rules = self.rules(source);
        for hosted in source.patterns.iter().filter(|hosted| hosted.is_counted()) {
            let place = format!("{}:{}", source.path.display(), lines.place(hosted.literal.start));
            if hosted.is_absent() {
                let why = if is_template(&source.path) { NOT_IN_STACK } else { NOT_IN_TERRAFORM };
                self.absent.push(format!("{place}: `{}`: {why}", hosted.name));
                continue;
            }
            match hosted.text.as_ref().map(|text| text.trim().parse()) {
                Ok(Ok(pattern)) => self.candidates.push(Candidate {
                    name: format!("{} ({})", hosted.name, source.path.display()),
                    pattern,
                    log_group: hosted.log_group.clone(),
                    publishes: publishes(hosted, &rules),
                    open: hosted.why_open().map(str::to_owned),
                    stack: None,
                    place: (source.path.clone(), hosted.literal.start),
                }),
                Ok(Err(error)) => {
                    self.refused.push(format!("{place}: `{}`: AWS refuses it: {error}", hosted.name))
                }
                Err(why) => self.unread.push(format!("{place}: `{}`: {why}", hosted.name)),
            }
        }
    }

    /// Adds the rules of a file of the next stack, and returns what follows them.
    fn add_rules(&mut self, file: &RuleFile, stack: &Stack) -> ChainParts {
        let (publishes, parts) = of_rule_file(file, Some(stack));
        let number = self.stacks.len();
        for (rule, (_, publishes)) in file.rules.iter().zip(publishes) {
            self.candidates.push(Candidate {
                name: format!("{} ({})", rule.id, file.path.display()),
                pattern: rule.pattern.clone(),
                log_group: Some(stack.log_group.name.clone()),
                publishes,
                open: None,
                stack: Some(number),
                place: (file.path.clone(), rule.pattern_span.start),
            });
        }
        let counts = cwfilter::sources::read(&file.path, &file.source).map(|all| Counts::of(&all));
        self.files.insert(file.path.clone(), (file.source.clone(), counts.unwrap_or_default()));
        parts
    }

    /// What the rules of a rule file publish, by their ids. Their alarms are added to the parts. A file that is not a rule file, or that
    /// `cwfilter test` refuses, has none.
    fn rules(&mut self, source: &SourceFile) -> HashMap<String, Publishes> {
        if source.path.extension().is_none_or(|extension| extension != "toml") {
            return HashMap::new();
        }
        let file = crate::options::loader().parse(&source.path, source.text.clone());
        let Ok(file) = file else { return HashMap::new() };
        let (rules, parts) = of_rule_file(&file, None);
        self.parts.extend(parts);
        rules.into_iter().collect()
    }

    pub(super) fn name(&self, at: usize) -> &str {
        self.candidates.get(at).map_or("", |it| &it.name)
    }

    /// The log groups that the filters are on. Filters of several log groups do not add up: each log group has other events. A filter
    /// that does not say its log group may be on any of them.
    pub(super) fn groups(&self) -> Vec<Group> {
        let names: BTreeSet<&str> = self.candidates.iter().filter_map(|it| it.log_group.as_deref()).collect();
        if names.len() < 2 {
            return vec![Group { name: None, members: (0..self.candidates.len()).collect() }];
        }
        let of = |name: &str| {
            let is_of = |it: &Candidate| it.log_group.as_deref().is_none_or(|group| group == name);
            let members = self.candidates.iter().enumerate().filter(|(_, it)| is_of(it)).map(|(at, _)| at);
            Group { name: Some(name.to_owned()), members: members.collect() }
        };
        names.into_iter().map(of).collect()
    }
}

fn publishes(hosted: &HostedPattern, rules: &HashMap<String, Publishes>) -> Publishes {
    rules.get(&hosted.name).cloned().unwrap_or_else(|| hosted.publishes().clone())
}

/// A log group with the filters that may be on it.
pub(super) struct Group {
    /// `None` if all filters that say a log group say the same.
    pub(super) name: Option<String>,
    /// Indexes of candidates.
    pub(super) members: Vec<usize>,
}
