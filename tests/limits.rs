//! An input at a limit is accepted; an input one beyond the limit gets an error that names the limit.

use cwfilter::alarm::AlarmRule;
use cwfilter::cloudtrail::records;
use cwfilter::limits::*;
use cwfilter::metric::{MetricFilter, Transformation};
use cwfilter::{FilterPattern, PatternSet, rules, sources};
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::Path;

/// The error, if the input is refused.
type Said = Result<(), String>;

fn parse(text: &str) -> Said {
    let parsed = text.parse::<FilterPattern>();
    parsed.map(drop).map_err(|error| format!("{error} / {} / {}", error.aws_message(), error.help()))
}

fn regexes(count: usize) -> String {
    let conditions: Vec<String> = (0..count).map(|at| format!("$.a{at} = %x%")).collect();
    format!("{{ {} }}", conditions.join(" && "))
}

fn admitted(transformation: Transformation) -> Said {
    let filter = MetricFilter::new("{ $.a = 1 }".parse().unwrap(), transformation);
    filter.map(drop).map_err(|error| error.to_string())
}

fn named(name: &str, value: &str) -> Said {
    admitted(Transformation::new("Namespace", name, value))
}

fn with_dimensions(count: usize) -> Said {
    let plain = Transformation::new("Namespace", "Name", "1");
    let add = |it: Transformation, at| it.dimension(format!("Dimension{at}"), format!("$.d{at}"));
    admitted((0..count).fold(plain, add))
}

fn read(bytes: &[u8]) -> Said {
    records(bytes).try_for_each(|record| record.map(drop)).map_err(|error| error.to_string())
}

fn gzip(layers: usize) -> Vec<u8> {
    (0..layers).fold(br#"{"eventName":"x"}"#.to_vec(), |inner, _| {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&inner).unwrap();
        encoder.finish().unwrap()
    })
}

/// A record of this many bytes.
fn record(bytes: usize) -> Vec<u8> {
    format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8)).into_bytes()
}

fn rule_file(test: &str) -> Said {
    let text = format!(
        "[[rule]]\nid = \"a\"\npattern = \"{{ $.a = 1 }}\"\nmetric = {{ namespace = \"N\", name = \"n\", value = \"1\" }}\n\
         alarm = {{ statistic = \"Sum\", period = \"1m\", threshold = 1 }}\n{test}"
    );
    rules::parse(Path::new("rules.toml"), text).map(drop).map_err(|errors| {
        errors
            .iter()
            .map(|error| format!("{} {}\n", error.message(), error.help().unwrap_or_default()))
            .collect()
    })
}

fn each(values: usize) -> Said {
    let values: Vec<String> = (0..values).map(|at| at.to_string()).collect();
    rule_file(&format!(
        "[[rule.test]]\nname = \"t\"\nevent = {{ a = 1 }}\neach = {{ b = [{}] }}\nexpect = \"match\"\n",
        values.join(",")
    ))
}

fn timeline(events: usize) -> Said {
    rule_file(&format!(
        "[[rule.timeline]]\nname = \"t\"\nevent = {{ a = 1 }}\nat = [\"0s+1sx{}\"]\nuntil = \"2d\"\nexpect = {{}}\n",
        events - 1
    ))
}

const FILTER: &str = "name = \"a\"\n  log_group_name = \"g\"\n";

/// Whether the pattern of the first filter of a configuration is known.
fn known(read: &sources::Sources) -> Said {
    if let Some((_, error)) = read.errors.first() {
        return Err(error.to_string());
    }
    let hosted = read.files.iter().flat_map(|file| &file.patterns).find(|it| it.is_counted()).unwrap();
    hosted.text.as_ref().map(drop).map_err(ToString::to_string)
}

fn evaluated(pattern: &str) -> Said {
    let text = format!(
        "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  {FILTER}  pattern = {pattern}\n}}\n"
    );
    known(&sources::read_all([("main.tf".into(), text)], &sources::NoFiles))
}

