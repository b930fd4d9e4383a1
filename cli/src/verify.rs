//! `cwfilter verify`

use super::exit::Exit;
use super::json_output;
use super::patterns::{EmptyRules, rule_files};
use super::terminal::{line, say};
#[cfg(feature = "aws")]
use super::write::{Destination, Refused, check_distinct};
use cwfilter::plural::counted;
use cwfilter::provision::VERSION;
use cwfilter::verify::{Case, Difference, Question, differences, questions, read_cases, read_questions};
use serde::Serialize;
#[cfg(feature = "aws")]
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Compare cwfilter's answers with those of AWS's TestMetricFilter
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter verify patterns --region us-east-1 --record answers.jsonl
  cwfilter verify --replay answers.jsonl
  cwfilter verify tests/parity/questions.jsonl --region us-east-1 --record answers.jsonl

Sends the events of the rule files' tests, and the questions in `.jsonl` files, to AWS. `--replay` needs no account: it
compares with recorded answers. The exit code is 1 if an answer differs.")]
pub(super) struct Args {
    /// Rule files, folders of them, or `.jsonl` files of questions
    #[arg(value_name = "PATH", required_unless_present = "replay")]
    paths: Vec<PathBuf>,
    /// Compare with the recorded answers in this file
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    replay: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Write the answers of AWS to this file, one case per line
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    record: Option<PathBuf>,
    /// The region to ask
    #[cfg(feature = "aws")]
    #[arg(long, default_value = "us-east-1")]
    region: String,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    account: super::provision::Account,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    json_output::or_json(args.json, || compared(args))
}

fn compared(args: &Args) -> std::io::Result<Exit> {
    let cases = match &args.replay {
        Some(path) => read(path, read_cases),
        None => asked(args),
    };
    match cases {
        Err(exit) => Ok(exit),
        Ok(cases) => report(&cases, args.json),
    }
}

/// The answers that were compared.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Report<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// The number of answers that were compared.
    compared: usize,
    /// The number of answers that were left out, because they are not measured or sources contradict each other.
    disputed: usize,
    /// The answers that differ.
    differences: Vec<DifferenceEntry<'a>>,
}

/// An answer that differs.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct DifferenceEntry<'a> {
    /// The line of the recorded answers.
    case: &'a Case,
    /// AWS's answer, in words.
    recorded: &'a str,
    /// The answer of this program, in words.
    cwfilter: &'a str,
}

impl<'a> DifferenceEntry<'a> {
    fn new(it: &'a Difference) -> Self {
        DifferenceEntry { case: &it.case, recorded: &it.theirs, cwfilter: &it.ours }
    }
}

fn report(cases: &[Case], is_json: bool) -> std::io::Result<Exit> {
    let found = differences(cases);
    let disputed = cases.iter().filter(|case| case.disputed).count();
    let exit = match (cases.is_empty(), found.is_empty()) {
        (true, _) => Exit::Input,
        (_, true) => Exit::Clean,
        _ => Exit::Findings,
    };
    let none = "error: there are no answers to compare";
    if is_json && exit == Exit::Input {
        say!("{none}");
        return Ok(exit);
    }
    if is_json {
        let differences = found.iter().map(DifferenceEntry::new).collect();
        let report = Report { version: VERSION, compared: cases.len() - disputed, disputed, differences };
        return json_output::print(&report).map(|()| exit);
    }
    let mut out = std::io::stdout().lock();
    for it in &found {
        let Case { id, pattern, message, evidence, .. } = &it.case;
        line!(out, "✗ {id} ({evidence})")?;
        line!(out, "    pattern  {pattern}")?;
        line!(out, "    message  {message}")?;
        line!(out, "    recorded {}", it.theirs)?;
        line!(out, "    cwfilter {}", it.ours)?;
    }
    let judged = counted(cases.len() - disputed, "answer", "answers");
    let differ = counted(found.len(), "differs", "differ");
    line!(out, "{judged} compared, {differ}, {disputed} disputed and left out")?;
    if exit == Exit::Input {
        say!("{none}");
    }
    Ok(exit)
}

fn read<T>(path: &Path, parse: impl Fn(&str) -> Result<T, String>) -> Result<T, Exit> {
    let text = cwfilter::files::text(path).map_err(|error| error.to_string());
    text.and_then(|text| parse(&text)).map_err(|why| {
        say!("error: {}: {why}", path.display());
        Exit::Input
    })
}

/// The questions of all paths.
fn all_questions(paths: &[PathBuf]) -> Result<Vec<Question>, Exit> {
    let is_lines = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "jsonl");
    let (lines, rules): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(is_lines);
    let mut all = Vec::new();
    for path in lines {
        all.extend(read(path, read_questions)?);
    }
    if !rules.is_empty() {
        let rules: Vec<PathBuf> = rules.into_iter().cloned().collect();
        all.extend(questions(&rule_files(&rules, EmptyRules::Refused)?));
    }
    Ok(all)
}

#[cfg(not(feature = "aws"))]
fn asked(args: &Args) -> Result<Vec<Case>, Exit> {
    let questions = all_questions(&args.paths)?;
    say!(
        "error: this build cannot ask AWS ({}): build with the feature `aws`, or use `--replay FILE`",
        counted(questions.len(), "question", "questions")
    );
    Err(Exit::Usage)
}

#[cfg(feature = "aws")]
fn asked(args: &Args) -> Result<Vec<Case>, Exit> {
    use cwfilter::provision::{Account as _, Service};
    use cwfilter::verify::{Verdict, cases};
    let target = args.record.as_deref().map(Destination::new).transpose();
    let target = target.map_err(|error| Refused::from(error).print())?;
    let read = args.paths.iter().map(PathBuf::as_path);
    check_distinct(read, &[], &target).map_err(|refused| refused.print())?;
    let questions = all_questions(&args.paths)?;
    let client = args.account.client(&args.region)?;
    let date = today();
    let mut all = Vec::new();
    for question in &questions {
        let input = json!({ "filterPattern": question.pattern, "logEventMessages": question.messages });
        let answer = match client.call(Service::Logs, "TestMetricFilter", input) {
            Ok(answer) => Verdict::of_answer(&answer),
            Err(error) if error.code.as_deref() == Some("InvalidParameterException") => {
                Verdict::Refused(error.message)
            }
            Err(error) => {
                // keep the answers so far
                record(target.as_ref(), &all)?;
                return Err(super::provision::failed(&error));
            }
        };
        all.extend(cases(question, &answer, &date, &args.region));
    }
    record(target.as_ref(), &all)?;
    Ok(all)
}

#[cfg(feature = "aws")]
fn record(target: Option<&Destination>, cases: &[Case]) -> Result<(), Exit> {
    let Some(target) = target else { return Ok(()) };
    let lines: Result<String, _> =
        cases.iter().map(|case| serde_json::to_string(case).map(|line| line + "\n")).collect();
    lines.map_err(std::io::Error::other).and_then(|text| target.write(&text)).map_err(Exit::from_output)
}

#[cfg(feature = "aws")]
fn today() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let (year, month, day, ..) = cwfilter::time::civil(i64::try_from(since.as_secs()).unwrap_or_default());
    format!("{year}-{month:02}-{day:02}")
}
