//! `cwfilter fmt`

use super::exit::Exit;
use super::patterns::pattern;
use super::rewrite::rewrite;
use super::sources::load;
use super::terminal::{block, say};
use cwfilter::escaped::EscapedLines;
use cwfilter::sources::HostedPattern;
use cwfilter::syntax::layout::wrapped;
use std::path::PathBuf;

/// Write patterns in one layout
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter fmt patterns
  cwfilter fmt --check infra/
  echo '{$.a=1&&$.b=2}' | cwfilter fmt -

The layout keeps quotes and parentheses as they are; only TOML's triple quotes, Terraform's heredocs and YAML's `|` blocks
get several lines. Patterns that AWS refuses are left alone.")]
pub(super) struct Args {
    /// Files, folders of them, or `-` for one pattern on standard input
    #[arg(default_value = "patterns", value_name = "FILES|DIRS|-")]
    paths: Vec<PathBuf>,
    /// Change nothing; exit with 1 when something would change
    #[arg(long)]
    check: bool,
    /// Show what would change, and change nothing
    #[arg(long)]
    diff: bool,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let mut out = std::io::stdout().lock();
    if args.paths == [PathBuf::from("-")] {
        let Some(text) = super::patterns::stdin() else { return Ok(Exit::Input) };
        let text = text.trim();
        let parsed = match pattern(text) {
            Ok(parsed) => parsed,
            Err(exit) => return Ok(exit),
        };
        let laid_out = parsed.ast().to_string();
        if !args.check {
            // written back, an escape would be another pattern
            if EscapedLines(&laid_out).to_string() != laid_out {
                say!(
                    "error: the pattern has a character that cannot be shown: `{laid_out}`; write it into a file"
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

/// Characters of a line, where a pattern may have several.
const WIDTH: usize = 100;

/// The pattern in the one layout, if it is not already.
fn layout(hosted: &HostedPattern) -> Option<String> {
    let text = hosted.text.as_ref().ok()?;
    let pattern = cwfilter::syntax::parse(text.trim(), cwfilter::Semantics::default()).ok()?;
    let laid_out = if hosted.takes_lines() { wrapped(&pattern, WIDTH) } else { pattern.to_string() };
    // a file's own newlines are kept
    (laid_out != text.replace("\r\n", "\n")).then_some(laid_out)
}
