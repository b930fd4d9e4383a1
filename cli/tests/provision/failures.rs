//! The failure matrix: every write of an apply and of a destroy, with everything that can become of it. What came of it
//! and what the next run did is in `failures.tsv`; `CWFILTER_BLESS=1` rewrites the table.

use crate::emulators::emulators;
use crate::gateway::{Fault, Gateway};
use crate::lifecycle::config;
use crate::stacks::TestStack;
use crate::trial;
use cwfilter::provision::aws::sdk::aws_config::retry::RetryConfig;
use cwfilter::provision::aws::sdk::aws_config::timeout::TimeoutConfig;
use cwfilter::provision::aws::{Client, Outcome, StepReport, blocking};
use cwfilter::provision::{Kind, Options, Plan, Stack, desired, destruction, plan};
use libtest_mimic::Trial;
use std::time::{Duration, Instant};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provision/failures.tsv");

/// The writes of a stack with everything, in their order.
pub(crate) const APPLY: [&str; 16] = [
    "CreateBucket",
    "PutBucketTagging",
    "PutPublicAccessBlock",
    "PutBucketPolicy",
    "CreateLogGroup",
    "PutRetentionPolicy",
    "CreateRole",
    "PutRolePolicy",
    "CreateTrail",
    "PutEventSelectors",
    "StartLogging",
    "CreateTopic",
    "SetTopicAttributes",
    "Subscribe",
    "PutMetricFilter",
    "PutMetricAlarm",
];

const DESTROY: [&str; 9] = [
    "DeleteAlarms",
    "DeleteMetricFilter",
    "Unsubscribe",
    "DeleteTopic",
    "DeleteTrail",
    "DeleteRolePolicy",
    "DeleteRole",
    "DeleteLogGroup",
    "DeleteBucket",
];

const FAULTS: [(Fault, &str); 6] = [
    (Fault::Throttled, "throttled"),
    (Fault::Conflict, "conflict"),
    (Fault::Quota, "quota"),
    (Fault::Silent, "silent"),
    (Fault::Denied, "denied"),
    (Fault::Killed, "killed"),
];

const ALL_KINDS: [Kind; 5] = [Kind::Bucket, Kind::LogGroup, Kind::Role, Kind::Trail, Kind::Topic];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("failures_of_an_apply", || matrix("apply", &APPLY)),
        trial("failures_of_a_destroy", || matrix("destroy", &DESTROY)),
        trial("killed_at_random_points", killed_at_random_points),
        trial("retries", retries),
        trial("a_new_role_takes_its_time", a_new_role_takes_its_time),
        trial("reads_that_fail_write_nothing", reads_that_fail_write_nothing),
        trial("a_blocking_client_refuses_a_runtime", a_blocking_client_refuses_a_runtime),
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
    client: blocking::Client,
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
        let client = Client::new(&config).writes_per_second(1e6).propagation_wait(Duration::from_millis(5));
        Bench { gateway, stack, client: blocking::Client::of(client).unwrap() }
    }

    fn plan(&self, phase: &str) -> Plan {
        let stack = Stack::load(&self.stack.file()).unwrap();
        let observed = self.client.observe(&stack).unwrap();
        let wanted = desired(&stack, &stack.load_rules().unwrap(), &observed.target).unwrap();
        match phase {
            "apply" => plan(&stack.name, &wanted, &observed, &Options::default()),
            _ => destruction(&stack.name, &wanted, &observed, &ALL_KINDS),
        }
    }

    fn run(&self, phase: &str) -> Vec<StepReport> {
        self.client.apply(&self.plan(phase), |_| ())
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
        if phase == "apply" { 10 } else { 0 },
        "{operation} {name}: something is there twice or not at all"
    );
    let done: Vec<String> =
        again.iter().map(|report| format!("{} {}", report.action.sign(), report.kind.words())).collect();
    let next = if done.is_empty() { "nothing".to_owned() } else { done.join(", ") };
    format!("{phase}\t{operation}\t{name}\t{first}\t{next}")
}

/// What did not come off.
fn summary(reports: &[StepReport]) -> String {
    let line = |report: &StepReport| match &report.outcome {
        Outcome::Failed(error) => Some(format!("{} failed: {error}", report.kind.words())),
        Outcome::Skipped { needs } => {
            Some(format!("{} skipped for its {}", report.kind.words(), needs.words()))
        }
        _ => None,
    };
    let lines: Vec<String> = reports.iter().filter_map(line).collect();
    if lines.is_empty() { "done".to_owned() } else { lines.join("; ") }
}

fn killed(bench: &Bench, phase: &str) -> String {
    let arguments = match phase {
        "apply" => "apply --yes",
        _ => "destroy --yes --delete bucket,log-group,role,trail,topic",
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
        let plan = stack.run(&gateway, "plan --check").expect(0);
        // moto passes over the tags of CreateBucket: killed between it and the next call, the bucket is somebody else's
        let bucket =
            format!("note: uses the bucket `k{round}-trail-123456789012`, which the stack did not make\n");
        assert!(plan.out.replace(&bucket, "").starts_with("No changes. "), "{}", plan.out);
        stack.run(&gateway, "destroy --yes --delete log-group,topic,trail,role,bucket").expect(0);
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

/// IAM answers before CloudTrail knows the role.
fn a_new_role_takes_its_time() {
    let bench = Bench::new("propagates");
    bench.gateway.break_down("CreateTrail", Fault::Propagating);
    assert_eq!(summary(&bench.run("apply")), "done");
    let seen = bench.gateway.take_seen();
    assert_eq!(seen.iter().filter(|request| request.operation == "CreateTrail").count(), 3);
}

/// Whoever cannot see what is there writes nothing.
fn reads_that_fail_write_nothing() {
    let reads = [
        "GetCallerIdentity",
        "DescribeLogGroups",
        "DescribeMetricFilters",
        "GetTopicAttributes",
        "ListSubscriptionsByTopic",
        "ListTagsForResource",
        "DescribeAlarms",
        "HeadBucket",
        "GetBucketPolicy",
        "GetRole",
        "GetTrail",
        "GetTrailStatus",
        "GetEventSelectors",
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

fn a_blocking_client_refuses_a_runtime() {
    let config = config(&Gateway::with(None, |_| None));
    let error = crate::lifecycle::runtime().block_on(async { blocking::Client::new(&config).unwrap_err() });
    assert!(error.to_string().contains("within an async runtime"), "{error}");
}
