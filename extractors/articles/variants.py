"""Recognises other forms of the same article by the page's links: canonical, AMP, print, the next of its pages."""

import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from extractors.articles.marks import Marks

PRINT = re.compile(r"[/?&._=-]print(?:able|er|[_-]?version|[_-]?view)?(?:[/?&._=-]|$)", re.IGNORECASE)
PAGE_NUMBER = re.compile(r"(?:[?&](?:page|p|pg)=|[/_-](?:page[/_-]?)?)(\d{1,2})(?=(?:\.\w{2,5})?/?$)", re.IGNORECASE)


def variants_of(marks: Marks, url: str) -> Mapping[str, str]:
    """Addresses of other forms by kind (canonical, amp, print, next); only those that are not `url` itself.

    None of them is fetched here: a print page or an AMP page is the same article, a next page its continuation.
    """
    found = {
        "canonical": first_link(marks, url, "canonical"),
        "amp": first_link(marks, url, "amphtml"),
        "print": print_page(marks, url),
        "next": first_link(marks, url, "next") or next_page(marks, url),
    }
    return {kind: link for kind, link in found.items() if link and link.split("#")[0] != url.split("#")[0]}


def first_link(marks: Marks, url: str, rel: str) -> str:
    """The first address that the page gives under this rel, absolute; "" when there is none."""
    return next((link for each in marks.links.get(rel, ()) if (link := joined(url, each))), "")


def print_page(marks: Marks, url: str) -> str:
    """The first anchor that leads to a page for printing."""
    for each in marks.anchors:
        if "print" in f"{url} {each}".lower() and (link := joined(url, each)) and PRINT.search(link):
            return link
    return ""


def next_page(marks: Marks, url: str) -> str:
    """The anchor to the page after this one of the same article: the same address but for a page number one higher."""
    stem, number = numbered(url)
    for each in marks.anchors:
        link = joined(url, each) if str(number + 1) in each else ""
        if link and numbered(link) == (stem, number + 1) and urlsplit(link).netloc == urlsplit(url).netloc:
            return link
    return ""


def numbered(url: str) -> tuple[str, int]:
    """An address without its page number, and that number; a first page has none and counts as 1."""
    address = url.split("#")[0]
    match = PAGE_NUMBER.search(address)
    if match is None:
        return without_ending(address), 1
    return without_ending(address[: match.start()] + address[match.end() :]), int(match[1])


def without_ending(address: str) -> str:
    """An address without its file ending or last slash."""
    return re.sub(r"(?:\.s?html?|\.aspx?|\.php|/)$", "", address)


def joined(url: str, link: str) -> str:
    """An absolute web address, or "" for one that is none."""
    try:
        absolute = urljoin(url, link.strip())
        return absolute if urlsplit(absolute).scheme in ("http", "https") else ""
    except ValueError:
        return ""
