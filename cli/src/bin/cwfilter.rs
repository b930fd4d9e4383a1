//! The binary `cwfilter`.

use std::process::ExitCode;

fn main() -> ExitCode {
    cwfilter_cli::run(std::env::args_os()).into()
}
