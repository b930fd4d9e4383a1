//! The program under a limit of time, so that a hang is a failure.

#[path = "scratch.rs"]
mod scratch;

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) use scratch::folder;

/// Far more than any of the runs takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a run came to; the code is `None` if it was killed.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

#[allow(dead_code, reason = "each test file uses its part")]
pub(crate) fn write(root: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[allow(dead_code, reason = "each test file uses its part")]
/// Runs the program in a folder, with nothing on standard input.
pub(crate) fn program(folder: &Path, args: &[&str]) -> Ran {
    run(Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(args)
        .current_dir(folder)
        // nothing leaves this machine, also with AWS's SDK built in
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9"))
}

/// Runs a command, and kills it after a time limit.
pub(crate) fn run(command: &mut Command) -> Ran {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    let read = |mut pipe: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let stdout = read(Box::new(child.stdout.take().unwrap()));
    let stderr = read(Box::new(child.stderr.take().unwrap()));
    let began = Instant::now();
    let code = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None if began.elapsed() > PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    Ran { code, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
}
