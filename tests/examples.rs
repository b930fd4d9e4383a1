//! The examples run, and their assertions hold.

#[path = "../examples/match_event.rs"]
mod match_event;
#[path = "../examples/metric_to_phone.rs"]
mod metric_to_phone;
#[path = "../examples/same_meaning.rs"]
mod same_meaning;
#[path = "../examples/scan_archive.rs"]
mod scan_archive;
#[path = "../examples/why_not.rs"]
mod why_not;

#[test]
fn examples_run() {
    match_event::main().unwrap();
    metric_to_phone::main().unwrap();
    same_meaning::main().unwrap();
    scan_archive::main().unwrap();
    why_not::main().unwrap();
}
