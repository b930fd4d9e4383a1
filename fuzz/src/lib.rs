//! The properties behind the fuzz targets.

#[path = "../../tests/properties/holds.rs"]
mod holds;

/// Panics when the property of this name does not hold for the input, or there is none.
pub fn check(name: &str, input: &[u8]) {
    let property = holds::PROPERTIES.iter().find(|(it, _)| *it == name);
    let (_, holds) = property.expect("targets are named by their property");
    holds(input);
}
