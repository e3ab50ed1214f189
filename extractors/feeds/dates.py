"""Turns dates as feeds print them into UTC: RFC 822, ISO 8601, and the forms of Chinese and careless sites."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone

from feedparser.datetimes import _parse_date as parse_with_feedparser

BEIJING = timezone(timedelta(hours=8))
DAY_IN_URL = re.compile(r"/(20\d\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$|[a-z])", re.IGNORECASE)
CHINESE = re.compile(
    r"^\s*(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?\s*(?:(\d{1,2})\s*[::时時]\s*(\d{1,2})(?:\s*[::分]\s*(\d{1,2}))?)?"
    r"\s*秒?分?\s*$"
)


def parse_date(text: str) -> datetime | None:
    """A printed date as UTC, or None. Times without a zone are UTC, except in Chinese forms, which are Beijing time."""
    text = text.strip()
    if not text or len(text) > 100:
        return None
    return iso_date(text) or chinese_date(text) or lenient_date(text)


def iso_date(text: str) -> datetime | None:
    """ISO 8601 with a zone; other forms are left to the rest."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def chinese_date(text: str) -> datetime | None:
    """`2026年11月2日 08:30`, `2026.11.02`, `2026-11-02 08:30:00`: Beijing time when a clock time stands there, else the day."""
    match = CHINESE.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(group) if group else 0 for group in match.groups())
    zone = BEIJING if match[4] and "年" in text else UTC
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None


def lenient_date(text: str) -> datetime | None:
    """What feedparser's own date handlers make of it (RFC 822 with its many accidents, and more)."""
    try:
        parsed = parse_with_feedparser(text)
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def date_in_url(url: str) -> date | None:
    """The day in an address such as /2026/11/02/ or /20261102/."""
    match = DAY_IN_URL.search(url)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
