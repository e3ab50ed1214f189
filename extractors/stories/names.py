"""Finds names that mean the same in English and Chinese: entities of config/entities.yaml, countries, Latin words."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind
from babel import Locale

from extractors.stories.fold import HAS_CJK, plain

CAPITALISED = re.compile(r"[A-Z][A-Za-z0-9]{2,}")
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]{2,}")
LONGEST_WORD = 40  # a longer run of letters is no name
SHORTEST = 2  # one character is no name


class Names:
    """Printed names with what they mean. Picklable: the automaton is built again where it arrives."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._meanings = {alias: meaning for alias, meaning in meanings.items() if len(alias) >= SHORTEST}
        self._build()

    def _build(self) -> None:
        self._aliases = list(self._meanings)
        self._automaton = AhoCorasick(self._aliases, matchkind=MatchKind.LeftmostLongest)

    def __getstate__(self) -> dict[str, Any]:
        return self._meanings

    def __setstate__(self, state: dict[str, str]) -> None:
        self._meanings = state
        self._build()

    def find(self, text: str) -> frozenset[str]:
        """What the names in a text mean; the text is in one width and one script, its case counts."""
        found = set()
        text = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate has no encoding
        for number, start, end in self._automaton.find_matches_as_indexes(text):
            alias = self._aliases[number]
            if HAS_CJK.match(alias) or stands_alone(text, start, end):
                found.add(self._meanings[alias])
        return frozenset(found)


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no letter or digit of ASCII touches the word."""
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return not any(character.isascii() and character.isalnum() for character in around)


def names_from(entities: Iterable[tuple[str, Iterable[str]]]) -> Names:
    """The names of these entities (id, aliases) and of all countries."""
    meanings = dict(countries())
    for entity_id, aliases in entities:
        meanings.update((plain(alias), f"e:{entity_id}") for alias in aliases)
    return Names(meanings)


@cache
def countries() -> Mapping[str, str]:
    """Countries by their English and Chinese names, from Unicode's CLDR."""
    found = {}
    for language in ("en", "zh"):
        for code, name in Locale(language).territories.items():
            if len(code) == SHORTEST:  # the numbers are continents
                found[plain(name)] = f"c:{code}"
    return found


def latin_of(text: str, chinese: bool) -> frozenset[str]:
    """Latin words of a Chinese text, capitalised words of an English one, in lower case."""
    words = (LATIN if chinese else CAPITALISED).findall(text)
    return frozenset(word.lower() for word in words if len(word) <= LONGEST_WORD)
