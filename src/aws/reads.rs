//! Reads of an account, each made once. What is asked for and not known yet is read together in the next round.

use super::calls::{Account, CallError, Request, Service};
use crate::limits::LIST_PAGES;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;

type Pages = Result<Vec<Value>, CallError>;

/// Answers by request.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Reads {
    known: BTreeMap<String, Pages>,
    open: RefCell<BTreeMap<String, Request>>,
}

impl Reads {
    /// All pages of an answer; `None` if it is not known yet.
    fn pages(&self, service: Service, operation: &'static str, input: Value) -> Option<&Pages> {
        let key = format!("{} {operation} {input}", service.prefix());
        let known = self.known.get(&key);
        if known.is_none() {
            self.open.borrow_mut().insert(key, Request::new(service, operation, input));
        }
        known
    }

    /// An answer; `None` if it is not known yet.
    pub(crate) fn one(
        &self,
        service: Service,
        operation: &'static str,
        input: Value,
    ) -> Option<Result<&Value, &CallError>> {
        let pages = self.pages(service, operation, input)?.as_ref();
        Some(pages.map(|pages| pages.first().unwrap_or(&Value::Null)))
    }

    /// The entries of a list under this name, of all pages; none if it is not known yet, or what is asked about does not exist.
    pub(crate) fn list(
        &self,
        service: Service,
        operation: &'static str,
        input: Value,
        name: &str,
    ) -> Result<Vec<&Value>, CallError> {
        match self.pages(service, operation, input) {
            Some(Err(error)) if !error.is_missing() => Err(error.clone()),
            Some(Ok(pages)) => {
                Ok(pages.iter().filter_map(|page| page.get(name)?.as_array()).flatten().collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Reads what was asked for and is not known. Whether there was such a thing.
    pub(crate) fn round(&mut self, account: &dyn Account) -> bool {
        let mut open: Vec<(String, Request)> = self.open.take().into_iter().collect();
        let is_open = !open.is_empty();
        for page in 0.. {
            if open.is_empty() {
                break;
            }
            let requests: Vec<Request> = open.iter().map(|(_, request)| request.clone()).collect();
            let answers = account.calls(&requests);
            for ((key, request), answer) in std::mem::take(&mut open).into_iter().zip(answers) {
                let known = self.known.entry(key.clone()).or_insert_with(|| Ok(Vec::new()));
                match (answer, known) {
                    (Ok(_), known) if page >= LIST_PAGES => {
                        *known =
                            Err(CallError::new(request.operation, format!("more than {LIST_PAGES} pages")));
                    }
                    (Ok(answer), Ok(pages)) => {
                        open.extend(continued(request, &answer).map(|request| (key, request)));
                        pages.push(answer);
                    }
                    (Ok(_), Err(_)) => {}
                    (Err(error), known) => *known = Err(error),
                }
            }
        }
        is_open
    }
}

/// The request for the next page; `None` after the last one.
fn continued(mut request: Request, answer: &Value) -> Option<Request> {
    let token = request.service.token();
    let next = answer.get(token)?.as_str().filter(|it| !it.is_empty())?;
    request.input.as_object_mut()?.insert(token.to_owned(), next.into());
    Some(request)
}

/// All pages of a list as one answer: lists of the same name are joined.
///
/// # Errors
/// As the service answers, and if the list has too many pages.
pub fn whole_list(
    account: &dyn Account,
    service: Service,
    operation: &'static str,
    input: &Value,
) -> Result<Value, CallError> {
    let mut reads = Reads::default();
    let _ = reads.pages(service, operation, input.clone());
    reads.round(account);
    let pages = reads.known.into_values().next().unwrap_or_else(|| Ok(Vec::new()))?;
    let mut all = Map::new();
    for (name, value) in pages.iter().filter_map(Value::as_object).flatten() {
        match (all.get_mut(name), value) {
            _ if name == service.token() => {}
            (Some(Value::Array(known)), Value::Array(more)) => known.extend(more.iter().cloned()),
            _ => drop(all.insert(name.clone(), value.clone())),
        }
    }
    Ok(Value::Object(all))
}
