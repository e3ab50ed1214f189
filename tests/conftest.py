"""What many tests share: a demo home that has run once, and a way to call the command line."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from flows.home import Home
from flows.new_home import make_home
from flows.run import RunOptions, run_monitor

# the same examples in every run, and none against the clock: a slow machine is no failure. To search further:
# pytest --hypothesis-profile=explore
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2_000, deadline=None)
settings.load_profile("steady")

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A demo home after one cycle at NOW. Read it; take a copy (`own_home`) to change it."""
    root = tmp_path_factory.mktemp("finished") / "demo"
    make_home(root, demo_at=NOW)
    run_monitor(Home(root), RunOptions(now=NOW))
    return Home(root)


@pytest.fixture
def own_home(finished_home: Home, tmp_path: Path) -> Home:
    """A copy of the finished home."""
    shutil.copytree(finished_home.root, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def fresh_home(tmp_path: Path) -> Home:
    """A demo home that never ran."""
    make_home(tmp_path / "home", demo_at=NOW)
    return Home(tmp_path / "home")


class Ended:
    """A command that ended: exit code, stdout, stderr."""

    def __init__(self, process: "subprocess.CompletedProcess[str]") -> None:
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    def json(self) -> Any:
        """stdout as one JSON object: nothing else may stand there."""
        return json.loads(self.out)


@pytest.fixture
def sinoscope(tmp_path: Path) -> Callable[..., Ended]:
    """Call the command line as a person does: `sinoscope("--home", home.root, "status")`."""

    def call(*words: object, **options: Any) -> Ended:
        command = [sys.executable, "-c", "from flows.cli import main; main()", *map(str, words)]
        options = {"cwd": tmp_path, "timeout": 480} | options
        return Ended(subprocess.run(command, capture_output=True, text=True, check=False, **options))

    return call
