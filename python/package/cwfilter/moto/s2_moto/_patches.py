"""Replaces the parts of moto that match, and restores them."""

from __future__ import annotations

import functools
import json
import threading
from typing import Any, Callable, Optional

from .. import alarm
from .._cwfilter import FilterPattern, PatternError
from . import _alarms, _versions
from ._metrics import publish

_lock = threading.RLock()
_replaced: list[tuple[Any, str, Any]] = []
# members of `PutMetricFilter` that moto does not read, from the response to the backend
_request = threading.local()

MEMBERS = (
    "filterName filterPattern logGroupName metricTransformations applyOnTransformedLogs fieldSelectionCriteria emitSystemFieldDimensions"
).split()
# API reference of `TestMetricFilter`
TEST_MESSAGES = 50


def install(*, alarms: bool = True) -> None:
    """Replaces moto's matcher for this process. Without `alarms`, alarms are evaluated only by `evaluate_alarms`.

    Raises `UnsupportedMoto` if the version of moto is not known. May be called again."""
    with _lock:
        uninstall()
        _versions.check()
        try:
            _logs()
            _cloudwatch(alarms)
        except BaseException:
            uninstall()
            raise


def uninstall() -> None:
    """Restores moto."""
    with _lock:
        while _replaced:
            owner, name, original = _replaced.pop()
            if original is None:
                delattr(owner, name)
            else:
                setattr(owner, name, original)


def _replace(owner: Any, name: str, new: Any, original: Optional[Any]) -> None:
    _replaced.append((owner, name, original))
    setattr(owner, name, new)


def _wrap(owner: Any, name: str, parameters: tuple[str, ...], around: Callable[..., Any]) -> None:
    """Replaces a method; `around` gets the original first."""
    original = _versions.method(owner, name, *parameters)

    @functools.wraps(original)
    def replacement(self: Any, *args: Any, **kwargs: Any) -> Any:
        return around(original, self, *args, **kwargs)

    _replace(owner, name, replacement, original)


@functools.lru_cache(maxsize=1024)
def _parsed(pattern: str) -> FilterPattern:
    return FilterPattern(pattern)


def pattern_of(text: Optional[str], *, message: str = "aws_message") -> FilterPattern:
    """The pattern, or AWS's refusal."""
    from moto.logs.exceptions import InvalidParameterException

    try:
        return _parsed(text or "")
    except PatternError as error:
        raise InvalidParameterException(getattr(error, message)) from None


class EventMessageFilter:
    """Takes the place of `moto.logs.utils.EventMessageFilter`."""

    def __init__(self, pattern: str):
        self.pattern = pattern_of(pattern, message="filter_log_events_message")

    def matches(self, message: str) -> bool:
        return self.pattern.matches(message)


