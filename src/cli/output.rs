//! Where findings go: one format to standard output, others to files.

use super::sources::replace_or_create;
use super::style;
use super::terminal;
use super::terminal::painted;
use crate::report::findings::FileFindings;
use crate::report::human::{self, Style};
use crate::report::{github, json, junit, sarif};
use std::io::Write;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Outputs {
    /// What standard output gets
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Also write a file; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse)]
    output: Vec<(Format, PathBuf)>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// Text with the places marked
    Human,
    /// One JSON object
    Json,
    /// A JSON object a line
    Ndjson,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML
    Junit,
    /// Annotations of GitHub Actions
    Github,
}

fn parse(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, such as sarif=lint.sarif")?;
    let format = clap::ValueEnum::from_str(format, false)
        .map_err(|_| format!("no format `{format}`: human, json, ndjson, sarif, junit, github"))?;
    Ok((format, PathBuf::from(file)))
}

impl Outputs {
    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn write(&self, files: &[FileFindings]) -> std::io::Result<()> {
        let mut stdout = std::io::stdout().lock();
        let style = style(&stdout);
        let text = render(self.format, files, style);
        match self.format {
            Format::Json | Format::Ndjson | Format::Sarif => terminal::json(&mut stdout, &text)?,
            Format::Human => painted(&mut stdout, &text)?,
            Format::Junit => stdout.write_all(text.as_bytes())?,
            // workflow commands of its own, with texts that are escaped already
            Format::Github => stdout.write_all(text.as_bytes())?,
        }
        for (format, path) in &self.output {
            replace_or_create(path, &render(*format, files, Style::Plain))?;
        }
        Ok(())
    }
}

fn render(format: Format, files: &[FileFindings], style: Style) -> String {
    match format {
        Format::Human => files
            .iter()
            .flat_map(|file| file.findings.iter().map(move |finding| (file, finding)))
            .map(|(file, finding)| {
                human::finding(&file.path, &file.text, &finding.diagnostic, style) + "\n\n"
            })
            .collect(),
        Format::Json => json::object(files, super::passed_over::count()),
        Format::Ndjson => json::lines(files),
        Format::Sarif => sarif::log(files),
        Format::Junit => junit::xml(files),
        Format::Github => github::annotations(files),
    }
}
