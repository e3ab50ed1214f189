"""The outlets of the newsroom as data: one line says what an outlet is called, how it publishes and what is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum

from extractors.records import Scope, SourceKind

DOMAIN = "newsroom.example"  # reserved for examples by RFC 2606: never a real site


class FeedFormat(StrEnum):
    """How an outlet lists its articles."""

    RSS = "rss"
    ATOM = "atom"
    JSON_FEED = "json_feed"
    NEWS_SITEMAP = "news_sitemap"


class Fault(StrEnum):
    """What is wrong with an outlet's feed."""

    NONE = ""
    DEAD = "dead"  # the connection is refused
    SILENT = "silent"  # valid, but nothing new for two months
    NOT_FOUND = "not_found"  # 404
    GONE = "gone"  # 410
    RATE_LIMITED = "rate_limited"  # 429 with Retry-After
    MOVED = "moved"  # 301 to the feed of another outlet
    BOZO = "bozo"  # no well-formed XML, the entries can be read all the same
    SLOW = "slow"  # answers late, within bounds
    HTML = "html"  # a web page in the feed's place


class Validators(StrEnum):
    """Which validators an outlet's answers carry."""

    BOTH = "both"
    ETAG = "etag"
    WEAK_ETAG = "weak_etag"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet. `path` is the address of an article, filled with its `id`, a `number` made of it, and `at`.

    `charset` is what bytes are encoded in, `charset_label` what pages and feeds claim when that differs. Times are
    printed `utc_hours` east of Greenwich. `home` is an ISO 3166 code.
    """

    id: str
    name: str
    language: str  # en | zh-Hans | zh-Hant
    home: str
    template: str
    path: str
    desk: str = "Technology"
    scope: Scope = Scope.GLOBAL
    source_kind: SourceKind = SourceKind.MEDIA
    format: FeedFormat = FeedFormat.RSS
    charset: str = "utf-8"
    charset_label: str = ""
    charset_in_header: bool = True
    validators: Validators = Validators.BOTH
    utc_hours: int = 0
    robots: str = ""
    fault: Fault = Fault.NONE

    @property
    def host(self) -> str:
        """Its host name."""
        return f"{self.id}.{DOMAIN}"

    @property
    def home_url(self) -> str:
        """Address of its front page."""
        return f"http://{self.host}/"

    @property
    def feed_path(self) -> str:
        """Where its feed is, on its host."""
        return FEED_PATHS[self.format]

    @property
    def feed_url(self) -> str:
        """Address of its feed."""
        return f"http://{self.host}{self.feed_path}"

    @property
    def declared_charset(self) -> str:
        """The name its bytes claim to be encoded in."""
        return self.charset_label or self.charset

    def local(self, time: datetime) -> datetime:
        """A time on the outlet's own clock."""
        return time.astimezone(timezone(timedelta(hours=self.utc_hours)))


FEED_PATHS = {
    FeedFormat.RSS: "/rss.xml",
    FeedFormat.ATOM: "/atom.xml",
    FeedFormat.JSON_FEED: "/feed.json",
    FeedFormat.NEWS_SITEMAP: "/news-sitemap.xml",
}

RSS, ATOM, JSON_FEED, NEWS_SITEMAP = FeedFormat
HANS, HANT = "zh-Hans", "zh-Hant"
DATED = "/{at:%Y/%m/%d}/{id}"
DATED_HTML = "/{at:%Y/%m/%d}/{id}.html"
POST = "/posts/{id}/"
PORTAL = "/n1/{at:%Y}/{at:%m%d}/c{number}.html"
COMPACT = "/a/{at:%Y%m%d}/{id}.shtml"
CLOSED_PATH = "User-agent: *\nDisallow: /members/\n"
NO_DELAY = "User-agent: *\nCrawl-delay: 0\n"

ENGLISH = (
    Outlet("harbour-post", "The Harbour Post", "en", "GB", "news.html", DATED_HTML),
    Outlet("northern-wire", "Northern Wire", "en", "US", "wire.html", "/wire/{id}", "World", format=ATOM),
    Outlet("tidewire-review", "Tidewire Review", "en", "CA", "wire.html", DATED, "Business", validators=Validators.ETAG),
    Outlet("silk-road-tech", "Silk Road Tech", "en", "SG", "blog.html", POST, source_kind=SourceKind.NEWSLETTER),
    Outlet("bay-ledger", "Bay Ledger", "en", "US", "news.html", DATED_HTML, "Markets", robots=CLOSED_PATH),
    Outlet("capitol-brief", "Capitol Brief", "en", "US", "news.html", DATED, "Policy", format=NEWS_SITEMAP),
    Outlet("orient-desk", "Orient Desk", "en", "AU", "review.html", DATED, "Asia", format=ATOM),
    Outlet(
        "policy-reader", "Policy Reader", "en", "US", "review.html", "/papers/{id}", "Commentary",
        source_kind=SourceKind.THINK_TANK, format=JSON_FEED,
    ),
    Outlet("lab-notes", "Lab Notes", "en", "US", "blog.html", POST, "Research", source_kind=SourceKind.LAB, format=ATOM),
    Outlet("robot-weekly", "Robot Weekly", "en", "DE", "blog.html", DATED, "Robotics", validators=Validators.WEAK_ETAG),
    Outlet("chip-observer", "Chip Observer", "en", "NL", "review.html", DATED, "Semiconductors", robots=NO_DELAY),
    Outlet("demo-xplore", "Demo Xplore", "en", "GB", "xplore.html", "/news/{at:%Y-%m}-{id}.html", "Machine learning"),
    Outlet("euro-dispatch", "Euro Dispatch", "en", "FR", "news.html", DATED_HTML, "Europe", utc_hours=1),
    Outlet("island-times", "Island Times", "en", "SG", "news.html", DATED_HTML, "Asia", utc_hours=8),
)  # fmt: skip

