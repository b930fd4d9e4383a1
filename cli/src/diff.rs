//! `cwfilter diff`

use super::exit::Exit;
use super::pairing::{NamedPattern, Pairs, pair};
use super::sources::load;
use super::terminal::{json_pretty, line, painted, say, style};
use cwfilter::FilterPattern;
use cwfilter::Lines;
use cwfilter::analysis::{Bounds, Comparison, Domain, Relation, compare_within};
use cwfilter::escaped::Escaped;
use cwfilter::limits::PROOF_STEPS;
use cwfilter::plural::counted;
use cwfilter::report::human::Style;
use cwfilter::sources::is_source;
use serde::Serialize;
use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

/// Prove whether two patterns, or two sets of patterns, match the same events
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter diff '{ $.a = \"x\" }' '{($.a=x)}'
  cwfilter diff old/rules.toml patterns/cis-aws/rules.toml
  cwfilter diff --json deployed.json main.tf
  cwfilter diff --domain cloudtrail old/rules.toml new/rules.toml

A and B are patterns, or files and folders that hold patterns: rule files, Terraform, templates, the answer of
`aws logs describe-metric-filters`. Patterns in files are compared by name, patterns in folders by path and name. Patterns that
are only on one side are listed. Exit codes: 0 if all are equivalent, 1 if not, 3 if an input could not be read or compared.")]
pub(super) struct Args {
    /// A pattern, a file or a folder
    #[arg(allow_hyphen_values = true)]
    a: String,
    /// The pattern, file or folder to compare with
    #[arg(allow_hyphen_values = true)]
    b: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Steps that one proof may take, about a microsecond each
    #[arg(long, value_name = "STEPS", default_value_t = PROOF_STEPS)]
    budget: usize,
    /// The events that the proof is about: json (all messages) or cloudtrail (CloudTrail records)
    #[arg(long, value_name = "DOMAIN", default_value_t = Domain::Json)]
    domain: Domain,
}

/// A set of patterns.
struct Side {
    entries: Vec<NamedPattern>,
    kind: SideKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SideKind {
    Pattern,
    File,
    Folder,
}

#[derive(Serialize)]
struct Report {
    /// The events that all comparisons are about.
    domain: Domain,
    pairs: Vec<Pair>,
    only_in_a: Vec<String>,
    only_in_b: Vec<String>,
    not_compared: Vec<NotCompared>,
    twins: Vec<Twins>,
    /// Entries of folders that were not read.
    skipped_entries: usize,
}

/// The JSON report if each side is one pattern.
#[derive(Serialize)]
struct One<'a> {
    #[serde(flatten)]
    comparison: &'a Comparison,
    skipped_entries: usize,
}

#[derive(Serialize)]
struct Pair {
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    place: String,
    #[serde(flatten)]
    comparison: Comparison,
}

#[derive(Serialize)]
struct NotCompared {
    name: String,
    side: &'static str,
    reason: String,
}

/// A name that occurs several times in one file.
#[derive(Serialize)]
struct Twins {
    name: String,
    in_a: usize,
    in_b: usize,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let (mut a, mut b) = match (side(&args.a), side(&args.b)) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(exit), _) | (_, Err(exit)) => return Ok(exit),
    };
    let bounds = Bounds::default().with_steps(args.budget).in_domain(args.domain);
    let mut out = std::io::stdout().lock();
    let style = style(&out);
    let has_folder = a.kind == SideKind::Folder || b.kind == SideKind::Folder;
    if a.kind == SideKind::Pattern || b.kind == SideKind::Pattern || !has_folder {
        // one pattern on each side: the names do not matter
        if let ([a_only], [b_only]) = (a.entries.as_slice(), b.entries.as_slice())
            && let (Ok(a_only), Ok(b_only)) = (&a_only.pattern, &b_only.pattern)
        {
            let comparison = compare_within(a_only, b_only, &bounds);
            if args.json {
                let one = One { comparison: &comparison, skipped_entries: super::skipped_entries::count() };
                json_pretty(&mut out, &one)?;
            } else {
                let text = human("", a_only, b_only, &comparison, style);
                painted(&mut out, &format!("{text}  domain: {}\n", described(args.domain)))?;
            }
            return Ok(exit([comparison.relation].into_iter()));
        }
    }
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
        for entry in a.entries.iter_mut().chain(&mut b.entries) {
            entry.place = String::new();
        }
    }
    let pairs = pair(&a.entries, &b.entries);
    sets(args, &a, &b, &pairs, &bounds, &mut out, style)
}

