//! Files, JSON, YAML and other encodings.

use super::super::kinds::plain;
use super::super::scope::Scope;
use super::call::{Call, Outcome};
use crate::limits::TEMPLATE_NESTING;
use crate::sources::align::Escapes;
use crate::sources::document::{Content, DocumentNode, ScalarForm};
use crate::sources::files::Files;
use crate::sources::literal::LiteralSyntax;
use crate::sources::value::{Data, FileId, Literal, Place, Text, Value, number_text};
use crate::span::Span;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

pub(super) const NAMES: &[&str] = &[
    "base64decode",
    "base64encode",
    "basename",
    "csvdecode",
    "dirname",
    "file",
    "filebase64",
    "fileexists",
    "fileset",
    "jsondecode",
    "jsonencode",
    "templatefile",
    "templatestring",
    "urldecode",
    "urlencode",
    "yamldecode",
];

pub(super) fn call(it: &Call<'_>, name: &str) -> Option<Outcome> {
    Some(match name {
        "base64decode" => it.string(0).and_then(|text| {
            let bytes = STANDARD.decode(&text).map_err(|_| "the text is not base64".to_owned())?;
            it.computed(String::from_utf8(bytes).map_err(|_| "base64 of what is no text".to_owned())?)
        }),
        "base64encode" => it.string(0).and_then(|text| it.computed(STANDARD.encode(text))),
        "filebase64" => it.string(0).and_then(|path| {
            let file = it.evaluator.files.text(opened(it, &path)?);
            // the text is kept without its byte order mark
            let mark = if file.mark > 0 { "\u{feff}" } else { "" };
            it.computed(STANDARD.encode(format!("{mark}{}", file.text)))
        }),
        "file" => it.string(0).and_then(|path| whole_file(it, &path)),
        "fileexists" => it.string(0).and_then(|path| it.truth(opened(it, &path).is_ok())),
        "fileset" => file_set(it),
        "templatefile" => template_file(it),
        "templatestring" => it.string(0).and_then(|text| {
            let at = it.argument(0)?.at;
            let inside = Place::new(it.evaluator.files.inside(at, &text), Span::new(0, text.len()));
            filled(it, &text, inside)
        }),
        "jsonencode" => it.argument(0).map(|value| encoded(value, it.at)),
        "jsondecode" => decoded(it, true),
        "yamldecode" => decoded(it, false),
        "csvdecode" => it.string(0).and_then(|text| csv(it, &text)),
        "basename" => it
            .string(0)
            .and_then(|path| it.computed(Path::new(&path).file_name().unwrap_or_default().to_string_lossy())),
        "dirname" => it.string(0).and_then(|path| {
            let parent =
                Path::new(&path).parent().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
            it.computed(if parent.is_empty() { ".".to_owned() } else { parent })
        }),
        "urldecode" => it.string(0).and_then(|text| it.computed(url_decoded(&text)?)),
        "urlencode" => it.string(0).and_then(|text| {
            let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
            let one = |byte: u8| match byte {
                b' ' => "+".to_owned(),
                byte if plain(&byte) => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            };
            it.computed(text.bytes().map(one).collect::<String>())
        }),
        _ => return None,
    })
}

/// A value as JSON, which still knows the value.
pub(in super::super) fn encoded(value: &Value, at: Place) -> Value {
    let mut text = match json_text(value) {
        Ok(text) => Text::computed(text, at),
        // a member is not known; the others can still be read
        Err(why) => Text::hole(why.into(), at),
    };
    text.encodes = Some(value.clone());
    Value::text(text, at)
}

fn url_decoded(text: &str) -> Result<String, String> {
    let refused = || format!("`{text}` is not encoded for a URL");
    let (mut out, mut bytes) = (Vec::new(), text.bytes());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|digit| char::from(digit).to_digit(16));
                let (high, low) = (digit().ok_or_else(refused)?, digit().ok_or_else(refused)?);
                u8::try_from(high * 16 + low).map_err(|_| refused())?
            }
            byte => byte,
        });
    }
    String::from_utf8(out).map_err(|_| refused())
}

fn opened(it: &Call<'_>, path: &str) -> Result<FileId, String> {
    let named = it.scope.instance.root.join(path);
    it.evaluator.files.read(&named).map_err(|why| format!("the file `{path}` is not read: {why}"))
}

