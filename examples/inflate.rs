//! Measures the cost of matching beside that of inflating. A gzip delivery file of the events is inflated only, and inflated, split and
//! matched, in turn; prints the ratio of each round.
//!
//! ```text
//! cargo run --release --features gzip --example inflate -- EVENTS.ndjson RULES.tsv ROUNDS
//! ```

use cpu_time::ThreadTime;
use cwfilter::PatternSet;
use std::io::{Read, Write};

/// Records in a delivery file.
const RECORDS: usize = 1_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let mut argument = || args.next().ok_or("usage: inflate EVENTS.ndjson RULES.tsv ROUNDS");
    let events = std::fs::read(argument()?)?;
    let rules = std::fs::read_to_string(argument()?)?;
    let rounds: usize = argument()?.parse()?;

    let mut builder = PatternSet::builder();
    for (name, pattern) in rules.lines().filter_map(|line| line.split_once('\t')) {
        builder.add(name, pattern.parse()?);
    }
    let mut matcher = builder.build()?.matcher();
    let lines: Vec<&[u8]> = events.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let files: Vec<Vec<u8>> = lines.chunks(RECORDS).map(delivery_file).collect::<Result<_, _>>()?;

    let mut text = Vec::new();
    let (mut ratios, mut speeds) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let start = ThreadTime::try_now()?;
        for file in &files {
            inflate(file, &mut text)?;
        }
        let alone = start.try_elapsed()?.as_secs_f64();
        let start = ThreadTime::try_now()?;
        let mut matches = 0;
        for file in &files {
            inflate(file, &mut text)?;
            matcher.scan_records(&text, |_, _, ids| matches += ids.len())?;
        }
        let whole = start.try_elapsed()?.as_secs_f64();
        std::hint::black_box(matches);
        ratios.push(alone / whole);
        speeds.push(events.len() as f64 / whole / 1e6);
    }
    ratios.sort_by(f64::total_cmp);
    speeds.sort_by(f64::total_cmp);
    println!(
        "| .json.gz of 1,000 records, zlib-rs | MB/s of JSON | of the speed of inflating alone |\n|---|---|---|"
    );
    println!(
        "| inflate, split and match {} rules | {:.0} | {:.2} |",
        rules.lines().count(),
        speeds[rounds / 2],
        ratios[rounds / 2]
    );
    Ok(())
}

fn delivery_file(records: &[&[u8]]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(b"{\"Records\":[")?;
    encoder.write_all(&records.join(&b","[..]))?;
    encoder.write_all(b"]}")?;
    encoder.finish()
}

fn inflate(file: &[u8], text: &mut Vec<u8>) -> std::io::Result<usize> {
    text.clear();
    flate2::bufread::MultiGzDecoder::new(file).read_to_end(text)
}
