"""Rule files as objects, lints of files, archives hit by hit, metric filters, replays."""

import copy
import datetime
import gzip
import json
import os
import pickle
import signal
import threading
from dataclasses import replace

import cwfilter
import pytest
from cwfilter import (
    EvidenceError,
    FilterPattern,
    MetricFilter,
    MetricFilterError,
    PatternSet,
    RuleFileError,
    lint_file,
    load_rules,
    scan_path,
    simulate,
)

from test_package import LOGIN, ROOT, STOPPED, record

RULES = """
[[rule]]
id = "stopped"
title = "A trail stops"
severity = "high"
covers = ["cis-aws-5.0/4.5"]
pattern = '{ $.eventName = "StopLogging" }'
metric = { namespace = "Security", name = "Stopped", value = "1", default = 0 }
alarm = { statistic = "Sum", period = "5m", threshold = 1, missing = "notBreaching" }

[[rule.test]]
name = "stopped"
event = { eventName = "StopLogging" }
expect = "match"
because = '$.eventName'

[[rule.test]]
name = "started"
event = { eventName = "StartLogging" }
expect = "no-match"
"""


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/rules.toml").write_text(RULES)
    return tmp_path / "rules"


def test_a_rule_has_what_its_file_says(rules):
    loaded = load_rules(rules)
    rule = loaded["stopped"]
    assert (rule.id, rule.title, rule.severity, rule.covers) == ("stopped", "A trail stops", "high", ("cis-aws-5.0/4.5",))
    assert rule.pattern.text == str(rule) == STOPPED and rule.matches('{"eventName":"StopLogging"}')
    assert (rule.metric.name, rule.metric.default, rule.alarm.period, rule.alarm.threshold) == ("Stopped", 0, "5m", 1)
    assert [(test.name, test.matches, test.because) for test in rule.tests] == [
        ("stopped", True, "$.eventName"),
        ("started", False, None),
    ]
    assert all(rule.matches(message) == test.matches for test in rule.tests for message in test.messages)
    assert rule.path.endswith("rules.toml") and rule.line == 3
    assert [point.value for point in rule.metric_filter.emit('{"eventName":"StopLogging"}', "{}")] == [1, 0]
    assert pickle.loads(pickle.dumps(loaded)) == loaded == copy.deepcopy(loaded) and hash(rule)
    assert PatternSet(loaded).matches('{"eventName":"StopLogging"}') == ["stopped"]
    assert cwfilter.explain(rule, '{"eventName":"StopLogging"}')


def test_all_packs_of_the_repository_load():
    rules = load_rules(ROOT / "patterns")
    assert len(rules) > 30 and all(rule.tests for rule in rules.values())


TERRAFORM = """
variable "name" { default = "StopLogging" }
resource "aws_cloudwatch_log_metric_filter" "stopped" {
  name           = "stopped"
  log_group_name = "trail"
  pattern        = "{ $.eventName != \\"${var.name}\\" || $.eventName != \\"DeleteTrail\\" }"
  metric_transformation {
    name      = "Stopped"
    namespace = "Security"
    value     = "1"
  }
}
"""
TEMPLATE = """
Resources:
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: trail
      FilterPattern: '{ $.eventName = "StopLogging" AND $.a = 1 }'
      MetricTransformations:
        - { MetricName: Stopped, MetricNamespace: Security, MetricValue: "1" }
"""


def test_files_are_linted_as_the_program_does(tmp_path, rules):
    (tmp_path / "main.tf").write_text(TERRAFORM)
    (tmp_path / "stack.yaml").write_text(TEMPLATE)
    found = lint_file(tmp_path / "main.tf")
    assert (found.patterns, found.checked) == (1, 1) and len(found) == len(list(found)) > 0
    finding = next(it for it in found if it.lint == "or-of-negations")
    assert (finding.severity, finding.line) == ("warning", 6) and finding.path.endswith("main.tf")
    assert "&&" in finding.fix and not finding.fix_is_safe
    refused = lint_file(tmp_path / "stack.yaml").findings[0]
    assert (refused.lint, refused.severity, refused.line) == ("refused-pattern", "error", 7)
    assert str(refused).startswith(f"{tmp_path}/stack.yaml:7:")
    folder = lint_file(tmp_path)
    assert folder.patterns == 3 and {"or-of-negations", "refused-pattern"} <= {it.lint for it in folder}
    assert pickle.loads(pickle.dumps(folder)) == folder
    assert not [it for it in lint_file(rules) if it.severity == "error"]


