//! The shapes of `scenarios.toml`.

use serde::Deserialize;

#[derive(Deserialize)]
struct Scenarios {
    scenario: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) measure: Measure,
    #[serde(default)]
    patterns: Vec<String>,
    pattern: Option<Shape>,
    rules: Option<String>,
    event: Option<Shape>,
    pub(crate) sizes: Vec<usize>,
    #[allow(dead_code, reason = "only the benchmark measures")]
    pub(crate) growth: f64,
    #[serde(default = "yes")]
    pub(crate) accepted: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Measure {
    Parse,
    Compile,
    Match,
    Scan,
    Records,
    Explain,
    Lint,
    Generate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    start: String,
    repeat: String,
    #[serde(default)]
    joint: String,
    end: String,
    /// Repeated as often as `repeat`, after `end`.
    #[serde(default)]
    close: String,
    #[serde(default)]
    tail: String,
}

impl Shape {
    fn of(&self, size: usize) -> String {
        let all: Vec<String> =
            (0..size).map(|number| self.repeat.replace("{n}", &number.to_string())).collect();
        [&self.start, &all.join(&self.joint), &self.end, &self.close.repeat(size), &self.tail]
            .map(String::as_str)
            .concat()
    }
}

impl Scenario {
    pub(crate) fn all() -> Vec<Scenario> {
        let file: Scenarios = toml::from_str(include_str!("../scenarios.toml")).expect("it is written well");
        file.scenario
    }

    /// The patterns' texts at a size.
    pub(crate) fn patterns(&self, size: usize) -> Vec<String> {
        let rule = |rules: &String| {
            (0..size).map(|number| rules.replace("{n}", &number.to_string())).collect::<Vec<_>>()
        };
        let grown = self.rules.iter().flat_map(rule);
        self.patterns
            .iter()
            .cloned()
            .chain(self.pattern.iter().map(|shape| shape.of(size)))
            .chain(grown)
            .collect()
    }

    /// The event, lines or records at a size.
    pub(crate) fn event(&self, size: usize) -> String {
        self.event.as_ref().map(|shape| shape.of(size)).unwrap_or_default()
    }
}
