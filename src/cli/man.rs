//! `cwfilter man`

use super::{Cli, Exit};
use clap::CommandFactory;
use clap_mangen::Man;
use std::io::Write;
use std::path::PathBuf;

/// Print the manual page, or write those of all subcommands
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter man | man -l -
  cwfilter man --output ~/.local/share/man/man1")]
pub(super) struct Args {
    /// Write cwfilter.1 and a page for each subcommand into this folder
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let program = Cli::command().disable_help_subcommand(true);
    match &args.output {
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            clap_mangen::generate_to(program, folder)?;
        }
        None => {
            let mut page = Vec::new();
            Man::new(program).render(&mut page)?;
            std::io::stdout().write_all(&page)?;
        }
    }
    Ok(Exit::Clean)
}
