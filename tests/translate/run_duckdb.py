"""Runs queries of DuckDB over log events: run_duckdb.py EVENTS QUERIES, two files with a JSON list of texts. Prints one line a query: the
indexes of the events that it selects, or the error."""

import json
import sys
from pathlib import Path

import duckdb


def messages(connection, events):
    """A table of log events."""
    connection.execute("CREATE TABLE events (message VARCHAR)")
    connection.executemany("INSERT INTO events VALUES (?)", [[event] for event in events])


def answer(macros=(), in_duckdb=str, errors=(duckdb.Error,), fill=messages):
    """Answers the queries, each as `in_duckdb` writes it, with these macros, over the table that `fill` makes of the events."""
    events, queries = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    index = {event: number for number, event in enumerate(events)}
    connection = duckdb.connect()
    connection.execute("SET threads TO 2")
    fill(connection, events)
    for macro in macros:
        connection.execute(f"CREATE MACRO {macro}")
    for query in queries:
        written = query
        try:
            written = in_duckdb(query)
            print(json.dumps(sorted(index[row[0]] for row in connection.execute(written).fetchall())))
        except errors as error:
            print(json.dumps({"error": f"{error}\n{written}"}))


if __name__ == "__main__":
    answer()
