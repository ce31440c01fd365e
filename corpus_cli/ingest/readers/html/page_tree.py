"""Parse a page, with the pages and shadow trees inside it."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote, unquote_to_bytes, urljoin

from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.html.blocks import load_markup
from corpus_cli.ingest.readers.html.rebuild_body import gather_body
from corpus_cli.ingest.readers.port import NO_TEXT, Unread

_HEAD_BYTES = 4_096
_MAX_DEPTH = 250
_MAX_PAGE_DEPTH = 4
_MAX_FILES = 100
_DROPPED_TAG = "<br><br>"
# Control characters, which lxml refuses.
_CONTROL_CHARS = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)[^<>]*+>")
_DATA_PAGE = re.compile(
    r"data:(?:text/html|application/xhtml\+xml)(?P<parameters>[^,]*+),", re.IGNORECASE
)
_ENCODING_PATTERNS = (
    rb"<\?xml[^>]{0,100}?\bencoding\s*=\s*[\"']([\w.:-]+)",
    rb"<meta[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)",
)


def decode_page(data: bytes, media_type: str = "") -> str:
    """Decode a page, by the encoding that it or its media type states."""
    return decode(data, _find_stated_encoding(data, media_type))


def _find_stated_encoding(data: bytes, media_type: str) -> str:
    """Return the name of the encoding that a page or its media type states; else empty."""
    media_match = re.search(rb"charset=[\"']?([\w.:-]+)", media_type.encode("ascii", "replace"))
    head = data[:_HEAD_BYTES]
    for match in (
        media_match,
        *(re.search(pattern, head, re.IGNORECASE) for pattern in _ENCODING_PATTERNS),
    ):
        if match:
            return match[1].decode("ascii")
    return ""


def parse_page(
    text: str, read_beside: Callable[[str], bytes]
) -> tuple[HtmlElement, Sequence[Unread]]:
    """Parse a page to a tree, in which pages inside it stand in place of their frames.

    `read_beside` reads a file that was saved with the page; those that cannot be read are
    returned, too. Raises `SourceError` where nothing can be parsed.
    """
    parser = _PageParser(read_beside)
    return parser.parse(text, "", 0), parser.unread


class _PageParser:
    """Parses a page and the pages inside it; each file beside it is shown once."""

    def __init__(self, read_beside: Callable[[str], bytes]) -> None:
        self._read_beside = read_beside
        self._addresses: set[str] = set()
        self.unread: list[Unread] = []

    def parse(self, text: str, base: str, depth: int) -> HtmlElement:
        """Parse a page with the address `base` that is inside of `depth` other pages."""
        text = _CONTROL_CHARS.sub("", text)
        root, is_complete = _parse_tree(text)
        if not is_complete:
            root, _ = _parse_tree(_flatten(text))
        if root is None:
            raise SourceError(NO_TEXT)
        gather_body(root)
        _show_shadow_trees(root)
        if depth < _MAX_PAGE_DEPTH:
            for frame in list(root.iter(*load_markup()["frames"])):
                inner_text, address = self._read_inner_page(frame, base)
                self._show_inner_page(frame, inner_text, address, depth)
            for fallback in list(root.iter("noframes")):
                # A browser with frames does not show it, but old pages have their text there.
                fallback.set("hidden", "")
                self._show_inner_page(fallback, fallback.text or "", base, depth)
        return root

    def _show_inner_page(self, frame: HtmlElement, text: str, address: str, depth: int) -> None:
        """Replace a frame by an element with the content of its page, if there is any."""
        try:
            inner_body = self.parse(text, address, depth + 1).find("body")
        except SourceError:
            return
        for child in list(frame):
            frame.remove(child)
        frame.tag = "div"
        frame.text = inner_body.text
        frame.extend(list(inner_body))
        for attribute in ("srcdoc", "src", "data"):
            frame.attrib.pop(attribute, None)
        if frame.get("hidden") is None:
            for ancestor in frame.iterancestors("frameset"):
                ancestor.tag = "div"

    def _read_inner_page(self, frame: HtmlElement, base: str) -> tuple[str, str]:
        """Return the text of the page in a frame, and its address."""
        if text := frame.get("srcdoc"):
            return text, base
        address = (frame.get("src") or frame.get("data") or "").strip()
        if address[:5].lower() == "data:":
            return _decode_data_page(address), base
        try:
            address = unquote(urljoin(base, address.partition("#")[0])).removeprefix("./")
        except ValueError:
            return "", base
        if not address or address in self._addresses or len(self._addresses) >= _MAX_FILES:
            return "", base
        self._addresses.add(address)
        try:
            return decode_page(self._read_beside(address)), address
        except SourceError as error:
            self.unread.append(Unread(address, str(error)))
            return "", base


def _parse_tree(text: str) -> tuple[HtmlElement | None, bool]:
    """Return a tree, and whether it is complete: lxml drops what is nested too deeply."""
    parser = HTMLParser(
        collect_ids=False, encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = document_fromstring(text.encode(), parser=parser)
    except (LxmlError, ValueError):
        return None, True
    return root, not any("depth" in error.message for error in parser.error_log)


def _flatten(text: str) -> str:
    """Remove the tags that are nested deeper than 250, deeper than any real page."""
    depth = 0

    def replace_tag(tag: re.Match[str]) -> str:
        nonlocal depth
        name = tag[2].lower()
        if name in load_markup()["void"]:
            return tag[0]
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth + bool(tag[1]) <= _MAX_DEPTH:
            return tag[0]
        return "" if name in load_markup()["inline"] else _DROPPED_TAG

    return re.sub(rf"(?:{_DROPPED_TAG}\s*)+", _DROPPED_TAG, _TAG.sub(replace_tag, text))


def _show_shadow_trees(root: HtmlElement) -> None:
    """Turn the templates that a browser shows as the content of their parent into elements."""
    for template in root.iter("template"):
        if any(name in load_markup()["shadow"] for name in template.attrib):
            template.tag = "div"


def _decode_data_page(address: str) -> str:
    """Return the page in a `data:` address; empty if it is another address."""
    match = _DATA_PAGE.match(address)
    if not match:
        return ""
    content = unquote_to_bytes(address[match.end() :])
    if match["parameters"].lower().endswith(";base64"):
        content = _decode_base64(content)
    return decode_page(content, match["parameters"])


def _decode_base64(content: bytes) -> bytes:
    from base64 import b64decode
    from binascii import Error

    try:
        return b64decode(content)
    except Error:
        return b""
