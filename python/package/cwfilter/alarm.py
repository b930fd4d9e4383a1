"""CloudWatch alarms, offline: what AWS would do with a request.

    >>> from cwfilter import alarm
    >>> alarm.statistics([{"values": [2, 10], "counts": [2, 3]}], ["Sum", "SampleCount"])
    {'SampleCount': 5.0, 'Sum': 34.0}
    >>> alarm.composite("AT_LEAST(1, ALARM, (a, b))", children={"a": {"state": "OK"}, "b": {"state": "ALARM"}})
    'ALARM'

Requests are those of the API, as dictionaries; times are ISO 8601 texts. What AWS refuses raises `AlarmError`, with AWS's
code and message. Metric math (but for arithmetic), anomaly detection and PromQL are not modelled: they raise `AlarmError`, too.
"""

from __future__ import annotations

import json
from typing import Any, Mapping, Optional, Sequence

from ._cwfilter import AlarmError, answer_alarm

__all__ = ["AlarmError", "admit", "composite", "composite_answer", "evaluate", "notify", "statistics"]


def _ask(op: str, /, **members: Any) -> dict[str, Any]:
    given = {name: value for name, value in members.items() if value is not None}
    return json.loads(answer_alarm(json.dumps({"op": op, **given})))


def evaluate(
    alarm: Mapping[str, Any],
    puts: Sequence[Mapping[str, Any]],
    at: str,
    *,
    prior: Optional[Mapping[str, Any]] = None,
    slots_left_out: Optional[int] = None,
) -> dict[str, Any]:
    """The `state`, `reason` and `reasonData` after an evaluation of a `PutMetricAlarm` request at a moment.

    A put is `{"timestamp", "value" | "values", "counts" | "statisticValues", "unit", "metric"}`. `prior` is the state before,
    `{"state", "reason", "reasonData"}`. `slots_left_out` is for alarms on metric queries."""
    return _ask("evaluate", alarm=alarm, puts=puts, at=at, prior=prior, slotsLeftOut=slots_left_out)


def statistics(puts: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, Optional[float]]:
    """Statistics of the samples of a period, by the API's names: `Sum`, `p99`, `TM(10%:90%)`. `None` if there is none."""
    return _ask("statistics", puts=puts, statistics=names)["statistics"]


def composite(
    rule: str,
    *,
    existing: Optional[Sequence[str]] = None,
    children: Optional[Mapping[str, Mapping[str, str]]] = None,
    name: Optional[str] = None,
    account: Optional[str] = None,
    region: Optional[str] = None,
) -> Optional[str]:
    """The state that the rule of a composite alarm gives for those of its `children`, `{name: {"state": "OK"}}`. Without
    `children` the rule is only checked, against the names of `existing` alarms if they are given."""
    answer = composite_answer(rule, existing=existing, children=children, name=name, account=account, region=region)
    return answer.get("state")


def composite_answer(rule: str, **members: Any) -> dict[str, Any]:
    """As `composite`: `{"state", "reasonData"}`. `reasonData` is there if each child has a member `since`, the time of its state."""
    return _ask("composite", rule=rule, **members)


def admit(operation: str, request: Mapping[str, Any], *, existing: Optional[Mapping[str, str]] = None) -> None:
    """Returns if AWS takes a `PutMetricAlarm` or `PutMetricFilter` request, and raises what it answers if not."""
    _ask("admit", operation=operation, request=request, existing=existing)


def notify(
    alarm: Mapping[str, Any],
    transition: Mapping[str, Any],
    *,
    account: Optional[str] = None,
    region: Optional[str] = None,
) -> dict[str, str]:
    """What is published to SNS: `message`, `subject`, `sms` and `email`. The transition is `{"from", "to", "reason", "time",
    "configurationUpdated"}`, with `triggeringChildren` for a composite alarm."""
    return _ask("notify", channel="sns", alarm=alarm, transition=transition, account=account, region=region)
