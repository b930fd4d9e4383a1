//! Pushes stacks to real servers on loopback: emulators of AWS, through a gateway that adds what they lack.

mod answers;
mod emulators;
mod exports;
mod failures;
mod gateway;
mod lifecycle;
mod outcomes;
mod refusals;
mod region;
mod ring;
mod stacks;
#[path = "../venv/mod.rs"]
mod venv;
mod whole_chain;

use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = [
        lifecycle::trials(),
        failures::trials(),
        exports::trials(),
        answers::trials(),
        whole_chain::trials(),
        region::trials(),
        ring::trials(),
        outcomes::trials(),
        refusals::trials(),
    ];
    let trials: Vec<Trial> = trials.into_iter().flatten().collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    emulators::stop();
    conclusion.exit_code()
}

/// A test that fails by panicking.
fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}
