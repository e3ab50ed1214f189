"""Says why a page is no article: another kind of file, a wall for robots, a stub that leads elsewhere, text by script."""

import json
import re
from collections.abc import Mapping, Sequence
from html import unescape

from extractors.articles.lines import Line
from extractors.records import Dropped, Reason

MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"BM", "BMP image"),
    (b"II*\0", "TIFF image"),
    (b"\0\0\x01\0", "icon"),
    (b"PK\x03\x04", "ZIP archive or Office document"),
    (b"\xd0\xcf\x11\xe0", "Office document"),
    (b"\x1f\x8b", "gzip archive"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"\x1aE\xdf\xa3", "WebM video"),
    (b"ID3", "MP3 audio"),
    (b"OggS", "Ogg audio or video"),
    (b"fLaC", "FLAC audio"),
    (b"{\\rtf", "RTF document"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
)
RIFF = {b"WEBP": "WebP image", b"AVI ": "AVI video", b"WAVE": "WAV audio"}
MP4_BRANDS = {b"avif": "AVIF image", b"heic": "HEIC image"}
OTHER_TYPES = re.compile(
    r"^\s*(image|video|audio|font)/|^\s*application/(pdf|zip|octet-stream|msword|vnd\.)", re.IGNORECASE
)
FEED = re.compile(r"<(rss|feed|rdf:RDF|urlset|sitemapindex|opml)\b", re.IGNORECASE)
PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", re.DOTALL)
SVG = re.compile(r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg\b", re.IGNORECASE)
TAG = re.compile(r"<[a-z!/?]", re.IGNORECASE)
HEAD_CHARS = 20_000
WALL_CHARS = 1_500  # a page that robots are stopped at says little else
WALL_TITLE = re.compile(
    r"<title[^>]*>\s*(just a moment|attention required|access denied|please wait|checking your browser|verify(ing)? you are human"
    r"|are you (a robot|human)|robot check|security check|ddos-guard|one more step|pardon our interruption|403 forbidden"
    r"|安全验证|访问验证|人机验证|百度安全验证|访问过于频繁|滑动验证)",
    re.IGNORECASE,
)
WALL_TEXT = re.compile(
    r"checking (if the site connection is secure|your browser before)|verify you are (a )?human"
    r"|enable javascript and cookies to continue|unusual traffic from your|complete the security check"
    r"|press (and|&) hold to confirm|solve (this|the) captcha|请完成(安全|人机)?验证"
    r"|请输入验证码|访问过于频繁|拖动滑块|向右滑动完成验证",
    re.IGNORECASE,
)
REFRESH = re.compile(
    r"<meta[^>]{0,100}http-equiv\s*=\s*[\"']?refresh[\"']?[^>]{0,300}?url\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE
)
SCRIPT_MOVE = re.compile(
    r"(?:window\.|document\.|top\.|self\.)?location(?:\.href)?\s*=\s*[\"']([^\"']+)|location\.replace\(\s*[\"']([^\"']+)"
)
FRAMESET = re.compile(r"<frameset\b", re.IGNORECASE)
NEEDS_SCRIPT = re.compile(
    r"__NEXT_DATA__|__NUXT__|__INITIAL_STATE__|data-reactroot|id=[\"']?(root|app|__next|__nuxt)[\"'>\s]"
    r"|(enable|requires|turn on|without|activate) javascript|javascript (is|seems to be) (required|disabled)"
    r"|请(开启|启用)\s?javascript",
    re.IGNORECASE,
)
LIST_LINES = 10
LIST_LINK_SHARE = 0.95
SCRIPT_NOTICE_CHARS = 400  # a page whose whole text is the wish for JavaScript
SCRIPT_NOTICE = re.compile(
    r"((please|you need to) (enable|turn on)|requires|must enable) javascript|请(开启|启用)\s?javascript"
    r"|app works best with javascript",
    re.IGNORECASE,
)


def other_file(body: bytes, headers: Mapping[str, str]) -> Dropped | None:
    """The refusal of bytes that are no text: by their first bytes, else by the declared type when they are no markup."""
    for magic, name in MAGIC:
        if body.startswith(magic):
            return Dropped(Reason.NOT_HTML, name)
    if body.startswith(b"RIFF"):
        return Dropped(Reason.NOT_HTML, RIFF.get(body[8:12], "RIFF media"))
    if body[4:8] == b"ftyp":
        return Dropped(Reason.NOT_HTML, MP4_BRANDS.get(body[8:12], "MP4 video"))
    declared = headers.get("content-type", "")
    if OTHER_TYPES.match(declared) and b"<" not in body[:1_000]:
        return Dropped(Reason.NOT_HTML, declared.split(";")[0].strip().lower())
    return None


def other_text(markup: str) -> Dropped | None:
    """The refusal of text that is no HTML page: JSON, a feed, an SVG image, plain text."""
    if match := FEED.match(without_prologue(markup[:HEAD_CHARS])):
        return Dropped(Reason.NOT_HTML, f"a feed or sitemap ({match[1].lower()})")
    if SVG.match(markup[:HEAD_CHARS]):
        return Dropped(Reason.NOT_HTML, "SVG image")
    if markup.lstrip()[:1] in ("{", "[") and is_json(markup):
        return Dropped(Reason.NOT_HTML, "JSON")
    if not TAG.search(markup):
        return Dropped(Reason.NOT_HTML, "plain text")
    return None


def without_prologue(head: str) -> str:
    """The beginning of a text behind its declaration and comments, each looked at once: a hundred comments are no trap."""
    at = 0
    while match := PROLOGUE.match(head, at):
        at = match.end()
    return head[at:].lstrip()


def is_json(text: str) -> bool:
    """Whether a text is one JSON value."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def wall_or_stub(markup: str, text: str) -> Dropped | None:
    """The refusal of a page whose little text is a wall for robots or the wish for JavaScript; None for an article."""
    if len(text) < WALL_CHARS and (WALL_TITLE.search(markup[:HEAD_CHARS]) or WALL_TEXT.search(text)):
        return Dropped(Reason.BOT_WALL, "the site asks for a browser")
    if len(text) < SCRIPT_NOTICE_CHARS and SCRIPT_NOTICE.search(text):
        return Dropped(Reason.NEEDS_SCRIPT, "the text comes by script")
    return None


def list_page(lines: Sequence[Line]) -> Dropped | None:
    """The refusal of a page that is nothing but headlines to click."""
    chars, link_chars = sum(len(line.text) for line in lines), sum(line.link_chars for line in lines)
    if len(lines) >= LIST_LINES and link_chars >= LIST_LINK_SHARE * chars:
        return Dropped(Reason.LIST_PAGE, f"{len(lines)} lines, all of them links")
    return None


def no_article(markup: str, text: str) -> Dropped:
    """Why a page without enough text is no article."""
    head = markup[:HEAD_CHARS]
    if WALL_TITLE.search(head) or WALL_TEXT.search(head):
        return Dropped(Reason.BOT_WALL, "the site asks for a browser")
    if match := REFRESH.search(head) or SCRIPT_MOVE.search(head):
        target = next(unescape(group) for group in match.groups() if group)
        return Dropped(Reason.REDIRECT_STUB, f"the page only leads to {target[:500]}")
    if FRAMESET.search(head):
        return Dropped(Reason.NO_TEXT, "a frameset: the text is in other pages")
    if NEEDS_SCRIPT.search(markup):
        return Dropped(Reason.NEEDS_SCRIPT, "the text comes by script")
    return Dropped(Reason.TOO_SHORT if text else Reason.NO_TEXT, f"{len(text)} characters")
