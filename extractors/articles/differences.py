"""Compares an article as it is stored with what today's rules read from the same page."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.provenance import StoredText
from extractors.records import Article, Dropped


@dataclass(frozen=True, slots=True)
class Difference:
    """What reading a page again does: kind is unchanged | changed | gained | lost | none (no article before or after).

    `fields` names what differs of a changed one; `chars_before` and `chars_after` count its text.
    """

    page_id: str
    url: str
    kind: str
    fields: tuple[str, ...] = ()
    chars_before: int = 0
    chars_after: int = 0
    reason: str = ""


def difference_of(
    page_id: str, url: str, before: StoredText | None, after: Article | Dropped | Exception
) -> Difference:
    """The difference for one page; `after` may be the surprise that the page caused."""
    if not isinstance(after, Article):
        reason = str(after.reason) if isinstance(after, Dropped) else type(after).__name__
        kind = "lost" if before else "none"
        return Difference(page_id, url, kind, chars_before=len(before.text) if before else 0, reason=reason)
    text = after.text
    if before is None:
        return Difference(page_id, url, "gained", chars_after=len(text))
    fields = changed_fields(before, after, text)
    return Difference(page_id, url, "changed" if fields else "unchanged", fields, len(before.text), len(text))


def changed_fields(before: StoredText, after: Article, text: str) -> tuple[str, ...]:
    """Names of what differs, in a fixed order."""
    pairs = {
        "title": (before.title, after.title),
        "subtitle": (before.subtitle, after.subtitle),
        "authors": (before.authors, after.authors),
        "published_at": (before.published_at, after.published_at),
        "text": (before.text, text),
    }
    return tuple(name for name, (old, new) in pairs.items() if old != new)


def counts_of(differences: Sequence[Difference]) -> dict[str, int]:
    """Pages by kind of difference."""
    return {
        kind: sum(each.kind == kind for each in differences)
        for kind in ("unchanged", "changed", "gained", "lost", "none")
    }
