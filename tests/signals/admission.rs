use super::{all_right, lines, text};
use cwfilter::FilterPattern;
use cwfilter::alarm::{AlarmKind, admit_metric_alarm};
use cwfilter::metric::{FieldSelection, MetricFilter, Transformation};
use serde_json::Value;

/// What depends on the state of an account that a line does not give.
const OF_ACCOUNT: [&str; 4] =
    ["LimitExceededException", "ResourceNotFoundException", "ResourceNotFound", "OperationAbortedException"];

fn is_asked(line: &Value, operation: &str) -> bool {
    line["operation"] == operation
        && line["request"].is_object()
        && !OF_ACCOUNT.contains(&text(line, "/result/code"))
}

/// AWS prints the values of an enum in the order of a hash: compared as a set.
fn as_set(message: &str) -> (String, Vec<String>) {
    let (head, list) = message.split_once("enum value set: [").unwrap_or((message, ""));
    let mut names: Vec<String> = list.trim_end_matches(']').split(", ").map(str::to_owned).collect();
    names.sort();
    (head.to_owned(), names)
}

fn compared(line: &Value, got: Option<(&str, String)>) -> Result<(), String> {
    match (text(line, "/result/code"), got) {
        ("Success", None) => Ok(()),
        ("Success", Some((_, message))) => Err(format!("refused: {message}")),
        (_, None) => Err("taken".to_owned()),
        (code, Some((got, message))) => {
            let expected = text(line, "/result/message");
            let is_right = got == code && (expected.is_empty() || as_set(&message) == as_set(expected));
            if is_right { Ok(()) } else { Err(format!("{got}: {message}")) }
        }
    }
}

#[test]
fn every_put_metric_alarm() {
    let mut answers = Vec::new();
    for line in
        lines(include_str!("put_metric_alarm.jsonl")).iter().filter(|line| is_asked(line, "PutMetricAlarm"))
    {
        // only the refusal says that a composite alarm has the name
        let is_taken = text(line, "/result/message").contains("alarm of a different type");
        let existing = is_taken.then_some(AlarmKind::Composite);
        let refusal = admit_metric_alarm(&line["request"], existing).err();
        let answer = compared(line, refusal.map(|refusal| (refusal.code, refusal.message)));
        answers.push((text(line, "/id").to_owned(), answer));
    }
    all_right("PutMetricAlarm", 14, answers);
}

/// A metric filter from the JSON of the API.
pub(super) fn filter(request: &Value) -> Result<MetricFilter, String> {
    let pattern: FilterPattern =
        text(request, "/filterPattern").parse().map_err(|error: cwfilter::ParseError| error.aws_message())?;
    let entry = &request["metricTransformations"][0];
    let mut it = Transformation::new(
        text(entry, "/metricNamespace"),
        text(entry, "/metricName"),
        text(entry, "/metricValue"),
    );
    it.default = entry["defaultValue"].as_f64();
    it.unit = entry["unit"].as_str().map(str::to_owned);
    for (name, selector) in entry["dimensions"].as_object().into_iter().flatten() {
        it = it.dimension(name, selector.as_str().unwrap());
    }
    let fields = request["emitSystemFieldDimensions"].as_array().into_iter().flatten();
    let fields = fields.map(|field| field.as_str().unwrap().to_owned()).collect();
    let mut filter =
        MetricFilter::with_system_fields(pattern, it, fields).map_err(|error| error.to_string())?;
    if let Some(criteria) = request["fieldSelectionCriteria"].as_str() {
        let criteria = criteria
            .parse()
            .map_err(|error: cwfilter::metric::FieldSelectionError| error.aws_message().to_owned())?;
        filter = filter.field_selection(criteria);
    }
    Ok(filter.on_transformed_logs(request["applyOnTransformedLogs"] == true))
}

#[test]
fn every_put_metric_filter() {
    let mut answers = Vec::new();
    let file = lines(include_str!("metric_filter_admission.jsonl"));
    for line in file.iter().filter(|line| is_asked(line, "PutMetricFilter")) {
        // how many transformations there are is no question to the library, which takes one
        if line["request"]["metricTransformations"].as_array().unwrap().len() != 1 {
            continue;
        }
        let refusal = filter(&line["request"]).err().map(|message| ("InvalidParameterException", message));
        answers.push((text(line, "/id").to_owned(), compared(line, refusal)));
    }
    all_right("PutMetricFilter", 26, answers);
}

/// Recorded for subscription filters, which have the same member.
#[test]
fn every_field_selection() {
    let mut answers = Vec::new();
    for line in lines(include_str!("subscriptions.jsonl")) {
        let Some(criteria) = line.pointer("/request/fieldSelectionCriteria").and_then(Value::as_str) else {
            continue;
        };
        let message = match criteria.parse::<FieldSelection>() {
            // taken for metric filters, whose API reference writes them; subscription filters refuse them
            Ok(selection) if selection.has_brackets() => {
                Some("The provided field selection criteria is invalid")
            }
            Ok(_) => None,
            Err(error) => Some(error.aws_message()),
        };
        let refusal = message.map(|message| ("InvalidParameterException", message.to_owned()));
        answers.push((text(&line, "/id").to_owned(), compared(&line, refusal)));
    }
    all_right("field selections", 17, answers);
}
