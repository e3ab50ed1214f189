"""This week against a usual one, by topic, entity or feed: the figures of `sinoscope trends`."""

import math
from statistics import median
from typing import Any

from warehouse.connection import Connection
from warehouse.entries import as_dicts
from warehouse.readers import one

WEEKS = 8
MARTS = {
    "topic": ("trends.daily_topic", "topic", "core.topic_list AS n USING (topic)", "n.name"),
    "entity": ("trends.daily_entity", "entity_id", "core.entities AS n USING (entity_id)", "n.name"),
    "source": (
        "trends.daily_source",
        "feed_id",
        "core.feeds AS n USING (feed_id)",
        "coalesce(nullif(n.title, ''), n.feed_id)",
    ),
}
ROWS = 25
LEAST_HISTORY_WEEKS = 4


def trends_of(connection: Connection, by: str, days: int, *, normalise: bool) -> dict[str, Any]:
    """Rows with daily values (oldest first, today last), this week's and the usual week's, and how far apart they are.

    `z` = (week - usual) ÷ sqrt(usual + 1); only whole days are compared.
    """
    series = series_of(connection, by, normalise=normalise)
    rows = [compared(name, values, days) for name, values in series.items()]
    rows = sorted(
        (row for row in rows if any(row["daily"]) or row["week"]),
        key=lambda row: (-(row["z"] or 0), -row["week"], row["name"]),
    )
    failing = one(connection, "SELECT count(*) FROM core.feeds WHERE enabled AND cause IS NOT NULL")
    total = one(connection, "SELECT count(*) FROM core.feeds WHERE enabled")
    unit = "share of all entries, 0 to 1" if normalise else "distinct stories"
    caveat = f"{total - failing}/{total} feeds complete; the last day is not over; usual = median of up to {WEEKS} earlier weeks"
    return {"by": by, "days": days, "unit": unit, "caveat": caveat, "rows": rows[:ROWS]}


def series_of(connection: Connection, by: str, *, normalise: bool) -> dict[str, list[float]]:
    """Daily values by name over the whole calendar, oldest first."""
    table, key, join, name = MARTS[by]
    value = "share" if normalise else "stories"
    found = connection.execute(
        f"SELECT {name} AS name, list({value} ORDER BY d.day_on) AS daily FROM {table} AS d JOIN {join}"  # noqa: S608 - our own names
        f" GROUP BY {key}, name ORDER BY name"
    )
    return {row["name"]: row["daily"] for row in as_dicts(found)}


def compared(name: str, values: list[float], days: int) -> dict[str, Any]:
    """One row. The last value is today's, which is not over and counts in no week."""
    whole = values[:-1]
    weeks = [sum(whole[end - 7 : end]) for end in range(len(whole), 6, -7)]
    week, earlier = (weeks[0], weeks[1 : WEEKS + 1]) if weeks else (sum(whole), [])
    usual = median(earlier) if len(earlier) >= LEAST_HISTORY_WEEKS else None
    z = None if usual is None else round((week - usual) / math.sqrt(usual + 1), 1)
    return {
        "name": name,
        "daily": values[-days:],
        "week": round(week, 4),
        "usual": None if usual is None else round(usual, 4),
        "z": z,
        "verdict": verdict(week, usual, earlier),
    }


def verdict(week: float, usual: float | None, earlier: list[float]) -> str:
    """▲ or ▼ when this week is outside the band of the earlier ones and at least two standard errors away."""
    if usual is None:
        return "no usual yet"
    clear = abs(week - usual) >= 2 * math.sqrt(max(usual, 1))
    if clear and week > max(earlier):
        return "▲ above"
    return "▼ below" if clear and week < min(earlier) else ""
