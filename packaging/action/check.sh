#!/usr/bin/env bash
# Lints patterns and runs the tests of rule files. Part of action.yml.
#   PATHS   files and folders with patterns, a line each (one line: separated by spaces)
#   RULES   the same, for rule files whose tests run; empty: none
#   STRICT  whether a pattern that was not checked is a failure
#   SARIF   the path of a SARIF file; empty: none
# Writes annotations to the log, a summary to GITHUB_STEP_SUMMARY and counts to GITHUB_OUTPUT. Exit code: the higher one of lint and test.
set -uo pipefail

# One path a line may hold spaces; a single line is a list of paths without spaces.
paths_of() {
    if [[ $1 == *$'\n'* ]]; then
        mapfile -t paths < <(printf '%s\n' "$1" | sed -e 's/^[[:blank:]]*//' -e 's/[[:blank:]]*$//' -e '/^$/d')
    else
        read -r -a paths <<<"$1"
    fi
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case ${STRICT:-true} in
true) strict=(--strict) ;;
false) strict=() ;;
*)
    echo "::error title=cwfilter::strict is true or false"
    exit 2
    ;;
esac
sarif=()
[ -z "${SARIF:-}" ] || sarif=(--output "sarif=$SARIF")

paths_of "${PATHS:-.}"
cwfilter lint "${strict[@]}" --allow-empty --format github --output "json=$work/lint.json" "${sarif[@]}" -- "${paths[@]}"
lint=$?

test=0
if [ -n "${RULES:-}" ]; then
    paths_of "$RULES"
    cwfilter test --format json -- "${paths[@]}" >"$work/test.json"
    test=$?
fi

python3 - "$work" "$lint" "$test" <<'PYTHON'
import json, os, sys
from pathlib import Path

work, lint_code, test_code = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])


def read(name):
    try:
        return json.loads((work / name).read_text())
    except (OSError, ValueError):
        return None


def cell(text):
    """A text in a cell of a table: no line ends, and no mark-up."""
    text = " ".join(str(text).split())
    for mark in "\\`*_{}[]<>()#+!|~":
        text = text.replace(mark, "\\" + mark)
    return text


def escaped(text, property=False):
    """A text in a command of the runner."""
    for mark, code in [("%", "%25"), ("\r", "%0D"), ("\n", "%0A")] + ([(":", "%3A"), (",", "%2C")] if property else []):
        text = text.replace(mark, code)
    return text


ROWS = 100
summary, outputs = ["## cwfilter", ""], {}


def error(text):
    """In the summary, and as an annotation: a job that fails says why."""
    summary.extend([text, ""])
    print(f"::error title=cwfilter::{escaped(text)}")


lint = read("lint.json")
if lint is None or lint_code not in (0, 1):
    error(f"Lint did not finish (exit code {lint_code}); the log says why.")
if lint is not None:
    findings, unchecked = lint["findings"], lint["notChecked"]
    outputs |= {"patterns": lint["patterns"], "checked": lint["checked"], "findings": len(findings)}
    summary += ["| patterns | checked | not checked | findings |", "|---:|---:|---:|---:|"]
    summary += [f"| {lint['patterns']} | {lint['checked']} | {len(unchecked)} | {len(findings)} |", ""]
    if unchecked and lint_code == 1 and os.environ.get("STRICT", "true") == "true":
        error(f"{len(unchecked)} of {lint['patterns']} patterns could not be checked, and `strict` is on.")
    if findings:
        summary += ["| place | lint | severity | what |", "|---|---|---|---|"]
        for it in findings[:ROWS]:
            place = f"{it.get('file', '')}:{it.get('line', '')}:{it.get('column', '')}"
            summary.append(f"| {cell(place)} | {cell(it['lint'])} | {cell(it['severity'])} | {cell(it['message'])} |")
        if len(findings) > ROWS:
            summary.append(f"| … | | | {len(findings) - ROWS} more; the log has all |")
        summary.append("")
tests = read("test.json")
if tests is not None:
    outputs |= {"passed": tests["passed"], "failed": tests["failed"]}
    summary += ["| tests passed | failed |", "|---:|---:|", f"| {tests['passed']} | {tests['failed']} |", ""]
    for rule in tests["rules"]:
        for test in rule["tests"]:
            if test["passed"]:
                continue
            name = f"{rule['rule']}: {test['name']}"
            summary.append(f"* {cell(name)}: {cell(test.get('outcome', 'failed'))}")
            print(f"::error file={escaped(rule['file'], True)},title=cwfilter test::{escaped(name)}: {escaped(test.get('outcome', 'failed'))}")
elif test_code:
    error(f"The tests did not run (exit code {test_code}); the log says why.")
for variable, text in [
    ("GITHUB_STEP_SUMMARY", "\n".join(summary) + "\n"),
    ("GITHUB_OUTPUT", "".join(f"{key}={value}\n" for key, value in outputs.items())),
]:
    if os.environ.get(variable):
        with open(os.environ[variable], "a", encoding="utf-8") as file:
            file.write(text)
PYTHON
report=$?

code=$lint
[ "$test" -le "$code" ] || code=$test
[ "$code" -ne 0 ] || code=$report
exit "$code"
