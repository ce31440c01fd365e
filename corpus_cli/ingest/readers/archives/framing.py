"""Split a WARC file into records, damaged ones included."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

CUT = "it is cut off: fetch it again"
DAMAGED = "its header is damaged: fetch it again"
_WRONG_LENGTH = "its length is not the one in its header: fetch it again"

_START = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n(?=[\w-]+:)")
_HEADER = re.compile(_START.pattern + rb"(?:(?!WARC/\d|\r?\n)[^\n]*+\n)*+\r?\n")
_END = re.compile(rb"\r\n\r\n|[\r\n]{0,64}+(?:WARC/\d|\Z)")
_LENGTH = re.compile(r"\d{1,18}")
_PADDING = b"\r\n \0"


class Frame(NamedTuple):
    """A record of a WARC file: the fields of its header and its block.

    `fields` is empty where the header is damaged. `reason` says what is wrong with the
    record; it is empty for a sound one.
    """

    fields: Mapping[str, str]
    block: memoryview
    reason: str = ""


def frames(data: bytes) -> Iterator[Frame]:
    """Yield every record of a file, and bytes between records as damaged records.

    A record whose stated length is wrong ends where the next record begins.
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
    """Return the fields below the first line of a header, by their names in lower case.

    Several values of one name are joined by commas, as in HTTP.
    """
    by_name: dict[str, list[str]] = {}
    for line in re.split(r"\r?\n(?![ \t])", header.decode("utf-8", "replace"))[1:]:
        name, colon, value = line.partition(":")
        if colon:
            by_name.setdefault(name.strip().lower(), []).append(" ".join(value.split()))
    return {name: ", ".join(values) for name, values in by_name.items()}


def _frame(data: bytes, start: int) -> tuple[Frame, int]:
    """Return the record whose version line is at `start`, and the position of its end."""
    header = _HEADER.match(data, start)
    if header and _START.search(header[0], 1):
        # Bytes are missing: the header of the next record begins inside this one.
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