def test_what_is_not_linted_is_an_error(tmp_path):
    (tmp_path / "none.tf").write_text('variable "a" {}\n')
    (tmp_path / "more").mkdir()
    (tmp_path / "more/broken.tf").write_text('resource "a" {')
    for path, text in [("none.tf", "no patterns"), ("more/broken.tf", "broken.tf:1:"), ("missing.tf", "cannot read")]:
        with pytest.raises(ValueError, match=text):
            lint_file(tmp_path / path)
    with pytest.raises(ValueError, match="no paths"):
        lint_file()


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "trail/AWSLogs"
    folder.mkdir(parents=True)
    for number in range(40):
        records = [record("StopLogging", eventID=f"{number}-{at}") for at in range(100)]
        records += [record("GetObject", eventID=f"{number}-other"), record("ConsoleLogin", eventID="the same")]
        (folder / f"{number:02}.json.gz").write_bytes(gzip.compress(json.dumps({"Records": records}).encode(), mtime=0))
    return tmp_path / "trail"


def test_an_archive_is_read_hit_by_hit(archive):
    scan = scan_path({"stopped": STOPPED, "login": LOGIN}, archive)
    assert scan.records is None and iter(scan) is scan
    first = next(scan)
    assert (first.rule, first.record, first.file) == ("stopped", 1, str(archive / "AWSLogs/00.json.gz"))
    rest = list(scan)
    assert len(rest) == 40 * 100 + 1 - 1
    assert (scan.files, scan.records, scan.damages, scan.copies, scan.errors) == (40, 40 * 102, 0, 39, [])
    assert repr(scan) == "<ArchiveScan of 4080 records in 40 files>" and list(scan) == []
    assert len(list(scan_path(LOGIN, archive, keep_duplicates=True))) == 40
    assert next(scan_path(LOGIN, archive, events=True)).event.startswith(b'{"eventVersion"')
    assert list(scan_path(LOGIN, archive, since="2026-03-02")) == []


def test_a_selection_is_read_as_the_program_reads_it(tmp_path):
    folder = tmp_path / "AWSLogs/123456789012/CloudTrail/us-east-1/2026/03/04"
    folder.mkdir(parents=True)
    (folder / "123456789012_CloudTrail_us-east-1_20260304T1015Z_x.json").write_text(json.dumps({"Records": [record("StopLogging")]}))
    (tmp_path / "LICENSE").write_text("All rights reserved.")
    kept = scan_path(STOPPED, tmp_path, accounts=["1234-5678-9012"], regions=["US-EAST-1", " eu-west-1"], damaged="keep")
    list(kept)
    assert kept.files == 1
    # no hits of no file would be no answer
    for outside in ({"since": "2027-01-01"}, {"accounts": ["999999999999"]}, {"regions": ["ap-south-1"]}):
        with pytest.raises(EvidenceError, match="no file was opened: by name, 1 file is outside the times"):
            scan_path(STOPPED, tmp_path, **outside)
    for refused, why in (({"accounts": ["12345"]}, "12 digits"), ({"regions": [""]}, "is empty"), ({"regions": ["us-east-1a"]}, "Availability Zone")):
        with pytest.raises(ValueError, match=why):
            scan_path(STOPPED, tmp_path, **refused)


def test_a_scan_that_is_dropped_ends_its_thread(archive):
    before = threading.active_count()
    for _ in range(20):
        next(scan_path(STOPPED, archive))
    assert threading.active_count() == before


def test_what_a_scan_cannot_read_is_raised_after_the_last_hit(archive):
    (archive / "AWSLogs/20.json.gz").write_bytes(b"\x1f\x8b broken")
    hits = []
    with pytest.raises(EvidenceError, match="20.json.gz"):
        for hit in scan_path(STOPPED, archive):
            hits.append(hit)
    assert len(hits) == 39 * 100
    scan = scan_path(STOPPED, archive, damaged="keep")
    assert len(list(scan)) == 3900 and scan.damages == 1 and "20.json.gz" in scan.errors[0]
    (archive / "empty").mkdir()
    for path in (archive / "missing", archive / "empty"):
        with pytest.raises(EvidenceError):
            scan_path(STOPPED, path)
    with pytest.raises(ValueError, match="there are no rules"):
        scan_path({}, archive)
    with pytest.raises(ValueError, match="since"):
        scan_path(STOPPED, archive, since="yesterday-ish")


