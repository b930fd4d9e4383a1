//! Neovim as a client of the language server. Skipped, with a line that says so, if Neovim is not installed.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn neovim_shows_findings_and_fixes_one() {
    if Command::new("nvim").arg("--version").output().is_err() {
        eprintln!("SKIPPED: Neovim is not installed (Debian's package `neovim`)");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("neovim");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let pattern = r#"pattern = '{ $.eventName != "GetObject" || $.eventName != "PutObject" }'"#;
    std::fs::write(folder.join("rules.toml"), format!("[[rule]]\nid = \"a\"\n{pattern}\n")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/neovim/session.lua");
    let mut child = Command::new("nvim")
        .args(["--headless", "-n", "-i", "NONE", "-u", "NONE", "rules.toml", "-c"])
        .arg(format!("luafile {}", script.display()))
        .current_dir(&folder)
        .env("CWFILTER", env!("CARGO_BIN_EXE_cwfilter"))
        .env("HOME", &folder)
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(120);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("Neovim does not end");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let result = std::fs::read_to_string(folder.join("result.txt")).expect("the script ran to its end");
    assert_eq!(
        result,
        "findings or-of-negations\nhover true\nsymbols a\nfix pattern = '{ $.eventName != \"GetObject\" && $.eventName != \"PutObject\" }'\nleft 0\n"
    );
}
