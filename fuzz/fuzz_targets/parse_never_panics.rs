//! Any text parses, or is refused with a place in it, a help line and AWS's text.
#![no_main]

use cwfilter::FilterPattern;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match text.parse::<FilterPattern>() {
        Ok(pattern) => {
            let printed = pattern.ast().to_string();
            // canonical layout may be longer than what was written
            if let Ok(again) = printed.parse::<FilterPattern>() {
                assert_eq!(again.ast(), pattern.ast());
            } else {
                assert!(printed.chars().count() > 1024, "{printed}");
            }
        }
        Err(error) => {
            assert!(text.get(error.span().range()).is_some());
            assert!(!error.help().is_empty() && !error.aws_message().is_empty());
        }
    }
});
