//! `ring` on an account in memory: which alarms it refuses, what it shows before, and that it always sets the alarm back.

mod account;
#[path = "support/schema_members.rs"]
mod schema_members;

use account::{Group, Memory, State};
use cwfilter::aws::{Account, CallError, Request};
use cwfilter::chain::ring::{Bell, NotRung, Rehearsal, command_back, look, ring};
use cwfilter::permissions::{Command, permissions};
use cwfilter::provision::{Options, Purpose, Stack, VERSION, apply, desired, identify, observe, plan};
use schema_members::hold;
use serde_json::{Value, json};
use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

const STACK: &str = "name = \"s\"\nwas = [\"old\"]\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\n\
    log_group = { name = \"trail\" }\ntopic = { name = \"alerts\" }\n";

const RULES: &str = "[[rule]]\nid = \"a\"\npattern = '{ $.eventName = \"a\" }'\nmetric = { namespace = \"S\", name = \"a\", value = \"1\" }\n\
    alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1, notify = [\"ALARM\", \"OK\"] }\n\
    [[composite]]\nid = \"both\"\nrule = 'ALARM(a)'\n";

fn stack() -> Stack {
    Stack::parse(Path::new("cwfilter.toml"), STACK).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

/// An account after the stack was applied; the alarm is in OK.
fn applied() -> Memory {
    let mut state = State::default();
    state.groups.insert("trail".to_owned(), Group::default());
    let memory = Memory::with(state);
    let target = identify(&memory, &stack()).unwrap();
    let files = vec![cwfilter::rules::parse(Path::new("rules.toml"), RULES.to_owned()).unwrap()];
    let wanted = desired(&stack(), &files, &target).unwrap();
    let observed = observe(&memory, &stack(), &wanted, &target, Purpose::Plan).unwrap();
    apply(&memory, &plan(&stack(), &wanted, &observed, &Options::default()), |_| ());
    memory.state.borrow_mut().alarms.get_mut("s.a").unwrap()["StateValue"] = json!("OK");
    memory.take_seen();
    memory
}

fn looked(memory: &dyn Account) -> Result<Bell, NotRung> {
    look(memory, &stack(), &identify(memory, &stack()).unwrap(), "s.a")
}

fn state(memory: &Memory) -> Value {
    memory.state().alarms["s.a"]["StateValue"].clone()
}

/// What somebody did to the alarm, and why it is not rung.
#[test]
fn alarms_that_are_not_rung() {
    type Change = fn(&mut State);
    fn tag(state: &mut State, name: &str) {
        state.alarm_tags.get_mut("s.a").unwrap().insert("cwfilter:stack".to_owned(), json!(name));
    }
    fn alarm(state: &mut State) -> &mut Value {
        state.alarms.get_mut("s.a").unwrap()
    }
    let table: [(Change, &str, &str); 8] = [
        (|_| (), "", ""),
        // an earlier name of the stack
        (|it| tag(it, "old"), "", ""),
        (
            |it| it.alarm_tags.get_mut("s.a").unwrap().clear(),
            "refused",
            "the alarm `s.a` is not the stack's: it has no tag `cwfilter:stack`",
        ),
        (
            |it| tag(it, "other"),
            "refused",
            "the alarm `s.a` is not the stack's: it is that of the stack `other`",
        ),
        (|it| tag(it, "S"), "refused", "the alarm `s.a` is not the stack's"),
        (
            |it| alarm(it)["StateValue"] = json!("ALARM"),
            "refused",
            "`s.a` is in ALARM: it would not ring again",
        ),
        (|it| alarm(it)["ActionsEnabled"] = json!(false), "dead", "the actions of `s.a` are disabled"),
        (|it| drop(it.alarms.remove("s.a")), "dead", "there is no alarm `s.a`"),
    ];
    for (change, kind, message) in table {
        let memory = applied();
        change(&mut memory.state.borrow_mut());
        let (found, said, help) = match looked(&memory) {
            Ok(_) => ("", String::new(), String::new()),
            Err(NotRung::Refused(message, help)) => ("refused", message, help),
            Err(NotRung::Dead(message, help)) => ("dead", message, help),
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(found, kind, "{message}");
        assert!(said.starts_with(message), "{said}");
        assert_eq!(help.contains("--adopt 's.a'"), message.contains("not the stack's"), "{help}");
        assert!(!memory.take_seen().contains(&"SetAlarmState".to_owned()), "{message}");
    }
}

/// The actions are those of the account.
#[test]
fn what_would_be_rung_is_read_from_the_account() {
    let memory = applied();
    let theirs = "arn:aws:sns:us-east-1:123456789012:board";
    {
        let state = &mut *memory.state.borrow_mut();
        state.alarms.get_mut("s.a").unwrap()["AlarmActions"] = json!([theirs]);
        let composite = |name: &str, rule: &str| json!({ "AlarmName": name, "AlarmRule": rule, "AlarmActions": [theirs], "StateValue": "OK" });
        for (name, rule) in [
            ("theirs", "ALARM(\"arn:aws:cloudwatch:us-east-1:123456789012:alarm:s.a\")"),
            ("odd", "ALARM("),
            ("elsewhere", "ALARM(s.ab)"),
        ] {
            state.alarms.insert(name.to_owned(), composite(name, rule));
        }
    }
    let bell = looked(&memory).unwrap();
    assert_eq!((&bell.actions, bell.state.as_str()), (&vec![theirs.to_owned()], "OK"));
    assert_eq!(bell.actions_back, ["arn:aws:sns:us-east-1:123456789012:alerts"]);
    let composites = bell.composites.unwrap();
    let names: Vec<&str> = composites.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["odd", "s.both", "theirs"]);
    assert_eq!(composites[2].1, [theirs]);
    *memory.refuses.borrow_mut() = Some(("ListTagsForResource", "AccessDeniedException"));
    assert!(matches!(looked(&memory), Err(NotRung::Failed(_))), "without its tags an alarm is not rung");
}

#[test]
fn an_alarm_is_rung_and_set_back() {
    let memory = applied();
    let bell = looked(&memory).unwrap();
    let rung = ring(&memory, &bell, Duration::ZERO, &|| false).unwrap();
    assert!(rung.is_heard() && rung.set_back.is_ok() && !rung.is_stopped, "{rung:?}");
    assert_eq!(state(&memory), "OK");
}

/// An account that breaks at a call, counted from the first look at the history.
struct Broken<'a> {
    memory: &'a Memory,
    at: Cell<usize>,
    /// The call is done, and the error is about its answer.
    is_done: bool,
    code: Option<&'static str>,
    /// Calls that fail.
    times: usize,
}

