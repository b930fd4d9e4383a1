"""Proofs about patterns: how two patterns relate, and which controls a set of patterns covers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Optional, Union

from ._cwfilter import FilterPattern, PatternSet, compare, decide_implies, judge_controls
from .rules import Rule

__all__ = ["ControlCoverage", "Coverage", "Implication", "Relation", "Witness", "coverage", "implies", "relation"]

AnyPattern = Union[str, FilterPattern, Rule]


@dataclass(frozen=True)
class Witness:
    """An event, and which of two patterns match it."""

    event: str
    matches_a: bool
    matches_b: bool


@dataclass(frozen=True)
class Relation:
    """The relation of two patterns, with events that show it. Compares with a text: `relation(a, b) == "implies"`."""

    relation: str
    """`equivalent`; `implies`: B matches every event that A matches, and more; `implied`: the reverse; `incomparable`; `disjoint`; or
    `unknown`."""
    witnesses: tuple[Witness, ...]
    """At most three events: one that only A matches, one that only B matches, one that both match."""
    reason: Optional[str]
    """Why a question is open. None if none is."""
    only_a: Optional[bool]
    """Whether an event exists that only A matches. None if that is not known."""
    only_b: Optional[bool]
    both: Optional[bool]
    domain: str
    """The events that the relation is about."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self.relation == other
        return isinstance(other, Relation) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.relation)

    def __str__(self) -> str:
        return self.relation


@dataclass(frozen=True)
class Implication:
    """Whether one pattern matches every event that another one matches. It is true only if that is proved; if nothing is proved,
    `bool()` raises `ValueError`, so that `if implies(a, b)` is never wrong."""

    holds: Optional[bool]
    """None if neither was proved."""
    witness: Optional[str] = None
    """An event that the first pattern matches and the second does not."""
    reason: Optional[str] = None
    """Why nothing was proved."""

    def __bool__(self) -> bool:
        if self.holds is None:
            raise ValueError(f"not known: {self.reason}; look at `holds`")
        return self.holds


def relation(a: AnyPattern, b: AnyPattern, *, domain: str = "json", steps: Optional[int] = None) -> Relation:
    """How two patterns relate, over all messages or, with `domain="cloudtrail"`, over CloudTrail's records.

    >>> found = relation('{ $.a = "x" }', '{ $.a = "x*" }')
    >>> found.relation, found.witnesses[0].matches_a
    ('implies', False)

    `steps` bounds the proof; about a microsecond each."""
    answer = json.loads(compare(a, b, domain, steps))
    return Relation(
        answer["relation"],
        tuple(Witness(**witness) for witness in answer["witnesses"]),
        answer.get("reason"),
        **answer["exists"],
        domain=domain,
    )


def implies(a: AnyPattern, b: AnyPattern, *, domain: str = "json", steps: Optional[int] = None) -> Implication:
    """Whether `b` matches every event that `a` matches.

    >>> bool(implies('{ $.a = "x" }', '{ $.a = "x*" }'))
    True
    >>> implies('{ $.a = "x*" }', '{ $.a = "x" }').holds
    False"""
    return Implication(**json.loads(decide_implies(a, b, domain, steps)))


@dataclass(frozen=True)
class ControlCoverage:
    """How a set of patterns covers one control."""

    framework: str
    control: str
    """The number of the control, such as `4.3`."""
    title: str
    judgement: str
    """`covered`, `covered with noise`, `partly covered`, `not covered` or `unknown`."""
    by: Optional[str]
    """The name of the pattern that matches every event of the control."""
    together: tuple[str, ...]
    """The names of patterns that together match every event of the control."""
    relation: Optional[str]
    text: str
    """The control's own pattern."""
    same_text: bool
    noise: Optional[str]
    """An everyday event that a covering pattern matches, though no control is about it."""
    missed: Optional[str]
    """An event of the control that no pattern matches."""
    typical_events: int
    typical_events_matched: int
    reason: Optional[str]
    """Why the judgement is `unknown`."""

    def __bool__(self) -> bool:
        return self.judgement == "covered"


@dataclass(frozen=True)
class Coverage:
    """The judgement on each control of a framework. Iterates over the controls; true if every control is covered."""

    controls: tuple[ControlCoverage, ...]

    def __iter__(self):
        return iter(self.controls)

    def __len__(self) -> int:
        return len(self.controls)

    def __getitem__(self, control: str) -> ControlCoverage:
        for it in self.controls:
            if it.control == control:
                return it
        raise KeyError(control)

    def __bool__(self) -> bool:
        return all(self.controls)

    @property
    def missing(self) -> list[ControlCoverage]:
        """The controls that are not covered, or not known to be."""
        return [it for it in self.controls if it.judgement not in ("covered", "covered with noise")]

    def __str__(self) -> str:
        return "\n".join(f"{it.control:<14} {it.judgement:<18} {it.title}" for it in self.controls)


def coverage(
    patterns: Union[PatternSet, Mapping[str, AnyPattern], Iterable[AnyPattern]],
    framework: str = "cis-aws",
    *,
    domain: str = "cloudtrail",
    steps: Optional[int] = None,
) -> Coverage:
    """Which controls the patterns cover, by proof: `cis-aws` (version 5.0), `cis-aws-1.2` to `cis-aws-6.0`, or `security-hub`, which
    compares texts. As `cwfilter audit` does, for patterns of one log group.

    >>> found = coverage({"root": '{ $.userIdentity.type = "Root" }'}, "cis-aws-6.0")
    >>> found["5.3"].by, found["5.5"].judgement
    ('root', 'not covered')"""
    if isinstance(patterns, PatternSet):
        named = list(patterns.patterns.items())
    elif isinstance(patterns, Mapping):
        named = list(patterns.items())
    elif isinstance(patterns, (str, bytes)):
        raise TypeError("patterns is a mapping from name to pattern, a PatternSet or a list of patterns, not str")
    else:
        named = [(getattr(it, "id", str(it)), it) for it in patterns]
    if not named:
        raise ValueError("there are no patterns, so that no control can be judged")
    judged = json.loads(judge_controls(named, framework, domain, steps))
    return Coverage(tuple(ControlCoverage(**{**it, "together": tuple(it["together"])}) for it in judged))
