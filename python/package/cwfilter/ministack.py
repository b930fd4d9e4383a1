"""`python -m cwfilter.ministack`: the emulator MiniStack with AWS's matcher. The arguments and environment variables are MiniStack's.

`FilterLogEvents`, Live Tail and subscription filters match as AWS does; patterns that AWS refuses are refused, in its words. MiniStack
evaluates no metric filters and no alarms, and this adds none: `cwfilter.moto` has them.
"""

from __future__ import annotations

import functools
import inspect
import sys
from typing import Any, Callable, Optional

from ._cwfilter import FilterPattern, PatternError

TESTED = "1.5.33"

# the function, its parameters
REPLACED = {
    "_compile_filter_pattern": ["raw"],
    "_subscription_pattern_matches": ["pattern", "message"],
    "_filter_log_events": ["data"],
    "_put_subscription_filter": ["data"],
    "_put_metric_filter": ["data"],
}


class UnsupportedMiniStack(RuntimeError):
    """MiniStack is not installed, or has another shape than the version that is known."""


@functools.lru_cache(maxsize=1024)
def _parsed(text: str) -> FilterPattern:
    return FilterPattern(text)


def install() -> None:
    """Replaces MiniStack's matcher in this process."""
    try:
        from ministack.services import cloudwatch_logs as logs
    except ImportError as error:
        raise UnsupportedMiniStack("MiniStack is not installed: pip install ministack") from error
    for name, parameters in REPLACED.items():
        found = getattr(logs, name, None)
        if found is None or list(inspect.signature(found).parameters) != parameters:
            raise UnsupportedMiniStack(
                f"this version of MiniStack has no function {name}({', '.join(parameters)}); cwfilter.ministack was tested with {TESTED}"
            )

    def refusal(data: dict[str, Any], message: str) -> Optional[Any]:
        try:
            _parsed(data.get("filterPattern") or "")
        except PatternError as error:
            return logs.error_response_json("InvalidParameterException", getattr(error, message), 400)
        return None

    def checked(original: Callable[[Any], Any], message: str) -> Callable[[Any], Any]:
        return lambda data: refusal(data, message) or original(data)

    logs._compile_filter_pattern = lambda raw: _parsed(raw or "").matches
    logs._subscription_pattern_matches = lambda pattern, message: _parsed(pattern or "").matches(message or "")
    logs._filter_log_events = checked(logs._filter_log_events, "filter_log_events_message")
    logs._put_subscription_filter = checked(logs._put_subscription_filter, "aws_message")
    logs._put_metric_filter = checked(logs._put_metric_filter, "aws_message")


def main() -> None:
    if {"-d", "--detach"} & set(sys.argv[1:]):
        sys.exit("error: a detached server would be another process, with MiniStack's own matcher; run this one in the background")
    try:
        install()
    except UnsupportedMiniStack as error:
        sys.exit(f"error: {error}")
    from ministack.app import main as serve

    serve()


if __name__ == "__main__":
    main()
