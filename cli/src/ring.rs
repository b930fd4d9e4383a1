//! `cwfilter ring`

use super::exit::Exit;
use super::interrupt;
use super::json_output;
use super::provision::{Account, failed, identified, is_wanted};
use super::stack::{StackFile, refuse};
use super::terminal::{line, say};
use cwfilter::aws::Client;
use cwfilter::chain::ring::{self, Bell, NotRung, Rehearsal};
use cwfilter::provision::{Kind, Resource, Stack, Target, desired};
use cwfilter::rules::RuleFile;
use serde_json::Value;
use std::io::Write;

/// Ring the alarm of a rule, to test who hears it
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter ring root-login --offline  shows what would be sent
  cwfilter ring root-login

Shows the actions that the alarm has in the account, sets it to ALARM, waits up to a minute for its history to say what became of
the actions, and sets it back, also after Ctrl-C. The message says that it is a test. An alarm that is not the stack's is not rung.

Exit codes: 1 the alarm is not the stack's, or is in ALARM already; 4 it does not reach a person.")]
pub(super) struct RingArgs {
    /// The id of a rule or composite alarm
    #[arg(value_name = "RULE")]
    rule: String,
    #[command(flatten)]
    stack: StackFile,
    #[command(flatten)]
    account: Account,
    /// Show what would be sent, and call nothing
    #[arg(long)]
    offline: bool,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
    /// Print one JSON object; needs --yes or --offline
    #[arg(long)]
    json: bool,
}

/// What an account that is not known is called in ARNs.
const ANY_ACCOUNT: &str = "ACCOUNT";

pub(super) fn ring(args: &RingArgs) -> std::io::Result<Exit> {
    json_output::or_json(args.json, || {
        if args.json && !args.yes && !args.offline {
            say!("error: `--json` asks no question");
            say!("help: give `--yes` or `--offline`, too");
            return Ok(Exit::Usage);
        }
        asked(args)
    })
}

