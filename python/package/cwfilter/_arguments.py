"""Arguments that are one text or several, and moments."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterable
from typing import Optional, Union

from ._cwfilter import EvidenceError

Moment = Union[str, datetime.datetime, datetime.date, None]

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")

Names = Union[str, "os.PathLike[str]", Iterable[Union[str, "os.PathLike[str]"]]]


def names_of(argument: str, values: Names) -> list[str]:
    """The texts of an argument: paths, accounts or regions. A number is refused, because an account id may begin with a zero."""
    is_one = isinstance(values, (str, bytes, os.PathLike)) or not isinstance(values, Iterable)
    listed = [values] if is_one else list(values)
    for value in listed:
        if not isinstance(value, (str, os.PathLike)):
            raise TypeError(f"{argument}={values!r}: expected text or a list of texts, not {type(value).__name__}{_hint(argument, value)}")
    return [os.fspath(value) for value in listed]


def _hint(argument: str, value: object) -> str:
    if argument.startswith("account") and isinstance(value, int) and not isinstance(value, bool):
        return f'; write "{value:012}", because a number loses the zeros at its start'
    return ""


def moment_of(argument: str, moment: Moment) -> Optional[str]:
    """A moment as text. A datetime without a zone is UTC."""
    if moment is not None and not isinstance(moment, (str, datetime.date)):
        raise TypeError(f"{argument}={moment!r}: expected text such as 2026-03-04T10:15:00Z or 24h, or a datetime, not {type(moment).__name__}")
    if isinstance(moment, datetime.datetime) and moment.tzinfo:
        moment = moment.astimezone(datetime.timezone.utc)
    return moment.isoformat() if isinstance(moment, datetime.date) else moment


def paths_of(paths: Iterable[Names]) -> list[str]:
    """Paths as they are passed one after the other; each may be a list of paths."""
    return [name for path in paths for name in names_of("path", path)]


def local_paths(paths: Iterable[Names]) -> list[str]:
    """Paths of event files on this machine."""
    named = paths_of(paths)
    for path in named:
        if _URL.match(path) and not os.path.exists(path):
            raise EvidenceError(
                f"{path}: this is a URL, and only files of this machine are read; `cwfilter.spark.scan` reads what Spark reads, and the "
                "program with Cargo's feature `aws` reads buckets"
            )
    return named
