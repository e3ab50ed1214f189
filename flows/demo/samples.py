"""Turns the sample articles written in YAML into dated samples: copies and follow-ups resolved, never in the future."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractors.errors import ConfigError
from flows.demo.outlets import Outlet, outlet_of

ARTICLES = Path(__file__).parent / "articles"
AT_FAULT_ARTICLES = Path(__file__).parent / "articles_at_fault.yaml"  # of the outlets whose feed is in trouble
CARRIES_BASE_TEXT = ("syndicated", "edited-headline", "truncated")
CONTINUE = {"en": "Continue reading", "zh-Hans": "继续阅读全文", "zh-Hant": "繼續閱讀全文"}


class Written(BaseModel):
    """One article as written in YAML. `of` names the article it derives from and `change` says how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    outlet: str
    days_ago: int = Field(ge=0, le=120)
    hour: float = Field(default=8, ge=0, lt=24)
    language: Literal["en", "zh-Hans", "zh-Hant"] | None = None
    title: str = ""
    subtitle: str = ""
    byline: tuple[str, ...] = ()
    desk: str = ""
    labels: dict[str, Any] = Field(default_factory=dict)
    text: str = ""
    template: bool = False  # printed in the same form as another on purpose: no copy of it
    digest: bool = False  # several items under headings
    relevant_items: tuple[int, ...] = ()  # of a digest: which headings, from 0
    path: str = ""  # where this one page stands apart from its outlet's usual addresses
    of: str | None = None
    change: Literal["syndicated", "edited-headline", "truncated", "spun", "follow-up", "translated"] | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """An article of the newsroom. `published_at` is timezone-aware UTC, `path` its address on the outlet's host."""

    id: str
    outlet: Outlet
    language: str
    published_at: datetime
    title: str
    subtitle: str
    byline: tuple[str, ...]
    desk: str
    text: str
    path: str
    of: str | None = None
    change: str | None = None
    labels: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{self.outlet.host}{self.path}"


def load_samples(folder: Path, today: datetime) -> tuple[Sample, ...]:
    """All samples of a folder and of the outlets at fault, newest first, dated back from `today` (timezone-aware).

    Raises ConfigError listing every article that is incomplete, comes twice, or names an unknown outlet or base.
    """
    written = [article for path in article_files(folder) for article in read_articles(path)]
    bases = {article.id: article for article in written}
    mistakes = list(mistakes_in(written, bases))
    if mistakes:
        raise ConfigError(mistakes)
    samples = [sample_from(article, bases, today) for article in written]
    return tuple(sorted(samples, key=lambda sample: (-sample.published_at.timestamp(), sample.id)))


def article_files(folder: Path) -> list[Path]:
    """The files that hold articles, in a stable order."""
    return [*sorted(folder.glob("*.yaml")), AT_FAULT_ARTICLES]


def read_articles(path: Path) -> list[Written]:
    """The articles of one file. Raises ConfigError naming the file and the article when the YAML is no list of them."""
    # the C loader reads 300 kB in 0.1 s, the Python one in 1.5 s; some builds of PyYAML lack it
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or []  # noqa: S506 - both are safe loaders
        return [Written.model_validate(item) for item in raw]
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError([f"{path}: {error}"]) from error


def mistakes_in(written: Iterable[Written], bases: dict[str, Written]) -> Iterator[str]:
    """What is wrong between articles, in sentences."""
    seen = set()
    for article in written:
        base = bases.get(article.of) if article.of else None
        if article.id in seen:
            yield f"article {article.id}: comes twice; give each its own id"
        seen.add(article.id)
        if outlet_of(article.outlet) is None:
            yield f"article {article.id}: no outlet {article.outlet!r}; the outlets are in flows/demo/outlets.py"
        if bool(article.of) != bool(article.change) or (
            article.of and (base is None or base.change in CARRIES_BASE_TEXT)
        ):
            yield f"article {article.id}: `of` and `change` go together, and `of` names an article with a text of its own"
        if not text_of(article, base) or not (article.title or base):
            yield f"article {article.id}: has no title or no text"


def sample_from(article: Written, bases: dict[str, Written], today: datetime) -> Sample:
    """One article with what it takes over from its base."""
    base = bases[article.of] if article.of else None
    outlet = outlet_of(article.outlet)
    assert outlet is not None  # noqa: S101 - mistakes_in has looked
    published_at = dated(today, article.days_ago, article.hour)
    carried = base if article.change in CARRIES_BASE_TEXT else None
    return Sample(
        id=article.id,
        outlet=outlet,
        language=article.language or (carried and carried.language) or outlet.language,
        published_at=published_at,
        title=article.title or (base.title if base else ""),
        subtitle=article.subtitle or (carried.subtitle if carried else ""),
        byline=article.byline or (carried.byline if carried else ()),
        desk=article.desk or outlet.desk,
        text=text_of(article, base),
        path=article.path or path_of(article.id, outlet, published_at),
        of=article.of,
        change=article.change,
        labels=article.labels,
    )


def dated(today: datetime, days_ago: int, hour: float) -> datetime:
    """That hour of that UTC day. Of the running day only the past part exists: its hours are squeezed into it."""
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    if days_ago:
        return midnight - timedelta(days=days_ago) + timedelta(hours=hour)
    return midnight + timedelta(seconds=int((today - midnight).total_seconds() * hour / 24))


def text_of(article: Written, base: Written | None) -> str:
    """The words an article prints: its own, its base's, or the beginning of its base's."""
    if article.change not in CARRIES_BASE_TEXT or base is None:
        return article.text.strip()
    if article.change == "truncated":
        outlet = outlet_of(article.outlet)
        return truncated(base.text, CONTINUE[outlet.language if outlet else "en"])
    return (article.text or base.text).strip()


def truncated(text: str, continue_line: str) -> str:
    """Whole paragraphs up to about a quarter of the text, then the line that asks to read on."""
    blocks, kept, chars = text.strip().split("\n\n"), list[str](), 0
    for block in blocks:
        if kept and chars + len(block) / 2 > len(text) / 4:
            break
        kept.append(block)
        chars += len(block)
    return "\n\n".join([*kept, f"{continue_line} …"])


def path_of(sample_id: str, outlet: Outlet, published_at: datetime) -> str:
    """The article's address on its host, by the outlet's pattern."""
    number = int(hashlib.sha256(sample_id.encode()).hexdigest()[:7], 16)
    return outlet.path.format(id=sample_id, number=number, at=outlet.local(published_at))
