//! In folders, only regular files are read. No other entry makes a command hang, and none is skipped without a message.
#![cfg(unix)]

#[path = "support/program.rs"]
mod program;

use program::{Ran, folder, program, write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

const RULE: &str = "[[rule]]\nid = \"r\"\npattern = \"{ $.a = 1 }\"\nfires = \"1\"\n\
    [[rule.test]]\nname = \"t\"\nevent = \"events/one.json\"\nexpect = \"match\"\n";

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// A pack and an archive, each with everything in it that is not to be read.
fn hostile(name: &str) -> std::path::PathBuf {
    let root = folder(name);
    write(&root, "rules/r.toml", RULE);
    write(&root, "rules/events/one.json", "{\"a\":1}");
    write(&root, "trail/one.json", "{\"a\":1}");
    for (place, end) in [("rules", "toml"), ("trail", "json")] {
        let place = root.join(place);
        fifo(&place.join(format!("fifo.{end}")));
        symlink(format!("fifo.{end}"), place.join(format!("to-fifo.{end}"))).unwrap();
        symlink("/dev/zero", place.join(format!("to-device.{end}"))).unwrap();
        symlink(".", place.join("loop")).unwrap();
        drop(std::os::unix::net::UnixListener::bind(place.join(format!("socket.{end}"))).unwrap());
    }
    root
}

#[test]
fn only_regular_files_are_read_and_the_rest_is_counted() {
    let root = hostile("folders-hostile");
    let said =
        ["2 FIFOs skipped", "1 socket skipped", "1 device skipped", "1 symbolic link to a folder skipped"];
    let table: &[(&[&str], i32)] = &[
        (&["test", "rules"], 0),
        (&["lint", "rules"], 0),
        (&["fmt", "--check", "rules"], 0),
        (&["generate", "rules"], 0),
        (&["mutate", "rules"], 0),
        (&["diff", "rules", "rules"], 0),
        (&["audit", "--against", "cis-aws", "rules"], 1),
        (&["explain", "--rules", "rules", "r", "{\"a\":1}"], 0),
        (&["verify", "rules"], 2),
        (&["scan", "--pattern", "{ $.a = 1 }", "trail"], 1),
        (&["scan", "--rules", "rules", "rules/events/one.json"], 1),
        (&["backtest", "--rules", "rules/r.toml", "trail"], 0),
        (&["simulate", "--rules", "rules/r.toml", "trail"], 0),
    ];
    // with AWS's SDK built in, `verify` would ask an account
    let is_offline = |(args, _): &&(&[&str], i32)| !cfg!(feature = "aws") || args.first() != Some(&"verify");
    for (args, code) in table.iter().filter(is_offline) {
        let Ran { code: got, stdout, stderr } = program(&root, args);
        assert_eq!(got, Some(*code), "{args:?}: {stdout}{stderr}");
        for line in said {
            assert!(stderr.contains(line), "{args:?}: `{line}` in\n{stderr}");
        }
        assert!(!stderr.contains(", skipped"), "{args:?}: named without --verbose\n{stderr}");
        let named = program(&root, &[args, &["--verbose"][..]].concat()).stderr;
        for line in ["loop: a symbolic link to a folder, skipped", "a socket, skipped", "a device, skipped"] {
            assert!(named.contains(line), "{args:?}: `{line}` in\n{named}");
        }
    }
}

#[test]
fn summaries_in_json_count_what_was_skipped() {
    let root = hostile("folders-json");
    write(&root, "rules/notes.txt", "");
    write(&root, "trail/notes.txt", "");
    let table: &[(&[&str], &str)] = &[
        (&["scan", "--pattern", "{ $.a = 1 }", "--count", "--json", "trail"], "skippedEntries"),
        (&["backtest", "--rules", "rules/r.toml", "--json", "trail"], "skippedEntries"),
        (&["lint", "--format", "json", "rules"], "skippedEntries"),
        (&["audit", "--json", "--against", "cis-aws", "rules"], "skippedEntries"),
        (&["diff", "--json", "rules", "{ $.a = 1 }"], "skipped_entries"),
    ];
    for (args, key) in table {
        let ran = program(&root, args);
        let value: serde_json::Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{args:?}: {ran:?}"));
        assert_eq!(value[key], 6, "{args:?}: {value}");
    }
}

#[test]
fn what_a_person_names_is_read_though_it_is_a_fifo() {
    let root = folder("folders-named");
    write(&root, "r.toml", RULE.replace("event = \"events/one.json\"", "log = '{\"a\":1}'"));
    write(&root, "one.json", "{\"a\":1}\n");
    let bash = |command: &str| {
        let program = env!("CARGO_BIN_EXE_cwfilter");
        program::run(Command::new("bash").arg("-c").arg(format!("B={program}; {command}")).current_dir(&root))
    };
    for (command, code, said) in [
        ("$B test <(cat r.toml)", 0, "1 passed"),
        ("$B test /dev/stdin < r.toml", 0, "1 passed"),
        ("$B scan --pattern '{ $.a = 1 }' <(cat one.json)", 1, "1 match"),
        ("$B scan --rules <(cat r.toml) /dev/stdin < one.json", 1, "1 match"),
        ("$B explain '{ $.a = 1 }' @/dev/stdin < one.json", 0, "match"),
    ] {
        let ran = bash(command);
        assert_eq!(ran.code, Some(code), "{command}: {ran:?}");
        assert!((ran.stdout.clone() + &ran.stderr).contains(said), "{command}: {ran:?}");
    }
}

#[test]
fn a_link_to_nothing_is_an_error_where_it_would_be_read() {
    let root = folder("folders-dead");
    write(&root, "rules/r.toml", RULE.replace("event = \"events/one.json\"", "log = '{\"a\":1}'"));
    write(&root, "one.json", "{\"a\":1}\n");
    symlink("nothing", root.join("rules/gone.toml")).unwrap();
    symlink("nothing", root.join("gone.json")).unwrap();
    for args in [&["test", "rules"][..], &["scan", "--pattern", "{ $.a = 1 }", "."]] {
        let ran = program(&root, args);
        assert_eq!(ran.code, Some(3), "{args:?}: {ran:?}");
        assert!(ran.stderr.contains("the symbolic link leads to nothing"), "{args:?}: {ran:?}");
    }
    // links are never followed where files may be rewritten
    let linted = program(&root, &["lint", "rules"]);
    assert_eq!(linted.code, Some(0), "{linted:?}");
    assert!(linted.stderr.contains("1 symbolic link to nothing skipped"), "{linted:?}");
}

/// Files that a rule file or a stack names lie below its folder, or below `--root`.
#[test]
fn named_files_stay_below_the_folder() {
    let root = folder("folders-root");
    write(&root, "secret/one.json", "{\"a\":1,\"secret\":\"AKIAIOSFODNN7EXAMPLE\"}");
    write(&root, "secret/rules.toml", RULE.replace("event = \"events/one.json\"", "log = '{\"a\":1}'"));
    write(&root, "pack/events/one.json", "{\"a\":1}");
    symlink("../secret/one.json", root.join("pack/link.json")).unwrap();
    symlink("../secret", root.join("pack/folder")).unwrap();
    symlink("events/one.json", root.join("pack/inside.json")).unwrap();
    symlink("/dev/zero", root.join("pack/events/zero.json")).unwrap();
    fifo(&root.join("pack/events/fifo.json"));
    let absolute = root.join("secret/one.json").display().to_string();
    let inside = root.join("pack/events/one.json").display().to_string();
    let outside = "it is outside the rule file's folder";
    let table: &[(String, i32, &str)] = &[
        ("event = \"events/one.json\"".to_owned(), 0, "1 passed"),
        ("event = \"inside.json\"".to_owned(), 0, "1 passed"),
        ("event = \"events/../events/one.json\"".to_owned(), 0, "1 passed"),
        (format!("event = \"{inside}\""), 0, "1 passed"),
        ("event = \"../secret/one.json\"".to_owned(), 2, outside),
        ("events = [\"events/one.json\", \"events/../../secret/one.json\"]".to_owned(), 2, outside),
        (format!("event = \"{absolute}\""), 2, outside),
        ("event = \"/etc/nothing/of/the/kind.json\"".to_owned(), 2, outside),
        ("event = \"link.json\"".to_owned(), 2, outside),
        ("event = \"folder/one.json\"".to_owned(), 2, outside),
        ("event = \"events/zero.json\"".to_owned(), 2, outside),
        ("event = \"events/fifo.json\"".to_owned(), 2, "it is a FIFO, not a regular file"),
        ("event = \"events\"".to_owned(), 2, "it is a folder, not a regular file"),
    ];
    for (event, code, said) in table {
        write(&root, "pack/r.toml", RULE.replace("event = \"events/one.json\"", event));
        let ran = program(&root, &["test", "pack"]);
        assert_eq!(ran.code, Some(*code), "{event}: {ran:?}");
        assert!((ran.stdout.clone() + &ran.stderr).contains(said), "{event}: {ran:?}");
        assert!(!(ran.stdout.clone() + &ran.stderr).contains("AKIA"), "{event}: {ran:?}");
        if *said == outside {
            assert!(
                ran.stderr.contains("r.toml:7:") && ran.stderr.contains("`--root DIR`"),
                "{event}: {ran:?}"
            );
        }
    }
    write(&root, "pack/r.toml", RULE.replace("events/one.json", "../secret/one.json"));
    assert_eq!(program(&root, &["test", "pack", "--root", "."]).code, Some(0));
    // a rule file that is a link out of the folder would be quoted in errors
    write(&root, "pack/r.toml", RULE);
    symlink("../secret/rules.toml", root.join("pack/out.toml")).unwrap();
    let ran = program(&root, &["test", "pack"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("leads out of `pack`") && ran.stderr.contains("--root"), "{ran:?}");
}

#[test]
fn a_stack_names_rules_below_its_folder() {
    let root = folder("folders-stack");
    let metric = "fires = \"1\"\nmetric = { namespace = \"N\", name = \"n\", value = \"1\" }\n\
        alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }";
    write(&root, "rules/r.toml", RULE.replace("fires = \"1\"", metric));
    write(&root, "rules/events/one.json", "{\"a\":1}");
    let stack = |rules: &str| {
        format!("name = \"s\"\nregion = \"us-east-1\"\nrules = [\"{rules}\"]\n[log_group]\nname = \"g\"\n")
    };
    write(&root, "stacks/cwfilter.toml", stack("../rules"));
    let export = ["export", "terraform", "--stack", "stacks/cwfilter.toml"];
    let ran = program(&root, &export);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    for said in ["cwfilter.toml:3:10", "`../rules` lies outside the stack's folder", "`--root DIR`"] {
        assert!(ran.stderr.contains(said), "{said}: {ran:?}");
    }
    assert_eq!(program(&root, &[&export[..], &["--root", "."]].concat()).code, Some(0));
    write(&root, "cwfilter.toml", stack("rules"));
    assert_eq!(program(&root, &["export", "terraform"]).code, Some(0));
}
