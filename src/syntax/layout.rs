//! Prints an AST on several lines.

use super::ast::{Condition, Expr, Node, Pattern};

/// The canonical text, broken after operators if a line would be longer than `width` characters.
/// White space between tokens means nothing to AWS.
///
/// ```
/// let pattern: cwfilter::FilterPattern = "{ $.a = 1 && $.b = 2 }".parse()?;
/// let text = cwfilter::syntax::layout::wrapped(pattern.ast(), 12);
/// assert!(text.lines().count() > 1, "{text}");
/// assert_eq!(text.parse::<cwfilter::FilterPattern>()?.ast(), pattern.ast());
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn wrapped(pattern: &Pattern, width: usize) -> String {
    let line = pattern.to_string();
    let Pattern::Json(expr) = pattern else { return line };
    if line.chars().count() <= width {
        return line;
    }
    let mut text = "{".to_owned();
    let mut column = 1;
    for piece in pieces(expr) {
        let length = piece.chars().count();
        // the blank before the piece, and the blank and brace after the last one
        if column > 1 && column + 1 + length + 2 > width {
            text.push_str("\n ");
            column = 1;
        }
        text.push(' ');
        text.push_str(&piece);
        column += 1 + length;
    }
    text + " }"
}

/// The conditions, each with the parentheses and the operator next to it.
fn pieces(expr: &Node<Expr<Condition>>) -> Vec<String> {
    let joined = |parts: &[Node<Expr<Condition>>], operator: &str| {
        let mut all = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            all.extend(pieces(part));
            if let Some(last) = all.last_mut().filter(|_| at + 1 < parts.len()) {
                last.push_str(operator);
            }
        }
        all
    };
    match &expr.item {
        Expr::Or(parts) => joined(parts, " ||"),
        Expr::And(parts) => joined(parts, " &&"),
        Expr::Group(inner) => {
            let mut all = pieces(inner);
            if let Some(first) = all.first_mut() {
                first.insert(0, '(');
            }
            if let Some(last) = all.last_mut() {
                last.push(')');
            }
            all
        }
        Expr::Condition(condition) => vec![condition.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_short_and_mean_the_same() {
        let text = r#"{ ($.eventName = "a b" || $.eventName = "c && d") && $.x NOT EXISTS && ($.y != 1 || $.y IS NULL) }"#;
        let pattern = super::super::parse(text, crate::Semantics::default()).unwrap();
        for width in [10, 30, 40, 60, 200] {
            let laid_out = wrapped(&pattern, width);
            let again = super::super::parse(&laid_out, crate::Semantics::default()).unwrap();
            assert_eq!(again, pattern, "{laid_out}");
            assert_eq!(wrapped(&again, width), laid_out);
            let longest = laid_out.lines().map(str::len).max().unwrap();
            assert!(longest <= width.max(28), "{laid_out}");
        }
        assert_eq!(
            wrapped(&pattern, 60),
            "{ ($.eventName = \"a b\" || $.eventName = \"c && d\") &&\n  $.x NOT EXISTS && ($.y != 1 || $.y IS NULL) }"
        );
    }
}
