//! All engines over one corpus, in turn, several rounds; writes a table of ratios to standard output.
//!
//! ```text
//! cargo run --release --manifest-path benches/rivals/Cargo.toml -- [ROUNDS] [RULE-SETS]
//! cargo run --release --manifest-path benches/rivals/Cargo.toml -- write FOLDER
//! ```
//!
//! The second form writes the corpus and the rule sets for `examples/throughput.rs`. `archive`, `rules`, `inflate` and `rsigma` are for
//! `benches/scan/run`; the others are for `programs.py` and
//! `stages.py`.

mod archive;
mod engines;
mod inflating;
mod programs;
#[path = "../../support/mod.rs"]
#[allow(dead_code)]
mod support;
mod threads;

use cpu_time::ThreadTime;
use engines::{Engine, Scan};
use std::path::Path;
use support::{Rule, records, rules};

/// The number of records of the corpus. Slow engines get only a part of it.
const RECORDS: usize = 40_000;
/// Records on which the engines' matches are compared.
const COMPARED: usize = 4_000;
/// The approximate CPU seconds of an engine in each round.
const SLICE: f64 = 0.25;

fn main() {
    let mut args = std::env::args().skip(1).peekable();
    if args.next_if_eq("write").is_some() {
        return write(&args.next().expect("a folder"));
    }
    if let Some("archive" | "rules" | "inflate" | "rsigma" | "programs" | "count" | "inflating" | "threads") =
        args.peek().map(String::as_str)
    {
        return command(&args.collect::<Vec<_>>());
    }
    let rounds: usize = args.next().map_or(5, |rounds| rounds.parse().expect("a number of rounds"));
    let sets = args.next().unwrap_or_else(|| "15,100,1000".to_owned());
    let corpus = records(1, RECORDS);
    println!(
        "{RECORDS} records, {} bytes each on average; {rounds} rounds, medians of the ratios\n",
        corpus.len() / RECORDS
    );
    let sets: Vec<usize> = sets.split(',').map(|count| count.parse().expect("a number of rules")).collect();
    for count in &sets {
        compare(&corpus, &rules(*count), rounds);
    }
    if let [few, .., many] = sets.as_slice() {
        flatness(&corpus, *few, *many, rounds);
    }
}

/// `archive FOLDER RECORDS RECORDS-IN-A-FILE`, `rules FOLDER`, `inflate ARCHIVE`, `rsigma ARCHIVE RULES`, `programs FOLDER RULES`,
/// `count EVENTS RULES REPETITIONS`, `inflating EVENTS RULES ROUNDS`, `threads RULES ROUNDS`.
fn command(args: &[String]) {
    let path = Path::new(&args[1]);
    let number = |at: usize| args[at].parse().expect("a number");
    match args[0].as_str() {
        "archive" => archive::write(path, number(2), number(3)),
        "rules" => archive::write_rules(path),
        "inflate" => archive::inflate(path),
        "programs" => programs::write(path, number(2)),
        "count" => programs::count(path, number(2), number(3)),
        "threads" => threads::measure(&rules(number(1)), number(2)),
        "inflating" => {
            inflating::measure(&std::fs::read(path).unwrap(), &rules(number(2)), number(3)).unwrap()
        }
        _ => archive::rsigma(path, number(2)),
    }
}

/// The cost of more rules: one engine with both sets, in turn.
fn flatness(corpus: &[u8], few: usize, many: usize, rounds: usize) {
    let structural = || engines::all().into_iter().find(|engine| engine.name == engines::STRUCTURAL).unwrap();
    let [mut few_rules, mut many_rules] =
        [few, many].map(|count| Row::new(structural(), corpus, &rules(count)));
    for _ in 0..rounds {
        few_rules.measure(corpus);
        many_rules.measure(corpus);
    }
    let ratios: Vec<f64> =
        many_rules.speeds.iter().zip(&few_rules.speeds).map(|(many, few)| many / few).collect();
    println!(
        "MB/s with {many} rules by MB/s with {few}, both {}, in turn: {:.2}\n",
        engines::STRUCTURAL,
        median(&ratios)
    );
}

