"""Functions of a column that holds log events as text, for tables and streams.

A column is passed on as Arrow has it, and Python's lock is released meanwhile. NULL stays NULL. A value is one log event, as a log group
holds it: containers are not opened. A value that is not UTF-8 (also one with the bytes of a surrogate) is matched by no JSON pattern;
term patterns match the bytes around it. A value that is compressed, or holds log events in another way (base64, a delivery file, an array), raises
an error: docs/spark.md has the list. The escape of a surrogate without its other half, `\\ud800`, is a character like any other.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
from pyspark.sql import Column
from pyspark.sql import functions as F

from .._rules import Rules, set_of
from .rules import pattern_set

__all__ = ["matches", "matching_rules"]


def matches(column: Column | str, rules: Rules) -> Column:
    """Whether some rule matches the log event in the column: boolean, and NULL for NULL. `rules` is a mapping from name to pattern,
    one pattern, one rule, or a list of rules.

        events.where(matches("value", '{ $.eventName = "StopLogging" }'))

    The column has texts or bytes. Works in batch and in Structured Streaming.
    """
    return _function("matches", rules, "match_column", "boolean")(column)


def matching_rules(column: Column | str, rules: Rules) -> Column:
    """The names of the rules that match the log event in the column, in the order of the rules: an array, and NULL for NULL.

        events.withColumn("rule", F.explode(matching_rules("value", rules)))
    """
    return _function("matching_rules", rules, "rules_column", "array<string>")(column)


def _function(name: str, rules: Rules, method: str, returns: str) -> Callable[[Column | str], Column]:
    patterns = tuple(set_of(rules).patterns.items())

    def of_arrow(messages: pa.Array) -> pa.Array:
        # texts are passed as bytes, because Spark does not check that they are UTF-8
        if pa.types.is_string(messages.type):
            messages = messages.cast(pa.binary())
        elif pa.types.is_large_string(messages.type):
            messages = messages.cast(pa.large_binary())
        return getattr(pattern_set(patterns), method)(messages)

    # Spark names the result by the function: `matches(value)`
    of_arrow.__name__ = name
    if hasattr(F, "arrow_udf"):
        return F.arrow_udf(of_arrow, returns)
    return _by_pandas(of_arrow, returns)


def _by_pandas(of_arrow: Callable[[pa.Array], pa.Array], returns: str) -> Callable[[Column | str], Column]:
    """For Spark before 4.1, which passes columns as pandas has them."""
    import pandas as pd

    def of_series(messages: pd.Series) -> pd.Series:
        found = of_arrow(pa.Array.from_pandas(messages))
        return pd.Series(found.to_pylist(), dtype=object)

    of_series.__name__ = of_arrow.__name__
    of_series.__annotations__ = {"messages": pd.Series, "return": pd.Series}
    return F.pandas_udf(of_series, returns)
