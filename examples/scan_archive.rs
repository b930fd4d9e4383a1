//! Which events of these delivery files does a set of patterns match? Damage is reported.
//!
//! ```text
//! cargo run --features gzip --example scan_archive -- trail/*.json.gz
//! ```

use cwfilter::PatternSet;
use cwfilter::cloudtrail::records;
use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<PathBuf> =
        std::env::args_os().skip(1).map(PathBuf::from).filter(|path| path.is_file()).collect();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns/cis-aws/events");
    let files = if given.is_empty() {
        std::fs::read_dir(own)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?
    } else {
        given
    };
    let (events, matches) = scan(&files)?;
    println!("{events} events, {matches} matches");
    Ok(())
}

fn scan(files: &[PathBuf]) -> Result<(usize, usize), Box<dyn Error>> {
    let set = PatternSet::builder()
        .add("root", r#"{ $.userIdentity.type = "Root" }"#.parse()?)
        .add(
            "refused",
            r#"{ $.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*" }"#.parse()?,
        )
        .build()?;
    let mut matcher = set.matcher();
    let (mut events, mut matches) = (0, 0);
    for path in files {
        for record in records(File::open(path)?) {
            match record {
                Ok(record) => {
                    events += 1;
                    for id in matcher.match_event(&record.bytes) {
                        matches += 1;
                        println!("{}:{} {}", path.display(), record.number, set.name(*id));
                    }
                }
                Err(error) => eprintln!("{}: {error}; {}", path.display(), error.help()),
            }
        }
    }
    Ok((events, matches))
}
