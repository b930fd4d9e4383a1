//! Base64 payloads, by the bytes that they begin with.

use super::zlib::inflates;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// How base64 of gzip begins: `1f 8b 08`.
const BASE64_OF_GZIP: &[u8] = b"H4sI";

/// How base64 of something compressed begins: gzip, Zstandard, xz, zip, 7z and lz4, also in the alphabet of URLs. bzip2 has its level before
/// [`BASE64_OF_BZIP2`].
const BASE64_OF_COMPRESSED: [&[u8]; 8] =
    [b"H4sI", b"KLUv/", b"KLUv_", b"/Td6WFoA", b"_Td6WFoA", b"UEsDB", b"N3q8ryc", b"BCJNG"];

/// What base64 of bzip2 has from its seventh character on: `BZh`, the level, and this.
const BASE64_OF_BZIP2: &[u8] = b"FBWSZTW";

/// What each text has that [begins something compressed](begins_compressed), for a first search.
pub(super) const COMPRESSED_MARKS: [&str; 7] =
    ["H4sI", "KLUv", "Td6WFoA", "UEsDB", "N3q8ryc", "BCJNG", "FBWSZTW"];

/// Where a mark is in the text that it begins.
pub(super) fn mark_offset(mark: &[u8]) -> usize {
    match mark {
        b"Td6WFoA" => 1,
        BASE64_OF_BZIP2 => 6,
        _ => 0,
    }
}

/// Whether the text begins as base64 of something compressed does.
pub(super) fn begins_compressed(text: &[u8]) -> bool {
    BASE64_OF_COMPRESSED.iter().any(|start| text.starts_with(start))
        || text.starts_with(b"Qlpo") && text.get(6..).is_some_and(|text| text.starts_with(BASE64_OF_BZIP2))
}

/// How base64 of what zlib compressed begins, after the quote of a string: 78, the level (01, 5e, 9c, da), and two bits of what follows. Too
/// short for anything but a long text.
pub(super) const ZLIB_MARKS: [&str; 16] = [
    "\"eAE", "\"eAF", "\"eAG", "\"eAH", "\"eF4", "\"eF5", "\"eF6", "\"eF7", "\"eJw", "\"eJx", "\"eJy",
    "\"eJz", "\"eNo", "\"eNp", "\"eNq", "\"eNr",
];

/// Whether the text begins with base64 of what zlib compressed, and is long enough.
pub(super) fn begins_zlib(text: &[u8]) -> bool {
    let is_begun = |begin: &[u8]| {
        ZLIB_MARKS.iter().any(|mark| begin.starts_with(mark.trim_start_matches('"').as_bytes()))
    };
    text.get(..SHORTEST_OF_SHORT_MARK).is_some_and(|begin| is_begun(begin) && is_base64(begin))
        && inflates(text)
}

/// What `eventVersion` is in base64, at each of the three places that its first byte can have in a group. Letters and digits only, so that
/// it is the same in the alphabet of URLs.
pub(super) const VERSION_IN_BASE64: [&str; 3] = ["ZXZlbnRWZXJzaW9u", "V2ZW50VmVyc2lvb", "ldmVudFZlcnNpb2"];

pub(super) static IN_BASE64: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| VERSION_IN_BASE64.map(Finder::new));

/// How base64 of JSON begins: `{"`, `{` and a newline, `[{"`, `[` and a newline; in UTF-16 with a byte order mark or without.
const BASE64_OF_JSON: [&[u8]; 16] = [
    b"eyJ", b"ewo", b"ew0K", b"W3si", b"Wwog", b"Ww0K", b"//57A", b"//5bA", b"ewAiA", b"WwB7A", b"/v8Ae",
    b"/v8AW", b"__57A", b"__5bA", b"_v8Ae", b"_v8AW",
];

/// How base64 of base64 of JSON or of gzip begins.
const BASE64_OF_BASE64: [&[u8]; 6] = [b"ZXlK", b"ZXdv", b"ZXcw", b"VzNz", b"V3dv", b"SDRz"];

/// Bytes of base64 from which on a line is taken for a payload of JSON, and not for a word.
const SHORTEST_JSON: usize = 32;

/// The same for what has a mark of three or four characters.
const SHORTEST_OF_SHORT_MARK: usize = 64;

/// Whether the text is base64 of something that is compressed, and long enough for a log event.
pub(super) fn is_compressed(text: &[u8]) -> bool {
    (text.len() >= SHORTEST_JSON && begins_compressed(text) || begins_zlib(text)) && is_base64(text)
}

/// Whether the line is base64, also in the alphabet of URLs, of something that gzip compressed.
#[cfg(feature = "evidence")]
pub(super) fn is_base64_of_gzip(line: &[u8]) -> bool {
    line.starts_with(BASE64_OF_GZIP) && is_base64(line)
}

