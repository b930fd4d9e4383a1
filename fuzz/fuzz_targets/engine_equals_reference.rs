//! The input's first line is a pattern, the rest a message: every match path gives the reference's verdict.
#![no_main]

use cwfilter::{FilterPattern, PatternSet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (text, message) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => return,
    };
    let Ok(pattern) = std::str::from_utf8(text).map(str::parse::<FilterPattern>) else { return };
    let Ok(pattern) = pattern else { return };
    let expected = pattern.reference().is_match(message);
    assert_eq!(pattern.is_match(message), expected);
    for name in PatternSet::instruction_sets() {
        let builder = PatternSet::builder().add("it", pattern.clone()).instruction_set(name);
        for builder in [builder.clone(), builder.structural()] {
            let set = builder.build().expect("one pattern is a set");
            assert_eq!(set.matcher().is_match(message), expected, "{name}");
            let lines = message.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
            let matching: Vec<&[u8]> = lines.filter(|line| pattern.reference().is_match(line)).collect();
            let mut found = Vec::new();
            set.matcher().scan_ndjson(message, |place, _| found.push(&message[place]));
            assert_eq!(found, matching, "{name}, as lines");
        }
    }
});