def test_accounts_and_regions_are_one_text_or_several(tmp_path):
    archive, account = tmp_path / "a.json", "123456789012"
    places = [("us-east-1", account), ("eu-west-1", account), ("us-east-1", "111122223333")]
    events = [record("StopLogging", awsRegion=region, recipientAccountId=owner) for region, owner in places]
    archive.write_text(json.dumps({"Records": events}))

    def count(**selection):
        return len(list(scan_path(STOPPED, archive, **selection)))

    assert count(regions="us-east-1") == count(regions=["US-EAST-1"]) == 2 and count(regions=("us-east-1", "eu-west-1")) == 3
    assert count(accounts="1234-5678-9012") == count(accounts=[account]) == 2 and count(accounts=[], regions="us-west-2") == 0
    wrong = [
        ({"accounts": 123456789012}, TypeError, 'write "123456789012"'),
        ({"accounts": [12]}, TypeError, 'write "000000000012"'),
        ({"accounts": "123"}, ValueError, "12 digits"),
        ({"regions": None}, TypeError, "regions=None: expected text"),
        ({"regions": "us-east-1a"}, ValueError, "its region is `us-east-1`"),
        ({"regions": ["virginia"]}, ValueError, "a region has the form"),
    ]
    for selection, kind, message in wrong:
        with pytest.raises(kind, match=message):
            scan_path(STOPPED, archive, **selection)


def test_metric_filters_publish_or_are_refused():
    latency = MetricFilter("{ $.latency = * }", "Web", "Latency", "$.latency", unit="Milliseconds", dimensions={"Path": "$.path"})
    points = latency.emit((90_500, '{"latency":11.5,"path":"/a"}'), (90_600, '{"path":"/a"}'))
    assert [(point.timestamp, point.value, point.unit, point.dimensions) for point in points] == [
        (60_000, 11.5, "Milliseconds", {"Path": "/a"})
    ]
    assert pickle.loads(pickle.dumps(latency)) == latency
    with pytest.raises(MetricFilterError) as refused:
        MetricFilter("{ $.latency = * }", "Web", "Latency", "$.latency", default=0, dimensions={"Path": "$.path"})
    assert refused.value.args[0] == "InvalidParameterException"
    with pytest.raises(MetricFilterError):
        MetricFilter("{", "Web", "Latency")
    system = MetricFilter("ERROR", "Web", "Errors", emit_system_field_dimensions=("@aws.account",))
    assert system.emit("ERROR", account="123456789012")[0].dimensions == {"@aws.account": "123456789012"}


def test_a_replay_says_which_alarms_rang(rules, tmp_path):
    events = [record("StopLogging", eventTime="2026-03-04T10:16:30Z", eventID="1"), record("GetObject", eventID="2")]
    (tmp_path / "trail.json").write_text(json.dumps({"Records": events + events[:1]}))
    found = simulate(rules, tmp_path / "trail.json")
    assert (found.events, found.copies, found.errors) == (2, 1, ())
    course = found["stopped"]
    assert found.rang == [course] == list(found) and course.matches == 1 and course.not_evaluated is None
    first = course.changes[0]
    assert (first.new, len(course.notifications)) == ("ALARM", 1) and first.time.startswith("2026-03-04T10:")
    assert "trail.json:1 2026-03-04T10:16:30Z StopLogging" in first.events[0]
    assert pickle.loads(pickle.dumps(found)) == found
    assert simulate([rules], tmp_path / "trail.json", keep_duplicates=True)["stopped"].matches == 2


def test_a_replay_of_nothing_or_of_damage_is_an_error(rules, tmp_path):
    (tmp_path / "damaged.json").write_text(json.dumps(record("StopLogging")) + '\n{"a"')
    with pytest.raises(ValueError, match="damaged.json"):
        simulate(rules, tmp_path / "damaged.json")
    assert simulate(rules, tmp_path / "damaged.json", damaged="keep").errors
    with pytest.raises(EvidenceError):
        simulate(rules, tmp_path / "missing.json")
    with pytest.raises(RuleFileError):
        simulate(tmp_path / "none", tmp_path / "damaged.json")
    (tmp_path / "whole.json").write_text(json.dumps({"Records": [record("StopLogging")]}))
    with pytest.raises(ValueError, match="outside"):
        simulate(rules, tmp_path / "whole.json", since="2027-01-01")


