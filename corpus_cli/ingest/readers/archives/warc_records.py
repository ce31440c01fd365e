"""Split a WARC file into records, damaged ones included."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

CUT_OFF = "it is cut off: fetch it again"
DAMAGED_HEADER = "its header is damaged: fetch it again"
_WRONG_LENGTH = "its length is not the one in its header: fetch it again"

_VERSION_LINE = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n(?=[\w-]+:)")
_HEADER = re.compile(_VERSION_LINE.pattern + rb"(?:(?!WARC/\d|\r?\n)[^\n]*+\n)*+\r?\n")
_RECORD_END = re.compile(rb"\r\n\r\n|[\r\n]{0,64}+(?:WARC/\d|\Z)")
_CONTENT_LENGTH = re.compile(r"\d{1,18}")
_PADDING = b"\r\n \0"


class WarcRecord(NamedTuple):
    """A record of a WARC file: the fields of its header and its block.

    `fields` is empty where the header is damaged. `reason` says what is wrong with the
    record; it is empty for a sound one.
    """

    fields: Mapping[str, str]
    block: memoryview
    reason: str = ""


def split_records(data: bytes) -> Iterator[WarcRecord]:
    """Yield every record of a file, and bytes between records as damaged records.

    A record whose stated length is wrong ends where the next record begins.
    """
    version_line, end = _VERSION_LINE.search(data), 0
    while version_line:
        if data[end : version_line.start()].strip(_PADDING):
            yield WarcRecord({}, memoryview(data)[end : version_line.start()], DAMAGED_HEADER)
        record, end = _parse_record(data, version_line.start())
        yield record
        version_line = _VERSION_LINE.search(data, end)
    if end and data[end:].strip(_PADDING):
        yield WarcRecord({}, memoryview(data)[end:], DAMAGED_HEADER)


def parse_header_fields(header: bytes) -> dict[str, str]:
    """Return the fields below the first line of a header, by their names in lower case.

    Several values of one name are joined by commas, as in HTTP.
    """
    values_by_name: dict[str, list[str]] = {}
    for line in re.split(r"\r?\n(?![ \t])", header.decode("utf-8", "replace"))[1:]:
        name, colon, value = line.partition(":")
        if colon:
            values_by_name.setdefault(name.strip().lower(), []).append(" ".join(value.split()))
    return {name: ", ".join(values) for name, values in values_by_name.items()}


def _parse_record(data: bytes, start: int) -> tuple[WarcRecord, int]:
    """Return the record whose version line is at `start`, and the position of its end."""
    header = _HEADER.match(data, start)
    if header and _VERSION_LINE.search(header[0], 1):
        # Bytes are missing: the header of the next record begins inside this one.
        header = None
    header_fields = parse_header_fields(header[0]) if header else {}
    block_start = header.end() if header else start
    length = _CONTENT_LENGTH.fullmatch(header_fields.get("content-length", ""))
    end = block_start + int(length[0]) if length else len(data) + 1
    if end <= len(data) and _RECORD_END.match(data, end):
        return WarcRecord(header_fields, memoryview(data)[block_start:end]), end
    next_version_line = _VERSION_LINE.search(data, start + 1)
    reason = _WRONG_LENGTH if length else DAMAGED_HEADER
    if next_version_line is None and (header is None or (length and end > len(data))):
        reason = CUT_OFF
    end = next_version_line.start() if next_version_line else len(data)
    return WarcRecord(header_fields, memoryview(data)[block_start:end], reason), end
