"""Tests the package as its users call it: every answer of AWS, every shape of file, every error."""

import gzip
import json
import pickle
import threading
import time
from pathlib import Path

import pytest
from cwfilter import FilterPattern, PatternError, PatternSet, RuleFileError, explain, lint, load_rules

ROOT = Path(__file__).parents[2]
STOPPED = '{ $.eventName = "StopLogging" }'
LOGIN = '{ $.eventName = "ConsoleLogin" }'


def record(name, **more):
    return {"eventVersion": "1.09", "eventTime": "2026-03-01T12:00:00Z", "eventName": name, **more}


def delivery(*records):
    return json.dumps({"Records": records}).encode()


def test_answers_as_aws_was_observed_to():
    wrong, right = [], 0
    for line in (ROOT / "tests/conformance/cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        if case["evidence"] != "observed" or case.get("disputed") or case.get("error_filter_log_events"):
            continue
        try:
            answer = FilterPattern(case["pattern"]).matches(case["message"])
        except PatternError as error:
            answer = "invalid"
            if case.get("error") not in (None, error.aws_message):
                wrong.append((case["id"], error.aws_message))
        expected = "invalid" if case.get("invalid") else case["match"]
        right += answer == expected
        if answer != expected:
            wrong.append((case["id"], answer))
    assert not wrong
    assert right > 500


@pytest.mark.parametrize(
    "pattern, place, help",
    [
        ("{ $.level = ERROR AND $.code = 5 }", "AND", "write `&&`"),
        ("{ $.user = 'root' }", "'", "double quotes"),
        # code points, not bytes
        ('{ $.name = "Müller" AND $.code = 5 }', "AND", "write `&&`"),
        ("{ $.a = 1", "", "close it with `}`"),
    ],
)
def test_a_refused_pattern_says_where_and_what_to_do(pattern, place, help):
    with pytest.raises(PatternError) as caught:
        FilterPattern(pattern)
    error = caught.value
    start, end = error.span
    assert (pattern[start:end], error.pattern) == (place, pattern)
    assert help in error.help and error.help in str(error)
    assert isinstance(error, ValueError)
    assert lint(pattern)[0].lint == "refused-pattern"


def test_an_event_may_be_text_or_bytes_and_nothing_else():
    pattern = FilterPattern('{ $.a = "ä" }')
    event = '{"a":"ä"}'
    assert all(pattern.matches(kind) for kind in (event, event.encode(), bytearray(event.encode())))
    for wrong in (3, None, {"a": "ä"}, ["a"]):
        with pytest.raises(TypeError):
            pattern.matches(wrong)
    with pytest.raises(TypeError):
        PatternSet({"a": 3})


def test_patterns_compare_hash_print_and_pickle():
    pattern = FilterPattern(STOPPED)
    copy = pickle.loads(pickle.dumps(pattern))
    assert copy == pattern and hash(copy) == hash(pattern) and str(copy) == STOPPED
    assert pattern != FilterPattern(LOGIN)
    assert eval(repr(pattern)) == pattern
    rules = PatternSet({"stopped": pattern, "login": LOGIN})
    assert pickle.loads(pickle.dumps(rules)).patterns == {"stopped": STOPPED, "login": LOGIN}


def test_a_set_names_its_matches_and_the_pattern_that_is_refused():
    rules = PatternSet({"stopped": STOPPED, "login": LOGIN, "any": ""})
    assert len(rules) == 3
    assert rules.matches(json.dumps(record("ConsoleLogin"))) == ["login", "any"]
    with pytest.raises(PatternError) as caught:
        PatternSet({"good": STOPPED, "bad": "{"})
    assert str(caught.value).startswith("in the pattern `bad`: ") and caught.value.name == "bad"


def test_columns_of_a_line_are_extracted():
    pattern = FilterPattern("[ip, user, status = 4*]")
    assert pattern.extract("198.51.100.7 alice 404") == [("$ip", "198.51.100.7"), ("$user", "alice"), ("$status", "404")]
    assert pattern.extract("198.51.100.7 alice 200") is None


RECORDS = [record("ConsoleLogin"), record("GetObject"), record("StopLogging", note="ä\n")]
LINES = b"\n".join(json.dumps(one).encode() for one in RECORDS)
SHAPES = {
    "delivery": delivery(*RECORDS),
    "indented": json.dumps({"Records": RECORDS}, indent=2).encode(),
    "lines": LINES,
    "array": json.dumps(RECORDS).encode(),
    "eventbridge": b"\n".join(json.dumps({"detail-type": "x", "detail": one}).encode() for one in RECORDS),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("packed", [lambda data: data, gzip.compress, lambda data: gzip.compress(gzip.compress(data))])
def test_every_shape_of_file_gives_the_same_hits(shape, packed):
    result = PatternSet({"stopped": STOPPED, "login": LOGIN}).scan(packed(SHAPES[shape]), events=True)
    assert (result.records, result.error, len(result), bool(result)) == (3, None, 2, True)
    hits = [(hit.record, hit.rule, hit.event_time, hit.event_name) for hit in result.hits]
    assert hits == [(1, "login", "2026-03-01T12:00:00Z", "ConsoleLogin"), (3, "stopped", "2026-03-01T12:00:00Z", "StopLogging")]
    assert [json.loads(hit.event) for hit in result.hits] == [RECORDS[0], RECORDS[2]]
    assert result.columns()["record"] == [1, 3] and result.columns()["rule"] == ["login", "stopped"]


WHOLE = gzip.compress(delivery(*[RECORDS[index % 3] for index in range(300)]), mtime=0)


@pytest.mark.parametrize(
    "data, error",
    [
        (b"", "the input is empty"),
        (WHOLE[: len(WHOLE) // 2], "fetch it again"),
        (WHOLE[:-5] + b"\x00" * 5, "damaged"),
        (LINES[:-3], "the input ends inside a record"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(LINES)))), "layers of compression"),
    ],
)
def test_damage_is_said_and_what_stands_before_it_is_matched(data, error):
    result = PatternSet({"login": LOGIN}).scan(data)
    assert error in result.error
    assert len(result) == (result.records + 2) // 3


def test_lines_of_text_are_not_passed_over_by_json_patterns():
    result = PatternSet({"login": LOGIN}).scan(b"hello")
    assert (result.records, result.damages, result.error) == (1, 0, "1 record is a line of text, which no JSON pattern matches")
    assert PatternSet({"login": LOGIN, "text": "hello"}).scan(b"hello").error is None


def test_a_damaged_record_costs_itself_alone_in_every_container():
    login = json.dumps(RECORDS[0])
    assert len(PatternSet({"login": LOGIN}).scan(login)) == 1
    damaged = '{"eventName":"ConsoleLogin","z":NaN}'
    lines = "\n".join([login, damaged, '{"eventName":"Cons', login]).encode()
    for data, places in [
        (lines, 2),
        (gzip.compress(lines), 2),
        (f'{{"Records":[{login},{damaged},{login}]}}'.encode(), 1),
        (gzip.compress(f'{{"Records":[{login},{damaged},{login}]}}'.encode()), 1),
    ]:
        result = PatternSet({"login": LOGIN}).scan(data)
        assert (result.records, len(result), result.damages, len(result.errors)) == (2, 2, places, places)
        assert all("reading continues at" in error for error in result.errors)
        assert result.error == "\n".join(result.errors)


def test_an_event_without_time_or_name_or_with_escapes_is_shown_as_it_is():
    events = [{"a": 1}, {"eventName": 5, "eventTime": None, "a": 1}, {"eventName": "Stop\u00e4", "a": 1}]
    hits = PatternSet({"a": "{ $.a = 1 }"}).scan("\n".join(map(json.dumps, events))).hits
    assert [(hit.event_time, hit.event_name) for hit in hits] == [(None, None), (None, "5"), (None, "Stopä")]


def test_explanations_name_the_clause_that_decides():
    why = explain('{ $.a = 1 && $.b != "x" }', '{"a":1}')
    assert not why and not why.matched
    assert why.deciding == ['$.b != "x"']
    assert [(clause.text, clause.holds, clause.decides) for clause in why.clauses] == [
        ("$.a = 1", True, False),
        ('$.b != "x"', False, True),
    ]
    assert "field is missing" in str(why)
    assert FilterPattern("{ $.a = 1 }").explain('{"a":1}')


def test_lint_says_what_a_pattern_means():
    text = '{ $.eventName != "GetObject" || $.eventName != "PutObject" }'
    found = lint(text)[0]
    assert (found.lint, found.severity) == ("or-of-negations", "warning")
    assert found.fix == text.replace("||", "&&") and not found.fix_is_safe
    assert text[found.span[0] : found.span[1]] == text[2:-2]
    assert lint(STOPPED) == []


def test_rule_files_load_or_say_what_is_wrong(tmp_path):
    rules = load_rules(ROOT / "patterns")
    assert len(rules) > 30 and len(PatternSet(rules)) == len(rules)
    broken = tmp_path / "rules.toml"
    broken.write_text("[[rule]]\nid = 'a'\npattern = '{'\n")
    with pytest.raises(RuleFileError) as caught:
        load_rules(str(broken))
    assert "rules.toml" in str(caught.value)


def test_other_threads_run_while_a_file_is_scanned():
    rules = PatternSet({"stopped": STOPPED, "numbers": "{ $.a.b.c > 5 }"})
    data = b"\n".join([LINES] * 60_000)
    state = {"scanning": False}

    def work():
        state["scanning"] = True
        rules.scan(data)
        state["scanning"] = False

    worker = threading.Thread(target=work)
    worker.start()
    steps = 0
    while worker.is_alive():
        steps += state["scanning"]
        time.sleep(0.001)
    worker.join()
    assert steps > 5


def test_threads_share_a_set():
    rules = PatternSet({"stopped": STOPPED})
    found = []
    workers = [threading.Thread(target=lambda: found.append([len(rules.scan(WHOLE)) for _ in range(20)])) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found == [[100] * 20] * 4
