"""Put the pages of frames into the page around them."""

import re
from base64 import b64encode
from collections.abc import MutableMapping
from urllib.parse import urljoin

_MAX_DEPTH = 4
_FRAME = re.compile(
    rb"(?P<start><i?frame\b[^<>]*?\ssrc\s*=\s*)"
    rb"(?:\"(?P<double>[^\"<>]*+)\"|'(?P<single>[^'<>]*+)'|(?P<bare>[^\s\"'<>]++))",
    re.IGNORECASE,
)


def inline_frames(
    page: bytes, frames: MutableMapping[str, bytes], base: str, depth: int = 0
) -> bytes:
    """Return a page in UTF-8 in which the addresses of frames are replaced by their pages.

    `frames` are pages in UTF-8 by address, `base` is the address of the page. Each is put in
    once: it is removed from `frames`.
    """

    def replace_address(frame: re.Match[bytes]) -> bytes:
        written = (frame["double"] or frame["single"] or frame["bare"] or b"").decode("utf-8")
        try:
            address = urljoin(base, written.replace("&amp;", "&"))
        except ValueError:
            return frame[0]
        key = address if address in frames else written
        if depth >= _MAX_DEPTH or key not in frames:
            return frame[0]
        content = inline_frames(frames.pop(key), frames, address, depth + 1)
        return frame["start"] + b'"data:text/html;charset=utf-8;base64,%b"' % b64encode(content)

    return _FRAME.sub(replace_address, page)
