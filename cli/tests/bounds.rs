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
        ("$B explain x @/dev/zero", 3, "binary data, which is not read"),
        ("$B explain x - < /dev/zero", 3, "binary data, which is not read"),
        ("$B explain --rules /dev/zero r x", 3, LIMIT),
        ("$B export terraform --stack /dev/zero", 3, LIMIT),
        ("$B import --filters /dev/zero", 3, LIMIT),
        ("$B verify --replay /dev/zero", 3, LIMIT),
        ("$B emit --ndjson < /dev/zero", 3, LIMIT),
        ("$B test-metric-filter --ndjson < /dev/zero", 3, LIMIT),
        ("$B test-metric-filter --cli-input-json file:///dev/zero", 2, LIMIT),
        ("$B scan --rules /dev/zero .", 3, LIMIT),
        ("$B scan --rules r.toml /dev/zero", 3, "binary data, which is not read"),
        ("$B scan --rules r.toml - < /dev/zero", 3, "binary data, which is not read"),
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

/// A pattern of 1,024 characters of parentheses, in a stack of 2 MiB: nothing that reads patterns overflows it.
#[test]
fn parentheses_do_not_fill_the_stack() {
    let root = folder("bounds-parentheses");
    write(&root, "one.json", "{\"a\":1}");
    let nested = |open: &str, close: &str, depth: usize| {
        format!("{{{}$.a=1{}}}", open.repeat(depth), close.repeat(depth))
    };
    for (name, pattern) in [
        ("groups", nested("(", ")", 508)),
        ("conjunctions", nested("($.a=1&&", ")", 110)),
        ("both", nested("(($.a=1||", "))", 90)),
    ] {
        let rule = format!("[[rule]]\nid = 'r'\npattern = '{pattern}'\n");
        write(&root, "none.toml", &rule);
        write(&root, "r.toml", rule + "[[rule.test]]\nname = 't'\nlog = '{\"a\":1}'\nexpect = 'match'\n");
        for (command, code) in [
            ("$B lint r.toml", 1),
            ("$B lint --fix=suggested --diff r.toml", 1),
            // AWS would refuse the pattern in its new layout, which is longer
            ("$B fmt --diff r.toml", 3),
            ("$B test --coverage r.toml", 0),
            ("$B mutate r.toml", 0),
            ("$B generate none.toml", 1),
            ("$B audit --against cis-aws r.toml", 1),
            ("$B diff r.toml r.toml", 0),
            ("$B explain --rules r.toml r @one.json", 0),
            ("$B scan --rules r.toml one.json", 1),
        ] {
            let ran = shell(&root, &format!("ulimit -s 2048; {command}"));
            let answers = if code == 0 { vec![0] } else { vec![0, code] };
            assert!(ran.code.is_some_and(|code| answers.contains(&code)), "{name}: {command}: {ran:?}");
        }
    }
}

/// Nesting of 10,000 levels in every kind of file: an error that says so.
#[test]
fn nesting_is_refused_before_it_fills_the_stack() {
    let root = folder("bounds-nesting");
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let list = nested("[", "]");
    for (name, text, said) in [
        ("list.toml", format!("x = {list}"), "max recursion depth"),
        ("table.toml", format!("x = {}", nested("{a=", "}")), "max recursion depth"),
        ("keys.toml", format!("{} = 1", nested("a.", ".a")), "recursion limit"),
        ("list.tf", format!("x = {list}\n"), "at most 64 nested levels"),
        ("blocks.tf", nested("a {\n", "}\n").replace('1', ""), "at most 64 nested levels"),
        ("templates.tf", format!("x = \"{}\"\n", nested("${\"", "\"}")), "at most 64 nested levels"),
        ("sums.tf", format!("x = {}1\n", "1+".repeat(10_000)), "at most 128 chained"),
        ("list.yaml", format!("x: {list}"), "recursion limit"),
        ("map.yaml", format!("x: {}", nested("{a: ", "}")), "nested more than 200 deep"),
        ("lines.yaml", "- ".repeat(10_000), "nested more than 200 deep"),
        ("list.json", list.clone(), "nested more than 200 deep"),
        ("object.json", nested("{\"a\":", "}"), "nested more than 200 deep"),
    ] {
        write(&root, name, text);
        for command in ["lint", "fmt --check", "diff x", "audit --against cis-aws"] {
            let ran = shell(&root, &format!("ulimit -s 2048; $B {command} {name}"));
            assert_eq!(ran.code, Some(3), "{command} {name}: {ran:?}");
            assert!(ran.stderr.contains(said), "{command} {name}: {ran:?}");
        }
    }
    // each alias expands to ten of the alias before it
    let ten = |at: usize| vec![format!("*a{}", at - 1); 10].join(",");
    let aliases: String = (1..12).map(|at| format!("a{at}: &a{at} [{}]\n", ten(at))).collect();
    write(&root, "aliases.yaml", format!("a0: &a0 [x]\n{aliases}"));
    assert_eq!(shell(&root, "$B lint aliases.yaml").code, Some(3));
}

/// Thousands of patterns and findings in one file: the time grows with the file, not with its square.
#[test]
fn large_files_are_read_once() {
    let root = folder("bounds-large");
    let rule = |at| format!("[[rule]]\nid = 'r{at}'\npattern = '{{ $.a{at} = }}'\n");
    write(&root, "refused.toml", (0..10_000).map(rule).collect::<String>());
    write(&root, "long.ndjson", format!("{{\"x\":\"{}\"}}\n", "z".repeat(63 << 20)));
    for (command, code, said) in [
        ("$B lint refused.toml", 1, "10000 findings"),
        ("$B lint --format sarif refused.toml", 1, "\"startLine\": 30000"),
        ("$B diff refused.toml refused.toml", 3, "0 pairs compared"),
        ("ulimit -v 600000; $B lint --ndjson-field x long.ndjson", 1, "1024 is the limit"),
    ] {
        let ran = shell(
            &root,
            &format!("timeout 60 bash -c '{command}'").replace("$B", env!("CARGO_BIN_EXE_cwfilter")),
        );
        assert_eq!(ran.code, Some(code), "{command}: {}", ran.stderr.chars().take(300).collect::<String>());
        assert!(ran.stdout.contains(said), "{command}");
    }
}
