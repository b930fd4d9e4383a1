//! Functions of texts.

use super::call::{Call, Outcome};
use crate::limits::REGEX_BYTES;
use crate::sources::value::{Data, Text, Value, number_text};
use std::collections::BTreeMap;

pub(super) const NAMES: &[&str] = &[
    "chomp",
    "endswith",
    "format",
    "formatlist",
    "indent",
    "join",
    "lower",
    "regex",
    "regexall",
    "replace",
    "split",
    "startswith",
    "strcontains",
    "strrev",
    "substr",
    "title",
    "trim",
    "trimprefix",
    "trimspace",
    "trimsuffix",
    "upper",
];

pub(super) fn call(it: &Call<'_>, name: &str) -> Option<Outcome> {
    let map = |operation: fn(&str) -> String| it.string(0).and_then(|text| it.computed(operation(&text)));
    let test = |operation: fn(&str, &str) -> bool| {
        it.string(0).and_then(|text| it.truth(operation(&text, &it.string(1)?)))
    };
    Some(match name {
        "lower" => map(str::to_lowercase),
        "upper" => map(str::to_uppercase),
        "strrev" => map(|text| text.chars().rev().collect()),
        "title" => map(title),
        "startswith" => test(|text, part| text.starts_with(part)),
        "endswith" => test(|text, part| text.ends_with(part)),
        "strcontains" => test(|text, part| text.contains(part)),
        "trimspace" => trimmed(it, |text| (text.len() - text.trim_start().len(), text.trim_end().len())),
        "chomp" => trimmed(it, |text| (0, text.trim_end_matches(['\n', '\r']).len())),
        "trim" => it.string(1).and_then(|set| {
            let text = it.string(0)?;
            let text = text.trim_matches(|c| set.contains(c));
            it.computed(text)
        }),
        "trimprefix" => it.string(1).and_then(|part| {
            let text = it.string(0)?;
            it.computed(text.strip_prefix(&part).unwrap_or(&text))
        }),
        "trimsuffix" => it.string(1).and_then(|part| {
            let text = it.string(0)?;
            it.computed(text.strip_suffix(&part).unwrap_or(&text))
        }),
        "substr" => substr(it),
        "indent" => it.number(0).and_then(|spaces| {
            let blanks = " ".repeat((spaces.max(0.0) as usize).min(1000));
            it.computed(it.string(1)?.replace('\n', &format!("\n{blanks}")))
        }),
        "split" => it.string(0).and_then(|separator| {
            let text = it.string(1)?;
            let parts: Vec<Value> = match (text.is_empty(), separator.is_empty()) {
                (true, _) => Vec::new(),
                (_, true) => text.chars().map(|c| Value::computed(c, it.at)).collect(),
                _ => text.split(&separator).map(|part| Value::computed(part, it.at)).collect(),
            };
            it.listed(parts)
        }),
        "join" => join(it),
        "format" => {
            it.string(0).and_then(|format| formatted(it, &format, it.arguments.get(1..).unwrap_or_default()))
        }
        "formatlist" => format_list(it),
        "replace" => replace(it),
        "regex" => regex(it).and_then(|regex| {
            let text = it.string(1)?;
            let found = regex.captures(&text).ok_or_else(|| "the expression finds nothing".to_owned())?;
            Ok(captured(it, &regex, &found))
        }),
        "regexall" => regex(it).and_then(|regex| {
            let text = it.string(1)?;
            it.listed(regex.captures_iter(&text).map(|found| captured(it, &regex, &found)).collect())
        }),
        _ => return None,
    })
}

fn title(text: &str) -> String {
    let mut is_start = true;
    let upper = |c: char| {
        let is_first = std::mem::replace(&mut is_start, !c.is_alphanumeric() && c != '_' && c != '\'');
        if is_first { c.to_uppercase().collect::<String>() } else { c.to_string() }
    };
    text.chars().map(upper).collect()
}

