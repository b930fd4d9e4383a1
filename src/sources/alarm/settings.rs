//! Settings of resources as texts that may be unknown.

use crate::metric_settings::Setting;
use crate::sources::files::{Files, is_configuration};

use crate::sources::value::{Data, Origin, Piece, Place, Text, Value};

/// A setting of an evaluated resource. A setting that is null is not set.
pub(crate) fn setting(files: &Files<'_>, value: Option<&Value>) -> Setting {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Setting::default() };
    let Some(text) = value.to_text() else {
        return Setting::unknown(format!("it is {}", value.kind()));
    };
    let Some(why) = text.first_hole() else { return Setting::known(text.string) };
    let mut unknown = Setting::unknown(why.to_string());
    unknown.written = written_text(&text);
    unknown.key = key(files, &text);
    unknown.address = address_of(&text);
    unknown.tail = tail(&text);
    unknown
}

/// The text with the reason in the place of each part that is not known.
fn written_text(text: &Text) -> String {
    let (mut written, mut start) = (String::new(), 0);
    let is_alone = text.pieces.len() == 1;
    for piece in &text.pieces {
        match &piece.origin {
            Origin::Hole(why, _) if is_alone => written += why,
            Origin::Hole(why, _) => written += &format!("({why})"),
            Origin::Literal(..) | Origin::Computed(_) => {
                let end = start + piece.length;
                written += text.string.get(start..end).unwrap_or_default();
                start = end;
            }
        }
    }
    written
}

/// Equal for two texts that are equal at deployment: the parts that are known, and the references that are not, as they are written and
/// with the folder or template that they are in.
fn key(files: &Files<'_>, text: &Text) -> String {
    let (mut key, mut start) = (String::new(), 0);
    for piece in &text.pieces {
        match &piece.origin {
            Origin::Hole(why, place) => key += &format!("\u{0}{why}\u{1}{}\u{0}", written(files, *place)),
            Origin::Literal(..) | Origin::Computed(_) => {
                let end = start + piece.length;
                key += text.string.get(start..end).unwrap_or_default();
                start = end;
            }
        }
    }
    key
}

/// An expression with its folder, because the files of a folder of Terraform have the same names, or with its file.
fn written(files: &Files<'_>, place: Place) -> String {
    let outer = files.outer(place);
    let (file, home) = (files.text(place.file), files.text(outer.file));
    let scope = if is_configuration(&home.path) { home.path.parent() } else { Some(home.path.as_path()) };
    let expression = place.span.of(&file.text).trim();
    // the span of a map may be its first byte: then only the place tells it from others
    let place = if expression.len() < 2 { outer.span.start } else { 0 };
    format!("{}\u{1}{expression}\u{1}{place}", scope.unwrap_or(&home.path).display())
}

fn address_of(text: &Text) -> Option<String> {
    let [piece] = text.pieces.as_slice() else { return None };
    let Origin::Hole(why, _) = &piece.origin else { return None };
    address(why)
}

/// The resource that an unknown text is a reference to, by the reason: `aws_sns_topic.a` or `module.a.aws_sns_topic.b` in Terraform, a logical
/// id in templates.
pub(super) fn address(why: &str) -> Option<String> {
    let (reference, rest) = why.strip_prefix('`')?.split_once('`')?;
    if !rest.starts_with(" is known only when") {
        return None;
    }
    let ends = [".arn", ".id", ".TopicArn", ".Arn", ".Ref"];
    let end = ends.into_iter().find_map(|end| reference.strip_suffix(end));
    Some(end.unwrap_or(reference).to_owned())
}

/// The text after the last part that is not known.
fn tail(text: &Text) -> String {
    let is_hole = |piece: &Piece| matches!(piece.origin, Origin::Hole(..));
    let after = text.pieces.iter().rev().take_while(|piece| !is_hole(piece)).map(|piece| piece.length);
    let length: usize = after.sum();
    text.string.get(text.string.len().saturating_sub(length)..).unwrap_or_default().to_owned()
}

/// A number or another value that is read from a text. `Ok(None)` if it is not set.
///
/// # Errors
/// If the setting is not known, or is not such a value.
pub(crate) fn parsed<T: std::str::FromStr>(value: Option<&Value>, name: &str) -> Result<Option<T>, String> {
    let Some(value) = value.filter(|value| !value.is_null() && value.as_str() != Some("")) else {
        return Ok(None);
    };
    if let Some(why) = value.any_unknown() {
        return Err(format!("`{name}` is not known: {why}"));
    }
    let text = value.to_string().map(|text| text.trim().to_owned());
    let read = text.as_deref().and_then(|text| text.parse().ok());
    read.map(Some).ok_or_else(|| format!("`{name}` cannot be read"))
}

/// A truth value, also as a text: CloudFormation and states have `"true"`. `None` if it is not known, or another value.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    value.to_string()?.trim().to_ascii_lowercase().parse().ok()
}

/// The texts of a list. `None` if some are not known.
pub(crate) fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    match value.map(|value| &value.data) {
        None | Some(Data::Null) => Some(Vec::new()),
        Some(Data::List(list)) => list.iter().map(Value::to_string).collect(),
        Some(_) => None,
    }
}

/// The names of dimensions: the keys of a map, or a member of each entry of a list. `None` if some are not known.
pub(crate) fn dimensions(value: Option<&Value>, members: &[&str]) -> Option<Vec<String>> {
    match value.map(|value| &value.data) {
        None | Some(Data::Null) => Some(Vec::new()),
        Some(Data::Map(map)) => Some(map.keys().cloned().collect()),
        Some(Data::List(list)) => {
            let name = |it: &Value| members.iter().find_map(|member| it.get(member))?.to_string();
            list.iter().map(name).collect()
        }
        Some(_) => None,
    }
}
