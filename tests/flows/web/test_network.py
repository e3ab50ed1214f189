"""The `network:` part of settings.yaml: what is taken and what is refused, with a word on how to write it."""

from typing import Any

import pytest
from pydantic import ValidationError

from flows.web import Network


def refused(**settings: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        Network(**settings)
    return str(caught.value)


def test_the_defaults_are_those_of_the_contract() -> None:
    network = Network()
    assert (network.allow_private, network.resolve, network.tdm) == ((), {}, "keep")
    assert (network.feed_seconds, network.page_seconds, network.per_host) == (1, 5, 2)
    assert (network.total_seconds, network.run_seconds) == (30, 300)


@pytest.mark.parametrize(
    "value", ["127.0.0.1", "10.0.0.0/8", "10.0.0.1/8", "::1", "fd00::/8", "intranet", "wiki.corp-1.example"]
)
def test_hosts_addresses_and_networks_may_be_allowed(value: str) -> None:
    assert Network(allow_private=(value,)).allow_private == (value,)


@pytest.mark.parametrize("value", ["", "http://127.0.0.1", "10.0.0.0/99", "a b", "127.0.0.1:80"])
def test_anything_else_is_refused_with_an_example(value: str) -> None:
    assert "127.0.0.0/8" in refused(allow_private=(value,))


@pytest.mark.parametrize("name", ["news.example", "news.example:8080", "NEWS.example"])
@pytest.mark.parametrize("place", ["127.0.0.1:80", "[::1]:8080"])
def test_a_name_may_be_led_to_an_address_and_port(name: str, place: str) -> None:
    assert Network(resolve={name: place}).resolve == {name.lower(): place}


@pytest.mark.parametrize(
    "place", ["127.0.0.1", "localhost:80", ":80", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:http"]
)
def test_a_place_that_is_no_address_and_port_is_refused_with_an_example(place: str) -> None:
    assert "127.0.0.1:8080" in refused(resolve={"news.example": place})


@pytest.mark.parametrize("name", ["", "http://news.example", "news.example:port", "a b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    assert "name:port" in refused(resolve={name: "127.0.0.1:80"})


SENSELESS = {"feed_seconds": -1, "per_host": 0, "at_once": 0, "total_seconds": 0, "run_seconds": 0, "tdm": "maybe"}


@pytest.mark.parametrize("settings", [*({name: value} for name, value in SENSELESS.items()), {"page_second": 5}])
def test_senseless_numbers_and_unknown_keys_are_refused(settings: dict[str, Any]) -> None:
    assert next(iter(settings)) in refused(**settings)
