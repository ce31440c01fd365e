"""Extract the text of the article on a page."""

import logging
from collections.abc import Callable, Iterator

from lxml.etree import tostring
from lxml.html import HtmlElement
from resiliparse.extract.html2text import extract_plain_text
from trafilatura import bare_extraction

_ENOUGH = 400
"""Characters of an extract below which the next extractor is tried."""

_MOST = 15_000
"""Elements up to which Trafilatura is tried: it takes quadratic time on some larger pages."""

_SILENT = logging.CRITICAL + 1


def extract(root: HtmlElement) -> str:
    """Return the text of the article on a page; empty if there is none.

    The most precise extractor is tried first, then those that find more. Readers' comments
    are left out.
    """
    best = ""
    for way in _ways(root):
        found = _tried(way)
        best = max(best, found, key=len)
        if len(best) >= _ENOUGH:
            break
    return best


def _ways(root: HtmlElement) -> Iterator[Callable[[], str]]:
    if root.xpath("count(.//*)") <= _MOST:
        yield lambda: _extracted(root, precision=True)
        yield lambda: _extracted(root, precision=False)
    yield lambda: extract_plain_text(
        tostring(root, encoding="unicode", method="html"), main_content=True, alt_texts=False
    )


def _tried(way: Callable[[], str]) -> str:
    logging.getLogger("trafilatura").setLevel(_SILENT)
    try:
        return way()
    except Exception:  # noqa: BLE001 - if an extractor fails, the page still has text
        return ""


def _extracted(root: HtmlElement, *, precision: bool) -> str:
    found = bare_extraction(
        root, favor_precision=precision, include_comments=False, include_tables=True
    )
    return (found.text or "") if found and not isinstance(found, dict) else ""