/// A part of the text; its literal stays known.
fn trimmed(it: &Call<'_>, of: fn(&str) -> (usize, usize)) -> Outcome {
    let argument = it.argument(0)?;
    let text = argument.to_text().ok_or_else(|| it.why(argument, "a text"))?;
    if text.first_hole().is_some() {
        return Ok(Value { at: it.at, ..argument.clone() });
    }
    let (start, end) = of(&text.string);
    Ok(Value { data: Value::text(text.slice(start.min(end), end), it.at).data, ..argument.clone() })
}

fn substr(it: &Call<'_>) -> Outcome {
    let characters: Vec<char> = it.string(0)?.chars().collect();
    let (offset, length) = (it.number(1)?, it.number(2)?);
    let count = characters.len() as f64;
    let start = if offset < 0.0 { (count + offset).max(0.0) } else { offset.min(count) };
    let end = if length < 0.0 { count } else { (start + length).min(count) };
    it.computed(characters.get(start as usize..end as usize).unwrap_or_default().iter().collect::<String>())
}

fn join(it: &Call<'_>) -> Outcome {
    let separator = it.string(0)?;
    let mut out = Text::default();
    let mut is_first = true;
    for argument in it.arguments.get(1..).unwrap_or_default() {
        let list = argument.as_list().ok_or_else(|| it.why(argument, "a list"))?;
        for item in list {
            if !std::mem::take(&mut is_first) {
                out.push_computed(&separator, it.at);
            }
            out.push(&item.to_text().ok_or_else(|| it.why(item, "a text"))?);
        }
    }
    Ok(Value::text(out, it.at))
}

fn format_list(it: &Call<'_>) -> Outcome {
    let format = it.string(0)?;
    let rest = it.arguments.get(1..).unwrap_or_default();
    let length = rest.iter().filter_map(Value::as_list).map(<[Value]>::len).max().unwrap_or(1);
    let one = |index: usize| {
        let arguments: Vec<Value> = rest
            .iter()
            .map(|argument| match argument.as_list() {
                Some(list) => list.get(index).cloned().unwrap_or_else(|| Value::new(Data::Null, it.at)),
                None => argument.clone(),
            })
            .collect();
        formatted(it, &format, &arguments)
    };
    let list: Result<Vec<Value>, String> = (0..length).map(one).collect();
    it.listed(list?)
}

/// The verbs of Go's `fmt` that Terraform has.
fn formatted(it: &Call<'_>, format: &str, arguments: &[Value]) -> Outcome {
    let mut out = Text::default();
    let mut rest = format;
    let mut next = 0;
    while let Some(at) = rest.find('%') {
        let (before, after) = rest.split_at(at);
        out.push_computed(before, it.at);
        let after = after.get(1..).unwrap_or_default();
        let length = after.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(after.len());
        let (flags, verb) = after.split_at(length);
        let Some(verb_char) = verb.chars().next() else { return Err("the format ends in a verb".to_owned()) };
        rest = verb.get(verb_char.len_utf8()..).unwrap_or_default();
        if verb_char == '%' {
            out.push_computed("%", it.at);
            continue;
        }
        let (flags, index) = match flags.strip_prefix('[').and_then(|flags| flags.split_once(']')) {
            Some((index, flags)) => (flags, index.parse::<usize>().unwrap_or(0).wrapping_sub(1)),
            None => (flags, next),
        };
        next = index.wrapping_add(1);
        let argument =
            arguments.get(index).ok_or_else(|| "the format has more verbs than arguments".to_owned())?;
        one_verb(it, flags, verb_char, argument, &mut out)?;
    }
    out.push_computed(rest, it.at);
    Ok(Value::text(out, it.at))
}

