"""Decides whether an article is AI-and-China coverage, and shows the sentences that decided.

Signs of AI and of China are counted by sentence; what matters is where they meet: in the headline, in the opening, and in
which share of the text. The verdict is a logistic function of those shares (weights and their origin in relevance.yaml).
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

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
    Scope,
    Section,
    Span,
    WaitingEntry,
)
from extractors.tags.files import Strict, Words
from extractors.tags.folding import fold
from extractors.tags.lexicon import CHINESE_HOMES, Hit, Lexicon, Scan
from extractors.tags.meaning import Meaning

EVIDENCE_SENTENCES = 5
SUBSTANTIAL_SHARE = 0.2  # of the text, by the labelling guide
ADVERT_CUES = 3
STUB_CHARS = 700
WHOLE_GATE_CHARS = 40


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

    ai: Words
    china: ChinaWords
    traps: Words
    chips: Words
    advert: Words
    stub: Words
    digest: Words
    verdict: Verdict

    def meanings(self) -> Iterator[tuple[str, Meaning]]:
        """Its words, for the lexicon."""
        kinds = {"ai": self.ai, "trap": self.traps, "chips": self.chips, "advert": self.advert, "stub": self.stub}
        for kind, words in kinds.items():
            yield from ((word, Meaning(kind, kind)) for word in words)
        given = set(self.china.given)
        yield from ((word, Meaning("given" if word in given else "china", "china")) for word in self.china)


@dataclass(frozen=True, slots=True)
class Signs:
    """What a scan shows, as shares of the text's characters (0 to 1) and flags (0 or 1): the verdict's features."""

    join_share: float
    ai_share: float
    china_share: float
    least_share: float
    title_ai: float
    title_china: float
    title_join: float
    lead_join: float
    given: float
    brand: float

    def items(self) -> Iterator[tuple[str, float]]:
        """Name and value of each."""
        return ((name, getattr(self, name)) for name in self.__slots__)


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
        marks = Marks(scan, self.lexicon)
        signs = marks.signs()
        score = self.score(signs)
        reason = self._reason(scan, marks, signs, score)
        grade = Grade.NOT
        if reason is Reason.JOIN:
            grade = Grade.CORE if score >= self.rules.verdict.core else Grade.SECONDARY
        return JudgedArticle(scan.article, grade, round(score, 4), reason, marks.evidence(), self.version)

    def score(self, signs: Signs) -> float:
        """How strongly AI and China are joined, 0 to 1."""
        weights = self.rules.verdict.weights
        total = weights["bias"] + sum(weights.get(name, 0) * value for name, value in signs.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def _reason(self, scan: Scan, marks: "Marks", signs: Signs, score: float) -> Reason:
        """join, or the guide's word for why not."""
        if len(scan.of_kind("advert")) >= ADVERT_CUES:
            return Reason.ADVERT
        if score >= self.rules.verdict.threshold:
            return Reason.JOIN
        if scan.of_kind("stub") and len(scan.text) < STUB_CHARS:
            return Reason.STUB
        return why_not(scan, marks, signs)

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
        ai = any(is_ai(hit, self.lexicon) for hit in scan.hits) or bool(scan.of_kind("chips"))
        china = any(is_china(hit, self.lexicon) for hit in scan.hits)
        if ai or (china and not is_given(waiting.feed)):
            return waiting
        if len(scan.text) < WHOLE_GATE_CHARS and not is_given(waiting.feed):
            return waiting  # too little to tell by
        return Dropped(Reason.UNLIKELY, "neither title nor summary shows AI or China")


