//! A client of the language server: writes messages, reads answers, and records both.
#![allow(dead_code, reason = "each test file uses its part")]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Longer than any answer takes on a busy machine: a server that hangs fails.
const LIMIT: Duration = Duration::from_secs(120);

/// Characters of a message that a recording shows.
const RECORDED: usize = 1_500;

pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    folder: PathBuf,
    last: i64,
    published: Vec<Value>,
    record: Vec<String>,
    began: Instant,
    name: String,
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy(&from, &to) } else { assert!(std::fs::copy(&from, &to).is_ok()) }
    }
}

impl Client {
    /// Starts a server, with a copy of the project.
    pub fn start(name: &str, project: &Path) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("language-server");
        let folder = root.join(name);
        let _ = std::fs::remove_dir_all(&folder);
        copy(project, &folder);
        let mut child = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
            .args(["lsp", "--stdio"])
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, messages) = channel();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            while let Some(message) = read(&mut out) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Client {
            input: child.stdin.take(),
            child,
            messages,
            folder,
            last: 0,
            published: Vec::new(),
            record: Vec::new(),
            began: Instant::now(),
            name: name.to_owned(),
        }
    }

    /// The folder of the copy of the project.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn uri(&self, file: &str) -> String {
        format!("file://{}/{file}", self.folder.display()).replace(' ', "%20")
    }

    pub fn open(&mut self, file: &str, language: &str) {
        let text = std::fs::read_to_string(self.folder.join(file)).unwrap();
        let document = json!({ "uri": self.uri(file), "languageId": language, "version": 1, "text": text });
        self.send(json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }));
    }

    /// Sends a message. One whose method begins a request gets an id.
    pub fn send(&mut self, mut message: Value) {
        let method = message["method"].as_str().unwrap_or_default();
        let is_notification = method.contains("/did")
            || matches!(method, "initialized" | "exit" | "$/cancelRequest" | "$/setTrace");
        if !is_notification && message.get("id").is_none() {
            self.last += 1;
            message["id"] = json!(self.last);
        }
        message["jsonrpc"] = json!("2.0");
        self.note(">", &message);
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    fn next(&mut self) -> Value {
        let message = self.messages.recv_timeout(LIMIT).expect("the server answers");
        self.note("<", &message);
        if message["method"] == "textDocument/publishDiagnostics" {
            self.published.push(message["params"].clone());
        }
        message
    }

    /// The next answer to a request.
    pub fn answer(&mut self) -> Value {
        loop {
            let message = self.next();
            if message.get("method").is_none() {
                return message;
            }
        }
    }

    /// The parameters of the next notification of this method.
    pub fn notification(&mut self, method: &str) -> Value {
        loop {
            let message = self.next();
            if message["method"] == method {
                return message["params"].clone();
            }
        }
    }

    /// The messages so far, a line each, without the folder's path.
    pub fn recording(&mut self) -> Vec<String> {
        while let Ok(message) = self.messages.try_recv() {
            self.note("<", &message);
        }
        let folder = self.uri("");
        let short = |line: &String| {
            let line = line.replace(folder.trim_end_matches('/'), "$URI");
            let line = line.replace(&self.folder.display().to_string(), "$FOLDER");
            let shown: String = line.chars().take(RECORDED).collect();
            let more = line.chars().count() - shown.chars().count();
            if more == 0 { shown } else { format!("{shown}… and {more} characters") }
        };
        self.record.iter().map(short).collect()
    }

    /// Waits until exactly these lints are published for a file. The error is what was published last.
    pub fn wait_for(&mut self, file: &str, lints: &Value) -> Result<(), Value> {
        let uri = self.uri(file);
        let mut wanted: Vec<&str> = lints.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        wanted.sort_unstable();
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let last = self.published.iter().rev().find(|it| it["uri"] == uri).cloned().unwrap_or_default();
            let found = last["diagnostics"].as_array().cloned().unwrap_or_default();
            let mut codes: Vec<&str> = found.iter().map(|it| it["code"].as_str().unwrap_or("-")).collect();
            codes.sort_unstable();
            if !last.is_null() && codes == wanted {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(last);
            }
            if let Ok(message) = self.messages.recv_timeout(Duration::from_millis(500)) {
                self.note("<", &message);
                if message["method"] == "textDocument/publishDiagnostics" {
                    self.published.push(message["params"].clone());
                }
            }
        }
    }

    fn note(&mut self, direction: &str, message: &Value) {
        let time = self.began.elapsed().as_secs_f64() * 1000.0;
        self.record.push(format!("{time:10.3} ms {direction} {message}"));
    }

    /// `shutdown` and `exit`; the exit code.
    pub fn end(&mut self) -> Option<i32> {
        self.send(json!({ "method": "shutdown" }));
        self.answer();
        self.send(json!({ "method": "exit" }));
        self.end_of_input()
    }

    /// Closes the input; the exit code.
    pub fn end_of_input(&mut self) -> Option<i32> {
        self.input = None;
        let file = self.folder.with_extension("log");
        std::fs::write(file, self.record.join("\n") + "\n").unwrap();
        let deadline = Instant::now() + LIMIT;
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return status.code(),
                None if Instant::now() > deadline => panic!("{}: the server does not end", self.name),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(out: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if out.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().strip_prefix("Content-Length: ") {
            Some(number) => length = number.parse().ok()?,
            None if line == "\r\n" => break,
            None => {}
        }
    }
    let mut content = vec![0; length];
    out.read_exact(&mut content).ok()?;
    serde_json::from_slice(&content).ok()
}
