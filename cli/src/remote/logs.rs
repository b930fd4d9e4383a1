//! The log events of a log group, page by page.

use super::refusal::Failure;
use super::{retry, settings};
use crate::terminal::say;
use aws_config::Region;
use cwfilter::aws::Client;
use cwfilter::hit::Selection;
use cwfilter::limits::EARLY_DELIVERY_SECONDS;
use cwfilter::provision::{Account, CallError, Service};
use serde_json::{Map, Value, json};

/// A log group and a time range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogGroup {
    /// A name, or the ARN of a log group.
    group: String,
    /// Timestamps of log events, in milliseconds since 1970.
    start: Option<i64>,
    end: Option<i64>,
    /// CloudWatch Logs sends only the log events that match it.
    filter: Option<String>,
}

impl LogGroup {
    /// The timestamp of a log event is that of the delivery, so that the range has the margins of [`Selection::of_file`].
    pub(crate) fn new(group: &str, selection: &Selection) -> Result<Self, String> {
        // AWS: CreateLogGroup, `logGroupName`
        let is_part = |c: char| c.is_ascii_alphanumeric() || "._-/#".contains(c);
        let is_arn = group.starts_with("arn:") && group.split(':').count() >= 7;
        let is_name = (1..=512).contains(&group.len()) && group.chars().all(is_part);
        if !is_arn && !is_name {
            return Err(format!("`{group}` is not the name or the ARN of a log group"));
        }
        let start = selection.since.map(|since| since.saturating_sub(EARLY_DELIVERY_SECONDS).max(0));
        let end = selection.until.map(|until| until.saturating_add(selection.late).max(0));
        let milliseconds = |seconds: i64| seconds.saturating_mul(1000);
        let group = group.strip_suffix(":*").unwrap_or(group).to_owned();
        Ok(LogGroup { group, start: start.map(milliseconds), end: end.map(milliseconds), filter: None })
    }

    /// Asks only for log events that match the pattern.
    pub(crate) fn filter(&mut self, pattern: &str) {
        self.filter = Some(pattern.to_owned());
    }

    /// `logs:GROUP`
    pub(crate) fn name(&self) -> String {
        format!("logs:{}", self.group)
    }

    /// What is read of it, for a journal.
    pub(crate) fn version(&self) -> String {
        match &self.filter {
            Some(filter) => format!("{:?}-{:?} {filter}", self.start, self.end),
            None => format!("{:?}-{:?}", self.start, self.end),
        }
    }

    /// The first timestamp that is asked for.
    pub(super) fn start(&self) -> Option<i64> {
        self.start
    }

    /// The pages, before the first call.
    pub(super) fn pages(&self) -> Result<Pages, Failure> {
        // attempts are counted in one place, as those of S3 are
        let mut config = settings::config()?.into_builder();
        // arn:PARTITION:logs:REGION:ACCOUNT:log-group:NAME
        if let Some(region) = self.group.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(2)) {
            config = config.region(Region::new(region.to_owned()));
        }
        let client = Client::new(&config.build()).map_err(|error| Failure::of_all(error.to_string()))?;
        let kind = if self.group.starts_with("arn:") { "logGroupIdentifier" } else { "logGroupName" };
        let mut input = Map::new();
        input.insert(kind.to_owned(), self.group.clone().into());
        for (name, value) in [("startTime", self.start), ("endTime", self.end)] {
            input.extend(value.map(|value| (name.to_owned(), value.into())));
        }
        input.extend(self.filter.clone().map(|filter| ("filterPattern".to_owned(), filter.into())));
        Ok(Pages { client, group: self.group.clone(), input, is_over: false, is_throttled: false })
    }

    /// Reads the first page.
    pub(crate) fn open(&self) -> Result<GroupReader, Failure> {
        let mut reader = GroupReader { pages: self.pages()?, page: Vec::new(), at: 0, failure: None };
        reader.next_page()?;
        if reader.page.is_empty() {
            reader.page = document(&[]);
        }
        Ok(reader)
    }
}

/// Log events as `filter-log-events` writes them.
pub(super) fn document(events: &[Value]) -> Vec<u8> {
    format!("{}\n", json!({ "events": events })).into_bytes()
}

