"""Amazon CloudWatch Logs filter patterns, matched as AWS matches them.

    >>> from cwfilter import FilterPattern
    >>> failed = FilterPattern('{ $.eventName = "ConsoleLogin" && $.errorMessage = "Failed*" }')
    >>> failed.matches('{"eventName":"ConsoleLogin","errorMessage":"Failed authentication"}')
    True

What AWS refuses raises `PatternError`, with its place. Many patterns over a file go through `PatternSet.scan`, over an archive
through `scan_path`; `cwfilter.spark` takes them to a Spark cluster. `cwfilter.alarm` evaluates alarms, and `cwfilter.moto` gives the
emulator moto this matcher. `python -m cwfilter` is the program.
"""

from . import alarm
from ._cwfilter import (
    ArchiveScan,
    Clause,
    EvidenceError,
    Explanation,
    FilterPattern,
    Finding,
    Hit,
    PatternError,
    PatternSet,
    ScanResult,
    Selection,
    __version__,
    explain,
    lint,
)
from .archive import scan_path
from .lints import FileFinding, LintResult, NotChecked, lint_file
from .metric import Datapoint, MetricFilter, MetricFilterError
from .proofs import ControlCoverage, Coverage, Implication, Relation, Witness, coverage, implies, relation
from .rules import (
    ExpectedDatapoint,
    Rule,
    RuleAlarm,
    RuleAllow,
    RuleFileError,
    RuleMetric,
    RuleTest,
    RuleTimeline,
    load_rules,
)
from .simulation import AlarmCourse, Simulation, StateChange, simulate

__all__ = [
    "AlarmCourse",
    "ArchiveScan",
    "Clause",
    "ControlCoverage",
    "Coverage",
    "Datapoint",
    "EvidenceError",
    "ExpectedDatapoint",
    "Explanation",
    "FileFinding",
    "FilterPattern",
    "Finding",
    "Hit",
    "Implication",
    "LintResult",
    "MetricFilter",
    "MetricFilterError",
    "NotChecked",
    "PatternError",
    "PatternSet",
    "Relation",
    "Rule",
    "RuleAlarm",
    "RuleAllow",
    "RuleFileError",
    "RuleMetric",
    "RuleTest",
    "RuleTimeline",
    "ScanResult",
    "Selection",
    "Simulation",
    "StateChange",
    "Witness",
    "__version__",
    "alarm",
    "coverage",
    "explain",
    "implies",
    "lint",
    "lint_file",
    "load_rules",
    "relation",
    "scan_path",
    "simulate",
]
