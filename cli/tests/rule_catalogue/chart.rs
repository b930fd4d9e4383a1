//! The trigger chart of a rule: the matches of each day of a month, a character for a day.

/// From no match to more than 100 on a day.
const LEVELS: [(u64, char); 8] =
    [(0, '·'), (1, '▁'), (2, '▂'), (5, '▃'), (10, '▄'), (20, '▅'), (50, '▆'), (100, '▇')];

/// The character of a day: the first level that the number of matches does not exceed.
fn bar(matches: u64) -> char {
    LEVELS.iter().find(|(most, _)| matches <= *most).map_or('█', |(_, bar)| *bar)
}

pub fn line(account: &str, days: &[u64], alarms: usize) -> String {
    let bars: String = days.iter().map(|matches| bar(*matches)).collect();
    let matches: u64 = days.iter().sum();
    format!("{account:<12} {bars}  {matches:>6} matches {alarms:>4} alarms")
}

#[test]
fn bars_grow_with_matches() {
    let drawn: String = [0, 1, 2, 3, 5, 6, 20, 21, 100, 101, 5_000].into_iter().map(bar).collect();
    assert_eq!(drawn, "·▁▂▃▃▄▅▆▇██");
}
