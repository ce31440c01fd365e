"""Find the address that the program which saved a page noted."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from corpus_cli.ingest.readers.html.titles import Claim

_HEAD_CHARS = 8_192
_COMMENTS = {
    "comment of the browser": re.compile(
        r"<!--[^<>]{0,100}?\bsaved from url=\(\d{1,6}\)(https?://[^\s<>]+)", re.IGNORECASE
    ),
    "comment of SingleFile": re.compile(
        r"<!--[^<>]{0,100}?\bsaved with SingleFile\s{1,20}url: ?(https?://[^\s<>]+)"
    ),
    "comment of HTTrack": re.compile(
        r"<!--[^<>]{0,100}?\bMirrored from (\S{1,2000}) by HTTrack", re.IGNORECASE
    ),
}
_WAYBACK = re.compile(
    r"__wm\.wombat\(\s{0,9}[\"'](?P<original>https?://[^\"'\s]+)[\"']"
    r"|>\s{0,20}The Wayback Machine - (?P<copy>https?://[^\s<>]+)"
)
_ARCHIVED = re.compile(
    r"https?://[^\s/]+/(?:[\w.-]+/){0,3}[\d.-]{4,20}(?:[a-z]{2}_)?"
    r"/(?P<scheme>https?):/{1,2}(?P<rest>\S+)",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(
    r"https?://(?:web\.archive\.org|archive\.(?:fo|is|li|md|ph|today|vn))/", re.IGNORECASE
)


def find_saved_addresses(head: str, root: HtmlElement) -> Iterator[Claim]:
    """Yield the addresses in the comments and attributes of programs that save pages.

    `head` is the beginning of the text of the page: the tree has no comments.
    """
    head = head[:_HEAD_CHARS]
    for origin, pattern in _COMMENTS.items():
        if match := pattern.search(head):
            # HTTrack leaves out the scheme.
            yield Claim(match[1] if "://" in match[1] else f"http://{match[1]}", origin)
    if address := root.get("data-scrapbook-source"):
        yield Claim(address, "attribute of WebScrapBook")
    if match := _WAYBACK.search(head):
        yield Claim(match["original"] or match["copy"], "note of the Wayback Machine")
    for link in root.iter("link"):
        # A page of archive.today has its own address, too.
        if "bookmark" in (link.get("rel") or "").lower().split():
            address = link.get("href") or ""
            if address != (original := find_archived_address(address)):
                yield Claim(original, "link bookmark")


def find_archived_address(address: str) -> str:
    """Return the address of the page that an address of a web archive is a copy of.

    Such an address ends in a time and that address: `/web/20200131000000/https://…`. Any other
    address is returned as it is.
    """
    match = _ARCHIVED.fullmatch(address)
    return f"{match['scheme']}://{match['rest']}" if match else address


def is_archive(address: str) -> bool:
    """Return whether an address is on the site of a web archive."""
    return bool(_ARCHIVE.match(address))
