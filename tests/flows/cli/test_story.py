"""`story`, `split` and `merge`: how a story was told, and decisions that last."""

from collections.abc import Callable
from typing import Any

import pytest

from flows.home import Home
from flows.reprocess import reprocess_archive
from tests.conftest import Ended
from warehouse.connection import open_published

Sinoscope = Callable[..., Ended]


def asked(home: Home, query: str) -> list[tuple[Any, ...]]:
    connection = open_published(home.published)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def story_with_copies(home: Home) -> str:
    """The id of the story with most copies."""
    query = (
        "SELECT story_id FROM core.story_members WHERE kind IN ('near', 'truncated', 'rewrite')"
        " GROUP BY story_id ORDER BY count(*) DESC, story_id LIMIT 1"
    )
    return str(asked(home, query)[0][0])


def two_stories(home: Home) -> tuple[str, str]:
    first, other = asked(home, "SELECT story_id FROM core.stories ORDER BY first_at, story_id LIMIT 2")
    return str(first[0]), str(other[0])


def test_a_story_shows_its_versions_in_time_order(finished_home: Home, sinoscope: Sinoscope) -> None:
    story_id = story_with_copies(finished_home)
    found = sinoscope("--home", finished_home.root, "story", story_id, "--json").json()
    hours = [version["hours"] for version in found["versions"]]
    assert found["schema"] == 1
    assert hours == sorted(hours)
    assert hours[0] == 0
    assert len(hours) == found["story"]["articles"] >= 2
    assert {"title", "publisher", "language", "kind", "why", "passages"} <= found["versions"][0].keys()


def test_a_copy_says_what_it_kept_and_the_first_has_nothing_to_compare(
    finished_home: Home, sinoscope: Sinoscope
) -> None:
    story_id = story_with_copies(finished_home)
    found = sinoscope("--home", finished_home.root, "story", story_id, "--json").json()
    passages = [each["passages"] for each in found["versions"] if each["kind"] in ("near", "truncated", "rewrite")]
    assert passages
    assert all({"kept_share", "dropped", "added", "reworded"} == set(each) for each in passages)
    assert [each["passages"] for each in found["versions"] if each["kind"] is None] == [None]


def test_why_explains_a_merge_in_one_screen(finished_home: Home, sinoscope: Sinoscope) -> None:
    query = (
        "SELECT a.url, o.title, o.article_id FROM core.story_members AS m JOIN core.articles AS a USING (article_id)"
        " JOIN core.articles AS o ON o.article_id = m.duplicate_of WHERE m.kind IN ('near', 'rewrite') ORDER BY 1 LIMIT 1"
    )
    url, title, origin = asked(finished_home, query)[0]
    match = sinoscope("--home", finished_home.root, "why", url, "--json").json()["story"]["match"]
    assert match["title"] == title
    assert match["passages"]["kept_share"] > 0.3
    assert {"text", "own_text"}.isdisjoint(match)
    out = sinoscope("--home", finished_home.root, "why", url).out
    assert f"matched with {origin}" in out
    assert "both name" in out
    assert "of the sentences" in out
    assert len(out.splitlines()) <= 40


def test_why_says_what_reports_in_two_languages_share(finished_home: Home, sinoscope: Sinoscope) -> None:
    query = (
        "SELECT a.url FROM core.story_members AS m JOIN core.articles AS a USING (article_id)"
        " WHERE m.why LIKE 'in the other language%' ORDER BY 1 LIMIT 1"
    )
    url = asked(finished_home, query)[0][0]
    match = sinoscope("--home", finished_home.root, "why", url, "--json").json()["story"]["match"]
    assert match["amounts"] + match["entities"]
    assert match["passages"] is None


def test_why_of_a_first_report_names_no_other(finished_home: Home, sinoscope: Sinoscope) -> None:
    query = (
        "SELECT url FROM core.story_members JOIN core.articles USING (article_id) WHERE kind IS NULL ORDER BY 1 LIMIT 1"
    )
    url = asked(finished_home, query)[0][0]
    assert sinoscope("--home", finished_home.root, "why", url, "--json").json()["story"]["match"] is None
    assert "its own words" in sinoscope("--home", finished_home.root, "why", url).out


def test_the_screen_names_outlets_kinds_and_passages(finished_home: Home, sinoscope: Sinoscope) -> None:
    out = sinoscope("--home", finished_home.root, "story", story_with_copies(finished_home)).out
    assert "outlets" in out
    assert "own words *" in out or "own words" in out
    assert "kept " in out
    assert "hours after, confidence" in out


def test_a_story_is_found_by_the_address_of_an_article(finished_home: Home, sinoscope: Sinoscope) -> None:
    story_id, url = asked(finished_home, "SELECT story_id, url FROM core.articles WHERE story_id IS NOT NULL LIMIT 1")[
        0
    ]
    found = sinoscope("--home", finished_home.root, "story", url, "--json").json()
    assert found["story"]["story_id"] == story_id


def test_an_unknown_story_is_a_mistake_of_usage(finished_home: Home, sinoscope: Sinoscope) -> None:
    ended = sinoscope("--home", finished_home.root, "story", "nonsense")
    assert ended.code == 2
    assert "there is no story nonsense" in ended.err


@pytest.mark.timeout(240)
def test_merge_and_split_survive_reading_the_archive_again(own_home: Home, sinoscope: Sinoscope) -> None:
    copy, origin = asked(
        own_home,
        "SELECT article_id, duplicate_of FROM core.story_members WHERE kind = 'near' ORDER BY article_id LIMIT 1",
    )[0]
    into, other = two_stories(own_home)
    assert "on their own" in sinoscope("--home", own_home.root, "split", copy, "--why", "not the same").out
    assert f"story {into} has them all" in sinoscope("--home", own_home.root, "merge", into, other).out
    reprocess_archive(own_home, None)
    stories = dict(asked(own_home, "SELECT article_id, story_id FROM core.story_members"))
    assert stories[copy] != stories[origin]
    assert other not in stories.values()
    assert sinoscope("--home", own_home.root, "story", other, "--json").json()["redirected_from"] == other
    assert asked(own_home, "SELECT count(*) FROM core.story_members WHERE kind = 'near' AND duplicate_of IS NULL") == [
        (0,)
    ]
