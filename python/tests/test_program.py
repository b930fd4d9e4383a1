"""The program, as the wheel installs it: the script `cwfilter`, and `python -m cwfilter`."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_package import ROOT

SCRIPT = Path(sys.executable).parent / "cwfilter"
WAYS = {"script": [str(SCRIPT)], "module": [sys.executable, "-m", "cwfilter"]}


def run(way, *arguments, **more):
    return subprocess.run([*WAYS[way], *arguments], capture_output=True, text=True, timeout=120, **more)


@pytest.mark.parametrize("way", WAYS)
def test_the_program_is_there(way):
    version = run(way, "--version")
    assert (version.returncode, version.stderr) == (0, "") and version.stdout.startswith("cwfilter ")
    found = run(way, "lint", "--pattern", "{ $.a != x || $.a != y }")
    assert found.returncode == 1 and "or-of-negations" in found.stdout
    wrong = run(way, "lint", "--no-such-option")
    assert wrong.returncode == 2 and "--no-such-option" in wrong.stderr
    assert run(way, "scan", "--pattern", "ERROR", "/no/such/file").returncode == 3
    assert run(way, "test", str(ROOT / "patterns/cis-aws")).returncode == 0


def test_it_answers_as_the_binary_does():
    """The same arguments, the same outputs. The binary may have features that the wheel lacks: its help and `plan` may differ."""
    binary = os.environ.get("CWFILTER")
    if not binary:
        pytest.skip("CWFILTER names no binary")
    for arguments in [
        ["--version"],
        ["packs"],
        ["explain", "or-of-negations"],
        ["lint", "patterns"],
        ["audit", "--against", "cis-aws-6.0", "patterns/cis-aws"],
        ["scan", "--rules", "patterns/cis-aws", "patterns/cis-aws/events"],
        ["fmt", "--check", "patterns"],
    ]:
        native = subprocess.run([binary, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=120)
        wheel = run("script", *arguments, cwd=ROOT)
        assert (wheel.returncode, wheel.stdout, wheel.stderr) == (native.returncode, native.stdout, native.stderr), arguments


def test_standard_input_and_arguments_that_are_not_utf8():
    assert run("script", "lint", "-", input="{ $.a != x || $.a != y }").returncode == 1
    odd = subprocess.run([*WAYS["script"], "scan", "--pattern", "x", b"/no/\xff"], capture_output=True, timeout=120)
    assert odd.returncode == 3


def test_a_reader_that_closes_the_pipe_is_no_error():
    program = subprocess.Popen([*WAYS["script"], "man"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    program.stdout.close()
    assert program.stderr.read() == b"" and program.wait(120) == 0


@pytest.mark.parametrize("way", WAYS)
def test_an_interrupt_ends_it(way):
    program = subprocess.Popen([*WAYS[way], "emit", "--ndjson"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    program.stdin.write(b"{}\n")
    program.stdin.flush()
    # it runs once it answers
    assert program.stdout.readline()
    time.sleep(0.1)
    program.send_signal(signal.SIGINT)
    assert program.wait(60) == -signal.SIGINT
    assert b"Traceback" not in program.stderr.read()
