//! Whether threads that share one set slow each other down: the CPU time of `PatternSet::is_match` on small events, on one thread and
//! on all cores at once. A cache line that the threads write would multiply it.

use crate::engines::set;
use crate::support::Rule;
use cpu_time::ThreadTime;
use cwfilter::PatternSet;
use std::sync::Barrier;

/// Calls in a round, on each thread.
const CALLS: usize = 200_000;

/// Prints the medians over the rounds.
pub fn measure(rules: &[Rule], rounds: usize) {
    let set = set(rules).build().unwrap();
    let all = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let mut rows = Vec::new();
    for _ in 0..rounds {
        rows.push((nanoseconds(&set, 1), nanoseconds(&set, all)));
    }
    let median = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let ratio = median(&mut rows.iter().map(|(one, all)| all / one).collect());
    let one = median(&mut rows.iter().map(|(one, _)| *one).collect());
    let each = median(&mut rows.iter().map(|(_, all)| *all).collect());
    println!(
        "| threads | `is_match` on an event of 60 bytes, {} rules: ns of CPU time for each call | of one thread's |\n|---|---|---|",
        rules.len()
    );
    println!("| 1 | {one:.0} | 1.00 |\n| {all} | {each:.0} | {ratio:.2} |");
}

/// The CPU time of a call, the mean over the threads.
fn nanoseconds(set: &PatternSet, threads: usize) -> f64 {
    let event = br#"{"eventName":"GetObject","eventSource":"s3.amazonaws.com"}"#;
    let barrier = Barrier::new(threads);
    let run = || {
        barrier.wait();
        let start = ThreadTime::now();
        let matches = (0..CALLS).filter(|_| set.is_match(std::hint::black_box(event))).count();
        std::hint::black_box(matches);
        start.elapsed().as_secs_f64() * 1e9 / CALLS as f64
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).sum::<f64>() / threads as f64
    })
}
