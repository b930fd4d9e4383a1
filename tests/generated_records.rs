//! Generated tests of patterns about CloudTrail: each event is a record that can exist, with the shape that recorded events of its name and
//! of its principal have.

use cwfilter::FilterPattern;
use cwfilter::analysis::Domain;
use cwfilter::cloudtrail::catalogue::{evidence, recorded_request, recorded_sources, sources_of};
use cwfilter::rules::generate_all;
use serde_json::Value;
use std::collections::BTreeSet;

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

fn records(pattern: &str) -> Vec<(Value, bool)> {
    let parsed: FilterPattern = pattern.parse().unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let record = |text: &str| serde_json::from_str(text).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    generate_all(&parsed).tests.iter().map(|test| (record(&test.message), test.matches)).collect()
}

fn text<'a>(record: &'a Value, key: &str) -> &'a str {
    record[key].as_str().unwrap_or_default()
}

/// Why a record is not like one that was recorded. Empty if it is.
fn faults(record: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if !Domain::CloudTrail.contains(&record.to_string()) {
        faults.push("it is not in the domain".to_owned());
    }
    let (source, name) = (text(record, "eventSource"), text(record, "eventName"));
    // nothing is assumed about a name that the catalogue does not have
    if !sources_of(name).is_empty() && evidence(source, name).is_none() {
        faults.push(format!("no `{name}` of `{source}` is known"));
    }
    let identity = &record["userIdentity"];
    let keys: BTreeSet<&str> =
        identity.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    let is_known = rows(include_str!("generated/identities.tsv")).any(|row| {
        let must: BTreeSet<&str> = row[1].split(' ').collect();
        let may: BTreeSet<&str> = row[2].split(' ').filter(|it| !it.is_empty()).collect();
        row[0] == text(identity, "type")
            && must.is_subset(&keys)
            && keys.is_subset(&must.union(&may).copied().collect())
    });
    if !is_known {
        faults.push(format!("no principal has this shape: {identity}"));
    }
    if let (Some(arn), Some(user), "IAMUser") =
        (identity["arn"].as_str(), identity["userName"].as_str(), text(identity, "type"))
        && !arn.ends_with(&format!("/{user}"))
    {
        faults.push(format!("`{arn}` is not the ARN of `{user}`"));
    }
    if let Some(invoker) = identity["invokedBy"].as_str()
        && text(record, "sourceIPAddress") != invoker
    {
        faults.push(format!("`{invoker}` calls from {}", record["sourceIPAddress"]));
    }
    if let Some(request) = recorded_request(source, name) {
        if record["readOnly"] != Value::Bool(request.is_read_only) {
            faults.push(format!("readOnly of `{name}`"));
        }
        if request.parameters != "null" && record.get("requestParameters").is_none() {
            faults.push(format!("`{name}` without requestParameters"));
        }
    }
    faults
}

/// For each recorded event, a record like it.
#[test]
fn each_recorded_event_gets_a_record_of_its_shape() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (source, recorded) in recorded_sources() {
        for name in &recorded.names {
            // one in three: the table is long
            count += 1;
            if count % 3 != 0 {
                continue;
            }
            let found = records(&format!("{{ $.eventSource = \"{source}\" && $.eventName = \"{name}\" }}"));
            let of_name = found.iter().find(|(_, matches)| *matches);
            let Some((record, _)) = of_name else {
                wrong.push(format!("{source} {name}: no record"));
                continue;
            };
            let request = recorded_request(source, name).unwrap_or_else(|| panic!("{source} {name}"));
            let parameters: Value = serde_json::from_str(request.parameters).unwrap();
            // `null` is left out
            if record["requestParameters"] != parameters {
                wrong.push(format!(
                    "{source} {name}: {} instead of {parameters}",
                    record["requestParameters"]
                ));
            }
            wrong.extend(faults(record).iter().map(|fault| format!("{source} {name}: {fault}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 250, "{count}");
}

/// Patterns that ask for an event, a principal or a parameter. The columns: the pattern, tests that are missing as in `cases.tsv`, and
/// texts that the matching records have as `path = JSON`.
#[test]
fn no_record_is_impossible() {
    let mut wrong = Vec::new();
    for row in rows(include_str!("generated/records.tsv")) {
        let [pattern, missing, has] = row[..] else { panic!("{row:?}") };
        let parsed: FilterPattern = pattern.parse().unwrap_or_else(|error| panic!("{pattern}: {error}"));
        let found = generate_all(&parsed);
        let named: Vec<String> = found
            .missing
            .iter()
            .map(|it| format!("{}{}: {}", if it.matches { '+' } else { '-' }, it.condition, it.why))
            .collect();
        let expected: Vec<&str> = missing.split(" ; ").filter(|it| !it.is_empty()).collect();
        if named.len() != expected.len()
            || named.iter().zip(&expected).any(|(it, start)| !it.starts_with(start))
        {
            wrong.push(format!("{pattern}: missing {named:#?}"));
        }
        let all = records(pattern);
        for (record, matches) in &all {
            wrong.extend(
                faults(record).iter().map(|fault| format!("{pattern} ({matches}): {fault}: {record}")),
            );
        }
        for wanted in has.split(" ; ").filter(|it| !it.is_empty()) {
            let (path, value) = wanted.split_once(" = ").unwrap_or_else(|| panic!("{wanted}"));
            let value: Value = serde_json::from_str(value).unwrap();
            let pointer = format!("/{}", path.replace('.', "/"));
            if !all.iter().any(|(record, matches)| *matches && record.pointer(&pointer) == Some(&value)) {
                wrong.push(format!("{pattern}: no matching record has {wanted}: {all:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A pattern about another log, with fields that CloudTrail has, too, gets events of that log.
#[test]
fn events_of_another_log_are_no_records() {
    for pattern in ["{ $.errorCode = 5 }", "{ $.eventType = \"click\" && $.eventName = \"buy\" }"] {
        let parsed: FilterPattern = pattern.parse().unwrap();
        let found = generate_all(&parsed);
        assert!(found.tests.iter().any(|test| test.matches), "{pattern}: {found:#?}");
    }
}
