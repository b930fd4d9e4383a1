//! Patterns and events that are made to meet where a proof may be wrong: the names that proofs make up, keys that look like
//! places, arrays against objects, nulls in arrays, every kind of pattern.

use super::generate::{self, Random};
use cwfilter::FilterPattern;
use cwfilter::syntax::ast::{Pattern, Predicate, Step, Value};
use serde_json::{Map, Value as Json, json};

/// Keys: few, so that they meet; `key1`, `key2`, … are those that a proof makes up.
const KEYS: [&str; 9] = ["a", "b", "key1", "key2", "key3", "0", "1", "any", "x"];
const TEXTS: [&str; 12] = ["x", "y", "", "xx", "xyx", "1", "1.0", "null", "é", "x y", "true", "xy"];
const WILD: [&str; 10] = ["*", "x*", "*x", "*x*", "x*x", "**", "*xy", "x*y*", "*y*x", "1*"];
const NUMBERS: [&str; 7] = ["1", "1.0", "0", "-1", "2", "1e0", "0.5"];

/// A pattern of any kind; some do not parse. A third is those of the general generator.
pub(crate) fn pattern(random: &mut Random) -> String {
    match random.below(24) {
        0..=5 => generate::pattern(random),
        6 => random
            .pick(&["", "\" \"", "[]", "[...]", "[a]", "\"{\"", "%.%", "%^%", "%x*%", "[a, ...]", "[..., a]"])
            .to_owned(),
        7 => terms(random),
        8 => format!("%{}%", regex(random)),
        9 | 10 => columns(random),
        _ => format!("{{ {} }}", expression(random, 2, &mut condition)),
    }
}

fn expression(random: &mut Random, depth: usize, leaf: &mut dyn FnMut(&mut Random) -> String) -> String {
    if depth == 0 || random.below(3) == 0 {
        return leaf(random);
    }
    let joint = random.pick(&[" && ", " || "]);
    let count = 2 + random.below(2);
    let parts: Vec<String> = (0..count)
        .map(|_| {
            if random.below(2) == 0 {
                leaf(random)
            } else {
                format!("({})", expression(random, depth - 1, leaf))
            }
        })
        .collect();
    parts.join(joint)
}

fn condition(random: &mut Random) -> String {
    let selector = selector(random);
    match random.below(12) {
        0..=2 => format!("{selector} NOT EXISTS"),
        3 | 4 => format!("{selector} IS NULL"),
        5 => format!("{selector} IS {}", random.pick(&["TRUE", "FALSE"])),
        6 => format!("{selector} {} {}", random.pick(&["<", "<=", ">", ">="]), random.pick(&NUMBERS)),
        at => format!("{selector} {} {}", if at < 10 { "=" } else { "!=" }, value(random)),
    }
}

fn selector(random: &mut Random) -> String {
    let mut text = "$".to_owned();
    let mut has_wildcard = false;
    for step in 0..1 + random.below(3) {
        match random.below(9) {
            0 if step > 0 => text += &format!("[{}]", random.below(3)),
            1 | 2 if !has_wildcard => {
                has_wildcard = true;
                text += if step > 0 && random.below(2) == 0 { "[*]" } else { ".*" };
            }
            3 => text += random.pick(&[".['']", ".['a b']", ".['key1']", ".['0']"]),
            _ => text += &format!(".{}", random.pick(&KEYS)),
        }
    }
    text
}

fn value(random: &mut Random) -> String {
    match random.below(8) {
        0 => random.pick(&NUMBERS).to_owned(),
        1 => format!("%{}%", regex(random)),
        2 | 3 => format!("\"{}\"", random.pick(&WILD)),
        4 => random.pick(&["*", "x*", "x", "y", "true"]).to_owned(),
        _ => format!("\"{}\"", random.pick(&TEXTS)),
    }
}

fn regex(random: &mut Random) -> &'static str {
    random.pick(&["^x", "x$", "^.$", "[0-9]", r"^\d+$", "x|y", "^$", ".", "^[xy]*$", "xy?x", r"\W", r"[^x]"])
}

fn terms(random: &mut Random) -> String {
    let term = |random: &mut Random| {
        let text = random
            .pick(&["x", "xy", "y", "key1", "\"x y\"", "\"{\"", "\"}\"", "\"\\\"\"", "\" \"", "1", "a"]);
        format!("{}{text}", random.pick(&["", "", "", "?", "-"]))
    };
    let terms: Vec<String> = (0..1 + random.below(3)).map(|_| term(random)).collect();
    terms.join(" ")
}

