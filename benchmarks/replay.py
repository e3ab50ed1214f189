"""A simulated stretch of feed histories under the real scheduling functions, against a poll every 60 minutes.

`python benchmarks/replay.py [--feeds 48] [--days 120] [--seed 7]`; the goal is stated for 240 feeds over 365 days, which takes
ten minutes. Prints per shape: requests, median delay of an entry, entries missed, the distribution of gaps between entries,
and how silence is found. Shapes are our own, drawn at random; an entry's delay is the time from its publication to the poll
that finds it. Exit 1 when a floor of the goal is broken.
"""

import argparse
import bisect
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from extractors.records import (
    Dropped,
    DueFeed,
    Entry,
    Feed,
    FeedDocument,
    FeedKind,
    FeedState,
    Left,
    Poll,
    Reason,
    Stage,
)
from extractors.silence import alarm_window
from extractors.words import SourceKind
from flows.web.polling import polls_of

START = datetime(2026, 1, 1, tzinfo=UTC)
BEFORE = timedelta(days=70)  # posts from before the year, so that windows are full when it begins
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROUND_SHARE = 1 / 3  # of newswire posts, on round minutes
SEEN_DAYS = 400  # of entries that silence is judged by


@dataclass(frozen=True, slots=True)
class History:
    """When one feed posted; `window` is how many entries it shows, `ended_at` when it fell silent for good."""

    feed_id: str
    shape: str
    posts: tuple[datetime, ...]
    window: int
    ended_at: datetime | None = None


@dataclass(slots=True)
class Outcome:
    """What one poller made of one history: requests, the delay of each entry found (hours), entries never seen."""

    requests: int = 0
    delays: list[float] = field(default_factory=list)
    missed: set[int] = field(default_factory=set)


# --- the shapes ---


def minute(draw: random.Random) -> float:
    """A third of posts go out by a schedule: half of those on the hour, the others on its quarters; the rest at any minute."""
    if draw.random() < ROUND_SHARE:
        return draw.choice((0, 0, 0, 15, 30, 45)) + draw.random()
    return draw.uniform(0, 60)


def over_days(draw: random.Random, days: int, posts_of: Callable[[datetime], list[datetime]]) -> tuple[datetime, ...]:
    first = START - BEFORE
    total = days + BEFORE.days
    return tuple(sorted(post for day in range(total) for post in posts_of(first + day * DAY)))


def newswire(draw: random.Random, days: int) -> tuple[tuple[datetime, ...], int]:
    """30 to 150 posts a day, three quarters of them in the office hours of its zone, half as many at weekends."""
    rate, zone = draw.uniform(30, 150), draw.randrange(24)

    def posts(day: datetime) -> list[datetime]:
        count = round(rate * (0.5 if day.weekday() > 4 else 1.0) * draw.uniform(0.8, 1.2))
        return [day + at(draw, zone) for _ in range(count)]

    def at(draw: random.Random, zone: int) -> timedelta:
        hour = draw.triangular(6, 22, 11) if draw.random() < 0.75 else draw.uniform(0, 24)
        return timedelta(hours=(int(hour) + zone) % 24, minutes=minute(draw))

    return over_days(draw, days, posts), draw.choice((30, 50, 100))


def daily(draw: random.Random, days: int) -> tuple[tuple[datetime, ...], int]:
    """1 to 8 posts a day at habitual hours, twenty minutes more or less, few at weekends, a holiday now and then."""
    hours = [draw.uniform(0, 24) for _ in range(draw.randint(1, 8))]
    weekend = draw.choice((0.0, 0.3, 1.0))

    def posts(day: datetime) -> list[datetime]:
        share = weekend if day.weekday() > 4 else 0.97
        return [day + timedelta(hours=hour + draw.gauss(0, 0.3)) for hour in hours if draw.random() < share]

    return over_days(draw, days, posts), draw.choice((10, 15, 30))


def weekly(draw: random.Random, days: int) -> tuple[tuple[datetime, ...], int]:
    """One or two posts a week on habitual days, some hours more or less; every tenth is skipped."""
    slots = [(draw.randrange(7), draw.uniform(5, 20)) for _ in range(draw.randint(1, 2))]

    def posts(day: datetime) -> list[datetime]:
        return [
            day + timedelta(hours=hour + draw.gauss(0, 2))
            for weekday, hour in slots
            if weekday == day.weekday() and draw.random() < 0.9
        ]

    return over_days(draw, days, posts), 10


def bursty(draw: random.Random, days: int) -> tuple[tuple[datetime, ...], int]:
    """3 to 12 posts within half a day, then nothing for one to three weeks on average: conferences, launches."""
    mean, posts, time = draw.uniform(7, 21), list[datetime](), START - BEFORE
    while (time := time + timedelta(days=draw.expovariate(1 / mean))) < START + days * DAY:
        posts += [time + timedelta(hours=draw.expovariate(1 / 4)) for _ in range(draw.randint(3, 12))]
    return tuple(sorted(posts)), draw.choice((10, 20))


