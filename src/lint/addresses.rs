//! Lints of networks, such as `203.0.113.0/24`, that are compared with an address. Patterns compare texts, and an address is never
//! written as a network.

use super::expression::walk;
use super::findings::Findings;
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::syntax::ast::{
    ColumnCondition, Condition, Equality, Expr, Field, Node, Predicate, Selector, Step, Value,
};
use std::net::{IpAddr, Ipv4Addr};

/// Checks the conditions on fields.
pub(super) fn check(expr: &Node<Expr<Condition>>, findings: &mut Findings<'_>) {
    walk(expr, &mut |node| {
        if let Expr::Condition(condition) = &node.item
            && let Some(key) = address_key(&condition.selector.item)
        {
            network(key, &condition.predicate.item, findings);
        }
    });
}

/// Checks the conditions on columns.
pub(super) fn check_columns(fields: &[Node<Field>], findings: &mut Findings<'_>) {
    for field in fields {
        let Field::Conditioned { name, condition } = &field.item else { continue };
        if is_address(name) {
            condition.item.for_each(&mut |condition: &ColumnCondition| {
                network(name, &condition.predicate.item, findings);
            });
        }
    }
}

/// The last key of a selector, if it is the name of an address. The parameters of a request may contain networks.
fn address_key(selector: &Selector) -> Option<&str> {
    let mut keys = selector.steps.iter().filter_map(Step::key);
    let first = keys.next()?;
    let last = keys.next_back().unwrap_or(first);
    (!matches!(first, "requestParameters" | "responseElements") && is_address(last)).then_some(last)
}

fn is_address(name: &str) -> bool {
    const NETWORKS: [&str; 8] = ["cidr", "range", "block", "net", "prefix", "mask", "route", ":"];
    const ENDS: [&str; 8] = ["ip", "ips", "addr", "address", "addresses", "ipv4", "ipv6", "ip4"];
    const WHOLE: [&str; 8] = ["client", "remote", "peer", "host", "src", "dst", "source", "forwarded_for"];
    let name = name.to_ascii_lowercase();
    let is_network = NETWORKS.iter().any(|word| name.contains(word));
    !is_network && (ENDS.iter().any(|end| name.ends_with(end)) || WHOLE.contains(&name.as_str()))
}

fn network(name: &str, predicate: &Predicate, findings: &mut Findings<'_>) {
    let Predicate::Compare(equality, value) = predicate else { return };
    let (Value::Quoted(text) | Value::Bare(text)) = &value.item else { return };
    let Some(network) = Network::parse(text) else { return };
    let label = match equality {
        Equality::Equal => "always false",
        Equality::NotEqual => "true for every address",
    };
    let finding = Diagnostic::new(
        "network-as-text",
        Severity::Warning,
        value.span,
        format!("compares the text `{text}`; `{name}` contains an address, never a network"),
    )
    .label(label);
    findings.add(match network.wildcard() {
        Some(wildcard) => finding
            .help(format!("a `*` matches the rest of an address: `\"{wildcard}\"`"))
            .fix(Applicability::Suggested, findings.with_text(value.span, &wildcard)),
        None => finding
            .help("join comparisons with a `*` for each part of the network, or write a regular expression"),
    });
}

/// A network, as far as the text says where it ends.
struct Network {
    address: IpAddr,
    /// The length of the prefix in bits. `None` for a range of two addresses.
    bits: Option<u32>,
}

impl Network {
    fn parse(text: &str) -> Option<Network> {
        let text = text.trim();
        if let Some((first, last)) = text.split_once('-') {
            let (first, _): (Ipv4Addr, Ipv4Addr) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
            return Some(Network { address: first.into(), bits: None });
        }
        let (address, length) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let bits = match length.parse::<Ipv4Addr>() {
            Ok(mask) => u32::from(mask).leading_ones(),
            Err(_) => length.parse().ok()?,
        };
        let most = if address.is_ipv4() { 32 } else { 128 };
        (bits <= most).then_some(Network { address, bits: Some(bits) })
    }

    /// The text that the addresses of the network have in common, with a `*`. `None` if the network ends inside a part.
    fn wildcard(&self) -> Option<String> {
        let bits = self.bits.filter(|bits| *bits > 0)?;
        let (parts, of_part, sign): (Vec<String>, u32, &str) = match self.address {
            IpAddr::V4(address) => (address.octets().iter().map(u8::to_string).collect(), 8, "."),
            IpAddr::V6(address) => {
                (address.segments().iter().map(|part| format!("{part:x}")).collect(), 16, ":")
            }
        };
        let whole = usize::try_from(bits / of_part).ok().filter(|_| bits % of_part == 0)?;
        if whole == parts.len() {
            return Some(self.address.to_string());
        }
        Some(format!("{}{sign}*", parts.get(..whole)?.join(sign)))
    }
}
