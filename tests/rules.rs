//! The tests of the project's own rule packs, each a case of its own.

fn main() {
    cwfilter::testing::run("patterns");
}
