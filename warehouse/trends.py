"""This week against a usual one, by topic, entity or feed: the figures of `sinoscope trends`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from warehouse.connection import Connection
from warehouse.entries import as_dicts
from warehouse.readers import one

WEEKS = 8
MARTS = {
    "topic": ("trends.daily_topic", "topic", "core.topic_list", "n.name"),
    "entity": ("trends.daily_entity", "entity_id", "core.entities", "n.name"),
    "source": ("trends.daily_source", "feed_id", "core.feeds", "coalesce(nullif(n.title, ''), n.feed_id)"),
}
ROWS = 25
LEAST_HISTORY_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Series:
    """One name's days, oldest first, today last: what is shown, what is counted, and what it is a share of.

    `bases` are all 1 per week when stories are counted; a share is counts ÷ bases.
    """

    name: str
    daily: Sequence[float]
    counts: Sequence[int]
    bases: Sequence[int] | None = None


def trends_of(connection: Connection, by: str, days: int, *, normalise: bool) -> dict[str, Any]:
    """Rows with daily values (oldest first, today last), this week's and the usual week's, and how far apart they are.

    Only whole days are compared. `z` = (count - expected) ÷ sqrt(expected + 1), where expected is the usual week's count,
    or with `normalise` the usual share of this week's entries.
    """
    rows = [compared(series, days) for series in series_of(connection, by, normalise=normalise)]
    rows = sorted(
        (row for row in rows if any(row["daily"]) or row["week"]),
        key=lambda row: (-(row["z"] or 0), -row["week"], row["name"]),
    )
    failing = one(connection, "SELECT count(*) FROM core.feeds WHERE enabled AND cause IS NOT NULL")
    total = one(connection, "SELECT count(*) FROM core.feeds WHERE enabled")
    unit = "share of all entries, 0 to 1" if normalise else "distinct stories"
    caveat = f"{total - failing}/{total} feeds complete; the last day is not over; usual = median of up to {WEEKS} earlier weeks"
    return {"by": by, "days": days, "unit": unit, "caveat": caveat, "rows": rows[:ROWS]}


def series_of(connection: Connection, by: str, *, normalise: bool) -> list[Series]:
    """The series of a mart over the whole calendar, by id: two feeds may bear the same name."""
    table, key, names, name = MARTS[by]
    base = "d.entries" if by == "source" else "t.entries"
    daily, counts, bases = ("d.share", "d.articles", base) if normalise else ("d.stories", "d.stories", "NULL")
    found = connection.execute(
        f"SELECT {name} AS name, list({daily} ORDER BY d.day_on) AS daily, list({counts} ORDER BY d.day_on) AS counts,"  # noqa: S608 - our own names
        f" list({bases} ORDER BY d.day_on) AS bases FROM {table} AS d JOIN trends.daily_total AS t USING (day_on)"
        f" JOIN {names} AS n USING ({key}) GROUP BY {key}, name ORDER BY name, {key}"
    )
    return [
        Series(row["name"], row["daily"], row["counts"], row["bases"] if normalise else None) for row in as_dicts(found)
    ]


def compared(series: Series, days: int) -> dict[str, Any]:
    """One row. The last value is today's, which is not over and counts in no week."""
    counts = weekly(series.counts)
    bases = weekly(series.bases) if series.bases is not None else [1] * len(counts)
    values = [count / (base or 1) for count, base in zip(counts, bases, strict=True)]
    week, earlier = values[0], values[1 : WEEKS + 1]
    usual = median(earlier) if len(earlier) >= LEAST_HISTORY_WEEKS else None
    expected = None if usual is None else usual * bases[0]
    return {
        "name": series.name,
        "daily": list(series.daily[-days:]),
        "week": round(week, 4),
        "usual": None if usual is None else round(usual, 4),
        "z": None if expected is None else round((counts[0] - expected) / math.sqrt(expected + 1), 1),
        "verdict": verdict(week, earlier, counts[0], expected),
    }


def weekly(values: Sequence[int]) -> list[int]:
    """Sums of seven whole days, this week first; of the days there are when they are fewer."""
    whole = values[:-1]
    return [sum(whole[end - 7 : end]) for end in range(len(whole), 6, -7)] or [sum(whole)]


def verdict(week: float, earlier: Sequence[float], count: int, expected: float | None) -> str:
    """▲ or ▼ when this week is outside the band of the earlier ones and at least two standard errors away."""
    if expected is None:
        return "no usual yet"
    clear = abs(count - expected) >= 2 * math.sqrt(max(expected, 1))
    if clear and week > max(earlier):
        return "▲ above"
    return "▼ below" if clear and week < min(earlier) else ""
