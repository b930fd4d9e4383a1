//! Base64 payloads, by the bytes that they begin with.

/// How base64 of gzip begins: `1f 8b 08`.
const BASE64_OF_GZIP: &[u8] = b"H4sI";

/// How base64 of JSON begins: `{"`, `{` and a newline, `[{"`, `[` and a newline.
const BASE64_OF_JSON: [&[u8]; 6] = [b"eyJ", b"ewo", b"ew0K", b"W3si", b"Wwog", b"Ww0K"];

/// Bytes of base64 from which on a line is taken for a payload of JSON, and not for a word.
const SHORTEST_JSON: usize = 32;

/// Whether the line is base64, also in the alphabet of URLs, of something that gzip compressed.
#[cfg(feature = "evidence")]
pub(super) fn is_base64_of_gzip(line: &[u8]) -> bool {
    line.starts_with(BASE64_OF_GZIP) && is_base64(line)
}

/// Whether the line begins a payload in base64: of something that gzip compressed, or of JSON.
pub(super) fn is_payload(line: &[u8]) -> bool {
    let is_json = line.len() >= SHORTEST_JSON && BASE64_OF_JSON.iter().any(|start| line.starts_with(start));
    (is_json || line.starts_with(BASE64_OF_GZIP)) && is_base64(line)
}

pub(super) fn is_base64(line: &[u8]) -> bool {
    let is_base64 =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
    line.iter().all(is_base64)
}
