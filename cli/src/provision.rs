//! `cwfilter plan`, `apply` and `destroy`

use super::exit::Exit;
use super::stack::{StackFile, kind, print, refuse};
use super::terminal::{json, line, painted, say, style};
use cwfilter::plural::counted;
use cwfilter::provision::aws::blocking::{Client, Settings};
use cwfilter::provision::aws::{AwsError, Outcome, StepReport};
use cwfilter::provision::{
    self, Action, Kind, Observed, Options, Plan, Resource, Stack, desired, destruction, gate,
};
use cwfilter::rules::RuleFile;
use std::io::{BufRead, IsTerminal, Read, Write};
use std::time::Duration;

/// The account, and limits for its calls.
#[derive(clap::Args)]
pub(super) struct Account {
    /// A profile from the AWS configuration files
    #[arg(long)]
    profile: Option<String>,
    /// Time limit in seconds for each attempt of a call [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: Option<u64>,
    /// Writing calls per second to each service [default: 3, for CloudTrail 1]
    #[arg(long, value_name = "WRITES")]
    rate: Option<f64>,
}

impl Account {
    /// A client for a region; an error is printed.
    pub(super) fn client(&self, region: &str) -> Result<Client, Exit> {
        let settings = Settings::new(region)
            .profile(self.profile.clone())
            .timeout(self.timeout.map(Duration::from_secs))
            .writes_per_second(self.rate);
        Client::from_environment(&settings).map_err(|error| failed(&error))
    }

    /// The resources of a stack that the account has; an error is printed.
    pub(super) fn observe(&self, stack: &Stack) -> Result<Observed, Exit> {
        self.client(&stack.region)?.observe(stack).map_err(|error| failed(&error))
    }
}

/// Prints the error of AWS.
pub(super) fn failed(error: &AwsError) -> Exit {
    say!("error: {error}");
    if error.code.is_none() && error.message.contains("credentials") {
        say!("help: `aws sts get-caller-identity` shows whether the AWS command line finds credentials");
    }
    Exit::Input
}

/// The stack that the account should have.
#[derive(clap::Args)]
struct Wanted {
    #[command(flatten)]
    stack: StackFile,
    #[command(flatten)]
    account: Account,
    /// Delete metric filters and alarms of the stack that no rule describes any more
    #[arg(long)]
    prune: bool,
}

/// Show the differences between the stack and the account
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter plan
  cwfilter plan --check          exits with 1 if there is something to do
  cwfilter plan --json | jq .summary

The rules are linted and tested first; if a lint or test fails, no plan is made. `plan` changes nothing in the account.")]
pub(super) struct PlanArgs {
    #[command(flatten)]
    wanted: Wanted,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Exit with 1 if there is something to do
    #[arg(long)]
    check: bool,
}

/// Create and change resources until the account agrees with the stack
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter apply
  cwfilter apply --yes --prune

