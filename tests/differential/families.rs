//! Pairs of patterns with a name for their kind: public patterns, random ones, the same pattern in another layout, and families of
//! large patterns.

use super::generate::Random;
use super::hostile;
use cwfilter::FilterPattern;
use cwfilter::syntax::ast::{Expr, Node, Pattern, Predicate, Value};

/// `count` pairs of each kind.
pub(crate) fn pairs(random: &mut Random, count: usize) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    let public = public();
    let generated: Vec<(&str, String)> = (0..4_000)
        .map(|_| hostile::pattern(random))
        .filter(|text| text.parse::<FilterPattern>().is_ok())
        .map(|text| (kind(&text), text))
        .collect();
    for (name, patterns) in [("public", &public), ("random", &generated)] {
        let kinds = ["json", "terms", "regex", "space"];
        for (at, first) in kinds.iter().enumerate() {
            for second in kinds.iter().skip(at) {
                let of = |kind: &str| -> Vec<&String> {
                    patterns.iter().filter(|it| it.0 == kind).map(|it| &it.1).collect()
                };
                let (of_first, of_second) = (of(first), of(second));
                for _ in 0..count {
                    let a = of_first[random.below(of_first.len())].clone();
                    let b = of_second[random.below(of_second.len())].clone();
                    all.push((format!("{name} {first} and {second}"), a, b));
                }
            }
        }
        for _ in 0..count {
            let (kind, text) = &patterns[random.below(patterns.len())];
            if let Some(other) = relaid(random, text) {
                all.push((format!("{name} {kind}, same"), text.clone(), other));
            }
        }
    }
    for _ in 0..count / 2 {
        for (name, make) in FAMILIES {
            let (parts, joint) = make(random);
            let mut other = parts.clone();
            shuffle(random, &mut other);
            let (open, close) = if name.contains("terms") { ("", "") } else { ("{ ", " }") };
            let text = |parts: &[String]| format!("{open}{}{close}", parts.join(joint));
            all.push((format!("{name}, same"), text(&parts), text(&other)));
            let at = random.below(other.len());
            let (more, _) = make(random);
            other[at] = more[0].clone();
            all.push((name.to_owned(), text(&parts), text(&other)));
            other.remove(at);
            all.push((name.to_owned(), text(&parts), text(&other)));
        }
    }
    all
}

/// The patterns of public repositories that parse, with their kind.
pub(crate) fn public() -> Vec<(&'static str, String)> {
    let rows = include_str!("public.tsv").lines().filter(|line| !line.starts_with('#'));
    let texts = rows.filter_map(|row| row.split_once('\t')).map(|(_, text)| text.to_owned());
    texts.filter(|text| text.parse::<FilterPattern>().is_ok()).map(|text| (kind(&text), text)).collect()
}

pub(crate) fn kind(text: &str) -> &'static str {
    match text.parse::<FilterPattern>().map(|it| it.ast().clone()) {
        Ok(Pattern::Json(_)) => "json",
        Ok(Pattern::Space(_)) => "space",
        Ok(Pattern::Regex(_)) => "regex",
        Ok(Pattern::Terms(_)) => "terms",
        _ => "every",
    }
}

type Family = (&'static str, fn(&mut Random) -> (Vec<String>, &'static str));

const WORDS: [&str; 24] = [
    "timeout",
    "error",
    "failed",
    "denied",
    "Connection",
    "refused",
    "user",
    "login",
    "password",
    "exit",
    "task",
    "out of memory",
    "retry",
    "disk",
    "full",
    "killed",
    "panic",
    "Delete",
    "Create",
    "Policy",
    "Bucket",
    "Trail",
    "Key",
    "err",
];