def _logs() -> None:
    from moto.logs import models, responses, utils

    for module in (utils, models):
        if not hasattr(module, "EventMessageFilter"):
            raise _versions.UnsupportedMoto(f"{module.__name__} has no EventMessageFilter, which cwfilter.moto replaces")
        _replace(module, "EventMessageFilter", EventMessageFilter, module.EventMessageFilter)

    backend = models.LogsBackend

    def filter_log_events(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        # also without events
        pattern_of(kwargs.get("filter_pattern", args[6] if len(args) > 6 else None), message="filter_log_events_message")
        return original(self, *args, **kwargs)

    _wrap(
        backend,
        "filter_log_events",
        ("log_group_name", "log_stream_names", "start_time", "end_time", "limit", "next_token", "filter_pattern"),
        filter_log_events,
    )

    def put_subscription_filter(original: Any, self: Any, log_group_name: Any, filter_name: Any, filter_pattern: Any, *rest: Any, **named: Any) -> Any:
        pattern_of(filter_pattern)
        return original(self, log_group_name, filter_name, filter_pattern, *rest, **named)

    _wrap(backend, "put_subscription_filter", ("log_group_name", "filter_name", "filter_pattern"), put_subscription_filter)
    _wrap(
        backend,
        "put_metric_filter",
        ("filter_name", "filter_pattern", "log_group_name", "metric_transformations"),
        _put_metric_filter,
    )
    _wrap(models.LogStream, "_send_log_events", ("service", "destination_arn", "filter_name", "log_events"), _send_log_events)
    _wrap(models.LogStream, "put_log_events", ("log_events",), _put_log_events)

    def admitted(original: Any, self: Any) -> Any:
        members = {name: self._get_param(name) for name in MEMBERS}
        _request.members = {name: value for name, value in members.items() if value is not None}
        try:
            _admit("PutMetricFilter", _request.members)
            return original(self)
        finally:
            del _request.members

    _wrap(responses.LogsResponse, "put_metric_filter", (), admitted)
    if not hasattr(responses.LogsResponse, "test_metric_filter"):
        _replace(responses.LogsResponse, "test_metric_filter", _test_metric_filter, None)


def _admit(operation: str, request: dict[str, Any]) -> None:
    from moto.core.exceptions import JsonRESTError

    try:
        alarm.admit(operation, request)
    except alarm.AlarmError as error:
        code, message = error.args
        raise JsonRESTError(code, message) from None


def _put_metric_filter(original: Any, self: Any, filter_name: str, filter_pattern: str, log_group_name: str, metric_transformations: Any) -> None:
    from moto.logs.exceptions import ResourceNotFoundException

    pattern_of(filter_pattern)
    if log_group_name not in self.groups:
        raise ResourceNotFoundException()
    # AWS replaces the filter of this name
    for it in list(self.filters.metric_filters):
        if (it["filterName"], it["logGroupName"]) == (filter_name, log_group_name):
            self.filters.metric_filters.remove(it)
    original(self, filter_name, filter_pattern, log_group_name, metric_transformations)
    members = getattr(_request, "members", {})
    self.filters.metric_filters[-1].update({name: members[name] for name in MEMBERS[4:] if name in members})


def _send_log_events(original: Any, self: Any, service: str, destination_arn: str, filter_name: str, log_events: list[Any]) -> None:
    pattern = pattern_of(self.log_group.subscription_filters[filter_name].filter_pattern)
    wanted = [event for event in log_events if pattern.matches(event["message"])]
    if wanted:
        original(self, service, destination_arn, filter_name, wanted)


def _put_log_events(original: Any, self: Any, log_events: list[dict[str, Any]]) -> Any:
    token = original(self, log_events)
    publish(self, log_events)
    return token


def _test_metric_filter(self: Any) -> str:
    """`TestMetricFilter`, as a method of `LogsResponse`."""
    from moto.logs.exceptions import InvalidParameterException

    pattern, messages = self._get_param("filterPattern"), self._get_param("logEventMessages") or []
    shown, parameter = f"[{', '.join(messages)}]", "logEventMessages"
    if not messages or not all(messages):
        constraint = "Member must have length greater than or equal to 1"
        raise InvalidParameterException(constraint=constraint, parameter=parameter, value=shown)
    if len(messages) > TEST_MESSAGES:
        constraint = f"Member must have length less than or equal to {TEST_MESSAGES}"
        raise InvalidParameterException(constraint=constraint, parameter=parameter, value=shown)
    parsed = pattern_of(pattern)
    # observed: counted from 1, though the documentation's samples count from 0
    found = [(number, message, parsed.extract(message)) for number, message in enumerate(messages, 1)]
    matches = [
        {"eventNumber": number, "eventMessage": message, "extractedValues": dict(values)}
        for number, message, values in found
        if values is not None
    ]
    return json.dumps({"matches": matches})


def _cloudwatch(alarms: bool) -> None:
    from moto.cloudwatch import models

    backend = models.CloudWatchBackend

    def put_metric_data(original: Any, self: Any, namespace: str, metric_data: Any) -> Any:
        answer = original(self, namespace, metric_data)
        _alarms.datapoints_arrived(self)
        return answer

    def put_metric_alarm(original: Any, self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        old = self.alarms.get(name)
        new = original(self, name, *args, **kwargs)
        _alarms.alarm_put(self, new, old)
        return new

    _wrap(backend, "put_metric_alarm", ("name", "namespace", "metric_name"), put_metric_alarm)
    if alarms:
        _wrap(backend, "put_metric_data", ("namespace", "metric_data"), put_metric_data)
    _alarms.evaluates(alarms)
