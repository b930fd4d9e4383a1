//! A CloudFormation template that is larger than a request: a note says so, and `--split` writes templates that fit. cfn-lint judges
//! them where it is installed.

#[path = "support/scratch.rs"]
mod scratch;

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Bytes of a template in a request, by CloudFormation's quotas.
const REQUEST_BYTES: usize = 51_200;

/// Exit code, standard output and standard error.
fn export(folder: &Path, arguments: &str) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .arg("export")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A stack with a number of rules.
fn stack(name: &str, rules: usize) -> PathBuf {
    let folder = scratch::folder(&format!("large-templates/{name}"));
    write_rules(&folder, rules);
    let stack = "name = \"large\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\nlog_group = { name = \"trail\" }\n\
        [topic]\nname = \"alerts\"\nsubscription = [{ protocol = \"email\", endpoint = \"security@example.com\" }]\n";
    std::fs::write(folder.join("cwfilter.toml"), stack).unwrap();
    folder
}

fn write_rules(folder: &Path, rules: usize) {
    let rule = |number: usize| {
        format!(
            "[[rule]]\nid = \"rule-{number}\"\npattern = '{{ $.word = \"{number} {}\" }}'\n\
             metric = {{ namespace = \"S\", name = \"m{number}\", value = \"1\" }}\n\
             alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1 }}\n",
            "x".repeat(300)
        )
    };
    let text: String = (0..rules).map(rule).collect();
    std::fs::write(folder.join("rules.toml"), text).unwrap();
}

fn resources(template: &str) -> BTreeSet<String> {
    let template: Value = serde_json::from_str(template).unwrap();
    template["Resources"].as_object().unwrap().keys().cloned().collect()
}

/// Whether cfn-lint accepts the templates. Says that it is missing.
fn lint(templates: &[PathBuf]) {
    if Command::new("cfn-lint").arg("--version").output().is_ok_and(|it| it.status.success()) {
        let output = Command::new("cfn-lint").args(templates).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    } else {
        eprintln!("SKIPPED: no `cfn-lint` on this machine");
    }
}

#[test]
fn a_template_that_is_too_large_is_named_and_split() {
    let folder = stack("large", 66);
    let (code, whole, said) = export(&folder, "cloudformation");
    assert_eq!(code, 0, "{said}");
    assert!(whole.len() > REQUEST_BYTES);
    let size = whole.trim_end().len();
    let notes = [size, size + 1]
        .map(|it| format!("the template has {it} bytes, and a request holds {REQUEST_BYTES}"));
    assert!(notes.iter().any(|note| said.contains(note)) && said.contains("`--split FOLDER`"), "{said}");

    let (code, _, said) = export(&folder, "cloudformation --split parts");
    assert_eq!(code, 0, "{said}");
    let parts: Vec<PathBuf> = (1..)
        .map(|number| folder.join(format!("parts/template-{number}.json")))
        .take_while(|it| it.is_file())
        .collect();
    assert!(
        parts.len() > 1 && said.contains(&format!("{} templates written to parts", parts.len())),
        "{said}"
    );
    let mut found = Vec::new();
    for part in &parts {
        let text = std::fs::read_to_string(part).unwrap();
        assert!(text.len() <= REQUEST_BYTES, "{}", text.len());
        found.extend(resources(&text));
    }
    assert_eq!(found.len(), resources(&whole).len(), "each resource is in one template");
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), resources(&whole));
    lint(&parts);
}

#[test]
fn a_template_that_fits_has_no_note() {
    let folder = stack("small", 3);
    let (code, whole, said) = export(&folder, "cloudformation");
    assert_eq!((code, said.contains("a request holds")), (0, false), "{said}");
    let (code, _, said) = export(&folder, "cloudformation --split parts");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 template written to parts"), "{said}");
    assert_eq!(
        resources(&std::fs::read_to_string(folder.join("parts/template-1.json")).unwrap()),
        resources(&whole)
    );
    lint(&[folder.join("parts/template-1.json")]);
}

/// Terraform has no such limit.
#[test]
fn terraform_is_not_split() {
    let folder = stack("terraform", 66);
    let (code, whole, said) = export(&folder, "terraform");
    assert_eq!(
        (code, whole.len() > REQUEST_BYTES, said.contains("a request holds")),
        (0, true, false),
        "{said}"
    );
    let (code, _, said) = export(&folder, "terraform --split parts");
    assert_eq!((code, said.contains("`--split` is for CloudFormation")), (2, true), "{said}");
}

#[test]
fn templates_of_an_earlier_export_are_named() {
    let folder = stack("shrinks", 100);
    let count = || std::fs::read_dir(folder.join("parts")).unwrap().count();
    let (_, _, said) = export(&folder, "cloudformation --split parts");
    let before = count();
    assert!(before > 1 && !said.contains("earlier export"), "{said}");
    write_rules(&folder, 1);
    let (code, _, said) = export(&folder, "cloudformation --split parts");
    assert_eq!((code, count()), (0, before), "files of others may be there: nothing is deleted");
    for number in 2..=before {
        let name = Path::new("parts").join(format!("template-{number}.json"));
        assert!(said.contains(&format!("{} is of an earlier export", name.display())), "{said}");
    }
}
