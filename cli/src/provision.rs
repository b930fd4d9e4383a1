//! `cwfilter plan`, `apply` and `destroy`

use super::exit::Exit;
use super::json_output;
use super::plan_json::{Gate, PlanDocument};
use super::refusals::{self, OfFile, Said};
use super::stack::{StackFile, kind, print, refuse};
use super::terminal::{json, line, painted, say, style};
use super::write::{Destination, Refused};
use cwfilter::aws::{Client, Settings};
use cwfilter::escaped::Escaped;
use cwfilter::plan_report::{self, PlanReport};
use cwfilter::plural::counted;
use cwfilter::provision::{
    self, Action, CallError, Kind, Observed, Options, Outcome, Plan, Purpose, Resource, Stack, StepReport,
    Target, desired, destruction, gate, identify, observe,
};
use cwfilter::rules::RuleFile;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The account, and how it is called.
#[derive(clap::Args)]
pub(super) struct Account {
    /// A profile from the AWS configuration files; it wins over keys in the environment
    #[arg(long)]
    pub(super) profile: Option<String>,
    /// Time limit in seconds for each attempt of a call [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: Option<u64>,
    /// Writing calls per second to each service [default: 3]
    #[arg(long, value_name = "WRITES")]
    rate: Option<f64>,
}

impl Account {
    /// A client for a region; an error is printed.
    pub(super) fn client(&self, region: &str) -> Result<Client, Exit> {
        let mut settings = Settings::new(region);
        settings.profile.clone_from(&self.profile);
        settings.timeout = self.timeout.map(Duration::from_secs);
        settings.writes_per_second = self.rate;
        Client::from_environment(&settings).map_err(|error| failed(&error))
    }

    /// A client for a stack's region; an error is printed, and also that the environment names another region.
    pub(super) fn of_stack(&self, stack: &Stack) -> Result<Client, Exit> {
        let named = |name| std::env::var(name).ok().filter(|region| !region.is_empty()).map(|it| (name, it));
        let named = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find_map(named);
        if let Some((name, other)) = named.filter(|(_, other)| *other != stack.region) {
            let (file, region) = (stack.path.display(), &stack.region);
            say!("note: {file} says {region} and {name} says {}; {region} is used", Escaped(other));
        }
        self.client(&stack.region)
    }

    /// What the account holds of a stack; an error is printed.
    pub(super) fn observe(&self, stack: &Stack, files: &[RuleFile]) -> Result<Observed, Exit> {
        Compared::new(self, stack, files, Purpose::Plan).map(|it| it.observed)
    }
}

/// The account of the credentials; an error is printed.
pub(super) fn identified(client: &Client, stack: &Stack) -> Result<Target, Exit> {
    identify(client, stack).map_err(|error| match error.operation.as_str() {
        "account" => {
            say!("error: {}", error.message);
            Exit::Usage
        }
        _ => failed(&error),
    })
}

/// Prints what AWS said.
pub(super) fn failed(error: &CallError) -> Exit {
    if error.operation == "profile" {
        say!("error: {}", error.message);
        say!("help: `aws configure list-profiles` lists the profiles");
        return Exit::Input;
    }
    say!("error: {error}");
    help(error);
    Exit::Input
}

fn help(error: &CallError) {
    if !error.is_of_credentials() {
        return;
    }
    match error.code {
        None => {
            say!("help: `aws sts get-caller-identity` shows whether the AWS command line finds credentials")
        }
        Some(_) => say!(
            "help: renew the credentials, and run the same command again: it does only what is not done yet"
        ),
    }
}

/// The stack that an account is to have.
#[derive(clap::Args)]
struct Wanted {
    #[command(flatten)]
    stack: StackFile,
    #[command(flatten)]
    account: Account,
    /// Delete what the stack created and no rule describes any more
    #[arg(long)]
    prune: bool,
    /// Take over the resources of this name, which the stack did not create; `NAME*` takes over all that begin so
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    adopt: Vec<String>,
    /// Show long texts in full
    #[arg(long)]
    full: bool,
}

