//! Exit codes, the same for every subcommand.

use super::terminal::say;
use std::process::ExitCode;

/// How a run ended.
#[cfg_attr(not(feature = "aws"), allow(dead_code))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Nothing to report: 0.
    Clean,
    /// Findings, or a failed test: 1.
    Findings,
    /// Wrong usage or configuration: 2.
    Usage,
    /// An input could not be read or parsed, or an output could not be written: 3.
    Input,
    /// `plan --check` and `ring`: events do not get through to a person; `audit`: a link after a filter is broken: 4.
    DeadChain,
    /// `plan --check`: the rules' lints or tests fail: 5.
    Gate,
    /// `audit`: the worst judgement is *partly covered*: 6.
    PartlyCovered,
    /// `audit`: the worst judgement is *covered with noise*: 7.
    CoveredWithNoise,
    /// `audit`: the worst judgement is *unknown*: 8.
    UnknownCoverage,
    /// `audit --require-chain`: a link after a filter is not in the input: 9.
    OpenChain,
}

impl Exit {
    /// The exit code of a failed write. A reader that closed the pipe (`| head`) is not an error. An error of a file names the file; an
    /// error without a name is one of standard output.
    pub(super) fn from_output(error: std::io::Error) -> Exit {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Exit::Clean;
        }
        if error.get_ref().is_some() {
            say!("error: {error}");
        } else {
            say!("error: standard output: cannot write: {error}; the output is incomplete");
        }
        Exit::Input
    }

    /// The number that the system gets.
    pub(super) fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Input => 3,
            Exit::DeadChain => 4,
            Exit::Gate => 5,
            Exit::PartlyCovered => 6,
            Exit::CoveredWithNoise => 7,
            Exit::UnknownCoverage => 8,
            Exit::OpenChain => 9,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
