//! `cwfilter init`

use super::exit::Exit;
use super::terminal::{line, say};
use super::write::{Destination, create_folder};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Begin a project: two rules with their tests, a stack file and a CI workflow
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter init security
  cd security && cwfilter test rules

If one of the files exists, nothing is written, and the exit code is 2. Files of other names stay as they are.")]
pub(super) struct Args {
    /// The folder, which is created if it does not exist
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// The files of a new project: the path and the text.
const FILES: [(&str, &str); 5] = [
    ("rules/account.toml", include_str!("files/rules/account.toml")),
    ("rules/events/root-api-call.json", include_str!("files/rules/events/root-api-call.json")),
    ("rules/events/stop-logging.json", include_str!("files/rules/events/stop-logging.json")),
    ("cwfilter.toml", include_str!("files/cwfilter.toml")),
    (".github/workflows/cwfilter.yml", include_str!("files/workflow.yml")),
];

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let paths: Vec<PathBuf> = FILES.iter().map(|(name, _)| args.folder.join(name)).collect();
    let existing: Vec<&PathBuf> = paths.iter().filter(|path| path.symlink_metadata().is_ok()).collect();
    if !existing.is_empty() {
        existing.iter().for_each(|path| say!("error: {} exists", path.display()));
        say!("help: nothing was written; name another folder, such as `cwfilter init security`");
        return Ok(Exit::Usage);
    }
    if let Err(error) = write(&paths) {
        return Ok(Exit::from_output(error));
    }
    let mut out = std::io::stdout().lock();
    for path in &paths {
        line!(out, "wrote {}", path.display())?;
    }
    let folder = args.folder.join("");
    let folder = if args.folder == Path::new(".") { String::new() } else { folder.display().to_string() };
    line!(out, "next: cwfilter test {folder}rules")?;
    line!(out, "      cwfilter lint {folder}rules")?;
    line!(out, "      cwfilter export terraform --stack {folder}cwfilter.toml")?;
    Ok(Exit::Clean)
}

fn write(paths: &[PathBuf]) -> std::io::Result<()> {
    for (path, (_, text)) in paths.iter().zip(FILES) {
        create_folder(path.parent().unwrap_or(Path::new(".")))?;
        Destination::new(path)?.write(text)?;
    }
    Ok(())
}
