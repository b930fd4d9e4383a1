//! Rule tests as cases of `cargo test` and `cargo nextest`.
//!
//! In `Cargo.toml`:
//!
//! ```toml
//! [[test]]
//! name = "rules"
//! harness = false
//! ```
//!
//! and in `tests/rules.rs`:
//!
//! ```text
//! fn main() {
//!     cwfilter::testing::run("patterns");
//! }
//! ```
//!
//! `cargo test --test rules login` runs the tests whose names contain `login`. A failure shows the event and the outcome of each clause.

use crate::escaped::Escaped;
use crate::report::cases::Case;
use crate::report::human;
use crate::rules::{Loaded, Loader};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::sync::Arc;

/// Runs the tests of all rule files at or below `path`, which is relative to the folder of the package, and ends the process. The exit code is
/// 101 if a test fails, as with the standard harness, or if a rule file has an error. Event files have to be below the folder of their
/// rule file; [`run_with`] takes a loader that allows another folder.
pub fn run(path: impl AsRef<Path>) {
    run_with(path, &Loader::new());
}

/// As [`run`], with a loader that says where event files may be.
///
/// ```no_run
/// use cwfilter::rules::Loader;
/// // rules in `rules`, their events in `events`
/// cwfilter::testing::run_with("rules", &Loader::new().root("."));
/// ```
pub fn run_with(path: impl AsRef<Path>, loader: &Loader) {
    let arguments = Arguments::from_args();
    match trials(path.as_ref(), loader) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit(),
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("{error}\n"));
            std::process::exit(101);
        }
    }
}

/// The cases: `RULE::TEST` for each test and each timeline, and a case that fails for a rule without tests.
fn trials(path: &Path, loader: &Loader) -> Result<Vec<Trial>, Vec<String>> {
    let loaded = loader.load(&[path]).map_err(|errors| {
        errors.iter().map(|error| human::rule_error(error, human::Style::Plain)).collect::<Vec<_>>()
    })?;
    skipped_entries(&loaded);
    let files = loaded.files;
    if files.iter().all(|file| file.rules.is_empty() && file.composites.is_empty()) {
        return Err(vec![format!("error: no rules in {}", Escaped(path.display()))]);
    }
    let cases = files.into_iter().flat_map(|file| Case::all(&Arc::new(file)));
    let trial = |case: Case| {
        Trial::test(case.name(), move || case.failure().map_or(Ok(()), |why| Err(Failed::from(why))))
    };
    Ok(cases.map(trial).collect())
}

/// Prints a note for each entry of the folder that is not read.
fn skipped_entries(loaded: &Loaded) {
    for it in loaded.skipped_entries.iter().filter(|it| it.reason != crate::rules::Reason::Other) {
        let path = it.path.to_string_lossy();
        eprintln!("note: {}: {}, skipped", path.escape_debug(), it.reason.name());
    }
}
