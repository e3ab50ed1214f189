"""What a host's robots.txt allows us (RFC 9309)."""

from dataclasses import dataclass

from protego import Protego

from extractors.records import RobotsState
from extractors.site_files import READ_BYTES

TOKEN = "Sinoscope"  # noqa: S105 - the product token of robots.txt
LONGEST_CRAWL_SECONDS = 86_400.0  # who asks for more is asked once a day


@dataclass(frozen=True, slots=True)
class Robots:
    """`rules` None with state allowed: no file, everything is allowed; with state unknown: ask again later."""

    state: RobotsState
    rules: Protego | None = None

    def verdict(self, url: str) -> RobotsState:
        """Whether this page may be fetched."""
        if self.rules is None:
            return self.state
        return RobotsState.ALLOWED if self.rules.can_fetch(url, TOKEN) else RobotsState.DENIED

    @property
    def crawl_seconds(self) -> float:
        """The pause this host asks for between requests, at most a day; 0 when it asks for none."""
        asked = float(self.rules.crawl_delay(TOKEN) or 0) if self.rules is not None else 0.0
        return min(asked, LONGEST_CRAWL_SECONDS)


def robots_from(status: int, body: bytes) -> Robots:
    """RFC 9309 §2.3.1: 2xx is read, 4xx means no rules, anything else (5xx, 3xx left over) means unknown."""
    if 200 <= status < 300:
        return Robots(RobotsState.ALLOWED, Protego.parse(body[:READ_BYTES].decode("utf-8-sig", "replace")))
    if 400 <= status < 500 and status != 429:
        return Robots(RobotsState.ALLOWED)
    return Robots(RobotsState.UNKNOWN)
