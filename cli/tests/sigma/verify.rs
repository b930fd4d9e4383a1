//! The verdicts of both sides.

use super::events::{changed, fields, is_of_cloudtrail};
use super::{files, rules};
use cwfilter::FilterPattern;
use cwfilter::rules::generate_all;
use cwfilter::sigma::{Direction, ImportedRule, Importer};
use rsigma_eval::Engine;
use rsigma_eval::event::JsonEvent;
use rsigma_parser::{SigmaRule, parse_sigma_yaml};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What a comparison of both sides counted.
#[derive(Default, Debug)]
struct Verified {
    rules: usize,
    events: usize,
    matches: usize,
    announced: usize,
    refused: usize,
    unannounced: Vec<String>,
}

fn sigma_rules(path: &Path) -> Vec<SigmaRule> {
    let text = std::fs::read_to_string(path).unwrap();
    parse_sigma_yaml(&text).map(|it| it.rules).unwrap_or_default()
}

impl Verified {
    fn file(&mut self, importer: &mut Importer, path: &Path, recorded: &[Value]) {
        let text = std::fs::read_to_string(path).unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let imported = importer.import(stem, &text);
        self.refused += imported.refused.len();
        let sigma = sigma_rules(path);
        for rule in &imported.rules {
            // correlations are about several events
            let Some(sigma) = sigma.iter().find(|it| it.title == rule.title) else { continue };
            self.rule(path, rule, sigma, recorded);
        }
    }

    fn rule(&mut self, path: &Path, imported: &ImportedRule, sigma: &SigmaRule, recorded: &[Value]) {
        let mut engine = Engine::new();
        engine.add_rule(sigma).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let pattern: FilterPattern = imported.pattern.parse().unwrap();
        self.rules += 1;
        let fields = fields(sigma);
        let mut found: Option<String> = None;
        let mut judge = |event: &Value, kinds: &[cwfilter::sigma::DifferenceKind]| {
            if !is_of_cloudtrail(event, &fields) {
                return;
            }
            let by_sigma = !engine.evaluate(&JsonEvent::borrow(event)).is_empty();
            let by_pattern = pattern.is_match(event.to_string());
            self.events += 1;
            self.matches += usize::from(by_sigma && by_pattern);
            if by_sigma == by_pattern {
                return;
            }
            let direction = if by_sigma { Direction::Narrower } else { Direction::Wider };
            let is_announced = |it: &cwfilter::sigma::Difference| {
                it.direction == direction && (kinds.is_empty() || kinds.contains(&it.kind))
            };
            if imported.differences.iter().any(is_announced) {
                self.announced += 1;
            } else {
                found.get_or_insert_with(|| {
                    let sides = if by_sigma { "only Sigma" } else { "only the pattern" };
                    let read: Vec<String> =
                        fields.iter().map(|(path, _)| format!("{path}={}", at(event, path))).collect();
                    let name = path.file_name().unwrap().display();
                    format!("{name}: {sides}: {}\n  {}", imported.pattern, read.join(", "))
                });
            }
        };
        let generated = generate_all(&pattern);
        assert!(generated.tests.iter().any(|test| test.matches), "{}: nothing matches", path.display());
        for test in &generated.tests {
            let event: Value = serde_json::from_str(&test.message).unwrap_or(Value::Null);
            if event.is_object() {
                changed(&event, &fields).iter().for_each(|it| judge(&it.event, &it.kinds));
            }
        }
        for event in recorded {
            judge(event, &[]);
        }
        self.unannounced.extend(found);
    }

    fn assert(&self) {
        // the first difference of each rule
        assert!(self.unannounced.is_empty(), "{}", self.unannounced.join("\n"));
    }
}

/// The value at a path, for people.
fn at(event: &Value, path: &str) -> String {
    let found = path.split('.').try_fold(event, |value, key| value.get(key));
    found.map_or_else(|| "missing".to_owned(), Value::to_string)
}

/// The events of the rule packs, which are recorded ones with AWS's documentation ids.
fn pack_events() -> Vec<Value> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../patterns");
    let text = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    let events: Vec<Value> =
        files(&packs, "json").iter().filter_map(|path| serde_json::from_str(&text(path)).ok()).collect();
    assert!(events.len() > 5);
    events
}

#[test]
fn imported_rules_and_sigma_agree_on_every_event_but_for_the_differences_that_are_named() {
    for most in [2, 0] {
        let mut importer = Importer::new().regexes(most);
        let mut verified = Verified::default();
        let events = pack_events();
        let paths = files(&rules(), "yml");
        paths.iter().for_each(|path| verified.file(&mut importer, path, &events));
        verified.assert();
        assert!(
            verified.rules > 20 && verified.matches > verified.rules && verified.announced > 0,
            "{verified:?}"
        );
    }
}

/// Rules and events of others: `CWFILTER_SIGMA=FOLDER,FOLDER CWFILTER_EVENTS=FILE.jsonl,… cargo test -p cwfilter-cli --test sigma others -- --nocapture`.
#[test]
fn rules_of_others_agree() {
    let named = |name: &str| -> Vec<PathBuf> {
        let value = std::env::var(name).unwrap_or_default();
        value.split(',').filter(|it| !it.is_empty()).map(PathBuf::from).collect()
    };
    let folders = named("CWFILTER_SIGMA");
    let text: Vec<String> =
        named("CWFILTER_EVENTS").iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let events: Vec<Value> =
        text.iter().flat_map(|it| it.lines()).map(|line| serde_json::from_str(line).unwrap()).collect();
    for folder in folders {
        let (mut importer, mut verified) = (Importer::new(), Verified::default());
        files(&folder, "yml").iter().for_each(|path| verified.file(&mut importer, path, &events));
        eprintln!(
            "{}: {} rules converted and compared, {} refused; {} events, {} of them match both; {} differences that were named",
            folder.display(),
            verified.rules,
            verified.refused,
            verified.events,
            verified.matches,
            verified.announced
        );
        verified.assert();
    }
}
