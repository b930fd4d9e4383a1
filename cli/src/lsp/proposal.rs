//! What a completion offers.

use lsp_types::CompletionItemKind;

/// One proposal: the text, one line about it, Markdown about it.
pub(super) struct Proposal {
    pub(super) text: String,
    pub(super) detail: String,
    pub(super) about: String,
    pub(super) kind: CompletionItemKind,
}

impl Proposal {
    pub(super) fn new(text: impl Into<String>, detail: impl Into<String>, kind: CompletionItemKind) -> Self {
        Proposal { text: text.into(), detail: detail.into(), about: String::new(), kind }
    }
}
