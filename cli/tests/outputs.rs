//! Outputs that break, that are no regular files, or that belong to somebody else: nothing hangs, and no file is harmed.
#![cfg(target_os = "linux")]

#[path = "support/scratch.rs"]
mod scratch;

mod watchdog;

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use watchdog::{LIMIT, Run, closed_pipe, device, finish_within, full_disk, program, run, stdout_link};

const PATTERN: &str = r#"{ $.eventName = "StopLogging" }"#;
const HIT: &str = "{\"eventTime\":\"2026-03-04T10:15:30Z\",\"eventName\":\"StopLogging\"}\n";
const RULE: &str = "[[rule]]\nid = \"stopped\"\npattern = '{$.eventName=StopLogging}'\n";

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    scratch::folder(&format!("outputs/{name}"))
}

fn file(path: &Path, text: &str) -> String {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Limits the length of files, in blocks of 512 bytes.
fn in_little_room(blocks: usize, args: &[&str]) -> Run {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
    command
        .arg(env!("CARGO_BIN_EXE_cwfilter"))
        .args(args)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    run(&mut command)
}

#[test]
fn a_broken_output_ends_a_scan() {
    let folder = folder("broken");
    for (name, lines) in [("a.json", 20_000), ("b.json", 200_000)] {
        file(&folder.join("trail").join(name), &HIT.repeat(lines));
    }
    let trail = folder.join("trail");
    let trail = trail.to_str().unwrap();
    let output = folder.join("hits");
    let output = output.to_str().unwrap();
    let devices = folder.join("devices");
    std::fs::create_dir(&devices).unwrap();
    let device = device(&devices, "full").map(|path| path.to_str().unwrap().to_owned());
    let stdout = stdout_link(&devices).to_str().unwrap().to_owned();
    for threads in ["1", "2", "16"] {
        for more in [&[][..], &["--json"]] {
            let scan = [&["scan", "--threads", threads, "--pattern", PATTERN, trail], more].concat();
            let closed = run(program(&scan).stdout(closed_pipe()));
            assert_eq!((closed.status.code(), closed.stderr.as_str()), (Some(0), ""), "{scan:?}");
            let full = run(program(&scan).stdout(full_disk()));
            assert_eq!(full.status.code(), Some(3), "{scan:?}: {}", full.stderr);
            assert!(full.stderr.contains("a.json; 1 more input is not in it"), "{}", full.stderr);
            assert!(full.stderr.contains("standard output: cannot write"), "{}", full.stderr);

            let to = |output| [&scan[..], &["--output", output]].concat();
            if let Some(device) = &device {
                let full = run(&mut program(&to(device)));
                assert_eq!(full.status.code(), Some(3), "{scan:?}: {}", full.stderr);
                assert!(full.stderr.contains(&format!("{device}: cannot write")), "{}", full.stderr);
            }
            let closed = run(program(&to(&stdout)).stdout(closed_pipe()));
            assert_eq!((closed.status.code(), closed.stderr.as_str()), (Some(0), ""), "{scan:?}");
            let full = in_little_room(200, &to(output));
            assert_eq!(full.status.code(), Some(3), "{scan:?}: {}", full.stderr);
            assert!(full.stderr.contains("`--resume` continues the scan"), "{}", full.stderr);
            assert_eq!(names(&folder), ["devices", "hits.journal", "hits.part", "trail"]);
            for name in ["hits.journal", "hits.part"] {
                std::fs::remove_file(folder.join(name)).unwrap();
            }
        }
    }
}

/// A worker that waits for an input that never comes does not keep a scan from ending.
#[test]
fn a_broken_output_ends_a_scan_that_waits_for_an_input() {
    let folder = folder("waiting");
    let hits = file(&folder.join("a.json"), &HIT.repeat(20_000));
    let args = ["scan", "--threads", "2", "--pattern", PATTERN, &hits, "-"];
    let mut command = program(&args);
    let mut child = command.stdin(Stdio::piped()).stdout(closed_pipe()).spawn().unwrap();
    let _open = child.stdin.take();
    let closed = finish_within(child, LIMIT).expect("the scan ends");
    assert_eq!((closed.status.code(), closed.stderr.as_str()), (Some(0), ""));
}

/// The files are written even where nothing takes standard output.
#[test]
fn files_are_written_though_standard_output_is_closed() {
    let folder = folder("closed-stdout");
    let rules = file(&folder.join("rules.toml"), RULE);
    let events = file(&folder.join("a.json"), HIT);
    let page = folder.join("page.html");
    let told = folder.join("sns.ndjson");
    let found = folder.join("lint.sarif");
    let [html, sns] = [&page, &told].map(|path| path.to_str().unwrap());
    let sarif = format!("sarif={}", found.to_str().unwrap());
    let table: [&[&str]; 2] = [
        &["simulate", "--rules", &rules, "--html", html, "--notifications", sns, &events],
        &["lint", "--output", &sarif, &rules],
    ];
    for args in table {
        let closed = run(program(args).stdout(closed_pipe()));
        assert_eq!((closed.status.code(), closed.stderr.as_str()), (Some(0), ""), "{args:?}");
    }
    assert!(page.exists() && told.exists() && found.exists());
}

/// Each command that writes a file, with `OUT` for the file, the exit code, and the content that a second run writes.
fn writers(folder: &Path) -> Vec<(Vec<String>, i32)> {
    let rules = file(&folder.join("in/rules.toml"), RULE);
    let events = file(&folder.join("in/a.json"), HIT);
    let filters = file(
        &folder.join("in/filters.json"),
        r#"{"metricFilters":[{"filterName":"stopped","filterPattern":"{ $.eventName = \"StopLogging\" }",
        "metricTransformations":[{"metricName":"N","metricNamespace":"S","metricValue":"1"}],"logGroupName":"trail"}]}"#,
    );
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    vec![
        (
            vec![
                "scan".into(),
                "--pattern".into(),
                PATTERN.into(),
                "--output".into(),
                "OUT".into(),
                events.clone(),
            ],
            1,
        ),
        (words(&format!("lint --output json=OUT {rules}")), 0),
        (words(&format!("lint --output sarif=OUT {rules}")), 0),
        (words(&format!("simulate --rules {rules} --html OUT {events}")), 0),
        (words(&format!("simulate --rules {rules} --notifications OUT {events}")), 0),
        (words(&format!("import --filters {filters} --output OUT")), 0),
    ]
}

