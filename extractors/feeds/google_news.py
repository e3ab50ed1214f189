"""Google News searches: an RSS feed whose links are tokens; headline and source are what it honestly gives."""

from dataclasses import replace

from extractors.feeds.kinds import Parsed, RawEntry, feed_kind
from extractors.feeds.syndication import read_syndication
from extractors.records import FeedKind, FetchedFeed


@feed_kind(FeedKind.GOOGLE_NEWS)
def read_google_news(fetched: FetchedFeed) -> Parsed:
    """As RSS. The token no longer holds the address and decoding it needs an undocumented call: it is not decoded."""
    parsed = read_syndication(fetched)
    return replace(parsed, entries=tuple(headline(entry) for entry in parsed.entries))


def headline(entry: RawEntry) -> RawEntry:
    """The headline without its ` - Source` tail; the summary only repeats it as links."""
    title, dash, source = entry.title.rpartition(" - ")
    named = dash and (source.strip() == entry.section or not entry.section)
    return replace(entry, title=title if named else entry.title, section=entry.section or source, summary="")
