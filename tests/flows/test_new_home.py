"""Making a home, looking at it, and its list of feeds: added by hand's own rules, exchanged as OPML."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.errors import ConfigError, StorageError
from flows.checking import mistakes_in, schemas
from flows.doctor import examine
from flows.feeds_file import add_feeds, known, suggested_id
from flows.home import Home, shipped_config
from flows.new_home import make_home
from flows.opml import entries_from_opml, opml_of
from flows.settings import load_config

FEEDS = """\
# mine
feeds:
  - id: first   # the first
    url: "https://first.example/feed"
"""
OPML = b"""<?xml version="1.0"?><opml version="2.0"><head/><body><outline text="AI">
<outline type="rss" text="One &amp; all" xmlUrl="https://one.example/rss"/>
<outline type="rss" text="Again" xmlUrl="https://one.example/rss"/>
<outline type="rss" text="Two" xmlUrl="https://one.example/two"/>
<outline type="rss" text="Bad" xmlUrl="javascript:alert(1)"/>
</outline></body></opml>"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(shipped_config(), tmp_path / "config")
    (tmp_path / "config" / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    return tmp_path


def test_a_new_home_is_the_shipped_configuration(tmp_path: Path) -> None:
    made = make_home(tmp_path / "new", None)
    assert mistakes_in(made.folder)[0] == []
    assert made.feed_count == len(load_config(made.folder, {}).feeds) >= 120
    assert (made.folder / "data").is_dir()


def test_a_demo_home_has_the_newsroom_s_feeds_and_its_day(tmp_path: Path) -> None:
    made = make_home(tmp_path / "demo", datetime(2026, 11, 2, 8, tzinfo=UTC))
    config = load_config(made.folder, {})
    assert mistakes_in(made.folder)[0] == []
    assert made.feed_count == len(config.feeds) >= 24
    assert config.settings.demo_on == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert (config.settings.run.first_days, config.settings.network.page_seconds) == (120, 0)
    assert {str(feed.fetch) for feed in config.feeds} == {"all"}


def test_a_home_is_never_made_over_another(home: Path) -> None:
    with pytest.raises(ConfigError, match="exists already; choose another folder"):
        make_home(home, None)
    assert (home / "config" / "feeds.yaml").read_text(encoding="utf-8") == FEEDS


def test_a_folder_that_is_a_file_is_told_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="choose a folder you may write to"):
        make_home(tmp_path / "file", None)


def test_an_interrupted_home_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("flows.new_home.shutil.copytree", full)
    with pytest.raises(StorageError, match="No space left"):
        make_home(tmp_path / "new", None)
    assert list((tmp_path / "new").iterdir()) == []


def test_the_doctor_says_what_is_well_and_whom_nobody_can_reach(tmp_path: Path) -> None:
    findings = examine(Home(make_home(tmp_path / "new", None).folder))
    assert not [finding for finding in findings if finding.level == "bad"]
    assert any("network.contact names nobody" in finding.what for finding in findings if finding.level == "warn")
    assert any("config/ is valid" in finding.what for finding in findings)
    assert any("`sinoscope run` makes the first snapshot" in finding.what for finding in findings)


def test_the_doctor_tells_every_mistake(home: Path) -> None:
    (home / "config" / "feeds.yaml").write_text("feeds: [{id: A, url: x}]", encoding="utf-8")
    topics = home / "config" / "topics.yaml"
    topics.write_text(topics.read_text(encoding="utf-8").replace("group: rules", "group: rulez", 1), encoding="utf-8")
    bad = [finding.what for finding in examine(Home(home)) if finding.level == "bad"]
    assert len(bad) == 3


def test_the_doctor_sees_a_broken_published_file(home: Path) -> None:
    (home / "data").mkdir()
    Home(home).published.write_bytes(b"no database" * 1_000)
    assert [finding.level for finding in examine(Home(home))][-1] == "bad"


def test_there_is_a_schema_for_every_shipped_file() -> None:
    assert set(schemas()) == {path.stem for path in shipped_config().glob("*.yaml")}


def test_a_feed_is_added_behind_the_others_and_comments_stay(home: Path) -> None:
    add_feeds(home, [{"id": "second", "url": "https://second.example/feed"}])
    text = (home / "config" / "feeds.yaml").read_text(encoding="utf-8")
    assert text.startswith(FEEDS)
    assert [feed.feed_id for feed in load_config(home, {}).feeds] == ["first", "second"]


def test_a_feed_can_be_added_to_an_empty_list(home: Path) -> None:
    (home / "config" / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    add_feeds(home, [{"id": "second", "url": "https://second.example/feed"}])
    assert known(home) == ({"https://second.example/feed"}, {"second"})


@pytest.mark.parametrize(
    "entry", [{"id": "first", "url": "https://x.example/"}, {"id": "x", "url": "https://first.example/feed"}]
)
def test_a_feed_that_is_there_already_is_refused_and_nothing_written(home: Path, entry: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="keep one of both"):
        add_feeds(home, [entry])
    assert (home / "config" / "feeds.yaml").read_text(encoding="utf-8") == FEEDS


def test_a_dry_run_checks_and_never_touches_the_file(home: Path) -> None:
    path = home / "config" / "feeds.yaml"
    path.chmod(0o444)
    before = path.stat()
    add_feeds(home, [{"id": "second", "url": "https://second.example/feed"}], dry_run=True)
    with pytest.raises(ConfigError, match="write it like https"):
        add_feeds(home, [{"id": "third", "url": "nowhere"}], dry_run=True)
    assert path.stat().st_ino == before.st_ino
    assert path.read_text(encoding="utf-8") == FEEDS


@pytest.mark.parametrize(
    ("url", "feed_id"),
    [
        ("https://www.scmp.com/rss", "scmp-com"),
        ("https://feeds.example.org/x", "example-org"),
        ("https://新闻.cn/", "cn"),
    ],
)
def test_an_id_is_made_from_the_host(url: str, feed_id: str) -> None:
    assert suggested_id(url) == feed_id


def test_opml_brings_new_feeds_once_each_with_ids_of_their_own() -> None:
    assert entries_from_opml(OPML, set(), set()) == [
        {"id": "one-example", "url": "https://one.example/rss", "title": "One & all"},
        {"id": "one-example-2", "url": "https://one.example/two", "title": "Two"},
    ]


def test_opml_knows_the_addresses_and_ids_of_the_file() -> None:
    assert entries_from_opml(OPML, {"https://one.example/rss"}, {"one-example"}) == [
        {"id": "one-example-2", "url": "https://one.example/two", "title": "Two"}
    ]


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff\xfe\x00", b"{}"])
def test_what_is_no_opml_is_told(content: bytes) -> None:
    with pytest.raises(ConfigError, match="no OPML"):
        entries_from_opml(content, set(), set())


def test_feeds_go_out_as_opml_and_come_back(home: Path) -> None:
    feeds = load_config(home, {}).feeds
    assert [entry["url"] for entry in entries_from_opml(opml_of(feeds).encode(), set(), set())] == [
        f.url for f in feeds
    ]
