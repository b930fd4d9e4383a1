"""Scans an archive on Spark: hits, errors, what was skipped and daily counts as Parquet, the summary on standard output.

    spark-submit --archives environment.tar.gz#environment spark_scan.py \
        --rules rules.toml --output s3://BUCKET/found s3://TRAIL-BUCKET/AWSLogs/

Ends with exit code 3 if objects were damaged or could not be read, as `cwfilter scan` does. All other records were matched.
"""

from __future__ import annotations

import argparse
import json
import sys

from cwfilter import load_rules
from cwfilter.spark import scan
from pyspark.sql import SparkSession


def main(arguments: list[str], spark: SparkSession | None = None) -> int:
    parser = argparse.ArgumentParser(description="Scan CloudTrail archives for filter patterns, on Spark")
    parser.add_argument("paths", nargs="+", help="folders or objects, of any file system that Spark knows")
    parser.add_argument("--rules", required=True, action="append", help="a rule file, or a folder of them, on the driver")
    parser.add_argument("--output", required=True, help="the folder that hits/, errors/, skipped/ and backtest/ are written to")
    parser.add_argument("--since", help="only hits from this moment on: `2026-03-04T10:15:00Z`, or how long ago: `24h`")
    parser.add_argument("--until", help="only hits before this moment")
    parser.add_argument("--account", action="append", default=[], help="only hits of this account")
    parser.add_argument("--region", action="append", default=[], help="only hits of this region")
    options = parser.parse_args(arguments)

    spark = spark or SparkSession.builder.appName("cwfilter").getOrCreate()
    selection = {name: getattr(options, name) for name in ("since", "until", "account", "region")}
    found = scan(spark, options.paths, load_rules(*options.rules), **selection)
    found.hits.write.parquet(f"{options.output}/hits")
    found.errors.write.parquet(f"{options.output}/errors")
    found.skipped.write.parquet(f"{options.output}/skipped")
    found.backtest().write.parquet(f"{options.output}/backtest")
    summary = found.summary()
    print(json.dumps(summary))
    found.unpersist()
    return 3 if summary["errors"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
