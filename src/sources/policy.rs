//! Account policies: the pattern of a subscription for a whole account is a member of a JSON text.

use super::files::Files;
use super::value::{Data, Origin, Piece, Text, Value};
use serde_json::Value as Json;

/// The pattern in a policy document. `None` if the policy is of another kind, or its document has no pattern.
pub(super) fn pattern(files: &Files<'_>, kind: Option<&Value>, document: Option<&Value>) -> Option<Value> {
    let document = document?;
    match kind.and_then(Value::as_str) {
        Some("SUBSCRIPTION_FILTER_POLICY") => {}
        Some(_) => return None,
        None => {
            let why = kind.and_then(Value::any_unknown).unwrap_or_else(|| "the policy has no type".into());
            return Some(Value::unknown(why, document.at));
        }
    }
    let text = match &document.data {
        Data::Text(text) => text,
        Data::Map(map) => return map.get("FilterPattern").cloned(),
        Data::Unknown(_) => return Some(document.clone()),
        Data::Null | Data::Bool(_) | Data::Number(_) | Data::List(_) => return None,
    };
    if let Some(encoded) = &text.encodes {
        return encoded.get("FilterPattern").cloned();
    }
    let filled = stood_in(text);
    let missing = text.first_hole();
    let unreadable = || {
        let why = missing.cloned().unwrap_or_else(|| "the policy document is no JSON object".into());
        Some(Value::unknown(why, document.at))
    };
    let Ok(Json::Object(members)) = serde_json::from_str::<Json>(&filled) else { return unreadable() };
    let pattern = members.get("FilterPattern")?.as_str()?.to_owned();
    if let Some(why) = missing.filter(|_| pattern.contains(STAND_IN)) {
        return Some(Value::unknown(why.clone(), document.at));
    }
    let Ok(parsed) = super::json::read(&filled) else { return unreadable() };
    let span = parsed.get("FilterPattern")?.span;
    // the literal inside the text, as its part: places go through both
    let inside = files.inside(document.at, &filled);
    let part = super::value::Literal {
        at: super::value::Place::new(inside, span),
        body: span.within(1, 1),
        value: pattern.clone(),
        escapes: super::align::Escapes::Backslash,
        syntax: super::literal::LiteralSyntax::Fixed("it is in a JSON text".into()),
    };
    let piece = Piece { length: pattern.len(), origin: Origin::Literal(std::rc::Rc::new(part), 0) };
    let found = Text { string: pattern, pieces: vec![piece], encodes: None };
    Some(Value { data: Data::Text(std::rc::Rc::new(found)), ..document.clone() })
}

/// A character for private use, which no pattern has.
const STAND_IN: char = '\u{e000}';

/// The text with a character for each part that is not known, such as the ARN of the destination.
fn stood_in(text: &Text) -> String {
    let (mut out, mut start) = (String::new(), 0);
    for piece in &text.pieces {
        match piece.origin {
            Origin::Hole(..) => out.push(STAND_IN),
            Origin::Literal(..) | Origin::Computed(_) => {
                out += text.string.get(start..start + piece.length).unwrap_or_default();
                start += piece.length;
            }
        }
    }
    out
}
