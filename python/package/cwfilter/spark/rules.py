"""Rules as users pass them, and as workers keep them."""

from __future__ import annotations

import functools
import gc
from collections.abc import Mapping
from typing import Union

from .. import FilterPattern, PatternSet

Rules = Union[Mapping[str, Union[str, FilterPattern]], PatternSet, FilterPattern, str]
"""Patterns by name, a set of them, or one pattern, whose name is then `pattern`."""


def checked(rules: Rules) -> PatternSet:
    """The set of the rules. What AWS refuses raises its error here, on the driver, and so does a set without rules."""
    named = {"pattern": rules} if isinstance(rules, (str, FilterPattern)) else rules
    patterns = named if isinstance(named, PatternSet) else PatternSet(named)
    if len(patterns) == 0:
        raise ValueError("there are no rules: pass a pattern by its name, or load_rules(PATH) of a folder that holds rule files")
    return patterns


@functools.lru_cache(maxsize=8)
def pattern_set(patterns: tuple[tuple[str, str], ...]) -> PatternSet:
    """Compiles the rules once in each Python worker, which serves many tasks."""
    # a worker collects garbage after every task; with all the objects of pandas, that takes longer than a small task
    gc.freeze()
    return PatternSet(dict(patterns))
