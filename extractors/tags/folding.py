"""Folds a text for matching, character by character, so that every offset stays what it was.

Full width becomes half width, traditional becomes simplified, upper case becomes lower case.
"""

from functools import cache

from opencc import OpenCC

CJK = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00))
FULL_WIDTH = range(0xFF01, 0xFF5F)
FULL_TO_HALF = 0xFEE0
SURROGATES = range(0xD800, 0xE000)
BASIC_PLANE = 0x10000  # nothing beyond it is folded


@cache
def folding_table() -> dict[int, int]:
    """Code point to code point, one to one. Built in some 30 ms, once per process."""
    table = {code: code - FULL_TO_HALF for code in FULL_WIDTH} | {0x3000: 0x20, 0x2018: 0x27, 0x2019: 0x27}
    characters = [chr(code) for block in CJK for code in block]
    simplified = OpenCC("t2s").convert("\n".join(characters)).split("\n")  # apart, so that no phrase rule joins them
    table |= {ord(a): ord(b) for a, b in zip(characters, simplified, strict=True) if a != b and len(b) == 1}
    for code in range(0x41, 0x2C00):
        lower = chr(table.get(code, code)).lower()
        if len(lower) == 1 and ord(lower) != code:
            table[code] = ord(lower)
    for code in FULL_WIDTH:
        table[code] = ord(chr(code - FULL_TO_HALF).lower())
    table |= dict.fromkeys(SURROGATES, 0xFFFD)  # half a character cannot be encoded, and the automaton encodes
    return table


@cache
def folded_characters() -> str:
    """The same for the first 65,536 code points, as their characters: looking one up that is missing from a mapping would
    raise an error inside, which takes longer than all the rest."""
    table = folding_table()
    return "".join(chr(table.get(code, code)) for code in range(BASIC_PLANE))


def fold(text: str) -> str:
    """The folded text; as long as the text itself."""
    return text.translate(folded_characters())


@cache
def fold_word(word: str) -> str:
    """The same for the words of the rules, which come again and again."""
    return fold(word)
