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

/// The step that installs the program, with a `cargo` that only writes down what it is asked for.
#[test]
fn the_workflow_installs_the_program_if_the_runner_has_none() {
    let root = folder("init/install");
    let bin = root.join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    std::fs::write(bin.join("cargo"), "#!/bin/sh\necho cargo \"$@\"\n").unwrap();
    let status = std::process::Command::new("chmod").arg("+x").arg(bin.join("cargo")).status().unwrap();
    assert!(status.success());
    let address = "https://git.example.com:8443/tools/cwfilter.git";
    let program =
        std::path::Path::new(env!("CARGO_BIN_EXE_cwfilter")).parent().unwrap().display().to_string();
    let rows: [(&[&str], &str, &str, i32, &str); 4] = [
        (
            &["init", "a", "--source", address],
            "",
            "",
            0,
            "cargo install --locked --git https://git.example.com:8443/tools/cwfilter.git cwfilter-cli",
        ),
        (
            &["init", "b"],
            "ssh://git@example.com/x",
            "",
            0,
            "cargo install --locked --git ssh://git@example.com/x cwfilter-cli",
        ),
        (&["init", "c"], "", "", 1, "::error::set the variable CWFILTER_SOURCE"),
        (&["init", "d"], "", &program, 0, "/cwfilter"),
    ];
    for (args, variable, path, code, wanted) in rows {
        let (made, text) = run(&root, args);
        assert_eq!(made, 0, "{text}");
        let workflow =
            std::fs::read_to_string(root.join(args[1]).join(".github/workflows/cwfilter.yml")).unwrap();
        let (_, step) = workflow.split_once("- name: Install cwfilter\n").unwrap();
        let source = step.split_once("SOURCE: ").unwrap().1.lines().next().unwrap();
        let script = step.split_once("run: |\n").unwrap().1.split("      - name").next().unwrap();
        let output = std::process::Command::new("bash")
            .args(["-e", "-c", script])
            .env("PATH", format!("{}:{path}:/usr/bin:/bin", bin.display()))
            .env("SOURCE", source.replace("${{ vars.CWFILTER_SOURCE }}", variable))
            .output()
            .unwrap();
        let log = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {log}");
        assert!(log.contains(wanted), "{args:?}: {log}");
    }
    for odd in [
        "",
        "x",
        "https://",
        "https://x y",
        "https://x'",
        "https://x\n- run: y",
        "ext::sh",
        "--config=x",
        "https://${{ x }}",
        "file://x#y",
    ] {
        let (code, text) = run(&root, &["init", "odd", &format!("--source={odd}")]);
        assert!(code == 2 && text.contains("write the address as"), "{odd}: {text}");
        assert!(!root.join("odd").exists());
    }
}

/// The transcript of docs/ci.md: each command in an empty folder prints what the page shows, all of them within a minute.
#[test]
fn the_transcript_of_the_docs_is_what_happens() {
    let root = folder("init/transcript");
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/ci.md")).unwrap();
    let transcript = page.split("```console\n").nth(1).unwrap().split("\n```").next().unwrap();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_cwfilter")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let commands: Vec<&str> = transcript.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    assert!(commands.len() >= 5, "{transcript}");
    let script: String = commands.iter().map(|it| format!("echo '$ {it}'\n{it} 2>&1\n")).collect();
    let began = std::time::Instant::now();
    let output = std::process::Command::new("sh")
        .args(["-e", "-c", &script])
        .current_dir(&root)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(began.elapsed() < std::time::Duration::from_secs(60), "it takes no minute");
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), transcript);
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

/// The commands that come next can be copied into a shell, also for a folder with a blank.
#[test]
fn the_next_commands_quote_the_folder() {
    let root = folder("init/blank");
    let (code, text) = run(&root, &["init", "a b"]);
    assert_eq!(code, 0, "{text}");
    for line in
        ["next: cwfilter test 'a b/rules'\n", "cwfilter lint 'a b/rules'\n", "--stack 'a b/cwfilter.toml'\n"]
    {
        assert!(text.contains(line), "{text}");
    }
}
