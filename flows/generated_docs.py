"""Keeps the pages of docs/ that are made from the product itself: `python -m flows.generated_docs FOLDER [--check]`."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flows.cli.reference import reference
from warehouse.dictionary import dictionary

PAGES: Mapping[str, Callable[[], str]] = {"data-dictionary.md": dictionary, "commands.md": reference}


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with --check say which are out of date (exit 1 when one is)."""
    folder = Path(next(each for each in arguments if not each.startswith("--")))
    stale = [name for name, page in PAGES.items() if read(folder / name) != page()]
    if "--check" not in arguments:
        for name in stale:
            (folder / name).write_text(PAGES[name](), encoding="utf-8")
        return 0
    for name in stale:
        sys.stderr.write(f"{folder / name} is out of date; run `make docs`\n")
    return int(bool(stale))


def read(path: Path) -> str | None:
    """What a page says now; None when it is not there."""
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
