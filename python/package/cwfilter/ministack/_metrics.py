"""Publishes the datapoints of metric filters."""

from __future__ import annotations

import time
from typing import Any

from .. import metric

MEMBERS = "filterPattern metricTransformations applyOnTransformedLogs fieldSelectionCriteria emitSystemFieldDimensions".split()


def publish(logs: Any, cloudwatch: Any, data: dict[str, Any]) -> None:
    """Publishes what the metric filters of a log group give for the events of a `PutLogEvents` request, and evaluates the alarms."""
    group, now = data["logGroupName"], int(time.time() * 1000)
    events = [(event.get("timestamp", now), event.get("message", "")) for event in data.get("logEvents", [])]
    filters = [it for it in logs._metric_filters.values() if it["logGroupName"] == group]
    if not filters or not events:
        return
    for it in filters:
        request = {name: it[name] for name in MEMBERS if it.get(name) is not None}
        target = it["metricTransformations"][0]
        points = metric.emit(request, events, account=logs.get_account_id(), region=logs.get_region(), log_group=group)
        for point in points:
            dimensions = dict(point.dimensions)
            key = (target["metricNamespace"], target["metricName"], cloudwatch._dims_key(dimensions))
            stored = {"Timestamp": point.timestamp / 1000, "Value": point.value, "Unit": point.unit, "Dimensions": dimensions}
            cloudwatch._metric_bucket(key).append(stored)
    cloudwatch._evaluate_all_alarms()
