"""Prefect's settings for a home, without Prefect."""

import socket
from pathlib import Path

import pytest

from extractors.errors import NetworkError
from flows.home import Home
from flows.orchestrator import answers, api_file, environment, require_free, serving_api


def test_prefect_keeps_to_the_home_and_reports_to_nobody(tmp_path: Path) -> None:
    settings = environment(tmp_path, None)
    assert settings["PREFECT_HOME"] == str(tmp_path)
    assert settings["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert "PREFECT_API_URL" not in settings


def test_a_serving_monitor_is_talked_to_by_its_address(tmp_path: Path) -> None:
    assert environment(tmp_path, "http://127.0.0.1:4200/api")["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"


def test_a_taken_port_is_named_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NetworkError, match=f"port {port} .* is taken; choose another with --port"):
            require_free(port)


def test_a_stale_address_counts_as_not_serving(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert serving_api(home) is None
    api_file(home).parent.mkdir(parents=True)
    api_file(home).write_text("http://127.0.0.1:9/api")
    assert serving_api(home) is None
    assert not answers("nonsense")
