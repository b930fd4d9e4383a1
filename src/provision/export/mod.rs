//! The same stack as a template, for those who deploy by CloudFormation or Terraform. Both are JSON and deterministic.

mod cfn;
mod cloudformation;
mod hcl;
mod terraform;

pub use cloudformation::cloudformation;
pub use terraform::terraform;

use super::desired::desired;
use super::endpoint::public_part;
use super::resource::{Kind, Resource};
use super::stack::Stack;
use super::target::Target;
use crate::rules::{RuleError, RuleFile};
use std::collections::HashSet;
use std::hash::Hash;

/// Stand in ARNs and policies for what only the account knows. They mean something only there: the names in ARNs, which
/// AWS limits to a few characters, cannot hold them, and other texts, which could, are never searched for them.
const ACCOUNT: &str = "\u{1}account\u{1}";
const PARTITION: &str = "\u{1}partition\u{1}";

/// The stack's resources without an account, and without the kinds that somebody else makes.
fn resources(stack: &Stack, files: &[RuleFile], without: &[Kind]) -> Result<Vec<Resource>, Vec<RuleError>> {
    let target = Target::new(ACCOUNT, &stack.region).partition(PARTITION);
    let mut resources = desired(stack, files, &target)?;
    resources.retain(|it| !without.contains(&it.kind()));
    Ok(resources)
}

/// Names of resources within a template, each once.
struct Names<T> {
    taken: HashSet<T>,
}

impl<T: Clone + Eq + Hash> Names<T> {
    fn new() -> Self {
        Names { taken: HashSet::new() }
    }

    fn take(&mut self, wanted: &T, numbered: impl Fn(&T, usize) -> T) -> T {
        let mut candidates =
            std::iter::once(wanted.clone()).chain((2..).map(|number| numbered(wanted, number)));
        let name = candidates.find(|name| !self.taken.contains(name)).unwrap_or_else(|| wanted.clone());
        self.taken.insert(name.clone());
        name
    }
}

/// The name of a resource without what is not its own: a filter's without the stack's prefix, an endpoint without its
/// secret parts.
fn short(stack: &Stack, it: &Resource) -> String {
    let name = match it {
        Resource::Subscription(it) => format!("{} {}", it.protocol, public_part(&it.endpoint)),
        _ => it.name(),
    };
    name.strip_prefix(&stack.prefix()).unwrap_or(&name).to_owned()
}
