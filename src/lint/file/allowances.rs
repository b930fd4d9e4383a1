//! The `allow` of rules in rule files: it removes findings in its rule, and one without an effect is a finding.

use super::comments::NEVER_SILENT;
use super::finding::Finding;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::catalogue::lint;
use crate::sources::HostedPattern;
use crate::span::Span;
use std::collections::HashSet;

/// The allowances of a file that have silenced a finding.
#[derive(Debug, Default)]
pub(super) struct Allowances {
    used: HashSet<Span>,
}

impl Allowances {
    /// Whether the rule of a pattern allows this lint.
    pub(super) fn silence(&mut self, hosted: &HostedPattern, lint: &str) -> bool {
        let allowed = hosted.allow.iter().find(|it| it.lint == lint && !NEVER_SILENT.contains(&lint));
        self.used.extend(allowed.map(|it| it.span));
        allowed.is_some()
    }

    /// A finding for each allowance without an effect. If `is_partial`, some findings are not known yet, and an allowance of them is not
    /// reported.
    pub(super) fn idle(&self, patterns: &[HostedPattern], is_partial: bool) -> Vec<Finding> {
        let mut found = Vec::new();
        for hosted in patterns {
            for allowance in &hosted.allow {
                let name = &allowance.lint;
                let (lint, message) = if lint(name).is_none() {
                    ("unknown-lint", format!("there is no lint `{name}`"))
                } else if NEVER_SILENT.contains(&name.as_str()) {
                    ("unused-allow", format!("`{name}` cannot be silenced: what is refused works nowhere"))
                } else if !is_partial && !self.used.contains(&allowance.span) {
                    ("unused-allow", format!("`{name}` has no finding here"))
                } else {
                    continue;
                };
                let diagnostic = Diagnostic::new(lint, Severity::Warning, allowance.span, message);
                let diagnostic = diagnostic.in_file(allowance.span).help("remove the `allow`");
                found.push(Finding::new(hosted.name.clone(), diagnostic));
            }
        }
        found
    }
}
