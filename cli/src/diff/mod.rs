//! `cwfilter diff`

mod alarms;
mod direction;
mod git;
mod moved;
mod pairing;
mod report;
mod resources;
mod settings;
mod side;
mod side_name;

use super::exit::Exit;
use super::terminal::{json_pretty, painted, say, style};
use super::write::Destination;
use cwfilter::analysis::{Bounds, Comparison, Domain, compare_within};
use cwfilter::certificate::Certificate;
use cwfilter::limits::PROOF_STEPS;
use cwfilter::plural::counted;
use direction::{Direction, FailOn};
use pairing::pair;
pub(super) use report::Report;
pub(super) use report::described;
use serde::Serialize;
use side::{Side, SideKind};
use std::path::PathBuf;

/// Prove whether two patterns, or two sets of patterns, match the same events
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter diff '{ $.a = \"x\" }' '{($.a=x)}'
  cwfilter diff old/rules.toml patterns/cis-aws/rules.toml
  cwfilter diff --json deployed.json main.tf
  cwfilter diff --domain cloudtrail old/rules.toml new/rules.toml
  cwfilter diff --git main --fail-on tighter --format github -- infra/

A and B are patterns, or files and folders that hold patterns: rule files, Terraform, templates, the answer of
`aws logs describe-metric-filters`. Patterns in files are compared by name, patterns in folders by path and name. A pattern that
was moved or renamed and matches the same events is listed as such; patterns that are only on one side are listed. With `--git REVISION`, A is the revision and B is the working tree, and the arguments are paths
below the working directory.
The metric, the log group, the region, the criteria and the destination of each pattern are compared as settings, and so are alarms with
their evaluation and actions, composite alarms, topics with their policies, and subscriptions. A filter that is not made matches nothing.
Exit codes: 0 if nothing differs, 1 if something does, 3 if an input could not be read or compared. With `--fail-on`, 1 only if a
pattern became looser (it matches other events, too, or is new), tighter (it stops matching events, or is gone), or either or
anything else differs (any); an unknown relation counts as both.")]
pub(super) struct Args {
    /// A pattern, a file or a folder; with --git, a path in the working tree
    #[arg(allow_hyphen_values = true)]
    a: Option<String>,
    /// The pattern, file or folder to compare with; with --git, another path
    #[arg(allow_hyphen_values = true)]
    b: Option<String>,
    /// With --git, further paths
    #[arg(value_name = "PATH")]
    more: Vec<String>,
    /// Compare the files of this git revision (A) with those of the working tree (B)
    #[arg(long, value_name = "REVISION")]
    git: Option<String>,
    /// End with exit code 1 only for this kind of change
    #[arg(long, value_name = "KIND", value_enum)]
    fail_on: Option<FailOn>,
    /// How the differences are printed
    #[arg(long, value_enum, default_value_t = Format::Human, conflicts_with = "json")]
    format: Format,
    /// Write a certificate of the proofs, which `cwfilter check` checks
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Steps that one proof may take, about a microsecond each
    #[arg(long, value_name = "STEPS", default_value_t = PROOF_STEPS, value_parser = crate::options::proof_steps)]
    budget: usize,
    /// The events that the proof is about: json (all messages) or cloudtrail (CloudTrail records)
    #[arg(long, value_name = "DOMAIN", default_value_t = Domain::Json)]
    domain: Domain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// Annotations of GitHub Actions
    Github,
    /// One JSON object
    Json,
}

/// The JSON report if each side is one pattern.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct One<'a> {
    #[serde(flatten)]
    comparison: &'a Comparison,
    /// The number of entries of folders that were not read.
    skipped_entries: usize,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let paths: Vec<String> = args.a.iter().chain(&args.b).chain(&args.more).cloned().collect();
    let inputs: Vec<PathBuf> = paths.iter().map(PathBuf::from).filter(|path| path.is_file()).collect();
    let target = match super::check::target(args.certificate.as_deref(), &inputs) {
        Ok(target) => target,
        Err(exit) => return Ok(exit),
    };
    let sides = match (&args.git, paths.as_slice()) {
        (Some(revision), paths) => git::sides(revision, paths),
        (None, [a, b]) => match (Side::of(a), Side::of(b)) {
            (Ok(a), Ok(b)) => Ok((a, b)),
            (Err(exit), _) | (_, Err(exit)) => Err(exit),
        },
        (None, other) => {
            let given = counted(other.len(), "argument was", "arguments were");
            say!(
                "error: two patterns, files or folders are compared, but {given} given; or name a revision with --git"
            );
            Err(Exit::Usage)
        }
    };
    let (mut a, mut b) = match sides {
        Ok(sides) => sides,
        Err(exit) => return Ok(exit),
    };
    for side in [&a, &b] {
        if let Err(exit) = super::check::refuse_inputs(target.as_ref(), &side.files) {
            return Ok(exit);
        }
    }
    let bounds = Bounds::default().with_steps(args.budget).in_domain(args.domain);
    if let Some(exit) = one(args, target.as_ref(), &a, &b, &bounds)? {
        return Ok(exit);
    }
    as_one_pair(&mut a, &mut b);
    if let Some((one, many)) = match (a.kind, b.kind) {
        (SideKind::Pattern, _) => Some(("A", &b)),
        (_, SideKind::Pattern) => Some(("B", &a)),
        _ => None,
    } {
        let other = counted(many.entries.len(), "pattern", "patterns");
        say!("error: {one} is one pattern, the other side has {other}; name a file with one pattern");
        return Ok(Exit::Usage);
    }
    // a path in a folder has no counterpart in a file
    if a.kind != b.kind {
        for side in [&mut a, &mut b] {
            side.entries.iter_mut().for_each(|entry| entry.place = String::new());
            side.alarms.iter_mut().for_each(|alarm| alarm.place = String::new());
            side.resources.iter_mut().for_each(|it| it.place = String::new());
        }
    }
    let pairs = pair(&a.entries, &b.entries);
    let report = Report::new(&a, &b, &pairs, &bounds);
    if let Some(target) = target {
        super::check::write(&target, &report.certificate(&bounds))?;
    }
    let mut out = std::io::stdout().lock();
    match args.format {
        _ if args.json => json_pretty(&mut out, &report)?,
        Format::Json => json_pretty(&mut out, &report)?,
        Format::Human => report.human(&mut out, args.git.is_some())?,
        Format::Github => report.github(&mut out, args.fail_on)?,
    }
    Ok(report.exit(args.fail_on))
}

