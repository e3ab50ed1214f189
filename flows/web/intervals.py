"""How long until a feed is polled again, from how often and when it posts and how fast its window rolls over. Pure.

What a feed taught is kept in its hints: posts by quarter of an hour and by day of the week, decaying over two months. The
next poll is where the cost per hour is least: one request, and every hour an expected entry waits (the renewal form of the
square-root rule of Cho and Garcia-Molina, "Effective page refresh policies for web crawlers", 2003). A daily feed is asked
soon after its usual hour, a newswire hourly, a burst as long as it lasts, a silent feed daily.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import exp, sqrt
from typing import Any

from extractors.records import FeedDocument

SHORTEST_MINUTES = 60
LONGEST_MINUTES = 24 * 60
JITTER_SHARE = 0.1  # the contract: jitter lengthens by at most a tenth, never shortens
REQUEST_HOURS = 0.3  # hours of waiting of one entry that are worth one request; see benchmarks/replay.py
WEEK = timedelta(days=7)
BIN_MINUTES = 15
DAY_BINS = 24 * 60 // BIN_MINUTES
MINUTE_BINS = 12  # of an hour
BINS = {"by_quarter": DAY_BINS, "by_weekday": 7, "by_minute": MINUTE_BINS}
MEMORY_DAYS = 60.0
PRIOR_DAYS = 5.0  # observed days that weigh as much as the assumption that every hour is alike
PRIOR_WEEKS = 3.0  # the same for the days of the week
EXCITED_HOURS = 3.0  # how long one post makes others likely,
EXCITED_POSTS = 0.5  # and how many
SILENT_POSTS = 2.0  # a feed silent for a time is not expected to post more than this in another such time
SURPRISE = 1.6  # n entries may roll over faster than the fastest seen so far: by this, over sqrt(n)
PHASE_POSTS = 20  # posts that are needed to tell at which minutes of the hour a feed posts
PHASE_PATIENCE_MINUTES = 10  # behind the best minute and still in phase
UNDATED = ("first_seen", "url")  # these say when we looked, or only the day


def posting(document: FeedDocument, known: Mapping[str, Any]) -> dict[str, Any]:
    """What a document teaches of a feed's habits, on top of what is known; counts, minutes, days."""
    now = document.poll.polled_at
    times = sorted(
        min(e.published_at, now) for e in document.entries if e.published_at and e.published_from not in UNDATED
    )
    if not times:
        return {"posts_per_week": 0}
    habit = remembered(known, now) if known.get("newest_at") else beginning(times[0], now)
    newest = datetime.fromisoformat(known["newest_at"]) if known.get("newest_at") else None
    excitement, before = 0.0, times[0]
    for time in times:
        excitement *= exp(-hours(time - before) / EXCITED_HOURS)
        if newest is None or time > newest:
            count(habit, time, 1 / (1 + excitement))
        excitement, before = excitement + 1, time
    excitement *= exp(-hours(now - before) / EXCITED_HOURS)
    return {
        "posts_per_week": sum(1 for time in times if time >= now - WEEK),
        "newest_at": times[-1].isoformat(),
        "read_at": now.isoformat(),
        "excited": round(EXCITED_POSTS / EXCITED_HOURS * excitement, 4),
        **{name: [round(value, 2) for value in habit[name]] for name in BINS},
        "days": round(habit["days"], 2),
        **({"window_minutes": window_minutes(times, known)} if len(times) > 1 else {}),
    }


