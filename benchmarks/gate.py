"""How many relevant articles the gate lets through by title and summary, and how many pages it saves.

`python -m benchmarks.gate [FOLDER]`: every *.jsonl[.gz] in the folder with lines {title, text, lang, labels: {relevance}}
(lines without labels count for the saving alone); without a folder the sample newsroom's articles. A summary is taken to be
the first 200 characters of the text, and none at all in the second column.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.fit_logistic import labelled
from extractors.records import Dropped, Entry, Feed, Scope, WaitingEntry
from extractors.relevance import Relevance
from flows.home import shipped_config
from flows.rules import load_rules

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SUMMARY_CHARS = 200


def records_in(folder: Path | None) -> Iterator[dict[str, Any]]:
    """Every line of the folder's files; labels may be missing."""
    if folder is None:
        yield from labelled([])
        return
    for path in sorted(folder.glob("*.jsonl*")):
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in raw.decode().splitlines():
            record = json.loads(line)
            if "title" in record and "text" in record:
                yield record


def passes(relevance: Relevance, record: dict[str, Any], summary_chars: int) -> bool:
    """Whether the page would be fetched."""
    scope = Scope.DOMESTIC if record.get("scope") == "domestic" else Scope.GLOBAL
    feed = Feed("f", "", home=record.get("home") or "", scope=scope, language=record.get("lang") or "")
    summary = " ".join(line for line in record["text"].splitlines() if not line.startswith("#"))[:summary_chars]
    entry = Entry("e", "f", "e", "", "", record["title"], summary, None, "", "", NOW)
    return not isinstance(relevance.worth_fetching(WaitingEntry(entry, feed, "")), Dropped)


def main(folder: Path | None) -> None:
    relevance = load_rules(shipped_config().parent).relevance
    records = list(records_in(folder))
    for name, chars in (("title and summary", SUMMARY_CHARS), ("title alone", 0)):
        through = [passes(relevance, record, chars) for record in records]
        truth = [(record.get("labels") or record.get("judged") or {}).get("relevance") for record in records]
        wanted = [got for got, true in zip(through, truth, strict=True) if true]
        rest = [got for got, true in zip(through, truth, strict=True) if not true]
        kept, saved = sum(wanted) / (len(wanted) or 1), 1 - sum(through) / (len(through) or 1)
        print(
            f"{name}: {sum(wanted)} of {len(wanted)} relevant articles pass ({kept:.3f}); "
            f"{rest.count(False)} of {len(rest)} others are not fetched; {saved:.0%} of all pages saved"
        )
        missed = [r["title"] for r, got, true in zip(records, through, truth, strict=True) if true and not got]
        print("".join(f"  missed: {title}\n" for title in missed), end="")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
