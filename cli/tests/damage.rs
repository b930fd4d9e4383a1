//! A scan that is killed, runs out of disk space or loses its inputs leaves no file that looks complete, and can be continued.
//! `CWFILTER_KILLS=100` kills more often.

#[path = "../../benches/support/random.rs"]
mod random;

use flate2::write::GzEncoder;
use random::Random;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const RECORDS: usize = 200;
const NAMES: [&str; 4] = ["StopLogging", "DescribeInstances", "ConsoleLogin", "DeleteTrail"];

/// A folder of delivery files.
fn archive(name: &str, files: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("trail")).unwrap();
    let mut random = Random::new(3);
    for number in 0..files {
        let record = |at: usize, random: &mut Random| {
            let name = random.pick(&NAMES);
            format!(
                r#"{{"eventTime":"2026-03-04T{:02}:{:02}:{:02}Z","eventName":"{name}","eventSource":"cloudtrail.amazonaws.com"}}"#,
                number % 24,
                at % 60,
                number % 60
            )
        };
        let records: Vec<String> = (0..RECORDS).map(|at| record(at, &mut random)).collect();
        let file = std::fs::File::create(folder.join(format!("trail/{number:05}.json.gz"))).unwrap();
        let mut gzip = GzEncoder::new(file, flate2::Compression::fast());
        write!(gzip, "{{\"Records\":[{}]}}", records.join(",")).unwrap();
        gzip.finish().unwrap();
    }
    folder
}

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwfilter"));
    command.args(args).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(args: &[&str]) -> Output {
    program(args).output().unwrap()
}

