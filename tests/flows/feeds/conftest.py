"""A web to look for feeds in."""

from collections.abc import Iterator

import pytest

from tests.flows.web.fakeweb import FakeWeb


@pytest.fixture
def fakeweb() -> Iterator[FakeWeb]:
    with FakeWeb() as running:
        yield running
