//! Inputs without an end, and far too large ones: an error that names the limit, in bounded memory.
#![cfg(target_os = "linux")]

#[path = "support/program.rs"]
mod program;

use program::{folder, run, write};
use std::process::Command;

/// Runs a shell command in 1.5 GB of memory; `$B` is the program.
fn shell(folder: &std::path::Path, command: &str) -> program::Ran {
    let program = env!("CARGO_BIN_EXE_cwfilter");
    let text = format!("ulimit -v 1500000; B={program}; {command}");
    run(Command::new("bash").arg("-c").arg(text).current_dir(folder))
}

const LIMIT: &str = "more than 64 MiB";

#[test]
fn input_without_an_end_is_refused_with_the_limit() {
    let root = folder("bounds-zero");
    write(&root, "r.toml", "[[rule]]\nid = \"r\"\npattern = \"x\"\n");
    for (command, code, said) in [
        ("$B test /dev/zero", 3, LIMIT),
        ("$B mutate /dev/zero", 3, LIMIT),
        ("$B generate /dev/zero", 3, LIMIT),
        ("$B lint /dev/zero", 3, LIMIT),
        ("$B lint --ndjson-field x /dev/zero", 3, LIMIT),
        ("$B lint - < /dev/zero", 3, LIMIT),
        ("$B fmt --check /dev/zero", 3, LIMIT),
        ("$B fmt - < /dev/zero", 3, LIMIT),
        ("$B audit --against cis-aws /dev/zero", 3, LIMIT),
        ("$B diff /dev/zero x", 3, LIMIT),
        ("$B explain x @/dev/zero", 3, LIMIT),
        ("$B explain x - < /dev/zero", 3, LIMIT),
        ("$B explain --rules /dev/zero r x", 3, LIMIT),
        ("$B export terraform --stack /dev/zero", 3, LIMIT),
        ("$B import --filters /dev/zero", 3, LIMIT),
        ("$B verify --replay /dev/zero", 3, LIMIT),
        ("$B emit --ndjson < /dev/zero", 3, LIMIT),
        ("$B test-metric-filter --ndjson < /dev/zero", 3, LIMIT),
        ("$B test-metric-filter --cli-input-json file:///dev/zero", 2, LIMIT),
        ("$B scan --rules /dev/zero .", 3, LIMIT),
        ("$B scan --rules r.toml /dev/zero", 3, "found byte 0x00"),
        ("$B scan --rules r.toml - < /dev/zero", 3, "found byte 0x00"),
        ("$B simulate --rules /dev/zero .", 3, LIMIT),
        ("$B backtest --rules /dev/zero .", 3, LIMIT),
    ] {
        let ran = shell(&root, command);
        assert_eq!(ran.code, Some(code), "{command}: {ran:?}");
        assert!((ran.stdout.clone() + &ran.stderr).contains(said), "{command}: {ran:?}");
    }
}

#[test]
fn threads_have_a_limit() {
    let root = folder("bounds-threads");
    write(&root, "one.json", "{\"a\":1}");
    for (threads, code) in [("0", 2), ("5000", 2), ("-1", 2), ("x", 2), ("1", 1), ("512", 1)] {
        let ran = shell(&root, &format!("$B scan --pattern '{{ $.a = 1 }}' --threads={threads} one.json"));
        assert_eq!(ran.code, Some(code), "{threads}: {ran:?}");
        assert_eq!(ran.stderr.contains("from 1 to 512"), code == 2, "{threads}: {ran:?}");
    }
}

/// 1,000 rules, each with a large regular expression, stay below the 1.5 GB of this test.
#[test]
fn large_regular_expressions_are_shared_or_refused() {
    let root = folder("bounds-regexes");
    let rules = |body: &dyn Fn(usize) -> String| -> String {
        let rule = |at| format!("[[rule]]\nid = 'r{at}'\npattern = '{{ $.f{at} = %{}% }}'\n", body(at));
        (0..1_000).map(rule).collect()
    };
    let value = "abcdefghij".repeat(120) + "1";
    let fields: Vec<String> = (0..20).map(|at| format!("\"f{at}\":\"{value}\"")).collect();
    write(&root, "event.json", format!("{{{}}}", fields.join(",")));
    write(&root, "same.toml", rules(&|_| "[a-z]{1000}".to_owned()));
    write(&root, "different.toml", rules(&|at| format!("a[a-z]{{{}}}", at + 1)));
    write(&root, "too-large.toml", rules(&|at| format!("a{at}.{{950}}")));
    for (file, code, said) in [
        ("same.toml", 1, "20 matches"),
        ("different.toml", 1, "20 matches"),
        ("too-large.toml", 2, "the regular expressions take more than 512 MiB; split the set"),
    ] {
        let ran = shell(&root, &format!("$B scan --count --rules {file} event.json"));
        assert_eq!(ran.code, Some(code), "{file}: {ran:?}");
        assert!(ran.stderr.contains(said), "{file}: {ran:?}");
    }
}
