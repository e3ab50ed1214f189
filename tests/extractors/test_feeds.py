"""RSS and Atom: every entry is kept, once, with plain words, an absolute link and an honest date."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings, strategies as st

from extractors.feeds import entries_of, parse_feed
from extractors.feeds.dates import parse_date, zone_of
from extractors.records import Dropped, Feed, FeedDocument, FeedKind, Reason
from extractors.urls import page_id
from tests.extractors.feed_bodies import FEED_URL, NOW, document, dropped, fetched, item, rss

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Sample</title>
<entry><id>tag:example.com,2026:1</id>
<title type="html">&lt;b&gt;Deep&lt;/b&gt;Seek &amp;amp; Qwen</title>
<link rel="alternate" href="/a/1"/><updated>2026-11-01T10:00:00+08:00</updated>
<author><name>A. Writer</name></author>
<category term="AI"/>
<content type="html">&lt;p&gt;First.&lt;/p&gt;&lt;script&gt;no()&lt;/script&gt;&lt;p&gt;Second.&lt;/p&gt;</content>
</entry></feed>"""


def test_an_rss_item_becomes_an_entry() -> None:
    entry = document(
        rss(item(1, author="A. Writer", category="Chips", description="About &lt;i&gt;chips&lt;/i&gt;."))
    ).entries[0]
    assert (entry.title, entry.summary, entry.link) == ("Story 1", "About chips.", "https://news.example.com/1")
    assert (entry.guid, entry.authors, entry.section) == ("id-1", ("A. Writer",), "Chips")
    assert entry.published_at == datetime(2026, 11, 2, 1, tzinfo=UTC)
    assert (entry.published_from, entry.published_claim) == ("published", "Mon, 02 Nov 2026 01:00:00 GMT")
    assert entry.first_seen_at == NOW


def test_an_atom_entry_without_published_takes_updated() -> None:
    entry = document(ATOM).entries[0]
    assert (entry.title, entry.summary) == ("DeepSeek & Qwen", "First. Second.")
    assert entry.link == "https://news.example.com/a/1"
    assert (entry.published_at, entry.published_from) == (datetime(2026, 11, 1, 2, tzinfo=UTC), "updated")
    assert (entry.authors, entry.section) == (("A. Writer",), "AI")


def test_rdf_takes_dc_date() -> None:
    body = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>S</title></channel>
    <item><title>T</title><link>https://news.example.com/1</link><dc:date>2026-11-01</dc:date></item></rdf:RDF>"""
    entry = document(body).entries[0]
    assert (entry.published_at, entry.published_from) == (datetime(2026, 11, 1, tzinfo=UTC), "updated")


def test_a_document_knows_its_title_kind_and_feed() -> None:
    parsed = document(rss(item(1)))
    assert (parsed.title, parsed.kind, parsed.due.feed.feed_id, parsed.bozo) == ("Sample", FeedKind.FEED, "sample", "")


def test_inline_markup_never_splits_a_chinese_word() -> None:
    assert (
        document(rss(item(1, title="&lt;em&gt;人工&lt;/em&gt;智能&lt;br/&gt;治理"))).entries[0].title == "人工智能 治理"
    )


def test_a_malformed_feed_keeps_its_entries() -> None:
    parsed = document(rss(item(1), item(2)).replace("</channel></rss>", "<item><title>Cut"))
    assert {entry.title for entry in parsed.entries} >= {"Story 1", "Story 2"}
    assert parsed.bozo


