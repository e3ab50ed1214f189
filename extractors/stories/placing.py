"""Places articles in stories, one after the other in time order, against what is stored and what was placed before.

An article joins the story of its best earlier match, never the union of all: one wrong link must not merge two stories.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from extractors.records import (
    Article,
    Candidate,
    DuplicateKind,
    Fingerprint,
    JudgedArticle,
    PlacedArticle,
)
from extractors.stories.near import (
    Duplicates,
    Reading,
    Verdict,
    Weights,
    cosine,
    days_between,
    is_template,
    judge_pair,
    moment_of,
    read,
)
from extractors.urls import digest

SHARED_HASHES = 2  # sketch hashes two articles must share to be compared at all
MOST_COMPARED = 40  # candidates compared exactly, those that share most
MOST_EVENTS = 60  # recent articles compared as events
COMMON_SHARE = 0.02  # shingle hashes in more than this share of the candidates are common, once there are many
COMMON_FLOOR = 20


def in_time_order(judged: JudgedArticle) -> tuple[datetime, str]:
    """Sort key: publication, then id, so that the order within a cycle does not depend on arrival."""
    return judged.article.published_at or judged.article.first_seen_at, judged.article.article_id


class Placement:
    """Knows the candidates of a batch and everything placed since; `place` decides one article."""

    def __init__(self, rules: Duplicates, candidates: Iterable[Candidate]) -> None:
        self.rules = rules
        self._known: dict[str, Candidate] = {}
        self._readings: dict[str, Reading] = {}
        self._vectors: dict[str, dict[str, float]] = {}
        self._by_text: dict[str, str] = {}
        self._by_hash: dict[int, list[str]] = defaultdict(list)
        self._by_term: dict[str, list[str]] = defaultdict(list)
        self._weights = Weights()
        for candidate in sorted(candidates, key=lambda each: (moment_of(each), each.article_id)):
            self._remember(candidate, read(candidate.title, candidate.text))

    def place(self, judged: JudgedArticle) -> PlacedArticle:
        """The article in its story: its old one, that of its best match, or a new one."""
        article, reading = judged.article, read(judged.article.title, judged.article.text)
        fingerprint = reading.fingerprint
        stored = self._known.get(article.article_id)
        match, verdict = self._best(article, reading, fingerprint)
        if stored is not None:
            story_id = stored.story_id
        elif match is not None:
            story_id = match.story_id
        else:
            story_id = digest("story", article.article_id)
        duplicate_of = match.article_id if match is not None else None
        self._remember(candidate_of(article, fingerprint, story_id, duplicate_of), reading)
        return PlacedArticle(judged, fingerprint, story_id, duplicate_of, verdict.kind, verdict.score, verdict.why)

    def _best(self, article: Article, reading: Reading, fingerprint: Fingerprint) -> tuple[Candidate | None, Verdict]:
        """The best earlier match: a copy or rewrite, else the same event."""
        same = self._by_text.get(fingerprint.text_sha256)
        if same is not None and same != article.article_id:
            return self._known[same], Verdict(DuplicateKind.EXACT, 1.0, "the same words")
        found = [
            (verdict.score, candidate, verdict)
            for candidate in self._alike(article, fingerprint)
            if (verdict := self._pair(article, reading, candidate)).kind is not None
        ]
        if found:
            _, candidate, verdict = max(found, key=lambda item: (item[0], item[1].article_id))
            return candidate, verdict
        return self._event(article, reading)

    def _alike(self, article: Article, fingerprint: Fingerprint) -> list[Candidate]:
        """Candidates that share enough of the sketch, most shared first; common hashes tell nothing."""
        shared: dict[str, int] = defaultdict(int)
        limit = max(COMMON_FLOOR, COMMON_SHARE * len(self._known))
        for value in fingerprint.sketch:
            holders = self._by_hash.get(value, ())
            if len(holders) <= limit:
                for holder in holders:
                    shared[holder] += 1
        enough = [(count, key) for key, count in shared.items() if count >= SHARED_HASHES and key != article.article_id]
        return [self._known[key] for _, key in sorted(enough, key=lambda item: (-item[0], item[1]))[:MOST_COMPARED]]

    def _pair(self, article: Article, reading: Reading, candidate: Candidate) -> Verdict:
        days = days_between(moment_of_article(article), moment_of(candidate))
        return judge_pair(self.rules, reading, self._readings[candidate.article_id], days)

    def _event(self, article: Article, reading: Reading) -> tuple[Candidate | None, Verdict]:
        """The most alike article of the last days that tells the same event, if any."""
        vector, moment = self._weights.vector(reading), moment_of_article(article)
        alike = [
            (cosine(vector, self._vectors[key]), key)
            for key in self._by_event(article, reading)
            if days_between(moment, moment_of(self._known[key])) <= self.rules.story_days
        ]
        for likeness, key in sorted(alike, reverse=True):
            if likeness < self.rules.story_threshold:
                break
            if not is_template(reading, self._readings[key]):
                why = f"tells the same event: {likeness:.0%} of the telling terms agree"
                return self._known[key], Verdict(DuplicateKind.SAME_STORY, round(likeness, 4), why)
        return None, Verdict(None, 0.0, "")

    def _by_event(self, article: Article, reading: Reading) -> Sequence[str]:
        """Articles that share telling terms of the title or names, most shared first."""
        shared: dict[str, int] = defaultdict(int)
        for term in telling(reading):
            for key in self._by_term.get(term, ())[-200:]:
                shared[key] += 1
        shared.pop(article.article_id, None)
        return [
            key
            for key, count in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:MOST_EVENTS]
            if count > 1
        ]

    def _remember(self, candidate: Candidate, reading: Reading) -> None:
        key = candidate.article_id
        if key in self._known:
            self._known[key] = candidate
            return
        self._known[key] = candidate
        self._readings[key] = reading
        self._vectors[key] = self._weights.vector(reading)
        if reading.tokens:
            self._by_text.setdefault(candidate.fingerprint.text_sha256, key)
        for value in candidate.fingerprint.sketch:
            self._by_hash[value].append(key)
        for term in telling(reading):
            self._by_term[term].append(key)
        self._weights.see(reading)


def telling(reading: Reading) -> frozenset[str]:
    """Terms that may find an article on the same event: words of the title, names, long numbers."""
    title = reading.title
    pairs = [f"{a}{b}" for a, b in itertools.pairwise(title)] if reading.chinese else [t for t in title if len(t) > 3]
    return frozenset([*pairs, *reading.names, *(number for number in reading.numbers if len(number) > 2)])


def candidate_of(article: Article, fingerprint: Fingerprint, story_id: str, duplicate_of: str | None) -> Candidate:
    """A placed article as a candidate for later ones."""
    return Candidate(
        article_id=article.article_id,
        story_id=story_id,
        duplicate_of=duplicate_of,
        url=article.url,
        publisher=article.feed.publisher,
        language=article.language,
        title=article.title,
        text=article.text,
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        fingerprint=fingerprint,
    )


def moment_of_article(article: Article) -> datetime:
    """When an article was published, else first seen."""
    return article.published_at or article.first_seen_at
