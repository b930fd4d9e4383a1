"""Metric filters: which datapoints they publish."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Union

from ._cwfilter import FilterPattern, MetricFilterError, answer_emit
from .alarm import AlarmError, admit

__all__ = ["Datapoint", "MetricFilter", "MetricFilterError"]


Message = Union[str, bytes, bytearray, memoryview]
Event = Union[Message, tuple[int, Message]]


def _log_event(event: Event) -> dict[str, Any]:
    """A log event as `InputLogEvent`."""
    time, message = event if isinstance(event, tuple) and len(event) == 2 else (0, event)
    if isinstance(message, (bytes, bytearray, memoryview)):
        message = bytes(message).decode()
    if not isinstance(message, str) or not isinstance(time, int):
        kind = type(event).__name__
        help = "; json.dumps makes a text of it" if kind in ("dict", "list") else ""
        raise TypeError(f"an event is str, bytes, a buffer, or a pair of milliseconds and one of these, not {kind}{help}")
    return {"timestamp": time, "message": message}


@dataclass(frozen=True)
class Datapoint:
    """A datapoint that a metric filter publishes."""

    timestamp: int
    """The minute, in milliseconds since 1970."""
    value: float
    unit: str
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MetricFilter:
    """A metric filter, offline. What AWS refuses raises `MetricFilterError`, with AWS's code and message.

    >>> stopped = MetricFilter('{ $.eventName = "StopLogging" }', "Security", "Stopped", "1")
    >>> [point.value for point in stopped.emit('{"eventName":"StopLogging"}')]
    [1.0]"""

    pattern: Union[str, FilterPattern]
    namespace: str
    name: str
    value: str = "1"
    """A number, a selector (`$.latency`) or a column (`$status`)."""
    default: Optional[float] = None
    """Published for each event that does not match."""
    unit: Optional[str] = None
    dimensions: Mapping[str, str] = field(default_factory=dict)
    """From the name to the selector or column of the value."""
    field_selection_criteria: Optional[str] = None
    emit_system_field_dimensions: tuple[str, ...] = ()
    apply_on_transformed_logs: bool = False

    def __post_init__(self) -> None:
        # what `PutMetricFilter` refuses is refused here; the criteria need an account or a region only when an event is read
        try:
            admit("PutMetricFilter", self.request)
        except AlarmError as error:
            raise MetricFilterError(*error.args) from None

    @property
    def request(self) -> dict[str, Any]:
        """The members of `PutMetricFilter`."""
        transformation: dict[str, Any] = {
            "metricNamespace": self.namespace,
            "metricName": self.name,
            "metricValue": self.value,
        }
        for name, value in [("defaultValue", self.default), ("unit", self.unit), ("dimensions", dict(self.dimensions) or None)]:
            if value is not None:
                transformation[name] = value
        request: dict[str, Any] = {"filterPattern": str(self.pattern), "metricTransformations": [transformation]}
        if self.field_selection_criteria is not None:
            request["fieldSelectionCriteria"] = self.field_selection_criteria
        if self.emit_system_field_dimensions:
            request["emitSystemFieldDimensions"] = list(self.emit_system_field_dimensions)
        if self.apply_on_transformed_logs:
            request["applyOnTransformedLogs"] = True
        return request

    def emit(
        self,
        *events: Event,
        account: Optional[str] = None,
        region: Optional[str] = None,
        log_group: Optional[str] = None,
        missing_dimension: str = "drop",
    ) -> list[Datapoint]:
        """The datapoints for log events: messages, or pairs of a timestamp in milliseconds and a message. A message is `str`, `bytes` or
        another buffer of UTF-8.

        `account`, `region` and `log_group` are those of the events, for system fields. `missing_dimension` says what is done with
        a matching event that has no field for a dimension, which has not been observed on AWS: `drop`, `omit` or `error`."""
        return emit(
            self.request, events, account=account, region=region, log_group=log_group, missing_dimension=missing_dimension
        )


def emit(
    request: Mapping[str, Any],
    events: Iterable[Event],
    *,
    account: Optional[str] = None,
    region: Optional[str] = None,
    log_group: Optional[str] = None,
    missing_dimension: str = "drop",
) -> list[Datapoint]:
    """The datapoints of a `PutMetricFilter` request for log events."""
    asked = {**request, "logEvents": [_log_event(event) for event in events]}
    for name, value in [("account", account), ("region", region), ("logGroupName", log_group)]:
        if value is not None:
            asked[name] = value
    return [Datapoint(**point) for point in json.loads(answer_emit(json.dumps(asked), missing_dimension))["datapoints"]]
