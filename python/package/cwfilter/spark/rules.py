"""Rules as users pass them, and as workers keep them."""

from __future__ import annotations

import functools
import gc
from collections.abc import Mapping
from typing import Union

from .. import FilterPattern, PatternSet

Rules = Mapping[str, Union[str, FilterPattern]]


def checked(rules: Rules | PatternSet) -> PatternSet:
    """The set of the rules. What AWS refuses raises its error here, on the driver, and so does a set without rules."""
    patterns = rules if isinstance(rules, PatternSet) else PatternSet(rules)
    if len(patterns) == 0:
        raise ValueError("there are no rules: pass a pattern by its name, or load_rules(PATH) of a folder that holds rule files")
    return patterns


@functools.lru_cache(maxsize=8)
def pattern_set(patterns: tuple[tuple[str, str], ...]) -> PatternSet:
    """Compiles the rules once in each Python worker, which serves many tasks."""
    # a worker collects garbage after every task; with all the objects of pandas, that takes longer than a small task
    gc.freeze()
    return PatternSet(dict(patterns))
