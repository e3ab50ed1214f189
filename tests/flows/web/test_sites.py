"""What sites say to robots: read once a run, kept for a day, asked again when it said nothing."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from extractors.errors import FetchError
from extractors.records import Reason, RobotsState
from extractors.site_files import SiteFiles
from flows.web.sites import Site, Sites, site_of
from flows.web.transport import Answer

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
PAGE = "https://news.example/china/1"
SITE = "https://news.example"
DENY = b"User-agent: *\nDisallow: /china/"
DELAY = b"User-agent: *\nCrawl-delay: 60"


class Asked:
    """Answers by path; what is not there is a 404; an exception is raised."""

    def __init__(self, **answers: bytes | FetchError) -> None:
        self.paths: list[str] = []
        self.answers = answers

    async def __call__(self, url: str) -> Answer:
        path = url.rpartition("/")[2]
        self.paths.append(path)
        answer = self.answers.get(path.partition(".")[0], FetchError(url, Reason.NOT_FOUND, status=404))
        if isinstance(answer, FetchError):
            raise answer
        return Answer(url, url, 200, {}, answer)


def sites(asked: Asked, known: Sequence[SiteFiles] = (), now: datetime = NOW) -> Sites:
    return Sites(known, now, asked)


def look(found: Sites, *urls: str) -> list[Site]:
    async def all_of_them() -> list[Site]:
        return list(await asyncio.gather(*(found.of(url) for url in urls)))

    return asyncio.run(all_of_them())


def test_many_pages_of_a_site_ask_once() -> None:
    asked = Asked(robots=DENY, tdmrep=b"[]")
    found = look(sites(asked), *(f"{SITE}/{number}" for number in range(20)))
    assert asked.paths == ["robots.txt", "tdmrep.json"]
    assert len({id(site) for site in found}) == 1
    assert found[0].robots.verdict(PAGE) is RobotsState.DENIED


def test_what_was_read_is_learned_once() -> None:
    found = sites(Asked(robots=DENY, tdmrep=b"[1]"))
    look(found, PAGE)
    assert found.take_learned() == [SiteFiles(SITE, NOW, 200, DENY, b"[1]")]
    assert found.take_learned() == []


def test_a_missing_robots_txt_is_an_answer_and_learned() -> None:
    found = sites(Asked())
    (site,) = look(found, PAGE)
    assert site.robots.verdict(PAGE) is RobotsState.ALLOWED
    assert [files.status for files in found.take_learned()] == [404]


@pytest.mark.parametrize("cause", [Reason.SERVER_ERROR, Reason.RATE_LIMITED, Reason.TIMEOUT, Reason.TOO_BIG])
def test_no_answer_is_unknown_not_learned_and_asks_for_nothing_else(cause: Reason) -> None:
    asked = Asked(robots=FetchError(f"{SITE}/robots.txt", cause, status=503))
    found = sites(asked)
    (site,) = look(found, PAGE)
    assert site.robots.verdict(PAGE) is RobotsState.UNKNOWN
    assert (asked.paths, found.take_learned()) == (["robots.txt"], [])


@pytest.mark.parametrize("cause", [Reason.DNS, Reason.REFUSED, Reason.TLS, Reason.BLOCKED_ADDRESS])
def test_a_site_that_is_not_there_says_so(cause: Reason) -> None:
    with pytest.raises(FetchError) as caught:
        look(sites(Asked(robots=FetchError(f"{SITE}/robots.txt", cause))), PAGE)
    assert caught.value.cause is cause


def test_a_robots_txt_that_led_elsewhere_and_got_lost_is_only_unknown() -> None:
    lost = FetchError("https://elsewhere.example/robots.txt", Reason.DNS)
    assert look(sites(Asked(robots=lost)), PAGE)[0].robots.state is RobotsState.UNKNOWN


@pytest.mark.parametrize(("hours", "asks"), [(0, False), (23.9, False), (24, True), (48, True), (-1, True)])
def test_a_copy_is_good_for_a_day(hours: float, asks: bool) -> None:
    known = SiteFiles(SITE, NOW - timedelta(hours=hours), 200, DENY)
    asked = Asked()
    (site,) = look(sites(asked, [known]), PAGE)
    assert bool(asked.paths) is asks
    assert (site.robots.verdict(PAGE) is RobotsState.DENIED) is not asks


@pytest.mark.parametrize("status", [429, 500, 503, 599, 304])
def test_a_copy_of_no_answer_is_no_copy(status: int) -> None:
    asked = Asked()
    look(sites(asked, [SiteFiles(SITE, NOW, status)]), PAGE)
    assert asked.paths


def test_a_page_that_is_asked_for_is_noted_where_there_is_a_crawl_delay() -> None:
    found = sites(Asked(robots=DELAY))
    (site,) = look(found, PAGE)
    found.asked(site, NOW + timedelta(minutes=5))
    (files,) = found.take_learned()
    assert (files.asked_at, files.robots) == (NOW + timedelta(minutes=5), DELAY)


def test_where_there_is_none_nothing_is_noted() -> None:
    found = sites(Asked(robots=DENY))
    (site,) = look(found, PAGE)
    found.take_learned()
    found.asked(site, NOW)
    assert found.take_learned() == []


def test_reading_again_after_a_day_keeps_when_a_page_was_asked_for() -> None:
    known = SiteFiles(SITE, NOW - timedelta(days=2), 200, DELAY, asked_at=NOW - timedelta(seconds=9))
    found = sites(Asked(robots=DELAY), [known])
    look(found, PAGE)
    (files,) = found.take_learned()
    assert (files.read_at, files.asked_at) == (NOW, known.asked_at)


def test_a_giant_file_is_read_as_far_as_the_standard_asks() -> None:
    found = sites(Asked(robots=b"#" * 600_000 + b"\n" + DENY, tdmrep=b" " * 600_000))
    look(found, PAGE)
    (files,) = found.take_learned()
    assert (len(files.robots), len(files.tdmrep)) == (512_000, 512_000)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("http://news.example/a?b#c", "http://news.example"),
        ("https://news.example:8443/a", "https://news.example:8443"),
        ("http://[::1]:80/a", "http://[::1]:80"),
    ],
)
def test_one_robots_txt_speaks_for_scheme_host_and_port(url: str, site: str) -> None:
    assert site_of(url) == site
