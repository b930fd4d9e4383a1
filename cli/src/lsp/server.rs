//! The state of the server, and which function answers which message.

use super::super::config;
use super::analysis::Analysis;
use super::diagnostics::{Depth, diagnostics, of_file};
use super::document::{Document, Pending};
use super::positions::Encoding;
use super::transport::Incoming;
use super::view::{Failure, View};
use super::{actions, commands, completion, definition, hover, inlays, lenses, symbols, uri};
use cwfilter::limits::LSP_DOCUMENTS;
use cwfilter::lint::file::Memo;
use lsp_server::{ErrorCode, Message, Notification, Request};
use lsp_types::{
    CodeActionParams, CodeLensParams, CompletionParams, DidChangeTextDocumentParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentFormattingParams, DocumentSymbolParams,
    ExecuteCommandParams, GotoDefinitionParams, HoverParams, InitializeParams, InlayHintParams,
    ReferenceParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::rc::Rc;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    New,
    Running,
    ShutDown,
    /// The last request: whether `shutdown` came before `exit`.
    Ended(bool),
}

/// The language server. It takes messages, and returns those that it sends.
#[derive(Default)]
pub(super) struct Server {
    state: State,
    encoding: Encoding,
    documents: BTreeMap<String, Document>,
    memo: Memo,
    out: Vec<Value>,
    /// The document that was changed last: its findings come first.
    last: String,
    /// For each document, the files that are not open and whose findings were published for it.
    lent: BTreeMap<String, BTreeSet<String>>,
    /// Errors of configuration files that were shown.
    told: BTreeSet<String>,
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, Failure> {
    serde_json::from_value(params)
        .map_err(|error| Failure::new(ErrorCode::InvalidParams, format!("wrong parameters: {error}")))
}

fn answer(result: impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(result).map_err(|error| Failure::new(ErrorCode::InternalError, error.to_string()))
}

impl Server {
    /// Whether the last message ended the server, and then whether in order.
    pub(super) fn ended(&self) -> Option<bool> {
        match self.state {
            State::Ended(is_orderly) => Some(is_orderly),
            _ => None,
        }
    }

    /// Whether there is something to do while no message waits.
    pub(super) fn has_work(&self) -> bool {
        self.documents.values().any(|document| document.pending != Pending::Nothing)
    }

    /// Takes a message, and returns the messages that answer it.
    pub(super) fn receive(&mut self, incoming: Incoming) -> Vec<Value> {
        match incoming {
            Incoming::Malformed { id, code, why } => self.fail(id, &Failure::new(code, why)),
            Incoming::Message(Message::Request(request)) => self.request(request),
            Incoming::Message(Message::Notification(notification)) => self.notification(notification),
            // the server asks nothing
            Incoming::Message(Message::Response(_)) => {}
        }
        self.taken()
    }

    /// The messages to send. A configuration file that cannot be read is shown once.
    fn taken(&mut self) -> Vec<Value> {
        for error in config::refusals() {
            if self.told.insert(error.clone()) {
                let message = cwfilter::escaped::EscapedLines(&error).to_string();
                self.notify("window/showMessage", json!({ "type": 1, "message": message }));
            }
        }
        std::mem::take(&mut self.out)
    }

    fn fail(&mut self, id: Value, failure: &Failure) {
        let error = json!({ "code": failure.code as i32, "message": failure.why });
        self.out.push(json!({ "jsonrpc": "2.0", "id": id, "error": error }));
    }

