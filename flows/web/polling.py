"""Decides when a feed is polled: from its own wishes, the server's, how often it posts, and how it failed. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from extractors.records import (
    Dropped,
    DueFeed,
    Feed,
    FeedDocument,
    FeedState,
    FetchedFeed,
    Left,
    Poll,
    PolledFeed,
    Quarantined,
    Reason,
    Stage,
    WaitingEntry,
)
from extractors.urls import host_of
from flows.web.doubt import doubt, movement
from flows.web.intervals import LONGEST_MINUTES, adaptive_minutes, in_phase, lengthened, posting

NOT_MODIFIED = 304
DEAD_MINUTES = 30 * 24 * 60
MOVED_POLLS = 5  # polls in a row that lead to the same address by permanent redirects only,
MOVED_DAYS = 3  # over at least so long, before that address is taken
TOLD_OFF = 2  # feeds of a host that were told to wait, after which the whole host is left alone
PASSING_HINTS = ("retry_until", "moved_url", "moved_polls", "moved_since")  # only as long as answers repeat them
NOT_A_FAILURE = frozenset({Reason.NOT_MODIFIED, Reason.UNCHANGED})
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def due_feeds(
    feeds: Sequence[Feed],
    states: Mapping[str, FeedState],
    now: datetime,
    only: Collection[str] = (),
    *,
    force: bool = False,
) -> list[DueFeed]:
    """The enabled feeds whose time has come, longest waiting first; `force` goes before the time, never before Retry-After."""
    chosen = [feed for feed in feeds if feed.enabled and (not only or feed.feed_id in only)]
    due = [DueFeed(feed, states.get(feed.feed_id) or FeedState(feed.feed_id)) for feed in chosen]
    known = [DueFeed(feed, states[feed.feed_id]) for feed in feeds if feed.feed_id in states]
    weary, moved = weary_hosts(known, now), movement(known)
    due = [each for each in due if is_due(each.state, now, force=force) and host_of(each.url) not in weary]
    return sorted(
        (replace(each, in_full=doubt(each, moved, now)) for each in due),
        key=lambda each: (each.state.next_poll_at or datetime.min.replace(tzinfo=UTC), each.feed.feed_id),
    )


def weary_hosts(known: Sequence[DueFeed], now: datetime) -> set[str]:
    """Hosts that told two or more of their feeds to wait, and the time is not over."""
    told = Counter(host_of(each.url) for each in known if is_told_to_wait(each.state, now))
    return {host for host, feeds in told.items() if feeds >= TOLD_OFF}


def is_told_to_wait(state: FeedState, now: datetime) -> bool:
    """Whether the server's wish to wait still holds: its Retry-After, or the back-off after a bare 429."""
    rate_limited = state.cause is Reason.RATE_LIMITED and state.next_poll_at is not None and now < state.next_poll_at
    return rate_limited or is_before_retry(state, now)


def is_before_retry(state: FeedState, now: datetime) -> bool:
    """Whether the Retry-After of the last answer is still running."""
    told_until = state.hints.get("retry_until")
    return told_until is not None and now < datetime.fromisoformat(told_until)


def is_due(state: FeedState, now: datetime, *, force: bool) -> bool:
    """Whether a feed may be polled now. Skip hours and days are judged at this moment too, not only when planning."""
    if is_before_retry(state, now):
        return False
    if force:
        return True
    return (state.next_poll_at is None or state.next_poll_at <= now) and not is_skipped(state.hints, now)


def is_skipped(hints: Mapping[str, Any], moment: datetime) -> bool:
    """Whether the feed's skipHours or skipDays (GMT, RSS 2.0) name this moment. A feed that skips always is not believed."""
    hours, days = set(hints.get("skip_hours") or ()), set(hints.get("skip_days") or ())
    if hours.issuperset(range(24)) or days.issuperset(WEEKDAYS):
        return False
    at = moment.astimezone(UTC)
    return at.hour in hours or WEEKDAYS[at.weekday()] in days


def polls_of(
    documents: Sequence[FeedDocument], fresh: Sequence[WaitingEntry], left: Sequence[Left], now: datetime
) -> list[PolledFeed]:
    """One row per poll of this batch, with the state the next one starts from. Feeds not reached have none."""
    new = Counter(waiting.entry.feed_id for waiting in fresh)
    read = [after_document(document, new[document.due.feed.feed_id]) for document in documents]
    return read + [after_left(each, now) for each in left if polled(each)]


def polled(left: Left) -> bool:
    """Whether a record that left was a feed that did answer or fail, and not one that merely waits."""
    waits = isinstance(left.verdict, Dropped) and left.verdict.reason is Reason.WAITING
    return left.stage in (Stage.POLL, Stage.PARSE) and not waits


