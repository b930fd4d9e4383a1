//! The log events of a log group, page by page.

use super::refusal::Failure;
use super::settings;
use aws_config::Region;
use aws_config::retry::RetryConfig;
use cwfilter::hit::Selection;
use cwfilter::limits::{EARLY_DELIVERY_SECONDS, FETCH_ATTEMPTS};
use cwfilter::provision::aws::Client;
use cwfilter::provision::{Account, CallError, Service};
use serde_json::{Value, json};

/// A log group and a time range.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LogGroup {
    /// A name, or the ARN of a log group.
    group: String,
    /// Timestamps of log events, in milliseconds since 1970.
    start: Option<i64>,
    end: Option<i64>,
}

impl LogGroup {
    /// The timestamp of a log event is that of the delivery, so that the range has the margins of [`Selection::of_file`].
    pub(crate) fn new(group: &str, selection: &Selection) -> Result<Self, String> {
        // AWS: CreateLogGroup, `logGroupName`
        let is_part = |c: char| c.is_ascii_alphanumeric() || "._-/#".contains(c);
        let is_arn = group.starts_with("arn:") && group.split(':').count() >= 7;
        if !is_arn && !((1..=512).contains(&group.len()) && group.chars().all(is_part)) {
            return Err(format!("`{group}` is not the name or the ARN of a log group"));
        }
        let start = selection.since.map(|since| since.saturating_sub(EARLY_DELIVERY_SECONDS).max(0));
        let end = selection.until.map(|until| until.saturating_add(selection.late).max(0));
        let milliseconds = |seconds: i64| seconds.saturating_mul(1000);
        let group = group.strip_suffix(":*").unwrap_or(group).to_owned();
        Ok(LogGroup { group, start: start.map(milliseconds), end: end.map(milliseconds) })
    }

    /// `logs:GROUP`
    pub(crate) fn name(&self) -> String {
        format!("logs:{}", self.group)
    }

    /// What is read of it, for a journal.
    pub(crate) fn version(&self) -> String {
        format!("{:?}-{:?}", self.start, self.end)
    }

    /// Reads the first page.
    pub(crate) fn open(&self) -> Result<GroupReader, Failure> {
        let mut config = settings::config()?.into_builder();
        config = config.retry_config(RetryConfig::adaptive().with_max_attempts(FETCH_ATTEMPTS));
        // arn:PARTITION:logs:REGION:ACCOUNT:log-group:NAME
        if let Some(region) = self.group.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(2)) {
            config = config.region(Region::new(region.to_owned()));
        }
        let client = Client::new(&config.build()).map_err(|error| Failure::of_all(error.to_string()))?;
        let kind = if self.group.starts_with("arn:") { "logGroupIdentifier" } else { "logGroupName" };
        let mut input = json!({ kind: self.group });
        for (name, value) in [("startTime", self.start), ("endTime", self.end)] {
            if let (Some(value), Some(input)) = (value, input.as_object_mut()) {
                input.insert(name.to_owned(), value.into());
            }
        }
        let mut reader = GroupReader {
            client,
            group: self.group.clone(),
            input,
            page: Vec::new(),
            at: 0,
            is_over: false,
            failure: None,
        };
        reader.next_page()?;
        if reader.page.is_empty() {
            reader.page = b"{\"events\":[]}\n".to_vec();
        }
        Ok(reader)
    }
}

/// Reads the pages as documents of `filter-log-events`.
#[derive(Debug)]
pub(crate) struct GroupReader {
    client: Client,
    group: String,
    /// Of the next call.
    input: Value,
    page: Vec<u8>,
    at: usize,
    is_over: bool,
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
        while self.page.is_empty() && !self.is_over {
            let answer = self.client.call(Service::Logs, "FilterLogEvents", self.input.clone());
            let mut answer = answer.map_err(|error| self.refused(&error))?;
            let token = answer.get("nextToken").filter(|token| token.is_string()).cloned();
            self.is_over = token.is_none();
            if let (Some(token), Some(input)) = (token, self.input.as_object_mut())
                && input.insert("nextToken".to_owned(), token.clone()) == Some(token)
            {
                return Err(Failure::of_all("the pages of the log group do not end".to_owned()));
            }
            let Some(events) = answer.get_mut("events").and_then(Value::as_array_mut) else { continue };
            for event in events.iter_mut().filter_map(Value::as_object_mut) {
                event.insert("logGroupName".to_owned(), self.group.clone().into());
            }
            if !events.is_empty() {
                self.page = format!("{}\n", json!({ "events": events })).into_bytes();
            }
        }
        Ok(())
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
        let is_of_all = error.code.is_none() || error.is_of_credentials();
        Failure { message, is_of_all, ..Failure::default() }
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
