//! Texts and names in SQL.

use crate::escaped::is_hidden;

/// A text as an expression of SQL. Hidden characters are written as `chr(N)`, so that the query shows all that it has.
pub(super) fn text(text: &str) -> String {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        // `##[` is a command for a CI runner
        if is_hidden(c) || (c == '#' && characters.peek() == Some(&'#')) {
            if !plain.is_empty() {
                parts.push(format!("'{plain}'"));
                plain.clear();
            }
            parts.push(format!("chr({})", u32::from(c)));
        } else if c == '\'' {
            plain.push_str("''");
        } else {
            plain.push(c);
        }
    }
    if !plain.is_empty() || parts.is_empty() {
        parts.push(format!("'{plain}'"));
    }
    if parts.len() == 1 { parts.concat() } else { format!("({})", parts.join(" || ")) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_stays_inside_its_quotes() {
        for (text, expected) in [
            ("a", "'a'"),
            ("", "''"),
            ("it's", "'it''s'"),
            ("x' OR 1=1 --", "'x'' OR 1=1 --'"),
            ("a\nb", "('a' || chr(10) || 'b')"),
            ("\u{1b}", "chr(27)"),
            ("##[x", "(chr(35) || '#[x')"),
            ("a\\", "'a\\'"),
        ] {
            assert_eq!(super::text(text), expected);
        }
    }
}
