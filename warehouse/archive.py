"""Keeps every page as it came, in WARC files that any web-archive tool reads (ISO 28500), and reads them back.

Each record is one gzip member, so that its offset and length are enough to read it alone. A torn last record, left by a
kill while writing, is cut off when the archive is opened: the page's row was not written yet, so nothing refers to it.
"""

import gzip
import io
import os
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

from extractors.errors import StorageError
from extractors.records import Page

SEGMENT_BYTES = 512 * 1024**2
READ_BYTES = 1024**2
NOTHING: Mapping[str, int] = MappingProxyType({})
BROKEN = (OSError, EOFError, zlib.error, StopIteration, ValueError, ArchiveLoadFailed, StatusAndHeadersParserException)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: file relative to the data folder, first byte, bytes."""

    warc_file: str
    warc_offset: int
    warc_length: int


class Archive:
    """The folder data/archive. One writer, under the warehouse's lock."""

    def __init__(self, data: Path, known: Mapping[str, int] = NOTHING) -> None:
        """`known` says up to which byte the warehouse's rows refer to a file; nothing before it is ever cut."""
        self.data = data
        self.folder = data / "archive"
        self.folder.mkdir(parents=True, exist_ok=True)
        newest = max(self.folder.glob("pages-*.warc.gz"), default=None)
        if newest is not None:
            cut_torn_tail(newest, known.get(str(newest.relative_to(data)), 0))

    def append(self, pages: Sequence[Page]) -> list[Place]:
        """Write pages to the newest segment and make them durable; one place per page, in order."""
        if not pages:
            return []
        path = self._segment(pages[0].fetch.fetched_at)
        places = []
        with path.open("ab") as file:
            for page in pages:
                offset = file.tell()
                file.write(member_of(page))
                places.append(Place(str(path.relative_to(self.data)), offset, file.tell() - offset))
            file.flush()
            os.fsync(file.fileno())
        return places

    def read(self, place: Place) -> tuple[bytes, dict[str, str]]:
        """Body and headers of one record. Raises StorageError when the archive does not hold what the row says."""
        try:
            with (self.data / place.warc_file).open("rb") as file:
                file.seek(place.warc_offset)
                return read_member(file.read(place.warc_length))
        except BROKEN as error:
            raise StorageError(
                f"{place.warc_file}: no page at byte {place.warc_offset}; restore data/archive"
            ) from error

    def _segment(self, now: datetime) -> Path:
        """The file to append to: the newest, until it is full."""
        newest = max(self.folder.glob("pages-*.warc.gz"), default=None)
        if newest is not None and newest.stat().st_size < SEGMENT_BYTES:
            return newest
        count = len(list(self.folder.glob("pages-*.warc.gz")))
        return self.folder / f"pages-{count:06d}-{now:%Y%m%d}.warc.gz"


def read_member(member: bytes) -> tuple[bytes, dict[str, str]]:
    """Body and headers of one gzip member. Raises one of BROKEN when it is not a whole response."""
    content = gzip.decompress(member)  # checks length and sum, which a stream would only do at its end
    record = next(iter(ArchiveIterator(io.BytesIO(content))))
    if record.http_headers is None:
        raise ArchiveLoadFailed(f"a record of type {record.rec_type}")
    return record.raw_stream.read(), {name.lower(): value for name, value in record.http_headers.headers}


def member_of(page: Page) -> bytes:
    """A page as one gzip member. Its id is made from what it is, so that the same page gives the same bytes."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=False)
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{page.fetch.page_id} {page.fetch.fetched_at.isoformat()}")
    record = writer.create_warc_record(
        page.fetch.final_url or page.fetch.url,
        "response",
        payload=io.BytesIO(page.body),
        http_headers=StatusAndHeaders(f"{page.fetch.status} OK", http_headers(page.headers), protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Record-ID": f"<urn:uuid:{name}>",
            "WARC-Date": f"{page.fetch.fetched_at:%Y-%m-%dT%H:%M:%SZ}",
        },
    )
    writer.write_record(record)
    record.raw_stream.close()  # the temporary file in which warcio computed its digests
    return gzip.compress(buffer.getvalue(), mtime=0)


def http_headers(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers as kept: the body is stored decoded, so what described its transfer would now be a lie."""
    transfer = ("content-encoding", "transfer-encoding", "content-length")
    kept = [(name, " ".join(value.split())) for name, value in headers.items() if name not in transfer]
    return [(name, value.encode("latin-1", "replace").decode("latin-1")) for name, value in kept]


def cut_torn_tail(path: Path, known: int = 0) -> int:
    """Cut a file back to its last whole gzip member, reading on from a known end; answers with the bytes cut off."""
    whole = end_of_last_member(path, known)
    torn = path.stat().st_size - whole
    if torn > 0:
        with path.open("r+b") as file:
            file.truncate(whole)
            os.fsync(file.fileno())
    return torn


def end_of_last_member(path: Path, start: int = 0) -> int:
    """The byte after the last gzip member that can be read whole, from one that begins at `start`."""
    end, decoder = start, zlib.decompressobj(wbits=31)
    position = start
    with path.open("rb") as file:
        file.seek(start)
        while chunk := file.read(READ_BYTES):
            while chunk:
                try:
                    decoder.decompress(chunk)
                except zlib.error:
                    return end
                if not decoder.eof:
                    position += len(chunk)
                    break
                rest = decoder.unused_data
                position += len(chunk) - len(rest)
                end, decoder, chunk = position, zlib.decompressobj(wbits=31), rest
    return end
