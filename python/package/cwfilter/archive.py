"""Archives that do not fit in memory, hit by hit."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Optional, Union

from ._arguments import Names, names_of
from ._cwfilter import ArchiveScan, EvidenceError, FilterPattern, PatternSet, Selection
from .rules import Rule

__all__ = ["ArchiveScan", "EvidenceError", "scan_path"]

Rules = Union[Mapping[str, Union[str, FilterPattern, Rule]], PatternSet, FilterPattern, str]


def scan_path(
    rules: Rules,
    *paths: Union[str, os.PathLike[str]],
    since: Optional[str] = None,
    until: Optional[str] = None,
    accounts: Names = (),
    regions: Names = (),
    events: bool = False,
    keep_duplicates: bool = False,
    damaged: str = "raise",
) -> ArchiveScan:
    """An iterator over the hits of files and folders, in bounded memory, as `cwfilter scan` finds them.

        for hit in scan_path(load_rules("patterns"), "trail/", since="24h"):
            print(hit.file, hit.record, hit.event_time, hit.rule)

    Copies of an event (one `eventID`, delivered more than once) count once, unless `keep_duplicates` is set. With `events`, every hit
    has its record's text. A path that does not exist, or has no event files, raises `EvidenceError` at once, and so
    does a selection that the names of all files rule out. `accounts` and `regions` are also read as `1234-5678-9012` and
    `US-EAST-1`. Damaged parts are passed
    over and raise `EvidenceError` **after the last hit**; with `damaged="keep"` they are only in `errors`, so look at it."""
    named = {"pattern": rules} if isinstance(rules, (str, FilterPattern)) else rules
    patterns = named if isinstance(named, PatternSet) else PatternSet(named)
    selection = Selection(since, until, names_of("accounts", accounts), names_of("regions", regions))
    return ArchiveScan(
        patterns, list(paths), selection, events=events, keep_duplicates=keep_duplicates, damaged=damaged
    )
