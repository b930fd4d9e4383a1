//! The JSON Schemas of the outputs, generated from the types that the program serializes.
//!
//! Titles and descriptions are those of the table in `docs/output.md`; `tests/output_schemas.rs` holds the outputs against the schemas.

use super::closed::Closed;
use super::generated_schema::is_in_file;
use crate::batch::AnswerLine;
use crate::json_output::Errors;
use crate::plan_json::{Gate, PlanDocument};
use cwfilter::alarm::{CompositeAlarmMessage, MetricAlarmMessage, MetricTrigger};
use cwfilter::answers::{AlarmAnswer, EmitAnswer};
use cwfilter::chain::ring::{Rehearsal, RingReport};
use schemars::generate::SchemaSettings;
use schemars::transform::Transform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::collections::BTreeMap;

/// Makes the schema of a type.
type Make = fn(&mut SchemaGenerator) -> Schema;

/// The types of each output: one, or one for each of its forms.
const OUTPUTS: &[(&str, &[Make])] = &[
    ("alarm", &[of::<AnswerLine<'_, AlarmAnswer>>]),
    ("audit", &[of::<crate::audit::json::Report<'_>>]),
    ("backtest", &[of::<crate::backtest::Report<'_>>]),
    ("certificate", &[of::<cwfilter::certificate::Certificate>]),
    ("comparison", &[of::<crate::diff::One<'_>>]),
    ("datapoints", &[of::<AnswerLine<'_, EmitAnswer>>]),
    ("diff", &[of::<crate::diff::Report>]),
    ("filter-test", &[of::<AnswerLine<'_, crate::test_metric_filter::Response>>]),
    ("import", &[of::<crate::import::Report<'_>>, of::<Errors>]),
    ("lint", &[of::<cwfilter::report::json::Report<'_>>]),
    ("lint-finding", &[of::<cwfilter::report::json::FindingObject<'_>>]),
    ("mutate", &[of::<crate::mutate_json::Report<'_>>]),
    ("notification", &[of::<MetricAlarmMessage<MetricTrigger>>, of::<CompositeAlarmMessage>]),
    ("packs", &[of::<Vec<crate::packs::PackEntry>>]),
    ("permissions", &[of::<cwfilter::permissions::Policy>, of::<Errors>]),
    ("plan", &[of::<PlanDocument<'_>>, of::<Gate>, of::<Errors>]),
    ("ring", &[of::<RingReport<'_>>, of::<Rehearsal<'_>>, of::<Errors>]),
    ("scan", &[of::<crate::hits::ScanDocument<'_>>]),
    ("scan-count", &[of::<crate::hits::Counts<'_>>]),
    ("scan-hit", &[of::<cwfilter::hit::Hit<'_>>]),
    ("scan-line", &[of::<crate::hits::Line<'_>>]),
    ("scan-summary", &[of::<crate::hits::SummaryDocument<'_>>]),
    ("test", &[of::<crate::test_json::Report<'_>>]),
    ("translation", &[of::<crate::translate::Line>]),
    ("verify", &[of::<crate::verify::Report<'_>>, of::<Errors>]),
    ("why", &[of::<crate::why::AlarmQueries<'_>>, of::<crate::why::AlarmEvents<'_>>, of::<Errors>]),
];

/// The outputs whose members can be left out, with `--fields`, and can be null.
const WITH_NULLS: [&str; 2] = ["scan", "scan-hit"];

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    T::json_schema(generator)
}

/// Title and description of each schema: the first cells of the rows of the page that link it.
fn rows() -> BTreeMap<String, (String, String)> {
    let page = include_str!("../../../docs/output.md");
    let row = |line: &str| {
        let (cells, link) = line.strip_prefix("| `")?.split_once(" | [")?;
        let (title, description) = cells.split_once("` | ")?;
        let name = link.split_once("](schemas/output/")?.1.split_once(".json")?.0;
        Some((name.to_owned(), (title.to_owned(), description.to_owned())))
    };
    page.lines().filter_map(row).collect()
}

fn generated(name: &str, title: &str, description: &str, makes: &[Make]) -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|it| it.inline_subschemas = true);
    let mut generator = settings.into_generator();
    let mut all: Vec<Schema> = makes.iter().map(|make| make(&mut generator)).collect();
    let mut closed = Closed { writes_null: WITH_NULLS.contains(&name) };
    all.iter_mut().for_each(|it| closed.transform(it));
    let mut schema = match all.len() {
        1 => all.remove(0),
        _ => json_schema!({ "oneOf": all }),
    };
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".to_owned(), title.into());
    schema.insert("description".to_owned(), description.into());
    schema
}

#[test]
fn each_schema_is_what_the_types_say() {
    let rows = rows();
    for (name, makes) in OUTPUTS {
        let (title, description) =
            rows.get(*name).unwrap_or_else(|| panic!("docs/output.md has no row {name}"));
        is_in_file(&format!("output/{name}.json"), &generated(name, title, description, makes));
    }
}

#[test]
fn each_output_has_a_schema() {
    let mut all: Vec<&str> = OUTPUTS.iter().map(|(name, _)| *name).collect();
    all.sort_unstable();
    assert_eq!(all, rows().keys().map(String::as_str).collect::<Vec<_>>());
}
