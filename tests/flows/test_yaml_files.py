"""YAML with the line of every value: a mistake costs one line of reading."""

from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, strategies as st
from pydantic import BaseModel, ConfigDict, Field

from flows.yaml_files import (
    YamlFile,
    closest,
    dotted,
    keys_at,
    literal_values,
    model_in,
    read_yaml,
    suggestion,
    validated,
)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    size_seconds: int = Field(default=1, ge=0)
    colour: Literal["red", "green"] = "red"


class Whole(BaseModel):
    model_config = ConfigDict(extra="forbid")

    parts: tuple[Part, ...] = ()
    spare: Part | None = None


def read(tmp_path: Path, text: str | bytes) -> tuple[YamlFile, list[str]]:
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(path, "config/file.yaml")


def mistakes(tmp_path: Path, text: str | bytes) -> list[str]:
    file, found = read(tmp_path, text)
    return found or validated(Whole, file)[1]


def test_a_good_file_is_its_model(tmp_path: Path) -> None:
    file, found = read(tmp_path, "parts:\n  - name: a\n    size_seconds: 3\n")
    assert found == []
    assert validated(Whole, file) == (Whole(parts=(Part(name="a", size_seconds=3),)), [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("parts:\n  - nam: a\n", 'config/file.yaml:2: parts[0].nam: unknown key, did you mean "name"?'),
        (
            "parts:\n  - name: a\n    zzz: 1\n",
            "config/file.yaml:3: parts[0].zzz: unknown key; known: name, size_seconds, colour",
        ),
        ("parts:\n  - size_seconds: 2\n", "config/file.yaml:2: parts[0].name: is missing; add it"),
        (
            "parts:\n  - name: a\n    size_seconds: -2\n",
            "config/file.yaml:3: parts[0].size_seconds: input should be greater than or equal to 0 (given: -2)",
        ),
        (
            "parts:\n  - name: a\n    colour: grean\n",
            "config/file.yaml:3: parts[0].colour: input should be 'red' or 'green' (given: 'grean'), did you mean \"green\"?",
        ),
        ("spare:\n  name: a\n  name: b\n", "config/file.yaml:3: spare.name: the key stands twice; keep one"),
        (
            "parts:\n\t- name: a\n",
            "config/file.yaml:2: a tab stands where YAML wants spaces; indent with spaces",
        ),
        ("- a\n- b\n", "config/file.yaml:1: holds list, a mapping is wanted; see the shipped file"),
        ("just words\n", "config/file.yaml:1: holds str, a mapping is wanted; see the shipped file"),
        (b"parts: \xff\xfe\n", "config/file.yaml:1: not UTF-8 at byte 7; save the file as UTF-8"),
    ],
)
def test_a_mistake_is_told_with_file_line_place_and_remedy(tmp_path: Path, text: str | bytes, told: str) -> None:
    assert mistakes(tmp_path, text) == [told]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_names_the_remedy(tmp_path: Path, text: str) -> None:
    (told,) = mistakes(tmp_path, text)
    assert told == "config/file.yaml:1: the file is empty; restore it, or make a fresh home with `sinoscope init`"


def test_a_missing_file_names_the_remedy(tmp_path: Path) -> None:
    _, (told,) = read_yaml(tmp_path / "none.yaml", "config/none.yaml")
    assert told == "config/none.yaml:1: the file is missing; restore it, or make a fresh home with `sinoscope init`"


@pytest.mark.parametrize("text", ["parts: [1, 2\n", "parts: {a: 1\n", 'parts: "open\n', "a: b: c\n", "*nothing\n"])
def test_what_is_no_yaml_says_where(tmp_path: Path, text: str) -> None:
    (told,) = mistakes(tmp_path, text)
    assert told.startswith("config/file.yaml:")
    assert "check indent, quotes and colons there" in told


def test_no_yaml_tag_makes_an_object(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, "parts: []\nspare: !!python/object/apply:os.getcwd []\n")
    assert told.startswith("config/file.yaml:2: could not determine a constructor for the tag")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    told = mistakes(tmp_path, "parts:\n  - name: a\n    zzz: 1\n  - nam: b\nspare: {}\nother: 1\n")
    assert [line.split(": ")[0] for line in told] == [f"config/file.yaml:{n}" for n in (3, 4, 5, 6)]


def test_the_line_of_a_place_that_is_not_there_is_that_of_what_is_around_it(tmp_path: Path) -> None:
    file, _ = read(tmp_path, "spare:\n  name: a\nparts:\n  - name: b\n")
    assert file.line(("spare", "name")) == 2
    assert file.line(("spare", "colour", "deep")) == 1
    assert file.line(("parts", 0, "name")) == 4
    assert file.line(("parts", 7)) == 3
    assert file.line(()) == 1


def test_a_value_laid_over_the_file_names_its_source() -> None:
    file = YamlFile("config/file.yaml", {}, {}, {("run", "days"): "SINOSCOPE_RUN__DAYS"})
    assert file.mistake(("run", "days"), "no number") == "SINOSCOPE_RUN__DAYS: run.days: no number"


@pytest.mark.parametrize(
    ("loc", "text"),
    [((), ""), (("a",), "a"), (("a", 1), "a[1]"), (("a", 1, "b"), "a[1].b"), ((0, "b"), "[0].b"), (("a", "b"), "a.b")],
)
def test_a_place_is_written_as_one_would_say_it(loc: tuple[str | int, ...], text: str) -> None:
    assert dotted(loc) == text


def test_only_a_close_word_is_suggested() -> None:
    assert closest("evry_minutes", ["every_minutes", "enabled"]) == ["every_minutes"]
    assert closest("colour", ["every_minutes", "enabled"]) == []
    assert suggestion("colour", []) == "; remove it"
    assert suggestion("x" * 9, [str(number) for number in range(30)]) == "; remove it"


def test_a_model_is_found_inside_optional_and_lists() -> None:
    assert model_in(tuple[Part, ...]) is Part
    assert model_in(Part | None) is Part
    assert model_in(dict[str, int]) is None
    assert keys_at(Whole, ("parts", 3)) == ["name", "size_seconds", "colour"]
    assert keys_at(Whole, ("nothing",)) == []


def test_the_allowed_words_are_those_in_quotes() -> None:
    assert literal_values("input should be 'red', 'green' or 'blue'") == ["red", "green", "blue"]


@given(
    st.dictionaries(
        st.text(st.characters(categories=["L"]), min_size=1),
        st.integers() | st.text(st.characters(categories=["L", "P", "Zs"])),
        max_size=5,
    )
)
def test_any_mapping_keeps_its_values(values: dict[str, object]) -> None:
    import tempfile

    import yaml

    with tempfile.TemporaryDirectory() as folder:
        file, found = read(Path(folder), yaml.safe_dump(values, allow_unicode=True))
    assert found == []
    assert file.data == values
