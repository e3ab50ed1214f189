"""Reads what sites say to robots, once a run and at most once a day, and keeps it for the runs to come."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from extractors.errors import FetchError
from extractors.records import Reason, RobotsState
from extractors.site_files import READ_BYTES, SiteFiles
from extractors.urls import host_of
from flows.web.robots import Robots, robots_from
from flows.web.tdm import WELL_KNOWN
from flows.web.transport import Answer

Ask = Callable[[str], Awaitable[Answer]]
# the site itself could not be reached: more to the point than that its robots.txt could not
UNREACHABLE = frozenset({Reason.DNS, Reason.REFUSED, Reason.TLS, Reason.BLOCKED_ADDRESS})
NO_ANSWER = 599


@dataclass(frozen=True, slots=True)
class Site:
    """A site's files, robots.txt already read."""

    files: SiteFiles
    robots: Robots


class Sites:
    """One per run. `known` are copies of earlier runs; `ask` makes one polite request. All on the web's own loop."""

    def __init__(self, known: Iterable[SiteFiles], now: datetime, ask: Ask) -> None:
        self._known = {files.site: files for files in known}
        self._now = now
        self._ask = ask
        self._reading: dict[str, asyncio.Task[Site]] = {}
        self._learned: dict[str, SiteFiles] = {}

    async def of(self, url: str) -> Site:
        """The site of an address. Raises FetchError when there is no such site, OutOfTime when it has no turn left."""
        site = site_of(url)
        task = self._reading.get(site)
        if task is None:
            task = self._reading[site] = asyncio.ensure_future(self._read(site))
        return await asyncio.shield(task)

    def asked(self, site: Site, at: datetime) -> None:
        """Note that a page of this site is asked for."""
        if site.robots.crawl_seconds:
            self._learn(replace(self._learned.get(site.files.site, site.files), asked_at=at))

    def take_learned(self) -> list[SiteFiles]:
        """What was read and asked since the last call, to be kept."""
        learned, self._learned = self._learned, {}
        return list(learned.values())

    def _learn(self, files: SiteFiles) -> None:
        self._learned[files.site] = self._known[files.site] = files

    async def _read(self, site: str) -> Site:
        known = self._known.get(site)
        if known is not None and known.serves_at(self._now):
            return Site(known, robots_from(known.status, known.robots))
        status, robots = await self._well_known(site, "/robots.txt")
        files = SiteFiles(site, self._now, status, robots[:READ_BYTES], asked_at=known.asked_at if known else None)
        read = robots_from(status, files.robots)
        if read.state is not RobotsState.UNKNOWN:
            status, tdmrep = await self._well_known(site, WELL_KNOWN)
            files = replace(files, tdmrep=tdmrep[:READ_BYTES] if status == 200 else b"")
            self._learn(files)
        return Site(files, read)

    async def _well_known(self, site: str, path: str) -> tuple[int, bytes]:
        """A file every site may have: its status and bytes, 599 where none came. Raises FetchError: no such site."""
        try:
            answer = await self._ask(site + path)
        except FetchError as error:
            if error.cause in UNREACHABLE and host_of(error.url) == host_of(site):
                raise
            return error.status or NO_ANSWER, b""
        return answer.status, answer.body


def site_of(url: str) -> str:
    """Scheme, host and port of an address: what one robots.txt speaks for."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))
