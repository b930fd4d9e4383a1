//! `cwfilter check`

use super::exit::Exit;
use super::terminal::{line, say};
use super::write::{Destination, Refused, check_distinct};
use cwfilter::certificate::{Answer, Certificate, Check};
use cwfilter::escaped::Escaped;
use cwfilter::limits::CERTIFICATE_CHECK_STEPS;
use cwfilter::plural::counted;
use std::io::Write;
use std::path::{Path, PathBuf};

/// As certificates name the program.
const THIS_PROGRAM: &str = concat!("cwfilter ", env!("CARGO_PKG_VERSION"));

/// Check a certificate of diff or audit: ask its questions again
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter audit --against cis-aws-6.0 --certificate audit.json infra/
  cwfilter check audit.json

Each event of the certificate is evaluated by the reference evaluator, each question without an event is asked again, and each
answer is derived from its questions, the links after its filters and what was not read; each control of an audited framework has to
have one answer. `docs/evaluator.py` checks the events independently of this program.
Not checked, because no answer depends on them, or because the inputs are not in the certificate: the program, the names of filters,
the links, what was not read or not made, which filters `diff` compared, and why an answer is unknown. Compare the texts of the patterns
with the inputs.
Exit codes: 0 if each answer is confirmed, 1 if one is not, 3 if the certificate cannot be read, or was not checked to its end.")]
pub(super) struct Args {
    /// The certificate
    certificate: PathBuf,
    /// Steps that all questions together may take, about a microsecond each
    #[arg(long, value_name = "STEPS", default_value_t = CERTIFICATE_CHECK_STEPS)]
    budget: usize,
}

/// The file of `--certificate`, which is no input.
pub(super) fn target(path: Option<&Path>, inputs: &[PathBuf]) -> Result<Option<Destination>, Exit> {
    let target =
        path.map(Destination::new).transpose().map_err(|error| Refused::usage(error.to_string()).print())?;
    check_distinct(inputs.iter().map(PathBuf::as_path), &[], target.iter())
        .map_err(|refused| refused.print())?;
    Ok(target)
}

/// Refuses a certificate that would replace a file that was read, such as one of a folder.
pub(super) fn refuse_inputs(target: Option<&Destination>, inputs: &[PathBuf]) -> Result<(), Exit> {
    check_distinct(inputs.iter().map(PathBuf::as_path), &[], target).map_err(|refused| refused.print())
}

/// Writes a certificate.
pub(super) fn write(target: &Destination, certificate: &Certificate) -> std::io::Result<()> {
    let mut text = serde_json::to_string_pretty(certificate)?;
    text.push('\n');
    target.write(text)
}

/// Says which answers are only about patterns.
fn write_links(out: &mut impl Write, certificate: &Certificate) -> std::io::Result<()> {
    let of_controls = certificate.answers.iter().filter(|it| it.control.is_some());
    let is_covered = |it: &&Answer| it.links.is_empty() && it.answer.starts_with("covered");
    match of_controls.filter(is_covered).count() {
        0 => Ok(()),
        count => {
            let answers = counted(count, "answer is", "answers are");
            line!(out, "{answers} only about patterns: the certificate has no links after their filters")
        }
    }
}

/// What a certificate has, and a check does not confirm, because the inputs are not in it.
fn not_confirmed(certificate: &Certificate) -> String {
    let has = |is: fn(&Answer) -> bool| certificate.answers.iter().any(is);
    let parts = [
        (has(|it| !it.links.is_empty()), "the links after filters"),
        (!certificate.not_read.is_empty(), "what was not read"),
        (!certificate.refused.is_empty(), "what AWS refuses"),
        (!certificate.absent.is_empty(), "which filters are not made"),
        (
            !certificate.open.is_empty() || has(|it| !it.open.is_empty()),
            "which filters may not be made, or may not read each event",
        ),
        (true, "that the patterns are those of the inputs"),
    ];
    let named: Vec<&str> = parts.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).collect();
    named.join(", ")
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let path = args.certificate.display();
    let text = match cwfilter::files::text(&args.certificate) {
        Ok(text) => text,
        Err(error) => {
            say!("error: {path}: cannot read: {error}");
            return Ok(Exit::Input);
        }
    };
    let certificate: Certificate = match serde_json::from_str(&text) {
        Ok(certificate) => certificate,
        Err(error) => {
            say!("error: {path}:{}:{}: not a certificate: {error}", error.line(), error.column());
            return Ok(Exit::Input);
        }
    };
    let Check { differences, not_checked, .. } = match certificate.check_within(args.budget) {
        Ok(check) => check,
        Err(error) => {
            say!("error: {path}: cannot be checked: {error}");
            return Ok(Exit::Input);
        }
    };
    let mut out = std::io::stdout().lock();
    for difference in &differences {
        line!(out, "{difference}")?;
    }
    let answers = counted(certificate.answers.len(), "answer", "answers");
    let (program, domain, version) = (&certificate.program, &certificate.domain, &certificate.domain_version);
    let (program, domain, version) = (Escaped(program), Escaped(domain), Escaped(version));
    line!(out, "{answers} by {program} over the domain {domain} ({version})")?;
    if certificate.program != THIS_PROGRAM {
        line!(out, "checked by {THIS_PROGRAM}")?;
    }
    for what in &certificate.not_read {
        line!(out, "not read, so that no answer is about it: {}", Escaped(what))?;
    }
    for what in &certificate.refused {
        line!(out, "refused by AWS, so that it covers nothing: {}", Escaped(what))?;
    }
    for what in &certificate.absent {
        line!(out, "not made, so that it covers nothing: {}", Escaped(what))?;
    }
    for what in &certificate.open {
        line!(out, "not known whether it reads each event: {}", Escaped(what))?;
    }
    write_links(&mut out, &certificate)?;
    if certificate.answers.is_empty() {
        line!(out, "nothing is confirmed: the certificate has no answers")?;
        return Ok(Exit::Findings);
    }
    if !differences.is_empty() {
        line!(out, "{} not confirmed", differences.len())?;
    }
    if !not_checked.is_empty() {
        let (count, first) = (counted(not_checked.len(), "answer is", "answers are"), not_checked.start);
        line!(
            out,
            "{count} not checked, from answer {first} on: all questions together take more than {} steps; `--budget` allows more",
            args.budget
        )?;
        return Ok(Exit::Input);
    }
    if differences.is_empty() {
        let not = not_confirmed(&certificate);
        line!(out, "confirmed: each answer follows from the certificate; not checked: {not}")?;
        return Ok(Exit::Clean);
    }
    Ok(Exit::Findings)
}