def count(habit: dict[str, Any], time: datetime, weight: float) -> None:
    """Add one post; `weight` is how little it was to be expected after the posts right before it."""
    habit["by_quarter"][(time.hour * 60 + time.minute) // BIN_MINUTES] += weight
    habit["by_weekday"][time.weekday()] += weight
    habit["by_minute"][time.minute * MINUTE_BINS // 60] += 1


def remembered(known: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The habit as it was, faded by the time since it was written down."""
    days = hours(now - datetime.fromisoformat(known["read_at"])) / 24
    fade = exp(-days / MEMORY_DAYS)
    faded = {name: [value * fade for value in known[name]] for name in BINS}
    return {**faded, "days": known["days"] * fade + days}


def beginning(oldest: datetime, now: datetime) -> dict[str, Any]:
    """Nothing known yet of a feed whose window reaches back to its oldest entry."""
    nothing = {name: [0.0] * number for name, number in BINS.items()}
    return {**nothing, "days": min(hours(now - oldest) / 24, MEMORY_DAYS)}


def window_minutes(times: Sequence[datetime], known: Mapping[str, Any]) -> float:
    """How long the entries of one document can be counted on to last: less for few, the least seen is forgotten slowly.

    Two halves as quick as the quickest half here would push all of them out.
    """
    half = (len(times) + 1) // 2
    halves = [later - earlier for earlier, later in zip(times, times[half:], strict=False)]
    certain = max(0.0, 1 - SURPRISE / sqrt(len(times)))
    lasts = certain * min(times[-1] - times[0], 2 * min(halves)).total_seconds() / 60
    if "window_minutes" in known and "read_at" in known:
        days = hours(times[-1] - datetime.fromisoformat(known["read_at"])) / 24
        lasts = min(lasts, known["window_minutes"] * exp(max(days, 0.0) / MEMORY_DAYS))
    return round(lasts, 1)


def adaptive_minutes(hints: Mapping[str, Any], now: datetime) -> float:
    """The interval of a feed without `every_minutes`, between an hour and a day."""
    if "posts_per_week" not in hints:  # never read yet
        return SHORTEST_MINUTES
    minutes = cheapest_minutes(hints, now) if hints.get("newest_at") else LONGEST_MINUTES
    if hints.get("window_minutes"):
        minutes = min(minutes, hints["window_minutes"])
    return min(max(minutes, SHORTEST_MINUTES), LONGEST_MINUTES)


def cheapest_minutes(hints: Mapping[str, Any], now: datetime) -> float:
    """The interval at which requests and waiting entries together cost least per hour.

    Counting the hour after the poll too (not to stop right before a usual time) was tried: more requests, longer waits.
    """
    step, posts, waited = BIN_MINUTES / 60, 0.0, 0.0
    best, cheapest = float(LONGEST_MINUTES), float("inf")
    for number, rate in enumerate(expected(hints, now), start=1):
        waited += posts * step + rate * step * step / 2
        posts += rate * step
        cost = (REQUEST_HOURS + waited) / (number * step)
        if number * BIN_MINUTES >= SHORTEST_MINUTES and cost < cheapest:
            best, cheapest = float(number * BIN_MINUTES), cost
    return best


def expected(hints: Mapping[str, Any], now: datetime) -> list[float]:
    """Posts per hour expected in each quarter of an hour of the coming day."""
    silence = max(hours(now - datetime.fromisoformat(hints["newest_at"])), 1.0)
    since_read = hours(now - datetime.fromisoformat(hints["read_at"]))
    days = hints["days"] + since_read / 24
    total = sum(hints["by_quarter"])
    usual = total / DAY_BINS
    weekday = weekday_shares(hints["by_weekday"], total, days / 7)
    most = SILENT_POSTS / silence
    likely = most / max(total / max(days, 1 / 24) / 24, most)  # below 1 when the silence outlasts the habit
    first = (now.hour * 60 + now.minute) // BIN_MINUTES
    excited = hints["excited"] * exp(-since_read / EXCITED_HOURS)
    fade = exp(-BIN_MINUTES / 60 / EXCITED_HOURS)
    scale = likely * 60 / BIN_MINUTES / (days + PRIOR_DAYS)
    prior = PRIOR_DAYS * usual / max(days, 1 / 24)
    rates = []
    for number in range(first, first + DAY_BINS):
        day = weekday[(now.weekday() + number // DAY_BINS) % 7]
        rates.append((hints["by_quarter"][number % DAY_BINS] + prior) * scale * day + excited)
        excited *= fade
    return rates


def weekday_shares(by_weekday: Sequence[float], total: float, weeks: float) -> list[float]:
    """How many times the average a day of the week brings, drawn to 1 while few weeks are known."""
    return [(7 * count / total * weeks + PRIOR_WEEKS) / (weeks + PRIOR_WEEKS) if total else 1.0 for count in by_weekday]


def hours(span: timedelta) -> float:
    """A span in hours."""
    return span.total_seconds() / 3_600


def lengthened(minutes: float, feed_id: str, moment: datetime) -> timedelta:
    """The interval plus 0 to 10 % jitter: the same for the same feed and moment, so that a replay repeats it."""
    return timedelta(minutes=minutes * (1 + JITTER_SHARE * drawn(f"{feed_id} {moment.isoformat()}")))


def in_phase(minutes: float, feed_id: str, moment: datetime, hints: Mapping[str, Any]) -> timedelta:
    """An adaptive interval, lengthened by up to 10 % towards the minute of the hour that suits the feed best.

    Sites post on the hour and the half hour: asking a few minutes later shortens the wait, asking a few earlier wastes it.
    A feed whose window rolls over within the interval is not kept waiting.
    """
    if hints.get("window_minutes", LONGEST_MINUTES) <= minutes:
        return timedelta(minutes=minutes)
    earliest = moment + timedelta(minutes=minutes)
    ahead = (best_minute(feed_id, hints) - earliest.minute - earliest.second / 60) % 60
    if 60 - ahead <= PHASE_PATIENCE_MINUTES:
        return timedelta(minutes=minutes)
    return timedelta(minutes=minutes + min(ahead, minutes * JITTER_SHARE))


def best_minute(feed_id: str, hints: Mapping[str, Any]) -> float:
    """The minute of the hour at which an hourly poll finds entries soonest, spread over five; the feed's own when unknown."""
    counts = hints.get("by_minute") or []
    if sum(counts) < PHASE_POSTS:
        return 60 * drawn(feed_id)
    waits = [sum(count * ((end - at) % MINUTE_BINS) for at, count in enumerate(counts)) for end in range(MINUTE_BINS)]
    return ((waits.index(min(waits)) + 1 + drawn(feed_id)) * 60 / MINUTE_BINS) % 60


def drawn(words: str) -> float:
    """A number from 0 to 1 that is always the same for the same words."""
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4]) / 2**32
