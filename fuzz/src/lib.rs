//! The properties that the fuzz targets check.

#[path = "../../tests/properties/holds.rs"]
mod holds;

/// Panics if the property of this name does not hold for the input, or if there is no such property.
pub fn check(name: &str, input: &[u8]) {
    let property = holds::PROPERTIES.iter().find(|(it, _)| *it == name);
    let (_, holds) = property.expect("targets are named by their property");
    holds(input);
}
