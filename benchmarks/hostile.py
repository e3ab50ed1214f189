"""What each hostile feed costs: `python -m benchmarks.hostile [NAME ...]`.

Each is polled in a process of its own beside ten good feeds, with the product's own limits: 30 s in all, 10 s per pause,
5 MiB on the wire, 10 MiB unpacked, 10 s of parsing. Prints seconds and memory of the parent beyond those of a run without the
hostile feed, its cause, and how many of the ten good feeds were loaded. Ends with 1 when one took more than 30 s, more than
50 MB, the wrong cause, or a good feed along.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Set
from pathlib import Path
from typing import Any

from flows.workers import Workers
from tests.behaviours.collector import Collector, feed
from tests.flows.web.fakeweb import FakeWeb, Reply

MOST_SECONDS, MOST_MEGABYTES, GOOD = 30.0, 50.0, 10


def main(names: list[str]) -> None:
    from tests.behaviours.hostile import HOSTILE, good_feed  # not above: the measured process must not hold them

    with FakeWeb() as web:
        for name, hostile in HOSTILE.items():
            web.serve(f"news.example/{name}", hostile.reply)
        for number in range(GOOD):
            web.serve(f"other.example/{number}", Reply(good_feed(number)))
        alone = measured(web, "")
        print(f"{'without':<32}{alone['seconds']:>8.1f} s{alone['megabytes']:>8.0f} MB, {alone['good']} of {GOOD} good")
        chosen = names or list(HOSTILE)
        failures = [name for name in chosen if not is_within(name, HOSTILE[name].causes, measured(web, name), alone)]
    print(f"\n{len(chosen) - len(failures)} of {len(chosen)} within bounds {failures or ''}")
    sys.exit(bool(failures))


def measured(web: FakeWeb, name: str) -> dict[str, Any]:
    words = [sys.executable, "-m", "benchmarks.hostile", "--one", str(web.port), name]
    return dict(json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout))


def is_within(name: str, causes: Set[str | None], cost: dict[str, Any], alone: dict[str, Any]) -> bool:
    more = cost["megabytes"] - alone["megabytes"]
    longer = cost["seconds"] - alone["seconds"]
    right = cost["cause"] in causes and cost["good"] == GOOD
    within = right and longer <= MOST_SECONDS and more <= MOST_MEGABYTES
    word = "" if within else "  <- NO"
    print(
        f"{name:<32}{longer:>+8.1f} s{more:>+8.1f} MB  {cost['cause'] or 'read'}, {cost['good']} of {GOOD} good{word}"
    )
    return within


class Elsewhere(FakeWeb):
    """The fake web of another process."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port


def one(port: int, name: str) -> None:
    """Poll one hostile feed and the good ones; print what it cost."""
    feeds = [feed(f"good-{number}", f"other.example/{number}") for number in range(GOOD)]
    feeds += [feed(name, f"news.example/{name}")] if name else []
    with tempfile.TemporaryDirectory() as folder, Workers() as workers:
        collector = Collector(Path(folder) / "data", Elsewhere(port), feeds, {})
        collector.parse = workers.map
        started = time.monotonic()
        run = collector.run()
        seconds = time.monotonic() - started
    causes = {feed_id: poll["cause"] for feed_id, poll in run.polls.items()}
    good = sum(causes[f"good-{number}"] is None for number in range(GOOD))
    print(json.dumps({"seconds": seconds, "megabytes": peak_megabytes(), "cause": causes.get(name), "good": good}))


def peak_megabytes() -> float:
    """The most memory this process held. Not ru_maxrss: that is handed down from the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(int(sys.argv[2]), sys.argv[3])
    else:
        main(sys.argv[1:])
