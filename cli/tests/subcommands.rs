//! What every subcommand does when an output or an input fails: `subcommands/failures.tsv`, which `docs/exit-codes.md` explains.
//! `CWFILTER_BLESS=1` rewrites the cells, except those with `?`; `CWFILTER_BLESS=all` rewrites them too.
#![cfg(target_os = "linux")]

mod watchdog;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use watchdog::{LIMIT, Run, closed_pipe, device, finish_within, full_disk, program, run_within, stdout_link};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/subcommands/failures.tsv");
/// The columns before the outcomes.
const INVOCATION: usize = 3;
/// Tries a row, and gives the cell of the table.
type Try = fn(&Row) -> String;
const COLUMNS: [(&str, Try); 6] = [
    ("closed pipe", closed),
    ("full disk", full),
    ("interrupt", interrupted),
    ("unreadable input", unreadable),
    ("FIFO", fifo_in_folder),
    ("hostile text", hostile),
];
/// Not checked yet, or not without an account.
const UNCHECKED: &str = "?";
const NOTHING: &str = "-";
/// Arguments of a subcommand that is called without any.
const WITHOUT: &str = "(none)";

/// One call of the program.
struct Row {
    number: usize,
    subcommand: String,
    /// With inputs and outputs in braces.
    arguments: String,
    /// The input on standard input, or `-`.
    stdin: String,
}

/// The inputs of rows: their names in a fixture's folder, and their content.
const INPUTS: [(&str, &str, &str); 13] = [
    ("events", "events", ""),
    ("event", "event.json", EVENT),
    ("rules", "rules", ""),
    ("rule", "rule.toml", RULE),
    ("blank", "blank.toml", BLANK_RULE),
    ("filters", "filters.json", FILTERS),
    ("stack", "stack.toml", STACK),
    ("cases", "cases.jsonl", CASES),
    ("certificate", "certificate.json", CERTIFICATE),
    ("patterns", "patterns.ndjson", PATTERNS),
    ("sigma", "sigma.yml", SIGMA),
    ("message", "message.txt", MESSAGE),
    ("request", "request.json", "{\"filterPattern\":\"ERROR\",\"logEventMessages\":[\"ERROR one\"]}"),
];

const CERTIFICATE: &str = "{\"version\":1,\"program\":\"cwfilter\",\"domain\":\"json\",\"domainVersion\":\"1\",\"steps\":100,\"seed\":null,\
    \"notRead\":[],\"answers\":[]}";
const EVENT: &str = "{\"eventTime\":\"2026-03-04T10:15:30Z\",\"eventName\":\"StopLogging\"}\n";
// each rewriting command changes this: no layout, a fix that is safe, no tests
const RULE: &str = "[[rule]]\nid = \"stopped\"\npattern = '{$.eventName=\"StopLogging\"}'\n\
    metric = { namespace = \"Security\", name = \"Stopped\", value = \"1\" }\n\
    alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n";
/// `--fix` takes the blank away; the commands that load rules refuse it.
const BLANK_RULE: &str = "[[rule]]\nid = \"stopped\"\npattern = ' { $.eventName = \"StopLogging\" }'\n";
const FILTERS: &str = r#"{"metricFilters":[{"filterName":"stopped","filterPattern":"{ $.eventName = \"StopLogging\" }","metricTransformations":[{"metricName":"N","metricNamespace":"S","metricValue":"1"}],"logGroupName":"trail"}]}"#;
const STACK: &str = "name = \"security\"\nregion = \"us-east-1\"\nrules = [\"rules\"]\nlog_group = { name = \"trail\" }\n\
    [topic]\nname = \"alerts\"\n";
const CASES: &str = "{\"id\":\"a\",\"pattern\":\"ERROR\",\"message\":\"ERROR one\",\"match\":true,\"evidence\":\"doc\",\"source\":\"here\"}\n";
const PATTERNS: &str = "{\"text\":\"{ $.a = 1 }\"}\n{\"text\":\"ERROR\"}\n";

const SIGMA: &str = "title: A trail is stopped\nlogsource:\n  product: aws\n  service: cloudtrail\ndetection:\n  a:\n    \
    eventName: StopLogging\n  condition: a\n";

