//! Counts the pairs of patterns whose relation is unknown, by kind.
//!
//! ```text
//! cargo run --release --features analysis --example unknowns -- [PAIRS [STEPS]]
//! ```
//!
//! `PAIRS` is the number of pairs of each kind (default 200), `STEPS` the bound of one question. The patterns are those of
//! `tests/differential/public.tsv`, those of the generator of `tests/differential`, and families of large patterns. A row with the
//! name `same` has pairs of a pattern with itself in another layout.

#[path = "../tests/differential/families.rs"]
mod families;
#[allow(dead_code)]
#[path = "../tests/generate/mod.rs"]
mod generate;
#[allow(dead_code)]
#[path = "../tests/differential/hostile.rs"]
mod hostile;

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Relation, compare_within};
use generate::Random;
use std::collections::BTreeMap;

/// Pairs, unknown ones, and reasons.
#[derive(Default)]
struct Count {
    pairs: usize,
    unknown: usize,
    reasons: BTreeMap<String, usize>,
    seconds: f64,
}

pub(crate) fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|it| it.parse::<usize>().ok());
    let pairs = arguments.next().unwrap_or(200);
    let bounds = match arguments.next() {
        Some(steps) => Bounds::default().with_steps(steps),
        None => Bounds::default(),
    };
    let mut random = Random::new(7);
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for (name, a, b) in families::pairs(&mut random, pairs) {
        let (Ok(a), Ok(b)) = (a.parse::<FilterPattern>(), b.parse::<FilterPattern>()) else { continue };
        let count = counts.entry(name).or_default();
        let start = std::time::Instant::now();
        let found = compare_within(&a, &b, &bounds);
        count.seconds += start.elapsed().as_secs_f64();
        count.pairs += 1;
        if found.relation == Relation::Unknown {
            count.unknown += 1;
            let reason = found.reason.unwrap_or_default();
            *count.reasons.entry(reason).or_default() += 1;
            if std::env::var_os("CWFILTER_SHOW").is_some() {
                eprintln!("{a}    {b}");
            }
        }
    }
    for (name, it) in &counts {
        let share = 100.0 * it.unknown as f64 / it.pairs.max(1) as f64;
        let time = 1000.0 * it.seconds / it.pairs.max(1) as f64;
        println!(
            "{name:<34} {:>6} pairs {:>5} unknown {share:>5.1} % {time:>8.2} ms a pair",
            it.pairs, it.unknown
        );
        for (reason, count) in &it.reasons {
            println!("    {count:>5} {reason}");
        }
    }
}
