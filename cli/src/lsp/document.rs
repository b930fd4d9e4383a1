//! An open document.

use super::analysis::Analysis;
use super::positions::{Encoding, Positions};
use lsp_types::{TextDocumentContentChangeEvent, Uri};
use std::path::PathBuf;
use std::rc::Rc;

/// What is still to be done for a document after its last change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pending {
    /// The findings that need no proof.
    Brief,
    /// The proofs of patterns that are not known yet; the number is that of the pattern.
    Proofs(usize),
    /// All findings.
    All,
    Nothing,
}

/// An open document.
pub(super) struct Document {
    pub(super) uri: Uri,
    pub(super) path: PathBuf,
    /// Whether it is a file on the disk, which other files may be read beside.
    pub(super) is_file: bool,
    pub(super) version: i32,
    pub(super) text: String,
    pub(super) positions: Positions,
    encoding: Encoding,
    pub(super) analysis: Option<Rc<Analysis>>,
    pub(super) pending: Pending,
}

impl Document {
    pub(super) fn new(uri: Uri, language: &str, version: i32, text: String, encoding: Encoding) -> Self {
        let path = super::uri::path(&uri);
        let is_file = path.is_some();
        let path = path.unwrap_or_else(|| PathBuf::from(named(&super::uri::name(&uri), language)));
        let positions = Positions::new(&text, encoding);
        Document {
            uri,
            path,
            is_file,
            version,
            text,
            positions,
            encoding,
            analysis: None,
            pending: Pending::Brief,
        }
    }

    /// Applies changes in their order. A change without a range replaces the text.
    pub(super) fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        for change in changes {
            match change.range {
                None => self.text = change.text,
                Some(range) => {
                    let span = self.positions.span(&self.text, range);
                    self.text.replace_range(span.start..span.end, &change.text);
                }
            }
            self.positions = Positions::new(&self.text, self.encoding);
        }
        self.version = version;
        self.forget();
    }

    /// The lines of another text, for the same editor.
    pub(super) fn other(&self, text: &str) -> Positions {
        Positions::new(text, self.encoding)
    }

    /// Reads the document again, because it or another file changed.
    pub(super) fn forget(&mut self) {
        self.analysis = None;
        self.pending = Pending::Brief;
    }
}

/// A name for a document that is no file: the ending says how it is read.
fn named(name: &str, language: &str) -> String {
    let ending = match language {
        "toml" => ".toml",
        "terraform" | "opentofu" | "hcl" => ".tf",
        "yaml" | "cloudformation" => ".yaml",
        "json" | "jsonc" => ".json",
        _ => "",
    };
    if name.ends_with(ending) { name.to_owned() } else { format!("{name}{ending}") }
}
