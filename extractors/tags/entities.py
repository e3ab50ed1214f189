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
# fitted by benchmarks/fit_salience.py on 221 relevant articles labelled by hand (English and Chinese, 1,516 entities named in
# them); F1 of main .79 by five-fold cross-validation, names that we do not know counted as missed
WEIGHTS = {
    "bias": 1.51,
    "title": 1.22,
    "title_first": -0.22,
    "title_crowd": -1.04,
    "title_others": -0.94,
    "about": 1.60,
    "subject": 1.56,
    "alone": 0.21,
    "family": 0.89,
    "lead": 0.15,
    "opening": -0.09,
    "first_at": -1.08,
    "count": 1.41,
    "once": -0.52,
    "share": 0.69,
    "spread": -0.26,
    "crowd": -1.16,
    "credited": -0.01,
    "person": 0.24,
    "agency": -0.20,
    "organisation": -0.48,
    "product": -1.03,
    "model": -0.84,
    "company": 0.19,
    "foreign": -1.12,
    "chinese_text": -0.78,
    "zh_title": 0.31,
    "zh_title_crowd": -0.69,
    "zh_title_others": 0.68,
    "zh_about": 1.02,
    "zh_subject": -0.11,
    "zh_first_at": 0.14,
    "zh_opening": 0.60,
    "zh_count": -0.94,
    "zh_share": 0.18,
    "zh_crowd": -0.72,
    "zh_once": 0.08,
}
FEATURES = tuple(WEIGHTS)
# what weighs in its own way in a Chinese text, as `zh_` and the name: its headlines name more, its sentences are fewer
OWN_IN_CHINESE = tuple(name.removeprefix("zh_") for name in WEIGHTS if name.startswith("zh_"))


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
    chinese = scan.article.language == "zh"
    shared = {"crowd": math.log1p(len(counted)) / 2, "bias": 1.0, "chinese_text": float(chinese)}
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
    return {key: {**own, **in_chinese(own)} for key, own in found.items()} if chinese else found


def in_chinese(features: Mapping[str, float]) -> dict[str, float]:
    """What a Chinese text has beside the features of all."""
    return {f"zh_{name}": features[name] for name in OWN_IN_CHINESE}


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
