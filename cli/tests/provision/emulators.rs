//! MiniStack for logs, alarms, SNS and STS, moto for CloudTrail, IAM and S3, both on loopback.

use crate::venv::environment;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Both servers; they end with this process, whatever becomes of it.
pub(crate) struct Emulators {
    pub(crate) ministack: u16,
    pub(crate) moto: u16,
}

static RUNNING: Mutex<Option<(Emulators, Vec<Child>)>> = Mutex::new(None);

/// Starts them for the first test that asks.
pub(crate) fn emulators() -> Emulators {
    let mut running = RUNNING.lock().unwrap();
    let (emulators, _) = running.get_or_insert_with(|| {
        let (ministack, one) = serve("ministack");
        let (moto, other) = serve("moto");
        (Emulators { ministack, moto }, vec![one, other])
    });
    Emulators { ministack: emulators.ministack, moto: emulators.moto }
}

/// With a moto of one's own: it mixes up the trails of others when it is asked for one by its name.
pub(crate) fn with_own_moto() -> Emulators {
    let ministack = emulators().ministack;
    let (moto, child) = serve("moto");
    RUNNING.lock().unwrap().as_mut().unwrap().1.push(child);
    Emulators { ministack, moto }
}

/// Stops the started processes by their pid.
pub(crate) fn stop() {
    if let Some((_, children)) = RUNNING.lock().unwrap().take() {
        for mut child in children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("emulators")
}

/// A program of the virtual environment, which is made when it is missing or its list has changed.
pub(crate) fn program(name: &str) -> PathBuf {
    environment("emulators", "cli/tests/provision/requirements.txt").join("bin").join(name)
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn serve(name: &str) -> (u16, Child) {
    let python = program("python");
    let port = free_port();
    let log = std::fs::File::create(folder().join(format!("{name}-{port}.log"))).unwrap();
    let mut child = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provision/serve.py"))
        .args([name, &port.to_string()])
        // its end ends the server
        .stdin(Stdio::piped())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !answers(port) {
        assert!(child.try_wait().unwrap().is_none(), "{name} ended; see its log in {}", folder().display());
        assert!(Instant::now() < until, "{name} does not answer; see its log in {}", folder().display());
        std::thread::sleep(Duration::from_millis(50));
    }
    (port, child)
}

fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").is_ok()
}
