//! `Serialize` for what has a name in AWS's API: as that name, a string.

use super::settings::{Comparison, LowSamples, Missing};
use super::state::State;
use super::statistic::Statistic;
use super::timestamp::Timestamp;
use serde::{Serialize, Serializer};

macro_rules! as_text {
    ($($type:ident: $text:expr, $shown:literal;)*) => {
        $(
            #[doc = concat!("As a string, such as `", $shown, "`.")]
            impl Serialize for $type {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let text: fn(&$type) -> String = $text;
                    serializer.serialize_str(&text(self))
                }
            }
        )*
    };
}

as_text! {
    State: |it| it.name().to_owned(), "ALARM";
    Comparison: |it| it.name().to_owned(), "GreaterThanThreshold";
    Missing: |it| it.name().to_owned(), "notBreaching";
    LowSamples: |it| it.name().to_owned(), "ignore";
    Statistic: |it| it.to_string(), "p99.9";
    Timestamp: |it| it.to_string(), "2026-09-14T11:18:44.401+0000";
}
