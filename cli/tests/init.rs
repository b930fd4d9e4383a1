//! `cwfilter init`: what it writes passes every check, and it never overwrites.

#[path = "support/printed.rs"]
mod printed;

use printed::{folder, run};

/// The commands that the workflow runs, without the installation.
fn commands(workflow: &str) -> Vec<Vec<String>> {
    let runs = workflow.lines().filter_map(|line| line.trim().strip_prefix("run: cwfilter "));
    runs.map(|it| it.split(" > ").next().unwrap().split(' ').map(str::to_owned).collect()).collect()
}

#[test]
fn the_steps_of_the_new_workflow_pass() {
    let root = folder("init/new");
    let (code, text) = run(&root, &["init", "security"]);
    assert_eq!(code, 0, "{text}");
    let project = root.join("security");
    let workflow = std::fs::read_to_string(project.join(".github/workflows/cwfilter.yml")).unwrap();
    let commands = commands(&workflow);
    assert_eq!(commands.len(), 3, "{workflow}");
    for command in commands {
        let args: Vec<&str> = command.iter().map(String::as_str).collect();
        let (code, text) = run(&project, &args);
        assert_eq!(code, 0, "{args:?}: {text}");
    }
    for command in
        text.lines().filter_map(|line| line.trim_start_matches("next:").trim().strip_prefix("cwfilter "))
    {
        let args: Vec<&str> = command.split(' ').collect();
        let (code, text) = run(&root, &args);
        assert_eq!(code, 0, "{args:?}: {text}");
    }
    let (code, text) = run(&project, &["fmt", "--check", "rules"]);
    assert_eq!(code, 0, "{text}");
    let (code, text) = run(&project, &["test", "--coverage", "rules"]);
    assert_eq!(code, 0, "{text}");
    let (code, text) = run(&project, &["mutate", "rules"]);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn a_file_that_exists_is_never_overwritten() {
    for existing in ["cwfilter.toml", "rules/account.toml", ".github/workflows/cwfilter.yml"] {
        let root = folder("init/existing");
        let path = root.join(existing);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "mine").unwrap();
        let (code, text) = run(&root, &["init"]);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(&format!("{existing} exists")), "{text}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
        let written = std::fs::read_dir(&root).unwrap().count();
        assert_eq!(written, 1, "{existing}: other files were written");
    }
}

#[test]
fn a_folder_with_other_files_keeps_them() {
    let root = folder("init/others");
    std::fs::write(root.join("README.md"), "mine").unwrap();
    let (code, text) = run(&root, &["init"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(std::fs::read_to_string(root.join("README.md")).unwrap(), "mine");
    let file = root.join("README.md");
    let (code, text) = run(&root, &["init", file.to_str().unwrap()]);
    assert_eq!(code, 3, "a file is no folder: {text}");
}
