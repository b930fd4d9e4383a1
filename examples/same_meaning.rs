//! Proves that two patterns match the same events, or finds an event that shows the difference.
//!
//! ```text
//! cargo run --features analysis --example same_meaning
//! ```

use cwfilter::analysis::{Relation, compare};
use cwfilter::{FilterPattern, ParseError};

pub(crate) fn main() -> Result<(), ParseError> {
    let ours: FilterPattern = r#"{ ($.eventName = StopLogging) || ($.eventName="DeleteTrail") }"#.parse()?;
    let published: FilterPattern =
        r#"{ $.eventName = "DeleteTrail" || $.eventName = "StopLogging" }"#.parse()?;
    assert_eq!(compare(&ours, &published).relation, Relation::Equivalent);

    let wider: FilterPattern = r#"{ $.eventName = "*Trail" || $.eventName = "StopLogging" }"#.parse()?;
    let answer = compare(&ours, &wider);
    assert_eq!(answer.relation, Relation::Implies);
    for witness in &answer.witnesses {
        println!("{} ours: {}, wider: {}", witness.event, witness.matches_a, witness.matches_b);
    }
    Ok(())
}
