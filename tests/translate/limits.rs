//! A pattern at a limit is translated; a pattern one beyond the limit is refused, with the limit in the reason.

use cwfilter::FilterPattern;
use cwfilter::limits::{TRANSLATED_ALTERNATIVES, TRANSLATED_REPETITIONS, TRANSLATED_TOKENS};
use cwfilter::translate::{Target, translate};

fn refusal(target: Target, text: &str) -> Option<String> {
    let pattern: FilterPattern = text.parse().unwrap();
    translate(&pattern, target).err().map(|refusal| refusal.reason)
}

/// Conditions on different fields, joined by `||` in groups of these sizes.
fn groups(sizes: [usize; 3]) -> String {
    let group = |(letter, size): (char, usize)| {
        let all: Vec<String> = (0..size).map(|at| format!("$.{letter}{at}=x")).collect();
        format!("({})", all.join("||"))
    };
    let all: Vec<String> = "abc".chars().zip(sizes).map(group).collect();
    format!("{{{}}}", all.join("&&"))
}

#[test]
fn limits_are_in_the_reasons() {
    let columns = |count: usize| format!("[{}last = x]", ",".repeat(count));
    for (target, limit, at, beyond) in [
        (
            Target::Jq,
            TRANSLATED_REPETITIONS as usize,
            format!("%a{{{TRANSLATED_REPETITIONS}}}%"),
            format!("%a{{{}}}%", TRANSLATED_REPETITIONS + 1),
        ),
        (Target::Athena, TRANSLATED_TOKENS, columns(TRANSLATED_TOKENS), columns(TRANSLATED_TOKENS + 1)),
        (Target::EventBridge, TRANSLATED_ALTERNATIVES, groups([10, 10, 10]), groups([10, 10, 11])),
    ] {
        assert_eq!(refusal(target, &at), None, "{at}");
        let reason = refusal(target, &beyond).unwrap();
        assert!(reason.contains(&limit.to_string()), "{reason}");
    }
}

#[cfg(feature = "rules")]
mod log_alarms {
    use cwfilter::limits::{LOG_ALARM_QUERY, LOG_ALARM_RESULTS};
    use cwfilter::translate::{LogAlarmPlace, log_alarm};

    fn refusal(text: &str, evaluate: usize) -> Option<String> {
        let escaped: String = text.chars().map(|c| format!("\\U{:08X}", u32::from(c))).collect();
        let file = format!(
            "[[rule]]\nid = \"a\"\npattern = \"{{ $.a = \\\"{escaped}\\\" }}\"\n\
             metric = {{ namespace = \"n\", name = \"m\", value = \"1\" }}\n\
             alarm = {{ statistic = \"Sum\", period = \"1m\", threshold = 1, evaluate = \"1 of {evaluate}\" }}\n"
        );
        let file = cwfilter::rules::parse("r.toml".as_ref(), file).unwrap();
        log_alarm(&file.rules[0], &LogAlarmPlace::default()).err().map(|error| error.to_string())
    }

    #[test]
    fn limits_are_in_the_reasons() {
        // each of these characters has 10 in the query, the escape 4, and the rest of the query 50
        let text = |more: usize| format!("\u{1b}{}{}", "\u{10fffd}".repeat(994), "a".repeat(6 + more));
        assert_eq!(refusal(&text(0), 1), None);
        let reason = refusal(&text(1), 1).unwrap();
        assert!(reason.contains(&LOG_ALARM_QUERY.to_string()), "{reason}");
        assert_eq!(refusal("x", LOG_ALARM_RESULTS), None);
        let reason = refusal("x", LOG_ALARM_RESULTS + 1).unwrap();
        assert!(reason.contains(&LOG_ALARM_RESULTS.to_string()), "{reason}");
    }
}