impl Account for Broken<'_> {
    fn calls(&self, requests: &[Request]) -> Vec<Result<Value, CallError>> {
        let at = self.at.get();
        self.at.set(at.wrapping_sub(1));
        // the calls `at` 0, and then backwards
        let is_broken = at == 0 || at > usize::MAX - (self.times - 1);
        if !is_broken || self.is_done {
            let answers = self.memory.calls(requests);
            if !is_broken {
                return answers;
            }
        }
        let operation = requests[0].operation;
        let error = match self.code {
            Some(code) => CallError::answered(operation, code, "of the test"),
            None => CallError::new(operation, "no answer in time; it may have been done or not"),
        };
        vec![Err(error); requests.len()]
    }
}

/// The call that breaks, and what becomes of the alarm.
#[test]
fn whatever_breaks_the_alarm_is_set_back_or_it_is_said() {
    /// Call, done, code, calls that fail; error of `ring`, set back, state after it.
    type Row = (usize, bool, Option<&'static str>, usize, bool, bool, &'static str);
    let table: [Row; 9] = [
        (0, false, Some("AccessDenied"), 1, true, false, "OK"),
        (1, false, Some("AccessDenied"), 1, true, false, "OK"),
        // it may have been done
        (1, true, None, 1, false, true, "OK"),
        (1, false, None, 1, false, true, "OK"),
        (1, true, Some("InternalServiceFault"), 1, false, true, "OK"),
        (2, false, Some("Throttling"), 1, false, true, "OK"),
        (3, false, Some("Throttling"), 1, false, false, "ALARM"),
        (3, true, None, 1, false, false, "OK"),
        // expired in the middle
        (2, false, Some("ExpiredToken"), 9, false, false, "ALARM"),
    ];
    for (at, is_done, code, times, is_error, is_back, expected) in table {
        let memory = applied();
        let bell = looked(&memory).unwrap();
        let broken = Broken { memory: &memory, at: Cell::new(at), is_done, code, times };
        let rung = ring(&broken, &bell, Duration::ZERO, &|| false);
        assert_eq!(rung.is_err(), is_error, "call {at} {code:?}");
        assert_eq!(rung.is_ok_and(|it| it.set_back.is_ok()), is_back, "call {at} {code:?}");
        assert_eq!(state(&memory), expected, "call {at} {code:?}");
    }
}

