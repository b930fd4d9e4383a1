//! Whether a message is one whole JSON object (docs/filter-patterns.md#json-events). Log events are checked when they are about to
//! match, records of event files always.

use super::blocks::Blocks;
use super::bracket_pairs::follow_together;
use super::nesting::Nesting;
use super::text::skip_blanks;
use super::token_reader::{TokenReader, TokenWord};
use super::token_rules::{Checked, TokenRules};
use crate::engine::simd::{InstructionSet, Kernel, Simd64};

/// The complete proof: RFC 8259 with blanks around one object, valid UTF-8.
#[inline(never)]
pub(crate) fn is_json_object(instructions: InstructionSet, message: &[u8], nesting: &mut Vec<u64>) -> bool {
    instructions.run(Validate { message, nesting })
}

struct Validate<'a> {
    message: &'a [u8],
    nesting: &'a mut Vec<u64>,
}

impl Kernel for Validate<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<C: Simd64>(self, simd: C) -> bool {
        let Validate { message, nesting } = self;
        let start = skip_blanks(message, 0);
        if message.get(start) != Some(&b'{') {
            return false;
        }
        // the first brace is not among the tokens, so that a bracket is open before each of them
        let message = message.get(start + 1..).unwrap_or_default();
        let mut reader = TokenReader::default();
        let mut word = TokenWord::default();
        let mut rules = TokenRules::after_brace();
        let mut object = Object { nesting: Nesting::new(nesting) };
        object.nesting.push(true);
        let mut blocks = Blocks::new(message);
        loop {
            let next = match blocks.next() {
                None => None,
                Some((base, block)) => {
                    let tokens = reader.read(simd, message, base, block);
                    if tokens.is_bad {
                        return false;
                    }
                    if word.has_room(&tokens) {
                        word.push(simd, &tokens);
                        continue;
                    }
                    Some(tokens)
                }
            };
            let checked = rules.check(&word);
            if !follow_together(simd, &checked, &mut object.nesting, 0) && !object.follow(&checked) {
                return false;
            }
            let Some(tokens) = next else { break };
            word = TokenWord::default();
            word.push(simd, &tokens);
        }
        object.nesting.depth == 0 && (reader.other_until == 0 || std::str::from_utf8(message).is_ok())
    }
}

/// The brackets of one object. No bracket is open after its end.
struct Object<'a> {
    nesting: Nesting<'a>,
}

