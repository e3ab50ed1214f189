"""One cycle over a folder of pages: `python benchmarks/real_input.py [FOLDER]`.

FOLDER holds *.jsonl.gz with a page a line (`html` or `html_base64`); without one the newsroom's pages are taken. A local
server offers them through generated feeds of at most 500 entries; one `sinoscope run --direct` takes them all. Prints what
became of them, pages per second, and the peak memory.
"""

import base64
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import yaml

from flows.demo.pages import article_page
from flows.demo.samples import ARTICLES, load_samples

ENTRIES_PER_FEED = 500
HOST = "pages.example"
COMMAND = [sys.executable, "-c", "from flows.cli import main; main()"]


def main(pages: list[bytes]) -> None:
    server = serve(pages)
    with tempfile.TemporaryDirectory() as temporary:
        home = make_home(Path(temporary) / "home", len(pages), server.server_port)
        started = time.perf_counter()
        ended = subprocess.run(
            [*COMMAND, "--home", str(home), "run", "--direct", "--json"], capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - started
        if ended.returncode:
            sys.exit(ended.stderr)
        show(json.loads(ended.stdout), len(pages), seconds)
        show_memory(home)


def read_pages(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield base64.b64decode(record["html_base64"]) if "html_base64" in record else record["html"].encode()


def newsroom_pages() -> list[bytes]:
    samples = load_samples(ARTICLES, datetime.now(UTC))
    return [article_page(sample, samples) for sample in samples]


def serve(pages: list[bytes]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, kind, body = answer(self.path, pages)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def answer(path: str, pages: list[bytes]) -> tuple[int, str, bytes]:
    if path.startswith("/page/"):
        return 200, "text/html", pages[int(path.removeprefix("/page/"))]
    if path.startswith("/feed/"):
        start = int(path.removeprefix("/feed/")) * ENTRIES_PER_FEED
        now = datetime.now(UTC).isoformat()
        items = [
            {"id": str(number), "url": f"http://{HOST}/page/{number}", "title": f"Page {number}", "date_published": now}
            for number in range(start, min(start + ENTRIES_PER_FEED, len(pages)))
        ]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": path, "items": items}
        return 200, "application/feed+json", json.dumps(feed).encode()
    return 404, "text/plain", b""


def make_home(home: Path, count: int, port: int) -> Path:
    subprocess.run([*COMMAND, "init", str(home)], check=True, capture_output=True)
    settings = {
        "config_version": 1,
        "network": {
            "allow_private": ["127.0.0.1"],
            "resolve": {HOST: f"127.0.0.1:{port}"},
            "feed_seconds": 0,
            "page_seconds": 0,
            "run_seconds": 3600,
            "per_host": 20,
        },
    }
    feeds = [
        {"id": f"f{number}", "url": f"http://{HOST}/feed/{number}", "fetch": "all"}
        for number in range((count + ENTRIES_PER_FEED - 1) // ENTRIES_PER_FEED)
    ]
    (home / "config" / "settings.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (home / "config" / "feeds.yaml").write_text(yaml.safe_dump({"feeds": feeds}), encoding="utf-8")
    return home


def show(report: dict[str, dict[str, dict[str, object]]], count: int, seconds: float) -> None:
    print(f"{'stage':<12}{'in':>7}{'passed':>8}{'dropped':>9}{'quarantined':>13}  reasons")
    for name, stage in report["stages"].items():
        row = f"{name:<12}{stage['in']:>7}{stage['passed']:>8}{stage['dropped']:>9}{stage['quarantined']:>13}"
        print(f"{row}  {json.dumps(stage['reasons'])}")
    print(f"\n{count} pages in {seconds:.1f} s: {count / seconds:.1f} pages/s, start and publish included")


def show_memory(home: Path) -> None:
    connection = duckdb.connect(str(home / "data" / "published.duckdb"), read_only=True)
    articles = connection.execute("SELECT count(*) FROM core.articles WHERE parent_article_id IS NULL").fetchone()
    reasoned = connection.execute("SELECT count(*) FROM core.entries WHERE outcome IN ('loaded', 'dropped')").fetchone()
    entries = connection.execute("SELECT count(*) FROM core.entries").fetchone()
    connection.close()
    assert articles
    assert reasoned
    assert entries
    print(f"{articles[0]} articles; {reasoned[0]} of {entries[0]} entries became an article or carry a reason")
    peak_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest process: {peak_mib:.0f} MiB")


if __name__ == "__main__":
    main(list(read_pages(Path(sys.argv[1])) if len(sys.argv) > 1 else newsroom_pages()))
