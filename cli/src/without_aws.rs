//! The commands that need an account, in a program that was built without the feature `aws`.

use super::exit::Exit;
use super::terminal::say;

/// Needs a program that was built with the feature `aws`
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(super) struct Args {
    #[arg(value_name = "ARGUMENTS", trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<std::ffi::OsString>,
}

pub(super) fn run(command: &str, args: &Args) -> std::io::Result<Exit> {
    let _ = &args.rest;
    say!("error: `{command}` calls AWS, and this program was built without the feature `aws`");
    say!("help: build it with the feature: `cargo install --path cli --features aws`");
    Ok(Exit::Usage)
}