/// The whole of a file as one literal: a finding in it points at the file.
fn whole_file(it: &Call<'_>, path: &str) -> Outcome {
    let file = opened(it, path)?;
    let source = it.evaluator.files.text(file);
    let body = Span::new(0, source.text.len());
    let at = Place::new(file, body);
    let syntax = LiteralSyntax::Fixed("it is a whole file".into());
    let literal = Literal { at, body, value: source.text.clone(), escapes: Escapes::None, syntax };
    Ok(Value::text(Text::literal(literal), it.at))
}

fn template_file(it: &Call<'_>) -> Outcome {
    let file = opened(it, &it.string(0)?)?;
    let source = it.evaluator.files.text(file);
    filled(it, &source.text, Place::new(file, Span::new(0, source.text.len())))
}

/// A template with the names of the second argument.
fn filled(it: &Call<'_>, text: &str, at: Place) -> Outcome {
    let parsed =
        hcl_edit::parser::parse_template(text).map_err(|_| "the template cannot be read".to_owned())?;
    let names = it.map(1)?.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let scope = Scope { instance: it.scope.instance.clone(), names };
    Ok(it.evaluator.template(parsed.iter(), at, &scope))
}

/// The files of one folder whose names match. Patterns over several folders are not evaluated.
fn file_set(it: &Call<'_>) -> Outcome {
    let (folder, pattern) = (it.string(0)?, it.string(1)?);
    let (inner, name) = pattern.rsplit_once('/').unwrap_or(("", &pattern));
    if inner.contains(['*', '?', '[', '{']) || name.contains("**") {
        return Err(format!("`fileset` with `{pattern}` is not evaluated: it may match in several folders"));
    }
    let glob = globset::Glob::new(name).map_err(|_| format!("`{pattern}` is no pattern of files"))?;
    let (matcher, folder) = (glob.compile_matcher(), it.scope.instance.root.join(folder).join(inner));
    let names = it.evaluator.files.in_folder(&folder).into_iter().filter_map(|path| {
        let name = path.file_name()?.to_str()?.to_owned();
        matcher.is_match(&name).then(|| if inner.is_empty() { name } else { format!("{inner}/{name}") })
    });
    it.listed(names.map(|name| Value::computed(name, it.at)).collect())
}

/// The value that JSON or YAML encodes. If the text is a file, its literals are those of the file.
fn decoded(it: &Call<'_>, is_json: bool) -> Outcome {
    let argument = it.argument(0)?;
    if let Data::Text(text) = &argument.data {
        if let Some(value) = &text.encodes {
            return Ok(value.clone());
        }
        if let Some((literal, 0)) = text.as_literal()
            && literal.at.span == literal.body
        {
            let source = it.evaluator.files.text(literal.at.file);
            if source.text == text.string {
                let value = of_text(it.evaluator.files, literal.at.file, &source.text, is_json)?;
                return Ok(
                    value.used(&format!("{}(…)", if is_json { "jsondecode" } else { "yamldecode" }), it.at)
                );
            }
        }
    }
    let text = it.string(0)?;
    let inside = it.evaluator.files.inside(argument.at, &text);
    of_text(it.evaluator.files, inside, &text, is_json)
}

fn of_text(files: &Files<'_>, file: FileId, text: &str, is_json: bool) -> Outcome {
    let documents =
        Files::documents(text, is_json).map_err(|error| format!("it cannot be decoded: {error}"))?;
    let Some(document) = documents.first() else { return Err("it is empty".to_owned()) };
    let mut anchors = HashMap::new();
    anchored(document, &mut anchors);
    let scalar: fn(&str, Place) -> Value = if is_json { plain } else { plain_in_yaml };
    Decoding { files, file, anchors: &anchors, scalar }.value(document, 0)
}

/// A scalar of YAML without quotes, as Terraform's reader takes it.
fn plain_in_yaml(text: &str, at: Place) -> Value {
    let whole = |digits: &str, base| i64::from_str_radix(digits, base).ok().map(|it| Data::Number(it as f64));
    let is_date = text.len() == 10
        && text
            .char_indices()
            .all(|(at, it)| if matches!(at, 4 | 7) { it == '-' } else { it.is_ascii_digit() });
    let data = match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "True" | "TRUE" => Some(Data::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "False" | "FALSE" => Some(Data::Bool(false)),
        "Null" | "NULL" => Some(Data::Null),
        _ if is_date => return Value::computed(format!("{text}T00:00:00Z"), at),
        _ => match text.split_at_checked(2) {
            Some(("0x", digits)) => whole(digits, 16),
            Some(("0o", digits)) => whole(digits, 8),
            _ => None,
        },
    };
    data.map_or_else(|| plain(text, at), |data| Value::new(data, at))
}

