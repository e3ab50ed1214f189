"""Feeds and pages that mean harm: each costs itself, is stored as text, and commands nothing."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

from flows.home import Home
from flows.run import RunOptions, run_monitor
from tests.conftest import NOW, Ended
from warehouse.connection import open_published

Sinoscope = Callable[..., Ended]
HOST = "evil.example"
BODY = " ".join(
    f"DeepSeek of Hangzhou trains a large language model on Chinese chips, sentence {n}." for n in range(30)
)
EVIL_TITLES = (
    "'); DROP TABLE core.articles; --",
    "<script>alert(1)</script> DeepSeek releases a model",
    "DeepSeek \u001b[2J\u001b]0;owned\u0007 releases a model",
    "DeepSeek \u202erelesrever\u202c releases a model",
    '=HYPERLINK("http://evil.example") DeepSeek model',
    "$(touch owned) `touch owned` DeepSeek model",
    "DeepSeek " + "model " * 5_000,
    "{{ 7 * 7 }} ${7*7} DeepSeek model",
)


def entry(number: int, title: str) -> dict[str, str]:
    return {
        "id": str(number),
        "url": f"http://{HOST}/page/{number}",
        "title": title,
        "date_published": (NOW - timedelta(hours=1)).isoformat(),
    }


def feed(entries: list[dict[str, str]]) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Evil", "items": entries}).encode()


def page(title: str) -> bytes:
    told = title.replace("<", "&lt;")
    head = f"<head><meta charset='utf-8'><title>{told}</title></head>"
    return f"<html>{head}<body><article><h1>{told}</h1><p>{BODY}</p></article></body></html>".encode()


@contextmanager
def serving(answers: dict[str, tuple[str, bytes]]) -> Iterator[int]:
    """A server on loopback: path -> content type and body, anything else is 404. Gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = answers.get(self.path, ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def home_at(root: Path, port: int, feeds: list[dict[str, str]], sinoscope: Sinoscope, **network: object) -> Home:
    """A home whose only feeds are these, with the evil host led to the port."""
    assert sinoscope("init", root).code == 0
    own = {"allow_private": ["127.0.0.1"], "resolve": {HOST: f"127.0.0.1:{port}"}, "feed_seconds": 0, "page_seconds": 0}
    (root / "config/settings.yaml").write_text(yaml.safe_dump({"config_version": 1, "network": own | network}))
    (root / "config/feeds.yaml").write_text(yaml.safe_dump({"feeds": feeds}))
    return Home(root)


@pytest.fixture(scope="module")
def evil_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that has read a feed of hostile titles."""
    root = tmp_path_factory.mktemp("evil") / "home"
    answers = {f"/page/{number}": ("text/html", page(title)) for number, title in enumerate(EVIL_TITLES)}
    answers["/feed"] = (
        "application/feed+json",
        feed([entry(number, title) for number, title in enumerate(EVIL_TITLES)]),
    )
    from flows.new_home import make_home

    make_home(root, demo_at=None)
    with serving(answers) as port:
        own = {"allow_private": ["127.0.0.1"], "resolve": {HOST: f"127.0.0.1:{port}"}, "page_seconds": 0}
        (root / "config/settings.yaml").write_text(yaml.safe_dump({"config_version": 1, "network": own}))
        feeds = [{"id": "evil", "url": f"http://{HOST}/feed", "fetch": "all"}]
        (root / "config/feeds.yaml").write_text(yaml.safe_dump({"feeds": feeds}))
        report = run_monitor(Home(root), RunOptions(now=NOW))
    assert report.exit == 0
    return Home(root)


def titles_of(home: Home, table: str) -> list[str]:
    connection = open_published(home.published)
    rows = connection.execute(f"SELECT title FROM {table} ORDER BY title").fetchall()  # noqa: S608 - our own names
    connection.close()
    return [title for (title,) in rows]


def test_every_hostile_title_is_a_row_and_no_table_is_gone(evil_home: Home) -> None:
    assert len(titles_of(evil_home, "core.entries")) == len(EVIL_TITLES)
    articles = titles_of(evil_home, "core.articles")
    assert "'); DROP TABLE core.articles; --" in articles
    assert len(articles) == len(EVIL_TITLES)


def test_titles_are_plain_text_without_tags(evil_home: Home) -> None:
    assert not any("<script" in title for title in titles_of(evil_home, "core.entries"))


def test_a_title_of_any_length_is_stored_within_bounds(evil_home: Home) -> None:
    assert max(map(len, titles_of(evil_home, "core.entries"))) <= 5_000


@pytest.mark.parametrize(
    "words",
    [
        ("sql", "SELECT title, url FROM core.entries"),
        ("why", f"http://{HOST}/page/2"),
        ("why", f"http://{HOST}/page/3"),
        ("query", "first_mover"),
        ("feeds", "why", "evil"),
    ],
)
def test_no_answer_commands_the_terminal(evil_home: Home, sinoscope: Sinoscope, words: tuple[str, ...]) -> None:
    ended = sinoscope("--home", evil_home.root, *words)
    assert ended.code == 0, ended.err
    assert not {letter for letter in ended.out if ord(letter) < 32 and letter != "\n"}
    assert "\u202e" not in ended.out


def test_nothing_was_executed(evil_home: Home) -> None:
    assert not list(evil_home.root.rglob("owned"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/feed",
        "http://localhost/feed",
        "http://[::1]/feed",
        "http://0x7f000001/feed",
        "http://169.254.169.254/",
    ],
)
def test_a_feed_in_a_private_network_is_refused_unless_allowed(tmp_path: Path, sinoscope: Sinoscope, url: str) -> None:
    home = home_at(tmp_path / "home", 1, [{"id": "inside", "url": url}], sinoscope, allow_private=[], resolve={})
    payload = sinoscope("--home", home.root, "run", "--direct", "--json").json()
    assert payload["polls"]["by_cause"] == {"blocked_address": 1}
    assert payload["exit"] == 5


def test_an_entry_that_points_inside_is_not_followed(tmp_path: Path, sinoscope: Sinoscope) -> None:
    inside = entry(0, "DeepSeek model in China") | {"url": "http://169.254.169.254/latest/meta-data/"}
    answers = {
        "/feed": ("application/feed+json", feed([inside, entry(1, "DeepSeek model in China")])),
        "/page/1": ("text/html", page("DeepSeek")),
    }
    with serving(answers) as port:
        home = home_at(
            tmp_path / "home", port, [{"id": "evil", "url": f"http://{HOST}/feed", "fetch": "all"}], sinoscope
        )
        payload = sinoscope("--home", home.root, "run", "--direct", "--json", "--now", NOW.isoformat()).json()
    assert payload["stages"]["fetch"]["reasons"] == {"blocked_address": 1}
    assert payload["pages"]["fetched"] == 1


@pytest.mark.parametrize(
    ("kind", "body", "cause"),
    [
        (
            "application/rss+xml",
            b"<!DOCTYPE l [<!ENTITY a 'aaaaa'><!ENTITY b '&a;&a;&a;'>]><rss><channel><title>&b;</title></channel></rss>",
            None,
        ),
        ("application/rss+xml", b"<rss>" + b"<a>" * 100_000, "empty"),
        ("text/html", b"<html><body>Welcome</body></html>", "not_a_feed"),
        ("application/octet-stream", bytes(range(256)) * 40, "unparseable"),
        ("application/feed+json", b"[" * 100_000, "unparseable"),
        ("application/rss+xml", b"", "empty"),
    ],
    ids=["entities", "deep", "html", "bytes", "deep-json", "nothing"],
)
def test_a_hostile_body_costs_its_feed_and_no_other(
    tmp_path: Path, sinoscope: Sinoscope, kind: str, body: bytes, cause: str | None
) -> None:
    good = feed([entry(1, "DeepSeek model in China")])
    answers = {
        "/feed": ("application/feed+json", good),
        "/bad": (kind, body),
        "/page/1": ("text/html", page("DeepSeek")),
    }
    feeds = [
        {"id": name, "url": f"http://{HOST}/{path}", "fetch": "all"}
        for name, path in (("good", "feed"), ("bad", "bad"))
    ]
    with serving(answers) as port:
        home = home_at(tmp_path / "home", port, feeds, sinoscope)
        payload = sinoscope("--home", home.root, "run", "--direct", "--json", "--now", NOW.isoformat()).json()
    assert payload["articles"]["loaded"] == 1
    assert payload["polls"]["failed"] <= 1
    if cause:
        assert payload["polls"]["by_cause"] == {cause: 1}
