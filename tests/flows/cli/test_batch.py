"""JSON lines through a step: order kept, any line survived, nothing held back."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given, strategies as st

from flows.cli.batch import LINES_PER_BATCH, answer, as_line, parsed, stream, stream_lines


def echo(record: dict[str, Any]) -> dict[str, Any]:
    return {"id": record["id"], "ok": True}


def test_a_good_line_is_answered_by_the_step() -> None:
    assert json.loads(answer(echo, '{"id": "a"}')) == {"id": "a", "ok": True}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "no JSON"),
        ('{"id": "a"', "no JSON"),
        ("[1, 2]", "no JSON object"),
        ("null", "no JSON object"),
        ("7", "no JSON object"),
        ("[" * 100_000, "no JSON"),
        ('{"title": "no id"}', "KeyError"),
    ],
)
def test_a_bad_line_is_answered_with_its_reason(line: str, said: str) -> None:
    answered = json.loads(answer(echo, line))
    assert answered["ok"] is False
    assert said in answered["reason"]


@pytest.mark.parametrize(
    "error", [KeyError("html"), OverflowError("year"), TypeError("int"), ValueError("date"), AttributeError("x")]
)
def test_a_step_that_fails_on_a_line_costs_that_line(error: Exception) -> None:
    def failing(record: dict[str, Any]) -> dict[str, Any]:
        raise error

    answered = json.loads(answer(failing, '{"id": "a"}'))
    assert (answered["id"], answered["ok"]) == ("a", False)
    assert answered["reason"].startswith(type(error).__name__)


def test_a_mistake_of_another_kind_is_not_hidden() -> None:
    def failing(record: dict[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answer(failing, '{"id": "a"}')


@given(st.text())
def test_any_line_gets_exactly_one_line(line: str) -> None:
    answered = answer(echo, line)
    assert answered.endswith("\n")
    assert answered.count("\n") == 1
    assert "ok" in json.loads(answered)


def test_a_lone_surrogate_can_be_written() -> None:
    assert as_line({"title": "\ud800"}).encode() == b'{"title": "?"}\n'


def test_an_object_stays_as_it_was_read() -> None:
    assert parsed('{"id": 1, "text": "大"}') == {"id": 1, "text": "大"}


def test_empty_lines_are_skipped_and_the_rest_comes_in_batches(tmp_path: Path) -> None:
    source, sizes = tmp_path / "in", list[int]()
    source.write_text("\n".join(["a", "", "  ", *map(str, range(LINES_PER_BATCH))]) + "\n")

    def answers(batch: list[str]) -> Iterator[str]:
        sizes.append(len(batch))
        return iter(batch)

    stream(str(source), str(tmp_path / "out"), answers)
    assert sizes == [LINES_PER_BATCH, 1]


def test_lines_are_read_only_as_far_as_answers_ask_for_them(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_text("a\n\nb\nc\n")
    stream_lines(str(source), str(target), lambda lines: islice(lines, 2))
    assert target.read_text() == "a\nb\n"


def test_answers_are_written_before_the_last_line_is_read(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_text("x\n" * (3 * LINES_PER_BATCH))
    written: list[int] = []

    def answers(batch: list[str]) -> Iterator[str]:
        written.append(target.stat().st_size)
        yield from ("y" * 1_000 + "\n" for _ in batch)

    stream(str(source), str(target), answers)
    assert written[0] == 0
    assert written[1] > 0
    assert target.read_text().count("\n") == 3 * LINES_PER_BATCH


def test_bytes_that_are_no_utf_8_do_not_stop_the_stream(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(b'{"id": "\xff"}\n{"id": "b"}\n')
    stream(str(source), str(target), lambda batch: (answer(echo, line) for line in batch))
    assert [json.loads(line)["id"] for line in target.read_text().splitlines()] == ["\ufffd", "b"]


def test_a_missing_file_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="no such file"):
        stream(str(tmp_path / "none"), "-", lambda batch: iter(batch))
