//! A proxy before moto: it throttles, cuts and refuses as it is told, and keeps answers, because moto is slow.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// 503 SlowDown
    Throttle,
    /// The body ends before its length.
    Cut,
    /// The connection is closed without an answer.
    Drop,
    /// The answer takes a moment.
    Slow,
    /// The answer takes a second.
    Late,
    /// No answer comes, and the connection stays open.
    Silent,
    /// A list says that it goes on, without the token of the next page.
    Endless,
    /// An error of S3, with its status.
    Refuse(u16, &'static str),
    /// 301 for requests that are signed for us-east-1, as another region's buckets answer.
    Moved,
    /// The same as an error in the signature.
    Misplaced,
}

/// A fault for the requests whose path contains a text: for the first `times` of each path, after `after` of all paths.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) fault: Fault,
    pub(crate) of: &'static str,
    pub(crate) times: usize,
    pub(crate) after: usize,
}

#[derive(Default)]
struct State {
    rules: Vec<(Rule, usize, HashMap<String, usize>)>,
    /// Paths of all requests.
    seen: Vec<String>,
    /// Bodies of the calls of CloudWatch Logs.
    bodies: Vec<String>,
    answers: HashMap<String, Arc<Answer>>,
    taken: usize,
}

struct Answer {
    head: String,
    body: Vec<u8>,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    pub(crate) fn new(moto: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, state) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(State::default())));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(client, moto, &state));
            }
        });
        Proxy { port, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The faults from now on.
    pub(crate) fn set(&self, rules: &[Rule]) {
        let mut state = self.state();
        state.rules = rules.iter().map(|rule| (rule.clone(), 0, HashMap::new())).collect();
        state.taken = 0;
    }

    /// The number of faults since they were set.
    pub(crate) fn taken(&self) -> usize {
        self.state().taken
    }

    /// The bodies of the calls of CloudWatch Logs since the last call.
    pub(crate) fn bodies(&self) -> Vec<String> {
        std::mem::take(&mut self.state().bodies)
    }

    /// The paths of the requests since the last call.
    pub(crate) fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.state().seen)
    }
}

/// The requests of one connection.
fn serve(client: TcpStream, moto: u16, state: &Mutex<State>) -> Option<()> {
    let mut reader = BufReader::new(client.try_clone().ok()?);
    let mut client = client;
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let is_logs = head.starts_with("POST ");
        let mut path = head.split(' ').nth(1)?.to_owned();
        let mut body = Vec::new();
        if is_logs {
            // a call of CloudWatch Logs: its name takes the place of the path
            path = header(&head, "x-amz-target").to_owned();
            body = vec![0; header(&head, "content-length").parse().ok()?];
            reader.read_exact(&mut body).ok()?;
            let text = String::from_utf8_lossy(&body).into_owned();
            state.lock().ok()?.bodies.push(text);
        }
        let fault = fault(state, &path, &head);
        let refused = match fault {
            Some(Fault::Throttle) => Some((503, "SlowDown", "")),
            Some(Fault::Refuse(status, code)) => Some((status, code, "")),
            Some(Fault::Moved) => Some((301, "PermanentRedirect", "x-amz-bucket-region: eu-west-1\r\n")),
            Some(Fault::Misplaced) => Some((400, "AuthorizationHeaderMalformed", "")),
            _ => None,
        };
        if let Some((status, code, header)) = refused {
            let said = if fault == Some(Fault::Misplaced) {
                "the region 'us-east-1' is wrong; expecting 'eu-west-1'"
            } else {
                "no"
            };
            let (status, body) = match is_logs {
                true if fault == Some(Fault::Throttle) => {
                    (400, r#"{"__type":"ThrottlingException"}"#.to_owned())
                }
                true => (status, format!(r#"{{"__type":"{code}","message":"{said}"}}"#)),
                false => (status, format!("<Error><Code>{code}</Code><Message>{said}</Message></Error>")),
            };
            let length = body.len();
            write!(client, "HTTP/1.1 {status} X\r\n{header}Content-Length: {length}\r\n\r\n{body}").ok()?;
            continue;
        }
        if fault == Some(Fault::Drop) {
            return None;
        }
        match fault {
            Some(Fault::Slow) => std::thread::sleep(Duration::from_millis(40)),
            Some(Fault::Late) => std::thread::sleep(Duration::from_secs(1)),
            // until the client gives up
            Some(Fault::Silent) => drop(reader.read_line(&mut head)),
            _ => {}
        }
        let mut answer = answer(state, moto, &path, &head, &body)?;
        if fault == Some(Fault::Endless) {
            let text = String::from_utf8_lossy(&answer.body);
            let body = text.replace("<IsTruncated>false", "<IsTruncated>true").into_bytes();
            let length = |body: &[u8]| format!("Content-Length: {}", body.len());
            let head = answer.head.replace(&length(&answer.body), &length(&body));
            answer = Arc::new(Answer { head, body });
        }
        // the head with a part of the body
        let end = if fault == Some(Fault::Cut) { answer.body.len() * 2 / 3 } else { answer.body.len() };
        client.write_all(answer.head.as_bytes()).ok()?;
        client.write_all(&answer.body[..end]).ok()?;
        if end < answer.body.len() {
            return None;
        }
    }
}

/// The value of a header, or an empty text.
fn header<'h>(head: &'h str, name: &str) -> &'h str {
    let value = |line: &'h str| line.split_once(": ").filter(|(found, _)| found.eq_ignore_ascii_case(name));
    head.lines().find_map(value).map(|(_, value)| value).unwrap_or_default()
}

