"""Framing words, counted: opportunity, challenge, threat, dilemma. Cues only; no label and no stance is claimed."""

from collections import defaultdict

from extractors.records import Cue
from extractors.tags.lexicon import Hit, Scan

MAX_SPANS = 20


def cues_of(scan: Scan) -> tuple[Cue, ...]:
    """Each framing word class that occurs, with count and places."""
    found: dict[str, list[Hit]] = defaultdict(list)
    for hit in scan.of_kind("cue"):
        found[hit.key].append(hit)
    return tuple(
        Cue(cue, len(hits), tuple(scan.span(hit.start, hit.end) for hit in hits[:MAX_SPANS]))
        for cue, hits in sorted(found.items())
    )
