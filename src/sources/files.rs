//! The files that are read together, each once, and those that they name.

use super::align::{Align, Escapes};
use super::document::{Content, DocumentNode, ScalarForm};
use super::error::SourceError;
use super::literal::{Block, LiteralSyntax};
use super::repeated::{RepeatedKey, drop_repeated, is_template, refuse_repeated};
use super::replacement::newline_of;
use super::value::{FileId, Literal, Place, Text};
use super::{json, yaml};
use crate::limits::NAMED_FILES;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

/// Reads what a configuration names: other files of its folder, local modules, files of `file(…)`. The library itself reads no disk.
pub trait ReadFiles {
    /// The text of a file.
    ///
    /// # Errors
    /// One line that says why it is not read: it does not exist, it is outside the folder, it is too large.
    fn text(&self, path: &Path) -> Result<String, String>;

    /// The files in a folder, without those in folders below it.
    fn files_in(&self, folder: &Path) -> Vec<PathBuf>;
}

/// Reads nothing: a file is evaluated by itself.
#[derive(Debug, Clone, Copy)]
pub struct NoFiles;

impl ReadFiles for NoFiles {
    fn text(&self, _: &Path) -> Result<String, String> {
        Err("other files are not read here".to_owned())
    }

    fn files_in(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// The mark that some editors put in front of a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The length of the byte order mark in front, if there is one.
pub(super) fn mark_of(text: &str) -> usize {
    if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 }
}

/// A file that was read.
pub(super) struct FileText {
    pub(super) path: PathBuf,
    /// Without a byte order mark.
    pub(super) text: String,
    /// The length of the mark.
    pub(super) mark: usize,
    /// Whether the caller named it; the others were named by a file.
    pub(super) is_named: bool,
    /// The place of the text in another file, if it is a part of it.
    within: Option<Place>,
}

/// All files of one run.
pub(super) struct Files<'a> {
    list: RefCell<Vec<Rc<FileText>>>,
    by_path: RefCell<HashMap<PathBuf, Result<FileId, String>>>,
    /// Texts inside files, such as templates in JSON.
    inside: RefCell<HashMap<Place, FileId>>,
    /// The named files of each folder.
    folders: RefCell<HashMap<PathBuf, Vec<PathBuf>>>,
    reader: &'a dyn ReadFiles,
}

impl<'a> Files<'a> {
    pub(super) fn new(reader: &'a dyn ReadFiles) -> Self {
        Files {
            list: RefCell::default(),
            by_path: RefCell::default(),
            folders: RefCell::default(),
            inside: RefCell::default(),
            reader,
        }
    }

    pub(super) fn add(&self, path: &Path, text: &str, is_named: bool) -> FileId {
        let mut list = self.list.borrow_mut();
        let mark = mark_of(text);
        let text = text.get(mark..).unwrap_or_default().to_owned();
        list.push(Rc::new(FileText { path: path.to_owned(), text, mark, is_named, within: None }));
        let id = list.len() - 1;
        let path = normal(path);
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        self.folders.borrow_mut().entry(folder).or_default().push(path.clone());
        self.by_path.borrow_mut().entry(path).or_insert(Ok(id));
        id
    }

    /// A text that a file has at a place, as a file of its own. Its parts are at that place.
    pub(super) fn inside(&self, at: Place, text: &str) -> FileId {
        if let Some(known) = self.inside.borrow().get(&at) {
            return *known;
        }
        let mut list = self.list.borrow_mut();
        let (text, within) = (text.to_owned(), Some(at));
        list.push(Rc::new(FileText { path: PathBuf::new(), text, mark: 0, is_named: false, within }));
        self.inside.borrow_mut().insert(at, list.len() - 1);
        list.len() - 1
    }

    /// The place in a real file.
    pub(super) fn outer(&self, place: Place) -> Place {
        self.get(place.file).and_then(|file| file.within).unwrap_or(place)
    }

    pub(super) fn get(&self, id: FileId) -> Option<Rc<FileText>> {
        self.list.borrow().get(id).cloned()
    }

    pub(super) fn all(&self) -> Vec<Rc<FileText>> {
        self.list.borrow().clone()
    }

    pub(super) fn text(&self, id: FileId) -> Rc<FileText> {
        let none = || {
            Rc::new(FileText {
                path: PathBuf::new(),
                text: String::new(),
                mark: 0,
                is_named: false,
                within: None,
            })
        };
        self.get(id).unwrap_or_else(none)
    }

