"""Counts who is named, and tells whom the article is about."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set as AbstractSet

from extractors.records import Mention, Place
from extractors.tags.files import Entity
from extractors.tags.lexicon import LEAD_CHARS, Hit, Scan

MAX_SPANS = 20
MAIN_FLOOR = 0.32
MAX_MAIN = 6
NEVER_MAIN = ("media", "place")
BLOCS = frozenset({"european-union", "asean", "brics", "g7"})  # organisations that act like a country
SIDES = {"CN": "China", "HK": "China", "MO": "China", "US": "United States", "EU": "European Union", "TW": "Taiwan"}
OPENING_CHARS = {True: 90, False: 200}  # by whether the text is Chinese: about its first sentence
# fitted by benchmarks/fit_salience.py on 221 relevant articles labelled by hand (English and Chinese, 1,510 entities named in
# them); F1 of main .78 by five-fold cross-validation, names that we do not know counted as missed
WEIGHTS = {
    "bias": 1.11,
    "title": 0.73,
    "title_first": 0.07,
    "title_crowd": -0.99,
    "title_others": -0.58,
    "about": 1.95,
    "subject": 1.27,
    "alone": 0.29,
    "family": 0.77,
    "lead": 0.15,
    "opening": 0.22,
    "first_at": -0.96,
    "count": 0.74,
    "once": -0.45,
    "share": 0.86,
    "spread": -0.04,
    "crowd": -1.40,
    "credited": 0.08,
    "person": 0.48,
    "agency": -0.01,
    "organisation": -0.23,
    "product": -0.69,
    "model": -0.50,
    "company": 0.45,
    "foreign": -1.05,
    "chinese_text": -0.84,
}
FEATURES = tuple(WEIGHTS)


def mentions_of(scan: Scan, entities: Mapping[str, Entity], about: AbstractSet[int]) -> tuple[Mention, ...]:
    """Every entity named, most salient first; at most six are main. `about`: the sentences where AI and China meet."""
    hits = hits_by_entity(scan)
    scored = sorted(
        ((salience(features), entity_id) for entity_id, features in features_of(scan, entities, about).items()),
        key=lambda pair: (-pair[0], pair[1]),
    )
    main = [key for value, key in scored if value >= MAIN_FLOOR and entities[key].type not in NEVER_MAIN][:MAX_MAIN]
    return tuple(mention(scan, entities[key], hits[key], value, key in main) for value, key in scored)


def hits_by_entity(scan: Scan) -> dict[str, list[Hit]]:
    """Where each entity is named."""
    found: dict[str, list[Hit]] = defaultdict(list)
    for hit in scan.of_kind("entity"):
        found[hit.key].append(hit)
    return found


def salience(features: Mapping[str, float]) -> float:
    """How surely the article is about an entity, 0 to 1."""
    total = sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), 4)


def features_of(scan: Scan, entities: Mapping[str, Entity], about: AbstractSet[int]) -> dict[str, dict[str, float]]:
    """What tells main from passing, by entity, each of the order of 1."""
    hits = hits_by_entity(scan)
    counted = {key: len(found) for key, found in hits.items() if entities[key].type not in NEVER_MAIN}
    most = max(counted.values(), default=1)
    subjects = subjects_of(scan, counted.keys())
    in_title = {key for key in counted if places(scan, hits[key])[0]}
    first = min(in_title, key=lambda key: hits[key][0].start, default="")
    credit = {hit.sentence_no for hit in scan.of_kind("credit")}
    shared = {"crowd": math.log1p(len(counted)) / 2, "bias": 1.0, "chinese_text": float(scan.article.language == "zh")}
    children: dict[str, set[str]] = defaultdict(set)
    for key in hits:
        children[entities[key].parent].add(key)
    found = {}
    for key, own in hits.items():
        entity, is_titled = entities[key], key in in_title
        is_kin_titled = entity.parent in in_title or not in_title.isdisjoint(children.get(key, ()))
        sentences = [hit.sentence_no for hit in own]
        found[key] = {
            **shared,
            **place_features(scan, own),
            "title": float(is_titled),
            "title_first": float(key == first),
            "share": len(own) / most,
            "alone": float(is_titled and len(in_title) == 1),
            "title_crowd": float(is_titled) * math.log1p(len(in_title)),
            "title_others": float(bool(in_title) and not is_titled),
            "about": math.log1p(sum(map(about.__contains__, sentences))) / 2,
            "subject": math.log1p(subjects[key]) / 2,
            "once": float(len(own) == 1),
            "credited": sum(map(credit.__contains__, sentences)) / len(own),
            "family": float(is_kin_titled),
            "foreign": float(bool(entity.country) and entity.country not in ("CN", "HK")),
            entity.type: 1.0,
        }
    return found


def subjects_of(scan: Scan, counted: AbstractSet[str]) -> Counter[str]:
    """In how many sentences an entity that may be main is the first of them named."""
    first: dict[int, str] = {}
    for hit in scan.of_kind("entity"):
        if hit.key in counted:
            first.setdefault(hit.sentence_no, hit.key)
    return Counter(first.values())


def place_features(scan: Scan, hits: Sequence[Hit]) -> dict[str, float]:
    """Where in the text an entity stands, and how often."""
    body = scan.lead_end - LEAD_CHARS
    opening = body + OPENING_CHARS[scan.article.language == "zh"]
    size = max(1, len(scan.text))
    return {
        "lead": float(places(scan, hits)[1]),
        "opening": float(any(body <= hit.start < opening for hit in hits)),
        "count": math.log1p(len(hits)) / 2,
        "first_at": math.log1p(max(0, hits[0].start - body) / 200),
        "spread": (hits[-1].start - hits[0].start) / size,
    }


def places(scan: Scan, hits: Sequence[Hit]) -> tuple[bool, bool]:
    """Whether an entity stands in the headline, and in the opening."""
    titles, lead_end, in_title, in_lead = scan.titles, scan.lead_end, False, False
    for hit in hits:
        if hit.part_no in titles:
            in_title = True
        elif hit.start < lead_end:
            in_lead = True
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
        if hit.kind == "entity" and (entities[hit.key].type == "place" or hit.key in BLOCS):
            found[hit.key].append(hit)
    return tuple(
        Place(
            key, SIDES.get(entities[key].country, entities[key].country), tuple(scan.span(h.start, h.end) for h in hits)
        )
        for key, hits in found.items()
    )