def after_document(document: FeedDocument, new_count: int) -> PolledFeed:
    """A feed that was read. Its validators are kept only when it parsed to at least one entry."""
    poll, feed, state = document.poll, document.due.feed, document.due.state
    if not document.entries:
        return after_failure(document.due, replace(poll, cause=Reason.EMPTY, why="the feed holds no entries"))
    hints = dict(document.hints) | server_hints(poll) | posting(document, state.hints) | moved_hints(state, poll)
    learned = replace(
        recovered(state, poll),
        url=followed(state, poll),
        etag=poll.etag,
        last_modified=poll.last_modified,
        body_sha256=poll.body_sha256,
        hints=hints,
        last_new_at=poll.polled_at if new_count else state.last_new_at,
    )
    planned = plan(feed, learned, poll, document, len(document.entries), new_count)
    return replace(planned, why="; ".join([planned.why, *unusual(document, new_count)]))


def unusual(document: FeedDocument, new_count: int) -> list[str]:
    """What a person may want to know of a document."""
    found = asked_in_full(document.due)
    if document.left_out_count:
        found.append(f"{document.left_out_count} entries beyond the newest were not taken")
    if document.due.state.last_new_at and new_count == len(document.entries):
        found.append("every entry was new: some may have come and gone between two polls")
    return found


def asked_in_full(due: DueFeed) -> list[str]:
    """Why a feed was asked without its validators, if it was."""
    return [f"asked in full: {due.in_full}"] if due.in_full else []


def after_left(left: Left, now: datetime) -> PolledFeed:
    """A feed that was not read: unchanged, failed, not a feed, or a surprise while parsing."""
    due: DueFeed = left.record if isinstance(left.record, DueFeed) else left.record.due
    poll = poll_of(left, due, now)
    if isinstance(left.verdict, Dropped) and left.verdict.reason in NOT_A_FAILURE:
        return after_unchanged(due, poll)
    return after_failure(due, poll)


def poll_of(left: Left, due: DueFeed, now: datetime) -> Poll:
    """The poll row of a record that left; a surprise counts as unparseable, with its words; a stopped parser says why."""
    if isinstance(left.verdict, Dropped) and isinstance(left.verdict.record, Poll):
        return left.verdict.record
    known = left.record.poll if isinstance(left.record, FetchedFeed) else Poll(due.feed.feed_id, now, due.url)
    if isinstance(left.verdict, Quarantined):
        return replace(known, cause=Reason.UNPARSEABLE, why=left.verdict.error)
    return replace(known, cause=left.verdict.reason, why=left.verdict.detail)


def after_unchanged(due: DueFeed, poll: Poll) -> PolledFeed:
    """304, or the same bytes: a success. New validators are taken, a 304 without keeps the old; the feed's wishes stay."""
    silent = poll.status == NOT_MODIFIED
    lasting = {name: value for name, value in due.state.hints.items() if name not in PASSING_HINTS}
    state = replace(
        recovered(due.state, poll),
        url=followed(due.state, poll),
        etag=poll.etag or (due.state.etag if silent else ""),
        last_modified=poll.last_modified or (due.state.last_modified if silent else ""),
        hints=lasting | server_hints(poll) | moved_hints(due.state, poll),
    )
    planned = plan(due.feed, state, poll, None, 0, 0)
    return replace(planned, why="; ".join([planned.why, *asked_in_full(due)]))


def moved_hints(state: FeedState, poll: Poll) -> dict[str, Any]:
    """How often in a row, and since when, permanent redirects have led to the same new address."""
    if not poll.permanent_url or followed(state, poll) == poll.permanent_url:
        return {}
    if state.hints.get("moved_url") != poll.permanent_url:
        return {"moved_url": poll.permanent_url, "moved_polls": 1, "moved_since": poll.polled_at.isoformat()}
    moved = {name: state.hints[name] for name in ("moved_url", "moved_since")}
    return moved | {"moved_polls": int(state.hints["moved_polls"]) + 1}


def followed(state: FeedState, poll: Poll) -> str:
    """The address to poll from now on: a permanent redirect is believed only once it has been stable."""
    if not poll.permanent_url or state.hints.get("moved_url") != poll.permanent_url:
        return state.url
    stable_days = (poll.polled_at - datetime.fromisoformat(state.hints["moved_since"])).days
    polls = int(state.hints["moved_polls"]) + 1
    return poll.permanent_url if polls >= MOVED_POLLS and stable_days >= MOVED_DAYS else state.url