/// Whether the line begins a payload in base64: of something compressed, of JSON, or of base64 of these.
pub(super) fn is_payload(line: &[u8]) -> bool {
    let begins = |starts: &[&[u8]]| starts.iter().any(|start| line.starts_with(start));
    let is_begin = begins_compressed(line) || begins(&BASE64_OF_JSON);
    let is_long = line.len() >= SHORTEST_OF_SHORT_MARK && begins(&BASE64_OF_BASE64) || begins_zlib(line);
    let is_it = line.starts_with(BASE64_OF_GZIP) || line.len() >= SHORTEST_JSON && is_begin || is_long;
    is_it && is_base64(line)
}

/// Whether the value, perhaps wrapped, is a payload in base64 and long enough for a log event.
pub(super) fn is_whole_payload(value: &[u8]) -> bool {
    let mut lines = value.trim_ascii().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let is_begin = lines.next().is_some_and(|first| first.len() >= SHORTEST_JSON && is_payload(first));
    is_begin && lines.all(is_base64)
}

/// How what zlib compressed begins: 78 and the level.
const ZLIB: [&[u8]; 4] = [b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"];

/// Whether the bytes, which are no text, begin as what zlib compressed does. Too short for anything else.
pub(super) fn is_zlib(bytes: &[u8]) -> bool {
    ZLIB.iter().any(|start| bytes.starts_with(start))
}

/// Whether the text is base64 that begins as JSON or something compressed does, of any length.
pub(super) fn begins_payload(text: &[u8]) -> bool {
    let is_begun = begins_compressed(text) || BASE64_OF_JSON.iter().any(|start| text.starts_with(start));
    (is_begun || begins_zlib(text)) && is_base64(text)
}

/// A payload in another encoding than base64, on a line of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Base32,
    Hexadecimal,
    Uuencode,
}

/// How JSON and what is compressed begin in base32: `{"`, `[{`, gzip, xz, zip, bzip2, Zstandard.
const BASE32: [&[u8]; 7] = [b"PMR", b"LN5", b"D6FQ", b"7U3X", b"KBFQ", b"IJNG", b"FC2S"];

/// How something compressed begins in hexadecimal digits: gzip, Zstandard, xz, zip, bzip2.
const HEXADECIMAL: [&[u8]; 5] = [b"1f8b08", b"28b52ffd", b"fd377a58", b"504b0304", b"425a68"];

/// The same for JSON: `{"`, `{` and `[` before a newline or a blank, `[{`.
const HEXADECIMAL_JSON: [&[u8]; 5] = [b"7b22", b"7b0a", b"7b20", b"5b7b", b"5b0a"];

/// The encoding of a line that is a payload of JSON or of something compressed. The first bytes of nearly all lines decide.
pub(super) fn encoding(line: &[u8]) -> Option<Encoding> {
    if is_hexadecimal(line) {
        return Some(Encoding::Hexadecimal);
    }
    if line.starts_with(b"begin") {
        return is_uuencode(line).then_some(Encoding::Uuencode);
    }
    let is_base32 = |byte: &u8| matches!(byte, b'A'..=b'Z' | b'2'..=b'7' | b'=');
    let is_begin = || BASE32.iter().any(|start| line.starts_with(start));
    (line.len() >= SHORTEST_JSON && is_begin() && line.iter().all(is_base32)).then_some(Encoding::Base32)
}

/// Whether the line is nothing but the hexadecimal digits of JSON or of something compressed.
pub(super) fn is_hexadecimal(line: &[u8]) -> bool {
    let plain = line.strip_prefix(b"\\x").or_else(|| line.strip_prefix(b"0x")).unwrap_or(line);
    let is_begin =
        |begin: &&[u8]| plain.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin));
    // the first digits of the bytes of text; a checksum has others
    let of_text = |bytes: &[u8]| bytes.iter().step_by(2).all(|digit| matches!(digit, b'0' | b'2'..=b'7'));
    let is_json = || HEXADECIMAL_JSON.iter().any(is_begin) && plain.get(..SHORTEST_JSON).is_some_and(of_text);
    let has_digits = plain.first().is_some_and(u8::is_ascii_hexdigit) && plain.len() >= SHORTEST_JSON;
    has_digits && (HEXADECIMAL.iter().any(is_begin) || is_json()) && plain.iter().all(u8::is_ascii_hexdigit)
}

/// Whether the line begins a file in uuencode: `begin 644 NAME`, `begin-base64 644 NAME`.
fn is_uuencode(line: &[u8]) -> bool {
    let mut words = line.split(|byte| *byte == b' ');
    let is_begin = matches!(words.next(), Some(b"begin" | b"begin-base64"));
    let is_mode =
        |mode: &[u8]| matches!(mode.len(), 3 | 4) && mode.iter().all(|byte| matches!(byte, b'0'..=b'7'));
    is_begin && words.next().is_some_and(is_mode) && words.next().is_some_and(|name| !name.is_empty())
}

pub(super) fn is_base64(line: &[u8]) -> bool {
    let is_base64 =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
    line.iter().all(is_base64)
}
