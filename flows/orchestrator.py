"""Prefect's own settings for a home: its database and server live under data/prefect, analytics off, noise tamed.

`prepare` must run before Prefect is imported: Prefect reads its settings once.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from extractors.errors import NetworkError, StorageError
from flows.home import Home

START_SECONDS = 120  # 47 s were seen on a loaded machine of two cores
STOP_SECONDS = 20


def prepare(home: Home, api_url: str | None = None) -> None:
    """Set Prefect's environment for this home, and the server to talk to; without one, a temporary server is used."""
    os.environ.update(environment(home.data / "prefect", api_url))


def environment(folder: Path, api_url: str | None) -> dict[str, str]:
    """The settings as environment variables; what a person has set for PREFECT_LOGGING_LEVEL wins."""
    settings = {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(START_SECONDS),
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_LOGGING_LEVEL": os.environ.get("PREFECT_LOGGING_LEVEL", "WARNING"),
        "PREFECT_SERVER_LOGGING_LEVEL": os.environ.get("PREFECT_SERVER_LOGGING_LEVEL", "ERROR"),
        "PREFECT_CLI_PROMPT": "false",
    }
    return settings | ({"PREFECT_API_URL": api_url} if api_url else {})


def api_file(home: Home) -> Path:
    """Where a serving monitor leaves its API address for `trigger`, `run` and plain `prefect` commands."""
    return home.data / "prefect" / "api_url"


def serving_api(home: Home) -> str | None:
    """The API address of the monitor that serves this home now, or None."""
    path = api_file(home)
    if not path.is_file():
        return None
    api_url = path.read_text().strip()
    return api_url if answers(api_url) else None


def answers(api_url: str) -> bool:
    """Whether a Prefect server is healthy at this address."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=2) as response:  # noqa: S310 - loopback, written by us
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


@contextmanager
def server(home: Home, port: int) -> Iterator[str]:
    """Prefect's server and UI on loopback while the block runs; gives its API address.

    Raises NetworkError when the port is taken, StorageError when the server does not start.
    """
    require_free(port)
    folder = home.data / "prefect"
    folder.mkdir(parents=True, exist_ok=True)
    api_url = f"http://127.0.0.1:{port}/api"
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed words
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            env=os.environ | environment(folder, api_url),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us first; we end it when the runner has finished
        )
    try:
        wait_until_healthy(process, api_url, folder / "server.log")
        api_file(home).write_text(api_url)
        yield api_url
    finally:
        api_file(home).unlink(missing_ok=True)
        end(process)


def require_free(port: int) -> None:
    """Raise NetworkError when something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise NetworkError(f"port {port} on 127.0.0.1 is taken; choose another with --port") from error


def wait_until_healthy(process: subprocess.Popen[bytes], api_url: str, log: Path) -> None:
    """Return when the server answers; raise StorageError when it ends or stays silent."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if answers(api_url):
            return
        if process.poll() is not None:
            break
        time.sleep(0.25)
    raise StorageError(f"Prefect's server did not start; its own words are in {log}")


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop; insist when it does not."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
