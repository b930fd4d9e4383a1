//! `cwfilter fmt`

use super::exit::Exit;
use super::patterns::pattern;
use super::rewrite::rewrite;
use super::sources::load;
use super::terminal::{block, say};
use cwfilter::controls::compared_literally;
use cwfilter::escaped::EscapedLines;
use cwfilter::sources::{HostedPattern, unindented};
use cwfilter::syntax::layout::wrapped;
use std::path::{Path, PathBuf};

/// Rewrite patterns in one layout
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter fmt patterns
  cwfilter fmt --check infra/
  echo '{$.a=1&&$.b=2}' | cwfilter fmt -

Quotes and parentheses stay as they are. A pattern gets several lines only where the file allows it: in TOML's triple quotes,
Terraform's heredocs and YAML's `|` blocks. A pattern that AWS refuses is not changed, and neither is a text
that Security Hub compares letter by letter: in another layout it would fail its control.")]
pub(super) struct Args {
    /// Files, folders of them, or `-` for one pattern on standard input
    #[arg(default_value = "patterns", value_name = "FILES|DIRS|-")]
    paths: Vec<PathBuf>,
    /// Change nothing; exit with 1 if a pattern would change
    #[arg(long)]
    check: bool,
    /// Show what would change; change nothing
    #[arg(long)]
    diff: bool,
    /// Read standard input as the text of a file with this name, and print the new text
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let mut out = std::io::stdout().lock();
    if let Some(path) = &args.stdin_filename {
        return of_stdin(args, path);
    }
    if args.paths == [PathBuf::from("-")] {
        let Some(text) = super::patterns::stdin() else { return Ok(Exit::Input) };
        let text = text.trim();
        let parsed = match pattern(text) {
            Ok(parsed) => parsed,
            Err(exit) => return Ok(exit),
        };
        let is_literal = compared_literally(text).is_some();
        let laid_out = if is_literal { text.to_owned() } else { parsed.ast().to_string() };
        if !args.check {
            // with an escape, the shown pattern would be another one
            if EscapedLines(&laid_out).to_string() != laid_out {
                say!(
                    "error: the pattern contains a character that cannot be printed: `{laid_out}`; put the pattern into a file and run `cwfilter fmt FILE`"
                );
                return Ok(Exit::Usage);
            }
            block(&mut out, &format!("{laid_out}\n"))?;
        }
        let is_changed = laid_out != text;
        return Ok(if args.check && is_changed { Exit::Findings } else { Exit::Clean });
    }
    let (sources, mut exit) = load(&args.paths);
    for source in &sources {
        let path = source.path.display();
        let rewritten = match rewrite(source, layout) {
            Ok(rewritten) => rewritten,
            Err(error) => {
                say!("error: {path}:{error}");
                exit = Exit::Input;
                continue;
            }
        };
        rewritten.name_left();
        if !rewritten.is_changed() {
            continue;
        }
        if args.diff {
            rewritten.diff(&mut out)?;
        }
        if args.check || args.diff {
            say!("would change {path}");
            exit = exit.max(Exit::Findings);
        } else {
            match rewritten.write() {
                Ok(()) => say!("changed {path}"),
                Err(error) => exit = exit.max(Exit::from_output(error)),
            }
        }
    }
    Ok(exit)
}

/// Prints the text of standard input with the patterns in the standard layout.
fn of_stdin(args: &Args, path: &Path) -> std::io::Result<Exit> {
    let mut out = std::io::stdout().lock();
    let (sources, mut exit) = super::sources::of_stdin(path);
    for source in &sources {
        match rewrite(source, layout) {
            Ok(rewritten) => {
                rewritten.name_left();
                if args.diff {
                    rewritten.diff(&mut out)?;
                } else if !args.check {
                    block(&mut out, rewritten.text())?;
                }
                if rewritten.is_changed() && (args.check || args.diff) {
                    exit = exit.max(Exit::Findings);
                }
            }
            Err(error) => {
                say!("error: {}:{error}", path.display());
                exit = Exit::Input;
            }
        }
    }
    Ok(exit)
}

/// Characters of a line, if a pattern may have several lines.
const WIDTH: usize = 100;

/// The pattern in the standard layout; `None` if it has it already, or if Security Hub compares its text letter by letter.
pub(super) fn layout(hosted: &HostedPattern) -> Option<String> {
    let text = hosted.text.as_ref().ok()?;
    if compared_literally(text.trim()).is_some() {
        return None;
    }
    let pattern = cwfilter::syntax::parse(text.trim(), cwfilter::Semantics::default()).ok()?;
    let laid_out = if hosted.takes_lines() { wrapped(&pattern, WIDTH) } else { pattern.to_string() };
    // the newlines of the file are kept, and the indentation of a heredoc
    let text = text.replace("\r\n", "\n");
    (laid_out != text && laid_out != unindented(&text)).then_some(laid_out)
}
