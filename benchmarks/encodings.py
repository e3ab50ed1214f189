"""Chinese encodings, and feedparser's own test files through our front end: `python benchmarks/encodings.py [ARCHIVE]`.

First our 25 cases, read by us and by feedparser alone. Then feedparser's source package (its version is the installed one;
fetched with `pip download` into a temporary folder unless ARCHIVE names it): every well-formed and every entity file must
give the same through `decode_xml` and our cuts as through feedparser alone, with the same switches. Encoding and ill-formed
files are counted too; those may differ, where our front end repairs. Exit 1 when a case or a file that may not differ does.
"""

import importlib.metadata
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser

from extractors.decode import decode_xml
from extractors.feeds.syndication import LONG_AUTHOR, LONG_TAG
from tests.extractors.chinese_feeds import CASES
from tests.extractors.feed_bodies import document

SWITCHES = {"sanitize_html": False, "resolve_relative_uris": False}
HEADER = re.compile(rb"^Header:\s*([\w-]+):\s*(.+?)\s*$", re.MULTILINE)
MUST_AGREE = ("wellformed", "entities")
SLOW_SECONDS = 10


def fetched_archive(folder: Path) -> Path:
    """feedparser's source package of the installed version, from the package index pip is set up for."""
    wanted = f"feedparser=={importlib.metadata.version('feedparser')}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "feedparser", wanted]
    subprocess.run([*command, "--dest", str(folder)], check=True, stderr=subprocess.DEVNULL)
    return next(folder.glob("feedparser-*.tar.gz"))


def files_in(archive: Path) -> Iterator[tuple[str, str, bytes]]:
    """Group, path and bytes of each XML file below tests/."""
    with tarfile.open(archive) as packed:
        for member in packed:
            _, _, path = member.name.partition("/tests/")
            content = packed.extractfile(member) if path.endswith(".xml") else None
            if content is not None:
                yield path.split("/")[0], path, content.read()


def alone(body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """What feedparser makes of the bytes by itself."""
    return essence(feedparser.parse(io.BytesIO(body), response_headers=headers, **SWITCHES))


def through_us(body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """What it makes of the text our front end hands on, the headers kept but for the charset."""
    text = LONG_TAG.sub("", LONG_AUTHOR.sub(r"\1\2\3\4\5", decode_xml(body, headers)))
    decoded = headers | {"content-type": "application/xml; charset=utf-8"}
    return essence(feedparser.parse(io.BytesIO(text.encode("utf-8")), response_headers=decoded, **SWITCHES))


def essence(parsed: Any) -> dict[str, Any]:
    """All that was read; not how it was encoded."""
    return {name: parsed.get(name) for name in ("feed", "entries", "version", "namespaces")}


def titles_alone(body: bytes, content_type: str) -> list[str]:
    parsed = feedparser.parse(io.BytesIO(body), response_headers={"content-type": content_type}, **SWITCHES)
    return [entry.get("title", "") for entry in parsed.entries]


def chinese() -> bool:
    """Print both readings of our cases; whether all of ours are right."""
    ours = [case.is_right([entry.title for entry in document(case.body, case.content_type).entries]) for case in CASES]
    theirs = [case.is_right(titles_alone(case.body, case.content_type)) for case in CASES]
    for case, our, their in zip(CASES, ours, theirs, strict=True):
        if not (our and their):
            print(f"  {case.name:<45} ours {'right' if our else 'WRONG':<6} feedparser {'right' if their else 'wrong'}")
    print(f"Chinese cases: ours {sum(ours)} of {len(CASES)}, feedparser alone {sum(theirs)}")
    return all(ours)


def own_files(archive: Path) -> bool:
    """Print per group how many files agree; whether those agree that must, and none was slow."""
    same: dict[str, int] = {}
    total: dict[str, int] = {}
    differing, slow = list[str](), list[str]()
    for group, path, body in files_in(archive):
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in HEADER.findall(body[:2_000])}
        started = time.perf_counter()
        ours = through_us(body, headers)
        if time.perf_counter() - started > SLOW_SECONDS:
            slow.append(path)
        total[group] = total.get(group, 0) + 1
        agrees = ours == alone(body, headers)
        same[group] = same.get(group, 0) + agrees
        if not agrees and group in MUST_AGREE:
            differing.append(path)
    for group in sorted(total):
        print(f"  {group:<12}{same[group]:>6} of {total[group]:>5} the same")
    print("\n".join(f"  differs: {path}" for path in differing[:30]))
    return not differing and not slow and all(total.get(group) for group in MUST_AGREE)


def main() -> int:
    warnings.simplefilter("ignore")  # feedparser's deprecations of its own names
    well = chinese()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(sys.argv[1]) if len(sys.argv) > 1 else fetched_archive(Path(folder))
        print(f"feedparser's own test files, {archive.name}:")
        return 0 if own_files(archive) and well else 1


if __name__ == "__main__":
    sys.exit(main())