fn fault(state: &Mutex<State>, path: &str, head: &str) -> Option<Fault> {
    let mut state = state.lock().unwrap();
    state.seen.push(path.to_owned());
    let mut found = None;
    for (rule, count, paths) in &mut state.rules {
        let is_signed_here = head.contains("/us-east-1/s3/");
        let is_of_region = !matches!(rule.fault, Fault::Moved | Fault::Misplaced) || is_signed_here;
        if found.is_none() && path.contains(rule.of) && is_of_region {
            *count += 1;
            let of_path = paths.entry(path.to_owned()).or_default();
            *of_path += 1;
            found = (*count > rule.after && *of_path <= rule.times).then_some(rule.fault);
        }
    }
    state.taken += usize::from(found.is_some());
    found
}

/// What moto answers, once; then from memory.
fn answer(state: &Mutex<State>, moto: u16, path: &str, head: &str, body: &[u8]) -> Option<Arc<Answer>> {
    let range = head.lines().find(|line| line.to_ascii_lowercase().starts_with("range:")).unwrap_or_default();
    let key = format!("{path} {range}");
    let is_kept = head.starts_with("GET ");
    if is_kept && let Some(answer) = state.lock().unwrap().answers.get(&key) {
        return Some(Arc::clone(answer));
    }
    let mut upstream = TcpStream::connect(("127.0.0.1", moto)).ok()?;
    upstream.write_all(head.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1).as_bytes()).ok()?;
    upstream.write_all(body).ok()?;
    let mut bytes = Vec::new();
    upstream.read_to_end(&mut bytes).ok()?;
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head: Vec<&str> = std::str::from_utf8(&bytes[..end]).ok()?.lines().collect();
    let is_passed_on = |line: &&&str| {
        let name = line.to_ascii_lowercase();
        !line.is_empty() && !name.starts_with("connection:") && !name.starts_with("content-length:")
    };
    let mut lines: Vec<String> = head.iter().filter(is_passed_on).map(|line| (*line).to_owned()).collect();
    let body = bytes.split_off(end);
    lines.push(format!("Content-Length: {}", body.len()));
    let answer = Arc::new(Answer { head: lines.join("\r\n") + "\r\n\r\n", body });
    if is_kept && answer.head.starts_with("HTTP/1.1 20") {
        state.lock().unwrap().answers.insert(key, Arc::clone(&answer));
    }
    Some(answer)
}
