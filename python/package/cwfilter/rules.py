"""Rules: patterns with a title, a severity, a metric and tests, as rule files have them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Union

from ._arguments import Names, paths_of
from ._cwfilter import FilterPattern, RuleFileError, read_rules
from .metric import MetricFilter

__all__ = [
    "ExpectedDatapoint",
    "Rule",
    "RuleAlarm",
    "RuleAllow",
    "RuleFileError",
    "RuleMetric",
    "RuleTest",
    "RuleTimeline",
    "load_rules",
]


@dataclass(frozen=True)
class ExpectedDatapoint:
    """The datapoint that each event of a test has to publish. A member that is None is not checked."""

    value: float
    unit: Optional[str] = None
    dimensions: Optional[Mapping[str, str]] = None


@dataclass(frozen=True)
class RuleTest:
    """A test of a rule: messages of log events, and whether the pattern has to match them."""

    name: str
    messages: tuple[str, ...]
    matches: bool
    because: Optional[str] = None
    """The clause that has to decide."""
    origin: str = "written"
    """`recorded`, `written` or `generated`."""
    metric: Union[ExpectedDatapoint, str, None] = None
    """The datapoint; `none` if the events must not publish one; None if the test does not check it."""
    account: Optional[str] = None
    region: Optional[str] = None
    log_group: Optional[str] = None


@dataclass(frozen=True)
class RuleTimeline:
    """A test of a rule's alarm. Times are seconds from the start of the timeline."""

    name: str
    events: tuple[tuple[int, str], ...]
    """The time and the message of each event."""
    until: int
    alarm: tuple[str, ...] = ()
    """The changes to and from `ALARM`, such as `ALARM at 5m`."""
    notifications: Optional[int] = None
    account: Optional[str] = None
    region: Optional[str] = None
    log_group: Optional[str] = None


@dataclass(frozen=True)
class RuleAllow:
    """A lint that is off for a rule, and the reason."""

    lint: str
    reason: str


@dataclass(frozen=True)
class RuleMetric:
    """The metric of a rule: AWS's `MetricTransformation`, and the other members of `PutMetricFilter`."""

    namespace: str
    name: str
    value: str
    default: Optional[float] = None
    unit: Optional[str] = None
    dimensions: Mapping[str, str] = field(default_factory=dict)
    field_selection_criteria: Optional[str] = None
    emit_system_field_dimensions: tuple[str, ...] = ()
    apply_on_transformed_logs: bool = False


@dataclass(frozen=True)
class RuleAlarm:
    """The alarm of a rule, as the rule file has it; `docs/rule-files.md` says what the members mean."""

    statistic: str
    period: str
    threshold: float
    comparison: Optional[str] = None
    evaluate: Optional[str] = None
    missing: Optional[str] = None
    notify: Optional[tuple[str, ...]] = None
    actions_enabled: Optional[bool] = None
    dimensions: Mapping[str, str] = field(default_factory=dict)
    unit: Optional[str] = None
    low_sample_percentile: Optional[str] = None
    window: Optional[str] = None


@dataclass(frozen=True)
class Rule:
    """A pattern with an id, and with what a rule file says about it: the members are the keys of `[[rule]]` in `docs/rule-files.md`.
    `PatternSet`, `explain`, `relation` and `coverage` take rules where they take patterns."""

    id: str
    pattern: FilterPattern
    title: Optional[str] = None
    description: Optional[str] = None
    false_positives: tuple[str, ...] = ()
    """Who else does this, and how to keep the rule quiet about it."""
    response: tuple[str, ...] = ()
    """The first steps of the response to a match."""
    severity: Optional[str] = None
    """`critical`, `high`, `medium`, `low` or `informational`."""
    covers: tuple[str, ...] = ()
    """The controls that the rule implements, as `framework/control`."""
    references: tuple[str, ...] = ()
    metric: Optional[RuleMetric] = None
    alarm: Optional[RuleAlarm] = None
    fires: Optional[str] = None
    """The expected number of matches in an archive, such as `<=3/day`."""
    allow: tuple[RuleAllow, ...] = ()
    tests: tuple[RuleTest, ...] = ()
    timelines: tuple[RuleTimeline, ...] = ()
    path: Optional[str] = None
    line: Optional[int] = None

    def __str__(self) -> str:
        return self.pattern.text

    def __hash__(self) -> int:
        return hash((self.id, self.pattern))

    def matches(self, event: Union[str, bytes]) -> bool:
        """Whether AWS would match the log event's message."""
        return self.pattern.matches(event)

    @property
    def metric_filter(self) -> Optional[MetricFilter]:
        """The metric filter. None if the rule has no metric."""
        it = self.metric
        if it is None:
            return None
        return MetricFilter(
            self.pattern,
            it.namespace,
            it.name,
            it.value,
            default=it.default,
            unit=it.unit,
            dimensions=it.dimensions,
            field_selection_criteria=it.field_selection_criteria,
            emit_system_field_dimensions=it.emit_system_field_dimensions,
            apply_on_transformed_logs=it.apply_on_transformed_logs,
        )


def _test(it: dict[str, Any]) -> RuleTest:
    metric = it["metric"]
    if isinstance(metric, dict):
        metric = ExpectedDatapoint(**metric)
    return RuleTest(**{**it, "messages": tuple(it["messages"]), "metric": metric})


def _timeline(it: dict[str, Any]) -> RuleTimeline:
    events = tuple((time, message) for time, message in it["events"])
    return RuleTimeline(**{**it, "events": events, "alarm": tuple(it["alarm"])})


def _rule(it: dict[str, Any]) -> Rule:
    metric, alarm = it["metric"], it["alarm"]
    if metric is not None:
        fields = tuple(metric["emit_system_field_dimensions"])
        metric = RuleMetric(**{**metric, "emit_system_field_dimensions": fields})
    if alarm is not None:
        notify = alarm["notify"]
        alarm = RuleAlarm(**{**alarm, "notify": None if notify is None else tuple(notify)})
    return Rule(
        **{
            **it,
            "pattern": FilterPattern(it["pattern"]),
            **{name: tuple(it[name]) for name in ("false_positives", "response", "covers", "references")},
            "metric": metric,
            "alarm": alarm,
            "allow": tuple(RuleAllow(**entry) for entry in it["allow"]),
            "tests": tuple(map(_test, it["tests"])),
            "timelines": tuple(map(_timeline, it["timelines"])),
        }
    )


def load_rules(*paths: Names) -> dict[str, Rule]:
    """Loads rule files, or folders of rule files: the rules by their ids. Raises `RuleFileError`, also if there are no rules.

    >>> rules = load_rules("patterns/cis-aws")  # doctest: +SKIP
    >>> rules["cis-root-usage"].severity  # doctest: +SKIP
    'high'"""
    return {it["id"]: _rule(it) for it in json.loads(read_rules(paths_of(paths)))}
