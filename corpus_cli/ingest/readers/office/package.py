"""Zip packages of XML."""

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from lzma import LZMAError
from typing import Protocol
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from corpus_cli.errors import SourceError

UNPACKED = 200_000_000
"""Bytes that are read out of one package at most, all its parts together."""

DAMAGED = "it is damaged: open it in the program it was made with, and save it again"
ENCRYPTED = "it is encrypted: save it without a password"

_CHUNK = 65_536
_BROKEN = (
    BadZipFile,
    EOFError,
    LZMAError,
    NotImplementedError,  # a way of packing that Python does not know
    OSError,
    ValueError,
    struct.error,
    zlib.error,
)


class Package:
    """A zip file whose parts are read up to `UNPACKED` bytes. Raises `SourceError` if broken."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(data))
        except _BROKEN as error:
            raise SourceError(DAMAGED) from error
        self.names = frozenset(self._zip.namelist())
        self._left = UNPACKED

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece, so that none need be held as a whole."""
        try:
            with self._zip.open(name) as part:
                while chunk := part.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise SourceError(f"it unpacks to more than {UNPACKED // 10**6} MB")
                    yield chunk
        except (KeyError, *_BROKEN) as error:
            raise SourceError(DAMAGED) from error
        except RuntimeError as error:
            raise SourceError(ENCRYPTED) from error

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        return b"".join(self.chunks(name))

    def parse(self, name: str, target: "Target") -> None:
        """Tell a target what is in an XML part."""
        parse(self.chunks(name), target)


class Target(Protocol):
    """What is told of an XML text as it is read; names come without their namespace.

    Telling, not a tree: so neither the depth nor the size of a text costs memory.
    """

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def text(self, text: str) -> None: ...


def parse(chunks: Iterable[bytes], target: Target) -> None:
    """Tell a target what is in an XML text. A document type is refused: it may hold a bomb."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: target.start(
        _local(tag), {_local(name): value for name, value in attributes.items()}
    )
    parser.EndElementHandler = lambda tag: target.end(_local(tag))
    parser.CharacterDataHandler = target.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        # The latter two for an encoding that nobody knows.
        raise SourceError(DAMAGED) from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse(*_declared: object) -> None:
    raise SourceError("it declares an XML document type, which no office program writes")


class Values:
    """Collects the texts of the elements of a flat XML text: its metadata."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, Mapping[str, str]]] = []
        self._attributes: Mapping[str, str] = {}
        self._text: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._attributes, self._text = attributes, []

    def end(self, tag: str) -> None:
        if text := "".join(self._text).strip():
            self.found.append((tag, text, self._attributes))
        self._attributes, self._text = {}, []

    def text(self, text: str) -> None:
        self._text.append(text)
