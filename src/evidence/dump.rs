//! Dumps of bytes, by their first line: what `od`, `hexdump` and `xxd` print, and programs that print an array of bytes.
//!
//! An offset of zeros with columns after it is a dump of anything. Digits without an offset may be a table of numbers, so that the bytes
//! have to begin as JSON or as something compressed.

/// Whether the line is the first one of a dump.
pub(super) fn is_dump(line: &[u8]) -> bool {
    const LEAST_OFFSET: usize = 6;
    let line = line.get(..LINE_BYTES).unwrap_or(line).trim_ascii();
    let zeros = line.iter().take_while(|byte| **byte == b'0').count();
    if zeros >= LEAST_OFFSET {
        let after = line.get(zeros..).unwrap_or_default();
        let after = after.strip_prefix(b":").unwrap_or(after);
        if after.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            return has_groups(after) || is_in_columns(after);
        }
    }
    is_array(line) || is_row_of_characters(line)
}

/// The bytes of a line that are looked at.
const LINE_BYTES: usize = 512;

/// Whether groups of hexadecimal or octal digits are at the start.
fn has_groups(text: &[u8]) -> bool {
    const LEAST_GROUPS: usize = 4;
    let is_group =
        |word: &&[u8]| matches!(word.len(), 2 | 4 | 6 | 8) && word.iter().all(u8::is_ascii_hexdigit);
    words(text).take_while(is_group).count() >= LEAST_GROUPS
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| matches!(byte, b' ' | b'\t' | b',')).filter(|word| !word.is_empty())
}

/// Whether the text has columns of one width, each with a number or with a character.
fn is_in_columns(text: &[u8]) -> bool {
    // `od` with the option `z` writes the text of the bytes after them
    let end = if text.ends_with(b"<") { memchr::memmem::find(text, b"  >") } else { None };
    let text = text.get(..end.unwrap_or(text.len())).unwrap_or(text).trim_ascii_end();
    is_in_columns_of_numbers(text) || characters(text).is_some_and(|bytes| bytes.len() >= LEAST_CHARACTERS)
}

/// Characters that a line of `od -c` has at least, unless the dump is that of a few bytes.
const LEAST_CHARACTERS: usize = 4;

/// Whether numbers end at multiples of one width: bytes in three digits, or words.
fn is_in_columns_of_numbers(text: &[u8]) -> bool {
    let blanks = text.iter().take_while(|byte| **byte == b' ').count();
    let first = text.get(blanks..).unwrap_or_default().iter().take_while(|byte| **byte != b' ').count();
    let width = blanks + first;
    let (least, most) = match width {
        4 => (8, 377),
        5..=16 => (4, u64::MAX),
        17.. => (2, u64::MAX),
        _ => return false,
    };
    let mut columns = text.chunks(width);
    let is_number = |column: &[u8]| {
        let word = column.trim_ascii_start();
        let is_sign = |byte: &u8| matches!(byte, b'+' | b'-' | b'.');
        let value = std::str::from_utf8(word).ok().and_then(|word| word.parse::<u64>().ok());
        column.len() == width
            && column.first() == Some(&b' ')
            && word.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-' || width == 17)
            && word.iter().all(|byte| byte.is_ascii_hexdigit() || is_sign(byte))
            && value.is_none_or(|value| value <= most)
    };
    columns.len() >= least && columns.all(is_number)
}

/// The bytes of columns of four characters, as `od -c`, `od -a` and `hexdump -c` write them. The last ones may be blanks that were cut off.
fn characters(text: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<char> = String::from_utf8_lossy(text).chars().collect();
    text.chunks(4).map(character).collect()
}

fn character(column: &[char]) -> Option<u8> {
    let word: String = column.iter().collect();
    let word = word.strip_prefix(' ')?;
    let is_whole = column.len() == 4;
    let name = word.trim_start();
    if name.is_empty() {
        return Some(b' ');
    }
    if !is_whole || name.ends_with(' ') {
        return None;
    }
    if let Some(at) = NAMES.iter().position(|names| names.contains(&name)) {
        return u8::try_from(at).ok().map(|byte| if byte == 33 { 0x7f } else { byte });
    }
    let escapes = [("\\0", 0), ("\\a", 7), ("\\b", 8), ("\\t", 9), ("\\n", 10), ("\\v", 11), ("\\f", 12)];
    if let Some((_, byte)) = escapes.into_iter().chain([("\\r", 13)]).find(|(escape, _)| *escape == name) {
        return Some(byte);
    }
    let mut signs = name.chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None) => u8::try_from(sign).ok().or(Some(0xff)),
        // the rest of a character of several bytes
        _ if name == "**" => Some(0xff),
        _ if name.len() == 3 => u8::from_str_radix(name, 8).ok(),
        _ => None,
    }
}

