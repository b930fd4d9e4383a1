//! A rule file without the rules that `cwfilter test` refuses: what an editor shows of the others stays while one rule is typed.

use cwfilter::rules::{Loader, RuleError, RuleFile};
use std::path::Path;

/// Rounds in which refused rules are left out. More than one is needed where a composite alarm names a rule that was left out, or a second
/// error hides after the first.
const ROUNDS: usize = 8;

/// The first bytes of the tables `[[rule]]` and `[[composite]]`, and the length of the text.
fn blocks(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if ["[[rule]]", "[[composite]]"].iter().any(|header| line.trim_start().starts_with(header)) {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(text.len());
    starts
}

/// The text with blanks in place of bytes from `start` to `end`: all other places stay.
fn blanked(text: &str, start: usize, end: usize) -> String {
    let blank = |byte: u8| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
    let inside = text.get(start..end).unwrap_or_default();
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    format!("{before}{}{after}", inside.bytes().map(blank).collect::<String>())
}

/// The rules of a file that are fine; `errors` are those of the whole file. `None` if the errors are in no rule.
pub(super) fn fine_rules(loader: &Loader, path: &Path, text: &str, errors: &[RuleError]) -> Option<RuleFile> {
    let mut rest = text.to_owned();
    let mut places: Vec<usize> = errors.iter().filter_map(|it| Some(it.span()?.start)).collect();
    for _ in 0..ROUNDS {
        let starts = blocks(&rest);
        let first = *starts.first()?;
        if places.is_empty() || places.iter().any(|at| *at < first) {
            return None;
        }
        for window in starts.windows(2) {
            let [start, end] = window else { continue };
            if places.iter().any(|at| (start..end).contains(&at)) {
                rest = blanked(&rest, *start, *end);
            }
        }
        match loader.parse(path, rest.clone()) {
            Ok(mut file) => {
                file.source = text.to_owned();
                return Some(file);
            }
            Err(errors) => places = errors.iter().filter_map(|it| Some(it.span()?.start)).collect(),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_are_fine_stay() {
        let fine = |id: &str| format!("[[rule]]\nid = \"{id}\"\npattern = 'ERROR'\n");
        let refused = "[[rule]]\nid = \"b\"\npattern = '{ $.\u{e4} == 1 }'\n[[rule.test]]\nname = \"t\"\n";
        let composite = "[[composite]]\nid = \"all\"\nrule = \"ALARM(b)\"\n";
        let rows: [(String, Option<&[&str]>); 5] = [
            (fine("a") + refused + &fine("c"), Some(&["a", "c"])),
            (refused.to_owned() + composite + &fine("c"), Some(&["c"])),
            (fine("a") + "[[rule]]\nid = \"b\"\npattern = 'x\n" + &fine("c"), Some(&["a", "c"])),
            ("wrong = 1\n".to_owned() + &fine("a"), None),
            ("x".to_owned(), None),
        ];
        for (text, wanted) in rows {
            let (loader, path) = (Loader::new(), Path::new("rules.toml"));
            let errors = loader.parse(path, text.clone()).unwrap_err();
            let file = fine_rules(&loader, path, &text, &errors);
            let ids =
                file.as_ref().map(|file| file.rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>());
            assert_eq!(ids.as_deref(), wanted, "{text}");
            for rule in file.iter().flat_map(|file| &file.rules) {
                assert_eq!(rule.id_span.of(&text).trim_matches('"'), rule.id);
            }
        }
    }
}
