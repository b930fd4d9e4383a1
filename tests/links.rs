//! Every link of the documentation leads somewhere: Markdown links to files and headings, and the sections of `docs/` that code, lints and
//! tests cite.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text files of the repository with one of these endings.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                let is_built = name.starts_with('.')
                    || ["target", "node_modules", "corpus", "artifacts", "dist"].contains(&name.as_str());
                folders.extend((!is_built).then_some(path));
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The anchors of a page, as GitHub and mdBook make them from headings.
fn anchors(page: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
    let mut in_code = false;
    let headings = text.lines().filter(|line| {
        in_code ^= line.trim_start().starts_with("```");
        !in_code && line.starts_with('#')
    });
    headings.map(|heading| slug(heading.trim_start_matches('#').trim())).collect()
}

fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// The targets of `[text](target)` and `![text](target)`, outside code.
fn targets(text: &str) -> Vec<String> {
    let mut in_code = false;
    let prose = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    });
    let without_code = |line: &str| line.split('`').step_by(2).collect::<Vec<_>>().join("code");
    let mut found = Vec::new();
    for line in prose {
        let line = without_code(line);
        let parts = line.split("](").skip(1);
        found.extend(parts.filter_map(|part| Some(part.split_once(')')?.0.to_owned())));
    }
    found
}

#[test]
fn every_markdown_link_leads_to_a_file_and_a_heading() {
    let mut links = 0;
    let mut broken = Vec::new();
    for page in files(&[".md"]) {
        let folder = page.parent().unwrap();
        for target in targets(&std::fs::read_to_string(&page).unwrap()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            links += 1;
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let leads_to = if file.is_empty() { page.clone() } else { folder.join(file) };
            let is_there = leads_to.exists() && (anchor.is_empty() || anchors(&leads_to).contains(anchor));
            if !is_there {
                broken.push(format!("{}: {target}", page.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
    assert!(links > 50, "the links were found");
}

#[test]
fn every_page_of_docs_is_in_the_summary() {
    let summary = std::fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let listed: BTreeSet<String> = targets(&summary).into_iter().collect();
    let pages = std::fs::read_dir(root().join("docs")).unwrap();
    let names = pages.map(|page| page.unwrap().file_name().into_string().unwrap());
    let missing: Vec<String> = names
        .filter(|name| name.ends_with(".md") && name != "SUMMARY.md" && !listed.contains(name))
        .collect();
    assert!(missing.is_empty(), "not in docs/SUMMARY.md: {missing:?}");
}

#[test]
fn every_section_that_the_code_cites_is_there() {
    let mut cited = 0;
    let mut broken = Vec::new();
    for file in files(&[".rs", ".md", ".toml", ".py"]) {
        if file.ends_with("tests/links.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(root()).unwrap().display();
        if text.contains("spec §") {
            broken.push(format!("{name}: `spec §` instead of a link into docs/"));
        }
        for part in text.split("docs/").skip(1) {
            let length = part
                .find(|c: char| !(c.is_ascii_alphanumeric() || "-_./#".contains(c)))
                .unwrap_or(part.len());
            let Some((page, anchor)) = part.get(..length).and_then(|link| link.split_once(".md#")) else {
                continue;
            };
            if anchor.is_empty() {
                continue;
            }
            cited += 1;
            let page = root().join("docs").join(format!("{page}.md"));
            if !anchors(&page).contains(anchor.trim_end_matches('.')) {
                broken.push(format!("{name}: docs/{}", part.get(..length).unwrap_or_default()));
            }
        }
    }
    assert!(broken.is_empty(), "sections that are not there:\n{}", broken.join("\n"));
    assert!(cited > 0, "the citations were found");
}
