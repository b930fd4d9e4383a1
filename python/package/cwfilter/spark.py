"""Scans an archive that is too large for one machine with the same rules, on Spark (EMR, Glue, Databricks).

    from cwfilter import load_rules
    from cwfilter.spark import scan

    found = scan(spark, "s3://BUCKET/AWSLogs/", load_rules("patterns"))
    found.hits.groupBy("rule").count().show()
    found.errors.show()
    print(found.summary())

Whole objects go to the executors, where Rust inflates, splits and matches them; only hits come back. A row per record would
cost more than all of that (measured: `python/README.md`). The wheel has to be on the executors, together with pyarrow.
"""

from __future__ import annotations

import functools
import gc
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Union
from urllib.parse import unquote

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from . import FilterPattern, PatternSet

__all__ = ["MAX_OBJECT_BYTES", "Scan", "backtest", "scan", "scan_files"]

Rules = Mapping[str, Union[str, FilterPattern]]

MAX_OBJECT_BYTES = 64 << 20
"""A larger object, in bytes as stored, is not read: it is a row of `Scan.errors`."""

_BATCH_OBJECTS = 16
"""This number of objects of the largest size stays below 2 GiB, the most that a batch of Arrow can hold."""

_EVENT_FILE = r"(?i)\.(json|jsonl|ndjson|log)(\.gz)?$"
_DIGEST = "/CloudTrail-Digest/"

_HITS = pa.struct(
    [
        ("record", pa.int64()),
        ("eventTime", pa.string()),
        ("eventName", pa.string()),
        ("rule", pa.string()),
        ("event", pa.string()),
    ]
)
_HIT = ", ".join(f"{field.name} {'long' if field.type == pa.int64() else 'string'}" for field in _HITS)
_OBJECT = f"file string, records long, error string, hits array<struct<{_HIT}>>"


def scan(
    spark: SparkSession,
    paths: Union[str, Iterable[str]],
    rules: Rules,
    *,
    samples: int = 3,
    max_object_bytes: int = MAX_OBJECT_BYTES,
) -> Scan:
    """Matches every record of the event files below `paths` against the rules, by their names.

    Event files are `*.json`, `*.jsonl`, `*.ndjson`, `*.log`, each also `.gz`, of every shape that `PatternSet.scan` knows.
    CloudTrail's digest files and other objects are not read, but counted. The objects are listed now; they are read once,
    when a result is first asked for. At most `samples` events a rule are kept in each task, for `Scan.samples`.

    Sets `spark.sql.execution.arrow.maxRecordsPerBatch` of the session to 16 if it is larger: whole objects are the rows.
    """
    patterns = PatternSet(rules).patterns  # a refused pattern raises its error here, not on an executor
    if max_object_bytes > MAX_OBJECT_BYTES:
        raise ValueError(f"max_object_bytes is at most {MAX_OBJECT_BYTES}")
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", True)
    # one object that cannot be read must not end the job: it is missing from the results, and is then reported
    reader = reader.option("ignoreCorruptFiles", True).option("ignoreMissingFiles", True)
    source = reader.load(paths if isinstance(paths, str) else list(paths))
    # a condition on the metadata keeps Spark from reading what it excludes
    location = F.col("_metadata.file_path")
    wanted = source.where(_is_event_file(location) & (F.col("length") <= max_object_bytes))
    objects = _scan_files(wanted, patterns, samples).persist()
    return Scan(source, objects, list(patterns), samples, max_object_bytes)


def backtest(spark: SparkSession, paths: Union[str, Iterable[str]], rules: Rules) -> DataFrame:
    """The number of events that each rule matches on each day: rule, day, events. See `Scan.backtest`."""
    return scan(spark, paths, rules).backtest()


def scan_files(files: DataFrame, rules: Rules, *, samples: int = 0) -> DataFrame:
    """A row for each row of `files`, which has the columns `path` and `content` of Spark's source `binaryFile`, batch or
    streaming: file, records, error, and hits, an array of record, eventTime, eventName, rule and event.

    `error` says what is damaged in a file, a line for each place; `records` were read all the same. The rules are sent to each executor once.
    """
    return _scan_files(files, PatternSet(rules).patterns, samples)


