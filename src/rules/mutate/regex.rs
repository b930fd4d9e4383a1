//! Changes of a regular expression: anchors, classes, quantifiers, alternatives, letters. The texts are candidates: the parser refuses
//! those that are no expressions of the language.

use std::ops::Range;

/// A piece of an expression, as its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `^` or `$`
    Anchor,
    /// `[…]`
    Class,
    /// `\x`
    Escape,
    /// `.`
    Dot,
    /// `*`, `+`, `?` or `{m,n}`
    Quantifier,
    /// `|`
    Bar,
    Literal,
}

struct Piece {
    kind: Kind,
    range: Range<usize>,
}

/// The changed expressions, each with the kind of the change.
pub(super) fn changes(body: &str) -> Vec<(&'static str, String)> {
    let pieces = pieces(body);
    let mut all = Vec::new();
    if !body.starts_with('^') {
        all.push(("add an anchor", format!("^{body}")));
    }
    if !body.ends_with('$') {
        all.push(("add an anchor", format!("{body}$")));
    }
    for piece in &pieces {
        let text = body.get(piece.range.clone()).unwrap_or_default();
        let mut put = |change, new: &str| all.push((change, replaced(body, &piece.range, new)));
        match piece.kind {
            Kind::Anchor => put("drop an anchor", ""),
            Kind::Class => of_class(text).iter().for_each(|new| put("change a class", new)),
            Kind::Escape => {
                if let Some(new) = of_escape(text) {
                    put("change a class", &new);
                }
            }
            Kind::Dot => put("change a class", "\\."),
            Kind::Quantifier => of_quantifier(text).iter().for_each(|new| put("change a quantifier", new)),
            Kind::Literal => {
                let lower = text.to_lowercase();
                let other = if lower == text { text.to_uppercase() } else { lower };
                put("change a literal's case", &other);
            }
            Kind::Bar => {}
        }
    }
    all.extend(without_alternatives(body, &pieces).into_iter().map(|new| ("drop an alternative", new)));
    all
}

fn replaced(body: &str, range: &Range<usize>, new: &str) -> String {
    let before = body.get(..range.start).unwrap_or_default();
    let after = body.get(range.end..).unwrap_or_default();
    format!("{before}{new}{after}")
}

fn pieces(body: &str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut at = 0;
    while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        let (kind, length) = match first {
            '^' | '$' => (Kind::Anchor, 1),
            '.' => (Kind::Dot, 1),
            '*' | '+' | '?' => (Kind::Quantifier, 1),
            '|' => (Kind::Bar, 1),
            '\\' => (Kind::Escape, 1 + rest.chars().nth(1).map_or(0, char::len_utf8)),
            '[' => (Kind::Class, class_length(rest)),
            '{' => (Kind::Quantifier, rest.find('}').map_or(1, |end| end + 1)),
            other => (Kind::Literal, other.len_utf8()),
        };
        let range = at..at + length;
        at = range.end;
        match found.last_mut() {
            Some(last) if kind == Kind::Literal && last.kind == Kind::Literal => last.range.end = at,
            _ => found.push(Piece { kind, range }),
        }
    }
    found
}

/// The bytes of the class at the start of a text.
fn class_length(rest: &str) -> usize {
    let (mut depth, mut begins, mut is_escaped) = (0_usize, false, false);
    for (at, c) in rest.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => {
                depth += 1;
                begins = true;
                continue;
            }
            '^' if begins => continue,
            ']' if !begins => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        begins = false;
    }
    rest.len()
}

/// The class negated, and without its first and its last item.
fn of_class(class: &str) -> Vec<String> {
    let inner = class.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or_default();
    let (sign, items, other) = match inner.strip_prefix('^') {
        Some(items) => ("^", items, ""),
        None => ("", inner, "^"),
    };
    let mut all = vec![format!("[{other}{items}]")];
    if items.contains(['[', ']']) {
        return all;
    }
    let items = items_of(items);
    if items.len() > 1 {
        all.push(format!("[{sign}{}]", items.get(1..).unwrap_or_default().concat()));
        all.push(format!("[{sign}{}]", items.get(..items.len() - 1).unwrap_or_default().concat()));
    }
    all
}

