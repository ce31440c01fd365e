"""Where the records of a WARC file begin and end."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

CUT = "it is cut off: fetch it once more"
DAMAGED = "its header is damaged: fetch it once more"
_WRONG_LENGTH = "its length is not what its header says: fetch it once more"

_START = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n(?=[\w-]+:)")
_HEADER = re.compile(_START.pattern + rb"(?:(?!WARC/\d|\r?\n)[^\n]*+\n)*+\r?\n")
_END = re.compile(rb"\r\n\r\n|[\r\n]{0,64}+(?:WARC/\d|\Z)")
_LENGTH = re.compile(r"\d{1,18}")
_PADDING = b"\r\n \0"


class Frame(NamedTuple):
    """A record: the fields of its header, its block, and what is wrong with them.

    There are no fields where the header cannot be told from the rest.
    """

    fields: Mapping[str, str]
    block: memoryview
    reason: str = ""


def frames(data: bytes) -> Iterator[Frame]:
    """Every record of a file, and what lies between two records and is none.

    A record that does not end where its header says ends where the next one begins.
    """
    start, end = _START.search(data), 0
    while start:
        if data[end : start.start()].strip(_PADDING):
            yield Frame({}, memoryview(data)[end : start.start()], DAMAGED)
        frame, end = _frame(data, start.start())
        yield frame
        start = _START.search(data, end)
    if end and data[end:].strip(_PADDING):
        yield Frame({}, memoryview(data)[end:], DAMAGED)


def fields(header: bytes) -> dict[str, str]:
    """The fields under the first line of a header, by their names in lower case.

    The values of one name are joined by commas, as in HTTP.
    """
    by_name: dict[str, list[str]] = {}
    for line in re.split(r"\r?\n(?![ \t])", header.decode("utf-8", "replace"))[1:]:
        name, colon, value = line.partition(":")
        if colon:
            by_name.setdefault(name.strip().lower(), []).append(" ".join(value.split()))
    return {name: ", ".join(values) for name, values in by_name.items()}


def _frame(data: bytes, start: int) -> tuple[Frame, int]:
    """The record that begins at a version line, and its end."""
    header = _HEADER.match(data, start)
    if header and _START.search(header[0], 1):
        # Bytes are lost, and the header of another record begins in this one.
        header = None
    stated = fields(header[0]) if header else {}
    block = header.end() if header else start
    length = _LENGTH.fullmatch(stated.get("content-length", ""))
    end = block + int(length[0]) if length else len(data) + 1
    if end <= len(data) and _END.match(data, end):
        return Frame(stated, memoryview(data)[block:end]), end
    following = _START.search(data, start + 1)
    reason = _WRONG_LENGTH if length else DAMAGED
    if following is None and (header is None or (length and end > len(data))):
        reason = CUT
    end = following.start() if following else len(data)
    return Frame(stated, memoryview(data)[block:end], reason), end
