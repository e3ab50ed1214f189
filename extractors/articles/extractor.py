"""Turns an archived page, with what its feed said, into an article."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from extractors.articles.reading import VERSION, ExtractedPage, read_page
from extractors.records import Article, Dropped, Entry, Page, Reason
from extractors.urls import article_id, canonical_url

TEXT_BYTES = 150_000  # 24,000 words: a book is no article, and DuckDB handles 2,048 texts at once in its 640 MB
TITLE_CHARS = 2_000
SAME_DAY = timedelta(hours=36)  # a page's bare day and a feed's moment may differ by a zone


@dataclass(frozen=True, slots=True)
class Extractor:
    """Picklable, without state."""

    version: str = VERSION

    def extract(self, page: Page) -> Article | Dropped:
        """The article of a page, or why it is none. What the page leaves out is taken from the feed's entry."""
        url = page.fetch.final_url or page.fetch.url
        read = read_page(page.body, url, page.headers)
        if isinstance(read, Dropped):
            return read
        article = self._article(page, read, url)
        size = len(article.text.encode("utf-8", "replace"))
        if size > TEXT_BYTES:
            return Dropped(Reason.TOO_BIG, f"a text of {size} bytes, more than an article has ({TEXT_BYTES})")
        return article

    def _article(self, page: Page, read: ExtractedPage, url: str) -> Article:
        entry = page.entry
        published_at, published_from = published(read, entry)
        return Article(
            article_id=article_id(entry.url or canonical_url(url)),
            entry_id=entry.entry_id,
            page_id=page.fetch.page_id,
            url=entry.url or canonical_url(url),
            feed=page.feed,
            title=(read.title or entry.title)[:TITLE_CHARS],
            sections=read.sections,
            first_seen_at=entry.first_seen_at,
            subtitle=read.subtitle[:TITLE_CHARS],
            section=read.section or entry.section,
            authors=read.authors or entry.authors,
            published_at=published_at,
            published_from=published_from,
            language=read.language or page.feed.language.split("-")[0],
            script=read.script,
            extractor=self.version,
            tdm_reserved=page.fetch.tdm_reserved,
            linked_names=read.linked_names,
            removed=read.removed,
            choice=read.choice,
            variants=read.variants,
            updated_at=read.updated_at.astimezone(UTC) if read.updated_at else None,
            origins={**read.origins, "published_at": published_from},
        )


def published(read: ExtractedPage, entry: Entry) -> tuple[datetime, str]:
    """When the article was published, and where that came from.

    A feed's date is a moment and wins over a page's bare day near it; the page's own moment wins over a feed that gave
    none. Pages are later than they should be more often than feeds: they print when they were changed.
    """
    dated = entry.published_from not in ("first_seen", "") and entry.published_at is not None
    moment = entry.published_at or entry.first_seen_at
    if dated:
        return moment, "feed"
    if read.published_at is not None and read.published_at <= entry.first_seen_at + SAME_DAY:
        return read.published_at.astimezone(UTC), read.published_from
    return moment, "first_seen"
