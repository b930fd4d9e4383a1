//! Random patterns and messages that often match each other: they share a few keys and values, in every spelling.

#[path = "../../benches/support/random.rs"]
mod random;

pub(crate) use random::Random;

impl Random {
    /// Returns `true` with a probability of one in `times`.
    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

const KEYS: [&str; 9] =
    ["eventName", "errorCode", "userIdentity", "type", "userName", "roleName", "a", "", "items"];
const TEXTS: [&str; 14] = [
    "Root",
    "ConsoleLogin",
    "AccessDenied",
    "Client.AccessDenied",
    "x",
    "",
    "1",
    "1.0",
    "true",
    "null",
    "a b",
    "é",
    "111.111",
    "12",
];
const NUMBERS: [&str; 10] = ["1", "1.0", "-0", "1e0", "10", "-5", "0.5", "12", "9007199254740993", "100e-2"];

/// A pattern of any kind. A few do not parse.
pub(crate) fn pattern(random: &mut Random) -> String {
    if random.one_in(500) {
        return random.pick(&["", " "]).to_owned();
    }
    match random.below(12) {
        0 => terms(random),
        1 => format!("%{}%", regex(random)),
        2 => space(random),
        _ => format!("{{ {} }}", expression(random, 3, &mut json_condition)),
    }
}

fn expression(random: &mut Random, depth: usize, condition: &mut dyn FnMut(&mut Random) -> String) -> String {
    if depth == 0 || random.one_in(3) {
        return condition(random);
    }
    let joint = random.pick(&[" && ", " || "]);
    let parts: Vec<String> = (0..2 + random.below(2))
        .map(|_| match random.below(3) {
            0 => condition(random),
            _ => format!("({})", expression(random, depth - 1, condition)),
        })
        .collect();
    parts.join(joint)
}

fn json_condition(random: &mut Random) -> String {
    let selector = selector(random);
    match random.below(10) {
        0 => format!("{selector} NOT EXISTS"),
        1 => format!("{selector} IS {}", random.pick(&["NULL", "TRUE", "FALSE"])),
        2 => format!("{selector} {} {}", random.pick(&["<", "<=", ">", ">="]), random.pick(&NUMBERS)),
        at => format!("{selector} {} {}", if at < 8 { "=" } else { "!=" }, value(random)),
    }
}

fn selector(random: &mut Random) -> String {
    let mut text = "$".to_owned();
    let mut wildcards = 0;
    for step in 0..1 + random.below(3) {
        match random.below(14) {
            0 if step > 0 => text += &format!("[{}]", random.below(3)),
            1 if wildcards == 0 && step > 0 => {
                wildcards += 1;
                text += "[*]";
            }
            2 if wildcards == 0 => {
                wildcards += 1;
                text += ".*";
            }
            3 => text += ".['a b']",
            _ => match random.pick(&KEYS) {
                "" => text += ".['x.y']",
                key => text += &format!(".{key}"),
            },
        }
    }
    text
}

fn value(random: &mut Random) -> String {
    match random.below(8) {
        0 => random.pick(&NUMBERS).to_owned(),
        1 => format!("%{}%", regex(random)),
        2 => random.pick(&["*", "A*", "*ed", "*ess*", "*.111", "1*", "C*n", "**", "*1*1*"]).to_owned(),
        3 => format!(
            "\"{}\"",
            random.pick(&["*", "Acc*", "*Denied", "* *", "*111.111", "Con*gin", "1*", "*é*"])
        ),
        4 => random.pick(&["Root", "ConsoleLogin", "AccessDenied", "x", "true", "a-b"]).to_owned(),
        _ => format!("\"{}\"", random.pick(&TEXTS)),
    }
}

fn regex(random: &mut Random) -> &'static str {
    random.pick(&["^A", "Denied$", "^.$", "[0-9]+", r"^\d+$", "Root|x", r"\x61", "o{2}", "^$", r"\bx"])
}

fn terms(random: &mut Random) -> String {
    let term = |random: &mut Random| {
        let sign = random.pick(&["", "", "?", "-"]);
        let text = random.pick(&[
            "Root",
            "Denied",
            "\"a b\"",
            "\"{\"",
            "1",
            "eventName",
            "\": \"",
            "x",
            "\"é\"",
            "Root-x",
            "x-Denied-1",
            "Client.AccessDenied",
            "1.0",
        ]);
        format!("{sign}{text}")
    };
    let terms: Vec<String> = (0..1 + random.below(3)).map(|_| term(random)).collect();
    terms.join(" ")
}