def test_rules_are_passed_in_every_form(rules, tmp_path):
    archive, loaded = tmp_path / "a.json", load_rules(rules)
    archive.write_text(json.dumps({"Records": [record("StopLogging")]}))
    rule = loaded["stopped"]
    forms = [
        (loaded, "stopped"),
        (PatternSet(loaded), "stopped"),
        (rule, "stopped"),
        ([rule], "stopped"),
        (loaded.values(), "stopped"),
        (iter([rule]), "stopped"),
        (rule.pattern, "pattern"),
        (rule.pattern.text, "pattern"),
        ([rule.pattern.text], rule.pattern.text),
        ([rule.pattern, rule.pattern.text], rule.pattern.text),
    ]
    for form, name in forms:
        assert [hit.rule for hit in scan_path(form, archive)] == [name], form
        # a list of paths, and paths one after the other
        assert len(list(scan_path(loaded, [archive]))) == 1
    wrong = [
        (str(rules), ValueError, "would be a pattern for this word, and is a path of rule files: pass load_rules"),
        (str(rules / "rules.toml"), ValueError, "is a path of rule files"),
        ([str(rules)], ValueError, "is a path of rule files"),
        (rules, TypeError, "rules are patterns, not a path: pass load_rules"),
        (None, TypeError, "not NoneType"),
        (b"x", TypeError, "not bytes"),
        ([("a", "b")], TypeError, "not tuple"),
        ([], ValueError, "there are no rules"),
        ([rule, replace(rule, pattern=FilterPattern("x"))], ValueError, "two rules have the name 'stopped'"),
    ]
    for form, kind, message in wrong:
        with pytest.raises(kind, match=message):
            scan_path(form, archive)
    # the word itself, and a word that is the name of a folder without rules
    assert list(scan_path(FilterPattern("rules"), archive)) == list(scan_path(tmp_path.name, archive)) == []


def test_moments_may_be_datetimes(rules, tmp_path):
    archive = tmp_path / "a.json"
    archive.write_text(json.dumps({"Records": [record("StopLogging", eventTime="2026-03-04T22:30:00Z")]}))
    utc, later = datetime.timezone.utc, datetime.timezone(datetime.timedelta(hours=2))
    table = [
        ("2026-03-04T22:00:00Z", 1),
        (datetime.datetime(2026, 3, 4, 22), 1),
        (datetime.datetime(2026, 3, 4, 23), 0),
        (datetime.datetime(2026, 3, 5, 0, tzinfo=later), 1),
        (datetime.datetime(2026, 3, 4, 23, tzinfo=utc), 0),
        (datetime.date(2026, 3, 4), 1),
        (datetime.date(2026, 3, 5), 0),
    ]
    for since, count in table:
        assert len(list(scan_path(STOPPED, archive, since=since))) == count, since
    assert simulate(rules, archive, since=datetime.date(2026, 3, 4), until=datetime.date(2026, 3, 6)).events == 1
    for wrong in (5, 1.0, ("2026",)):
        with pytest.raises(TypeError, match="since=.*: expected text such as"):
            scan_path(STOPPED, archive, since=wrong)


def test_paths_that_are_none_say_so(rules):
    for call in (lambda it: scan_path(STOPPED, it), lambda it: simulate(rules, it)):
        with pytest.raises(EvidenceError, match="this is a URL, and only files of this machine are read"):
            call("s3://BUCKET/AWSLogs/")
        with pytest.raises(TypeError, match="path=3: expected text"):
            call(3)
    assert load_rules([rules]) == load_rules(rules) and len(lint_file([rules, rules / "rules.toml"])) == len(lint_file(rules))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_scan_does_not_wait_for_ever_in_a_forked_process(tmp_path):
    """The thread that reads is not there."""
    archive = tmp_path / "a.json"
    archive.write_text(json.dumps({"Records": [record("StopLogging")]}))
    found = scan_path(STOPPED, archive)
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            next(found)
        except RuntimeError as error:
            os._exit(7 if "begin the scan in this process" in str(error) else 8)
        os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert len(list(found)) == 1