fn with_output(args: &[String], output: &Path) -> Vec<String> {
    args.iter().map(|arg| arg.replace("OUT", output.to_str().unwrap())).collect()
}

fn run_owned(args: &[String]) -> Run {
    run(&mut program(&args.iter().map(String::as_str).collect::<Vec<_>>()))
}

#[test]
fn what_is_no_regular_file_is_written_to() {
    let folder = folder("special");
    for (args, code) in writers(&folder) {
        let plain = folder.join("plain");
        let written = run_owned(&with_output(&args, &plain));
        assert_eq!(written.status.code(), Some(code), "{args:?}: {}", written.stderr);
        let expected = std::fs::read_to_string(&plain).unwrap();
        std::fs::remove_file(&plain).unwrap();

        if let Some(device) = device(&folder, "null") {
            let null = run_owned(&with_output(&args, &device));
            assert_eq!(null.status.code(), Some(code), "{args:?}: {}", null.stderr);
            assert!(std::fs::symlink_metadata(&device).unwrap().file_type().is_char_device());
        }

        let pipe = folder.join("pipe");
        fifo(&pipe);
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::read_to_string(pipe).unwrap()
        });
        let to_pipe = run_owned(&with_output(&args, &pipe));
        assert_eq!(to_pipe.status.code(), Some(code), "{args:?}: {}", to_pipe.stderr);
        assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo(), "{args:?}");
        assert_eq!(reader.join().unwrap(), expected, "{args:?}");
        std::fs::remove_file(&pipe).unwrap();

        let stdout = stdout_link(&folder);
        let to_stdout = run_owned(&with_output(&args, &stdout));
        assert_eq!(to_stdout.status.code(), Some(code), "{args:?}: {}", to_stdout.stderr);
        assert!(to_stdout.stdout.contains(&expected), "{args:?}: {}", to_stdout.stdout);

        // standard output that is a file keeps what the shell put there before
        let log = folder.join("log");
        let mut open = std::fs::File::create(&log).unwrap();
        open.write_all(b"before\n").unwrap();
        let owned = with_output(&args, &stdout);
        let mut command = program(&owned.iter().map(String::as_str).collect::<Vec<_>>());
        run(command.stdout(open));
        let text = std::fs::read_to_string(&log).unwrap();
        assert!(text.starts_with("before\n") && text.contains(&expected), "{args:?}: {text}");
    }
}