def _scan_files(files: DataFrame, patterns: dict[str, str], samples: int) -> DataFrame:
    session = files.sparkSession
    if int(session.conf.get("spark.sql.execution.arrow.maxRecordsPerBatch") or 0) not in range(1, _BATCH_OBJECTS + 1):
        session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(_BATCH_OBJECTS))
    task = _Task(_shared(session, patterns), samples)
    return files.select("path", "content").mapInArrow(task, _OBJECT)


@dataclass(frozen=True)
class Scan:
    """The results of scanning an archive. They share one pass over it, whose result is kept until `unpersist`.

    The methods of its DataFrame of hits can be called on the scan itself.
    """

    source: DataFrame
    """The objects as Spark's source `binaryFile` gives them, whether they are read or not."""
    objects: DataFrame
    """A row for each object that was read: file, records, error, hits."""
    rules: list[str]
    """The rules' names."""
    sampled: int
    """The largest number of sample events of a rule."""
    max_object_bytes: int
    """Larger objects, in bytes as stored, are not read."""

    @property
    def hits(self) -> DataFrame:
        """file, record (from 1 in its file), eventTime, eventName, rule."""
        return self._hits().drop("event")

    @property
    def errors(self) -> DataFrame:
        """file, error (a line for each damaged place), records (those that were read): objects that are damaged, empty, too large or could not be read."""
        damaged = self.objects.where(F.col("error").isNotNull()).select("file", "error", "records")
        is_large = _is_event_file(F.col("_metadata.file_path")) & (F.col("length") > self.max_object_bytes)
        large = self.source.where(is_large).select(F.col("path").alias("file"), "length")
        # Spark skips empty objects silently, and also those that it cannot read because it is told to
        events = [(file,) for file, kind in self._listed if kind == "events"]
        missed = self.objects.sparkSession.createDataFrame(events, "file string")
        for read in (self.objects, large):
            missed = missed.join(F.broadcast(read.select("file")), "file", "left_anti")
        for objects, error in [
            (large, F.format_string("object of %d bytes, which is not read", "length")),
            (missed, F.lit("the object is empty or cannot be read")),
        ]:
            records = F.lit(0).cast("long").alias("records")
            damaged = damaged.unionByName(objects.select("file", error.alias("error"), records))
        return damaged

    @property
    def samples(self) -> DataFrame:
        """rule, file, record, event: some events of each rule, for `cwfilter.explain`."""
        rank = F.row_number().over(Window.partitionBy("rule").orderBy("file", "record"))
        sampled = self._hits().where(F.col("event").isNotNull()).withColumn("rank", rank)
        return sampled.where(F.col("rank") <= self.sampled).select("rule", "file", "record", "event")

    def backtest(self) -> DataFrame:
        """rule, day (of `eventTime`, UTC), events. A rule that no event matches has one row, without a day."""
        day = F.to_date(F.substring("eventTime", 1, 10))
        counts = self.hits.groupBy("rule", day.alias("day")).agg(F.count("*").alias("events"))
        rules = self.objects.sparkSession.createDataFrame([(rule,) for rule in self.rules], "rule string")
        all_rules = rules.join(counts, "rule", "left")
        return all_rules.select("rule", "day", F.coalesce("events", F.lit(0).cast("long")).alias("events"))

    def summary(self) -> dict[str, int]:
        """The numbers of objects, of digest files, of other files, of failed objects, of records and of hits."""
        kinds = Counter(kind for _, kind in self._listed)
        totals = self.objects.agg(
            F.count("*").alias("read"),
            F.count("error").alias("damaged"),
            F.coalesce(F.sum("records"), F.lit(0)).alias("records"),
            F.coalesce(F.sum(F.size("hits")), F.lit(0)).alias("hits"),
        ).first()
        assert totals is not None
        return {
            "objects": sum(kinds.values()),
            "digest": kinds["digest"],
            "other": kinds["other"],
            # an object that was listed and not read is an error, whatever the reason
            "errors": totals["damaged"] + kinds["events"] - totals["read"],
            "records": totals["records"],
            "hits": totals["hits"],
        }

    def unpersist(self) -> None:
        """Frees the results of the pass on the executors."""
        self.objects.unpersist()

    @functools.cached_property
    def _listed(self) -> list[tuple[str, str]]:
        """Every object with its kind, as the driver listed them. The results of the tasks are checked against this list."""
        return [(file, _kind(file)) for file in map(_as_path, self.source.inputFiles())]

    def _hits(self) -> DataFrame:
        return self.objects.select("file", F.explode("hits").alias("hit")).select("file", "hit.*")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.hits, name)


