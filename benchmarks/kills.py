"""`kill -9` at 30 random moments of a cycle, then a new run each: `python benchmarks/kills.py [COUNT] [SEED]`.

Prints what every pair of runs left: each entry once, none lost, the published file opens.
"""

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

COMMAND = [sys.executable, "-c", "from flows.cli import main; main()"]
FIRST, SECOND = "2026-11-25T12:00:00Z", "2026-11-25T15:00:00Z"
ENTRIES = "SELECT entry_id, outcome, coalesce(reason, '') FROM core.entries ORDER BY ALL"
Rows = list[tuple[str, ...]]


def main(count: int, seed: int) -> None:
    moments = random.Random(seed)  # noqa: S311 - moments, not secrets
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary) / "fresh"
        subprocess.run([*COMMAND, "init", str(fresh), "--demo"], check=True, capture_output=True)
        expected, seconds = undisturbed(fresh, Path(temporary) / "whole")
        print(
            f"undisturbed: {len(expected)} entries in {seconds:.1f} s\n{'kill':>5}{'after s':>9}{'entries':>9}  result"
        )
        right = 0
        for number in range(1, count + 1):
            after = moments.uniform(0.1, seconds)
            result, found = killed(fresh, Path(temporary) / f"kill-{number}", after, expected)
            right += result == "whole"
            print(f"{number:>5}{after:>9.2f}{found:>9}  {result}")
        print(f"\n{right} of {count} whole: every entry once, none lost, the published file opens")
        sys.exit(right != count)


def run(home: Path, now: str) -> list[str]:
    return [*COMMAND, "--home", str(home), "run", "--direct", "--json", "--now", now]


def undisturbed(fresh: Path, home: Path) -> tuple[Rows, float]:
    shutil.copytree(fresh, home)
    started = time.perf_counter()
    subprocess.run(run(home, FIRST), check=True, capture_output=True)
    return entries_of(home), time.perf_counter() - started


def killed(fresh: Path, home: Path, after: float, expected: Rows) -> tuple[str, int]:
    shutil.copytree(fresh, home)
    process = subprocess.Popen(run(home, FIRST), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    again = subprocess.run(run(home, SECOND), capture_output=True, text=True, check=False)
    if again.returncode:
        return f"exit {again.returncode}: {again.stderr[-200:]}", 0
    found = entries_of(home)
    shutil.rmtree(home)
    return ("whole" if found == expected else f"{len(set(expected) ^ set(found))} rows differ"), len(found)


def entries_of(home: Path) -> Rows:
    connection = duckdb.connect(str(home / "data" / "published.duckdb"), read_only=True)
    rows = connection.execute(ENTRIES).fetchall()
    connection.close()
    return rows


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30, int(sys.argv[2]) if len(sys.argv) > 2 else 7)
