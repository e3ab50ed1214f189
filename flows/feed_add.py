"""Turns an address a person names into an entry for feeds.yaml: the feed itself, or the one its site has."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from extractors.errors import ConfigError
from extractors.records import Feed, Reason
from flows.feed_check import Look, look_at
from flows.feed_fix import moved_to
from flows.feed_search import successors
from flows.feeds_file import known, suggested_id
from flows.home import Home
from flows.opml import free_id
from flows.run import newsroom_network
from flows.settings import load_config
from flows.web import Web
from flows.workers import Workers

NO_FEED = frozenset({Reason.NOT_A_FEED, Reason.NOT_FOUND, Reason.GONE, Reason.UNPARSEABLE})


def entry_for(
    home: Home, url: str, now: datetime, feed_id: str | None, words: Mapping[str, str], *, unseen: bool
) -> tuple[dict[str, Any], list[str]]:
    """The entry, and remarks for the person. Raises ConfigError when the site answers and has no feed.

    A site that cannot be reached now is taken at its word; `unseen` takes every address so.
    """
    url = url if "://" in url else f"https://{url}"
    urls, ids = known(home.root)
    title, remarks = "", list[str]()
    if not unseen and url not in urls:
        url, title, remarks = seen(home, url, now)
    made = {"id": feed_id or free_id(suggested_id(url), set(ids)), "url": url, "title": words["title"] or title}
    entry = made | {name: words[name] for name in ("language", "home")}
    return {name: value for name, value in entry.items() if value}, remarks


def seen(home: Home, url: str, now: datetime) -> tuple[str, str, list[str]]:
    """The address to poll, what the feed calls itself, and remarks. Raises ConfigError when there is none."""
    config = load_config(home.root)
    with newsroom_network(config.settings) as network, Workers() as workers, Web(network, now) as web:
        (look,) = look_at([Feed("new", url)], web, workers)
        found = successors([look], web, workers).get("new", []) if look.verdict in NO_FEED else []
    if look.document is not None:
        return moved_to(look) or url, look.document.title, []
    if found:
        others = [f"also found: {other.feed.url}" for other in found[1:]]
        return found[0].feed.url, title_of(found[0]), [f"{url} is no feed; its site has one", *others]
    if look.verdict in NO_FEED:
        raise ConfigError([f"{url}: no feed there ({look.detail or look.verdict}), and none found on its site"])
    return url, "", [f"added unseen: {look.verdict} ({look.detail})"]


def title_of(look: Look) -> str:
    """What a feed calls itself."""
    return look.document.title if look.document else ""
