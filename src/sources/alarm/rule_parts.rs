//! Rules of composite alarms that refer to other resources.

/// A rule with references to other resources: each reference becomes a name, and equal references become equal names.
/// `None` if a reference is not the whole name of an alarm.
pub(crate) fn with_names(parts: &[Part]) -> Option<String> {
    let mut references: Vec<&str> = Vec::new();
    let mut rule = String::new();
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Literal(text) => rule += text,
            Part::Reference(expression) => {
                let next = parts.get(at + 1);
                let closes = matches!(next, Some(Part::Literal(text)) if text.trim_start().starts_with([')', '"', ',']));
                if !rule.trim_end().ends_with(['(', '"', ',']) || !closes {
                    return None;
                }
                let known = references.iter().position(|other| *other == expression);
                let number = known.unwrap_or_else(|| {
                    references.push(expression);
                    references.len() - 1
                });
                rule += &format!("reference-{number}");
            }
        }
    }
    Some(rule)
}

/// A part of a text that is put together.
pub(crate) enum Part {
    Literal(String),
    Reference(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_names_where_they_are_whole_names() {
        let literal = |text: &str| Part::Literal(text.to_owned());
        let reference = |text: &str| Part::Reference(text.to_owned());
        let rule = [literal("ALARM("), reference("a"), literal(") OR OK(\""), reference("b"), literal("\")")];
        assert_eq!(with_names(&rule).as_deref(), Some("ALARM(reference-0) OR OK(\"reference-1\")"));
        let same = [literal("ALARM("), reference("a"), literal(") AND OK("), reference("a"), literal(")")];
        assert_eq!(with_names(&same).as_deref(), Some("ALARM(reference-0) AND OK(reference-0)"));
        assert_eq!(with_names(&[reference("rule")]), None);
        assert_eq!(with_names(&[literal("ALARM(x-"), reference("a"), literal(")")]), None);
    }
}