def dead(draw: random.Random, days: int) -> tuple[tuple[datetime, ...], int]:
    """As daily, weekly or bursty, and from some day of the year on nothing: it still answers 200 or 304."""
    posts, window = draw.choice((daily, weekly, bursty))(draw, days)
    end = START + draw.uniform(0.1, 0.6) * days * DAY
    return tuple(post for post in posts if post < end), window


def window_of_five(draw: random.Random, days: int) -> tuple[tuple[datetime, ...], int]:
    """10 to 30 posts a day in waves, and a document that shows the newest 5 only."""
    rate, peaks = draw.uniform(10, 30), [draw.uniform(0, 24) for _ in range(3)]

    def posts(day: datetime) -> list[datetime]:
        return [day + timedelta(hours=draw.gauss(draw.choice(peaks), 2.5)) for _ in range(round(rate))]

    return over_days(draw, days, posts), 5


SHAPES = {
    "newswire": newswire,
    "daily": daily,
    "weekly": weekly,
    "bursty": bursty,
    "dead": dead,
    "window of 5": window_of_five,
}


def histories(count: int, days: int, seed: int) -> list[History]:
    """As many feeds of each shape, the same for the same seed."""
    made = []
    for number in range(count):
        shape = list(SHAPES)[number % len(SHAPES)]
        draw = random.Random(f"{seed} {number}")  # noqa: S311 - histories, not secrets
        posts, window = SHAPES[shape](draw, days)
        posts = tuple(post for post in posts if post < START + days * DAY)
        ended_at = posts[-1] if shape == "dead" and posts else None
        made.append(History(f"{shape.replace(' ', '-')}-{number}", shape, posts, window, ended_at))
    return made


# --- the pollers ---


def every_hour(history: History, end: datetime) -> Outcome:
    """Every 60 minutes sharp, from a moment of its own within the first hour."""
    moments, time = [], START + timedelta(minutes=random.Random(history.feed_id).uniform(0, 60))  # noqa: S311
    while time < end:
        moments.append(time)
        time += HOUR
    return outcome_of(history, moments)


def adaptive(history: History, end: datetime) -> Outcome:
    """As the product polls: the real functions decide, from what a poll shows, when the next one is."""
    feed = Feed(history.feed_id, f"https://{history.feed_id}.example/feed")
    entries = [entry(history, number, post) for number, post in enumerate(history.posts)]
    due, shown = DueFeed(feed, FeedState(feed.feed_id)), 0
    time = START + timedelta(minutes=random.Random(history.feed_id).uniform(0, 60))  # noqa: S311
    moments = []
    while time < end:
        moments.append(time)
        now_shown = bisect.bisect_right(history.posts, time)
        poll = Poll(feed.feed_id, time, feed.url, status=200)
        if now_shown == shown:
            left = Left(Stage.POLL, due, Dropped(Reason.NOT_MODIFIED, "", poll))
            (polled,) = polls_of([], [], [left], time)
        else:
            newest = tuple(entries[max(0, now_shown - history.window) : now_shown])
            (polled,) = polls_of([FeedDocument(due, poll, newest, FeedKind.FEED)], [], [], time)
        due, shown, time = DueFeed(feed, polled.state), now_shown, polled.next_poll_at
    return outcome_of(history, moments)


def entry(history: History, number: int, post: datetime) -> Entry:
    link = f"https://{history.feed_id}.example/{number}"
    return Entry(str(number), history.feed_id, link, link, link, f"Story {number}", "", post, "published", "", post)


def outcome_of(history: History, moments: Sequence[datetime]) -> Outcome:
    """What polls at these moments find: an entry is there from its post until `window` newer ones are."""
    outcome = Outcome(len(moments))
    for number, post in enumerate(history.posts):
        if post < moments[0] or post > moments[-1]:
            continue
        found_at = moments[bisect.bisect_left(moments, post)]
        pushed_out = number + history.window
        if pushed_out < len(history.posts) and history.posts[pushed_out] <= found_at:
            outcome.missed.add(number)
        else:
            outcome.delays.append((found_at - post) / HOUR)
    return outcome


# --- silence ---


def silences(history: History, end: datetime) -> tuple[int, float | None, float]:
    """False alarms, days until the end of a dead feed was found, and its alarm window in days then.

    Judged hourly, as by a run. None: it lives; infinite: the time ends before its window does.
    """
    false, posts = 0, history.posts
    for number in range(10, len(posts)):
        gap = posts[number] - posts[number - 1]
        if gap > 3 * DAY and posts[number - 1] >= START and gap > window_at(posts, number):
            false += 1
    if history.ended_at is None:
        return false, None, 0.0
    window = window_at(posts, len(posts))
    found_after = next(
        (number for number in range(int((end - history.ended_at) / HOUR)) if number * HOUR > window), float("inf")
    )
    return false, found_after / 24, window / DAY


def window_at(posts: Sequence[datetime], number: int) -> timedelta:
    """The alarm window of a feed after that many posts."""
    since = posts[number - 1] - SEEN_DAYS * DAY
    return alarm_window(posts[bisect.bisect_left(posts, since) : number], SourceKind.MEDIA)


