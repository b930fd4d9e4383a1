//! Networks as prefixes of addresses in text.

use super::glob::Glob;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A network as a filter pattern can compare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Network {
    /// An address has one of these prefixes, or is this text.
    Prefixes(Vec<Glob>),
    /// An address matches a regular expression, which has too many prefixes to be listed.
    Regex(String),
}

/// Prefixes that are listed. More are a regular expression.
const LISTED: u32 = 4;

/// The network of a text such as `10.0.0.0/8`.
///
/// # Errors
/// The reason why it is no network, or cannot be compared as text.
pub(super) fn network(text: &str) -> Result<Network, String> {
    let not_a_network = || format!("`{}` is no network such as `10.0.0.0/8`", text.escape_debug());
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, length.parse::<u32>().map_err(|_| not_a_network())?),
        None => (text, if text.contains(':') { 128 } else { 32 }),
    };
    if let Ok(address) = address.parse::<Ipv4Addr>() {
        if length > 32 {
            return Err(not_a_network());
        }
        return Ok(ipv4(address, length));
    }
    let address: Ipv6Addr = address.parse().map_err(|_| not_a_network())?;
    if length > 128 {
        return Err(not_a_network());
    }
    ipv6(address, length)
}

fn ipv4(address: Ipv4Addr, length: u32) -> Network {
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    let octets = Ipv4Addr::from(u32::from(address) & mask).octets();
    let whole = (length / 8) as usize;
    let fixed: String = octets.iter().take(whole).map(|octet| format!("{octet}.")).collect();
    if length == 32 {
        return Network::Prefixes(vec![Glob::literal(fixed.trim_end_matches('.'), false)]);
    }
    if length == 0 {
        return Network::Regex(r"^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$".to_owned());
    }
    if length.is_multiple_of(8) {
        return Network::Prefixes(vec![Glob::literal(&fixed, true)]);
    }
    let first = u32::from(octets.get(whole).copied().unwrap_or_default());
    let count = 1 << (8 - length % 8);
    let is_last = whole == 3;
    if count <= LISTED {
        let one = |octet: u32| {
            Glob::literal(&format!("{fixed}{octet}{}", if is_last { "" } else { "." }), !is_last)
        };
        return Network::Prefixes((first..first + count).map(one).collect());
    }
    let fixed = fixed.replace('.', r"\.");
    let end = if is_last { "$" } else { r"\." };
    let one = |octet: String| format!("^{fixed}{octet}{end}");
    Network::Regex(octet_range(first, first + count - 1).into_iter().map(one).collect::<Vec<_>>().join("|"))
}

/// The decimal numbers from `first` to `last`, at most 255: an alternative for each ten.
fn octet_range(first: u32, last: u32) -> Vec<String> {
    let ten = |ten: u32| {
        let (low, high) = (first.max(ten * 10) % 10, last.min(ten * 10 + 9) % 10);
        let tens = if ten == 0 { String::new() } else { ten.to_string() };
        if low == high { format!("{tens}{low}") } else { format!("{tens}[{low}-{high}]") }
    };
    (first / 10..=last / 10).map(ten).collect()
}

/// A network whose length is whole groups without zeros. The text of an address shortens groups of zeros to `::`.
fn ipv6(address: Ipv6Addr, length: u32) -> Result<Network, String> {
    if length == 128 {
        return Ok(Network::Prefixes(vec![Glob::literal(&address.to_string(), false)]));
    }
    let groups: Vec<u16> = address.segments().into_iter().take((length / 16) as usize).collect();
    if length == 0 || !length.is_multiple_of(16) || groups.contains(&0) {
        return Err(format!("the addresses of `{address}/{length}` have no common beginning as texts"));
    }
    let prefix: String = groups.iter().map(|group| format!("{group:x}:")).collect();
    Ok(Network::Prefixes(vec![Glob::literal(&prefix, true)]))
}