fn sets(
    args: &Args,
    a: &Side,
    b: &Side,
    pairs: &Pairs,
    bounds: &Bounds,
    out: &mut impl Write,
    style: Style,
) -> std::io::Result<Exit> {
    let mut report = Report {
        domain: bounds.domain,
        pairs: Vec::new(),
        only_in_a: titles(&a.entries, &pairs.only_in_a),
        only_in_b: titles(&b.entries, &pairs.only_in_b),
        not_compared: [("A", &a.entries), ("B", &b.entries)].into_iter().flat_map(unread).collect(),
        twins: pairs
            .twins
            .iter()
            .map(|(entry, in_a, in_b)| Twins { name: entry.title(), in_a: *in_a, in_b: *in_b })
            .collect(),
        skipped_entries: super::skipped_entries::count(),
    };
    let twins: HashSet<(&str, &str)> =
        pairs.twins.iter().map(|(twin, ..)| (twin.place.as_str(), twin.name.as_str())).collect();
    for (of_a, of_b) in &pairs.pairs {
        let (Some(of_a), Some(of_b)) = (a.entries.get(*of_a), b.entries.get(*of_b)) else { continue };
        let (Ok(pattern), Ok(other)) = (&of_a.pattern, &of_b.pattern) else { continue };
        let comparison = compare_within(pattern, other, bounds);
        let is_twin = twins.contains(&(of_a.place.as_str(), of_a.name.as_str()));
        let lines =
            if is_twin { format!(" (line {} of A, {} of B)", of_a.line, of_b.line) } else { String::new() };
        if !args.json && comparison.relation != Relation::Equivalent {
            let title = format!("{}{lines}", of_a.title());
            painted(out, &human(&title, pattern, other, &comparison, style))?;
        }
        report.pairs.push(Pair { name: of_a.name.clone(), place: of_a.place.clone(), comparison });
    }
    if args.json {
        json_pretty(out, &report)?;
    } else {
        summary(&report, out)?;
    }
    let relations = exit(report.pairs.iter().map(|pair| pair.comparison.relation));
    let is_whole = report.only_in_a.is_empty() && report.only_in_b.is_empty();
    let found = if is_whole { relations } else { relations.max(Exit::Findings) };
    let is_read = report.not_compared.is_empty();
    Ok(found.max(if is_read { Exit::Clean } else { Exit::Input }))
}

fn titles(entries: &[NamedPattern], places: &[usize]) -> Vec<String> {
    // patterns that could not be read are reported separately
    let read = places.iter().filter_map(|at| entries.get(*at)).filter(|entry| entry.pattern.is_ok());
    read.map(NamedPattern::title).collect()
}

