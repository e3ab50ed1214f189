"""Fetches one page by hand, with the manners of the collector."""

from extractors.records import Dropped, Entry, Feed, Page, WaitingEntry
from extractors.urls import canonical_url, page_id
from flows.run import newsroom_network, utc_now
from flows.settings import Settings
from flows.web import Web


def fetch_one(url: str, settings: Settings) -> Page | Dropped:
    """The page at an address, or why it did not come."""
    now, canonical = utc_now(), canonical_url(url)
    entry = Entry("", "", "", canonical, url, "", "", None, "", "", now)
    with newsroom_network(settings) as network, Web(network, now) as web:
        (result,) = web.gather(web.fetch, [WaitingEntry(entry, Feed("", url), page_id(canonical))])
    if isinstance(result, Exception):
        raise result
    answered: Page | Dropped = result
    return answered
