//! Scans of a bucket and of log groups: moto on loopback, with a proxy before it that throttles, cuts and refuses.
//!
//! `CWFILTER_OBJECTS=5000` and `CWFILTER_KILLS=100` widen it.

mod logs;
mod proxy;
#[allow(dead_code, reason = "each test uses its part")]
#[path = "../support/program.rs"]
mod support;
#[path = "../venv/mod.rs"]
mod venv;

use proxy::{Fault, Proxy, Rule};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use support::{Ran, folder, run};

const PATTERN: &str = "{ $.eventName = \"StopLogging\" }";

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// moto, with its objects.
struct Moto {
    port: u16,
    python: PathBuf,
    /// A folder with the same files.
    local: PathBuf,
}

/// `None`, and loudly, if moto cannot be installed.
fn moto() -> Option<&'static Moto> {
    static MOTO: OnceLock<Option<Moto>> = OnceLock::new();
    MOTO.get_or_init(start).as_ref()
}

fn start() -> Option<Moto> {
    let made =
        std::panic::catch_unwind(|| venv::environment("emulators", "cli/tests/provision/requirements.txt"));
    let Ok(environment) = made else {
        eprintln!("SKIPPED: moto cannot be installed; scans of S3 were NOT tested");
        return None;
    };
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let python = environment.join("bin/python");
    // it ends with this process, whose end of its standard input is closed then
    let server = Command::new(&python)
        .arg(tests.join("provision/serve.py"))
        .args(["moto", &port.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    std::mem::forget(server.unwrap());
    let until = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "moto does not answer");
        std::thread::sleep(Duration::from_millis(50));
    }
    let local = folder("remote-files").join("local");
    let objects = number("CWFILTER_OBJECTS", 200).to_string();
    let script = tests.join("remote/fill.py");
    venv::run(Command::new(&python).arg(script).arg(port.to_string()).arg(&local).arg(objects));
    Some(Moto { port, python, local })
}

/// One test's view of the buckets.
struct Bucket {
    proxy: Proxy,
    root: PathBuf,
}

impl Bucket {
    fn new(test: &str) -> Option<Self> {
        let moto = moto()?;
        let root = folder(&format!("remote-{test}"));
        #[cfg(unix)]
        std::os::unix::fs::symlink(&moto.local, root.join("local")).unwrap();
        Some(Bucket { proxy: Proxy::new(moto.port), root })
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cwfilter"));
        command
            .args(["scan", "--pattern", PATTERN])
            .args(args)
            .current_dir(&self.root)
            .env("HOME", &self.root)
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.proxy.port))
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "x")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }

    fn scan(&self, args: &[&str]) -> Ran {
        run(&mut self.command(args))
    }

    /// Scans a prefix of the bucket and the same folder: the same hits, records and exit code.
    fn same(&self, args: &[&str], prefix: &str) -> Ran {
        let (remote, local) = (format!("s3://trail/{prefix}"), format!("local/{prefix}"));
        let remote = self.scan(&[args, &[&remote]].concat());
        let local = self.scan(&[args, &[&local]].concat());
        assert_eq!(remote.code, local.code, "{args:?} {prefix}: {}", remote.stderr);
        assert_eq!(remote.stdout.replace("s3://trail/", "local/"), local.stdout, "{args:?} {prefix}");
        let records = |ran: &Ran| ran.stderr.lines().last().unwrap_or_default().to_owned();
        assert_eq!(records(&remote).split(" in ").next(), records(&local).split(" in ").next());
        remote
    }
}

/// The first requests of each path.
const fn first(times: usize, fault: Fault, of: &'static str) -> Rule {
    Rule { fault, of, times, after: 0 }
}

/// Every request.
const fn each(fault: Fault, of: &'static str) -> Rule {
    first(usize::MAX, fault, of)
}

const OBJECTS: &str = ".json.gz?";

