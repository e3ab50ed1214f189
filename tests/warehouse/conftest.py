"""A warehouse to write to: migrated, with three feeds and a small vocabulary, a run begun at NOW."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.builders import FEEDS, NOW, Names
from warehouse.store import Warehouse


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that was opened once. Copy it: migrating is most of the time a small test takes."""
    data = tmp_path_factory.mktemp("empty") / "data"
    with Warehouse.open_live(data, NOW) as fresh:
        fresh.sync(FEEDS, Names())
    return data


@pytest.fixture
def data(empty_data: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    return Path(shutil.copytree(empty_data, tmp_path / "data"))


@pytest.fixture
def warehouse(data: Path) -> Iterator[Warehouse]:
    """The live warehouse, open, in a run."""
    with Warehouse.open_live(data, NOW) as opened:
        opened.start_run("run-1")
        yield opened
