"""Streams JSON lines through a step on all cores: order kept, any line survived, memory flat."""

import json
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

LINES_PER_BATCH = 256

Step = Callable[[dict[str, Any]], dict[str, Any]]


def opened(path: str, mode: str) -> Any:
    """A file, or the standard stream for `-`."""
    return click.open_file(path, mode, encoding="utf-8", errors="replace" if "r" in mode else "strict")


def batches(lines: Iterator[str]) -> Iterator[list[str]]:
    """Lines, some at a time."""
    while batch := list(islice(lines, LINES_PER_BATCH)):
        yield batch


def parsed(line: str) -> dict[str, Any]:
    """A line as an object; one that is none says so in `bad_line`."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"id": None, "bad_line": f"no JSON: {error}"}
    return value if isinstance(value, dict) else {"id": None, "bad_line": "no JSON object"}


def answer(step: Step, line: str) -> str:
    """One line's answer as one line."""
    record = parsed(line)
    if "bad_line" in record:
        return as_line({"id": None, "ok": False, "reason": record["bad_line"]})
    try:
        return as_line(step(record))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return as_line({"id": record.get("id"), "ok": False, "reason": f"{type(error).__name__}: {error}"})


def as_line(record: dict[str, Any]) -> str:
    """One JSON line; a lone surrogate becomes a question mark."""
    text = json.dumps(record, ensure_ascii=False, default=str)
    return text.encode("utf-8", "replace").decode("utf-8") + "\n"


def stream(source: str, target: str, answers: Callable[[list[str]], Iterator[str]]) -> None:
    """Read lines, write answers, batch by batch."""
    stream_lines(source, target, lambda lines: chain.from_iterable(map(answers, batches(lines))))


def stream_lines(source: str, target: str, answers: Callable[[Iterator[str]], Iterator[str]]) -> None:
    """Read lines as far as `answers` asks for them, write each answer as it comes."""
    if source != "-" and not Path(source).is_file():
        raise click.UsageError(f"{source}: no such file")
    with opened(source, "r") as lines, opened(target, "w") as out:
        for line in answers(line for line in lines if line.strip()):
            out.write(line)
