//! A server between the program and the emulators: it passes requests on, remembers them, and does what no emulator
//! does: throttle, refuse for a quota or a conflict, keep silent, and answer `TestMetricFilter` with recorded cases.

use crate::emulators::Emulators;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// A request as far as a test looks at it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) service: String,
    pub(crate) operation: String,
    pub(crate) body: Vec<u8>,
    head: String,
}

impl Request {
    /// Whether it is signed with this key.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.head.contains(&format!("Credential={key}/"))
    }

    /// Whether it is signed for this region.
    pub(crate) fn is_signed_for(&self, region: &str) -> bool {
        self.head.contains(&format!("/{region}/"))
    }

    /// As IAM calls it.
    fn action(&self) -> String {
        let prefix = match self.service.as_str() {
            "monitoring" => "cloudwatch",
            "tagging" => "tag",
            other => other,
        };
        format!("{prefix}:{}", self.operation)
    }
}

/// A rule for the requests of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Throttled,
    Conflict,
    Quota,
    /// It is done, and the answer is lost.
    Silent,
    Denied,
    /// The credentials have expired.
    Expired,
    /// It is done, and the client is killed.
    Killed,
}

#[derive(Default)]
struct State {
    fault: Option<(String, Fault, usize)>,
    seen: Vec<Request>,
    struck: bool,
    /// IAM actions that are allowed; `None`: all.
    allowed: Option<BTreeSet<String>>,
    /// How long each answer takes.
    latency: Duration,
    /// Answers in JSON to operations, in place of the emulators', and whether they stay.
    answers: Vec<(String, Value, bool)>,
}

type Answerer = dyn Fn(&Request) -> Option<(u16, String)> + Send + Sync;

pub(crate) struct Gateway {
    pub(crate) port: u16,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl Gateway {
    pub(crate) fn start(emulators: Emulators) -> Self {
        Self::with(Some(emulators), |_| None)
    }

    /// With answers of its own; without emulators everything else is refused.
    pub(crate) fn with(
        emulators: Option<Emulators>,
        answer: impl Fn(&Request) -> Option<(u16, String)> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new((Mutex::new(State::default()), Condvar::new()));
        let (shared, emulators) = (Arc::clone(&state), Arc::new(emulators));
        let answer: Arc<Answerer> = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, emulators, answer) =
                    (Arc::clone(&shared), Arc::clone(&emulators), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &state, emulators.as_ref().as_ref(), &*answer));
            }
        });
        Gateway { port, state }
    }

    /// From now on the first requests of `operation` meet a fault.
    pub(crate) fn break_down(&self, operation: &str, fault: Fault) {
        let times = match fault {
            Fault::Throttled => 2,
            Fault::Silent | Fault::Killed => 1,
            Fault::Conflict | Fault::Quota | Fault::Denied | Fault::Expired => usize::MAX,
        };
        let mut state = self.state.0.lock().unwrap();
        state.fault = Some((operation.to_owned(), fault, times));
        state.struck = false;
    }

    /// From now on all other actions are denied.
    pub(crate) fn allow(&self, actions: Option<BTreeSet<String>>) {
        self.state.0.lock().unwrap().allowed = actions;
    }

    /// From now on an operation gets this answer.
    pub(crate) fn answer(&self, operation: &str, answer: Value) {
        self.state.0.lock().unwrap().answers.push((operation.to_owned(), answer, true));
    }

    /// The next time an operation gets this answer.
    pub(crate) fn answer_once(&self, operation: &str, answer: Value) {
        self.state.0.lock().unwrap().answers.push((operation.to_owned(), answer, false));
    }

    /// The next times the history of an alarm is asked for, these are its items, whatever else it is to have.
    pub(crate) fn answer_first(&self, operation: &str, items: &[Value]) {
        let answer =
            |items: &Value| (operation.to_owned(), serde_json::json!({ "AlarmHistoryItems": items }), false);
        self.state.0.lock().unwrap().answers.splice(0..0, items.iter().map(answer));
    }

    pub(crate) fn ministack(&self) -> u16 {
        crate::emulators::emulators().ministack
    }

    /// From now on each answer takes so long.
    pub(crate) fn slow_down(&self, latency: Duration) {
        self.state.0.lock().unwrap().latency = latency;
    }

    pub(crate) fn repair(&self) {
        self.state.0.lock().unwrap().fault = None;
    }

    /// Waits until the fault was met; false when that takes too long.
    pub(crate) fn wait_for_fault(&self, longest: Duration) -> bool {
        let state = self.state.0.lock().unwrap();
        self.state.1.wait_timeout_while(state, longest, |state| !state.struck).unwrap().0.struck
    }

    /// Takes the requests since the last call.
    pub(crate) fn take_seen(&self) -> Vec<Request> {
        std::mem::take(&mut self.state.0.lock().unwrap().seen)
    }
}

