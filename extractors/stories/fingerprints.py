"""Turns a text into what finds it again: the hash of its folded words, and a sketch of its shingles."""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

SHINGLE_WORDS = 2
SHINGLE_CHARACTERS = 3
SPARSE = 16  # one shingle in 16 is kept: 42 rows an article, recall of candidates .976 / .99 (measured on real copies)
DENSE = 8  # one in 8 of the head, those of SPARSE among them: 1 in 16 misses short teasers
HEAD_TOKENS = 160  # what a teaser holds; the head of a long text is sketched like a short one, so that they meet


def shingles_of(tokens: Sequence[str], chinese: bool) -> list[str]:
    """Runs of 2 words, in Chinese of 3 characters, in order."""
    if chinese:
        return [f"{a} {b} {c}" for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False)]
    return [f"{a} {b}" for a, b in pairwise(tokens)]


def text_sha256(tokens: Iterable[str]) -> str:
    """Hash of the words alone: equal when two texts differ in punctuation, width, case, spaces or script only."""
    return hashlib.sha256(" ".join(tokens).encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=65_536)
def stable_hash(words: str) -> int:
    """The same signed 64-bit number for the same words on every machine; fits a BIGINT."""
    digest = hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def sketch_of(shingles: Sequence[str]) -> tuple[int, ...]:
    """Hashes of a fixed share of the shingles: two texts that share shingles share the same part of them.

    A cheap checksum chooses (it is the same for the same shingle), a 64-bit hash names what was chosen. Broder 1997
    calls this a modulo sketch; against MinHash bands it needs two thirds of the rows for the same recall.
    """
    kept = {
        shingle
        for number, shingle in enumerate(shingles)
        if zlib.crc32(shingle.encode("utf-8", "surrogatepass")) % (DENSE if number < HEAD_TOKENS else SPARSE) == 0
    }
    return tuple(sorted(stable_hash(shingle) for shingle in kept))