impl Object<'_> {
    /// Follows the brackets of a word one by one; false if some token is wrong.
    #[inline(always)]
    fn follow(&mut self, checked: &Checked) -> bool {
        let nesting = &mut self.nesting;
        if nesting.depth == 0 {
            return checked.present == 0;
        }
        let (mut left, mut brackets) = (checked.present, checked.open | checked.close);
        while brackets != 0 {
            let bit = brackets & brackets.wrapping_neg();
            let through = brackets ^ (brackets - 1);
            brackets ^= bit;
            // up to the bracket and including it: this part is inside the bracket that was open before
            if checked.misplaced(nesting, left & through) != 0 {
                return false;
            }
            left &= !through;
            if checked.open & bit != 0 {
                nesting.push(checked.in_object & bit != 0);
            } else if !nesting.pop(checked.in_object & bit != 0) {
                return false;
            } else if nesting.depth == 0 {
                // no token follows the object
                return left == 0 && checked.bad == 0;
            }
        }
        checked.bad == 0 && checked.misplaced(nesting, left) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_serde_json(message: &[u8]) -> bool {
        let value: Result<&serde_json::value::RawValue, _> = serde_json::from_slice(message);
        value.is_ok_and(|value| value.get().starts_with('{'))
    }

    fn check(message: &[u8]) {
        for instructions in InstructionSet::available() {
            let valid = is_json_object(instructions, message, &mut Vec::new());
            let text = String::from_utf8_lossy(message);
            assert_eq!(valid, by_serde_json(message), "{} on {text}", instructions.name());
        }
    }

    #[test]
    fn agrees_with_serde_json_on_every_small_change_of_a_document() {
        let document =
            r#" {"a":[1,-0.5e+3,true,{"b":null}],"cé\"\\\u00e9":{"d":[],"e":{}},"f":"x\ny/","g":false} "#;
        check(document.as_bytes());
        // Miri takes a thousand times as long: a slice of the places is enough there
        for at in (0..document.len()).step_by(if cfg!(miri) { 29 } else { 1 }) {
            check(&document.as_bytes()[..at]);
            for byte in *b"\"\\{}[]:,01tn-.e \n\x01\xff" {
                let mut changed = document.as_bytes().to_vec();
                changed[at] = byte;
                check(&changed);
                changed.insert(at, byte);
                check(&changed);
                changed.drain(at..at + 2);
                check(&changed);
            }
        }
    }

    #[test]
    fn agrees_with_serde_json_across_blocks() {
        let paddings: Vec<usize> = if cfg!(miri) { vec![0, 55, 61, 63, 64] } else { (0..130).collect() };
        for padding in paddings {
            let pad = "x".repeat(padding);
            for tail in [
                "\\\\\\\"\"}",
                "\\\"}",
                "\\u12",
                "\\u12aF\"}",
                "\\q\"}",
                "\",\"b\":tru}",
                "\",\"b\":12345678901}",
                "\"}}",
                "\"} {",
                "\"}\u{0}",
            ] {
                check(format!("{{\"{pad}\":\"{tail}").as_bytes());
            }
            let deep = format!("{{\"a\":{}{}}}", "[{\"b\":".repeat(padding), "0}]".repeat(padding));
            check(deep.as_bytes());
            check(deep.replacen("}]", "]}", 1).as_bytes());
            check(&deep.as_bytes()[..deep.len() - 1]);
        }
    }

    /// The tokens of JSON, each as a text.
    const TOKENS: [&str; 8] = ["{", "}", "[", "]", ",", ":", "\"a\"", "1"];

    #[test]
    fn agrees_with_serde_json_on_all_short_orders_of_tokens() {
        for length in 0..if cfg!(miri) { 2 } else { 6 } {
            for order in 0..8u32.pow(length) {
                let inside: String =
                    (0..length).map(|place| TOKENS[(order >> (3 * place)) as usize & 7]).collect();
                check(format!("{{\"a\":{inside}}}").as_bytes());
                check(format!("{{{inside}}}").as_bytes());
            }
        }
    }

    /// Documents of many brackets, and of each the same with some token in the place of another one.
    #[test]
    fn agrees_with_serde_json_on_long_orders_of_tokens() {
        let mut random = 1u64;
        let mut below = |bound: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) as usize % bound
        };
        for round in 0..if cfg!(miri) { 3 } else { 3000 } {
            let (mut tokens, mut stack) = (vec!["{"], vec!["}"]);
            while let Some(close) = stack.last().copied() {
                let is_first = matches!(tokens.last(), Some(&("{" | "[")));
                if tokens.len() > round % 300 || below(4) == 0 {
                    tokens.push(close);
                    stack.pop();
                    continue;
                }
                tokens.extend((!is_first).then_some(","));
                tokens.extend((close == "}").then_some(["\"a\"", ":"]).into_iter().flatten());
                match below(4) {
                    0 => (tokens.push("{"), stack.push("}")),
                    1 => (tokens.push("["), stack.push("]")),
                    _ => (tokens.push(TOKENS[6 + below(2)]), ()),
                };
            }
            let blank = ["", " ", "\n    "][round % 3];
            let text = tokens.join(blank);
            check(text.as_bytes());
            for _ in 0..8 {
                let mut changed = tokens.clone();
                let place = below(tokens.len());
                changed[place] = TOKENS[below(8)];
                let other = below(tokens.len());
                changed.swap(other, (other + below(3)) % tokens.len());
                check(changed.join(blank).as_bytes());
            }
        }
    }
}
