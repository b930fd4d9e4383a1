//! A small evaluator of Logs Insights queries, made from its documents: no engine of Logs Insights exists outside AWS. **It was not compared
//! with AWS.** It knows what a translation writes: one `filter` with `and`, `or`, `not`, `ispresent`, `like` and comparisons.
//!
//! Fields: a JSON object's leaves, with dots between keys and indexes (user guide, *Supported logs and discovered fields*). Comparison with
//! a number is numeric. A text in quotes has no escapes, and a regular expression between slashes is searched.

use regex::Regex;
use serde_json::Value;
use std::collections::HashMap;

/// A `filter` condition.
#[derive(Debug)]
enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    IsPresent(String),
    Like(String, Pattern),
    Compare(String, String, Literal),
}

#[derive(Debug)]
enum Pattern {
    Part(String),
    Regex(Regex),
}

#[derive(Debug)]
enum Literal {
    Text(String),
    Number(f64),
}

/// Runs queries over events.
pub(crate) fn run(queries: &[&str], events: &[&str]) -> Vec<Result<Vec<usize>, String>> {
    let fields: Vec<HashMap<String, String>> = events.iter().map(|event| fields(event)).collect();
    queries
        .iter()
        .map(|query| {
            let filter = parse(query)?;
            Ok((0..events.len())
                .filter(|at| filter.as_ref().is_none_or(|it| it.holds(&fields[*at])))
                .collect())
        })
        .collect()
}

/// The discovered fields, and `@message`.
fn fields(event: &str) -> HashMap<String, String> {
    fn add(name: &str, value: &Value, found: &mut HashMap<String, String>) {
        let inner = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
        let text = match value {
            Value::Object(members) => {
                return members.iter().for_each(|(key, value)| add(&inner(key), value, found));
            }
            Value::Array(items) => {
                return items
                    .iter()
                    .enumerate()
                    .for_each(|(at, item)| add(&inner(&at.to_string()), item, found));
            }
            Value::Null => return,
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        let name = if name.starts_with('@') { format!("@{name}") } else { name.to_owned() };
        found.insert(name, text);
    }
    let mut found = HashMap::new();
    if let Ok(value @ Value::Object(_)) = serde_json::from_str(event) {
        add("", &value, &mut found);
    }
    found.insert("@message".to_owned(), event.to_owned());
    found
}

impl Filter {
    fn holds(&self, fields: &HashMap<String, String>) -> bool {
        match self {
            Filter::All(parts) => parts.iter().all(|part| part.holds(fields)),
            Filter::Any(parts) => parts.iter().any(|part| part.holds(fields)),
            Filter::Not(inner) => !inner.holds(fields),
            Filter::IsPresent(name) => fields.contains_key(name),
            Filter::Like(name, pattern) => fields.get(name).is_some_and(|text| match pattern {
                Pattern::Part(part) => text.contains(part.as_str()),
                Pattern::Regex(regex) => regex.is_match(text),
            }),
            Filter::Compare(name, operator, literal) => {
                let Some(text) = fields.get(name) else { return false };
                match (literal, operator.as_str()) {
                    (Literal::Text(other), "=") => text == other,
                    (Literal::Text(other), "!=") => text != other,
                    (Literal::Text(_), operator) => panic!("a text after {operator}"),
                    (Literal::Number(other), operator) => match (text.parse::<f64>(), operator) {
                        (Ok(number), "=") => number == *other,
                        (Ok(number), "!=") => number != *other,
                        (Ok(number), "<") => number < *other,
                        (Ok(number), "<=") => number <= *other,
                        (Ok(number), ">") => number > *other,
                        (Ok(number), ">=") => number >= *other,
                        (Err(_), operator) => operator == "!=",
                        (Ok(_), operator) => panic!("{operator}"),
                    },
                }
            }
        }
    }
}

/// The condition of a query; `None` if it has none.
fn parse(query: &str) -> Result<Option<Filter>, String> {
    let rest = query.strip_prefix("fields @timestamp, @message").ok_or("no `fields`")?;
    if rest.is_empty() {
        return Ok(None);
    }
    let rest = rest.strip_prefix("\n| filter ").ok_or("no `filter`")?;
    let mut parser = Parser { rest };
    let filter = parser.any()?;
    if parser.rest.is_empty() { Ok(Some(filter)) } else { Err(format!("not read: {}", parser.rest)) }
}

struct Parser<'q> {
    rest: &'q str,
}

