"""Replays archives through metric filters and alarms."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional, Union

from ._arguments import Moment, Names, local_paths, moment_of
from ._cwfilter import Selection, replay

__all__ = ["AlarmCourse", "Simulation", "StateChange", "simulate"]

Path = Union[str, "os.PathLike[str]"]


@dataclass(frozen=True)
class StateChange:
    """A change of an alarm to or from `ALARM`."""

    time: str
    """When the evaluation ran, in UTC."""
    old: str
    new: str
    reason: str
    events: tuple[str, ...]
    """Events of the periods that led to it: `FILE:RECORD TIME NAME`."""


@dataclass(frozen=True)
class AlarmCourse:
    """What the alarm of a rule did, or a composite alarm."""

    rule: str
    matches: int
    """Events with a time that matched."""
    changes: tuple[StateChange, ...]
    notifications: tuple[str, ...]
    """The times at which a notification was sent."""
    not_evaluated: Optional[str]
    """Why the alarm was not evaluated. None if it was."""


@dataclass(frozen=True)
class Simulation:
    """The result of a replay. Iterates over the alarms."""

    alarms: tuple[AlarmCourse, ...]
    events: int
    """Events with a time."""
    untimed: int
    """Events without a time: they are in no metric."""
    copies: int
    """Copies of events, which count once."""
    outside: int
    """Events outside the selection."""
    errors: tuple[str, ...]
    """Parts of the input that could not be read, and are missing from the result. Empty unless `damaged="keep"`."""

    def __iter__(self) -> Iterator[AlarmCourse]:
        return iter(self.alarms)

    def __len__(self) -> int:
        return len(self.alarms)

    def __getitem__(self, rule: str) -> AlarmCourse:
        for it in self.alarms:
            if it.rule == rule:
                return it
        raise KeyError(rule)

    @property
    def rang(self) -> list[AlarmCourse]:
        """The alarms that went to `ALARM`."""
        return [it for it in self.alarms if any(change.new == "ALARM" for change in it.changes)]


def simulate(
    rules: Union[Path, Sequence[Path]],
    *paths: Names,
    delay: int = 0,
    since: Moment = None,
    until: Moment = None,
    keep_duplicates: bool = False,
    account: Optional[str] = None,
    region: Optional[str] = None,
    log_group: Optional[str] = None,
    damaged: str = "raise",
) -> Simulation:
    """Replays the events of files and folders through the metric filters and alarms of rule files: which alarms would have gone off, and
    when. As `cwfilter simulate` does; `delay` is the number of seconds from an event to its delivery.

    Raises `ValueError` if parts of the input cannot be read, unless `damaged="keep"`, and if there are no events."""
    if damaged not in ("raise", "keep"):
        raise ValueError(f'damaged="{damaged}": expected "raise" or "keep"')
    files = [rules] if isinstance(rules, (str, os.PathLike)) else list(rules)
    named = local_paths(paths)
    selection = Selection(moment_of("since", since), moment_of("until", until), [], [])
    answer = json.loads(
        replay(files, named, selection, delay, keep_duplicates, account, region, log_group)
    )
    if answer["errors"] and damaged == "raise":
        raise ValueError("\n".join(answer["errors"]))
    if answer["events"] + answer["untimed"] == 0:
        outside = answer["outside"]
        raise ValueError("no events" + (f"; {outside} are outside the selection" if outside else f" in {', '.join(named)}"))
    alarms = tuple(
        AlarmCourse(
            rule=it["rule"],
            matches=it["matches"],
            changes=tuple(StateChange(**{**change, "events": tuple(change["events"])}) for change in it["changes"]),
            notifications=tuple(it["notifications"]),
            not_evaluated=it["not_evaluated"],
        )
        for it in answer.pop("alarms")
    )
    return Simulation(alarms=alarms, **{**answer, "errors": tuple(answer["errors"])})
