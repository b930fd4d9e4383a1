//! `scan --dry-run`: what a scan would read.

use super::exit::Exit;
use super::files::{Input, Inputs};
use super::hits::{Plan, skip};
use super::terminal::line;
use cwfilter::plural::counted;
use std::io::Write;

/// Prints what a scan would read, and what S3 would cost.
pub(super) fn say(found: &mut Inputs, plan: &Plan, allow_empty: bool) -> std::io::Result<Exit> {
    let skipped = skip(&mut found.inputs, plan);
    let bytes: u64 = found.inputs.iter().map(Input::bytes).sum();
    let mut out = std::io::stdout().lock();
    line!(out, "{}, {bytes} bytes as stored", counted(found.inputs.len(), "input", "inputs"))?;
    if found.inputs.contains(&Input::Stdin) {
        line!(out, "1 input is standard input, whose bytes are not known before they are read")?;
    }
    #[cfg(feature = "remote")]
    say_objects(found, &mut out)?;
    out.flush()?;
    let is_refused = skipped.refuses(allow_empty);
    Ok(if found.errors.is_empty() && !is_refused { Exit::Clean } else { Exit::Input })
}

#[cfg(feature = "remote")]
fn say_objects(found: &Inputs, out: &mut impl Write) -> std::io::Result<()> {
    use super::remote::{requests, transfer};
    let (mut gets, mut bytes, mut archived) = (0, 0, 0_u64);
    let mut groups = 0_u64;
    for input in &found.inputs {
        match input {
            Input::Object(object) => {
                gets += object.gets();
                bytes += object.bytes;
                archived += u64::from(object.is_archived);
            }
            Input::Group(_) => groups += 1,
            _ => {}
        }
    }
    if groups > 0 {
        let groups = counted(groups, "input is a log group", "inputs are log groups");
        line!(out, "{groups}, whose bytes are not known before they are read")?;
    }
    if found.lists > 0 {
        line!(
            out,
            "S3: {} made ${:.4}, {} ${:.4}, transfer ${:.2} to the internet or $0 within the region (S3 Standard in us-east-1, price list of November 2026)",
            counted(found.lists, "LIST request", "LIST requests"),
            requests(found.lists, 0),
            counted(gets, "GET request", "GET requests"),
            requests(0, gets),
            transfer(bytes)
        )?;
    }
    if archived > 0 {
        let archived = counted(archived, "object is", "objects are");
        line!(out, "{archived} archived (Glacier): restore before the scan what is needed of them")?;
    }
    Ok(())
}
