"""The embedded newsroom answers as its outlets do, faults included."""

import gzip
import http.client
import io
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest

from extractors.errors import ConfigError
from flows.demo.newsroom import Newsroom, newsroom_feeds
from flows.demo.outlets import OUTLETS, Fault, FeedFormat, Outlet
from flows.demo.pages import MARKER
from tests.conftest import NOW

HEALTHY = [outlet for outlet in OUTLETS if outlet.fault is Fault.NONE]


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(NOW) as newsroom:
        yield newsroom


def get(newsroom: Newsroom, host: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=10)
    connection.request(
        "GET", path, headers={"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    )
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, body


def outlet(fault: Fault) -> Outlet:
    return next(outlet for outlet in OUTLETS if outlet.fault is fault)


@pytest.mark.parametrize("outlet", HEALTHY, ids=lambda outlet: outlet.id)
def test_a_feed_lists_its_outlet_s_articles_newest_first(newsroom: Newsroom, outlet: Outlet) -> None:
    status, _, body = get(newsroom, outlet.host, outlet.feed_path)
    own = [sample for sample in newsroom.samples if sample.outlet is outlet]
    assert status == 200
    for sample in own:
        assert sample.path.encode() in body.replace(b"&amp;", b"&")
    if outlet.format in (FeedFormat.RSS, FeedFormat.ATOM):
        parsed = feedparser.parse(io.BytesIO(body))
        assert not parsed.bozo
        assert [entry.link for entry in parsed.entries] == [sample.url for sample in own]
    if outlet.format is FeedFormat.JSON_FEED:
        assert [item["url"] for item in json.loads(body)["items"]] == [sample.url for sample in own]


def test_every_article_is_there_in_its_charset_and_marked_as_a_sample(newsroom: Newsroom) -> None:
    for sample in newsroom.samples:
        if sample.outlet.fault == Fault.DEAD:
            continue
        status, headers, body = get(newsroom, sample.outlet.host, sample.path)
        text = body.decode(sample.outlet.charset)
        assert status == 200, sample.id
        assert MARKER in text
        assert headers["content-type"].startswith("text/html")


def test_gb18030_and_big5_outlets_serve_other_bytes_than_utf_8(newsroom: Newsroom) -> None:
    for charset in ("gb18030", "big5"):
        one = next(sample for sample in newsroom.samples if sample.outlet.charset == charset)
        _, _, body = get(newsroom, one.outlet.host, one.path)
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")


def test_a_known_validator_is_answered_with_304(newsroom: Newsroom) -> None:
    outlet = HEALTHY[0]
    _, headers, _ = get(newsroom, outlet.host, outlet.feed_path)
    status, again, body = get(newsroom, outlet.host, outlet.feed_path, If_None_Match=headers["etag"])
    assert (status, body) == (304, b"")
    assert again["etag"] == headers["etag"]
    assert get(newsroom, outlet.host, outlet.feed_path, If_None_Match='"other"')[0] == 200


def test_a_date_validator_works_alone(newsroom: Newsroom) -> None:
    outlet = next(outlet for outlet in HEALTHY if outlet.id == "donghu-daily")
    _, headers, _ = get(newsroom, outlet.host, outlet.feed_path)
    assert "etag" not in headers
    assert get(newsroom, outlet.host, outlet.feed_path, If_Modified_Since=headers["last-modified"])[0] == 304


def test_gzip_is_given_to_who_takes_it(newsroom: Newsroom) -> None:
    outlet = HEALTHY[0]
    _, _, plain = get(newsroom, outlet.host, outlet.feed_path)
    _, headers, packed = get(newsroom, outlet.host, outlet.feed_path, Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain


@pytest.mark.parametrize(
    ("fault", "status"),
    [(Fault.NOT_FOUND, 404), (Fault.GONE, 410), (Fault.RATE_LIMITED, 429), (Fault.MOVED, 301), (Fault.HTML, 200)],
)
def test_a_faulty_outlet_answers_as_it_should(newsroom: Newsroom, fault: Fault, status: int) -> None:
    wrong = outlet(fault)
    answered, headers, body = get(newsroom, wrong.host, wrong.feed_path)
    assert answered == status
    assert (fault is Fault.RATE_LIMITED) == ("retry-after" in headers)
    assert (fault is Fault.MOVED) == ("location" in headers)
    assert (fault is Fault.HTML) == (b"<!DOCTYPE html>" in body and status == 200)


def test_the_bozo_feed_is_malformed_and_has_entries(newsroom: Newsroom) -> None:
    wrong = outlet(Fault.BOZO)
    parsed = feedparser.parse(io.BytesIO(get(newsroom, wrong.host, wrong.feed_path)[2]))
    assert parsed.bozo
    assert parsed.entries


def test_the_dead_outlet_refuses(newsroom: Newsroom) -> None:
    port = int(newsroom.resolve()[outlet(Fault.DEAD).host].rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_an_unknown_host_and_an_unknown_path_are_told_apart(newsroom: Newsroom) -> None:
    assert get(newsroom, "nobody.example", "/")[0] == 421
    assert get(newsroom, HEALTHY[0].host, "/nothing/here")[0] == 404


def test_robots_close_one_path_of_one_outlet(newsroom: Newsroom) -> None:
    texts = {outlet.id: get(newsroom, outlet.host, "/robots.txt")[2].decode() for outlet in HEALTHY}
    assert [name for name, text in texts.items() if "Disallow: /members/" in text] == ["bay-ledger"]


def test_the_same_day_gives_the_same_bytes() -> None:
    one, other = Newsroom(NOW), Newsroom(NOW)
    path = one.samples[0].path
    host = one.samples[0].outlet.host
    assert one.answer(host, path) == other.answer(host, path)


def test_the_feeds_fit_the_configuration() -> None:
    feeds = newsroom_feeds()
    assert len(feeds) == len(OUTLETS)
    assert {feed["fetch"] for feed in feeds} == {"all"}
    assert len({feed["id"] for feed in feeds}) == len(feeds)


def test_a_taken_port_is_a_mistake_with_a_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigError, match="port"):
        Newsroom(NOW, port=taken.getsockname()[1]).__enter__()


def test_mistakes_between_articles_are_told_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "- {id: one, outlet: nowhere, days_ago: 1, title: T, text: words}\n"
        "- {id: two, outlet: harbour-post, days_ago: 1, title: T, of: missing, change: syndicated}\n"
        "- {id: two, outlet: harbour-post, days_ago: 1, title: T, text: words}\n"
    )
    with pytest.raises(ConfigError) as caught:
        Newsroom(NOW, articles=tmp_path)
    words = str(caught.value)
    for said in ("no outlet 'nowhere'", "`of` names an article", "two: comes twice"):
        assert said in words


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- {id: One!}\n")
    with pytest.raises(ConfigError, match=r"a\.yaml"):
        Newsroom(NOW, articles=tmp_path)
