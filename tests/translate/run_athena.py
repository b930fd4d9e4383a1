"""Runs queries of Athena over log events: run_athena.py EVENTS QUERIES, as run_duckdb.py. Athena is not there: sqlglot reads each query in
Athena's dialect, writes it in DuckDB's, and DuckDB runs it. Functions that sqlglot leaves as they are, are macros here."""

import sys

import duckdb
import sqlglot
from run_duckdb import answer
from sqlglot import exp

MACROS = [
    "json_format(value) AS CAST(json(value) AS VARCHAR)",
    "regexp_like(text, expression) AS regexp_matches(text, expression)",
    "cardinality(items) AS len(items)",
    "element_at(items, n) AS items[n]",
]


def in_duckdb(query):
    tree = sqlglot.parse_one(query, read="athena")

    def rewrite(node):
        # sqlglot does not write these two of Trino's functions in DuckDB's words
        if isinstance(node, (exp.JSONExtract, exp.JSONExtractScalar)):
            function = "json_extract_string" if isinstance(node, exp.JSONExtractScalar) else "json_extract"
            return exp.func(function, node.this, exp.Literal.string(path(node.expression)))
        return node

    return tree.transform(rewrite).sql(dialect="duckdb")


def path(node):
    """A path as DuckDB writes it: `$."a"[0]`."""
    parts = node.expressions if isinstance(node, exp.JSONPath) else sys.exit(f"no path: {node!r}")
    text = "$"
    for part in parts:
        if isinstance(part, exp.JSONPathKey):
            text += f'."{part.this}"'
        elif isinstance(part, exp.JSONPathSubscript):
            text += f"[{part.this}]" if isinstance(part.this, int) else f'."{part.this}"'
        elif not isinstance(part, exp.JSONPathRoot):
            sys.exit(f"no part of a path: {part!r}")
    return text


if __name__ == "__main__":
    answer(MACROS, in_duckdb, (duckdb.Error, sqlglot.errors.SqlglotError))