def test_a_feed_without_entries_is_an_empty_document() -> None:
    assert document(rss()).entries == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<!DOCTYPE html><html><head><title>Log in</title></head><body>Please</body></html>", Reason.NOT_A_FEED),
        ("<html><body><p>Moved</p></body></html>", Reason.NOT_A_FEED),
        ("just some words", Reason.UNPARSEABLE),
        ("<opml version='2.0'><body/></opml>", Reason.NOT_A_FEED),
        ('{"hello": "world"}', Reason.NOT_A_FEED),
        ('{"hello": ', Reason.UNPARSEABLE),
        ("", Reason.EMPTY),
        ("/etc/hostname", Reason.UNPARSEABLE),
        ("/dev/zero", Reason.UNPARSEABLE),
        (FEED_URL, Reason.UNPARSEABLE),
    ],
)
def test_what_is_no_feed_is_dropped_with_the_poll_and_its_cause(body: str, reason: Reason) -> None:
    verdict = dropped(body)
    assert verdict.reason is reason
    assert verdict.record == replace(fetched(body).poll, cause=reason, why=verdict.detail)
    assert verdict.detail


@pytest.mark.parametrize("content_type", ["text/html", "application/octet-stream", "", "text/plain; charset=nonsense"])
def test_the_body_decides_not_the_content_type(content_type: str) -> None:
    assert len(document(rss(item(1)), content_type).entries) == 1


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("/a/1", "https://news.example.com/a/1"),
        ("//cdn.example.org/1", "https://cdn.example.org/1"),
        ("https://news.example.com/1?utm_source=rss", "https://news.example.com/1?utm_source=rss"),
        ("javascript:alert(1)", ""),
        ("https://news.example.com/" + "a" * 3_000, ""),
    ],
)
def test_a_link_is_kept_as_given_but_absolute(link: str, absolute: str) -> None:
    assert document(rss(item(1, link=link))).entries[0].link == absolute


def test_tracking_is_not_part_of_the_canonical_url() -> None:
    entry = document(rss(item(1, link="http://www.example.com/1/?utm_source=rss"))).entries[0]
    assert entry.url == "https://example.com/1"


def test_a_guid_that_is_an_address_serves_as_link() -> None:
    entry = document(rss(item(1, link="", guid="https://news.example.com/one"))).entries[0]
    assert entry.link == "https://news.example.com/one"


def test_waiting_entries_name_the_page_of_their_canonical_url() -> None:
    waiting = entries_of([document(rss(item(1), item(2, link="javascript:void(0)")))])
    assert {each.entry.title: each.page_id for each in waiting} == {
        "Story 1": page_id("https://news.example.com/1"),
        "Story 2": "",
    }
    assert all(each.feed.feed_id == "sample" for each in waiting)


# --- identity ---------------------------------------------------------------------------------------------------------


def ids(body: str, **feed: str) -> dict[str, str]:
    return {entry.title: entry.entry_id for entry in document(body, **feed).entries}


def test_an_edited_entry_keeps_its_id() -> None:
    assert ids(rss(item(1)))["Story 1"] == ids(rss(item(1, title="Corrected", pubDate="")))["Corrected"]


def test_a_guid_that_moves_to_https_keeps_its_id() -> None:
    before, after = (ids(rss(item(1, guid=f"{scheme}://news.example.com/?p=1"))) for scheme in ("http", "https"))
    assert before == after


@pytest.mark.parametrize("guid", ["", "  ", FEED_URL])
def test_without_a_telling_guid_the_link_is_the_identity(guid: str) -> None:
    assert ids(rss(item(1, guid=guid))) == ids(rss(item(1, guid="", pubDate="")))


def test_without_guid_and_link_title_and_day_are_the_identity() -> None:
    one = ids(rss(item(1, guid="", link="")))
    assert one == ids(rss(item(1, guid="", link="", pubDate="Mon, 02 Nov 2026 07:30:00 GMT")))
    assert one != ids(rss(item(1, guid="", link="", pubDate="Sun, 01 Nov 2026 07:30:00 GMT")))


