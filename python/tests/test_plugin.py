"""Rule tests as tests of pytest."""

import subprocess
import sys

import pytest
from test_files import RULES

BROKEN = RULES.replace('expect = "no-match"', 'expect = "match"').replace('id = "stopped"', 'id = "broken"')


@pytest.fixture
def project(tmp_path):
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns/rules.toml").write_text(RULES)
    (tmp_path / "test_own.py").write_text("def test_own(): pass\n")
    return tmp_path


def run(project, *arguments):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_rule_tests_are_run_beside_others(project):
    code, text = run(project, "--cwfilter", "patterns/", "-v")
    assert code == 0 and "3 passed" in text, text
    assert "patterns/rules.toml::stopped::started PASSED" in text and "cwfilter: " in text


def test_rule_tests_are_selected_by_name_and_are_enough(project):
    (project / "test_own.py").unlink()
    code, text = run(project, "--cwfilter", "patterns", "-k", "started")
    assert code == 0 and "1 passed, 1 deselected" in text, text
    code, text = run(project, "--cwfilter", "patterns", "--collect-only", "-q")
    assert code == 0 and "patterns/rules.toml::stopped::stopped" in text


def test_a_failure_shows_the_event_and_the_clauses(project):
    (project / "patterns/broken.toml").write_text(BROKEN)
    code, text = run(project, "--cwfilter=patterns")
    assert code == 1 and "1 failed, 4 passed" in text, text
    for part in ("broken.toml:", "expected a match", "StartLogging", '$.eventName = "StopLogging"', "broken::started"):
        assert part in text, part
    assert "Traceback" not in text and "runtest" not in text


def test_the_setting_of_a_project(project):
    (project / "pyproject.toml").write_text('[tool.pytest.ini_options]\ncwfilter = ["patterns"]\n')
    assert "3 passed" in run(project)[1]


def test_rules_that_cannot_be_read_are_an_error(project):
    for path, text in [("missing", "missing"), (".", "rules.toml")]:
        (project / "patterns/rules.toml").write_text("[[rule]]\nid = 'a'\npattern = '{'\n")
        code, shown = run(project, "--cwfilter", path)
        assert code == 4 and text in shown and "INTERNALERROR" not in shown, shown
    (project / "empty").mkdir()
    code, shown = run(project, "--cwfilter", "empty")
    assert code == 4 and "no rules in" in shown


def test_without_the_option_nothing_changes(project):
    code, text = run(project)
    assert code == 0 and "1 passed" in text and "cwfilter:" not in text