/// A pattern of the command line has the name of the only pattern of the other side, and is compared without settings.
fn as_one_pair(a: &mut Side, b: &mut Side) {
    let ([of_a], [of_b]) = (a.entries.as_mut_slice(), b.entries.as_mut_slice()) else { return };
    let named = match (a.kind == SideKind::Pattern, b.kind == SideKind::Pattern) {
        (false, false) => return,
        (true, _) => of_b.clone(),
        (false, true) => of_a.clone(),
    };
    for entry in [of_a, of_b] {
        (entry.place, entry.name) = (named.place.clone(), named.name.clone());
        entry.settings.retain(|(name, value)| *name == settings::MADE && value == settings::NOT_MADE);
    }
    for side in [a, b] {
        side.kind = SideKind::File;
        side.alarms.clear();
        side.resources.clear();
    }
}

/// Compares one pattern on each side: the names do not matter. `None` if a side is a folder or has several patterns.
fn one(
    args: &Args,
    target: Option<&Destination>,
    a: &Side,
    b: &Side,
    bounds: &Bounds,
) -> std::io::Result<Option<Exit>> {
    let is_pattern = a.kind == SideKind::Pattern || b.kind == SideKind::Pattern;
    let has_folder = a.kind == SideKind::Folder || b.kind == SideKind::Folder;
    let ([of_a], [of_b]) = (a.entries.as_slice(), b.entries.as_slice()) else { return Ok(None) };
    let has_resources = [a, b].iter().any(|it| !it.alarms.is_empty() || !it.resources.is_empty());
    let is_whole = a.parts_elsewhere.is_empty() && b.parts_elsewhere.is_empty();
    if !is_whole && !is_pattern {
        return Ok(None);
    }
    let unread: Vec<&String> =
        [a, b].into_iter().flat_map(|it| it.parts_elsewhere.iter().chain(&it.unread)).collect();
    let is_made = !of_a.is_absent() && !of_b.is_absent();
    let is_plain = is_pattern || is_made && !has_folder && !has_resources && of_a.settings == of_b.settings;
    let (true, Ok(pattern), Ok(other)) =
        (is_plain && args.format != Format::Github, &of_a.pattern, &of_b.pattern)
    else {
        return Ok(None);
    };
    for part in &unread {
        say!("error: {part} is not read, and not compared");
    }
    for entry in [of_a, of_b].into_iter().filter(|it| it.is_absent()) {
        say!("note: {} is not made, so that it matches no event", entry.title());
    }
    let comparison = compare_within(pattern, other, bounds);
    if let Some(target) = target {
        let mut certificate = Certificate::new(bounds);
        certificate.add_comparison(&of_a.title(), pattern, other, &comparison);
        certificate.not_read.extend(unread.iter().map(|part| format!("{part} is not read")));
        let absent = [of_a, of_b].into_iter().filter(|it| it.is_absent());
        certificate.absent.extend(absent.map(|it| format!("{}: the filter is not made", it.title())));
        super::check::write(target, &certificate)?;
    }
    let mut out = std::io::stdout().lock();
    if args.json || args.format == Format::Json {
        let one = One { comparison: &comparison, skipped_entries: super::skipped_entries::count() };
        json_pretty(&mut out, &one)?;
    } else {
        let text = report::one("", pattern, other, &comparison, style(&out));
        painted(&mut out, &format!("{text}  domain: {}\n", described(args.domain)))?;
    }
    if !unread.is_empty() {
        return Ok(Some(Exit::Input));
    }
    let direction = Direction::of(&comparison);
    Ok(Some(if direction.fails(args.fail_on) { Exit::Findings } else { Exit::Clean }))
}
