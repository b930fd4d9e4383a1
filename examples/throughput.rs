//! Measures how fast a set of rules runs over events in memory, on one thread:
//!
//! ```text
//! cargo run --release --example throughput -- EVENTS.ndjson RULES.tsv REPS
//! ```
//!
//! A line of RULES is a name, a tab and a filter pattern. The events are read and the patterns compiled
//! before the clock starts; the clock is the CPU time of the thread. Prints one JSON line: `matches` and
//! `per_rule` count over all repetitions. `CWFILTER_INSTRUCTIONS` selects an instruction set,
//! `CWFILTER_STRUCTURAL=1` disables the prefilter.

use cpu_time::ThreadTime;
use cwfilter::PatternSet;
use std::collections::BTreeMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match measure(&args) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}\nusage: throughput EVENTS.ndjson RULES.tsv REPS");
            ExitCode::from(2)
        }
    }
}

fn measure(args: &[String]) -> Result<serde_json::Value, Box<dyn std::error::Error>> {
    let [events, rules, repetitions] = args else { return Err("three arguments are needed".into()) };
    let events = std::fs::read(events).map_err(|error| format!("{events}: {error}"))?;
    let rules = std::fs::read_to_string(rules).map_err(|error| format!("{rules}: {error}"))?;
    let repetitions: u64 = repetitions.parse()?;

    let mut builder = PatternSet::builder();
    for (number, line) in rules.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let (name, pattern) = line.split_once('\t').ok_or(format!("line {}: no tab", number + 1))?;
        let pattern = pattern.parse().map_err(|error| format!("line {}: {error}", number + 1))?;
        builder.add(name, pattern);
    }
    if let Ok(name) = std::env::var("CWFILTER_INSTRUCTIONS") {
        builder.instruction_set(name);
    }
    if std::env::var_os("CWFILTER_STRUCTURAL").is_some() {
        builder.structural();
    }
    let set = builder.build()?;
    let mut matcher = set.matcher();
    let mut counts = vec![0u64; set.len()];
    let mut records = 0;

    let start = ThreadTime::try_now()?;
    for _ in 0..repetitions {
        records += matcher.scan_ndjson(&events, |_, ids| {
            for id in ids {
                counts[id.index()] += 1;
            }
        });
    }
    let seconds = start.try_elapsed()?.as_secs_f64();

    let names: BTreeMap<&str, u64> = set.ids().map(|id| (set.name(id), counts[id.index()])).collect();
    Ok(serde_json::json!({
        "events": records,
        "bytes": events.len() as u64 * repetitions,
        "cpu_seconds": seconds,
        "matches": counts.iter().sum::<u64>(),
        "per_rule": names,
    }))
}