    fn notify(&mut self, method: &str, params: impl Serialize) {
        let params = serde_json::to_value(params).unwrap_or_default();
        self.out.push(json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn request(&mut self, request: Request) {
        let id = serde_json::to_value(&request.id).unwrap_or_default();
        let refused = match (self.state, request.method.as_str()) {
            (State::New, "initialize") | (State::Running, _) => None,
            (State::New, _) => {
                Some(Failure::new(ErrorCode::ServerNotInitialized, "`initialize` comes first"))
            }
            _ => Some(Failure::new(ErrorCode::InvalidRequest, "the server is shut down")),
        };
        if let Some(failure) = refused {
            return self.fail(id, &failure);
        }
        // a fault in one answer must not take the editor's other files away
        let answered = catch_unwind(AssertUnwindSafe(|| self.result(&request.method, request.params)));
        let internal =
            || Err(Failure::new(ErrorCode::InternalError, "the server has a fault; please report it"));
        match answered.unwrap_or_else(|_| internal()) {
            Ok(result) => self.out.push(json!({ "jsonrpc": "2.0", "id": id, "result": result })),
            Err(failure) => self.fail(id, &failure),
        }
    }

    fn result(&mut self, method: &str, params: Value) -> Result<Value, Failure> {
        match method {
            "initialize" if self.state == State::New => self.initialize(read(params)?),
            "initialize" => Err(Failure::new(ErrorCode::InvalidRequest, "the server is initialized already")),
            "shutdown" => {
                self.state = State::ShutDown;
                Ok(Value::Null)
            }
            "textDocument/hover" => {
                let it: HoverParams = read(params)?;
                let at = it.text_document_position_params;
                answer(self.view(&at.text_document.uri, |view, _| hover::hover(view, at.position)).flatten())
            }
            "textDocument/completion" => {
                let it: CompletionParams = read(params)?;
                let at = it.text_document_position;
                answer(self.view(&at.text_document.uri, |view, _| completion::completion(view, at.position)))
            }
            "textDocument/codeAction" => {
                let it: CodeActionParams = read(params)?;
                answer(
                    self.view(&it.text_document.uri.clone(), |view, memo| actions::actions(view, memo, &it)),
                )
            }
            "textDocument/formatting" => {
                let it: DocumentFormattingParams = read(params)?;
                self.view(&it.text_document.uri, |view, _| actions::format(view)).transpose().and_then(answer)
            }
            "textDocument/definition" => {
                let it: GotoDefinitionParams = read(params)?;
                let at = it.text_document_position_params;
                let found =
                    self.view(&at.text_document.uri, |view, _| definition::definition(view, at.position));
                let found = found.transpose().map_err(|why| Failure::new(ErrorCode::RequestFailed, why))?;
                answer(found)
            }
            "textDocument/references" => {
                let it: ReferenceParams = read(params)?;
                let at = it.text_document_position;
                answer(self.view(&at.text_document.uri, |view, _| definition::references(view, at.position)))
            }
            "textDocument/documentSymbol" => {
                let it: DocumentSymbolParams = read(params)?;
                answer(self.view(&it.text_document.uri, |view, _| symbols::symbols(view)))
            }
            "textDocument/codeLens" => {
                let it: CodeLensParams = read(params)?;
                answer(self.view(&it.text_document.uri, |view, _| lenses::lenses(view)))
            }
            "textDocument/inlayHint" => {
                let it: InlayHintParams = read(params)?;
                answer(self.view(&it.text_document.uri, |view, _| inlays::inlays(view, it.range)))
            }
            "workspace/executeCommand" => {
                let it: ExecuteCommandParams = read(params)?;
                let done = self.command(&it)?;
                let kind = if done.has_failed { 2 } else { 3 };
                self.notify("window/showMessage", json!({ "type": kind, "message": done.summary }));
                Ok(json!({ "summary": done.summary, "text": done.text }))
            }
            other => Err(Failure::new(ErrorCode::MethodNotFound, format!("no method `{other}`"))),
        }
    }

    fn initialize(&mut self, params: InitializeParams) -> Result<Value, Failure> {
        let offered = params.capabilities.general.and_then(|general| general.position_encodings);
        self.encoding = Encoding::of(&offered.unwrap_or_default());
        self.state = State::Running;
        Ok(json!({
            "capabilities": {
                "positionEncoding": self.encoding.kind(),
                "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
                "hoverProvider": true,
                "completionProvider": { "triggerCharacters": ["$", ".", "\"", "'", "=", " ", "(", "["] },
                "codeActionProvider": { "codeActionKinds": actions::KINDS },
                "documentFormattingProvider": true,
                "definitionProvider": true,
                "referencesProvider": true,
                "documentSymbolProvider": true,
                "codeLensProvider": { "resolveProvider": false },
                "inlayHintProvider": true,
                "executeCommandProvider": { "commands": commands::NAMES },
            },
            "serverInfo": { "name": "cwfilter", "version": env!("CARGO_PKG_VERSION") },
        }))
    }

    fn notification(&mut self, notification: Notification) {
        if notification.method == "exit" {
            self.state = State::Ended(self.state == State::ShutDown);
            return;
        }
        if self.state != State::Running {
            return;
        }
        let Notification { method, params } = notification;
        let taken = catch_unwind(AssertUnwindSafe(|| self.take(&method, params)));
        // a notification has no answer: an error is a line of the editor's log
        let why = match taken {
            Ok(Ok(())) => return,
            Ok(Err(failure)) => failure.why,
            Err(_) => "the server has a fault; please report it".to_owned(),
        };
        self.notify("window/logMessage", json!({ "type": 1, "message": format!("{method}: {why}") }));
    }

    fn take(&mut self, method: &str, params: Value) -> Result<(), Failure> {
        match method {
            "textDocument/didOpen" => {
                let DidOpenTextDocumentParams { text_document: it } = read(params)?;
                if self.documents.len() >= LSP_DOCUMENTS {
                    let why =
                        format!("more than {LSP_DOCUMENTS} documents are open: this one is not checked");
                    return Err(Failure::new(ErrorCode::RequestFailed, why));
                }
                let key = it.uri.as_str().to_owned();
                let document = Document::new(it.uri, &it.language_id, it.version, it.text, self.encoding);
                self.documents.insert(key.clone(), document);
                self.changed(&key);
            }
            "textDocument/didChange" => {
                let it: DidChangeTextDocumentParams = read(params)?;
                let uri = it.text_document.uri.as_str();
                let Some(document) = self.documents.get_mut(uri) else {
                    return Err(Failure::new(ErrorCode::RequestFailed, format!("{uri} is not open")));
                };
                document.change(it.text_document.version, it.content_changes);
                self.changed(uri);
            }
            "textDocument/didClose" => {
                let it: DidCloseTextDocumentParams = read(params)?;
                let key = it.text_document.uri.as_str();
                if let Some(document) = self.documents.remove(key) {
                    self.clear(key);
                    self.lend(key, BTreeMap::new());
                    self.forget_users(&document.path, None);
                }
            }
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                // other files may use the one that was written
                config::forget();
                self.documents.values_mut().for_each(Document::forget);
            }
            // a client may send more than a server has to know
            _ => {}
        }
        Ok(())
    }

    /// Takes findings away from the editor.
    fn clear(&mut self, uri: &str) {
        self.notify("textDocument/publishDiagnostics", json!({ "uri": uri, "diagnostics": [] }));
    }

    /// After a change of an open document: documents that use it are read again.
    fn changed(&mut self, key: &str) {
        key.clone_into(&mut self.last);
        let Some(document) = self.documents.get(key).filter(|document| document.is_file) else { return };
        let (path, text) = (document.path.clone(), document.text.clone());
        self.forget_users(&path, Some(&text));
    }

    fn forget_users(&mut self, path: &Path, text: Option<&str>) {
        let is_settings = path.file_name().is_some_and(|name| name == config::NAME);
        if is_settings {
            config::set_open(path, text);
        }
        for document in self.documents.values_mut().filter(|document| document.path != path) {
            let uses = |analysis: &Rc<Analysis>| analysis.uses(path);
            if is_settings || document.analysis.as_ref().is_some_and(uses) {
                document.forget();
            }
        }
    }

    /// Publishes the findings of files that are not open and have literals of this document's filters.
    fn lend(&mut self, key: &str, found: BTreeMap<String, Value>) {
        let before = self.lent.remove(key).unwrap_or_default();
        for uri in before.iter().filter(|uri| !found.contains_key(*uri)) {
            let is_lent = self.lent.values().any(|uris| uris.contains(uri));
            if !is_lent && !self.documents.contains_key(uri) {
                self.clear(uri);
            }
        }
        if !found.is_empty() {
            self.lent.insert(key.to_owned(), found.keys().cloned().collect());
        }
        found.into_values().for_each(|params| self.notify("textDocument/publishDiagnostics", params));
    }

    /// The findings of the files whose literals a document uses, if these are not open.
    fn of_unopened(&self, view: &View<'_>, depth: Depth) -> BTreeMap<String, Value> {
        let own = view.document.path.display().to_string();
        let mut all = BTreeMap::new();
        for source in view.analysis.sources.iter().filter(|source| source.path != view.document.path) {
            let is_used = source.patterns.iter().any(|it| it.uses.iter().any(|use_| use_.path == own));
            let Some(uri) = uri::of(&source.path).filter(|_| is_used) else { continue };
            if self.documents.contains_key(uri.as_str()) {
                continue;
            }
            let document = Document::new(uri.clone(), "", 0, source.text.clone(), self.encoding);
            let view = View { document: &document, analysis: view.analysis };
            let found = of_file(&view, &self.memo, depth);
            all.insert(uri.as_str().to_owned(), json!({ "uri": uri, "diagnostics": found }));
        }
        all
    }

    /// Calls `of` with a document that is open.
    fn view<T>(&mut self, uri: &Uri, of: impl FnOnce(&View<'_>, &Memo) -> T) -> Option<T> {
        self.analyse(uri.as_str());
        let document = self.documents.get(uri.as_str())?;
        let analysis = document.analysis.clone()?;
        Some(of(&View { document, analysis: &analysis }, &self.memo))
    }

    fn analyse(&mut self, uri: &str) {
        if self.documents.get(uri).is_none_or(|document| document.analysis.is_some()) {
            return;
        }
        let files = self.documents.values().filter(|document| document.is_file);
        let open: HashMap<PathBuf, String> =
            files.map(|document| (document.path.clone(), document.text.clone())).collect();
        if let Some(document) = self.documents.get_mut(uri) {
            document.analysis =
                Some(Rc::new(Analysis::of(&document.path, &document.text, document.is_file, &open)));
        }
    }

    fn command(&mut self, params: &ExecuteCommandParams) -> Result<commands::Done, Failure> {
        let uri = commands::uri(params)?;
        let not_open = || Failure::new(ErrorCode::RequestFailed, format!("{} is not open", uri.as_str()));
        self.view(&uri, |view, _| commands::run(view, params)).ok_or_else(not_open)?
    }

    /// Does one piece of work, and returns the messages that it makes.
    pub(super) fn work(&mut self) -> Vec<Value> {
        let has_work = |(_, document): &(&String, &Document)| document.pending != Pending::Nothing;
        let last = self.documents.get_key_value(&self.last).filter(has_work);
        let waiting = last.or_else(|| self.documents.iter().find(has_work));
        let Some((key, document)) = waiting else { return Vec::new() };
        let (key, pending) = (key.clone(), document.pending);
        let worked = catch_unwind(AssertUnwindSafe(|| self.step(&key, pending)));
        let next = worked.unwrap_or_else(|_| {
            let message = "the document is not checked: the server has a fault; please report it";
            self.notify("window/showMessage", json!({ "type": 1, "message": message }));
            Pending::Nothing
        });
        if let Some(document) = self.documents.get_mut(&key) {
            document.pending = next;
        }
        self.taken()
    }

    /// One step for a document, and what is left to do.
    fn step(&mut self, key: &str, pending: Pending) -> Pending {
        self.analyse(key);
        let Some(document) = self.documents.get(key) else { return Pending::Nothing };
        let Some(analysis) = document.analysis.clone() else { return Pending::Nothing };
        let view = View { document, analysis: &analysis };
        let depth = match pending {
            Pending::Nothing => return Pending::Nothing,
            Pending::Proofs(at) => {
                let texts = analysis.sources.iter().flat_map(|source| &source.patterns);
                let mut unknown =
                    texts.skip(at).zip(at..).filter_map(|(it, at)| Some((it.text.as_ref().ok()?, at)));
                return match unknown.find(|(text, _)| !self.memo.knows(text)) {
                    Some((text, at)) => {
                        self.memo.learn(text);
                        Pending::Proofs(at + 1)
                    }
                    None => Pending::All,
                };
            }
            Pending::Brief => Depth::Brief,
            Pending::All => Depth::All,
        };
        let (found, is_complete) = diagnostics(&view, &self.memo, depth);
        let params = json!({ "uri": document.uri, "version": document.version, "diagnostics": found });
        let lent = self.of_unopened(&view, depth);
        self.notify("textDocument/publishDiagnostics", params);
        self.lend(key, lent);
        if is_complete { Pending::Nothing } else { Pending::Proofs(0) }
    }
}
