//! `cwfilter export`

use super::exit::Exit;
use super::stack::{StackFile, kind, refuse};
use super::terminal::{json, say};
use super::write::create_folder;
use cwfilter::export;
use cwfilter::limits::TEMPLATE_BYTES;
use cwfilter::plural::counted;
use cwfilter::provision::{Kind, gate, over_quotas, shared_metrics};
use std::path::{Path, PathBuf};

/// Write the stack as a CloudFormation or Terraform template, or rules as Sigma rules
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  cwfilter export cloudformation > template.json
  cwfilter export terraform --without log-group > main.tf.json
  cwfilter export terraform-module > modules/alarms/main.tf.json
  cwfilter export cloudformation --split templates
  cwfilter export sigma patterns --output sigma

The rules are linted and tested first. What others create is not in a template: it refers to a log group without `create = true`
and to a topic with an `arn`. A trail with its bucket and role is created here only, never by `apply`.

A CloudFormation template and a Terraform module hold no account and no region: StackSets and module calls deploy them to others.
Log group and topic are parameters.

Texts of the stack and its rules are escaped, so that the template does not evaluate them. CloudFormation has no escape for
`{{resolve:`: a text that contains it is refused. An endpoint with a user, a path or a query may contain a secret: it becomes a
NoEcho parameter or a sensitive variable, without a default."
)]
pub(super) struct Args {
    #[cfg(feature = "sigma")]
    #[command(subcommand)]
    to: Option<To>,
    #[arg(value_enum, required = true)]
    format: Option<Format>,
    #[command(flatten)]
    stack: StackFile,
    /// Leave out resources that exist or are managed elsewhere: log-group, topic, bucket, role, trail, alarm, …
    #[arg(long, value_name = "KIND", value_parser = kind, value_delimiter = ',')]
    without: Vec<Kind>,
    /// Write CloudFormation templates of at most 51,200 bytes each to this folder, to be deployed in their order
    #[arg(long, value_name = "FOLDER")]
    split: Option<PathBuf>,
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
    /// A Terraform module in JSON: no provider, and variables for the log group and a topic that others create
    TerraformModule,
}

/// What is written beside a template of a stack.
#[cfg(feature = "sigma")]
#[derive(clap::Subcommand)]
enum To {
    Sigma(super::sigma::export::Args),
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    #[cfg(feature = "sigma")]
    if let Some(To::Sigma(args)) = &args.to {
        return super::sigma::export::run(args);
    }
    // clap asks for it if there is no subcommand
    let format = args.format.unwrap_or(Format::Cloudformation);
    if let Some(folder) = &args.split {
        return write_parts(args, format, folder);
    }
    match template(args, format) {
        Err(exit) => Ok(exit),
        Ok(text) => {
            if format == Format::Cloudformation && text.len() > TEMPLATE_BYTES {
                let size = text.len();
                say!(
                    "note: the template has {size} bytes, and a request holds {TEMPLATE_BYTES}: upload it to S3, or use `--split FOLDER`"
                );
            }
            json(&mut std::io::stdout().lock(), &text)?;
            Ok(Exit::Clean)
        }
    }
}

fn write_parts(args: &Args, format: Format, folder: &Path) -> std::io::Result<Exit> {
    if format != Format::Cloudformation {
        say!("error: Terraform has no limit; `--split` is for CloudFormation");
        return Ok(Exit::Usage);
    }
    let templates = match args.checked().and_then(|(stack, files)| {
        export::split(&stack, &files, &args.without).map_err(|errors| refuse(&errors))
    }) {
        Ok(templates) => templates,
        Err(exit) => return Ok(exit),
    };
    create_folder(folder)?;
    for (number, text) in (1..).zip(&templates) {
        super::write::Destination::new(&part(folder, number))?.write(text)?;
    }
    say!("{} written to {}", counted(templates.len(), "template", "templates"), folder.display());
    for old in (templates.len() + 1..).map(|number| part(folder, number)).take_while(|it| it.exists()) {
        let old = old.display();
        say!(
            "note: {old} is of an earlier export, and the stack does not need it: delete it and its CloudFormation stack"
        );
    }
    Ok(Exit::Clean)
}

/// The file of a template, which count from 1.
fn part(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("template-{number}.json"))
}

impl Args {
    /// The stack and its rules, which pass their lints and tests; errors are printed.
    fn checked(&self) -> Result<(cwfilter::provision::Stack, Vec<cwfilter::rules::RuleFile>), Exit> {
        let (stack, files) = self.stack.load()?;
        let refusals = gate(&files);
        if refusals.is_empty() {
            for over in over_quotas(&files) {
                say!("note: {over}: choose among the rules, or deploy several stacks to several log groups");
            }
            return Ok((stack, files));
        }
        super::stack::print(&refusals);
        let problems = counted(refusals.len(), "problem", "problems");
        say!("error: nothing is exported: fix {problems} of the rules' lints and tests first");
        Err(Exit::Findings)
    }
}

fn template(args: &Args, format: Format) -> Result<String, Exit> {
    let (stack, files) = args.checked()?;
    for shared in shared_metrics(&stack, &files) {
        say!(
            "note: {} publish to the same metric, {}/{}: an alarm on it counts the events of all of them",
            shared.rules.join(", "),
            shared.namespace,
            shared.name
        );
    }
    #[cfg(feature = "aws")]
    let observed = if args.imports { Some(args.account.observe(&stack, &files)?) } else { None };
    #[cfg(not(feature = "aws"))]
    let observed = None;
    #[cfg(feature = "aws")]
    if args.imports && format == Format::TerraformModule {
        say!(
            "error: Terraform takes `import` blocks in the root module only; use `export terraform --imports`"
        );
        return Err(Exit::Usage);
    }
    let text = match format {
        Format::Cloudformation => export::cloudformation(&stack, &files, &args.without),
        Format::Terraform => export::terraform(&stack, &files, &args.without, observed.as_ref()),
        Format::TerraformModule => export::terraform_module(&stack, &files, &args.without),
    };
    text.map_err(|errors| refuse(&errors))
}
