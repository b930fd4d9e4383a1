//! The extension for VS Code starts for each language that it checks. `editors/vscode/pictures.mjs` tries it in VS Code.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../editors/vscode").join(name))
        .unwrap()
}

fn manifest() -> Value {
    serde_json::from_str(&read("package.json")).unwrap()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().unwrap().iter().map(|it| it.as_str().unwrap())
}

/// VS Code activates an extension for the languages that it contributes. Of the languages of the extension, VS Code itself has JSON and YAML.
#[test]
fn it_is_activated_for_each_language() {
    let manifest = manifest();
    let contributed = manifest["contributes"]["languages"].as_array().unwrap();
    let ids = contributed.iter().map(|it| it["id"].as_str().unwrap().to_owned());
    let events = texts(&manifest["activationEvents"]).filter_map(|it| it.strip_prefix("onLanguage:"));
    let activated: BTreeSet<String> = ids.chain(events.map(str::to_owned)).collect();
    let script = read("src/extension.js");
    let list = script.split("const languages = [").nth(1).unwrap().split(']').next().unwrap();
    let selected: BTreeSet<String> = list.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
    assert_eq!(activated, selected);
    // no other extension has to be installed for these files
    let extensions: BTreeSet<&str> = contributed.iter().flat_map(|it| texts(&it["extensions"])).collect();
    assert_eq!(extensions, BTreeSet::from([".tf", ".tofu", ".toml"]));
    for language in contributed {
        let configuration = read(language["configuration"].as_str().unwrap());
        let configuration: Value = serde_json::from_str(&configuration).unwrap();
        assert_eq!(configuration["comments"]["lineComment"], "#");
    }
}

/// `vsce package` refuses relative links: there is no repository that they are relative to.
#[test]
fn its_page_has_no_relative_links() {
    assert!(!read("README.md").contains("]("));
}

/// The commands of the docs are those of the manifest.
#[test]
fn the_docs_build_it_as_the_manifest_says() {
    let manifest = manifest();
    assert!(manifest["scripts"]["package"].as_str().unwrap().contains("@vscode/vsce package"));
    let docs =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/editors.md")).unwrap();
    let file = format!("cwfilter-{}.vsix", manifest["version"].as_str().unwrap());
    assert!(docs.contains("npm run package\n") && docs.contains(&file), "{file}");
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
}

/// After a start that failed, "Restart the language server" starts it; there is one output channel.
#[test]
fn it_restarts_after_a_start_that_failed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = std::process::Command::new("node")
        .arg(folder.join("tests/vscode_extension/restart.js"))
        .arg(folder.join("../editors/vscode/src/extension.js"))
        .output()
        .expect("node runs");
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{errors}");
    let counted: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(counted, serde_json::json!({ "channels": 1, "watchers": 1, "starts": 3 }));
}
