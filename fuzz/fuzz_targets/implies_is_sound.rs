//! Two patterns and a message, a line each: no answer about the patterns is contradicted by the message.
#![no_main]

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Relation, compare_within};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let mut pattern = || std::str::from_utf8(lines.next()?).ok()?.parse::<FilterPattern>().ok();
    let (Some(a), Some(b)) = (pattern(), pattern()) else { return };
    let found = compare_within(&a, &b, &Bounds::deterministic());
    for witness in &found.witnesses {
        let event = witness.event.as_bytes();
        assert_eq!(a.reference().is_match(event), witness.matches_a);
        assert_eq!(b.reference().is_match(event), witness.matches_b);
    }
    let event = lines.next().unwrap_or_default();
    let (in_a, in_b) = (a.reference().is_match(event), b.reference().is_match(event));
    assert!(match found.relation {
        Relation::Equivalent => in_a == in_b,
        Relation::Implies => in_b || !in_a,
        Relation::Implied => in_a || !in_b,
        Relation::Disjoint => !(in_a && in_b),
        _ => true,
    });
});