#[test]
fn a_bucket_is_scanned_as_its_files_are() {
    let Some(bucket) = Bucket::new("same") else { return };
    for prefix in ["AWSLogs/", "AWSLogs/o-example/", "large/events.ndjson", "odd/", "empty/", "odd/a b.json"]
    {
        bucket.same(&[], prefix);
    }
    bucket.same(&["--format", "json"], "odd/");
    // a name that is given is read, whatever it is
    assert_eq!(bucket.same(&[], "odd/notes.txt").code, Some(0));

    // only the days, accounts and regions that are asked for
    bucket.proxy.seen();
    let range = ["--since", "2026-03-03", "--until", "2026-03-04", "--late", "1h"];
    let few = ["--account", "123456789012", "--region", "us-east-1"];
    let ran = bucket.same(&[&range[..], &few].concat(), "AWSLogs/");
    let whole = bucket.scan(&[&range[..], &few, &["s3://trail/"]].concat());
    // with the empty object
    assert_eq!(whole.code, Some(3), "{}", whole.stderr);
    assert!(ran.stdout.lines().all(|line| whole.stdout.contains(line)));
    for text in ["of other accounts not listed", "of other regions not listed", "of other days not listed"] {
        assert!(ran.stderr.contains(text), "{}", ran.stderr);
    }
    let seen = bucket.proxy.seen();
    let is_asked = |path: &String| {
        !path.contains("111122223333") && !path.contains("eu-west-1") && !path.contains("Digest")
    };
    assert!(seen.len() > 20 && seen.iter().all(is_asked), "{seen:#?}");
    let gets = seen.iter().filter(|path| path.contains("GetObject")).count();
    let of_the_day = |path: &&String| path.contains("GetObject") && path.contains("/2026/03/03/");
    assert_eq!(seen.iter().filter(of_the_day).count() + bucket_rest(&seen), gets, "{seen:#?}");

    // keys that no folder can have
    let ran = bucket.scan(&["s3://trail/strange/"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(1), 4), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("strange/a//b.json:1 ") && !ran.stdout.contains('\u{1}'), "{}", ran.stdout);
}

#[test]
fn objects_beside_the_folders_of_days_are_read() {
    let Some(bucket) = Bucket::new("beside") else { return };
    let region = "s3://beside/AWSLogs/123456789012/CloudTrail/us-east-1/";
    let range = ["--since", "2026-03-03", "--until", "2026-03-04", "--late", "1h"];
    for place in ["s3://beside/", "s3://beside/AWSLogs/", region] {
        bucket.proxy.seen();
        let ran = bucket.scan(&[&range[..], &[place]].concat());
        let read = ["export", "2026/all", "2026/03/all", "backfill/x", "backfill/2025/x", "2026/03/03/x"];
        let mut found: Vec<&str> =
            ran.stdout.lines().filter_map(|line| line.split(".json:").next()).collect();
        let mut expected: Vec<String> = read.iter().map(|name| format!("{region}{name}")).collect();
        found.retain(|name| name.starts_with(region));
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{place}: {}", ran.stderr);
        // 2025, a month and a day
        assert!(ran.stderr.contains("3 prefixes of other days not listed"), "{place}: {}", ran.stderr);
        // the bucket and its folders down to the day; at most ten
        let lists = bucket.proxy.seen().iter().filter(|path| path.contains("list-type")).count();
        assert!(lists <= 10, "{place}: {lists}");
    }
    // the answer says so in each form
    for form in [&["--format", "json"][..], &["--summary", "--format", "json"], &["--count", "--json"]] {
        let ran = bucket.scan(&[&range[..], form, &[region]].concat());
        let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(document["prefixesNotListed"], serde_json::json!({ "otherDay": 3 }), "{form:?}");
    }
    bucket.scan(&[&range[..], &["--html", "page.html", region]].concat());
    let page = std::fs::read_to_string(bucket.root.join("page.html")).unwrap();
    assert!(page.contains("3 prefixes of other days not listed"), "{page}");
    // an object whose key ends as a folder's does
    let ran = bucket.scan(&["s3://beside/folders/"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(1), 1), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("s3://beside/folders/: 1 object, "), "{}", ran.stderr);
}

