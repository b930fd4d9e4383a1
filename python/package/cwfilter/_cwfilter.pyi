from collections.abc import Mapping, Sequence, Set
from os import PathLike
from typing import Any, Optional, Union, final

from typing_extensions import TypeAlias

__version__: str

Event: TypeAlias = Union[str, bytes, bytearray]

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

class RuleFileError(ValueError):
    """A rule file cannot be read, or does not parse: one line for each error."""

@final
class AlarmError(ValueError):
    """AWS refuses the request, or the request uses a part of CloudWatch alarms that is not modelled. `args` is the error
    code and the message."""

def answer_alarm(request: str) -> str:
    """Returns the answer to a request of `cwfilter alarm --ndjson`. Both are JSON texts; see `cwfilter.alarm`."""

class FilterPattern:
    """One pattern of any of the four kinds. It is immutable, and can be shared by threads, pickled and compared."""

    def __new__(cls, text: str) -> FilterPattern:
        """Parses a pattern. Raises `PatternError` if AWS refuses it."""
    @property
    def text(self) -> str: ...
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
    """A verdict, clause by clause. True if the pattern matches; `str()` gives a text for people."""

    @property
    def matched(self) -> bool: ...
    @property
    def deciding(self) -> list[str]:
        """The clauses that decide: the opposite outcome of any one of them would change the verdict."""
    @property
    def clauses(self) -> list[Clause]:
        """Every condition from left to right. Empty if the event could not be evaluated clause by clause."""
    def __bool__(self) -> bool: ...

@final
class Finding:
    """A likely mistake in a pattern."""

    @property
    def lint(self) -> str:
        """The lint's name, such as `or-of-negations`; `refused-pattern` if AWS refuses the pattern."""
    @property
    def severity(self) -> str:
        """`note`, `warning` or `error`."""
    @property
    def message(self) -> str: ...
    @property
    def span(self) -> tuple[int, int]:
        """The place of the mistake: `text[span[0]:span[1]]`."""
    @property
    def help(self) -> Optional[str]: ...
    @property
    def fix(self) -> Optional[str]:
        """The whole pattern with the fix applied. None if there is no fix."""
    @property
    def fix_is_safe(self) -> bool:
        """Whether the fixed pattern matches exactly the same events."""

@final
class Hit:
    """A record that a rule matches."""

    @property
    def record(self) -> int:
        """The record's number in its file, from 1. Damaged records are counted, too."""
    @property
    def rule(self) -> str: ...
    @property
    def event_time(self) -> Optional[str]: ...
    @property
    def event_name(self) -> Optional[str]: ...
    @property
    def event_source(self) -> Optional[str]: ...
    @property
    def who(self) -> Optional[str]:
        """Who did it, from `userIdentity`: an ARN, or type and name."""
    @property
    def invoked_by(self) -> Optional[str]:
        """The service that called on behalf of `who`."""
    @property
    def source_ip_address(self) -> Optional[str]: ...
    @property
    def aws_region(self) -> Optional[str]: ...
    @property
    def account(self) -> Optional[str]:
        """The account whose trail has the record."""
    @property
    def error_code(self) -> Optional[str]: ...
    @property
    def user_agent(self) -> Optional[str]: ...
    @property
    def event_id(self) -> Optional[str]:
        """CloudTrail's id of the event. An event that was delivered more than once has the same one."""
    @property
    def log_group(self) -> Optional[str]:
        """The log group, if the container names it."""
    @property
    def log_stream(self) -> Optional[str]: ...
    @property
    def timestamp(self) -> Optional[int]:
        """The time of the log event, in milliseconds since 1970."""
    @property
    def log_event_id(self) -> Optional[str]: ...
    @property
    def event(self) -> Optional[bytes]:
        """The record's JSON text. None unless `scan` was called with `events=True`."""

@final
class ScanResult:
    """The result for one file. Its length is the number of hits."""

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
        `eventName`, `who`, `sourceIPAddress`, and so on."""
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...

@final
class PatternSet:
    """Patterns by name, matched together: an event is read only once for all patterns. A set can be shared by threads and
    pickled."""

    def __new__(cls, patterns: Mapping[str, Union[str, FilterPattern]]) -> PatternSet:
        """Compiles the patterns. Raises `PatternError` if AWS refuses one."""
    @property
    def patterns(self) -> dict[str, str]: ...
    def matches(self, event: Event) -> list[str]:
        """The names of the patterns that match, in the set's order."""
    def match_column(self, messages: Any) -> Any:
        """Whether some pattern matches, for each log event of a `pyarrow` array of texts or bytes (or of another object with
        `__arrow_c_array__`): a `pyarrow.BooleanArray`. NULL stays NULL. Python's lock is released meanwhile."""
    def rules_column(self, messages: Any) -> Any:
        """The names of the patterns that match, for each log event: a `pyarrow.ListArray`. NULL stays NULL."""
    def scan(self, data: Event, *, events: bool = False) -> ScanResult:
        """Matches every record of a file as it is stored, in any of the containers of `docs/evidence.md`: delivery files, NDJSON,
        answers of AWS's command line, payloads of subscriptions, text lines, also compressed. Other Python threads can run at the
        same time. With `events`, every hit has its record's
        text. Never raises for damaged data: see `ScanResult.errors`."""
    def __len__(self) -> int: ...

def lint(text: str) -> list[Finding]:
    """Finds likely mistakes in a pattern. If AWS refuses the pattern, the refusal is the only finding."""

def explain(pattern: Union[str, FilterPattern], event: Event) -> Explanation:
    """Why the pattern matches the event, or does not."""

def load_rules(*paths: Union[str, PathLike[str]]) -> dict[str, str]:
    """Loads rule files, or folders of rule files: the patterns by rule id. Raises `RuleFileError`."""

@final
class Selection:
    """Which files and hits `cwfilter.spark.scan` wants. Moments are fixed when it is made; it can be pickled."""

    def __new__(
        cls,
        since: Optional[str] = None,
        until: Optional[str] = None,
        accounts: Sequence[str] = (),
        regions: Sequence[str] = (),
        late: Optional[str] = None,
    ) -> Selection: ...
    def of_file(self, path: str) -> Optional[str]:
        """Why no record of a file can be wanted, by its name. None for a file that has to be read."""

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