fn space(random: &mut Random) -> String {
    let mut fields: Vec<String> = (0..random.below(4))
        .map(|at| {
            let name = format!("c{at}");
            match random.below(4) {
                0 => String::new(),
                1 => name,
                _ => expression(random, 1, &mut |random: &mut Random| match random.below(4) {
                    0 => format!("{name} {} {}", random.pick(&["<", "<=", ">", ">="]), random.pick(&NUMBERS)),
                    at => format!("{name} {} {}", if at < 3 { "=" } else { "!=" }, value(random)),
                }),
            }
        })
        .collect();
    if random.one_in(3) {
        fields.insert(random.below(fields.len() + 1), "...".to_owned());
    }
    format!("[{}]", fields.join(", "))
}

/// A log message: mostly JSON in some spelling; sometimes a line, sometimes damaged.
pub(crate) fn message(random: &mut Random) -> Vec<u8> {
    if random.one_in(6) {
        return line(random);
    }
    let mut out = String::new();
    let style = random.below(4);
    let padding = if random.one_in(3) { random.below(140) } else { 0 };
    object(random, 3, style, padding, &mut out);
    let mut message = out.into_bytes();
    match random.below(24) {
        0 => message.truncate(random.below(message.len() + 1)),
        1 => message.extend_from_slice(random.pick(&[" ", "\n", "x", "{}", "]", "\u{0}"]).as_bytes()),
        2 => {
            let at = random.below(message.len());
            message[at] = b"\"\\{}[]:,x \x01\xff"[random.below(12)];
        }
        3 => {
            let at = random.below(message.len());
            message.remove(at);
        }
        4 => message = [b" \n", &message[..], b"\t"].concat(),
        5 => message = [b"[", &message[..], b"]"].concat(),
        _ => {}
    }
    message
}

fn line(random: &mut Random) -> Vec<u8> {
    let words: Vec<&str> = (0..random.below(7))
        .map(|_| {
            random.pick(&[
                "Root",
                "x",
                "1",
                "12",
                "\"a b\"",
                "[a b]",
                "\"open",
                "[open",
                "é",
                "-",
                "AccessDenied",
                "10",
                "\"\"",
                "{\"eventName\":\"x\"}",
            ])
        })
        .collect();
    let end = random.pick(&["", "", "", "\n", "\t\n", "\r\n", " "]);
    (words.join(random.pick(&[" ", "  ", "\t", "\n", "\r\n"])) + end).into_bytes()
}

fn object(random: &mut Random, depth: usize, style: usize, padding: usize, out: &mut String) {
    out.push('{');
    for member in 0..random.below(6) {
        if member > 0 {
            out.push(',');
        }
        blank(random, style, out);
        let key = match random.below(12) {
            0 => "a b".to_owned(),
            1 => "x.y".to_owned(),
            2 => "k".repeat(padding),
            _ => random.pick(&KEYS).to_owned(),
        };
        string(random, &key, out);
        blank(random, style, out);
        out.push(':');
        blank(random, style, out);
        json(random, depth, style, padding, out);
    }
    blank(random, style, out);
    out.push('}');
}

fn json(random: &mut Random, depth: usize, style: usize, padding: usize, out: &mut String) {
    match random.below(12) {
        0 => out.push_str(random.pick(&["true", "false"])),
        1 => out.push_str("null"),
        2 | 3 => out.push_str(random.pick(&NUMBERS)),
        4 | 5 if depth > 0 => object(random, depth - 1, style, padding, out),
        6 if depth > 0 => {
            out.push('[');
            for element in 0..random.below(4) {
                if element > 0 {
                    out.push(',');
                }
                blank(random, style, out);
                json(random, depth - 1, style, padding, out);
            }
            out.push(']');
        }
        7 => {
            let text = format!(
                "{}{}",
                "p".repeat(padding),
                random.pick(&["}\"{", "\\", "\",\"eventName\":\"Root", "\"type\":\"Root\"", "\t"])
            );
            string(random, &text, out);
        }
        _ => {
            let text = random.pick(&TEXTS).to_owned();
            string(random, &text, out);
        }
    }
}

/// A string with some of its characters written as escapes.
fn string(random: &mut Random, text: &str, out: &mut String) {
    let spelled = random.one_in(8);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\t' => out.push_str("\\t"),
            other if spelled && other.is_ascii() && random.one_in(3) => {
                out.push_str(&format!("\\u{:04x}", u32::from(other)))
            }
            other => out.push(other),
        }
    }
    if random.one_in(60) {
        out.push_str(random.pick(&["\\ud800", "\\ud83d\\ude00", "\\/", "\\b", "\\ud800x", "\\udc00"]));
    }
    out.push('"');
}

fn blank(random: &mut Random, style: usize, out: &mut String) {
    match style {
        0 | 1 => {}
        2 => out.push(' '),
        _ => out.push_str(random.pick(&[
            "",
            " ",
            "\n  ",
            "\r\n\t",
            "                                                                        ",
        ])),
    }
}
