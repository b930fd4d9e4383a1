//! Explains why a pattern does not match an event.
//!
//! ```text
//! cargo run --example why_not
//! ```

use cwfilter::{FilterPattern, ParseError};

pub(crate) fn main() -> Result<(), ParseError> {
    let pattern: FilterPattern =
        r#"{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" }"#.parse()?;
    // a login by single sign-on says nothing about MFA
    let event =
        r#"{"eventName":"ConsoleLogin","additionalEventData":{"LoginTo":"https://console.aws.amazon.com"}}"#;
    let explanation = pattern.explain(event);
    println!("{explanation}");
    assert!(!explanation.matched());
    assert_eq!(explanation.deciding(), [r#"$.additionalEventData.MFAUsed != "Yes""#]);
    Ok(())
}