fn one_verb(it: &Call<'_>, flags: &str, verb: char, argument: &Value, out: &mut Text) -> Result<(), String> {
    let number = || super::super::kinds::number(argument).ok_or_else(|| it.why(argument, "a number"));
    if argument.why_unknown().is_some() && flags.is_empty() && matches!(verb, 's' | 'v' | 'd') {
        out.push(&argument.to_text().unwrap_or_default());
        return Ok(());
    }
    let text = match (verb, &argument.data) {
        ('v', Data::List(_) | Data::Map(_) | Data::Null) => super::encoding::json_text(argument)?,
        ('v', _) if flags.contains('#') => super::encoding::json_text(argument)?,
        ('s' | 'v', _) if flags.is_empty() => {
            out.push(&argument.to_text().ok_or_else(|| it.why(argument, "a text"))?);
            return Ok(());
        }
        ('s' | 'v', _) => {
            let text = argument.to_string().ok_or_else(|| it.why(argument, "a text"))?;
            match flags.split_once('.').map(|(_, digits)| digits.parse::<usize>().unwrap_or(0)) {
                Some(most) => text.chars().take(most).collect(),
                None => text,
            }
        }
        ('q', _) => super::encoding::json_text(argument)?,
        ('d' | 'f', _) if flags.contains(['+', ' ']) => {
            return Err(format!("the verb `%{flags}{verb}` of `format` is not evaluated"));
        }
        ('d', _) => number_text(number()?.trunc()),
        ('t', _) => argument.to_string().ok_or_else(|| it.why(argument, "a truth value"))?,
        ('x', Data::Number(_)) => format!("{:x}", number()? as i64),
        ('X', Data::Number(_)) => format!("{:X}", number()? as i64),
        ('o', _) => format!("{:o}", number()? as i64),
        ('b', _) => format!("{:b}", number()? as i64),
        ('f', _) => {
            let precision =
                flags.split_once('.').and_then(|(_, digits)| digits.parse().ok()).unwrap_or(6_usize);
            format!("{:.*}", precision.min(100), number()?)
        }
        _ => return Err(format!("the verb `%{verb}` of `format` is not evaluated")),
    };
    let width = flags.trim_start_matches(['-', '0', '+', '#', ' ']).split('.').next().unwrap_or_default();
    let width = width.parse::<usize>().unwrap_or(0).min(1000);
    let missing = width.saturating_sub(text.chars().count());
    let padded = match (flags.starts_with('-'), flags.starts_with('0')) {
        (true, _) => format!("{text}{}", " ".repeat(missing)),
        (_, true) if verb != 's' => match text.strip_prefix('-') {
            Some(digits) => format!("-{}{digits}", "0".repeat(missing)),
            None => format!("{}{text}", "0".repeat(missing)),
        },
        _ => format!("{}{text}", " ".repeat(missing)),
    };
    out.push_computed(&padded, it.at);
    Ok(())
}

fn compiled(source: &str) -> Result<regex::Regex, String> {
    let built = regex::RegexBuilder::new(source).size_limit(REGEX_BYTES).build();
    built.map_err(|_| "a regular expression that is not read here".to_owned())
}

fn regex(it: &Call<'_>) -> Result<regex::Regex, String> {
    compiled(&it.string(0)?)
}

/// The text found, its groups, or its named groups.
fn captured(it: &Call<'_>, regex: &regex::Regex, found: &regex::Captures<'_>) -> Value {
    let text = |group: Option<regex::Match<'_>>| match group {
        Some(group) => Value::computed(group.as_str(), it.at),
        None => Value::new(Data::Null, it.at),
    };
    let names: Vec<&str> = regex.capture_names().flatten().collect();
    if !names.is_empty() {
        let map: BTreeMap<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), text(found.name(name)))).collect();
        return Value::map(map, it.at);
    }
    match found.len() {
        1 => text(found.get(0)),
        _ => Value::list(found.iter().skip(1).map(text).collect(), it.at),
    }
}

fn replace(it: &Call<'_>) -> Outcome {
    let (text, search, new) = (it.string(0)?, it.string(1)?, it.string(2)?);
    let pattern = search.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    match pattern.filter(|_| search.len() > 1) {
        Some(pattern) => it.computed(compiled(pattern)?.replace_all(&text, new.as_str()).into_owned()),
        None => it.computed(text.replace(&search, &new)),
    }
}
