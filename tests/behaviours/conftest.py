"""A web to collect from, and a collector that lives in a data folder and in time."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extractors.records import Feed
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
def collect(empty_folder: Path, tmp_path: Path, web: FakeWeb) -> Iterator[Callable[..., Collector]]:
    """Make a collector of these feeds, or of `news` alone; a second one shares its folder."""
    made = list[Collector]()

    def make(*feeds: Feed, **network: Any) -> Collector:
        data = tmp_path / "data"
        made.append(Collector(data if made else Path(shutil.copytree(empty_folder, data)), web, feeds, network))
        return made[-1]

    yield make
    for each in made:
        each.restart()
