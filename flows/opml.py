"""OPML 2.0 in and out: the list of feeds as other readers know it."""

from collections.abc import Sequence, Set
from typing import Any
from xml.etree import ElementTree as ET

import listparser

from extractors.errors import ConfigError
from extractors.records import Feed
from extractors.urls import absolute_url
from flows.feeds_file import suggested_id


def entries_from_opml(content: bytes, known: Set[str], known_ids: Set[str]) -> list[dict[str, Any]]:
    """Feeds of an OPML file as entries for feeds.yaml, without those already known. Raises ConfigError for no OPML."""
    parsed = listparser.parse(content)
    if not parsed.feeds:
        raise ConfigError([f"no OPML with feeds: {parsed.get('bozo_exception') or 'nothing in it is a feed'}"])
    entries: list[dict[str, Any]] = []
    ids = set(known_ids)
    seen = set(known)
    for feed in parsed.feeds:
        if feed.url in seen or not absolute_url(feed.url, ""):
            continue
        seen.add(feed.url)
        entry = {"id": free_id(suggested_id(feed.url), ids), "url": feed.url}
        entries.append(entry | ({"title": feed.title} if feed.title else {}))
    return entries


def free_id(wanted: str, taken: set[str]) -> str:
    """The id, or with a number behind it when it is taken; notes it as taken."""
    number, feed_id = 2, wanted
    while feed_id in taken:
        feed_id, number = f"{wanted}-{number}", number + 1
    taken.add(feed_id)
    return feed_id


def opml_of(feeds: Sequence[Feed]) -> str:
    """The feeds as an OPML 2.0 document."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "Sinoscope feeds"
    body = ET.SubElement(root, "body")
    for feed in feeds:
        attributes = {"type": "rss", "text": feed.title or feed.feed_id, "xmlUrl": feed.url}
        ET.SubElement(body, "outline", attributes | ({"language": feed.language} if feed.language else {}))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
