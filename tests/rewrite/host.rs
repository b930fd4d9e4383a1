//! Files that hold patterns, of every kind, in every style that the format has, with hostile texts.

use super::random::Random;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Rules,
    Terraform,
    CloudFormation,
    Json,
    Serverless,
}

impl Kind {
    pub(crate) const ALL: [Kind; 5] =
        [Kind::Rules, Kind::Terraform, Kind::CloudFormation, Kind::Json, Kind::Serverless];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Rules => "rules.toml",
            Kind::Terraform => "main.tf",
            Kind::CloudFormation => "template.yaml",
            Kind::Json => "filters.json",
            Kind::Serverless => "serverless.yml",
        }
    }
}

pub(crate) struct Host {
    pub(crate) text: String,
    /// The patterns that must be read from it, in order.
    pub(crate) patterns: Vec<String>,
    pub(crate) is_crlf: bool,
}

fn flip(random: &mut Random, times: usize) -> bool {
    random.below(times) == 0
}

const HOSTILE: [&str; 40] = [
    "\t",
    "\u{1}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\"",
    "'",
    "'''",
    "\"\"\"",
    "\\",
    "\\n",
    "\\\\",
    "$${",
    "%{",
    "%%{",
    "#",
    " # ",
    ": ",
    ":",
    "😀",
    "\u{2028}",
    "\u{feff}",
    "é",
    "\u{202e}",
    "- ",
    "EOT",
    "]",
    "[",
    "{",
    "}",
    ",",
    "&p",
    "*p",
    "!Sub",
    " ",
    "  ",
    "\u{10ffff}",
    "%",
    "$",
    "x",
];

fn hostile(random: &mut Random) -> String {
    let mut text: String = (0..random.below(5)).map(|_| random.pick(&HOSTILE)).collect();
    if flip(random, 8) {
        text += "${x}";
    }
    text
}

/// A pattern with `@` in it, most of them in a layout that `fmt` changes.
pub(crate) fn pattern(random: &mut Random) -> String {
    let inner = hostile(random).replace('\\', "\\\\").replace('"', "\\\"");
    match random.below(8) {
        0 => format!("ERROR {}", random.pick(&["at@x", "-DEBUG@", "FATAL@ ?no", "time@out -x"])),
        1 => format!("\"@{inner}\""),
        2 => format!("[a, b=\"{inner}@\", c]"),
        3 => format!("?ERROR ?\"@{inner}\""),
        4 => format!(
            "{{ $.a = \"{inner}@\" || ($.a = \"x\" &&   $.bcdefghijklmnopqrstuvw != \"y\") || $.c = \"{inner}\" || $.d IS NULL }}"
        ),
        5 => "{$.eventname=\"@\"&&$.b NOT EXISTS}".to_owned(),
        _ => format!("{{$.a=\"{inner}@\"&&$.b={}}}", random.below(9)),
    }
}

/// Another text of the file.
fn other(random: &mut Random) -> String {
    format!("about{}", hostile(random).replace("${", "$"))
}

pub(crate) fn host(kind: Kind, random: &mut Random) -> Host {
    let count = 1 + random.below(3);
    let mut patterns: Vec<String> = (0..count).map(|_| pattern(random)).collect();
    // in YAML and JSON a text with `${` is put together later
    let is_template = !matches!(kind, Kind::Rules | Kind::Terraform);
    let mut text = match kind {
        Kind::Rules => rules(random, &patterns),
        Kind::Terraform => terraform(random, &patterns),
        Kind::Json => json(random, &patterns),
        Kind::CloudFormation | Kind::Serverless => yaml(random, &patterns, kind),
    };
    if is_template {
        patterns.retain(|pattern| !pattern.contains("${"));
    }
    let is_crlf = flip(random, 3);
    if is_crlf {
        text = text.replace('\n', "\r\n");
    }
    if flip(random, 5) {
        text.insert(0, '\u{feff}');
    }
    if flip(random, 5) {
        text.truncate(text.trim_end_matches(['\n', '\r']).len());
    }
    Host { text, patterns, is_crlf }
}