/// Objects outside the layout, which are read in every range.
fn bucket_rest(seen: &[String]) -> usize {
    seen.iter().filter(|path| path.contains("GetObject") && !path.contains("AWSLogs")).count()
}

#[test]
fn throttled_and_cut_answers_are_asked_for_again() {
    let Some(bucket) = Bucket::new("faults") else { return };
    let rows: [&[Rule]; 5] = [
        &[first(3, Fault::Throttle, OBJECTS)],
        &[first(2, Fault::Cut, OBJECTS)],
        &[first(1, Fault::Refuse(500, "InternalError"), OBJECTS), first(1, Fault::Slow, OBJECTS)],
        &[first(2, Fault::Throttle, "list-type"), first(1, Fault::Drop, "list-type")],
        &[first(1, Fault::Drop, ""), first(1, Fault::Cut, ""), first(1, Fault::Throttle, "")],
    ];
    for rules in rows {
        bucket.proxy.set(rules);
        bucket.same(&["--since", "2026-03-02", "--until", "2026-03-07"], "AWSLogs/");
        assert!(bucket.proxy.taken() > 3, "{rules:?}: {}", bucket.proxy.taken());
    }
    // within an object of several parts
    bucket.proxy.set(&[Rule { fault: Fault::Cut, of: "large/events", times: 3, after: 1 }]);
    bucket.same(&["--threads", "1"], "large/events.ndjson");
    assert!(bucket.proxy.taken() > 0);
}

#[test]
fn objects_that_are_refused_are_named_and_counted() {
    let Some(bucket) = Bucket::new("refused") else { return };
    for (code, status, says) in [
        ("AccessDenied", 403, "access denied (no); the credentials need s3:GetObject on the bucket `trail`"),
        ("InvalidObjectState", 403, "it is archived (Glacier); restore it"),
        ("KMS.DisabledException", 400, "its key of AWS KMS refuses"),
        ("InvalidRequest", 400, "InvalidRequest: no"),
        ("PreconditionFailed", 412, "it has changed since it was listed"),
        ("NoSuchKey", 404, "it was deleted after it was listed"),
    ] {
        bucket.proxy.set(&[each(Fault::Refuse(status, code), "00003.json.gz")]);
        let ran = bucket.scan(&["--count", "s3://trail/AWSLogs/111122223333/"]);
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        let error = ran.stderr.lines().find(|line| line.starts_with("error: s3://trail/AWSLogs/"));
        assert!(
            error.is_some_and(|line| line.contains("_00003.json.gz: cannot read: ") && line.contains(says)),
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains(", 1 input damaged or unreadable"), "{}", ran.stderr);
        let (records, _) = ran.stderr.lines().last().unwrap().split_once(" records").unwrap();
        assert_eq!(records.parse::<usize>().unwrap(), (number("CWFILTER_OBJECTS", 200) / 4 - 1) * 10);
    }
}

