"""Looks for a site's feed: what its page names, else where sites usually keep one; only what answers well is found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from extractors.discovery import FoundFeed, linked_feeds, usual_feeds
from extractors.errors import FetchError
from extractors.records import FeedKind, Reason
from flows.feed_check import OK, Look, look_at
from flows.web import Web
from flows.web.pace import OutOfTime
from flows.workers import Workers

TRIED = 8  # addresses per feed; a site that keeps its feed elsewhere does not mean it to be found


def successors(looks: Sequence[Look], web: Web, workers: Workers, taken: Iterable[str] = ()) -> dict[str, list[Look]]:
    """For each look that brought no feed, the feeds found instead, best first; nothing for those without.

    `taken` are addresses that are configured already. A feed counts when it parses, has entries and is not silent.
    """
    known = set(taken)
    named = answering(looks, named_feeds(looks, web), web, workers, known)
    rest = [look for look in looks if look.feed.feed_id not in named]
    usual = {look.feed.feed_id: usual_feeds(start_of(look)) for look in rest}
    return named | answering(rest, usual, web, workers, known)


def named_feeds(looks: Sequence[Look], web: Web) -> dict[str, list[FoundFeed]]:
    """What the page that came instead of a feed names, or the site's front page when none came."""
    bare = [look for look in looks if not names_feeds(look)]
    answers = web.gather(web.look, [front_of(look.feed.url) for look in bare])
    found = {look.feed.feed_id: feeds_in(look) for look in looks}
    for look, answer in zip(bare, answers, strict=True):
        if isinstance(answer, FetchError | OutOfTime):
            continue
        if isinstance(answer, BaseException):
            raise answer
        found[look.feed.feed_id] = linked_feeds(answer.body, answer.headers, answer.final_url)
    return found


def names_feeds(look: Look) -> bool:
    """Whether the page that came names feeds itself."""
    return bool(feeds_in(look))


def feeds_in(look: Look) -> list[FoundFeed]:
    """The feeds a body names that was no feed."""
    if look.verdict != Reason.NOT_A_FEED or look.poll is None:
        return []
    return linked_feeds(look.body, look.headers, look.poll.final_url or look.feed.url)


def answering(
    looks: Sequence[Look], found: Mapping[str, Sequence[FoundFeed]], web: Web, workers: Workers, known: set[str]
) -> dict[str, list[Look]]:
    """Of the addresses found, those that answer with a feed that lives, in their order."""
    tried = {
        f"{look.feed.feed_id} {number}": replace(
            look.feed, feed_id=f"{look.feed.feed_id} {number}", url=each.url, kind=FeedKind.AUTO, select=None
        )
        for look in looks
        for number, each in enumerate(islice((e for e in found[look.feed.feed_id] if e.url not in known), TRIED))
    }
    well: dict[str, list[Look]] = {}
    for answer in look_at(list(tried.values()), web, workers):
        if answer.verdict == OK:
            well.setdefault(answer.feed.feed_id.rsplit(" ", 1)[0], []).append(answer)
    return well


def start_of(look: Look) -> str:
    """The page from which the usual addresses are guessed: a page that came, else the site's front page."""
    came = look.verdict == Reason.NOT_A_FEED and look.poll is not None
    return (look.poll.final_url if came and look.poll else "") or front_of(look.feed.url)


def front_of(url: str) -> str:
    """The front page of an address's site."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