fn unread((side, entries): (&'static str, &Vec<NamedPattern>)) -> Vec<NotCompared> {
    let why = |entry: &NamedPattern| {
        let reason = entry.pattern.as_ref().err()?.clone();
        Some(NotCompared { name: entry.title(), side, reason })
    };
    entries.iter().filter_map(why).collect()
}

fn summary(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    for Twins { name, in_a, in_b } in &report.twins {
        line!(out, "{name}: A has {in_a} with this name, B has {in_b}; paired by log group, text and order")?;
    }
    for (set, names) in [("A", &report.only_in_a), ("B", &report.only_in_b)] {
        for name in names {
            line!(out, "{name}: only in {set}")?;
        }
    }
    for NotCompared { name, side, reason } in &report.not_compared {
        line!(out, "{name}: not compared; the pattern in {side} is not known: {reason}")?;
    }
    let same = report.pairs.iter().filter(|pair| pair.comparison.relation == Relation::Equivalent).count();
    let open = report.not_compared.len();
    let open = if open == 0 { String::new() } else { format!(", {open} not compared") };
    let pairs = counted(report.pairs.len(), "pair", "pairs");
    line!(out, "domain: {}", described(report.domain))?;
    line!(out, "{pairs} compared, {same} equivalent{open}")
}

fn exit(mut relations: impl Iterator<Item = Relation>) -> Exit {
    if relations.all(|it| it == Relation::Equivalent) { Exit::Clean } else { Exit::Findings }
}

/// A pattern, or all patterns of a file or folder; errors are printed.
fn side(text: &str) -> Result<Side, Exit> {
    let path = Path::new(text);
    if !path.exists() {
        if is_named_like_a_file(text) {
            say!("error: {text}: no such file or folder");
            return Err(Exit::Input);
        }
        let pattern = Ok(super::patterns::pattern(text)?);
        let entry =
            NamedPattern { place: String::new(), name: String::new(), log_group: None, line: 1, pattern };
        return Ok(Side { entries: vec![entry], kind: SideKind::Pattern });
    }
    let kind = if path.is_dir() { SideKind::Folder } else { SideKind::File };
    let (sources, exit) = load(&[text.into()]);
    if exit != Exit::Clean {
        // a pattern that could not be read must not be reported as missing
        say!("error: {text} could not be read completely, so nothing was compared");
        return Err(exit);
    }
    let mut entries = Vec::new();
    for source in &sources {
        let place = match kind {
            SideKind::Folder => source.path.strip_prefix(path).unwrap_or(&source.path).display().to_string(),
            _ => String::new(),
        };
        let lines = Lines::new(&source.text);
        for hosted in source.patterns.iter().filter(|hosted| hosted.is_counted()) {
            let pattern = match hosted.text.as_ref().map(|text| text.trim().parse::<FilterPattern>()) {
                Ok(Ok(pattern)) => Ok(pattern),
                Ok(Err(error)) => Err(error.to_string()),
                Err(unread) => Err(unread.to_string()),
            };
            entries.push(NamedPattern {
                place: place.clone(),
                name: hosted.name.clone(),
                log_group: hosted.log_group.clone(),
                line: lines.line(hosted.literal.start),
                pattern,
            });
        }
    }
    if entries.is_empty() {
        say!("error: {text} contains no patterns");
        return Err(Exit::Input);
    }
    Ok(Side { entries, kind })
}

/// Whether a text was probably meant as the name of a file that does not exist: a term pattern has no unquoted slash or dot.
fn is_named_like_a_file(text: &str) -> bool {
    let is_pattern = text.starts_with(['{', '[', '%', '"', '?', '-']) || text.contains(char::is_whitespace);
    !is_pattern && (text.contains('/') || is_source(Path::new(text)))
}

/// The events of a domain, and its name.
pub(super) fn described(domain: Domain) -> String {
    format!("{} (`--domain {domain}`)", domain.events())
}

fn human(name: &str, a: &FilterPattern, b: &FilterPattern, comparison: &Comparison, style: Style) -> String {
    let what = match comparison.relation {
        Relation::Equivalent => "equivalent: A and B match the same events".to_owned(),
        Relation::Implies => "A matches less: B matches every event that A matches, and more".to_owned(),
        Relation::Implied => "A matches more: it matches every event that B matches, and more".to_owned(),
        Relation::Incomparable => "A and B each match events that the other does not match".to_owned(),
        Relation::Disjoint => "disjoint: no event matches both A and B".to_owned(),
        Relation::Unknown => format!("unknown: {}", comparison.reason.as_deref().unwrap_or_default()),
    };
    let name = if name.is_empty() { String::new() } else { format!("{}: ", Escaped(name)) };
    let mut text = format!("{name}{}\n", style.paint("1", &Escaped(&what).to_string()));
    if let (Relation::Incomparable, Some(reason)) = (comparison.relation, &comparison.reason) {
        text += &format!("  unknown whether an event matches both: {}\n", Escaped(reason));
    }
    for witness in comparison.witnesses.iter().filter(|witness| witness.matches_a != witness.matches_b) {
        let (which, other) = if witness.matches_a { ("A", b) } else { ("B", a) };
        text += &format!("  only {which} matches {}\n", Escaped(&witness.event));
        let tree = other.explain(&witness.event).to_string();
        text += &tree.lines().map(|line| format!("    {line}\n")).collect::<String>();
    }
    text
}
