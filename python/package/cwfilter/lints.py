"""Lints of files: patterns in rule files, Terraform, CloudFormation and other files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from ._arguments import Names, paths_of
from ._cwfilter import lint_paths

__all__ = ["FileFinding", "LintResult", "NotChecked", "lint_file"]


@dataclass(frozen=True)
class FileFinding:
    """A likely mistake in a file. Lines and columns are counted from 1."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    pattern: str
    """The name of the pattern in the file. It may be empty."""
    lint: str
    severity: str
    message: str
    help: Optional[str]
    fix: Optional[str]
    """The whole pattern with the fix applied. None if there is no fix."""
    fix_is_safe: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity}[{self.lint}]: {self.message}"


@dataclass(frozen=True)
class NotChecked:
    """A pattern that was found and not checked, such as one that is known only at deployment."""

    path: str
    line: int
    column: int
    pattern: str
    reason: str


@dataclass(frozen=True)
class LintResult:
    """The findings of files. Iterates over the findings; its length is their number."""

    findings: tuple[FileFinding, ...]
    patterns: int
    """Patterns that were found."""
    checked: int
    """Patterns whose text is known and was checked."""
    alarms: int
    alarms_checked: int
    unchecked: tuple[NotChecked, ...]
    skipped: tuple[tuple[str, str], ...]
    """Entries of folders that are not read, with the reason."""

    def __iter__(self) -> Iterator[FileFinding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


def lint_file(*paths: Names) -> LintResult:
    """Finds likely mistakes in files or folders, as `cwfilter lint` does: rule files, Terraform (with the variables and modules of its
    folder), CloudFormation, SAM, and other files with patterns. The settings in `cwfilter.toml` apply.

    Raises `ValueError` if a file cannot be read, or if there are no patterns."""
    named = paths_of(paths)
    if not named:
        raise ValueError("there are no paths: name files or folders of them")
    answer = json.loads(lint_paths(named))
    if answer["errors"]:
        raise ValueError("\n".join(answer["errors"]))
    if answer["patterns"] + answer["alarms"] == 0:
        raise ValueError(f"no patterns in {', '.join(named)}")
    return LintResult(
        findings=tuple(FileFinding(**it) for it in answer["findings"]),
        unchecked=tuple(NotChecked(**it) for it in answer["unchecked"]),
        skipped=tuple((path, why) for path, why in answer["skipped"]),
        **{name: answer[name] for name in ("patterns", "checked", "alarms", "alarms_checked")},
    )
