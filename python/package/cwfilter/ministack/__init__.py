"""`python -m cwfilter.ministack`: the emulator MiniStack with AWS's matcher. The arguments and environment variables are MiniStack's.

* `FilterLogEvents`, Live Tail and subscription filters match as AWS does;
* metric filters publish their datapoints;
* patterns and metric filters that AWS refuses are refused, in its words;
* alarms on one metric are evaluated as AWS does when a datapoint arrives, as at the end of its period or now if that is later; their
  notifications and those of composite alarms are AWS's.

The rules of composite alarms are evaluated by MiniStack. MiniStack has no `TestMetricFilter`, no metric math, no
`EvaluateLowSampleCountPercentile`, and no clock that evaluates alarms when nothing arrives.
"""

from __future__ import annotations

import functools
import inspect
from typing import Any, Callable, Optional

from .. import alarm
from .._cwfilter import FilterPattern, PatternError
from . import _alarms, _metrics

__all__ = ["TESTED", "UnsupportedMiniStack", "install"]

TESTED = "1.5.33"

# the functions of each module that are replaced or called, and their parameters
KNOWN = {
    "cloudwatch_logs": {
        "_compile_filter_pattern": ["raw"],
        "_subscription_pattern_matches": ["pattern", "message"],
        "_filter_log_events": ["data"],
        "_put_subscription_filter": ["data"],
        "_put_metric_filter": ["data"],
        "_put_log_events": ["data"],
    },
    "cloudwatch": {
        "_evaluate_alarm": ["alarm"],
        "_evaluate_all_alarms": [],
        "_evaluate_parent_alarms": ["child", "seen"],
        "_dispatch_alarm_actions": ["alarm", "old_state", "new_state", "reason"],
        "_metric_bucket": ["key"],
        "_dims_key": ["dims"],
        "_record_history": ["alarm_name", "old_state", "new_state", "reason", "alarm_type", "reason_data"],
    },
}

# members of `PutMetricFilter` that MiniStack does not keep
MEMBERS = ["applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions"]


class UnsupportedMiniStack(RuntimeError):
    """MiniStack is not installed, or has another shape than the version that is known."""


@functools.lru_cache(maxsize=1024)
def _parsed(text: str) -> FilterPattern:
    return FilterPattern(text)


def _check(module: Any, functions: dict[str, list[str]]) -> None:
    for name, parameters in functions.items():
        found = getattr(module, name, None)
        if found is None or list(inspect.signature(found).parameters) != parameters:
            raise UnsupportedMiniStack(
                f"this version of MiniStack has no function {name}({', '.join(parameters)}); cwfilter.ministack was tested with {TESTED}"
            )


def install() -> None:
    """Replaces MiniStack's matcher, metric filters and alarms in this process."""
    try:
        from ministack.services import cloudwatch
        from ministack.services import cloudwatch_logs as logs
    except ImportError as error:
        raise UnsupportedMiniStack("MiniStack is not installed: pip install ministack") from error
    _check(logs, KNOWN["cloudwatch_logs"])
    _check(cloudwatch, KNOWN["cloudwatch"])

    def refusal(data: dict[str, Any], message: str) -> Optional[Any]:
        try:
            _parsed(data.get("filterPattern") or "")
        except PatternError as error:
            return logs.error_response_json("InvalidParameterException", getattr(error, message), 400)
        return None

    def checked(original: Callable[[Any], Any], message: str) -> Callable[[Any], Any]:
        return lambda data: refusal(data, message) or original(data)

    def put_metric_filter(data: dict[str, Any]) -> Any:
        try:
            alarm.admit("PutMetricFilter", data)
        except alarm.AlarmError as error:
            code, text = error.args
            return logs.error_response_json(code, text, 400)
        answer = original_put_metric_filter(data)
        kept = logs._metric_filters.get((data["logGroupName"], data["filterName"]))
        if kept is not None:
            kept.update({name: data[name] for name in MEMBERS if name in data})
        return answer

    def put_log_events(data: dict[str, Any]) -> Any:
        answer = original_put_log_events(data)
        # the first part of an answer is the status
        if answer[0] == 200:
            _metrics.publish(logs, cloudwatch, data)
        return answer

    original_put_metric_filter, original_put_log_events = logs._put_metric_filter, logs._put_log_events
    logs._compile_filter_pattern = lambda raw: _parsed(raw or "").matches
    logs._subscription_pattern_matches = lambda pattern, message: _parsed(pattern or "").matches(message or "")
    logs._filter_log_events = checked(logs._filter_log_events, "filter_log_events_message")
    logs._put_subscription_filter = checked(logs._put_subscription_filter, "aws_message")
    logs._put_metric_filter = put_metric_filter
    logs._put_log_events = put_log_events
    cloudwatch._evaluate_alarm = functools.partial(_alarms.evaluate, cloudwatch)
    cloudwatch._dispatch_alarm_actions = functools.partial(_alarms.notify, cloudwatch)
