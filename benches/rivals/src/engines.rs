//! The neutral rules in each engine's language. Engines that cannot match only read or extract.

use crate::support::{Clause, Rule};
use rsigma_eval::event::JsonEvent;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// Runs over the lines of a text and reports (line, rule) for each match.
pub type Scan = Box<dyn FnMut(&[u8], &mut dyn FnMut(usize, usize))>;

pub struct Engine {
    pub name: &'static str,
    /// whether it evaluates rules at all
    pub matches: bool,
    pub prepare: fn(&[Rule]) -> Scan,
}

/// The engine whose matches are the reference: the simplest one.
pub const JUDGE: &str = "serde_json and tree walk";

/// cwfilter without its prefilter.
pub const STRUCTURAL: &str = "cwfilter, structural pass only";

pub fn all() -> Vec<Engine> {
    let engine = |name, prepare| Engine { name, matches: true, prepare };
    let reader = |name, prepare| Engine { name, matches: false, prepare };
    let avx512 = engine("cwfilter, structural, AVX-512", cwfilter_avx512);
    let has_avx512 = cwfilter::PatternSet::instruction_sets().contains(&"avx512");
    let ours = [engine("cwfilter", cwfilter_auto), engine(STRUCTURAL, cwfilter_structural)];
    let others = [
        engine("cwfilter, structural, portable", cwfilter_portable),
        engine("quamina", quamina),
        engine(JUDGE, tree_walk),
        engine("serde-typed structs", typed),
        engine("rsigma-eval", rsigma),
        engine("sigma-rust", sigma_rust),
        engine("tau-engine", tau),
        reader("sonic-rs, extraction only", sonic),
        reader("simd-json, tape only", simd_json_tape),
        reader("memmem, one needle", memmem),
        reader("memory read", memory_read),
        reader("memory copy", memory_copy),
    ];
    ours.into_iter().chain(has_avx512.then_some(avx512)).chain(others).collect()
}

fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    let lines = memchr::memchr_iter(b'\n', text).map(move |end| {
        let line = &text[start..end];
        start = end + 1;
        line
    });
    lines.enumerate()
}

fn cwfilter_set(
    rules: &[Rule],
    adjust: fn(&mut cwfilter::PatternSetBuilder) -> &mut cwfilter::PatternSetBuilder,
) -> Scan {
    let mut builder = set(rules);
    adjust(&mut builder);
    let mut matcher = builder.build().unwrap().matcher();
    Box::new(move |text, found| {
        for (line, event) in lines(text) {
            for id in matcher.match_event(event) {
                found(line, id.index());
            }
        }
    })
}

/// The rules as a set of cwfilter.
pub fn set(rules: &[Rule]) -> cwfilter::PatternSetBuilder {
    let mut builder = cwfilter::PatternSet::builder();
    for rule in rules {
        builder.add(
            &rule.name,
            rule.pattern().parse().unwrap_or_else(|error| panic!("{}: {error}", rule.pattern())),
        );
    }
    builder
}

fn cwfilter_auto(rules: &[Rule]) -> Scan {
    cwfilter_set(rules, |builder| builder)
}

fn cwfilter_structural(rules: &[Rule]) -> Scan {
    cwfilter_set(rules, |builder| builder.structural())
}

fn cwfilter_avx512(rules: &[Rule]) -> Scan {
    cwfilter_set(rules, |builder| builder.structural().instruction_set("avx512"))
}

fn cwfilter_portable(rules: &[Rule]) -> Scan {
    cwfilter_set(rules, |builder| builder.structural().instruction_set("portable"))
}

