"""Speed and memory of extraction: `python benchmarks/extraction.py [FOLDER] [--times N] [--archive N] [--memory N]`.

FOLDER holds pages (*.html) or *.jsonl(.gz) lines with `html` or `html_base64`; without one the newsroom's own pages are
taken. Prints pages a second of trafilatura's default `bare_extraction` in one process and of `extract --jsonl` on all
cores, on the same pages in the same run; with `--times N` in turn N times, and the medians. `--memory N` runs a quarter of
N pages and N pages through it and prints the peak size of its process and of its largest worker (Linux only);
`--archive N` makes an archive of N pages from a run of the demo newsroom, and times `reprocess --diff` on it.
"""

import argparse
import base64
import gzip
import json
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, cycle, islice
from pathlib import Path

import trafilatura

from benchmarks.polling import COMMAND, watch
from flows.demo.pages import article_page
from flows.demo.samples import ARTICLES, load_samples
from flows.home import Home
from flows.new_home import make_home
from flows.reprocess import diff_archive, diff_json
from flows.run import RunOptions, run_monitor
from warehouse.store import Warehouse

SAMPLE_DAY = datetime(2026, 11, 2, 20, tzinfo=UTC)


def pages_of(folder: Path | None) -> list[bytes]:
    """The pages of a folder, or our own."""
    if folder is None:
        samples = load_samples(ARTICLES, SAMPLE_DAY)
        return [article_page(sample, samples) for sample in samples]
    lines = chain.from_iterable(map(lines_in, sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")])))
    return [body_of(json.loads(line)) for line in lines] + [path.read_bytes() for path in sorted(folder.glob("*.html"))]


def lines_in(path: Path) -> Iterator[str]:
    """Lines of a file, packed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from lines


def body_of(record: dict[str, str]) -> bytes:
    """The bytes of a line's page."""
    return base64.b64decode(record["html_base64"]) if "html_base64" in record else record["html"].encode()


def trafilatura_seconds(pages: list[bytes]) -> float:
    """trafilatura with its defaults, in this process."""
    start = time.perf_counter()
    for page in pages:
        trafilatura.bare_extraction(page)
    return time.perf_counter() - start


@dataclass(frozen=True, slots=True)
class Run:
    """One `sinoscope extract --jsonl`: seconds, and the peak memory of its process and of its largest worker, in MB."""

    seconds: float
    parent_mb: float
    worker_mb: float


def extracted(pages: Iterator[bytes]) -> Run:
    """`sinoscope extract --jsonl` over these pages as a person runs it, processes started and all."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        with source.open("w", encoding="utf-8") as out:
            for number, page in enumerate(pages):
                record = {"id": number, "url": "https://e.example/", "html_base64": base64.b64encode(page).decode()}
                out.write(json.dumps(record) + "\n")
        start = time.perf_counter()
        process = subprocess.Popen([*COMMAND, "extract", "--jsonl", str(source), str(target)], stdout=subprocess.PIPE)
        peaks: dict[int, float] = {}
        watching = threading.Thread(target=watch, args=(process, peaks))
        watching.start()
        assert process.wait() == 0
        seconds = time.perf_counter() - start
        watching.join()
    parent = peaks.pop(process.pid, 0.0)
    return Run(seconds, parent, max(peaks.values(), default=0.0))


def print_speed(pages: list[bytes], times: int) -> None:
    """Time both in turn, and print the medians."""
    trafilatura.bare_extraction(pages[0])
    seconds = [(trafilatura_seconds(pages), extracted(iter(pages)).seconds) for _ in range(times)]
    theirs, ours = (statistics.median(each) for each in zip(*seconds, strict=True))
    ratios = [one / other for one, other in seconds]
    print(f"pages                               {len(pages):8d}")
    print(f"trafilatura, one process, pages/s   {len(pages) / theirs:8.1f}")
    print(f"extract --jsonl, pages/s            {len(pages) / ours:8.1f}")
    print(
        f"ratio                               {statistics.median(ratios):8.2f}   of {[round(each, 2) for each in ratios]}"
    )


def print_memory(pages: list[bytes], count: int) -> None:
    """Print the sizes after a quarter of so many pages and after all."""
    for number in (count // 4, count):
        run = extracted(islice(cycle(pages), number))
        print(f"{number:6d} pages: reading process {run.parent_mb:.0f} MB, largest worker {run.worker_mb:.0f} MB")


def home_with(count: int, root: Path) -> Home:
    """A demo home whose archive has at least `count` pages: each of its own again and again, under other names."""
    make_home(root, demo_at=SAMPLE_DAY)
    run_monitor(Home(root), RunOptions(now=SAMPLE_DAY))
    with Warehouse.open_live(root / "data", SAMPLE_DAY) as warehouse:
        [(pages,)] = warehouse.connection.execute(
            "SELECT count(*) FROM core.pages WHERE warc_file IS NOT NULL"
        ).fetchall()
        for table, key in (("core.entries", "entry_id"), ("core.pages", "page_id"), ("core.articles", "article_id")):
            own = "page_id" if key == "page_id" else f"page_id || '-' || n AS page_id, {key}"
            warehouse.connection.execute(
                f"INSERT INTO {table} SELECT t.* REPLACE ({own} || '-' || n AS {key}"  # noqa: S608 - names are ours
                + (", entry_id || '-' || n AS entry_id" if key == "article_id" else "")
                + f") FROM {table} AS t, range(1, ?) AS r(n)",
                [count // pages + 1],
            )
    return Home(root)


def print_archive(count: int) -> None:
    """Time `reprocess --diff`, twice: the same rules must say the same."""
    with tempfile.TemporaryDirectory() as folder:
        home = home_with(count, Path(folder) / "home")
        start = time.perf_counter()
        first = diff_json(diff_archive(home, None))
        seconds = time.perf_counter() - start
        kinds = {kind: first[kind] for kind in ("unchanged", "changed", "gained", "lost", "none")}
        print(
            f"reprocess --diff of {first['pages']} pages: {seconds:.0f} s, {first['pages'] / seconds:.0f} pages/s, {kinds}"
        )
        print(f"the same again: {diff_json(diff_archive(home, None)) == first}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take each Nth page")
    parser.add_argument("--times", type=int, default=1, help="how often both are timed")
    parser.add_argument("--memory", type=int, default=0, help="pages to run for the figure of memory")
    parser.add_argument("--archive", type=int, default=0, help="pages of an archive to read again")
    arguments = parser.parse_args()
    if arguments.archive:
        print_archive(arguments.archive)
        return
    pages = pages_of(arguments.folder)[:: arguments.every]
    print_speed(pages, arguments.times)
    if arguments.memory:
        print_memory(pages, arguments.memory)


if __name__ == "__main__":
    main()
