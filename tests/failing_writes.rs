//! Every writing call of `apply` and `destroy`, with each way to fail: the next run does the rest, and the account is then as if nothing had
//! failed. `cli/tests/provision/failures.tsv` has what is said about 11 of them over HTTP.

mod account;

use account::{Memory, State};
use cwfilter::permissions::{Command, calls_of};
use cwfilter::provision::{
    Account, CallError, Kind, Options, Purpose, Request, Stack, apply, desired, destruction, identify,
    observe, plan,
};
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;

/// Code of the answer, whether the call took effect, and whether the process ends with it.
const FAULTS: [(&str, &str, bool, bool); 6] = [
    ("conflict", "ConcurrentAccessException", false, false),
    ("quota", "LimitExceededException", false, false),
    ("denied", "AccessDeniedException", false, false),
    ("throttled", "ThrottlingException", false, false),
    ("lost answer", "InternalFailure", true, false),
    ("killed", "ExpiredToken", false, true),
];

/// An account in which one call fails once.
struct Faulty<'a> {
    memory: &'a Memory,
    operation: String,
    fault: (&'static str, &'static str, bool, bool),
    is_over: Cell<bool>,
    is_dead: Cell<bool>,
}

impl Account for Faulty<'_> {
    fn calls(&self, requests: &[Request]) -> Vec<Result<Value, CallError>> {
        let call = |request: &Request| {
            let (_, code, takes_effect, ends) = self.fault;
            let refused =
                |code: &str| Err(CallError::answered(request.operation, code, "refused by the test"));
            if self.is_dead.get() {
                return refused("ExpiredToken");
            }
            if request.operation != self.operation || !request.is_write() || self.is_over.replace(true) {
                return self.memory.calls(std::slice::from_ref(request)).remove(0);
            }
            self.is_dead.set(ends);
            if takes_effect {
                drop(self.memory.calls(std::slice::from_ref(request)));
            }
            refused(code)
        };
        requests.iter().map(call).collect()
    }
}

fn stack(key: &str, days: u32, topic: &str) -> Stack {
    let text = format!(
        "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\n\
         [log_group]\nname = \"trail\"\ncreate = true\nretention_days = {days}\nkms_key = \"arn:aws:kms:us-east-1:123456789012:key/{key}\"\n\
         [topic]\nname = \"{topic}\"\nkms_key = \"arn:aws:kms:us-east-1:123456789012:key/{key}\"\n\
         subscription = [{{ protocol = \"email\", endpoint = \"security@example.com\" }}]\n"
    );
    Stack::parse(Path::new("cwfilter.toml"), &text).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

fn rules(count: usize) -> String {
    let rule = |number: usize| {
        format!(
            "[[rule]]\nid = \"r{number}\"\npattern = '{{ $.eventName = \"{number}\" }}'\nmetric = {{ namespace = \"S\", name = \"r{number}\", value = \"1\" }}\n\
             alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1 }}\n"
        )
    };
    (0..count).map(rule).collect::<String>() + "[[composite]]\nid = \"c\"\nrule = 'ALARM(r0)'\n"
}

/// An account, and what is done with it.
struct Scenario {
    name: &'static str,
    before: State,
    stack: Stack,
    rules: String,
    options: Options,
    is_destruction: bool,
}

impl Scenario {
    fn run(&self, memory: &Memory, account: &dyn Account) {
        let files = [cwfilter::rules::parse(Path::new("rules.toml"), self.rules.clone()).unwrap()];
        let target = identify(memory, &self.stack).unwrap();
        let wanted = desired(&self.stack, &files, &target).unwrap();
        let purpose = if self.is_destruction { Purpose::Destroy } else { Purpose::Plan };
        let observed = observe(memory, &self.stack, &wanted, &target, purpose).unwrap();
        let plan = match self.is_destruction {
            true => destruction(&self.stack, &wanted, &observed, &[Kind::LogGroup, Kind::Topic]),
            false => plan(&self.stack, &wanted, &observed, &self.options),
        };
        assert!(plan.refusals.is_empty(), "{}: {plan}", self.name);
        apply(account, &plan, |_| ());
    }

    fn after(&self, faults: Option<(&str, usize)>) -> (State, BTreeSet<String>) {
        let memory = Memory::with(self.before.clone());
        if let Some((operation, fault)) = faults {
            let (is_over, is_dead) = Default::default();
            let operation = operation.to_owned();
            let faulty = Faulty { memory: &memory, operation, fault: FAULTS[fault], is_over, is_dead };
            self.run(&memory, &faulty);
            assert!(faulty.is_over.get(), "{}: {faults:?} was not called", self.name);
        }
        memory.take_seen();
        self.run(&memory, &memory);
        let seen = memory.take_seen().into_iter().collect();
        // a second run has nothing left
        self.run(&memory, &memory);
        (memory.state(), seen)
    }
}

fn scenarios() -> [Scenario; 3] {
    let create = Scenario {
        name: "create",
        before: State::default(),
        stack: stack("a", 30, "alerts"),
        rules: rules(20),
        options: Options::default(),
        is_destruction: false,
    };
    let (made, _) = create.after(None);
    let mut changed = made.clone();
    // taken over again: somebody removed the tags
    changed.groups.get_mut("trail").unwrap().tags.clear();
    changed.alarm_tags.get_mut("s.r0").unwrap().clear();
    let topic = changed.topics.values_mut().find(|topic| !topic.subscriptions.is_empty()).unwrap();
    for it in topic.subscriptions.values_mut() {
        it["Attributes"]["FilterPolicy"] = json!("{\"a\":[\"b\"]}");
    }
    changed.alarms.get_mut("s.c").unwrap()["AlarmDescription"] = json!("theirs");
    let change = Scenario {
        name: "change",
        before: changed,
        stack: stack("b", 60, "alerts"),
        rules: rules(2),
        options: Options::default().prune(true).adopt(["*".to_owned()]),
        is_destruction: false,
    };
    let destroy = Scenario {
        name: "destroy",
        before: made,
        stack: stack("a", 30, "alerts"),
        rules: rules(20),
        options: Options::default(),
        is_destruction: true,
    };
    [create, change, destroy]
}

#[test]
fn the_next_run_does_the_rest() {
    let writes: BTreeSet<&str> = [Command::Apply, Command::Destroy]
        .into_iter()
        .flat_map(calls_of)
        .filter(|call| call.is_write)
        .map(|call| call.operation)
        .collect();
    let mut tried = BTreeSet::new();
    for scenario in scenarios() {
        let (expected, seen) = scenario.after(None);
        for operation in seen.iter().filter(|it| writes.contains(it.as_str())) {
            for (fault, (name, ..)) in FAULTS.iter().enumerate() {
                let (found, _) = scenario.after(Some((operation, fault)));
                assert_eq!(found, expected, "{}: {operation}: {name}", scenario.name);
            }
            tried.insert(operation.clone());
        }
    }
    let tried: BTreeSet<&str> = tried.iter().map(String::as_str).collect();
    assert_eq!(tried, writes, "each writing call is tried");
}