fn anchored<'a>(node: &'a DocumentNode, anchors: &mut HashMap<usize, &'a DocumentNode>) {
    if node.anchor > 0 {
        anchors.insert(node.anchor, node);
    }
    for (key, value) in node.as_map() {
        anchored(key, anchors);
        anchored(value, anchors);
    }
    node.as_list().iter().for_each(|item| anchored(item, anchors));
}

/// Reads a document to a value.
struct Decoding<'a, 'n> {
    files: &'a Files<'a>,
    file: FileId,
    anchors: &'a HashMap<usize, &'n DocumentNode>,
    /// A scalar without quotes.
    scalar: fn(&str, Place) -> Value,
}

impl Decoding<'_, '_> {
    fn value(&self, node: &DocumentNode, depth: usize) -> Outcome {
        let (files, file, anchors) = (self.files, self.file, self.anchors);
        // an alias may lead to a node that holds the alias
        if depth > TEMPLATE_NESTING {
            return Err(format!("it is nested more than {TEMPLATE_NESTING} deep"));
        }
        let at = Place::new(file, node.span);
        let inner = |node: &DocumentNode| self.value(node, depth + 1);
        Ok(match &node.content {
            Content::Scalar(text, ScalarForm::Plain) if node.tag.is_none() => match (self.scalar)(text, at) {
                value if value.as_str() == Some(text) => {
                    Value::text(files.scalar(file, node).unwrap_or_default(), at)
                }
                value => value,
            },
            Content::Scalar(..) => Value::text(files.scalar(file, node).unwrap_or_default(), at),
            Content::Sequence(list) => Value::list(list.iter().map(inner).collect::<Result<_, _>>()?, at),
            Content::Mapping(map) => {
                let mut out = BTreeMap::new();
                for (key, value) in map {
                    let value = inner(value)?;
                    match (key.as_text(), value.as_map()) {
                        (Some("<<"), Some(merged)) => {
                            for (key, value) in merged {
                                out.entry(key.clone()).or_insert_with(|| value.clone());
                            }
                        }
                        (Some(key), _) => drop(out.insert(key.to_owned(), value)),
                        (None, _) => return Err("a key is no text".to_owned()),
                    }
                }
                Value::map(out, at)
            }
            Content::Alias(anchor) => match anchors.get(anchor) {
                Some(node) => inner(node)?,
                None => return Err("an alias has no anchor".to_owned()),
            },
        })
    }
}

/// The text that `jsonencode` makes: keys in order, no blanks, `<`, `>` and `&` escaped.
pub(super) fn json_text(value: &Value) -> Result<String, String> {
    Ok(match &value.data {
        Data::Unknown(why) => return Err(why.to_string()),
        Data::Null => "null".to_owned(),
        Data::Bool(is_true) => is_true.to_string(),
        Data::Number(number) => number_text(*number),
        Data::Text(text) => {
            if let Some(why) = text.first_hole() {
                return Err(why.to_string());
            }
            quoted(&text.string)
        }
        Data::List(list) => {
            let list: Result<Vec<String>, String> = list.iter().map(json_text).collect();
            format!("[{}]", list?.join(","))
        }
        Data::Map(map) => {
            let entry =
                |(key, value): (&String, &Value)| Ok(format!("{}:{}", quoted(key), json_text(value)?));
            let map: Result<Vec<String>, String> = map.iter().map(entry).collect();
            format!("{{{}}}", map?.join(","))
        }
    })
}

fn quoted(text: &str) -> String {
    let text = serde_json::Value::from(text).to_string();
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn csv(it: &Call<'_>, text: &str) -> Outcome {
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let fields =
        |line: &str| -> Vec<String> { line.split(',').map(|it| it.trim_matches('"').to_owned()).collect() };
    if text.contains("\"\"") || text.lines().any(|line| line.matches('"').count() % 2 == 1) {
        return Err("a CSV file with quoted quotes or newlines is not evaluated".to_owned());
    }
    let header = lines.next().map(fields).unwrap_or_default();
    let row = |line: &str| {
        let values = fields(line).into_iter().map(|value| Value::computed(value, it.at));
        Value::map(header.iter().cloned().zip(values).collect(), it.at)
    };
    if lines.clone().any(|line| fields(line).len() != header.len()) {
        return Err("a CSV file with commas in quotes is not evaluated".to_owned());
    }
    it.listed(lines.map(row).collect())
}
