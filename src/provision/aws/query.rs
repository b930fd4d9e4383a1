//! AWS's query protocol: a form as the request, XML as the answer.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

/// The input as a form: lists as `Name.member.1`, objects of a list of tags as `Tags.member.1.Key`.
pub(super) fn form(operation: &str, version: &str, input: &Value) -> String {
    let mut pairs =
        vec![("Action".to_owned(), operation.to_owned()), ("Version".to_owned(), version.to_owned())];
    flatten("", input, &mut pairs);
    let pair = |(key, value): &(String, String)| format!("{}={}", encoded(key), encoded(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn flatten(prefix: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let dot = if prefix.is_empty() { "" } else { "." };
                flatten(&format!("{prefix}{dot}{key}"), value, pairs);
            }
        }
        Value::Array(list) => {
            for (number, value) in (1..).zip(list) {
                flatten(&format!("{prefix}.member.{number}"), value, pairs);
            }
        }
        Value::String(text) => pairs.push((prefix.to_owned(), text.clone())),
        other => pairs.push((prefix.to_owned(), other.to_string())),
    }
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// An element that is open: its name, the elements in it, and its text.
type Element = (String, Vec<(String, Value)>, String);

/// XML as JSON: elements are objects, `member`s are lists, `entry`s with `key` and `value` are objects, and the rest are texts.
pub(super) fn value(xml: &[u8]) -> Result<Value, String> {
    /// Nesting beyond any answer of these services.
    const DEPTH: usize = 32;
    let text = std::str::from_utf8(xml).map_err(|error| error.to_string())?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) if open.len() < DEPTH => {
                let name = String::from_utf8_lossy(tag.local_name().as_ref()).into_owned();
                open.push((name, Vec::new(), String::new()));
            }
            Event::Start(_) => return Err("the answer is nested too deeply".to_owned()),
            Event::Empty(tag) => {
                let name = String::from_utf8_lossy(tag.local_name().as_ref()).into_owned();
                open.last_mut().ok_or("no element")?.1.push((name, Value::String(String::new())));
            }
            Event::Text(text) => {
                open.last_mut().ok_or("no element")?.2 += &text.decode().map_err(|it| it.to_string())?
            }
            Event::CData(text) => {
                open.last_mut().ok_or("no element")?.2 += &text.decode().map_err(|it| it.to_string())?
            }
            Event::GeneralRef(name) => {
                let name = name.decode().map_err(|error| error.to_string())?;
                let whole = format!("&{name};");
                let text = quick_xml::escape::unescape(&whole).map_err(|error| error.to_string())?;
                open.last_mut().ok_or("no element")?.2 += &text;
            }
            Event::End(_) => {
                let (name, children, text) = open.pop().ok_or("no element")?;
                let parent = open.last_mut().ok_or("an element that was not opened")?;
                parent.1.push((name, closed(children, text)));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let (_, children, text) = open.pop().ok_or("no element")?;
    Ok(closed(children, text))
}

fn closed(children: Vec<(String, Value)>, text: String) -> Value {
    let all = |name: &str| children.iter().all(|(child, _)| child == name);
    if children.is_empty() {
        Value::String(text)
    } else if all("member") {
        children.into_iter().map(|(_, value)| value).collect()
    } else if all("entry") {
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let entries = children.iter();
        let pair = |value: &Value| Some((text(value, "key")?, Value::String(text(value, "value")?)));
        Value::Object(entries.filter_map(|(_, value)| pair(value)).collect::<Map<_, _>>())
    } else {
        Value::Object(children.into_iter().collect::<Map<_, _>>())
    }
}

/// Code and message of a refusal, in JSON or XML.
pub(super) fn refusal(body: &[u8]) -> (Option<String>, Option<String>) {
    let text =
        |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    if let Ok(json) = serde_json::from_slice::<Value>(body) {
        let code = text(&json, "/__type").or_else(|| text(&json, "/code"));
        // some answers have the namespace in front
        let code = code.map(|code| code.rsplit('#').next().unwrap_or_default().to_owned());
        return (code, text(&json, "/message").or_else(|| text(&json, "/Message")));
    }
    let xml = value(body).unwrap_or_default();
    let part = |name: &str| {
        ["/ErrorResponse/Error/", "/Response/Errors/Error/", "/Error/"]
            .iter()
            .find_map(|start| text(&xml, &format!("{start}{name}")))
    };
    (part("Code"), part("Message"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn forms_and_answers() {
        let input = json!({ "Name": "a b", "Tags": [{ "Key": "k", "Value": "\u{e9}" }], "Return": true });
        let text = "Action=CreateTopic&Version=2010-03-31&Name=a%20b&Return=true&Tags.member.1.Key=k&Tags.member.1.Value=%C3%A9";
        assert_eq!(form("CreateTopic", "2010-03-31", &input), text);
        let xml = b"<?xml version=\"1.0\"?><A xmlns=\"x\"><Attributes><entry><key>Policy</key><value>{&quot;a&quot;:&lt;1}</value></entry></Attributes>\
            <Tags><member><Key>k</Key><Value>v</Value></member></Tags><Empty/></A>";
        let expected = json!({ "A": {
            "Attributes": { "Policy": "{\"a\":<1}" }, "Tags": [{ "Key": "k", "Value": "v" }], "Empty": "",
        } });
        assert_eq!(value(xml).unwrap(), expected);
        assert!(value(b"<a></b>").is_err() && value(&b"<a>".repeat(40)).is_err());
    }

    #[test]
    fn refusals() {
        let xml = b"<ErrorResponse><Error><Code>NotFound</Code><Message>m</Message></Error></ErrorResponse>";
        let json = br#"{"__type":"com.amazonaws.logs#NotFound","message":"m"}"#;
        for body in [xml.as_slice(), json] {
            assert_eq!(refusal(body), (Some("NotFound".to_owned()), Some("m".to_owned())));
        }
        assert_eq!(refusal(b"\xff<"), (None, None));
    }
}
