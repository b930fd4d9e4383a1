from collections.abc import Iterator, Mapping, Sequence, Set
from os import PathLike
from typing import Any, BinaryIO, Optional, Union, final

from typing_extensions import Buffer, TypeAlias

__version__: str

Event: TypeAlias = Union[str, Buffer]
"""The message of a log event. Bytes are read as UTF-8."""
Content: TypeAlias = Union[str, Buffer, BinaryIO]
"""The content of a file: in a buffer such as `bytes` or `mmap`, or a file that was opened with `"rb"`."""
Path: TypeAlias = Union[str, PathLike[str]]

Pattern: TypeAlias = Union[str, FilterPattern, Any]
"""The text of a pattern, a parsed pattern, or a rule."""

class PatternError(ValueError):
    """A pattern that AWS refuses."""

    pattern: str
    """The pattern's text."""
    span: tuple[int, int]
    """The place of the mistake: `pattern[span[0]:span[1]]`."""
    help: str
    """The likely mistake and how to correct it, on one line."""
    aws_message: str
    """The error text of `TestMetricFilter` and `PutMetricFilter`."""
    filter_log_events_message: str
    """The error text of `FilterLogEvents`."""
    name: Optional[str]
    """The name of the pattern in a `PatternSet`."""

class RuleFileError(ValueError):
    """A rule file cannot be read, or does not parse: one line for each error."""

class EvidenceError(ValueError):
    """Parts of the input could not be read, so that hits may be missing: one line for each. `args[0]` has the first lines."""

class AlarmError(ValueError):
    """AWS refuses the request, or the request uses a part of CloudWatch alarms that is not modelled. `args` is the error code and the message."""

class MetricFilterError(ValueError):
    """AWS refuses the metric filter or its log events. `args` is the error code and the message."""

def answer_alarm(request: str) -> str:
    """Answers a request; both are JSON. An error has a code and a message."""

def answer_emit(request: str, missing_dimension: str) -> str:
    """Answers a request of `cwfilter emit`; both are JSON."""

def compare(a: Pattern, b: Pattern, domain: str, steps: Optional[int]) -> str:
    """The comparison of two patterns, as `cwfilter.relation` returns it."""

def decide_implies(a: Pattern, b: Pattern, domain: str, steps: Optional[int]) -> str:
    """The decision whether every event that the first pattern matches is matched by the second, as `cwfilter.implies` returns it."""

def judge_controls(patterns: Sequence[tuple[str, Pattern]], framework: str, domain: str, steps: Optional[int]) -> str:
    """The judgement on each control of a framework, as `cwfilter.coverage` returns it."""

def lint_paths(paths: Sequence[Path]) -> str:
    """Lints files and folders as `cwfilter lint` does."""

def read_rules(paths: Sequence[Path]) -> str:
    """The rules of files, as JSON."""

def replay(
    rules: Sequence[Path],
    paths: Sequence[Path],
    selection: Selection,
    delay: int,
    keep_duplicates: bool,
    account: Optional[str],
    region: Optional[str],
    log_group: Optional[str],
) -> str:
    """Replays files and folders, as `cwfilter.simulate` returns it."""

def run_program(arguments: Sequence[Path]) -> int:
    """Runs the program with its arguments, the program's name first, and returns the exit code. It is written for a process of its own:
    it prints, listens for signals, and may end the process."""

@final
class RuleTests:
    """The tests of rule files, for a test runner."""

    def __new__(cls, paths: Sequence[Path]) -> RuleTests: ...
    @property
    def skipped(self) -> list[str]:
        """Entries of folders that were not read, with the reason."""
    def names(self) -> list[tuple[Any, str, int]]:
        """The file, the name `RULE::TEST` and the line of each test."""
    def failure(self, at: int) -> Optional[str]:
        """Runs a test. `None` if it passes, else why it fails."""

class FilterPattern:
    """One pattern of any of the four kinds. It is immutable, and can be shared by threads, pickled and compared.

        >>> FilterPattern('{ $.eventName = "Stop*" }').matches('{"eventName":"StopLogging"}')
        True"""

    def __new__(cls, text: str) -> FilterPattern:
        """Parses a pattern. Raises `PatternError` if AWS refuses it."""
    @property
    def text(self) -> str:
        """The pattern's text."""
    def matches(self, event: Event) -> bool:
        """Whether AWS would match the log event's message. Bytes are read as UTF-8."""
    def extract(self, event: Event) -> Optional[list[tuple[str, str]]]:
        """The columns of a space-delimited pattern as (name, text), as `TestMetricFilter` extracts them. None if the event
        does not match."""
    def explain(self, event: Event) -> Explanation:
        """Why the pattern matches the event, or does not."""
    def __hash__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...

