"""Rule tests as tests of pytest: `pytest --cwfilter patterns/`, or `cwfilter = ["patterns"]` in the section `[tool.pytest.ini_options]`.

Each test of a rule file is a test `RULE::TEST` of pytest, after the tests that pytest collects itself. A failure shows the event and the
outcome of each clause. The fixture `cwfilter_moto` gives moto AWS's matcher for a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import pytest

from ._cwfilter import RuleFileError, RuleTests


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("cwfilter", "tests of CloudWatch Logs filter patterns")
    group.addoption(
        "--cwfilter",
        action="append",
        default=[],
        metavar="PATH",
        help="run the tests of rule files at or below PATH; may be repeated",
    )
    parser.addini("cwfilter", "rule files, or folders of them, whose tests are run", type="paths", default=[])


class RuleFile(pytest.File):
    """A rule file."""

    def collect(self) -> list[pytest.Item]:
        return []


class RuleItem(pytest.Item):
    """A test of a rule file."""

    def __init__(self, *, tests: RuleTests, number: int, line: int, **more: Any):
        super().__init__(**more)
        self._tests, self._number, self._line = tests, number, line

    def runtest(self) -> None:
        why = self._tests.failure(self._number)
        if why is not None:
            raise RuleFailure(why)

    def repr_failure(self, excinfo: Any, style: Optional[Any] = None) -> Any:
        if isinstance(excinfo.value, RuleFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._line - 1, self.name


class RuleFailure(Exception):
    """A test of a rule failed, and why."""


def _paths(config: pytest.Config) -> list[Path]:
    named = [config.invocation_params.dir / path for path in config.getoption("--cwfilter")]
    return list(dict.fromkeys([*named, *config.getini("cwfilter")]))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    paths = _paths(config)
    if not paths:
        return
    try:
        tests = RuleTests(paths)
    except RuleFileError as error:
        raise pytest.UsageError(f"--cwfilter: {error}") from None
    files: dict[Path, RuleFile] = {}
    for number, (path, name, line) in enumerate(tests.names()):
        path = Path(path)
        if path not in files:
            files[path] = RuleFile.from_parent(session, path=path)
        items.append(RuleItem.from_parent(files[path], name=name, tests=tests, number=number, line=line))


def pytest_report_header(config: pytest.Config) -> Optional[str]:
    paths = _paths(config)
    return f"cwfilter: {', '.join(map(str, paths))}" if paths else None


@pytest.fixture
def cwfilter_moto() -> Iterator[None]:
    """Gives moto AWS's matcher, and restores it after the test."""
    from . import moto

    with moto.installed():
        yield
