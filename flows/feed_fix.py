"""Proposes what to do about feeds that moved, lost their address or died, and writes it into config/feeds.yaml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from extractors.records import FeedState, Reason
from flows.feed_check import OK, SILENT, Look, Tell, chosen, look_at, say_nothing
from flows.feed_search import successors
from flows.feeds_file import Change, change_feeds
from flows.home import Home
from flows.run import newsroom_network
from flows.settings import load_config
from flows.web import Web
from flows.workers import Workers
from warehouse.readers import published_states

LOST = frozenset({Reason.NOT_FOUND, Reason.GONE, Reason.NOT_A_FEED, Reason.UNPARSEABLE, Reason.EMPTY, Reason.REDIRECT})
DEAD = LOST | {Reason.DNS}
DEAD_DAYS = 30  # as long as polling takes to back off fully


class Action(StrEnum):
    """What is proposed for a feed."""

    MOVE = "move"
    REPLACE = "replace"
    SWITCH_OFF = "switch_off"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to do about one feed, and why; `new_url` for move and replace."""

    feed_id: str
    action: Action
    url: str
    new_url: str
    why: str


def propose_fixes(home: Home, wanted: Sequence[str], now: datetime, tell: Tell = say_nothing) -> list[Proposal]:
    """A proposal for each feed that is not well, of those named or of all enabled ones. Raises ConfigError."""
    config = load_config(home.root)
    states = published_states(home.published)
    feeds = chosen(config.feeds, wanted)
    with newsroom_network(config.settings) as network, Workers() as workers, Web(network, now) as web:
        looks = [look for look in look_at(feeds, web, workers, states, tell) if moved_to(look) or look.verdict != OK]
        lost = [look for look in looks if not moved_to(look) and (look.verdict in LOST or look.verdict == SILENT)]
        taken = {feed.url: feed.feed_id for feed in config.feeds}
        found = successors(lost, web, workers, taken)
    return [
        repeated(look, taken) or proposal(look, states.get(look.feed.feed_id), found.get(look.feed.feed_id, []), now)
        for look in looks
    ]


def repeated(look: Look, taken: Mapping[str, str]) -> Proposal | None:
    """A feed that moved to where another configured one is already: one of both is enough."""
    other = taken.get(moved_to(look))
    if other is None or other == look.feed.feed_id:
        return None
    why = f"the server redirects for good to what {other} polls already"
    return Proposal(look.feed.feed_id, Action.SWITCH_OFF, look.feed.url, "", why)


def moved_to(look: Look) -> str:
    """Where permanent redirects alone lead to a feed that can be read, else ""."""
    readable = look.document is not None and look.verdict != Reason.EMPTY
    return look.poll.permanent_url if look.poll and readable else ""


def proposal(look: Look, state: FeedState | None, found: Sequence[Look], now: datetime) -> Proposal:
    """Move with the server, replace by what the site offers, switch off what is dead for long, else wait."""
    feed_id, url, said = (
        look.feed.feed_id,
        look.feed.url,
        f"{look.verdict} ({look.detail})" if look.detail else look.verdict,
    )
    if target := moved_to(look):
        return Proposal(feed_id, Action.MOVE, url, target, "the server redirects there for good, and a feed is there")
    better = [each for each in found if is_newer(each, look)]
    if better:
        others = f"; also {', '.join(each.feed.url for each in better[1:4])}" if better[1:] else ""
        return Proposal(feed_id, Action.REPLACE, url, better[0].feed.url, f"{said}; the site has this feed{others}")
    since = dead_since(look, state, now)
    if since is not None:
        return Proposal(
            feed_id, Action.SWITCH_OFF, url, "", f"{look.verdict} since {since:%Y-%m-%d}, no other feed found"
        )
    return Proposal(feed_id, Action.WAIT, url, "", f"{said}; nothing better found, polling goes on by itself")


def is_newer(found: Look, look: Look) -> bool:
    """Whether a feed has what the old one lacks: anything, or entries newer than its newest."""
    if look.newest_at is None:
        return True
    return found.newest_at is not None and found.newest_at > look.newest_at


def dead_since(look: Look, state: FeedState | None, now: datetime) -> datetime | None:
    """Since when a feed has been dead: for a month by its polls, or gone (410) at its last poll and now again."""
    if state is None or state.failing_since_at is None or look.verdict not in DEAD or state.cause not in DEAD:
        return None
    twice_gone = look.verdict == Reason.GONE and state.cause is Reason.GONE
    long = now - state.failing_since_at >= timedelta(days=DEAD_DAYS)
    return state.failing_since_at if twice_gone or long else None


def apply_fixes(home: Home, proposals: Sequence[Proposal]) -> list[Proposal]:
    """Write the proposals that change something into config/feeds.yaml, and return them. Raises ConfigError, StorageError."""
    changing = [each for each in proposals if each.action is not Action.WAIT]
    if changing:
        change_feeds(home.root, changes_of(changing))
    return changing


def changes_of(proposals: Sequence[Proposal]) -> Mapping[str, Change]:
    """Each proposal as a change of its entry; what was there stands in a comment."""
    return {
        each.feed_id: Change({"enabled": False}, each.why)
        if each.action is Action.SWITCH_OFF
        else Change({"url": each.new_url}, f"was {each.url}")
        for each in proposals
    }
