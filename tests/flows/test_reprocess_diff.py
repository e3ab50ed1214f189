"""`reprocess --diff` says what today's rules would change in the archive, and writes nothing."""

from collections.abc import Callable
from typing import Any

from flows.home import Home
from flows.reprocess import diff_archive, diff_json
from flows.run import utc_now
from tests.conftest import Ended
from warehouse.store import Warehouse

Sinoscope = Callable[..., Ended]


def age(home: Home, article_id: str) -> None:
    """Make what is stored look as older rules had left it."""
    with Warehouse.open_live(home.data, utc_now()) as warehouse:
        warehouse.connection.execute(
            "UPDATE core.articles SET text = 'Old words.', title = 'Old' WHERE article_id = ?", [article_id]
        )


def one_article(home: Home, sinoscope: Sinoscope) -> tuple[str, str]:
    rows = sinoscope(
        "--home",
        home.root,
        "sql",
        "SELECT article_id, page_id FROM core.articles WHERE parent_article_id IS NULL ORDER BY article_id LIMIT 1",
        "--json",
    ).json()["rows"]
    return rows[0]["article_id"], rows[0]["page_id"]


def test_the_same_rules_change_nothing_and_say_the_same_twice(own_home: Home) -> None:
    first = diff_json(diff_archive(own_home, None))
    assert first["pages"] > 150
    assert (first["changed"], first["gained"], first["lost"]) == (0, 0, 0)
    assert diff_json(diff_archive(own_home, None)) == first


def test_what_differs_is_shown_and_then_applied(own_home: Home, sinoscope: Sinoscope) -> None:
    article_id, page_id = one_article(own_home, sinoscope)
    age(own_home, article_id)
    found: dict[str, Any] = sinoscope("--home", own_home.root, "reprocess", "--diff", "--json").json()
    assert found["changed"] == 1
    difference = found["differences"][0]
    assert (difference["page_id"], difference["fields"], difference["chars_before"]) == (page_id, ["title", "text"], 10)
    shown = sinoscope("--home", own_home.root, "reprocess", "--diff")
    assert "1 changed" in shown.out
    assert "Nothing was written" in shown.out
    assert sinoscope("--home", own_home.root, "reprocess", "--apply").code == 0
    assert sinoscope("--home", own_home.root, "reprocess", "--diff", "--json").json()["changed"] == 0


def test_looking_and_writing_at_once_is_refused(own_home: Home, sinoscope: Sinoscope) -> None:
    assert sinoscope("--home", own_home.root, "reprocess", "--diff", "--apply").code == 2
