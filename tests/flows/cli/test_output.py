"""What commands print: JSON others can read, tables a person can read, remarks that keep off stdout."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import click
import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st

from flows.cli.output import cell, emit_json, print_table, remark, to_json_value


def printed(
    capsys: pytest.CaptureFixture[str], columns: list[str], rows: list[list[object]], title: str = ""
) -> list[str]:
    print_table(columns, rows, title)
    return capsys.readouterr().out.splitlines()


def test_times_are_iso_with_zone_and_decimals_are_numbers() -> None:
    assert to_json_value(datetime(2026, 11, 2, 8, tzinfo=UTC)) == "2026-11-02T08:00:00+00:00"
    assert to_json_value(date(2026, 11, 2)) == "2026-11-02"
    assert to_json_value(Decimal("1.50")) == 1.5
    assert to_json_value({"no JSON"}) == "{'no JSON'}"


def test_json_stands_alone_on_one_line_and_keeps_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    emit_json({"schema": 1, "title": "大模型"})
    out = capsys.readouterr().out
    assert out == '{"schema": 1, "title": "大模型"}\n'


@given(
    st.dictionaries(st.text(max_size=5), st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
)
def test_what_json_can_hold_comes_back(payload: dict[str, object]) -> None:
    @click.command()
    def command() -> None:
        emit_json(payload)

    result = CliRunner().invoke(command, standalone_mode=False)
    encodable = json.dumps(payload, ensure_ascii=False).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert json.loads(result.stdout) == json.loads(encodable)


def test_what_is_no_number_is_null_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    emit_json({"rows": [{"z": float("nan"), "share": (float("inf"), 0.5)}]})
    assert json.loads(capsys.readouterr().out) == {"rows": [{"z": None, "share": [None, 0.5]}]}


def test_a_table_has_a_head_and_a_line_per_row(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, ["topic", "stories"], [["compute", 3], ["talent", 12]])
    assert [line.split() for line in lines] == [["topic", "stories"], ["compute", "3"], ["talent", "12"]]


def test_numbers_stand_to_the_right_and_words_to_the_left(capsys: pytest.CaptureFixture[str]) -> None:
    head, small, large = printed(capsys, ["topic", "stories"], [["a", 3], ["long name", 12]])
    assert small.rstrip().endswith("3")
    assert len(small.rstrip()) == len(large.rstrip()) == len(head.rstrip())
    assert small.startswith("a ")


def test_chinese_takes_two_cells_so_that_columns_stay_straight(capsys: pytest.CaptureFixture[str]) -> None:
    _, latin, chinese = printed(capsys, ["title", "n"], [["four", "x"], ["大模型", "x"]])
    assert latin.index("x") == chinese.index("x") + 3  # three characters, six cells


def test_nothing_is_cut_when_stdout_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    text = "word " * 60
    assert "".join("".join(printed(capsys, ["text"], [[text]])[1:]).split()) == "word" * 60


def test_a_table_without_rows_is_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    assert [line.strip() for line in printed(capsys, ["topic"], [], "Which?")] == ["Which?", "topic"]


def test_markup_of_a_hostile_title_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert "[bold]:smile:[/bold]" in printed(capsys, ["title"], [["[bold]:smile:[/bold]"]])[1]


@pytest.mark.parametrize("evil", ["\x1b[2Jgone", "bell\x07", "\x9b31mred", "back\x08", "line\x1b]0;title\x07"])
def test_no_control_character_reaches_the_terminal(capsys: pytest.CaptureFixture[str], evil: str) -> None:
    out = "\n".join(printed(capsys, ["title"], [[evil]]))
    assert not any((ord(letter) < 32 and letter != "\n") or 127 <= ord(letter) < 160 for letter in out)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (0.0, "0"),
        (0.25, "0.25"),
        (1234.5, "1,234.5"),
        (2 / 3, "0.667"),
        (7, "7"),
        (True, "True"),
        (datetime(2026, 11, 2, 8, 5, tzinfo=UTC), "2026-11-02 08:05Z"),
        ("plain", "plain"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_a_cell_reads_well(value: object, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(("quiet", "said"), [(False, "remark\n"), (True, "")])
def test_a_remark_goes_to_stderr_unless_quiet(quiet: bool, said: str) -> None:
    @click.command()
    @click.pass_context
    def command(ctx: click.Context) -> None:
        ctx.obj = {"quiet": quiet}
        remark("remark")

    result = CliRunner().invoke(command)
    assert (result.stdout, result.stderr) == ("", said)
