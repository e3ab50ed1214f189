"""Content encodings: right, wrong, doubled, cut off, and made to burst."""

import gzip
import tracemalloc
import zlib
from itertools import pairwise

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given, strategies as st

from flows.web.bodies import PIECE_BYTES, Body, is_closed

TEXT = b"<rss><channel>" + "人工智能".encode() * 500 + b"</channel></rss>"
ENCODINGS = ["gzip", "x-gzip", "deflate", "br", "gzip, gzip", "br, gzip", "", "identity"]


def encoded(body: bytes, encoding: str) -> bytes:
    for name in encoding.split(", "):
        body = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}.get(
            name, bytes
        )(body)
    return body


def decoded(encoding: str, *chunks: bytes) -> tuple[bytes, bool]:
    body = Body(encoding)
    return b"".join(piece for chunk in chunks for piece in body.pieces(chunk)), body.complete


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_was_encoded_comes_back(encoding: str) -> None:
    """D31"""
    assert decoded(encoding, encoded(TEXT, encoding)) == (TEXT, True)


@given(st.binary(max_size=2_000), st.sampled_from(ENCODINGS), st.lists(st.integers(0, 2_000), max_size=5))
def test_it_does_not_matter_where_the_chunks_are_cut(body: bytes, encoding: str, cuts: list[int]) -> None:
    """D31"""
    wire = encoded(body, encoding)
    places = sorted({0, len(wire), *(min(cut, len(wire)) for cut in cuts)})
    chunks = [wire[start:end] for start, end in pairwise(places)]
    assert decoded(encoding, *chunks) == (body, True)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_body_many_times_its_size_on_the_wire_comes_back_whole(encoding: str) -> None:
    """D31: what one chunk holds may be many pieces"""
    body = TEXT * 300
    assert decoded(encoding, encoded(body, encoding)) == (body, True)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_an_encoding_that_breaks_off_is_not_complete(encoding: str) -> None:
    """D31: truncated"""
    wire = encoded(TEXT, encoding)
    body, complete = decoded(encoding, wire[: len(wire) * 2 // 3])
    assert not complete
    assert TEXT.startswith(body)


def test_a_gzip_without_its_checksum_is_not_complete() -> None:
    """D31: truncated by the last bytes only"""
    assert decoded("gzip", gzip.compress(TEXT)[:-4]) == (TEXT, False)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_plain_body_under_a_wrong_header_is_taken_as_it_is(encoding: str) -> None:
    """D31: wrong header"""
    assert decoded(encoding, TEXT[:100], TEXT[100:]) == (TEXT, True)


@pytest.mark.parametrize("encoding", ["zstd", "compress", "gzip, gzip, gzip"])
def test_an_encoding_we_did_not_ask_for_is_left_as_it_is(encoding: str) -> None:
    """D31: zstd"""
    assert decoded(encoding, b"(\xb5/\xfd...") == (b"(\xb5/\xfd...", True)


def test_junk_behind_a_gzip_is_ignored() -> None:
    """D31: trailing junk"""
    assert decoded("gzip", gzip.compress(TEXT) + b"\0\0junk") == (TEXT, True)


def test_a_gzip_of_several_members_is_one_body() -> None:
    assert decoded("gzip", gzip.compress(TEXT) + gzip.compress(TEXT)) == (TEXT * 2, True)


def test_a_gzip_that_breaks_in_the_middle_gives_what_came_before() -> None:
    good = gzip.compress(bytes(range(256)) * 4_000, 0)
    body, complete = decoded("gzip", good[:70_000], b"\xff" * 70_000, good[140_000:])
    assert not complete
    assert (bytes(range(256)) * 4_000).startswith(body[:60_000])


def test_no_body_at_all_is_complete() -> None:
    assert decoded("gzip") == (b"", True)


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, gzip", "br, br"])
def test_a_bomb_comes_in_small_pieces(encoding: str) -> None:
    """D31: bomb"""
    bomb = encoded(bytes(16 * 1024**2), encoding)
    tracemalloc.start()
    pieces = Body(encoding).pieces(bomb)
    sizes = [len(next(pieces)) for _ in range(20)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert max(sizes) <= 2 * PIECE_BYTES
    assert peak < 4 * 1024**2


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "gzip, br"]))
def test_no_bytes_are_a_surprise(junk: bytes, encoding: str) -> None:
    decoded(encoding, junk, junk)


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>\n<!-- served in 3 ms -->',
        b"<rdf:RDF><item/></rdf:RDF >",
        b"<urlset></urlset>",
        b'{"version": "https://jsonfeed.org/version/1.1"',
        b"<html><body><ul><li>a list page",
        gzip.compress(TEXT, mtime=0)[:100],
        b"",
    ],
)
def test_a_body_that_ends_as_it_should_is_closed(body: bytes) -> None:
    assert is_closed(body)


@pytest.mark.parametrize("root", [b"rss", b"feed", b"rdf:RDF", b"urlset", b"sitemapindex", b"atom:feed"])
def test_a_feed_without_its_end_tag_is_not_closed(root: bytes) -> None:
    assert not is_closed(b"<" + root + b" a='b'><item><title>x</title></item>")