/// The answers of one log group.
#[derive(Debug)]
pub(super) struct Pages {
    client: Client,
    group: String,
    /// Of the next call.
    input: Map<String, Value>,
    is_over: bool,
    /// It was said that calls are throttled.
    is_throttled: bool,
}

impl Pages {
    /// Begins again, at a timestamp.
    pub(super) fn restart(&mut self, start: i64) {
        self.input.insert("startTime".to_owned(), start.into());
        self.input.remove("nextToken");
        self.is_over = false;
    }

    /// Whether the last page was read.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// The events of the next page, which may be none; `None` after the last page.
    pub(super) fn next(&mut self) -> Result<Option<Vec<Value>>, Failure> {
        if self.is_over {
            return Ok(None);
        }
        let mut answer = self.call()?;
        let token = answer.get("nextToken").filter(|token| token.is_string()).cloned();
        self.is_over = token.is_none();
        if let Some(token) = token
            && self.input.insert("nextToken".to_owned(), token.clone()) == Some(token)
        {
            return Err(Failure::of_all("the pages of the log group do not end".to_owned()));
        }
        let Some(Value::Array(mut events)) = answer.get_mut("events").map(Value::take) else {
            return Ok(Some(Vec::new()));
        };
        for event in events.iter_mut().filter_map(Value::as_object_mut) {
            event.insert("logGroupName".to_owned(), self.group.clone().into());
        }
        Ok(Some(events))
    }

    /// Asks for a page, again if it fails for a reason that passes, until a signal asks for the end.
    fn call(&mut self) -> Result<Value, Failure> {
        let mut attempts = retry::Attempts::default();
        loop {
            let answer = self.client.call(Service::Logs, "FilterLogEvents", self.input.clone().into());
            let error = match answer {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let failure = self.refused(&error);
            if !failure.is_transient {
                return Err(failure);
            }
            let is_throttled = error.code.as_deref() == Some(THROTTLED);
            if is_throttled && !std::mem::replace(&mut self.is_throttled, true) {
                say!(
                    "note: logs:{}: CloudWatch Logs throttles; each call is made again after a pause",
                    self.group
                );
            }
            match attempts.pause() {
                Some(pause) if retry::rest(pause) => {}
                Some(_) => return Err(failure),
                None => return Err(attempts.used_up(failure)),
            }
        }
    }

    fn refused(&self, error: &CallError) -> Failure {
        let group = &self.group;
        let message = match error.code.as_deref() {
            _ if error.is_missing() => {
                format!(
                    "there is no log group `{group}` in this account and region; check its name and AWS_REGION"
                )
            }
            Some("AccessDeniedException") => {
                format!("access denied ({}); the credentials need logs:FilterLogEvents", error.message)
            }
            _ => error.to_string(),
        };
        let passes = |code: &str| TRANSIENT.contains(&code) || code.starts_with("HTTP 5");
        let is_transient = !error.is_of_credentials() && error.code.as_deref().is_none_or(passes);
        let is_of_all = is_transient || error.is_of_credentials();
        Failure { message, is_of_all, is_transient, ..Failure::default() }
    }
}

const THROTTLED: &str = "ThrottlingException";

/// Codes that pass. Source: Amazon CloudWatch Logs API reference, "Common errors", and `FilterLogEvents`.
const TRANSIENT: [&str; 4] =
    [THROTTLED, "ServiceUnavailableException", "ServiceUnavailable", "InternalFailure"];

/// Reads the pages as documents of `filter-log-events`.
#[derive(Debug)]
pub(crate) struct GroupReader {
    pages: Pages,
    page: Vec<u8>,
    at: usize,
    failure: Option<Failure>,
}

impl GroupReader {
    /// Why no further page came.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Fetches pages until one has events, or there is no other.
    fn next_page(&mut self) -> Result<(), Failure> {
        (self.page, self.at) = (Vec::new(), 0);
        while let Some(events) = self.pages.next()? {
            if !events.is_empty() {
                self.page = document(&events);
                break;
            }
        }
        Ok(())
    }
}

impl std::io::Read for GroupReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.page.len()
            && let Err(failure) = self.next_page()
        {
            let error = std::io::Error::other(failure.message.clone());
            self.failure = Some(failure);
            return Err(error);
        }
        let mut rest = self.page.get(self.at..).unwrap_or_default();
        let count = std::io::Read::read(&mut rest, buffer)?;
        self.at += count;
        Ok(count)
    }
}
