//! Whether base64 is of what zlib compressed. The mark is two bytes, which random tokens have, too: the first bytes are inflated.

/// Characters that are decoded: more than the tables at the start of a block take.
#[cfg(feature = "evidence")]
const PREFIX: usize = 1024;

/// Bytes of text that show that something damaged was compressed.
#[cfg(feature = "evidence")]
const ENOUGH: usize = 64;

/// Whether the base64 that the text begins with inflates as a whole, or to text as far as it is looked at.
#[cfg(feature = "evidence")]
pub(super) fn inflates(text: &[u8]) -> bool {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    use flate2::{Decompress, FlushDecompress, Status};
    let is_digit = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    // the alphabet of URLs has other signs for two values
    let standard = |byte: &u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    };
    let digits: Vec<u8> = text.iter().take(PREFIX).take_while(is_digit).map(standard).collect();
    // it may be cut within a group
    let groups = digits.get(..digits.len() / 4 * 4).unwrap_or_default();
    let stored = STANDARD_NO_PAD.decode(&digits).or_else(|_| STANDARD_NO_PAD.decode(groups));
    let Ok(stored) = stored else { return false };
    let mut zlib = Decompress::new(true);
    let (mut start, mut part) = (Vec::new(), [0; 1024]);
    let is_whole = loop {
        let (read, written) = (zlib.total_in(), zlib.total_out());
        let rest = stored.get(read as usize..).unwrap_or_default();
        let status = zlib.decompress(rest, &mut part, FlushDecompress::None);
        let count = (zlib.total_out() - written) as usize;
        start.extend(part.iter().take(count.min(ENOUGH - start.len())));
        match status {
            Err(_) => break false,
            // with its checksum
            Ok(Status::StreamEnd) => return true,
            // all that is there was inflated
            Ok(_) if count == 0 && zlib.total_in() == read => break true,
            Ok(_) => {}
        }
    };
    (is_whole || start.len() == ENOUGH) && is_text(&start)
}

/// Without the libraries the mark counts.
#[cfg(not(feature = "evidence"))]
pub(super) fn inflates(_text: &[u8]) -> bool {
    true
}

/// Whether the bytes are the start of a text.
#[cfg(feature = "evidence")]
fn is_text(bytes: &[u8]) -> bool {
    let is_control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let is_utf8 = std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
    is_utf8 && !bytes.iter().any(is_control)
}
