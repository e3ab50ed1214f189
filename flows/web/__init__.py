"""Everything that goes out over HTTP: polls of feeds and fetches of pages, guarded, paced and honest about itself."""

from flows.web.client import Web
from flows.web.network import Network

__all__ = ["Network", "Web"]
