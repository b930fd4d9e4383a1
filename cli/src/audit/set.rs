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
    /// What filters of one log group have in common. `None` if the input says nothing about the log group.
    pub(super) same_group: Option<String>,
    pub(super) publishes: Publishes,
    /// Why it is not known whether the filter is made, or whether it reads each event.
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
    /// Modules, nested stacks and other parts of the inputs that are in another place. They may cover any control.
    pub(super) parts_elsewhere: Vec<String>,
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
            let lines = cwfilter::Lines::new(&source.text);
            set.parts_elsewhere.extend(source.unread_modules.iter().map(|it| {
                format!("{}:{}: {it} is not read", source.path.display(), lines.place(it.span.start))
            }));
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

    /// All that was not read.
    pub(super) fn not_read(&self) -> Vec<String> {
        self.unread.iter().chain(&self.parts_elsewhere).cloned().collect()
    }

    /// Filters that may not be made, or may not read each event, because the input does not say it; with the reason.
    pub(super) fn open(&self) -> Vec<String> {
        let open = self.candidates.iter().filter_map(|it| Some((&it.name, it.open.as_ref()?)));
        open.map(|(name, why)| format!("`{name}`: {why}")).collect()
    }

    fn add(&mut self, source: &SourceFile) {
        let lines = cwfilter::Lines::new(&source.text);
        let (rules, refusal) = (self.rules(source), crate::rule_files::refusal(source));
        let is_own = |hosted: &&HostedPattern| hosted.is_counted() && !hosted.is_made_by_calls();
        for hosted in source.patterns.iter().filter(is_own) {
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
                    same_group: same_group(hosted, &source.path),
                    open: why_open(hosted),
                    publishes: match &refusal {
                        None => publishes(hosted, &rules),
                        Some(why) => Publishes::NotRead(why.clone()),
                    },
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
                same_group: Some(stack.log_group.name.clone()),
                open: rule_reads_in_part(&publishes),
                publishes,
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
            let mut all = vec![Group { name: None, members: (0..self.candidates.len()).collect() }];
            all.extend(self.same_groups());
            return all;
        }
        let of = |name: &str| {
            let is_of = |it: &Candidate| it.log_group.as_deref().is_none_or(|group| group == name);
            let members = self.candidates.iter().enumerate().filter(|(_, it)| is_of(it)).map(|(at, _)| at);
            Group { name: Some(name.to_owned()), members: members.collect() }
        };
        names.into_iter().map(of).chain(self.same_groups()).collect()
    }

    /// The groups of filters that are known to share a log group, which other filters may share, too. There are at most as many as pairs.
    fn same_groups(&self) -> Vec<Group> {
        let mut by_group: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, it) in self.candidates.iter().enumerate() {
            if let Some(group) = &it.same_group {
                by_group.entry(group).or_default().push(at);
            }
        }
        let members = by_group.into_values().filter(|it| it.len() > 1 && it.len() < self.candidates.len());
        let is_open = self.candidates.iter().any(|it| it.log_group.is_none());
        members.filter(|_| is_open).map(|members| Group { name: self.name_of(&members), members }).collect()
    }

    /// The log group of filters, if the filters are on several.
    fn name_of(&self, members: &[usize]) -> Option<String> {
        let names: BTreeSet<&str> = self.candidates.iter().filter_map(|it| it.log_group.as_deref()).collect();
        let first = members.first().and_then(|at| self.candidates.get(*at));
        first.filter(|_| names.len() > 1)?.log_group.clone()
    }

    /// Why it is not known that filters are on one log group. `None` if it is.
    pub(super) fn why_not_one_group(&self, members: &[usize]) -> Option<String> {
        let group = |at: &usize| self.candidates.get(*at).and_then(|it| it.same_group.as_deref());
        let (first, rest) = members.split_first()?;
        let other = rest.iter().find(|at| group(at).is_none() || group(at) != group(first))?;
        Some(format!(
            "{} and {} cover it together only if they are on one log group, which the input does not say",
            self.name(*first),
            self.name(*other)
        ))
    }
}

/// What filters of one log group have in common: its name, or the reference to it in the same file or folder. The rules of one rule
/// file are on one log group.
fn same_group(hosted: &HostedPattern, path: &Path) -> Option<String> {
    if let Some(group) = &hosted.log_group {
        return Some(group.clone());
    }
    let key = hosted.group_key();
    let is_said = key.is_empty() || key.split_once('\0').is_some_and(|(_, group)| !group.is_empty());
    let place = if is_template(path) { path } else { path.parent().unwrap_or(Path::new("")) };
    is_said.then(|| format!("{}\0{key}", place.display()))
}

/// Why it is not known whether the filter is made, or whether it reads each event.
fn why_open(hosted: &HostedPattern) -> Option<String> {
    let open = hosted.why_open().map(|why| format!("whether it is made is not known: {why}"));
    open.or_else(|| hosted.scope().reads_in_part().map(reads_in_part))
}

/// Why it is not known whether the filter of a stack's rule reads each event.
fn rule_reads_in_part(publishes: &Publishes) -> Option<String> {
    let Publishes::Metric(published) = publishes else { return None };
    published.reads_in_part().map(reads_in_part)
}

fn reads_in_part(why: &str) -> String {
    format!("whether it reads each event is not known: {why}")
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
