//! Writes an explanation as a tree of lines.

use super::Explanation;
use super::clause::Clause;
use crate::escaped::Escaped;
use std::fmt::{Display, Formatter, Result};

impl Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(if self.matched { "match" } else { "no match" })?;
        if let Some(reason) = &self.reason {
            write!(f, ": {}", Escaped(reason))?;
        }
        if let Some(tree) = &self.tree {
            lines(f, tree, "", "")?;
        }
        let deciding = self.deciding();
        let clauses =
            deciding.iter().map(|clause| format!("`{}`", Escaped(clause))).collect::<Vec<_>>().join(" or ");
        match (deciding.is_empty(), self.matched) {
            (true, _) => Ok(()),
            (false, false) => write!(f, "\none clause away: {clauses}"),
            (false, true) => write!(f, "\ndecided by: {}", clauses.replace("` or `", "` and `")),
        }
    }
}

fn lines(f: &mut Formatter<'_>, clause: &Clause, first: &str, rest: &str) -> Result {
    let mark = match (clause.is_ignored, clause.holds) {
        (true, _) => '·',
        (false, true) => '✓',
        (false, false) => '✗',
    };
    write!(f, "\n{first}{mark} {}", Escaped(&clause.text))?;
    if !clause.found.is_empty() {
        write!(f, "    {}", Escaped(&clause.found))?;
    }
    for (at, part) in clause.parts.iter().enumerate() {
        let is_last = at + 1 == clause.parts.len();
        let (branch, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        lines(f, part, &format!("{rest}{branch}"), &format!("{rest}{below}"))?;
    }
    Ok(())
}