def _is_event_file(location: Column) -> Column:
    return location.rlike(_EVENT_FILE) & ~location.contains(_DIGEST)


def _kind(file: str) -> str:
    if _DIGEST in file:
        return "digest"
    return "events" if re.search(_EVENT_FILE, file) else "other"


def _as_path(uri: str) -> str:
    """A location in the form of the column `path`: not encoded, and local files with one slash."""
    return re.sub("^file:/+", "file:/", unquote(uri))


def _shared(session: SparkSession, patterns: dict[str, str]) -> Callable[[], dict[str, str]]:
    """The rules in the form that tasks read: broadcast, or sent with the task if there is no context (Spark Connect)."""
    try:
        broadcast = session.sparkContext.broadcast(patterns)
    except (AttributeError, NotImplementedError):
        return functools.partial(dict, patterns)
    return functools.partial(_value_of, broadcast)


def _value_of(broadcast: Any) -> Any:
    return broadcast.value


@functools.lru_cache(maxsize=8)
def _pattern_set(patterns: tuple[tuple[str, str], ...]) -> PatternSet:
    """Compiles the rules once in each Python worker, which serves many tasks."""
    # a worker collects garbage after every task; with all the objects of pandas, that takes longer than a small task
    gc.freeze()
    return PatternSet(dict(patterns))


class _Task:
    """Scans an executor's share of the objects."""

    def __init__(self, patterns: Callable[[], dict[str, str]], samples: int) -> None:
        self.patterns = patterns
        self.samples = samples

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        patterns = _pattern_set(tuple(self.patterns().items()))
        sampled: Counter[str] = Counter()
        for batch in batches:
            yield self._scan(patterns, batch, sampled)

    def _scan(self, patterns: PatternSet, batch: pa.RecordBatch, sampled: Counter[str]) -> pa.RecordBatch:
        records, errors, ends = [], [], [0]
        hits: dict[str, list[Any]] = {field.name: [] for field in _HITS}
        for content in batch.column("content"):
            result = patterns.scan(content.as_py(), events=self.samples > 0)
            records.append(result.records)
            errors.append(result.error)
            ends.append(ends[-1] + len(result))
            found = result.columns()
            found["event"] = self._sample(found["rule"], found["event"], sampled)
            for name, values in found.items():
                hits[name].extend(values)
        columns = [pa.array(hits[field.name], field.type) for field in _HITS]
        lists = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.StructArray.from_arrays(columns, fields=list(_HITS)))
        arrays = [batch.column("path"), pa.array(records, pa.int64()), pa.array(errors, pa.string()), lists]
        return pa.RecordBatch.from_arrays(arrays, names=["file", "records", "error", "hits"])

    def _sample(self, rules: list[str], events: list[bytes | None], sampled: Counter[str]) -> list[str | None]:
        """The events, but only the first few of each rule in this task."""
        texts: list[str | None] = []
        for rule, event in zip(rules, events):
            sampled[rule] += 1
            texts.append(event.decode(errors="replace") if event is not None and sampled[rule] <= self.samples else None)
        return texts
