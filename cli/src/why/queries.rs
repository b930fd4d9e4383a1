//! The commands and pages that show the events when there are no files.

use super::message::Message;
use cwfilter::escaped::shell_word;
use cwfilter::rules::Rule;
use cwfilter::time::rfc3339;
use cwfilter::translate::{Target, translate};

/// What asks CloudWatch Logs for the events of a rule in a window.
pub(super) struct Queries {
    pub(super) rule: String,
    pub(super) window: (i64, i64),
    /// The call of `FilterLogEvents`, which takes the pattern as it is.
    pub(super) filter_log_events: String,
    /// The pattern as a query of Logs Insights, or the reason why there is none.
    pub(super) insights: Result<Insights, String>,
}

/// A query of Logs Insights.
pub(super) struct Insights {
    pub(super) query: String,
    /// The call of `StartQuery`.
    pub(super) command: String,
    /// The page of the console with the query. `None` without a region or a known partition.
    pub(super) page: Option<String>,
    pub(super) notes: Vec<String>,
}

/// The queries for each rule and window.
pub(super) fn queries(message: &Message, rules: &[&Rule], log_group: &str) -> Vec<Queries> {
    let region = message.region.as_ref().map_or(String::new(), |it| format!(" --region {}", shell_word(it)));
    let group = shell_word(log_group);
    let of = |rule: &Rule, window: (i64, i64)| {
        let (start, end) = window;
        let filter_log_events = format!(
            "aws logs filter-log-events{region} --log-group-name {group} --start-time {} --end-time {} --filter-pattern={}",
            start * 1000,
            end * 1000 - 1,
            shell_word(rule.pattern.as_str())
        );
        let insights = translate(&rule.pattern, Target::LogsInsights).map(|translation| {
            // the only newline is that between the commands of the query
            let query = translation.text.replace('\n', " ");
            let command = format!(
                "aws logs start-query{region} --log-group-name {group} --start-time {start} --end-time {} --query-string {}",
                end - 1,
                shell_word(&query)
            );
            let page = message
                .region
                .as_ref()
                .zip(message.console)
                .map(|(region, host)| page(host, region, log_group, &query, window));
            let notes = translation.notes.iter().map(ToString::to_string).collect();
            Insights { query, command, page, notes }
        });
        let insights = insights.map_err(|refusal| refusal.to_string());
        Queries { rule: rule.id.clone(), window, filter_log_events, insights }
    };
    let windows = message.windows();
    rules.iter().flat_map(|rule| windows.iter().map(|window| of(rule, *window))).collect()
}

/// The page of the console that shows a query. Its form is not documented: it is that of the addresses which the console makes.
fn page(host: &str, region: &str, log_group: &str, query: &str, (start, end): (i64, i64)) -> String {
    let detail = format!(
        "~(end~{}~start~{}~timeType~{}~tz~{}~editorString~{}~source~(~{}))",
        text(&rfc3339(end)),
        text(&rfc3339(start)),
        text("ABSOLUTE"),
        text("UTC"),
        text(query),
        text(log_group)
    );
    format!(
        "https://{region}.{host}/cloudwatch/home?region={region}#logsV2:logs-insights$3FqueryDetail$3D{detail}"
    )
}

/// A text in the console's notation of values: letters, digits and `-_.` as they are, `*hh` or `**hhhh` for other UTF-16 units.
fn text(text: &str) -> String {
    let mut out = "'".to_owned();
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) => out.push(char::from(byte)),
            Ok(byte) => {
                out.push_str(&format!("*{byte:02x}"));
            }
            Err(_) => {
                out.push_str(&format!("**{unit:04x}"));
            }
        }
    }
    out
}
