"""Report the NUL bytes in a text."""

import re
from collections.abc import Iterator

from corpus_cli.ingest.readers.encoding import is_wide
from corpus_cli.ingest.readers.port import Unread
from corpus_cli.text.plurals import plural


def report_nul_bytes(data: bytes) -> Iterator[Unread]:
    """Report that a text has NUL bytes, which `decode` leaves out, and where; once a file."""
    if b"\0" not in data or is_wide(data):
        return
    first = data.index(b"\0")
    line = len(re.findall(rb"\r\n|\r|\n", data[:first])) + 1
    count = plural(data.count(b"\0"), "NUL byte")
    yield Unread(
        f"line {line}", f"{count} left out, the rest was read: compare the file with its original"
    )
