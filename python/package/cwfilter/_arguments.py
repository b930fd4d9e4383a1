"""Arguments that are one text or several."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Union

Names = Union[str, "os.PathLike[str]", Iterable[Union[str, "os.PathLike[str]"]]]


def names_of(argument: str, values: Names) -> list[str]:
    """The texts of an argument: paths, accounts or regions. A number is refused, because an account id may begin with a zero."""
    is_one = isinstance(values, (str, bytes, os.PathLike)) or not isinstance(values, Iterable)
    listed = [values] if is_one else list(values)
    for value in listed:
        if not isinstance(value, (str, os.PathLike)):
            raise TypeError(f"{argument}={values!r}: expected text or a list of texts, not {type(value).__name__}{_hint(argument, value)}")
    return [os.fspath(value) for value in listed]


def _hint(argument: str, value: object) -> str:
    if argument.startswith("account") and isinstance(value, int) and not isinstance(value, bool):
        return f'; write "{value:012}", because a number loses the zeros at its start'
    return ""
