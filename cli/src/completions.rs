//! `cwfilter completions`

use super::exit::Exit;

/// Print a completion script for a shell
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  cwfilter completions bash > ~/.local/share/bash-completion/completions/cwfilter"
)]
pub(super) struct Args {
    /// The shell to print the script for
    shell: clap_complete::Shell,
}

pub(super) fn run(args: &Args, mut program: clap::Command) -> std::io::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "cwfilter", &mut script);
    std::io::Write::write_all(&mut std::io::stdout(), &script)?;
    Ok(Exit::Clean)
}
