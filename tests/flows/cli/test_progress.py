"""Progress on stderr: JSON lines when nobody watches a terminal."""

import json

import pytest

from extractors.records import Stage
from flows.cli.progress import Count, Progress


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


def test_each_batch_is_a_line_when_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        progress.tell(Stage.FETCH, 20, 0)
        assert told(capsys) == []
        progress.tell(Stage.FETCH, 20, 20)
    (line,) = told(capsys)
    assert (line["event"], line["stage"], line["records"]) == ("batch", "fetch", 20)
    assert float(str(line["seconds"])) >= 0


def test_an_empty_batch_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        progress.tell(Stage.FETCH, 0, 0)
        progress.tell(Stage.FETCH, 0, 0)
    assert told(capsys) == []


def test_batches_of_two_stages_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        for stage in (Stage.POLL, Stage.PARSE):
            progress.tell(stage, 3, 0)
            progress.tell(stage, 3, 3)
    assert [line["stage"] for line in told(capsys)] == ["poll", "parse"]


def test_a_failure_passes_through_the_progress() -> None:
    with pytest.raises(ZeroDivisionError), Progress():
        raise ZeroDivisionError


@pytest.mark.parametrize(("total", "lines"), [(10, 10), (100, 10), (3, 3), (1, 1)])
def test_a_count_is_told_at_each_tenth_and_ends_complete(
    capsys: pytest.CaptureFixture[str], total: int, lines: int
) -> None:
    with Count("checked") as count:
        for done in range(1, total + 1):
            count.tell(done, total)
    found = told(capsys)
    assert len(found) == lines
    assert (found[-1]["done"], found[-1]["of"]) == (total, total)
