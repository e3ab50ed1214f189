"""Retry-After, Cache-Control and Expires as servers write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from flows.web.server_words import http_date, max_age_seconds, retry_after_seconds

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
TWO_DAYS = 48 * 3_600


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 3600 ", 3_600),
        ("0", 60),
        ("-5", 60),
        ("31536000", TWO_DAYS),
        ("999999999999999999", TWO_DAYS),
        ("Mon, 02 Nov 2026 09:00:00 GMT", 3_600),
        ("Mon, 02 Nov 2026 10:00:00 +0100", 3_600),
        ("Monday, 02-Nov-26 09:00:00 GMT", 3_600),
        ("Mon Nov  2 09:00:00 2026", 3_600),
        ("Mon, 02 Nov 2026 07:00:00 GMT", 60),
        ("Sun, 02 Nov 2036 07:00:00 GMT", TWO_DAYS),
    ],
)
def test_retry_after_is_read_in_both_forms_and_kept_within_a_minute_and_two_days(text: str, seconds: int) -> None:
    """B17"""
    assert retry_after_seconds({"retry-after": text}, NOW) == seconds


@pytest.mark.parametrize("text", ["", "soon", "1.5", "12 parsecs", "2026-11-02T09:00:00Z", "9" * 30])
def test_a_senseless_retry_after_is_none(text: str) -> None:
    """B17"""
    assert retry_after_seconds({"retry-after": text}, NOW) is None


def test_no_retry_after_is_none() -> None:
    assert retry_after_seconds({}, NOW) is None


@given(st.text() | st.integers().map(str) | st.datetimes().map(lambda moment: f"{moment:%a, %d %b %Y %H:%M:%S} -2300"))
def test_whatever_a_server_writes_nothing_but_a_sane_wait_comes_out(text: str) -> None:
    seconds = retry_after_seconds({"retry-after": text}, NOW)
    assert seconds is None or 60 <= seconds <= TWO_DAYS
    age = max_age_seconds({"cache-control": text, "expires": text}, NOW)
    assert age is None or age > 0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=43200"}, 43_200),
        ({"cache-control": "public, MAX-AGE = 600"}, 600),
        ({"cache-control": 'private,max-age="900"'}, 900),
        ({"cache-control": "s-maxage=10, max-age=20"}, 20),
        ({"cache-control": "s-maxage=10"}, None),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "max-age=0", "expires": "Mon, 02 Nov 2026 09:00:00 GMT"}, None),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "no-cache"}, None),
        ({"cache-control": "max-age=60", "expires": "Mon, 02 Nov 2026 09:00:00 GMT"}, 60),
        ({"expires": "Mon, 02 Nov 2026 09:00:00 GMT"}, 3_600),
        ({"expires": "Mon, 02 Nov 2026 07:00:00 GMT"}, None),
        ({"expires": "0"}, None),
        ({"expires": "-1"}, None),
        ({}, None),
    ],
)
def test_freshness_is_max_age_and_else_expires(headers: dict[str, str], seconds: int | None) -> None:
    """A12, B14"""
    assert max_age_seconds(headers, NOW) == seconds


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0)))  # noqa: DTZ001
def test_an_http_date_is_read_back_as_it_was_written(moment: datetime) -> None:
    assert http_date(f"{moment:%a, %d %b %Y %H:%M:%S} GMT") == moment.replace(tzinfo=UTC)


def test_a_date_at_the_end_of_time_is_no_date() -> None:
    assert http_date("Fri, 31 Dec 9999 23:59:59 -2300") is None


@given(st.timedeltas(timedelta(minutes=1), timedelta(hours=48)))
def test_both_forms_of_retry_after_agree(wait: timedelta) -> None:
    seconds = int(wait.total_seconds())
    date = f"{NOW + timedelta(seconds=seconds):%a, %d %b %Y %H:%M:%S} GMT"
    assert retry_after_seconds({"retry-after": date}, NOW) == retry_after_seconds({"retry-after": str(seconds)}, NOW)
