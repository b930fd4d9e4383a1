#!/usr/bin/env python3
"""Prints a table of the instructions that each stage of the engine takes for an event (callgrind).

    python3 benches/rivals/stages.py RIVALS EVENTS.ndjson RULES ...

Each set runs with one and with two repetitions, and the difference counts, so that
reading and compiling do not. callgrind has no AVX-512: the stages run on AVX2.
"""

import os
import re
import subprocess
import sys
import tempfile

# a stage, and the function that runs it and nothing else
STAGES = {
    "structural pass": "cwfilter::engine::json::structural_pass::scan",
    "validity": "cwfilter::engine::json::validate::is_json_object",
    "all stages": "cwfilter::engine::session::Session::run_json",
}


def inclusive(program, events, rules, repetitions):
    """The instructions of each function of STAGES with all that it calls, and all instructions."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "callgrind")
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", program, "count", events, rules, repetitions]
        environment = {**os.environ, "CWFILTER_STRUCTURAL": "1"}
        subprocess.run(command, env=environment, check=True, capture_output=True)
        with open(out) as written:
            return of_calls(written)


def of_calls(lines):
    """Sums the costs of all calls of a function: the line after `calls=` has the cost of the call (the format of callgrind's files)."""
    names, called, is_cost = {}, None, False
    counts = dict.fromkeys(STAGES, 0) | {"all": 0}
    for line in lines:
        function = re.match(r"c?fn=\((\d+)\)(?: (.*))?$", line)
        if function:
            name = names.setdefault(function[1], function[2])
            called = name if line.startswith("c") else called
        elif is_cost:
            is_cost = False
            for stage, name in STAGES.items():
                if called == name:
                    counts[stage] += int(line.split()[-1])
        elif line.startswith("calls="):
            is_cost = True
        elif line.startswith("totals:"):
            counts["all"] = int(line.split()[1])
    return counts


def main():
    program, events, *sets = sys.argv[1:]
    with open(events, "rb") as lines:
        count = sum(1 for line in lines if line.strip())
    print("| rules | all | structural pass | triggers and branches | validity | lines and results |\n|---|---|---|---|---|---|")
    for rules in sets:
        once, twice = (inclusive(program, events, rules, repetitions) for repetitions in ["1", "2"])
        each = {stage: (twice[stage] - once[stage]) // count for stage in once}
        missing = [stage for stage in STAGES if each[stage] == 0 and stage != "validity"]
        if missing:
            sys.exit(f"no instructions of {', '.join(missing)}: has the program its symbols?")
        triggers = each["all stages"] - each["structural pass"] - each["validity"]
        rest = each["all"] - each["all stages"]
        print(f"| {rules} | {each['all']} | {each['structural pass']} | {triggers} | {each['validity']} | {rest} |")


main()
