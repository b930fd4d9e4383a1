//! What `packaging/` writes: archives, the Homebrew formula, and the names that other files expect.

#[path = "support/scratch.rs"]
mod scratch;

use scratch::folder;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const TARGETS: [&str; 7] = [
    "aarch64-apple-darwin",
    "aarch64-unknown-linux-gnu",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "x86_64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn pack(target: &str, binary: &Path, out: &Path) -> Output {
    let mut script = Command::new(root().join("packaging/archive.sh"));
    script.arg(target).arg(binary).arg(out).output().unwrap()
}

fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_archive_holds_a_program_that_runs() {
    let out = folder("packages/archive");
    let binary = Path::new(env!("CARGO_BIN_EXE_cwfilter"));
    let target = "x86_64-unknown-linux-musl";
    assert!(pack(target, binary, &out).status.success());
    let archive = out.join(format!("cwfilter-{target}.tar.gz"));
    succeeds(Command::new("tar").arg("xzf").arg(&archive).current_dir(&out));
    let unpacked = out.join(format!("cwfilter-{target}"));
    let version = succeeds(Command::new(unpacked.join("cwfilter")).arg("--version"));
    assert_eq!(version.trim(), concat!("cwfilter ", env!("CARGO_PKG_VERSION")));
    for path in [
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "README.md",
        "completions/cwfilter.zsh",
        "man/cwfilter.1",
        "man/cwfilter-lint.1",
    ] {
        assert!(std::fs::metadata(unpacked.join(path)).unwrap().len() > 0, "{path}");
    }
    let sum = format!("{}.sha256", archive.display());
    succeeds(Command::new("sha256sum").arg("--check").arg(sum).current_dir(&out));
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let out = folder("packages/same");
    let binary = out.join("cwfilter");
    std::fs::write(&binary, "no program of this machine").unwrap();
    let archives = ["a", "b"].map(|name| {
        let output = pack("aarch64-apple-darwin", &binary, &out.join(name));
        assert!(String::from_utf8(output.stderr).unwrap().contains("does not run here"));
        std::fs::read(out.join(name).join("cwfilter-aarch64-apple-darwin.tar.gz")).unwrap()
    });
    assert_eq!(archives[0], archives[1]);
    let archives = ["a", "b"].map(|name| {
        assert!(pack("x86_64-pc-windows-msvc", &binary, &out.join(name)).status.success());
        // the times of a zip file have a step of two seconds
        std::thread::sleep(std::time::Duration::from_millis(2100));
        std::fs::read(out.join(name).join("cwfilter-x86_64-pc-windows-msvc.zip")).unwrap()
    });
    assert!(archives[0].starts_with(b"PK") && archives[0] == archives[1]);
    assert_eq!(pack("x86_64-apple-darwin", &out.join("absent"), &out).status.code(), Some(2));
}

#[test]
fn the_formula_has_the_checksums_of_the_archives() {
    let out = folder("packages/formula");
    let script = root().join("packaging/homebrew/formula.sh");
    let formula = || Command::new(&script).args(["1.2.3", "scheme:address"]).arg(&out).output().unwrap();
    assert_eq!(formula().status.code(), Some(2), "a missing archive");
    for target in TARGETS {
        let name = format!("cwfilter-{target}.tar.gz");
        std::fs::write(out.join(format!("{name}.sha256")), format!("<digest-of-{target}>  {name}\n"))
            .unwrap();
    }
    let text = String::from_utf8(formula().stdout).unwrap();
    assert!(!text.contains('@'), "each place is filled: {text}");
    for target in TARGETS.iter().filter(|it| it.contains("apple") || it.contains("musl")) {
        assert!(
            text.contains(&format!("scheme:address/releases/download/v1.2.3/cwfilter-{target}.tar.gz")),
            "{target}: {text}"
        );
        assert!(text.contains(&format!("<digest-of-{target}>")), "{target}: {text}");
    }
}

#[test]
fn the_files_agree_on_names_and_versions() {
    let version = env!("CARGO_PKG_VERSION");
    let workflow = read(".github/workflows/release.yml");
    for target in TARGETS {
        assert!(workflow.contains(&format!("target: {target},")), "{target}");
    }
    assert_eq!(workflow.matches("{ target: ").count(), TARGETS.len());
    assert!(read("packaging/nix/flake.nix").contains(&format!("version = \"{version}\"")));
    assert!(read("docs/install.md").contains(&format!("cwfilter_{version}-1_amd64.deb")));
    let manifest: toml::Table = read("cli/Cargo.toml").parse().unwrap();
    let deb = &manifest["package"]["metadata"]["deb"];
    succeeds(Command::new(root().join("packaging/deb-assets.sh")).arg(env!("CARGO_BIN_EXE_cwfilter")));
    for asset in deb["assets"].as_array().unwrap() {
        let path = asset[0].as_str().unwrap().replace("*.1", "cwfilter-lint.1");
        assert!(path.starts_with("target/") || root().join("cli").join(&path).is_file(), "{path}");
    }
    // the completions and the pages that the docs promise
    let assets = deb["assets"].to_string();
    for folder in
        ["share/man/man1/", "bash-completion/completions/", "zsh/vendor-completions/", "fish/vendor_"]
    {
        assert!(assets.contains(folder), "{folder}");
    }
    assert!(workflow.contains("packaging/deb-assets.sh"));
    assert_eq!(
        manifest["package"]["metadata"]["binstall"]["bin-dir"].as_str(),
        Some("cwfilter-{ target }/{ bin }{ binary-ext }")
    );
}
