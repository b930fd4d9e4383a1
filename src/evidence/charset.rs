//! Texts in other encodings than UTF-8.

/// Whether a line has text in UTF-16 or UTF-32: characters of ASCII, each with zeros beside it. A file to which two programs wrote has such
/// lines after others. A block of zeros, as a log that was cut to nothing begins with, is none.
pub(super) fn is_wide(line: &[u8]) -> bool {
    let Some(zero) = memchr::memchr(0, line) else { return false };
    let text = line.get(zero.saturating_sub(1)..).unwrap_or_default();
    [2, 4].into_iter().any(|size| has_characters(text, size))
}

/// Whether characters of `size` bytes are somewhere in the text, one after the other.
fn has_characters(text: &[u8], size: usize) -> bool {
    const LEAST_CHARACTERS: usize = 4;
    let is_character = |bytes: &[u8]| {
        let is_ascii = bytes.first().is_some_and(|byte| matches!(byte, b'\t' | b'\r' | b' '..=b'~'));
        is_ascii && bytes.iter().skip(1).all(|byte| *byte == 0)
    };
    let is_run = |run: &[u8]| run.chunks_exact(size).all(is_character);
    text.windows(size * LEAST_CHARACTERS).any(is_run)
}

/// Whether bytes that are not UTF-8 are text in another encoding, such as Latin-1: no control characters, and at least half of them is
/// ASCII.
pub(super) fn is_of_another_charset(start: &[u8]) -> bool {
    let is_control =
        |byte: &u8| *byte == 0x7f || *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b | 0x0c);
    let ascii = start.iter().filter(|byte| byte.is_ascii()).count();
    !start.iter().any(is_control) && 2 * ascii >= start.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_are_found() {
        let bytes = |text: &str| text.bytes().flat_map(|byte| [byte, 0]).collect::<Vec<u8>>();
        assert!(is_wide(&bytes("{\"a\":1}")));
        assert!(is_wide(&[&b"\0"[..], &bytes("ERROR x")].concat()));
        assert!(is_wide(&"ERROR".bytes().flat_map(|byte| [0, 0, 0, byte]).collect::<Vec<u8>>()));
        for other in [&b"ERROR x"[..], b"a\0b", b"\0\0\0\0\0\0\0\0\0\0ERROR x", b"name\0value\0n\0v\0"] {
            assert!(!is_wide(other), "{other:?}");
        }
    }
}
