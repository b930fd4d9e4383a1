"""Runs queries of DuckDB over log events: run_duckdb.py EVENTS QUERIES, two files with a JSON list of texts. Prints one line a query: the
indexes of the events that it selects, or the error."""

import json
import sys
from pathlib import Path

import duckdb

events, queries = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
index = {event: number for number, event in enumerate(events)}
connection = duckdb.connect()
connection.execute("SET threads TO 2")
connection.execute("CREATE TABLE events (message VARCHAR)")
connection.executemany("INSERT INTO events VALUES (?)", [[event] for event in events])
for query in queries:
    try:
        found = sorted(index[row[0]] for row in connection.execute(query).fetchall())
        print(json.dumps(found))
    except duckdb.Error as error:
        print(json.dumps({"error": str(error)}))
