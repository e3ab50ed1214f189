"""E: entries. Each test is one behaviour of docs/behaviours.md, end to end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from extractors.records import FetchPolicy
from tests.behaviours.collector import DAY, HOUR, HTML, NOW, Collector, feed, item, rss
from tests.flows.web.fakeweb import Reply

Collect = Callable[..., Collector]
LATER = 2 * HOUR


def after(collector: Collector, *bodies: bytes) -> list[str]:
    """Titles of all entries after these bodies came one after the other."""
    collector.serve(*bodies)
    for _ in bodies:
        run = collector.run(LATER)
    return run.titles


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (item(1, guid=""), item(1, guid="")),
        (item(1, guid=" "), item(1, guid=" ")),
        (item(1, guid="", more="<guid isPermaLink='false'/>"), item(1, guid="", more="<guid isPermaLink='true'/>")),
        (item(1, guid="http://news.example/1"), item(1, guid="https://news.example/1")),
        (item(1, guid="http://www.news.example/1"), item(1, guid="http://news.example/1")),
        (item(1, guid="old-1"), item(1, guid="new-1")),
        (item(1, guid="old-1"), item(1, guid="")),
        (item(1, guid="http://news.example/feed.xml"), item(1, guid="http://news.example/feed.xml")),
        (
            item(1, link="http://news.example/1?utm_source=rss", guid=""),
            item(1, link="https://www.news.example/1", guid=""),
        ),
    ],
    ids=["none", "blank", "only attributes", "to https", "www", "changed", "taken away", "the feed's own", "tracking"],
)
def test_e40_an_entry_is_the_same_whatever_its_guid_does(collect: Collect, before: str, now: str) -> None:
    collector = collect()
    other = item(2)
    collector.serve(rss(before, other), rss(now, other))
    collector.run()
    run = collector.run(LATER)
    assert run.titles == ["Story 1", "Story 2"]
    assert run.poll["new"] == 0


def test_e40_one_guid_for_all_is_no_guid(collect: Collect) -> None:
    collector = collect()
    shared = [item(number, guid="same") for number in range(5)]
    assert len(after(collector, rss(*shared), rss(*shared[1:], item(5, guid="same")))) == 6


def test_e40_a_link_that_several_entries_share_does_not_make_them_one(collect: Collect) -> None:
    collector = collect()
    shared = [item(number, link="http://news.example/live") for number in range(4)]
    assert len(after(collector, rss(*shared[:3]), rss(*shared))) == 4


def test_e40_a_story_told_again_under_a_new_guid_is_not_loaded_again(collect: Collect) -> None:
    collector = collect(feed(fetch=FetchPolicy.ALL))
    collector.serve(rss(item(1, guid="a")), rss(item(1, guid="b")))
    collector.serve(Reply(b"<p>", headers=HTML), at="news.example/1")
    collector.run()
    run = collector.run(LATER)
    assert (len(run.entries), len(collector.asked("news.example/1"))) == (1, 1)
    assert run.entries[0]["last_seen_at"] == collector.now


def test_e41_an_edited_entry_is_one_entry_with_its_newest_words(collect: Collect) -> None:
    collector = collect(feed(fetch=FetchPolicy.ALL))
    words = ["<description>first</description>", "<description>second</description>"]
    collector.serve(rss(item(1, more=words[0])), rss(item(1, more=words[1])), rss(item(1, title="New", more=words[1])))
    collector.serve(Reply(b"<p>", headers=HTML), at="news.example/1")
    collector.run()
    assert collector.run(LATER).entries[0]["summary"] == "second"
    (entry,) = collector.run(LATER).entries
    assert (entry["title"], entry["versions"], entry["first_seen_at"]) == ("New", 3, NOW)
    assert len(collector.asked("news.example/1")) == 1


def test_e41_an_entry_edited_thirty_times_keeps_no_more_than_two_dozen_versions(collect: Collect) -> None:
    collector = collect()
    collector.serve(*(rss(item(1, title=f"Edit {number}")) for number in range(30)))
    for _ in range(30):
        run = collector.run(LATER)
    assert (run.titles, run.entries[0]["versions"]) == (["Edit 29"], 30)
    assert collector.count("raw.entry_versions") == 24


def test_e41_a_counter_in_the_summary_is_no_new_entry(collect: Collect) -> None:
    collector = collect()
    collector.serve(*(rss(item(1, more=f"<description>{number} comments</description>")) for number in range(3)))
    assert [collector.run(LATER).poll["new"] for _ in range(3)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("/a", "http://news.example/a"),
        ("a", "http://news.example/a"),
        ("//other.example/a", "http://other.example/a"),
        ("javascript:alert(1)", ""),
        ("mailto:a@b.example", ""),
        ("http://news.example/a?id=1&amp;utm_source=rss", "http://news.example/a?id=1&utm_source=rss"),
        (f"http://news.example/{'a' * 3_000}", ""),
        ("http://news.example:port/a", ""),
    ],
)
def test_e42_links_are_absolute_as_given_or_none(collect: Collect, link: str, kept: str) -> None:
    collector = collect()
    collector.serve(rss(item(1, link=link)))
    (entry,) = collector.run().entries
    assert entry["link"] == kept
    assert "utm_" not in entry["url"]


@pytest.mark.parametrize(
    ("printed", "at", "origin"),
    [
        ("Mon, 02 Nov 2026 07:00:00 GMT", "2026-11-02T07:00:00Z", "published"),
        ("2026年11月2日 下午3:20", "2026-11-02T07:20:00Z", "published"),
        ("2026.11.01", "2026-11-01T00:00:00Z", "published"),
        ("Sun, 01 Nov 26 08:00:00 +0800", "2026-11-01T00:00:00Z", "published"),
        ("2026-11-02 15:00:00", "2026-11-02T07:00:00Z", "published"),  # a Chinese feed without a zone
        ("Mon, 02 Nov 2026 07:00:00 XST", "2026-11-02T07:00:00Z", "published"),
        ("Mon, 02 Nov 2026 15:00:00 +9900", "2026-11-02T07:00:00Z", "published"),  # no such zone: the feed's own
        ("Thu, 01 Jan 1970 00:00:00 GMT", "", "first_seen"),
        ("Fri, 01 Jan 2038 00:00:00 GMT", "", "first_seen"),
        ("next Tuesday", "", "first_seen"),
        ("", "", "first_seen"),
    ],
)
def test_e43_dates_are_read_as_printed_and_impossible_ones_are_not_believed(
    collect: Collect, printed: str, at: str, origin: str
) -> None:
    collector = collect(feed(home="CN", language="zh"))
    collector.serve(rss(item(1, date=printed)))
    (entry,) = collector.run().entries
    assert entry["published_at"] == (datetime.fromisoformat(at) if at else NOW)
    assert (entry["published_from"], entry["published_claim"]) == (origin, printed)


def dated(number: int, when: datetime) -> str:
    return item(number, date=f"{when:%a, %d %b %Y %H:%M:%S} GMT")


def test_e44_a_reversed_feed_and_a_pinned_old_post_change_nothing(collect: Collect) -> None:
    names = ("usual", "reversed", "pinned")
    collector = collect(*(feed(name, f"news.example/{name}", every_minutes=None) for name in names))
    posts = [dated(number, NOW - number * 8 * HOUR) for number in range(30)]
    pinned = [dated(99, datetime(2019, 1, 1, tzinfo=UTC)), *posts]
    for name, items in zip(names, (posts, reversed(posts), pinned), strict=True):
        collector.serve(rss(*items), at=f"news.example/{name}")
    polls = collector.run().polls
    usual, turned, with_pin = (polls[name]["next_poll_at"] - NOW for name in names)
    assert max(usual, turned) < 1.15 * min(usual, turned)  # jitter is a tenth
    assert usual / 2 < with_pin < usual * 2


def test_e44_a_small_window_is_polled_before_it_rolls_over_and_a_loss_is_told(collect: Collect) -> None:
    collector = collect(feed(every_minutes=None))
    pinned = dated(99, datetime(2019, 1, 1, tzinfo=UTC))
    first = [pinned, *(dated(number, NOW - timedelta(minutes=12 * number)) for number in range(5))]
    later = [dated(100 + number, NOW + 4 * HOUR - timedelta(minutes=12 * number)) for number in range(5)]
    collector.serve(rss(*first), rss(*later))
    poll = collector.run().poll
    assert poll["next_poll_at"] - NOW <= 1.1 * HOUR  # five posts span 48 minutes; hourly is the least
    poll = collector.run(4 * HOUR).poll
    assert poll["new"] == 5
    assert "every entry was new" in poll["why"]


def test_e45_of_five_thousand_entries_the_newest_two_thousand_are_taken_and_the_rest_told(collect: Collect) -> None:
    collector = collect()
    collector.serve(rss(*(dated(number, NOW - number * timedelta(minutes=1)) for number in range(5_000))))
    run = collector.run()
    assert len(run.entries) == 2_000
    assert "3000 entries beyond the newest were not taken" in run.poll["why"]
    assert min(entry["published_at"] for entry in run.entries) == NOW - 1_999 * timedelta(minutes=1)


def test_e46_a_feed_that_was_emptied_and_filled_again_loads_nothing_twice(collect: Collect) -> None:
    collector = collect(feed(fetch=FetchPolicy.ALL))
    full, empty = rss(item(1), item(2)), b"<rss version='2.0'><channel><title>News</title></channel></rss>"
    collector.serve(full, empty, full)
    for number in (1, 2):
        collector.serve(Reply(b"<p>", headers=HTML), at=f"news.example/{number}")
    collector.run()
    assert collector.run(LATER).poll["cause"] == "empty"
    run = collector.run(DAY)
    assert (run.poll["cause"], run.poll["new"], len(run.entries)) == (None, 0, 2)
    assert [len(collector.asked(f"news.example/{number}")) for number in (1, 2)] == [1, 1]
