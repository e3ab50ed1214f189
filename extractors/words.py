"""The closed sets of words of the pipeline. Rows carry them and people GROUP BY them: they are public, and stay."""

from enum import StrEnum


class Stage(StrEnum):
    """The stages of a cycle, in order; also the keys of the ledger."""

    POLL = "poll"
    PARSE = "parse"
    SEEN = "seen"
    GATE = "gate"
    FETCH = "fetch"
    EXTRACT = "extract"
    RELEVANCE = "relevance"
    DUPLICATES = "duplicates"
    TAG = "tag"
    LOAD = "load"


class Reason(StrEnum):
    """Why a record went no further. These words are public: rows carry them and people GROUP BY them."""

    # the world, at poll and fetch; also the words of `cause` in core.polls and core.pages
    DNS = "dns"
    REFUSED = "refused"
    TLS = "tls"
    TIMEOUT = "timeout"
    BLOCKED_ADDRESS = "blocked_address"
    REDIRECT = "redirect"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    GONE = "gone"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    TOO_BIG = "too_big"
    NOT_A_FEED = "not_a_feed"
    UNPARSEABLE = "unparseable"
    EMPTY = "empty"
    # poll
    NOT_MODIFIED = "not_modified"
    UNCHANGED = "unchanged"
    WAITING = "waiting"
    # seen
    SEEN = "seen"
    EDITED = "edited"
    SAME_PAGE = "same_page"
    # gate
    OLD = "old"
    UNLIKELY = "unlikely"
    NOT_WANTED = "not_wanted"
    NO_LINK = "no_link"
    # fetch
    ROBOTS_DENIED = "robots_denied"
    ROBOTS_UNKNOWN = "robots_unknown"
    # extract
    NOT_HTML = "not_html"
    NO_TEXT = "no_text"
    TOO_SHORT = "too_short"
    TOO_DEEP = "too_deep"
    NEEDS_SCRIPT = "needs_script"
    BOT_WALL = "bot_wall"
    REDIRECT_STUB = "redirect_stub"
    LIST_PAGE = "list_page"
    TDM_RESERVED = "tdm_reserved"
    # relevance (the words of the labelling guide)
    JOIN = "join"
    AI_ONLY = "ai-only"
    CHINA_ONLY = "china-only"
    CHINA_TECH_NO_AI = "china-tech-no-ai"
    CHIPS_NO_AI = "chips-no-ai"
    PASSING_MENTION = "passing-mention"
    BRAND_ONLY = "brand-only"
    ADVERT = "advert"
    NAME_TRAP = "name-trap"
    STUB = "stub"
    UNRELATED = "unrelated"
    DIGEST = "digest"


class FeedKind(StrEnum):
    """How a feed's body is read; `auto` tells feed, json_feed and news_sitemap apart by the body."""

    AUTO = "auto"
    FEED = "feed"
    JSON_FEED = "json_feed"
    NEWS_SITEMAP = "news_sitemap"
    LIST_PAGE = "list_page"
    GOOGLE_NEWS = "google_news"


class SourceKind(StrEnum):
    """What kind of publisher stands behind a feed."""

    MEDIA = "media"
    STATE_MEDIA = "state_media"
    PARTY_MEDIA = "party_media"
    THINK_TANK = "think_tank"
    GOVERNMENT = "government"
    COMPANY = "company"
    LAB = "lab"
    NEWSLETTER = "newsletter"
    AGGREGATOR = "aggregator"


class Scope(StrEnum):
    """Whether a publisher writes about its own country by default."""

    DOMESTIC = "domestic"
    GLOBAL = "global"


class FetchPolicy(StrEnum):
    """Which entries of a feed have their page fetched."""

    ALL = "all"
    LIKELY = "likely"
    NONE = "none"


class Grade(StrEnum):
    """How much an article is AI-and-China coverage."""

    CORE = "core"
    SECONDARY = "secondary"
    NOT = "not"


class DuplicateKind(StrEnum):
    """An article's place in its story."""

    EXACT = "exact"
    NEAR = "near"
    TRUNCATED = "truncated"
    REWRITE = "rewrite"
    SAME_STORY = "same_story"


def is_copy(kind: DuplicateKind | None) -> bool:
    """Whether an article repeats another's words; one on the same event tells it in its own."""
    return kind not in (None, DuplicateKind.SAME_STORY)


class RobotsState(StrEnum):
    """What robots.txt said when a page was fetched."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"
