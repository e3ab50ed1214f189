"""Undoes content encodings piece by piece: a bomb is stopped at its first pieces, and a body that ended early is noticed.

Our own because aiohttp 3.14 says nothing of a gzip stream that ends early.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Protocol

import brotli  # type: ignore[import-untyped]

PIECE_BYTES = 65_536
MAX_LAYERS = 2  # gzip in gzip happens; more is no accident
WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
GZIP_MAGIC = b"\x1f\x8b"
TAIL_BYTES = 2_048
ROOT = re.compile(rb"<((?:rdf:)?RDF|(?:\w{1,20}:)?(?:rss|feed|urlset|sitemapindex))[\s>]")


class Decoder(Protocol):
    """One layer of encoding. `ended` says whether its stream came to its own end."""

    ended: bool

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What these bytes decode to. Raises zlib.error or brotli.error."""
        ...


class Inflate:
    """gzip (of one or more members, with or without junk behind) and deflate."""

    def __init__(self, window_bits: int) -> None:
        self.ended = False
        self._bits = window_bits
        self._stream = zlib.decompressobj(window_bits)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What these bytes decode to. Raises zlib.error."""
        while True:
            if self.ended and not data.startswith(GZIP_MAGIC):
                return
            if self.ended:
                self.ended, self._stream = False, zlib.decompressobj(self._bits)
            piece = self._stream.decompress(data, PIECE_BYTES)
            if piece:
                yield piece
            self.ended = self._stream.eof
            data = self._stream.unused_data if self.ended else self._stream.unconsumed_tail
            if not data and len(piece) < PIECE_BYTES:
                return


class Brotli:
    """br; what follows its end is ignored."""

    def __init__(self) -> None:
        self.ended = False
        self._stream = brotli.Decompressor()

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What these bytes decode to. Raises brotli.error."""
        while not self.ended:
            piece = self._stream.process(data, output_buffer_limit=PIECE_BYTES)
            if piece:
                yield piece
            data, self.ended = b"", self._stream.is_finished()
            if not piece and self._stream.can_accept_more_data():  # it may take more long before it has given all
                return


class Body:
    """The layers of one body. `complete` is False when its encoding broke off or broke."""

    def __init__(self, encoding: str) -> None:
        self._layers = layers_of(encoding)
        self._begun = self._broken = False

    @property
    def complete(self) -> bool:
        """Whether every stream that began also ended."""
        return not self._broken and (not self._begun or all(layer.ended for layer in self._layers))

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What these bytes decode to, in small pieces; nothing more once the encoding is broken."""
        if self._broken:
            return
        came = False
        try:
            for piece in through(self._layers, data):
                came = True
                yield piece
        except (zlib.error, brotli.error):
            if self._begun or came:
                self._broken = True
                return
            self._layers = []  # a header that is wrong about a plain body
            yield data
        self._begun = True


def layers_of(encoding: str) -> list[Decoder]:
    """The decoders of a Content-Encoding, outermost first; none for what we did not ask for: the body stays as it is."""
    names = [name.strip().lower() for name in encoding.split(",") if name.strip().lower() not in ("", "identity")]
    if len(names) > MAX_LAYERS or any(name != "br" and name not in WINDOW_BITS for name in names):
        return []
    return [Brotli() if name == "br" else Inflate(WINDOW_BITS[name]) for name in reversed(names)]


def through(layers: Sequence[Decoder], data: bytes) -> Iterator[bytes]:
    """Bytes through all layers, one piece at a time."""
    if not layers:
        yield data
        return
    for piece in layers[0].pieces(data):
        yield from through(layers[1:], piece)


def is_closed(body: bytes) -> bool:
    """Whether a feed's XML reaches the end tag of its root; True for everything that is no such XML."""
    root = ROOT.search(body[:TAIL_BYTES])
    return root is None or re.search(rb"</" + re.escape(root[1]) + rb"\s*>", body[-TAIL_BYTES:]) is not None
