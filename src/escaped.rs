//! Escapes text from events, files, rule packs and accounts before a terminal or a CI log shows it. Such text is not trusted: it may
//! contain terminal escape sequences, bidirectional controls that reorder a line, or workflow commands that a CI runner executes.

use std::borrow::Cow;
use std::fmt::{Display, Formatter, Result, Write};

/// Shows untrusted text on one line. Every character that a reader cannot see, or that a terminal or a CI runner
/// obeys, is written as an escape: `\n`, `\t`, `\r`, `\u{1b}`.
///
/// These are control characters (C0, DEL, C1), bidirectional controls, line and paragraph separators, zero-width and
/// other default-ignorable characters, and noncharacters. The text cannot contain a workflow command of
/// GitHub Actions: `::` at its start, also after blanks, is shown as `:\u{3a}`; `##[`, which the runner finds anywhere
/// in a line, as `##\u{5b}` (actions/runner, `ActionCommand.cs`). `##vso[` of Azure Pipelines is escaped likewise.
///
/// A backslash stays as it is, so the shown text is for people and cannot be read back.
///
/// ```
/// use cwfilter::escaped::Escaped;
///
/// assert_eq!(Escaped("a\u{1b}[31m\nb").to_string(), r"a\u{1b}[31m\nb");
/// assert_eq!(Escaped(" ::error::x").to_string(), r" :\u{3a}error::x");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Escaped<T>(pub T);

/// Shows untrusted text of several lines. Newlines and tabs stay, no line begins a workflow command, and a carriage return before a
/// newline is removed.
#[derive(Debug, Clone, Copy)]
pub struct EscapedLines<T>(pub T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        escape(&self.0, false, f)
    }
}

impl<T: Display> Display for EscapedLines<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        escape(&self.0, true, f)
    }
}

fn escape(text: &impl Display, keeps_lines: bool, f: &mut Formatter<'_>) -> Result {
    if f.width().is_some() || f.precision().is_some() {
        let mut whole = String::new();
        Escaper::new(&mut whole, keeps_lines).all(text)?;
        return f.pad(&whole);
    }
    Escaper::new(f, keeps_lines).all(text)
}

/// Whether a character is invisible, or controls a terminal.
///
/// Unicode 16: categories Cc, Cf, Zl and Zp, the property Default_Ignorable_Code_Point, and the noncharacters.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    if c < '\u{7f}' {
        return c < ' ';
    }
    let is_noncharacter = u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}');
    c.is_control()
        || is_noncharacter
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Rewrites a JSON document so that it contains no hidden character and no `##[`. Both can only be in strings, where `\u` escapes replace
/// them, so that the values do not change. Newlines between values stay.
#[must_use]
pub fn json_text(json: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c == '\n' || !is_hidden(c);
    if json.chars().all(is_plain) && !json.contains("##") {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    let mut before = ' ';
    for c in json.chars() {
        if is_plain(c) && (c, before) != ('#', '#') {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
        before = c;
    }
    Cow::Owned(out)
}

/// A text as one word of a command that is printed for a shell. One with control characters, such as the line ends of a pattern, is in the
/// quotes of bash, zsh and ksh, because [`Escaped`] would change these characters.
///
/// ```
/// use cwfilter::escaped::shell_word;
///
/// assert_eq!(shell_word("it's"), r"'it'\''s'");
/// assert_eq!(shell_word("it's\n"), r"$'it\'s\n'");
/// ```
#[must_use]
pub fn shell_word(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let one = |c: char| match c {
        '\n' => r"\n".to_owned(),
        '\'' | '\\' => format!("\\{c}"),
        // a character above U+7F is several bytes of UTF-8
        c if c.is_control() => c.to_string().bytes().map(|byte| format!("\\{byte:03o}")).collect(),
        c => c.to_string(),
    };
    format!("$'{}'", text.chars().map(one).collect::<String>())
}

/// Replaces each hidden character of a source text by one visible character, so that lines and columns do not move: control pictures
/// for C0 and DEL, `U+FFFD` for all others and for the bracket of a `##[`. Newlines and tabs stay. `places` are byte offsets into
/// `source`; they are changed to the offsets of the same characters in the result.
#[must_use]
pub fn pictured<'a>(source: &'a str, places: &mut [usize]) -> Cow<'a, str> {
    let is_plain = |c: char| matches!(c, '\n' | '\t') || !is_hidden(c);
    if source.chars().all(is_plain) && !source.contains("##") {
        return Cow::Borrowed(source);
    }
    let mut out = String::with_capacity(source.len() + 16);
    let wanted = places.to_vec();
    let mut hashes = 0_u8;
    let mut characters = source.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        for (place, _) in places.iter_mut().zip(&wanted).filter(|(_, wanted)| **wanted == at) {
            *place = out.len();
        }
        let ends_line = c == '\r' && characters.peek().is_some_and(|(_, next)| *next == '\n');
        out.push(match c {
            '\n' | '\t' => c,
            '\r' if ends_line => c,
            '[' if hashes == 2 => char::REPLACEMENT_CHARACTER,
            '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
            '\u{7f}' => '\u{2421}',
            _ if is_hidden(c) => char::REPLACEMENT_CHARACTER,
            _ => c,
        });
        hashes = next_hashes(hashes, c);
    }
    for (place, _) in places.iter_mut().zip(&wanted).filter(|(_, wanted)| **wanted >= source.len()) {
        *place = out.len();
    }
    Cow::Owned(out)
}

