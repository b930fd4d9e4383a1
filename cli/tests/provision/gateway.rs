//! A server between the program and the emulators: it passes requests on, remembers them, and does what no emulator
//! does: throttle, refuse for a quota or a conflict, keep silent, and answer `TestMetricFilter` with recorded cases.

use crate::emulators::Emulators;
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
    is_head: bool,
}

/// What is done to the requests of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Throttled,
    Conflict,
    Quota,
    /// It is done, and the answer is lost.
    Silent,
    Denied,
    /// It is done, and the client is killed.
    Killed,
    /// CloudTrail has not heard of the new role yet.
    Propagating,
}

#[derive(Default)]
struct State {
    fault: Option<(String, Fault, usize)>,
    seen: Vec<Request>,
    struck: bool,
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
            Fault::Throttled | Fault::Propagating => 2,
            Fault::Silent | Fault::Killed => 1,
            Fault::Conflict | Fault::Quota | Fault::Denied => usize::MAX,
        };
        let mut state = self.state.0.lock().unwrap();
        state.fault = Some((operation.to_owned(), fault, times));
        state.struck = false;
    }

    pub(crate) fn repair(&self) {
        self.state.0.lock().unwrap().fault = None;
    }

    /// Waits until the fault was met; false when that takes too long.
    pub(crate) fn wait_for_fault(&self, longest: Duration) -> bool {
        let state = self.state.0.lock().unwrap();
        self.state.1.wait_timeout_while(state, longest, |state| !state.struck).unwrap().0.struck
    }

    /// Takes what was asked since the last time.
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
    let fault = {
        let mut state = state.0.lock().unwrap();
        state.seen.push(request.clone());
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
    Some(Request { service, operation, body, is_head: first.starts_with("HEAD "), head })
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
    let path = first.split(' ').nth(1).unwrap_or_default();
    if let Some((_, operation)) = path.split_once("/operation/") {
        return operation.to_owned();
    }
    let body = String::from_utf8_lossy(body);
    if let Some(action) = body.split('&').find_map(|pair| pair.strip_prefix("Action=")) {
        return action.to_owned();
    }
    of_bucket(first.split(' ').next().unwrap_or_default(), path.split('?').nth(1).unwrap_or_default())
}

fn of_bucket(method: &str, query: &str) -> String {
    let subject = match query.split(['=', '&']).next().unwrap_or_default() {
        "policy" => "BucketPolicy",
        "tagging" => "BucketTagging",
        "publicAccessBlock" => "PublicAccessBlock",
        _ => "Bucket",
    };
    let verb = match (method, subject) {
        ("PUT", "Bucket") => "Create",
        ("PUT", _) => "Put",
        ("DELETE", _) => "Delete",
        ("HEAD", _) => "Head",
        _ => "Get",
    };
    format!("{verb}{subject}")
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
        (Fault::Throttled, "s3") => "SlowDown",
        (Fault::Throttled, "sns" | "iam" | "sts") => "Throttling",
        (Fault::Throttled, _) => "ThrottlingException",
        (Fault::Conflict, "logs") => "OperationAbortedException",
        (Fault::Conflict, "s3") => "OperationAborted",
        (Fault::Conflict, "iam") => "ConcurrentModification",
        (Fault::Conflict, "cloudtrail") => "ConflictException",
        (Fault::Conflict, _) => "ConcurrentAccess",
        (Fault::Quota, "logs") => "LimitExceededException",
        (Fault::Quota, "s3") => "TooManyBuckets",
        (Fault::Quota, "sns") => "TopicLimitExceeded",
        (Fault::Quota, "cloudtrail") => "MaximumNumberOfTrailsExceededException",
        (Fault::Quota, _) => "LimitExceeded",
        (Fault::Propagating, _) => "InvalidCloudWatchLogsRoleArnException",
        _ if service == "s3" => "AccessDenied",
        _ => "AccessDeniedException",
    };
    let message = if fault == Fault::Propagating {
        "Access denied. Check the trust relationships for your role."
    } else {
        "refused by the test"
    };
    match service {
        "logs" | "cloudtrail" => {
            let body = format!("{{\"__type\":\"{code}\",\"message\":\"{message}\"}}");
            respond(400, "application/x-amz-json-1.1", body.as_bytes(), "")
        }
        "monitoring" => {
            respond(400, "application/cbor", &cbor(code, message), "smithy-protocol: rpc-v2-cbor\r\n")
        }
        "s3" => {
            let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
            let status = match fault {
                Fault::Throttled => 503,
                Fault::Denied => 403,
                _ => 409,
            };
            respond(status, "application/xml", if request.is_head { b"" } else { body.as_bytes() }, "")
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

/// A map of two texts.
fn cbor(code: &str, message: &str) -> Vec<u8> {
    let mut bytes = vec![0xa2];
    for text in ["__type", code, "message", message] {
        // a text of less than 256 bytes
        bytes.extend([0x78, u8::try_from(text.len()).unwrap()]);
        bytes.extend(text.bytes());
    }
    bytes
}
