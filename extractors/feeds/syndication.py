"""RSS and Atom through feedparser, from text that was decoded first."""

import io
import math
import re
from collections.abc import Mapping
from typing import Any

import feedparser

from extractors.decode import decode_xml
from extractors.feeds.kinds import Parsed, RawEntry, UnreadableError, feed_kind
from extractors.records import FeedKind, FetchedFeed, Reason
from extractors.urls import publisher_of

# quadratic in feedparser (31 kB take 5 s): cut before it sees them
LONG_AUTHOR = re.compile(
    r"(<(?:\w+:)?(?:author|creator|contributor|publisher|managingEditor|webMaster|name|email)\b[^<>]{0,500}>\s*)"
    r"(?:(<!\[CDATA\[)(.{1000}).*?(\]\]>)|([^<]{1000})[^<]+)",
    re.DOTALL | re.IGNORECASE,
)
LONG_TAG = re.compile(r"<[^<>]{20000,}>")  # 20,000 attributes take 6 s
HEAD_CHARS = 20_000  # of the text, in which the channel's hints stand
DATE_FIELDS = ("published", "updated", "created")
UPDATE_MINUTES = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}


@feed_kind(FeedKind.FEED)
def read_syndication(fetched: FetchedFeed) -> Parsed:
    """RSS 0.9x-2.0, RDF and Atom. Raises UnreadableError for a web page, or when nothing of a feed is found."""
    text = decode_xml(fetched.body, fetched.headers, fetched.due.feed.language)
    text = LONG_TAG.sub("", LONG_AUTHOR.sub(r"\1\2\3\4\5", text))
    document = document_of(text)
    if not document.get("version") and not document.entries:
        refuse(text)
    return Parsed(
        entries=tuple(raw_entry(entry) for entry in document.entries),
        title=str(document.feed.get("title", "")),
        hints=hints_of(document.feed, text),
        bozo=str(document.get("bozo_exception", "malformed")) if document.get("bozo") else "",
    )


def document_of(text: str) -> Any:
    """What feedparser makes of a decoded feed. Raises UnreadableError for what it chokes on.

    Only a byte stream: given bytes or a string, feedparser opens files and fetches addresses named there. Without
    `content-location`: with it every guid that is no address would be joined to the feed's; links are joined later.
    """
    try:
        return feedparser.parse(
            io.BytesIO(text.encode("utf-8")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError) as error:
        raise UnreadableError(Reason.UNPARSEABLE, f"feedparser: {type(error).__name__}: {error}") from error


def refuse(text: str) -> None:
    """Say what came instead of a feed."""
    head = text[:2_000].lstrip().lower()
    if not head:
        raise UnreadableError(Reason.EMPTY, "the body is empty")
    if head.startswith(("<!doctype html", "<html")) or "<head" in head or "<body" in head:
        raise UnreadableError(Reason.NOT_A_FEED, "a web page came instead of a feed")
    raise UnreadableError(Reason.UNPARSEABLE, "nothing of RSS, Atom or RDF in the body")


def raw_entry(entry: Mapping[str, Any]) -> RawEntry:
    """One entry as feedparser gives it."""
    source = entry.get("source") or {}
    authors = [str(author.get("name", "")) for author in entry.get("authors") or [] if author]
    return RawEntry(
        guid=str(entry.get("id", "")),
        link=link_of(entry),
        title=str(entry.get("title", "")),
        summary=str(entry.get("summary", "")) or first_content(entry),
        dates=tuple((name, str(entry[name])) for name in DATE_FIELDS if name in entry.keys()),  # noqa: SIM118 - `in` maps published to updated
        authors=tuple(authors),
        section=section_of(entry, source),
        publisher=publisher_of(str(source.get("href", ""))),
    )


def link_of(entry: Mapping[str, Any]) -> str:
    """The entry's link, unless feedparser only copied a guid there that is no address."""
    link = str(entry.get("link", ""))
    return "" if link == entry.get("id") and not link.startswith(("http://", "https://", "/")) else link


def first_content(entry: Mapping[str, Any]) -> str:
    """The full text some feeds give instead of a summary."""
    return next((str(part.get("value", "")) for part in entry.get("content") or []), "")


def section_of(entry: Mapping[str, Any], source: Mapping[str, Any]) -> str:
    """The first category, else the source an aggregator names."""
    tags = entry.get("tags") or [{}]
    return str(tags[0].get("term") or source.get("title") or "")


def hints_of(channel: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The feed's own wishes for polling: ttl, sy:updatePeriod and updateFrequency, skipHours and skipDays."""
    hints: dict[str, Any] = {}
    if ttl := re.fullmatch(r"\s*([0-9]{1,6})\s*", str(channel.get("ttl", ""))):
        hints["ttl_minutes"] = int(ttl[1])
    period = UPDATE_MINUTES.get(str(channel.get("sy_updateperiod", "")).strip().lower())
    if period:
        hints["update_minutes"] = max(1, int(period / update_frequency(channel)))
    head = text[:HEAD_CHARS]  # feedparser keeps neither of the two
    if hours := re.findall(r"<hour>\s*([0-9]{1,2})\s*</hour>", head):
        hints["skip_hours"] = [int(hour) % 24 for hour in hours]
    if days := re.findall(r"<day>\s*([A-Z][a-z]+day)\s*</day>", head):
        hints["skip_days"] = days
    return hints


def update_frequency(channel: Mapping[str, Any]) -> float:
    """Updates per period; 1 for a missing or senseless word, never below 1."""
    try:
        frequency = float(channel.get("sy_updatefrequency", 1))
    except ValueError:
        return 1.0
    return max(1.0, frequency) if math.isfinite(frequency) else 1.0