/// A signal ends the wait, and the alarm is set back.
#[test]
fn a_wait_that_is_stopped() {
    let memory = applied();
    let bell = looked(&memory).unwrap();
    let began = std::time::Instant::now();
    let rung = ring(&memory, &bell, Duration::from_secs(3600), &|| true).unwrap();
    assert!(rung.is_stopped && rung.set_back.is_ok(), "{rung:?}");
    assert!(!rung.is_heard() && began.elapsed() < Duration::from_secs(60));
    assert_eq!(state(&memory), "OK");
}

/// A shell takes the name as it is.
#[test]
fn the_command_that_sets_an_alarm_back() {
    let memory = applied();
    let mut bell = looked(&memory).unwrap();
    bell.name = "it's $HOME".to_owned();
    let command = command_back(&bell, "us-east-1").replace("aws cloudwatch", "printf '%s\\n'");
    let output = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
    let words = String::from_utf8(output.stdout).unwrap();
    let expected = "set-alarm-state\n--region\nus-east-1\n--alarm-name=it's $HOME\n--state-value\nOK\n--state-reason\nThe test of the alarm chain is over.\n";
    assert_eq!(words, expected);
}

/// `permissions ring` has all calls that `ring` makes, and nothing else.
#[test]
fn ring_makes_the_calls_that_permissions_lists() {
    let memory = applied();
    let bell = looked(&memory).unwrap();
    ring(&memory, &bell, Duration::ZERO, &|| false).unwrap();
    let mut seen: Vec<String> = memory.take_seen().into_iter().map(|it| format!("cloudwatch:{it}")).collect();
    seen.retain(|it| it != "cloudwatch:GetCallerIdentity");
    seen.sort();
    seen.dedup();
    let policy: Value = serde_json::from_str(&permissions(&stack(), Command::Ring)).unwrap();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let mut allowed: Vec<&str> =
        statements.flat_map(|it| it["Action"].as_array().unwrap()).map(|it| it.as_str().unwrap()).collect();
    allowed.sort_unstable();
    assert_eq!(seen, allowed);
}

/// The object of an error is the program's.
#[test]
fn reports_are_what_their_schema_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schemas/output/ring.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let memory = applied();
    let target = identify(&memory, &stack()).unwrap();
    let mut bell = looked(&memory).unwrap();
    let mut rung = ring(&memory, &bell, Duration::ZERO, &|| false).unwrap();
    let heard = json!(rung.report(&bell, &target));
    assert_eq!((&heard["isHeard"], &heard["setBack"]), (&json!(true), &json!(true)));
    let denied = || CallError::answered("DescribeAlarmHistory", "AccessDenied", "of the test");
    bell.composites = Err(denied());
    rung.actions = Err(denied());
    rung.set_back = Err(denied());
    let failed = json!(rung.report(&bell, &target));
    assert_eq!((&failed["isHeard"], &failed["setBack"]), (&json!(false), &json!(denied().to_string())));

    let offline = json!(Rehearsal::new("s.a", vec!["arn:aws:sns:us-east-1:123456789012:alerts".to_owned()]));
    let place = json!({ "path": "rules.toml", "line": 5, "message": "the pattern is wrong", "help": null });
    let said = json!({ "message": "no credentials", "help": "renew them" });
    let refused = json!({ "version": VERSION, "errors": [place, said] });
    hold(&schema, [heard, failed, offline, refused]);
}
