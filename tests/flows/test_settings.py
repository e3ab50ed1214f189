"""Settings: which value wins, where it came from, and what an older file becomes."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, strategies as st

from extractors.errors import ConfigError, StorageError
from flows.config_versions import brought_up_to_date
from flows.home import shipped_config
from flows.settings import load_config, plain, settings_mistakes, span_of
from flows.yaml_files import read_yaml

OLD = """\
# written by hand
first_days: 30   # a month
polling:
  # whom to ask
  user_agent_contact: "mailto:me@example.org"
  feed_seconds: 2  # gently
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(shipped_config(), tmp_path / "config")
    return tmp_path


def settings_of(home: Path, text: str) -> Path:
    path = home / "config" / "settings.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_flag_wins_over_the_environment_over_the_file_over_the_default(home: Path) -> None:
    environment = {"SINOSCOPE_NETWORK__PAGE_SECONDS": "7", "SINOSCOPE_NETWORK__FEED_SECONDS": "8"}
    config = load_config(home, environment, {"network.feed_seconds": 9})
    network = config.settings.network
    assert (network.feed_seconds, network.page_seconds, network.per_host, network.at_once) == (9, 7, 2, 100)
    assert config.origins["network.feed_seconds"] == "flag"
    assert config.origins["network.page_seconds"] == "SINOSCOPE_NETWORK__PAGE_SECONDS"
    assert config.origins["network.per_host"].startswith("config/settings.yaml:")
    assert config.origins["network.at_once"] == "default"


def test_the_origin_in_the_file_is_the_line_of_the_value(home: Path) -> None:
    place = load_config(home, {}).origins["network.per_host"]
    line = int(place.rpartition(":")[2])
    assert "per_host" in (home / "config" / "settings.yaml").read_text(encoding="utf-8").splitlines()[line - 1]


def test_a_part_the_file_leaves_out_can_be_set_in_the_environment(home: Path) -> None:
    settings_of(home, "config_version: 1\n")
    assert load_config(home, {"SINOSCOPE_RUN__FIRST_DAYS": "3"}).settings.run.first_days == 3


def test_a_part_left_empty_means_its_defaults(home: Path) -> None:
    settings_of(home, "config_version: 1\nnetwork:\nrun:\n")
    assert load_config(home, {"SINOSCOPE_RUN__FIRST_DAYS": "3"}).settings.run.first_days == 3


def test_the_home_variable_is_no_setting(home: Path) -> None:
    assert load_config(home, {"SINOSCOPE_HOME": str(home)}).settings.config_version == 1


def test_a_mistake_in_the_environment_names_the_variable(home: Path) -> None:
    with pytest.raises(ConfigError, match=r"SINOSCOPE_NETWORK__PER_HOST: network\.per_host"):
        load_config(home, {"SINOSCOPE_NETWORK__PER_HOST": "many"})


def test_an_unknown_variable_names_the_close_one(home: Path) -> None:
    with pytest.raises(ConfigError, match=r'SINOSCOPE_NETWORK__PER_HSOT: .*did you mean "per_host"'):
        load_config(home, {"SINOSCOPE_NETWORK__PER_HSOT": "2"})


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2), ("-1", -1), ("0.5", 0.5), ("true", True), ("No", "No"), ("", "")]
)
def test_words_of_the_environment_become_values(text: str, value: object) -> None:
    assert plain(text) == value


@pytest.mark.parametrize(
    ("text", "span"), [("90s", timedelta(seconds=90)), ("30m", timedelta(minutes=30)), (" 2 h ", timedelta(hours=2))]
)
def test_an_interval_is_a_number_and_a_unit(text: str, span: timedelta) -> None:
    assert span_of(text) == span


@pytest.mark.parametrize("text", ["", "0m", "2", "h", "-1h", "2 weeks", "1.5h"])
def test_anything_else_is_no_interval(text: str) -> None:
    with pytest.raises(ValueError, match="write it like 30m, 2h or 1d"):
        span_of(text)


def test_every_two_hours_unless_something_else_is_said(home: Path) -> None:
    settings_of(home, "config_version: 1\n")
    assert load_config(home, {}).settings.schedule.interval == timedelta(hours=2)


def test_both_an_interval_and_a_cron_line_are_one_too_many(home: Path) -> None:
    settings_of(home, 'config_version: 1\nschedule:\n  every: 2h\n  cron: "0 * * * *"\n')
    with pytest.raises(ConfigError, match="keep one"):
        load_config(home, {})