fn serve(
    stream: TcpStream,
    state: &(Mutex<State>, Condvar),
    emulators: Option<&Emulators>,
    answer: &Answerer,
) {
    let Some(request) = read(&stream) else { return };
    let latency = state.0.lock().unwrap().latency;
    std::thread::sleep(latency);
    let fault = {
        let mut state = state.0.lock().unwrap();
        state.seen.push(request.clone());
        let is_denied = state.allowed.as_ref().is_some_and(|allowed| !allowed.contains(&request.action()));
        if is_denied && request.service != "sts" {
            drop(state);
            let _ = (&stream).write_all(&refusal(&request, Fault::Denied));
            return;
        }
        let known = state.answers.iter().position(|(operation, ..)| *operation == request.operation);
        if let Some(at) = known {
            let (_, answer, stays) = state.answers[at].clone();
            if !stays {
                state.answers.remove(at);
            }
            drop(state);
            let _ = (&stream).write_all(&respond(
                200,
                "application/x-amz-json-1.1",
                answer.to_string().as_bytes(),
                "",
            ));
            return;
        }
        match &mut state.fault {
            Some((operation, fault, times)) if *operation == request.operation && *times > 0 => {
                *times -= 1;
                Some(*fault)
            }
            _ => None,
        }
    };
    if let Some(fault @ (Fault::Silent | Fault::Killed)) = fault {
        let _ = forward(&request, emulators);
        state.0.lock().unwrap().struck = true;
        state.1.notify_all();
        // longer than the client waits
        std::thread::sleep(Duration::from_secs(if fault == Fault::Silent { 4 } else { 30 }));
        return;
    }
    let response = match fault.map(|fault| refusal(&request, fault)) {
        Some(response) => response,
        None => match answer(&request) {
            Some((status, body)) => respond(status, "application/x-amz-json-1.1", body.as_bytes(), ""),
            None => {
                forward(&request, emulators).unwrap_or_else(|| respond(500, "text/plain", b"no emulator", ""))
            }
        },
    };
    let _ = (&stream).write_all(&response);
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if !lower.starts_with("connection:") {
            head += &line;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let first = head.lines().next()?.to_owned();
    let (service, operation) = (service(&head)?, operation(&head, &first, &body));
    Some(Request { service, operation, body, head })
}

/// From the credential's scope: `…/20261122/us-east-1/logs/aws4_request`.
fn service(head: &str) -> Option<String> {
    let scope = head.split("Credential=").nth(1)?.split(',').next()?;
    scope.split('/').nth(3).map(str::to_owned)
}

fn operation(head: &str, first: &str, body: &[u8]) -> String {
    let target = head.lines().find(|line| line.to_ascii_lowercase().starts_with("x-amz-target:"));
    if let Some(target) = target {
        return target.rsplit('.').next().unwrap_or_default().trim().to_owned();
    }
    let body = String::from_utf8_lossy(body);
    if let Some(action) = body.split('&').find_map(|pair| pair.strip_prefix("Action=")) {
        return action.to_owned();
    }
    first.to_owned()
}

fn forward(request: &Request, emulators: Option<&Emulators>) -> Option<Vec<u8>> {
    let emulators = emulators?;
    let port = match request.service.as_str() {
        "s3" | "iam" | "cloudtrail" => emulators.moto,
        _ => emulators.ministack,
    };
    let mut upstream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    upstream.write_all(request.head.as_bytes()).ok()?;
    upstream.write_all(b"Connection: close\r\n\r\n").ok()?;
    upstream.write_all(&request.body).ok()?;
    let mut response = Vec::new();
    upstream.read_to_end(&mut response).ok()?;
    Some(response)
}

fn respond(status: u16, kind: &str, body: &[u8], more: &str) -> Vec<u8> {
    let mut response = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{more}Connection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    response.extend(body);
    response
}

/// The service's own word for a fault, in its own format.
fn refusal(request: &Request, fault: Fault) -> Vec<u8> {
    let service = request.service.as_str();
    let code = match (fault, service) {
        (Fault::Throttled, "sns" | "sts") => "Throttling",
        (Fault::Throttled, _) => "ThrottlingException",
        (Fault::Conflict, "logs") => "OperationAbortedException",
        (Fault::Conflict, _) => "ConcurrentAccess",
        (Fault::Expired, _) => "ExpiredTokenException",
        (Fault::Quota, "logs") => "LimitExceededException",
        (Fault::Quota, "sns") => "TopicLimitExceeded",
        (Fault::Quota, _) => "LimitExceeded",
        _ => "AccessDeniedException",
    };
    let message = "refused by the test";
    match service {
        "logs" | "cloudtrail" | "monitoring" | "tagging" | "kms" => {
            let body = format!("{{\"__type\":\"{code}\",\"message\":\"{message}\"}}");
            respond(400, "application/x-amz-json-1.1", body.as_bytes(), "")
        }
        _ => {
            let body = format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                 <RequestId>1</RequestId></ErrorResponse>"
            );
            respond(400, "text/xml", body.as_bytes(), "")
        }
    }
}
