"""Cuts a digest of unrelated items into the items, so that each is judged and counted by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractors.records import Article, Section
from extractors.urls import article_id

LEAST_ITEMS = 3
TITLE_CHARS = 80
ITEM_CHARS = 12  # a shorter piece is a leftover, not an item
HEADING_LINE = re.compile(r"^## +(?P<title>.+)$", re.MULTILINE)
BRACKET_LINE = re.compile(r"^\s*(?:\d{1,2}[.、)]\s*)?【(?P<title>[^】]{4,80})】", re.MULTILINE)
NUMBER_LINE = re.compile(
    r"^\s*(?:\d{1,2}\s*[.、))]|[①-⑳]|[一二三四五六七八九十]{1,2}、|[▲■●◆►▪•·]\s?)\s*(?P<title>[^\n]{6,})$", re.MULTILINE
)
SENTENCE = re.compile(r"^.*?(?:[。！？!?;；]|\.(?=\s|$)|$)")


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its character offsets in the digest's text, and the item as an article of its own."""

    start: int
    end: int
    article: Article


def items_in(article: Article) -> list[Item]:
    """The items of an article that is laid out as a digest, in order; whether it is one is for the caller to say."""
    text = article.text
    for pattern in (BRACKET_LINE, HEADING_LINE, NUMBER_LINE):
        starts = list(pattern.finditer(text))
        if len(starts) >= LEAST_ITEMS:
            return list(cut(article, text, starts))
    return []


def cut(article: Article, text: str, starts: list[re.Match[str]]) -> Iterator[Item]:
    """From each start to the next one."""
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for number, (match, end) in enumerate(zip(starts, ends, strict=True)):
        words = text[match.start() : end].strip()
        if len(words) >= ITEM_CHARS:
            start = match.start() + text[match.start() : end].index(words[0])
            yield Item(
                start, start + len(words), item_article(article, number, match["title"], text[match.end() : end])
            )


def item_article(article: Article, number: int, title: str, rest: str) -> Article:
    """One item as an article whose parent is the digest."""
    title = title.strip()
    headline = SENTENCE.match(title)
    short = (headline[0] if headline and headline[0] else title)[:TITLE_CHARS]
    body = rest.strip() if short == title else f"{title}\n{rest.strip()}".strip()
    return replace(
        article,
        article_id=article_id(article.url or article.article_id, number),
        parent_article_id=article.article_id,
        title=short,
        subtitle="",
        sections=(Section("", body.replace("## ", "")),),
    )
