//! The patterns and alarms of one side of a comparison.

use super::pairing::NamedPattern;
use super::resources::{NamedResource, of_file};
use super::settings::{NamedAlarm, of_alarm, of_composite, of_pattern};
use crate::exit::Exit;
use crate::rule_files::why_refused;
use crate::skipped_entries;
use crate::sources::read;
use crate::terminal::say;
use cwfilter::control_chain::{ChainAlarm, ChainParts, without_modules};
use cwfilter::lint::LocatedAlarm;
use cwfilter::sources::{SourceFile, is_source};
use cwfilter::{FilterPattern, Lines};
use std::path::{Path, PathBuf};

/// A set of patterns.
pub(super) struct Side {
    pub(super) entries: Vec<NamedPattern>,
    pub(super) alarms: Vec<NamedAlarm>,
    /// Topics, policies, subscriptions, and alarms with their other settings.
    pub(super) resources: Vec<NamedResource>,
    /// All files that were read.
    pub(super) files: Vec<PathBuf>,
    /// The places of files and folders that could not be read.
    pub(super) unread: Vec<String>,
    /// Parts of files that are in another place: modules, nested stacks, the rest of an answer.
    pub(super) parts_elsewhere: Vec<String>,
    pub(super) kind: SideKind,
}

/// How the inputs of a side are named in messages.
pub(super) struct Names {
    /// The side.
    pub(super) side: String,
    /// A folder, and the text that is shown in its place.
    pub(super) folder: Option<(PathBuf, String)>,
}

impl Names {
    /// A message with the shown text in the place of the folder.
    fn text(&self, message: &str) -> String {
        let Some((folder, shown)) = &self.folder else { return message.to_owned() };
        let folder = folder.display().to_string();
        message.replace(&format!("{folder}/"), shown).replace(&folder, shown)
    }

