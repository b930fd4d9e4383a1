"""Scans an archive that is too large for one machine with the same rules, on Spark (EMR, Glue, Databricks).

    from cwfilter import load_rules
    from cwfilter.spark import scan

    found = scan(spark, "s3://BUCKET/AWSLogs/", load_rules("patterns"), since="24h")
    found.hits.groupBy("rule").count().show()
    found.errors.show()
    print(found.summary())

Whole objects go to the executors, where Rust inflates, splits and matches them; only hits come back. A row per record would
cost more than all of that (measured: `python/README.md`). For tables and streams that hold records as text there are functions of
a column: `matches`, `matching_rules`. The wheel has to be on the executors, together with pyarrow.
"""

from __future__ import annotations

from .archive import MAX_OBJECT_BYTES, Scan, backtest, scan, scan_files
from .columns import matches, matching_rules

__all__ = ["MAX_OBJECT_BYTES", "Scan", "backtest", "matches", "matching_rules", "scan", "scan_files"]
