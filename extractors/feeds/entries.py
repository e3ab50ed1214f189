"""Turns entries as printed into entries as kept: plain texts, absolute links, one identity, a date with its origin."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lxml import etree, html

from extractors.feeds.dates import date_in_url, parse_date
from extractors.feeds.kinds import Parsed, RawEntry
from extractors.records import Entry, Feed, Poll
from extractors.urls import absolute_url, canonical_url, digest, entry_id

MAX_ENTRIES = 2_000
TITLE_CHARS = 2_000
SUMMARY_CHARS = 8_000
AUTHOR_CHARS = 1_000
GUID_CHARS = 2_000
MARKUP_CHARS = 200_000  # of a summary that are looked at for its text
AHEAD = timedelta(days=1)  # zones and planned posts; beyond it a date is a mistake
EARLIEST_YEAR = 1990
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def entries_from(parsed: Parsed, feed: Feed, poll: Poll) -> tuple[Entry, ...]:
    """The entries of a parsed feed, newest first when dated, each with its own id."""
    entries = [entry_from(raw, feed, poll) for raw in parsed.entries]
    entries = list(told_apart(entry for entry in entries if entry.guid or entry.url or entry.title))
    return tuple(sorted(entries, key=lambda entry: entry.published_at or entry.first_seen_at, reverse=True))


def entry_from(raw: RawEntry, feed: Feed, poll: Poll) -> Entry:
    """One entry. Its identity is guid, else canonical link, else title and day (`extractors.urls.entry_id`)."""
    link = absolute_url(raw.link, poll.final_url or poll.url) or link_in_guid(raw.guid)
    url = canonical_url(link)
    title, guid = plain_text(raw.title)[:TITLE_CHARS], clean(raw.guid).strip()[:GUID_CHARS]
    published_at, published_from, claim = published(raw, link, poll.polled_at)
    return Entry(
        entry_id=entry_id(feed.feed_id, "" if guid == feed.url else guid, url, title, published_at.date()),
        feed_id=feed.feed_id,
        guid=guid,
        url=url,
        link=link,
        title=title,
        summary=plain_text(raw.summary)[:SUMMARY_CHARS],
        published_at=published_at,
        published_from=published_from,
        published_claim=claim,
        first_seen_at=poll.polled_at,
        authors=tuple(plain_text(author)[:AUTHOR_CHARS] for author in raw.authors if author.strip()),
        section=plain_text(raw.section)[:TITLE_CHARS],
    )


def told_apart(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries that share a guid in one document are told apart by their link, or title; true repeats come once."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.entry_id, entry)
        if first is entry:
            yield entry
        elif (entry.url, entry.title) != (first.url, first.title):
            other = replace(entry, entry_id=digest("entry", entry.entry_id, entry.url or entry.title))
            if seen.setdefault(other.entry_id, other) is other:
                yield other


def published(raw: RawEntry, link: str, polled_at: datetime) -> tuple[datetime, str, str]:
    """When an entry was published, where that came from, and the date as printed.

    published -> updated -> created -> the address -> first seen. Ahead of the poll by more than a day: first seen, with
    the claim kept. Before 1990: no date.
    """
    claim = next((text.strip() for _, text in raw.dates if text.strip()), "")
    for origin, text in raw.dates:
        moment = parse_date(text)
        if moment and moment.year >= EARLIEST_YEAR:
            return (polled_at, "first_seen", claim) if moment > polled_at + AHEAD else (moment, origin, claim)
    day = date_in_url(link)
    if day and day.year >= EARLIEST_YEAR and datetime(day.year, day.month, day.day, tzinfo=UTC) <= polled_at:
        return datetime(day.year, day.month, day.day, tzinfo=UTC), "url", claim
    return polled_at, "first_seen", claim


def link_in_guid(guid: str) -> str:
    """A guid that is an address serves as link where the entry has none."""
    return absolute_url(guid, "") if guid.startswith(("http://", "https://")) else ""


def clean(text: str) -> str:
    """Text without control characters, lone surrogates and non-characters."""
    return UNWANTED.sub("", text)


def plain_text(markup: str) -> str:
    """The words of a text that may be HTML, in one line."""
    text = clean(markup[:MARKUP_CHARS])
    if "<" in text or "&" in text:
        text = words_of(text)
    return " ".join(text.split())


def words_of(markup: str) -> str:
    """The text of an HTML fragment; script and style are no words."""
    try:
        tree = html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return re.sub(r"<[^>]*>", " ", markup)
    for unwanted in tree.xpath("//script | //style"):
        unwanted.drop_tree()
    return " ".join(tree.itertext())
