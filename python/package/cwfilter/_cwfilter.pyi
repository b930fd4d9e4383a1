from collections.abc import Mapping
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
    """Where: `pattern[span[0]:span[1]]`."""
    help: str
    """The likely mistake and what to write instead, one line."""
    aws_message: str
    """What `TestMetricFilter` and `PutMetricFilter` answer."""

class RuleFileError(ValueError):
    """Rule files that cannot be read or do not parse: a line for each thing that is wrong."""

@final
class FilterPattern:
    """One pattern of any of the four kinds. Immutable; may be shared by threads, pickled and compared."""

    def __new__(cls, text: str) -> FilterPattern:
        """Parses; raises `PatternError` for what AWS refuses."""
    @property
    def text(self) -> str: ...
    def matches(self, event: Event) -> bool:
        """Whether AWS would match the log event's message. Bytes are taken as UTF-8."""
    def extract(self, event: Event) -> Optional[list[tuple[str, str]]]:
        """The columns of a space-delimited pattern, as (name, text), as `TestMetricFilter` extracts them; None
        when the event does not match."""
    def explain(self, event: Event) -> Explanation:
        """Why the pattern matches the event, or does not."""
    def __hash__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...

@final
class Clause:
    """An atomic condition and what came of it."""

    @property
    def text(self) -> str:
        """As it is written."""
    @property
    def holds(self) -> bool:
        """Whether it is fulfilled."""
    @property
    def decides(self) -> bool:
        """Whether the verdict would be the other one had it come out the other way."""

@final
class Explanation:
    """A verdict, clause by clause. True when the pattern matches; `str()` is for people."""

    @property
    def matched(self) -> bool: ...
    @property
    def deciding(self) -> list[str]:
        """The clauses each of which would have turned the verdict round."""
    @property
    def clauses(self) -> list[Clause]:
        """Every atomic condition from left to right; none when the event could not be looked at clause by clause."""
    def __bool__(self) -> bool: ...

@final
class Finding:
    """Something a pattern does that is likely not meant."""

    @property
    def lint(self) -> str:
        """The lint's name, such as `or-of-negations`; `refused-pattern` for what AWS refuses."""
    @property
    def severity(self) -> str:
        """`note`, `warning` or `error`."""
    @property
    def message(self) -> str: ...
    @property
    def span(self) -> tuple[int, int]:
        """Where: `text[span[0]:span[1]]`."""
    @property
    def help(self) -> Optional[str]: ...
    @property
    def fix(self) -> Optional[str]:
        """The whole pattern, changed."""
    @property
    def fix_is_safe(self) -> bool:
        """Whether the fix matches the very same events."""

@final
class Hit:
    """A record that a rule matches."""

    @property
    def record(self) -> int:
        """The record's number in its file, from 1. A damaged record has a number too, which is left out."""
    @property
    def rule(self) -> str: ...
    @property
    def event_time(self) -> Optional[str]: ...
    @property
    def event_name(self) -> Optional[str]: ...
    @property
    def event(self) -> Optional[bytes]:
        """The record's JSON text, if `scan` was asked for it."""

@final
class ScanResult:
    """What came of one file. Its length is the number of hits."""

    @property
    def records(self) -> int:
        """How many records were read. Each one was proved to be JSON."""
    @property
    def error(self) -> Optional[str]:
        """What is damaged, or `None` if nothing is: `errors`, a line for each."""
    @property
    def errors(self) -> list[str]:
        """The damaged places in order: why, the byte of the inflated text, and where reading goes on. The records around
        them were matched as far as that says. Of very many places the first ones, and then how many more there are."""
    @property
    def damages(self) -> int:
        """How many places are damaged."""
    @property
    def hits(self) -> list[Hit]:
        """In the order of the records."""
    def columns(self) -> dict[str, list[Any]]:
        """The hits as columns for a data frame: `record`, `eventTime`, `eventName`, `rule`, `event`."""
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...

@final
class PatternSet:
    """Patterns by name, matched together: an event is read once, whatever their number. May be shared by threads and
    pickled."""

    def __new__(cls, patterns: Mapping[str, Union[str, FilterPattern]]) -> PatternSet:
        """Raises `PatternError` for what AWS refuses."""
    @property
    def patterns(self) -> dict[str, str]: ...
    def matches(self, event: Event) -> list[str]:
        """The names of the patterns that match, in the set's order."""
    def scan(self, data: Event, *, events: bool = False) -> ScanResult:
        """Matches every record of a file as it is stored: a delivery file, NDJSON, a record, an array of records or
        EventBridge events, plain or gzip. Other Python threads run meanwhile. With `events`, every hit has its record's
        text. Never raises for damaged data: see `ScanResult.errors`."""
    def __len__(self) -> int: ...

def lint(text: str) -> list[Finding]:
    """What a pattern really means where that is likely not meant; the refusal alone for what AWS refuses."""

def explain(pattern: Union[str, FilterPattern], event: Event) -> Explanation:
    """Why the pattern matches the event, or does not."""

def load_rules(*paths: Union[str, PathLike[str]]) -> dict[str, str]:
    """The patterns by rule id of rule files, or of folders of them. Raises `RuleFileError`."""
