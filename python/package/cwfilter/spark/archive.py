"""Scans an archive."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from .._arguments import Moment, Names, moment_of, names_of
from .._cwfilter import ArchiveTask, Selection
from .._rules import Rules, set_of
from .listing import OUTSIDE, Listing, find
from .parts import HIT_COLUMNS, OBJECTS_DDL, PARTS_DDL, SUMS, HitRows, count_hits, object_rows
from .tasks import MAX_BUCKETS, OPEN_COST, TASK_BYTES, ContentParts, ContentTask, FileTask, Work, packed, shared

MAX_OBJECT_BYTES = 64 << 20
"""A larger object that Spark has to read, in bytes as stored, is not read: it is a row of `Scan.errors`. Local files have no limit."""

_LACKING = ("withoutTime", "withoutAccount", "withoutRegion")
_INSIDE = ("controlMessages", "notices", "digests", "archiveFiles", "partialAnswers", "previews")


def scan(
    spark: SparkSession,
    paths: Names,
    rules: Rules,
    *,
    since: Moment = None,
    until: Moment = None,
    account: Names = (),
    region: Names = (),
    late: str | None = None,
    keep_duplicates: bool = False,
    samples: int = 3,
    max_object_bytes: int = MAX_OBJECT_BYTES,
    allow_empty: bool = False,
) -> Scan:
    """Matches every record of the event files below `paths` against the rules, by their names.

    `rules` is a mapping from name to pattern as `load_rules` gives it, a `PatternSet`, one pattern, one rule, or a list of rules.

    Event files are those that `cwfilter scan` reads, in every container and compression that it knows (docs/evidence.md), by their
    names or, without a known extension, by their content. What is not read is counted, in `Scan.skipped`. The objects are listed now;
    they are read once, when a result is first asked for.

    `since`, `until` (a moment as `2026-03-04T10:15:00Z`, a duration before now as `24h`, or a datetime), `account` and `region` keep hits
    of that time, those accounts and regions. They are compared with the names of CloudTrail's files before the files are opened; with
    `until`, a file may have been delivered up to `late` after its events (`24h`). All times are UTC.

    An event that was delivered more than once is one hit, unless `keep_duplicates`. At most `samples` events a rule are kept in each
    task, for `Scan.samples`. Settings of the session do not change.

    Raises `PatternError` for a pattern that AWS refuses, `FileNotFoundError` for a local path that is not there, and `ValueError` if
    there are no rules, no event files, or none whose name is in the selection (not with `allow_empty`).
    """
    patterns = set_of(rules).patterns
    _check_number("samples", samples, "0 keeps none")
    _check_number("max_object_bytes", max_object_bytes, f"at most {MAX_OBJECT_BYTES}", MAX_OBJECT_BYTES)
    selection = _selection(since, until, account, region, late)
    named = names_of("paths", paths)
    if not all(named) or not named:
        raise ValueError("a path is empty: pass a folder or a file")
    listing = find(spark, named, selection, max_object_bytes)
    why = listing.why_empty(named)
    if why is not None and not allow_empty:
        raise ValueError(why)
    parts, buckets = _parts(spark, listing, patterns, selection, samples)
    return Scan(parts.persist(), buckets, list(patterns), samples, keep_duplicates, listing)


def backtest(spark: SparkSession, paths: Names, rules: Rules, **options: Any) -> DataFrame:
    """The number of events that each rule matches on each day: rule, day, events. See `scan` and `Scan.backtest`."""
    return scan(spark, paths, rules, **options).backtest()


def scan_files(files: DataFrame, rules: Rules, *, samples: int = 0) -> DataFrame:
    """A row for each row of `files`, which has the columns `path` and `content` of Spark's source `binaryFile`, batch or
    streaming. The columns are those of `Scan.objects`; `hits` is an array of all hits, each with the columns of `Scan.hits` but `file`,
    with `key` and `event`.

    `error` says what is damaged in a file, a line for each place; the other `records` were read all the same. Copies of an event are separate hits with the same
    `key`. Spark passes the rows of one partition in batches of at most `spark.sql.execution.arrow.maxRecordsPerBatch` rows, and a
    batch must stay below 2 GiB: `spark.sql.files.maxPartitionBytes` (128 MiB by default) sees to that.
    """
    _check_number("samples", samples, "0 keeps none")
    work = Work(tuple(set_of(rules).patterns.items()), Selection(), frozenset(), samples)
    task = ContentTask(shared(files.sparkSession, work))
    return files.select("path", "content").mapInArrow(task, ArchiveTask.ddl())


def _parts(
    spark: SparkSession, listing: Listing, patterns: dict[str, str], selection: Selection, samples: int
) -> tuple[DataFrame, int]:
    """The pass over the archive (`parts.py`), and the number of buckets of hits."""
    packs = packed(listing.files, _cores(spark))
    tasks = len(packs) if listing.files else 0
    if listing.source is not None:
        cost = sum(size + OPEN_COST for _, size in listing.objects)
        tasks += max(-(-cost // TASK_BYTES), min(_cores(spark), len(listing.objects)))
    buckets = max(1, min(tasks, MAX_BUCKETS))
    work = shared(spark, Work(tuple(patterns.items()), selection, listing.direct, samples, packs, buckets))
    frames = []
    if listing.files or listing.source is None:
        numbers = spark.range(0, len(packs), 1, len(packs)) if listing.files else spark.range(0)
        frames.append(numbers.mapInArrow(FileTask(work), PARTS_DDL))
    if listing.source is not None:
        rows = listing.source.select("path", "content").mapInArrow(ContentParts(work), PARTS_DDL)
        # of the user's session again: a view of the results is found there
        frames.append(spark.createDataFrame([], PARTS_DDL).unionByName(rows))
    return functools.reduce(DataFrame.unionByName, frames), buckets


def _cores(spark: SparkSession) -> int:
    try:
        return spark.sparkContext.defaultParallelism
    except Exception:  # Spark Connect does not tell
        return 8


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _check_number(name: str, value: int, hint: str, most: int = (1 << 63) - 1) -> None:
    """On the driver: in a task the job would fail without saying which argument is wrong."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name}={value!r}: expected a whole number; {hint}")
    if not 0 <= value <= most:
        raise ValueError(f"{name}={value}: expected a number from 0 on; {hint}")


