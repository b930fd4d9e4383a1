//! The JSON Schemas of what this program reads and writes are those of its types. `CWFILTER_BLESS=1` writes the files of `docs/schemas`.

mod closed;
#[path = "../../tests/support/generated_schema.rs"]
mod generated_schema;
mod outputs;

use generated_schema::is_in_file;

#[test]
fn the_schema_of_the_configuration_is_generated_from_its_types() {
    is_in_file("configuration.json", &cwfilter::schema::of_toml_file::<super::config::Written>());
}
