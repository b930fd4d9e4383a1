//! The `cwfilter` program.

fn main() -> std::process::ExitCode {
    cwfilter::cli::main()
}