/// Show the differences between the stack and the account, and whether the alarms can ring
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter plan
  cwfilter plan --check               for a schedule: exits with 1, 4 or 5
  cwfilter plan --out plan.json       then, after a review: cwfilter apply plan.json
  cwfilter plan --json | jq .summary

The rules are linted and tested first: a plan is shown only of what would be pushed. Nothing is written to the account.

Exit codes with --check: 1 the account differs from the stack, 4 events do not get through (trail, topic, subscription, alarm),
5 the rules' lints or tests fail.")]
pub(super) struct PlanArgs {
    #[command(flatten)]
    wanted: Wanted,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Exit with 1, 4 or 5 if something is wrong
    #[arg(long)]
    check: bool,
    /// Write the plan to a file, which `apply FILE` carries out if nothing has changed since
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Create and change resources until the account agrees with the stack
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter apply
  cwfilter apply --yes --prune
  cwfilter apply plan.json            what `plan --out plan.json` showed, or nothing

The rules are linted and tested first. Resources that the stack did not create are used, and never changed or deleted; --adopt
takes them over. After the writes the account is read back. A second run changes nothing.")]
pub(super) struct ApplyArgs {
    /// A plan that was written with `plan --out`
    #[arg(value_name = "PLAN", conflicts_with_all = ["prune", "adopt"])]
    plan: Option<PathBuf>,
    #[command(flatten)]
    wanted: Wanted,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
    /// Print one JSON object; needs --yes
    #[arg(long, requires = "yes")]
    json: bool,
}

/// Delete the stack from the account
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter destroy
  cwfilter destroy --delete topic,log-group --yes

Metric filters and alarms of the stack are deleted. A log group or a topic stays, and a topic's subscriptions with it, unless its
kind is named, and in any case if the stack did not create it or somebody else uses it. So does an alarm that a composite alarm of
others looks at.")]
pub(super) struct DestroyArgs {
    #[command(flatten)]
    stack: StackFile,
    #[command(flatten)]
    account: Account,
    /// Also delete these: log-group, topic
    #[arg(long, value_name = "KIND", value_parser = kind, value_delimiter = ',')]
    delete: Vec<Kind>,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
    /// Print one JSON object; needs --yes
    #[arg(long, requires = "yes")]
    json: bool,
}

/// A stack beside an account.
struct Compared {
    stack: Stack,
    client: Client,
    target: Target,
    wanted: Vec<Resource>,
    observed: Observed,
}

impl Compared {
    /// Reads the account; an error is printed.
    fn new(account: &Account, stack: &Stack, files: &[RuleFile], purpose: Purpose) -> Result<Self, Exit> {
        let client = account.of_stack(stack)?;
        let target = identified(&client, stack)?;
        let wanted = desired(stack, files, &target).map_err(|errors| refuse(&errors))?;
        let observed = observe(&client, stack, &wanted, &target, purpose).map_err(|error| failed(&error))?;
        Ok(Compared { stack: stack.clone(), client, target, wanted, observed })
    }

    fn plan(&self, options: &Options) -> Plan {
        provision::plan(&self.stack, &self.wanted, &self.observed, options)
    }

    /// The plan of the account as it is now.
    fn again(&self, options: &Options) -> Result<Plan, CallError> {
        let observed = observe(&self.client, &self.stack, &self.wanted, &self.target, Purpose::ReadBack)?;
        Ok(provision::plan(&self.stack, &self.wanted, &observed, options))
    }
}

impl Wanted {
    fn options(&self) -> Options {
        Options::default().prune(self.prune).adopt(self.adopt.iter().cloned())
    }