def after_failure(due: DueFeed, poll: Poll) -> PolledFeed:
    """Backs off: doubling with each failure in a row. 404 and DNS never retire a feed; 410 twice in a row does.

    An address that a redirect led to and that is dead is given up for the configured one.
    """
    failures = due.state.failures + 1
    hints = {name: value for name, value in due.state.hints.items() if name != "retry_until"}
    base = base_minutes(due.feed, due.state, poll.polled_at)
    minutes = min(base * 2 ** min(failures - 1, 16), max(base, longest_minutes(poll.cause)))
    next_at = poll.polled_at + lengthened(minutes, due.feed.feed_id, poll.polled_at)
    why = f"failed {failures} times in a row ({poll.cause}): {minutes / 60:.1f} h"
    if poll.cause is due.state.cause is Reason.GONE:
        next_at, why = poll.polled_at + timedelta(minutes=DEAD_MINUTES), "gone (410) twice: looked at again in 30 days"
    if poll.retry_after_seconds:
        told_until = poll.polled_at + timedelta(seconds=poll.retry_after_seconds)
        hints["retry_until"] = told_until.isoformat()
        if told_until > next_at:
            next_at, why = told_until, f"the server asks to wait {poll.retry_after_seconds} s"
    state = replace(
        due.state,
        polled_at=poll.polled_at,
        failures=failures,
        failing_since_at=due.state.failing_since_at or poll.polled_at,
        cause=poll.cause,
        next_poll_at=next_at,
        hints=hints,
    )
    if due.state.url and poll.cause in (Reason.GONE, Reason.NOT_FOUND):
        state = replace(state, url="", etag="", last_modified="", body_sha256="")
    return PolledFeed(poll, None, state, next_at, f"{poll.why}; {why}" if poll.why else why)


def longest_minutes(cause: Reason | None) -> float:
    """How far back-off may go: a month for what looks dead, a day for what is merely ill."""
    return DEAD_MINUTES if cause in (Reason.NOT_FOUND, Reason.DNS, Reason.FORBIDDEN) else LONGEST_MINUTES


def recovered(state: FeedState, poll: Poll) -> FeedState:
    """The state of a feed that answered."""
    return replace(state, polled_at=poll.polled_at, failures=0, failing_since_at=None, cause=None)


def server_hints(poll: Poll) -> dict[str, Any]:
    """What the answer's headers wish for, and when a whole body came; kept across 304."""
    hints: dict[str, Any] = {} if poll.status == NOT_MODIFIED else {"full_at": poll.polled_at.isoformat()}
    if poll.max_age_seconds:
        hints["max_age_seconds"] = poll.max_age_seconds
    if poll.retry_after_seconds:
        hints["retry_until"] = (poll.polled_at + timedelta(seconds=poll.retry_after_seconds)).isoformat()
    return hints


def plan(
    feed: Feed, state: FeedState, poll: Poll, document: FeedDocument | None, entry_count: int, new_count: int
) -> PolledFeed:
    """The next time of a healthy feed: its interval, lengthened by what server and feed wish for, and by jitter."""
    minutes = base_minutes(feed, state, poll.polled_at)
    adaptive, why = not feed.every_minutes, f"every {minutes:.0f} min"
    if adaptive:
        why = f"{minutes:.0f} min, by when and how often it posts"
    for name, unit_minutes, words in WISHES:
        wished = float(state.hints.get(name) or 0) * unit_minutes
        if min(wished, LONGEST_MINUTES) > minutes:
            minutes, adaptive, why = min(wished, LONGEST_MINUTES), False, words
    jitter = lengthened(minutes, feed.feed_id, poll.polled_at)
    next_at = poll.polled_at + (in_phase(minutes, feed.feed_id, poll.polled_at, state.hints) if adaptive else jitter)
    told_until = state.hints.get("retry_until")
    if told_until and datetime.fromisoformat(told_until) > next_at:
        next_at, why = datetime.fromisoformat(told_until), "the server asks to wait"
    for _ in range(24 * 7):
        if not is_skipped(state.hints, next_at):
            break
        next_at, why = (
            next_at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1),
            "after the feed's skip hours",
        )
    if state.url and state.url != poll.url:
        why += f"; moved for good to {state.url}"
    return PolledFeed(poll, document, replace(state, next_poll_at=next_at), next_at, why, entry_count, new_count)


WISHES = (
    ("max_age_seconds", 1 / 60, "the server says it stays fresh (max-age)"),
    ("ttl_minutes", 1, "the feed says so (ttl)"),
    ("update_minutes", 1, "the feed says so (sy:updatePeriod)"),
)


def base_minutes(feed: Feed, state: FeedState, now: datetime) -> float:
    """The interval before wishes: as configured, else by the feed's habits and before its window rolls over."""
    return feed.every_minutes or adaptive_minutes(state.hints, now)