#[test]
fn links_are_followed_and_mode_and_owner_stay() {
    let folder = folder("links");
    // only root may give a file away
    let owner = if std::fs::metadata(&folder).unwrap().uid() == 0 { Some(12345) } else { None };
    for (args, code) in writers(&folder) {
        let target = folder.join("data/target");
        file(&target, "old");
        std::fs::set_permissions(&target, Permissions::from_mode(0o664)).unwrap();
        if owner.is_some() {
            std::os::unix::fs::chown(&target, owner, owner).unwrap();
        }
        let link = folder.join("link");
        let _ = std::fs::remove_file(&link);
        symlink("data/target", &link).unwrap();
        let written = run_owned(&with_output(&args, &link));
        assert_eq!(written.status.code(), Some(code), "{args:?}: {}", written.stderr);
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink(), "{args:?}");
        let metadata = std::fs::metadata(&target).unwrap();
        assert_eq!(metadata.mode() & 0o7777, 0o664, "{args:?}");
        assert!(owner.is_none_or(|owner| (metadata.uid(), metadata.gid()) == (owner, owner)), "{args:?}");
        assert_ne!(std::fs::read_to_string(&target).unwrap(), "old", "{args:?}");

        // a link to a file that does not exist creates that file, with the usual mode
        std::fs::remove_file(&target).unwrap();
        let created = run_owned(&with_output(&args, &link));
        assert_eq!(created.status.code(), Some(code), "{args:?}: {}", created.stderr);
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink(), "{args:?}");
        let usual = folder.join("usual");
        std::fs::write(&usual, "").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().mode();
        assert_eq!(mode(&target), mode(&usual), "{args:?}");
        assert_eq!(names(&folder.join("data")), ["target"], "{args:?}");
    }
}

#[test]
fn rewritten_files_keep_links_mode_and_owner() {
    let folder = folder("rewritten");
    let table = [
        (&["fmt"][..], "{$.a=1}"),
        (&["lint", "--fix"], " { $.a = 1 }"),
        (&["generate", "--write"], "{ $.a = 1 }"),
    ];
    for (at, (args, pattern)) in table.into_iter().enumerate() {
        let target = folder.join(format!("data/{at}.toml"));
        file(&target, &format!("[[rule]]\nid = \"a\"\npattern = '{pattern}'\n"));
        std::fs::set_permissions(&target, Permissions::from_mode(0o640)).unwrap();
        let link = folder.join(format!("{at}.toml"));
        symlink(&target, &link).unwrap();
        let before = std::fs::read_to_string(&target).unwrap();
        // named twice where rules of one id are no error: the second time nothing is left to do
        let paths = [link.to_str().unwrap(), target.to_str().unwrap()];
        let paths = if args[0] == "generate" { &paths[..1] } else { &paths[..] };
        let written = run(&mut program(&[args, paths].concat()));
        assert_eq!(written.status.code(), Some(0), "{args:?}: {}", written.stderr);
        assert_ne!(std::fs::read_to_string(&target).unwrap(), before, "{args:?}: {}", written.stderr);
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink(), "{args:?}");
        assert_eq!(std::fs::metadata(&target).unwrap().mode() & 0o7777, 0o640, "{args:?}");
    }
}

