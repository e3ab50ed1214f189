"""Pages as they came: written, found again by place, whole after a kill at any byte."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from warcio.archiveiterator import ArchiveIterator

from extractors.errors import StorageError
from extractors.records import Reason, RobotsState, Stage
from tests.warehouse.builders import (
    BETA,
    HOUR,
    NOW,
    dropped,
    failed,
    loaded,
    not_relevant,
    page,
    rows,
    seen_and_archived,
    surprised,
    tagged,
    value,
    waiting,
)
from warehouse import archive as archive_module
from warehouse.archive import Archive, Place
from warehouse.store import Warehouse

LATIN = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
HEADERS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True), st.text(LATIN, max_size=30), max_size=5
)
TRANSFER = ("content-encoding", "transfer-encoding", "content-length")
SHARED = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def the_file(folder: Path) -> Path:
    """The only segment."""
    (path,) = (folder / "archive").iterdir()
    return path


# --- written and found again -----------------------------------------------------------------------------------------


@given(bodies=st.lists(st.binary(max_size=200), max_size=4), headers=HEADERS)
@SHARED
def test_whatever_came_is_read_back_as_it_came(archive: Archive, bodies: list[bytes], headers: dict[str, str]) -> None:
    places = archive.append([page(waiting(str(n)), body, headers=headers) for n, body in enumerate(bodies)])
    kept = {name: words for name, words in headers.items() if name not in TRANSFER}
    assert [archive.read(place) for place in places] == [(body, kept) for body in bodies]


def test_nothing_to_write_makes_no_file(archive: Archive) -> None:
    assert archive.append([]) == []
    assert list(archive.folder.iterdir()) == []


def test_places_follow_one_another_and_name_the_file_below_the_data_folder(archive: Archive) -> None:
    first, second = archive.append([page(waiting("one")), page(waiting("two"))])
    assert first.warc_file == second.warc_file == "archive/pages-000000-20261120.warc.gz"
    assert (first.warc_offset, second.warc_offset) == (0, first.warc_length)
    assert second.warc_offset + second.warc_length == the_file(archive.data).stat().st_size


def test_each_record_is_one_gzip_member(archive: Archive) -> None:
    _, place = archive.append([page(waiting("one")), page(waiting("two"), b"second")])
    member = the_file(archive.data).read_bytes()[place.warc_offset :]
    assert gzip.decompress(member).rstrip().endswith(b"second")


def test_other_tools_read_the_file(archive: Archive) -> None:
    archive.append([page(waiting("one"), b"first"), page(waiting("two"), b"second")])
    with the_file(archive.data).open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers["WARC-Target-URI"], record.content_stream().read())
            for record in ArchiveIterator(file)
        ]
    assert records == [
        ("response", "https://alpha.example/one", b"first"),
        ("response", "https://alpha.example/two", b"second"),
    ]


def test_the_same_page_gives_the_same_bytes(tmp_path: Path) -> None:
    twice = [Archive(tmp_path / name).append([page(waiting("one"))]) for name in ("a", "b")]
    assert twice[0] == twice[1]
    assert the_file(tmp_path / "a").read_bytes() == the_file(tmp_path / "b").read_bytes()


def test_headers_of_the_transfer_are_left_out_since_the_body_is_kept_decoded(archive: Archive) -> None:
    headers = {"content-encoding": "gzip", "content-length": "99", "transfer-encoding": "chunked", "etag": "x"}
    (place,) = archive.append([page(waiting("one"), headers=headers)])
    assert archive.read(place) == (b"<p>Hello</p>", {"etag": "x"})


def test_a_header_cannot_smuggle_in_another_line(archive: Archive) -> None:
    headers = {"x-odd": "one\r\nx-other: two", "x-far": "\u4e2d\u6587"}
    (place,) = archive.append([page(waiting("one"), headers=headers)])
    assert archive.read(place)[1] == {"x-odd": "one x-other: two", "x-far": "??"}


def test_a_full_segment_is_followed_by_a_new_one(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "SEGMENT_BYTES", 1)
    first = archive.append([page(waiting("one"))])[0]
    second = archive.append([page(waiting("two"), b"second")])[0]
    assert second.warc_file == "archive/pages-000001-20261120.warc.gz" != first.warc_file
    assert archive.read(second)[0] == b"second"


# --- places that hold no page ----------------------------------------------------------------------------------------


def places(good: Place, size: int) -> Iterator[Place]:
    yield replace(good, warc_file="archive/lost.warc.gz")
    yield replace(good, warc_offset=size + 10)
    yield replace(good, warc_offset=good.warc_offset + 3)
    yield replace(good, warc_length=good.warc_length // 2)
    yield replace(good, warc_length=0)


def test_a_place_without_a_page_is_a_storage_error_that_names_it(archive: Archive) -> None:
    good = archive.append([page(waiting("one"), bytes(range(256)) * 20)])[0]
    for place in places(good, the_file(archive.data).stat().st_size):
        with pytest.raises(StorageError, match=f"no page at byte {place.warc_offset}; restore data/archive"):
            archive.read(place)


@given(garbage=st.binary(min_size=1, max_size=80), packed=st.booleans())
@SHARED
def test_garbage_in_the_place_of_a_page_is_a_storage_error(archive: Archive, garbage: bytes, packed: bool) -> None:
    content = gzip.compress(garbage) if packed else garbage
    (archive.folder / "odd.warc.gz").write_bytes(content)
    with pytest.raises(StorageError):
        archive.read(Place("archive/odd.warc.gz", 0, len(content)))


# --- after a kill ----------------------------------------------------------------------------------------------------

THREE = [page(waiting(str(n)), body) for n, body in enumerate((b"first", b"\x00" * 3_000, "\u7b2c\u4e09".encode()))]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[Place]]:
    """The bytes of a segment of three pages, and their places."""
    folder = tmp_path_factory.mktemp("whole")
    found = Archive(folder).append(THREE)
    return the_file(folder).read_bytes(), found


@given(share=st.floats(0, 1))
@SHARED
def test_a_file_cut_anywhere_keeps_its_whole_records_and_takes_new_ones(
    tmp_path: Path, whole: tuple[bytes, list[Place]], share: float
) -> None:
    content, found = whole
    cut = round(share * len(content))
    path = tmp_path / found[0].warc_file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content[:cut])
    archive = Archive(tmp_path)
    kept = [place for place in found if place.warc_offset + place.warc_length <= cut]
    assert path.stat().st_size == sum(place.warc_length for place in kept)
    assert [archive.read(place)[0] for place in kept] == [each.body for each in THREE[: len(kept)]]
    (added,) = archive.append([page(waiting("new"), b"after the kill")])
    assert archive.read(added)[0] == b"after the kill"


@given(tail=st.binary(max_size=60))
@SHARED
def test_what_a_crash_of_the_machine_left_behind_the_last_record_is_cut_off(
    tmp_path: Path, whole: tuple[bytes, list[Place]], tail: bytes
) -> None:
    content, found = whole
    path = tmp_path / found[0].warc_file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content + b"\x00" + tail)
    Archive(tmp_path)
    assert path.read_bytes() == content


def test_a_damaged_record_costs_no_other_that_the_warehouse_knows(data: Path) -> None:
    with Warehouse.open_live(data, NOW) as warehouse:
        warehouse.start_run("run-1")
        seen_and_archived(warehouse, *(waiting(key) for key in ("one", "two", "three")))
        second = value(warehouse, "SELECT warc_offset FROM core.pages WHERE page_id = 'p-two'")
    path = the_file(data)
    content = bytearray(path.read_bytes())
    content[second + 20] ^= 0xFF
    path.write_bytes(content + b"torn")
    with Warehouse.open_live(data, NOW):
        assert path.read_bytes() == content


def test_an_archive_shorter_than_the_warehouse_knows_is_left_alone(data: Path) -> None:
    with Warehouse.open_live(data, NOW) as warehouse:
        warehouse.start_run("run-1")
        seen_and_archived(warehouse, waiting("one"))
    content = the_file(data).read_bytes()
    the_file(data).write_bytes(content[:-5])
    with (
        Warehouse.open_live(data, NOW) as warehouse,
        pytest.raises(StorageError, match="no page at byte 0; restore data/archive"),
    ):
        list(warehouse.archived_pages(10))


# --- pages as rows ---------------------------------------------------------------------------------------------------


def test_an_archived_page_has_a_row_with_its_place(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, waiting("one"))
    (row,) = rows(
        warehouse, "SELECT page_id, url, status, cause, warc_file, warc_offset, robots_state, tries FROM core.pages"
    )
    assert row == (
        "p-one",
        "https://alpha.example/one",
        200,
        None,
        "archive/pages-000000-20261120.warc.gz",
        0,
        "allowed",
        1,
    )
    assert value(warehouse, "SELECT warc_length FROM core.pages") == the_file(warehouse.data).stat().st_size


def test_pages_archived_before_a_kill_are_there_for_the_next_run(data: Path) -> None:
    entries = [waiting("one"), waiting("two", BETA, published_at=NOW - 9 * HOUR), waiting("three")]
    with Warehouse.open_live(data, NOW) as killed:
        killed.start_run("run-1")
        seen_and_archived(killed, *entries)
        loaded(killed, tagged(entries[2]))
    with Warehouse.open_live(data, NOW + HOUR) as after:
        batches = list(after.archived_pages(10))
    assert batches == [[page(entries[1]), page(entries[0])]]


def test_archived_pages_come_in_batches_and_loading_one_does_not_disturb_the_next(warehouse: Warehouse) -> None:
    entries = [waiting(f"{n}") for n in range(5)]
    seen_and_archived(warehouse, *entries)
    sizes = []
    for pages in warehouse.archived_pages(2):
        sizes.append(len(pages))
        loaded(warehouse, *(tagged(waiting(each.entry.guid)) for each in pages))
    assert sizes == [2, 2, 1]
    assert list(warehouse.archived_pages(2)) == []


def test_a_page_without_an_answer_has_its_cause_and_no_place(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    denied = failed(waiting("one"), Reason.ROBOTS_DENIED, final=True, robots_state=RobotsState.DENIED)
    warehouse.archive([], [denied])
    found = rows(warehouse, "SELECT cause, robots_state, status, warc_file FROM core.pages")
    assert found == [("robots_denied", "denied", None, None)]


def test_a_surprise_while_fetching_takes_the_entry_out_of_the_queue(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one")], [])
    warehouse.archive([], [surprised(waiting("one"), Stage.FETCH)])
    assert rows(warehouse, "SELECT outcome FROM core.entries") == [("quarantined",)]
    assert rows(warehouse, "SELECT stage, subject, page_id FROM core.quarantine") == [("fetch", "e-one", "p-one")]
    assert warehouse.waiting_entries() == []


# --- read again ------------------------------------------------------------------------------------------------------


def again(warehouse: Warehouse, **words: object) -> list[str]:
    """The entries whose pages are read again."""
    options = {"since": None, "only_quarantine": False} | words
    return [each.entry.guid for pages in warehouse.read_again(10, **options) for each in pages]  # type: ignore[arg-type]


def test_every_archived_page_is_read_again_whatever_became_of_it(warehouse: Warehouse) -> None:
    entries = [waiting(key, published_at=NOW - n * HOUR) for n, key in enumerate(("one", "two", "three", "four"))]
    seen_and_archived(warehouse, *entries)
    loaded(warehouse, tagged(entries[0]), left=[not_relevant(entries[1]), surprised(page(entries[2]), Stage.EXTRACT)])
    assert again(warehouse) == ["four", "three", "two", "one"]
    assert again(warehouse, only_quarantine=True) == ["three"]


def test_only_pages_fetched_since_a_time_are_read_again(warehouse: Warehouse) -> None:
    warehouse.remember([], [waiting("one"), waiting("two")], [])
    warehouse.archive([page(waiting("one")), page(waiting("two"), at=NOW + HOUR)], [])
    assert again(warehouse, since=NOW + HOUR) == ["two"]


@pytest.mark.parametrize("reason", [Reason.UNLIKELY, Reason.OLD, Reason.NOT_WANTED, Reason.SAME_PAGE])
def test_a_page_is_read_again_for_the_entry_that_asked_for_it(warehouse: Warehouse, reason: Reason) -> None:
    earlier = waiting("earlier", page="p-1", at=NOW - 5 * HOUR)
    warehouse.remember([], [], [dropped(earlier, reason)])
    seen_and_archived(warehouse, waiting("asked", BETA, page="p-1"))
    assert again(warehouse) == ["asked"]
