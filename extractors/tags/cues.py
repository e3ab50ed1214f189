"""Framing words, counted: opportunity, challenge, threat, dilemma. Cues only; no label and no stance is claimed."""

import re

from extractors.records import Cue
from extractors.tags.lexicon import Scan

WORDS = {
    "opportunity": r"\b(opportunit(?:y|ies)|promising|boost(?:s|ed)?|potential(?:ly)?)\b|机遇|機遇|机会|機會|红利|潜力",
    "challenge": r"\b(challeng(?:e|es|ed|ing)|difficult(?:y|ies)?|hurdles?|obstacles?|concerns?)\b|挑战|挑戰|困难|困難|瓶颈|难题",
    "threat": r"\b(threat(?:s|en|ens|ened|ening)?|dangers?|dangerous|risks?|menace)\b|威胁|威脅|危险|风险|風險|隐患",
    "dilemma": r"\b(dilemmas?|trade-?offs?|double-edged|tension between|balancing)\b|两难|兩難|困境|双刃剑|权衡",
}
PATTERNS = {cue: re.compile(words, re.IGNORECASE) for cue, words in WORDS.items()}
MAX_SPANS = 20


def cues_of(scan: Scan) -> tuple[Cue, ...]:
    """Each framing word class that occurs, with count and places."""
    found = []
    for cue, pattern in PATTERNS.items():
        matches = list(pattern.finditer(scan.text))
        if matches:
            found.append(Cue(cue, len(matches), tuple(scan.span(*match.span()) for match in matches[:MAX_SPANS])))
    return tuple(found)
