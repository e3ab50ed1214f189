"""The archive through other people's readers, after kills that are real, and back into the path byte for byte."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator, WarcRecordType
from hypothesis import HealthCheck, given, settings, strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from tests.warehouse.builders import DAY, NOW, page, waiting
from warehouse import archive as archive_module
from warehouse.archive import Archive
from warehouse.store import Warehouse

SHARED = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
BODIES = {
    "plain": b"<p>Hello</p>",
    "empty": b"",
    "binary": bytes(range(256)) * 300,
    "chinese": "人工智能".encode("gb18030") * 1_000,
    "zip inside": b"\x1f\x8b\x08\x00WARC/1.0\r\n\r\n",
    "lines": b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\nWARC/1.1\r\n" * 20,
}
ROOT = Path(__file__).parents[2]
Read = list[tuple[str, bytes]]


def by_warcio(path: Path) -> Read:
    """Addresses and bodies as warcio reads them, digests checked."""
    with path.open("rb") as file:
        return [
            (str(record.rec_headers["WARC-Target-URI"]), record.content_stream().read())
            for record in WarcioIterator(file, check_digests="raise")
        ]


def by_fastwarc(path: Path) -> Read:
    """Addresses and bodies as fastwarc reads them, digests checked."""
    found = []
    with path.open("rb") as file:
        for record in FastIterator(file, record_types=WarcRecordType.response):
            assert record.verify_payload_digest()
            found.append((record.headers["WARC-Target-URI"], record.reader.read()))
    return found


READERS = {"warcio": by_warcio, "fastwarc": by_fastwarc}


def segments(folder: Path) -> list[Path]:
    return sorted((folder / "archive").iterdir())


@pytest.mark.parametrize("reader", READERS)
def test_other_peoples_readers_read_every_page_as_it_came(tmp_path: Path, reader: str) -> None:
    Archive(tmp_path).append([page(waiting(key.replace(" ", "-")), body) for key, body in BODIES.items()])
    (path,) = segments(tmp_path)
    found = READERS[reader](path)
    assert found == [(f"https://alpha.example/{key.replace(' ', '-')}", body) for key, body in BODIES.items()]


@pytest.mark.parametrize("reader", READERS)
@given(bodies=st.lists(st.binary(max_size=300), min_size=1, max_size=5))
@SHARED
def test_whatever_came_other_readers_read_it_too(
    tmp_path_factory: pytest.TempPathFactory, reader: str, bodies: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    Archive(folder).append([page(waiting(str(number)), body) for number, body in enumerate(bodies)])
    assert [body for _, body in READERS[reader](segments(folder)[0])] == bodies


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("torn", [1, 10, 100, 399])
def test_a_torn_last_record_is_repaired_at_the_next_start_and_nothing_else_is_lost(
    tmp_path: Path, reader: str, torn: int
) -> None:
    archive = Archive(tmp_path)
    archive.append([page(waiting(str(number))) for number in range(5)])
    (last,) = archive.append([page(waiting("torn"))])
    (path,) = segments(tmp_path)
    os.truncate(path, last.warc_offset + min(torn, last.warc_length - 1))
    Archive(tmp_path).append([page(waiting("new"))])
    found = [address.rpartition("/")[2] for address, _ in READERS[reader](path)]
    assert found == ["0", "1", "2", "3", "4", "new"]


def test_a_segment_whose_only_record_is_torn_is_empty_and_goes_on(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.append([page(waiting("torn"))])
    (path,) = segments(tmp_path)
    os.truncate(path, 40)
    again = Archive(tmp_path)
    assert path.stat().st_size == 0
    assert by_warcio(path) == by_fastwarc(path) == []
    (place,) = again.append([page(waiting("new"))])
    assert again.read(place)[0] == b"<p>Hello</p>"


def test_a_full_segment_before_a_torn_one_is_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "SEGMENT_BYTES", 300)
    archive = Archive(tmp_path)
    for number in range(3):
        archive.append([page(waiting(str(number)))])
    first, second, third = segments(tmp_path)
    before = [path.read_bytes() for path in (first, second)]
    os.truncate(third, third.stat().st_size - 3)
    Archive(tmp_path)
    assert [path.read_bytes() for path in (first, second)] == before
    assert third.stat().st_size == 0


WRITER = """
import sys
from pathlib import Path
from tests.warehouse.builders import page, waiting
from warehouse.archive import Archive
archive = Archive(Path(sys.argv[1]))
for number in range(100_000):
    places = archive.append([page(waiting(f"{number}-{part}"), b"x" * 50_000) for part in range(3)])
    print(number, sum(place.warc_length for place in places), flush=True)
"""


@pytest.fixture(params=[3, 11])
def killed(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, int]:
    """A folder whose writer was killed after it had said so many times that a batch is safe; and how many it said."""
    words = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT, text=True) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline() for _ in range(request.param)]
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.readlines()
    return tmp_path, len([line for line in said if line.endswith("\n")])


def test_what_a_killed_writer_said_was_safe_is_there_and_readable(killed: tuple[Path, int]) -> None:
    folder, batches = killed
    Archive(folder)
    found = [address for path in segments(folder) for address, _ in by_fastwarc(path)]
    assert len(found) >= 3 * batches
    assert found == [address for path in segments(folder) for address, _ in by_warcio(path)]
    assert found[: 3 * batches] == [f"https://alpha.example/{n}-{part}" for n in range(batches) for part in range(3)]


def test_pages_come_back_into_the_path_byte_for_byte(data: Path) -> None:
    entries = {key: waiting(key.replace(" ", "-")) for key in BODIES}
    headers = {"content-type": "text/html; charset=gb18030", "tdm-reservation": "1"}
    with Warehouse.open_live(data, NOW) as warehouse:
        warehouse.start_run("run-1")
        warehouse.remember([], list(entries.values()), [])
        warehouse.archive([page(entries[key], body, headers=headers) for key, body in BODIES.items()], [])
    with Warehouse.open_live(data, NOW + DAY) as warehouse:
        again = [each for batch in warehouse.read_again(2, None, only_quarantine=False) for each in batch]
    assert {each.entry.guid: each.body for each in again} == {
        key.replace(" ", "-"): body for key, body in BODIES.items()
    }
    assert all(dict(each.headers) == headers for each in again)
    assert {(each.fetch.status, each.fetch.fetched_at) for each in again} == {(200, NOW)}
