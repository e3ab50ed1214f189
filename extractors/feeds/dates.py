"""Turns dates as feeds print them into UTC: RFC 822, ISO 8601, and the forms of Chinese and careless sites."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from feedparser.datetimes import _parse_date as parse_with_feedparser

DATE_CHARS = 100
BEIJING = timezone(timedelta(hours=8))
BEIJING_TIME_HOMES = frozenset({"CN", "HK", "MO", "TW", "SG"})  # all at UTC+8 the year round
DAY_IN_URL = re.compile(r"/(20\d\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$|[a-z])", re.IGNORECASE)
NUMBERS = re.compile(
    r"^(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?"
    r"(?:[\sT]*(上午|下午|晚上|凌晨|中午)?\s*(\d{1,2})\s*[:\uff1a时時点]\s*(\d{1,2})?(?:\s*[:\uff1a分]\s*(\d{1,2})(?:\.\d+)?)?\s*[分秒]?)?$"
)
NO_ZONE = re.compile(r"(?<=:\d\d) ?[+-](?:1[5-9]|[2-9]\d):?\d\d$")  # nowhere is it more than 14 hours earlier or later
MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
ENGLISH = re.compile(
    r"^(?:[A-Za-z]{3,9},? )?(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[ -](?P<month>[A-Za-z]{3,9})\.?,?[ -]"
    r"|(?P<first_month>[A-Za-z]{3,9})\.? (?P<second_day>\d{1,2})(?:st|nd|rd|th)?,? )(?P<year>\d{4})"
    r"(?:(?:,| -| at)? (?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"(?: (?P<zone>[+-]\d\d:?\d\d))?)?$"
)
AFTERNOON = frozenset({"下午", "晚上"})
NOON = 12


def zone_of(home: str) -> tzinfo:
    """The zone of a feed's times that name none: Beijing time for feeds from there, else UTC."""
    return BEIJING if home in BEIJING_TIME_HOMES else UTC


def parse_date(text: str, zone: tzinfo = UTC) -> datetime | None:
    """A printed date as UTC, or None. A clock time without a zone is in `zone`; a day alone is midnight UTC."""
    text = NO_ZONE.sub("", " ".join(text.split()))
    if not text or len(text) > DATE_CHARS:
        return None
    if zone is BEIJING:
        text = re.sub(r" CST$", " +0800", text)  # China's, not Chicago's
    return (
        zoned_date(text)
        or numbers_date(text, zone)
        or english_date(text, zone)
        or epoch_date(text)
        or lenient_date(text)
    )


def zoned_date(text: str) -> datetime | None:
    """ISO 8601 with a zone, also with a space before it; other forms are left to the rest."""
    try:
        moment = datetime.fromisoformat(re.sub(r"(?<=\d) (?=[+-]\d\d:?\d\d$|Z$)", "", text))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def numbers_date(text: str, zone: tzinfo) -> datetime | None:
    """Year, month, day, then a clock: `2026年11月2日 下午3:20`, `2026.11.02`, `2026-11-02 08:30:00`."""
    match = NUMBERS.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(match[group] or 0) for group in (1, 2, 3, 5, 6, 7))
    if match[4] in AFTERNOON and hour < NOON:
        hour += NOON
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone if match[5] else UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def english_date(text: str, zone: tzinfo) -> datetime | None:
    """A month by its English name: `Mon, 02 Nov 2026 07:00:00`, `November 2, 2026 7:00 PM`, `02-Nov-2026 07:00 +0800`."""
    match = ENGLISH.match(text)
    month = MONTHS.get((match["month"] or match["first_month"])[:3].lower()) if match else None
    if not match or not month:
        return None
    year, hour, minute, second = (int(match[name] or 0) for name in ("year", "hour", "minute", "second"))
    if match["half"]:
        hour = hour % NOON + NOON * (match["half"].lower() == "p")
    day, at = int(match["day"] or match["second_day"]), zone if match["hour"] else UTC
    try:
        if match["zone"]:
            at = datetime.strptime(match["zone"], "%z").tzinfo or UTC
        return datetime(year, month, day, hour, minute, second, tzinfo=at).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def epoch_date(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970, as some programs print them."""
    if not re.fullmatch(r"1\d{9}(?:\d{3})?", text):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


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
