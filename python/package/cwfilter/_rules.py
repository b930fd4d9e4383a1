"""Rules as users pass them."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Mapping
from typing import Union

from ._cwfilter import FilterPattern, PatternSet
from .rules import Rule

AnyRule = Union[str, FilterPattern, Rule]
Rules = Union[Mapping[str, AnyRule], PatternSet, AnyRule, Iterable[AnyRule]]
"""Patterns by name, a set of them, one pattern, whose name is then `pattern`, one rule, or a list: a rule has its id for a name, a pattern
its text."""


def set_of(rules: Rules) -> PatternSet:
    """The set of the rules. What AWS refuses raises its error, and so does a set without rules."""
    if isinstance(rules, PatternSet):
        return rules
    if isinstance(rules, str):
        _refuse_path(rules)
    if isinstance(rules, (str, FilterPattern)):
        return PatternSet({"pattern": rules})
    if isinstance(rules, Rule):
        return PatternSet({rules.id: rules})
    if isinstance(rules, os.PathLike):
        raise TypeError(f"rules are patterns, not a path: pass load_rules({os.fspath(rules)!r})")
    if isinstance(rules, Mapping) or not isinstance(rules, Iterable) or isinstance(rules, (bytes, bytearray)):
        return PatternSet(rules)  # type: ignore[arg-type]
    named: dict[str, AnyRule] = {}
    for rule in rules:
        if isinstance(rule, str):
            _refuse_path(rule)
        name = rule.id if isinstance(rule, Rule) else str(rule)
        if str(named.setdefault(name, rule)) != str(rule):
            raise ValueError(f"two rules have the name {name!r}: pass a mapping from name to pattern")
    return PatternSet(named)


def _refuse_path(text: str) -> None:
    """A path would be a pattern for this word, which no event has."""
    is_file = text.endswith(".toml") and os.path.isfile(text)
    inside = (os.path.join(glob.escape(text), names) for names in ("*.toml", "*/*.toml"))
    if is_file or os.path.isdir(text) and any(any(glob.iglob(names)) for names in inside):
        raise ValueError(
            f"{text!r} would be a pattern for this word, and is a path of rule files: pass load_rules({text!r}); "
            f"if the word is meant, FilterPattern({text!r})"
        )
