"""Huge pages in the workers: each within ten seconds and a gibibyte, with its reason, and the pool goes on."""

import pytest

from extractors.articles import read_page
from extractors.records import Dropped, Stage
from flows.workers import MEMORY_BYTES, Workers
from tests.extractors.articles.hostile_pages import BODY, HUGE, Odd, page

NAMES = list(HUGE)


def read(odd: Odd) -> str:
    """In a worker: the reason, or that there is text; anything larger would be sent back through the pipe."""
    found = read_page(odd.body, "https://news.example/story", odd.headers)
    return str(found.reason) if isinstance(found, Dropped) else "text"


@pytest.fixture(scope="module")
def answers() -> list[object]:
    """All of them one after the other through one pool, and an ordinary page at the end."""
    with Workers(2) as workers:
        return workers.map(Stage.EXTRACT, read, [*(HUGE[name] for name in NAMES), Odd(page(BODY))])


@pytest.mark.parametrize("name", NAMES)
def test_a_huge_page_costs_itself_alone(answers: list[object], name: str) -> None:
    assert answers[NAMES.index(name)] == (HUGE[name].reason or "text")


def test_the_page_after_them_is_read_as_ever(answers: list[object]) -> None:
    assert answers[-1] == "text"


def test_a_worker_may_take_one_gibibyte() -> None:
    assert MEMORY_BYTES == 1024**3
