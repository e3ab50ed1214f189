"""Feeds that mean harm: what each serves, and the causes that would be true of it. None: it is read after all."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.behaviours.collector import item, rss
from tests.flows.web.fakeweb import Reply

MEGABYTE = 1024**2
CUT = frozenset({"unparseable", "too_big"})
READ = frozenset({None})
READ_OR_CUT = READ | CUT


@dataclass(frozen=True, slots=True)
class Hostile:
    """A reply, and which causes are right."""

    reply: Reply
    causes: frozenset[str | None]


def good_feed(number: int) -> bytes:
    """A feed of three stories of its own."""
    return rss(*(item(f"{number}-{story}") for story in range(3)))


def entities(levels: int, each: int) -> str:
    """The billion laughs."""
    lines = ['<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{level} "{f"&a{level - 1};" * each}">' for level in range(1, levels)]
    return f"<!DOCTYPE rss [{''.join(lines)}]>"


def bodies() -> Iterator[tuple[str, bytes, frozenset[str | None]]]:
    """Name, body and right causes of those that are a body."""
    laughs = entities(9, 10).encode() + rss(item(1, title="&a8;"))
    yield "billion-laughs", laughs, READ_OR_CUT
    blow = f"<!DOCTYPE rss [<!ENTITY a '{'x' * 50_000}'>]>".encode() + rss(item(1, title="&a;" * 5_000))
    yield "quadratic-entities", blow, READ_OR_CUT
    outside = b"<!DOCTYPE rss [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + rss(item(1, title="&e;"))
    yield "external-entity", outside, READ_OR_CUT
    yield "deep-nesting", b"<rss><channel>" + b"<a>" * 100_000, READ_OR_CUT | {"empty"}
    yield "deep-divs", rss(item(1, more=f"<description>{'&lt;div&gt;' * 20_000}</description>")), READ_OR_CUT
    attributes = " ".join(f"a{number}='x'" for number in range(20_000))
    yield "20000-attributes", rss(item(1, more=f"<source {attributes}>x</source>"), item(2)), READ_OR_CUT
    yield "long-author", rss(item(1, more=f"<author>{'a b@c.d ' * 4_000}</author>"), item(2)), READ_OR_CUT
    yield "huge-entry", rss(item(1, more=f"<description>{'x' * 20 * MEGABYTE}</description>")), CUT
    yield "unclosed-cdata", b"<rss><channel><item><title><![CDATA[" + b"x" * MEGABYTE, READ_OR_CUT | {"empty"}
    yield "less-than", b"<" * MEGABYTE, READ_OR_CUT | {"empty"}
    yield "ampersands", rss(item(1, title="&" * 500_000)), READ_OR_CUT
    yield (
        "20000-entries-and-a-stray-sign",
        rss(*(item(n) for n in range(20_000)))[:-20] + b"& </channel></rss>",
        READ_OR_CUT,
    )
    yield "a-path", b"/dev/zero", frozenset({"unparseable"})
    yield "an-address", b"http://127.0.0.1:1/", frozenset({"unparseable"})
    yield (
        "deep-json",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 200_000,
        frozenset({"unparseable"}),
    )
    here = b"http://news.example/sitemap-of-itself"
    yield (
        "sitemap-of-itself",
        b"<sitemapindex><sitemap><loc>" + here + b"</loc></sitemap></sitemapindex>",
        frozenset({"not_a_feed"}),
    )


HOSTILE = {name: Hostile(Reply(body), causes) for name, body, causes in bodies()} | {
    "endless": Hostile(Reply(b"<rss>" + b"<item/>" * 10_000, endless=True), frozenset({"too_big"})),
    "drip": Hostile(Reply(rss(), drip_seconds=0.5), frozenset({"timeout"})),
    "stall": Hostile(Reply(status=0, stall=True), frozenset({"timeout"})),
    "stall-in-the-body": Hostile(Reply(rss()[:30], stall=True), frozenset({"timeout"})),
    "giant-header": Hostile(
        Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 50 * MEGABYTE), frozenset({"server_error", "refused"})
    ),
}
