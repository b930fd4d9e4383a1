//! Events of CloudTrail as other tools write them: with some of the fields, under other names, or as text.
//!
//! A pattern for CloudTrail's own form cannot read these forms, and "no match" would be wrong. Events of applications seldom have
//! their marks. The search is cheap: most records do not have the bytes that it begins with.

use super::foreign::{Foreign, fold};
use super::marks::first_of;
use super::values::{object, string};
use aho_corasick::AhoCorasick;
use memchr::memmem::{self, Finder};
use std::ops::Range;
use std::sync::LazyLock;

/// Whether the object at `at` names an API call under another name than CloudTrail's, and a second fact of an event: what
/// `lookup-events --query`, Sentinel's tables and the like leave of an event.
pub(super) fn is_projected(text: &[u8], at: usize) -> bool {
    let (mut call, mut of_sdk, mut of_trail) = (false, false, false);
    for (key, value) in object(text, at) {
        if SDK.contains(&key.as_ref()) {
            of_sdk = true;
        }
        match fold(&key).as_str() {
            "eventname" if key != "eventName" => {
                call |= string(text, value).is_some_and(|name| is_call(&name));
            }
            "awsregion" | "sourceipaddress" | "recipientaccountid" | "accesskeyid" => of_trail = true,
            name if name.starts_with("useridentity") => of_trail = true,
            _ => {}
        }
    }
    call && (of_sdk || of_trail)
}

/// Members of an event of `lookup-events` besides its name.
const SDK: [&str; 6] = ["EventId", "EventTime", "EventSource", "Username", "ReadOnly", "Resources"];

/// Whether a record may have the name of a call under another name than `eventName`. Nearly always false, and cheap.
pub(super) fn may_be_projected(text: &[u8]) -> bool {
    names_of_call(text).any(|name| text.get(name) != Some(b"eventName"))
}

/// What a line of text is, if it is an event of CloudTrail as a tool writes it for people or for another system.
pub(super) fn of_text(line: &[u8]) -> Option<Foreign> {
    if is_header(line, &CEF) || is_header(line, &LEEF) {
        return Some(Foreign::Siem);
    }
    let is_title = line.first() == Some(&b'|') && memmem::find(line, b"LookupEvents").is_some();
    let is_named = || names_of_call(line).any(|name| is_key(line, &name));
    (is_title || is_named()).then_some(Foreign::Renamed)
}

static CEF: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("CEF:"));
static LEEF: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("LEEF:"));

/// Whether the line has a header of CEF or LEEF, `CEF:0|` or `LEEF:2.0|`, at its start or after the prefix of syslog.
fn is_header(line: &[u8], name: &Finder<'_>) -> bool {
    name.find_iter(line).any(|at| {
        let is_start = at == 0 || line.get(at - 1).is_some_and(|byte| matches!(byte, b' ' | b':' | b'"'));
        let after = line.get(at + name.needle().len()..).unwrap_or_default();
        let digits = after.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'.')).count();
        is_start && digits > 0 && after.get(digits) == Some(&b'|')
    })
}

/// Whether `name`, a part of the line, is a key with a value: `EventName: StopLogging`, `eventName=StopLogging`, `| EventName | …`, and the
/// value is a call of an API.
fn is_key(line: &[u8], name: &Range<usize>) -> bool {
    let after = line.get(name.end..).unwrap_or_default().trim_ascii_start();
    let after = after.strip_prefix(b"\"").or_else(|| after.strip_prefix(b"'")).unwrap_or(after);
    let Some((b':' | b'=' | b'|', value)) = after.trim_ascii_start().split_first() else { return false };
    let is_quote = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'');
    let start = value.iter().position(|byte| !is_quote(byte)).unwrap_or(value.len());
    let value = value.get(start..).unwrap_or_default();
    let length = value.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    value.get(..length).and_then(|word| std::str::from_utf8(word).ok()).is_some_and(is_call)
}

/// How the first word of `eventName` is spelled, what may be between the words, and how the second one is spelled.
const EVENT: [&str; 3] = ["event", "Event", "EVENT"];
const BETWEEN: [&str; 5] = ["", "_", " ", "-", "."];
const NAME: [&str; 2] = ["name", "Name"];

/// The spellings that [`may_be_projected`] knows, from their third letter on, which is the same for two of the first words.
pub(super) fn names_of_calls() -> impl Iterator<Item = String> {
    let ends =
        ["ent", "ENT"].into_iter().flat_map(|event| BETWEEN.map(|between| format!("{event}{between}")));
    ends.flat_map(|start| NAME.map(|name| format!("{start}{name}")))
}

