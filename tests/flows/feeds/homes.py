"""Homes whose feeds lead to a fake web, and feeds to serve there."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import yaml

from flows.home import Home
from tests.flows.web.fakeweb import FakeWeb, Reply

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
HTML = {"content-type": "text/html"}


def home_on(fakeweb: FakeWeb, root: Path, feeds: Sequence[dict[str, Any]], **network: Any) -> Home:
    """A home with these feeds, whose names lead to the fake web."""
    settings = {"network": fakeweb.network(**network).model_dump(mode="json")}
    (root / "config").mkdir(parents=True)
    (root / "config" / "settings.yaml").write_text("config_version: 1\n" + yaml.safe_dump(settings), encoding="utf-8")
    (root / "config" / "feeds.yaml").write_text(
        "# by hand\n" + yaml.safe_dump({"feeds": list(feeds)}), encoding="utf-8"
    )
    return Home(root)


def rss(*ages: timedelta, title: str = "News", path: str = "") -> Reply:
    """A feed with one entry of each age at NOW."""
    items = "".join(
        f"<item><title>Story {number}</title><link>http://news.example{path}/{number}</link>"
        f"<pubDate>{format_datetime(NOW - age)}</pubDate></item>"
        for number, age in enumerate(ages)
    )
    body = f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"
    return Reply(body.encode(), headers={"content-type": "application/rss+xml"})


def page(head: str = "", body: str = "") -> Reply:
    """A web page."""
    return Reply(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), headers=HTML)
