//! The Python package in `python/`: its wheel is built, installed and tested, on Spark too.

mod venv;

use libtest_mimic::{Arguments, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::OnceLock;
use venv::{environment, run};

fn main() -> ExitCode {
    // a cluster takes its time to start, and to see that an executor is gone
    let arguments = Arguments { test_threads: Some(2), ..Arguments::from_args() };
    let trials = [
        ("spark", spark as fn()),
        ("examples_in_a_clean_environment", example),
        ("package", || pytest(&["test_package.py", "test_sdist.py", "test_values.py", "test_stubs.py"])),
        ("files_and_proofs", || {
            pytest(&["test_files.py", "test_metric.py", "test_proofs.py", "test_rules.py"])
        }),
        ("program_and_plugin", || pytest(&["test_program.py", "test_plugin.py"])),
        ("alarms", || pytest(&["test_alarm.py"])),
        ("moto_newest", || emulators("newest", &["test_moto.py", "test_prowler.py", "test_ministack.py"])),
        ("moto_oldest", || emulators("oldest", &["test_moto.py", "test_prowler.py"])),
    ];
    let trials = trials.map(|(name, test)| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    });
    libtest_mimic::run(&arguments, trials.into()).exit_code()
}

fn package() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join("python")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("wheel")
}

/// The environment that the tests run in.
fn tools() -> PathBuf {
    environment("python", "python/tests/requirements.txt")
}

/// The wheel, built from the sources as they are. Into this crate's own target directory: most dependencies are there.
fn wheel() -> &'static Path {
    static WHEEL: OnceLock<PathBuf> = OnceLock::new();
    WHEEL.get_or_init(|| {
        let _ = std::fs::remove_dir_all(folder());
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let mut build = Command::new(tools().join("bin/maturin"));
        build.args(["build", "--quiet", "--locked", "--profile", "dev", "--interpreter"]);
        build.arg(tools().join("bin/python")).arg("--target-dir").arg(target).arg("--out").arg(folder());
        run(build.current_dir(package()));
        let mut wheels = std::fs::read_dir(folder()).unwrap();
        let wheel = wheels.next().unwrap().unwrap().path();
        install(&tools(), &wheel);
        wheel
    })
}

fn install(environment: &Path, wheel: &Path) {
    let options =
        ["install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--force-reinstall"];
    run(Command::new(environment.join("bin/pip")).args(options).arg(wheel));
}

/// The examples of the package's page and of the guide run with nothing installed but the wheel, and print what the pages say.
fn example() {
    let clean = folder().with_file_name("clean");
    let _ = std::fs::remove_dir_all(&clean);
    let wheel = wheel();
    run(Command::new("python3").args(["-m", "venv"]).arg(&clean));
    install(&clean, wheel);
    for (page, count) in [("README.md", 1), ("../docs/python.md", 4)] {
        let page = std::fs::read_to_string(package().join(page)).unwrap();
        let blocks: Vec<&str> = page.split("```python\n").skip(1).collect();
        assert_eq!(blocks.len(), count, "examples");
        for block in blocks {
            let (code, rest) = block.split_once("```").unwrap();
            let (_, printed) = rest.split_once("```text\n").unwrap();
            let expected = printed.split_once("```").unwrap().0;
            prints(&clean, code, expected);
        }
    }
}

fn prints(environment: &Path, code: &str, expected: &str) {
    let mut python = Command::new(environment.join("bin/python"));
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let output = python.args(["-c", code]).current_dir(root).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{code}\n{err}");
    assert_eq!(out, expected, "what the example prints:\n{code}");
}

fn pytest(files: &[&str]) {
    wheel();
    pytest_in(&tools(), files);
}

/// `cwfilter.moto` with the oldest or the newest version of moto that it claims, and `cwfilter.ministack`.
fn emulators(version: &str, files: &[&str]) {
    let list = format!("python/tests/requirements-moto-{version}.txt");
    let environment = environment(&format!("moto-{version}"), &list);
    install(&environment, wheel());
    pytest_in(&environment, files);
}

fn pytest_in(environment: &Path, files: &[&str]) {
    let mut python = Command::new(environment.join("bin/python"));
    // away from the sources, so that nothing but the wheel can be imported
    python.args(["-m", "pytest", "-q", "-s", "--rootdir"]).arg(package()).args(["-p", "no:cacheprovider"]);
    python.args(files.iter().map(|file| package().join("tests").join(file))).current_dir(folder());
    run(python.env("CWFILTER", env!("CARGO_BIN_EXE_cwfilter")).env("PYTHONDONTWRITEBYTECODE", "1"));
}

fn spark() {
    if has_java() || install_java() && has_java() {
        return pytest(&[
            "test_spark.py",
            "test_spark_evidence.py",
            "test_spark_parts.py",
            "test_spark_connect.py",
            "test_columns.py",
        ]);
    }
    eprintln!(
        "\n!!! SKIPPED: Spark needs Java 17, which is not here and cannot be installed: NOTHING of cwfilter.spark WAS TESTED\n"
    );
}

fn has_java() -> bool {
    let version = Command::new("java").arg("-version").stderr(Stdio::piped()).output();
    let text = version.map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).unwrap_or_default();
    let major = text.split('"').nth(1).and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    major.is_some_and(|major| major >= 17)
}

fn install_java() -> bool {
    eprintln!("no Java 17: trying Debian's package");
    let apt = |arguments: &[&str]| {
        Command::new("apt-get")
            .args(arguments)
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    apt(&["update", "-q"])
        && apt(&["install", "-q", "-y", "--no-install-recommends", "openjdk-17-jre-headless"])
}
