//! Where patterns are found, how many of them are checked, and what is said of the others: `tests/sources/cases.tsv` over the files
//! beside it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join("tests/sources")
}

fn cwfilter(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(args).current_dir(folder).output().unwrap()
}

/// Every lint as `file:line lint`, notes left out.
fn lints(answer: &Value) -> Vec<String> {
    let findings = answer["findings"].as_array().unwrap().iter();
    let findings = findings.filter(|finding| finding["lint"] != "unchecked-pattern");
    let shown = |finding: &Value| {
        let file =
            Path::new(finding["file"].as_str().unwrap()).file_name().unwrap().to_str().unwrap().to_owned();
        format!("{file}:{} {}", finding["line"], finding["lint"].as_str().unwrap())
    };
    let mut lints: Vec<String> = findings.map(shown).collect();
    lints.sort();
    lints
}

#[test]
fn patterns_are_found_checked_or_not_checked_with_the_reason() {
    let table = std::fs::read_to_string(folder().join("cases.tsv")).unwrap();
    let (mut wrong, mut rows) = (Vec::new(), String::new());
    for row in table.lines() {
        if row.starts_with('#') || row.is_empty() {
            rows += &format!("{row}\n");
            continue;
        }
        let path = row.split('\t').next().unwrap();
        let output = cwfilter(&folder(), &["lint", "--allow-empty", "--format", "json", path]);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let reasons: Vec<&str> = answer["notChecked"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|it| it["reason"].as_str().unwrap())
            .collect();
        let read = [
            path.to_owned(),
            answer["patterns"].to_string(),
            answer["checked"].to_string(),
            lints(&answer).join(", "),
            reasons.join(" | "),
        ];
        let read = read.join("\t");
        rows += &format!("{read}\n");
        if read != row {
            wrong.push(format!(
                "expected {row}\nread     {read}\n{}",
                String::from_utf8_lossy(&output.stderr)
            ));
        }
        // counts are whole
        let not_checked = answer["notChecked"].as_array().unwrap().len() as u64;
        assert_eq!(
            answer["patterns"].as_u64(),
            answer["checked"].as_u64().map(|it| it + not_checked),
            "{path}"
        );
    }
    if std::env::var_os("CWFILTER_BLESS").is_some() {
        std::fs::write(folder().join("cases.tsv"), &rows).unwrap();
        return;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_format_has_the_counts() {
    // format, what it says of a file with two patterns, one of them not known
    let table = [
        ("human", "2 patterns in 1 file: 1 checked, 1 not checked; 1 finding"),
        ("json", "\"checked\": 1,"),
        ("sarif", "\"notChecked\": 1,"),
        ("junit", "<property name=\"notChecked\" value=\"1\"/>"),
        ("github", "::notice title=cwfilter::2 patterns in 1 file: 1 checked, 1 not checked"),
        ("ndjson", "not checked: `aws_sns_topic.t.arn` is known only when Terraform runs"),
    ];
    for (format, said) in table {
        let output = cwfilter(&folder(), &["lint", "--format", format, "terraform/attribute"]);
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(stdout.contains(said), "{format}: {stdout}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(format == "human" || stderr.contains("1 checked, 1 not checked"), "{format}: {stderr}");
    }
}

#[test]
fn strict_makes_a_pattern_that_is_not_checked_a_failure() {
    for (path, plain, strict) in [
        ("terraform/no-default", 0, 1),
        ("cloudformation/jinja.yaml", 0, 1),
        ("cloudformation/sub-literal.yaml", 1, 1),
        ("../../patterns", 0, 0),
    ] {
        assert_eq!(cwfilter(&folder(), &["lint", path]).status.code(), Some(plain), "{path}");
        assert_eq!(cwfilter(&folder(), &["lint", "--strict", path]).status.code(), Some(strict), "{path}");
    }
}

#[test]
fn what_is_not_read_is_named() {
    for (path, said) in [
        ("other/stack.ts", "error: other/stack.ts:1:1: a .ts file is not read; write out what it deploys"),
        ("none.tf", "error: none.tf: cannot read"),
    ] {
        let output = cwfilter(&folder(), &["lint", path]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(said), "{path}: {stderr}");
        assert_eq!(output.status.code(), Some(3), "{path}");
    }
}

#[test]
fn a_finding_points_at_the_literal_and_shows_the_uses() {
    let output = cwfilter(&folder(), &["lint", "terraform/other-file"]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("--> terraform/other-file/locals.tf:2:26"), "{stdout}");
    assert!(stdout.contains("= note: used as local.stop at terraform/other-file/main.tf:4:20"), "{stdout}");
    // through one of the files only: the other files of the folder are evaluated, too
    let output = cwfilter(&folder(), &["lint", "terraform/other-file/main.tf"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("locals.tf:2:26"));
}

/// A folder with these files.
fn scratch(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sources-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn filter(pattern: &str) -> String {
    format!("resource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  pattern = {pattern}\n}}\n")
}

#[test]
fn a_literal_is_rewritten_where_it_is_and_only_if_nothing_else_changes() {
    // name, files, what fmt is told to read, the file that is looked at, its text afterwards, what is said
    let local = "locals {\n  p = \"{$.a=1}\"\n}\n";
    let laid_out = "locals {\n  p = \"{ $.a = 1 }\"\n}\n";
    let key = "locals {\n  p = toset([\"{$.a=1}\"])\n}\n";
    let each = filter("each.value").replace("  pattern", "  for_each = local.p\n  pattern");
    let main = filter("local.p");
    let both = format!("{main}output \"p\" {{\n  value = \"x ${{local.p}}\"\n}}\n");
    let used = format!("{local}{}{}", main, filter("\"{ $.b = 1 && ${local.p} }\""));
    let rows = [
        (
            "other",
            vec![("locals.tf", local), ("main.tf", main.as_str())],
            ".",
            "locals.tf",
            laid_out,
            "changed",
        ),
        (
            "unnamed",
            vec![("locals.tf", local), ("main.tf", &main)],
            "main.tf",
            "locals.tf",
            local,
            "not among those",
        ),
        (
            "key",
            vec![("locals.tf", key), ("main.tf", &each)],
            ".",
            "locals.tf",
            key,
            "also the key of a resource",
        ),
        (
            "output",
            vec![("locals.tf", local), ("main.tf", &both)],
            ".",
            "locals.tf",
            local,
            "also used elsewhere",
        ),
        ("part", vec![("main.tf", &used)], ".", "main.tf", &used, "also used elsewhere"),
    ];
    for (name, files, paths, looked_at, expected, said) in rows {
        let folder = scratch(name, &files);
        let output = cwfilter(&folder, &["fmt", paths]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(said), "{name}: {stderr}");
        assert_eq!(std::fs::read_to_string(folder.join(looked_at)).unwrap(), expected, "{name}");
    }
}

#[test]
fn files_outside_the_project_are_not_read() {
    let folder = scratch(
        "outside",
        &[("secret.txt", "{ $.a == 1 }"), ("in/main.tf", &filter("file(\"../secret.txt\")"))],
    );
    let output = cwfilter(&folder.join("in"), &["lint", "--format", "json", "main.tf"]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    // the working folder, or the repository that the test runs in
    let is_in_repository = folder.ancestors().any(|above| above.join(".git").exists());
    let said = if is_in_repository { "refused-pattern" } else { "it is outside the project" };
    assert!(stdout.contains(said), "{stdout}");
    let folder = scratch("hosts", &[("main.tf", &filter("file(\"/etc/hostname\")"))]);
    let output = cwfilter(&folder, &["lint", "--format", "json", "main.tf"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("it is outside the project"));
}

#[test]
fn evaluation_is_bounded() {
    let wide = "locals {\n  a = range(100000000)\n  b = join(\"\", [for i in range(9000) : join(\"\", [for j in range(9000) : \"xxxxxxxxxxxxxxxx\"])])\n}\n";
    let deep = format!(
        "locals {{\n  a0 = \"x\"\n{}}}\n",
        (1..400)
            .map(|at| format!("  a{at} = \"${{local.a{}}}${{local.a{}}}\"\n", at - 1, at - 1))
            .collect::<String>()
    );
    let itself = "module \"a\" {\n  source = \"./\"\n}\nmodule \"b\" {\n  source = \"./\"\n}\n";
    let rows = [
        ("wide", format!("{wide}{}", filter("local.a[0]"))),
        ("long", format!("{wide}{}", filter("local.b"))),
        ("deep", format!("{deep}{}", filter("local.a399"))),
        ("itself", format!("{itself}{}", filter("\"x\""))),
        ("each", filter("\"x\"").replace("  pattern", "  count = 100000000\n  pattern")),
    ];
    for (name, text) in rows {
        let folder = scratch(&format!("bound-{name}"), &[("main.tf", &text)]);
        let output = cwfilter(&folder, &["lint", "--allow-empty", "."]);
        assert!(output.status.code().is_some_and(|code| code < 4), "{name}: {output:?}");
    }
}

#[test]
fn a_terraform_file_that_cannot_be_read_is_an_error() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unreadable");
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(folder.join("m")).unwrap();
    std::fs::create_dir(folder.join(".git")).unwrap();
    let latin = b"locals {\n  p = \"caf\xe9\"\n}\n";
    let write = |name: &str, text: &[u8]| std::fs::write(folder.join(name), text).unwrap();
    write("main.tf", b"module \"m\" {\n  source = \"./m\"\n}\n");
    write("latin.tf", latin);
    write("m/main.tf", b"resource \"aws_cloudwatch_log_metric_filter\" \"a\" {\n  pattern = \"ERROR\"\n}\n");
    write("m/terraform.tfvars", latin);
    // an editor's lock is not a part of the configuration
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.join(".#main.tf")).unwrap();
    let expected = |prefix: &str| {
        format!(
            "error: {prefix}latin.tf:1:1: cannot read: byte 19 is not valid UTF-8\nerror: {prefix}m/terraform.tfvars:1:1: cannot read: byte 19 is not valid UTF-8\n"
        )
    };
    let output = cwfilter(&folder, &["lint", "main.tf"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected(""));
    assert_eq!(output.status.code(), Some(3));
    // a named file has one error
    let output = cwfilter(&folder, &["lint", "latin.tf", "main.tf"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(said.matches("latin.tf").count(), 1, "{said}");
}
