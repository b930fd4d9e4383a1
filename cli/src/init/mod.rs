//! `cwfilter init`

use super::exit::Exit;
use super::terminal::{line, say};
use super::write::{Destination, create_folder};
use cwfilter::escaped::shell_word;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Begin a project: two rules with their tests, a stack file and a CI workflow
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter init security
  cd security && cwfilter test rules
  cwfilter init --source https://git.example.com/tools/cwfilter.git security

There is no published release that the workflow could install. It compiles cwfilter from a Git repository: `--source` names it,
or the variable CWFILTER_SOURCE of your repository. A runner that has the program needs neither.
If one of the files exists, nothing is written, and the exit code is 2. Files of other names stay as they are.")]
pub(super) struct Args {
    /// The folder, which is created if it does not exist
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// The address of the Git repository from which the workflow installs cwfilter
    #[arg(long, value_name = "ADDRESS", value_parser = source)]
    source: Option<String>,
}

/// The place in the workflow of the repository's address.
const SOURCE: &str = "${{ vars.CWFILTER_SOURCE }}";

/// An address that means nothing else in YAML, in a shell or as an option.
fn source(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._~+@-".contains(c);
    match text.split_once("://") {
        Some(("https" | "ssh" | "file", rest))
            if !rest.is_empty() && rest.replace(':', "").chars().all(is_plain) =>
        {
            Ok(text.to_owned())
        }
        _ => {
            Err("write the address as `https://…`, `ssh://…` or `file://…`, without blanks and quotes"
                .to_owned())
        }
    }
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
    if let Err(error) = write(&paths, args.source.as_deref()) {
        return Ok(Exit::from_output(error));
    }
    let mut out = std::io::stdout().lock();
    for path in &paths {
        line!(out, "wrote {}", path.display())?;
    }
    let folder = args.folder.join("");
    let folder = if args.folder == Path::new(".") { String::new() } else { folder.display().to_string() };
    let named = |name: &str| {
        let path = format!("{folder}{name}");
        let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
        if is_plain { path } else { shell_word(&path) }
    };
    line!(out, "next: cwfilter test {}", named("rules"))?;
    line!(out, "      cwfilter lint {}", named("rules"))?;
    line!(out, "      cwfilter export terraform --stack {}", named("cwfilter.toml"))?;
    if args.source.is_none() {
        line!(out, "note: the workflow needs the variable CWFILTER_SOURCE, see `cwfilter init --help`")?;
    }
    Ok(Exit::Clean)
}

fn write(paths: &[PathBuf], source: Option<&str>) -> std::io::Result<()> {
    for (path, (_, text)) in paths.iter().zip(FILES) {
        create_folder(path.parent().unwrap_or(Path::new(".")))?;
        Destination::new(path)?.write(text.replace(SOURCE, source.unwrap_or(SOURCE)))?;
    }
    Ok(())
}
