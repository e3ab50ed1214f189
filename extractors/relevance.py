"""Decides whether an article is AI-and-China coverage, and shows the sentences that decided.

Signs of AI and of China are counted by sentence (tags/signs.py); what matters is where they meet: in the headline, in the
opening, and in how much of the text. The verdict is a logistic function of that (weights and their origin in relevance.yaml).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pydantic import Field

from extractors.digests import Item, items_in
from extractors.records import (
    Article,
    Dropped,
    Entry,
    Feed,
    Grade,
    JudgedArticle,
    Reason,
    Section,
    WaitingEntry,
)
from extractors.tags.files import Strict, Words
from extractors.tags.folding import fold
from extractors.tags.lexicon import Lexicon, Scan
from extractors.tags.meaning import Meaning
from extractors.tags.signs import Marks, is_ai, is_china, is_given, marks_of

SUBSTANTIAL_SHARE = 0.2  # of the text, by the labelling guide
ADVERT_CUES = 3
STUB_CHARS = 700


class AiWords(Words):
    """Signs of AI; `weak` often mean none (robots), `context` mean it where the article shows AI elsewhere (models, chips)."""

    weak: tuple[str, ...] = ()
    context: tuple[str, ...] = ()


class ChinaWords(Words):
    """Signs of China; `given` are those that mean it only in a Chinese outlet."""

    given: tuple[str, ...] = ()


class Verdict(Strict):
    """The logistic function: relevant from `threshold`, core from `core`."""

    threshold: float = Field(ge=0, le=1)
    core: float = Field(ge=0, le=1)
    weights: dict[str, float]


class RelevanceFile(Strict):
    """config/relevance.yaml."""

    ai: AiWords
    china: ChinaWords
    foreign: Words
    traps: Words
    chips: Words
    advert: Words
    stub: Words
    digest: Words
    verdict: Verdict

    def meanings(self) -> Iterator[tuple[str, Meaning]]:
        """Its words, for the lexicon."""
        kinds = {
            "ai": self.ai,
            "trap": self.traps,
            "chips": self.chips,
            "advert": self.advert,
            "stub": self.stub,
            "foreign": self.foreign,
        }
        for kind, words in kinds.items():
            yield from ((word, Meaning(kind, kind)) for word in words)
        yield from ((word, Meaning("ai", "ai", strong=False)) for word in self.ai.weak)
        yield from ((word, Meaning("context", "ai", strong=False)) for word in self.ai.context)
        given = set(self.china.given)
        yield from ((word, Meaning("given" if word in given else "china", "china")) for word in self.china)


class Relevance:
    """The judge. `rules` is relevance.yaml, `version` names rules and vocabulary together."""

    def __init__(self, rules: RelevanceFile, lexicon: Lexicon, version: str) -> None:
        self.rules = rules
        self.lexicon = lexicon
        self.version = version

    def judge(self, article: Article) -> JudgedArticle | Dropped:
        """The article with grade and evidence; Dropped with the guide's reason, the judgement inside, when not relevant."""
        return self.judge_scan(self.lexicon.scan(article))

    def judge_scan(self, scan: Scan) -> JudgedArticle | Dropped:
        """The same on a scan that was made already."""
        judged = self.verdict(scan)
        if scan.article.is_digest:
            return Dropped(Reason.DIGEST, "its items are judged one by one", replace(judged, reason=Reason.DIGEST))
        if judged.grade is Grade.NOT:
            return Dropped(judged.reason, f"score {judged.score:.2f}", judged)
        return judged

    def verdict(self, scan: Scan) -> JudgedArticle:
        """Grade, score, reason and evidence, whatever the grade."""
        marks = marks_of(scan, self.lexicon.entities)
        score = self.score(marks.features())
        reason = self._reason(scan, marks, score)
        grade = Grade.NOT
        if reason is Reason.JOIN:
            grade = Grade.CORE if score >= self.rules.verdict.core else Grade.SECONDARY
        return JudgedArticle(scan.article, grade, round(score, 4), reason, marks.evidence(), self.version)

    def score(self, features: Mapping[str, float]) -> float:
        """How strongly AI and China are joined, 0 to 1."""
        weights = self.rules.verdict.weights
        total = sum(weights.get(name, 0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def _reason(self, scan: Scan, marks: Marks, score: float) -> Reason:
        """join, or the guide's word for why not."""
        if len(scan.of_kind("advert")) >= ADVERT_CUES:
            return Reason.ADVERT
        if score >= self.rules.verdict.threshold:
            return Reason.JOIN
        if scan.of_kind("stub") and len(scan.text) < STUB_CHARS:
            return Reason.STUB
        return why_not(scan, marks)

    def split_digests(self, articles: Sequence[Article]) -> list[Article]:
        """The articles, and behind each digest its items; the digest itself stays, marked, as their parent."""
        return [each for article in articles for each in self._with_items(article)]

    def _with_items(self, article: Article) -> list[Article]:
        items = self.items_in(article)
        return [replace(article, is_digest=True), *(item.article for item in items)] if items else [article]

    def items_in(self, article: Article) -> list[Item]:
        """The items of an article that calls itself a digest; none for any other."""
        says = fold(f"{article.title} {article.section}")
        return items_in(article) if any(fold(word) in says for word in self.rules.digest) else []

    def worth_fetching(self, waiting: WaitingEntry) -> WaitingEntry | Dropped:
        """The entry, when its title or summary shows a sign of AI or of China; where China is given, only AI counts."""
        scan = self.lexicon.scan(article_of(waiting.entry, waiting.feed))
        entities = self.lexicon.entities
        # at home AI decides, and a word of the trade is enough
        trade = ("chips", "context") if is_given(waiting.feed) else ("chips",)
        ai = any(is_ai(hit, entities) for hit in scan.hits) or bool(scan.of_kind(*trade))
        china = any(is_china(hit, entities) for hit in scan.hits)
        if ai or (china and not is_given(waiting.feed)):
            return waiting
        if not (waiting.entry.title.strip() or waiting.entry.summary.strip()):
            return waiting  # a bare link, as plain sitemaps have: nothing speaks against it
        return Dropped(Reason.UNLIKELY, "neither title nor summary shows AI or China")


def why_not(scan: Scan, marks: Marks) -> Reason:
    """The guide's word for an article below the threshold."""
    if marks.ai and marks.china and not marks.given:
        return why_not_joined(marks)
    trapped = bool(scan.of_kind("trap"))
    if marks.ai:
        return Reason.NAME_TRAP if trapped and not marks.given else Reason.AI_ONLY
    if scan.of_kind("chips"):
        return Reason.CHIPS_NO_AI
    if marks.brand:
        return Reason.CHINA_TECH_NO_AI
    if marks.china:
        firms = [hit for hit in scan.of_kind("entity") if hit.sentence_no in marks.china]
        return Reason.CHINA_TECH_NO_AI if firms else Reason.CHINA_ONLY
    return Reason.NAME_TRAP if trapped else Reason.UNRELATED


def why_not_joined(marks: Marks) -> Reason:
    """The same where both are there, but not substantially together."""
    if marks.brand and not marks.strong_china - marks.headline - marks.brand:
        return Reason.BRAND_ONLY
    if marks.share(marks.ai) >= SUBSTANTIAL_SHARE > marks.share(marks.china) and not marks.joined():
        return Reason.AI_ONLY
    if not marks.strong_ai:
        return Reason.CHINA_TECH_NO_AI
    return Reason.PASSING_MENTION


def article_of(entry: Entry, feed: Feed) -> Article:
    """Title and summary of an entry as an article, to be scanned like one."""
    return Article(
        article_id="",
        entry_id=entry.entry_id,
        page_id="",
        url=entry.url,
        feed=feed,
        title=entry.title,
        sections=(Section("", entry.summary),),
        first_seen_at=entry.first_seen_at,
    )
