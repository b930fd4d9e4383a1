//! The page of a simulation counts and lists composite alarms, and says the whole alarm in words.

use cwfilter::report::html::{About, page};
use cwfilter::rules;
use cwfilter::simulation::Simulation;

const RULES: &str = r#"
[[rule]]
id = "errors"
pattern = '{ $.level = "ERROR" && $.fn = * }'
metric = { namespace = "App", name = "Errors", value = "1", dimensions = { Fn = "$.fn" } }
alarm = { statistic = "Sum", period = "5m", threshold = 1, missing = "notBreaching", dimensions = { Fn = "<pay>" } }

[[rule]]
id = "plain"
pattern = '{ $.level = "ERROR" }'

[[rule]]
id = "never"
pattern = '{ $.level = "FATAL" }'

[[composite]]
id = "any"
rule = "ALARM(errors)"

[[composite]]
id = "broken"
rule = "ALARM(elsewhere)"
"#;

#[test]
fn composite_alarms_are_counted_and_in_the_table() {
    let file = rules::parse("r.toml".as_ref(), RULES.to_owned()).unwrap();
    let mut simulation = Simulation::new(&file.rules).unwrap().composites(&file.composites);
    // 2026-01-01T00:01:05Z
    simulation.add(Some(1_767_225_665), br#"{"level":"ERROR","fn":"<pay>"}"#, || "e.json:1".to_owned());
    let courses = simulation.courses();
    let composites = simulation.composite_courses(&courses);
    let page = page(&simulation, &courses, &composites, &About::default());
    for wanted in [
        "<h1>2 notifications would have been sent</h1>",
        "3 rules and 2 composite alarms.</p>",
        "<td><a href=\"#any\">any</a></td><td>com&shy;posite</td><td class=\"number\">1</td>",
        "<td><a href=\"#broken\">broken</a></td><td>com&shy;posite, not evalu&shy;ated</td><td class=\"number\">0</td>",
        "<td><a href=\"#errors\">errors</a></td><td>metric</td><td class=\"number\">1</td><td class=\"number\">1</td>",
        "<td><a href=\"#plain\">plain</a></td><td>none</td><td class=\"number\">0</td><td class=\"number\">1</td>",
        "<p>ALARM if Sum of App/Errors with Fn = &lt;pay&gt; over 300 s is ",
        "<summary>1 rule never matched</summary>",
    ] {
        assert!(page.contains(wanted), "{wanted}\nin\n{page}");
    }
    // whole weeks: 31 days that begin on a Thursday are in five rows
    let month =
        page.split("2026-01: notifications per day").nth(1).unwrap().split("</table>").next().unwrap();
    assert_eq!(month.matches("<td").count(), 35, "{month}");
}