/// They fail at the same time, because all attempts of one take half a minute.
#[test]
fn objects_that_never_arrive_are_named_and_the_others_are_read() {
    let Some(bucket) = Bucket::new("lost") else { return };
    let lost = [("00002.json", Fault::Cut), ("00003.json", Fault::Refuse(500, "InternalError"))];
    let lost = [&lost[..], &[("00006.json", Fault::Throttle), ("00007.json", Fault::Drop)]].concat();
    bucket.proxy.set(&lost.iter().map(|(of, fault)| each(*fault, of)).collect::<Vec<_>>());
    let ran = bucket.scan(&["--count", "s3://trail/AWSLogs/"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let read = number("CWFILTER_OBJECTS", 200) - lost.len();
    for (name, _) in lost {
        let is_of = |line: &&str| line.starts_with("error: ") && line.contains(name);
        let error = ran.stderr.lines().find(is_of).unwrap_or_else(|| panic!("{name}: {}", ran.stderr));
        assert!(error.contains(": cannot read: ") && error.contains(", in 10 attempts"), "{error}");
    }
    assert!(ran.stderr.contains(", 4 inputs damaged or unreadable"), "{}", ran.stderr);
    assert!(
        ran.stderr.lines().last().unwrap().starts_with(&format!("{} records", read * 10)),
        "{}",
        ran.stderr
    );
    // nothing arrives any more: the scan stops
    bucket.proxy.set(&[each(Fault::Drop, OBJECTS)]);
    let ran = bucket.scan(&["--count", "s3://trail/AWSLogs/"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("32 objects in a row could not be fetched: "), "{}", ran.stderr);
}

#[test]
fn what_is_refused_as_a_whole_says_what_to_do() {
    let Some(bucket) = Bucket::new("whole") else { return };
    let expired = Fault::Refuse(400, "ExpiredToken");
    let rows: [(&[Rule], &[&str], i32, &str); 15] = [
        (&[], &["s3://nothing-here/AWSLogs/"], 3, "there is no bucket `nothing-here`"),
        (&[], &["s3://trail/AWSlogs/"], 3, "s3://trail/AWSlogs/: no objects; check the prefix"),
        (&[], &["--allow-empty", "s3://trail/AWSlogs/"], 0, "note: s3://trail/AWSlogs/: no objects"),
        (
            &[],
            &["--since", "2027-01-01", "s3://trail/AWSLogs/"],
            3,
            "no objects in the time, accounts and regions",
        ),
        (&[], &["--dry-run", "s3://trail/AWSlogs/"], 3, "no objects"),
        (
            &[],
            &["s3://arn:aws:s3:us-east-1:123456789012:accesspoint/x/"],
            3,
            "name an access point by its alias",
        ),
        (&[], &["s3:///AWSLogs/"], 3, "`` is not the name of a bucket"),
        (
            &[each(expired, "list-type")],
            &["s3://trail/"],
            3,
            "the credentials are refused (ExpiredToken: no)",
        ),
        (
            &[each(expired, OBJECTS)],
            &["s3://trail/AWSLogs/"],
            3,
            "the credentials are refused (ExpiredToken: no)",
        ),
        (
            &[each(Fault::Refuse(403, "AccessDenied"), "list-type")],
            &["s3://trail/"],
            3,
            "the credentials need s3:ListBucket",
        ),
        (
            &[each(Fault::Refuse(403, "AccessDenied"), OBJECTS)],
            &["s3://trail/"],
            3,
            "the first 100 objects are all refused",
        ),
        (&[each(Fault::Endless, "list-type")], &["s3://trail/odd/"], 3, "S3 says that the list goes on"),
        // the region is found
        (&[each(Fault::Moved, "")], &["s3://trail/odd/"], 1, "8 records in"),
        (&[each(Fault::Misplaced, "")], &["s3://trail/odd/"], 1, "8 records in"),
        (
            &[each(Fault::Refuse(301, "PermanentRedirect"), "")],
            &["s3://trail/odd/"],
            3,
            "the bucket `trail` is in another region: set AWS_REGION",
        ),
    ];
    for (rules, args, code, says) in rows {
        bucket.proxy.set(rules);
        let ran = bucket.scan(args);
        assert_eq!(ran.code, Some(code), "{args:?} {rules:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{args:?} {rules:?}: {}", ran.stderr);
    }
    let mut command = bucket.command(&["s3://trail/"]);
    let ran = run(command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("no AWS credentials; log in with `aws sso login`"), "{}", ran.stderr);
}

#[test]
fn a_dry_run_reads_no_object() {
    let Some(bucket) = Bucket::new("dry") else { return };
    bucket.proxy.seen();
    let ran =
        bucket.scan(&["--dry-run", "--since", "2026-03-03", "--until", "2026-03-04", "s3://trail/AWSLogs/"]);
    let objects = number("CWFILTER_OBJECTS", 200) / 10;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // the day and the day of late delivery
    assert!(ran.stdout.starts_with(&format!("{} inputs, ", objects * 2)), "{}", ran.stdout);
    assert!(ran.stdout.contains(&format!("{} GET requests $0.0000", objects * 2)), "{}", ran.stdout);
    assert!(!bucket.proxy.seen().iter().any(|path| path.contains("GetObject")));
}

#[test]
fn a_scan_that_was_killed_is_resumed() {
    let Some(bucket) = Bucket::new("kills") else { return };
    let whole = bucket.scan(&["--format", "ndjson", "s3://trail/AWSLogs/"]).stdout;
    let args = ["--format", "ndjson", "--output", "hits.ndjson", "--resume", "s3://trail/AWSLogs/"];
    let (mut interrupted, kills) = (0, number("CWFILTER_KILLS", 12));
    for kill in 0..kills {
        bucket.proxy.set(&[first(1, Fault::Slow, OBJECTS), first(kill % 2, Fault::Cut, OBJECTS)]);
        let mut child = bucket.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut requests = 10 + kill * 37 % 100;
        while requests > 0 && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
            requests = requests.saturating_sub(bucket.proxy.seen().len());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        interrupted += usize::from(bucket.root.join("hits.ndjson.journal").exists());
        if bucket.root.join("hits.ndjson").exists() {
            assert_eq!(std::fs::read_to_string(bucket.root.join("hits.ndjson")).unwrap(), whole);
            std::fs::remove_file(bucket.root.join("hits.ndjson")).unwrap();
        }
    }
    assert!(interrupted > kills / 4, "{interrupted} of {kills}");
    // credentials that expire stop a scan, and it is resumed with new ones
    bucket.proxy.set(&[Rule {
        fault: Fault::Refuse(400, "ExpiredToken"),
        of: OBJECTS,
        times: usize::MAX,
        after: 60,
    }]);
    let ran = bucket.scan(&args);
    if !bucket.root.join("hits.ndjson").exists() {
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        assert!(ran.stderr.contains("`--resume` continues the scan"), "{}", ran.stderr);
    }
    bucket.proxy.set(&[]);
    let ran = bucket.scan(&args);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(bucket.root.join("hits.ndjson")).unwrap(), whole);
}

/// Objects that the first scan could not open or read to their ends are read by the one that continues it.
#[test]
fn a_resumed_scan_reads_again_what_was_not_read() {
    let Some(bucket) = Bucket::new("again") else { return };
    let places = ["s3://trail/AWSLogs/111122223333/", "s3://trail/large/events.ndjson", "s3://trail/odd/"];
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    };
    let whole = sorted(&bucket.scan(&[&["--format", "ndjson"], &places[..]].concat()).stdout);
    let output = ["--threads", "1", "--format", "ndjson", "--output", "hits.ndjson", "--resume"];
    let args = [&output[..], &places].concat();
    // an object that is refused, one whose second part never arrives, and credentials that expire
    bucket.proxy.set(&[
        each(Fault::Refuse(400, "InvalidRequest"), "00003.json.gz"),
        Rule { fault: Fault::Cut, of: "large/events", times: usize::MAX, after: 1 },
        each(Fault::Refuse(400, "ExpiredToken"), "/odd/"),
    ]);
    let ran = bucket.scan(&args);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    for says in ["00003.json.gz: cannot read: ", "large/events.ndjson: ", "`--resume` continues the scan"] {
        assert!(ran.stderr.contains(says), "{says}: {}", ran.stderr);
    }
    bucket.proxy.set(&[]);
    bucket.proxy.seen();
    let ran = bucket.scan(&args);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(sorted(&std::fs::read_to_string(bucket.root.join("hits.ndjson")).unwrap()), whole);
    let seen = bucket.proxy.seen();
    let of_layout: Vec<&String> =
        seen.iter().filter(|path| path.contains("GetObject") && path.contains("AWSLogs")).collect();
    assert!(of_layout.len() == 1 && of_layout[0].contains("00003.json.gz"), "{of_layout:#?}");
}
