"""B: pace. Each test is one behaviour of docs/behaviours.md, end to end."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from extractors.errors import LockedError
from extractors.records import FetchPolicy, Reason
from tests.behaviours.collector import DAY, HOUR, NOW, Collector, feed, item, rss, validators
from tests.flows.web.fakeweb import Reply
from warehouse.store import Warehouse

Collect = Callable[..., Collector]
MINUTE = timedelta(minutes=1)
MUCH_LATER = "Tue, 03 Nov 2026 08:00:00 GMT"  # a day after the first run


def test_b13_an_hour_lies_between_polls_whoever_asks_and_however_often(collect: Collect) -> None:
    collector = collect()
    collector.serve(Reply(rss(), headers=validators()), Reply(status=304))
    collector.run()
    for _ in range(5):
        collector.restart()
        assert collector.run(11 * MINUTE).due == []
        assert collector.run(only=["news"]).due == []
    assert collector.run(11 * MINUTE).due == ["news"]
    assert collector.run(force=True).due == ["news"]  # before its time, and conditional all the same
    assert collector.conditions[1:] == [('"v1"', "Sun, 01 Nov 2026 00:00:00 GMT")] * 2


def test_b13_two_runs_at_once_are_one_run(collect: Collect) -> None:
    collector = collect()
    with Warehouse.open_live(collector.data, NOW), pytest.raises(LockedError, match="pid"):
        collector.run()
    assert collector.asked() == []


def test_b14_max_age_is_kept_to_also_after_a_304_that_does_not_repeat_it(collect: Collect) -> None:
    collector = collect()
    fresh = validators() | {"cache-control": "max-age=43200"}
    collector.serve(
        Reply(rss(), headers=fresh), Reply(status=304), Reply(status=304, headers={"cache-control": "max-age=7200"})
    )
    waits = []
    for _ in range(3):
        planned = collector.run().poll["next_poll_at"]
        waits.append(planned - collector.now)
        collector.now = planned
    assert [round(wait / HOUR) for wait in waits] in ([12, 12, 2], [13, 13, 2], [12, 13, 2], [13, 12, 2])
    assert all(wait >= least for wait, least in zip(waits, [12 * HOUR, 12 * HOUR, 2 * HOUR], strict=True))


SY = "<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>{}</sy:updatePeriod>"
FREQUENCY = "<sy:updateFrequency xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>{}</sy:updateFrequency>"


@pytest.mark.parametrize(
    ("channel", "hours"),
    [
        ("<ttl>180</ttl>", 3),
        ("<ttl>soon</ttl>", 1),
        ("<ttl>-5</ttl>", 1),
        ("<ttl>999999</ttl>", 24),
        (SY.format("hourly"), 1),
        (SY.format("daily"), 24),
        (SY.format("fortnightly"), 1),
        (SY.format("daily") + FREQUENCY.format(4), 6),
        (SY.format("hourly") + FREQUENCY.format("0.1"), 1),
        (SY.format("hourly") + FREQUENCY.format("nan"), 1),
    ],
)
def test_b15_the_feeds_own_wishes_are_kept_to_and_nonsense_is_not(collect: Collect, channel: str, hours: int) -> None:
    collector = collect()
    collector.serve(rss(channel=channel))
    wait = collector.run().poll["next_poll_at"] - collector.now
    assert hours * HOUR <= wait <= 1.1 * hours * HOUR


def test_b16_skip_hours_and_days_hold_when_planning_and_when_a_run_comes_late(collect: Collect) -> None:
    collector = collect()
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(9, 15))
    collector.serve(rss(channel=f"<skipHours>{hours}</skipHours><skipDays><day>Tuesday</day></skipDays>"))
    assert collector.run().poll["next_poll_at"] == datetime.fromisoformat("2026-11-02T15:00:00Z")
    assert collector.run(26 * HOUR).due == []  # Tuesday at 10
    assert collector.run(DAY).due == []  # Wednesday at 10
    assert collector.run(5 * HOUR).due == ["news"]


@pytest.mark.parametrize(
    ("words", "hours"),
    [("10800", 3), (MUCH_LATER, 24), ("-60", 0), ("31536000", 48), ("Sat, 02 Nov 2030 08:00:00 GMT", 48), ("soon", 0)],
)
@pytest.mark.parametrize("status", [429, 503, 403, 200])
def test_b17_retry_after_is_kept_to_in_both_forms_within_a_minute_and_two_days(
    collect: Collect, status: int, words: str, hours: int
) -> None:
    collector = collect()
    collector.serve(Reply(rss(), status, {"retry-after": words}))
    wait = collector.run().poll["next_poll_at"] - collector.now
    assert max(hours, 1) * HOUR <= wait <= max(hours * HOUR, 2.2 * HOUR)
    if hours:
        collector.restart()
        assert collector.run(timedelta(hours=hours - 0.5), force=True).due == []


def test_b18_a_host_that_tells_two_feeds_to_wait_is_left_alone_as_a_whole(collect: Collect) -> None:
    collector = collect(
        *(feed(f"f{number}", f"news.example/{number}") for number in range(4)), feed("other", "other.example/feed")
    )
    for number in range(4):
        limited = number in (0, 1)
        collector.serve(Reply(b"", 429, {"retry-after": "14400"}) if limited else rss(), at=f"news.example/{number}")
    collector.serve(rss(), at="other.example/feed")
    collector.network = {"per_host": 1}
    collector.run()
    assert collector.run(2 * HOUR).due == ["other"]
    assert set(collector.run(3 * HOUR).due) == {"f0", "f1", "f2", "f3", "other"}


def test_b18_one_feed_that_is_told_to_wait_leaves_the_others_of_its_host_alone(collect: Collect) -> None:
    collector = collect(feed("ill", "news.example/ill"), feed("well", "news.example/well"))
    collector.serve(Reply(b"", 503, {"retry-after": "14400"}), at="news.example/ill")
    collector.serve(rss(), at="news.example/well")
    assert collector.run().polls["well"]["cause"] is None
    assert collector.run(2 * HOUR).due == ["well"]


def test_b19_back_off_grows_is_not_the_same_for_all_and_ends_with_a_success(collect: Collect) -> None:
    names = [f"f{number}" for number in range(5)]
    collector = collect(*(feed(name, f"news.example/{name}") for name in names))
    for name in names:
        collector.serve(*[Reply(b"", 500)] * 4, rss(), at=f"news.example/{name}")
    waits = []
    for _ in range(5):
        run = collector.run()
        waits.append([run.polls[name]["next_poll_at"] - collector.now for name in names])
        collector.now = max(poll["next_poll_at"] for poll in run.polls.values())
    assert [round(max(wait) / HOUR) for wait in waits] == [1, 2, 4, 9, 1]
    assert all(later > earlier for earlier, later in pairwise(max(wait) for wait in waits[:4]))
    assert all(len(set(wait)) == 5 for wait in waits)


def test_b20_a_hundred_feeds_on_one_host_are_two_at_a_time_and_a_second_apart(collect: Collect) -> None:
    names = [f"f{number}" for number in range(100)]
    collector = collect(*(feed(name, f"news.example/{name}") for name in names), feed_seconds=1)
    for name in names:
        collector.serve(rss(), at=f"news.example/{name}")
    run = collector.run()
    assert len(run.polls) == 100
    assert collector.web.most_open <= 2
    assert collector.watch.now >= 99  # the clock moves by pauses alone


def test_b21_two_thousand_feeds_do_not_come_in_one_burst(collect: Collect) -> None:
    hosts = [f"h{number}.example" for number in range(40)]
    feeds = [feed(f"f{number}", f"{hosts[number % 40]}/{number // 40}") for number in range(2_000)]
    collector = collect(*feeds, per_host=2, at_once=30)
    body = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "One"}]}'  # quick to parse
    for each in feeds:
        collector.serve(body, at=each.url.removeprefix("http://"))
    run = collector.run()
    assert len(run.polls) == 2_000
    assert collector.web.most_open <= 30
    minutes = Counter(int((poll["next_poll_at"] - NOW) / MINUTE) for poll in run.polls.values())
    assert set(minutes) == set(range(60, 66))
    assert max(minutes.values()) < 450  # a sixth of them would be 333


def test_b20_pages_share_the_pace_of_the_feeds_of_their_host(collect: Collect) -> None:
    collector = collect(feed(fetch=FetchPolicy.ALL), feed_seconds=1, page_seconds=5, per_host=1)
    collector.serve(rss(*(item(number) for number in range(4))))
    for number in range(4):
        collector.serve(Reply(b"<p>", headers={"content-type": "text/html"}), at=f"news.example/{number}")
    assert [page["cause"] for page in collector.run().pages] == [None] * 4
    assert collector.watch.pauses == [1, 1, 1, 5, 5, 5]  # feed, robots.txt, reservation file, pages


def test_b20_a_host_that_answers_slowly_is_asked_less_often(collect: Collect) -> None:
    names = [f"f{number}" for number in range(5)]
    collector = collect(*(feed(name, f"news.example/{name}") for name in names), feed_seconds=1, per_host=1)
    for name in names:
        collector.serve(rss(), at=f"news.example/{name}")
    collector.web.on_request = lambda: setattr(collector.watch, "now", collector.watch.now + 8)
    assert all(poll["cause"] is None for poll in collector.run().polls.values())
    assert collector.watch.pauses == []  # each answer took longer than the pause before the next question
    assert collector.watch.now == 40


def test_b17_a_429_ends_what_a_run_asks_of_a_host_at_the_second(collect: Collect) -> None:
    names = [f"f{number}" for number in range(6)]
    collector = collect(*(feed(name, f"news.example/{name}") for name in names), per_host=1)
    for name in names:
        collector.serve(Reply(b"", 429), at=f"news.example/{name}")
    run = collector.run()
    assert len(collector.web.requests) == 2
    assert run.ledger.stages["poll"].reasons == {Reason.RATE_LIMITED: 2, Reason.WAITING: 4}
