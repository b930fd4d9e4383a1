//! Stack files among the inputs of an audit, with the rules that they name.

use crate::options::loader;
use cwfilter::provision::Stack;
use cwfilter::rules::RuleFile;
use cwfilter::sources::SourceFile;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The stacks that were read.
#[derive(Default)]
pub(super) struct Stacks {
    /// Each stack with its rule files, completed by the stack.
    pub(super) all: Vec<(Stack, Vec<RuleFile>)>,
    /// Why stacks were not read.
    pub(super) unread: Vec<String>,
    /// The rule files of all stacks, without symbolic links.
    files: HashSet<PathBuf>,
}

/// Whether a file is a stack file: it has rules and a log group.
pub(super) fn is_stack(source: &SourceFile) -> bool {
    let is = |line: &str, key: &str| {
        let rest = line.trim_start().strip_prefix(key).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with('='))
    };
    let is_group =
        |line: &str| line.trim() == "[log_group]" || is(line, "log_group") || is(line, "log_group.name");
    source.path.extension().is_some_and(|extension| extension == "toml")
        && source.text.lines().any(|line| is(line, "rules"))
        && source.text.lines().any(is_group)
}

impl Stacks {
    /// The stack files among the sources.
    pub(super) fn read(sources: &[SourceFile]) -> Stacks {
        let mut stacks = Stacks::default();
        sources.iter().filter(|source| is_stack(source)).for_each(|source| stacks.add(source));
        stacks
    }

    /// Whether a file is a rule file of a stack.
    pub(super) fn has(&self, path: &Path) -> bool {
        std::fs::canonicalize(path).is_ok_and(|path| self.files.contains(&path))
    }

    fn add(&mut self, source: &SourceFile) {
        let loaded = Stack::parse(&source.path, &source.text)
            .and_then(|stack| Ok((stack.load_rules_with(&loader())?.files, stack)));
        match loaded {
            Ok((mut files, stack)) => {
                stack.complete(&mut files);
                for file in &files {
                    self.files.extend(std::fs::canonicalize(&file.path));
                }
                self.all.push((stack, files));
            }
            Err(errors) => self.unread.extend(
                errors
                    .iter()
                    .map(|error| format!("{}: the stack is not read: {error}", source.path.display())),
            ),
        }
    }
}
