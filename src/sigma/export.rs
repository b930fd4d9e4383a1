//! Writes rules as Sigma rules.

use super::difference::{Difference, DifferenceKind, Direction};
use super::fields::{Kind, Target, target};
use super::glob::{Glob, Piece};
use super::spelling::{Spelling, spelling};
use super::yaml::{key, text};
use crate::rules::{Rule, RuleAlarm};
use crate::syntax::ast::{Condition, Equality, Expr, Pattern, Predicate, Selector, Step, Value};
use std::fmt::Write;

/// A rule as a Sigma rule.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportedRule {
    /// The YAML: one document, or two for an alarm with a threshold above 1.
    pub yaml: String,
    /// How the Sigma rule differs from the pattern and the alarm; `at` is 0. Wider: events that only the Sigma rule matches.
    pub differences: Vec<Difference>,
}

/// Writes a rule as a Sigma rule for CloudTrail.
///
/// ```
/// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
///     [[rule]]
///     id = "stopped"
///     title = "A trail is stopped"
///     pattern = '{ $.eventName = "StopLogging" && $.userIdentity.type = "Root" }'
/// "#.to_owned()).unwrap();
/// let exported = cwfilter::sigma::export(&file.rules[0]).unwrap();
/// assert!(exported.yaml.contains("eventName: 'StopLogging'\n        userIdentity.type: 'Root'\n"));
/// ```
///
/// # Errors
/// The reason why Sigma cannot say it: a pattern that is not about JSON fields, or a selector that Sigma has no name for.
pub fn export(rule: &Rule) -> Result<ExportedRule, String> {
    let Pattern::Json(expr) = rule.pattern.ast() else {
        return Err(
            "the pattern is not about the fields of JSON events, which Sigma rules for CloudTrail are"
                .to_owned(),
        );
    };
    let mut writer = Writer { parts: Vec::new(), differences: Vec::new() };
    let condition = writer.expr(&expr.item)?;
    let mut yaml = head(rule, rule.title.as_deref().unwrap_or(&rule.id), &rule.id, false);
    let counts = rule.alarm.as_ref().and_then(count);
    yaml.push_str("detection:\n");
    for (name, entries) in &writer.parts {
        let _ = writeln!(yaml, "    {name}:");
        for (key_text, values) in entries {
            match values.as_slice() {
                [one] => yaml.push_str(&format!("        {}: {one}\n", key(key_text))),
                many => {
                    let _ = writeln!(yaml, "        {}:", key(key_text));
                    yaml.extend(many.iter().map(|value| format!("            - {value}\n")));
                }
            }
        }
    }
    let _ = writeln!(yaml, "    condition: {condition}");
    let mut differences = writer.differences;
    if let (Some(count), Some(alarm)) = (counts, &rule.alarm) {
        let base = yaml.replacen("title: ", "title: Counted, ", 1);
        yaml = head(rule, rule.title.as_deref().unwrap_or(&rule.id), &rule.id, true);
        let _ = write!(
            yaml,
            "correlation:\n    type: event_count\n    rules:\n        - {}\n    timespan: {}\n    condition:\n        gte: {count}\n",
            text(&name(&rule.id)),
            alarm.period
        );
        let window =
            "Sigma counts in a window before each event, and the alarm in periods that follow each other"
                .to_owned();
        differences.push(difference(DifferenceKind::Window, window));
        yaml = level(rule, yaml) + "---\n" + &level(rule, base);
    } else {
        yaml = level(rule, yaml);
    }
    differences.sort_by(|a, b| (a.kind, &a.text).cmp(&(b.kind, &b.text)));
    differences.dedup();
    Ok(ExportedRule { yaml, differences })
}

fn difference(kind: DifferenceKind, text: String) -> Difference {
    Difference { at: 0, kind, direction: Direction::Wider, text }
}

