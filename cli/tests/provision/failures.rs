//! The failure matrix: every write of an apply and of a destroy, with every outcome that it can have. The result
//! and what the next run did is in `failures.tsv`; `CWFILTER_BLESS=1` rewrites the table.

use crate::emulators::emulators;
use crate::gateway::{Fault, Gateway};
use crate::lifecycle::config;
use crate::stacks::TestStack;
use crate::trial;
use cwfilter::aws::Client;
use cwfilter::aws::sdk::aws_config::retry::RetryConfig;
use cwfilter::aws::sdk::aws_config::timeout::TimeoutConfig;
use cwfilter::provision::{
    Kind, Options, Outcome, Plan, Purpose, Stack, StepReport, apply, desired, destruction, identify, observe,
    plan,
};
use libtest_mimic::Trial;
use std::time::{Duration, Instant};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provision/failures.tsv");

/// The writes of a stack with everything, in their order.
pub(crate) const APPLY: [&str; 7] = [
    "CreateLogGroup",
    "PutRetentionPolicy",
    "CreateTopic",
    "SetTopicAttributes",
    "Subscribe",
    "PutMetricFilter",
    "PutMetricAlarm",
];

const DESTROY: [&str; 4] = ["DeleteAlarms", "DeleteMetricFilter", "DeleteTopic", "DeleteLogGroup"];

const FAULTS: [(Fault, &str); 6] = [
    (Fault::Throttled, "throttled"),
    (Fault::Conflict, "conflict"),
    (Fault::Quota, "quota"),
    (Fault::Silent, "silent"),
    (Fault::Denied, "denied"),
    (Fault::Killed, "killed"),
];

const ALL_KINDS: [Kind; 2] = [Kind::LogGroup, Kind::Topic];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("failures_of_an_apply", || matrix("apply", &APPLY)),
        trial("failures_of_a_destroy", || matrix("destroy", &DESTROY)),
        trial("killed_at_random_points", killed_at_random_points),
        trial("retries", retries),
        trial("reads_that_fail_write_nothing", reads_that_fail_write_nothing),
        trial("a_client_within_a_runtime", a_client_within_a_runtime),
    ]
}

/// Four threads: most of the time goes by in waiting.
fn matrix(phase: &str, operations: &[&str]) {
    let cases: Vec<(&str, Fault, &str)> = operations
        .iter()
        .flat_map(|operation| FAULTS.iter().map(move |(fault, name)| (*operation, *fault, *name)))
        .collect();
    let lines = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let cases = &cases;
                scope.spawn(move || {
                    let mine = cases.iter().enumerate().skip(thread).step_by(4);
                    mine.map(|(number, case)| (number, one(phase, number, case))).collect::<Vec<_>>()
                })
            })
            .collect();
        let mut lines: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        lines.sort();
        lines
    });
    let found: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    compare(phase, &found);
}

fn compare(phase: &str, found: &[String]) {
    let table = std::fs::read_to_string(TABLE).unwrap_or_default();
    let prefix = format!("{phase}\t");
    if std::env::var_os("CWFILTER_BLESS").is_some() {
        static WRITING: std::sync::Mutex<()> = std::sync::Mutex::new(());
        let _one_at_a_time = WRITING.lock();
        let table = std::fs::read_to_string(TABLE).unwrap_or_default();
        let header = "run\tcall\tfault\tfirst run\tnext run\n".to_owned();
        let mut lines: Vec<&str> = table
            .lines()
            .skip(1)
            .filter(|line| !line.starts_with(&prefix))
            .chain(found.iter().map(String::as_str))
            .collect();
        lines.sort_by_key(|line| !line.starts_with("apply"));
        std::fs::write(TABLE, header + &lines.join("\n") + "\n").unwrap();
        return;
    }
    let expected: Vec<&str> = table.lines().filter(|line| line.starts_with(&prefix)).collect();
    assert_eq!(found, expected);
}

/// A stack with everything, and a client that does not wait for long.
struct Bench {
    gateway: Gateway,
    stack: TestStack,
    client: Client,
}

impl Bench {
    fn new(name: &str) -> Self {
        let gateway = Gateway::start(emulators());
        let stack = TestStack::new(name, &["stopped", "deleted"], &[("email", "security@example.com")], true);
        let timeouts =
            TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(2500)).build();
        let config = config(&gateway)
            .into_builder()
            .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(5)))
            .timeout_config(timeouts)
            .build();
        let client = Client::new(&config).unwrap().writes_per_second(1e6);
        Bench { gateway, stack, client }
    }

    fn plan(&self, phase: &str) -> Plan {
        let stack = Stack::load(&self.stack.file()).unwrap();
        let target = identify(&self.client, &stack).unwrap();
        let wanted = desired(&stack, &stack.load_rules().unwrap(), &target).unwrap();
        let observed = observe(
            &self.client,
            &stack,
            &wanted,
            &target,
            if phase == "apply" { Purpose::Plan } else { Purpose::Destroy },
        )
        .unwrap();
        match phase {
            "apply" => plan(&stack, &wanted, &observed, &Options::default()),
            _ => destruction(&stack, &wanted, &observed, &ALL_KINDS),
        }
    }

    fn run(&self, phase: &str) -> Vec<StepReport> {
        apply(&self.client, &self.plan(phase), |_| ())
    }
}