const MESSAGE: &str = r#"{"AlarmName":"stopped","NewStateValue":"ALARM","NewStateReason":"Threshold Crossed: 1 datapoint [1.0 (04/03/26 10:15:00)] was greater than or equal to the threshold (1.0).","StateChangeTime":"2026-03-04T10:21:00.000+0000","AlarmArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:stopped","Trigger":{"MetricName":"Stopped","Namespace":"Security","StatisticType":"Statistic","Statistic":"SUM","Dimensions":[],"Period":300,"EvaluationPeriods":1,"ComparisonOperator":"GreaterThanOrEqualToThreshold","Threshold":1.0}}"#;

fn standard_input(name: &str) -> &'static str {
    match name {
        "events" => EVENT,
        "sigma" => SIGMA,
        "pattern" => "{$.a=1&&$.b=2}",
        "patterns" => PATTERNS,
        "questions" => "{\"id\":1,\"filterPattern\":\"ERROR\",\"logEventMessages\":[\"ERROR one\"]}\n",
        "requests" => {
            "{\"id\":1,\"filterPattern\":\"ERROR\",\"metricTransformations\":[{\"metricName\":\"N\",\"metricNamespace\":\"S\",\"metricValue\":\"1\"}],\"logEvents\":[{\"timestamp\":0,\"message\":\"ERROR one\"}]}\n"
        }
        "initialize" => {
            "Content-Length: 80\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"capabilities\":{}}}     "
        }
        _ => panic!("no standard input is called {name}"),
    }
}

