"""Evaluates alarms over the metrics that moto keeps, and sends their notifications."""

from __future__ import annotations

import datetime
import json
import warnings
from typing import Any, Optional, Union

from .. import alarm as alarms
from ._versions import UnsupportedMoto

# an alarm is evaluated ten seconds after the end of a minute, as in `cwfilter simulate`
AFTER_PERIOD = 10
# composite alarms that refer to each other would change each other for ever
ROUNDS = 20
_evaluates = True


def evaluates(at_once: bool) -> None:
    """Sets whether alarms are evaluated when a datapoint arrives."""
    global _evaluates
    _evaluates = at_once


def zone(backend: Any) -> Optional[datetime.timezone]:
    """The zone of the datapoints' times: newer versions of moto keep times in UTC without a zone."""
    import moto

    return datetime.timezone.utc if moto.__version__.startswith("4.") else None


def alarm_put(backend: Any, new: Any, old: Optional[Any]) -> None:
    """An alarm was created, which begins without data, or changed, which keeps its state."""
    if old is None:
        new.state_value = "INSUFFICIENT_DATA"
    else:
        new.state_value, new.state_reason, new.state_reason_data = old.state_value, old.state_reason, old.state_reason_data
        new.state_updated_timestamp, new.history = old.state_updated_timestamp, old.history
    if _evaluates:
        datapoints_arrived(backend)


def datapoints_arrived(backend: Any) -> None:
    """Evaluates each alarm as at the end of the period of its newest datapoint."""
    if not _evaluates:
        return
    for it in list(backend.alarms.values()):
        times = [time for time, _ in _datapoints(backend, it)] if _is_plain(it) else []
        if times:
            period = max(int(it.period), 1)
            newest = max(times).timestamp()
            end = (newest // period + 1) * period + AFTER_PERIOD
            _evaluate(backend, it, datetime.datetime.fromtimestamp(end, datetime.timezone.utc))
        elif it.metric_data_queries:
            _evaluate(backend, it, datetime.datetime.now(datetime.timezone.utc))
    _composites(backend, datetime.datetime.now(datetime.timezone.utc))


def evaluate_alarms(at: Optional[datetime.datetime] = None, *, account: str = "123456789012", region: Optional[str] = None) -> dict[str, str]:
    """Evaluates all alarms at a time, by default now, and sends what they send. Returns the states by name.

    Without `region`, the alarms of all regions are evaluated."""
    from moto.cloudwatch.models import cloudwatch_backends

    at = at or datetime.datetime.now(datetime.timezone.utc)
    if at.tzinfo is None:
        raise ValueError("`at` has no time zone: pass datetime.datetime.now(datetime.timezone.utc)")
    backends = cloudwatch_backends[account]
    states = {}
    for name in [region] if region else list(backends):
        backend = backends[name]
        for it in list(backend.alarms.values()):
            if not it.rule:
                _evaluate(backend, it, at)
        _composites(backend, at)
        states.update({it.name: it.state_value for it in backend.alarms.values()})
    return states


def _is_plain(it: Any) -> bool:
    """Whether the alarm watches one metric by its name."""
    return bool(it.metric_name) and not it.metric_data_queries and not it.rule


def _utc(time: Union[datetime.datetime, str]) -> datetime.datetime:
    if isinstance(time, str):
        time = datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))
    return time.replace(tzinfo=datetime.timezone.utc) if time.tzinfo is None else time.astimezone(datetime.timezone.utc)


def _datapoints(backend: Any, it: Any) -> list[tuple[datetime.datetime, dict[str, Any]]]:
    """The datapoints of the alarm's metric: their times, and what `cwfilter.alarm` takes."""
    wanted = sorted((dimension.name, dimension.value) for dimension in it.dimensions)
    found = []
    for datum in backend.metric_data:
        if (datum.namespace, datum.name) != (it.namespace, it.metric_name):
            continue
        if sorted((dimension.name, dimension.value) for dimension in datum.dimensions) != wanted:
            continue
        time = _utc(datum.timestamp)
        put: dict[str, Any] = {"timestamp": time.isoformat().replace("+00:00", "Z")}
        if datum.unit and datum.unit != "None":
            put["unit"] = datum.unit
        if hasattr(datum, "value"):
            put["value"] = float(datum.value)
        else:
            put["statisticValues"] = {
                "Minimum": datum.min,
                "Maximum": datum.max,
                "Sum": datum.sum,
                "SampleCount": datum.sample_count,
            }
        found.append((time, put))
    return found