@final
class Clause:
    """A condition of a pattern, and its outcome for an event."""

    def __new__(cls, text: str, holds: bool, decides: bool) -> Clause: ...
    def __hash__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...
    @property
    def text(self) -> str:
        """Its text in the pattern."""
    @property
    def holds(self) -> bool:
        """Whether it holds for the event."""
    @property
    def decides(self) -> bool:
        """Whether the opposite outcome of this condition alone would change the verdict."""

@final
class Explanation:
    """A verdict, clause by clause. True if the pattern matches; `str()` and `repr()` give a text for people. Iterates over the clauses."""

    def __new__(cls, pattern: str, event: Event) -> Explanation: ...
    @property
    def matched(self) -> bool:
        """Whether the pattern matches."""
    @property
    def deciding(self) -> list[str]:
        """The clauses that decide: the opposite outcome of any one of them would change the verdict."""
    @property
    def clauses(self) -> list[Clause]:
        """Every condition from left to right. Empty if the event could not be evaluated clause by clause."""
    def __bool__(self) -> bool: ...
    def __iter__(self) -> Iterator[Clause]: ...
    def __hash__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...

@final
class Finding:
    """A likely mistake in a pattern. Iterates over its members as pairs of name and value, so that `dict()` takes it."""

    def __new__(
        cls,
        lint: str,
        severity: str,
        message: str,
        span: tuple[int, int],
        help: Optional[str] = None,
        fix: Optional[str] = None,
        fix_is_safe: bool = False,
    ) -> Finding: ...
    def __iter__(self) -> Iterator[tuple[str, Any]]: ...
    def __hash__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...
    @property
    def lint(self) -> str:
        """The lint's name, such as `or-of-negations`; `refused-pattern` if AWS refuses the pattern."""
    @property
    def severity(self) -> str:
        """`note`, `warning` or `error`."""
    @property
    def message(self) -> str:
        """What is wrong."""
    @property
    def span(self) -> tuple[int, int]:
        """The place of the mistake: `text[span[0]:span[1]]`."""
    @property
    def help(self) -> Optional[str]:
        """What to do."""
    @property
    def fix(self) -> Optional[str]:
        """The whole pattern with the fix applied. None if there is no fix."""
    @property
    def fix_is_safe(self) -> bool:
        """Whether the fixed pattern matches exactly the same events."""

@final
class Hit:
    """A record that a rule matches. Iterates over its members as pairs of name and value, so that `dict()` takes it."""

    def __new__(
        cls,
        record: int,
        rule: str,
        event_time: Optional[str] = None,
        event_name: Optional[str] = None,
        event_source: Optional[str] = None,
        who: Optional[str] = None,
        invoked_by: Optional[str] = None,
        source_ip_address: Optional[str] = None,
        aws_region: Optional[str] = None,
        account: Optional[str] = None,
        error_code: Optional[str] = None,
        user_agent: Optional[str] = None,
        event_id: Optional[str] = None,
        log_group: Optional[str] = None,
        log_stream: Optional[str] = None,
        timestamp: Optional[int] = None,
        log_event_id: Optional[str] = None,
        event: Optional[bytes] = None,
        file: Optional[str] = None,
    ) -> Hit: ...
    def __iter__(self) -> Iterator[tuple[str, Any]]: ...
    def __hash__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...
    @property
    def record(self) -> int:
        """The record's number in its file, from 1. Damaged records are counted, too."""
    @property
    def rule(self) -> str:
        """The name of the rule."""
    @property
    def event_time(self) -> Optional[str]:
        """When it happened, as the record has it: UTC."""
    @property
    def event_name(self) -> Optional[str]:
        """The API call."""
    @property
    def event_source(self) -> Optional[str]:
        """The service, such as `cloudtrail.amazonaws.com`."""
    @property
    def who(self) -> Optional[str]:
        """Who did it, from `userIdentity`: an ARN, or type and name."""
    @property
    def invoked_by(self) -> Optional[str]:
        """The service that called on behalf of `who`."""
    @property
    def source_ip_address(self) -> Optional[str]:
        """An address, or the name of a service."""
    @property
    def aws_region(self) -> Optional[str]:
        """The region."""
    @property
    def account(self) -> Optional[str]:
        """The account whose trail has the record."""
    @property
    def error_code(self) -> Optional[str]:
        """The error that AWS answered. None if the call succeeded."""
    @property
    def user_agent(self) -> Optional[str]:
        """The client that called."""
    @property
    def event_id(self) -> Optional[str]:
        """CloudTrail's id of the event. An event that was delivered more than once has the same one."""
    @property
    def log_group(self) -> Optional[str]:
        """The log group, if the container names it."""
    @property
    def log_stream(self) -> Optional[str]:
        """The log stream, if the container names it."""
    @property
    def timestamp(self) -> Optional[int]:
        """The time of the log event, in milliseconds since 1970."""
    @property
    def log_event_id(self) -> Optional[str]:
        """The id of the log event in CloudWatch Logs."""
    @property
    def event(self) -> Optional[bytes]:
        """The record's text. None unless `events=True` was passed."""
    @property
    def file(self) -> Optional[str]:
        """The path of the file. `None` if `PatternSet.scan` found the hit: it reads one file."""

