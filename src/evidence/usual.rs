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

/// The same for a record of a file of many: its members take as long as half of a match, so that all members of the first records and of each
/// further sixteenth one are looked at, and of others the first and last one. `number`: the record's number in the file, from 1.
#[inline]
pub(super) fn is_usual_of_many(record: &[u8], number: u64) -> bool {
    if number <= ALL_MEMBERS_UP_TO || number.is_multiple_of(ALL_MEMBERS_EACH) {
        return is_usual(record);
    }
    begins_as_usual(record) && ends_as_usual(record)
}

/// Of the first records of a file, up to this number, all members are read.
const ALL_MEMBERS_UP_TO: u64 = 64;
/// After them, all members of each record whose number is a multiple of this are read.
const ALL_MEMBERS_EACH: u64 = 16;

/// Whether the text begins as nearly all records of CloudTrail do: the version, and the object `userIdentity`.
fn begins_as_usual(record: &[u8]) -> bool {
    let Some(version) = record.strip_prefix(b"{\"eventVersion\":\"1.") else { return false };
    let digits = version.iter().take_while(|byte| byte.is_ascii_digit()).count();
    version.get(digits..).is_some_and(|rest| rest.starts_with(b"\",\"userIdentity\":{"))
}

/// Whether the last member of an object is `tlsDetails`, or a short value that holds no object.
fn ends_as_usual(record: &[u8]) -> bool {
    // shorter than a payload
    const SHORT: usize = 30;
    const TLS: &[u8] = b"\"tlsDetails\":";
    let Some((inside, b'}')) = record.split_last().map(|(last, inside)| (inside, *last)) else {
        return false;
    };
    match inside.last() {
        Some(b'"') => {
            let value = inside.get(..inside.len() - 1).unwrap_or_default();
            let start = value.len().saturating_sub(SHORT);
            let quote = memchr::memrchr(b'"', value.get(start..).unwrap_or_default());
            // a quote within a text is escaped
            quote.is_some_and(|quote| value.get((start + quote).wrapping_sub(1)) != Some(&b'\\'))
        }
        Some(b'}') if !inside.ends_with(b"}}") => {
            let brace = memchr::memrchr(b'{', inside).unwrap_or_default();
            inside.get(..brace).is_some_and(|before| before.ends_with(TLS))
        }
        // `true`, `false`, `null` and numbers
        Some(last) => last.is_ascii_alphanumeric(),
        None => false,
    }
}

fn has_usual_members(record: &[u8]) -> Option<bool> {
    // nearly all records have their members in this order, and some are left out
    let mut expected = MEMBERS.iter();
    let mut at = 1;
    loop {
        let rest = record.get(at..)?;
        let is_key = |(key, _): &&(&[u8], Type)| rest.starts_with(key);
        let Some((key, type_of)) = expected.find(is_key).or_else(|| MEMBERS.iter().find(is_key)) else {
            return Some(false);
        };
        let value = at + key.len();
        let after = match (record.get(value)?, type_of) {
            (b'"', Type::Object) => return Some(false),
            (b'"', Type::Value) => string_end(record, value)?.0 + 1,
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
}

/// The members of CloudTrail's records in the order in which it writes them, each as it is before its value.
const MEMBERS: [(&[u8], Type); 32] = [
    (b"\"eventVersion\":", Type::Value),
    (b"\"userIdentity\":", Type::Object),
    (b"\"eventTime\":", Type::Value),
    (b"\"eventSource\":", Type::Value),
    (b"\"eventName\":", Type::Value),
    (b"\"awsRegion\":", Type::Value),
    (b"\"sourceIPAddress\":", Type::Value),
    (b"\"userAgent\":", Type::Value),
    (b"\"errorCode\":", Type::Value),
    (b"\"errorMessage\":", Type::Value),
    (b"\"requestParameters\":", Type::Object),
    (b"\"responseElements\":", Type::Object),
    (b"\"additionalEventData\":", Type::Object),
    (b"\"requestID\":", Type::Value),
    (b"\"eventID\":", Type::Value),
    (b"\"readOnly\":", Type::Value),
    (b"\"resources\":", Type::Value),
    (b"\"eventType\":", Type::Value),
    (b"\"apiVersion\":", Type::Value),
    (b"\"managementEvent\":", Type::Value),
    (b"\"recipientAccountId\":", Type::Value),
    (b"\"serviceEventDetails\":", Type::Object),
    (b"\"sharedEventID\":", Type::Value),
    (b"\"vpcEndpointId\":", Type::Value),
    (b"\"vpcEndpointAccountId\":", Type::Value),
    (b"\"eventCategory\":", Type::Value),
    (b"\"addendum\":", Type::Value),
    (b"\"insightDetails\":", Type::Object),
    (b"\"edgeDeviceDetails\":", Type::Object),
    (b"\"eventContext\":", Type::Value),
    (b"\"tlsDetails\":", Type::Object),
    (b"\"sessionCredentialFromConsole\":", Type::Value),
];

#[cfg(test)]
mod tests {
    use super::super::reads::{OBJECTS, SHARED, TELLING};
    use super::*;

    #[test]
    fn the_names_are_those_of_other_checks() {
        let quoted = |name: &str| format!("\"{name}\":").into_bytes();
        let mut names: Vec<(Vec<u8>, bool)> =
            TELLING.into_iter().chain(SHARED).map(|name| (quoted(name), OBJECTS.contains(&name))).collect();
        let mut found: Vec<(Vec<u8>, bool)> =
            MEMBERS.iter().map(|(key, type_of)| (key.to_vec(), *type_of == Type::Object)).collect();
        names.sort();
        found.sort();
        assert_eq!(names, found);
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

    #[test]
    fn members_in_another_order_are_usual() {
        let record =
            r#"{"eventVersion":"1.08","eventName":"x","awsRegion":"y","eventTime":"z","userIdentity":null}"#;
        assert!(is_usual(record.as_bytes()));
    }
}
