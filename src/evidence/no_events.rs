//! Files that another program wrote in the place of log events: a page of an error, a pointer of Git LFS, the message of a failed command.

/// Whether a file that begins with this line holds no log events.
pub(super) fn begins_without_events(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let begins = |start: &str| {
        line.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start.as_bytes()))
    };
    NOTHING.iter().any(|text| line == text.as_bytes()) || STARTS.into_iter().any(begins)
}

/// What `--query` and `jq` print if nothing has the name that they ask for.
const NOTHING: [&str; 5] = ["null", "None", "undefined", "\"\"", "''"];

const STARTS: [&str; 21] = [
    "<?xml",
    "<!DOCTYPE",
    "<html",
    "<head",
    "<Error",
    "version https://git-lfs.github.com/spec/",
    // AWS's command line
    "An error occurred (",
    "Unable to locate credentials",
    "Unable to parse config file",
    "Could not connect to the endpoint URL",
    "Connect timeout on endpoint URL",
    "Read timeout on endpoint URL",
    "SSL validation failed",
    "The config profile (",
    "You must specify a region",
    "Error loading SSO Token",
    "Error when retrieving",
    "usage: aws ",
    "aws: error",
    "fatal error: An error occurred (",
    "curl: (",
];
