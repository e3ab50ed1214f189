"""Turns entries as printed into entries as kept: plain texts, absolute links, one identity, a date with its origin."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape

from lxml import etree

from extractors.decode import without_controls
from extractors.feeds.dates import date_in_url, parse_date, zone_of
from extractors.feeds.kinds import Parsed, RawEntry
from extractors.records import Entry, Feed, Poll
from extractors.urls import absolute_url, canonical_url, entry_id

MAX_ENTRIES = 2_000
TITLE_CHARS = 2_000
SUMMARY_CHARS = 8_000
AUTHOR_CHARS = 1_000
GUID_CHARS = 2_000
MARKUP_CHARS = 200_000  # of a summary that are looked at for its text
AHEAD = timedelta(days=1)  # zones and planned posts; beyond it a date is a mistake
EARLIEST_YEAR = 1990
# elements that end a word; inline ones (b, em, a) do not: `<b>Deep</b>Seek` and `中<em>国</em>` are one word
BLOCKS = (
    "address",
    "article",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
)
WORDLESS = ("script", "style", etree.Comment, etree.ProcessingInstruction)


@dataclass(frozen=True, slots=True)
class When:
    """When an entry was published, where that came from, and the date as printed."""

    at: datetime
    origin: str
    claim: str


def entries_from(parsed: Parsed, feed: Feed, poll: Poll) -> tuple[tuple[Entry, ...], int]:
    """The newest 2,000 entries of a parsed feed, newest first, each with its own id; and how many were left out."""
    dated = [(raw, published(raw, feed, poll)) for raw in parsed.entries]
    dated.sort(key=lambda pair: pair[1].at, reverse=True)
    newest = [entry_from(raw, when, feed, poll) for raw, when in dated[:MAX_ENTRIES]]
    entries = with_identity([entry for entry in newest if entry.guid or entry.url or entry.title], feed)
    return tuple(entries), max(0, len(dated) - MAX_ENTRIES)


def entry_from(raw: RawEntry, when: When, feed: Feed, poll: Poll) -> Entry:
    """One entry, still without its id."""
    link = link_of(raw, poll)
    return Entry(
        entry_id="",
        feed_id=feed.feed_id,
        guid=without_controls(raw.guid).strip()[:GUID_CHARS],
        url=canonical_url(link),
        link=link,
        title=plain_text(raw.title)[:TITLE_CHARS],
        summary=plain_text(raw.summary)[:SUMMARY_CHARS],
        published_at=when.at,
        published_from=when.origin,
        published_claim=when.claim,
        first_seen_at=poll.polled_at,
        authors=tuple(name for author in raw.authors if (name := plain_text(author)[:AUTHOR_CHARS])),
        section=plain_text(raw.section)[:TITLE_CHARS],
        publisher=raw.publisher,
    )


def link_of(raw: RawEntry, poll: Poll) -> str:
    """An entry's link made absolute; a guid that is an address serves where there is none."""
    link = absolute_url(without_controls(raw.link), poll.final_url or poll.url) if raw.link.strip() else ""
    return link or (absolute_url(raw.guid, "") if raw.guid.startswith(("http://", "https://")) else "")


def with_identity(entries: Sequence[Entry], feed: Feed) -> list[Entry]:
    """The entries with their ids (ladder of `extractors.urls.entry_id`); what one document repeats comes once.

    A guid that different links share, or that is the feed's own address, tells nothing: the ladder goes on without it.
    """
    useless = {feed.url, *shared_guids(entries)}
    known: dict[str, Entry] = {}
    for entry in entries:
        guid = "" if entry.guid in useless else entry.guid
        day = entry.published_at.date() if entry.published_at and entry.published_from != "first_seen" else None
        identity = entry_id(feed.feed_id, guid, entry.url, entry.title, day)
        known.setdefault(identity, replace(entry, entry_id=identity))
    return list(known.values())


def shared_guids(entries: Iterable[Entry]) -> set[str]:
    """Guids under which one document lists different things."""
    things: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        things[entry.guid].add(entry.url or entry.title)
    return {guid for guid, those in things.items() if len(those) > 1}


def published(raw: RawEntry, feed: Feed, poll: Poll) -> When:
    """published -> updated -> created -> the address -> first seen.

    More than a day ahead of the poll: first seen, with the claim kept. Before 1990: no date.
    """
    polled_at, zone = poll.polled_at, zone_of(feed.home)
    claim = next((text for _, given in raw.dates if (text := without_controls(given).strip()[:GUID_CHARS])), "")
    for origin, text in raw.dates:
        moment = parse_date(text, zone)
        if moment and moment.year >= EARLIEST_YEAR:
            return When(polled_at, "first_seen", claim) if moment > polled_at + AHEAD else When(moment, origin, claim)
    day = date_in_url(raw.link)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    return When(midnight, "url", claim) if midnight and midnight <= polled_at else When(polled_at, "first_seen", claim)


def plain_text(markup: str) -> str:
    """The words of a text that may be HTML, in one line."""
    text = without_controls(markup[:MARKUP_CHARS])
    if "<" in text:
        text = without_controls(words_of(text))
    elif "&" in text:
        text = without_controls(unescape(text))
    return " ".join(text.split())


def words_of(markup: str) -> str:
    """The text of an HTML fragment; script and style are no words, a new block is a new word."""
    try:  # not lxml.html: three times the time for the same tree
        tree = etree.fromstring(f"<html><body>{markup}</body></html>", etree.HTMLParser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        tree = None
    if tree is None:
        return re.sub(r"<[^>]*>", " ", markup)
    etree.strip_elements(tree, *WORDLESS, with_tail=False)
    for element in tree.iter(*BLOCKS):
        element.text = f" {element.text or ''}"
        element.tail = f" {element.tail or ''}"
    return str(etree.tostring(tree, method="text", encoding="unicode"))  # half the time of joining itertext()
