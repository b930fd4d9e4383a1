//! The command line's arguments about the answer: which hits to print, and in which form.

use super::selected::{Selected, SelectionArgs};
use cwfilter::hit::{Field, Selection};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct AnswerArgs {
    /// How hits are printed
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with = "json")]
    format: Option<Format>,
    /// The fields that are printed, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = field, conflicts_with_all = ["json", "count", "raw", "summary"])]
    fields: Vec<Field>,
    /// Print the record itself, byte for byte, and a newline
    #[arg(long, conflicts_with_all = ["json", "count", "format", "summary"])]
    raw: bool,
    /// Print the number of hits by rule, actor, address and hour
    #[arg(long, conflicts_with_all = ["count", "resume"])]
    summary: bool,
    /// Also write a page with all hits and their explanations
    #[arg(long, value_name = "FILE", conflicts_with_all = ["count", "json", "resume"])]
    pub(crate) html: Option<PathBuf>,
    #[command(flatten)]
    selection: SelectionArgs,
    /// Print each copy of an event that was delivered more than once
    #[arg(long)]
    keep_duplicates: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each hit
    Human,
    /// One JSON object with all hits
    Json,
    /// A JSON object a line
    Ndjson,
    /// A table for spreadsheets
    Csv,
}

/// The form in which hits are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `FILE:RECORD eventTime eventName RULE` and further facts
    Line,
    /// The values of chosen fields
    Fields,
    /// One JSON document
    Json,
    Ndjson,
    Csv,
    /// The records themselves
    Raw,
    /// JSON lines of version 1
    JsonLines,
    /// Matches of each rule
    Count,
    CountJson,
    Summary,
    SummaryJson,
    /// on one line
    SummaryNdjson,
}

impl Shape {
    /// Hits are counted, not printed.
    pub(super) fn is_summary(self) -> bool {
        matches!(self, Shape::Summary | Shape::SummaryJson | Shape::SummaryNdjson)
    }
}

/// The answer that is asked for.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) shape: Shape,
    pub(crate) fields: Vec<Field>,
    pub(crate) selection: Selection,
    /// How the selection was asked for; `None` if all hits are wanted.
    pub(crate) selected: Option<Selected>,
    /// One hit for each event and rule.
    pub(crate) joins_copies: bool,
    /// Hits are kept for a page.
    pub(crate) has_page: bool,
}

impl AnswerArgs {
    /// Resolves the arguments; `now` is in seconds since 1970.
    pub(crate) fn plan(&self, json: bool, count: bool, resume: bool, now: i64) -> Result<Plan, String> {
        let shape = self.shape(json, count)?;
        let fields = match self.fields.as_slice() {
            [] => Field::ALL.to_vec(),
            chosen => {
                // an object has each member once
                let is_twice = |(at, field): &(usize, &Field)| chosen.iter().take(*at).any(|it| it == *field);
                if let Some((_, field)) = chosen.iter().enumerate().find(is_twice) {
                    return Err(format!("`--fields` names `{}` twice", field.name()));
                }
                chosen.to_vec()
            }
        };
        let selection = self.selection.selection(now)?;
        let selected = self.selection.said(&selection);
        if resume && self.selection.is_relative() {
            return Err("`--resume` needs fixed times: a duration ends elsewhere than in the scan that was interrupted".to_owned());
        }
        // version 1 of the JSON lines and the counts are of all records that match
        let is_old = matches!(shape, Shape::JsonLines | Shape::Count | Shape::CountJson);
        let joins_copies = !self.keep_duplicates && !is_old;
        Ok(Plan { shape, fields, selection, selected, joins_copies, has_page: self.html.is_some() })
    }

    fn shape(&self, json: bool, count: bool) -> Result<Shape, String> {
        let is_json = json || matches!(self.format, Some(Format::Json | Format::Ndjson));
        if (count || self.summary) && self.format == Some(Format::Csv) {
            return Err(
                "`--count` and `--summary` are printed as text or, with `--format json` or `ndjson`, as JSON"
                    .to_owned(),
            );
        }
        Ok(match self.format {
            _ if count => {
                if is_json {
                    Shape::CountJson
                } else {
                    Shape::Count
                }
            }
            Some(Format::Ndjson) if self.summary => Shape::SummaryNdjson,
            _ if self.summary => {
                if is_json {
                    Shape::SummaryJson
                } else {
                    Shape::Summary
                }
            }
            _ if self.raw => Shape::Raw,
            _ if json => Shape::JsonLines,
            Some(Format::Json) => Shape::Json,
            Some(Format::Ndjson) => Shape::Ndjson,
            Some(Format::Csv) => Shape::Csv,
            Some(Format::Human) | None if self.fields.is_empty() => Shape::Line,
            Some(Format::Human) | None => Shape::Fields,
        })
    }
}

impl Plan {
    /// The arguments that change what a scan prints, for the journal: the form, and every argument that differs from its default.
    pub(crate) fn key(&self) -> String {
        let mut key = format!("{:?}", self.shape);
        if self.fields != Field::ALL {
            self.fields.iter().for_each(|field| key += &format!(" {}", field.name()));
        }
        if !self.selection.is_all() {
            let Selection { since, until, accounts, regions, late, .. } = &self.selection;
            key += &format!(" {since:?} {until:?} {accounts:?} {regions:?} {late}");
        }
        if !self.joins_copies {
            key += " with copies";
        }
        key
    }
}

fn field(text: &str) -> Result<Field, String> {
    text.trim().parse()
}