/// A pattern that this many locals lead to, each to the next one.
fn through_locals(count: usize) -> Said {
    let locals: String = (1..count).map(|at| format!("  l{at} = local.l{}\n", at - 1)).collect();
    let text = format!(
        "locals {{\n  l0 = \"ERROR\"\n{locals}}}\nresource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  {FILTER}  pattern = local.l{}\n}}\n",
        count - 1
    );
    known(&sources::read_all([("main.tf".into(), text)], &sources::NoFiles))
}

fn steps(times: usize) -> String {
    format!("length([for a in range({times}) : [for b in range({times}) : b]]) > 0 ? \"a\" : \"b\"")
}

fn elements(count: usize) -> String {
    format!("join(\"\", [for a in range({count}) : \"a\"])")
}

fn counted(count: usize) -> Said {
    let text = format!(
        "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  count = {count}\n  {FILTER}  pattern = \"a${{count.index}}\"\n}}\n"
    );
    known(&sources::read_all([("main.tf".into(), text)], &sources::NoFiles))
}

/// Modules in memory: each calls the next one, and the last one has a filter.
struct Chain(usize);

impl sources::ReadFiles for Chain {
    fn text(&self, path: &Path) -> Result<String, String> {
        let name = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let Ok(depth) = name.parse::<usize>() else { return Err("no such file".to_owned()) };
        Ok(match depth < self.0 {
            true => call(depth + 1),
            false => format!(
                "variable \"p\" {{}}\nresource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  {FILTER}  pattern = var.p\n}}\n"
            ),
        })
    }

    fn files_in(&self, folder: &Path) -> Vec<std::path::PathBuf> {
        let is_module =
            folder.file_name().is_some_and(|name| name.to_str().unwrap().parse::<usize>().is_ok());
        if is_module { vec![folder.join("main.tf")] } else { Vec::new() }
    }
}

fn call(depth: usize) -> String {
    let declared = if depth > 1 { "variable \"p\" {}\n" } else { "" };
    let given = if depth > 1 { "var.p" } else { "\"ERROR\"" };
    format!(
        "{declared}module \"log-filter\" {{\n  source = \"../{depth}\"\n  pattern_for_log = {given}\n  p = {given}\n}}\n"
    )
}

fn called(depth: usize) -> Said {
    let read = sources::read_all([("root/main.tf".into(), call(1))], &Chain(depth));
    match read.files.iter().any(|file| file.patterns.iter().any(|it| it.is_counted())) {
        true => known(&read),
        false => Err(format!("nothing is read beyond {MODULE_DEPTH} deep")),
    }
}

/// A root module that calls another one this many times.
fn many_calls(count: usize) -> Said {
    let root = format!("module \"m\" {{\n  count = {count}\n  source = \"./m\"\n  p = \"ERROR\"\n}}\n");
    let inner = format!(
        "variable \"p\" {{}}\nresource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  {FILTER}  pattern = var.p\n}}\n"
    );
    known(&sources::read_all([("main.tf".into(), root), ("m/main.tf".into(), inner)], &sources::NoFiles))
}

/// A text of 1,024 bytes that is doubled this many times.
fn doubled(times: usize) -> Said {
    let locals: String =
        (1..=times).map(|at| format!("  l{at} = \"${{local.l{0}}}${{local.l{0}}}\"\n", at - 1)).collect();
    let text = format!(
        "locals {{\n  l0 = \"{}\"\n{locals}}}\nresource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  {FILTER}  pattern = length(local.l{times}) > 0 ? \"a\" : \"b\"\n}}\n",
        "x".repeat(1_024)
    );
    known(&sources::read_all([("main.tf".into(), text)], &sources::NoFiles))
}

fn template(depth: usize) -> Said {
    let text = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    sources::read(Path::new("template.json"), &text).map(drop).map_err(|error| error.to_string())
}

