//! The engines that run translations: jq, and in an environment of Python DuckDB, with sqlglot for Athena.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// For each query the indexes of the events that it selects.
pub(crate) type Selected = Vec<Result<Vec<usize>, String>>;

/// Filters of one run of jq: more need more memory, fewer more runs.
const FILTERS_A_RUN: usize = 100;

/// Says on standard error, past the capture of tests, that a test was skipped.
pub(crate) fn skipped(reason: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {reason}");
}

pub(crate) fn jq_is_there() -> bool {
    let is_there = Command::new("jq").arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_there {
        skipped("translations to jq: jq is not installed (`apt-get install jq`)");
    }
    is_there
}

/// Runs filters of jq over events. `is_json`: the events are JSON values, and not lines.
pub(crate) fn jq(filters: &[&str], events: &[&str], is_json: bool) -> Selected {
    let mut selected: Selected = Vec::new();
    let options: &[&str] = if is_json { &["-c"] } else { &["-R", "-c"] };
    let input = events.iter().map(|event| format!("{event}\n")).collect::<String>();
    for filters in filters.chunks(FILTERS_A_RUN) {
        let all: Vec<String> = filters.iter().map(|filter| format!("([{filter}] | length)")).collect();
        let program = scratch("filter.jq", &format!("[{}]", all.join(",\n")));
        let mut child = Command::new("jq")
            .args(options)
            .arg("-f")
            .arg(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let written = std::thread::scope(|scope| {
            scope.spawn(|| {
                stdin.write_all(input.as_bytes()).and_then(|()| stdin.flush()).map(|()| drop(stdin))
            });
            child.wait_with_output().unwrap()
        });
        assert!(
            written.status.success(),
            "jq: {}\n{}",
            String::from_utf8_lossy(&written.stderr),
            std::fs::read_to_string(&program).unwrap()
        );
        let mut of_filters = vec![Vec::new(); filters.len()];
        let lines: Vec<Vec<usize>> = written
            .stdout
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        assert_eq!(lines.len(), events.len(), "jq reads each event");
        for (event, counts) in lines.iter().enumerate() {
            for (filter, count) in counts.iter().enumerate() {
                assert!(*count < 2, "a filter prints an event once: {}", filters[filter]);
                of_filters[filter].extend((*count == 1).then_some(event));
            }
        }
        selected.extend(of_filters.into_iter().map(Ok));
        std::fs::remove_file(program).unwrap();
    }
    selected
}

/// The Python of an environment with DuckDB. `None` if it cannot be made.
pub(crate) fn python() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("translate");
    let made = Command::new("python3")
        .arg(root.join("cli/tests/venv/make.py"))
        .arg(&folder)
        .arg(root.join("tests/translate/requirements.txt"))
        .status();
    if made.is_ok_and(|status| status.success()) {
        return Some(folder.join("bin/python"));
    }
    skipped("translations to SQL: Python 3 or the packages `duckdb` and `sqlglot` cannot be had");
    None
}

/// Runs queries of SQL over a table of events, with a script of this folder.
pub(crate) fn sql(python: &Path, script: &str, queries: &[&str], events: &[&str]) -> Selected {
    let list = |texts: &[&str]| serde_json::to_string(texts).unwrap();
    let (events, queries) = (scratch("events.json", &list(events)), scratch("queries.json", &list(queries)));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/translate").join(script);
    let output = Command::new(python).arg(script).args([&events, &queries]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for file in [events, queries] {
        std::fs::remove_file(file).unwrap();
    }
    selected(&output.stdout)
}

/// Reads a line for each query: a list of indexes, or an error.
pub(crate) fn selected(lines: &[u8]) -> Selected {
    let read = |line: &[u8]| match serde_json::from_slice::<Value>(line).unwrap() {
        Value::Array(found) => Ok(found.iter().map(|at| at.as_u64().unwrap() as usize).collect()),
        error => Err(error["error"].as_str().unwrap().to_owned()),
    };
    lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(read).collect()
}

pub(crate) fn scratch(name: &str, text: &str) -> PathBuf {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("translate-{}-{number}-{name}", std::process::id());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}
