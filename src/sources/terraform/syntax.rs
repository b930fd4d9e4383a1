//! The blocks of a Terraform folder, from HCL (`.tf`, `.tofu`) and from JSON (`.tf.json`, `.tofu.json`).

use crate::sources::document::{Content, DocumentNode};
use crate::sources::error::SourceError;
use crate::sources::files::{Files, is_configuration};
use crate::sources::value::{FileId, Place};
use crate::span::Span;
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Structure;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// An expression and the file that it is in.
pub(super) struct Expr {
    pub(super) file: FileId,
    pub(super) kind: ExprKind,
}

pub(super) enum ExprKind {
    Hcl(Expression),
    Json(DocumentNode),
}

impl Expr {
    pub(super) fn at(&self) -> Place {
        let span = match &self.kind {
            ExprKind::Hcl(expression) => span_of(expression.span()),
            ExprKind::Json(node) => node.span,
        };
        Place::new(self.file, span)
    }
}

/// What is between the braces of a block.
pub(super) struct Body {
    pub(super) at: Place,
    pub(super) attributes: Vec<(String, Expr)>,
    pub(super) blocks: Vec<Block>,
}

impl Body {
    pub(super) fn attribute(&self, name: &str) -> Option<&Expr> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

pub(super) struct Block {
    pub(super) kind: String,
    pub(super) labels: Vec<String>,
    /// The place of the last label; of the block if it has none.
    pub(super) label_span: Span,
    pub(super) body: Body,
}

impl Block {
    pub(super) fn label(&self, at: usize) -> &str {
        self.labels.get(at).map_or("", String::as_str)
    }
}

/// All files of one folder together.
#[derive(Default)]
pub(super) struct Module {
    pub(super) folder: PathBuf,
    pub(super) locals: HashMap<String, Expr>,
    pub(super) variables: HashMap<String, Body>,
    pub(super) outputs: HashMap<String, Body>,
    /// `resource` blocks in the order of their files.
    pub(super) resources: Vec<Block>,
    /// `data` blocks.
    pub(super) data: Vec<Block>,
    /// `provider` blocks.
    pub(super) providers: Vec<Block>,
    /// `module` blocks.
    pub(super) calls: Vec<Block>,
    /// Values of `.tfvars` files; the last one of a name counts.
    pub(super) values: HashMap<String, Expr>,
    /// Files that could not be read.
    pub(super) errors: Vec<(FileId, SourceError)>,
    /// Files without a text, and why.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

fn is_values(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_automatic = name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json");
    is_automatic || name == "terraform.tfvars" || name == "terraform.tfvars.json"
}

/// Whether the blocks of a file replace those of the others.
fn is_override(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    stem == "override" || stem.ends_with("_override")
}

impl Module {
    pub(super) fn read(files: &Files<'_>, folder: &Path) -> Module {
        let mut module = Module { folder: folder.to_owned(), ..Module::default() };
        let paths = files.in_folder(folder);
        // OpenTofu reads `main.tofu` instead of `main.tf`
        let known: HashSet<&str> = paths.iter().filter_map(|path| path.to_str()).collect();
        let is_hidden = |path: &&PathBuf| {
            let text = path.to_string_lossy();
            let twin = |from: &str, to: &str| {
                let stem = text.strip_suffix(from);
                stem.is_some_and(|stem| known.contains(format!("{stem}{to}").as_str()))
            };
            twin(".tf", ".tofu") || twin(".tf.json", ".tofu.json")
        };
        let (overrides, usual): (Vec<&PathBuf>, Vec<&PathBuf>) = paths
            .iter()
            .filter(|path| is_configuration(path))
            .filter(|path| !is_hidden(path))
            .partition(|path| is_override(path));
        for (list, replaces) in [(usual, false), (overrides, true)] {
            for path in list {
                module.add(files, path, replaces);
            }
        }
        // `terraform.tfvars` comes before `*.auto.tfvars`
        let (automatic, first): (Vec<&PathBuf>, Vec<&PathBuf>) = paths
            .iter()
            .filter(|path| is_values(path))
            .partition(|path| path.to_string_lossy().contains(".auto."));
        for path in first.into_iter().chain(automatic) {
            let Some(file) = module.opened(files, path) else { continue };
            match body(files, file) {
                Ok(body) => module.values.extend(body.attributes),
                Err(error) => module.errors.push((file, error)),
            }
        }
        module
    }

    /// A file of the folder. What it has is not known if it cannot be read; Terraform passes over names that begin with a dot.
    fn opened(&mut self, files: &Files<'_>, path: &Path) -> Option<FileId> {
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        match files.read(path) {
            Ok(file) => Some(file),
            Err(_) if is_hidden => None,
            Err(why) => {
                self.unreadable.push((path.to_owned(), why));
                None
            }
        }
    }

    fn add(&mut self, files: &Files<'_>, path: &Path, replaces: bool) {
        let Some(file) = self.opened(files, path) else { return };
        let body = match body(files, file) {
            Ok(body) => body,
            Err(error) => {
                self.errors.push((file, error));
                return;
            }
        };
        for block in body.blocks {
            self.block(block, replaces);
        }
    }