def test_hourly_polls_are_allowed_and_more_often_warned_about(home: Path) -> None:
    feeds = home / "config" / "feeds.yaml"
    entry = "feeds:\n  - id: a\n    url: https://example.org/{}\n    every_minutes: {}\n"
    feeds.write_text(entry.format("a", 60), encoding="utf-8")
    assert load_config(home, {}).warnings == ()
    feeds.write_text(entry.format("a", 59), encoding="utf-8")
    assert load_config(home, {}).warnings == (
        "config/feeds.yaml:4: feeds[0].every_minutes: 59 min: sites expect at most hourly polls",
    )


def test_a_feed_needs_only_an_id_and_an_address(home: Path) -> None:
    (home / "config" / "feeds.yaml").write_text(
        "feeds: [{id: a, url: 'https://news.example.org/rss'}]", encoding="utf-8"
    )
    (feed,) = load_config(home, {}).feeds
    assert (feed.feed_id, feed.publisher, feed.enabled) == ("a", "example.org", True)


def test_an_older_file_is_brought_up_to_date_with_its_comments_and_a_backup(home: Path) -> None:
    path = settings_of(home, OLD)
    settings = load_config(home, {}).settings
    text = path.read_text(encoding="utf-8")
    assert settings.run.first_days == 30
    assert settings.network.contact == "mailto:me@example.org"
    assert settings.network.feed_seconds == 2
    for comment in ("# written by hand", "# whom to ask", "# gently", "# a month"):
        assert comment in text
    assert path.with_name("settings.yaml.v0.bak").read_text(encoding="utf-8") == OLD


def test_bringing_up_to_date_happens_once(home: Path) -> None:
    path = settings_of(home, OLD)
    assert brought_up_to_date(path, settings_mistakes) is not None
    after = path.read_bytes()
    assert brought_up_to_date(path, settings_mistakes) is None
    assert path.read_bytes() == after


def test_an_earlier_backup_is_not_overwritten(home: Path) -> None:
    path = settings_of(home, OLD)
    path.with_name("settings.yaml.v0.bak").write_text("precious", encoding="utf-8")
    backup = brought_up_to_date(path, settings_mistakes)
    assert backup is not None
    assert backup.read_text(encoding="utf-8") == OLD
    assert path.with_name("settings.yaml.v0.bak").read_text(encoding="utf-8") == "precious"


def test_an_older_file_with_a_mistake_is_told_and_not_rewritten(home: Path) -> None:
    path = settings_of(home, OLD + "  per_host: many\n")
    with pytest.raises(ConfigError, match="per_host"):
        load_config(home, {})
    assert path.read_text(encoding="utf-8") == OLD + "  per_host: many\n"
    assert list(path.parent.glob("*.bak")) == []


def test_a_file_newer_than_the_code_says_so(home: Path) -> None:
    settings_of(home, "config_version: 7\n")
    with pytest.raises(ConfigError, match=r"settings.yaml:1: config_version: 7 is newer .* upgrade"):
        load_config(home, {})


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_lost(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = settings_of(home, OLD)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("flows.config_versions.shutil.copy2", full)
    with pytest.raises(StorageError, match="No space left"):
        brought_up_to_date(path, settings_mistakes)
    assert path.read_text(encoding="utf-8") == OLD


keys = st.text("abcdefg_", min_size=1, max_size=6)
documents = st.dictionaries(keys, st.one_of(st.integers(), st.lists(st.integers(), max_size=3)), min_size=1, max_size=6)


@given(st.dictionaries(keys, documents, min_size=1, max_size=5))
def test_every_key_has_the_line_it_stands_on(tmp_path_factory: pytest.TempPathFactory, data: dict[str, object]) -> None:
    path = tmp_path_factory.mktemp("yaml") / "any.yaml"
    path.write_text(yaml.safe_dump(data, default_flow_style=False), encoding="utf-8")
    file, mistakes = read_yaml(path, "any.yaml")
    rows = path.read_text(encoding="utf-8").splitlines()
    assert mistakes == []
    assert file.data == data
    for loc, line in file.lines.items():
        if loc and isinstance(loc[-1], str):
            assert rows[line - 1].strip().startswith(str(loc[-1])) or rows[line - 1].strip().startswith(f"'{loc[-1]}'")


@given(st.text(max_size=60))
def test_any_text_is_read_or_explained(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("yaml") / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    file, mistakes = read_yaml(path, "any.yaml")
    assert mistakes or file.data is not None or file.lines
    assert all(mistake.startswith("any.yaml:") for mistake in mistakes)