def request(it: Any) -> dict[str, Any]:
    """The `PutMetricAlarm` request of an alarm that moto keeps."""
    members = {
        "AlarmName": it.name,
        "AlarmDescription": it.description,
        "ActionsEnabled": it.actions_enabled,
        "AlarmActions": it.alarm_actions,
        "OKActions": it.ok_actions,
        "InsufficientDataActions": it.insufficient_data_actions,
        "Namespace": it.namespace,
        "MetricName": it.metric_name,
        "Dimensions": [{"Name": dimension.name, "Value": dimension.value} for dimension in it.dimensions],
        "Statistic": it.statistic,
        "ExtendedStatistic": it.extended_statistic,
        "Period": it.period,
        "EvaluationPeriods": it.evaluation_periods,
        "DatapointsToAlarm": it.datapoints_to_alarm,
        "Threshold": it.threshold,
        "ComparisonOperator": it.comparison_operator,
        "TreatMissingData": it.treat_missing_data,
        "EvaluateLowSampleCountPercentile": it.evaluate_low_sample_count_percentile,
        "Unit": it.unit,
    }
    return {name: value for name, value in members.items() if value not in (None, [], "")}


def _evaluate(backend: Any, it: Any, at: datetime.datetime) -> None:
    if it.rule:
        return
    if not _is_plain(it):
        warnings.warn(f"alarm {it.name}: alarms on metric math are not evaluated by cwfilter.moto", stacklevel=3)
        return
    puts = [put for _, put in _datapoints(backend, it)]
    prior = {"state": it.state_value}
    try:
        answer = alarms.evaluate(request(it), puts, _text(at), prior=prior)
    except alarms.AlarmError as error:
        warnings.warn(f"alarm {it.name}: not evaluated: {error.args[-1]}", stacklevel=3)
        return
    if answer["state"] != it.state_value:
        _change(backend, it, request(it), answer["state"], answer["reason"], answer.get("reasonData"), at, None)


def _composites(backend: Any, at: datetime.datetime) -> None:
    """Evaluates composite alarms until none changes."""
    for _ in range(ROUNDS):
        changed = False
        for it in [it for it in backend.alarms.values() if it.rule]:
            children = {
                child.name: {"state": child.state_value, "since": _text(_utc(child.state_updated_timestamp))}
                for child in backend.alarms.values()
            }
            try:
                answer = alarms.composite_answer(it.rule, children=children, account=backend.account_id, region=backend.region_name)
            except alarms.AlarmError as error:
                warnings.warn(f"composite alarm {it.name}: not evaluated: {error.args[-1]}", stacklevel=3)
                continue
            if answer["state"] != it.state_value:
                changed = True
                _composite_changed(backend, it, answer, at)
        if not changed:
            return


def _composite_changed(backend: Any, it: Any, answer: dict[str, Any], at: datetime.datetime) -> None:
    asked = {
        "AlarmName": it.name,
        "AlarmRule": it.rule,
        "ActionsEnabled": it.actions_enabled,
        "AlarmActions": it.alarm_actions or [],
        "OKActions": it.ok_actions or [],
        "InsufficientDataActions": it.insufficient_data_actions or [],
    }
    data = answer.get("reasonData") or {"triggeringAlarms": []}
    triggering = [
        {"arn": child["arn"], "state": child["state"]["value"], "since": child["state"]["timestamp"]}
        for child in data["triggeringAlarms"]
    ]
    reason = f"{it.rule} is {answer['state']}"
    if triggering:
        first = triggering[0]
        reason = f"{first['arn']} transitioned to {first['state']} at {at.strftime('%A %d %B, %Y %H:%M:%S UTC')}"
    _change(backend, it, asked, answer["state"], reason, data, at, triggering)


def _text(at: datetime.datetime) -> str:
    return at.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _change(
    backend: Any,
    it: Any,
    asked: dict[str, Any],
    state: str,
    reason: str,
    data: Optional[Any],
    at: datetime.datetime,
    triggering: Optional[list[Any]],
) -> None:
    old = it.state_value
    it.update_state(reason, json.dumps(data or {}), state)
    actions = {"ALARM": it.alarm_actions, "OK": it.ok_actions}.get(state, it.insufficient_data_actions) or []
    if not actions or not it.actions_enabled:
        return
    transition: dict[str, Any] = {"from": old, "to": state, "reason": reason, "time": _text(at)}
    if triggering is not None:
        transition["triggeringChildren"] = triggering
    message = alarms.notify(asked, transition, account=backend.account_id, region=backend.region_name)
    for action in actions:
        _send(it, action, message)


def _send(it: Any, action: str, message: dict[str, Any]) -> None:
    from moto.sns.models import sns_backends

    parts = action.split(":")
    if len(parts) != 6 or parts[2] != "sns":
        warnings.warn(f"alarm {it.name}: the action {action} is not run: only SNS topics are", stacklevel=4)
        return
    text = message["message"] if isinstance(message["message"], str) else json.dumps(message["message"])
    backend = sns_backends[parts[4]][parts[3]]
    if not hasattr(backend, "publish"):
        raise UnsupportedMoto("moto's SNS backend has no method publish")
    backend.publish(text, arn=action, subject=message["subject"])
