//! Prints everything that the program prints, with escapes: text from data cannot control a terminal or a CI runner.
//!
//! `say!` writes a line to standard error, `line!` a line to a writer. Both escape the whole line, including the values in it.
//! [`block`] prints a text of several lines, [`painted`] a text that may have colours, [`json`] a JSON document.
//! `tests/hostile_text.rs` checks that no file of this package prints in another way.

use super::options::{Color, options};
use cwfilter::escaped::{EscapedLines, json_text};
use cwfilter::report::human::Style;
use serde::Serialize;
use std::io::{Error, IsTerminal, Result, Write};

/// Prints a line to standard error. If standard error is closed, the program continues.
macro_rules! say {
    ($($message:tt)*) => {
        $crate::terminal::say_line(format_args!($($message)*))
    };
}
pub(super) use say;

/// Writes a line of a report.
macro_rules! line {
    ($out:expr, $($message:tt)*) => {
        writeln!($out, "{}", cwfilter::escaped::Escaped(format_args!($($message)*)))
    };
}
pub(super) use line;

pub(super) fn say_line(message: std::fmt::Arguments<'_>) {
    super::refusals::said(&message.to_string());
    let line = format!("{}\n", cwfilter::escaped::Escaped(message));
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}

/// Coloured as `--color` says; without it, if `CLICOLOR_FORCE` is set, or if the stream is a terminal and `NO_COLOR` is not set.
pub(super) fn style(stream: &impl IsTerminal) -> Style {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_coloured = match options().color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => !forbidden && (is_set("CLICOLOR_FORCE") || stream.is_terminal()),
    };
    if is_coloured { Style::Coloured } else { Style::Plain }
}

/// Prints a text of several lines.
pub(super) fn block(out: &mut impl Write, text: &str) -> Result<()> {
    out.write_all(EscapedLines(text).to_string().as_bytes())
}

/// Prints lines in which names and values are escaped already, and which [`Style`](cwfilter::report::human::Style) may have
/// coloured.
pub(super) fn painted(out: &mut impl Write, text: &str) -> Result<()> {
    out.write_all(but_colours(text).as_bytes())
}

/// The same on standard error.
pub(super) fn say_painted(text: &str) {
    let _ = std::io::stderr().lock().write_all(but_colours(text).as_bytes());
}

/// Escapes everything except colours.
fn but_colours(text: &str) -> String {
    if !text.contains('\u{1b}') {
        return EscapedLines(text).to_string();
    }
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('\u{1b}');
    out += &EscapedLines(pieces.next().unwrap_or_default()).to_string();
    for piece in pieces {
        let colour = piece.strip_prefix('[').and_then(|rest| rest.split_once('m'));
        match colour.filter(|(code, _)| code.bytes().all(|byte| byte.is_ascii_digit() || byte == b';')) {
            Some((code, rest)) => {
                out += &format!("\u{1b}[{code}m{}", EscapedLines(rest));
            }
            None => out += &format!("{}", EscapedLines(format_args!("\u{1b}{piece}"))),
        }
    }
    out
}

/// Prints a JSON document. Hidden characters become `\\u` escapes, so that the values do not change.
pub(super) fn json(out: &mut impl Write, text: &str) -> Result<()> {
    out.write_all(json_text(text).as_bytes())
}

/// Prints a value as JSON on one line.
pub(super) fn json_line(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    json(out, &(serde_json::to_string(value).map_err(Error::other)? + "\n"))
}

/// Prints a value as JSON on one line; the members of each object are sorted by name.
pub(super) fn json_line_by_name(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    json_line(out, &serde_json::to_value(value).map_err(Error::other)?)
}

/// Prints a value as indented JSON; the members of each object are sorted by name.
pub(super) fn json_pretty_by_name(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    json_pretty(out, &serde_json::to_value(value).map_err(Error::other)?)
}

/// Prints a value as indented JSON.
pub(super) fn json_pretty(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    json(out, &(serde_json::to_string_pretty(value).map_err(Error::other)? + "\n"))
}