impl Parser<'_> {
    fn takes(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn any(&mut self) -> Result<Filter, String> {
        let mut parts = vec![self.all()?];
        while self.takes(" or ") {
            parts.push(self.all()?);
        }
        Ok(Filter::Any(parts))
    }

    fn all(&mut self) -> Result<Filter, String> {
        let mut parts = vec![self.condition()?];
        while self.takes(" and ") {
            parts.push(self.condition()?);
        }
        Ok(Filter::All(parts))
    }

    fn condition(&mut self) -> Result<Filter, String> {
        if self.takes("(") {
            let inner = self.any()?;
            return if self.takes(")") { Ok(inner) } else { Err(format!("no `)`: {}", self.rest)) };
        }
        if self.takes("not ") {
            return Ok(Filter::Not(Box::new(self.condition()?)));
        }
        if self.takes("ispresent(") {
            let name = self.name()?;
            return if self.takes(")") { Ok(Filter::IsPresent(name)) } else { Err("no `)`".to_owned()) };
        }
        let name = self.name()?;
        if self.takes(" not like ") {
            // a missing field is not unlike a pattern
            let like = Filter::Like(name.clone(), self.pattern()?);
            return Ok(Filter::All(vec![Filter::IsPresent(name), Filter::Not(Box::new(like))]));
        }
        if self.takes(" like ") {
            return Ok(Filter::Like(name, self.pattern()?));
        }
        let operator = ["=", "!=", "<=", ">=", "<", ">"]
            .into_iter()
            .find(|operator| self.rest.starts_with(&format!(" {operator} ")))
            .ok_or_else(|| format!("no operator: {}", self.rest))?;
        self.rest = &self.rest[operator.len() + 2..];
        if self.rest.starts_with('"') {
            return Ok(Filter::Compare(name, operator.to_owned(), Literal::Text(self.quoted()?)));
        }
        let end = self.rest.find([' ', ')']).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        let number = number.parse().map_err(|_| format!("no number: {number}"))?;
        Ok(Filter::Compare(name, operator.to_owned(), Literal::Number(number)))
    }

    fn name(&mut self) -> Result<String, String> {
        if self.takes("`") {
            let (name, rest) = self.rest.split_once('`').ok_or("no end of a name")?;
            self.rest = rest;
            return Ok(name.to_owned());
        }
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '@';
        let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        if name.is_empty() { Err(format!("no name: {rest}")) } else { Ok(name.to_owned()) }
    }

    fn quoted(&mut self) -> Result<String, String> {
        let (text, rest) = self.rest[1..].split_once('"').ok_or("no end of a text")?;
        self.rest = rest;
        if text.contains('\\') { Err(format!("an escape: {text}")) } else { Ok(text.to_owned()) }
    }

    fn pattern(&mut self) -> Result<Pattern, String> {
        if self.rest.starts_with('"') {
            return Ok(Pattern::Part(self.quoted()?));
        }
        if !self.takes("/") {
            return Err(format!("no pattern: {}", self.rest));
        }
        let bytes = self.rest.as_bytes();
        let mut end = 0;
        while *bytes.get(end).ok_or("no end of an expression")? != b'/' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let expression = self.rest[..end].replace(r"\/", "/");
        self.rest = &self.rest[end + 1..];
        Ok(Pattern::Regex(Regex::new(&expression).map_err(|error| error.to_string())?))
    }
}
