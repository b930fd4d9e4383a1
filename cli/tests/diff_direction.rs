//! `diff --fail-on`: a direction that is proved not to be taken does not fail, also if the other direction is open.

#[allow(dead_code)]
#[path = "audit/program.rs"]
mod program;

use cwfilter::analysis::{Bounds, Relation, compare_within};
use program::{folder, rules, run};

/// A wildcard pattern that is hard to find a text for.
const HARD: &str = r#"$.a = "*a*b*c*d*" && $.a = "*d*c*b*a*" && $.a = "*e*f*g*h*" && $.a = "*h*g*f*e*" && $.a = "*i*j*k*" && $.a = "*k*j*i*""#;

#[test]
fn half_a_proof_decides_one_direction() {
    let (before, after) = (format!("{{ {HARD} && $.b = x }}"), format!("{{ {HARD} }}"));
    let (a, b) = (before.parse().unwrap(), after.parse().unwrap());
    let steps = (0..40).map(|more| 6_000 + 5 * more).find(|steps| {
        let found = compare_within(&a, &b, &Bounds::default().with_steps(*steps));
        let is_half = found.exists.only_a == Some(false) && found.exists.only_b.is_none();
        is_half && found.relation == Relation::Unknown
    });
    let steps = steps.expect("some number of steps proves one direction only").to_string();
    let here = folder(
        "diff-direction",
        &[("before/r.toml", &rules(&[("r", &before)])), ("after/r.toml", &rules(&[("r", &after)]))],
    );
    // the change matches every event that was matched: it is not tighter; it may be looser
    for (fail_on, from, to, code) in [
        ("tighter", "before", "after", 0),
        ("looser", "before", "after", 1),
        ("any", "before", "after", 1),
        ("tighter", "after", "before", 1),
        ("looser", "after", "before", 0),
    ] {
        let found = run(&here, &["diff", "--budget", &steps, "--fail-on", fail_on, from, to]);
        assert_eq!(found.code, code, "{fail_on} {from} {to}: {}{}", found.stdout, found.stderr);
    }
}
