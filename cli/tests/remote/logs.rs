//! Scans of log groups.

use super::proxy::{Fault, Rule};
use super::support::Ran;
use super::{Bucket, each, first, moto, venv};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const CALL: &str = "FilterLogEvents";

/// Against hanging: calls that were throttled slow down the next ones.
const PATIENCE: Duration = Duration::from_secs(240);

#[test]
fn a_log_group_is_read_page_by_page() {
    let Some(bucket) = Bucket::new("logs") else { return };
    let scan = |args: &[&str]| bucket.scan(args);
    bucket.proxy.set(&[first(2, Fault::Throttle, CALL)]);
    let ran = scan(&["--format", "ndjson", "logs:trail/events"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(1), 6), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("10500 records in 1 input, 6 matches"), "{}", ran.stderr);
    for line in ran.stdout.lines() {
        let has = |text: &str| line.contains(text);
        assert!(has("\"logGroup\":\"trail/events\",\"logStream\":\"one\",\"timestamp\":"), "{line}");
        assert!(has("\"file\":\"logs:trail/events\"") && !has("\"logEventId\":null"), "{line}");
    }
    assert_eq!(bucket.proxy.taken(), 2);
    assert_eq!(
        ran.stderr.matches("note: logs:trail/events: CloudWatch Logs throttles").count(),
        1,
        "{}",
        ran.stderr
    );
    // the time range is asked of CloudWatch Logs
    let ran = scan(&["--until", "2020-01-01", "logs:trail/events"]);
    assert!(ran.code == Some(0) && ran.stderr.contains("0 records in 1 input, 0 matches"), "{}", ran.stderr);
    let ran = scan(&["logs:trail/empty"]);
    assert!(ran.code == Some(0) && ran.stderr.contains("0 records in 1 input"), "{}", ran.stderr);
    for (group, says) in [
        ("logs:trail/none", "there is no log group `trail/none` in this account and region"),
        ("logs:a b", "`a b` is not the name or the ARN of a log group"),
        ("logs:", "`` is not the name"),
    ] {
        let ran = scan(&[group]);
        assert!(ran.code == Some(3) && ran.stderr.contains(says), "{group}: {}", ran.stderr);
    }
    for (status, code, says) in [
        (400, "AccessDeniedException", "access denied (no); the credentials need logs:FilterLogEvents"),
        (400, "ExpiredTokenException", "ExpiredTokenException: no"),
    ] {
        bucket.proxy.set(&[each(Fault::Refuse(status, code), CALL)]);
        let ran = scan(&["logs:trail/events"]);
        assert!(ran.code == Some(3) && ran.stderr.contains(says), "{}", ran.stderr);
    }
    bucket.proxy.set(&[]);
    // half of the pages cannot be the answer
    let output = ["--format", "ndjson", "--output", "hits.ndjson", "--resume", "logs:trail/events"];
    for _ in 0..3 {
        let mut child = bucket.command(&output).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(200));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_eq!(scan(&output).code, Some(1));
    let hits = std::fs::read_to_string(bucket.root.join("hits.ndjson")).unwrap();
    assert_eq!(hits.lines().count(), 6);
}

