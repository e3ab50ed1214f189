"""What a site says to robots: robots.txt and its TDM reservation file as last read, and when a page was last asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT = timedelta(days=1)  # RFC 9309 §2.4: a copy should not serve for longer
READ_BYTES = 500 * 1024  # RFC 9309 §2.5: at least this much must be read


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """`site` is scheme and host. `status` is that of robots.txt, 599 when none came; a file that is not there is empty.

    `asked_at` is the latest request for a page, kept for sites with a Crawl-delay.
    """

    site: str
    read_at: datetime
    status: int
    robots: bytes = b""
    tdmrep: bytes = b""
    asked_at: datetime | None = None

    @property
    def is_readable(self) -> bool:
        """Whether robots.txt gave an answer that settles something: RFC 9309 §2.3.1, 2xx or 4xx; 429 is no answer."""
        return 200 <= self.status < 300 or (400 <= self.status < 500 and self.status != 429)

    def serves_at(self, now: datetime) -> bool:
        """Whether this copy is still good: read within the last day, and readable."""
        return self.is_readable and timedelta(0) <= now - self.read_at < KEPT
