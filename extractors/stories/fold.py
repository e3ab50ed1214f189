"""Turns a text as printed into the tokens that two copies of it agree on.

Folding takes away what a copy changes without changing a word: width, case, quotes, dashes, spaces, punctuation, and in
Chinese the script (traditional becomes simplified). A token is a word, a number or one Chinese character.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from sys import intern

from opencc import OpenCC

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
HAS_CJK = re.compile(f"[{CJK}]")
TOKEN = re.compile(rf"[{CJK}]|\d+(?:[.,]\d+)*|[^\W\d_{CJK}]+")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
GROUPED_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
# the capital first, so that the search leaps from one to the next: looking behind before it takes five times as long
NAME = re.compile(rf"[A-Z](?<!\w[A-Z])(?<![.!?:\"“”'‘’(\n] [A-Z])(?<![\n\"“‘(][A-Z])[^\W_{CJK}]*")
MARKUP = re.compile(r"<[^<>]{1,80}>|^#{1,6} ", re.MULTILINE)
SENTENCE_END = re.compile(r"(?<=[。！？!?])|(?<=[.!?][ \"”’])|\n+")
DROPPED = re.compile("['’‘ʼ`\u00ad\u200b\u200c\u200d\u2060\ufeff]")  # inside words: dont, coworkers
CHINESE_SHARE = 0.3  # of tokens; a Chinese text about GPT-4 has many Latin words, an English one few characters


@cache
def to_simplified() -> OpenCC:
    """The converter from traditional to simplified characters; loading it takes 10 ms, so once."""
    return OpenCC("t2s")


def plain(text: str) -> str:
    """The text in one width and one script, without markup; case and punctuation are kept."""
    text = DROPPED.sub("", unicodedata.normalize("NFKC", MARKUP.sub(" ", text)))
    return to_simplified().convert(text) if HAS_CJK.search(text) else text


def tokens_of(plain_text: str) -> list[str]:
    """Words in lower case, numbers without grouping commas, and Chinese characters, in order."""
    return [plain_number(token) if token[0].isdigit() else intern(token) for token in TOKEN.findall(plain_text.lower())]


def plain_number(number: str) -> str:
    """1,234.50 -> 1234.5, so that two ways of printing agree."""
    if "," in number and GROUPED_NUMBER.fullmatch(number):
        number = number.replace(",", "")
    if number.count(".") == 1 and "," not in number:
        number = number.rstrip("0").rstrip(".")
    return number or "0"


def numbers_of(tokens: Sequence[str]) -> frozenset[str]:
    """The different numbers of a text."""
    return frozenset(token for token in tokens if token[0].isdigit())


def names_of(plain_text: str) -> frozenset[str]:
    """Words with a capital where no sentence starts, in lower case; Chinese has no capitals, its Latin words count."""
    return frozenset(name.lower() for name in NAME.findall(plain_text) if len(name) > 1)


def sentences_of(plain_text: str) -> list[str]:
    """The text cut at sentence ends and line breaks; pieces without a word are left out."""
    return [piece.strip() for piece in SENTENCE_END.split(plain_text) if TOKEN.search(piece)]


def is_chinese(tokens: Sequence[str]) -> bool:
    """Whether a text is read by characters."""
    return len(HAS_CJK.findall("".join(tokens))) > CHINESE_SHARE * len(tokens)


def without_title(tokens: list[str], title: list[str]) -> list[str]:
    """A text whose first words repeat its title, without them: where it is printed twice is the outlet's habit."""
    return tokens[len(title) :] if title and tokens[: len(title)] == title else tokens