/// The rules are a filter of the calls, and what comes is matched as ever: moto answers a JSON pattern with all events.
#[test]
fn a_pattern_is_pushed_down() {
    let Some(bucket) = Bucket::new("push-down") else { return };
    let sent = |body: &String| -> serde_json::Value { serde_json::from_str(body).unwrap() };
    let whole = bucket.scan(&["--format", "ndjson", "logs:trail/events"]);
    assert!(bucket.proxy.bodies().iter().all(|body| sent(body).get("filterPattern").is_none()));
    let ran = bucket.scan(&["--push-down", "--format", "ndjson", "logs:trail/events"]);
    assert_eq!((ran.code, &ran.stdout), (Some(1), &whole.stdout), "{}", ran.stderr);
    assert!(ran.stderr.contains("log events that no rule matches were not fetched"), "{}", ran.stderr);
    let bodies = bucket.proxy.bodies();
    assert!(bodies.len() > 1, "{bodies:?}");
    for body in &bodies {
        let filter = "{ ($.eventName = \"StopLogging\") || ($.detail-type = *) }";
        assert_eq!(sent(body)["filterPattern"], filter, "{body}");
    }
    let ran = bucket.scan(&["--push-down", "local"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("no input is a log group"), "{}", ran.stderr);
}

/// Puts log events: seconds before now, and `eventName`.
fn put(group: &str, events: &[(u32, &str)]) {
    let moto = moto().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/remote/put.py");
    let events = events.iter().map(|(before, name)| format!("{before}:{name}"));
    venv::run(Command::new(&moto.python).arg(script).arg(moto.port.to_string()).arg(group).args(events));
}

/// A scan that follows.
struct Following {
    child: Child,
    lines: Receiver<String>,
    /// Lines of standard error.
    notes: Receiver<String>,
}

/// The lines of a stream, as they come.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    let stream = BufReader::new(stream);
    std::thread::spawn(move || stream.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    lines
}

impl Following {
    fn new(bucket: &Bucket, args: &[&str]) -> Self {
        let mut command = bucket.command(&[&["--follow"], args].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        Following { child, lines: lines(stdout), notes: lines(stderr) }
    }

    /// Waits for a line of standard error.
    fn said(&self, text: &str) {
        let line = || self.notes.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{text}: {error}"));
        while !line().contains(text) {}
    }

    /// The next hit, as soon as it is printed.
    fn hit(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a hit")
    }

    fn end(mut self, signal: Option<&str>) -> Ran {
        if let Some(signal) = signal {
            let id = self.child.id().to_string();
            assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        }
        let until = Instant::now() + PATIENCE;
        while self.child.try_wait().unwrap().is_none() {
            if Instant::now() > until {
                self.child.kill().unwrap();
                panic!("it does not end");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let text = |lines: &Receiver<String>| lines.iter().map(|line| line + "\n").collect();
        let (stdout, stderr) = (text(&self.lines), text(&self.notes));
        Ran { code: self.child.wait().unwrap().code(), stdout, stderr }
    }
}

/// Waits until that many more calls were made.
fn calls(bucket: &Bucket, mut count: usize) {
    let until = Instant::now() + PATIENCE;
    bucket.proxy.seen();
    while count > 0 {
        assert!(Instant::now() < until, "it does not ask");
        std::thread::sleep(Duration::from_millis(20));
        count = count.saturating_sub(bucket.proxy.seen().len());
    }
}

#[cfg(unix)]
#[test]
fn a_log_group_is_followed() {
    let Some(bucket) = Bucket::new("follow") else { return };
    put("trail/followed", &[(30, "StopLogging"), (20, "X"), (10, "X")]);
    bucket.proxy.set(&[first(1, Fault::Throttle, CALL)]);
    let following = Following::new(&bucket, &["--since", "1h", "--format", "ndjson", "logs:trail/followed"]);
    assert!(following.hit().contains("\"record\":1,"));
    // a new event, and one that arrives late
    put("trail/followed", &[(60, "StopLogging"), (0, "StopLogging"), (0, "X")]);
    for _ in 0..2 {
        let hit = following.hit();
        assert!(hit.contains("\"logGroup\":\"trail/followed\""), "{hit}");
    }
    // the next polls bring copies; a page that is throttled is asked for again
    bucket.proxy.set(&[first(1, Fault::Throttle, CALL)]);
    calls(&bucket, 3);
    assert_eq!(bucket.proxy.taken(), 1);
    let ran = following.end(Some("-TERM"));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("6 records in 1 input, 3 matches"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_scan_that_follows_ends_with_its_totals() {
    let Some(bucket) = Bucket::new("follow-ends") else { return };
    put("trail/ends", &[(3000, "StopLogging"), (30, "X")]);
    // without --since only what comes from now on
    let following = Following::new(&bucket, &["--format", "json", "logs:trail/ends"]);
    calls(&bucket, 1);
    let ran = following.end(Some("-INT"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("0 records in 1 input, 0 matches"), "{}", ran.stderr);
    assert!(ran.stdout.contains("\"records\":0"), "{}", ran.stdout);
    // what was found before a refusal counts
    bucket.proxy.set(&[Rule { after: 1, ..each(Fault::Refuse(400, "AccessDeniedException"), CALL) }]);
    let output = ["--since", "1h", "--count", "--output", "count.txt", "logs:trail/ends"];
    let ran = Following::new(&bucket, &output).end(None);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("error: logs:trail/ends: cannot read: access denied (no)"), "{}", ran.stderr);
    assert!(ran.stderr.contains("2 records in 1 input, 1 match, 1 input damaged"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(bucket.root.join("count.txt")).unwrap().trim(), "1 pattern");
    // what cannot be followed
    for (args, says) in [
        (&["local/"][..], "`--follow` needs one log group"),
        (&["logs:trail/ends", "logs:trail/empty"], "`--follow` needs one log group"),
        (&["--until", "1h", "logs:trail/ends"], "cannot be used with"),
        (&["--resume", "--output", "x", "logs:trail/ends"], "cannot be used with"),
    ] {
        let ran = bucket.scan(&[&["--follow"], args].concat());
        assert!(ran.code == Some(2) && ran.stderr.contains(says), "{args:?}: {}", ran.stderr);
    }
    bucket.proxy.set(&[]);
    let ran = bucket.scan(&["--follow", "logs:trail/none"]);
    assert!(ran.code == Some(3) && ran.stderr.contains("there is no log group"), "{}", ran.stderr);
}

/// What was asked for and not answered was not read: never "0 records" and exit code 0.
#[cfg(unix)]
#[test]
fn a_group_that_does_not_answer_is_not_read() {
    let Some(bucket) = Bucket::new("follow-silent") else { return };
    // never
    bucket.proxy.set(&[each(Fault::Silent, CALL)]);
    let output = ["--format", "json", "--output", "hits.json", "logs:trail/empty"];
    let following = Following::new(&bucket, &output);
    following.said("note: logs:trail/empty: no answer since 20");
    let ran = following.end(Some("-TERM"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("error: logs:trail/empty: no answer since 20"), "{}", ran.stderr);
    assert!(ran.stderr.contains("Z; nothing was read\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("0 records in 1 input, 0 matches, 1 input damaged"), "{}", ran.stderr);
    // as after every error of an input, the file is there
    let hits = std::fs::read_to_string(bucket.root.join("hits.json")).unwrap();
    assert!(hits.contains("\"failedInputs\":1"), "{hits}");
    // no more
    put("trail/silent", &[(30, "StopLogging")]);
    bucket.proxy.set(&[Rule { after: 1, ..each(Fault::Silent, CALL) }]);
    let following = Following::new(&bucket, &["--since", "1h", "logs:trail/silent"]);
    assert!(following.hit().contains("StopLogging"));
    following.said("note: logs:trail/silent: no answer since 20");
    let ran = following.end(Some("-INT"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let after = "Z; what came after 20";
    assert!(ran.stderr.contains(after) && ran.stderr.contains("Z was not read\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("1 record in 1 input, 1 match, 1 input damaged"), "{}", ran.stderr);
    // throttled all the time
    bucket.proxy.set(&[each(Fault::Throttle, CALL)]);
    let following = Following::new(&bucket, &["logs:trail/silent"]);
    following
        .said("note: logs:trail/silent: CloudWatch Logs throttles; each call is made again after a pause");
    let ran = following.end(Some("-TERM"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("ThrottlingException); nothing was read\n"), "{}", ran.stderr);
}

/// A signal between two pages: the page that was asked for is still matched, the next one is missing.
#[cfg(unix)]
#[test]
fn a_group_that_is_read_in_part_is_not_read_as_a_whole() {
    let Some(bucket) = Bucket::new("follow-part") else { return };
    bucket.proxy.set(&[each(Fault::Late, CALL)]);
    let following =
        Following::new(&bucket, &["--since", "2020-01-01", "--format", "csv", "logs:trail/events"]);
    calls(&bucket, 1);
    let ran = following.end(Some("-TERM"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let part = ["only a part of the log events was read\n", "; nothing was read\n"];
    assert!(part.iter().any(|text| ran.stderr.contains(text)), "{}", ran.stderr);
}
