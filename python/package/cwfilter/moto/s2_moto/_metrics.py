"""Publishes the datapoints of metric filters."""

from __future__ import annotations

import datetime
import warnings
from typing import Any

from .. import metric
from . import _alarms

MEMBERS = "filterPattern metricTransformations applyOnTransformedLogs fieldSelectionCriteria emitSystemFieldDimensions".split()


def publish(stream: Any, log_events: list[dict[str, Any]]) -> None:
    """Publishes what the metric filters of a stream's log group give for events that arrived."""
    from moto.cloudwatch.models import MetricDatum, cloudwatch_backends
    from moto.logs.models import logs_backends

    group, account, region = stream.log_group, stream.account_id, stream.region
    events = [(event["timestamp"], event["message"]) for event in log_events]
    filters = logs_backends[account][region].filters.metric_filters
    filters = [it for it in filters if it["logGroupName"] == group.name]
    if not filters or not events:
        return
    backend = cloudwatch_backends[account][region]
    for it in filters:
        request = {name: it[name] for name in MEMBERS if it.get(name) is not None}
        if request.get("applyOnTransformedLogs"):
            warnings.warn(f"metric filter {it['filterName']}: no log transformer is modelled; it publishes nothing", stacklevel=2)
        points = metric.emit(request, events, account=account, region=region, log_group=group.name)
        target = it["metricTransformations"][0]
        for point in points:
            backend.metric_data.append(
                MetricDatum(
                    namespace=target["metricNamespace"],
                    name=target["metricName"],
                    value=point.value,
                    dimensions=[{"Name": name, "Value": value} for name, value in point.dimensions.items()],
                    timestamp=datetime.datetime.fromtimestamp(point.timestamp / 1000, _alarms.zone(backend)),
                    unit=point.unit,
                )
            )
    _alarms.datapoints_arrived(backend)
