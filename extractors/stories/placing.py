"""Places articles in stories, one after the other in time order, against what is stored and what was placed before.

First copies: an article joins the story of its best match, never the union of all, for one wrong link must not merge two
stories. Then events: the story with the nearest centroid, and last a story told in the other language.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from extractors.records import Article, Candidate, DuplicateKind, Fingerprint, JudgedArticle, PlacedArticle, is_copy
from extractors.stories.events import Member, Rarity, Story
from extractors.stories.near import FEWEST_TOKENS, Duplicates, Verdict, days_between, is_template, judge_pair, moment_of
from extractors.stories.reading import MARKS, Reading, read
from extractors.urls import digest

# two articles are compared when their sketches share so many hashes and so much of the shorter one: of 2,973 pairs found to
# be copies one shares less than .15, none less than .1, and six in ten pairs of strangers do
SHARED_HASHES, SHARED_SHARE = 2, 0.1
MOST_COMPARED = 40  # candidates compared exactly, those that share most
SURE = 0.99  # no better match is looked for
MOST_STORIES = 20  # stories whose centroid is compared
COMMON_SHARE = 0.02  # hashes in more than this share of the candidates are common, once there are many
COMMON_LEAST, COMMON_MOST = 20, 300
MOST_HOLDERS = 200  # stories a telling term leads to: the latest
VETOES = 5  # latest members looked at for the form of a recurring report
ANCHORS_SHARED = 3  # English and Chinese must agree on so many amounts, days and names
SHADOW_SHARE = 0.7  # of its sketch: a copy that has so much of it from its origin is found through that


def in_time_order(judged: JudgedArticle) -> tuple[datetime, str]:
    """Sort key: publication, then id, so that the order within a cycle does not depend on arrival."""
    return judged.article.published_at or judged.article.first_seen_at, judged.article.article_id


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article belongs: its story, and the article it was matched with, when there is one."""

    story_id: str
    duplicate_of: str | None
    verdict: Verdict


NOTHING = Verdict(None, 0.0, "")


