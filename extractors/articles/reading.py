"""Turns the bytes of any page into its main text and metadata, or the reason why there is none. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import trafilatura
from lxml import etree, html

from extractors.articles.candidates import best_lines
from extractors.articles.lines import Line, fold, lines_of, without_false_asides
from extractors.articles.marks import Marks, depth_of, marks_of
from extractors.articles.metadata import Metadata, metadata_of, script_of
from extractors.articles.pruning import cut_code, prune, reveal
from extractors.articles.refusals import list_page, no_article, other_file, other_text, wall_or_stub
from extractors.articles.tail import is_byline, without_tail
from extractors.articles.variants import variants_of
from extractors.decode import decode, header_charset
from extractors.records import Choice, Dropped, Reason, Removed, Section

VERSION = f"trafilatura-{trafilatura.__version__}+6"
PAGE_CHARS = 5_000_000
MOST_TAGS = 300_000  # no article has a tenth of it
MAX_DEPTH = 2_000
SHOWN_CHARS = 1_000  # to readers without script; less asks them to switch it on
LITTLE_CHARS = 500  # of plain text on a page: perhaps it hides the rest
SHORTEST_CHARS = {"zh": 40, "ja": 40}
SHORTEST_LATIN_CHARS = 80
WITHOUT_TEXT = (Reason.NO_TEXT, Reason.TOO_SHORT, Reason.NEEDS_SCRIPT)
NOSCRIPT = re.compile(r"</?noscript\b[^>]*>", re.IGNORECASE)
META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """An article as its page gives it; `published_from` is structured | meta | text | url | "". Times keep the page's zone.

    `origins` says of each value where it was read, `choice` how the main text was found, `variants` gives the addresses of
    other forms of the article by kind.
    """

    title: str
    subtitle: str
    authors: tuple[str, ...]
    section: str
    published_at: datetime | None
    published_from: str
    language: str
    script: str
    sections: tuple[Section, ...]
    linked_names: tuple[str, ...]
    removed: tuple[Removed, ...]
    choice: Choice
    updated_at: datetime | None
    origins: Mapping[str, str]
    variants: Mapping[str, str]


def read_page(body: bytes, url: str, headers: Mapping[str, str]) -> ExtractedPage | Dropped:
    """The article in a page's bytes; Dropped with the true reason for what is no article."""
    markup = markup_of(body, headers)
    if isinstance(markup, Dropped):
        return markup
    read = read_markup(markup, url)
    if isinstance(read, Dropped) and read.reason in WITHOUT_TEXT:
        return read_without_script(markup, url) or read
    return read


def read_without_script(markup: str, url: str) -> ExtractedPage | None:
    """The article that a page without other text shows to readers without script: `noscript` around all, or never closed."""
    shown = NOSCRIPT.sub("", markup)
    read = read_markup(shown, url) if shown != markup else None
    if not isinstance(read, ExtractedPage) or sum(len(section.text) for section in read.sections) < SHOWN_CHARS:
        return None
    return read


def read_markup(markup: str, url: str) -> ExtractedPage | Dropped:
    """The same for a page as text."""
    tree = tree_of(markup)
    if tree is None:
        return Dropped(Reason.NO_TEXT, "nothing of HTML in the page")
    marks = marks_of(tree)
    if marks.elements > MAX_DEPTH and depth_of(tree) > MAX_DEPTH:
        return Dropped(Reason.TOO_DEEP, f"elements nested more than {MAX_DEPTH} deep")
    cut_code(tree)
    page_lines = without_false_asides(lines_of(tree))
    if sum(line.plain_chars for line in page_lines) < LITTLE_CHARS and reveal(tree):
        page_lines = without_false_asides(lines_of(tree))
    metadata = metadata_of(marks, tree, url, page_lines)
    prune(tree)
    lines, removed, choice = main_lines(tree, markup, page_lines, metadata, marks)
    text = "\n".join(line.text for line in lines)
    language, script = script_of(text, metadata.language)
    if len(text) < SHORTEST_CHARS.get(language, SHORTEST_LATIN_CHARS):
        return no_article(markup, text)
    if refused := wall_or_stub(markup, text) or list_page(lines):
        return refused
    sections = sections_of(lines)
    return ExtractedPage(
        title=metadata.title,
        subtitle=metadata.subtitle,
        authors=metadata.authors,
        section=metadata.section,
        published_at=metadata.published_at,
        published_from=metadata.published_from,
        language=language,
        script=script,
        sections=sections,
        linked_names=linked_names(page_lines, text),
        removed=removed,
        choice=choice,
        updated_at=metadata.updated_at,
        origins=metadata.origins,
        variants=variants_of(marks, url),
    )


def markup_of(body: bytes, headers: Mapping[str, str]) -> str | Dropped:
    """The page as text, or why it is none."""
    if not body.strip():
        return Dropped(Reason.NO_TEXT, "the page is empty")
    if refused := other_file(body, headers):
        return refused
    match = META_CHARSET.search(body[:4_096])
    declared = [match[1].decode("ascii")] if match else []
    markup = decode(body, [*header_charset(headers.get("content-type", "")), *declared])
    if len(markup) > PAGE_CHARS:
        return Dropped(Reason.TOO_BIG, f"{len(markup)} characters")
    tags = markup.count("<")
    if tags > MOST_TAGS:
        return Dropped(Reason.TOO_BIG, f"{tags} tags")
    markup = markup.replace("\0", "")
    return other_text(markup) or markup


def tree_of(markup: str) -> Any:
    """The page parsed, or None. Given as bytes with the charset named, since lxml refuses text that declares one.

    Its own parser: the one of lxml.html asks a Python function for the class of every element it hands out.
    """
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement, entity=html.HtmlEntity))
    try:
        tree = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return tree if isinstance(tree, html.HtmlElement) else None


def main_lines(
    tree: Any, markup: str, page_lines: Sequence[Line], metadata: Metadata, marks: Marks
) -> tuple[list[Line], tuple[Removed, ...], Choice]:
    """The lines of the main text: without headline, second title, byline and boilerplate, which is told; and their way."""
    known = {fold(metadata.title), fold(metadata.subtitle), fold(metadata.full_title)}

    def cleaned(lines: Sequence[Line]) -> tuple[list[Line], tuple[Removed, ...]]:
        kept = [line for line in lines if line.key not in known and not is_byline(line.text, metadata.authors)]
        return without_tail(kept)

    found, choice = best_lines(
        tree,
        markup,
        page_lines,
        lambda lines: cleaned(lines)[0],
        is_chinese=metadata.written_in == "zh",
        is_huge=marks.is_huge,
    )
    return *cleaned(found), choice


def linked_names(page_lines: Sequence[Line], text: str) -> tuple[str, ...]:
    """Texts of the page's links that stand in the main text."""
    names = dict.fromkeys(name for line in page_lines if line.links and not line.aside for name in line.links)
    return tuple(name for name in names if name in text)


def sections_of(lines: Sequence[Line]) -> tuple[Section, ...]:
    """Lines under their headings; section 0 is what stands before the first one, it may be empty."""
    heading, texts, sections = "", list[str](), list[Section]()
    for line in lines:
        if line.level:
            sections.append(Section(heading, "\n".join(texts)))
            heading, texts = line.text, []
        else:
            texts.append(f"- {line.text}" if line.is_item else line.text)
    sections.append(Section(heading, "\n".join(texts)))
    return tuple(section for number, section in enumerate(sections) if number == 0 or section.text or section.heading)
