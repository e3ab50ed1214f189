"""Whether a page reserves its rights to text and data mining: TDMRep file, HTTP header, HTML meta.

W3C TDM Reservation Protocol, §5-§7.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

WELL_KNOWN = "/.well-known/tdmrep.json"
HEAD_BYTES = 32_768
META = re.compile(rb"<meta[^>]{0,200}name=[\"']?tdm-reservation[\"']?[^>]{0,200}>", re.IGNORECASE)
CONTENT = re.compile(rb"content=[\"']?\s*1", re.IGNORECASE)


def reserved_by_page(headers: Mapping[str, str], body: bytes) -> bool | None:
    """What the page itself says by header or meta; None when it says nothing."""
    if "tdm-reservation" in headers:
        return headers["tdm-reservation"].strip() == "1"
    match = META.search(body[:HEAD_BYTES])
    return bool(CONTENT.search(match[0])) if match else None


def reserved_by_site(tdmrep: bytes, url: str) -> bool:
    """What the site's TDMRep file says of this address: its first matching rule; no file or a broken one reserves nothing."""
    try:
        rules = json.loads(tdmrep)
    except (ValueError, RecursionError):
        return False
    path = urlsplit(url).path or "/"
    for rule in rules if isinstance(rules, list) else []:
        if isinstance(rule, dict) and matches(str(rule.get("location", "")), path):
            return str(rule.get("tdm-reservation", "0")) == "1"
    return False


def matches(location: str, path: str) -> bool:
    """A location is a path prefix with `*` for anything and `$` for the end. Without a regular expression: no blow-up."""
    pattern = urlsplit(location).path if "://" in location else location
    if not pattern.endswith("$"):
        pattern += "*"
    first, *others = pattern.removesuffix("$").split("*")
    if not location or not path.startswith(first):
        return False
    if not others:
        return path == first
    at = len(first)
    for part in others[:-1]:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return path.endswith(others[-1]) and len(path) - len(others[-1]) >= at
