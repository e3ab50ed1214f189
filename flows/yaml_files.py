"""Reads YAML with the line of every value, checks it against a model, and says every mistake with file and line.

A typo costs one line of reading, not a traceback: `config/feeds.yaml:7: feeds[1].evry_minutes: unknown key, did you mean
"every_minutes"?`
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from extractors.errors import Misplaced

Loc = tuple[str | int, ...]
CHOICES = ("literal_error", "enum")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A parsed file: its data, and the line (from 1) of every key and item by its place in the data."""

    name: str
    data: Any
    lines: dict[Loc, int]
    sources: Mapping[Loc, str] = field(default_factory=dict)  # values laid over the file, and where they came from

    def line(self, loc: Loc) -> int:
        """The line of a place, or of the nearest place around it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)

    def mistake(self, loc: Loc, words: str) -> str:
        """`file:line: place: words`."""
        place = dotted(loc)
        source = self.sources.get(loc) or f"{self.name}:{self.line(loc)}"
        return f"{source}: {place + ': ' if place else ''}{words}"


def read_yaml(path: Path, name: str) -> tuple[YamlFile, list[str]]:
    """A file and the mistakes of its form: missing, not UTF-8, a tab, a wrong indent, a key twice."""
    try:
        text = path.read_text(encoding="utf-8")
        node, data = parsed(text)
    except FileNotFoundError:
        return YamlFile(name, {}, {}), [
            f"{name}:1: the file is missing; restore it, or make a fresh home with `sinoscope init`"
        ]
    except UnicodeDecodeError as error:
        return YamlFile(name, {}, {}), [f"{name}:1: not UTF-8 at byte {error.start}; save the file as UTF-8"]
    except yaml.YAMLError as error:
        return YamlFile(name, {}, {}), [form_mistake(name, error, text)]
    if node is None or node.tag == "tag:yaml.org,2002:null":
        return YamlFile(name, {}, {}), [
            f"{name}:1: the file is empty; restore it, or make a fresh home with `sinoscope init`"
        ]
    lines: dict[Loc, int] = {}
    mistakes = [f"{name}:{line}: {dotted(loc)}: the key stands twice; keep one" for loc, line in walk(node, (), lines)]
    return YamlFile(name, data, lines), mistakes


def parsed(text: str) -> tuple[yaml.Node | None, Any]:
    """The node of a document, which knows its lines, and its data, made from the node: the text is read once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)  # the C one, where it was built, is ten times faster
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def form_mistake(name: str, error: yaml.YAMLError, text: str) -> str:
    """What the YAML parser says, in one line with a remedy."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    problem = str(getattr(error, "problem", error)).splitlines()[0]
    at_fault = text.splitlines()[line - 1 : line]
    if at_fault and "\t" in at_fault[0][: len(at_fault[0]) - len(at_fault[0].lstrip())]:
        return f"{name}:{line}: a tab stands where YAML wants spaces; indent with spaces"
    return f"{name}:{line}: {problem}; check indent, quotes and colons there"


def walk(node: yaml.Node, loc: Loc, lines: dict[Loc, int]) -> Iterator[tuple[Loc, int]]:
    """Note the line of every place below a node; yield keys that stand twice."""
    lines.setdefault(loc, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*loc, str(key.value))
            if place in lines:
                yield place, key.start_mark.line + 1
            lines[place] = key.start_mark.line + 1
            yield from walk(value, place, lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from walk(item, (*loc, number), lines)


def validated(model: type[M], file: YamlFile) -> tuple[M | None, list[str]]:
    """The file as a model, or every mistake in it."""
    if not isinstance(file.data, dict):
        return None, [file.mistake((), f"holds {type(file.data).__name__}, a mapping is wanted; see the shipped file")]
    try:
        return model.model_validate(file.data), []
    except ValidationError as error:
        return None, list(sentences(file, error.errors(include_url=False), model))


def sentences(file: YamlFile, errors: Sequence[ErrorDetails], model: type[BaseModel]) -> Iterator[str]:
    """Every mistake once: a key that is missing because it was mistyped is told at the typo only."""
    typos = {
        (*error["loc"][:-1], close)
        for error in errors
        if error["type"] == "extra_forbidden"
        for close in closest(str(error["loc"][-1]), keys_at(model, error["loc"][:-1]))
    }
    for error in errors:
        misplaced = error.get("ctx", {}).get("error")
        if isinstance(misplaced, Misplaced):
            yield from (file.mistake((*error["loc"], *loc), words) for loc, words in misplaced.places)
        elif error["type"] != "missing" or error["loc"] not in typos:
            yield sentence(file, error, model)


def sentence(file: YamlFile, error: ErrorDetails, model: type[BaseModel]) -> str:
    """One mistake with its remedy."""
    loc = tuple(part for part in error["loc"] if part != "[key]")
    kind = error["type"]
    if kind == "extra_forbidden":
        return file.mistake(loc, "unknown key" + suggestion(str(loc[-1]), keys_at(model, loc[:-1])))
    if kind == "missing":
        return file.mistake(loc, "is missing; add it")
    given = error.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) and len(str(given)) < 80 else ""
    words = error["msg"].removeprefix("Value error, ")
    words = words[0].lower() + words[1:] if words[:2].istitle() else words
    guess = suggestion(given, literal_values(words)) if isinstance(given, str) and kind in CHOICES else ""
    return file.mistake(loc, words + shown + guess)


def literal_values(words: str) -> list[str]:
    """The allowed words that pydantic lists in quotes."""
    return words.split("'")[1::2]


def suggestion(word: str, known: Sequence[str]) -> str:
    """`, did you mean "x"?` when something known is close."""
    if close := closest(word, known):
        return f', did you mean "{close[0]}"?'
    return f"; known: {', '.join(known)}" if known and len(known) < 25 else "; remove it"


def closest(word: str, known: Sequence[str]) -> list[str]:
    """The one known word that is close, as a list of none or one."""
    return difflib.get_close_matches(word, known, n=1, cutoff=0.6)


def keys_at(model: Any, loc: Loc) -> list[str]:
    """The keys a model knows at a place."""
    for part in loc:
        if isinstance(part, int):
            continue
        field = getattr(model, "model_fields", {}).get(part)
        model = model_in(field.annotation) if field is not None else None
    return list(getattr(model, "model_fields", {}))


def model_in(annotation: Any) -> Any:
    """The first pydantic model inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := model_in(part)) is not None), None)


def dotted(loc: Loc) -> str:
    """feeds[1].url."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