@final
class ScanResult:
    """The result for one file. Its length is the number of hits, and it iterates over them."""

    def __new__(cls, records: int, errors: Sequence[str], damages: int, hits: Sequence[Hit]) -> ScanResult:
        """Makes a result of its parts, as pickle needs it."""
    @property
    def records(self) -> int:
        """The number of records that were read. Each one is valid JSON or a line of text."""
    @property
    def error(self) -> Optional[str]:
        """The lines of `errors` as one text; `None` if there is none."""
    @property
    def errors(self) -> list[str]:
        """The damaged places in order, each with its reason, its byte in the inflated text, and the byte where reading
        continues. Records outside these ranges were matched. If there are very many places, the first ones and the number of
        the rest. The last line counts the records that are lines of text, if all patterns are JSON patterns."""
    @property
    def damages(self) -> int:
        """The number of damaged places."""
    @property
    def hits(self) -> list[Hit]:
        """The hits in the order of the records."""
    def columns(self) -> dict[str, list[Any]]:
        """The hits as columns for a data frame: `record`, `rule`, `event`, and the facts by CloudTrail's names: `eventTime`,
        `eventName`, `who`, `sourceIPAddress`, and so on. The lists have no types; `pyarrow.record_batch(result)` has."""
    def __arrow_c_array__(self, requested_schema: Optional[object] = None) -> tuple[object, object]:
        """The hits as a typed Arrow struct array, by the Arrow PyCapsule interface: `pyarrow.record_batch(result)`,
        `polars.DataFrame(result)`. The types are the same without hits."""
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __iter__(self) -> Iterator[Hit]: ...
    def __eq__(self, other: object) -> bool: ...

@final
class ArchiveScan:
    """The hits of files and folders, one after the other. A thread reads ahead by a few thousand hits, so that memory is bounded.

    After the last hit, parts that could not be read raise `EvidenceError`; with `damaged="keep"` they are only in `errors`."""

    def __new__(
        cls,
        set: PatternSet,
        paths: Sequence[Path],
        selection: Selection,
        *,
        events: bool = False,
        keep_duplicates: bool = False,
        damaged: str = "raise",
    ) -> ArchiveScan: ...
    def __iter__(self) -> Iterator[Hit]: ...
    def __next__(self) -> Hit: ...
    @property
    def files(self) -> Optional[int]:
        """The number of files that were read. None before the last hit, as for the other totals."""
    @property
    def records(self) -> Optional[int]:
        """The number of records that were read."""
    @property
    def damages(self) -> Optional[int]:
        """The number of damaged places, and of files that could not be read."""
    @property
    def copies(self) -> Optional[int]:
        """The number of hits that are left out because they are copies: one event, delivered more than once."""
    @property
    def outside(self) -> Optional[int]:
        """The number of records with hits that are outside the selection of time, account and region."""
    @property
    def errors(self) -> Optional[list[str]]:
        """What could not be read, a line for each place: the file, and what to do."""
    @property
    def skipped(self) -> list[tuple[str, str]]:
        """Entries of folders that are not read, with the reason."""

