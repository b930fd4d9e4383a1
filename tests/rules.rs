//! The tests of the project's rule packs. Each test is a case of its own.

fn main() {
    cwfilter::testing::run("patterns");
}
