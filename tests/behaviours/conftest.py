"""A web to collect from, and a collector that lives in a data folder and in time."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.behaviours.collector import NOW, Collector
from tests.flows.web.fakeweb import FakeWeb
from tests.warehouse.builders import Names
from warehouse.store import Warehouse


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that was opened once: migrating is most of the time a small test takes."""
    data = tmp_path_factory.mktemp("behaviours") / "data"
    with Warehouse.open_live(data, NOW) as fresh:
        fresh.sync([], Names())
    return data


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as running:
        yield running


@pytest.fixture
def collect(empty_folder: Path, tmp_path: Path, web: FakeWeb) -> Callable[..., Collector]:
    """Make a collector of these feeds, or of `news` alone."""
    return lambda *feeds, **network: Collector(
        Path(shutil.copytree(empty_folder, tmp_path / "data")), web, feeds, network
    )
