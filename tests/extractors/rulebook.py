"""The shipped rules, loaded once, and short ways to make an article and read its tags."""

from datetime import UTC, datetime
from functools import cache

from extractors.records import Article, Feed, JudgedArticle, Scope, Tags, text_to_sections
from extractors.tags.lexicon import Scan
from flows.home import shipped_config
from flows.rules import Rules, load_rules

TODAY = datetime(2026, 3, 1, 8, tzinfo=UTC)
CHINESE_OUTLET = Feed("zh", "https://kuaixun.example/", title="快讯", home="CN", scope=Scope.DOMESTIC, language="zh")


@cache
def rules() -> Rules:
    return load_rules(shipped_config().parent)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def article(title: str, text: str, feed: Feed | None = None, **more: object) -> Article:
    feed = feed or Feed("wire", "https://wire.example/", title="The Wire", publisher="wire.example")
    made = {
        "article_id": f"a-{title}",
        "entry_id": "e",
        "page_id": "p",
        "url": "https://wire.example/story",
        "feed": feed,
        "title": title,
        "sections": text_to_sections(text),
        "first_seen_at": TODAY,
        "published_at": TODAY,
        "language": "zh" if is_chinese(title + text) else "en",
    }
    return Article(**(made | more))  # type: ignore[arg-type]


def scan(title: str, text: str = "", feed: Feed | None = None) -> Scan:
    return rules().vocabulary.lexicon.scan(article(title, text, feed))


def tags(title: str, text: str, feed: Feed | None = None, **more: object) -> Tags:
    return rules().vocabulary.tags_of(article(title, text, feed, **more))


def verdict(title: str, text: str, feed: Feed | None = None) -> JudgedArticle:
    return rules().relevance.verdict(scan(title, text, feed))


def named(title: str, text: str = "", feed: Feed | None = None) -> set[str]:
    return {mention.entity_id for mention in tags(title, text, feed).mentions}
