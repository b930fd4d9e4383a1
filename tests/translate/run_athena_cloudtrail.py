"""Runs queries of Athena over CloudTrail events in the table of docs/translation.md: run_athena_cloudtrail.py EVENTS QUERIES, as
run_athena.py. The columns are filled as the table's SerDe does: names in any case, every scalar as its text, objects of a STRING as
their JSON."""

import json
import re
from pathlib import Path

import duckdb
import sqlglot
from run_athena import MACROS, in_duckdb
from run_duckdb import answer

DOCS = Path(__file__).parents[2] / "docs/translation.md"


def columns():
    """The columns of the table: from the name to `text`, `map`, a dictionary of members, or a list with one."""
    statement = re.search(r"CREATE EXTERNAL TABLE cloudtrail_logs \((.*?)\n\)\nPARTITIONED", DOCS.read_text("utf-8"), re.S)
    words = re.findall(r"[a-z0-9]+|[<>,:]", statement.group(1).lower())

    def of_type():
        name = words.pop(0)
        if name == "string":
            return "text"
        assert words.pop(0) == "<", words
        if name == "map":
            del words[: words.index(">") + 1]
            return "map"
        if name == "array":
            found = [of_type()]
            assert words.pop(0) == ">"
            return found
        return members(lambda: words.pop(0) == ":", ">")

    def members(separate, end):
        found = {}
        while words:
            name = words.pop(0)
            separate()
            found[name] = of_type()
            if words and words.pop(0) == end:
                break
        return found

    return members(lambda: None, "")


def structure(kind):
    if isinstance(kind, dict):
        return {name: structure(of) for name, of in kind.items()}
    if isinstance(kind, list):
        return [structure(kind[0])]
    return "JSON" if kind == "map" else "VARCHAR"


def cell(value, kind):
    if value is None:
        return None
    if kind == "text":
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if isinstance(kind, dict):
        members = {name.lower(): of for name, of in value.items()} if isinstance(value, dict) else {}
        return {name: cell(members.get(name), of) for name, of in kind.items()}
    if isinstance(kind, list):
        return [cell(item, kind[0]) for item in value] if isinstance(value, list) else None
    return value


def fill(connection, events):
    table = columns()
    connection.execute("CREATE TABLE rows (message VARCHAR, cells VARCHAR)")
    rows = [[event, json.dumps(cell(json.loads(event), table))] for event in events]
    connection.executemany("INSERT INTO rows VALUES (?, ?)", rows)
    # the message comes first: it says which event a row is
    connection.execute(
        "CREATE TABLE cloudtrail_logs AS SELECT message, unnest(from_json(cells, ?)) FROM rows", [json.dumps(structure(table))]
    )


def with_null_for_other_texts(query):
    """Trino extracts null from a text that is not JSON, and DuckDB fails."""
    return in_duckdb(re.sub(r"(json_extract(?:_scalar)?)\((\w\w+),", r"\1(json_or_null(\2),", query))


MORE = ["json_or_null(text) AS CASE WHEN json_valid(text) THEN text END"]
answer(MACROS + MORE, with_null_for_other_texts, (duckdb.Error, sqlglot.errors.SqlglotError), fill)
