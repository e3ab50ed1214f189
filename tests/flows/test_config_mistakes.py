"""Twenty-odd ways to spoil the shipped YAML: each is told with file, line and remedy, all at once, and nothing is written."""

import re
import shutil
from pathlib import Path

import pytest

from extractors.errors import ConfigError
from flows.checking import mistakes_in
from flows.home import shipped_config
from flows.settings import load_config

FIRST_FEED = "  - id: scmp-tech\n"
FIRST_URL = 'url: "https://www.scmp.com/rss/36/feed"'

# file, what stands there, what is put instead, the word on the line that must be named, what the message must say
MUTATIONS = {
    "unknown key": ("settings", "per_host: 2", "per_hst: 2", "per_hst", 'unknown key, did you mean "per_host"?'),
    "unknown key of a feed": (
        "feeds",
        "    title: SCMP Tech\n",
        "    titel: SCMP Tech\n",
        "titel",
        'did you mean "title"?',
    ),
    "unknown part": ("settings", "run:\n", "runs:\n", "runs:", 'did you mean "run"?'),
    "wrong type": ("settings", "per_host: 2 ", "per_host: two ", "per_host", "valid integer"),
    "wrong type of a part": ("settings", "schedule:\n  every: 2h", "schedule: 2h", "schedule:", "given: '2h'"),
    "out of range": ("settings", "failed_share: 0.5", "failed_share: 50", "failed_share", "less than or equal to 1"),
    "negative pause": ("settings", "feed_seconds: 1", "feed_seconds: -1", "feed_seconds", "greater than or equal to 0"),
    "bad word": ("settings", "tdm: keep", "tdm: kep", "tdm:", 'did you mean "keep"?'),
    "bad interval": ("settings", "every: 2h", "every: soon", "every:", "write it like 30m, 2h or 1d"),
    "bad cron": ("settings", "every: 2h", 'cron: "0 25 * * *"', "cron:", "write it like 0 */2 * * *"),
    "bad network": ("settings", "allow_private: []", 'allow_private: ["10.0.0.0/99"]', "allow_private", "CIDR such as"),
    "bad resolve": ("settings", "resolve: {}", 'resolve: {"news.example": "here"}', "resolve", "ip:port such as"),
    "same id twice": ("feeds", "  - id: scmp-china\n", FIRST_FEED, None, "keep one of both"),
    "same address twice": ("feeds", 'url: "https://www.scmp.com/rss/4/feed"', FIRST_URL, None, "keep one of both"),
    "bad address": ("feeds", FIRST_URL, "url: www.scmp.com/rss", "www.scmp.com/rss\n", "write it like https://"),
    "bad id": ("feeds", FIRST_FEED, "  - id: SCMP Tech\n", "SCMP Tech\n", "small letters, digits"),
    "missing id": ("feeds", FIRST_FEED, "  - enabled: true\n", "- enabled: true", "is missing; add it"),
    "bad country": ("feeds", "    home: HK\n", "    home: Hong Kong\n", "home: Hong Kong", "two capitals"),
    "bad source kind": ("feeds", "source_kind: media", "source_kind: medium", "medium", 'did you mean "media"?'),
    "list page without selectors": ("feeds", "    home: HK\n", "    kind: list_page\n", None, "with CSS selectors"),
    "bad selector": (
        "feeds",
        "    home: HK\n",
        '    kind: list_page\n    select: {item: "li["}\n',
        "select:",
        "CSS selector",
    ),
    "tab": ("settings", "  per_host: 2", "\tper_host: 2", "per_host", "indent with spaces"),
    "wrong indent": ("settings", "  per_host: 2", "   per_host: 2", "per_host", "check indent"),
    "key twice": ("settings", "  per_host: 2", "  per_host: 2\n  per_host: 3", "per_host: 3", "stands twice; keep one"),
    "open quote": ("feeds", FIRST_URL, 'url: "https://www.scmp.com', None, "check indent, quotes and colons"),
    "not a mapping": ("topics", "topics:\n", "", None, "a mapping is wanted"),
    "unknown group of a topic": (
        "topics",
        "group: business",
        "group: bussiness",
        "bussiness",
        'did you mean "business"?',
    ),
    "unknown topic": (
        "topics",
        "",
        "\n  - {id: regulation-laws, enabled: false}\n",
        "regulation-laws",
        "regulation-law",
    ),
    "unknown kind of entity": ("entities", "type: company", "type: compny", "compny", 'did you mean "company"?'),
    "rule for no alias": ("entities", "      - alias: 阿里\n", "      - alias: 阿狸\n", None, "no alias of it"),
    "unknown parent": ("entities", "parent: alibaba\n", "parent: alibabba\n", "alibabba", 'did you mean "alibaba"?'),
    "same entity twice": ("entities", "  - id: alibaba-cloud\n", "  - id: alibaba\n", None, "keep one"),
    "wrong weight": ("duplicates", "story_days: 14", "story_days: long", "story_days", "given: 'long'"),
    "unknown rule": ("relevance", "traps:", "trapz:", "trapz", 'did you mean "traps"?'),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(shipped_config(), tmp_path / "config")
    return tmp_path


def spoil(home: Path, name: str, old: str, new: str) -> str:
    path = home / "config" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    spoiled = text.replace(old, new, 1) if old else text + new
    path.write_text(spoiled, encoding="utf-8")
    return spoiled


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_shipped_configuration_has_no_mistake(home: Path) -> None:
    assert mistakes_in(home) == ([], [])


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mistake_is_told_with_file_line_and_remedy(home: Path, name: str) -> None:
    file, old, new, word, remedy = MUTATIONS[name]
    text = spoil(home, file, old, new)
    before = content(home)
    mistakes, _ = mistakes_in(home)
    assert len(mistakes) == 1, mistakes
    place = re.match(rf"config/{file}\.yaml:(\d+): ", mistakes[0])
    assert place, mistakes[0]
    assert remedy in mistakes[0]
    if word:
        assert int(place[1]) == text[: text.index(word)].count("\n") + 1
    assert "\n" not in mistakes[0]
    assert content(home) == before


def test_a_missing_file_is_told_with_its_remedy(home: Path) -> None:
    (home / "config" / "feeds.yaml").unlink()
    assert mistakes_in(home)[0] == [
        "config/feeds.yaml:1: the file is missing; restore it, or make a fresh home with `sinoscope init`"
    ]


def test_a_file_in_another_charset_is_told_with_its_remedy(home: Path) -> None:
    (home / "config" / "feeds.yaml").write_bytes("feeds: [] # 新闻".encode("gb18030"))
    assert "save the file as UTF-8" in mistakes_in(home)[0][0]


def test_mistakes_of_all_files_come_at_once(home: Path) -> None:
    for name in ("unknown key", "bad cron", "bad address", "bad country", "unknown group of a topic", "wrong weight"):
        file, old, new, *_ = MUTATIONS[name]
        spoil(home, file, old, new)
    mistakes, _ = mistakes_in(home)
    assert len(mistakes) == 6
    assert {mistake.split(":")[0] for mistake in mistakes} == {
        "config/settings.yaml",
        "config/feeds.yaml",
        "config/topics.yaml",
        "config/duplicates.yaml",
    }


def test_a_repeated_id_does_not_hide_behind_another_mistake(home: Path) -> None:
    spoil(home, *MUTATIONS["same id twice"][:3])
    spoil(home, *MUTATIONS["bad country"][:3])
    assert len(mistakes_in(home)[0]) == 2


def test_a_mistake_in_settings_ends_with_the_exit_code_of_configuration(home: Path) -> None:
    spoil(home, *MUTATIONS["bad cron"][:3])
    with pytest.raises(ConfigError, match=r"config/settings\.yaml:\d+: schedule") as caught:
        load_config(home, {})
    assert caught.value.exit_code == 3


def test_a_bad_query_of_the_home_s_own_is_told_too(home: Path) -> None:
    queries = home / "config" / "queries"
    queries.mkdir(exist_ok=True)
    (queries / "mine.sql").write_text("-- How much?\nSELECT $days\n", encoding="utf-8")
    assert any("mine.sql" in mistake for mistake in mistakes_in(home)[0])
