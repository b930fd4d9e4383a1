//! The cost of matching beside that of inflating: gzip delivery files of the events are inflated only, and inflated, split and
//! matched, in turn.

use crate::engines::set;
use crate::support::Rule;
use cpu_time::ThreadTime;
use std::io::{Read, Write};

/// Records in a delivery file.
const RECORDS: usize = 1_000;

/// Prints the medians over the rounds.
pub fn measure(events: &[u8], rules: &[Rule], rounds: usize) -> Result<(), Box<dyn std::error::Error>> {
    let mut matcher = set(rules).build()?.matcher();
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
        rules.len(),
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
