//! Lays JSON out on lines. Every token stays as it is: numbers, escapes and the order of members are those of the record.

/// A record on lines. A text that is no JSON object comes back as it is.
pub(super) fn laid_out(text: &str) -> String {
    if !text.trim_start().starts_with('{') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if in_string {
            out.push(c);
            in_string = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
            continue;
        }
        match c {
            ' ' | '\n' | '\r' | '\t' => {}
            '"' => {
                in_string = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                while characters.next_if(|c| c.is_ascii_whitespace()).is_some() {}
                if let Some(end) = characters.next_if(|c| matches!(c, '}' | ']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => out.push(c),
        }
    }
    out
}

/// Indentation ends at this depth: hostile records are deep.
const DEEPEST: usize = 16;

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    (0..depth.min(DEEPEST)).for_each(|_| out.push_str("  "));
}

#[cfg(test)]
mod tests {
    use super::laid_out;

    #[test]
    fn tokens_stay() {
        let record = r#"{"a":1.50e1,"b" : {},"c":[ ],"d":["x, {y}","\"",{"e":null}]}"#;
        let expected = "{\n  \"a\": 1.50e1,\n  \"b\": {},\n  \"c\": [],\n  \"d\": [\n    \"x, {y}\",\n    \"\\\"\",\n    {\n      \"e\": null\n    }\n  ]\n}";
        assert_eq!(laid_out(record), expected);
        assert_eq!(laid_out("a text, {x}"), "a text, {x}");
        let deep = "{\"a\":".repeat(1000) + "1" + &"}".repeat(1000);
        assert!(laid_out(&deep).len() < 100_000);
    }
}
