"""Evaluates alarms over the metrics that MiniStack keeps, and sends their notifications."""

from __future__ import annotations

import datetime
import json
import logging
import time
from typing import Any

from .. import alarm as alarms

logger = logging.getLogger("cwfilter.ministack")

# an alarm is evaluated ten seconds after the end of a minute, as in `cwfilter simulate`
AFTER_PERIOD = 10

# the members of `PutMetricAlarm` and `PutCompositeAlarm` that MiniStack keeps under the same names
MEMBERS = (
    "AlarmName AlarmDescription ActionsEnabled AlarmActions OKActions InsufficientDataActions Namespace MetricName Dimensions Statistic "
    "ExtendedStatistic Period EvaluationPeriods DatapointsToAlarm Threshold ComparisonOperator TreatMissingData Unit AlarmRule"
).split()


def _request(it: dict[str, Any]) -> dict[str, Any]:
    request = {name: it[name] for name in MEMBERS if it.get(name) not in (None, [], "")}
    if "ExtendedStatistic" in request:
        # MiniStack's default
        request.pop("Statistic", None)
    return request


def _text(seconds: float) -> str:
    at = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _put(point: dict[str, Any]) -> dict[str, Any]:
    """A datapoint that MiniStack keeps, as `cwfilter.alarm` takes it."""
    put: dict[str, Any] = {"timestamp": _text(point["Timestamp"])}
    if point.get("Unit") not in (None, "", "None"):
        put["unit"] = point["Unit"]
    if point.get("_stat") is not None:
        put["statisticValues"] = point["_stat"]
    elif "Count" in point:
        put.update(values=[point["Value"]], counts=[point["Count"]])
    else:
        put["value"] = point["Value"]
    return put


def evaluate(cloudwatch: Any, it: dict[str, Any]) -> None:
    """Evaluates an alarm on one metric. Takes the place of MiniStack's function."""
    if not it.get("MetricName") or not it.get("Namespace"):
        return
    dimensions = cloudwatch._dims_key({each["Name"]: each["Value"] for each in it.get("Dimensions") or []})
    points = cloudwatch._metrics.get((it["Namespace"], it["MetricName"], dimensions)) or []
    at = time.time()
    if points:
        period = max(int(it["Period"]), 1)
        at = max(at, (max(point["Timestamp"] for point in points) // period + 1) * period + AFTER_PERIOD)
    old = it["StateValue"]
    try:
        answer = alarms.evaluate(_request(it), [_put(point) for point in points], _text(at), prior={"state": old})
    except alarms.AlarmError as error:
        logger.warning("alarm %s: not evaluated: %s", it["AlarmName"], error.args[-1])
        return
    new = answer["state"]
    if new == old:
        return
    reason = answer["reason"]
    it.update(StateValue=new, StateReason=reason, StateReasonData=json.dumps(answer.get("reasonData") or {}))
    it["StateUpdatedTimestamp"] = int(time.time())
    cloudwatch._record_history(it["AlarmName"], old, new, reason, "MetricAlarm", answer.get("reasonData"))
    cloudwatch._dispatch_alarm_actions(it, old, new, reason)
    cloudwatch._evaluate_parent_alarms(it)


def notify(cloudwatch: Any, it: dict[str, Any], old_state: str, new_state: str, reason: str) -> None:
    """Publishes AWS's message to the SNS topics of an alarm. Takes the place of MiniStack's function."""
    from ministack.services import sns

    names = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
    actions = it.get(names.get(new_state, "")) or []
    if not actions or not it.get("ActionsEnabled", True):
        return
    transition: dict[str, Any] = {"from": old_state, "to": new_state, "reason": reason, "time": _text(time.time())}
    if it.get("AlarmRule"):
        children = json.loads(it.get("StateReasonData") or "{}").get("triggeringAlarms", [])
        transition["triggeringChildren"] = [
            {"arn": child["arn"], "state": child["state"]["value"], "since": child["state"]["timestamp"]} for child in children
        ]
    account, region = cloudwatch.get_account_id(), cloudwatch.get_region()
    try:
        message = alarms.notify(_request(it), transition, account=account, region=region)
    except alarms.AlarmError as error:
        logger.warning("alarm %s: no notification is sent: %s", it["AlarmName"], error.args[-1])
        return
    text = message["message"] if isinstance(message["message"], str) else json.dumps(message["message"])
    for action in actions:
        if cloudwatch._is_sns_action_arn(action):
            sns._fanout(action, cloudwatch.new_uuid(), text, message["subject"])
        else:
            logger.warning("alarm %s: the action %s is not run: only SNS topics are", it["AlarmName"], action)
