//! `scan --push-down`: one filter pattern that CloudWatch Logs applies before it sends log events.
//!
//! The pattern only has to hold for each log event in which a rule may match, because every event that comes is matched again. It is the rules'
//! patterns, joined by `||`, and a condition that holds for each event of EventBridge: a rule may match the record in its `detail`, which
//! CloudWatch Logs does not open. So no match is lost, whatever the group holds.

use cwfilter::FilterPattern;
use cwfilter::limits::PATTERN_CHARACTERS;

/// Holds for the events of EventBridge, as [`cwfilter::evidence`] knows them.
const OF_EVENTBRIDGE: &str = "($.detail-type = *)";

/// The pattern for `FilterLogEvents`, or why there is none.
pub(crate) fn push_down<'p>(patterns: impl Iterator<Item = &'p FilterPattern>) -> Result<String, String> {
    let mut parts = Vec::new();
    for pattern in patterns {
        let inside = pattern.as_str().trim().strip_prefix('{').and_then(|it| it.strip_suffix('}'));
        let Some(inside) = inside.filter(|_| pattern.is_json()) else {
            return Err(format!(
                "`{}` is not a JSON pattern: in an event of EventBridge it is matched against the record, and CloudWatch Logs would match it against the whole event",
                pattern.as_str()
            ));
        };
        parts.push(format!("({})", inside.trim()));
    }
    if parts.is_empty() {
        return Err("there are no rules".to_owned());
    }
    let count = parts.len();
    parts.push(OF_EVENTBRIDGE.to_owned());
    let whole = format!("{{ {} }}", parts.join(" || "));
    let length = whole.chars().count();
    if length > PATTERN_CHARACTERS {
        return Err(format!(
            "the patterns of {count} rules together have {length} characters, and CloudWatch Logs takes {PATTERN_CHARACTERS}: scan with fewer rules"
        ));
    }
    match whole.parse::<FilterPattern>() {
        Ok(_) => Ok(whole),
        Err(error) => Err(format!("the patterns together are refused: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(texts: &[&str]) -> Vec<FilterPattern> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_superset_is_sent() {
        let patterns = parsed(&[
            r#"{ $.eventName = "StopLogging" || $.eventName = "DeleteTrail" }"#,
            "{($.errorCode NOT EXISTS) && ($.userIdentity.type = Root)}",
        ]);
        let sent = push_down(patterns.iter()).unwrap();
        assert_eq!(
            sent,
            r#"{ ($.eventName = "StopLogging" || $.eventName = "DeleteTrail") || (($.errorCode NOT EXISTS) && ($.userIdentity.type = Root)) || ($.detail-type = *) }"#
        );
        let sent: FilterPattern = sent.parse().unwrap();
        let record = r#"{"eventName":"StopLogging","errorCode":"x"}"#;
        let event = format!(
            r#"{{"detail-type":"AWS API Call via CloudTrail","source":"aws.cloudtrail","detail":{record}}}"#
        );
        let other = r#"{"eventName":"ListBuckets","errorCode":"x"}"#;
        for (message, expected) in [(record, true), (&event, true), (other, false), ("StopLogging", false)] {
            assert_eq!(sent.is_match(message), expected, "{message}");
        }
    }

    #[test]
    fn what_cannot_be_sent_is_refused_with_the_reason() {
        let long = format!("{{ $.a = {} }}", "x".repeat(PATTERN_CHARACTERS - 20));
        let regexes = "{ $.a = %x% && $.b = %y% }";
        let cases: [(&[&str], &str); 5] = [
            (&["ERROR"], "is not a JSON pattern"),
            (&["{ $.a = 1 }", "[ip, status]"], "is not a JSON pattern"),
            (&[&long], "CloudWatch Logs takes 1024"),
            (&[regexes, "{ $.c = %z% }"], "the patterns together are refused"),
            (&[], "there are no rules"),
        ];
        for (texts, said) in cases {
            let refused = push_down(parsed(texts).iter()).unwrap_err();
            assert!(refused.contains(said), "{texts:?}: {refused}");
        }
    }
}
