"""robots.txt: what it allows, and what no answer means."""

import pytest

from extractors.records import RobotsState
from flows.web.robots import Robots, robots_from

PAGE = "https://news.example/china/story.html"


def verdict(text: str, url: str = PAGE) -> RobotsState:
    return robots_from(200, text.encode()).verdict(url)


def test_an_empty_file_allows() -> None:
    assert verdict("") is RobotsState.ALLOWED


def test_a_rule_for_everybody_holds_for_us() -> None:
    """F52"""
    assert verdict("User-agent: *\nDisallow: /china/") is RobotsState.DENIED
    assert verdict("User-agent: *\nDisallow: /sport/") is RobotsState.ALLOWED


def test_a_rule_by_our_name_comes_before_the_one_for_everybody() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: sinoscope\nAllow: /"
    assert verdict(text) is RobotsState.ALLOWED
    assert verdict(text.replace("sinoscope", "otherbot")) is RobotsState.DENIED


def test_the_longest_rule_wins() -> None:
    assert verdict("User-agent: *\nDisallow: /\nAllow: /china/") is RobotsState.ALLOWED


def test_a_web_page_in_place_of_the_file_allows() -> None:
    """F52: HTML as robots.txt"""
    assert verdict("<!doctype html><html><body>Disallow: everything</body></html>") is RobotsState.ALLOWED


def test_broken_bytes_and_a_bom_do_not_hide_the_rules() -> None:
    text = b"\xef\xbb\xbfUser-agent: *\n# \xff\xfe\nDisallow: /china/"
    assert robots_from(200, text).verdict(PAGE) is RobotsState.DENIED


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_file_that_is_not_there_allows_everything(status: int) -> None:
    assert robots_from(status, b"User-agent: *\nDisallow: /") == Robots(RobotsState.ALLOWED)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599, 304])
def test_a_file_that_cannot_be_read_means_ask_again_later(status: int) -> None:
    """F52: 5xx"""
    assert robots_from(status, b"").verdict(PAGE) is RobotsState.UNKNOWN


@pytest.mark.parametrize(
    ("line", "seconds"), [("Crawl-delay: 10", 10), ("Crawl-delay: 0.5", 0.5), ("Crawl-delay: soon", 0), ("", 0)]
)
def test_the_crawl_delay_is_read(line: str, seconds: float) -> None:
    """F52"""
    assert robots_from(200, f"User-agent: *\nDisallow:\n{line}".encode()).crawl_seconds == seconds


def test_a_missing_file_asks_for_no_delay() -> None:
    assert robots_from(404, b"").crawl_seconds == 0
