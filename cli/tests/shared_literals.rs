//! `fmt` leaves a literal that the configuration also uses elsewhere, and says so.

use std::path::Path;
use std::process::Command;

const FILTER: &str = r#"resource "aws_cloudwatch_log_metric_filter" "f" {
  name           = "f"
  log_group_name = "g"
  pattern        = PATTERN
}
"#;

#[test]
fn a_literal_with_another_use_is_left() {
    let local = "locals {\n  a = \"{$.a=1}\"\n}\n";
    let map = "locals {\n  m = { one = { pattern = \"{$.a=1}\", name = \"one\" } }\n}\n";
    // the literal, the reference to it, what else is there, whether `fmt` changes it
    let table = [
        (local, "local.a", "", true),
        (local, "local.a", "output \"a\" {\n  value = local.a\n}\n", false),
        (local, "local.a", "output \"a\" {\n  value = local.ab\n}\n", true),
        (local, "local.a", "resource \"aws_ssm_parameter\" \"p\" {\n  value = \"x ${local.a}\"\n}\n", false),
        (local, "local.a", "resource \"aws_ssm_parameter\" \"p\" {\n  value = sha256(local.a)\n}\n", false),
        (
            map,
            "local.m.one.pattern",
            "resource \"aws_ssm_parameter\" \"p\" {\n  value = local.m.one.name\n}\n",
            true,
        ),
        (map, "local.m.one.pattern", "output \"m\" {\n  value = local.m\n}\n", false),
        (
            local,
            "local.a",
            "resource \"aws_cloudwatch_log_metric_filter\" \"g\" {\n  name = \"g\"\n  log_group_name = \"g\"\n  pattern = \"${local.a} \\\"x\\\"\"\n}\n",
            false,
        ),
    ];
    for (at, (literal, reference, more, changes)) in table.iter().enumerate() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("shared-literals-{at}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let text = format!("{literal}{}{more}", FILTER.replace("PATTERN", reference));
        std::fs::write(folder.join("main.tf"), &text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
            .args(["fmt", "."])
            .current_dir(&folder)
            .output()
            .unwrap();
        let after = std::fs::read_to_string(folder.join("main.tf")).unwrap();
        assert_eq!(after != text, *changes, "{more}{}", String::from_utf8_lossy(&output.stderr));
        let says = String::from_utf8_lossy(&output.stderr).contains("also used elsewhere");
        assert_eq!(says, !changes, "{more}");
    }
}
