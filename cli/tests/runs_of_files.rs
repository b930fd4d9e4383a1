//! Workers take runs of small files: the output is that of one thread, in the order of the paths, with errors and empty files between.

#[path = "support/program.rs"]
mod support;

use support::{folder, program, write};

const FILES: usize = 700;

#[test]
fn many_small_files_give_the_same_with_every_number_of_threads() {
    let root = folder("runs-of-files");
    for at in 0..FILES {
        let name = if at % 3 == 0 { "StopLogging" } else { "ListBuckets" };
        let text = match at % 50 {
            7 => String::new(),
            13 => "{\"eventName\":\"StopLogging\"}\n{\"eventName\":".to_owned(),
            _ => format!("{{\"eventName\":\"{name}\",\"eventID\":\"{}\"}}\n", at / 2),
        };
        write(&root, &format!("in/{:03}/{at:05}.ndjson", at % 5), text);
    }
    for form in [&["--format", "ndjson"][..], &["--count"], &["--summary"], &["--json"], &[]] {
        let scan = |threads: &str| {
            let pattern = "{ $.eventName = StopLogging }";
            let args = [&["scan", "--threads", threads, "--pattern", pattern], form, &["in"]].concat();
            program(&root, &args)
        };
        let one = scan("1");
        assert_eq!(one.code, Some(3), "{form:?}: {}", one.stderr);
        assert!(one.stderr.contains("in 700 inputs"), "{}", one.stderr);
        for threads in ["2", "3", "16", "512"] {
            let ran = scan(threads);
            assert_eq!((ran.code, &ran.stdout), (one.code, &one.stdout), "{form:?} {threads}");
            assert_eq!(ran.stderr, one.stderr, "{form:?} {threads}");
        }
    }
}
