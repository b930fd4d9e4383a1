//! `cwfilter audit`

pub(super) mod json;
mod judged;
mod page;
mod report;
mod set;
mod stacks;

use super::exit::Exit;
use super::terminal::{json_pretty_by_name, line, say};
use cwfilter::analysis::{Bounds, Domain};
use cwfilter::certificate::Certificate;
use cwfilter::controls::FRAMEWORKS;
use cwfilter::limits::PROOF_STEPS;
use cwfilter::report::{github, sarif};
use judged::{Judged, Verdict, judge};
use set::Set;
use std::io::Write;
use std::path::PathBuf;

/// Prove which controls of a framework the patterns cover
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter audit --against cis-aws-6.0 patterns
  cwfilter audit --against security-hub infra/
  cwfilter audit --against cis-aws-6.0 --certificate audit.json --format html infra/ > audit.html

Each control has one judgement:
  covered              one pattern, or several of one log group together, match every event of the control
  covered with noise   they also match everyday events that no control is about: an alarm on them rings all day
  partly covered       they match some typical events of the control; an event that is missed is printed
  not covered          they match none of its typical events; an event that is missed is printed
  unknown              neither was proved; the reason is printed
  not read             an input or the text of a pattern is not known, and nothing else covers the control
The layout of a pattern does not matter. Security Hub is different: it compares texts, and fails a pattern that means the same but
is written differently; the text to write is then printed.
The links after a filter that covers a control are judged, too, as far as the inputs have them: the metric, an alarm on it that rings for
one event, its action, a confirmed subscriber. Each is met, broken (and why), or not in the input (and what is missing). Put the stack
file, or the answers of describe-metric-filters, describe-alarms and list-subscriptions-by-topic, beside the patterns.
Exit codes by the worst judgement: 3 not read, 1 not covered, 4 a link after the filter is broken, 6 partly covered, 8 unknown,
7 covered with noise, 9 a link is not in the input (only with --require-chain), 0 covered.")]
pub(super) struct Args {
    /// The framework: security-hub, cis-aws-VERSION (1.2 to 6.0), or cis-aws, which is version 5.0
    #[arg(long, value_name = "FRAMEWORK", value_parser = FRAMEWORKS)]
    against: String,
    /// Files or folders with patterns
    #[arg(default_value = "patterns")]
    paths: Vec<PathBuf>,
    /// Write a certificate of the proofs, which `cwfilter check` checks
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Print one JSON object, as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// The form of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    /// End with exit code 9 if a control is covered, and a link after its filter is not in the input
    #[arg(long)]
    require_chain: bool,
    /// Steps that one proof may take, about a microsecond each
    #[arg(long, value_name = "STEPS", default_value_t = PROOF_STEPS, value_parser = crate::options::proof_steps)]
    budget: usize,
    /// The events that the proofs are about: cloudtrail (CloudTrail records) or json (all messages)
    #[arg(long, value_name = "DOMAIN", default_value_t = Domain::CloudTrail)]
    domain: Domain,
}

/// The form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// One JSON object
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// One HTML page to read, print and sign
    Html,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let target = match super::check::target(args.certificate.as_deref(), &args.paths) {
        Ok(target) => target,
        Err(exit) => return Ok(exit),
    };
    if target.is_some() && args.against == "security-hub" {
        say!(
            "error: Security Hub compares texts, so that there is no proof; audit against cis-aws for a certificate"
        );
        return Ok(Exit::Usage);
    }
    let set = Set::read(&args.paths);
    for what in &set.refused {
        say!("error: {what}");
    }
    for what in &set.unread {
        say!("error: not judged: {what}");
    }
    for what in &set.parts_elsewhere {
        say!("note: not judged: {what}");
    }
    for what in set.absent.iter().chain(&set.open()) {
        say!("note: {what}");
    }
    // filters that are all known not to be made cover nothing, which is an answer
    if set.candidates.is_empty() && set.absent.is_empty() {
        let is_empty = set.refused.is_empty() && set.files.is_empty();
        let what = if is_empty { "no patterns found" } else { "no filter has a pattern that can be judged" };
        say!("error: {what}, so no control was judged; check the paths");
        return Ok(Exit::Input);
    }
    if let Err(exit) = super::check::refuse_inputs(target.as_ref(), &set.inputs) {
        return Ok(exit);
    }
    let bounds = Bounds::default().with_steps(args.budget).in_domain(args.domain);
    let judged = judge(&args.against, &set, &bounds);
    if let Some(target) = target {
        let mut certificate = Certificate::new(&bounds);
        certificate.not_read = set.not_read();
        (certificate.refused, certificate.absent) = (set.refused.clone(), set.absent.clone());
        certificate.open = set.open();
        certificate.answers.extend(judged.iter().map(Judged::answer));
        super::check::write(&target, &certificate)?;
    }
    let format = if args.json { Format::Json } else { args.format };
    print(format, args, &judged, &set)?;
    if !set.unread.is_empty() || !set.refused.is_empty() {
        return Ok(Exit::Input);
    }
    let exit = judged.iter().map(|it| it.verdict).max().map_or(Exit::Clean, Verdict::exit);
    if exit == Exit::Clean && args.require_chain && judged.iter().any(Judged::is_open) {
        return Ok(Exit::OpenChain);
    }
    Ok(exit)
}

fn print(format: Format, args: &Args, judged: &[Judged], set: &Set) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => json_pretty_by_name(&mut out, &json::Report::new(args.domain, judged, set)),
        Format::Sarif => super::terminal::json(&mut out, &sarif::log(&report::findings(judged, set))),
        // the texts of workflow commands are escaped already
        Format::Github => out.write_all(github::annotations(&report::findings(judged, set)).as_bytes()),
        Format::Html => {
            let about = page::About {
                framework: &args.against,
                domain: args.domain,
                inputs: &args.paths,
                certificate: args.certificate.as_deref(),
            };
            out.write_all(page::html(&about, judged, set)?.as_bytes())
        }
        Format::Human => {
            judged.iter().try_for_each(|it| report::write(&mut out, it, set))?;
            line!(out, "{}", report::chains(judged))?;
            line!(out, "not judged: the trail")?;
            line!(out, "domain: {}", super::diff::described(args.domain))?;
            line!(out, "{}", report::summary(judged, set))
        }
    }
}
