"""Some days of many feeds on few hosts: no rule of good manners is broken, and a broken one is noticed."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from benchmarks.soak import (
    DAY,
    HOUR,
    KINDS,
    MINUTE,
    NOT_MODIFIED,
    START,
    Asked,
    Collector,
    Sites,
    broken_rules,
    feeds_on,
    soak,
)

TAG, DATE = '"1"', "yesterday"


@pytest.fixture(scope="module")
def lived() -> Collector:
    return soak(count=54, hosts=6, days=4)


def test_no_rule_is_broken_in_four_days(lived: Collector) -> None:
    """A, B, C"""
    assert broken_rules(lived, 4) == []


def test_every_kind_of_feed_was_asked_and_most_more_than_once(lived: Collector) -> None:
    asked = {each.feed_id.rsplit("-", 1)[0] for each in lived.sites.log}
    assert asked == set(KINDS)
    assert len(lived.sites.log) > 5 * 54


def test_most_answers_cost_no_body(lived: Collector) -> None:
    honest = [each.status for each in lived.sites.log if each.feed_id.startswith(("both", "tag", "date"))]
    assert honest.count(NOT_MODIFIED) > len(honest) / 2


def test_a_feed_that_moved_for_good_is_asked_there_in_the_end(lived: Collector) -> None:
    """C22"""
    last = {each.feed_id: each.url for each in lived.sites.log if each.feed_id.startswith("moved")}
    first_of_run = [each for each in lived.sites.log if each.feed_id == "moved-10"][-1]
    assert all("/both/" in url for url in last.values())
    assert first_of_run.status in (200, NOT_MODIFIED)


def test_feeds_are_of_every_kind_and_on_every_host() -> None:
    feeds = feeds_on(80, 8)
    assert {feed.url.split("/")[2] for feed in feeds} == {f"host-{number}.example" for number in range(8)}
    assert {feed.every_minutes for feed in feeds} == {None, 60}


# --- what would be noticed ---


def asked(
    hours: float, kind: str = "both", status: int = 200, sent: tuple[str, str] = ("", ""), gave: tuple[str, str] = ("", ""),
    url: str = "",
) -> Asked:  # fmt: skip
    where = url or f"http://host-1.example/{kind}/0"
    return Asked(START + hours * HOUR, int(hours * 60), f"{kind}-0", where, sent, status, gave)


def rules_broken_by(log: Sequence[Asked], days: int = 7, **sites: dict[str, object]) -> set[str]:
    collector = Collector([], Sites(list(log), **sites))  # type: ignore[arg-type]
    return {rule for rule, _ in broken_rules(collector, days)}


@pytest.mark.parametrize(
    ("rule", "log"),
    [
        ("A1", [asked(0, sent=(TAG, ""))]),
        ("A2", [asked(0, gave=(TAG, DATE)), asked(2, sent=(TAG, ""))]),
        ("A2", [asked(0, gave=(TAG, "")), asked(2, status=500, gave=("ill", "")), asked(9, sent=("ill", ""))]),
        ("A11", [asked(0, gave=(TAG, "")), asked(2)]),
        ("B13", [asked(0), asked(0.5)]),
        ("B14", [asked(0, "fresh"), asked(6, "fresh")]),
        ("B15", [asked(0, "ttl"), asked(2, "ttl")]),
        ("B16", [asked(0, "skip"), asked(26, "skip")]),
        ("B17", [asked(0, status=503), asked(2)]),
        ("B19", [asked(at, "ill", 500) for at in (0, 8, 10, 12)]),
        ("C22", [asked(0, "moved", 301), asked(10, "moved", url="http://host-1.example/both/0")]),
        ("C23", [asked(0, "lent", 302), asked(10, "lent", url="http://host-1.example/both/0")]),
        ("C27", [asked(at, "gone", 410) for at in (0, 24, 48)]),
        ("C28", [asked(0, "missing", 404)]),
    ],
)
def test_a_breach_is_noticed(rule: str, log: list[Asked]) -> None:
    assert rule in rules_broken_by(log)


def test_good_manners_are_not_noticed() -> None:
    polite = [asked(0, gave=(TAG, DATE)), asked(2, status=NOT_MODIFIED, sent=(TAG, DATE)), asked(25, sent=(TAG, DATE))]
    assert rules_broken_by(polite) == set()


def test_a_host_that_is_waited_for_is_noticed_when_asked() -> None:
    """B18"""
    first, second = asked(0, status=429), asked(0, "tag", 429)
    assert "B18" in rules_broken_by([first, second, asked(1, "date")])
    assert "B18" not in rules_broken_by([first, second, asked(3, "date")])
    assert "B18" not in rules_broken_by([first, asked(1, "date")])


def test_requests_too_close_or_too_many_at_one_host_are_noticed() -> None:
    """B20"""
    times = [START, START + timedelta(seconds=0.5)]
    assert rules_broken_by([], started={"host-1.example": times}) == {"B20"}
    assert rules_broken_by([], started={"host-1.example": [START, START + MINUTE]}) == set()
    assert rules_broken_by([], most_open={"host-1.example": 3, "all": 9}) == {"B20"}
    assert rules_broken_by([], most_open={"host-1.example": 2, "all": 101}) == {"B20"}


def test_a_week_of_polls_without_a_move_is_noticed() -> None:
    """C22"""
    log = [asked(12 * number, "moved", 301) for number in range(14)]
    assert rules_broken_by(log) == {"C22"}
    assert rules_broken_by(log[:3], days=2) == set()
    assert (log[-1].at - log[0].at) > 6 * DAY