/// The number of `#` in a row, at most 2. Letters after two of them do not reset it.
fn next_hashes(hashes: u8, c: char) -> u8 {
    match c {
        '#' => (hashes + 1).min(2),
        letter if hashes == 2 && letter.is_ascii_alphabetic() => 2,
        _ => 0,
    }
}

/// The position in a line, which decides whether a workflow command could begin.
#[derive(Clone, Copy, PartialEq)]
enum LinePosition {
    /// only blanks so far
    Start,
    /// blanks and a colon
    Colon,
    Inside,
}

/// Writes one character at a time, without looking ahead.
struct Escaper<'a, W> {
    out: &'a mut W,
    keeps_lines: bool,
    position: LinePosition,
    /// as [`next_hashes`] counts
    hashes: u8,
    /// a carriage return that is not written yet
    has_return: bool,
}

impl<'a, W: Write> Escaper<'a, W> {
    fn new(out: &'a mut W, keeps_lines: bool) -> Self {
        Escaper { out, keeps_lines, position: LinePosition::Start, hashes: 0, has_return: false }
    }

    fn all(mut self, text: &impl Display) -> Result {
        write!(self, "{text}")?;
        if self.has_return { self.escape('\r') } else { Ok(()) }
    }

    fn escape(&mut self, c: char) -> Result {
        (self.position, self.hashes) = (LinePosition::Inside, 0);
        match c {
            '\n' => self.out.write_str("\\n"),
            '\r' => self.out.write_str("\\r"),
            '\t' => self.out.write_str("\\t"),
            _ => write!(self.out, "\\u{{{:x}}}", u32::from(c)),
        }
    }
}

impl<W: Write> Write for Escaper<'_, W> {
    fn write_str(&mut self, text: &str) -> Result {
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'#';
        let mut rest = text;
        loop {
            // most texts: plain characters inside a line are written as they are
            if self.position == LinePosition::Inside && self.hashes == 0 && !self.has_return {
                let length = rest.bytes().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
                let Some((plain, others)) = rest.split_at_checked(length) else { return Ok(()) };
                self.out.write_str(plain)?;
                rest = others;
            }
            let mut characters = rest.chars();
            let Some(c) = characters.next() else { return Ok(()) };
            self.write_char(c)?;
            rest = characters.as_str();
        }
    }

    fn write_char(&mut self, c: char) -> Result {
        if std::mem::take(&mut self.has_return) && c != '\n' {
            self.escape('\r')?;
        }
        match c {
            '\n' if self.keeps_lines => {
                (self.position, self.hashes) = (LinePosition::Start, 0);
                return self.out.write_char(c);
            }
            '\r' if self.keeps_lines => {
                self.has_return = true;
                return Ok(());
            }
            '\t' if self.keeps_lines => {}
            ':' if self.position == LinePosition::Colon => return self.escape(c),
            '[' if self.hashes == 2 => return self.escape(c),
            _ if is_hidden(c) => return self.escape(c),
            _ => {}
        }
        self.position = match (self.position, c) {
            (LinePosition::Start, ':') => LinePosition::Colon,
            (LinePosition::Start, blank) if blank.is_whitespace() => LinePosition::Start,
            _ => LinePosition::Inside,
        };
        self.hashes = next_hashes(self.hashes, c);
        self.out.write_char(c)
    }
}
