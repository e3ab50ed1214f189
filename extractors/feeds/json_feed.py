"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""

import json
from collections.abc import Mapping
from typing import Any

from extractors.decode import decode, header_charset
from extractors.feeds.kinds import Parsed, RawEntry, UnreadableError, feed_kind
from extractors.records import FeedKind, FetchedFeed, Reason


@feed_kind(FeedKind.JSON_FEED)
def read_json_feed(fetched: FetchedFeed) -> Parsed:
    """Raises UnreadableError for broken JSON, and for JSON that is something else."""
    text = decode(fetched.body, header_charset(fetched.headers.get("content-type", "")), fetched.due.feed.language)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(Reason.UNPARSEABLE, f"broken JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise UnreadableError(Reason.NOT_A_FEED, "JSON, but no JSON Feed: it has no list `items`")
    items = [item for item in document["items"] if isinstance(item, dict)]
    return Parsed(tuple(raw_entry(item) for item in items), title=word(document, "title"))


def raw_entry(item: Mapping[str, Any]) -> RawEntry:
    """One item; texts may be missing, ids may be numbers."""
    dates = (("published", word(item, "date_published")), ("updated", word(item, "date_modified")))
    tags = item.get("tags")
    return RawEntry(
        guid=word(item, "id"),
        link=word(item, "url") or word(item, "external_url"),
        title=word(item, "title"),
        summary=word(item, "summary") or word(item, "content_text") or word(item, "content_html"),
        dates=tuple((origin, text) for origin, text in dates if text),
        authors=tuple(names_of(item)),
        section=str(tags[0]) if isinstance(tags, list) and tags else "",
    )


def names_of(item: Mapping[str, Any]) -> list[str]:
    """Names under `authors` (1.1) or `author` (1.0)."""
    authors = item.get("authors") or [item.get("author")]
    return [word(author, "name") for author in authors if isinstance(author, dict)] if isinstance(authors, list) else []


def word(item: Mapping[str, Any], name: str) -> str:
    """A text or number under this name, as text."""
    value = item.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
