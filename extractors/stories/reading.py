"""Reads a text the way comparisons need it: tokens, shingles, numbers, names, and the terms that tell events apart."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from threading import Lock

from cachetools import LRUCache, cached

from extractors.records import Fingerprint
from extractors.stories.amounts import WORDS, amounts_of
from extractors.stories.fingerprints import shingles_of, sketch_of, stable_hash, text_sha256
from extractors.stories.fold import is_chinese, names_of, numbers_of, plain, tokens_of
from extractors.stories.names import Names, latin_of

HEAD_TOKENS = 60
EVENT_TOKENS = 2_000  # an event is told in the first pages; a book does not get longer to compare
LEAD, TITLE, NAME, NUMBER = 0.5, 2.0, 1.5, 2.5  # weights of a term by where and what it is; see docs/choices.md
MOST_TELLING = 64
MOST_ANCHORS = 200
CHINESE_SIZE = 5
MARKS = {chinese: stable_hash(f"chinese: {chinese}") for chinese in (False, True)}  # a term of every article
NUMBER_WORDS = {word: str(value) for word, value in WORDS.items() if 0 < value <= 20}


@dataclass(frozen=True)
class Reading:
    """A text as the comparison sees it. `words` are title and text in one width and one script."""

    title: tuple[str, ...]
    tokens: tuple[str, ...]
    names: frozenset[str]
    words: str
    known: Names

    @cached_property
    def chinese(self) -> bool:
        """Whether it is compared by characters."""
        return is_chinese(self.tokens or self.title)

    @property
    def size(self) -> int:
        """What it takes to keep, in English characters."""
        return len(self.words) * (CHINESE_SIZE if self.chinese else 1)

    @cached_property
    def shingles(self) -> frozenset[str]:
        """Its different shingles."""
        return frozenset(shingles_of(self.tokens, self.chinese)) or frozenset(self.tokens)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its different numbers."""
        return numbers_of(self.tokens)

    @cached_property
    def long_numbers(self) -> frozenset[str]:
        """Those of two digits and more."""
        return frozenset(number for number in self.numbers if len(number) > 1)

    @cached_property
    def title_numbers(self) -> frozenset[str]:
        """The different numbers of its title."""
        return numbers_of(self.title)

    @cached_property
    def head(self) -> frozenset[str]:
        """The different tokens of its first sentences."""
        return frozenset(self.tokens[:HEAD_TOKENS])

    @cached_property
    def title_shingles(self) -> frozenset[str]:
        """Of the title: pairs of characters in Chinese, words otherwise."""
        return frozenset(grams(self.title, self.chinese)) or frozenset(self.title)

    @property
    def weights(self) -> dict[str, float]:
        """Words, in Chinese pairs of characters, with how much each says before its rarity is known.

        Numbers count most (23 pirates are not 26 pirates), then names, the title, and the first sentences.
        """
        text, title = event_grams(self.tokens[:EVENT_TOKENS], self.chinese), event_grams(self.title, self.chinese)
        counts = Counter(term for term in text if len(term) > 1 or term.isdigit())
        weights = {term: 1 + math.log(count) for term, count in counts.items()}
        for term in set(text[:HEAD_TOKENS]) & weights.keys():
            weights[term] += LEAD
        for term in set(title):
            weights[term] = weights.get(term, 0.0) + TITLE
        return {term: weight * self._kind_weight(term) for term, weight in weights.items()}

    def _kind_weight(self, term: str) -> float:
        return (NAME if term in self.names else 1.0) * (NUMBER if term[0].isdigit() else 1.0)

    @cached_property
    def terms(self) -> dict[int, float]:
        """The same by hash."""
        return {stable_hash(term): weight for term, weight in self.weights.items()}

    @property
    def anchor_words(self) -> tuple[str, ...]:
        """What reads the same in English and Chinese: amounts (n:), days, Latin words (l:), known names by their id."""
        words = self.words[: EVENT_TOKENS * 6]
        found = [f"n:{amount}" for amount in amounts_of(words, self.chinese)]
        found += [f"l:{word}" for word in latin_of(words, self.chinese)]
        found += self.known.find(words)
        return tuple(sorted(found)[:MOST_ANCHORS])

    @cached_property
    def anchors(self) -> frozenset[int]:
        """The same by hash."""
        return frozenset(stable_hash(anchor) for anchor in self.anchor_words)

    @cached_property
    def counted(self) -> frozenset[int]:
        """Hashes whose rarity is counted: terms, anchors, and the mark of its way of reading."""
        return frozenset({MARKS[self.chinese], *self.terms, *self.anchors})

    @cached_property
    def telling(self) -> tuple[int, ...]:
        """Hashes that find articles on the same event: anchors, words of the title, names, numbers."""
        title = [term for term in event_grams(self.title, self.chinese) if self.chinese or len(term) > 3]
        words = dict.fromkeys([*title, *sorted(self.names), *sorted(self.long_numbers)])
        own = [stable_hash(term) for term in words][:MOST_TELLING]
        return tuple(sorted({*own, *sorted(self.anchors)[:MOST_TELLING]}))

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """Hash, sketch, and the hashes of terms."""
        sketch = sketch_of(shingles_of(self.tokens, self.chinese))
        return Fingerprint(text_sha256(self.tokens), sketch, tuple(sorted(self.counted)), self.telling)


def grams(tokens: Sequence[str], chinese: bool) -> list[str]:
    """Pairs of characters in Chinese, words otherwise."""
    return [f"{a}{b}" for a, b in pairwise(tokens)] if chinese else list(tokens)


def event_grams(tokens: Sequence[str], chinese: bool) -> list[str]:
    """The same with numbers in digits."""
    return grams(tokens, chinese) if chinese else [NUMBER_WORDS.get(token, token) for token in tokens]


def key_of(title: str, text: str, known: Names) -> tuple[str, str, int]:
    """What a reading depends on."""
    return title, text, id(known)


# an English character takes 43 bytes, a Chinese one, which is a token, five times that: 260 MB, a batch with its candidates,
# which come again
@cached(LRUCache(maxsize=6_000_000, getsizeof=lambda reading: reading.size), key=key_of, lock=Lock())
def read(title: str, text: str, known: Names) -> Reading:
    """Fold a text for comparison; headings count as text. The last ones read are kept."""
    folded, folded_title = plain(text), plain(title)
    words = f"{folded_title}\n{folded}"
    return Reading(tuple(tokens_of(folded_title)), tuple(tokens_of(folded)), names_of(folded), words, known)
