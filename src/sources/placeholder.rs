//! Placeholders of template languages in texts: Jinja and Helm, `${…}`, ERB. What fills them in is not known here.

use super::value::{Place, Text};

/// The marks of a placeholder.
const MARKS: [(&str, &str); 4] = [("{{", "}}"), ("${", "}"), ("<%", "%>"), ("{%", "%}")];

/// The first placeholder of a text: its range of bytes.
pub(super) fn first(text: &str) -> Option<std::ops::Range<usize>> {
    let found = MARKS.iter().filter_map(|(opening, closing)| {
        let start = text.find(opening)?;
        let inside = start + opening.len();
        // `${a.${b}}`: the brace that closes the outer one
        let mut depth = 0_usize;
        for (at, character) in text.get(inside..)?.char_indices() {
            if *closing == "}" && character == '{' {
                depth += 1;
            } else if *closing == "}" && character == '}' && depth > 0 {
                depth -= 1;
            } else if text.get(inside + at..)?.starts_with(closing) {
                return Some(start..inside + at + closing.len());
            }
        }
        None
    });
    found.min_by_key(|range| range.start)
}

/// The text with a hole, or its value, for each placeholder.
pub(super) fn filled(text: &Text, at: Place, value: &mut dyn FnMut(&str) -> Result<Text, String>) -> Text {
    let mut out = Text::default();
    let mut start = 0;
    while let Some(range) = text.string.get(start..).and_then(first) {
        let (from, to) = (start + range.start, start + range.end);
        out.push(&text.slice(start, from));
        let written = text.string.get(from..to).unwrap_or_default();
        match value(written) {
            Ok(known) => out.push_computed(&known.string, at),
            Err(why) => out.push(&Text::hole(why.into(), at)),
        }
        start = to;
    }
    if start == 0 {
        return text.clone();
    }
    out.push(&text.slice(start, text.string.len()));
    out
}