/// Lets it run for a while and kills it as the kernel does.
fn kill(args: &[&str], after: Duration) {
    let mut child = program(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

fn kills() -> usize {
    std::env::var("CWFILTER_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(3)
}

fn last_line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned()
}

#[test]
fn a_killed_scan_goes_on_and_gives_the_same() {
    let folder = archive("killed-scan", 400);
    let (trail, hits) = (folder.join("trail"), folder.join("hits.ndjson"));
    let file = hits.to_str().unwrap();
    let args = |more: &[&'static str]| -> Vec<String> {
        let fixed = ["scan", "--rules", "patterns", "--json", "--output", file, trail.to_str().unwrap()];
        fixed.iter().copied().chain(more.iter().copied()).map(str::to_owned).collect()
    };
    let (fresh, resumed) = (args(&[]), args(&["--resume"]));
    let fresh: Vec<&str> = fresh.iter().map(String::as_str).collect();
    let resumed: Vec<&str> = resumed.iter().map(String::as_str).collect();
    let began = Instant::now();
    let whole = run(&fresh);
    let (duration, summary, expected) = (began.elapsed(), last_line(&whole), std::fs::read(&hits).unwrap());
    assert!(expected.len() > 100_000 && summary.starts_with("80000 records in 400 inputs"), "{summary}");
    let mut random = Random::new(9);
    let (mut tries, mut broken_off) = (0, 0);
    // on a busy machine the first scan may take much longer than those that are killed
    while tries < kills() || broken_off == 0 && tries < 50 {
        tries += 1;
        std::fs::remove_file(&hits).unwrap();
        for _ in 0..1 + random.below(3) {
            kill(&resumed, duration.mul_f64(random.below(100) as f64 / 100.0));
            // a file with this name is complete
            assert!(!hits.exists() || std::fs::read(&hits).unwrap() == expected);
        }
        if folder.join("hits.ndjson.journal").exists() {
            broken_off += 1;
            let refused = run(&fresh);
            assert_eq!(refused.status.code(), Some(2), "{}", last_line(&refused));
            assert!(last_line(&refused).contains("--resume"), "{}", last_line(&refused));
        }
        let rest = run(&resumed);
        assert_eq!((rest.status.code(), last_line(&rest)), (Some(1), summary.clone()));
        assert!(std::fs::read(&hits).unwrap() == expected, "the same bytes");
        assert!(!folder.join("hits.ndjson.part").exists() && !folder.join("hits.ndjson.journal").exists());
    }
    assert!(broken_off > 0, "some were in the middle");
}

/// The text of a file, without the minute at which a page says that it was made.
fn without_time(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let Some((before, made)) = text.split_once(" Made ") else { return text };
    let (time, after) = made.split_once(" UTC.").unwrap();
    assert_eq!(time.len(), "2026-03-04 10:15".len(), "{time}");
    format!("{before}{after}")
}

#[test]
fn a_killed_simulation_leaves_whole_files_or_none() {
    let folder = archive("killed-simulation", 60);
    let (trail, page, told) = (folder.join("trail"), folder.join("page.html"), folder.join("sns.ndjson"));
    let paths = [&trail, &page, &told].map(|path| path.to_str().unwrap().to_owned());
    let [trail, html, notifications] = &paths;
    let args = ["simulate", "--rules", "patterns", "--html", html, "--notifications", notifications, trail];
    let began = Instant::now();
    assert_eq!(run(&args).status.code(), Some(0));
    let duration = began.elapsed();
    let expected = [&page, &told].map(|path| without_time(path));
    let mut random = Random::new(10);
    for _ in 0..kills() {
        for path in [&page, &told] {
            let _ = std::fs::remove_file(path);
        }
        // late: the files are written at the end
        kill(&args, duration.mul_f64(random.below(120) as f64 / 100.0));
        for (path, expected) in [&page, &told].into_iter().zip(&expected) {
            assert!(!path.exists() || without_time(path) == *expected, "{}", path.display());
        }
    }
}

#[test]
fn files_that_vanish_during_the_scan_are_counted() {
    let folder = archive("vanishing", 400);
    let trail = folder.join("trail");
    let args =
        ["scan", "--pattern", "{ $.eventName = StopLogging }", "--count", "--json", trail.to_str().unwrap()];
    let child = program(&args).spawn().unwrap();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&trail).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files.iter().rev().take(200) {
        std::fs::remove_file(path).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    let counts: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let (records, failed) = (counts["records"].as_u64().unwrap(), counts["failedInputs"].as_u64().unwrap());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors.matches("cannot read").count() as u64, failed, "each is named: {errors}");
    // files that were deleted before the folder was listed are not inputs
    let inputs: u64 =
        errors.split("records in ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap();
    let expected = if failed > 0 { Some(3) } else { Some(1) };
    assert!(records % RECORDS as u64 == 0 && records / RECORDS as u64 + failed >= inputs, "{errors}");
    assert_eq!(output.status.code(), expected, "{errors}");
}

/// Runs with a limit for each written file, in blocks of 512 bytes.
#[cfg(target_os = "linux")]
fn run_in_little_room(blocks: usize, args: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
    command
        .arg(env!("CARGO_BIN_EXE_cwfilter"))
        .args(args)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command.output().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named_and_the_scan_goes_on_later() {
    let folder = archive("full-disk", 40);
    let (trail, hits) = (folder.join("trail"), folder.join("hits.ndjson"));
    let (trail, file) = (trail.to_str().unwrap(), hits.to_str().unwrap());
    let args = ["scan", "--rules", "patterns", "--output", file, trail];
    let full = run_in_little_room(100, &args);
    assert_eq!(full.status.code(), Some(3), "{}", last_line(&full));
    assert!(last_line(&full).contains(file) && last_line(&full).contains("--resume"), "{}", last_line(&full));
    assert!(!hits.exists());
    let resumed = run(&[&args[..], &["--resume"]].concat());
    assert_eq!(resumed.status.code(), Some(1), "{}", last_line(&resumed));
    let found = std::fs::read(&hits).unwrap();
    run(&args);
    assert!(found.len() > 51_200 && found == std::fs::read(&hits).unwrap());

    let page = folder.join("page.html");
    let full =
        run_in_little_room(4, &["simulate", "--rules", "patterns", "--html", page.to_str().unwrap(), trail]);
    assert_eq!(full.status.code(), Some(3), "{}", last_line(&full));
    assert!(last_line(&full).contains("page.html"), "{}", last_line(&full));
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "the trail and the hits: {left:?}");

    let out = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let full = program(&["scan", "--rules", "patterns", trail]).stdout(out).output().unwrap();
    assert_eq!(full.status.code(), Some(3));
    assert!(last_line(&full).contains("cannot write"), "{}", last_line(&full));
}

#[cfg(unix)]
#[test]
fn another_scan_is_not_taken_up() {
    let folder = archive("another", 3);
    let (trail, hits) = (folder.join("trail"), folder.join("hits"));
    let (trail, file) = (trail.to_str().unwrap(), hits.to_str().unwrap());
    let args = |pattern| ["scan", "--pattern", pattern, "--output", file, "--resume", trail];
    let journal = folder.join("hits.journal");
    let begun = format!(
        r#"{{"version":6,"output":1,"answer":"Line","inputs":["{trail}"],"rules":[["pattern","{{ $.eventName = StopLogging }}"]]}}"#
    );
    let first = folder.join("trail/00000.json.gz");
    let metadata = std::fs::metadata(&first).unwrap();
    let length = metadata.len();
    let since = metadata.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
    let done = |bytes: u64, output: u64| {
        let (name, inode) = (first.to_str().unwrap(), std::os::unix::fs::MetadataExt::ino(&metadata));
        let modified = format!("{}.{:09}", since.as_secs(), since.subsec_nanos());
        format!(
            r#"{{"input":"{name}","version":{{"bytes":{bytes},"modified":"{modified}","inode":{inode}}},"records":200,"matches":{{"pattern":7}},"error":null,"output":{output}}}"#
        )
    };
    let table = [
        (format!("{begun}\n"), "{ $.eventName = x }", "other rules, inputs or options"),
        ("{}\n".to_owned(), "{ $.eventName = StopLogging }", "not the journal of a scan"),
        (format!("{begun}\n{}\n", done(length + 1, 0)), "{ $.eventName = StopLogging }", "has changed since"),
        (
            format!("{begun}\n{}\n", done(length, 1)),
            "{ $.eventName = StopLogging }",
            "shorter than the journal",
        ),
    ];
    for (text, pattern, said) in table {
        std::fs::write(&journal, text).unwrap();
        let refused = run(&args(pattern));
        assert_eq!(refused.status.code(), Some(2), "{said}: {}", last_line(&refused));
        assert!(last_line(&refused).contains(said), "{}", last_line(&refused));
    }
    // a line that was about to be written is no line
    std::fs::write(&journal, format!("{begun}\n{}\n{{\"input\":\"", done(length, 0))).unwrap();
    let resumed = run(&args("{ $.eventName = StopLogging }"));
    assert_eq!(resumed.status.code(), Some(1), "{}", last_line(&resumed));
    assert!(!std::fs::read_to_string(&hits).unwrap().contains("00000.json.gz"));
}