def _selection(since: Moment, until: Moment, account: Names, region: Names, late: str | None) -> Selection:
    accounts, regions = names_of("account", account), names_of("region", region)
    return Selection(moment_of("since", since), moment_of("until", until), accounts, regions, late)


@dataclass(frozen=True, repr=False)
class Scan:
    """The results of scanning an archive. They share one pass over it, whose result is kept until `unpersist`.

    The methods of its DataFrame of hits can be called on the scan itself.
    """

    parts: DataFrame
    """What the pass gives (`parts.py`); it is kept."""
    buckets: int
    """The number of buckets of hits."""
    rules: list[str]
    """The rules' names."""
    sampled: int
    """The largest number of sample events of a rule."""
    keeps_duplicates: bool
    """Whether each copy of an event is a hit."""
    listing: Listing
    """What the driver listed."""

    @property
    def objects(self) -> DataFrame:
        """A row for each object: file, records, error, damages, skipped (why it is not read), counts (of what is in it besides records,
        and of matches outside the selection), hits (their number, with copies)."""
        return self.parts.where(F.col("bucket").isNull()).select("data").mapInArrow(object_rows, OBJECTS_DDL)

    @property
    def hits(self) -> DataFrame:
        """file, record (from 1 in its file), eventTime, eventName, rule, eventSource, who, invokedBy, sourceIPAddress, awsRegion,
        account, errorCode, userAgent, eventID; logGroup, logStream, logEventId and timestamp (milliseconds since 1970) if the
        container has them. Of the copies of an event, the first by file and record: to find it, a task holds the hits of one of up to 512
        buckets in memory. With `keep_duplicates` none are held."""
        return self._hits([name for name in HIT_COLUMNS if name not in ("key", "event")])

    @property
    def errors(self) -> DataFrame:
        """file, error (a line for each damaged place), records (those that were read): objects that are damaged, empty, too large or
        cannot be read."""
        damaged = self.objects.where(F.col("error").isNotNull()).select("file", "error", "records")
        if self.listing.errors:
            damaged = damaged.unionByName(
                self._frame([(*row, 0) for row in self.listing.errors], "file string, error string, records long")
            )
        if self.listing.objects:
            # Spark skips objects that it cannot read because it is told to
            names = self._frame([(name,) for name, _ in self.listing.objects], "file string")
            missed = names.join(F.broadcast(self.objects.select("file")), "file", "left_anti")
            why = F.lit("the object is empty or cannot be read").alias("error")
            damaged = damaged.unionByName(missed.select("file", why, F.lit(0).cast("long").alias("records")))
        return damaged

    @property
    def skipped(self) -> DataFrame:
        """file, reason, count: what was not read, and what is in a file that is not a log event. Reasons: `other` and `digest` files;
        `beforeSince`, `afterUntil`, `otherAccount`, `otherRegion` by the name of the file; `fifo`, `socket`, `device`, `special`,
        `linkToFolder`, `deadLink`; `namedTwice` for a file that several paths lead to, which is read once; `controlMessages`, `notices`, `digests`, `archiveFiles`, `partialAnswers`, `previews` inside."""
        listed = self._frame([(*row, 1) for row in self.listing.skipped], "file string, reason string, count long")
        whole = self.objects.where(F.col("skipped").isNotNull()).select(
            "file", F.col("skipped").alias("reason"), F.lit(1).cast("long").alias("count")
        )
        entries = F.array(*(F.struct(F.lit(name).alias("reason"), F.col(f"counts.{name}").alias("count")) for name in _INSIDE))
        inside = self.objects.select("file", F.inline(entries)).where(F.col("count") > 0)
        return listed.unionByName(whole).unionByName(inside)

    @property
    def samples(self) -> DataFrame:
        """rule, file, record, event: some events of each rule, as `cwfilter.explain` takes them."""
        sampled = self._hits(["rule", "file", "record", "event"], only_samples=True)
        rank = F.row_number().over(Window.partitionBy("rule").orderBy("file", "record"))
        sampled = sampled.withColumn("rank", rank)
        return sampled.where(F.col("rank") <= self.sampled).select("rule", "file", "record", "event")

    def backtest(self) -> DataFrame:
        """rule, day (of `eventTime`, UTC), events. A rule that no event matches has one row, without a day."""
        day = F.to_date(F.substring("eventTime", 1, 10))
        counts = self._hits(["rule", "eventTime"]).groupBy("rule", day.alias("day")).agg(F.count("*").alias("events"))
        rules = self._frame([(rule,) for rule in self.rules], "rule string")
        all_rules = rules.join(counts, "rule", "left")
        return all_rules.select("rule", "day", F.coalesce("events", F.lit(0).cast("long")).alias("events"))

    def summary(self) -> dict[str, Any]:
        """Counts: `objects` that were listed; `digest` and `other` files, which are not read; `errors` (objects that are damaged or could not be read);
        `records`, `texts` (records that are lines of text, which no JSON pattern matches), `unread` (JSON records without a member that a JSON pattern reads), `hits`, `copies`; by reason: `skippedFiles`, `skipped` (in files that were read),
        `skippedMatches` (outside the selection) and `keptWithout` (hits that lack what the selection asks for)."""
        totals = self.parts.agg(*(F.sum(name).alias(name) for name in SUMS)).first()
        assert totals is not None
        of = {name: totals[name] or 0 for name in SUMS}
        hits = of["hits"] if self.keeps_duplicates else self._distinct()
        reasons = Counter(reason for _, reason in self.listing.skipped)
        reasons["other"] += of["other"]
        listed = len(self.listing.files) + len(self.listing.objects)
        # a file that several paths name is one object
        total = listed + len(self.listing.errors) + len(self.listing.skipped) - reasons["namedTwice"]

        def some(names: Iterable[str]) -> dict[str, int]:
            return {name: of[name] for name in names if of[name]}

        return {
            "objects": total,
            "digest": reasons["digest"],
            "other": reasons["other"],
            # an object that was listed and not read is an error, whatever the reason
            "errors": of["damaged"] + len(self.listing.errors) + listed - of["objects"],
            "records": of["records"],
            "texts": of["texts"],
            "unread": of["unread"],
            "hits": hits,
            "copies": of["hits"] - hits,
            "skippedFiles": {reason: count for reason, count in sorted(reasons.items()) if count},
            "skipped": some(_INSIDE),
            "skippedMatches": some(OUTSIDE),
            "keptWithout": some(_LACKING),
        }

    def __repr__(self) -> str:
        # the listing may have millions of names
        files = len(self.listing.files) + len(self.listing.objects)
        return f"<Scan of {_counted(files, 'file')} with {_counted(len(self.rules), 'rule')}: see hits, errors, skipped, samples, backtest(), summary()>"

    def unpersist(self) -> None:
        """Frees the results of the pass on the executors."""
        self.parts.unpersist()

    def _distinct(self) -> int:
        row = self._blocks(by_bucket=True).mapInArrow(count_hits, "hits bigint").agg(F.sum("hits")).first()
        assert row is not None
        return row[0] or 0

    def _frame(self, rows: list[tuple], schema: str) -> DataFrame:
        return self.parts.sparkSession.createDataFrame(rows, schema)

    def _hits(self, columns: Sequence[str], only_samples: bool = False) -> DataFrame:
        rows = HitRows(columns, self.keeps_duplicates, only_samples)
        return self._blocks(not self.keeps_duplicates).mapInArrow(rows, rows.ddl())

    def _blocks(self, by_bucket: bool) -> DataFrame:
        """The parts that hold hits; with `by_bucket`, those of a bucket are in one partition."""
        blocks = self.parts.where(F.col("bucket").isNotNull()).select("bucket", "data")
        if not by_bucket:
            return blocks
        if hasattr(DataFrame, "repartitionById"):  # since Spark 4.1; each bucket has a partition of its own
            return blocks.repartitionById(self.buckets, "bucket")
        return blocks.repartition(self.buckets, "bucket")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.hits, name)