    fn block(&mut self, mut block: Block, replaces: bool) {
        match (block.kind.as_str(), block.labels.len()) {
            ("locals", _) => self.locals.extend(block.body.attributes),
            ("variable", 1) if replaces && self.variables.contains_key(block.label(0)) => {
                if let Some(known) = self.variables.get_mut(block.label(0)) {
                    known.replaced(block.body);
                }
            }
            ("variable", 1) => drop(self.variables.insert(block.labels.remove(0), block.body)),
            ("provider", 1) => self.providers.push(block),
            ("output", 1) => drop(self.outputs.insert(block.labels.remove(0), block.body)),
            ("resource" | "data", 2) | ("module", 1) => {
                let list = match block.kind.as_str() {
                    "module" => &mut self.calls,
                    "data" => &mut self.data,
                    _ => &mut self.resources,
                };
                let known = replaces.then(|| list.iter_mut().find(|known| known.labels == block.labels));
                match known.flatten() {
                    Some(known) => known.body.replaced(block.body),
                    None => list.push(block),
                }
            }
            _ => {}
        }
    }
}

impl Body {
    /// Terraform's rule for override files: an attribute replaces that of its name, and blocks replace all of their kind.
    fn replaced(&mut self, other: Body) {
        self.attributes.retain(|(name, _)| other.attribute(name).is_none());
        self.attributes.extend(other.attributes);
        self.blocks.retain(|block| other.blocks.iter().all(|new| new.kind != block.kind));
        self.blocks.extend(other.blocks);
    }
}

pub(crate) fn parse(text: &str) -> Result<hcl_edit::structure::Body, SourceError> {
    hcl_edit::parser::parse_body(text).map_err(|error| {
        let place = error.location();
        SourceError::new(text, place.offset(), error.message())
    })
}

fn body(files: &Files<'_>, file: FileId) -> Result<Body, SourceError> {
    let source = files.text(file);
    let at = Place::new(file, Span::new(0, source.text.len()));
    if source.path.extension().is_some_and(|extension| extension == "json") {
        let document = crate::sources::json::read(&source.text)?;
        return Ok(of_json(&document, file, at));
    }
    Ok(of_hcl(parse(&source.text)?, file, at))
}

fn of_hcl(body: hcl_edit::structure::Body, file: FileId, at: Place) -> Body {
    let mut out = Body { at, attributes: Vec::new(), blocks: Vec::new() };
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => {
                let kind = ExprKind::Hcl(attribute.value);
                out.attributes.push((attribute.key.to_string().trim().to_owned(), Expr { file, kind }));
            }
            Structure::Block(block) => {
                let at = Place::new(file, span_of(block.span()));
                out.blocks.push(Block {
                    kind: block.ident.as_str().to_owned(),
                    labels: block.labels.iter().map(|label| label.as_str().to_owned()).collect(),
                    label_span: block.labels.last().map_or(at.span, |label| span_of(label.span())),
                    body: of_hcl(block.body, file, at),
                });
            }
        }
    }
    out
}

/// How many labels a block of JSON has: levels of objects.
const LABELS: [(&str, usize); 7] = [
    ("locals", 0),
    ("provider", 1),
    ("variable", 1),
    ("output", 1),
    ("module", 1),
    ("resource", 2),
    ("data", 2),
];

fn of_json(document: &DocumentNode, file: FileId, at: Place) -> Body {
    let mut out = attributes(document, file, at);
    for (kind, labels) in LABELS {
        let Some(node) = document.get(kind) else { continue };
        let mut level: Vec<(Vec<String>, &DocumentNode)> = vec![(Vec::new(), node)];
        for _ in 0..labels {
            let objects = level.iter().flat_map(|(labels, node)| objects(node).map(move |it| (labels, it)));
            let entries = objects.flat_map(|(labels, object)| {
                object.as_map().iter().filter_map(move |(key, value)| {
                    Some(([labels.as_slice(), &[key.as_text()?.to_owned()]].concat(), value))
                })
            });
            level = entries.collect();
        }
        out.blocks.extend(level.iter().flat_map(|(labels, node)| {
            objects(node).map(|object| Block {
                kind: kind.to_owned(),
                labels: labels.clone(),
                label_span: object.span,
                body: attributes(object, file, Place::new(file, object.span)),
            })
        }));
    }
    out
}

/// An object, or each one of a list of objects.
fn objects(node: &DocumentNode) -> impl Iterator<Item = &DocumentNode> {
    let is_object = matches!(node.content, Content::Mapping(_));
    is_object.then_some(node).into_iter().chain(node.as_list())
}

fn attributes(object: &DocumentNode, file: FileId, at: Place) -> Body {
    let entries = object.as_map().iter().filter_map(|(key, value)| {
        Some((key.as_text()?.to_owned(), Expr { file, kind: ExprKind::Json(value.clone()) }))
    });
    Body { at, attributes: entries.collect(), blocks: Vec::new() }
}

pub(super) fn span_of(range: Option<std::ops::Range<usize>>) -> Span {
    range.map_or(Span::default(), |range| Span::new(range.start, range.end))
}
