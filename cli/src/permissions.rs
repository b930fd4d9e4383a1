//! `cwfilter permissions`

use super::exit::Exit;
use super::json_output;
use super::stack::StackFile;
use super::terminal::json;
use cwfilter::permissions::{Command, permissions};

/// Print the least IAM policy that a command needs for the stack
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter permissions plan
  cwfilter permissions apply --stack security/cwfilter.toml > policy.json

The policy is made of the table of calls that the program makes. `account` in the stack's file narrows its ARNs.")]
pub(super) struct Args {
    /// The command
    #[arg(value_enum, default_value = "apply")]
    command: Of,
    #[command(flatten)]
    stack: StackFile,
    /// Print errors as one JSON object, too
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Of {
    Plan,
    Apply,
    Destroy,
    Verify,
    Import,
    Ring,
    Scan,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    json_output::or_json(args.json, || print(args))
}

fn print(args: &Args) -> std::io::Result<Exit> {
    let (stack, _) = match args.stack.load() {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let command = match args.command {
        Of::Plan => Command::Plan,
        Of::Apply => Command::Apply,
        Of::Destroy => Command::Destroy,
        Of::Verify => Command::Verify,
        Of::Import => Command::Import,
        Of::Ring => Command::Ring,
        Of::Scan => Command::Scan,
    };
    json(&mut std::io::stdout().lock(), &permissions(&stack, command))?;
    Ok(Exit::Clean)
}
