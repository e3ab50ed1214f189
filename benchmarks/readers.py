"""Readers while a writer writes and publishes: `python benchmarks/readers.py [CYCLES] [PYTHON ...]`.

Each further argument is a Python whose DuckDB reads too (one with 1.5, one with 2.0); this one always does. Prints cycles,
queries and errors per reader; one reader keeps its connection open throughout.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from flows.home import Home
from flows.new_home import make_home
from flows.run import RunOptions, run_monitor
from warehouse.publish import publish
from warehouse.store import Warehouse

READER = """
import sys, time, duckdb
path, stop = sys.argv[1], sys.argv[2]
import os
queries = errors = 0
kept = duckdb.connect(path, read_only=True) if sys.argv[3] == 'keep' else None
while not os.path.exists(stop):
    try:
        connection = kept or duckdb.connect(path, read_only=True)
        connection.execute('SELECT topic, sum(stories) FROM trends.daily_topic GROUP BY topic').fetchall()
        connection.execute('SELECT count(*), max(title) FROM core.articles').fetchall()
        if kept is None:
            connection.close()
        queries += 2
    except Exception as error:
        errors += 1
        print(error, file=sys.stderr)
print(duckdb.__version__, queries, errors)
"""


def main(cycles: int, pythons: list[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        home, stop = Home(Path(temporary) / "home"), Path(temporary) / "stop"
        make_home(home.root, demo_at=datetime.now(UTC))
        run_monitor(home, RunOptions())
        readers = [
            start(python, home, stop, kind) for python in [sys.executable, *pythons] for kind in ("open", "keep")
        ]
        started = time.perf_counter()
        write(home, cycles)
        seconds = time.perf_counter() - started
        stop.touch()
        print(f"{cycles} cycles of write and publish in {seconds:.1f} s\n{'DuckDB':<10}{'queries':>9}{'errors':>8}")
        outputs = [reader.communicate()[0].split() for reader in readers]
        for version, queries, errors in outputs:
            print(f"{version:<10}{queries:>9}{errors:>8}")
        sys.exit(any(int(errors) for _, _, errors in outputs))


def start(python: str, home: Home, stop: Path, kind: str) -> "subprocess.Popen[str]":
    command = [python, "-c", READER, str(home.published), str(stop), kind]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if ":" in python:  # interpreter:path of a folder with another DuckDB
        interpreter, _, folder = python.partition(":")
        command[0], environment["PYTHONPATH"] = interpreter, folder
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def write(home: Home, cycles: int) -> None:
    """Change rows and publish, again and again."""
    with Warehouse.open_live(home.data, datetime.now(UTC)) as warehouse:
        for number in range(cycles):
            warehouse.connection.execute(
                "INSERT INTO core.outcomes VALUES (?, 'load', 'passed', '', ?)",
                [f"bench-{number}", threading.get_ident() % 97],
            )
            publish(warehouse)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, sys.argv[2:])
