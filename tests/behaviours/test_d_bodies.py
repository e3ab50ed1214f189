"""D: bodies. Each test is one behaviour of docs/behaviours.md, end to end; the hostile ones run in worker processes."""

import gzip
import time
import zlib
from collections.abc import Callable, Iterator

import brotli  # type: ignore[import-untyped]
import pytest

from flows.workers import Workers
from tests.behaviours.collector import DAY, Collector, feed, item, rss, validators
from tests.behaviours.hostile import HOSTILE, good_feed
from tests.flows.web.fakeweb import Reply

Collect = Callable[..., Collector]
TITLE = "人工智能：模型与芯片"
CHINESE = (
    f"<rss version='2.0'><channel><title>新闻</title><item><title>{TITLE}</title><guid>1</guid></item></channel></rss>"
)
BIG = rss(*(item(number, more=f"<description>{'word ' * 200}</description>") for number in range(300)))
ZSTD_BOMB = bytes.fromhex("28b52ffd") + b"\x00" * 40


def encoded(body: bytes, encoding: str, **more: str) -> Reply:
    return Reply(body, headers={"content-encoding": encoding, "content-type": "application/rss+xml"} | more)


@pytest.mark.parametrize(
    "reply",
    [
        encoded(gzip.compress(BIG, mtime=0), "gzip"),
        encoded(brotli.compress(BIG), "br"),
        encoded(zlib.compress(BIG), "deflate"),
        encoded(BIG, "gzip"),
        encoded(BIG, "br"),
        encoded(gzip.compress(gzip.compress(BIG, mtime=0), mtime=0), "gzip, gzip"),
        encoded(gzip.compress(BIG, mtime=0) + b"\0\0junk", "gzip"),
    ],
    ids=["gzip", "br", "deflate", "no gzip", "no br", "gzip in gzip", "junk behind"],
)
def test_d31_what_is_packed_is_unpacked_whatever_the_header_says(collect: Collect, reply: Reply) -> None:
    collector = collect()
    collector.serve(reply)
    assert len(collector.run().entries) == 300


def test_d31_a_truncated_gzip_gives_what_came_and_is_asked_for_again_in_full(collect: Collect) -> None:
    collector = collect()
    packed = gzip.compress(BIG, mtime=0)
    collector.serve(encoded(packed[: len(packed) * 3 // 4], "gzip", **validators()), encoded(packed, "gzip"))
    assert 0 < len(collector.run().entries) < 300
    assert len(collector.run(DAY).entries) == 300
    assert collector.conditions == [(None, None), (None, None)]


@pytest.mark.parametrize(
    ("body", "encoding", "cause"),
    [
        (gzip.compress(bytes(40 * 1024**2), mtime=0), "gzip", "too_big"),
        (brotli.compress(bytes(40 * 1024**2), quality=1), "br", "too_big"),
        (gzip.compress(gzip.compress(bytes(40 * 1024**2), mtime=0), mtime=0), "gzip, gzip", "too_big"),
        (ZSTD_BOMB, "zstd", "unparseable"),  # not asked for, so not unpacked
    ],
    ids=["gzip", "br", "gzip in gzip", "zstd"],
)
def test_d31_a_bomb_does_not_go_off(collect: Collect, body: bytes, encoding: str, cause: str) -> None:
    collector = collect()
    collector.serve(encoded(body, encoding))
    assert collector.run().poll["cause"] == cause


@pytest.mark.parametrize(
    ("more", "cause"), [(50, "server_error"), (-50, "server_error"), (9_999_999, "too_big"), (-999, "server_error")]
)
def test_d32_a_length_that_lies_either_way_costs_that_feed(collect: Collect, more: int, cause: str) -> None:
    collector = collect(feed(), feed("other", "other.example/feed"))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(rss()) + more}\r\n\r\n"
    collector.serve(Reply(raw=head.encode() + rss()))
    collector.serve(rss(), at="other.example/feed")
    polls = collector.run().polls
    assert {name: poll["cause"] for name, poll in polls.items()} == {"news": cause, "other": None}


@pytest.mark.parametrize("caps", [{"body_bytes": 100_000}, {"wire_bytes": 100_000}], ids=["decoded", "on the wire"])
def test_d32_both_caps_hold(collect: Collect, caps: dict[str, int]) -> None:
    collector = collect(**caps)
    collector.serve(Reply(b"<rss>" + b"x" * 8_000, endless=True))
    assert collector.run().poll["cause"] == "too_big"


@pytest.mark.parametrize(
    ("reply", "causes"),
    [
        (Reply(rss(), drip_seconds=0.05), {"timeout"}),
        (Reply(status=0, stall=True), {"timeout"}),
        (Reply(rss()[:40], stall=True), {"timeout"}),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 50_000_000 + b"\r\n\r\n"), {"server_error", "refused"}),
    ],
    ids=["drip", "stall before headers", "stall in the body", "50 MB header"],
)
def test_d33_who_drips_stalls_or_talks_for_ever_is_cut_off(collect: Collect, reply: Reply, causes: set[str]) -> None:
    collector = collect(feed(), feed("other", "other.example/feed"), total_seconds=1.5)
    collector.serve(reply)
    collector.serve(rss(), at="other.example/feed")
    started = time.monotonic()
    polls = collector.run().polls
    assert polls["other"]["cause"] is None
    assert polls["news"]["cause"] in causes
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "body", [b"/etc/passwd", b"/dev/zero", b"http://news.example/secret", b"file:///etc/passwd", b"-"]
)
def test_d34_a_body_that_is_a_path_or_an_address_is_only_a_body(collect: Collect, body: bytes) -> None:
    collector = collect()
    collector.serve(body)
    assert collector.run().poll["cause"] == "unparseable"
    assert [request.path for request in collector.web.requests] == ["/feed.xml"]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers() as running:
        yield running


