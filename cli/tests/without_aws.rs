//! A program without the feature `aws` names the feature, for each command that needs it.
#![cfg(not(feature = "aws"))]

use std::process::Command;

#[test]
fn commands_that_need_an_account_name_the_feature() {
    for arguments in [
        &["plan"][..],
        &["apply", "--yes"],
        &["destroy", "--delete", "topic"],
        &["ring", "a"],
        &["plan", "--help"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(arguments).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        let first = format!(
            "error: `{}` calls AWS, and this program was built without the feature `aws`\n",
            arguments[0]
        );
        assert!(
            text.starts_with(&first) && text.contains("cargo install --path cli --features aws"),
            "{text}"
        );
    }
}

#[test]
fn a_place_in_aws_names_the_feature_that_reads_it() {
    for place in ["s3://trail/AWSLogs/", "logs:trail/events"] {
        let args = ["scan", "--pattern", "{ $.a = 1 }", place];
        let output = Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(args).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{text}");
        let says = format!("{place}: this program was built without the feature `remote`");
        assert!(text.contains(&says), "{text}");
        assert!(text.contains("cargo install --path cli --features remote"), "{text}");
    }
}
