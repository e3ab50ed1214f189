"""How long the command line takes to start, as a ratio to a bare Python start: medians of interleaved rounds."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 9
SINOSCOPE = [sys.executable, "-c", "import sys; from flows.cli import main; sys.argv[0] = 'sinoscope'; main()"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "demo"
        for words in (["init", str(home), "--demo"], ["--home", str(home), "run", "--direct", "--json"]):
            subprocess.run([*SINOSCOPE, *words], check=True, capture_output=True)
        commands = {
            "bare python": [sys.executable, "-c", "pass"],
            "--help": [*SINOSCOPE, "--help"],
            "query attention": [*SINOSCOPE, "--home", str(home), "query", "attention"],
            "query --list": [*SINOSCOPE, "--home", str(home), "query", "--list"],
            "status": [*SINOSCOPE, "--home", str(home), "status"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                started = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True)
                seconds[name].append(time.perf_counter() - started)
    bare = statistics.median(seconds["bare python"])
    print(f"{'command':<20}{'median ms':>10}{'x bare':>8}")
    for name, times in seconds.items():
        median = statistics.median(times)
        print(f"{name:<20}{median * 1000:>10.0f}{median / bare:>8.1f}")


if __name__ == "__main__":
    main()
