"""What runs on the executors, and the sizes of tasks."""

from __future__ import annotations

import functools
import heapq
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyspark.sql import SparkSession

from .._cwfilter import ArchiveTask, Selection
from .parts import parts_of
from .rules import pattern_set

TASK_BYTES = 64 << 20
"""A task reads about this number of bytes, as stored."""
TASK_OBJECTS = 8192
"""A task reads at most this number of objects."""
OBJECT_COST = 3 << 9
"""Stored bytes that a task inflates and matches in the time that it takes to open an object itself: 13 µs (`python/bench/bench.py`)."""
OPEN_COST = 16 << 10
"""The same if Spark reads the object, copies it to Arrow and passes it to Python: 140 µs (docs/spark.md, 1.1 s for 8,000 objects)."""
SMALL_ARCHIVE = 2 << 20
"""One task reads an archive whose cost is not larger: less than 0.1 s of CPU."""
MAX_BUCKETS = 512
"""The largest number of buckets of hits. A task holds the hits of one bucket in memory to find copies of events."""


@dataclass(frozen=True)
class Work:
    """What every task of a scan needs. It is broadcast."""

    patterns: tuple[tuple[str, str], ...]
    selection: Selection
    direct: frozenset[str]
    samples: int
    packs: Sequence[str] = ()
    buckets: int = 1

    def task(self) -> ArchiveTask:
        return ArchiveTask(pattern_set(self.patterns), self.selection, set(self.direct), self.samples)


def packed(files: Sequence[tuple[str, int]], cores: int) -> list[str]:
    """Distributes files to tasks of about the same cost; each task's files as one text."""
    cost = sum(size + OBJECT_COST for _, size in files)
    least = min(len(files), cores if cost > SMALL_ARCHIVE else 1)
    count = max(least, -(-cost // (TASK_BYTES + OBJECT_COST)), -(-len(files) // TASK_OBJECTS))
    count = max(1, min(count, len(files)))  # a file is not divided
    packs: list[list[str]] = [[] for _ in range(count)]
    heap = [(0, number) for number in range(count)]
    for name, size in sorted(files, key=lambda file: -file[1]):
        spent, number = heapq.heappop(heap)
        packs[number].append(name)
        heapq.heappush(heap, (spent + size + OBJECT_COST, number))
    return [_joined(sorted(pack)) for pack in packs]


def _joined(names: list[str]) -> str:
    """Names as one text, the common start first, because a broadcast of millions of names is large."""
    start = os.path.commonprefix(names)
    return "\0".join([start, *(name[len(start) :] for name in names)])


def _names(pack: str) -> list[str]:
    start, *rest = pack.split("\0")
    return [start + name for name in rest]


def shared(session: SparkSession, work: Work) -> Callable[[], Work]:
    """The work in the form that tasks read: broadcast, or sent with the task if there is no context (Spark Connect)."""
    try:
        broadcast = session.sparkContext.broadcast(work)
    except (AttributeError, NotImplementedError):
        return functools.partial(_same, work)
    return functools.partial(_value_of, broadcast)


def _value_of(broadcast: Any) -> Any:
    return broadcast.value


def _same(work: Work) -> Work:
    return work


class FileTask:
    """Reads files itself, those of the packs whose numbers are the rows. Gives parts."""

    def __init__(self, work: Callable[[], Work]) -> None:
        self.work = work

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        work = self.work()
        task = work.task()
        for batch in batches:
            for number in batch.column(0).to_pylist():
                names, next_file = _names(work.packs[number]), 0
                while next_file < len(names):
                    rows, next_file = task.scan_files(names, next_file)
                    yield parts_of(rows, work.buckets)


class ContentTask:
    """Scans the objects that Spark has read. Gives a row for each object."""

    def __init__(self, work: Callable[[], Work]) -> None:
        self.work = work

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        task = self.work().task()
        for batch in batches:
            yield task.scan_contents(batch.column(0), batch.column(1))


class ContentParts(ContentTask):
    """Scans the objects that Spark has read. Gives parts."""

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        buckets = self.work().buckets
        for rows in super().__call__(batches):
            yield parts_of(rows, buckets)