    fn path(&self, path: &Path) -> PathBuf {
        self.text(&path.display().to_string()).into()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SideKind {
    Pattern,
    File,
    Folder,
}

impl Side {
    pub(super) fn new(kind: SideKind) -> Side {
        Side {
            entries: Vec::new(),
            alarms: Vec::new(),
            resources: Vec::new(),
            files: Vec::new(),
            unread: Vec::new(),
            parts_elsewhere: Vec::new(),
            kind,
        }
    }

    /// A pattern, or all patterns of a file or folder; errors are printed.
    pub(super) fn of(text: &str) -> Result<Side, Exit> {
        let path = Path::new(text);
        if !path.exists() {
            if is_named_like_a_file(text) {
                say!("error: {text}: no such file or folder");
                return Err(Exit::Input);
            }
            let pattern = Ok(crate::patterns::pattern(text)?);
            let mut side = Side::new(SideKind::Pattern);
            side.entries.push(NamedPattern {
                place: String::new(),
                name: String::new(),
                log_group: None,
                group_key: String::new(),
                line: 1,
                file: PathBuf::new(),
                settings: Vec::new(),
                pattern,
            });
            return Ok(side);
        }
        let mut side = Side::new(if path.is_dir() { SideKind::Folder } else { SideKind::File });
        let is_folder = side.kind == SideKind::Folder;
        let names = Names { side: text.to_owned(), folder: None };
        side.read(&[path.to_owned()], &names, |file| match is_folder {
            true => file.strip_prefix(path).unwrap_or(file).to_owned(),
            false => PathBuf::new(),
        })?;
        for part in side.parts_elsewhere.iter().filter(|_| side.entries.is_empty()) {
            say!("error: {part}: not read");
        }
        if side.entries.is_empty() && !(side.unread.is_empty() && side.parts_elsewhere.is_empty()) {
            say!("error: {text} could not be read completely, so nothing was compared");
            return Err(Exit::Input);
        }
        if side.entries.is_empty() {
            if let Some(why) = why_refused(path) {
                say!("error: {why}");
            }
            say!("error: {text} contains no patterns");
            return Err(Exit::Input);
        }
        Ok(side)
    }

    /// Adds the patterns of files and folders. `place` gives the path by which the patterns of a file are compared.
    pub(super) fn read(
        &mut self,
        paths: &[PathBuf],
        names: &Names,
        place: impl Fn(&Path) -> PathBuf,
    ) -> Result<(), Exit> {
        let mut read = read(paths);
        read.skipped_entries.iter_mut().for_each(|entry| entry.path = names.path(&entry.path));
        skipped_entries::report(&read.skipped_entries);
        read.errors.iter().for_each(|error| say!("error: {}", names.text(error)));
        if read.exit != Exit::Clean && (read.exit != Exit::Input || self.kind != SideKind::Folder) {
            // a pattern that could not be read must not be reported as missing
            say!("error: {} could not be read completely, so nothing was compared", names.side);
            return Err(read.exit);
        }
        self.unread.extend(read.unread.iter().map(|path| place(path).display().to_string()));
        self.files.extend(read.files.iter().map(|source| source.path.clone()));
        for source in &read.files {
            self.add(source, &place(&source.path).display().to_string(), names);
        }
        Ok(())
    }

    /// Whether a place is, or may be, in a file or folder that could not be read. The empty place is any.
    pub(super) fn is_unread(&self, place: &str) -> bool {
        let is_any = place.is_empty() && !self.unread.is_empty();
        is_any || self.unread.iter().any(|unread| Path::new(place).starts_with(unread))
    }

    fn add(&mut self, source: &SourceFile, place: &str, names: &Names) {
        let lines = Lines::new(&source.text);
        self.parts_elsewhere.extend(source.unread_modules.iter().map(|it| {
            let at = lines.place(it.span.start);
            names.text(&format!("{}:{at}: {it}", source.path.display()))
        }));
        self.parts_elsewhere.extend(source.resources.chain.incomplete.iter().map(|list| {
            names.text(&format!("{}: the rest of the {list} of the answer", source.path.display()))
        }));
        let refusal = crate::rule_files::refusal(source);
        self.parts_elsewhere.extend(refusal.map(|why| {
            let what = "the rest of the rules, their metrics and alarms";
            names.text(&format!("{}: {what} ({why})", source.path.display()))
        }));
        for hosted in source.patterns.iter().filter(|it| it.is_counted() && !it.is_made_by_calls()) {
            let pattern = match hosted.text.as_ref().map(|text| text.trim().parse::<FilterPattern>()) {
                Ok(Ok(pattern)) => Ok(pattern),
                Ok(Err(error)) => Err(error.to_string()),
                Err(unread) => Err(names.text(&unread.to_string())),
            };
            self.entries.push(NamedPattern {
                place: place.to_owned(),
                name: hosted.name.clone(),
                log_group: hosted.log_group.clone(),
                group_key: hosted.group_key().to_owned(),
                line: lines.line(hosted.literal.start),
                file: source.path.clone(),
                settings: of_pattern(hosted, &source.text),
                pattern,
            });
        }
        let of_rules = source.patterns.iter().filter_map(|hosted| hosted.alarm.as_ref());
        let absent = |alarm: &&LocatedAlarm| {
            let is_it = |it: &ChainAlarm| it.name == alarm.name;
            let parts = &source.resources.chain;
            parts.absent.iter().any(|it| it.parts.alarms.iter().any(is_it)) && !parts.alarms.iter().any(is_it)
        };
        let located: Vec<LocatedAlarm> =
            source.resources.alarms.iter().filter(|alarm| !absent(alarm)).cloned().collect();
        let alarms = located.iter().chain(of_rules);
        let mut chain = of_rule_file(source);
        chain.extend(source.resources.chain.clone());
        let file = || source.path.clone();
        let first = self.alarms.len();
        self.alarms.extend(alarms.map(|alarm| {
            let at = (file(), Some(lines.line(alarm.span.start)));
            of_alarm(place, alarm, of_chain(alarm, &located, &chain), &source.text, at)
        }));
        let rows = self.alarms.get(first..).unwrap_or_default().iter().map(|it| it.name.clone()).collect();
        self.resources.extend(of_file(place, &file(), &rows, &source.resources.chain));
        self.alarms.extend(chain.composites.iter().map(|it| of_composite(place, it, (file(), None))));
    }
}

/// The same alarm of the chain, whose name has the module of Terraform that it is in. `None` if several may be it.
fn of_chain<'a>(alarm: &LocatedAlarm, all: &[LocatedAlarm], chain: &'a ChainParts) -> Option<&'a ChainAlarm> {
    if let Some(found) = chain.alarms.iter().find(|it| it.name == alarm.name) {
        return Some(found);
    }
    let is_it = |it: &&ChainAlarm| without_modules(&it.name) == alarm.name;
    let found: Vec<&ChainAlarm> = chain.alarms.iter().filter(is_it).collect();
    let same: Vec<&LocatedAlarm> = all.iter().filter(|it| it.name == alarm.name).collect();
    let at = same.iter().position(|it| std::ptr::eq(*it, alarm))?;
    found.get(at).copied().filter(|_| found.len() == same.len())
}

/// The alarms of a rule file. A file that is not a rule file, or that `cwfilter test` refuses, has none.
fn of_rule_file(source: &SourceFile) -> ChainParts {
    if source.path.extension().is_none_or(|extension| extension != "toml") {
        return ChainParts::default();
    }
    let file = crate::options::loader().parse(&source.path, source.text.clone());
    file.map(|file| cwfilter::control_chain::of_rule_file(&file, None).1).unwrap_or_default()
}

/// Whether a text was probably meant as the name of a file that does not exist: a term pattern has no unquoted slash or dot.
fn is_named_like_a_file(text: &str) -> bool {
    let is_pattern = text.starts_with(['{', '[', '%', '"', '?', '-']) || text.contains(char::is_whitespace);
    !is_pattern && (text.contains('/') || is_source(Path::new(text)))
}