def test_an_undated_entry_without_guid_and_link_is_the_same_tomorrow() -> None:
    body = rss(item(1, guid="", link="", pubDate=""))
    today, tomorrow = fetched(body), fetched(body)
    tomorrow = replace(tomorrow, poll=replace(tomorrow.poll, polled_at=datetime(2026, 11, 3, tzinfo=UTC)))
    results = [parse_feed(today), parse_feed(tomorrow)]
    assert len({each.entries[0].entry_id for each in results if isinstance(each, FeedDocument)}) == 1


def test_a_guid_shared_by_different_stories_tells_nothing() -> None:
    several = ids(rss(item(3, guid="x"), item(1, guid="x"), item(2, guid="x")))
    assert len(set(several.values())) == 3
    assert several["Story 1"] == ids(rss(item(1, guid="")))["Story 1"]


def test_a_story_listed_twice_comes_once() -> None:
    assert len(document(rss(item(1), item(1))).entries) == 1


def test_the_same_guid_in_two_feeds_is_two_entries() -> None:
    assert ids(rss(item(1))) != ids(rss(item(1)), feed_id="another")


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "home", "expected"),
    [
        ("Mon, 02 Nov 2026 07:00:00 +0800", "CN", "2026-11-01T23:00"),
        ("2026-11-02T07:00:00+08:00", "US", "2026-11-01T23:00"),
        ("2026-11-02 07:00:00  +0800", "CN", "2026-11-01T23:00"),
        ("2026-11-02 07:00:00", "CN", "2026-11-01T23:00"),
        ("2026-11-02 07:00:00", "US", "2026-11-02T07:00"),
        ("2026年11月2日 07:30", "CN", "2026-11-01T23:30"),
        ("2026年11月1日 下午3:20", "TW", "2026-11-01T07:20"),
        ("2026年11月1日", "CN", "2026-11-01T00:00"),
        ("2026.11.01", "KR", "2026-11-01T00:00"),
        ("2026/11/1 9:05", "HK", "2026-11-01T01:05"),
        ("20261101", "US", "2026-11-01T00:00"),
        ("Sun, 1 Nov 26 10:00 GMT", "US", "2026-11-01T10:00"),
        ("Sun, 01 Nov 2026 10:00:00 EST", "US", "2026-11-01T15:00"),
        ("1 November 2026 10:00:00 GMT", "US", "2026-11-01T10:00"),
    ],
)
def test_dates_are_read_as_printed(printed: str, home: str, expected: str) -> None:
    entry = document(rss(item(1, pubDate=printed)), home=home).entries[0]
    assert entry.published_at == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert (entry.published_from, entry.published_claim) == ("published", printed)


@pytest.mark.parametrize(
    "printed",
    [
        "Mon, 02 Nov 2026 07:00:00",
        "Mon, 02 Nov 2026 07:00",
        "2 November 2026 07:00",
        "02-Nov-2026 07:00",
        "Nov 2, 2026 7:00 AM",
        "Nov. 2nd, 2026 at 7:00 a.m.",
        "Monday, November 2, 2026 - 07:00",
        "Mon, 02 Nov 2026 3:00:00 PM +0800",
        "Mon, 02 Nov 2026 07:00:00 GMT",
        "2026-11-02 07:00:00",
        "1793602800",
        "1793602800123",
    ],
)
def test_a_month_by_its_name_and_seconds_since_1970_are_read(printed: str) -> None:
    assert parse_date(printed) == datetime(2026, 11, 2, 7, tzinfo=UTC)


@pytest.mark.parametrize("printed", ["Mon, 02 Nov 2026 15:00:00", "Nov 2, 2026 3:00 PM", "2026-11-02 15:00:00 CST"])
def test_a_clock_without_a_zone_is_the_clock_of_the_feeds_home(printed: str) -> None:
    assert parse_date(printed, zone_of("CN")) == datetime(2026, 11, 2, 7, tzinfo=UTC)


