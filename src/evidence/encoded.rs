//! Base64 payloads, by the bytes that they begin with.

use memchr::memmem::Finder;
use std::sync::LazyLock;

/// How base64 of gzip begins: `1f 8b 08`.
const BASE64_OF_GZIP: &[u8] = b"H4sI";

/// How base64 of Zstandard begins: `28 b5 2f fd`.
const BASE64_OF_ZSTANDARD: &[u8] = b"KLUv/";

/// What `eventVersion` is in base64, at each of the three places that its first byte can have in a group. Letters and digits only, so that
/// it is the same in the alphabet of URLs.
pub(super) const VERSION_IN_BASE64: [&str; 3] = ["ZXZlbnRWZXJzaW9u", "V2ZW50VmVyc2lvb", "ldmVudFZlcnNpb2"];

pub(super) static IN_BASE64: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| VERSION_IN_BASE64.map(Finder::new));

/// How base64 of JSON begins: `{"`, `{` and a newline, `[{"`, `[` and a newline.
const BASE64_OF_JSON: [&[u8]; 6] = [b"eyJ", b"ewo", b"ew0K", b"W3si", b"Wwog", b"Ww0K"];

/// Bytes of base64 from which on a line is taken for a payload of JSON, and not for a word.
const SHORTEST_JSON: usize = 32;

/// Whether the text is base64 of something that gzip or Zstandard compressed, and long enough for a log event.
pub(super) fn is_compressed(text: &[u8]) -> bool {
    let is_begin = text.starts_with(BASE64_OF_GZIP) || text.starts_with(BASE64_OF_ZSTANDARD);
    is_begin && text.len() >= SHORTEST_JSON && is_base64(text)
}

/// Whether the line is base64, also in the alphabet of URLs, of something that gzip compressed.
#[cfg(feature = "evidence")]
pub(super) fn is_base64_of_gzip(line: &[u8]) -> bool {
    line.starts_with(BASE64_OF_GZIP) && is_base64(line)
}

/// Whether the line begins a payload in base64: of something that gzip compressed, or of JSON.
pub(super) fn is_payload(line: &[u8]) -> bool {
    let is_json = line.len() >= SHORTEST_JSON && BASE64_OF_JSON.iter().any(|start| line.starts_with(start));
    (is_json || line.starts_with(BASE64_OF_GZIP)) && is_base64(line) || is_compressed(line)
}

pub(super) fn is_base64(line: &[u8]) -> bool {
    let is_base64 =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
    line.iter().all(is_base64)
}
