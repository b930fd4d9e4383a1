//! Messages that are likely witnesses. The reference evaluator chooses among them.

use super::budget::Budget;
use crate::FilterPattern;
use crate::limits::GUESSES;
use crate::syntax::ast::{Field, Pattern, Predicate, Value};

/// Texts that the patterns read: terms and values, each alone, and all in one line. The stars of a value are left out.
pub(super) fn texts(wanted: &[(&FilterPattern, bool)], budget: &Budget) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for (pattern, _) in wanted {
        match pattern.ast() {
            Pattern::Terms(terms) => texts.extend(terms.iter().map(|term| term.item.text.clone())),
            Pattern::Regex(regex) => {
                texts.extend(regex.item.body.split('|').map(|text| text.trim_matches(['^', '$']).to_owned()));
            }
            Pattern::Space(fields) => {
                for condition in fields.iter().filter_map(|field| Field::condition(&field.item)) {
                    condition.item.for_each(&mut |condition| match &condition.predicate.item {
                        Predicate::Compare(_, value) => texts.push(match &value.item {
                            Value::Quoted(text) | Value::Bare(text) => text.replace('*', ""),
                            Value::Number(number) => number.lexeme.clone(),
                            Value::Regex(regex) => regex.body.clone(),
                        }),
                        Predicate::Order(_, number) => texts.push(number.item.lexeme.clone()),
                        Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => {
                        }
                    });
                }
            }
            Pattern::Everything | Pattern::Json(_) => {}
        }
    }
    texts.truncate(budget.raised(GUESSES / 100));
    let all = texts.join(" ");
    texts.extend([all, "x".to_owned(), "x y z".to_owned()]);
    texts
}

/// The lines, and each with a text in the place of a word, at its end, or with a word more.
pub(super) fn with_words(lines: &[String], texts: &[String], budget: &Budget) -> Vec<String> {
    let mut all: Vec<String> = lines.to_vec();
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        for text in texts {
            let quoted = match text {
                text if text.contains('"') => format!("[{text}]"),
                text => format!("\"{text}\""),
            };
            for at in (0..words.len()).rev().filter(|at| words.get(*at) == Some(&"x")) {
                let mut changed = words.clone();
                changed.splice(at..=at, [quoted.as_str()]);
                all.push(changed.join(" "));
            }
            all.push(format!("{line} {text}"));
        }
        if all.len() > budget.raised(GUESSES) {
            break;
        }
    }
    all
}

/// The object with each of the texts in an additional field, with and without blanks. Blanks make several tokens.
pub(super) fn with_texts(object: &str, texts: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    let Some(rest) = object.strip_prefix('{') else { return all };
    let comma = if rest == "}" { "" } else { ", " };
    for text in texts {
        let text = serde_json::Value::from(text.as_str());
        all.push(format!("{{\"message\":{text}{}{rest}", comma.trim_end()));
        all.push(format!("{{ \"message\": {text}{comma}{rest}"));
    }
    all.push(format!("{{ {rest}"));
    all.push(format!("{{ {} }}", rest.strip_suffix('}').unwrap_or(rest)));
    all
}

/// The lines, and pairs of them in one line.
pub(super) fn mixed(lines: &[String], budget: &Budget) -> Vec<String> {
    let pairs = lines.iter().flat_map(|first| lines.iter().map(move |second| format!("{first} {second}")));
    let quoted =
        lines.iter().flat_map(|first| lines.iter().map(move |second| format!("{first} \"{second}\"")));
    lines.iter().cloned().chain(pairs).chain(quoted).take(budget.raised(GUESSES)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Bounds;
    use crate::limits::PROOF_STEPS;

    #[test]
    fn more_steps_try_more_messages() {
        let lines: Vec<String> = (0..100).map(|at| format!("x{at} x")).collect();
        let terms: Vec<String> = (0..100).map(|at| format!("t{at}")).collect();
        let pattern: FilterPattern = terms.join(" ").parse().unwrap();
        for factor in [1, 2] {
            let budget = Budget::new(&Bounds::default().with_steps(factor * PROOF_STEPS));
            assert_eq!(mixed(&lines, &budget).len(), factor * GUESSES);
            // beside them all together, and two that no pattern has
            assert_eq!(texts(&[(&pattern, true)], &budget).len(), factor * GUESSES / 100 + 3);
            // the bound is looked at after each line
            let words = with_words(&lines, &terms, &budget).len();
            assert!((factor * GUESSES..factor * GUESSES + 3 * terms.len()).contains(&words), "{words}");
        }
    }
}