/// The threshold of an alarm on a count, if it is above 1.
fn count(alarm: &RuleAlarm) -> Option<u64> {
    let is_count = matches!(alarm.statistic.as_str(), "Sum" | "SampleCount");
    let is_whole = alarm.threshold >= 1.0 && alarm.threshold < 1e15 && alarm.threshold.fract() == 0.0;
    let least = match alarm.comparison.as_deref() {
        None | Some(">=" | "GreaterThanOrEqualToThreshold") => 0,
        Some(">" | "GreaterThanThreshold") => 1,
        Some(_) => return None,
    };
    let count = alarm.threshold as u64 + least;
    (is_count && is_whole && count > 1).then_some(count)
}

fn level(rule: &Rule, yaml: String) -> String {
    format!("{yaml}level: {}\n", rule.severity.map_or("medium", |severity| severity.name()))
}

/// The facts of a rule as Sigma writes them, up to `logsource`.
fn head(rule: &Rule, title: &str, id: &str, is_correlation: bool) -> String {
    let of = if is_correlation { "correlation" } else { "rule" };
    let mut yaml = format!(
        "title: {}\nid: {}\nname: {}\nstatus: experimental\n",
        text(title),
        uuid(id, of),
        text(&name(id))
    );
    if is_correlation {
        yaml = yaml.replace(&format!("name: {}\n", text(&name(id))), "");
    }
    if let Some(description) = &rule.description {
        let _ = writeln!(yaml, "description: {}", text(description.trim()));
    }
    if !rule.references.is_empty() {
        yaml.push_str("references:\n");
        yaml.extend(rule.references.iter().map(|it| format!("    - {}\n", text(it))));
    }
    let techniques: Vec<String> = rule
        .covers
        .iter()
        .filter_map(|it| it.strip_prefix("attack/"))
        .map(|id| format!("attack.{}", id.to_lowercase()))
        .collect();
    if !techniques.is_empty() {
        yaml.push_str("tags:\n");
        yaml.extend(techniques.iter().map(|it| format!("    - {}\n", text(it))));
    }
    yaml + "logsource:\n    product: aws\n    service: cloudtrail\n"
}

/// The name by which a correlation refers to a rule.
fn name(id: &str) -> String {
    id.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

/// An id in the form of a UUID (version 8, RFC 9562), the same for the same rule id: FNV-1a with 128 bits.
fn uuid(id: &str, of: &str) -> String {
    let add = |hash: u128, byte: u8| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    };
    let hash = format!("cwfilter/{of}/{id}").bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, add);
    let hash = hash & !(0xf << 76) & !(0b11 << 62) | (8 << 76) | (0b10 << 62);
    let hex = format!("{hash:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// A comparison of Sigma: `key: value`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    key: String,
    value: String,
}

/// A key and its values. The field has one of the values.
type Comparison = (String, Vec<String>);

/// A condition of a pattern.
enum Atom {
    Is(Entry),
    /// The field is there, and has another value.
    Differs {
        field: String,
        entry: Entry,
    },
}

struct Writer {
    /// The named detections: keys with their values.
    parts: Vec<(String, Vec<Comparison>)>,
    differences: Vec<Difference>,
}

impl Writer {
    /// The condition for an expression. Comparisons that are joined become one detection.
    fn expr(&mut self, expr: &Expr<Condition>) -> Result<String, String> {
        match expr {
            Expr::Group(inner) => self.expr(&inner.item),
            Expr::Condition(condition) => match self.atom(condition)? {
                Atom::Is(entry) => Ok(self.part(vec![(entry.key, vec![entry.value])])),
                atom => self.differs(atom),
            },
            Expr::And(parts) => self.joined(parts.iter().map(|it| &it.item), true),
            Expr::Or(parts) => self.joined(parts.iter().map(|it| &it.item), false),
        }
    }

