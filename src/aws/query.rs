//! AWS's query protocol: a form as the request, XML as the answer.

use super::calls::text;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use roxmltree::{Document, Node};
use serde_json::{Value, json};

/// The input as a form: lists as `Name.member.1`, objects of a list of tags as `Tags.member.1.Key`.
pub(super) fn form(operation: &str, version: &str, input: &Value) -> String {
    let mut form = format!("Action={operation}&Version={version}");
    flatten("", input, &mut |name, value| {
        let [name, value] = [name, value].map(|text| utf8_percent_encode(text, ENCODED));
        form += &format!("&{name}={value}");
    });
    form
}

/// All but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn flatten(name: &str, value: &Value, add: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::Object(map) => {
            let dot = if name.is_empty() { "" } else { "." };
            map.iter().for_each(|(key, value)| flatten(&format!("{name}{dot}{key}"), value, add));
        }
        Value::Array(list) => {
            let numbered = (1..).zip(list);
            numbered.for_each(|(number, value)| flatten(&format!("{name}.member.{number}"), value, add));
        }
        Value::String(text) => add(name, text),
        other => add(name, &other.to_string()),
    }
}

/// XML as JSON: elements are objects, `member`s are lists, `entry`s with `key` and `value` are objects, and the rest are texts.
pub(super) fn value(xml: &[u8]) -> Result<Value, String> {
    /// Nesting beyond any answer of these services.
    const DEPTH: usize = 32;
    let text = std::str::from_utf8(xml).map_err(|error| error.to_string())?;
    let document = Document::parse(text).map_err(|error| error.to_string())?;
    let name = document.root_element().tag_name().name();
    element(document.root_element(), DEPTH).map(|value| json!({ name: value }))
}

fn element(node: Node<'_, '_>, depth: usize) -> Result<Value, String> {
    let depth = depth.checked_sub(1).ok_or("the answer is nested too deeply")?;
    let children = node.children().filter(Node::is_element);
    let children = children.map(|it| Ok((it.tag_name().name(), element(it, depth)?)));
    let children: Vec<(&str, Value)> = children.collect::<Result<_, String>>()?;
    let all = |name: &str| children.iter().all(|(child, _)| *child == name);
    Ok(if children.is_empty() {
        let texts = node.children().filter_map(|it| it.text());
        Value::String(texts.collect())
    } else if all("member") {
        children.into_iter().map(|(_, value)| value).collect()
    } else if all("entry") {
        let entry = |value: &Value| (text(value, "key").to_owned(), json!(text(value, "value")));
        Value::Object(children.iter().map(|(_, value)| entry(value)).collect())
    } else {
        Value::Object(children.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    })
}

/// Code and message of a refusal, in JSON or XML.
pub(super) fn refusal(body: &[u8]) -> (Option<String>, Option<String>) {
    let first = |value: &Value, pointers: &[&str]| {
        pointers.iter().find_map(|it| value.pointer(it)?.as_str()).map(str::to_owned)
    };
    if let Ok(json) = serde_json::from_slice::<Value>(body) {
        // some answers have the namespace in front
        let code = first(&json, &["/__type", "/code"]);
        let code = code.map(|code| code.rsplit('#').next().unwrap_or_default().to_owned());
        return (code, first(&json, &["/message", "/Message"]));
    }
    let xml = value(body).unwrap_or_default();
    let error =
        ["/ErrorResponse/Error", "/Response/Errors/Error", "/Error"].iter().find_map(|it| xml.pointer(it));
    let part = |name: &str| first(error?, &[name]);
    (part("/Code"), part("/Message"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
