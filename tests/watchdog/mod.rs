//! Runs the program under a time limit: a run that hangs is a failure, not a test that never ends.

use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Much longer than any of these runs takes on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program, with nothing on standard input.
pub(crate) fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwfilter"));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs to the end; `None` if that takes longer than the limit.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Option<Run> {
    finish_within(command.spawn().unwrap(), limit)
}

/// Runs to the end. Panics when it hangs.
#[allow(dead_code, reason = "one of the test targets needs the message of its own")]
pub(crate) fn run(command: &mut Command) -> Run {
    run_within(command, LIMIT).unwrap_or_else(|| panic!("hangs: {command:?}"))
}

/// Waits for the end; `None` if that takes longer than the limit.
pub(crate) fn finish_within(mut child: Child, limit: Duration) -> Option<Run> {
    let read = |stream: Option<Box<dyn Read + Send>>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stream.map(|mut stream| stream.read_to_end(&mut bytes));
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let stdout = read(child.stdout.take().map(|it| Box::new(it) as _));
    let stderr = read(child.stderr.take().map(|it| Box::new(it) as _));
    let began = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if began.elapsed() > limit => {
                child.kill().unwrap();
                child.wait().unwrap();
                return None;
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    Some(Run { status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() })
}

/// The writing end of a pipe whose reading end is closed.
pub(crate) fn closed_pipe() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// A device that has no room.
pub(crate) fn full_disk() -> Stdio {
    std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

/// A device like `/dev/NAME` in the test's own folder, so that a fault in the program cannot replace the machine's device.
/// Who is not root cannot make one and cannot replace the machine's either. `None` where devices cannot be made or opened.
pub(crate) fn device(folder: &Path, name: &str) -> Option<PathBuf> {
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return Some(Path::new("/dev").join(name));
    }
    let path = folder.join(name);
    let minor = match name {
        "null" => "3",
        "full" => "7",
        _ => panic!("no device {name}"),
    };
    let made =
        path.exists() || Command::new("mknod").arg(&path).args(["c", "1", minor]).status().unwrap().success();
    let is_usable = made && std::fs::OpenOptions::new().write(true).open(&path).is_ok();
    if !is_usable {
        eprintln!("SKIPPED: {} cannot be made here", path.display());
    }
    is_usable.then_some(path)
}

/// A link like `/dev/stdout`, for the same reason.
pub(crate) fn stdout_link(folder: &Path) -> PathBuf {
    let path = folder.join("stdout");
    let _ = std::fs::remove_file(&path);
    std::os::unix::fs::symlink("/proc/self/fd/1", &path).unwrap();
    path
}