impl Row {
    fn inputs(&self) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
        let is_used = |name: &str| self.arguments.contains(&format!("{{{name}}}"));
        INPUTS.into_iter().filter(move |(name, ..)| is_used(name)).map(|(name, file, _)| (name, file))
    }

    fn writes_file(&self) -> bool {
        self.arguments.contains("{out}")
    }

    /// A new folder with all inputs.
    fn folder(&self, column: &str) -> PathBuf {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("subcommands");
        let folder = root.join(format!("{}-{}", self.number, column.replace(' ', "-")));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("events")).unwrap();
        std::fs::create_dir_all(folder.join("rules")).unwrap();
        for (_, file, text) in INPUTS.iter().filter(|(.., text)| !text.is_empty()) {
            std::fs::write(folder.join(file), text).unwrap();
        }
        std::fs::write(folder.join("events/a.json"), EVENT).unwrap();
        std::fs::write(folder.join("events/b.json"), EVENT).unwrap();
        std::fs::write(folder.join("rules/rules.toml"), RULE).unwrap();
        folder
    }

    /// The arguments, with paths in the folder; `with` gives other ones.
    fn args(&self, folder: &Path, with: &[(&str, &str)]) -> Vec<String> {
        let arguments = self.arguments.split(' ').filter(|word| *word != WITHOUT);
        let mut args: Vec<String> = vec![self.subcommand.clone()];
        args.extend(arguments.map(str::to_owned));
        let paths =
            INPUTS.iter().map(|(name, file, _)| (*name, folder.join(file).to_str().unwrap().to_owned()));
        let mut values: Vec<(&str, String)> =
            with.iter().map(|(name, value)| (*name, (*value).to_owned())).chain(paths).collect();
        values.push(("out", folder.join("out").to_str().unwrap().to_owned()));
        values.push(("pattern", "{ $.eventName = \"StopLogging\" }".to_owned()));
        for arg in &mut args {
            for (name, value) in &values {
                *arg = arg.replace(&format!("{{{name}}}"), value);
            }
        }
        args
    }

    fn command(&self, args: &[String]) -> Command {
        let mut command = program(&args.iter().map(String::as_str).collect::<Vec<_>>());
        command.env("GITHUB_ACTIONS", "true");
        if self.stdin != NOTHING {
            let (reader, mut writer) = std::io::pipe().unwrap();
            writer.write_all(standard_input(&self.stdin).as_bytes()).unwrap();
            command.stdin(reader);
        }
        command
    }

    /// The result of an undisturbed run, with the files that exist afterwards.
    fn undisturbed(&self) -> (Run, Files) {
        let folder = self.folder("undisturbed");
        let run = self.run(&mut self.command(&self.args(&folder, &[])));
        (run, files(&folder))
    }

    fn run(&self, command: &mut Command) -> Run {
        run_within(command, LIMIT).unwrap_or_else(|| panic!("line {} hangs: {command:?}", self.number))
    }
}

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// All regular files below a folder, by their paths in it.
fn files(root: &Path) -> Files {
    let mut found = Files::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                found.insert(path.strip_prefix(root).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn code(run: &Run) -> String {
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    match run.status.code() {
        Some(code) => format!("exit {code}"),
        None => "ended by the signal".to_owned(),
    }
}

/// Every file is as before, or as a run that nothing disturbs leaves it. A scan's part and journal may be there.
fn assert_whole(row: &Row, now: &Files, before: &Files, after: &Files) {
    for (path, bytes) in now {
        let name = path.to_str().unwrap();
        let is_kept = matches!(name, "out.part" | "out.journal") && row.subcommand == "scan";
        let is_whole = [before, after].iter().any(|files| files.get(path) == Some(bytes));
        assert!(is_kept || is_whole, "line {}: {name} is neither the old nor the new file", row.number);
    }
    let lost = before.keys().find(|path| !now.contains_key(*path));
    assert!(lost.is_none(), "line {}: {lost:?} is gone", row.number);
}

/// The reader of standard output went away, then that of standard error; `{out}` is standard output.
fn closed(row: &Row) -> String {
    if row.subcommand == "man" && row.writes_file() {
        return NOTHING.to_owned();
    }
    let undisturbed = row.undisturbed().0;
    let quiet = row.run(row.command(&row.args(&row.folder("closed"), &[])).stderr(closed_pipe()));
    assert_eq!(code(&quiet), code(&undisturbed), "line {}: without standard error", row.number);
    let quiet = row.run(row.command(&row.args(&row.folder("closed"), &[])).stderr(full_disk()));
    assert_eq!(code(&quiet), code(&undisturbed), "line {}: full standard error", row.number);
    let folder = row.folder("closed");
    let stdout = stdout_link(&folder);
    let args = row.args(&folder, &[("out", stdout.to_str().unwrap())]);
    let run = row.run(row.command(&args).stdout(closed_pipe()));
    let prints = !undisturbed.stdout.is_empty() || row.writes_file();
    // files that were rewritten before are still named, and so are the numbers of a scan that continues for its page
    let is_told = |line: &str| line.starts_with("fixed ") || line.ends_with("matches");
    let is_quiet = run.stderr.lines().all(is_told);
    assert!(!prints || is_quiet, "line {}: {}", row.number, run.stderr);
    if prints { code(&run) } else { format!("{}, prints nothing", code(&run)) }
}

/// Standard output has no room, or the file that is written.
fn full(row: &Row) -> String {
    let (undisturbed, after) = row.undisturbed();
    let folder = row.folder("full");
    let before = files(&folder);
    let writes_file = after != before;
    let args = row.args(&folder, &[]);
    let run = if writes_file {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_cwfilter")]);
        command.args(&args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        row.run(&mut command)
    } else if undisturbed.stdout.is_empty() {
        return NOTHING.to_owned();
    } else {
        row.run(row.command(&args).stdout(full_disk()))
    };
    assert!(run.stderr.contains("cannot write"), "line {}: {}", row.number, run.stderr);
    let now = files(&folder);
    assert_whole(row, &now, &before, &before);
    if row.arguments.contains("={out}") || row.arguments.ends_with("{out}") && row.subcommand != "man" {
        let Some(device) = device(&folder, "full") else { return code(&run) };
        let device = device.to_str().unwrap();
        let full = row.run(&mut row.command(&row.args(&folder, &[("out", device)])));
        assert_eq!(code(&full), code(&run), "line {}: {}", row.number, full.stderr);
        let said = full.stderr.contains(&format!("{device}: cannot write"));
        assert!(said, "line {}: {}", row.number, full.stderr);
    }
    code(&run)
}

/// SIGINT and SIGTERM while it waits for its first input.
fn interrupted(row: &Row) -> String {
    let after = row.undisturbed().1;
    let mut outcomes = Vec::new();
    for signal in ["INT", "TERM"] {
        let folder = row.folder("interrupted");
        let before = files(&folder);
        let pipe = folder.join("pipe.toml");
        let pipe_path = pipe.to_str().unwrap().to_owned();
        // the last named input is read while the output is open
        let last = |name: &&str| row.arguments.find(&format!("{{{name}}}"));
        let held = row.inputs().map(|(name, _)| name).max_by_key(last).filter(|_| row.stdin == NOTHING);
        let with: Vec<(&str, &str)> = held.into_iter().map(|name| (name, pipe_path.as_str())).collect();
        let mut command = row.command(&row.args(&folder, &with));
        let (reader, writer) = std::io::pipe().unwrap();
        let mut open: Vec<Box<dyn Write>> = vec![Box::new(writer)];
        if row.stdin != NOTHING {
            command.stdin(reader);
        } else if held.is_some() {
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        } else {
            return NOTHING.to_owned();
        }
        let mut child = command.spawn().unwrap();
        let began = Instant::now();
        // opens as soon as the program reads
        while row.stdin == NOTHING && child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < LIMIT, "line {}", row.number);
            if let Ok(writer) = File::options().write(true).custom_flags(0o4000).open(&pipe) {
                open.push(Box::new(writer));
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        if row.stdin != NOTHING {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ =
            Command::new("kill").args(["-s", signal, &child.id().to_string()]).stderr(Stdio::null()).status();
        let run = finish_within(child, LIMIT).unwrap_or_else(|| panic!("line {} hangs", row.number));
        drop(open);
        assert_whole(row, &files(&folder), &before, &after);
        assert!(!folder.join("out").exists(), "line {}", row.number);
        outcomes.push(code(&run));
    }
    assert_eq!(outcomes[0], outcomes[1], "line {}", row.number);
    outcomes.swap_remove(0)
}

/// Each input in turn is missing; standard input cannot be read.
fn unreadable(row: &Row) -> String {
    let mut outcomes = Vec::new();
    let mut add = |name: &str, place: &str, run: &Run| {
        assert!(run.stderr.contains(place), "line {}: {name}: {}", row.number, run.stderr);
        outcomes.push((name.to_owned(), code(run)));
    };
    for (name, file) in row.inputs() {
        let folder = row.folder("unreadable");
        let missing = folder.join("missing").join(file);
        let missing = missing.to_str().unwrap();
        let run = row.run(&mut row.command(&row.args(&folder, &[(name, missing)])));
        add(name, missing, &run);
    }
    if row.stdin != NOTHING {
        let folder = row.folder("unreadable");
        let run = row.run(row.command(&row.args(&folder, &[])).stdin(File::open("/").unwrap()));
        add("standard input", "cannot read", &run);
    }
    match outcomes.as_slice() {
        [] => NOTHING.to_owned(),
        [(_, first), rest @ ..] if rest.iter().all(|(_, other)| other == first) => first.clone(),
        all => all.iter().map(|(name, code)| format!("{name}: {code}")).collect::<Vec<_>>().join("; "),
    }
}

/// A FIFO lies in each folder that is read.
fn fifo_in_folder(row: &Row) -> String {
    let folder = row.folder("fifo");
    let folders: Vec<&str> =
        row.inputs().map(|(name, _)| name).filter(|name| folder.join(name).is_dir()).collect();
    if folders.is_empty() {
        return NOTHING.to_owned();
    }
    for name in folders {
        for file in ["pipe.json", "pipe.toml"] {
            assert!(Command::new("mkfifo").arg(folder.join(name).join(file)).status().unwrap().success());
        }
    }
    match run_within(&mut row.command(&row.args(&folder, &[])), Duration::from_secs(30)) {
        None => "hangs".to_owned(),
        Some(run) => code(&run),
    }
}

/// Terminal sequences and workflow commands in events, names of files and rules.
fn hostile(row: &Row) -> String {
    let folder = row.folder("hostile");
    let text = "\\u001b]0;x\\u0007\\u202e\\n::error::x";
    let event = EVENT.replace("}\n", &format!(",\"errorCode\":\"{text}\"}}\n")).replace("StopLogging", text);
    std::fs::write(folder.join("event.json"), &event).unwrap();
    std::fs::write(folder.join("events/\u{1b}]0;x\n::error::a.json"), &event).unwrap();
    std::fs::write(folder.join("events/c.json"), event.replace(text, &format!("StopLogging{text}"))).unwrap();
    let rule = RULE.replace("id = \"stopped\"", &format!("id = \"stopped\"\ntitle = \"{text}\""));
    let test = format!(
        "[[rule.test]]\nname = \"{text}\"\nlog = \"{{\\\"eventName\\\":\\\"x\\\"}}\"\nexpect = \"match\"\nbecause = \"{text}\"\n"
    );
    for file in ["rule.toml", "rules/rules.toml", "rules/\u{1b}]0;x\n::error::b.toml"] {
        let id = if file.contains("::") { "other" } else { "stopped" };
        std::fs::write(
            folder.join(file),
            (rule.clone() + &test).replace("\"stopped\"", &format!("\"{id}\"")),
        )
        .unwrap();
    }
    std::fs::write(folder.join("filters.json"), FILTERS.replace("\"stopped\"", &format!("\"{text}\"")))
        .unwrap();
    let sigma = SIGMA.replace("A trail is stopped", &format!("\"{text}\""));
    std::fs::write(folder.join("sigma.yml"), sigma.replace("StopLogging", &format!("\"{text}\""))).unwrap();
    let run = row.run(&mut row.command(&row.args(&folder, &[])));
    let is_raw = |text: &str| {
        // the language server's protocol ends the lines of a header so
        let text = if row.subcommand == "lsp" { text.replace("\r\n", "\n") } else { text.to_owned() };
        let is_control =
            |c: char| c.is_control() && c != '\n' && c != '\t' || matches!(c, '\u{202a}'..='\u{202e}');
        text.chars().any(is_control) || text.lines().any(|line| line.trim_start().starts_with("::error::"))
    };
    if is_raw(&run.stdout) || is_raw(&run.stderr) { "raw" } else { "escaped" }.to_owned()
}

/// The lines of the table as cells; comments stay.
fn lines() -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(TABLE).unwrap();
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn rows() -> Vec<(usize, Row, Vec<String>)> {
    let lines = lines();
    let cells = lines.into_iter().enumerate().filter(|(_, cells)| !cells[0].starts_with('#'));
    let rows = cells.skip(1).map(|(at, cells)| {
        assert_eq!(cells.len(), INVOCATION + COLUMNS.len(), "line {}", at + 1);
        let [subcommand, arguments, stdin] = [0, 1, 2].map(|column: usize| cells[column].clone());
        (at, Row { number: at + 1, subcommand, arguments, stdin }, cells[INVOCATION..].to_vec())
    });
    rows.collect()
}

/// The subcommands of this build, as the help lists them.
fn subcommands() -> Vec<String> {
    let help = run_within(&mut program(&["--help"]), LIMIT).unwrap().stdout;
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn the_table_lists_every_subcommand() {
    let (rows, subcommands) = (rows(), subcommands());
    assert!(subcommands.len() > 15, "{subcommands:?}");
    for name in subcommands {
        assert!(rows.iter().any(|(_, row, _)| row.subcommand == name), "{TABLE} has no line for `{name}`");
    }
    let header: Vec<String> = lines().into_iter().find(|cells| !cells[0].starts_with('#')).unwrap();
    assert_eq!(header[INVOCATION..], COLUMNS.map(|(name, _)| name));
}

#[test]
fn every_subcommand_fails_as_the_table_says() {
    let bless = std::env::var("CWFILTER_BLESS").ok();
    let (mut written, known) = (lines(), subcommands());
    // without the feature they only say that they need it
    let needs_aws = |row: &Row| ["plan", "apply", "destroy", "ring"].contains(&row.subcommand.as_str());
    let is_here = |row: &Row| {
        (known.contains(&row.subcommand) || row.subcommand.starts_with("--"))
            && (cfg!(feature = "aws") || !needs_aws(row))
    };
    let rows: Vec<_> = rows().into_iter().filter(|(_, row, _)| is_here(row)).collect();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((at, row, expected)) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
            for (column, ((name, outcome), expected)) in COLUMNS.iter().zip(expected).enumerate() {
                if expected == UNCHECKED && bless.as_deref() != Some("all") {
                    continue;
                }
                let found = outcome(row);
                if found != *expected {
                    let what =
                        format!("line {}: {} {}: {name}: {found}", at + 1, row.subcommand, row.arguments);
                    wrong.lock().unwrap().push((*at, INVOCATION + column, found, what));
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let wrong = wrong.into_inner().unwrap();
    if bless.is_some() {
        for (line, column, found, _) in wrong {
            written[line][column] = found;
        }
        let text: String = written.iter().map(|cells| cells.join("\t") + "\n").collect();
        std::fs::write(TABLE, text).unwrap();
        return;
    }
    let said: Vec<String> = wrong.into_iter().map(|(.., what)| what).collect();
    assert!(said.is_empty(), "not as {TABLE} says:\n{}", said.join("\n"));
}
