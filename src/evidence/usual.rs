//! Records as CloudTrail writes them: every member, wherever it is, has a name and a type of CloudTrail's records. Nearly all records are, and
//! nothing else has to be asked of them: nothing is hidden in another member, and no member is changed.

use super::values::begins_as_record;
use crate::engine::json::text::string_end;
use memchr::memchr2_iter;

/// Whether a record that was proved to be JSON begins as CloudTrail writes it, without blanks between its members, and has CloudTrail's
/// members only. A record for which this is false may be one, too.
#[inline]
pub(super) fn is_usual(record: &[u8]) -> bool {
    begins_as_record(record) && has_usual_members(record).unwrap_or_default()
}

fn has_usual_members(record: &[u8]) -> Option<bool> {
    let mut at = 1;
    loop {
        let key = at + 1;
        if record.get(at) != Some(&b'"') {
            return Some(false);
        }
        let (end, has_escapes) = string_end(record, at)?;
        let type_of = member_type(record.get(key..end)?);
        if has_escapes || type_of == Type::Other || record.get(end + 1) != Some(&b':') {
            return Some(false);
        }
        let value = end + 2;
        let after = match (record.get(value)?, type_of) {
            (b'"', Type::Object) => return Some(false),
            (b'"', _) => string_end(record, value)?.0 + 1,
            (b'{', _) => bracket_end(record, value, b'{', b'}')?,
            (b'[', _) => bracket_end(record, value, b'[', b']')?,
            _ => value + record.get(value..)?.iter().position(|byte| matches!(byte, b',' | b'}'))?,
        };
        match record.get(after)? {
            b',' => at = after + 1,
            last => return Some(*last == b'}' && after + 1 == record.len()),
        }
    }
}

/// The offset after the bracket that closes the one at `at`. Brackets in texts count, too: those that are no pairs lead to a place
/// where no member begins, so that the record is not usual.
fn bracket_end(text: &[u8], at: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0usize;
    let rest = text.get(at..)?;
    for found in memchr2_iter(open, close, rest) {
        if rest.get(found) == Some(&open) {
            depth += 1;
            continue;
        }
        depth = depth.checked_sub(1)?;
        if depth == 0 {
            return Some(at + found + 1);
        }
    }
    None
}

/// What CloudTrail writes as the value of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    /// An object, or null.
    Object,
    /// A text, a number, a list, `true` or `false`.
    Value,
    /// It does not write the member.
    Other,
}

#[inline]
fn member_type(key: &[u8]) -> Type {
    // by length first: most names are told apart by it
    let is_value = match key.len() {
        7 => key == b"eventID",
        8 => matches!(key, b"readOnly" | b"addendum"),
        9 => matches!(
            key,
            b"eventTime"
                | b"eventName"
                | b"awsRegion"
                | b"userAgent"
                | b"requestID"
                | b"eventType"
                | b"errorCode"
                | b"resources"
        ),
        10 => key == b"apiVersion",
        11 => key == b"eventSource",
        12 => matches!(key, b"eventVersion" | b"errorMessage" | b"eventContext"),
        13 => matches!(key, b"eventCategory" | b"vpcEndpointId" | b"sharedEventID"),
        15 => matches!(key, b"sourceIPAddress" | b"managementEvent"),
        18 => key == b"recipientAccountId",
        20 => key == b"vpcEndpointAccountId",
        28 => key == b"sessionCredentialFromConsole",
        _ => false,
    };
    if is_value {
        return Type::Value;
    }
    let is_object = match key.len() {
        10 => key == b"tlsDetails",
        12 => key == b"userIdentity",
        14 => key == b"insightDetails",
        16 => key == b"responseElements",
        17 => matches!(key, b"requestParameters" | b"edgeDeviceDetails"),
        19 => matches!(key, b"additionalEventData" | b"serviceEventDetails"),
        _ => false,
    };
    if is_object { Type::Object } else { Type::Other }
}

#[cfg(test)]
mod tests {
    use super::super::reads::{OBJECTS, SHARED, TELLING};
    use super::*;

    #[test]
    fn the_names_are_those_of_other_checks() {
        let names: Vec<&str> = TELLING.into_iter().chain(SHARED).collect();
        for name in &names {
            let expected = if OBJECTS.contains(name) { Type::Object } else { Type::Value };
            assert_eq!(member_type(name.as_bytes()), expected, "{name}");
            for other in [name.to_uppercase(), format!("{name}s"), name[1..].to_owned()] {
                assert_eq!(member_type(other.as_bytes()), Type::Other, "{other}");
            }
        }
    }

    #[test]
    fn brackets_in_texts_are_no_members() {
        let usual = r#"{"eventVersion":"1.08","userIdentity":{"a":{"b":"{}"}},"resources":[{"a":[]}],"readOnly":true}"#;
        assert!(is_usual(usual.as_bytes()));
        for other in [
            r#"{"eventVersion":"1.08","userIdentity":{"a":"}"},"EventName":"x"}"#,
            r#"{"eventVersion":"1.08","userIdentity":{"a":"{"},"EventName":"x"}"#,
            r#"{"eventVersion":"1.08","userIdentity":{"a":"},"},"EventName":"x"}"#,
            r#"{"eventVersion":"1.08","userIdentity":{"a":"},\"eventName\":\""},"EventName":"x"}"#,
            r#"{"eventVersion":"1.08","userIdentity":{},"x":{}}"#,
            r#"{"eventVersion":"1.08","userIdentity":"{}"}"#,
            r#"{"eventVersion":"1.08", "userIdentity":{}}"#,
            r#"{"eventVersion":"1.08","eventName\u0020":"x"}"#,
        ] {
            assert!(!is_usual(other.as_bytes()), "{other}");
        }
    }
}
