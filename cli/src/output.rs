//! Writes findings: one format to standard output, others to files.

use super::exit::Exit;
use super::terminal::{self, painted, style};
use super::write::{Destination, Refused, check_distinct};
use cwfilter::Lines;
use cwfilter::lint::file::{FileFindings, Finding};
use cwfilter::report::human::{self, Style};
use cwfilter::report::{github, json, junit, sarif};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct Outputs {
    /// The format of standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Also write the findings to a file; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse)]
    output: Vec<(Format, PathBuf)>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// Text that marks the places
    Human,
    /// One JSON object
    Json,
    /// One JSON object per line
    Ndjson,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML
    Junit,
    /// Annotations of GitHub Actions
    Github,
}

fn parse(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, for example sarif=lint.sarif")?;
    let format = clap::ValueEnum::from_str(format, false).map_err(|_| {
        format!("unknown format `{format}`; the formats are human, json, ndjson, sarif, junit, github")
    })?;
    Ok((format, PathBuf::from(file)))
}

impl Outputs {
    pub(super) fn format(&self) -> Format {
        self.format
    }

    /// Checks before the work that the files can be written.
    pub(super) fn targets(&self) -> Result<Destinations, Refused> {
        let targets: std::io::Result<_> =
            self.output.iter().map(|(format, path)| Ok((*format, Destination::new(path)?))).collect();
        let targets = Destinations(targets?);
        targets.check([])?;
        Ok(targets)
    }

    /// Writes the files, then standard output. If a file cannot be written, an error names it, and the others are still written.
    pub(super) fn write(&self, targets: &Destinations, files: &[FileFindings]) -> std::io::Result<Exit> {
        let written = targets.0.iter().map(|(format, to)| to.write(render(*format, files, Style::Plain)));
        let exit = written.filter_map(Result::err).map(Exit::from_output).fold(Exit::Clean, Exit::max);
        let mut stdout = std::io::stdout().lock();
        let style = style(&stdout);
        let text = render(self.format, files, style);
        let printed = match self.format {
            Format::Json | Format::Ndjson | Format::Sarif => terminal::json(&mut stdout, &text),
            Format::Human => painted(&mut stdout, &text),
            // JUnit escapes as XML requires; the texts of workflow commands are already escaped
            Format::Junit | Format::Github => stdout.write_all(text.as_bytes()),
        };
        match printed.and_then(|()| stdout.flush()) {
            Ok(()) => Ok(exit),
            // an error was printed, and the exit code must say so
            Err(error) if exit != Exit::Clean => Ok(exit.max(Exit::from_output(error))),
            Err(error) => Err(error),
        }
    }
}

/// The files that `--output` names.
pub(super) struct Destinations(Vec<(Format, Destination)>);

impl Destinations {
    /// Refuses a file that is an input.
    pub(super) fn check<'a>(&self, inputs: impl IntoIterator<Item = &'a Path>) -> Result<(), Refused> {
        check_distinct(inputs, &[], self.0.iter().map(|(_, target)| target))
    }
}

fn render(format: Format, files: &[FileFindings], style: Style) -> String {
    match format {
        Format::Human => files
            .iter()
            .flat_map(|file| {
                let lines = Lines::new(&file.text);
                let shown = move |finding: &Finding| {
                    human::hosted_finding(&file.path, &lines, finding, style) + "\n\n"
                };
                file.findings.iter().map(shown)
            })
            .collect(),
        Format::Json => json::object(files, super::skipped_entries::count()),
        Format::Ndjson => json::lines(files),
        Format::Sarif => sarif::log(files),
        Format::Junit => junit::xml(files),
        Format::Github => github::annotations(files),
    }
}
