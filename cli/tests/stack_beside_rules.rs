//! A stack's file in the folder of the rules that it names: a folder is read without it, and an error says what it is.

use std::path::Path;
use std::process::Command;

const STACK: &str =
    "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\nlog_group = { name = \"trail\" }\n";
const RULES: &str = "[[rule]]\nid = \"a\"\npattern = \"ERROR\"\n\n[[rule.test]]\nname = \"one\"\nlog = \"ERROR one\"\nexpect = \"match\"\n";

fn run(folder: &Path, arguments: &str) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap(), text)
}

/// The command, the name of the stack's file, the exit code, and a part of what is said.
#[test]
fn a_stack_file_is_no_rule_file() {
    let table = [
        ("test .", "cwfilter.toml", 0, "2 other files skipped"),
        ("test .", "production.toml", 0, "2 other files skipped"),
        ("mutate .", "cwfilter.toml", 0, ""),
        ("generate .", "cwfilter.toml", 0, ""),
        ("scan --rules . log.txt", "cwfilter.toml", 0, ""),
        ("test cwfilter.toml", "cwfilter.toml", 2, "it is a stack's file, not a rule file"),
        ("test cwfilter.toml", "cwfilter.toml", 2, "`cwfilter plan --stack FILE` reads it"),
    ];
    for (arguments, name, expected, said) in table {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stack_beside_rules");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), STACK).unwrap();
        std::fs::write(folder.join("rules.toml"), RULES).unwrap();
        std::fs::write(folder.join("log.txt"), "fine\n").unwrap();
        let (code, text) = run(&folder, arguments);
        assert!(!text.contains("unknown field"), "{arguments}, {name}: {text}");
        assert!(code == expected && text.contains(said), "{arguments}, {name}: {code}: {text}");
    }
    // a file that is neither is still an error
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stack_beside_rules");
    std::fs::write(folder.join("neither.toml"), "name = \"s\"\n").unwrap();
    let (code, text) = run(&folder, "test .");
    assert!(code == 2 && text.contains("neither.toml"), "{code}: {text}");
}
