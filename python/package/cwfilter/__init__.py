"""Amazon CloudWatch Logs filter patterns, matched as AWS matches them.

    >>> from cwfilter import FilterPattern
    >>> failed = FilterPattern('{ $.eventName = "ConsoleLogin" && $.errorMessage = "Failed*" }')
    >>> failed.matches('{"eventName":"ConsoleLogin","errorMessage":"Failed authentication"}')
    True

What AWS refuses raises `PatternError`, with its place. Many patterns over whole CloudTrail files go through
`PatternSet`; `cwfilter.spark` takes them to a Spark cluster.
"""

from ._cwfilter import (
    Clause,
    Explanation,
    FilterPattern,
    Finding,
    Hit,
    PatternError,
    PatternSet,
    RuleFileError,
    ScanResult,
    __version__,
    explain,
    lint,
    load_rules,
)

__all__ = [
    "Clause",
    "Explanation",
    "FilterPattern",
    "Finding",
    "Hit",
    "PatternError",
    "PatternSet",
    "RuleFileError",
    "ScanResult",
    "__version__",
    "explain",
    "lint",
    "load_rules",
]
