"""RSS and Atom through feedparser, from text that was decoded first."""

import io
import re
from collections.abc import Mapping
from typing import Any

import feedparser

from extractors.decode import decode, guess_chinese, header_charset
from extractors.feeds.kinds import NotAFeed, Parsed, RawEntry, Unparseable, feed_kind
from extractors.records import FeedKind, FetchedFeed

XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)[\"']")
# quadratic in feedparser (31 kB take 5 s): cut before it sees them
LONG_AUTHOR = re.compile(
    r"(<(?:\w+:)?(?:author|creator|managingEditor|webMaster|name|email)\b[^>]{0,500}>)([^<]{1000})[^<]+"
)
LONG_TAG = re.compile(r"<[^<>]{20000,}>")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DATE_FIELDS = ("published", "updated", "created")
UPDATE_MINUTES = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}


@feed_kind(FeedKind.FEED)
def read_syndication(fetched: FetchedFeed) -> Parsed:
    """RSS 0.9x-2.0, RDF and Atom. Raises NotAFeed for a web page, Unparseable when nothing of a feed is found."""
    text = decoded(fetched)
    document = feedparser.parse(
        io.BytesIO(text.encode("utf-8")),
        response_headers={
            "content-location": fetched.poll.final_url or fetched.poll.url,
            "content-type": "application/xml; charset=utf-8",
        },
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not document.get("version") and not document.entries:
        refuse(text)
    return Parsed(
        entries=tuple(raw_entry(entry) for entry in document.entries),
        title=str(document.feed.get("title", "")),
        hints=hints_of(document.feed, text),
        bozo=str(document.get("bozo_exception", "")) if document.get("bozo") else "",
    )


def decoded(fetched: FetchedFeed) -> str:
    """The feed as text without XML declaration (it may lie now), control characters and the forms that stall feedparser."""
    match = XML_CHARSET.match(fetched.body[:1_000])
    declared = [
        *header_charset(fetched.headers.get("content-type", "")),
        *([match[1].decode("ascii")] if match else []),
    ]
    text = (None if declared else undeclared_chinese(fetched)) or decode(fetched.body, declared)
    text = ILLEGAL.sub("", XML_DECLARATION.sub("", text, count=1))
    return LONG_TAG.sub("", LONG_AUTHOR.sub(r"\1\2", text))


def undeclared_chinese(fetched: FetchedFeed) -> str | None:
    """A body that declares no charset and is no UTF-8: Chinese, if that reads as Chinese."""
    try:
        return fetched.body.decode("utf-8")
    except UnicodeDecodeError:
        return guess_chinese(fetched.body)


def refuse(text: str) -> None:
    """Say what came instead of a feed."""
    head = text[:2_000].lstrip().lower()
    if head.startswith(("<!doctype html", "<html")) or "<head" in head or "<body" in head:
        raise NotAFeed("a web page came instead of a feed")
    if not head:
        raise Unparseable("the body is empty")
    raise Unparseable("nothing of RSS, Atom or RDF in the body")


def raw_entry(entry: Mapping[str, Any]) -> RawEntry:
    """One entry as feedparser gives it."""
    tags = entry.get("tags") or [{}]
    authors = [str(author.get("name", "")) for author in entry.get("authors") or [] if author]
    return RawEntry(
        guid=str(entry.get("id", "")),
        link=str(entry.get("link", "")),
        title=str(entry.get("title", "")),
        summary=str(entry.get("summary", ""))
        or next((str(part.get("value", "")) for part in entry.get("content", [])), ""),
        dates=tuple((field, str(entry[field])) for field in DATE_FIELDS if field in entry.keys()),  # noqa: SIM118 - `in` maps published to updated
        authors=tuple(authors),
        section=str(tags[0].get("term") or ""),
    )


def hints_of(channel: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The feed's own wishes for polling: ttl, sy:updatePeriod and updateFrequency, skipHours and skipDays."""
    hints: dict[str, Any] = {}
    if str(channel.get("ttl", "")).strip().isdigit():
        hints["ttl_minutes"] = int(str(channel["ttl"]).strip())
    period = UPDATE_MINUTES.get(str(channel.get("sy_updateperiod", "")).strip().lower())
    if period:
        hints["update_minutes"] = int(period / update_frequency(channel))
    head = text[:20_000]
    if skipped := [int(hour) % 24 for hour in re.findall(r"<hour>\s*(\d{1,2})\s*</hour>", head)]:
        hints["skip_hours"] = skipped
    if days := re.findall(r"<day>\s*([A-Z][a-z]+day)\s*</day>", head):
        hints["skip_days"] = days
    return hints


def update_frequency(channel: Mapping[str, Any]) -> float:
    """Updates per period; 1 for a missing or senseless word, never below 1."""
    try:
        return max(1.0, float(channel.get("sy_updatefrequency", 1)))
    except ValueError:
        return 1.0
