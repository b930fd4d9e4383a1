//! Evidence that lies in AWS. Objects of S3 are listed by what is asked for, and fetched while other objects are matched. A log group is
//! read page by page, or followed.

mod contact;
mod fetch;
mod follow;
mod layout;
mod list;
mod logs;
mod object;
mod place;
mod price;
mod push_down;
mod refusal;
mod retry;
mod settings;
mod window;

pub(crate) use fetch::start;
pub(crate) use follow::{Followed, Next};
pub(crate) use list::list;
pub(crate) use logs::LogGroup;
pub(crate) use object::Object;
pub(crate) use price::{requests, transfer};
pub(crate) use push_down::push_down;
pub(crate) use refusal::Failure;

use crate::options::options;
use crate::terminal::say;
use cwfilter::plural::counted;
use layout::Passed;
use list::Listed;
use std::collections::BTreeMap;

/// Prefixes that were not listed.
#[derive(Debug, Default)]
pub(crate) struct NotListed {
    /// Their number by reason.
    pub(crate) counts: BTreeMap<&'static str, u64>,
    /// Sentences for people.
    pub(crate) sentences: Vec<String>,
}

/// Prints what was listed, and what was not.
pub(crate) fn say(place: &str, listed: &Listed, not_listed: &mut NotListed) {
    let bytes: u64 = listed.objects.iter().map(|object| object.bytes).sum();
    say!(
        "s3://{place}: {}, {bytes} bytes, by {}",
        counted(listed.objects.len(), "object", "objects"),
        counted(listed.requests, "LIST request", "LIST requests")
    );
    let mut counts: BTreeMap<Passed, u64> = BTreeMap::new();
    for (prefix, why) in &listed.passed {
        *counts.entry(*why).or_default() += 1;
        if options().verbose {
            say!("note: {prefix}: {}, not listed", why.words());
        }
    }
    for (why, count) in counts {
        let sentence = format!("{} of {} not listed", counted(count, "prefix", "prefixes"), why.words());
        say!("{sentence}");
        not_listed.sentences.push(format!("s3://{place}: {sentence}"));
        *not_listed.counts.entry(why.name()).or_default() += count;
    }
}
