"""Quoted words of two words or more, with the nearest named speaker and the verb."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from extractors.records import Quote
from extractors.tags.files import Entity
from extractors.tags.lexicon import Hit, Scan

QUOTED = re.compile(  # one class of characters to begin with, so that all others are skipped at once
    r"[“\"「](?:(?<!「)(?P<words>[^“”\"\n]{3,600})[”\"]|(?<=「)(?P<corner>[^「」\n]{4,600})」)"
)
VERB = re.compile(
    r"\b(said|says|told|wrote|added|argued|warned|noted|called|described|describes|announced|"
    r"according to|explained|posted)\b|(表示|指出|称|稱|说|說|强调|強調|认为|認為|写道|透露|坦言|介绍)"
)
SPEAKERS = ("person", "company", "agency", "organisation", "lab", "media")
NEAR_CHARS = 160
SHORTEST_WORDS, SHORTEST_CHARS = 2, 4


def quotes_of(scan: Scan, entities: Mapping[str, Entity]) -> tuple[Quote, ...]:
    """Quotations in order; a single quoted word is emphasis, not speech."""
    speakers = [hit for hit in scan.hits if hit.kind == "entity" and entities[hit.key].type in SPEAKERS]
    quotes = []
    for match in QUOTED.finditer(scan.text):
        name = "words" if match["words"] else "corner"
        words, (start, end) = match[name], match.span(name)
        if is_speech(words):
            verb = verb_near(scan.text, match.start(), match.end())
            speaker = nearest(speakers, match.start(), match.end()) if verb else None
            quotes.append(Quote(words, entities[speaker.key].name if speaker else "", verb, scan.span(start, end)))
    return tuple(quotes)


def is_speech(words: str) -> bool:
    """Two words or more; in Chinese four characters or more."""
    chinese = sum(1 for char in words if "\u4e00" <= char <= "\u9fff")
    return chinese >= SHORTEST_CHARS or len(words.split()) >= SHORTEST_WORDS


def verb_near(text: str, start: int, end: int) -> str:
    """The verb of saying nearest to the quotation, in its own line; "" when there is none."""
    before = text[max(0, start - NEAR_CHARS) : start].rsplit("\n", 1)[-1]
    after = text[end : end + NEAR_CHARS].split("\n", 1)[0]
    behind = list(VERB.finditer(after))
    ahead = list(VERB.finditer(before))
    if ahead and (not behind or len(before) - ahead[-1].end() <= behind[0].start()):
        return ahead[-1][0]
    return behind[0][0] if behind else ""


def nearest(speakers: list[Hit], start: int, end: int) -> Hit | None:
    """The named speaker nearest to the quotation, within reach and outside it; `speakers` are in order."""
    before = bisect_right(speakers, start, key=lambda hit: hit.end) - 1
    behind = bisect_left(speakers, end, key=lambda hit: hit.start)
    near = [(start - hit.end, hit.start, hit) for hit in speakers[max(0, before) : before + 1]]
    near += [(hit.start - end, hit.start, hit) for hit in speakers[behind : behind + 1]]
    distance, _, hit = min(near, default=(NEAR_CHARS + 1, 0, None), key=lambda item: item[:2])
    return hit if distance <= NEAR_CHARS else None
