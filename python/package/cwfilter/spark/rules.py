"""Rules as workers keep them."""

from __future__ import annotations

import functools
import gc

from .. import PatternSet


@functools.lru_cache(maxsize=8)
def pattern_set(patterns: tuple[tuple[str, str], ...]) -> PatternSet:
    """Compiles the rules once in each Python worker, which serves many tasks."""
    # a worker collects garbage after every task; with all the objects of pandas, that takes longer than a small task
    gc.freeze()
    return PatternSet(dict(patterns))
