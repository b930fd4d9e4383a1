"""Archives that do not fit in memory, hit by hit."""

from __future__ import annotations

from ._arguments import Moment, Names, local_paths, moment_of, names_of
from ._cwfilter import ArchiveScan, EvidenceError, Selection
from ._rules import Rules, set_of

__all__ = ["ArchiveScan", "EvidenceError", "scan_path"]


def scan_path(
    rules: Rules,
    *paths: Names,
    since: Moment = None,
    until: Moment = None,
    accounts: Names = (),
    regions: Names = (),
    events: bool = False,
    keep_duplicates: bool = False,
    damaged: str = "raise",
) -> ArchiveScan:
    """An iterator over the hits of files and folders, in bounded memory, as `cwfilter scan` finds them.

        for hit in scan_path(load_rules("patterns"), "trail/", since="24h"):
            print(hit.file, hit.record, hit.event_time, hit.rule)

    `rules` is a mapping from name to pattern as `load_rules` gives it, a `PatternSet`, one pattern, one rule, or a list of rules. `since` and
    `until` are a moment as `2026-03-04T10:15:00Z`, a duration before now (`90m`, `24h`, `7d`) or a datetime, which is UTC if it has no zone.

    Copies of an event (one `eventID`, delivered more than once) count once, unless `keep_duplicates` is set. With `events`, every hit
    has its record's text. A path that does not exist, or has no event files, raises `EvidenceError` at once, and so
    does a selection that the names of all files rule out. `accounts` and `regions` are also read as `1234-5678-9012` and
    `US-EAST-1`. Damaged parts are passed
    over and raise `EvidenceError` **after the last hit**; with `damaged="keep"` they are only in `errors`, so look at it."""
    patterns = set_of(rules)
    selection = Selection(
        moment_of("since", since), moment_of("until", until), names_of("accounts", accounts), names_of("regions", regions)
    )
    return ArchiveScan(
        patterns, local_paths(paths), selection, events=events, keep_duplicates=keep_duplicates, damaged=damaged
    )