/// `"…"`: each character plain, or as one of the escapes that the format has.
fn quoted(random: &mut Random, text: &str, short: &[(char, &str)], wide: &dyn Fn(char) -> String) -> String {
    let mut out = "\"".to_owned();
    for character in text.chars() {
        let known = short.iter().find(|(it, _)| *it == character);
        let must = character.is_control() || "\"\\\u{2028}\u{feff}".contains(character);
        match known {
            Some((_, escape)) if must || flip(random, 4) => out += escape,
            None if must || flip(random, 20) && character != '@' => out += &wide(character),
            _ => out.push(character),
        }
    }
    out + "\""
}

fn surrogates(character: char) -> String {
    character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn eight(character: char) -> String {
    match u32::from(character) {
        code if code > 0xffff => format!("\\U{code:08x}"),
        code => format!("\\u{code:04X}"),
    }
}

fn json_text(random: &mut Random, text: &str) -> String {
    let short = [('"', "\\\""), ('\\', "\\\\"), ('\t', "\\t"), ('/', "\\/")];
    quoted(random, text, &short, &surrogates)
}

fn is_raw(text: &str) -> bool {
    !text.chars().any(|it| it.is_control() && it != '\t' || "\u{2028}\u{feff}".contains(it))
}

fn toml_text(random: &mut Random, text: &str) -> String {
    let short = [('"', "\\\""), ('\\', "\\\\"), ('\t', "\\t"), ('\u{1b}', "\\e")];
    match random.below(5) {
        0 if is_raw(text) && !text.contains('\'') => format!("'{text}'"),
        1 if is_raw(text) && !text.contains("'''") && !text.ends_with('\'') => format!("'''\n{text}'''"),
        2 if is_raw(text) && !text.contains("'''") && !text.ends_with('\'') => format!("'''{text}'''"),
        3 => {
            let first = random.pick(&["", "\n", "\\\n    ", "\\  \n\n"]);
            let text = quoted(random, text, &short, &eight);
            format!("\"\"{}{first}{}\"\"", &text[..1], &text[1..])
        }
        _ => quoted(random, text, &short, &eight),
    }
}

fn rules(random: &mut Random, patterns: &[String]) -> String {
    let mut out = random.pick(&["# é 'x' \"\n", "", "[other]\na = [1, 2.5, 0x10] # y\n"]).to_owned();
    for (at, pattern) in patterns.iter().enumerate() {
        let (pattern, about) = (toml_text(random, pattern), other(random));
        let about = toml_text(random, &about);
        match random.below(3) {
            0 if !out.contains("[other]") && !out.contains("[[rule]]") && patterns.len() == 1 => {
                out +=
                    &format!("rule = [ {{ id = \"r{at}\", pattern = {pattern}, title = {about} }}, ] # z\n");
            }
            _ => {
                out += &format!(
                    "[[rule]]\nid = \"r{at}\" # id\n\"pattern\" = {pattern} # 'c\ntitle = {about}\nmetric = {{ name = {about} }}\n"
                )
            }
        }
    }
    out
}

fn hcl_text(random: &mut Random, text: &str) -> String {
    let short = [('"', "\\\""), ('\\', "\\\\"), ('\t', "\\t")];
    let text = quoted(random, text, &short, &eight);
    text.replace("${", "$${").replace("%{", "%%{")
}

fn heredoc(random: &mut Random, text: &str) -> String {
    let lines = text.replace("${", "$${").replace("%{", "%%{");
    match random.below(3) {
        0 => format!("<<EOT\n{lines}\nEOT"),
        1 => format!("<<-EOT\n      {}\n    EOT", lines.replace('\n', "\n      ")),
        _ => format!("<<-END\n\n    {}\n\nEND", lines.replace('\n', "\n    ")),
    }
}

fn terraform(random: &mut Random, patterns: &[String]) -> String {
    let mut out = random
        .pick(&["# \"é\n", "/* <<EOT */\n", "", "locals {\n  a = [for x in [1] : \"${x}\"]\n}\n"])
        .to_owned();
    for (at, pattern) in patterns.iter().enumerate() {
        let (resource, attribute) = match random.below(2) {
            0 => ("aws_cloudwatch_log_metric_filter", "pattern"),
            _ => ("aws_cloudwatch_log_subscription_filter", "filter_pattern"),
        };
        let value = match random.below(5) {
            0 if is_raw(pattern) => heredoc(random, pattern),
            1 => format!("trimspace({})", hcl_text(random, &format!("  {pattern} "))),
            2 => format!("({})", hcl_text(random, pattern)),
            _ => hcl_text(random, pattern),
        };
        let about = other(random);
        let about = hcl_text(random, &about);
        out += &format!(
            "resource \"{resource}\" \"r{at}\" {{\n  name = {about} # \"\n  {attribute} = {value}\n  metric_transformation {{\n    name = {about}\n    value = \"${{var.x}}\"\n  }}\n}}\n"
        );
    }
    out
}

fn json(random: &mut Random, patterns: &[String]) -> String {
    let blank = random.pick(&["", " ", "\n  ", "\t"]);
    let mut filters = Vec::new();
    for (at, pattern) in patterns.iter().enumerate() {
        let (pattern, about) = (json_text(random, pattern), other(random));
        let about = json_text(random, &about);
        filters.push(match random.below(2) {
            0 => format!("{{\"filterName\":{blank}\"f{at}\",\"filterPattern\"{blank}:{pattern},\"x\":[1e5,null,{about}]}}"),
            _ => format!("{{{blank}\"Properties\":{{\"FilterPattern\":{pattern}{blank}}},{blank}\"About\":{about}}}"),
        });
    }
    format!("{blank}{{\"metricFilters\":{blank}[{}]}}{blank}\n", filters.join(&format!(",{blank}")))
}

/// A scalar where a block scalar may be; `indent` is the parent's.
fn yaml_text(random: &mut Random, text: &str, indent: usize, is_flow: bool) -> String {
    let short =
        [('"', "\\\""), ('\\', "\\\\"), ('\t', "\\t"), ('\u{85}', "\\N"), ('\u{2028}', "\\L"), ('/', "\\/")];
    let inner = " ".repeat(indent + 1 + random.below(3));
    let is_words =
        text.chars().all(|it| it.is_ascii_alphanumeric() || " @".contains(it)) && !text.contains("  ");
    let text_fits = is_raw(text) && !text.starts_with([' ', '\t']) && text.trim_end() == text;
    let properties = random.pick(&["", "", "", "!Sub ", "!!str "]);
    let written = match random.below(7) {
        0 if is_words => text.to_owned(),
        1 if is_words && !is_flow => text.replacen(' ', &format!("\n{inner}"), 1),
        2 if is_raw(text) => format!("'{}'", text.replace('\'', "''")),
        3 if text_fits && !is_flow => {
            let comment = random.pick(&["", " # c | x"]);
            format!("|-{comment}\n{inner}{text}")
        }
        4 if text_fits && !is_flow => format!(">-\n{inner}{text}"),
        5 if text_fits && !is_flow => format!("|{}-\n{}{text}", 2, " ".repeat(indent + 2)),
        _ => quoted(random, text, &short, &eight),
    };
    format!("{properties}{written}")
}

fn yaml(random: &mut Random, patterns: &[String], kind: Kind) -> String {
    let mut out = random.pick(&["# é\n", "---\n", "%YAML 1.2\n---\n", ""]).to_owned();
    out += "Resources:\n";
    for (at, pattern) in patterns.iter().enumerate() {
        let about = other(random);
        let anchor = random.pick(&["", "", "&p "]);
        let is_flow = flip(random, 4);
        let indent = if is_flow { 0 } else { 6 };
        // the anchor is in front of the tag
        let written = format!("{anchor}{}", yaml_text(random, pattern, indent, is_flow));
        let about = yaml_text(random, &about, indent, is_flow);
        out += &format!("  r{at}:\n");
        if kind == Kind::Serverless {
            out += "    events:\n";
            out += &match is_flow {
                true => format!("    - cloudwatchLog: {{ filter: {written} , logGroup: {about} }} # 'x\n"),
                false => format!(
                    "    - cloudwatchLog:\n        logGroup: a\n        filter: {}\n",
                    written.replace('\n', "\n    ")
                ),
            };
        } else {
            out += &match is_flow {
                true => format!("    Properties: {{ \"FilterPattern\": {written} , About: [{about}, 1] }}\n"),
                false => format!(
                    "    Properties:\n      FilterPattern: {written}\n\n      # \"c\n      About: {about}\n"
                ),
            };
        }
        if !anchor.is_empty() {
            match random.below(3) {
                0 => out += &format!("  x{at}:\n    FilterPattern: *p\n"),
                1 => out += &format!("  y{at}:\n    - *p\n"),
                _ => {}
            }
        }
    }
    out + "z: !Join ['', [a, !Ref b]] # end\n"
}
