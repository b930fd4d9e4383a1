//! The conditions that are joined by `&&` with the condition at the cursor. The pattern is read leniently: it is seldom whole while it is typed.

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Or,
    And,
    /// The bytes of a condition, or of a part of it.
    Text(usize, usize),
}

/// The tokens of a pattern, each with its first byte. `(` and `|` in quotes are text.
fn tokens(text: &str) -> Vec<(usize, Token)> {
    let mut all = Vec::new();
    let (mut start, mut is_quoted) = (0, false);
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        let next = bytes.peek().map(|(_, byte)| *byte);
        let (token, length) = match byte {
            b'\\' if is_quoted => {
                bytes.next();
                continue;
            }
            b'"' => {
                is_quoted = !is_quoted;
                continue;
            }
            _ if is_quoted => continue,
            b'(' | b'{' => (Token::Open, 1),
            b')' | b'}' => (Token::Close, 1),
            b'|' if next == Some(b'|') => (Token::Or, 2),
            b'&' if next == Some(b'&') => (Token::And, 2),
            _ => continue,
        };
        all.push((start, Token::Text(start, at)));
        all.push((at, token));
        if length == 2 {
            bytes.next();
        }
        start = at + length;
    }
    all.push((start, Token::Text(start, text.len())));
    all
}

/// The conditions of one direction from the cursor, nearest first: `inner` opens a group in this direction, and `outer` leaves the group.
fn walked<'a>(
    text: &'a str,
    tokens: impl Iterator<Item = Token>,
    inner: Token,
    outer: Token,
    found: &mut Vec<&'a str>,
) {
    // after a `||` of the cursor's own group, the rest of the group is another alternative
    let (mut depth, mut is_other) = (0_usize, false);
    for token in tokens {
        match token {
            Token::Text(start, end) if !is_other => found.extend(text.get(start..end)),
            Token::Text(..) | Token::And => {}
            Token::Or if depth == 0 => is_other = true,
            Token::Or => {}
            _ if token == inner => depth += 1,
            _ if token == outer && depth > 0 => depth -= 1,
            // the group of the cursor is one condition of the group around it
            _ => is_other = false,
        }
    }
}

/// The texts of the conditions that hold together with the one at `cursor`.
pub(super) fn joined(text: &str, cursor: usize) -> Vec<&str> {
    let tokens = tokens(text);
    let own = tokens.iter().rposition(|(at, token)| *at <= cursor && matches!(token, Token::Text(..)));
    let own = own.unwrap_or_default();
    let mut found = Vec::new();
    let (before, after) = (tokens.get(..own).unwrap_or_default(), tokens.get(own + 1..).unwrap_or_default());
    walked(text, before.iter().rev().map(|(_, token)| *token), Token::Close, Token::Open, &mut found);
    walked(text, after.iter().map(|(_, token)| *token), Token::Open, Token::Close, &mut found);
    found.retain(|it| it.trim_start().starts_with('$'));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cursor is at `^`.
    #[test]
    fn what_holds_together_with_the_cursor() {
        let rows: [(&str, &[&str]); 9] = [
            ("{ $.n = ^ && $.s = 1 }", &["$.s = 1"]),
            ("{ $.s = 1 && $.n = \"^\" }", &["$.s = 1"]),
            ("{ $.s = 1 || $.n = ^ }", &[]),
            ("{ $.n = ^ || $.s = 1 && $.t = 2 }", &[]),
            ("{ ($.s = 1 || $.s = 2) && ($.n = ^ || $.n = 3) }", &["$.s = 2", "$.s = 1"]),
            ("{ ($.a = 1 && ($.n = ^)) || $.s = 1 }", &["$.a = 1"]),
            ("{ $.s = \"a || (\" && $.n = ^", &["$.s = \"a || (\""]),
            ("{ (($.n = ^) && $.b = 1) && $.c = 2 || $.d = 3 }", &["$.b = 1", "$.c = 2"]),
            ("^", &[]),
        ];
        for (text, wanted) in rows {
            let cursor = text.find('^').unwrap();
            let text = text.replacen('^', "", 1);
            let found: Vec<&str> = joined(&text, cursor).into_iter().map(str::trim).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}