@pytest.mark.parametrize(("printed", "hour"), [("12:30 AM", 0), ("12:30 PM", 12), ("1:30 PM", 13), ("11:30 pm", 23)])
def test_noon_and_midnight_are_told_apart(printed: str, hour: int) -> None:
    assert parse_date(f"Nov 2, 2026 {printed}") == datetime(2026, 11, 2, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "printed", ["Abc 2, 2026", "Nov 31, 2026", "Nov 2, 2026 25:00", "2, 2026", "Mon, 02 2026 07:00:00"]
)
def test_what_looks_like_a_date_and_is_none_is_none(printed: str) -> None:
    assert parse_date(printed) is None


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.integers(-12 * 4, 14 * 4))  # noqa: DTZ001 - a zone is put behind
def test_a_date_by_rfc_822_is_read_to_the_second(moment: datetime, quarters: int) -> None:
    zoned = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=15 * quarters)))
    assert parse_date(f"{zoned:%a, %d %b %Y %H:%M:%S %z}") == zoned


@pytest.mark.parametrize(
    "printed", ["Mon, 02 Nov 2026 07:00:00 +9900", "2026-11-02T07:00:00+24:00", "2026-11-02 07:00:00 -1500"]
)
def test_a_zone_that_is_nowhere_is_no_zone(printed: str) -> None:
    assert parse_date(printed) == datetime(2026, 11, 2, 7, tzinfo=UTC)


@pytest.mark.parametrize("printed", ["02-Nov-2026", "Mon, 02 Nov 2026 00:00:00 +1400", "2026-11-01T12:00:00-12:00"])
def test_a_year_and_the_farthest_zones_stay(printed: str) -> None:
    assert parse_date(printed) in (datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 1, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("printed", "claim"),
    [
        ("Mon, 02 Nov 2037 07:00:00 GMT", "Mon, 02 Nov 2037 07:00:00 GMT"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("yesterday", "yesterday"),
        ("2026-13-45", "2026-13-45"),
        ("", ""),
    ],
)
def test_an_impossible_date_becomes_first_seen_and_keeps_its_claim(printed: str, claim: str) -> None:
    entry = document(rss(item(1, pubDate=printed))).entries[0]
    assert (entry.published_at, entry.published_from, entry.published_claim) == (NOW, "first_seen", claim)


def test_a_date_a_few_hours_ahead_is_believed() -> None:
    entry = document(rss(item(1, pubDate="Mon, 02 Nov 2026 20:00:00 GMT"))).entries[0]
    assert entry.published_from == "published"


@pytest.mark.parametrize(
    "path", ["2026/10/30/a", "20261030/a", "2026-10-30/a", "a/2026/10/30", "n1/2026/10/30-c1.html"]
)
def test_an_undated_entry_takes_the_day_in_its_address(path: str) -> None:
    entry = document(rss(item(1, pubDate="", link=f"https://news.example.com/{path}"))).entries[0]
    assert (entry.published_at, entry.published_from) == (datetime(2026, 10, 30, tzinfo=UTC), "url")


# --- size -------------------------------------------------------------------------------------------------------------


def test_the_newest_two_thousand_entries_are_taken_and_the_rest_counted() -> None:
    day = "<pubDate>Sun, 01 Nov 2026 {:02}:{:02}:00 GMT</pubDate>"
    items = [f"<title>{n}</title><guid>{n}</guid>" + day.format(n // 60 % 24, n % 60) for n in range(1_400)]
    undated_old = "<title>old {0}</title><guid>old {0}</guid><pubDate>Thu, 01 Oct 2026 00:00:00 GMT</pubDate>"
    parsed = document(rss(*[undated_old.format(n) for n in range(700)], *items))
    assert (len(parsed.entries), parsed.left_out_count) == (2_000, 100)
    assert sum(entry.title.startswith("old") for entry in parsed.entries) == 600


def test_long_fields_are_cut() -> None:
    entry = document(rss(item(1, title="t" * 9_000, description="d" * 90_000, guid="g" * 9_000))).entries[0]
    assert (len(entry.title), len(entry.summary), len(entry.guid)) == (2_000, 8_000, 2_000)


@pytest.mark.timeout(5)
@pytest.mark.parametrize("author", ["a" * 300_000, f"<![CDATA[{'a@' * 150_000}]]>", "a." * 100_000])
def test_a_huge_author_is_cut_before_it_costs_minutes(author: str) -> None:
    entry = document(rss(item(1, author=author), item(2))).entries[1]
    assert all(len(name) <= 1_000 for name in entry.authors)


@pytest.mark.timeout(5)
def test_a_tag_with_twenty_thousand_attributes_costs_that_tag() -> None:
    attributes = " ".join(f'a{number}="x"' for number in range(20_000))
    assert len(document(rss(item(1), f"<media {attributes}/>" + item(2))).entries) == 2


# --- the feed's own wishes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "hints"),
    [
        ("<ttl>90</ttl>", {"ttl_minutes": 90}),
        ("<ttl>²</ttl>", {}),
        ("<ttl>soon</ttl>", {}),
        ("<skipHours><hour>0</hour><hour>24</hour><hour>7</hour></skipHours>", {"skip_hours": [0, 0, 7]}),
        ("<skipDays><day>Saturday</day><day>Sunday</day></skipDays>", {"skip_days": ["Saturday", "Sunday"]}),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", {"update_minutes": 30}),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0.1</sy:updateFrequency>",
            {"update_minutes": 1_440},
        ),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>inf</sy:updateFrequency>",
            {"update_minutes": 1_440},
        ),
        ("<sy:updatePeriod>often</sy:updatePeriod>", {}),
    ],
)
def test_hints_are_read_and_nonsense_is_not(channel: str, hints: dict[str, object]) -> None:
    space = ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    body = rss(item(1), channel=channel).replace("<rss", "<rss" + space)
    assert dict(document(body).hints) == hints


