"""What servers say about time: Retry-After, Cache-Control and Expires (RFC 9110 §10.2.3, RFC 9111 §5)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

SHORTEST_RETRY_SECONDS = 60
LONGEST_RETRY_SECONDS = 48 * 3_600


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> int | None:
    """Retry-After in either form, clamped to 1 minute .. 48 hours; None when absent or senseless."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"-?\d{1,18}", text):
        seconds = int(text)
    elif (moment := http_date(text)) is not None:
        seconds = int((moment - now).total_seconds())
    else:
        return None
    return min(max(seconds, SHORTEST_RETRY_SECONDS), LONGEST_RETRY_SECONDS)


def max_age_seconds(headers: Mapping[str, str], now: datetime) -> int | None:
    """How long an answer stays fresh by max-age, else by Expires; None when nothing (or nothing positive) is said."""
    match = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", headers.get("cache-control", ""), re.IGNORECASE)
    if match:
        return int(match[1]) or None
    moment = http_date(headers.get("expires", ""))
    seconds = int((moment - now).total_seconds()) if moment else 0
    return seconds if seconds > 0 else None


def http_date(text: str) -> datetime | None:
    """An HTTP date as UTC, or None."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
