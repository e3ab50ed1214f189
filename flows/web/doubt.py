"""Decides when a feed's "nothing changed" is not believed: it is then asked in full, at most once a day. Pure.

Some servers answer 304 for ever, whatever they publish. Giving up conditional requests for everybody would cost the honest
ones; so a feed is doubted only when something speaks against it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from extractors.records import DueFeed, FeedState
from extractors.urls import publisher_of
from flows.web.server_words import http_date

ONCE = timedelta(days=1)  # between two full requests
GAPS = 3  # usual gaps without anything new
WEEK = timedelta(days=7)


def movement(known: Sequence[DueFeed]) -> Mapping[str, datetime]:
    """When the feeds of each publisher last brought something new."""
    moved: dict[str, datetime] = {}
    for each in known:
        if each.state.last_new_at is not None:
            publisher = publisher_of(each.url)
            moved[publisher] = max(each.state.last_new_at, moved.get(publisher, each.state.last_new_at))
    return moved


def doubt(due: DueFeed, moved: Mapping[str, datetime], now: datetime) -> str:
    """What speaks against the validators of a feed, in words; "" when they are believed or were tested within a day."""
    state = due.state
    full_at = in_full_at(state)
    if state.failures or not (state.etag or state.last_modified) or full_at is None or now - full_at < ONCE:
        return ""
    dated = http_date(state.last_modified) if state.last_modified else None
    if dated is not None and dated > now + ONCE:
        return "its Last-Modified lies in the future"
    usual, quiet = usual_gap(state), now - (state.last_new_at or full_at)
    if quiet > max(ONCE, GAPS * usual):
        return f"nothing new for {quiet.days} days, by its word"
    if quiet > max(ONCE, usual) and (latest := moved.get(publisher_of(due.url))) is not None and latest > full_at:
        return "another feed of the site had news since"
    return ""


def in_full_at(state: FeedState) -> datetime | None:
    """When a whole body came last; states of older versions only know when something new did."""
    noted = state.hints.get("full_at")
    return datetime.fromisoformat(noted) if noted else state.last_new_at


def usual_gap(state: FeedState) -> timedelta:
    """The usual time between two entries, from the feed's latest full body; a week at most."""
    return WEEK / max(1.0, float(state.hints.get("posts_per_week") or 0))