fn quamina(rules: &[Rule]) -> Scan {
    let mut quamina = quamina::Quamina::new();
    for (index, rule) in rules.iter().enumerate() {
        for clauses in &rule.alternatives {
            let mut pattern = Value::Object(serde_json::Map::new());
            let mut twice = Vec::new();
            for clause in clauses {
                let (path, test) = match clause {
                    Clause::AnyOf(path, texts) => (path, Value::from(texts.clone())),
                    Clause::Like(path, texts) => {
                        (path, texts.iter().map(|text| serde_json::json!({"wildcard": text})).collect())
                    }
                    Clause::NoneOf(path, texts) => (path, serde_json::json!([{"anything-but": texts}])),
                    Clause::Missing(path) => (path, serde_json::json!([{"exists": false}])),
                };
                if place(&pattern, path).is_some() {
                    twice.push(*path);
                }
                insert(&mut pattern, path, test);
            }
            assert!(twice.is_empty(), "{}: a field asked twice: {twice:?}", rule.name);
            quamina.add_pattern(index, &pattern.to_string()).unwrap();
        }
    }
    Box::new(move |text, found| {
        for (line, event) in lines(text) {
            let mut matches = quamina.matches_for_event(event).unwrap();
            matches.sort_unstable();
            matches.dedup();
            matches.into_iter().for_each(|rule| found(line, rule));
        }
    })
}

fn place<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

fn insert(value: &mut Value, path: &str, leaf: Value) {
    let mut place = value;
    for key in path.split('.') {
        if place.is_null() {
            *place = Value::Object(serde_json::Map::new());
        }
        place = place.as_object_mut().unwrap().entry(key).or_insert(Value::Null);
    }
    *place = leaf;
}

/// The tests of all naive engines, given a function that returns a field's text.
fn holds<'a>(rule: &Rule, text: &impl Fn(&str) -> Option<Cow<'a, str>>) -> bool {
    rule.alternatives.iter().any(|clauses| {
        clauses.iter().all(|clause| match clause {
            Clause::AnyOf(path, texts) => {
                text(path).is_some_and(|found| texts.iter().any(|text| *text == found))
            }
            Clause::Like(path, texts) => {
                text(path).is_some_and(|found| texts.iter().any(|text| like(text, &found)))
            }
            Clause::NoneOf(path, texts) => {
                text(path).is_some_and(|found| texts.iter().all(|text| *text != found))
            }
            Clause::Missing(path) => text(path).is_none(),
        })
    })
}

/// One star, at one end.
fn like(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => text.ends_with(end),
        (_, Some(start)) => text.starts_with(start),
        _ => text == pattern,
    }
}

fn tree_walk(rules: &[Rule]) -> Scan {
    let rules = rules.to_vec();
    Box::new(move |text, found| {
        for (line, event) in lines(text) {
            let value: Value = serde_json::from_slice(event).unwrap();
            let field = |path: &str| match place(&value, path)? {
                Value::String(text) => Some(Cow::Borrowed(text.as_str())),
                _ => Some(Cow::Borrowed("")),
            };
            for (index, rule) in rules.iter().enumerate() {
                if holds(rule, &field) {
                    found(line, index);
                }
            }
        }
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Typed<'a> {
    #[serde(borrow, default)]
    user_identity: Identity<'a>,
    #[serde(borrow)]
    event_source: Option<Cow<'a, str>>,
    #[serde(borrow)]
    event_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    event_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    aws_region: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "sourceIPAddress")]
    source_ip_address: Option<Cow<'a, str>>,
    #[serde(borrow)]
    user_agent: Option<Cow<'a, str>>,
    #[serde(borrow)]
    error_code: Option<Cow<'a, str>>,
    #[serde(borrow)]
    error_message: Option<Cow<'a, str>>,
    #[serde(borrow)]
    additional_event_data: Option<Extra<'a>>,
    #[serde(borrow)]
    response_elements: Option<Response<'a>>,
    resources: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    arn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    user_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    invoked_by: Option<Cow<'a, str>>,
    #[serde(borrow)]
    session_context: Option<Session<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session<'a> {
    #[serde(borrow)]
    session_issuer: Option<Issuer<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Issuer<'a> {
    #[serde(borrow)]
    user_name: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Extra<'a> {
    #[serde(borrow, rename = "MFAUsed")]
    mfa_used: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow, rename = "ConsoleLogin")]
    console_login: Option<Cow<'a, str>>,
}