# --- anything at all --------------------------------------------------------------------------------------------------

PIECES = [
    *("<rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "<guid>", "<![CDATA[", "]]>", "&"),
    *("<!DOCTYPE", "<feed>", "<entry>", "<updated>", "http://[x", "javascript:", "中文", "\x00", "<urlset>", "<url>"),
    *(
        "<loc>",
        '{"items":[',
        '{"id":1}',
        "]}",
        "<content type='xhtml'>",
        "<link href='http://[/'/>",
        "2026年",
        "<ttl>9",
    ),
    *("<pubDate>99999999999999", "<?xml version='1.0' encoding='gb2312'?>", "[<!ENTITY a 'b'>]>", "&#0;", "&a;"),
]


SOUP = st.lists(st.sampled_from(PIECES)).map(lambda parts: "".join(parts).encode())


@given(st.one_of(st.binary(max_size=300), SOUP), st.sampled_from(list(FeedKind)))
@settings(deadline=None)
def test_parsing_never_raises_on_arbitrary_bytes(body: bytes, kind: FeedKind) -> None:
    result = parse_feed(fetched(body, kind=kind))
    if isinstance(result, Dropped):
        assert result.reason in {Reason.NOT_A_FEED, Reason.UNPARSEABLE, Reason.EMPTY}
    else:
        assert len({entry.entry_id for entry in result.entries}) == len(result.entries)
        assert all(entry.published_at and entry.published_at.tzinfo for entry in result.entries)


@given(st.text(max_size=200), st.text(max_size=50))
@settings(deadline=None)
def test_titles_are_one_line_of_text_whatever_the_feed_says(title: str, guid: str) -> None:
    safe = title.replace("]]>", "").replace("\r", "")
    for entry in document(
        rss(item(1, title=f"<![CDATA[{safe}]]>", guid=f"<![CDATA[{guid.replace(']]>', '')}]]>"))
    ).entries:
        assert entry.title == " ".join(entry.title.split())
        assert Feed("sample", FEED_URL).feed_id == entry.feed_id
