//! The patterns of an audit, and what could not be read.

use crate::exit::Exit;
use crate::sources::load;
use cwfilter::FilterPattern;
use cwfilter::sources::SourceFile;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A pattern that was read.
pub(super) struct Candidate {
    /// The name and the file.
    pub(super) name: String,
    pub(super) pattern: FilterPattern,
    /// The log group of the filter, if the file says it.
    pub(super) log_group: Option<String>,
}

/// The patterns that were read, and what could not be read.
#[derive(Default)]
pub(super) struct Set {
    pub(super) candidates: Vec<Candidate>,
    /// Inputs that could not be read, and patterns whose text is not known. They may cover any control.
    pub(super) unread: Vec<String>,
    /// Patterns that AWS refuses: they cover nothing.
    pub(super) refused: Vec<String>,
    /// Filters that Terraform does not make, such as with `count = 0`: they cover nothing.
    pub(super) absent: Vec<String>,
}

impl Set {
    pub(super) fn read(paths: &[PathBuf]) -> Set {
        let mut set = Set::default();
        for path in paths {
            let (sources, exit) = load(std::slice::from_ref(path));
            if exit != Exit::Clean {
                set.unread.push(format!("{}: could not be read completely", path.display()));
            } else if sources.iter().all(|source| source.patterns.is_empty()) {
                set.unread.push(format!("{}: contains no patterns", path.display()));
            }
            sources.iter().for_each(|source| set.add(source));
        }
        set
    }

    fn add(&mut self, source: &SourceFile) {
        let lines = cwfilter::Lines::new(&source.text);
        for hosted in source.patterns.iter().filter(|hosted| hosted.is_counted()) {
            let place = format!("{}:{}", source.path.display(), lines.place(hosted.literal.start));
            if hosted.is_absent() {
                self.absent.push(format!("{place}: `{}`: Terraform makes no such filter", hosted.name));
                continue;
            }
            match hosted.text.as_ref().map(|text| text.trim().parse()) {
                Ok(Ok(pattern)) => self.candidates.push(Candidate {
                    name: format!("{} ({})", hosted.name, source.path.display()),
                    pattern,
                    log_group: hosted.log_group.clone(),
                }),
                Ok(Err(error)) => {
                    self.refused.push(format!("{place}: `{}`: AWS refuses it: {error}", hosted.name))
                }
                Err(why) => self.unread.push(format!("{place}: `{}`: {why}", hosted.name)),
            }
        }
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

/// A log group with the filters that may be on it.
pub(super) struct Group {
    /// `None` if all filters that say a log group say the same.
    pub(super) name: Option<String>,
    /// Indexes of candidates.
    pub(super) members: Vec<usize>,
}
