"""The flows under Prefect: one run on a temporary server, and a served schedule with a trigger by hand."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.home import Home
from flows.new_home import make_home
from flows.orchestrator import environment
from tests.conftest import NOW, Ended

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]
Sinoscope = Callable[..., Ended]
PATIENCE_SECONDS = 240


def asked(api_url: str) -> dict[str, Any]:
    """What Prefect's API says of runs and artifacts."""
    runs = [
        {
            "name": run["name"],
            "state": run["state_name"],
            "parameters": run["parameters"],
            "auto": run["auto_scheduled"],
        }
        for run in posted(f"{api_url}/flow_runs/filter")
    ]
    return {"runs": runs, "artifacts": [artifact["key"] for artifact in posted(f"{api_url}/artifacts/filter")]}


def posted(url: str) -> Any:
    """Plain HTTP: a Python that imports Prefect for each question would be busier than the server."""
    request = urllib.request.Request(url, b"{}", {"content-type": "application/json"})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - loopback
        return json.loads(response.read())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Serving:
    """A served demo home."""

    def __init__(self, home: Home, port: int, log: Path) -> None:
        command = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from flows.cli import main; main()"
        words = ["--home", str(home.root), "serve", "--every", "20s", "--port", str(port)]
        self.home, self.api_url, self.log = home, f"http://127.0.0.1:{port}/api", log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", command, *words], stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_until(self, what: Callable[[], bool], words: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not what():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, f"{words} did not come:\n{self.log.read_text()}"
            time.sleep(1)

    def prefect(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Prefect's own command line, as the docs say to call it."""
        variables = os.environ | environment(self.home.data / "prefect", self.api_url)
        command = [sys.executable, "-m", "prefect", *words]
        return subprocess.run(
            command, env=variables, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
        )

    def completed(self, *, auto: bool) -> list[dict[str, Any]]:
        runs = asked(self.api_url)["runs"]
        return [run for run in runs if run["state"] == "Completed" and run["auto"] == auto]

    def running(self) -> list[dict[str, Any]]:
        return [run for run in asked(self.api_url)["runs"] if run["state"] in ("Running", "Pending")]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    make_home(tmp_path / "home", demo_at=NOW)
    serving = Serving(Home(tmp_path / "home"), free_port(), tmp_path / "serve.log")
    yield serving
    if serving.process.poll() is None:
        os.killpg(serving.process.pid, signal.SIGKILL)


@pytest.mark.timeout(900)
def test_a_schedule_runs_cycles_takes_a_trigger_and_leaves_nothing_behind(
    serving: Serving, sinoscope: Sinoscope
) -> None:
    serving.wait_until(lambda: "Serving" in serving.log.read_text(), "the server")
    serving.wait_until(lambda: len(serving.completed(auto=True)) >= 2, "two scheduled cycles")
    ended = sinoscope("--home", serving.home.root, "trigger", "--only", "harbour-post", "--json")
    assert ended.code == 0, ended.err
    serving.wait_until(lambda: bool(serving.completed(auto=False)), "the triggered cycle")
    assert serving.completed(auto=False)[0]["parameters"]["only"] == ["harbour-post"]
    assert serving.prefect("deployment", "schedule", "pause", "--all").returncode == 0
    serving.wait_until(lambda: not serving.running(), "the end of the last scheduled cycle")
    plain = serving.prefect("deployment", "run", "monitor/monitor", "--param", 'only=["island-times"]')
    assert plain.returncode == 0, plain.stderr
    serving.wait_until(lambda: len(serving.completed(auto=False)) == 2, "the cycle asked for with plain prefect")
    assert {"ledger", "failing-feeds"} <= set(asked(serving.api_url)["artifacts"])
    serving.process.send_signal(signal.SIGINT)
    assert serving.process.wait(60) == 0, serving.log.read_text()
    assert "Stopped; nothing was left behind." in serving.log.read_text()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(serving.api_url.split(":")[2].split("/")[0])), timeout=2)


def test_run_is_a_flow_on_a_temporary_server(fresh_home: Home, sinoscope: Sinoscope) -> None:
    ended = sinoscope("--home", fresh_home.root, "run", "--json", "--only", "harbour-post")
    assert ended.code == 0, ended.err
    assert ended.json()["polls"]["due"] == 1
    assert (fresh_home.data / "prefect" / "prefect.db").is_file()
    assert "Traceback" not in ended.err


def test_trigger_without_a_serving_monitor_says_what_to_start(fresh_home: Home, sinoscope: Sinoscope) -> None:
    ended = sinoscope("--home", fresh_home.root, "trigger")
    assert ended.code == 5
    assert "start `sinoscope serve`" in ended.err


@pytest.mark.parametrize("words", [("--every", "soon"), ("--every", "0m"), ("--every", "2h", "--cron", "* * * * *")])
def test_a_senseless_schedule_is_refused(fresh_home: Home, sinoscope: Sinoscope, words: tuple[str, ...]) -> None:
    assert sinoscope("--home", fresh_home.root, "serve", *words).code == 2