The rules are linted and tested first. A log group, topic, bucket, role or trail that already exists is used, and never deleted.
A second run changes nothing.")]
pub(super) struct ApplyArgs {
    #[command(flatten)]
    wanted: Wanted,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

/// Delete the stack from the account
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter destroy
  cwfilter destroy --delete topic,log-group --yes

Deletes the metric filters, alarms and subscriptions of the stack. A log group, topic, bucket, role or trail may hold other data:
it is deleted only if the stack made it and `--delete` names its kind.")]
pub(super) struct DestroyArgs {
    #[command(flatten)]
    stack: StackFile,
    #[command(flatten)]
    account: Account,
    /// Also delete resources of these kinds: log-group, topic, bucket, role, trail
    #[arg(long, value_name = "KIND", value_parser = kind, value_delimiter = ',')]
    delete: Vec<Kind>,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

pub(super) fn plan(args: &PlanArgs) -> std::io::Result<Exit> {
    let plan = match args.wanted.planned() {
        Ok((_, plan)) => plan,
        Err(exit) => return Ok(exit),
    };
    let text = if args.json { provision::json(&plan) } else { coloured(&plan) };
    let mut out = std::io::stdout().lock();
    if args.json {
        json(&mut out, &text)?
    } else {
        painted(&mut out, &text)?
    };
    let is_finding = !plan.refusals.is_empty() || args.check && !plan.is_empty();
    Ok(if is_finding { Exit::Findings } else { Exit::Clean })
}

pub(super) fn apply(args: &ApplyArgs) -> std::io::Result<Exit> {
    match args.wanted.planned() {
        Ok((client, plan)) => push(&client, &plan, args.yes),
        Err(exit) => Ok(exit),
    }
}

pub(super) fn destroy(args: &DestroyArgs) -> std::io::Result<Exit> {
    let planned = || {
        let (stack, files) = args.stack.load()?;
        let (client, observed, desired) = compared(&args.account, &stack, &files)?;
        Ok((client, destruction(&stack.name, &desired, &observed, &args.delete)))
    };
    match planned() {
        Ok((client, plan)) => push(&client, &plan, args.yes),
        Err(exit) => Ok(exit),
    }
}

impl Wanted {
    /// Lints and tests the rules, then compares them with the account.
    fn planned(&self) -> Result<(Client, Plan), Exit> {
        let (stack, files) = self.stack.load()?;
        let refusals = gate(&files);
        if !refusals.is_empty() {
            print(&refusals);
            let problems = counted(refusals.len(), "problem", "problems");
            say!("error: nothing is pushed: fix {problems} of the rules' lints and tests first");
            return Err(Exit::Findings);
        }
        let (client, observed, desired) = compared(&self.account, &stack, &files)?;
        let options = Options::default().prune(self.prune);
        Ok((client, provision::plan(&stack.name, &desired, &observed, &options)))
    }
}

/// The resources of a stack that the account has, and those that it should have; an error is printed.
fn compared(
    account: &Account,
    stack: &Stack,
    files: &[RuleFile],
) -> Result<(Client, Observed, Vec<Resource>), Exit> {
    let client = account.client(&stack.region)?;
    let observed = client.observe(stack).map_err(|error| failed(&error))?;
    let desired = desired(stack, files, &observed.target).map_err(|errors| refuse(&errors))?;
    Ok((client, observed, desired))
}

fn coloured(plan: &Plan) -> String {
    let style = style(&std::io::stdout());
    let colour = |line: &str| match line.chars().next() {
        Some('+') => style.paint("32", line),
        Some('~') => style.paint("33", line),
        Some('-') => style.paint("31", line),
        _ => line.to_owned(),
    };
    plan.to_string().lines().map(|line| colour(line) + "\n").collect()
}

fn push(client: &Client, plan: &Plan, yes: bool) -> std::io::Result<Exit> {
    let mut out = std::io::stdout().lock();
    // `--yes` is carried out even if standard output is closed
    let mut written = painted(&mut out, &coloured(plan));
    if !plan.refusals.is_empty() {
        return written.map(|()| Exit::Findings);
    }
    if plan.is_empty() {
        return written.map(|()| Exit::Clean);
    }
    if !yes && !is_wanted(&mut out)? {
        say!("nothing was changed; give `--yes` to skip the question");
        return Ok(Exit::Usage);
    }
    let mut write = |text: std::fmt::Arguments<'_>| {
        if written.is_ok() {
            written = line!(out, "{text}");
        }
    };
    write(format_args!(""));
    let reports = client.apply(plan, |report| write(format_args!("{}", outcome(report))));
    let count = |is: fn(&Outcome) -> bool| reports.iter().filter(|report| is(&report.outcome)).count();
    let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped { .. }));
    write(format_args!("{} done, {failed} failed, {skipped} skipped", reports.len() - failed - skipped));
    if failed + skipped > 0 {
        write(format_args!("Run `cwfilter apply` again to retry: it does only what is not done yet."));
    }
    let exit = if failed + skipped > 0 { Exit::Findings } else { Exit::Clean };
    // a closed pipe does not hide a failed step
    Ok(written.map_or_else(Exit::from_output, |()| Exit::Clean).max(exit))
}

fn outcome(report: &StepReport) -> String {
    let verb = match report.action {
        Action::Create => "created",
        Action::Update => "changed",
        Action::Delete => "deleted",
    };
    let (kind, name) = (report.kind.words(), &report.name);
    match &report.outcome {
        Outcome::Done => format!("done     {kind} {name} {verb}"),
        Outcome::Failed(error) => format!("FAILED   {kind} {name}: {error}"),
        Outcome::Skipped { needs } => format!("skipped  {kind} {name}: its {} failed", needs.words()),
    }
}

/// Asks for confirmation. Without a terminal the answer is no.
fn is_wanted(out: &mut impl Write) -> std::io::Result<bool> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Ok(false);
    }
    write!(out, "\nMake these changes? Type `yes` to continue: ")?;
    out.flush()?;
    let mut answer = String::new();
    // the limit of an answer
    stdin.lock().take(64).read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