fn columns(random: &mut Random) -> String {
    let mut fields: Vec<String> = (0..random.below(4))
        .map(|at| {
            let name = format!("c{at}");
            match random.below(4) {
                0 => name,
                _ => expression(random, 1, &mut |random: &mut Random| match random.below(4) {
                    0 => format!("{name} {} {}", random.pick(&["<", ">="]), random.pick(&NUMBERS)),
                    at => format!("{name} {} {}", if at < 3 { "=" } else { "!=" }, value(random)),
                }),
            }
        })
        .collect();
    if random.below(2) == 0 {
        fields.insert(random.below(fields.len() + 1), "...".to_owned());
    }
    format!("[{}]", fields.join(", "))
}

/// The same text with a small change.
pub(crate) fn changed(random: &mut Random, text: &str) -> Option<String> {
    let changes = [
        (".key1", ".key2"),
        (".key2", ".key1"),
        (".*", ".key1"),
        ("[*]", "[0]"),
        (".a", ".*"),
        (".key1", ".*"),
        ("[0]", "[*]"),
        ("&&", "||"),
        ("||", "&&"),
        ("!=", "="),
        ("=", "!="),
        ("NOT EXISTS", "IS NULL"),
        ("IS NULL", "NOT EXISTS"),
        ("*\"", "\""),
        ("\"*", "\""),
        ("x", "x*"),
        (".", ".key1."),
        ("...", "q"),
        (", ", ", ..., "),
    ];
    let known: Vec<_> = changes.iter().filter(|(from, _)| text.contains(from)).collect();
    if known.is_empty() {
        return None;
    }
    let (from, to) = known[random.below(known.len())];
    let places: Vec<usize> = text.match_indices(from).map(|(at, _)| at).collect();
    let at = places[random.below(places.len())];
    Some(format!("{}{to}{}", &text[..at], &text[at + from.len()..]))
}

/// Hundreds of events near the patterns and the witnesses.
pub(crate) fn events(random: &mut Random, patterns: &[&str], witnesses: &[&str]) -> Vec<String> {
    let near = Near::of(patterns);
    let mut all: Vec<String> = witnesses.iter().map(|&it| it.to_owned()).collect();
    all.extend(
        ["", " ", "x", "{}", "[]", "null", "{", "x y", "{ }", "{\"a\":1} x", "\"x\"", "[x] \"y\""]
            .map(str::to_owned),
    );
    // the witnesses, changed
    for witness in witnesses {
        match serde_json::from_str::<Json>(witness) {
            Ok(event) if event.is_object() => all.extend((0..40).map(|_| {
                let mut event = event.clone();
                for _ in 0..1 + random.below(3) {
                    near.change(random, &mut event);
                }
                event.to_string()
            })),
            _ => all.extend((0..30).map(|_| near.change_line(random, witness))),
        }
    }
    // made from the patterns' own ways and values
    if near.is_json {
        all.extend((0..140).map(|_| {
            let mut event = json!({});
            for _ in 0..1 + random.below(6) {
                near.change(random, &mut event);
            }
            event.to_string()
        }));
    }
    if near.is_text {
        all.extend((0..80).map(|_| {
            let words: Vec<String> = (0..random.below(6)).map(|_| near.word(random)).collect();
            words.join(random.pick(&[" ", " ", "  ", "\t", ""]))
        }));
    }
    let any = (0..40).map(|_| generate::message(random));
    all.extend(any.filter_map(|event| String::from_utf8(event).ok()));
    all
}

/// What the patterns speak of.
struct Near {
    ways: Vec<Vec<Step>>,
    values: Vec<Json>,
    words: Vec<String>,
    is_json: bool,
    is_text: bool,
}

impl Near {
    fn of(patterns: &[&str]) -> Self {
        let mut near =
            Near { ways: Vec::new(), values: Vec::new(), words: Vec::new(), is_json: false, is_text: false };
        for text in patterns {
            let Ok(pattern) = text.parse::<FilterPattern>() else { continue };
            match pattern.ast() {
                Pattern::Json(expr) => {
                    near.is_json = true;
                    expr.item.for_each(&mut |condition| {
                        near.ways.push(condition.selector.item.steps.clone());
                        near.predicate(&condition.predicate.item);
                    });
                }
                Pattern::Space(fields) => {
                    near.is_text = true;
                    for field in fields {
                        if let cwfilter::syntax::ast::Field::Conditioned { condition, .. } = &field.item {
                            condition
                                .item
                                .for_each(&mut |condition| near.predicate(&condition.predicate.item));
                        }
                    }
                }
                Pattern::Terms(terms) => {
                    near.is_text = true;
                    near.words.extend(terms.iter().map(|term| term.item.text.clone()));
                }
                _ => near.is_text = true,
            }
        }
        near.words.extend(
            ["x", "y", "xy", "1", "é", "-", "\"a b\"", "[a b]", "{}", "{\"a\":1}"].map(str::to_owned),
        );
        near.values.extend([
            Json::Null,
            Json::Null,
            json!("x"),
            json!("y"),
            json!("xyx"),
            json!(""),
            json!(1),
            json!(true),
            json!(false),
            json!({}),
            json!([]),
            json!([null]),
            json!(["x"]),
            json!([["x", null]]),
            json!({ "key1": null, "b": 1 }),
            json!({ "": "x" }),
        ]);
        near
    }

