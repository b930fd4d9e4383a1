//! Messages on standard input and output: a header with the length, and JSON-RPC.

use cwfilter::escaped::json_text;
use cwfilter::limits::{LSP_HEADER_BYTES, LSP_MESSAGE_BYTES};
use lsp_server::{ErrorCode, Message};
use serde_json::Value;
use std::io::{BufRead, Error, ErrorKind, Read, Result};

/// What an editor sent.
pub(super) enum Incoming {
    Message(Message),
    /// A frame that is not a message. It gets an answer, with the id `null` if it has none that can be read.
    Malformed {
        id: Value,
        code: ErrorCode,
        why: String,
    },
}

/// Reads the next message. `None` at the end of the input.
///
/// # Errors
/// A header without a length: the start of the next message is not known.
pub(super) fn read(input: &mut impl BufRead) -> Result<Option<Incoming>> {
    let Some(length) = length(input)? else { return Ok(None) };
    if length > LSP_MESSAGE_BYTES as u64 {
        if std::io::copy(&mut input.take(length), &mut std::io::sink())? < length {
            return Err(Error::new(ErrorKind::UnexpectedEof, "the last message is not whole"));
        }
        let why = format!("the message is larger than {} MiB", LSP_MESSAGE_BYTES >> 20);
        return Ok(Some(Incoming::Malformed { id: Value::Null, code: ErrorCode::InvalidRequest, why }));
    }
    let mut content = Vec::new();
    input.take(length).read_to_end(&mut content)?;
    if (content.len() as u64) < length {
        return Err(Error::new(ErrorKind::UnexpectedEof, "the last message is not whole"));
    }
    Ok(Some(message(&content)))
}

fn message(content: &[u8]) -> Incoming {
    let value: Value = match serde_json::from_slice(content) {
        Ok(value) => value,
        Err(error) => {
            let why = format!("the message is not JSON: {error}");
            return Incoming::Malformed { id: Value::Null, code: ErrorCode::ParseError, why };
        }
    };
    let id = value.get("id").filter(|id| id.is_string() || id.is_number()).cloned().unwrap_or_default();
    match serde_json::from_value(value) {
        Ok(message) => Incoming::Message(message),
        Err(_) => {
            let why = "the message is neither a request, nor a response, nor a notification".to_owned();
            Incoming::Malformed { id, code: ErrorCode::InvalidRequest, why }
        }
    }
}

/// The length of the content that follows the header.
fn length(input: &mut impl BufRead) -> Result<Option<u64>> {
    let refused = |why: &str| Err(Error::new(ErrorKind::InvalidData, why.to_owned()));
    let (mut length, mut is_first) = (None, true);
    let mut header = input.take(LSP_HEADER_BYTES as u64);
    loop {
        let mut line = String::new();
        if header.read_line(&mut line)? == 0 {
            return if is_first { Ok(None) } else { refused("the header of a message has no end") };
        }
        is_first = false;
        // at the limit the last line is cut: the message does not begin after it
        if !line.ends_with('\n') {
            return refused("the header of a message has no end");
        }
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            return match length {
                Some(length) => Ok(Some(length)),
                None => refused("the header of a message has no Content-Length"),
            };
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("Content-Length")
        {
            length = value.trim().parse().ok();
        }
    }
}

/// Writes messages. A reader that closed the pipe is an error, which ends the program.
pub(super) fn write(messages: Vec<Value>) -> Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    for message in &messages {
        // an editor's log is shown in a terminal, too
        let text = message.to_string();
        let text = json_text(&text);
        out.write_all(format!("Content-Length: {}\r\n\r\n", text.len()).as_bytes())?;
        out.write_all(text.as_bytes())?;
    }
    if messages.is_empty() { Ok(()) } else { out.flush() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_whole_or_refused() {
        let length = "Content-Length: 2\r\n";
        for (bytes, is_read) in [(LSP_HEADER_BYTES, true), (LSP_HEADER_BYTES + 1, false)] {
            let padding = "x".repeat(bytes - length.len() - "X: \r\n\r\n".len());
            let input = format!("{length}X: {padding}\r\n\r\n{{}}");
            assert_eq!(read(&mut input.as_bytes()).is_ok(), is_read, "{bytes}");
        }
        for cut in ["Content-Length: 2", "Content-Length: 2\r\n", "Content-Length: 2\r\n\r"] {
            assert!(read(&mut cut.as_bytes()).is_err(), "{cut:?}");
        }
    }

    #[test]
    fn an_input_that_ends_in_a_message_is_an_error() {
        for length in [3, LSP_MESSAGE_BYTES + 1] {
            let input = format!("Content-Length: {length}\r\n\r\n{{}}");
            let result = read(&mut input.as_bytes());
            assert_eq!(result.err().map(|error| error.kind()), Some(ErrorKind::UnexpectedEof), "{length}");
        }
    }
}
