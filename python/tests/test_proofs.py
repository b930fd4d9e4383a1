"""Proofs: relations with witnesses, implications, coverage of controls."""

import copy
import pickle

import pytest
from cwfilter import FilterPattern, PatternSet, coverage, implies, load_rules, relation

from test_package import ROOT

A = '{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }'
SAME = "{ ($.errorCode NOT EXISTS) && ($.eventName = StopLogging) }"
WIDER = '{ $.eventName = "Stop*" }'
OTHER = '{ $.eventName = "DeleteTrail" }'


@pytest.mark.parametrize(
    "a, b, expected",
    [
        (A, SAME, "equivalent"),
        (A, WIDER, "implies"),
        (WIDER, A, "implied"),
        (A, OTHER, "disjoint"),
        ("{ $.a = x }", "{ $.b = y }", "incomparable"),
    ],
)
def test_a_relation_has_witnesses_that_show_it(a, b, expected):
    found = relation(a, b)
    assert found == expected and str(found) == expected and found.relation == expected
    first, second = FilterPattern(a), FilterPattern(b)
    for witness in found.witnesses:
        assert (first.matches(witness.event), second.matches(witness.event)) == (witness.matches_a, witness.matches_b)
    assert (found.only_a, found.only_b) == {
        "equivalent": (False, False),
        "implies": (False, True),
        "implied": (True, False),
    }.get(expected, (True, True))
    assert pickle.loads(pickle.dumps(found)) == found == copy.copy(found)


def test_the_domain_and_the_budget_of_a_proof():
    short, long = '{ $.eventTime = "2026*" }', '{ $.eventTime = "2026-*" }'
    assert relation(short, long) != "equivalent"
    assert relation(short, long, domain="cloudtrail").domain == "cloudtrail"
    found = relation('{ $.a = "*a*b*" && $.b = x }', '{ $.a = "*b*a*" }', steps=3)
    assert found == "unknown" and found.reason
    with pytest.raises(ValueError, match="expected one of json, cloudtrail"):
        relation(A, A, domain="xml")


def test_an_implication_is_true_only_if_it_is_proved():
    assert implies(A, WIDER)
    refuted = implies(WIDER, A)
    assert not refuted and refuted.holds is False
    assert FilterPattern(WIDER).matches(refuted.witness) and not FilterPattern(A).matches(refuted.witness)
    open_ = implies("{ $.a[999] = x }", "{ $.a[998] = y }")
    assert open_.holds is None and open_.reason
    with pytest.raises(ValueError, match="not known"):
        bool(open_)


def test_coverage_of_a_framework():
    found = coverage({"root": '{ $.userIdentity.type = "Root" }'}, "cis-aws-6.0")
    assert found["5.3"].by == "root" and found["5.3"] and not found["5.5"] and not found
    assert FilterPattern(found["5.5"].text).matches(found["5.5"].missed)
    assert len(found) == len(list(found)) == 16 - len([1]) and found["5.5"] in found.missing
    rules = load_rules(ROOT / "patterns/cis-aws")
    whole = coverage(rules)
    assert whole and not whole.missing and whole == coverage(PatternSet(rules)) == pickle.loads(pickle.dumps(whole))
    assert coverage(list(rules.values()))["4.3"].by == "cis-root-usage"
    # Security Hub compares texts
    assert {it.judgement for it in coverage(rules, "security-hub")} == {"not covered"}
    literal = coverage([it.text for it in coverage(rules, "security-hub")], "security-hub")
    assert literal, str(literal)


def test_what_cannot_be_judged_is_an_error():
    with pytest.raises(ValueError, match="there are no patterns"):
        coverage({})
    with pytest.raises(ValueError, match="expected one of cis-aws"):
        coverage({"a": "x"}, "cis")
    with pytest.raises(TypeError, match="not str"):
        coverage("x")