static AME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("ame"));

/// The places where the text has `eventName` in any spelling: `EventName`, `event_name`, `Event Name`.
fn names_of_call(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    AME.find_iter(text).filter_map(|at| {
        let is_n = |at: &usize| text.get(*at).is_some_and(|byte| matches!(byte, b'n' | b'N'));
        let n = at.checked_sub(1).filter(is_n)?;
        let before = text.get(..n)?;
        let event = before.strip_suffix(b"_").or_else(|| before.strip_suffix(b" "));
        let event = event.or_else(|| before.strip_suffix(b"-")).or_else(|| before.strip_suffix(b"."));
        let begin = event.unwrap_or(before).len().checked_sub(5)?;
        let is_event = EVENT.iter().any(|event| text.get(begin..begin + 5) == Some(event.as_bytes()));
        is_event.then_some(begin..at + 3)
    })
}

/// Whether the word is the name of an API call: a verb of AWS's APIs and another word.
pub(super) fn is_call(word: &str) -> bool {
    let verb = VERBS.iter().filter(|verb| word.starts_with(**verb)).max_by_key(|verb| verb.len());
    let Some(rest) = verb.and_then(|verb| word.get(verb.len()..)) else { return false };
    rest.starts_with(|c: char| c.is_ascii_uppercase()) && rest.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether a word of the line is the name of an API call, as in the rows that `--query … --output text` prints, in XML, and in text that
/// is encoded for URLs.
pub(super) fn names_call(line: &[u8]) -> bool {
    // the automaton cannot fail for these texts
    let Some(verbs) = CALLS.as_ref() else { return true };
    verbs.find_iter(line).any(|verb| {
        let before = line.get(..verb.start()).unwrap_or_default();
        let before = before_word(before);
        let word = line.get(verb.start()..).unwrap_or_default();
        let length = word.iter().position(is_between).unwrap_or(word.len());
        let word = word.get(..length).and_then(|word| std::str::from_utf8(word).ok());
        // a colon is before a word, as in `cloudtrail:StopLogging`; after one it is that of a sentence
        let is_begin = before.last().is_none_or(|byte| *byte == b':' || is_between(byte));
        is_begin && word.is_some_and(is_call)
    })
}

/// What is before a word, without what may be glued to it: a quote in URLs, an escaped newline or tab. The path of a service's host ends
/// with a slash; that of a page does, too, and names no call.
fn before_word(before: &[u8]) -> &[u8] {
    let path = before.strip_suffix(b"/").filter(|host| host.ends_with(b".amazonaws.com"));
    let escapes: [&[u8]; 4] = [QUOTE_OF_URLS, b"\\t", b"\\n", b"\\r"];
    let escaped = escapes.iter().find_map(|escape| match before.strip_suffix(*escape)? {
        // the quote of URLs keeps its sign of percent
        rest if *escape == QUOTE_OF_URLS => Some(rest),
        rest => before.get(..rest.len() + 1),
    });
    path.map_or_else(|| escaped.unwrap_or(before), |_| b"")
}

/// The verbs of calls. No letter of a verb is between two words, so that no start of a word is within the match before it.
static CALLS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| first_of(VERBS));

/// Whether the byte is between two words.
fn is_between(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || b",;|\"'<>()[]{}=%&\\".contains(byte)
}

/// The digits of a quote in URLs, `%22`.
const QUOTE_OF_URLS: &[u8] = b"22";

/// The first words of 97 % of the operations of botocore 1.44.5, and of the console's sign-in events.
const VERBS: [&str; 60] = [
    "Accept",
    "Activate",
    "Add",
    "Assign",
    "Associate",
    "Assume",
    "Attach",
    "Authorize",
    "Batch",
    "Cancel",
    "Check",
    "Complete",
    "Console",
    "Copy",
    "Create",
    "Deactivate",
    "Decrypt",
    "Delete",
    "Deregister",
    "Describe",
    "Detach",
    "Disable",
    "Disassociate",
    "Enable",
    "Execute",
    "Export",
    "Generate",
    "Get",
    "Import",
    "Invoke",
    "List",
    "Lookup",
    "Modify",
    "Publish",
    "Put",
    "Query",
    "Reboot",
    "Register",
    "Reject",
    "Remove",
    "Replace",
    "Reset",
    "Restore",
    "Resume",
    "Revoke",
    "Run",
    "Search",
    "Send",
    "Set",
    "Start",
    "Stop",
    "Submit",
    "Switch",
    "Tag",
    "Terminate",
    "Test",
    "Untag",
    "Update",
    "Upload",
    "Verify",
];