    fn predicate(&mut self, predicate: &Predicate) {
        match predicate {
            Predicate::Compare(_, value) => match &value.item {
                Value::Quoted(text) | Value::Bare(text) => {
                    let near = [
                        text.clone(),
                        text.replace('*', ""),
                        text.replace('*', "x"),
                        text.replace('*', "xyx"),
                        format!("{text}x"),
                        text.repeat(2),
                    ];
                    for text in near {
                        self.values.push(text.clone().into());
                        self.words.push(text);
                    }
                }
                Value::Number(number) => self.number(&number.lexeme),
                Value::Regex(_) => {}
                other => panic!("no values near {other:?}"),
            },
            Predicate::Order(_, number) => self.number(&number.item.lexeme),
            Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => {}
            other => panic!("no values near {other:?}"),
        }
    }

    fn number(&mut self, lexeme: &str) {
        self.values.push(lexeme.into());
        self.words.extend([lexeme.to_owned(), format!("{lexeme}0")]);
        if let Ok(number) = lexeme.parse::<f64>() {
            self.values.extend([
                json!(number),
                json!(number + 1.0),
                json!(number - 1.0),
                json!(number as i64),
            ]);
        }
    }

    fn word(&self, random: &mut Random) -> String {
        let word = &self.words[random.below(self.words.len())];
        match random.below(8) {
            0 => format!("\"{word}\""),
            1 => format!("[{word}]"),
            2 => format!("x{word}"),
            _ => word.clone(),
        }
    }

    /// Sets, takes away or replaces something at the end of one of the ways, or somewhere.
    fn change(&self, random: &mut Random, event: &mut Json) {
        if self.ways.is_empty() {
            return;
        }
        let way = &self.ways[random.below(self.ways.len())];
        let length = if random.below(5) == 0 { 1 + random.below(way.len()) } else { way.len() };
        let value = self.values[random.below(self.values.len())].clone();
        let value = if random.below(10) == 0 { None } else { Some(value) };
        set(random, event, &way[..length], value);
        if random.below(6) == 0
            && let Some(object) = event.as_object_mut()
        {
            let key = random.pick(&["key1", "key2", "", "0", "other", "a"]);
            object.insert(key.to_owned(), self.values[random.below(self.values.len())].clone());
        }
    }

    fn change_line(&self, random: &mut Random, line: &str) -> String {
        match random.below(6) {
            0 => format!("{line} {}", self.word(random)),
            1 => format!("{} {line}", self.word(random)),
            2 => line.replace(' ', "  "),
            3 => line.chars().skip(1).collect(),
            4 => format!("{line}{}", self.word(random)),
            _ => line.replacen(' ', &format!(" {} ", self.word(random)), 1),
        }
    }
}

/// Puts a value at the end of a path. A wildcard becomes a key or an index, named in the pattern or not.
fn set(random: &mut Random, place: &mut Json, way: &[Step], value: Option<Json>) {
    let Some((step, rest)) = way.split_first() else {
        *place = value.unwrap_or(Json::Null);
        return;
    };
    let is_array = match step {
        Step::Index(_) => true,
        Step::AnyKey | Step::AnyIndex => {
            if place.is_object() || place.is_array() {
                place.is_array()
            } else {
                random.below(2) == 0
            }
        }
        _ => false,
    };
    if is_array {
        if !place.is_array() {
            *place = json!([]);
        }
        let list = place.as_array_mut().expect("it was made one");
        let index = match step {
            Step::Index(index) => *index,
            _ => random.below(4),
        };
        if value.is_none() && rest.is_empty() {
            list.truncate(index);
            return;
        }
        while list.len() <= index {
            list.push(if random.below(3) == 0 { Json::Null } else { "x".into() });
        }
        return set(random, &mut list[index], rest, value);
    }
    if !place.is_object() {
        *place = Json::Object(Map::new());
    }
    let object = place.as_object_mut().expect("it was made one");
    let key = match step {
        Step::Key(key) | Step::QuotedKey(key) => key.clone(),
        _ => random.pick(&["key1", "key2", "a", "b", "", "other", "0"]).to_owned(),
    };
    if value.is_none() && rest.is_empty() {
        object.remove(&key);
        return;
    }
    set(random, object.entry(key).or_insert(Json::Null), rest, value);
}
