"""The vocabulary of the pipeline: one frozen record per stage, and the closed sets of words people GROUP BY.

Feed + FeedState -> DueFeed -> FetchedFeed -> FeedDocument(entries) -> WaitingEntry -> Page -> Article
-> JudgedArticle -> PlacedArticle -> TaggedArticle

A stage answers with the next record or with `Dropped`; a surprise becomes `Quarantined` in the ledger.
All times are timezone-aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from extractors.provenance import Choice as Choice, Removed as Removed, Span as Span
from extractors.sections import (
    Section as Section,
    sections_to_text as sections_to_text,
    text_to_sections as text_to_sections,
)
from extractors.words import (
    DuplicateKind as DuplicateKind,
    FeedKind as FeedKind,
    FetchPolicy as FetchPolicy,
    Grade as Grade,
    Reason as Reason,
    RobotsState as RobotsState,
    Scope as Scope,
    SourceKind as SourceKind,
    Stage as Stage,
    is_copy as is_copy,
)


@dataclass(frozen=True, slots=True)
class ListSelectors:
    """CSS selectors of a list page: one node per item, then link, title and date inside it."""

    item: str
    link: str = "a"
    title: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A polled URL as configured. `publisher` is a registrable domain, `home` an ISO 3166 code, `language` BCP 47."""

    feed_id: str
    url: str
    title: str = ""
    publisher: str = ""
    language: str = ""
    home: str = ""
    scope: Scope = Scope.GLOBAL
    kind: FeedKind = FeedKind.AUTO
    source_kind: SourceKind = SourceKind.MEDIA
    every_minutes: int | None = None
    fetch: FetchPolicy = FetchPolicy.LIKELY
    select: ListSelectors | None = None
    enabled: bool = True
    paused_until: datetime | None = None
    note: str = ""

    def is_paused(self, now: datetime) -> bool:
        """Whether it is switched off, or a pause with an end still runs."""
        return not self.enabled or (self.paused_until is not None and now < self.paused_until)


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the last polls of a feed taught. `url` is the current one when a permanent redirect was accepted."""

    feed_id: str
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    body_sha256: str = ""
    next_poll_at: datetime | None = None
    polled_at: datetime | None = None
    failures: int = 0
    failing_since_at: datetime | None = None
    cause: Reason | None = None
    last_new_at: datetime | None = None
    hints: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed whose time has come, with what is known of it. `in_full` says why it is asked without validators."""

    feed: Feed
    state: FeedState
    in_full: str = ""

    @property
    def url(self) -> str:
        """The address to poll now."""
        return self.state.url or self.feed.url


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll: a row of core.polls, and the state the next poll starts from."""

    feed_id: str
    polled_at: datetime
    url: str
    final_url: str = ""
    status: int | None = None
    bytes: int = 0
    ms: int = 0
    cause: Reason | None = None
    why: str = ""
    retry_after_seconds: int | None = None
    max_age_seconds: int | None = None
    permanent_url: str = ""
    etag: str = ""
    last_modified: str = ""
    body_sha256: str = ""


@dataclass(frozen=True, slots=True)
class FetchedFeed:
    """The bytes of a feed, decoded from transfer encodings but not from their charset; header names lower case.

    `parts` are the sitemaps read along with an index.
    """

    due: DueFeed
    poll: Poll
    body: bytes
    headers: Mapping[str, str]
    parts: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed. `url` is canonical and may be empty, `link` is as given but absolute, texts are plain."""

    entry_id: str
    feed_id: str
    guid: str
    url: str
    link: str
    title: str
    summary: str
    published_at: datetime | None
    published_from: str  # published | updated | created | url | first_seen
    published_claim: str  # the date as the feed printed it
    first_seen_at: datetime
    authors: tuple[str, ...] = ()
    section: str = ""
    publisher: str = ""  # domain an aggregator names for this item; empty: the feed's own


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A parsed feed. `hints` are its own wishes: ttl_minutes, update_minutes, skip_hours, skip_days."""

    due: DueFeed
    poll: Poll
    entries: tuple[Entry, ...]
    kind: FeedKind
    title: str = ""
    hints: Mapping[str, Any] = field(default_factory=dict)
    bozo: str = ""
    left_out_count: int = 0


@dataclass(frozen=True, slots=True)
class PolledFeed:
    """A poll with what it leads to: the state the next one starts from, when that is, and why then.

    `document` is there when entries were read; `entry_count` and `new_count` are theirs.
    """

    poll: Poll
    document: FeedDocument | None
    state: FeedState
    next_poll_at: datetime
    why: str
    entry_count: int = 0
    new_count: int = 0


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """An entry whose page is to be fetched, with its feed and how often that was tried."""

    entry: Entry
    feed: Feed
    page_id: str
    tries: int = 0

    @property
    def entry_id(self) -> str:
        """The entry this is about."""
        return self.entry.entry_id


@dataclass(frozen=True, slots=True)
class Fetch:
    """One attempt at a page: a row of core.pages. `cause` is None when a body came; then `final` is True.

    `final` False means it is tried again later.
    """

    page_id: str
    url: str
    final_url: str
    fetched_at: datetime
    status: int | None = None
    cause: Reason | None = None
    robots_state: RobotsState = RobotsState.UNKNOWN
    tdm_reserved: bool = False
    tries: int = 1
    final: bool = True
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes that came back for an entry's link; header names lower case."""

    entry: Entry
    feed: Feed
    fetch: Fetch
    body: bytes
    headers: Mapping[str, str]

    @property
    def entry_id(self) -> str:
        """The entry this is about."""
        return self.entry.entry_id


