//! "1 match", never "1 matches": texts of the library and of the program write numbers with their nouns through `plural::counted`.

use std::path::{Path, PathBuf};

/// Nouns that the program counts.
const NOUNS: [&str; 26] = [
    "answers",
    "characters",
    "columns",
    "conditions",
    "controls",
    "datapoints",
    "days",
    "dimensions",
    "elements",
    "events",
    "filters",
    "findings",
    "inputs",
    "lines",
    "matches",
    "months",
    "mutants",
    "notifications",
    "pairs",
    "patterns",
    "periods",
    "places",
    "questions",
    "records",
    "resources",
    "rules",
];

/// Numbers that are never 1, in texts that name no limit.
const NEVER_ONE: [&str; 6] = [
    "periods} periods of {period} s are more than",
    // a control that is partly covered has a typical event that is matched and one that is missed
    "of its {all} typical events are matched",
    "the last {n} periods",
    // AWS's text
    "out of the last {n} datapoints",
    // a count of at least two in a table
    "{count:>4} rules  {predicate}",
    "{} days cannot be kept",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Whether the text names a limit: a constant above 1, which the number that is counted exceeds.
fn names_a_limit(line: &str) -> bool {
    line.split('{').skip(1).any(|rest| {
        let name = rest.split(['}', ':', ' ']).next().unwrap();
        !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    })
}

/// Whether a placeholder for a number is followed by a plural noun, with at most one word between them.
fn counts_by_itself(line: &str) -> bool {
    line.match_indices('}').any(|(at, _)| {
        if !line[..at].contains('{') {
            return false;
        }
        let words: Vec<&str> = line[at + 1..].split(' ').skip(1).take(2).collect();
        let noun = |word: &&str| NOUNS.contains(&word.trim_end_matches(|c: char| !c.is_ascii_alphabetic()));
        // `{name} matches`: the verb, after a name
        let is_verb = words.first() == Some(&"matches") || words.first() == Some(&"means");
        line[at + 1..].starts_with(' ') && !is_verb && words.iter().any(noun)
    })
}

#[test]
fn numbers_take_the_singular() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("cli/src"), &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            let is_text = line.contains('"') && !line.trim_start().starts_with("//");
            if is_text
                && counts_by_itself(line)
                && !names_a_limit(line)
                && !NEVER_ONE.iter().any(|known| line.contains(known))
            {
                wrong.push(format!("{}:{number}: {}", file.display(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "use `plural::counted`:\n{}", wrong.join("\n"));
}

#[test]
fn the_search_finds_such_lines() {
    for line in [r#""{} records in {}""#, r#""; {} rules have no tests""#, r#""{count} more inputs""#] {
        assert!(counts_by_itself(line), "{line}");
    }
    for line in [r#""{} in {}, {}""#, r#""{name} matches more""#] {
        assert!(!counts_by_itself(line), "{line}");
    }
    assert!(names_a_limit(r#""more than {SET_PATTERNS} patterns""#) && !names_a_limit(r#""{} patterns""#));
}
