//! What AWS answers, beside what this crate answers.

use crate::engine::FilterPattern;
use crate::limits::TEST_MESSAGES;
use crate::rules::RuleFile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A pattern and messages, at most 50, as one call of `TestMetricFilter` takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Question {
    /// Where it comes from: a rule's id, or that of a line in a file of questions.
    pub id: String,
    /// The pattern's text.
    pub pattern: String,
    /// The messages.
    pub messages: Vec<String>,
}

/// The known answer for one pattern and one message: a line of a file of cases, such as `tests/conformance/cases.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Case {
    /// The id, unique in its file.
    pub id: String,
    /// The pattern's text.
    pub pattern: String,
    /// The message.
    pub message: String,
    /// Whether it matches.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub matches: Option<bool>,
    /// Whether AWS refuses the pattern.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub invalid: bool,
    /// AWS's words for the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The values that are extracted from a match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extracted_values: Option<BTreeMap<String, String>>,
    /// Not measured, or sources contradict each other: printed, but not counted as a difference.
    // a difference, which the schema is of, is never disputed
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub disputed: bool,
    /// `observed`, `doc` or `assumed`.
    pub evidence: String,
    /// Who says so.
    pub source: String,
    /// The day, `2026-11-22`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Where AWS was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// What AWS says of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Number of the message, from 1, and what is extracted; the others do not match.
    Matches(Vec<(usize, BTreeMap<String, String>)>),
    /// The pattern is refused, in these words.
    Refused(String),
}

impl Verdict {
    /// Reads what `TestMetricFilter` answers.
    #[must_use]
    pub fn of_answer(answer: &Value) -> Self {
        let matches = answer.get("matches").and_then(Value::as_array).into_iter().flatten();
        let one = |it: &Value| {
            let number = it.get("eventNumber").and_then(Value::as_u64).unwrap_or_default();
            let values = it.get("extractedValues").and_then(Value::as_object).into_iter().flatten();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let values = values.map(|(name, value)| (name.clone(), text(value))).collect();
            (usize::try_from(number).unwrap_or_default(), values)
        };
        Verdict::Matches(matches.map(one).collect())
    }
}

/// A case to which this crate gives another answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The case.
    pub case: Case,
    /// What this crate says, in words.
    pub ours: String,
    /// What AWS said.
    pub theirs: String,
}

/// One question, or more, for each rule: all messages of its tests.
#[must_use]
pub fn questions(files: &[RuleFile]) -> Vec<Question> {
    let mut questions = Vec::new();
    for rule in files.iter().flat_map(|file| &file.rules) {
        let mut messages: Vec<String> = rule.tests.iter().flat_map(|test| test.messages.clone()).collect();
        messages.dedup();
        questions.extend(messages.chunks(TEST_MESSAGES).map(|some| Question {
            id: rule.id.clone(),
            pattern: rule.pattern.as_str().to_owned(),
            messages: some.to_vec(),
        }));
    }
    questions
}

/// The questions of a file, a JSON object a line with `id`, `pattern` and `message` or `messages`. Lines that begin
/// with `#` and empty ones are left out.
///
/// # Errors
/// The line that is none, with its number.
pub fn read_questions(text: &str) -> Result<Vec<Question>, String> {
    #[derive(Deserialize)]
    struct Line {
        id: String,
        pattern: String,
        message: Option<String>,
        #[serde(default)]
        messages: Vec<String>,
    }
    let mut questions = Vec::new();
    for (line, text) in lines(text) {
        let mut entry: Line = serde_json::from_str(text).map_err(|error| format!("line {line}: {error}"))?;
        entry.messages.extend(entry.message);
        if entry.messages.is_empty() {
            return Err(format!("line {line}: no `message`, and no `messages`"));
        }
        questions.extend(entry.messages.chunks(TEST_MESSAGES).map(|some| Question {
            id: entry.id.clone(),
            pattern: entry.pattern.clone(),
            messages: some.to_vec(),
        }));
    }
    Ok(questions)
}

/// The cases of a file, a line each.
///
/// # Errors
/// The line that is none, with its number.
pub fn read_cases(text: &str) -> Result<Vec<Case>, String> {
    let case = |(line, text)| serde_json::from_str(text).map_err(|error| format!("line {line}: {error}"));
    lines(text).map(case).collect()
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_kept = |(_, line): &(usize, &str)| !(line.trim().is_empty() || line.starts_with('#'));
    (1..).zip(text.lines()).filter(is_kept)
}

/// A case for every message of a question, of what AWS answered on a day in a region.
#[must_use]
pub fn cases(question: &Question, answer: &Verdict, date: &str, region: &str) -> Vec<Case> {
    let numbered = (1..).zip(&question.messages);
    let case = |(number, message): (usize, &String)| {
        let values = match answer {
            Verdict::Matches(all) => {
                all.iter().find(|(at, _)| *at == number).map(|(_, values)| values.clone())
            }
            Verdict::Refused(_) => None,
        };
        Case {
            id: format!("{}.{number:02}", question.id),
            pattern: question.pattern.clone(),
            message: message.clone(),
            matches: Some(values.is_some()),
            invalid: matches!(answer, Verdict::Refused(_)),
            error: match answer {
                Verdict::Refused(text) => Some(text.clone()),
                Verdict::Matches(_) => None,
            },
            extracted_values: values.filter(|values| !values.is_empty()),
            disputed: false,
            evidence: "observed".to_owned(),
            source: "cwfilter verify, TestMetricFilter".to_owned(),
            date: Some(date.to_owned()),
            region: Some(region.to_owned()),
        }
    };
    numbered.map(case).collect()
}

/// The cases that this crate answers otherwise. Extracted values and the words of a refusal count where the case has them.
#[must_use]
pub fn differences(cases: &[Case]) -> Vec<Difference> {
    cases.iter().filter(|case| !case.disputed).filter_map(difference).collect()
}

fn difference(case: &Case) -> Option<Difference> {
    let differs = |ours: String, theirs: String| Some(Difference { case: case.clone(), ours, theirs });
    let pattern: FilterPattern = match case.pattern.parse() {
        Ok(pattern) => pattern,
        Err(error) => {
            let ours = error.aws_message();
            return match (&case.error, case.invalid) {
                (Some(theirs), true) if *theirs != ours => {
                    differs(format!("refused: {ours}"), format!("refused: {theirs}"))
                }
                (_, true) => None,
                (_, false) => differs(format!("refused: {ours}"), "accepted".to_owned()),
            };
        }
    };
    if case.invalid {
        return differs(
            "accepted".to_owned(),
            format!("refused: {}", case.error.as_deref().unwrap_or_default()),
        );
    }
    let words = |matches: bool| if matches { "match" } else { "no match" }.to_owned();
    let found = pattern.extract(&case.message);
    match case.matches {
        Some(theirs) if theirs != found.is_some() => return differs(words(found.is_some()), words(theirs)),
        _ => {}
    }
    let theirs = case.extracted_values.as_ref()?;
    let ours: BTreeMap<String, String> = found.unwrap_or_default().into_iter().collect();
    if ours == *theirs { None } else { differs(format!("extracts {ours:?}"), format!("extracts {theirs:?}")) }
}
