"""Lays two texts side by side, sentence by sentence: what the later one kept, dropped, added and reworded."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.stories.amounts import amounts_of
from extractors.stories.fingerprints import shingles_of
from extractors.stories.fold import is_chinese, plain, sentences_of, tokens_of

KEPT_SHARE = 0.8  # of a sentence's shingles that stand in the other text: it was kept
REWORDED_SHARE = 0.3  # of its words that one sentence of the other has: it was reworded


@dataclass(frozen=True, slots=True)
class Alignment:
    """Passages as printed, folded to one width and script. `kept_share` of the earlier text's sentences, 0 to 1."""

    kept_share: float
    dropped: tuple[str, ...]
    added: tuple[str, ...]
    reworded: tuple[tuple[str, str], ...]  # earlier sentence, later sentence


def align(earlier: str, later: str) -> Alignment:
    """What became of each sentence. Linear in the length of the texts but for rare words that many sentences share."""
    before, after = sentences_of(plain(earlier)), sentences_of(plain(later))
    gone, new = missing_from(before, after), missing_from(after, before)
    pairs = reworded(gone, new)
    old_sides, new_sides = {old for old, _ in pairs}, {new for _, new in pairs}
    return Alignment(
        kept_share=round(1 - len(gone) / len(before), 3) if before else 1.0,
        dropped=tuple(sentence for sentence in gone if sentence not in old_sides),
        added=tuple(sentence for sentence in new if sentence not in new_sides),
        reworded=tuple(pairs),
    )


def amounts_shared(one: str, other: str) -> tuple[str, ...]:
    """Amounts (310,000,000) and days (month-day) that both texts give, in whichever language."""
    both = [amounts_of(words, is_chinese(tokens_of(words))) for words in (plain(one), plain(other))]
    return tuple(sorted(f"{float(amount):,.0f}" if "e" in amount else amount for amount in both[0] & both[1]))


def missing_from(sentences: Sequence[str], others: Sequence[str]) -> list[str]:
    """Sentences of which the other text has too little, each once."""
    stock = {shingle for other in others for shingle in shingles_in(other)}
    return [
        sentence
        for sentence in dict.fromkeys(sentences)
        if len((own := shingles_in(sentence)) & stock) < KEPT_SHARE * len(own)
    ]


def shingles_in(sentence: str) -> set[str]:
    """The shingles of a sentence; of a very short one its words."""
    tokens = tokens_of(sentence)
    return set(shingles_of(tokens, is_chinese(tokens))) or set(tokens)


def reworded(gone: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Sentences that went, each with the one that took its place, when they share enough words."""
    holders: dict[str, list[int]] = defaultdict(list)
    words = [set(tokens_of(sentence)) for sentence in new]
    for number, own in enumerate(words):
        for word in own:
            holders[word].append(number)
    pairs, taken = [], set[int]()
    for sentence in gone:
        own = set(tokens_of(sentence))
        shared: dict[int, int] = defaultdict(int)
        for word in own:
            for number in holders.get(word, ()):
                shared[number] += number not in taken
        best = max(shared, key=lambda number: (shared[number] / len(own | words[number]), -number), default=None)
        if best is not None and shared[best] >= REWORDED_SHARE * len(own | words[best]):
            taken.add(best)
            pairs.append((sentence, new[best]))
    return pairs