/// The names that `od -a` and `hexdump -e` with `_u` have for the bytes 0 to 32, and for the last one, 127.
const NAMES: [&[&str]; 34] = [
    &["nul"],
    &["soh"],
    &["stx"],
    &["etx"],
    &["eot"],
    &["enq"],
    &["ack"],
    &["bel"],
    &["bs"],
    &["ht"],
    &["nl", "lf"],
    &["vt"],
    &["ff", "np"],
    &["cr"],
    &["so"],
    &["si"],
    &["dle"],
    &["dc1"],
    &["dc2"],
    &["dc3"],
    &["dc4"],
    &["nak"],
    &["syn"],
    &["etb"],
    &["can"],
    &["em"],
    &["sub"],
    &["esc"],
    &["fs"],
    &["gs"],
    &["rs"],
    &["us"],
    &["sp"],
    &["del"],
];

/// Bytes that a dump without an offset has at least.
const LEAST_BYTES: usize = 8;

/// Whether the line is columns of characters without an offset, of bytes that begin as evidence does.
fn is_row_of_characters(line: &[u8]) -> bool {
    let first = line.iter().take_while(|byte| **byte != b' ').count();
    if first > 3 || line.len() < 4 * LEAST_BYTES || line.get(first) != Some(&b' ') {
        return false;
    }
    // the blanks before the first one were cut off
    let padded = [b" ".repeat(4 - first).as_slice(), line].concat();
    let Some(bytes) = characters(&padded) else { return false };
    bytes.len() >= LEAST_BYTES && (begins_evidence(&bytes) || begins_without_highest_bit(&bytes))
}

/// Whether the bytes begin as something compressed or as UTF-16, without their highest bits, which `od -a` does not show.
fn begins_without_highest_bit(bytes: &[u8]) -> bool {
    let is_start = |start: &&[u8]| {
        let shown = start.iter().map(|byte| byte & 0x7f);
        bytes.len() >= start.len() && shown.eq(bytes.iter().copied().take(start.len()))
    };
    COMPRESSED.iter().any(is_start)
        || matches!(bytes, [0x7f, 0x7e, b'{' | b'[', 0, ..] | [0x7e, 0x7f, 0, b'{' | b'[', ..])
}