/// The items of a class: ranges, escapes and characters.
fn items_of(text: &str) -> Vec<String> {
    let mut atoms: Vec<String> = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next() } else { None };
        atoms.push([Some(c), escaped].into_iter().flatten().collect());
    }
    let mut items: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(atom) = atoms.get(at) {
        match (atoms.get(at + 1).map(String::as_str), atoms.get(at + 2)) {
            (Some("-"), Some(end)) => {
                items.push(format!("{atom}-{end}"));
                at += 3;
            }
            _ => {
                items.push(atom.clone());
                at += 1;
            }
        }
    }
    items
}

/// The opposite class, or any character instead of an escaped dot.
fn of_escape(escape: &str) -> Option<String> {
    let c = escape.chars().nth(1)?;
    match c {
        '.' => Some(".".to_owned()),
        'd' | 's' | 'w' | 'b' => Some(format!("\\{}", c.to_ascii_uppercase())),
        'D' | 'S' | 'W' | 'B' => Some(format!("\\{}", c.to_ascii_lowercase())),
        _ => None,
    }
}

fn of_quantifier(text: &str) -> Vec<String> {
    let counts = text.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    let Some(counts) = counts else {
        return match text {
            "*" => vec!["+".to_owned()],
            "+" => vec!["*".to_owned(), String::new()],
            "?" => vec![String::new(), "*".to_owned()],
            _ => Vec::new(),
        };
    };
    let number = |text: &str| text.trim().parse::<usize>().ok();
    match counts.split_once(',') {
        None => number(counts).map_or(Vec::new(), |n| {
            let less = n.checked_sub(1).map(|n| format!("{{{n}}}"));
            less.into_iter().chain([format!("{{{}}}", n.saturating_add(1)), format!("{{{n},}}")]).collect()
        }),
        Some((low, high)) => {
            let low_number = number(low).unwrap_or(0);
            let mut all = vec![format!("{{{},{high}}}", low_number.saturating_add(1))];
            all.extend(low_number.checked_sub(1).map(|n| format!("{{{n},{high}}}")));
            if let Some(high) = number(high) {
                all.push(format!("{{{low},{}}}", high.saturating_add(1)));
                all.extend(high.checked_sub(1).map(|n| format!("{{{low},{n}}}")));
            }
            all
        }
    }
}

/// The expression without each alternative in turn. The language has no groups.
fn without_alternatives(body: &str, pieces: &[Piece]) -> Vec<String> {
    let bars = pieces.iter().filter(|piece| piece.kind == Kind::Bar);
    let starts: Vec<usize> = [0].into_iter().chain(bars.map(|bar| bar.range.end)).collect();
    if starts.len() < 2 {
        return Vec::new();
    }
    let without = |(at, start): (usize, &usize)| match starts.get(at + 1) {
        Some(next) => replaced(body, &(*start..*next), ""),
        // the last one, with the bar before it
        None => replaced(body, &(start.saturating_sub(1)..body.len()), ""),
    };
    starts.iter().enumerate().map(without).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_changed() {
        for (body, expected) in [
            ("^ab$", "ab$ ^AB$ ^ab"),
            ("x", "^x x$ X"),
            ("^[0-9a]$", "[0-9a]$ ^[^0-9a]$ ^[a]$ ^[0-9]$ ^[0-9a]"),
            ("^[^]a]$", "[^]a]$ ^[]a]$ ^[^]a]"),
            ("^\\d+$", "\\d+$ ^\\D+$ ^\\d*$ ^\\d$ ^\\d+"),
            ("^a.b\\.c$", "a.b\\.c$ ^A.b\\.c$ ^a\\.b\\.c$ ^a.B\\.c$ ^a.b.c$ ^a.b\\.C$ ^a.b\\.c"),
            ("^a{2,3}$", "a{2,3}$ ^A{2,3}$ ^a{3,3}$ ^a{1,3}$ ^a{2,4}$ ^a{2,2}$ ^a{2,3}"),
            ("^1{2}$", "1{2}$ ^1{2}$ ^1{1}$ ^1{3}$ ^1{2,}$ ^1{2}"),
            ("^1$|^2$", "1$|^2$ ^1$|^2$ ^1|^2$ ^1$|2$ ^1$|^2$ ^1$|^2 ^2$ ^1$"),
            ("", "^ $"),
            ("é\\", "^é\\ é\\$ É\\"),
            ("[a", "^[a [a$ [^]"),
            ("a|b|c", "^a|b|c a|b|c$ A|b|c a|B|c a|b|C b|c a|c a|b"),
        ] {
            let found: Vec<String> = changes(body).into_iter().map(|(_, text)| text).collect();
            assert_eq!(found.join(" "), expected, "{body}");
        }
    }
}