SIMPLIFIED = (
    Outlet(
        "donghu-daily", "东湖日报", HANS, "CN", "portal_zh.html", PORTAL, "科技", Scope.DOMESTIC, SourceKind.STATE_MEDIA,
        charset="gb18030", charset_label="gb2312", charset_in_header=False, validators=Validators.DATE, utc_hours=8,
    ),
    Outlet("zhiyun-tech", "智云科技网", HANS, "CN", "tech_zh.html", "/p/{number}.html", "人工智能", Scope.DOMESTIC, utc_hours=8),
    Outlet(
        "jinrong-kuaixun", "金融快讯", HANS, "CN", "portal_zh.html", COMPACT, "财经", Scope.DOMESTIC,
        charset="gb18030", utc_hours=8,
    ),
    Outlet("shuju-guancha", "数据观察", HANS, "CN", "tech_zh.html", DATED, "数据", Scope.DOMESTIC, format=ATOM, utc_hours=8),
    Outlet(
        "xinpian-ribao", "芯片日报", HANS, "CN", "portal_zh.html", COMPACT, "半导体", Scope.DOMESTIC,
        charset="gb18030", validators=Validators.ETAG, utc_hours=8,
    ),
    Outlet("jiqiren-zhoukan", "机器人周刊", HANS, "CN", "tech_zh.html", DATED, "机器人", Scope.DOMESTIC, utc_hours=8),
    Outlet(
        "beijing-keji", "北京科技报道", HANS, "CN", "portal_zh.html", PORTAL, "要闻", Scope.DOMESTIC,
        format=NEWS_SITEMAP, utc_hours=8,
    ),
    Outlet(
        "kaiyuan-shequ", "开源社区", HANS, "CN", "tech_zh.html", POST, "开源", Scope.DOMESTIC, SourceKind.NEWSLETTER,
        format=JSON_FEED, utc_hours=8,
    ),
)  # fmt: skip

TRADITIONAL = (
    Outlet(
        "hong-kong-caixun", "香港財訊", HANT, "HK", "paper_hk.html", "/article/{number}/{id}", "財經",
        charset="big5", utc_hours=8,
    ),
    Outlet("taipei-keji", "台北科技", HANT, "TW", "tech_zh.html", POST, "科技", Scope.DOMESTIC, format=ATOM, utc_hours=8),
    Outlet("gangdao-ribao", "港島日報", HANT, "HK", "paper_hk.html", DATED_HTML, "國際", charset="big5", utc_hours=8),
    Outlet("aomen-shidian", "澳門視點", HANT, "MO", "paper_hk.html", DATED, "社會", utc_hours=8),
)  # fmt: skip

AT_FAULT = (
    Outlet("dead-gazette", "Dead Gazette", "en", "US", "news.html", DATED, fault=Fault.DEAD),
    Outlet("silent-weekly", "Silent Weekly", "en", "CA", "blog.html", POST, fault=Fault.SILENT),
    Outlet("missing-mail", "Missing Mail", "en", "US", "news.html", DATED, fault=Fault.NOT_FOUND),
    Outlet("gone-bulletin", "Gone Bulletin", "en", "GB", "news.html", DATED, fault=Fault.GONE),
    Outlet("busy-ticker", "Busy Ticker", "en", "US", "wire.html", DATED, fault=Fault.RATE_LIMITED),
    Outlet("moved-journal", "Moved Journal", "en", "SG", "news.html", DATED, fault=Fault.MOVED),
    Outlet("bozo-courier", "Bozo Courier", "en", "AU", "news.html", DATED, fault=Fault.BOZO),
    Outlet("slow-post", "Slow Post", "en", "NZ", "wire.html", DATED, fault=Fault.SLOW),
    Outlet("html-herald", "HTML Herald", "en", "US", "news.html", DATED, fault=Fault.HTML),
)

OUTLETS = ENGLISH + SIMPLIFIED + TRADITIONAL + AT_FAULT
MOVED_TO = "island-times"  # where the feed of the moved journal went


def outlet_of(outlet_id: str) -> Outlet | None:
    """The outlet of this id, or None."""
    return next((outlet for outlet in OUTLETS if outlet.id == outlet_id), None)