    fn joined<'a>(
        &mut self,
        parts: impl Iterator<Item = &'a Expr<Condition>>,
        is_and: bool,
    ) -> Result<String, String> {
        let mut entries: Vec<Comparison> = Vec::new();
        let mut conditions = Vec::new();
        for part in parts {
            let Expr::Condition(condition) = part else {
                let inner = self.expr(part)?;
                let is_joined = inner.contains(" and ") || inner.contains(" or ");
                conditions.push(if is_joined { format!("({inner})") } else { inner });
                continue;
            };
            match self.atom(condition)? {
                Atom::Is(Entry { key, value }) => {
                    let same = entries.iter_mut().find(|(other, _)| *other == key);
                    match (same, is_and) {
                        (Some((_, values)), false) => values.push(value),
                        (Some(_), true) => conditions.push(self.part(vec![(key, vec![value])])),
                        (None, _) => entries.push((key, vec![value])),
                    }
                }
                atom => {
                    let inner = self.differs(atom)?;
                    conditions.push(if is_and { inner } else { format!("({inner})") });
                }
            }
        }
        if !is_and {
            exact_absence(&mut entries, &mut self.differences);
        }
        let mut all = Vec::new();
        if is_and && !entries.is_empty() {
            all.push(self.part(entries));
        } else {
            all.extend(entries.into_iter().map(|entry| self.part(vec![entry])));
        }
        all.extend(conditions);
        Ok(all.join(if is_and { " and " } else { " or " }))
    }

    fn part(&mut self, entries: Vec<Comparison>) -> String {
        if let Some((name, _)) = self.parts.iter().find(|(_, other)| *other == entries) {
            return name.clone();
        }
        let number = self.parts.len() + 1;
        let name = if number == 1 { "selection".to_owned() } else { format!("selection_{number}") };
        self.parts.push((name.clone(), entries));
        name
    }

    fn differs(&mut self, atom: Atom) -> Result<String, String> {
        match atom {
            Atom::Is(entry) => Ok(self.part(vec![(entry.key, vec![entry.value])])),
            Atom::Differs { field, entry } => {
                let present = self.part(vec![(format!("{field}|exists"), vec!["true".to_owned()])]);
                let equal = self.part(vec![(entry.key, vec![entry.value])]);
                Ok(format!("{present} and not {equal}"))
            }
        }
    }

    fn atom(&mut self, condition: &Condition) -> Result<Atom, String> {
        let field = field(&condition.selector.item)?;
        let target =
            target(&field).map_err(|_| format!("`{}` has no name in Sigma", condition.selector.item))?;
        let is = |suffix: &str, value: &str| {
            Atom::Is(Entry { key: format!("{field}{suffix}"), value: value.to_owned() })
        };
        if !matches!(target.kind, Kind::Text | Kind::Boolean | Kind::Number) {
            let text = format!("Sigma also reads lists in `{field}`, and takes objects as values that exist");
            self.differences.push(difference(DifferenceKind::List, text));
        }
        Ok(match &condition.predicate.item {
            Predicate::IsNull => {
                let text = format!("Sigma's null of `{field}` is also a missing field");
                self.differences.push(difference(DifferenceKind::Null, text));
                is("", "null")
            }
            Predicate::NotExists => {
                let text = format!("a null in `{field}` counts as missing in Sigma");
                self.differences.push(difference(DifferenceKind::Null, text));
                is("|exists", "false")
            }
            Predicate::IsTrue | Predicate::IsFalse => {
                let value = condition.predicate.item == Predicate::IsTrue;
                if target.kind != Kind::Boolean {
                    self.differences.push(difference(
                        DifferenceKind::NumberText,
                        format!("a text `{value}` in `{field}` is the boolean in Sigma"),
                    ));
                }
                is("", &value.to_string())
            }
            Predicate::Order(order, number) => {
                self.number_text(&target);
                let modifier = match order {
                    crate::syntax::ast::Order::Less => "|lt",
                    crate::syntax::ast::Order::LessOrEqual => "|lte",
                    crate::syntax::ast::Order::Greater => "|gt",
                    crate::syntax::ast::Order::GreaterOrEqual => "|gte",
                };
                is(modifier, &number.item.lexeme)
            }
            Predicate::Compare(equality, value) => {
                let (suffix, value) = self.value(&target, &value.item);
                let entry = Entry { key: format!("{field}{suffix}"), value };
                match equality {
                    Equality::Equal => Atom::Is(entry),
                    Equality::NotEqual => Atom::Differs { field, entry },
                }
            }
        })
    }

    fn number_text(&mut self, target: &Target) {
        if target.kind != Kind::Number {
            let text = format!("a number in quotes in `{}` is a number in Sigma", target.name);
            self.differences.push(difference(DifferenceKind::NumberText, text));
        }
    }

    /// The modifiers and the value of a comparison.
    fn value(&mut self, target: &Target, value: &Value) -> (String, String) {
        match value {
            Value::Regex(regex) => ("|re".to_owned(), text(&regex.body)),
            Value::Number(number) => {
                self.number_text(target);
                (String::new(), number.lexeme.clone())
            }
            Value::Quoted(written) | Value::Bare(written) => {
                self.text_value(target, &Glob::of_value(written))
            }
        }
    }

    fn text_value(&mut self, target: &Target, glob: &Glob) -> (String, String) {
        if glob.is_everything() {
            return ("|exists".to_owned(), "true".to_owned());
        }
        if glob.depends_on_first_occurrence() {
            let shown = glob.shown();
            let text = format!(
                "`{shown}` in `{}`: AWS takes the first occurrence of the text after `*`",
                target.name
            );
            self.differences.push(difference(DifferenceKind::FirstOccurrence, text));
        }
        let is_known = matches!(spelling(target, glob), Spelling::Known(known) if known == [glob.clone()]);
        let cased = if is_known { "" } else { "|cased" };
        let (operator, written) = match glob.pieces() {
            [Piece::Any, Piece::Text(inner), Piece::Any] => ("|contains", escaped(inner)),
            [Piece::Text(inner), Piece::Any] => ("|startswith", escaped(inner)),
            [Piece::Any, Piece::Text(inner)] => ("|endswith", escaped(inner)),
            pieces => (
                "",
                pieces
                    .iter()
                    .map(|piece| if let Piece::Text(inner) = piece { escaped(inner) } else { "*".to_owned() })
                    .collect(),
            ),
        };
        (format!("{operator}{cased}"), text(&written))
    }
}

