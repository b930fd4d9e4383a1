//! `cwfilter diff`

use super::sources::load;
use super::terminal::{json_pretty, line, painted, say};
use super::{Exit, style};
use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Comparison, Relation, compare_within};
use cwfilter::escaped::Escaped;
use cwfilter::report::human::Style;
use serde::Serialize;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// Prove whether two patterns, or two sets of them, mean the same
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter diff '{ $.a = \"x\" }' '{($.a=x)}'
  cwfilter diff old/rules.toml patterns/cis-aws
  cwfilter diff --json deployed.json main.tf

A and B are patterns, or files and folders that hold patterns: rule files, Terraform, templates, the answer of
`aws logs describe-metric-filters`. Patterns of the same name are compared. Exits with 0 when all are equivalent.")]
pub(super) struct Args {
    #[arg(allow_hyphen_values = true)]
    a: String,
    #[arg(allow_hyphen_values = true)]
    b: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Milliseconds that one question may take
    #[arg(long, value_name = "MS", default_value_t = 50)]
    budget: u64,
}

/// Patterns by name; a bare pattern has none.
type Named = Vec<(String, FilterPattern)>;

#[derive(Serialize)]
struct Report<'a> {
    pairs: Vec<Pair<'a>>,
    only_in_a: Vec<&'a str>,
    only_in_b: Vec<&'a str>,
    /// entries of folders that were not read
    passed_over: usize,
}

/// The report on one pattern on either side.
#[derive(Serialize)]
struct One<'a> {
    #[serde(flatten)]
    comparison: &'a Comparison,
    passed_over: usize,
}

#[derive(Serialize)]
struct Pair<'a> {
    name: &'a str,
    #[serde(flatten)]
    comparison: Comparison,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let (a, b) = match (patterns(&args.a), patterns(&args.b)) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(exit), _) | (_, Err(exit)) => return Ok(exit),
    };
    let bounds = Bounds::default().time(Some(Duration::from_millis(args.budget)));
    let mut out = std::io::stdout().lock();
    let style = style(&out);
    if let ([(_, a)], [(_, b)]) = (a.as_slice(), b.as_slice()) {
        let comparison = compare_within(a, b, &bounds);
        if args.json {
            let one = One { comparison: &comparison, passed_over: super::passed_over::count() };
            json_pretty(&mut out, &one)?;
        } else {
            painted(&mut out, &human("", a, b, &comparison, style))?;
        }
        return Ok(exit([comparison.relation].into_iter()));
    }
    sets(args, &a, &b, &bounds, &mut out, style)
}

fn sets(
    args: &Args,
    a: &Named,
    b: &Named,
    bounds: &Bounds,
    out: &mut impl Write,
    style: Style,
) -> std::io::Result<Exit> {
    let of_name = |list: &'_ Named, name: &str| list.iter().position(|(it, _)| it == name);
    let passed_over = super::passed_over::count();
    let mut report = Report { pairs: Vec::new(), only_in_a: Vec::new(), only_in_b: Vec::new(), passed_over };
    for (name, pattern) in a {
        match of_name(b, name).and_then(|at| b.get(at)) {
            None => report.only_in_a.push(name),
            Some((_, other)) => {
                let comparison = compare_within(pattern, other, bounds);
                if !args.json && comparison.relation != Relation::Equivalent {
                    painted(out, &human(name, pattern, other, &comparison, style))?;
                }
                report.pairs.push(Pair { name, comparison });
            }
        }
    }
    report
        .only_in_b
        .extend(b.iter().map(|(name, _)| name.as_str()).filter(|name| of_name(a, name).is_none()));
    if args.json {
        json_pretty(out, &report)?;
    } else {
        for (set, names) in [("A", &report.only_in_a), ("B", &report.only_in_b)] {
            for name in names {
                line!(out, "{name}: only in {set}")?;
            }
        }
        let same =
            report.pairs.iter().filter(|pair| pair.comparison.relation == Relation::Equivalent).count();
        line!(out, "{} pairs compared, {same} equivalent", report.pairs.len())?;
    }
    let relations = exit(report.pairs.iter().map(|pair| pair.comparison.relation));
    let is_whole = report.only_in_a.is_empty() && report.only_in_b.is_empty();
    Ok(if is_whole { relations } else { relations.max(Exit::Findings) })
}

fn exit(mut relations: impl Iterator<Item = Relation>) -> Exit {
    if relations.all(|it| it == Relation::Equivalent) { Exit::Clean } else { Exit::Findings }
}

/// A pattern, or all patterns of a file or folder; errors are printed.
fn patterns(text: &str) -> Result<Named, Exit> {
    if !Path::new(text).exists() {
        return Ok(vec![(String::new(), super::patterns::pattern(text)?)]);
    }
    let (sources, exit) = load(&[text.into()]);
    if exit != Exit::Clean {
        return Err(exit);
    }
    let mut found = Named::new();
    for hosted in sources.iter().flat_map(|source| &source.patterns) {
        match hosted.text.as_ref().map(|text| text.trim().parse()) {
            Ok(Ok(pattern)) => found.push((hosted.name.clone(), pattern)),
            Ok(Err(error)) => say!("note: `{}` is left out: {error}", hosted.name),
            Err(why) => say!("note: `{}` is left out: {why}", hosted.name),
        }
    }
    if found.is_empty() {
        say!("error: no patterns in {text}");
        return Err(Exit::Input);
    }
    Ok(found)
}

fn human(name: &str, a: &FilterPattern, b: &FilterPattern, comparison: &Comparison, style: Style) -> String {
    let what = match comparison.relation {
        Relation::Equivalent => "equivalent: A and B match the same events".to_owned(),
        Relation::Implies => "A misses some: B matches whatever A matches, and more".to_owned(),
        Relation::Implied => "A also fires on others: it matches whatever B matches, and more".to_owned(),
        Relation::Incomparable => "each matches events that the other does not".to_owned(),
        Relation::Disjoint => "no event is matched by both".to_owned(),
        _ => format!("unknown: {}", comparison.reason.as_deref().unwrap_or_default()),
    };
    let name = if name.is_empty() { String::new() } else { format!("{}: ", Escaped(name)) };
    let mut text = format!("{name}{}\n", style.paint("1", &Escaped(&what).to_string()));
    for witness in comparison.witnesses.iter().filter(|witness| witness.matches_a != witness.matches_b) {
        let (which, other) = if witness.matches_a { ("A", b) } else { ("B", a) };
        text += &format!("  only {which} matches {}\n", Escaped(&witness.event));
        let tree = other.explain(&witness.event).to_string();
        text += &tree.lines().map(|line| format!("    {line}\n")).collect::<String>();
    }
    text
}
