"""Finds the objects of a scan on the driver."""

from __future__ import annotations

import os
import re
import weakref
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from .._cwfilter import Selection, judge_names, list_files
from .tasks import OPEN_COST, TASK_BYTES

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
OUTSIDE = ("beforeSince", "afterUntil", "otherAccount", "otherRegion")
"""Reasons of a selection."""
_DIGEST = "/CloudTrail-Digest/"
_LISTED_TASKS = 8
"""Tasks that write a listing; a task writes hundreds of thousands of names a second."""


@dataclass
class Listing:
    """The objects below the paths of a scan: those that are read, and the others with the reason."""

    files: list[tuple[str, int]] = field(default_factory=list)
    """Local files, which the tasks read themselves, and their bytes."""
    direct: frozenset[str] = frozenset()
    objects: list[tuple[str, int]] = field(default_factory=list)
    """What Spark reads, and its bytes."""
    source: DataFrame | None = None
    """The rows of `objects`, with the columns of `binaryFile`."""
    skipped: list[tuple[str, str]] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    has_evidence: bool = False
    reads_local: bool = False
    """Whether a local file is read."""

    def names(self) -> set[str]:
        """What is listed so far, whatever becomes of it."""
        return {name for name, _ in (*self.files, *self.skipped, *self.errors)}

    def why_empty(self, paths: list[str]) -> str | None:
        """What to say if there is nothing to read."""
        if self.errors:
            return None
        counts = Counter(reason for _, reason in self.skipped)
        outside = sum(counts[reason] for reason in OUTSIDE)
        if outside and not self.reads_local and not self.objects:
            files = "1 file is" if outside == 1 else f"{outside} files are"
            return (
                f"no file was opened: by name, {files} outside the times, accounts and regions that are asked for; "
                "check them, or pass allow_empty=True"
            )
        if self.has_evidence:
            return None
        passed = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))
        skipped = f" (skipped: {passed})" if passed else ""
        return (
            f"no event files below {', '.join(paths)}{skipped}: expected JSON, text or CSV by name or content, also compressed; "
            "check the paths, or pass allow_empty=True"
        )


def find(spark: SparkSession, paths: list[str], selection: Selection, max_object_bytes: int) -> Listing:
    """Lists local files as `cwfilter scan` does. All other file systems, and paths with `*`, are left to Spark."""
    local = [path for path in paths if _is_local(spark, path)]
    listing = Listing()
    if local:
        names = [re.sub("^file:/*", "/", path) for path in local]
        for name in names:
            if not os.path.exists(name):
                raise FileNotFoundError(f"{name}: there is no such file or folder; check the path")
        found = list_files(names, selection)
        listing = Listing(found.files, frozenset(found.direct), skipped=found.skipped, errors=found.errors)
        listing.has_evidence = found.has_evidence
        listing.reads_local = bool(found.files) and not found.all_outside
    others = [path for path in paths if path not in local]
    if others:
        _by_spark(spark, others, selection, max_object_bytes, listing)
    return listing


def _is_local(spark: SparkSession, path: str) -> bool:
    name = re.sub("^file:/*", "/", path)
    if any(sign in name for sign in "*?[{") and not os.path.exists(name):
        return False
    if path.startswith("file:"):
        return True
    if _SCHEME.match(path):
        return False
    try:
        return str(_context(spark).hadoopConfiguration().get("fs.defaultFS", "file:///")).startswith("file:")
    except Exception:  # there is no way to ask in Spark Connect
        return False


def _context(spark: SparkSession) -> Any:
    return spark.sparkContext._jsc


def _by_spark(spark: SparkSession, paths: list[str], selection: Selection, max_object_bytes: int, listing: Listing) -> None:
    """Adds what Spark lists. The settings that make tasks of small objects larger belong to a session of its own."""
    reader = _own_session(spark).read.format("binaryFile").option("recursiveFileLookup", True)
    # one object that cannot be read must not end the job: it is missing from the results, and is then reported
    reader = reader.option("ignoreCorruptFiles", True).option("ignoreMissingFiles", True)
    source = reader.load(paths)
    location = F.col("_metadata.file_path")
    rows = source.select("path", "length", location.alias("location")).coalesce(_LISTED_TASKS).collect()
    # Spark leaves out empty objects
    empty = sorted({_as_path(name) for name in source.inputFiles()} - {row["path"] for row in rows} - listing.names())
    reasons = judge_names([row["path"] for row in rows], selection)
    by_tasks = listing.names()
    kept, dropped = [], []
    for row, reason in zip(rows, reasons):
        if row["path"] in by_tasks:
            # paths overlap; among those that it lists itself, Spark names a file once
            listing.skipped.append((row["path"], "namedTwice"))
            dropped.append(row["location"])
            continue
        if reason is not None:
            listing.skipped.append((row["path"], reason))
            dropped.append(row["location"])
            continue
        listing.has_evidence = True
        if row["length"] > max_object_bytes:
            listing.errors.append((row["path"], f"object of {row['length']} bytes, which is not read"))
            dropped.append(row["location"])
            continue
        listing.objects.append((row["path"], row["length"]))
        kept.append(row["location"])
    for name, reason in zip(empty, judge_names(empty, selection)):
        if reason is None:
            listing.errors.append((name, "the object is empty or cannot be read"))
        else:
            listing.skipped.append((name, reason))
    listing.has_evidence = listing.has_evidence or any(reason not in ("other", "digest") for _, reason in listing.skipped)
    # a condition on the metadata keeps Spark from reading what it excludes
    listing.source = source.where(_keeps(location, kept, dropped))


def _keeps(location: Column, kept: list[str], dropped: list[str]) -> Column:
    others = [name for name in dropped if _DIGEST not in name]
    is_digest = location.contains(_DIGEST) if len(others) < len(dropped) else F.lit(False)
    if not others:
        return ~is_digest
    # one text of SQL: a list of Python would be passed name by name
    fewer = others if len(others) < len(kept) else kept
    names = ", ".join("'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'" for name in fewer)
    is_in = F.expr(f"_metadata.file_path IN ({names})") if fewer else F.lit(False)
    return ~is_digest & (~is_in if fewer is others else is_in)


_own_sessions: weakref.WeakKeyDictionary[SparkSession, SparkSession] = weakref.WeakKeyDictionary()
"""By the user's session. Spark starts new Python workers for each session, so that one serves all scans."""


def _own_session(spark: SparkSession) -> SparkSession:
    own = _own_sessions.get(spark)
    if own is not None:
        return own
    if type(spark).__module__.startswith("pyspark.sql.connect"):
        # a result of two sessions is refused there: the sizes of tasks stay those of the session
        return spark
    own = spark.newSession()
    own.conf.set("spark.sql.files.maxPartitionBytes", str(TASK_BYTES))
    own.conf.set("spark.sql.files.openCostInBytes", str(OPEN_COST))
    _own_sessions[spark] = own
    return own


def _as_path(uri: str) -> str:
    """A location in the form of the column `path`: not encoded, and local files with one slash."""
    return re.sub("^file:/+", "file:/", unquote(uri))
