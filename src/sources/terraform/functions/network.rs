//! Functions of IP networks, version 4.

use super::call::{Call, Outcome};
use crate::sources::value::Value;
use std::net::Ipv4Addr;

pub(super) const NAMES: &[&str] = &["cidrhost", "cidrnetmask", "cidrsubnet", "cidrsubnets"];

pub(super) fn call(it: &Call<'_>, name: &str) -> Option<Outcome> {
    Some(match name {
        "cidrhost" => network(it).and_then(|(address, length)| {
            let (number, size) = (it.number(1)?, f64::from(32 - length).exp2());
            let offset = if number < 0.0 { size + number } else { number };
            if !(0.0..size).contains(&offset) || offset.fract() != 0.0 {
                return Err(format!("the network has no host {number}"));
            }
            it.computed(Ipv4Addr::from(address.wrapping_add(offset as u32)).to_string())
        }),
        "cidrnetmask" => {
            network(it).and_then(|(_, length)| it.computed(Ipv4Addr::from(mask(length)).to_string()))
        }
        "cidrsubnet" => network(it).and_then(|(address, length)| {
            let (bits, number) = (it.number(1)?, it.number(2)?);
            if !(0.0..=f64::from(32 - length)).contains(&bits) || !(0.0..bits.exp2()).contains(&number) {
                return Err(format!("the network has no subnet {number} of {bits} more bits"));
            }
            let longer = length + bits as u32;
            let part = u64::from(number as u32) << (32 - longer);
            it.computed(format!("{}/{longer}", Ipv4Addr::from(address | part as u32)))
        }),
        "cidrsubnets" => network(it).and_then(|(address, length)| {
            let (mut next, mut subnets) = (u64::from(address), Vec::new());
            let end = u64::from(address) + (1_u64 << (32 - length));
            for index in 1..it.arguments.len() {
                let bits = it.number(index)?;
                if bits.fract() != 0.0 || !(1.0..=f64::from(32 - length)).contains(&bits) {
                    return Err(format!("the network has no subnet of {bits} more bits"));
                }
                let longer = length + bits as u32;
                let size = 1_u64 << (32 - longer);
                // a subnet begins at a multiple of its size
                let start = next.div_ceil(size) * size;
                if start + size > end {
                    return Err(format!("the network has no room for {index} subnets"));
                }
                next = start + size;
                subnets.push(Value::computed(format!("{}/{longer}", Ipv4Addr::from(start as u32)), it.at));
            }
            it.listed(subnets)
        }),
        _ => return None,
    })
}

fn mask(length: u32) -> u32 {
    u32::MAX.checked_shl(32 - length).unwrap_or(0)
}

/// The first address of a network, and the length of its prefix.
fn network(it: &Call<'_>) -> Result<(u32, u32), String> {
    let text = it.string(0)?;
    let refused = || format!("`{text}` is not evaluated: it is no network of IP version 4");
    let (address, length) = text.split_once('/').ok_or_else(refused)?;
    let address: Ipv4Addr = address.parse().map_err(|_| refused())?;
    let length: u32 = length.parse().ok().filter(|length| *length <= 32).ok_or_else(refused)?;
    Ok((u32::from(address) & mask(length), length))
}
