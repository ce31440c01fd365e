"""Read zip packages of XML parts."""

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from lzma import LZMAError
from typing import Protocol
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.port import ENCRYPTED, Unread

MAX_UNPACKED_BYTES = 200_000_000
"""The most bytes that are unpacked from one package, over all its parts."""

DAMAGED = "it is damaged: open it in the program that wrote it, and save it again"

_CHUNK_BYTES = 65_536
_ZIP_ERRORS = (
    BadZipFile,
    EOFError,
    LZMAError,
    NotImplementedError,  # a compression method that Python does not support
    OSError,
    ValueError,
    struct.error,
    zlib.error,
)


class Package:
    """A zip file of which at most `MAX_UNPACKED_BYTES` bytes are unpacked.

    All methods raise `SourceError` if it is damaged, encrypted or too large.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(data))
        except _ZIP_ERRORS as error:
            raise SourceError(DAMAGED) from error
        self.names = frozenset(self._zip.namelist())
        self._bytes_left = MAX_UNPACKED_BYTES

    def read_chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part in chunks, so that it need not fit in memory."""
        try:
            with self._zip.open(name) as part:
                while chunk := part.read(_CHUNK_BYTES):
                    self._bytes_left -= len(chunk)
                    if self._bytes_left < 0:
                        raise SourceError(
                            f"it unpacks to more than {MAX_UNPACKED_BYTES // 10**6} MB"
                        )
                    yield chunk
        except (KeyError, *_ZIP_ERRORS) as error:
            raise SourceError(DAMAGED) from error
        except RuntimeError as error:
            raise SourceError(ENCRYPTED) from error

    def read(self, name: str) -> bytes:
        """Return the bytes of a part."""
        return b"".join(self.read_chunks(name))

    def unpack_all(self) -> None:
        """Unpack all parts, for a library that sets itself no limit."""
        for name in self.names:
            for _ in self.read_chunks(name):
                pass

    def parse(self, name: str, target: "XmlTarget") -> None:
        """Parse an XML part and pass its elements and texts to a target."""
        parse_xml(self.read_chunks(name), target)

    def parse_readable(self, name: str, target: "XmlTarget") -> Iterator[Unread]:
        """Parse a part as far as it can be read; yield the reason if that is not all of it.

        Raises `SourceError` only if the package is too large.
        """
        try:
            self.parse(name, target)
        except SourceError as error:
            if self._bytes_left < 0:
                raise
            yield Unread(name, str(error))


class XmlTarget(Protocol):
    """Receives the elements and texts of an XML text while it is parsed.

    The methods are those of a target of `xml.etree.ElementTree.XMLParser`; names have no
    namespace. No tree is built, so that neither the depth nor the size of a text costs memory.
    """

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...


def parse_xml(chunks: Iterable[bytes], target: XmlTarget) -> None:
    """Parse an XML text and pass its elements and texts to a target.

    Raises `SourceError` if the text is damaged or declares a document type, whose entities may
    expand to gigabytes.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: target.start(
        _local_name(tag), {_local_name(name): value for name, value in attributes.items()}
    )
    parser.EndElementHandler = lambda tag: target.end(_local_name(tag))
    parser.CharacterDataHandler = target.data
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        # An unknown encoding raises LookupError or ValueError.
        raise SourceError(DAMAGED) from error


def _local_name(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_document_type(*_declaration: object) -> None:
    raise SourceError("it declares an XML document type, which no office program writes")


class PartNames:
    """Collects the names of the parts of a package by type: `main`, `slide`, `footnotes`."""

    def __init__(self) -> None:
        self._names_by_type: dict[str, list[str]] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        part_type = attributes.get("ContentType", "").removesuffix("+xml").rpartition(".")[2]
        name = attributes.get("PartName", "").removeprefix("/")
        if name:
            self._names_by_type.setdefault(part_type, []).append(name)

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass

    def select(self, part_type: str, names: frozenset[str]) -> list[str]:
        """Return the names of the parts of one type, of those in `names`."""
        return [name for name in self._names_by_type.get(part_type, []) if name in names]


class ElementTexts:
    """Collects the elements of a flat XML text: tag, text and attributes of each."""

    def __init__(self) -> None:
        self.elements: list[tuple[str, str, Mapping[str, str]]] = []
        self._attributes: Mapping[str, str] = {}
        self._pieces: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._attributes, self._pieces = attributes, []

    def end(self, tag: str) -> None:
        if text := "".join(self._pieces).strip():
            self.elements.append((tag, text, self._attributes))
        self._attributes, self._pieces = {}, []

    def data(self, text: str) -> None:
        self._pieces.append(text)