class Marks:
    """Which sentences of a scan show AI, which China, and how much of the text they are."""

    def __init__(self, scan: Scan, lexicon: Lexicon) -> None:
        self.scan = scan
        self.given = is_given(scan.article.feed)
        self.ai = {hit.sentence_no for hit in scan.hits if is_ai(hit, lexicon)}
        self.china = {
            hit.sentence_no for hit in scan.hits if is_china(hit, lexicon) or (self.given and hit.kind == "given")
        }
        self.brand = {hit.sentence_no for hit in scan.hits if hit.kind == "entity" and lexicon.entities[hit.key].brand}
        if self.given:
            foreign = {hit.sentence_no for hit in scan.hits if is_foreign(hit, lexicon)} - self.china
            self.china |= set(range(len(scan.sentences))) - foreign
        self.headline = headline_sentences(scan)

    def signs(self) -> Signs:
        """The features of the verdict."""
        title_ai, title_china = bool(self.headline & self.ai), bool(self.headline & self.china)
        lead = {n for n, (start, _) in enumerate(self.scan.sentences) if start < self.scan.lead_end}
        ai_share, china_share = self._share(self.ai), self._share(self.china)
        return Signs(
            join_share=self._share(self.joined()),
            ai_share=ai_share,
            china_share=china_share,
            least_share=min(ai_share, china_share),
            title_ai=float(title_ai),
            title_china=float(title_china),
            title_join=float(title_ai and title_china),
            lead_join=float(bool(lead & self.joined())),
            given=float(self.given),
            brand=float(bool(self.brand) and not self.ai - self.brand),
        )

    def joined(self) -> set[int]:
        """Sentences that show one and have the other in themselves or right beside them."""
        near_ai = {n + step for n in self.ai for step in (-1, 0, 1)}
        near_china = {n + step for n in self.china for step in (-1, 0, 1)}
        return (self.ai & near_china) | (self.china & near_ai)

    def evidence(self) -> tuple[Span, ...]:
        """The sentences that decided: those with both, else those with one."""
        both = sorted(self.ai & self.china) or sorted(self.joined()) or sorted(self.ai | self.china)
        spans = (self.scan.sentence_span(number) for number in both[:EVIDENCE_SENTENCES])
        return tuple(span for span in spans if span.words)

    def _share(self, numbers: Iterable[int]) -> float:
        sentences, total = self.scan.sentences, max(1, len(self.scan.text))
        return sum(sentences[n][1] - sentences[n][0] for n in numbers if 0 <= n < len(sentences)) / total


def headline_sentences(scan: Scan) -> set[int]:
    """The sentences of title and subtitle."""
    ends = [part.end for part in scan.parts if part.part in ("title", "subtitle")]
    return {n for n, (start, _) in enumerate(scan.sentences) if ends and start < max(ends)}


def is_given(feed: Feed) -> bool:
    """Whether China is a given in this feed: a Chinese outlet that writes about home."""
    return feed.home in CHINESE_HOMES and feed.scope is Scope.DOMESTIC


def is_ai(hit: Hit, lexicon: Lexicon) -> bool:
    """A sign of AI: a word for it, or a name that stands for it."""
    return hit.kind == "ai" or (hit.kind == "entity" and lexicon.entities[hit.key].ai)


def is_china(hit: Hit, lexicon: Lexicon) -> bool:
    """A sign of China: a word for it, or a Chinese name; a newspaper's name only says who reports."""
    if hit.kind != "entity":
        return hit.kind == "china"
    entity = lexicon.entities[hit.key]
    return entity.country in CHINESE_HOMES and entity.type != "media"


def is_foreign(hit: Hit, lexicon: Lexicon) -> bool:
    """A foreign firm, model or person."""
    entity = lexicon.entities.get(hit.key) if hit.kind == "entity" else None
    return (
        entity is not None and bool(entity.country) and entity.country not in CHINESE_HOMES and entity.type != "media"
    )


def why_not(scan: Scan, marks: Marks, signs: Signs) -> Reason:
    """The guide's word for an article below the threshold."""
    trapped = bool(scan.of_kind("trap"))
    if signs.ai_share and signs.china_share and not marks.given:
        if signs.brand:
            return Reason.BRAND_ONLY
        if signs.ai_share >= SUBSTANTIAL_SHARE and signs.china_share < SUBSTANTIAL_SHARE:
            return Reason.AI_ONLY if signs.join_share == 0 else Reason.PASSING_MENTION
        return Reason.PASSING_MENTION
    if signs.ai_share:
        return Reason.NAME_TRAP if trapped and not marks.given else Reason.AI_ONLY
    if scan.of_kind("chips"):
        return Reason.CHIPS_NO_AI
    if marks.brand:
        return Reason.CHINA_TECH_NO_AI
    if signs.china_share:
        firms = [hit for hit in scan.of_kind("entity") if hit.sentence_no in marks.china]
        return Reason.CHINA_TECH_NO_AI if firms else Reason.CHINA_ONLY
    return Reason.NAME_TRAP if trapped else Reason.UNRELATED


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