fn one(phase: &str, number: usize, (operation, fault, name): &(&str, Fault, &str)) -> String {
    let bench = Bench::new(&format!("{}{number}", &phase[..1]));
    if phase == "destroy" {
        assert!(bench.run("apply").iter().all(|report| report.outcome == Outcome::Done));
    }
    bench.gateway.break_down(operation, *fault);
    let first = if *fault == Fault::Killed { killed(&bench, phase) } else { summary(&bench.run(phase)) };
    bench.gateway.repair();
    let again = bench.run(phase);
    assert!(again.iter().all(|report| report.outcome == Outcome::Done), "{operation} {name}: {again:?}");
    let left = bench.plan(phase);
    assert!(left.is_empty(), "{operation} {name}: not done after the second run\n{left}");
    let unchanged = left.unchanged;
    assert_eq!(
        unchanged,
        if phase == "apply" { 7 } else { 0 },
        "{operation} {name}: something is there twice or not at all"
    );
    let done: Vec<String> =
        again.iter().map(|report| format!("{} {}", report.action.sign(), report.kind.words())).collect();
    let next = match (fault, done.is_empty()) {
        // steps are carried out together: which of them were done is chance
        (Fault::Killed, _) => "the rest".to_owned(),
        (_, true) => "nothing".to_owned(),
        (_, false) => done.join(", "),
    };
    format!("{phase}\t{operation}\t{name}\t{first}\t{next}")
}

/// What did not come off.
fn summary(reports: &[StepReport]) -> String {
    let line = |report: &StepReport| match &report.outcome {
        Outcome::Failed(error) => Some(format!("{} failed: {error}", report.kind.words())),
        Outcome::Skipped(why) => Some(format!("{} skipped: {why}", report.kind.words())),
        _ => None,
    };
    let lines: Vec<String> = reports.iter().filter_map(line).collect();
    if lines.is_empty() { "done".to_owned() } else { lines.join("; ") }
}

fn killed(bench: &Bench, phase: &str) -> String {
    let arguments = match phase {
        "apply" => "apply --yes",
        _ => "destroy --yes --delete log-group,topic",
    };
    let mut child = bench.stack.command(&bench.gateway, arguments).spawn().unwrap();
    assert!(bench.gateway.wait_for_fault(Duration::from_secs(30)), "the call never came");
    child.kill().unwrap();
    child.wait().unwrap();
    "killed".to_owned()
}

/// `CWFILTER_KILLS=100` kills so often.
fn killed_at_random_points() {
    let kills = std::env::var("CWFILTER_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(2);
    let gateway = Gateway::start(emulators());
    let began = Instant::now();
    let mut duration = Duration::ZERO;
    for round in 0..=kills {
        let stack = TestStack::new(&format!("k{round}"), &["stopped", "deleted"], &[], true);
        if round == 0 {
            stack.run(&gateway, "apply --yes").expect(0);
            duration = began.elapsed();
        } else {
            let mut child = stack.command(&gateway, "apply --yes").spawn().unwrap();
            // a spread of points without a source of chance: multiples of the golden ratio
            std::thread::sleep(duration.mul_f64((f64::from(round) * 0.618_034).fract()));
            child.kill().unwrap();
            child.wait().unwrap();
            stack.run(&gateway, "apply --yes").expect(0);
        }
        let plan = stack.run(&gateway, "plan").expect(0);
        assert_eq!(plan.steps(), [""; 0], "{}", plan.out);
        stack.run(&gateway, "destroy --yes --delete log-group,topic").expect(0);
    }
}

/// A quota is no throttling, a conflict passes.
fn retries() {
    for (fault, requests) in
        [(Fault::Quota, 1), (Fault::Conflict, 3), (Fault::Throttled, 3), (Fault::Denied, 1)]
    {
        let bench = Bench::new(&format!("retries-{fault:?}").to_lowercase());
        bench.gateway.break_down("CreateLogGroup", fault);
        bench.run("apply");
        let seen = bench.gateway.take_seen();
        let count = seen.iter().filter(|request| request.operation == "CreateLogGroup").count();
        assert_eq!(count, requests, "{fault:?}");
    }
}

/// A caller that may not read the account writes nothing.
fn reads_that_fail_write_nothing() {
    let reads = [
        "GetCallerIdentity",
        "DescribeLogGroups",
        "DescribeMetricFilters",
        "GetTopicAttributes",
        "ListSubscriptionsByTopic",
        "ListTagsForResource",
        "DescribeAlarms",
    ];
    let bench = Bench::new("reads");
    bench.run("apply");
    for read in reads {
        bench.gateway.break_down(read, Fault::Denied);
        bench.gateway.take_seen();
        let run = bench.stack.run(&bench.gateway, "apply --yes").expect(3);
        assert!(run.err.starts_with(&format!("error: {read}: ")), "{read}: {}", run.err);
        let mut seen = bench.gateway.take_seen().into_iter();
        assert!(seen.all(|request| !APPLY.contains(&request.operation.as_str())), "{read}");
        bench.gateway.repair();
    }
}

/// A client blocks its thread, also a thread of a runtime.
fn a_client_within_a_runtime() {
    use cwfilter::aws::sdk::tokio::runtime::Builder;
    use cwfilter::provision::{Account, Service};
    let gateway = Gateway::start(emulators());
    let client = Client::new(&config(&gateway)).unwrap();
    let runtime = Builder::new_current_thread().build().unwrap();
    let answer =
        runtime.block_on(async { client.call(Service::Sts, "GetCallerIdentity", serde_json::json!({})) });
    assert_eq!(answer.unwrap()["Account"], "123456789012");
    let unknown = client.call(Service::Logs, "PutAccountPolicy", serde_json::json!({})).unwrap_err();
    assert_eq!(unknown.to_string(), "PutAccountPolicy: the call is not in the table of calls");
}
