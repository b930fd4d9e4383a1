//! The messages that wait, and the requests that the editor cancels before they are begun.

use super::transport::Incoming;
use lsp_server::{ErrorCode, Message, RequestId};
use serde_json::Value;
use std::collections::VecDeque;

/// Messages in their order.
#[derive(Default)]
pub(super) struct Waiting {
    messages: VecDeque<std::io::Result<Incoming>>,
}

impl Waiting {
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn next(&mut self) -> Option<std::io::Result<Incoming>> {
        self.messages.pop_front()
    }

    /// Adds a message. A request that it cancels is answered in its turn, with an error.
    pub(super) fn add(&mut self, incoming: std::io::Result<Incoming>) {
        match incoming.as_ref().ok().and_then(cancelled) {
            Some(id) => self.cancel(&id),
            None => self.messages.push_back(incoming),
        }
    }

    fn cancel(&mut self, id: &RequestId) {
        let is_it = |it: &&mut std::io::Result<Incoming>| matches!(it, Ok(Incoming::Message(Message::Request(request))) if request.id == *id);
        if let Some(found) = self.messages.iter_mut().find(is_it) {
            *found = Ok(Incoming::Malformed {
                id: serde_json::to_value(id).unwrap_or_default(),
                code: ErrorCode::RequestCanceled,
                why: "the request was cancelled".to_owned(),
            });
        }
    }
}

/// The request that a message cancels.
fn cancelled(incoming: &Incoming) -> Option<RequestId> {
    let Incoming::Message(Message::Notification(it)) = incoming else { return None };
    let id = it.params.get("id").filter(|_| it.method == "$/cancelRequest")?;
    match id {
        Value::String(text) => Some(RequestId::from(text.clone())),
        _ => Some(RequestId::from(i32::try_from(id.as_i64()?).ok()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_server::{Notification, Request};
    use serde_json::json;

    /// The ids of what waits, each with whether it is an error.
    fn left(waiting: &mut Waiting) -> Vec<(Value, bool)> {
        let mut all = Vec::new();
        while let Some(it) = waiting.next() {
            match it.unwrap() {
                Incoming::Message(Message::Request(request)) => {
                    all.push((serde_json::to_value(&request.id).unwrap(), false));
                }
                Incoming::Malformed { id, code, .. } => {
                    assert_eq!(code as i32, -32800);
                    all.push((id, true));
                }
                Incoming::Message(_) => all.push((Value::Null, false)),
            }
        }
        all
    }

    #[test]
    fn a_request_that_waits_can_be_cancelled() {
        let request = |id: RequestId| {
            let (method, params) = ("textDocument/hover".to_owned(), json!({}));
            Ok(Incoming::Message(Message::Request(Request { id, method, params })))
        };
        let cancel = |id: Value| {
            let (method, params) = ("$/cancelRequest".to_owned(), json!({ "id": id }));
            Ok(Incoming::Message(Message::Notification(Notification { method, params })))
        };
        let mut waiting = Waiting::default();
        waiting.add(request(1.into()));
        waiting.add(request("two".to_owned().into()));
        waiting.add(request(3.into()));
        // also of a request that is not there; one with an id of another type is left to the server, which ignores it
        [json!("two"), json!(1), json!(9), json!([1]), json!(null)]
            .into_iter()
            .for_each(|id| waiting.add(cancel(id)));
        let ignored = (Value::Null, false);
        let requests = [(json!(1), true), (json!("two"), true), (json!(3), false)];
        assert_eq!(left(&mut waiting), [&requests[..], &[ignored.clone(), ignored]].concat());
    }
}
