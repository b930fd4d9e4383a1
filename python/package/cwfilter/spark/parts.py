"""The results of the pass over an archive, as it is kept: parts, each one block of Arrow.

A JVM spends more CPU on the twenty columns of a hit than the engine spends on finding it. So Spark keeps and moves blocks of bytes; only the
columns that the user gets become rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa

from .._cwfilter import ArchiveTask

SUMS = ("objects", "damaged", "other", "records", "hits", *ArchiveTask.counts())
"""Sums over the objects of a part: their number, those with an error, those that are not read, and so on."""
PARTS_DDL = ", ".join(["bucket int", "data binary", *(f"{name} bigint" for name in SUMS)])
"""A part holds objects and has their sums, or it holds hits of one bucket. Copies of an event are in one bucket."""
_OBJECTS, _HITS = re.fullmatch(r"(.*), hits array<struct<(.*)>>", ArchiveTask.ddl()).groups()  # type: ignore[union-attr]
OBJECTS_DDL = f"{_OBJECTS}, hits bigint"
HIT_COLUMNS = {"file": "string", **dict(member.split(": ") for member in _HITS.split(", "))}
"""The columns of a hit, with their types."""


def parts_of(rows: pa.RecordBatch, buckets: int) -> pa.RecordBatch:
    """The parts of objects with their hits, as `ArchiveTask` returns them."""
    import pyarrow.compute as pc

    hits, counts = rows.column("hits"), rows.column("counts")
    columns = {name: rows.column(name) for name in rows.schema.names if name != "hits"}
    columns["hits"] = pc.list_value_length(hits).cast(pa.int64())
    found = {"file": columns["file"].take(pc.list_parent_indices(hits))}
    values = hits.flatten()
    found.update(zip((field.name for field in values.type), values.flatten()))
    sums = {
        "objects": len(rows),
        "damaged": len(rows) - columns["error"].null_count,
        "other": len(rows) - columns["skipped"].null_count,
        "records": pc.sum(columns["records"]).as_py(),
        "hits": len(values),
        **{field.name: pc.sum(counts.field(field.name)).as_py() for field in counts.type},
    }
    numbers, blocks = [None], [_encoded(pa.RecordBatch.from_pydict(columns))]
    for number, block in _by_bucket(pa.RecordBatch.from_pydict(found), buckets):
        numbers.append(number)
        blocks.append(_encoded(block))
    empty = [None] * (len(blocks) - 1)
    return pa.RecordBatch.from_pydict(
        {
            "bucket": pa.array(numbers, pa.int32()),
            "data": pa.array(blocks, pa.binary()),
            **{name: pa.array([sums[name], *empty], pa.int64()) for name in SUMS},
        }
    )


def _by_bucket(hits: pa.RecordBatch, buckets: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    import pyarrow.compute as pc

    if buckets == 1 or len(hits) == 0:
        yield from [(0, hits)][: len(hits)]
        return
    # the key is a hash; an event without a key has no copies, so that any bucket will do
    keys = hits.column("key").to_pylist()
    chosen = [(at if key is None else int(key[-4:], 16)) % buckets for at, key in enumerate(keys)]
    ordered, begin = hits.take(pc.sort_indices(pa.array(chosen, pa.int32()))), 0
    for number, length in sorted(Counter(chosen).items()):
        yield number, ordered.slice(begin, length)
        begin += length


def _encoded(batch: pa.RecordBatch) -> bytes:
    # a sixth of the bytes: the JVM copies each block about six times
    options = pa.ipc.IpcWriteOptions(compression="zstd" if pa.Codec.is_available("zstd") else None)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def _decoded(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What the column `data` holds."""
    for batch in batches:
        for block in batch.column(batch.schema.get_field_index("data")):
            # a copy, because Spark's batch is freed before all blocks of a bucket are there
            yield from pa.ipc.open_stream(pa.py_buffer(block.as_py()))


def object_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Parts of objects as rows."""
    return _decoded(batches)


class HitRows:
    """Parts of hits as rows with these columns."""

    def __init__(self, columns: Sequence[str], keeps_duplicates: bool, only_samples: bool = False) -> None:
        self.columns = list(columns)
        self.keeps_duplicates = keeps_duplicates
        self.only_samples = only_samples

    def ddl(self) -> str:
        return ", ".join(f"{name} {HIT_COLUMNS[name]}" for name in self.columns)

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for hits in self._selected(_decoded(batches)):
            if len(hits):
                yield pa.RecordBatch.from_arrays([hits.column(name) for name in self.columns], names=self.columns)

    def _selected(self, blocks: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        if self.only_samples:
            blocks = (hits.filter(hits.column("event").is_valid()) for hits in blocks)
        return blocks if self.keeps_duplicates else first_of_copies(list(blocks))


def count_hits(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The number of different hits in parts of one bucket, a row for each block."""
    for hits in first_of_copies(list(_decoded(batches))):
        yield pa.RecordBatch.from_pydict({"hits": pa.array([len(hits)], pa.int64())})


def first_of_copies(blocks: Sequence[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The blocks with one hit for each key, the first in the order of the paths and records, and with all hits without a key."""
    import pyarrow.compute as pc

    counts = pa.chunked_array([hits.column("key") for hits in blocks], pa.string()).value_counts()
    counts = counts.filter(pc.and_(counts.field("values").is_valid(), pc.greater(counts.field("counts"), 1)))
    repeated = counts.field("values")
    if len(repeated) == 0:
        yield from blocks
        return
    # (path, record, block, row) of the first hit for each key
    first: dict[str, tuple[list[str], int, int, int]] = {}
    for number, hits in enumerate(blocks):
        rows = pc.indices_nonzero(pc.is_in(hits.column("key"), repeated))
        of = [hits.column(name).take(rows).to_pylist() for name in ("key", "file", "record")]
        for key, file, record, row in zip(*of, rows.to_pylist()):
            place = (file.split("/"), record, number, row)
            first[key] = min(place, first.get(key, place))
    kept: dict[int, list[int]] = {}
    for _, _, number, row in first.values():
        kept.setdefault(number, []).append(row)
    for number, hits in enumerate(blocks):
        is_kept = pc.invert(pc.is_in(hits.column("key"), repeated))
        winners = pa.array(kept.get(number, []), pa.uint64())
        rows = pa.concat_arrays([pc.indices_nonzero(is_kept), winners])
        yield hits.take(rows)
