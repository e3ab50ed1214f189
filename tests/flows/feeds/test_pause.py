"""`feeds pause` and `feeds resume`: one line of the file, and a pause that ends by itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.records import Feed
from flows.home import Home
from flows.run import RunOptions, dry_run_of
from flows.settings import load_config
from tests.conftest import NOW, Ended

Sinoscope = Callable[..., Ended]
UNTIL = datetime(2026, 12, 1, tzinfo=UTC)


def is_due(home: Home, feed_id: str, now: datetime = NOW) -> bool:
    return feed_id in dry_run_of(home, RunOptions(now=now))["due"]


@pytest.mark.parametrize(
    ("feed", "paused"),
    [
        (Feed("a", "http://a.example"), False),
        (Feed("a", "http://a.example", enabled=False), True),
        (Feed("a", "http://a.example", paused_until=NOW + timedelta(seconds=1)), True),
        (Feed("a", "http://a.example", paused_until=NOW), False),
        (Feed("a", "http://a.example", enabled=False, paused_until=NOW), True),
    ],
)
def test_a_pause_ends_at_its_time_and_a_switch_does_not(feed: Feed, paused: bool) -> None:
    assert feed.is_paused(NOW) is paused


def test_a_paused_feed_is_not_polled_until_it_is_resumed(fresh_home: Home, sinoscope: Sinoscope) -> None:
    before = (fresh_home.config / "feeds.yaml").read_text(encoding="utf-8")
    assert sinoscope("--home", fresh_home.root, "feeds", "pause", "harbour-post", "bay-ledger").code == 0
    assert not is_due(fresh_home, "harbour-post")
    assert is_due(fresh_home, "northern-wire")
    assert sinoscope("--home", fresh_home.root, "feeds", "resume", "harbour-post", "bay-ledger").code == 0
    assert is_due(fresh_home, "harbour-post")
    assert load_config(fresh_home.root).feeds[0].enabled
    assert len((fresh_home.config / "feeds.yaml").read_text(encoding="utf-8").splitlines()) == len(before.splitlines())


def test_a_pause_until_a_day_ends_by_itself(fresh_home: Home, sinoscope: Sinoscope) -> None:
    ended = sinoscope("--home", fresh_home.root, "feeds", "pause", "harbour-post", "--until", "2026-12-01")
    assert ended.out == "Paused harbour-post until 2026-12-01 00:00Z\n"
    assert not is_due(fresh_home, "harbour-post", UNTIL - timedelta(minutes=1))
    assert is_due(fresh_home, "harbour-post", UNTIL)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["pause", "harbour-pots"], 3, "no feed harbour-pots"),
        (["pause", "harbour-post", "--until", "tomorrow"], 2, "write it like"),
        (["pause"], 2, "Missing argument"),
        (["resume", "nobody"], 3, "no feed nobody"),
    ],
)
def test_a_mistake_is_told_and_writes_nothing(
    fresh_home: Home, sinoscope: Sinoscope, words: list[str], code: int, told: str
) -> None:
    before = (fresh_home.config / "feeds.yaml").read_bytes()
    ended = sinoscope("--home", fresh_home.root, "feeds", *words)
    assert (ended.code, told in ended.err) == (code, True)
    assert (fresh_home.config / "feeds.yaml").read_bytes() == before


def test_a_pause_without_a_zone_is_a_mistake_with_its_line(tmp_path: Path, fresh_home: Home) -> None:
    path = fresh_home.config / "feeds.yaml"
    path.write_text(
        "feeds:\n  - id: a\n    url: http://a.example/\n    paused_until: '2026-12-01T00:00:00'\n", encoding="utf-8"
    )
    with pytest.raises(Exception, match=r"feeds\.yaml:4: feeds\[0\]\.paused_until"):
        load_config(fresh_home.root)
