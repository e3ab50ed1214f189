"""TDM reservation: header, meta and the site's file."""

import json
import re
import time

import pytest
from hypothesis import given, strategies as st

from flows.web.tdm import matches, reserved_by_page, reserved_by_site

PAGE = "https://news.example/china/story.html"


def site(*rules: object) -> bytes:
    return json.dumps(list(rules)).encode()


def test_a_page_that_says_nothing_is_left_to_its_site() -> None:
    assert reserved_by_page({}, b"<html><head><title>x</title></head></html>") is None


@pytest.mark.parametrize(("value", "reserved"), [("1", True), (" 1 ", True), ("0", False), ("yes", False)])
def test_the_header_decides(value: str, reserved: bool) -> None:
    assert reserved_by_page({"tdm-reservation": value}, b"") is reserved


@pytest.mark.parametrize(
    ("meta", "reserved"),
    [
        (b'<meta name="tdm-reservation" content="1">', True),
        (b"<META content='1' NAME='TDM-Reservation' />", True),
        (b"<meta name=tdm-reservation content=1>", True),
        (b'<meta name="tdm-reservation" content="0">', False),
        (b'<meta name="tdm-policy" content="1">', None),
    ],
)
def test_the_meta_element_decides(meta: bytes, reserved: bool | None) -> None:
    assert reserved_by_page({}, b"<html><head>" + meta + b"</head></html>") is reserved


def test_the_header_wins_over_the_meta_element() -> None:
    assert reserved_by_page({"tdm-reservation": "0"}, b'<meta name="tdm-reservation" content="1">') is False


@pytest.mark.parametrize("value", [1, "1"])
@pytest.mark.parametrize("location", ["/", "/china/", "/china/*.html$", "*", "https://news.example/china/"])
def test_the_site_file_reserves_what_its_location_names(location: str, value: object) -> None:
    assert reserved_by_site(site({"location": location, "tdm-reservation": value}), PAGE)


@pytest.mark.parametrize("location", ["/sport/", "/china$", "/china/*.pdf", "", "china"])
def test_the_site_file_reserves_nothing_else(location: str) -> None:
    assert not reserved_by_site(site({"location": location, "tdm-reservation": 1}), PAGE)


def test_the_first_matching_rule_decides() -> None:
    rules = {"location": "/china/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}
    assert not reserved_by_site(site(*rules), PAGE)
    assert reserved_by_site(site(*reversed(rules)), PAGE)


@pytest.mark.parametrize(
    "file", [b"", b"<html>", b"{}", b"[1, null]", b'[{"location": 7}]', b"\xff\xfe", b"[" * 100_000]
)
def test_a_broken_file_reserves_nothing(file: bytes) -> None:
    assert not reserved_by_site(file, PAGE)


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text(), st.lists).map(lambda rules: json.dumps(rules).encode())
)
def test_no_file_is_a_surprise(file: bytes) -> None:
    assert reserved_by_site(file, PAGE) is False


def test_a_location_made_to_take_for_ever_does_not() -> None:
    started = time.process_time()
    assert not matches("/" + "*a" * 40 + "$", "/" + "a" * 2_000 + "b")
    assert time.process_time() - started < 1


@given(st.text("ab*$", max_size=8), st.text("ab", max_size=8))
def test_a_location_matches_as_the_pattern_it_stands_for(location: str, path: str) -> None:
    pattern = re.escape(location.removesuffix("$")).replace(r"\*", ".*") + ("$" if location.endswith("$") else "")
    if "$" not in location[:-1]:
        assert matches(location, path) == bool(location and re.match(pattern, path))