class Placement:
    """Knows the candidates of a batch and everything placed since; `place` decides one article.

    `rarity` is what the archive knows of terms; from then on they are counted as articles come.
    """

    def __init__(self, rules: Duplicates, candidates: Iterable[Candidate], rarity: Rarity | None = None) -> None:
        self.rules = rules
        self._names = rules.names  # asked for with every reading, and slow to come from a model
        self._rarity = rarity or rules.rarity({})
        self._known: dict[str, Candidate] = {}
        self._by_text: dict[str, str] = {}
        self._by_hash: dict[int, list[str]] = defaultdict(list)
        self._stories: dict[str, Story] = {}
        self._by_term: dict[int, dict[str, None]] = defaultdict(dict)  # ids in order of their latest article
        for candidate in sorted(candidates, key=lambda each: (moment_of(each), each.article_id)):
            self._remember(candidate)

    def place(self, judged: JudgedArticle) -> PlacedArticle:
        """The article in its story: its old one, that of its best match, or a new one."""
        fingerprint = self.rules.fingerprint(judged.article)
        place = self.settle(candidate_of(judged.article, fingerprint))
        verdict = place.verdict
        return PlacedArticle(
            judged, fingerprint, place.story_id, place.duplicate_of, verdict.kind, verdict.score, verdict.why
        )

    def settle(self, candidate: Candidate) -> Place:
        """The same for an article as the warehouse knows it; from now on later ones are compared with it."""
        is_new = candidate.article_id not in self._known
        place = self._old_place(candidate) or self._new_place(candidate)
        placed = placed_at(candidate, place)
        self._remember(placed)
        if is_new and placed.tells:
            self._rarity.see(candidate.fingerprint.terms)
        return place

    def _old_place(self, candidate: Candidate) -> Place | None:
        """Where an article stands already: it stays there while its words are the same, or when put there by hand."""
        stored = self._known.get(candidate.article_id)
        if stored is None:
            return None
        if stored.fingerprint.text_sha256 != candidate.fingerprint.text_sha256 and not stored.is_pinned:
            return None
        return Place(stored.story_id, stored.duplicate_of, Verdict(stored.kind, stored.score, stored.why))

    def _new_place(self, candidate: Candidate) -> Place:
        """The place of an article that is new, or whose words changed: then it leaves only a story of its own."""
        reading = self._read(candidate)
        match, verdict = self.copied(candidate)
        if match is None:
            match, verdict = self._event(candidate, reading)
        stored = self._known.get(candidate.article_id)
        if stored is not None and match is not None:
            elsewhere = stored.story_articles > 1 and match.story_id != stored.story_id
            if elsewhere or self._follows(match, candidate.article_id):
                match, verdict = None, NOTHING
        own = stored.story_id if stored is not None else digest("story", candidate.article_id)
        return Place(match.story_id if match else own, match.article_id if match else None, verdict)

    def _follows(self, match: Candidate, article_id: str) -> bool:
        """Whether a match was itself matched with this article, over whatever steps."""
        seen = set[str]()
        while match.duplicate_of is not None and match.article_id not in seen:
            if match.duplicate_of == article_id:
                return True
            seen.add(match.article_id)
            match = self._known.get(match.duplicate_of, match)
        return False

    def _read(self, candidate: Candidate) -> Reading:
        return read(candidate.title, candidate.text, self._names)

    def copied(self, candidate: Candidate) -> tuple[Candidate | None, Verdict]:
        """What an article copies or rewrites: the best match; behind a sure one no better is looked for."""
        reading = self._read(candidate)
        best: tuple[float, str] | None = None
        chosen = NOTHING
        for each in self._comparable(candidate):
            days = days_between(moment_of(candidate), moment_of(each))
            verdict = judge_pair(self.rules, reading, self._read(each), days)
            if verdict.kind is not None and (best is None or (verdict.score, each.article_id) > best):
                best, chosen = (verdict.score, each.article_id), verdict
                if verdict.score >= SURE:
                    break
        return (self._known[best[1]], chosen) if best is not None else (None, NOTHING)

    def _comparable(self, candidate: Candidate) -> Iterable[Candidate]:
        """The article with the same words, then those that share enough of the sketch."""
        same = self._by_text.get(candidate.fingerprint.text_sha256)
        keys = ([same] if same else []) + self._alike(candidate)
        return [self._known[key] for key in keys if key != candidate.article_id]

    def _alike(self, candidate: Candidate) -> list[str]:
        """Articles that share enough of the sketch, most shared first; common hashes tell nothing."""
        shared: dict[str, int] = defaultdict(int)
        limit = max(COMMON_LEAST, min(COMMON_MOST, COMMON_SHARE * len(self._known)))
        for value in candidate.fingerprint.sketch:
            holders = self._by_hash.get(value, ())
            if len(holders) <= limit:
                for holder in holders:
                    shared[holder] += 1
        size = len(candidate.fingerprint.sketch)
        enough = sorted(
            (-count, key)
            for key, count in shared.items()
            if count >= SHARED_HASHES and count >= SHARED_SHARE * min(size, len(self._known[key].fingerprint.sketch))
        )
        return [key for _, key in enough[:MOST_COMPARED]]

    def _event(self, candidate: Candidate, reading: Reading) -> tuple[Candidate | None, Verdict]:
        """The first article of the story that tells the same event, in this language or in the other."""
        if len(reading.tokens) < FEWEST_TOKENS:  # it tells no event: "404", "Access denied"
            return None, NOTHING
        moment = moment_of(candidate)
        near = self._by_event(candidate)
        found = self._nearest(near, reading, moment) or self._translated(near, reading, moment)
        if found is None:
            return None, NOTHING
        likeness, story_id, why = found
        first = next(each for each in self._stories[story_id].members if each.article_id != candidate.article_id)
        return self._known[first.article_id], Verdict(DuplicateKind.SAME_STORY, round(min(1.0, likeness), 4), why)

    def _nearest(self, near: Iterable[Story], reading: Reading, moment: datetime) -> tuple[float, str, str] | None:
        """The story with the nearest centroid, unless it is a recurring report of the same form."""
        vector = self._rarity.vector(reading.terms, reading.chinese)
        likely = [
            (likeness, story.story_id)
            for story in near
            if (likeness := story.likeness(vector, reading.chinese, moment, self.rules.story_days))
            >= self.rules.story_threshold
        ]
        for likeness, story_id in sorted(likely, reverse=True):
            if not self._repeats_the_form(self._stories[story_id], reading, moment):
                return likeness, story_id, f"tells the same event: {likeness:.0%} of the telling terms agree"
        return None

    def _repeats_the_form(self, story: Story, reading: Reading, moment: datetime) -> bool:
        """Whether the article has the form of one of the latest members and other facts."""
        latest = [member for member in story.members if member.chinese == reading.chinese][-VETOES:]
        return any(
            is_template(
                self.rules, reading, self._read(self._known[each.article_id]), days_between(moment, each.moment)
            )
            for each in latest
        )

    def _translated(self, near: Iterable[Story], reading: Reading, moment: datetime) -> tuple[float, str, str] | None:
        """The story told in the other language that shares most amounts, days and names."""
        found = []
        for story in near:
            fading = story.fading(moment, self.rules.story_days)
            for member in story.members:
                shared = len(reading.anchors & member.anchors)
                if fading and member.chinese != reading.chinese and shared >= ANCHORS_SHARED:
                    likeness = fading * self._rarity.anchored(reading.anchors, member.anchors)
                    found.append((likeness, story.story_id, shared))
        likeness, story_id, shared = max(found, default=(0.0, "", 0))
        if not found or likeness < self.rules.translation_threshold:
            return None
        return likeness, story_id, f"in the other language: {shared} amounts, days and names agree ({likeness:.0%})"

    def _by_event(self, candidate: Candidate) -> list[Story]:
        """Stories of others that share telling terms, those that share most rarity first."""
        shared: dict[str, float] = defaultdict(float)
        articles = self._rarity.articles(*MARKS.values())
        for term in candidate.fingerprint.telling:
            rarity = self._rarity.of(term, articles)
            for key in self._by_term.get(term, ()):
                shared[key] += rarity
        least = min(sorted(shared.values(), reverse=True)[: MOST_STORIES + 1], default=0.0)  # one may be its own
        most = sorted((-rarity, key) for key, rarity in shared.items() if rarity >= least)
        near = [self._stories[key] for _, key in most]
        return [story for story in near if story.has_other_than(candidate.article_id)][:MOST_STORIES]

    def _remember(self, candidate: Candidate) -> None:
        """Compare later articles with this one."""
        key, fingerprint = candidate.article_id, candidate.fingerprint
        is_known = key in self._known
        if fingerprint.terms:  # they are counted, and not asked for again
            candidate = replace(candidate, fingerprint=replace(fingerprint, terms=()))
        self._known[key] = candidate
        if is_known:
            return
        self._by_text.setdefault(fingerprint.text_sha256, key)
        if not self._is_shadow(candidate):
            for value in fingerprint.sketch:
                self._by_hash[value].append(key)
        if candidate.tells:
            self._add_to_story(candidate)

    def _is_shadow(self, candidate: Candidate) -> bool:
        """Whether its origin is found by whatever would find this copy: thousands of them are not to be looked through."""
        origin = self._known.get(candidate.duplicate_of or "")
        if origin is None or candidate.kind == DuplicateKind.SAME_STORY:
            return False
        own = candidate.fingerprint.sketch
        return len(set(own) & set(origin.fingerprint.sketch)) >= SHADOW_SHARE * len(own)

    def _add_to_story(self, candidate: Candidate) -> None:
        moment, reading = moment_of(candidate), self._read(candidate)
        story = self._stories.setdefault(candidate.story_id, Story(candidate.story_id, moment))
        member = Member(candidate.article_id, reading.chinese, reading.anchors, moment)
        story.add(member, self._rarity.vector(reading.terms, reading.chinese))
        for term in reading.telling:  # not the fingerprint's: a stored one carries no terms
            holders = self._by_term[term]
            holders.pop(candidate.story_id, None)
            holders[candidate.story_id] = None
            if len(holders) > MOST_HOLDERS:
                del holders[next(iter(holders))]


def placed_at(candidate: Candidate, place: Place) -> Candidate:
    """An article in its place, as a candidate for later ones."""
    verdict = place.verdict
    return replace(
        candidate,
        story_id=place.story_id,
        duplicate_of=place.duplicate_of,
        kind=verdict.kind,
        score=verdict.score,
        why=verdict.why,
        tells=not is_copy(verdict.kind),
    )


def candidate_of(article: Article, fingerprint: Fingerprint) -> Candidate:
    """An article that has no place yet, as a candidate."""
    return Candidate(
        article_id=article.article_id,
        story_id="",
        duplicate_of=None,
        url=article.url,
        publisher=article.feed.publisher,
        language=article.language,
        title=article.title,
        text=article.text,
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        fingerprint=fingerprint,
    )