@final
class PatternSet:
    """Patterns by name, matched together: an event is read only once for all patterns. A set can be shared by threads and
    pickled.

        >>> rules = PatternSet({"stopped": '{ $.eventName = "StopLogging" }', "any": "{ $.eventName = * }"})
        >>> rules.matches('{"eventName":"GetObject"}')
        ['any']
        >>> [(hit.record, hit.rule) for hit in rules.scan('{"Records":[{"eventName":"StopLogging"}]}')]
        [(1, 'stopped'), (1, 'any')]"""

    def __new__(cls, patterns: Mapping[str, Pattern]) -> PatternSet:
        """Compiles the patterns. Raises `PatternError` if AWS refuses one; its text has the pattern's name."""
    @property
    def patterns(self) -> dict[str, str]:
        """The texts of the patterns by name."""
    def matches(self, event: Event) -> list[str]:
        """The names of the patterns that match, in the set's order."""
    def match_column(self, messages: Any) -> Any:
        """Whether some pattern matches, for each log event of a column of texts or bytes: a `pyarrow.BooleanArray`. The column is an array of
        `pyarrow`, also a chunked one, a series of pandas or polars, or another object with `__arrow_c_array__` or `__arrow_c_stream__`. NULL stays NULL. Python's lock is released meanwhile.
        Raises `ValueError` if a value is compressed, or holds log events and is not one: base64 of gzip, a delivery file, an array."""
    def rules_column(self, messages: Any) -> Any:
        """The names of the patterns that match, for each log event: a `pyarrow.ListArray`. NULL stays NULL.
        Raises `ValueError` as `match_column` does."""
    def scan(self, data: Content, *, events: bool = False) -> ScanResult:
        """Matches every record of a file as it is stored, in any of the containers of `docs/evidence.md`: delivery files, NDJSON,
        answers of AWS's command line, payloads of subscriptions, text lines, also compressed. `data` is its content, in any buffer, or
        a file that was opened with `"rb"`; a large one can be an `mmap`. Other Python threads can run at the same time. With `events`,
        every hit has its record's text. Never raises for damaged data: see `ScanResult.errors`."""
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    def __hash__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...

def lint(text: str) -> list[Finding]:
    """Finds likely mistakes in a pattern. If AWS refuses the pattern, the refusal is the only finding."""

def explain(pattern: Pattern, event: Event) -> Explanation:
    """Why the pattern matches the event, or does not."""

@final
class Selection:
    """Which files and hits a scan wants. Moments are fixed when it is made; it can be pickled.

    `since` and `until` are a moment as `2026-03-04T10:15:00Z` (UTC without a zone) or a duration before now: `90m`, `24h`, `7d`. `accounts` are
    12 digits each, `regions` have the form `us-east-1`; none means all. `late` is how long after its events a file may have been delivered:
    `24h` if it is not given."""

    def __new__(
        cls,
        since: Optional[str] = None,
        until: Optional[str] = None,
        accounts: Sequence[str] = (),
        regions: Sequence[str] = (),
        late: Optional[str] = None,
    ) -> Selection: ...
    def of_file(self, path: str) -> Optional[str]:
        """Why no record of a file can be wanted, by its name; `None` for a file that has to be read."""

@final
class Listing:
    """The files below local folders."""

    @property
    def files(self) -> list[tuple[str, int]]: ...
    @property
    def direct(self) -> list[str]: ...
    @property
    def skipped(self) -> list[tuple[str, str]]: ...
    @property
    def errors(self) -> list[tuple[str, str]]: ...
    @property
    def has_evidence(self) -> bool: ...
    @property
    def all_outside(self) -> bool: ...

def list_files(paths: Sequence[str], selection: Selection) -> Listing: ...
def judge_names(names: Sequence[str], selection: Selection) -> list[Optional[str]]: ...

@final
class ArchiveTask:
    """An executor's share of an archive, for `cwfilter.spark`."""

    def __new__(cls, set: PatternSet, selection: Selection, direct: Set[str], samples: int) -> ArchiveTask: ...
    @staticmethod
    def ddl() -> str: ...
    @staticmethod
    def counts() -> list[str]: ...
    def scan_files(self, names: Sequence[str], begin: int) -> tuple[Any, int]: ...
    def scan_contents(self, names: Any, contents: Any) -> Any: ...
