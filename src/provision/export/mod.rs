//! The same stack as a template, for those who deploy by CloudFormation or Terraform. Both are JSON and deterministic.

mod cloudformation;
mod terraform;

pub use cloudformation::cloudformation;
pub use terraform::terraform;

use super::desired::{Place, desired};
use super::resource::{Kind, Resource};
use super::stack::Stack;
use crate::rules::{RuleError, RuleFile};
use std::collections::HashSet;

/// Stand in ARNs for what only the account knows; no text of a user has these characters.
const ACCOUNT: &str = "\u{1}account\u{1}";
const PARTITION: &str = "\u{1}partition\u{1}";

/// The stack's resources without an account, and without the kinds that somebody else makes.
fn resources(stack: &Stack, files: &[RuleFile], without: &[Kind]) -> Result<Vec<Resource>, Vec<RuleError>> {
    let place = Place::new(ACCOUNT, &stack.region).partition(PARTITION);
    let mut resources = desired(stack, files, &place)?;
    resources.retain(|it| !without.contains(&it.kind()));
    Ok(resources)
}

/// Names of resources within a template: letters and digits, each once.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
}

impl Names {
    fn take(&mut self, wanted: String) -> String {
        let numbered = (2..).map(|number| format!("{wanted}{number}"));
        let mut candidates = std::iter::once(wanted.clone()).chain(numbered);
        candidates.find(|name| self.taken.insert(name.clone())).unwrap_or_default()
    }
}

/// The name of a resource without what is not its own: a filter's without the stack's prefix.
fn short(stack: &Stack, it: &Resource) -> String {
    let name = it.name();
    name.strip_prefix(&stack.prefix()).unwrap_or(&name).to_owned()
}
