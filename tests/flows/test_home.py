"""Finding the home: flag, environment, upwards."""

from pathlib import Path

import pytest

from extractors.errors import ConfigError
from flows.home import find_home, shipped_config


def make(folder: Path) -> Path:
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "settings.yaml").write_text("config_version: 1\n")
    return folder


def test_the_flag_wins_over_the_environment(tmp_path: Path) -> None:
    flag, environment = make(tmp_path / "flag"), make(tmp_path / "environment")
    assert find_home(str(flag), {"SINOSCOPE_HOME": str(environment)}, tmp_path).root == flag


def test_the_environment_wins_over_the_working_directory(tmp_path: Path) -> None:
    here, environment = make(tmp_path / "here"), make(tmp_path / "environment")
    assert find_home(None, {"SINOSCOPE_HOME": str(environment)}, here).root == environment


def test_a_home_is_found_upwards(tmp_path: Path) -> None:
    home = make(tmp_path)
    deep = tmp_path / "data" / "parquet"
    deep.mkdir(parents=True)
    assert find_home(None, {}, deep).published == home / "data" / "published.duckdb"


def test_no_home_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="run `sinoscope init DIR`"):
        find_home(None, {}, tmp_path)


def test_a_named_home_without_settings_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="make a home with `sinoscope init"):
        find_home(str(tmp_path), {}, tmp_path)


def test_the_shipped_configuration_is_there() -> None:
    assert (shipped_config() / "settings.yaml").is_file()
