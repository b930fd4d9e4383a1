//! The limits of the Sigma import: a rule at a limit is converted, or refused for another reason; a rule one beyond it is refused with the limit,
//! shortened, or compared in another way.

use cwfilter::limits::*;
use cwfilter::sigma::Importer;

/// What became of a rule: its pattern and its text, or the reason of the refusal.
struct Outcome {
    pattern: String,
    toml: String,
    refusal: String,
}

fn import(description: &str, detection: &str) -> Outcome {
    let rule = format!(
        "title: t\ndescription: {description}\nlogsource:\n  product: aws\n  service: cloudtrail\ndetection:\n{detection}\n"
    );
    let file = Importer::new().import("limits", &rule);
    let refusal = file.refused.into_iter().map(|it| it.reason).collect();
    let rule = file.rules.into_iter().next();
    let (pattern, toml) = rule.map(|it| (it.pattern, it.toml)).unwrap_or_default();
    Outcome { pattern, toml, refusal }
}

fn condition(condition: &str) -> Outcome {
    import("d", &format!("  s:\n    a: x\n    b: y\n  condition: {condition}"))
}

/// A condition with this many characters.
fn padded(characters: usize) -> Outcome {
    condition(&format!("s{}or s", " ".repeat(characters - 5)))
}

fn nested(depth: usize) -> Outcome {
    condition(&format!("{}s{}", "(".repeat(depth), ")".repeat(depth)))
}

fn negated(times: usize) -> Outcome {
    condition(&format!("{}s", "not ".repeat(times)))
}

/// A condition that makes this many comparisons, two for each name.
fn comparisons(count: usize) -> Outcome {
    condition(&vec!["s"; count / 2].join(" or "))
}

/// A regular expression with two alternatives in each of its groups.
fn groups(count: usize) -> Outcome {
    import("d", &format!("  s:\n    a|re: '^{}$'\n  condition: s", "(ab|cd)".repeat(count)))
}

#[test]
fn a_rule_beyond_a_limit_is_refused_with_the_limit() {
    // limit, a rule at the limit, a rule beyond it, words of the refusal
    let table: [(&str, Outcome, Outcome, &str); 5] = [
        (
            "SIGMA_CONDITION_CHARACTERS",
            padded(SIGMA_CONDITION_CHARACTERS),
            padded(SIGMA_CONDITION_CHARACTERS + 1),
            "at most 4096 are read",
        ),
        (
            "SIGMA_CONDITION_NESTING",
            nested(SIGMA_CONDITION_NESTING),
            nested(SIGMA_CONDITION_NESTING + 1),
            "64",
        ),
        (
            "SIGMA_CONDITION_NESTING",
            negated(SIGMA_CONDITION_NESTING),
            negated(SIGMA_CONDITION_NESTING + 1),
            "64",
        ),
        (
            "SIGMA_COMPARISONS",
            comparisons(SIGMA_COMPARISONS),
            comparisons(SIGMA_COMPARISONS + 2),
            "more than 1000 comparisons",
        ),
        (
            "SIGMA_ALTERNATIVES",
            groups(SIGMA_ALTERNATIVES.ilog2() as usize),
            groups(SIGMA_ALTERNATIVES.ilog2() as usize + 1),
            "more than 256 alternatives",
        ),
    ];
    for (limit, at, beyond, said) in table {
        assert!(!at.refusal.contains(said), "{limit}: {}", at.refusal);
        assert!(!at.pattern.is_empty() || at.refusal.contains("1024"), "{limit}: {}", at.refusal);
        assert!(beyond.refusal.contains(said), "{limit}: {}", beyond.refusal);
    }
}

#[test]
fn a_long_text_is_shortened_where_it_shows() {
    let described =
        |characters: usize| import(&"é".repeat(characters), "  s:\n    a: x\n  condition: s").toml;
    let (at, beyond) = (described(SIGMA_TEXT_CHARACTERS), described(SIGMA_TEXT_CHARACTERS + 1));
    assert!(at.contains(&"é".repeat(SIGMA_TEXT_CHARACTERS)) && !at.contains('…'), "{at}");
    assert!(beyond.contains(&format!("{}…", "é".repeat(SIGMA_TEXT_CHARACTERS))), "{beyond}");
    assert!(!beyond.contains(&"é".repeat(SIGMA_TEXT_CHARACTERS + 1)), "{beyond}");
}

/// Names of calls contain `Del`, `dEl`, `deL` and `del`, and five spellings of `sen`.
#[test]
fn a_text_with_more_known_spellings_becomes_a_regular_expression() {
    let named =
        |part: &str| import("d", &format!("  s:\n    eventName|contains: {part}\n  condition: s")).pattern;
    let (at, beyond) = (named("del"), named("sen"));
    assert_eq!(at.matches("$.eventName").count(), SIGMA_SPELLINGS, "{at}");
    assert!(!at.contains('%'), "{at}");
    assert_eq!(beyond, "{ $.eventName = %[Ss][Ee][Nn]% }");
}