/// Whether the line is numbers without an offset, of bytes that begin as evidence does.
fn is_array(line: &[u8]) -> bool {
    const OPENS: [&[u8]; 4] = [b"<Buffer", b"[", b"{", b"("];
    let open = OPENS.iter().find_map(|open| line.strip_prefix(*open));
    let inside = open.unwrap_or(line).trim_ascii_start();
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b'-';
    if !inside.first().is_some_and(is_digit) {
        return false;
    }
    let is_list = open.is_some() || inside.contains(&b',');
    let (mut numbers, mut all) = (Vec::new(), 0);
    for word in words(inside).take(LINE_BYTES / 2) {
        all += 1;
        let number = word.strip_prefix(b"0x").or_else(|| word.strip_prefix(b"0X")).unwrap_or(word);
        match std::str::from_utf8(number) {
            Ok(number) if number.bytes().all(|byte| is_digit(&byte)) && number.len() <= 22 => {
                numbers.push(number);
            }
            _ => break,
        }
    }
    if line.len() >= LINE_BYTES {
        // it may be cut off
        numbers.pop();
    }
    let is_evidence = |bytes: Option<Vec<u8>>| bytes.is_some_and(|bytes| begins_evidence(&bytes));
    let is_whole = numbers.len() == all;
    is_evidence(digits(&numbers, 16, Order::Little))
        || is_evidence(digits(&numbers, 16, Order::Big))
        || is_evidence(digits(&numbers, 8, Order::Little))
        || (is_list || is_whole) && [1, 2, 4, 8].into_iter().any(|size| is_evidence(decimals(&numbers, size)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// The bytes of words in hexadecimal or octal digits, as many as have the same number of digits.
fn digits(words: &[&str], radix: u32, order: Order) -> Option<Vec<u8>> {
    let length = words.first()?.len();
    let size = match (radix, length) {
        (16, 2 | 4 | 8 | 16) => length / 2,
        (8, 3) => 1,
        (8, 6) => 2,
        (8, 11) => 4,
        (8, 22) => 8,
        _ => return None,
    };
    let mut bytes = Vec::new();
    for word in words.iter().take_while(|word| word.len() == length) {
        let value = u64::from_str_radix(word, radix).ok()?.to_le_bytes();
        let (word, above) = value.split_at_checked(size)?;
        if above.iter().any(|byte| *byte != 0) {
            return None;
        }
        match order {
            Order::Little => bytes.extend(word),
            Order::Big => bytes.extend(word.iter().rev()),
        }
    }
    Some(bytes)
}

/// The bytes of decimal numbers, with a sign or without, each of `size` bytes.
fn decimals(words: &[&str], size: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for word in words {
        let value: i128 = word.parse().ok()?;
        let bits = 8 * size;
        if value >= 1 << bits || value < -(1 << (bits - 1)) {
            return None;
        }
        bytes.extend(value.to_le_bytes().get(..size)?);
    }
    Some(bytes)
}

/// How gzip, Zstandard, xz, zip, bzip2, 7z and lz4 begin.
const COMPRESSED: [&[u8]; 7] = [
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"\xfd7zXZ\0",
    b"PK\x03\x04",
    b"BZh",
    b"7z\xbc\xaf\x27\x1c",
    b"\x04\x22\x4d\x18",
];

/// Whether the bytes begin as JSON, also in UTF-16, or as something compressed.
fn begins_evidence(bytes: &[u8]) -> bool {
    if bytes.len() < LEAST_BYTES {
        return false;
    }
    if COMPRESSED.iter().any(|start| bytes.starts_with(start)) {
        return !bytes.starts_with(b"BZh") || bytes.get(4..7) == Some(b"1AY");
    }
    let text = match bytes {
        [0xff, 0xfe, text @ ..] => text.iter().step_by(2).copied().collect(),
        [0xfe, 0xff, text @ ..] => text.iter().skip(1).step_by(2).copied().collect(),
        [b'{' | b'[', 0, ..] => bytes.iter().step_by(2).copied().collect(),
        [0, b'{' | b'[', ..] => bytes.iter().skip(1).step_by(2).copied().collect(),
        [0xef, 0xbb, 0xbf, text @ ..] => text.to_vec(),
        _ => bytes.to_vec(),
    };
    begins_json(&text)
}

/// Whether brackets and the first key of an object are at the start of the text.
fn begins_json(text: &[u8]) -> bool {
    let is_between = |byte: &u8| matches!(byte, b'{' | b'[' | b' ' | b'\n' | b'\r' | b'\t');
    let begin = text.iter().position(|byte| !is_between(byte)).unwrap_or(text.len());
    let (before, after) = text.split_at_checked(begin).unwrap_or_default();
    let Some((b'"', key)) = after.split_first() else { return false };
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-@.$ ".contains(byte);
    let length = key.iter().take_while(|byte| is_letter(byte)).count();
    before.contains(&b'{') && length > 0 && matches!(key.get(length), None | Some(b'"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_bytes_in_each_notation() {
        assert_eq!(digits(&["7b22", "5265"], 16, Order::Big).unwrap(), b"{\"Re");
        assert_eq!(digits(&["227b", "6552"], 16, Order::Little).unwrap(), b"{\"Re");
        assert_eq!(digits(&["021173", "062522"], 8, Order::Little).unwrap(), b"{\"Re");
        assert_eq!(digits(&["777"], 8, Order::Little), None);
        assert_eq!(decimals(&["31", "-117"], 1).unwrap(), b"\x1f\x8b");
        assert_eq!(decimals(&["256"], 1), None);
        assert_eq!(decimals(&["1699881595"], 4).unwrap(), b"{\"Re");
        assert_eq!(characters(b"  us  vt  bs nul   u").unwrap(), b"\x1f\x0b\x08\0u");
        assert_eq!(characters(b" 037 213  \\b  \\0       u").unwrap(), b"\x1f\x8b\x08\0 u");
    }
}
