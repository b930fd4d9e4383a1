//! The npm package in `js/` and the page in `playground/`: the WebAssembly module is built, the package is packed, installed in a
//! project of its own and tested with Node, and the page is tested in Chromium.

mod chromium;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The oldest Node that the package supports.
const OLDEST_NODE: u32 = 18;

const TARGET: &str = "wasm32-unknown-unknown";

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The project that the package is installed in.
fn project() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("js")
}

fn skip(why: &str) {
    eprintln!("\n!!! SKIPPED: {why}: NOTHING of js/ and playground/ WAS TESTED\n");
}

/// Runs a command; its output is shown only if it fails.
fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?} ended with {}\n{}\n{}",
        output.status,
        shown(&output.stdout),
        shown(&output.stderr)
    );
}

fn succeeds(program: &str, arguments: &[&str], folder: &Path) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn node_version() -> Option<u32> {
    let output = Command::new("node").arg("--version").output().ok()?;
    String::from_utf8(output.stdout).ok()?.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Whether the machine has what the tests need; what can be installed is installed.
fn has_tools() -> bool {
    match node_version() {
        Some(version) if version >= OLDEST_NODE => {}
        found => {
            skip(&format!("Node {OLDEST_NODE} or later is needed, and {found:?} was found"));
            return false;
        }
    }
    if !succeeds("rustup", &["target", "add", TARGET], root()) {
        skip(&format!("`rustup target add {TARGET}` failed"));
        return false;
    }
    if !has_packages() {
        skip("`npm ci` failed, which fetches the packages of js/tests/package.json");
        return false;
    }
    true
}

/// Whether the packages of the list are in the project. They are fetched only after the list changed.
fn has_packages() -> bool {
    let project = project();
    let list = std::fs::read(root().join("js/tests/package-lock.json")).unwrap();
    let installed = project.join("installed.json");
    if std::fs::read(&installed).is_ok_and(|installed| installed == list) {
        return true;
    }
    std::fs::create_dir_all(&project).unwrap();
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(root().join("js/tests").join(file), project.join(file)).unwrap();
    }
    let arguments = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    let is_done = succeeds("npm", &arguments, &project);
    if is_done {
        std::fs::write(installed, list).unwrap();
    }
    is_done
}

/// Builds the module, with an optimizer as for a release: the tests are about the file that people get.
fn module() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--locked", "--release", "--target", TARGET, "--manifest-path"]);
    build.arg(root().join("js/wasm/Cargo.toml")).arg("--target-dir").arg(target);
    // the flags of this build, such as its linker, are those of another machine
    build.env("RUSTFLAGS", "-Ctarget-feature=+simd128").env_remove("CARGO_ENCODED_RUSTFLAGS");
    build.env("CARGO_INCREMENTAL", "0").env_remove("RUSTC_WORKSPACE_WRAPPER");
    run(&mut build);
    target.join(TARGET).join("release/cwfilter_wasm.wasm")
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// The project with the package as `npm pack` makes it, and with the tests. `None` if the machine lacks a tool.
fn prepared() -> Option<&'static Path> {
    static PREPARED: OnceLock<Option<PathBuf>> = OnceLock::new();
    let prepare = || {
        if !has_tools() {
            return None;
        }
        let project = project();
        let module = module();
        let package = project.join("package");
        for folder in ["package", "tests", "packed", "playground"] {
            let _ = std::fs::remove_dir_all(project.join(folder));
        }
        std::fs::create_dir_all(project.join("packed")).unwrap();
        let node = || {
            let mut node = Command::new("node");
            node.current_dir(&project);
            node
        };
        run(node().arg(root().join("js/build.mjs")).arg(&package).arg(&module));
        run(Command::new("npm")
            .args(["pack", "--silent", "--pack-destination", "packed"])
            .arg(&package)
            .current_dir(&project));
        let installed = project.join("node_modules/cwfilter");
        let _ = std::fs::remove_dir_all(&installed);
        std::fs::create_dir_all(&installed).unwrap();
        let packed = std::fs::read_dir(project.join("packed")).unwrap().next().unwrap().unwrap().path();
        run(Command::new("tar").arg("xzf").arg(packed).args(["--strip-components=1", "-C"]).arg(installed));
        copy_folder(&root().join("js/tests"), &project.join("tests"));
        std::fs::create_dir_all(project.join("playground")).unwrap();
        let page = project.join("playground/index.html");
        run(node().arg(root().join("playground/build.mjs")).arg(page).arg(&module));
        Some(project)
    };
    PREPARED.get_or_init(prepare).as_deref()
}

/// Runs tests of Node.
fn test(files: &[&str]) {
    let Some(project) = prepared() else { return };
    let mut node = Command::new("node");
    node.arg("--test").args(files.iter().map(|file| format!("tests/{file}.test.mjs")));
    node.current_dir(project).env("CWFILTER_ROOT", root().canonicalize().unwrap());
    run(&mut node);
}

#[test]
fn the_package_gives_every_recorded_answer() {
    test(&["conformance", "abi"]);
}

#[test]
fn the_package_as_a_caller_sees_it() {
    test(&["api", "emit", "scan", "types"]);
}

#[test]
fn matchers_and_filters_of_a_cdk_app() {
    test(&["matchers", "cdk", "readme"]);
}

/// Whether Go is here and can fetch wazero.
fn go_project(folder: &Path) -> bool {
    let version = "github.com/tetratelabs/wazero@v1.9.0";
    let local = std::env::var("CWFILTER_WAZERO").unwrap_or_default();
    succeeds("go", &["mod", "init", "example"], folder)
        && (local.is_empty()
            || succeeds(
                "go",
                &["mod", "edit", "-replace", &format!("github.com/tetratelabs/wazero={local}")],
                folder,
            ))
        && if local.is_empty() {
            succeeds("go", &["get", version], folder)
        } else {
            succeeds("go", &["mod", "tidy"], folder)
        }
}

/// The program of `docs/wasm.md` prints what the page says.
#[test]
fn go_runs_the_module() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let page = std::fs::read_to_string(root().join("docs/wasm.md")).unwrap();
    let block = |language: &str| {
        let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0
    };
    std::fs::write(folder.join("main.go"), block("go")).unwrap();
    if !go_project(&folder) {
        eprintln!("\n!!! SKIPPED: no Go that can fetch wazero: the program of docs/wasm.md WAS NOT TESTED\n");
        return;
    }
    if !succeeds("rustup", &["target", "add", TARGET], root()) {
        return skip(&format!("`rustup target add {TARGET}` failed"));
    }
    std::fs::copy(module(), folder.join("cwfilter.wasm")).unwrap();
    let output = Command::new("go").args(["run", "."]).current_dir(&folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), block("text"));
}

#[test]
fn the_page_in_chromium() {
    if chromium::chromium().is_none() {
        eprintln!(
            "\n!!! SKIPPED: no Chromium, and no package manager that could install it: playground/ WAS NOT TESTED\n"
        );
        return;
    }
    test(&["playground"]);
}
