//! Writes the parts of a rule as one filter pattern, within AWS's limits: 1,024 characters, and two regular expressions.

use super::comparison::{Part, comparison};
use super::difference::Difference;
use super::formula::Formula;
use super::refusal::Refusal;
use super::texts::{Mode, Texts};
use crate::FilterPattern;
use crate::limits::PATTERN_CHARACTERS;

/// A pattern, and how it differs from its rule.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) pattern: FilterPattern,
    pub(super) differences: Vec<Difference>,
    pub(super) regexes: usize,
}

/// The pattern of a formula with at most `most` regular expressions. `at`: the byte of the condition.
pub(super) fn pattern(formula: &Formula<'_>, at: usize, most: usize) -> Result<Written, Refusal> {
    let mut differences = Vec::new();
    let mut part = simple(parts(formula, &mut differences)?);
    let too_long = |characters: usize| {
        let reason =
            format!("the pattern would have {characters} characters, and AWS takes {PATTERN_CHARACTERS}");
        Refusal::new(at, reason).help("split the rule into rules with fewer values")
    };
    let least = least(part.clone());
    if least > PATTERN_CHARACTERS {
        return Err(too_long(least));
    }
    let needed = each(&mut part).into_iter().filter(|texts| texts.needs_regex()).count();
    if needed > most {
        let reason = format!("the rule needs {needed} regular expressions, and a pattern takes {most}");
        return Err(Refusal::new(at, reason).help("split the rule into rules with fewer comparisons"));
    }
    choose(&mut part, most - needed);
    let text = shortened(&mut part, most - needed);
    let characters = text.chars().count();
    if characters > PATTERN_CHARACTERS {
        return Err(too_long(characters));
    }
    let pattern: FilterPattern = text.parse().map_err(|error: crate::ParseError| {
        Refusal::new(at, format!("AWS refuses the pattern `{text}`: {}", error.aws_message()))
    })?;
    let texts = each(&mut part);
    differences.extend(texts.iter().flat_map(|texts| texts.differences()));
    differences.sort_by(|a, b| (a.at, a.kind, &a.text).cmp(&(b.at, b.kind, &b.text)));
    differences.dedup_by(|next, before| next.text == before.text && next.direction == before.direction);
    let regexes = texts.iter().filter(|texts| texts.mode == Mode::Regex && texts.can_be_regex()).count();
    Ok(Written { pattern, differences, regexes })
}

fn parts(formula: &Formula<'_>, differences: &mut Vec<Difference>) -> Result<Part, Refusal> {
    let mut all =
        |list: &[Formula<'_>]| list.iter().map(|it| parts(it, differences)).collect::<Result<Vec<_>, _>>();
    match formula {
        Formula::All(list) => Ok(Part::All(all(list)?)),
        Formula::Any(list) => Ok(Part::Any(all(list)?)),
        Formula::Item { item, is_negated } => comparison(item, *is_negated, differences),
    }
}

/// Joins lists of the same kind, and removes lists of one.
fn simple(part: Part) -> Part {
    let is_all = matches!(part, Part::All(_));
    let list = match part {
        Part::All(list) | Part::Any(list) => list,
        single => return single,
    };
    let mut flat = Vec::new();
    for part in list.into_iter().map(simple) {
        match part {
            Part::All(inner) if is_all => flat.extend(inner),
            Part::Any(inner) if !is_all => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match flat.pop() {
        Some(only) if flat.is_empty() => only,
        last => {
            flat.extend(last);
            if is_all { Part::All(flat) } else { Part::Any(flat) }
        }
    }
}

/// All texts of a part, in the order of the pattern.
fn each(part: &mut Part) -> Vec<&mut Texts> {
    match part {
        Part::All(list) | Part::Any(list) => list.iter_mut().flat_map(each).collect(),
        Part::Texts(texts) => vec![texts],
        Part::Clause(_) => Vec::new(),
    }
}

/// Chooses the texts that get one of the regular expressions that are left: comparisons that have to hold come first, since those of a negation
/// make the pattern wider if their case is missed, and not narrower.
fn choose(part: &mut Part, mut left: usize) {
    let mut texts = each(part);
    texts.sort_by_key(|texts| texts.is_negated);
    for texts in texts {
        if texts.mode == Mode::Regex && !texts.needs_regex() {
            if left > 0 && texts.can_be_regex() {
                left -= 1;
            } else {
                texts.mode = Mode::Plain;
            }
        }
    }
}

/// The pattern's text. If it is too long, lists of values become regular expressions, which are shorter, and expressions that ignore case
/// become values. `most`: the regular expressions that are not needed.
fn shortened(part: &mut Part, most: usize) -> String {
    let mut text = written(part);
    while text.chars().count() > PATTERN_CHARACTERS {
        let used = each(part).iter().filter(|it| it.mode == Mode::Regex && !it.needs_regex()).count();
        let mut best: Option<(usize, usize)> = None;
        let count = each(part).len();
        for at in 0..count {
            let Some(changed) = switched(part, at, used < most) else { continue };
            let length = changed.chars().count();
            if length < best.map_or(text.chars().count(), |(_, length)| length) {
                best = Some((at, length));
            }
        }
        let Some((at, _)) = best else { break };
        if let Some(texts) = each(part).into_iter().nth(at) {
            texts.mode = other(texts.mode);
        }
        text = written(part);
    }
    text
}

/// The characters of the pattern if all texts were compared in the shorter way: a bound that no choice of expressions is below.
fn least(mut part: Part) -> usize {
    for texts in each(&mut part) {
        let length =
            |texts: &Texts| texts.conditions().iter().map(|it| it.chars().count() + 4).sum::<usize>();
        let before = length(texts);
        if texts.can_be_regex() && !texts.needs_regex() {
            texts.mode = other(texts.mode);
            if length(texts) > before {
                texts.mode = other(texts.mode);
            }
        }
    }
    written(&part).chars().count()
}

fn other(mode: Mode) -> Mode {
    if mode == Mode::Plain { Mode::Regex } else { Mode::Plain }
}

/// The pattern's text if the texts number `at` are compared in the other way. `None` if they cannot be.
fn switched(part: &mut Part, at: usize, is_left: bool) -> Option<String> {
    let before = {
        let texts = each(part).into_iter().nth(at)?;
        let can = match texts.mode {
            Mode::Plain => is_left && texts.can_be_regex(),
            Mode::Regex => !texts.needs_regex(),
        };
        if !can {
            return None;
        }
        let before = texts.mode;
        texts.mode = other(before);
        before
    };
    let text = written(part);
    if let Some(texts) = each(part).into_iter().nth(at) {
        texts.mode = before;
    }
    Some(text)
}

fn written(part: &Part) -> String {
    format!("{{ {} }}", print(part, None))
}

/// Prints a part. `outer`: whether it is in a list joined by "and", or by "or".
fn print(part: &Part, outer: Option<bool>) -> String {
    let (is_all, texts): (bool, Vec<String>) = match part {
        Part::Clause(text) => return text.clone(),
        Part::Texts(texts) => (texts.is_negated, texts.conditions()),
        Part::All(list) => (true, list.iter().map(|it| print(it, Some(true))).collect()),
        Part::Any(list) => (false, list.iter().map(|it| print(it, Some(false))).collect()),
    };
    let joined = texts.join(if is_all { " && " } else { " || " });
    if texts.len() > 1 && outer.is_some_and(|outer| outer != is_all) { format!("({joined})") } else { joined }
}