@dataclass(frozen=True, slots=True)
class Article:
    """Main text of a page and what the page says of itself; `text` holds headings as `## …` lines.

    `published_from` names where the time came from: structured | meta | text | url | feed | first_seen.
    `language` is BCP 47 without script (en, zh), `script` latn | hans | hant | "".
    """

    article_id: str
    entry_id: str
    page_id: str
    url: str
    feed: Feed
    title: str
    sections: tuple[Section, ...]
    first_seen_at: datetime
    subtitle: str = ""
    section: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_from: str = ""
    language: str = ""
    script: str = ""
    extractor: str = ""
    parent_article_id: str | None = None
    is_digest: bool = False
    tdm_reserved: bool = False
    linked_names: tuple[str, ...] = ()  # anchor texts inside the main text, to tell credited-with-link
    removed: tuple[Removed, ...] = ()
    choice: Choice = field(default_factory=Choice)
    updated_at: datetime | None = None
    origins: Mapping[str, str] = field(default_factory=dict)  # of title, authors, ...: structured | meta | text | ...
    variants: Mapping[str, str] = field(default_factory=dict)  # addresses by kind: canonical | amp | print | next

    @property
    def text(self) -> str:
        """The whole text, headings as `## …` lines."""
        return sections_to_text(self.sections)


@dataclass(frozen=True, slots=True)
class JudgedArticle:
    """An article with the verdict on its relevance and the sentences that decided."""

    article: Article
    grade: Grade
    score: float
    reason: Reason
    evidence: tuple[Span, ...]
    rules_version: str

    @property
    def entry_id(self) -> str:
        """The entry this is about."""
        return self.article.entry_id


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What finds an article again: the hash of its folded text, a sketch of its shingle hashes, and for its event the
    hashes of all its terms (to be counted) and of the telling ones (to be looked up)."""

    text_sha256: str
    sketch: tuple[int, ...]
    terms: tuple[int, ...] = ()
    telling: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored article that a new one may copy, rewrite or continue, with its place among `story_articles`."""

    article_id: str
    story_id: str
    duplicate_of: str | None
    url: str
    publisher: str
    language: str
    title: str
    text: str
    published_at: datetime | None
    first_seen_at: datetime
    fingerprint: Fingerprint
    kind: DuplicateKind | None = None
    score: float = 0.0
    why: str = ""
    story_articles: int = 1
    is_pinned: bool = False  # put where it is by hand
    tells: bool = False  # its story in its own words, not long ago: what other reports of the event are compared with


@dataclass(frozen=True, slots=True)
class PlacedArticle:
    """A relevant article in its story. `duplicate_of` is the article it copies or continues; None for the first."""

    judged: JudgedArticle
    fingerprint: Fingerprint
    story_id: str
    duplicate_of: str | None = None
    kind: DuplicateKind | None = None
    score: float = 0.0
    why: str = ""

    @property
    def entry_id(self) -> str:
        """The entry this is about."""
        return self.judged.article.entry_id


@dataclass(frozen=True, slots=True)
class TopicTag:
    """A topic of the article (`section_no` None) or of one section."""

    topic: str
    section_no: int | None
    score: float
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity named in the article."""

    entity_id: str
    name: str
    mentions: int
    in_title: bool
    in_lead: bool
    is_main: bool
    score: float
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source the text credits; `kind` is publication | organisation | official | anonymous."""

    source_id: str
    source_name: str
    kind: str
    count: int
    linked: bool
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted words of two words or more, the nearest named speaker and the verb, both may be empty."""

    text: str
    speaker: str
    verb: str
    span: Span


@dataclass(frozen=True, slots=True)
class YearTag:
    """A year in the text; `kind` is past | present | target."""

    year: int
    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Takeaway:
    """One line of a printed list of key points, in order."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Flag:
    """A quality flag with its proof in words; the span is there when the proof stands in the text."""

    flag: str
    evidence: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A country or bloc and the side it acts for."""

    place_id: str
    side: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """Framing words: opportunity | challenge | threat | dilemma, counted."""

    cue: str
    count: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Tags:
    """All a reader can see about an article, as rows to be."""

    topics: tuple[TopicTag, ...] = ()
    mentions: tuple[Mention, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    takeaways: tuple[Takeaway, ...] = ()
    years: tuple[YearTag, ...] = ()
    flags: tuple[Flag, ...] = ()
    quotes: tuple[Quote, ...] = ()
    places: tuple[Place, ...] = ()
    cues: tuple[Cue, ...] = ()
    title_is_question: bool = False
    rules_version: str = ""


@dataclass(frozen=True, slots=True)
class TaggedArticle:
    """A placed article with its tags: what the warehouse loads."""

    placed: PlacedArticle
    tags: Tags

    @property
    def entry_id(self) -> str:
        """The entry this is about."""
        return self.placed.entry_id


@dataclass(frozen=True, slots=True)
class Dropped:
    """A record that goes no further, as expected. `record` is what the stage had learned and the warehouse keeps:
    a Poll, a Fetch or a JudgedArticle."""

    reason: Reason
    detail: str = ""
    record: Poll | Fetch | JudgedArticle | None = None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record that met a surprise: the traceback, ready to be stored."""

    error: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Left:
    """A record that left the path at a stage, with the verdict on it."""

    stage: Stage
    record: Any
    verdict: Dropped | Quarantined
