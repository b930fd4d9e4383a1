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
use list::Listed;
use std::collections::BTreeMap;

/// Prints what was listed, and what was not.
pub(crate) fn say(place: &str, listed: &Listed) {
    let bytes: u64 = listed.objects.iter().map(|object| object.bytes).sum();
    say!(
        "s3://{place}: {}, {bytes} bytes, by {}",
        counted(listed.objects.len(), "object", "objects"),
        counted(listed.requests, "LIST request", "LIST requests")
    );
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (prefix, why) in &listed.passed {
        *counts.entry(why).or_default() += 1;
        if options().verbose {
            say!("note: {prefix}: {why}, not listed");
        }
    }
    for (why, count) in counts {
        say!("{} of {why} not listed", counted(count, "prefix", "prefixes"));
    }
}
