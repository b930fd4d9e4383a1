//! Writes a new text in place of an old literal, by the rules of the format and in the syntax that the literal had.

use std::borrow::Cow;

/// The syntax of a literal, with what is needed to write a new one in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LiteralSyntax {
    /// JSON's string; YAML's `"…"`; TOML's basic string.
    Backslash,
    /// TOML's `"""…"""`.
    Basic { newline: &'static str },
    /// TOML's `'…'`.
    Literal,
    /// TOML's `'''…'''`.
    Literals { newline: &'static str },
    /// Terraform's `"…"`.
    Hcl,
    /// Terraform's `<<EOT`: the whole first line, the indentation, and the whole last line.
    Heredoc { opening: String, indent: String, closing: String },
    /// YAML without quotes.
    Plain,
    /// YAML's `'…'`.
    Doubled,
    /// YAML's `|` and `>`.
    Block(Block),
    /// The literal is not rewritten, for this reason.
    Fixed(Cow<'static, str>),
}

/// A YAML block scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) is_folded: bool,
    /// The digit of the text's indentation; empty if there is none.
    pub(super) indicator: String,
    /// The rest of the first line after the indicators.
    pub(super) comment: String,
    pub(super) indent: String,
    pub(super) newline: &'static str,
}

/// A literal, or the reason why the text cannot be written in this syntax.
type Written = Result<String, Cow<'static, str>>;

const CONTROLS: &str = "the text has control characters, which cannot be escaped here";

impl LiteralSyntax {
    /// Whether a text of several lines stays readable in this syntax.
    pub(super) fn takes_lines(&self) -> bool {
        match self {
            LiteralSyntax::Basic { .. } | LiteralSyntax::Literals { .. } | LiteralSyntax::Heredoc { .. } => {
                true
            }
            LiteralSyntax::Block(block) => !block.is_folded,
            _ => false,
        }
    }

    /// The literal for a text.
    pub(super) fn write(&self, text: &str) -> Written {
        match self {
            LiteralSyntax::Backslash => Ok(quoted(text)),
            LiteralSyntax::Hcl => Ok(quoted(text).replace("${", "$${").replace("%{", "%%{")),
            LiteralSyntax::Basic { newline } => Ok(basic(text, newline)),
            LiteralSyntax::Literal if !text.contains(['\'', '\n']) && is_raw(text) => Ok(format!("'{text}'")),
            LiteralSyntax::Literal => Ok(quoted(text)),
            LiteralSyntax::Literals { newline } => Ok(literals(text, newline)),
            LiteralSyntax::Heredoc { opening, indent, closing } => heredoc(text, opening, indent, closing),
            LiteralSyntax::Plain if is_plain(text) => Ok(text.to_owned()),
            LiteralSyntax::Plain | LiteralSyntax::Doubled
                if text.contains('\n') || !text.chars().all(is_printable) =>
            {
                Ok(quoted(text))
            }
            LiteralSyntax::Plain | LiteralSyntax::Doubled => Ok(format!("'{}'", text.replace('\'', "''"))),
            LiteralSyntax::Block(block) => block.write(text),
            LiteralSyntax::Fixed(why) => Err(why.clone()),
        }
    }
}

/// Characters that are escaped if the format has escapes: control characters, what YAML 1.1 reads as the end of a
/// line, byte order marks, and characters that change the order in which a text is shown.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// `"…"` with the escapes that JSON, TOML, HCL and YAML share.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // all of them have four digits
            hidden if is_hidden(hidden) => out.push_str(&format!("\\u{:04x}", u32::from(hidden))),
            other => out.push(other),
        }
    }
    out
}

/// TOML: "control characters other than tab are not permitted in a literal string"; HCL has no escapes in a heredoc.
fn is_raw(text: &str) -> bool {
    !text.chars().any(|it| it.is_ascii_control() && !matches!(it, '\t' | '\n'))
}

fn with_newlines(text: &str, newline: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', newline)
}

/// A newline just after the opening quotes is not part of the text.
fn opened(quotes: &str, text: &str, newline: &str) -> String {
    let first = if text.starts_with(['\n', '\r']) { newline } else { "" };
    format!("{quotes}{first}{text}{quotes}")
}

