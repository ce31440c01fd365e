"""Standard input as a file, so that it is read as any other."""

import json
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus_cli.errors import UsageError
from corpus_cli.ingest.messages import Request
from corpus_cli.model import STDIN


class Spool:
    """Puts standard input into a file when it is asked for, and knows it again."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Leave nothing behind."""
        if self._folder:
            self._folder.cleanup()

    def __call__(self, request: Request) -> Request:
        """The request, for a file where it was for standard input."""
        if request.path != STDIN:
            return request
        try:
            data = sys.stdin.buffer.read(request.largest + 1)
        except (OSError, AttributeError) as error:
            raise UsageError("standard input cannot be read: it is closed") from error
        self._folder = TemporaryDirectory(prefix="corpus-")
        # JSON has no mark that a format could be told by without a suffix.
        name = "stdin.jsonl" if _is_json(data) else "stdin"
        path = Path(self._folder.name, name)
        path.write_bytes(data)
        return request._replace(path=str(path))


def _is_json(data: bytes) -> bool:
    """Whether the first line, or all of it, is JSON: a text may open with a bracket as well."""
    for part in (data.strip().partition(b"\n")[0], data):
        if part.lstrip()[:1] in (b"{", b"["):
            with suppress(ValueError, RecursionError):
                json.loads(part)
                return True
    return False
