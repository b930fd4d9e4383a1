"""A rule has every key that its file can have."""

import dataclasses
import re
from pathlib import Path

import cwfilter
import pytest
from cwfilter import ExpectedDatapoint, RuleFileError, RuleTimeline, load_rules

DOCS = Path(__file__).parents[2] / "docs/rule-files.md"

WHOLE = """
[[rule]]
id = "latency"
title = "Slow"
description = "A slow request."
false_positives = ["a cold start"]
response = ["look at the graph", "call the owner"]
severity = "informational"
pattern = '{ $.latency = * }'
covers = ["attack/T1498"]
references = ["https://example.com/latency"]
metric = { namespace = "Web", name = "Latency", value = "$.latency", dimensions = { Path = "$.path" } }
alarm = { statistic = "p90", period = "1m", threshold = 10, dimensions = { Path = "/a" } }
fires = "<=3/day"
allow = [{ lint = "any-name", reason = "a reason" }]

[[rule.test]]
name = "published"
event = { latency = 11.5, path = "/a" }
expect = "match"
because = "$.latency"
metric = { value = 11.5, dimensions = { Path = "/a" } }
origin = "recorded"
account = "123456789012"
region = "eu-west-1"
log_group = "web"

[[rule.test]]
name = "not published"
log = '{"latency":1}'
expect = "match"
metric = "none"

[[rule.timeline]]
name = "slow once"
event = { latency = 11.5, path = "/a" }
at = ["30s"]
until = "10m"
region = "eu-west-1"
expect = { alarm = ["ALARM at 1m"], notifications = 1 }
"""


@pytest.fixture
def rule(tmp_path):
    (tmp_path / "rules.toml").write_text(WHOLE)
    return load_rules(tmp_path)["latency"]


def keys(heading):
    """The keys of a table of the documentation."""
    section = DOCS.read_text().split(f"\n{heading}\n", 1)[1]
    section = re.split(r"\n#+ ", section)[0]
    rows = re.findall(r"(?m)^\| (`[^|]*`) \|", section)
    return {key for row in rows for key in re.findall(r"`([^`]+)`", row)}


# where a member has another name or form than the key
MEMBERS = {
    "## `[[rule]]`": ({"test": "tests", "timeline": "timelines"}, {"path", "line"}),
    "### metric": ({}, set()),
    "### alarm": ({}, set()),
    "## `[[rule.test]]`": (
        {key: "messages" for key in ("event", "events", "log", "logs", "pick", "without", "with", "each")} | {"expect": "matches"},
        set(),
    ),
    "## `[[rule.timeline]]`": (
        {"event": "events", "at": "events", "expect.alarm": "alarm", "expect.notifications": "notifications"},
        {"region", "log_group"},
    ),
}
CLASSES = {
    "## `[[rule]]`": cwfilter.Rule,
    "### metric": cwfilter.RuleMetric,
    "### alarm": cwfilter.RuleAlarm,
    "## `[[rule.test]]`": cwfilter.RuleTest,
    "## `[[rule.timeline]]`": cwfilter.RuleTimeline,
}


@pytest.mark.parametrize("heading", MEMBERS)
def test_the_members_are_the_documented_keys(heading):
    names, more = MEMBERS[heading]
    documented = {names.get(key, key) for key in keys(heading)}
    members = {field.name for field in dataclasses.fields(CLASSES[heading])}
    assert documented and documented | more == members


def test_every_key_is_read(rule):
    assert (rule.description, rule.false_positives) == ("A slow request.", ("a cold start",))
    assert rule.response == ("look at the graph", "call the owner")
    assert (rule.severity, rule.fires, rule.references) == ("informational", "<=3/day", ("https://example.com/latency",))
    assert [(entry.lint, entry.reason) for entry in rule.allow] == [("any-name", "a reason")]
    assert (rule.alarm.statistic, rule.alarm.dimensions) == ("p90", {"Path": "/a"})
    published, not_published = rule.tests
    assert published.metric == ExpectedDatapoint(11.5, dimensions={"Path": "/a"})
    assert (published.account, published.region, published.log_group, published.origin) == (
        "123456789012",
        "eu-west-1",
        "web",
        "recorded",
    )
    assert (not_published.metric, not_published.account) == ("none", None)
    (event,) = published.messages
    assert rule.timelines == (RuleTimeline("slow once", ((30, event),), 600, ("ALARM at 1m",), 1, region="eu-west-1"),)
    # nothing in the file is left at its default
    assert all(value for value in vars(rule).values())


def test_composite_alarms_alone_are_no_rules(tmp_path):
    (tmp_path / "rules.toml").write_text('[[composite]]\nid = "both"\nrule = "ALARM(a) AND ALARM(b)"\n')
    with pytest.raises(RuleFileError, match="no rules"):
        load_rules(tmp_path)
