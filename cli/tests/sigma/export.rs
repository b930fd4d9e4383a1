//! Exported rules: the evaluator of Sigma gives the verdict of the pattern, but for the differences that the export names.

use super::events::{changed, fields, is_of_cloudtrail};
use super::program::{folder, program, write};
use cwfilter::rules::{generate_all, parse};
use cwfilter::sigma::{Direction, export};
use rsigma_eval::Engine;
use rsigma_eval::event::JsonEvent;
use rsigma_parser::parse_sigma_yaml;
use serde_json::Value;
use std::path::Path;

const PATTERNS: [&str; 14] = [
    r#"{ $.eventName = "CreateUser" && $.userIdentity.type = "Root" }"#,
    r#"{ $.eventName = "CreateUser" || $.eventName = "DeleteUser" || $.userIdentity.type = Root }"#,
    r#"{ ($.eventName = "Create*" || $.eventName = "*Policy" || $.userAgent = "*Boto?3\\*") && $.errorCode NOT EXISTS }"#,
    r#"{ $.eventName = "CreateUser" && ($.errorCode NOT EXISTS || $.errorCode IS NULL) }"#,
    r#"{ $.eventName != "CreateUser" && $.userAgent != "*console*" }"#,
    r#"{ $.errorCode = * && $.requestParameters.name = "*" }"#,
    r#"{ $.readOnly IS FALSE && $.requestParameters.enable IS TRUE }"#,
    r#"{ $.requestParameters.port = 22 && $.requestParameters.count > 5 && $.additionalEventData.bytesTransferredOut >= 1e6 }"#,
    r#"{ $.requestParameters.port < 22 || $.requestParameters.port <= 80 }"#,
    r#"{ $.userAgent = %^aws-(cli|sdk)% }"#,
    r#"{ $.userAgent = %^[Aa]ws-\w+$% && $.userAgent != %java% }"#,
    r#"{ $.requestParameters.layers[*] = "arn:*" && $.resources[*].type = "AWS::S3::Bucket" }"#,
    r#"{ ($.eventName = "A" && ($.userIdentity.type = "Root" || $.errorCode IS NULL)) || ($.eventName = "B" && $.eventName != "it's") }"#,
    r#"{ $.requestParameters.name = "a*b*c" || $.requestParameters.name = "" }"#,
];

fn rule_file(pattern: &str) -> String {
    format!("[[rule]]\nid = \"r\"\npattern = '''{pattern}'''\n")
}

#[test]
fn exported_rules_and_their_patterns_agree_but_for_the_differences_that_are_named() {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../patterns");
    let packs = cwfilter::rules::load(&[packs]).unwrap();
    let written = PATTERNS.iter().filter_map(|it| parse(Path::new("r.toml"), rule_file(it)).ok());
    let (mut rules, mut events, mut matches, mut found) = (0, 0, 0, Vec::new());
    for rule in packs.into_iter().chain(written).flat_map(|file| file.rules) {
        // an index has no name in Sigma
        let Ok(exported) = export(&rule) else { continue };
        let parsed = parse_sigma_yaml(&exported.yaml).unwrap();
        assert!(parsed.errors.is_empty(), "{:?}\n{}", parsed.errors, exported.yaml);
        let sigma = &parsed.rules[0];
        let mut engine = Engine::new();
        engine.add_rule(sigma).unwrap_or_else(|error| panic!("{error}\n{}", exported.yaml));
        let fields = fields(sigma);
        rules += 1;
        let written = rule.tests.iter().flat_map(|test| test.messages.first()).cloned();
        let generated = if rule.tests.is_empty() { generate_all(&rule.pattern).tests } else { Vec::new() };
        let messages = written.take(2).chain(generated.into_iter().map(|test| test.message));
        for message in messages {
            let Ok(event @ Value::Object(_)) = serde_json::from_str::<Value>(&message) else { continue };
            for it in changed(&event, &fields) {
                if !is_of_cloudtrail(&it.event, &fields) {
                    continue;
                }
                let by_sigma = !engine.evaluate(&JsonEvent::borrow(&it.event)).is_empty();
                let by_pattern = rule.pattern.is_match(it.event.to_string());
                events += 1;
                matches += usize::from(by_sigma && by_pattern);
                let direction = if by_sigma { Direction::Wider } else { Direction::Narrower };
                let is_named =
                    exported.differences.iter().any(|difference| difference.direction == direction);
                if by_sigma != by_pattern && !is_named {
                    found.push(format!(
                        "{}: {direction:?}: {}\n{}\n{}",
                        rule.id,
                        rule.pattern.as_str(),
                        it.event,
                        exported.yaml
                    ));
                    break;
                }
            }
        }
    }
    eprintln!("{rules} rules exported; {events} events, {matches} match both");
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(rules > 60 && matches > rules);
}

#[test]
fn what_sigma_cannot_say_is_refused_and_the_others_are_written() {
    let root = folder("sigma-export");
    let rules = "[[rule]]\nid = \"terms\"\npattern = 'ERROR'\n[[rule]]\nid = \"any-key\"\npattern = '{ $.a.* = 1 }'\n\
        [[rule]]\nid = \"index\"\npattern = '{ $.a[0] = 1 }'\n[[rule]]\nid = \"good\"\ntitle = \"It's \\u202e good\"\npattern = '{ $.eventName = \"CreateUser\" }'\n\
        covers = [\"attack/T1098.001\"]\nmetric = { namespace = \"N\", name = \"n\", value = \"1\" }\n\
        alarm = { statistic = \"Sum\", period = \"5m\", threshold = 3 }\n";
    write(&root, "rules.toml", rules);
    let ran = program(&root, &["export", "sigma", "rules.toml"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    for part in [
        "`terms`: the pattern is not about the fields",
        "`any-key`: `$.a.*` has no name",
        "`index`: `$.a[0]` has no name",
        "1 Sigma rule written, 3 refused",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    let parsed = parse_sigma_yaml(&ran.stdout).unwrap();
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    assert_eq!((parsed.rules.len(), parsed.correlations.len()), (1, 1), "{}", ran.stdout);
    assert_eq!(parsed.correlations[0].rules[0], parsed.rules[0].name.clone().unwrap());
    assert!(ran.stdout.contains("attack.t1098.001") && !ran.stdout.contains('\u{202e}'), "{}", ran.stdout);
    // and back
    write(&root, "rule.yml", &ran.stdout);
    let back = program(&root, &["import", "sigma", "rule.yml"]);
    assert_eq!(back.code, Some(0), "{}", back.stderr);
    assert!(
        back.stdout.contains("$.eventName = \"CreateUser\"") && back.stdout.contains("threshold = 3"),
        "{}",
        back.stdout
    );
    let ran = program(&root, &["export", "sigma", "rules.toml", "--output", "out", "--quiet"]);
    assert_eq!(ran.code, Some(1));
    assert!(root.join("out/good.yml").exists() && !ran.stderr.contains("note:"), "{}", ran.stderr);
}