fn write(folder: &str) {
    std::fs::write(format!("{folder}/events.ndjson"), records(1, RECORDS)).unwrap();
    for count in [15, 100, 1000, 10_000] {
        let lines: Vec<String> =
            rules(count).iter().map(|rule| format!("{}\t{}\n", rule.name, rule.pattern())).collect();
        std::fs::write(format!("{folder}/rules-{count}.tsv"), lines.concat()).unwrap();
    }
    std::fs::write(format!("{folder}/rules-public.tsv"), public()).unwrap();
}

/// The JSON patterns of public repositories that AWS accepts, as rules.
fn public() -> String {
    let rows = include_str!("../../../tests/differential/public.tsv").lines();
    let patterns = rows.filter_map(|row| row.strip_prefix("json\t"));
    let accepted = patterns.filter(|pattern| pattern.parse::<cwfilter::FilterPattern>().is_ok());
    accepted.enumerate().map(|(at, pattern)| format!("public-{at}\t{pattern}\n")).collect()
}

fn compare(corpus: &[u8], rules: &[Rule], rounds: usize) {
    let mut rows: Vec<Row> =
        engines::all().into_iter().map(|engine| Row::new(engine, corpus, rules)).collect();
    let expected = rows.iter().find(|row| row.engine.name == engines::JUDGE).and_then(|row| row.checksum);
    for _ in 0..rounds {
        rows.iter_mut().for_each(|row| row.measure(corpus));
    }
    println!("### {} rules\n", rules.len());
    println!(
        "| engine | MB/s | cwfilter is faster by | matches as `{}` | compile, ms |\n|---|---|---|---|---|",
        engines::JUDGE
    );
    let ours = rows[0].speeds.clone();
    for row in &rows {
        let ratios: Vec<f64> = ours.iter().zip(&row.speeds).map(|(ours, theirs)| ours / theirs).collect();
        let agrees = match (row.checksum, expected) {
            (None, _) => "does not match",
            (found, expected) if found == expected => "yes",
            _ => "NO",
        };
        println!(
            "| {} | {:.0} | {:.2} | {agrees} | {:.1} |",
            row.engine.name,
            median(&row.speeds),
            median(&ratios),
            row.compile * 1e3
        );
    }
    println!();
}

struct Row {
    engine: Engine,
    scan: Scan,
    /// hash of the matches on the first records; `None` for engines that do not match
    checksum: Option<u64>,
    bytes: usize,
    compile: f64,
    speeds: Vec<f64>,
}

impl Row {
    fn new(engine: Engine, corpus: &[u8], rules: &[Rule]) -> Row {
        let start = ThreadTime::now();
        let mut scan = (engine.prepare)(rules);
        let compile = start.elapsed().as_secs_f64();
        let compared = prefix(corpus, corpus.len() / RECORDS * COMPARED);
        let mut checksum = 0u64;
        let start = ThreadTime::now();
        let mut record = 0u64;
        scan(compared, &mut |event, rule| {
            record = record.max(event as u64);
            checksum =
                checksum.wrapping_add((event as u64 + 1).wrapping_mul(0x9e37_79b9 * (rule as u64 + 1)));
        });
        let seconds = start.elapsed().as_secs_f64();
        let bytes = (compared.len() as f64 * SLICE / seconds.max(1e-6)) as usize;
        let bytes = prefix(corpus, bytes.clamp(200_000, corpus.len())).len();
        let checksum = engine.matches.then_some(checksum);
        Row { engine, scan, checksum, bytes, compile, speeds: Vec::new() }
    }

    fn measure(&mut self, corpus: &[u8]) {
        let part = &corpus[..self.bytes];
        let repetitions = (corpus.len() / self.bytes).clamp(1, 4);
        let start = ThreadTime::now();
        let mut matches = 0u64;
        for _ in 0..repetitions {
            (self.scan)(part, &mut |_, _| matches += 1);
        }
        let seconds = start.elapsed().as_secs_f64();
        std::hint::black_box(matches);
        self.speeds.push((part.len() * repetitions) as f64 / seconds / 1e6);
    }
}

/// Whole lines of at most this many bytes.
fn prefix(corpus: &[u8], bytes: usize) -> &[u8] {
    let end = memchr::memrchr(b'\n', &corpus[..bytes.min(corpus.len())]).map_or(0, |end| end + 1);
    &corpus[..end]
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
