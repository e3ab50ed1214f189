"""Loads config/ into frozen models, and explains every mistake at once with file, line and remedy.

Order of precedence: flag > SINOSCOPE_* environment variable > file > default.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from cronsim import CronSim, CronSimError
from cssselect import HTMLTranslator, SelectorError
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from extractors.errors import ConfigError
from extractors.records import Feed, FeedKind, FetchPolicy, ListSelectors, Scope, SourceKind
from extractors.urls import absolute_url, publisher_of
from flows.config_versions import NEWEST_VERSION, brought_up_to_date
from flows.web.network import Network
from flows.yaml_files import Loc, YamlFile, read_yaml, validated

SOFT_LEAST_MINUTES = 60
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
ENVIRONMENT = "SINOSCOPE_"
RESERVED = ("SINOSCOPE_HOME",)


class Strict(BaseModel):
    """Unknown keys are mistakes; a setting is set once."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def web_address(value: str) -> str:
    """An http(s) address."""
    if not absolute_url(value, ""):
        raise ValueError(f"{value!r} is no http(s) address; write it like https://example.org/feed.xml")
    return value


def span_of(text: str) -> timedelta:
    """`90s`, `30m`, `2h`, `1d`. Raises ValueError for anything else."""
    match = re.fullmatch(r"(\d+)\s*([smhd])", text.strip())
    if not match or not int(match[1]):
        raise ValueError(f"{text!r} is no interval; write it like 30m, 2h or 1d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def interval(text: str) -> str:
    """Checked where it is read, so that `config check` finds a mistake and not the schedule at night."""
    span_of(text)
    return text


def cron_line(text: str) -> str:
    """A cron line of five fields. Raises ValueError for anything else."""
    try:
        CronSim(text, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(f"{text!r} is no cron line ({error}); write it like 0 */2 * * *") from error
    return text


def css_selector(text: str) -> str:
    """A CSS selector that lxml can use. Raises ValueError for anything else."""
    try:
        HTMLTranslator().css_to_xpath(text)
    except SelectorError as error:
        raise ValueError(f"{text!r} is no CSS selector ({error}); write it like `article h2 a`") from error
    return text


def shaped(pattern: str, remedy: str) -> AfterValidator:
    """A check against a pattern that says what is wanted and not the pattern."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"{value!r} will not do; {remedy}")
        return value

    return AfterValidator(check)


FeedId = Annotated[
    str, shaped(r"[a-z0-9][a-z0-9._-]*", "an id is made of small letters, digits, dots and dashes: scmp-tech")
]
Language = Annotated[str, shaped(r"([a-z]{2,3}(-[A-Za-z]+)*)?", "write a language as en, zh or zh-Hant")]
Country = Annotated[str, shaped(r"([A-Z]{2})?", "write a country as two capitals: CN, US")]
Selector = Annotated[str, AfterValidator(css_selector)]


class Run(Strict):
    """The `run:` part."""

    first_days: int = Field(default=14, ge=0, le=36_500)
    failed_share: float = Field(default=0.5, ge=0, le=1)
    publish_minutes: float = Field(default=0, ge=0)


class Schedule(Strict):
    """The `schedule:` part: an interval or a cron line, for `sinoscope serve`."""

    every: Annotated[str, AfterValidator(interval)] | None = None
    cron: Annotated[str, AfterValidator(cron_line)] | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> Self:
        """Which of both would win could only be guessed."""
        if self.every and self.cron:
            raise ValueError("every and cron exclude each other; keep one")
        return self

    @property
    def interval(self) -> timedelta | None:
        """The interval; two hours when nothing is set."""
        if self.cron:
            return None
        return span_of(self.every or "2h")


def known_version(value: int) -> int:
    """A version this code can read."""
    if value > NEWEST_VERSION:
        raise ValueError(f"{value} is newer than this program knows ({NEWEST_VERSION}); upgrade sinoscope")
    return value


class Settings(Strict):
    """config/settings.yaml. `demo_on` is the day the embedded newsroom's texts lead up to; only a demo home has it."""

    config_version: Annotated[int, AfterValidator(known_version)] = NEWEST_VERSION
    demo_on: datetime | None = None
    network: Network = Network()
    run: Run = Run()
    schedule: Schedule = Schedule()


class Select(Strict):
    """CSS selectors of a list page."""

    item: Selector
    link: Selector = "a"
    title: Selector | Literal[""] = ""
    date: Selector | Literal[""] = ""


class FeedEntry(Strict):
    """One feed. Only `id` and `url` are required."""

    id: FeedId
    url: Annotated[str, AfterValidator(web_address)]
    title: str = ""
    publisher: str = ""
    language: Language = ""
    home: Country = ""
    scope: Scope = Scope.GLOBAL
    kind: FeedKind = FeedKind.AUTO
    source_kind: SourceKind = SourceKind.MEDIA
    every_minutes: int | None = Field(default=None, ge=1, le=43_200)
    fetch: FetchPolicy = FetchPolicy.LIKELY
    select: Select | None = None
    enabled: bool = True
    paused_until: AwareDatetime | None = None
    note: str = ""

    @model_validator(mode="after")
    def list_pages_select(self) -> Self:
        """A list page without selectors could never be read."""
        if self.kind is FeedKind.LIST_PAGE and self.select is None:
            raise ValueError("a list_page needs `select: {item: …}` with CSS selectors")
        return self

    def to_feed(self) -> Feed:
        """The feed as the pipeline knows it."""
        select = ListSelectors(**self.select.model_dump()) if self.select else None
        values = self.model_dump(exclude={"id", "select", "publisher"})
        return Feed(feed_id=self.id, publisher=self.publisher or publisher_of(self.url), select=select, **values)


class FeedsFile(Strict):
    """config/feeds.yaml."""

    feeds: tuple[FeedEntry, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """All that config/ says, with warnings, and where each setting came from (flag, environment, file, default)."""

    settings: Settings
    feeds: tuple[Feed, ...]
    warnings: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    def at(self, now: datetime) -> "Config":
        """The same at a moment: a feed whose pause still runs is switched off."""
        return replace(self, feeds=tuple(replace(feed, enabled=not feed.is_paused(now)) for feed in self.feeds))


def load_config(
    root: Path, environment: Mapping[str, str] | None = None, flags: Mapping[str, Any] | None = None
) -> Config:
    """Settings and feeds of a home. Raises ConfigError with every mistake of both files.

    A settings file of an older version is brought up to date first: comments kept, a backup beside it.
    """
    brought_up_to_date(root / "config" / "settings.yaml", settings_mistakes)
    file, mistakes = read_yaml(root / "config" / "settings.yaml", "config/settings.yaml")
    overrides = {**from_environment(environment if environment is not None else os.environ), **(flags or {})}
    settings, more = validated(Settings, with_overrides(file, overrides, flags or {}))
    mistakes += more if not mistakes else []
    feeds, warnings, feed_mistakes = load_feeds(root)
    if mistakes or feed_mistakes or settings is None:
        raise ConfigError(mistakes + feed_mistakes)
    return Config(settings, feeds, tuple(warnings), origins_of(settings, file, overrides, flags or {}))


def settings_mistakes(path: Path) -> list[str]:
    """Every mistake in a settings file."""
    file, mistakes = read_yaml(path, "config/settings.yaml")
    return mistakes or validated(Settings, with_overrides(file, {}, {}))[1]


def load_feeds(root: Path, file_name: str = "feeds.yaml") -> tuple[tuple[Feed, ...], list[str], list[str]]:
    """The feeds, warnings, and every mistake in config/feeds.yaml (or in what is to take its place)."""
    file, mistakes = read_yaml(root / "config" / file_name, "config/feeds.yaml")
    if mistakes:
        return (), [], mistakes
    parsed, mistakes = validated(FeedsFile, file)
    mistakes += repeated(file)
    if parsed is None:
        return (), [], mistakes
    return tuple(entry.to_feed() for entry in parsed.feeds), warnings_of(file, parsed), mistakes


def repeated(file: YamlFile) -> list[str]:
    """Feeds that share an id or an address; looked for in the data, so that no other mistake hides them."""
    entries = file.data.get("feeds") if isinstance(file.data, dict) else None
    mistakes, seen = [], dict[tuple[str, str], int]()
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        for name in ("id", "url"):
            value = entry.get(name) if isinstance(entry, dict) else None
            if not isinstance(value, str):
                continue
            first = seen.setdefault((name, value), number)
            if first != number:
                line = file.line(("feeds", first, name))
                mistakes.append(
                    file.mistake(("feeds", number, name), f"{value!r} stands at line {line} already; keep one of both")
                )
    return mistakes


def warnings_of(file: YamlFile, parsed: FeedsFile) -> list[str]:
    """What is allowed and yet unusual."""
    return [
        file.mistake(
            ("feeds", number, "every_minutes"), f"{entry.every_minutes} min: sites expect at most hourly polls"
        )
        for number, entry in enumerate(parsed.feeds)
        if entry.every_minutes and entry.every_minutes < SOFT_LEAST_MINUTES
    ]


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """SINOSCOPE_NETWORK__FEED_SECONDS=2 as {"network.feed_seconds": 2}."""
    names = sorted(name for name in environment if name.startswith(ENVIRONMENT) and name not in RESERVED)
    return {name[len(ENVIRONMENT) :].lower().replace("__", "."): plain(environment[name]) for name in names}


def plain(text: str) -> Any:
    """A value of the environment: number, yes or no where it reads as one."""
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    return {"true": True, "false": False}.get(text.lower(), text)


def with_overrides(file: YamlFile, overrides: Mapping[str, Any], flags: Mapping[str, Any]) -> YamlFile:
    """The file's data with flags and environment laid over it; a part left empty means its defaults."""
    if not isinstance(file.data, dict):
        return file
    data = {
        key: dict(value) if isinstance(value, dict) else value for key, value in file.data.items() if value is not None
    }
    for dotted_name, value in overrides.items():
        *parents, last = dotted_name.split(".")
        target = data
        for parent in parents:
            target = target.setdefault(parent, {})
            if not isinstance(target, dict):
                break
        else:
            target[last] = value
    sources: dict[Loc, str] = {
        tuple(name.split(".")): "flag" if name in flags else variable_of(name) for name in overrides
    }
    return YamlFile(file.name, data, file.lines, sources)


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return ENVIRONMENT + name.upper().replace(".", "__")


def origins_of(
    settings: Settings, file: YamlFile, overrides: Mapping[str, Any], flags: Mapping[str, Any]
) -> dict[str, str]:
    """Where each setting came from: flag, environment, file:line or default."""
    origins = {}
    for group, values in settings.model_dump().items():
        names = (
            [(f"{group}.{name}", (group, name)) for name in values] if isinstance(values, dict) else [(group, (group,))]
        )
        for name, loc in names:
            origins[name] = origin_of(name, loc, file, overrides, flags)
    return origins


def origin_of(
    name: str, loc: tuple[str, ...], file: YamlFile, overrides: Mapping[str, Any], flags: Mapping[str, Any]
) -> str:
    """Of one setting."""
    if name in flags:
        return "flag"
    if name in overrides:
        return variable_of(name)
    return f"{file.name}:{file.lines[loc]}" if loc in file.lines else "default"
