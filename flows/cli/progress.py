"""How far a run is, on stderr: bars on a terminal, JSON lines otherwise."""

import json
import sys
import time
from types import TracebackType
from typing import Any, Self

import click

from extractors.records import Stage
from flows.cli.output import told


class Progress:
    """Use as a context manager; `tell(stage, size, done)` is called before and after each batch."""

    def __init__(self) -> None:
        self._bars: Any = None
        self._tasks: dict[Stage, Any] = {}
        self._started: dict[Stage, float] = {}

    def __enter__(self) -> Self:
        if sys.stderr.isatty() and not told("quiet"):
            from rich.console import Console
            from rich.progress import Progress as Bars

            self._bars = Bars(console=Console(stderr=True), transient=True)
            self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bars is not None:
            self._bars.stop()

    def tell(self, stage: Stage, size: int, done: int) -> None:
        """Show that a batch began (`done` 0) or ended."""
        if not size or told("quiet"):
            return
        if self._bars is not None:
            self._draw(stage, size, done)
        elif not done:
            self._started[stage] = time.monotonic()
        else:
            seconds = round(time.monotonic() - self._started.pop(stage), 3)
            sys.stderr.write(json.dumps({"event": "batch", "stage": stage, "records": size, "seconds": seconds}) + "\n")

    def _draw(self, stage: Stage, size: int, done: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(str(stage), total=0)
        task = self._tasks[stage]
        if done:
            self._bars.advance(task, done)
        else:
            self._bars.update(task, total=self._bars.tasks[task].total + size)


class Count:
    """How many of a number are done, on stderr: a bar on a terminal, otherwise a JSON line at each tenth."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._bar: Any = None
        self._tenth = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.render_finish()

    def tell(self, done: int, total: int) -> None:
        """Show that one more is done."""
        if told("quiet"):
            return
        if sys.stderr.isatty():
            self._bar = self._bar or click.progressbar(length=total, label=self.label, file=sys.stderr)
            self._bar.update(1)
        elif 10 * done // total > self._tenth:
            self._tenth = 10 * done // total
            sys.stderr.write(json.dumps({"event": self.label, "done": done, "of": total}) + "\n")