/// A text without wildcards, as Sigma escapes it.
fn escaped(inner: &str) -> String {
    let mut out = String::new();
    for c in inner.chars() {
        if matches!(c, '?' | '*' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// `NOT EXISTS || IS NULL` is Sigma's null.
fn exact_absence(entries: &mut Vec<Comparison>, differences: &mut Vec<Difference>) {
    let fields: Vec<String> = entries
        .iter()
        .filter(|(key, values)| !key.contains('|') && *values == ["null"])
        .map(|(key, _)| key.clone())
        .filter(|field| entries.contains(&(format!("{field}|exists"), vec!["false".to_owned()])))
        .collect();
    for field in fields {
        entries.retain(|entry| *entry != (format!("{field}|exists"), vec!["false".to_owned()]));
        differences.retain(|it| it.kind != DifferenceKind::Null || !it.text.contains(&format!("`{field}`")));
    }
}

/// The name of a field in Sigma.
fn field(selector: &Selector) -> Result<String, String> {
    let mut name = String::new();
    for step in &selector.steps {
        match step {
            Step::Key(key) | Step::QuotedKey(key) if !key.contains(['.', '|', '[']) => {
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(key);
            }
            // Sigma reads all elements of an array
            Step::AnyIndex if !name.is_empty() => {}
            _ => {
                return Err(format!(
                    "`{selector}` has no name in Sigma: it selects by an index, by any key, or by a key with a dot"
                ));
            }
        }
    }
    Ok(name)
}
