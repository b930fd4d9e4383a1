//! `cwfilter export`

use super::exit::Exit;
use super::stack::{StackFile, kind, refuse};
use super::terminal::{json, say};
use cwfilter::provision::{Kind, export, shared_metrics};

/// Write the stack as a CloudFormation or Terraform template
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter export cloudformation > template.json
  cwfilter export terraform --without log-group > main.tf.json

Texts of the stack and its rules are escaped, so that the template does not evaluate them. CloudFormation has no escape for
`{{resolve:`: a text that contains it is refused. An endpoint with a user, a path or a query may contain a secret: it becomes a
NoEcho parameter or a sensitive variable, without a default.")]
pub(super) struct Args {
    #[arg(value_enum)]
    format: Format,
    #[command(flatten)]
    stack: StackFile,
    /// Leave out resources that exist or are managed elsewhere: log-group, topic, bucket, role, trail, alarm, …
    #[arg(long, value_name = "KIND", value_parser = kind, value_delimiter = ',')]
    without: Vec<Kind>,
    /// Add `import` blocks for resources that the account already has
    #[cfg(feature = "aws")]
    #[arg(long)]
    imports: bool,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    account: super::provision::Account,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A CloudFormation template in JSON
    Cloudformation,
    /// A Terraform configuration in JSON, `main.tf.json`
    Terraform,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    match template(args) {
        Err(exit) => Ok(exit),
        Ok(text) => {
            json(&mut std::io::stdout().lock(), &text)?;
            Ok(Exit::Clean)
        }
    }
}

fn template(args: &Args) -> Result<String, Exit> {
    let (stack, files) = args.stack.load()?;
    for shared in shared_metrics(&stack, &files) {
        say!(
            "note: {} publish to the same metric, {}/{}: an alarm on it counts the events of all of them",
            shared.rules.join(", "),
            shared.namespace,
            shared.name
        );
    }
    #[cfg(feature = "aws")]
    let observed = if args.imports { Some(args.account.observe(&stack)?) } else { None };
    #[cfg(not(feature = "aws"))]
    let observed = None;
    let text = match args.format {
        Format::Cloudformation => export::cloudformation(&stack, &files, &args.without),
        Format::Terraform => export::terraform(&stack, &files, &args.without, observed.as_ref()),
    };
    text.map_err(|errors| refuse(&errors))
}
