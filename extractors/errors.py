"""Every error a person can meet, each with its exit code.

SinoscopeError            1  bug
├── UsageMistake          2  a flag, a parameter or a statement that cannot be meant
├── ConfigError           3  config/ is wrong: file, line and remedy, all mistakes at once
├── FetchError            -  the world failed on one URL; becomes a row, never ends a run
├── NetworkError          5  every feed failed
├── LockedError           6  another run holds the warehouse
├── StorageError          7  disk full, folder not writable, file broken
└── SchemaError           8  the warehouse is newer than the code, or must be migrated
"""

from collections.abc import Sequence

from extractors.records import Reason


class SinoscopeError(Exception):
    """A sentence with a remedy; `exit_code` is what the command line ends with."""

    exit_code = 1


class UsageMistake(SinoscopeError):
    """A flag, a query's parameter or a statement that cannot be meant; the message says what could."""

    exit_code = 2


class ConfigError(SinoscopeError):
    """One or more mistakes in config/; `mistakes` are `file:line: key: what and what to do` strings."""

    exit_code = 3

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Misplaced(ValueError):
    """Mistakes between parts of a file, each with its place below the model that found it: `(place, words)`."""

    def __init__(self, places: Sequence[tuple[tuple[str | int, ...], str]]) -> None:
        super().__init__("; ".join(words for _, words in places))
        self.places = tuple(places)


class FetchError(SinoscopeError):
    """A request that brought no usable body: its URL, the cause word, HTTP status and whether to try again.

    `retry_after_seconds` is the server's own wish, already clamped.
    """

    def __init__(
        self,
        url: str,
        cause: Reason,
        detail: str = "",
        *,
        status: int | None = None,
        temporary: bool = True,
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(f"{url}: {cause}" + (f" ({detail})" if detail else ""))
        self.url = url
        self.cause = cause
        self.detail = detail
        self.status = status
        self.temporary = temporary
        self.retry_after_seconds = retry_after_seconds


class NetworkError(SinoscopeError):
    """Nothing could be reached."""

    exit_code = 5


class LockedError(SinoscopeError):
    """The live warehouse belongs to another process; the message names its holder."""

    exit_code = 6


class StorageError(SinoscopeError):
    """Disk full, not writable, or a file that does not open."""

    exit_code = 7


class SchemaError(SinoscopeError):
    """The warehouse's schema does not fit this code."""

    exit_code = 8
