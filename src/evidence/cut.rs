//! Files whose beginning is missing: `tail -c`, a log that was rotated, a download that was continued.

/// Whether the first line of a text is the rest of a JSON object that began before it: the line closes more brackets than it opens, or is a
/// member of an object that is printed over several lines.
pub(super) fn is_rest_of_object(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let line = line.strip_suffix(b",").unwrap_or(line);
    is_member(line) || closes_more(line)
}

/// Whether the line is a key and the start of its value, as JSON is printed.
fn is_member(line: &[u8]) -> bool {
    let Some((b'"', key)) = line.split_first() else { return false };
    let length = key.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.@".contains(byte)).count();
    let value = key.get(length..).and_then(|rest| rest.strip_prefix(b"\":")).map(<[u8]>::trim_ascii_start);
    let is_number = |value: &[u8]| value.iter().all(|byte| byte.is_ascii_digit());
    length > 0
        && value.is_some_and(|value| match value.first() {
            Some(b'"') => value.len() > 1 && value.ends_with(b"\""),
            Some(b'{' | b'[') => true,
            _ => matches!(value, b"true" | b"false" | b"null") || !value.is_empty() && is_number(value),
        })
}

/// Whether more brackets end than begin, from the end of the line on, which is outside of strings.
fn closes_more(line: &[u8]) -> bool {
    let (mut open, mut is_string, mut has_member) = (0i64, false, false);
    if !line.ends_with(b"}") && !line.ends_with(b"]") {
        return false;
    }
    for (at, byte) in line.iter().enumerate().rev() {
        match byte {
            b'"' if !is_escaped(line, at) => {
                let after = line.get(at + 1..).unwrap_or_default().trim_ascii_start();
                has_member |= !is_string && after.starts_with(b":");
                is_string = !is_string;
            }
            b'}' | b']' if !is_string => open += 1,
            b'{' | b'[' if !is_string => open -= 1,
            _ => {}
        }
        if open < 0 {
            return false;
        }
    }
    open > 0 && has_member
}

/// Whether an odd number of backslashes is before the byte.
fn is_escaped(line: &[u8], at: usize) -> bool {
    let before = line.get(..at).unwrap_or_default();
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_an_object_is_told_from_text() {
        for rest in [
            r#"true,"eventType":"AwsApiCall","recipientAccountId":"123456789012"}"#,
            r#"east-1","eventID":"2"}]}"#,
            r#"east-1","eventID":"2"},{"eventID":"3"}]}"#,
            r#"a \"b","c":{"d":"{\""}},"#,
            r#"  "eventID": "2","#,
            r#""userIdentity": {"#,
        ] {
            assert!(is_rest_of_object(rest.as_bytes()), "{rest}");
        }
        for text in [
            r#"INFO got {"a":1}"#,
            r#"{"a":1}"#,
            r#"INFO got [{"a":{"b":"}"}}]"#,
            "INFO the end }",
            r#"${name}} is "x""#,
            r#""GET / HTTP/1.1" 200"#,
            r#""a": quoted text"#,
            r#"a "b" }"#,
            "",
        ] {
            assert!(!is_rest_of_object(text.as_bytes()), "{text}");
        }
    }
}
