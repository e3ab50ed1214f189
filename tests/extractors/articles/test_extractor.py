"""From a page with its entry to an article, or to why there is none."""

from extractors.articles import Extractor
from extractors.records import Article, Dropped, Reason
from tests.warehouse.builders import page, waiting


def paragraphs(count: int) -> bytes:
    return b"".join(
        b"<p>Sentence %d of a long report, that says one thing after the other.</p>" % n for n in range(count)
    )


def test_what_the_page_leaves_out_comes_from_the_entry() -> None:
    entry = waiting("one")
    article = Extractor().extract(page(entry, b"<article>" + paragraphs(20) + b"</article>"))
    assert isinstance(article, Article)
    assert article.title == entry.entry.title
    assert article.entry_id == entry.entry.entry_id


def test_a_long_report_is_an_article_and_a_book_is_none() -> None:
    long = Extractor().extract(page(waiting("long"), paragraphs(1_500)))
    assert isinstance(long, Article)
    assert long.text.count("Sentence") == 1_500
    book = Extractor().extract(page(waiting("book"), paragraphs(5_000)))
    assert isinstance(book, Dropped)
    assert book.reason is Reason.TOO_BIG
    assert "more than an article has" in book.detail


def test_the_words_of_headings_count_too_and_a_title_has_an_end() -> None:
    headed = b"".join(
        b"<h2>Heading %d of very many that together are a book of their own</h2><p>Sentence %d says little.</p>"
        % (n, n)
        for n in range(2_500)
    )
    book = Extractor().extract(page(waiting("book"), headed))
    assert isinstance(book, Dropped)
    assert book.reason is Reason.TOO_BIG
    endless = b"<title>" + b"word " * 80_000 + b"</title>" + paragraphs(20)
    article = Extractor().extract(page(waiting("endless"), endless))
    assert isinstance(article, Article)
    assert len(article.title) <= 2_000
