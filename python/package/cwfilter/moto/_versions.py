"""Which versions of moto are known."""

from __future__ import annotations

import inspect
import re
from typing import Any

OLDEST, NEWEST = (4, 2, 14), (5, 2)
"""The oldest version, and the newest minor version; both are tested."""


class UnsupportedMoto(RuntimeError):
    """This version of moto is not known, or differs from those that are."""


def check() -> None:
    """Raises `UnsupportedMoto` if the version of moto is outside the tested ones."""
    try:
        import moto
    except ImportError as error:
        raise UnsupportedMoto("moto is not installed: pip install moto") from error
    version = tuple(int(part) for part in re.findall(r"\d+", moto.__version__)[:3])
    if version < OLDEST or version[:2] > NEWEST:
        oldest, newest = ".".join(map(str, OLDEST)), ".".join(map(str, NEWEST))
        raise UnsupportedMoto(
            f"moto {moto.__version__} is not supported: cwfilter.moto replaces internals of moto, and knows those of {oldest} to {newest}.x"
        )


def method(owner: Any, name: str, *parameters: str) -> Any:
    """The method of a class, with these parameters first."""
    found = getattr(owner, name, None)
    has = list(inspect.signature(found).parameters)[1:] if callable(found) else None
    if has is None or has[: len(parameters)] != list(parameters):
        import moto

        raise UnsupportedMoto(
            f"moto {moto.__version__} has no method {owner.__name__}.{name}({', '.join(parameters)}), which cwfilter.moto replaces"
        )
    return found
