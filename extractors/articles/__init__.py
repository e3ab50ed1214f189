"""Turns a page into an article: main text in sections, and what the page says of itself."""

from extractors.articles.extractor import Extractor
from extractors.articles.reading import ExtractedPage, read_page

__all__ = ["ExtractedPage", "Extractor", "read_page"]
