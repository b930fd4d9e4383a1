//! `cwfilter man`

use super::exit::Exit;
use super::write::{Destination, create_folder};
use clap_mangen::Man;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Print the manual page, or write the pages of all subcommands
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter man | man -l -
  cwfilter man --output ~/.local/share/man/man1")]
pub(super) struct Args {
    /// Write cwfilter.1 and a page for each subcommand to this folder
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args, program: clap::Command) -> std::io::Result<Exit> {
    let program = program.disable_help_subcommand(true);
    match &args.output {
        Some(folder) => {
            create_folder(folder)?;
            let mut program = program;
            program.build();
            pages(program, folder)?;
        }
        None => {
            let mut page = Vec::new();
            Man::new(program).render(&mut page)?;
            std::io::stdout().write_all(&page)?;
        }
    }
    Ok(Exit::Clean)
}

/// Writes the page of a command and those of its subcommands.
fn pages(command: clap::Command, folder: &Path) -> std::io::Result<()> {
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        pages(subcommand.clone(), folder)?;
    }
    let page = Man::new(command);
    let mut text = Vec::new();
    page.render(&mut text)?;
    Destination::new(&folder.join(page.get_filename()))?.write(text)
}