def test_d35_each_hostile_body_marks_its_own_feed_with_its_cause_in_time(collect: Collect, workers: Workers) -> None:
    feeds = [feed(name, f"news.example/{name}") for name in HOSTILE]
    good = [feed(f"good-{number}", f"other.example/{number}") for number in range(20)]
    collector = collect(*feeds, *good, total_seconds=3)
    for name, hostile in HOSTILE.items():
        collector.serve(hostile.reply, at=f"news.example/{name}")
    for number in range(20):
        collector.serve(good_feed(number), at=f"other.example/{number}")
    collector.parse = workers.map
    started = time.monotonic()
    run = collector.run()
    assert time.monotonic() - started < 120  # all of them; one may take 30
    found = {name: run.polls[name]["cause"] for name in HOSTILE}
    assert {name: cause for name, cause in found.items() if cause not in HOSTILE[name].causes} == {}
    assert {run.polls[each.feed_id]["cause"] for each in good} == {None}
    assert sum(entry["feed_id"].startswith("good-") for entry in run.entries) == 20 * 3


CHARSETS = {"utf-8": TITLE, "gb18030": TITLE, "gbk": TITLE, "gb2312": TITLE, "big5": "人工智慧：模型與晶片"}


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("where", ["declaration", "header", "nowhere", "bad byte", "wrong header"])
def test_d36_chinese_reads_as_chinese_whoever_declares_what(collect: Collect, charset: str, where: str) -> None:
    title = CHARSETS[charset]
    declared = f"<?xml version='1.0' encoding='{charset}'?>" if where in ("declaration", "bad byte") else ""
    body = (declared + rss(item(1, title=title + "。")).decode()).encode(charset)
    if where == "bad byte":
        body = body.replace("。".encode(charset), b"\xff")
    said = {"header": f"; charset={charset}", "wrong header": "; charset=iso-8859-1"}.get(where, "")
    collector = collect(feed(language="zh"))
    collector.serve(Reply(body, headers={"content-type": f"text/xml{said}"}))
    (read,) = collector.run().titles
    assert read.rstrip("\ufffd。") == title


@pytest.mark.parametrize(
    ("body", "header", "declaration"),
    [
        (CHINESE.encode("utf-8-sig"), "gb2312", "big5"),
        (CHINESE.encode("utf-16"), "utf-8", "gbk"),
        (CHINESE.encode("utf-8"), "iso-8859-1", "gb2312"),
        (CHINESE.encode("gb18030"), "utf-8", "gb2312"),
    ],
    ids=["BOM of UTF-8", "BOM of UTF-16", "no BOM, UTF-8", "no BOM, GB 18030"],
)
def test_d37_where_bom_header_and_declaration_disagree_the_bytes_decide(
    collect: Collect, body: bytes, header: str, declaration: str
) -> None:
    if not body.startswith((b"\xef\xbb\xbf", b"\xff\xfe")):
        body = f"<?xml version='1.0' encoding='{declaration}'?>".encode() + body
    collector = collect(feed(language="zh"))
    collector.serve(Reply(body, headers={"content-type": f"application/xml; charset={header}"}))
    assert collector.run().titles == [TITLE]


@pytest.mark.parametrize(
    "kind", ["text/html", "application/octet-stream", "image/png", "application/json", "nonsense", ""]
)
def test_d38_the_body_tells_what_it_is_not_its_content_type(collect: Collect, kind: str) -> None:
    collector = collect()
    line = f"Content-Type: {kind}\r\n" if kind else ""
    collector.serve(Reply(raw=f"HTTP/1.1 200 OK\r\n{line}Content-Length: {len(rss())}\r\n\r\n".encode() + rss()))
    assert collector.run().titles == ["Story 1"]


@pytest.mark.parametrize(
    "bad", ["\x00", "\x0b", "\x1b[2J", "\ufffe", "\uffff", "&#0;", "&#xFFFE;", "&#xD800;", "&#x1b;"]
)
def test_d39_what_xml_forbids_is_taken_out_and_costs_nothing_else(collect: Collect, bad: str) -> None:
    collector = collect()
    collector.serve(rss(item(1, title=f"Model{bad} news"), item(2, title=f"<![CDATA[More{bad} news]]>"), item(3)))
    titles = collector.run().titles
    assert len(titles) == 3
    assert not any(
        char < " " or char in "\ufffe\uffff" or "\ud800" <= char <= "\udfff" for title in titles for char in title
    )


def test_d39_lone_surrogates_in_utf8_do_not_stop_a_feed(collect: Collect) -> None:
    collector = collect()
    collector.serve(rss(item(1, title="XX"), item(2)).replace(b"XX", b"\xed\xa0\x80X"))
    assert len(collector.run().titles) == 2