/// A rule file of this many bytes, most of them a comment.
fn loaded(bytes: usize) -> Said {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("file-bytes.toml");
    let text = "[[rule]]\nid = \"a\"\npattern = \"x\"\n#".to_owned();
    std::fs::write(&path, text.clone() + &"x".repeat(bytes - text.len())).unwrap();
    let loaded = rules::load(&[&path]);
    std::fs::remove_file(&path).unwrap();
    loaded.map(drop).map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn regex_set(count: usize) -> Said {
    let pattern = |at: usize| format!("{{ $.a = %x{at}.{{900}}% }}").parse::<FilterPattern>().unwrap();
    let built = PatternSet::try_from_iter((0..count).map(|at| (at.to_string(), pattern(at))));
    built.map(drop).map_err(|error| error.to_string())
}

fn alarm_rule(text: &str) -> Said {
    text.parse::<AlarmRule>().map(drop).map_err(|error| error.to_string())
}

#[test]
fn what_is_beyond_a_limit_is_refused_in_words() {
    let padded = |characters: usize| format!("{{ $.a = \"{}\" }}", "é".repeat(characters - 12));
    let stars = |count: usize| format!("{{ {} }}", vec!["$.a[*] = 1"; count].join(" || "));
    let nested = |depth: usize| format!("{}ALARM(a){}", "(".repeat(depth - 1), ")".repeat(depth - 1));
    let negated = |count: usize| format!("{}ALARM(a)", "NOT ".repeat(count - 1));
    let many = |count: usize| vec!["ALARM(a)"; count].join(" OR ");
    // limit, the largest allowed input, one beyond, error
    let table: Vec<(&str, Said, Said, &str)> = vec![
        (
            "PATTERN_CHARACTERS",
            parse(&padded(PATTERN_CHARACTERS)),
            parse(&padded(PATTERN_CHARACTERS + 1)),
            "1024",
        ),
        (
            "REGEXES_PER_PATTERN",
            parse(&regexes(REGEXES_PER_PATTERN)),
            parse(&regexes(REGEXES_PER_PATTERN + 1)),
            "regular expressions",
        ),
        ("REGEX_BYTES", parse("%a{100}%"), parse("%[a-z]{1000}{1000}%"), "regular expression"),
        ("REGEX_BYTES", Ok(()), parse("%[a-z]{1000}{1000}%"), "Failed to compile regular expression. / "),
        ("FILE_BYTES", loaded(FILE_BYTES), loaded(FILE_BYTES + 1), "more than 64 MiB"),
        ("SET_REGEX_BYTES", regex_set(100), regex_set(1_000), "512 MiB"),
        ("WILDCARDS_PER_SELECTOR", parse("{ $.a[*] = 1 }"), parse("{ $.a[*].b[*] = 1 }"), "wildcard"),
        (
            "WILDCARDS_PER_PATTERN",
            parse(&stars(WILDCARDS_PER_PATTERN)),
            parse(&stars(WILDCARDS_PER_PATTERN + 1)),
            "wildcard",
        ),
        (
            "DIMENSIONS",
            with_dimensions(DIMENSIONS),
            with_dimensions(DIMENSIONS + 1),
            "maximum number of dimensions",
        ),
        (
            "METRIC_NAME_CHARACTERS",
            named(&"n".repeat(METRIC_NAME_CHARACTERS), "1"),
            named(&"n".repeat(METRIC_NAME_CHARACTERS + 1), "1"),
            "255",
        ),
        (
            "METRIC_VALUE_CHARACTERS",
            named("Name", &"1".repeat(METRIC_VALUE_CHARACTERS)),
            named("Name", &"1".repeat(METRIC_VALUE_CHARACTERS + 1)),
            "100",
        ),
        (
            "RECORD_BYTES",
            read(&record(RECORD_BYTES)),
            read(&record(RECORD_BYTES + 70_000)),
            "record of more than 16777216 bytes",
        ),
        (
            "GZIP_LAYERS",
            read(&gzip(GZIP_LAYERS)),
            read(&gzip(GZIP_LAYERS + 1)),
            "more than 2 layers of compression",
        ),
        ("EVENTS_PER_TEST", each(EVENTS_PER_TEST), each(EVENTS_PER_TEST + 1), "10000"),
        ("EVENTS_PER_TIMELINE", timeline(EVENTS_PER_TIMELINE), timeline(EVENTS_PER_TIMELINE + 1), "100000"),
        ("TEMPLATE_NESTING", template(TEMPLATE_NESTING), template(TEMPLATE_NESTING + 1), "200 deep"),
        (
            "EVALUATION_DEPTH",
            through_locals(EVALUATION_DEPTH - 1),
            through_locals(EVALUATION_DEPTH + 1),
            "120 deep",
        ),
        ("EVALUATION_STEPS", evaluated(&steps(10)), evaluated(&steps(1_000)), "1000000 steps"),
        ("EXPANDED_VALUES", counted(EXPANDED_VALUES), counted(EXPANDED_VALUES + 1), "10000 instances"),
        (
            "EXPANDED_VALUES",
            evaluated(&elements(100)),
            evaluated(&elements(10_001)),
            "more than 10000 values",
        ),
        ("MODULE_CALLS", many_calls(MODULE_CALLS), many_calls(MODULE_CALLS + 1), "more than 2000 modules"),
        ("EVALUATED_TEXT_BYTES", doubled(12), doubled(15), "longer than 4194304 bytes"),
        (
            "TEXT_PIECES",
            evaluated("join(\",\", [for a in range(5000) : \"a\"])"),
            evaluated("join(\",\", [for a in range(5001) : \"a\"])"),
            "makes too much",
        ),
        ("MODULE_DEPTH", called(MODULE_DEPTH), called(MODULE_DEPTH + 1), "16 deep"),
        ("ALARM_RULE_CHARACTERS", alarm_rule(&many(850)), alarm_rule(&many(900)), "10,240 characters"),
        (
            "ALARM_RULE_NESTING",
            alarm_rule(&nested(ALARM_RULE_NESTING)),
            alarm_rule(&nested(ALARM_RULE_NESTING + 1)),
            "100 deep",
        ),
        (
            "ALARM_RULE_NESTING",
            alarm_rule(&negated(ALARM_RULE_NESTING)),
            alarm_rule(&negated(ALARM_RULE_NESTING + 1)),
            "100 deep",
        ),
    ];
    for (limit, allowed, refused, said) in table {
        assert_eq!(allowed, Ok(()), "{limit}");
        let error = refused.expect_err(limit);
        assert!(error.contains(said), "{limit}: {error}");
    }
}

#[test]
fn a_set_takes_so_many_patterns() {
    let pattern: FilterPattern = "x".parse().unwrap();
    let patterns = (0..=SET_PATTERNS).map(|at| (at.to_string(), pattern.clone()));
    assert_eq!(
        PatternSet::try_from_iter(patterns).err().map(|error| error.to_string()),
        Some("more than 1000000 patterns".to_owned())
    );
}

#[test]
fn proofs_beyond_their_limits_are_unknown() {
    use cwfilter::analysis::{Bounds, Decision, satisfiable};
    let asked = |text: &str| satisfiable(&text.parse().unwrap(), &Bounds::default());
    assert!(asked(&format!("{{ $.a[{HIGHEST_INDEX}] = 1 }}")).is_yes());
    assert!(matches!(asked(&format!("{{ $.a[{}] = 1 }}", HIGHEST_INDEX + 1)), Decision::Unknown(_)));
    assert!(matches!(asked(&format!("%{}x%", ".".repeat(1_000))), Decision::Unknown(_)), "{AUTOMATON_BYTES}");
}
