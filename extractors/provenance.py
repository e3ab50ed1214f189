"""How a text came about and where its proofs stand: the way chosen and its runners-up, what was cut, spans of words."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Choice:
    """Which way of finding the main text was taken, the others with their scores, best first, and the reason."""

    chosen: str = ""
    runners_up: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """Words cut from the text as boilerplate, and the rule that said so."""

    words: str
    why: str


class Span(NamedTuple):
    """Where a proof stands: offsets into the part it names, and the words found there. A tuple, since an article has
    dozens and a dataclass takes three times as long to make.

    `part` is title | subtitle | heading | text; `section_no` counts from 0 and is None for title and subtitle.
    """

    part: str
    section_no: int | None
    start_char: int
    end_char: int
    words: str


@dataclass(frozen=True, slots=True)
class StoredText:
    """What is stored of a page's article."""

    article_id: str
    title: str
    subtitle: str
    authors: tuple[str, ...]
    published_at: datetime | None
    text: str
