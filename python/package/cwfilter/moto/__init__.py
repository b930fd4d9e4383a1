"""Gives the emulator moto the matcher of AWS: one call in the set-up of a test.

    import cwfilter.moto
    cwfilter.moto.install()

From then on, in this process and in servers that it starts:

* `FilterLogEvents` and Live Tail return what the pattern matches;
* subscription filters deliver the events that their patterns match, and nothing else;
* metric filters publish their datapoints; `PutMetricFilter` replaces the filter of the same name;
* `TestMetricFilter` exists;
* patterns and metric filters that AWS refuses are refused, in AWS's words;
* alarms are evaluated when a datapoint arrives, and publish to their SNS topics.

Time does not pass in a test: an alarm is evaluated as at the end of the period of the newest datapoint. `evaluate_alarms(at)` evaluates at
another time, for alarms on missing data. Alarms on metric math are left as they are, with a warning.

`python -m cwfilter.moto` starts moto's server with all this. `uninstall()` restores moto; `installed()` is a context manager.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ._alarms import evaluate_alarms
from ._patches import install, uninstall
from ._versions import NEWEST, OLDEST, UnsupportedMoto

__all__ = ["NEWEST", "OLDEST", "UnsupportedMoto", "evaluate_alarms", "install", "installed", "uninstall"]


@contextlib.contextmanager
def installed(*, alarms: bool = True) -> Iterator[None]:
    """As `install`, and restores moto at the end."""
    install(alarms=alarms)
    try:
        yield
    finally:
        uninstall()