impl<'a> Typed<'a> {
    fn field(&'a self, path: &str) -> Option<Cow<'a, str>> {
        let text = match path {
            "eventSource" => &self.event_source,
            "eventName" => &self.event_name,
            "eventType" => &self.event_type,
            "awsRegion" => &self.aws_region,
            "sourceIPAddress" => &self.source_ip_address,
            "userAgent" => &self.user_agent,
            "errorCode" => &self.error_code,
            "errorMessage" => &self.error_message,
            "userIdentity.type" => &self.user_identity.kind,
            "userIdentity.arn" => &self.user_identity.arn,
            "userIdentity.userName" => &self.user_identity.user_name,
            "userIdentity.invokedBy" => &self.user_identity.invoked_by,
            "userIdentity.sessionContext.sessionIssuer.userName" => {
                &self.user_identity.session_context.as_ref()?.session_issuer.as_ref()?.user_name
            }
            "additionalEventData.MFAUsed" => &self.additional_event_data.as_ref()?.mfa_used,
            "responseElements.ConsoleLogin" => &self.response_elements.as_ref()?.console_login,
            "resources" => return self.resources.as_ref().map(|_| Cow::Borrowed("")),
            other => panic!("no field {other}"),
        };
        text.as_deref().map(Cow::Borrowed)
    }
}

fn typed(rules: &[Rule]) -> Scan {
    let rules = rules.to_vec();
    Box::new(move |text, found| {
        for (line, event) in lines(text) {
            let value: Typed<'_> = serde_json::from_slice(event).unwrap();
            for (index, rule) in rules.iter().enumerate() {
                if holds(rule, &|path| value.field(path)) {
                    found(line, index);
                }
            }
        }
    })
}

/// A rule as Sigma; the title is its number.
pub fn sigma(index: usize, rule: &Rule) -> String {
    let mut detection = String::new();
    let mut alternatives = Vec::new();
    for (at, clauses) in rule.alternatives.iter().enumerate() {
        let mut terms = Vec::new();
        for (part, clause) in clauses.iter().enumerate() {
            let name = format!("s{at}x{part}");
            let list = |texts: &[String]| serde_json::to_string(texts).unwrap();
            match clause {
                Clause::AnyOf(path, texts) | Clause::Like(path, texts) => {
                    detection += &format!("    {name}:\n        {path}|cased: {}\n", list(texts));
                    terms.push(name);
                }
                Clause::NoneOf(path, texts) => {
                    detection += &format!("    {name}:\n        {path}|cased: {}\n", list(texts));
                    detection += &format!("    {name}e:\n        {path}|exists: true\n");
                    terms.push(format!("{name}e and not {name}"));
                }
                Clause::Missing(path) => {
                    detection += &format!("    {name}:\n        {path}|exists: false\n");
                    terms.push(name);
                }
            }
        }
        alternatives.push(format!("({})", terms.join(" and ")));
    }
    format!(
        "title: '{index}'\nlogsource:\n    product: aws\n    service: cloudtrail\ndetection:\n{detection}    condition: {}\nlevel: low\n",
        alternatives.join(" or ")
    )
}

fn rsigma(rules: &[Rule]) -> Scan {
    let yaml: Vec<String> = rules.iter().enumerate().map(|(index, rule)| sigma(index, rule)).collect();
    let collection = rsigma_parser::parse_sigma_yaml(&yaml.join("---\n")).unwrap();
    let mut engine = rsigma_eval::Engine::new();
    engine.add_collection(&collection).unwrap();
    Box::new(move |text, found| {
        for (line, event) in lines(text) {
            let value: Value = serde_json::from_slice(event).unwrap();
            for result in engine.evaluate(&JsonEvent::borrow(&value)) {
                found(line, result.header.rule_title.parse().unwrap());
            }
        }
    })
}

fn sigma_rust(rules: &[Rule]) -> Scan {
    let rules: Vec<sigma_rust::Rule> = rules
        .iter()
        .enumerate()
        .map(|(index, rule)| sigma_rust::rule_from_yaml(&sigma(index, rule)).unwrap())
        .collect();
    Box::new(move |text, found| {
        for (line, event) in lines(text) {
            let event = sigma_rust::event_from_json(std::str::from_utf8(event).unwrap()).unwrap();
            for (index, rule) in rules.iter().enumerate() {
                if sigma_rust::check_rule(rule, &event) {
                    found(line, index);
                }
            }
        }
    })
}

/// Tau's language cannot test for a missing field: such rules are left out, and the count differs.
fn tau(rules: &[Rule]) -> Scan {
    let mut compiled = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let mut detection = String::new();
        let mut alternatives = Vec::new();
        let mut sayable = true;
        for (at, clauses) in rule.alternatives.iter().enumerate() {
            let mut terms = Vec::new();
            for (part, clause) in clauses.iter().enumerate() {
                let name = format!("s{at}x{part}");
                match clause {
                    Clause::AnyOf(path, texts) | Clause::Like(path, texts) => {
                        detection +=
                            &format!("  {name}:\n    {path}: {}\n", serde_json::to_string(texts).unwrap());
                        terms.push(name);
                    }
                    Clause::NoneOf(path, texts) => {
                        detection +=
                            &format!("  {name}:\n    {path}: {}\n", serde_json::to_string(texts).unwrap());
                        terms.push(format!("not {name}"));
                    }
                    Clause::Missing(_) => sayable = false,
                }
            }
            alternatives.push(format!("({})", terms.join(" and ")));
        }
        if sayable {
            let yaml = format!(
                "detection:\n{detection}  condition: {}\ntrue_positives: []\ntrue_negatives: []\n",
                alternatives.join(" or ")
            );
            let rule = tau_engine::Rule::from_str(&yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"));
            compiled.push((index, rule.optimise(tau_engine::Optimisations::default())));
        }
    }
    Box::new(move |text, found| {
        for (line, event) in lines(text) {
            let value: Value = serde_json::from_slice(event).unwrap();
            let Value::Object(object) = &value else { continue };
            for (index, rule) in &compiled {
                if rule.matches(object) {
                    found(line, *index);
                }
            }
        }
    })
}

const EXTRACTED: [&str; 5] = ["eventName", "errorCode", "eventSource", "sourceIPAddress", "eventType"];

fn sonic(_: &[Rule]) -> Scan {
    Box::new(|text, _| {
        for (_, event) in lines(text) {
            let object = sonic_rs::to_object_iter(event);
            let seen = object.flatten().filter(|(key, _)| EXTRACTED.contains(&key.as_ref())).count();
            std::hint::black_box(seen);
        }
    })
}

fn simd_json_tape(_: &[Rule]) -> Scan {
    let mut copy = Vec::new();
    let mut buffers = simd_json::Buffers::default();
    Box::new(move |text, _| {
        for (_, event) in lines(text) {
            copy.clear();
            copy.extend_from_slice(event);
            std::hint::black_box(simd_json::to_tape_with_buffers(&mut copy, &mut buffers).unwrap().0.len());
        }
    })
}

fn memmem(_: &[Rule]) -> Scan {
    let finder = memchr::memmem::Finder::new("\"eventName\":\"").into_owned();
    Box::new(move |text, _| {
        std::hint::black_box(finder.find_iter(text).count());
    })
}

fn memory_read(_: &[Rule]) -> Scan {
    Box::new(|text, _| {
        let (words, _) = text.as_chunks::<64>();
        let folded = words.iter().fold([0u8; 64], |mut folded, word| {
            folded.iter_mut().zip(word).for_each(|(folded, byte)| *folded |= byte);
            folded
        });
        std::hint::black_box(folded);
    })
}

fn memory_copy(_: &[Rule]) -> Scan {
    let mut copy = Vec::new();
    Box::new(move |text, _| {
        copy.clear();
        copy.extend_from_slice(text);
        std::hint::black_box(copy.len());
    })
}
