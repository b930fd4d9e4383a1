//! Matches a pattern with an event, and shows the error of a refused pattern.
//!
//! ```text
//! cargo run --example match_event
//! ```

use cwfilter::{FilterPattern, ParseError};

pub(crate) fn main() -> Result<(), ParseError> {
    let root: FilterPattern =
        r#"{ $.userIdentity.type = "Root" && $.eventType != "AwsServiceEvent" }"#.parse()?;
    let event =
        r#"{"userIdentity":{"type":"Root"},"eventType":"AwsConsoleSignIn","eventName":"ConsoleLogin"}"#;
    println!("{root}: {}", root.is_match(event));
    assert!(root.is_match(event));

    // what AWS refuses is refused with the place and what to write instead
    let text = "{ $.eventName == ConsoleLogin }";
    let error = text.parse::<FilterPattern>().expect_err("AWS refuses it");
    println!("{text}\n{error} at byte {}: {}", error.span().range().start, error.help());
    assert_eq!(error.help(), "write a single `=`");
    Ok(())
}