/// Large patterns: the parts, and what joins them.
const FAMILIES: [Family; 4] = [
    ("nine terms", |random| (words(random, 9).iter().map(|word| format!("\"{word}\"")).collect(), " ")),
    ("nine terms, some excluded", |random| {
        let words = words(random, 9);
        let sign = |at: usize| if at % 3 == 2 { "-" } else { "" };
        (words.iter().enumerate().map(|(at, word)| format!("{}\"{word}\"", sign(at))).collect(), " ")
    }),
    ("eight wildcard alternatives", |random| {
        (words(random, 8).iter().map(|word| format!("$.eventName = \"*{word}*\"")).collect(), " || ")
    }),
    ("six products of sums", |random| {
        let sum = |at: usize, words: &[String]| {
            let one = |(number, word): (usize, &String)| match number % 3 {
                0 => format!("$.field{at} = \"{word}*\""),
                1 => format!("$.other{} != \"{word}\"", at % 4),
                _ => format!("$.field{at} = \"*{word}\""),
            };
            let parts: Vec<String> = words.iter().enumerate().map(one).collect();
            format!("({})", parts.join(" || "))
        };
        ((0..6).map(|at| sum(at, &words(random, 3))).collect(), " && ")
    }),
];

fn words(random: &mut Random, count: usize) -> Vec<String> {
    let mut all: Vec<String> = WORDS.iter().map(|&it| it.to_owned()).collect();
    shuffle(random, &mut all);
    all.truncate(count);
    all
}

fn shuffle<T>(random: &mut Random, list: &mut [T]) {
    for at in (1..list.len()).rev() {
        list.swap(at, random.below(at + 1));
    }
}

/// The same pattern: parts in another order, values in quotes, redundant parentheses, `[…]` with an ellipsis at its end.
pub(crate) fn relaid(random: &mut Random, text: &str) -> Option<String> {
    let pattern: FilterPattern = text.parse().ok()?;
    Some(match pattern.ast() {
        Pattern::Json(expr) => format!("{{ {} }}", relaid_expr(random, expr)),
        Pattern::Terms(terms) if terms.iter().all(|term| !term.item.joined) => {
            let mut parts: Vec<String> = terms
                .iter()
                .map(|term| {
                    let sign = match term.item.mode {
                        cwfilter::syntax::ast::TermMode::Optional => "?",
                        cwfilter::syntax::ast::TermMode::Excluded => "-",
                        _ => "",
                    };
                    format!("{sign}\"{}\"", term.item.text.replace('\\', "\\\\").replace('"', "\\\""))
                })
                .collect();
            shuffle(random, &mut parts);
            parts.join(" ")
        }
        Pattern::Space(fields) => {
            let text = pattern.ast().to_string();
            let has_ellipsis = text.contains("...");
            let last = fields.last().is_some_and(|last| last.item.condition().is_none());
            match text.strip_suffix(']') {
                Some(rest) if !has_ellipsis && last && !fields.is_empty() => format!("{rest}, ...]"),
                _ => text.replace(", ", " , "),
            }
        }
        other => other.to_string(),
    })
}

fn relaid_expr<C: std::fmt::Display + Relaid>(random: &mut Random, expr: &Node<Expr<C>>) -> String {
    let joined = |random: &mut Random, parts: &[Node<Expr<C>>], joint: &str| {
        let mut texts: Vec<String> =
            parts.iter().map(|part| format!("({})", relaid_expr(random, part))).collect();
        shuffle(random, &mut texts);
        texts.join(joint)
    };
    match &expr.item {
        Expr::Or(parts) => joined(random, parts, " || "),
        Expr::And(parts) => joined(random, parts, " && "),
        Expr::Group(inner) => format!("({})", relaid_expr(random, inner)),
        Expr::Condition(condition) => condition.relaid(),
        other => panic!("{other:?}", other = std::mem::discriminant(other)),
    }
}

trait Relaid {
    fn relaid(&self) -> String;
}

impl Relaid for cwfilter::syntax::ast::Condition {
    /// A bare word in quotes.
    fn relaid(&self) -> String {
        let mut other = self.clone();
        if let Predicate::Compare(_, value) = &mut other.predicate.item
            && let Value::Bare(text) = &value.item
        {
            value.item = Value::Quoted(text.clone());
        }
        other.to_string()
    }
}