# --- the whole ---


@dataclass(frozen=True, slots=True)
class Row:
    """One history under both pollers."""

    history: History
    fixed: Outcome
    ours: Outcome
    false_alarms: int
    found_days: float | None
    alarm_days: float


def replay(history: History, end: datetime) -> Row:
    """One history."""
    return Row(history, every_hour(history, end), adaptive(history, end), *silences(history, end))


def replay_all(count: int, days: int, seed: int, workers: int = 2) -> list[Row]:
    """All histories, side by side."""
    made, end = histories(count, days, seed), START + days * DAY
    if workers < 2:
        return [replay(history, end) for history in made]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(replay, made, [end] * len(made), chunksize=4))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The figures of the goal over some rows: shares, minutes, counts."""

    feeds: int
    requests_share: float
    ours_minutes: float
    fixed_minutes: float
    missed: int
    missed_by_fixed: int
    lost: int  # missed by ours, kept by a poll every 60 minutes whatever its phase
    false_alarms: int
    feed_years: float
    silent_found: int
    silent: int


def verdict(rows: Sequence[Row], days: int) -> Verdict:
    """Over all given rows together."""
    silent = [row for row in rows if row.found_days is not None and row.found_days < float("inf")]
    return Verdict(
        feeds=len(rows),
        requests_share=sum(row.ours.requests for row in rows) / sum(row.fixed.requests for row in rows),
        ours_minutes=60 * statistics.median([delay for row in rows for delay in row.ours.delays]),
        fixed_minutes=60 * statistics.median([delay for row in rows for delay in row.fixed.delays]),
        missed=sum(len(row.ours.missed) for row in rows),
        missed_by_fixed=sum(len(row.fixed.missed) for row in rows),
        lost=sum(len(lost(row)) for row in rows),
        false_alarms=sum(row.false_alarms for row in rows),
        feed_years=len(rows) * days / 365,
        silent_found=sum(1 for row in silent if (row.found_days or 0.0) <= row.alarm_days + 1 / 24),
        silent=len(silent),
    )


def lost(row: Row) -> set[int]:
    """Entries we missed that stood in the document for an hour or more: every poll each 60 minutes keeps those."""
    posts, window = row.history.posts, row.history.window
    return {number for number in row.ours.missed if posts[number + window] - posts[number] >= HOUR}


def gap_line(rows: Sequence[Row]) -> str:
    """Gaps between posts in hours: median, and the 90th and 99th of a hundred."""
    gaps = [
        (later - earlier) / HOUR
        for row in rows
        for earlier, later in zip(row.history.posts, row.history.posts[1:], strict=False)
    ]
    cuts = statistics.quantiles(gaps, n=100)
    return f"{cuts[49]:>9.2f}{cuts[89]:>8.1f}{cuts[98]:>8.1f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("feeds", 48), ("days", 120), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    rows = replay_all(given.feeds, given.days, given.seed)
    print(
        f"{'shape':<13}{'feeds':>6}{'requests/day':>14}{'of hourly':>11}{'median min':>12}{'hourly min':>12}{'missed':>8}"
        f"{'hourly':>8}{'lost':>6}  gaps h: {'50%':>8}{'90%':>8}{'99%':>8}{'false':>7}{'alarm d':>9}"
    )
    for shape in [*SHAPES, "all"]:
        of_shape = [row for row in rows if shape in (row.history.shape, "all")]
        found = verdict(of_shape, given.days)
        alarms = [row.alarm_days for row in of_shape if row.found_days is not None]
        a_day = sum(row.ours.requests for row in of_shape) / len(of_shape) / given.days
        print(
            f"{shape:<13}{found.feeds:>6}{a_day:>14.1f}{found.requests_share:>11.0%}{found.ours_minutes:>12.1f}"
            f"{found.fixed_minutes:>12.1f}{found.missed:>8}{found.missed_by_fixed:>8}{found.lost:>6}         {gap_line(of_shape)}"
            f"{found.false_alarms:>7}{statistics.median(alarms) if alarms else 0:>9.1f}"
        )
    found = verdict(rows, given.days)
    fewer, alarms = 1 - found.requests_share, found.false_alarms
    print(f"\nrequests: {fewer:.0%} fewer; median delay {found.ours_minutes:.1f} against {found.fixed_minutes:.1f} min")
    print(f"entries lost that every 60-minute poll keeps: {found.lost}")
    print(
        f"silent feeds found within one alarm window: {found.silent_found} of {found.silent} whose window ends in time"
    )
    print(f"false alarms: {alarms} in {found.feed_years:.0f} feed-years ({10 * alarms / found.feed_years:.2f} per 10)")
    kept = found.requests_share <= 0.5 and found.ours_minutes <= found.fixed_minutes and not found.lost
    return 0 if kept and found.silent_found == found.silent and found.false_alarms <= found.feed_years / 10 else 1


if __name__ == "__main__":
    sys.exit(main())