#[test]
fn an_input_is_never_an_output() {
    let folder = folder("same");
    let rules = file(&folder.join("rules.toml"), RULE);
    let events = file(&folder.join("trail/a.json"), HIT);
    let trail = folder.join("trail");
    let filters = file(&folder.join("filters.json"), r#"{"metricFilters":[]}"#);
    let part = file(&folder.join("hits.part"), HIT);
    let link = folder.join("link");
    symlink(&events, &link).unwrap();
    let hard = folder.join("hard");
    std::fs::hard_link(&events, &hard).unwrap();
    let dotted = folder.join("trail/../trail/a.json");
    let [trail, link, hard, dotted] =
        [&trail, &link, &hard, &dotted].map(|path| path.to_str().unwrap().to_owned());
    let hits = folder.join("hits").to_str().unwrap().to_owned();
    let new = folder.join("new").to_str().unwrap().to_owned();
    let json = |path: &str| format!("json={path}");
    let table: [Vec<&str>; 14] = [
        vec!["scan", "--pattern", PATTERN, "--output", &events, &events],
        vec!["scan", "--pattern", PATTERN, "--output", &events, &trail],
        vec!["scan", "--pattern", PATTERN, "--output", &link, &trail],
        vec!["scan", "--pattern", PATTERN, "--output", &hard, &trail],
        vec!["scan", "--pattern", PATTERN, "--output", &dotted, &trail],
        vec!["scan", "--pattern", PATTERN, "--output", &hits, &part],
        vec!["scan", "--rules", &rules, "--output", &rules, &trail],
        vec!["simulate", "--rules", &rules, "--html", &hard, &trail],
        vec!["simulate", "--rules", &rules, "--notifications", &link, &trail],
        vec!["simulate", "--rules", &rules, "--html", &rules, &trail],
        vec!["simulate", "--rules", &rules, "--html", &new, "--notifications", &new, &trail],
        vec!["import", "--filters", &filters, "--output", &filters],
        vec!["lint", "--output", &json(&rules).leak()[..], &rules],
        vec!["lint", "--output", &json(&new).leak()[..], "--output", &json(&new).leak()[..], &rules],
    ];
    let before = [&rules, &events, &filters, &part].map(|path| std::fs::read(path).unwrap());
    for args in table {
        let refused = run(&mut program(&args));
        assert_eq!(refused.status.code(), Some(2), "{args:?}: {}", refused.stderr);
        assert!(refused.stderr.contains("is the same file as"), "{args:?}: {}", refused.stderr);
        assert_eq!(
            [&rules, &events, &filters, &part].map(|path| std::fs::read(path).unwrap()),
            before,
            "{args:?}"
        );
        assert!(!Path::new(&new).exists() && !folder.join("hits.journal").exists(), "{args:?}");
    }
    // by redirection, too
    let args = ["scan", "--pattern", PATTERN, "--output", &events, "-"];
    let refused = run(program(&args).stdin(std::fs::File::open(&events).unwrap()));
    assert_eq!(refused.status.code(), Some(2), "{}", refused.stderr);
    let args = ["scan", "--pattern", PATTERN, &events];
    let append = std::fs::OpenOptions::new().append(true).open(&events).unwrap();
    let refused = run(program(&args).stdout(append));
    assert_eq!(refused.status.code(), Some(2), "{}", refused.stderr);
    let log = folder.join("log");
    let output = json(log.to_str().unwrap());
    let args = ["lint", "--output", &output, &rules];
    let refused = run(program(&args).stdout(std::fs::File::create(&log).unwrap()));
    assert_eq!(refused.status.code(), Some(2), "{}", refused.stderr);
}

/// `PATH`: a place that cannot be written, for root as well.
#[test]
fn an_unwritable_output_is_said_before_the_work() {
    let folder = folder("unwritable");
    let blocked = folder.join("events");
    fifo(&blocked);
    let rules = file(&folder.join("rules.toml"), RULE);
    let events = blocked.to_str().unwrap();
    let places = ["/proc/nothing".to_owned(), folder.to_str().unwrap().to_owned(), format!("{rules}/x")];
    for place in &places {
        let json = format!("json={place}");
        // whoever reads the FIFO would wait for ever
        let table: [&[&str]; 5] = [
            &["scan", "--pattern", PATTERN, "--output", place, events],
            &["simulate", "--rules", &rules, "--html", place, events],
            &["simulate", "--rules", &rules, "--notifications", place, events],
            &["lint", "--output", &json, events],
            &["import", "--filters", events, "--output", place],
        ];
        for args in table {
            let refused = run(&mut program(args));
            assert_eq!(refused.status.code(), Some(2), "{args:?}: {}", refused.stderr);
            assert!(
                refused.stderr.contains(&format!("{place}: cannot write")),
                "{args:?}: {}",
                refused.stderr
            );
        }
    }
    assert_eq!(names(&folder), ["events", "rules.toml"]);
}

/// While the program waits for the second file, somebody else edits the first.
#[test]
fn a_file_that_changed_since_it_was_read_is_not_overwritten() {
    let folder = folder("changed");
    // a layout, a blank in front of the pattern, and no tests: what the command would change
    let table = [
        (&["fmt"][..], "{$.a=1}"),
        (&["lint", "--fix"], " { $.a = 1 }"),
        (&["generate", "--write"], "{ $.a = 1 }"),
    ];
    for (args, pattern) in table {
        let first = folder.join("first.toml");
        let second = folder.join("second.toml");
        let _ = std::fs::remove_file(&second);
        fifo(&second);
        file(&first, &format!("[[rule]]\nid = \"a\"\npattern = '{pattern}'\n"));
        let paths = [first.to_str().unwrap(), second.to_str().unwrap()];
        let child = program(&[args, &paths[..]].concat()).spawn().unwrap();
        let mut writer = std::fs::OpenOptions::new().write(true).open(&second).unwrap();
        let edited = "[[rule]]\nid = \"b\"\npattern = '{$.b=1}'\n";
        std::fs::write(&first, edited).unwrap();
        writer.write_all(b"[[rule]]\nid = \"c\"\npattern = '{ $.c = 1 }'\n").unwrap();
        // `lint --fix` reads the files again to report the remaining findings, and would wait for another writer
        std::fs::remove_file(&second).unwrap();
        drop(writer);
        let refused = finish_within(child, LIMIT).expect("it ends");
        assert_eq!(refused.status.code(), Some(3), "{args:?}: {}", refused.stderr);
        assert!(
            refused.stderr.contains("first.toml: cannot write: the file has changed"),
            "{}",
            refused.stderr
        );
        assert_eq!(std::fs::read_to_string(&first).unwrap(), edited, "{args:?}");
    }
}

/// What an interrupt leaves: whole files, and no temporary ones.
#[test]
fn an_interrupt_leaves_whole_files_and_no_temporary_ones() {
    let folder = folder("interrupt");
    let pages = folder.join("pages");
    let args = ["man", "--output", pages.to_str().unwrap()];
    let began = std::time::Instant::now();
    assert_eq!(run(&mut program(&args)).status.code(), Some(0));
    let duration = began.elapsed();
    let expected: Vec<(String, Vec<u8>)> = names(&pages)
        .into_iter()
        .map(|name| (name.clone(), std::fs::read(pages.join(name)).unwrap()))
        .collect();
    let mut interrupted = 0;
    for at in 0..40 {
        std::fs::remove_dir_all(&pages).unwrap();
        let child = program(&args).spawn().unwrap();
        std::thread::sleep(duration.mul_f64(f64::from(at) / 40.0));
        let signal = ["INT", "TERM", "HUP"][at as usize % 3];
        let id = child.id().to_string();
        let _ = Command::new("kill").args(["-s", signal, &id]).status();
        let run = finish_within(child, LIMIT).expect("it ends");
        interrupted += usize::from(run.status.code().is_none());
        let _ = std::fs::create_dir(&pages);
        for name in names(&pages) {
            let whole = expected.iter().find(|(known, _)| *known == name);
            let (_, whole) = whole.unwrap_or_else(|| panic!("{name} was left behind"));
            assert!(std::fs::read(pages.join(&name)).unwrap() == *whole, "{name} is whole");
        }
    }
    assert!(interrupted > 0, "some were in the middle");
}

#[test]
fn an_interrupted_scan_is_resumed() {
    let folder = folder("interrupted-scan");
    let first = file(&folder.join("a.json"), &HIT.repeat(100));
    let hits = folder.join("hits");
    let output = hits.to_str().unwrap();
    let pipe = folder.join("b.json");
    fifo(&pipe);
    let args = ["scan", "--pattern", PATTERN, "--output", output, &first, pipe.to_str().unwrap()];
    for signal in ["INT", "TERM"] {
        for name in ["hits.part", "hits.journal"] {
            let _ = std::fs::remove_file(folder.join(name));
        }
        let child = program(&args).spawn().unwrap();
        let writer = std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
        let journal = || std::fs::read_to_string(folder.join("hits.journal")).unwrap_or_default();
        let began = std::time::Instant::now();
        while !journal().contains("a.json\",\"version\"") {
            assert!(began.elapsed() < LIMIT, "{}", journal());
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        assert!(
            Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap().success()
        );
        let interrupted = finish_within(child, LIMIT).expect("it ends");
        drop(writer);
        assert_eq!(interrupted.status.code(), None, "{}", interrupted.stderr);
        assert!(!hits.exists());
    }
    // the second input is a file now, and only it is scanned
    std::fs::remove_file(&pipe).unwrap();
    std::fs::write(&pipe, HIT).unwrap();
    let resumed = run(&mut program(&[&args[..], &["--resume"]].concat()));
    assert_eq!(resumed.status.code(), Some(1), "{}", resumed.stderr);
    assert_eq!(std::fs::read_to_string(&hits).unwrap().lines().count(), 101);
    assert_eq!(names(&folder), ["a.json", "b.json", "hits"]);
}

#[test]
fn two_scans_do_not_write_one_output() {
    let folder = folder("two-scans");
    let hits = folder.join("hits");
    let output = hits.to_str().unwrap();
    let pipe = folder.join("events");
    fifo(&pipe);
    let args = ["scan", "--pattern", PATTERN, "--output", output, "--resume", pipe.to_str().unwrap()];
    let first = program(&args).spawn().unwrap();
    let mut writer = std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
    let holder = format!("(process {})", first.id());
    for more in [&args[..], &[&args[..5], &args[6..]].concat()] {
        let second = run(&mut program(more));
        assert_eq!(second.status.code(), Some(2), "{}", second.stderr);
        assert!(
            second.stderr.contains("another scan") && second.stderr.contains(&holder),
            "{}",
            second.stderr
        );
    }
    writer.write_all(HIT.as_bytes()).unwrap();
    drop(writer);
    let first = finish_within(first, LIMIT).expect("it ends");
    assert_eq!(first.status.code(), Some(1), "{}", first.stderr);
    assert_eq!(std::fs::read_to_string(&hits).unwrap().lines().count(), 1);
    assert_eq!(names(&folder), ["events", "hits"]);
}

/// Scans that start and end at the same moments: each ends with a whole output, or says that another one writes.
#[test]
fn many_scans_to_one_output_leave_a_whole_one() {
    let folder = folder("many-scans");
    let events = file(&folder.join("a.json"), &HIT.repeat(2_000));
    let hits = folder.join("hits");
    let args = ["scan", "--pattern", PATTERN, "--output", hits.to_str().unwrap(), "--resume", &events];
    let scan = |_| {
        let command = || program(&args);
        std::thread::spawn({
            let mut command = command();
            move || run(&mut command)
        })
    };
    let runs: Vec<Run> =
        (0..24).map(scan).collect::<Vec<_>>().into_iter().map(|it| it.join().unwrap()).collect();
    for run in &runs {
        let is_refused = run.status.code() == Some(2) && run.stderr.contains("another scan");
        assert!(run.status.code() == Some(1) || is_refused, "{:?}: {}", run.status, run.stderr);
    }
    assert!(runs.iter().any(|run| run.status.code() == Some(1)));
    assert_eq!(std::fs::read_to_string(&hits).unwrap().lines().count(), 2_000);
    assert_eq!(names(&folder), ["a.json", "hits"]);
}

/// A scan of three files that ran out of room in the last one; then something happens, and it is resumed.
#[test]
fn a_journal_is_for_the_same_scan_only() {
    let folder = folder("journal");
    let trail = folder.join("trail");
    let other = folder.join("other");
    for (at, lines) in [10, 10, 2_000].into_iter().enumerate() {
        file(&trail.join(format!("{at}.json")), &HIT.repeat(lines));
        file(&other.join(format!("{at}.json")), &HIT.repeat(lines));
    }
    let first = trail.join("0.json");
    let [trail, other] = [&trail, &other].map(|path| path.to_str().unwrap());
    let hits = folder.join("hits");
    let journal = folder.join("hits.journal");
    let scan = |trail| ["scan", "--pattern", PATTERN, "--output", hits.to_str().unwrap(), trail];
    let resume = |trail| run(&mut program(&[&scan(trail)[..], &["--resume"]].concat()));
    let full = in_little_room(20, &scan(trail));
    assert_eq!(full.status.code(), Some(3), "{}", full.stderr);
    let begun = std::fs::read_to_string(&journal).unwrap();

    let refused = |trail, said: &str| {
        let refused = resume(trail);
        assert_eq!(refused.status.code(), Some(2), "{said}: {}", refused.stderr);
        assert!(refused.stderr.contains(said), "{said}: {}", refused.stderr);
        assert!(!hits.exists());
    };
    refused(other, "other rules, inputs or options");
    std::fs::write(&journal, begun.replacen("\"version\":6", "\"version\":1", 1)).unwrap();
    refused(trail, "the journal has version 1, and this program writes version 6");
    std::fs::write(&journal, "\n").unwrap();
    refused(trail, "not the journal of a scan");
    std::fs::write(&journal, &begun).unwrap();

    // as long as before, a nanosecond younger
    let modified = std::fs::metadata(&first).unwrap().modified().unwrap();
    let set = |time| std::fs::File::options().write(true).open(&first).unwrap().set_modified(time).unwrap();
    set(modified + std::time::Duration::from_nanos(1));
    refused(trail, "0.json has changed since it was scanned");
    set(modified);
    // as long and as old as before, another file
    let text = std::fs::read(&first).unwrap();
    let kept = folder.join("kept");
    std::fs::rename(&first, &kept).unwrap();
    std::fs::write(&first, text).unwrap();
    set(modified);
    refused(trail, "0.json has changed since it was scanned");
    std::fs::rename(&kept, &first).unwrap();

    let resumed = resume(trail);
    assert_eq!(resumed.status.code(), Some(1), "{}", resumed.stderr);
    assert_eq!(std::fs::read_to_string(&hits).unwrap().lines().count(), 2_020);
    let scanned_once = std::fs::read(&hits).unwrap();
    run(&mut program(&scan(trail)));
    assert_eq!(std::fs::read(&hits).unwrap(), scanned_once);
}

/// A file that is deleted before the scan is continued was not read, unless it had been.
#[test]
fn inputs_that_are_gone_are_missed() {
    let folder = folder("journal-gone");
    let trail = folder.join("trail");
    for (at, lines) in [10, 10, 2_000, 10].into_iter().enumerate() {
        file(&trail.join(format!("{at}.json")), &HIT.repeat(lines));
    }
    let hits = folder.join("hits");
    let args = [
        "scan",
        "--pattern",
        PATTERN,
        "--output",
        hits.to_str().unwrap(),
        "--threads",
        "1",
        trail.to_str().unwrap(),
    ];
    let full = in_little_room(20, &args);
    assert_eq!(full.status.code(), Some(3), "{}", full.stderr);
    for gone in ["0.json", "3.json"] {
        std::fs::remove_file(trail.join(gone)).unwrap();
    }
    let resumed = run(&mut program(&[&args[..], &["--resume"]].concat()));
    assert_eq!(resumed.status.code(), Some(3), "{}", resumed.stderr);
    for said in [
        "0.json was read before, and is gone",
        "3.json: cannot read: it was there when the scan began, and is gone",
    ] {
        assert!(resumed.stderr.contains(said), "{said}: {}", resumed.stderr);
    }
    assert!(resumed.stderr.contains(" in 4 inputs, "), "{}", resumed.stderr);
    assert!(resumed.stderr.contains(", 1 input damaged or unreadable"), "{}", resumed.stderr);
    assert_eq!(std::fs::read_to_string(&hits).unwrap().lines().count(), 2_020);
}

/// What could not be opened by the first scan is read by the one that continues it.
#[test]
#[cfg(unix)]
fn inputs_that_could_not_be_read_are_read_again() {
    let folder = folder("journal-unread");
    let events: Vec<String> = [10, 10, 2_000]
        .into_iter()
        .enumerate()
        .map(|(at, lines)| file(&folder.join(format!("{at}.json")), &HIT.repeat(lines)))
        .collect();
    let (hits, journal) = (folder.join("hits"), folder.join("hits.journal"));
    for unread in [0, 1] {
        // no program can open a socket as a file
        std::fs::remove_file(&events[unread]).unwrap();
        let socket = std::os::unix::net::UnixListener::bind(&events[unread]).unwrap();
        let args = ["scan", "--pattern", PATTERN, "--output", hits.to_str().unwrap()];
        let args = [&args[..], &events.iter().map(String::as_str).collect::<Vec<_>>()].concat();
        let full = in_little_room(20, &args);
        assert_eq!(full.status.code(), Some(3), "{}", full.stderr);
        assert!(full.stderr.contains(&format!("{unread}.json: cannot read: ")), "{}", full.stderr);
        assert!(std::fs::read_to_string(&journal).unwrap().contains("\"is_unread\":true"));
        drop(socket);
        std::fs::remove_file(&events[unread]).unwrap();
        file(Path::new(&events[unread]), &HIT.repeat(10));
        let resumed = run(&mut program(&[&args[..], &["--resume"]].concat()));
        assert_eq!(resumed.status.code(), Some(1), "{}", resumed.stderr);
        assert_eq!(std::fs::read_to_string(&hits).unwrap().lines().count(), 2_020);
        std::fs::remove_file(&hits).unwrap();
    }
}

/// A link that somebody put where the part or the journal will be leads nowhere.
#[test]
fn a_link_in_the_place_of_the_part_is_not_followed() {
    let folder = folder("planted");
    let events = file(&folder.join("a.json"), HIT);
    let victim = file(&folder.join("victim"), "precious");
    let hits = folder.join("hits");
    for name in ["hits.part", "hits.journal"] {
        symlink(&victim, folder.join(name)).unwrap();
        let args = ["scan", "--pattern", PATTERN, "--output", hits.to_str().unwrap(), "--resume", &events];
        let refused = run(&mut program(&args));
        assert_eq!(refused.status.code(), Some(2), "{}", refused.stderr);
        assert!(refused.stderr.contains("not a regular file"), "{}", refused.stderr);
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
        std::fs::remove_file(folder.join(name)).unwrap();
    }
}

/// The files of a folder and those below it.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// No other file of the program creates, renames or truncates files; unit tests may.
#[test]
fn one_module_writes() {
    let forbidden =
        ["fs::write", "File::create", "OpenOptions", "fs::rename", "create_dir", "NamedTempFile", "fs::copy"];
    let mut read = 0;
    for path in sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        let source = std::fs::read_to_string(&path).unwrap();
        read += 1;
        if path.file_name().unwrap() == "write.rs" {
            assert!(source.contains("OpenOptions"));
            continue;
        }
        let program = source.split("\n#[cfg(test)]\nmod ").next().unwrap();
        for word in forbidden {
            assert!(!program.contains(word), "{} uses {word}: files are written by write.rs", path.display());
        }
    }
    assert!(read > 20);
}