    /// Lints and tests the rules, then asks the account; `refused` is the exit code if the rules do not pass.
    fn compared(&self, is_json: bool, refused: Exit) -> Result<Compared, Exit> {
        let (stack, files) = self.stack.load()?;
        let refusals = gate(&files);
        if !refusals.is_empty() {
            if is_json {
                let _ = json_output::print(&Gate::new(refusals.iter().map(OfFile::new).collect()));
            }
            print(&refusals);
            let problems = counted(refusals.len(), "problem", "problems");
            say!("error: nothing is pushed: fix {problems} of the rules' lints and tests first");
            return Err(refused);
        }
        Compared::new(&self.account, &stack, &files, Purpose::Plan)
    }
}

pub(super) fn plan(args: &PlanArgs) -> std::io::Result<Exit> {
    json_output::or_json(args.json, || planned(args))
}

fn planned(args: &PlanArgs) -> std::io::Result<Exit> {
    let out = match args.out.as_deref().map(Destination::new).transpose() {
        Ok(out) => out,
        Err(error) => return Ok(Refused::from(error).print()),
    };
    let refused = if args.check { Exit::Gate } else { Exit::Findings };
    let plan = match args.wanted.compared(args.json, refused) {
        Ok(compared) => compared.plan(&args.wanted.options()),
        Err(exit) => return Ok(exit),
    };
    if let Some(out) = &out {
        out.write(plan_report::json(&plan))?;
    }
    refusals::taken();
    let mut stdout = std::io::stdout().lock();
    match args.json {
        true => json(&mut stdout, &plan_report::json(&plan))?,
        false => painted(&mut stdout, &coloured(&plan, args.wanted.full))?,
    }
    Ok(match (args.check, plan.is_dead()) {
        (true, true) => Exit::DeadChain,
        (true, false) if plan.is_drift() => Exit::Findings,
        _ if !plan.refusals.is_empty() => Exit::Findings,
        _ => Exit::Clean,
    })
}

pub(super) fn apply(args: &ApplyArgs) -> std::io::Result<Exit> {
    json_output::or_json(args.json, || applied(args))
}

fn applied(args: &ApplyArgs) -> std::io::Result<Exit> {
    let saved = match args.plan.as_deref().map(saved).transpose() {
        Ok(saved) => saved,
        Err(exit) => return Ok(exit),
    };
    let compared = match args.wanted.compared(args.json, Exit::Findings) {
        Ok(compared) => compared,
        Err(exit) => return Ok(exit),
    };
    let mut options = args.wanted.options();
    if let Some(saved) = &saved {
        let adopted = saved.pointer("/options/adopt").and_then(Value::as_array).into_iter().flatten();
        let adopted = adopted.filter_map(|name| Some(name.as_str()?.to_owned()));
        options =
            Options::default().prune(saved.pointer("/options/prune") == Some(&json!(true))).adopt(adopted);
    }
    let plan = compared.plan(&options);
    if let Some(saved) = saved.filter(|saved| !is_same(saved, &plan)) {
        return stale(&saved, &plan, args);
    }
    let again = || compared.again(&options);
    let how = Push { yes: args.yes, json: args.json, full: args.wanted.full, reads_back: true };
    push(&compared.client, &plan, &how, &again)
}

/// A plan that is not carried out, because it would do something else now.
fn stale(saved: &Value, plan: &Plan, args: &ApplyArgs) -> std::io::Result<Exit> {
    let mut out = std::io::stdout().lock();
    let of = saved.get("stack").and_then(Value::as_str).unwrap_or_default();
    let message = format!("the account or the rules have changed since the plan of `{of}` was written");
    let help = "review the plan of now, and write it anew with `plan --out`";
    if args.json {
        let said = Said { message: message.clone(), help: Some(help.to_owned()) };
        let plan = PlanReport::new(plan);
        json_output::print(&PlanDocument { plan, reports: None, differs: None, errors: Some([said]) })?;
    } else {
        painted(&mut out, &coloured(plan, args.wanted.full))?;
    }
    say!("error: {message}; nothing was done");
    say!("help: {help}");
    Ok(Exit::Findings)
}

/// A plan that was written with `plan --out`; an error is printed.
fn saved(path: &Path) -> Result<Value, Exit> {
    let text = cwfilter::files::text(path).map_err(|error| error.to_string());
    let saved = text.and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
    let saved =
        saved.and_then(|saved: Value| match saved.get("version") == Some(&json!(provision::VERSION)) {
            true => Ok(saved),
            false => Err("no plan of this version of cwfilter".to_owned()),
        });
    saved.map_err(|why| {
        say!("error: {}: {why}", path.display());
        Exit::Input
    })
}

/// Whether a saved plan does the same in the same account.
fn is_same(saved: &Value, plan: &Plan) -> bool {
    let now = json!(PlanReport::new(plan));
    let members = ["stack", "account", "region", "steps", "left", "unrecorded", "refusals"];
    members.iter().all(|member| saved.get(member) == now.get(member))
}

pub(super) fn destroy(args: &DestroyArgs) -> std::io::Result<Exit> {
    json_output::or_json(args.json, || destroyed(args))
}

fn destroyed(args: &DestroyArgs) -> std::io::Result<Exit> {
    let compared = || {
        let (stack, files) = args.stack.load()?;
        Compared::new(&args.account, &stack, &files, Purpose::Destroy)
    };
    let Compared { stack, client, target, wanted, observed } = match compared() {
        Ok(compared) => compared,
        Err(exit) => return Ok(exit),
    };
    let plan = destruction(&stack, &wanted, &observed, &args.delete);
    let again = || {
        let observed = observe(&client, &stack, &wanted, &target, Purpose::Destroy)?;
        Ok(destruction(&stack, &wanted, &observed, &args.delete))
    };
    push(&client, &plan, &Push { yes: args.yes, json: args.json, full: false, reads_back: false }, &again)
}

fn coloured(plan: &Plan, is_full: bool) -> String {
    let style = style(&std::io::stdout());
    let colour = |line: &str| match line.split(' ').next() {
        Some("+") => style.paint("32", line),
        Some("~") => style.paint("33", line),
        Some("-" | "dead:" | "error:") => style.paint("31", line),
        _ => line.to_owned(),
    };
    let text = if is_full { format!("{plan:#}") } else { plan.to_string() };
    text.lines().map(|line| colour(line) + "\n").collect()
}

/// How a plan is carried out.
struct Push {
    yes: bool,
    json: bool,
    full: bool,
    /// Whether it is read again afterwards.
    reads_back: bool,
}

/// Carries out a plan, after a question. `again` makes the plan of the account as it is then.
fn push(
    client: &Client,
    plan: &Plan,
    how: &Push,
    again: &dyn Fn() -> Result<Plan, CallError>,
) -> std::io::Result<Exit> {
    let mut out = std::io::stdout().lock();
    // what `--yes` asks for is done also where nothing takes the output
    let mut written = if how.json { Ok(()) } else { painted(&mut out, &coloured(plan, how.full)) };
    let is_done = plan.is_empty() || !plan.refusals.is_empty();
    if !is_done && !how.yes {
        if !is_wanted(&mut out, "Do this?")? {
            say!("nothing was changed; `--yes` does not ask");
            return Ok(Exit::Usage);
        }
        match again() {
            Err(error) => return Ok(failed(&error)),
            Ok(now) if (&now.steps, &now.refusals) == (&plan.steps, &plan.refusals) => {}
            Ok(_) => {
                say!("error: the account has changed since the plan was shown; nothing was done");
                say!("help: run the same command again and review the new plan");
                return Ok(Exit::Findings);
            }
        }
    }
    let mut said = BTreeSet::new();
    let mut write = |text: String| {
        if written.is_ok() && !how.json {
            written = line!(out, "{text}");
        }
    };
    let mut reports = Vec::new();
    let mut differs = Vec::new();
    if !is_done {
        write(String::new());
        // of the record, which is written before and after the others, failures are shown
        let is_shown = |it: &StepReport| it.kind != Kind::Record || it.outcome != Outcome::Done;
        reports = provision::apply(client, plan, |report| {
            if is_shown(report) {
                write(outcome(report, &mut said));
            }
        });
        let shown: Vec<&StepReport> = reports.iter().filter(|it| is_shown(it)).collect();
        let count = |is: fn(&Outcome) -> bool| shown.iter().filter(|report| is(&report.outcome)).count();
        let (done, failed) = (count(|it| *it == Outcome::Done), count(|it| matches!(it, Outcome::Failed(_))));
        write(format!("{done} done, {failed} failed, {} skipped", shown.len() - done - failed));
        if done < shown.len() {
            write("What failed can be tried again: the same command does only what is not done.".to_owned());
            let first = reports.iter().find_map(|report| match &report.outcome {
                Outcome::Failed(error) if error.is_of_credentials() => Some(error),
                _ => None,
            });
            first.into_iter().for_each(help);
        } else if how.reads_back {
            differs = repaired(client, again);
            differs.iter().for_each(|it| write(format!("error: read back: {it}")));
        }
    }
    if how.json {
        let (reports, differs) = (Some(reports.as_slice()), Some(differs.as_slice()));
        let plan = PlanReport::new(plan);
        written = json_output::print(&PlanDocument { plan, reports, differs, errors: None });
    }
    let is_failed = reports.iter().any(|report| report.outcome != Outcome::Done);
    let exit = if is_failed || !differs.is_empty() || !plan.refusals.is_empty() {
        Exit::Findings
    } else {
        Exit::Clean
    };
    if is_done {
        return written.map(|()| exit);
    }
    // a failed step is not hidden by a closed pipe
    Ok(written.map_or_else(Exit::from_output, |()| Exit::Clean).max(exit))
}

/// Reads back what was written, and writes once more what another writer has changed meanwhile: what differs then.
fn repaired(client: &Client, read_back: &dyn Fn() -> Result<Plan, CallError>) -> Vec<String> {
    let names = |plan: &Plan| -> Vec<String> {
        let name = |step: &provision::Step| {
            format!("{} {} is not as written", step.resource.kind.words(), step.resource.name)
        };
        plan.steps.iter().map(name).collect()
    };
    match read_back() {
        Err(error) => vec![error.to_string()],
        Ok(plan) if plan.is_empty() => Vec::new(),
        Ok(plan) if !plan.refusals.is_empty() => plan.refusals,
        Ok(plan) => {
            provision::apply(client, &plan, |_| ());
            read_back().map_or_else(|error| vec![error.to_string()], |plan| names(&plan))
        }
    }
}

/// A line about a step; an error that was printed before is printed as `the same`.
fn outcome(report: &StepReport, said: &mut BTreeSet<String>) -> String {
    let verb = match report.action {
        Action::Create => "created",
        Action::Update => "changed",
        Action::Delete => "deleted",
    };
    let (kind, name) = (report.kind.words(), &report.name);
    let mut once = |text: String| if said.insert(text.clone()) { text } else { "the same".to_owned() };
    match &report.outcome {
        Outcome::Done => format!("done     {kind} {name} {verb}"),
        Outcome::Failed(error) => format!("FAILED   {kind} {name}: {}", once(error.to_string())),
        Outcome::Skipped(why) => format!("skipped  {kind} {name}: {}", once(why.clone())),
        other => format!("{other:?} {kind} {name}"),
    }
}

/// Asks a person; where there is none, the answer is no.
pub(super) fn is_wanted(out: &mut impl Write, question: &str) -> std::io::Result<bool> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Ok(false);
    }
    line!(out, "")?;
    line!(out, "{question} Only `yes` is taken for one.")?;
    out.flush()?;
    let mut answer = String::new();
    // no more than an answer needs
    stdin.lock().take(64).read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