fn basic(text: &str, newline: &str) -> String {
    let lines: Vec<String> = text.replace("\r\n", "\n").split('\n').map(escaped).collect();
    // quotes are escaped only if three of them would end the string
    let mut body = lines.join(newline);
    if !text.contains("\"\"\"") && !text.ends_with('"') {
        body = body.replace("\\\"", "\"");
    }
    opened("\"\"\"", &body, newline)
}

fn literals(text: &str, newline: &str) -> String {
    let unix = text.replace("\r\n", "\n");
    if unix.contains("'''") || unix.ends_with('\'') || !is_raw(&unix) {
        return quoted(text);
    }
    opened("'''", &with_newlines(text, newline), newline)
}

fn heredoc(text: &str, opening: &str, indent: &str, closing: &str) -> Written {
    let unix = text.replace("\r\n", "\n");
    if !is_raw(&unix) {
        return Err(CONTROLS.into());
    }
    let newline = if opening.ends_with("\r\n") { "\r\n" } else { "\n" };
    let mut out = opening.to_owned();
    for line in unix.split('\n') {
        if line.trim() == closing.trim() {
            return Err("the text has a line that would end the heredoc".into());
        }
        out += indent;
        out += &line.replace("${", "$${").replace("%{", "%%{");
        out += newline;
    }
    Ok(out + closing)
}

/// YAML's printable characters, without those that YAML 1.1 reads as the end of a line.
fn is_printable(character: char) -> bool {
    character == '\t' || !is_hidden(character)
}

/// Whether YAML reads the text without quotes as itself, on one line and also in a flow collection.
fn is_plain(text: &str) -> bool {
    let mut characters = text.chars();
    let (first, second) = (characters.next(), characters.next());
    let starts = match first {
        None => false,
        Some('-' | '?' | ':') => second.is_some_and(|it| !it.is_whitespace()),
        Some('#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' | '=' | '<') => false,
        Some(_) => true,
    };
    starts
        && text.trim() == text
        && text.chars().all(|it| it != '\t' && is_printable(it) && !",[]{}".contains(it))
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !is_typed(text)
}

/// Whether YAML 1.1 or 1.2 may read a plain scalar as a number, a date or a truth value.
fn is_typed(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it))
        && text.chars().any(|it| it.is_ascii_digit() || it == '.')
        && !text.contains(' ')
        || text.starts_with("---")
        || text.starts_with("...")
        || ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", ".inf", ".nan"]
            .contains(&lower.as_str())
}

/// Characters of a line of a folded block.
const WIDTH: usize = 100;

impl Block {
    fn write(&self, text: &str) -> Written {
        let unix = text.replace("\r\n", "\n");
        let body = unix.trim_end_matches('\n');
        let chomping = match unix.len() - body.len() {
            0 => "-",
            1 => "",
            _ => return Err("a block with empty lines at its end is left as it is".into()),
        };
        if !body.chars().all(|it| it == '\n' || is_printable(it)) {
            return Err(CONTROLS.into());
        }
        if body.trim().is_empty() || self.indicator.is_empty() && body.starts_with([' ', '\t', '\n']) {
            return Err("the text begins with white space, which a block reads as indentation".into());
        }
        let lines = if self.is_folded {
            if body.contains('\n') || body.starts_with([' ', '\t']) {
                return Err("a folded block would join the text's lines".into());
            }
            folded(body)
        } else {
            body.split('\n').map(str::to_owned).collect()
        };
        let style = if self.is_folded { '>' } else { '|' };
        let mut out = format!("{style}{}{chomping}{}", self.indicator, self.comment);
        for line in lines {
            out += self.newline;
            if !line.is_empty() {
                out += &self.indent;
                out += &line;
            }
        }
        Ok(out)
    }
}

/// Lines that YAML joins with one blank: broken after `&&` and `||`.
fn folded(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut rest = text;
    while !rest.is_empty() {
        let operator = [rest.find("&& "), rest.find("|| ")].into_iter().flatten().min();
        let (piece, after) = rest.split_at(operator.map_or(rest.len(), |at| at + 3));
        let Some(line) = lines.last_mut() else { break };
        let is_long = line.chars().count() + piece.chars().count() > WIDTH;
        if is_long && line.ends_with(' ') && !piece.starts_with([' ', '\t']) {
            line.pop();
            lines.push(piece.to_owned());
        } else {
            line.push_str(piece);
        }
        rest = after;
    }
    lines
}