    /// A file that another file names; it is read once.
    pub(super) fn read(&self, path: &Path) -> Result<FileId, String> {
        let path = normal(path);
        if let Some(known) = self.by_path.borrow().get(&path) {
            return known.clone();
        }
        let read = if self.by_path.borrow().len() >= NAMED_FILES {
            Err(format!("more than {NAMED_FILES} files are read"))
        } else {
            self.reader.text(&path).map(|text| self.add(&path, &text, false))
        };
        self.by_path.borrow_mut().entry(path).or_insert(read).clone()
    }

    /// The files of a folder: those on disk, and those that the caller named.
    pub(super) fn in_folder(&self, folder: &Path) -> Vec<PathBuf> {
        let folder = normal(folder);
        let mut paths: Vec<PathBuf> = self.reader.files_in(&folder).iter().map(|path| normal(path)).collect();
        paths.extend(self.folders.borrow().get(&folder).into_iter().flatten().cloned());
        paths.sort();
        paths.dedup();
        paths
    }

    /// The documents of a YAML or JSON file. A template of any name may be JSON, which YAML's readers do not read in full.
    pub(super) fn documents(text: &str, is_json: bool) -> Result<Vec<DocumentNode>, SourceError> {
        let documents = Files::repeated_documents(text, is_json)?;
        documents.iter().try_for_each(|document| refuse_repeated(text, document))?;
        Ok(documents)
    }

    /// As [`Files::documents`]. Of keys that a CloudFormation template has several times, it has the last; the others are in the second list.
    pub(super) fn templates(
        text: &str,
        is_json: bool,
    ) -> Result<(Vec<DocumentNode>, Vec<RepeatedKey>), SourceError> {
        let mut documents = Files::repeated_documents(text, is_json)?;
        let mut repeated = Vec::new();
        for document in &mut documents {
            match is_template(document) {
                true => drop_repeated(text, document, &mut repeated),
                false => refuse_repeated(text, document)?,
            }
        }
        Ok((documents, repeated))
    }

    fn repeated_documents(text: &str, is_json: bool) -> Result<Vec<DocumentNode>, SourceError> {
        let refused = match text.trim_start().starts_with(['{', '[']) || is_json {
            true => match json::read_repeated(text) {
                Ok(document) => return Ok(vec![document]),
                Err(error) => Some(error),
            },
            false => None,
        };
        match refused {
            Some(error) if is_json => Err(error),
            _ => yaml::read_repeated(text),
        }
    }

    /// The text of a scalar, with its literal.
    pub(super) fn scalar(&self, file: FileId, node: &DocumentNode) -> Option<Text> {
        let Content::Scalar(value, form) = &node.content else { return None };
        let source = self.text(file);
        let span = node.span;
        let written = span.of(&source.text);
        let (escapes, syntax, body) = match form {
            ScalarForm::Double => (Escapes::Backslash, LiteralSyntax::Backslash, span.within(1, 1)),
            ScalarForm::Single => (Escapes::Doubled, LiteralSyntax::Doubled, span.within(1, 1)),
            ScalarForm::Plain => (Escapes::None, LiteralSyntax::Plain, span),
            ScalarForm::Literal | ScalarForm::Folded => {
                let header = written.find('\n').map_or(written.len(), |end| end + 1);
                let syntax = block(&source.text, written, value, *form == ScalarForm::Folded);
                (Escapes::None, syntax, span.within(header, 0))
            }
        };
        let at = Place::new(file, span);
        Some(Text::literal(Literal { at, body, value: value.clone(), escapes, syntax }))
    }

    /// Where the bytes of a literal's value are in its file.
    pub(super) fn align(&self, literal: &Literal) -> Align {
        let file = self.text(literal.at.file);
        Align::new(&file.text, literal.body, &literal.value, literal.escapes)
    }
}

/// A block scalar's header and indentation, as its literal has them.
fn block(file: &str, literal: &str, text: &str, is_folded: bool) -> LiteralSyntax {
    let (header, body) = literal.split_once('\n').unwrap_or((literal, ""));
    let after = header.trim_end_matches('\r').get(1..).unwrap_or_default();
    let comment = after.trim_start_matches(|it: char| it.is_ascii_digit() || "+-".contains(it));
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let Some(first) = body.lines().find(|line| !line.trim().is_empty()) else {
        return LiteralSyntax::Fixed("the block is empty".into());
    };
    // with a digit, blanks may be part of the text
    let own = text.lines().find(|line| !line.trim().is_empty()).map_or(0, blanks);
    LiteralSyntax::Block(Block {
        is_folded,
        indicator: after.chars().filter(char::is_ascii_digit).take(1).collect::<String>(),
        comment: comment.to_owned(),
        indent: " ".repeat(blanks(first).saturating_sub(own)),
        newline: newline_of(file, literal),
    })
}

/// The path with `.` and `..` resolved by its text.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// Whether a file of this name is a part of a Terraform configuration.
pub(super) fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|ending| name.ends_with(ending))
}