fn asked(args: &RingArgs) -> std::io::Result<Exit> {
    let (stack, files) = match args.stack.load() {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let mut out = std::io::stdout().lock();
    if args.offline {
        let account = stack.account.clone().unwrap_or_else(|| ANY_ACCOUNT.to_owned());
        let alarm = match alarm(&stack, &files, &Target::new(account, &stack.region), &args.rule) {
            Ok(alarm) => alarm,
            Err(exit) => return Ok(exit),
        };
        if args.json {
            json_output::print(&Rehearsal::new(&alarm.name, actions(&alarm)))?;
            return Ok(Exit::Clean);
        }
        line!(out, "SetAlarmState {}", ring::request(&alarm.name))?;
        line!(out, "as the stack's file has them, its actions are: {}", list(&actions(&alarm)))?;
        line!(out, "the account may have others; no account was asked, and nothing was sent")?;
        return Ok(Exit::Clean);
    }
    let looked = args.account.of_stack(&stack).and_then(|client| {
        let target = identified(&client, &stack)?;
        let alarm = alarm(&stack, &files, &target, &args.rule)?;
        let bell = ring::look(&client, &stack, &target, &alarm.name).map_err(|why| not_rung(&why))?;
        Ok((client, target, alarm, bell))
    });
    let (client, target, alarm, bell) = match looked {
        Ok(looked) => looked,
        Err(exit) => return Ok(exit),
    };
    // what `--yes` asks for is done also where nothing takes the output
    let shown = if args.json { Ok(()) } else { show(&mut out, &bell, &target, &actions(&alarm)) };
    if bell.actions.is_empty() {
        say!("error: `{}` has no action in the account; nothing was rung", bell.name);
        say!("help: `cwfilter plan` says whether the stack gives it one");
        return Ok(Exit::DeadChain);
    }
    if !args.yes {
        shown?;
        if !is_wanted(&mut out, "Ring it? People may be woken.")? {
            say!("nothing was rung; `--yes` does not ask");
            return Ok(Exit::Usage);
        }
    }
    let seconds = ring::longest(ring::PAUSE).as_secs();
    let back = "Ctrl-C sets the alarm back at once, a second Ctrl-C leaves it in ALARM";
    if !args.json {
        let _ = line!(out, "waiting up to {seconds} s; {back}").and_then(|()| out.flush());
    }
    rung(&client, args, &bell, &target, &mut out)
}

/// The alarm of a rule or composite alarm, as the stack's file has it; an error is printed.
fn alarm(stack: &Stack, files: &[RuleFile], target: &Target, rule: &str) -> Result<Resource, Exit> {
    let wanted = desired(stack, files, target).map_err(|errors| refuse(&errors))?;
    let (alarms, others): (Vec<_>, Vec<_>) = wanted
        .into_iter()
        .filter(|it| it.rule == rule)
        .partition(|it| matches!(it.kind, Kind::Alarm | Kind::CompositeAlarm));
    alarms.into_iter().next().ok_or_else(|| {
        match others.is_empty() {
            true => say!("error: the stack has no rule `{rule}`"),
            false => say!("error: the rule `{rule}` has no alarm"),
        }
        Exit::Usage
    })
}

/// The actions of an alarm for ALARM.
fn actions(alarm: &Resource) -> Vec<String> {
    let actions = alarm.get("AlarmActions");
    let actions = actions.as_array().into_iter().flatten().filter_map(Value::as_str);
    actions.map(str::to_owned).collect()
}

fn list(actions: &[String]) -> String {
    if actions.is_empty() { "none".to_owned() } else { actions.join(", ") }
}

/// What would be rung, as the account has it.
fn show(out: &mut impl Write, bell: &Bell, target: &Target, wanted: &[String]) -> std::io::Result<()> {
    let Bell { name, state, .. } = bell;
    line!(out, "the alarm `{name}` in {} of account {} is in {state}", target.region, target.account)?;
    let also =
        |action: &String| if wanted.contains(action) { "" } else { ", which the stack's file does not have" };
    for action in &bell.actions {
        line!(out, "  rings {action}{}", also(action))?;
    }
    for action in wanted.iter().filter(|action| !bell.actions.contains(action)) {
        line!(out, "  does not ring {action}, which the stack's file has")?;
    }
    for action in &bell.actions_back {
        line!(out, "  tells {action} when it is set back to {state}")?;
    }
    match &bell.composites {
        Ok(all) => {
            for (name, actions) in all {
                line!(out, "  the composite alarm `{name}` looks at it, and may ring: {}", list(actions))?;
            }
        }
        Err(error) => line!(out, "  composite alarms that look at it are not known: {error}")?,
    }
    line!(out, "SetAlarmState {}", ring::request(name))
}

fn not_rung(why: &NotRung) -> Exit {
    let (exit, message, help) = match why {
        NotRung::Failed(error) => return failed(error),
        NotRung::Refused(message, help) => (Exit::Findings, message, help),
        NotRung::Dead(message, help) => (Exit::DeadChain, message, help),
        other => {
            say!("error: {other:?}");
            return Exit::Input;
        }
    };
    say!("error: {message}; nothing was rung");
    say!("help: {help}");
    exit
}

/// Rings, and says what became of it. The process ends by the signal that ended the wait.
fn rung(
    client: &Client,
    args: &RingArgs,
    bell: &Bell,
    target: &Target,
    out: &mut impl Write,
) -> std::io::Result<Exit> {
    interrupt::stop_gently();
    let rung = match ring::ring(client, bell, ring::PAUSE, &interrupt::is_stopped) {
        Ok(rung) => rung,
        Err(error) => return Ok(failed(&error)),
    };
    if let Err(error) = &rung.set_back {
        let profile = args.account.profile.as_ref().map(|it| format!(" --profile {it}")).unwrap_or_default();
        say!("error: the alarm `{}` is not set back: {error}", bell.name);
        say!("help: this sets it back: {}{profile}", ring::command_back(bell, &target.region));
    }
    // written before the signal ends the process
    let written = match args.json {
        true => json_output::print(&rung.report(bell, target)),
        false => write(out, &rung, bell),
    };
    if rung.set_back.is_err() {
        return Ok(Exit::Input);
    }
    if rung.is_stopped {
        say!("error: interrupted; the alarm is set back to {}", bell.state);
        interrupt::end();
    }
    written?;
    match &rung.actions {
        Err(error) => Ok(failed(error)),
        Ok(_) if rung.is_heard() => Ok(Exit::Clean),
        Ok(all) if all.is_empty() => {
            say!("error: no action was carried out, as far as the alarm's history says");
            Ok(Exit::DeadChain)
        }
        Ok(_) => {
            say!("error: an action failed");
            Ok(Exit::DeadChain)
        }
    }
}

fn write(out: &mut impl Write, rung: &ring::Ring, bell: &Bell) -> std::io::Result<()> {
    for action in rung.actions.iter().flatten() {
        line!(out, "{action}")?;
    }
    if rung.set_back.is_ok() {
        line!(out, "set back to {}", bell.state)?;
    }
    out.flush()
}
