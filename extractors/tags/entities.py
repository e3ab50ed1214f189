"""Counts who is named, and tells whom the article is about."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from extractors.records import Mention, Place
from extractors.tags.files import Entity
from extractors.tags.lexicon import Hit, Scan

MAX_SPANS = 20
MAIN_FLOOR = 0.5
MAX_MAIN = 5
NEVER_MAIN = ("media", "place")
TITLE_SALIENCE, LEAD_SALIENCE, COUNT_SALIENCE = 0.5, 0.2, 0.35
SIDES = {"CN": "China", "HK": "China", "MO": "China", "US": "United States", "EU": "European Union", "TW": "Taiwan"}


def mentions_of(scan: Scan, entities: Mapping[str, Entity]) -> tuple[Mention, ...]:
    """Every entity named, most salient first; at most five are main."""
    by_entity: dict[str, list[Hit]] = defaultdict(list)
    for hit in scan.hits:
        if hit.kind == "entity":
            by_entity[hit.key].append(hit)
    most = max((len(hits) for hits in by_entity.values()), default=1)
    scored = sorted(
        ((salience(scan, hits, most), entity_id) for entity_id, hits in by_entity.items()),
        key=lambda pair: (-pair[0], pair[1]),
    )
    main = [key for value, key in scored if value >= MAIN_FLOOR and entities[key].type not in NEVER_MAIN][:MAX_MAIN]
    return tuple(mention(scan, entities[key], by_entity[key], value, key in main) for value, key in scored)


def salience(scan: Scan, hits: Sequence[Hit], most: int) -> float:
    """0 to 1: named in the headline, in the opening, and how often beside the most named one."""
    in_title, in_lead = places(scan, hits)
    often = min(1.0, len(hits) / max(2, most))
    return round(min(1.0, TITLE_SALIENCE * in_title + LEAD_SALIENCE * in_lead + COUNT_SALIENCE * often), 4)


def places(scan: Scan, hits: Sequence[Hit]) -> tuple[bool, bool]:
    """Whether an entity stands in the headline, and in the opening."""
    in_title = any(scan.parts[hit.part_no].part in ("title", "subtitle") for hit in hits)
    in_lead = any(
        scan.parts[hit.part_no].part not in ("title", "subtitle") and hit.start < scan.lead_end for hit in hits
    )
    return in_title, in_lead


def mention(scan: Scan, entity: Entity, hits: Sequence[Hit], value: float, is_main: bool) -> Mention:
    """One entity with the places that prove it."""
    in_title, in_lead = places(scan, hits)
    spans = tuple(scan.span(hit.start, hit.end) for hit in hits[:MAX_SPANS])
    return Mention(entity.id, entity.name, len(hits), in_title, in_lead, is_main, value, spans)


def places_of(scan: Scan, entities: Mapping[str, Entity]) -> tuple[Place, ...]:
    """Places named, and the side each acts for."""
    found: dict[str, list[Hit]] = defaultdict(list)
    for hit in scan.hits:
        if hit.kind == "entity" and entities[hit.key].type == "place":
            found[hit.key].append(hit)
    return tuple(
        Place(
            key, SIDES.get(entities[key].country, entities[key].country), tuple(scan.span(h.start, h.end) for h in hits)
        )
        for key, hits in found.items()
    )
