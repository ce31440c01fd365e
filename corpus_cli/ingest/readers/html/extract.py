"""Extract the text of the article on a page."""

import logging
from collections.abc import Callable, Iterator

from lxml.etree import tostring
from lxml.html import HtmlElement
from resiliparse.extract.html2text import extract_plain_text
from trafilatura import bare_extraction

_MIN_EXTRACT_CHARS = 400
"""Characters of an extract below which the next extractor is tried."""

_MAX_ELEMENTS = 15_000
"""Elements up to which Trafilatura is tried: it takes quadratic time on some larger pages."""

_LOG_NOTHING = logging.CRITICAL + 1


def extract_article(root: HtmlElement) -> str:
    """Return the text of the article on a page; empty if there is none.

    The most precise extractor is tried first, then those that extract more. Readers' comments
    are left out.
    """
    best = ""
    for extractor in _iter_extractors(root):
        text = _run_extractor(extractor)
        best = max(best, text, key=len)
        if len(best) >= _MIN_EXTRACT_CHARS:
            break
    return best


def _iter_extractors(root: HtmlElement) -> Iterator[Callable[[], str]]:
    if root.xpath("count(.//*)") <= _MAX_ELEMENTS:
        yield lambda: _run_trafilatura(root, precision=True)
        yield lambda: _run_trafilatura(root, precision=False)
    yield lambda: extract_plain_text(
        tostring(root, encoding="unicode", method="html"), main_content=True, alt_texts=False
    )


def _run_extractor(extractor: Callable[[], str]) -> str:
    logging.getLogger("trafilatura").setLevel(_LOG_NOTHING)
    try:
        return extractor()
    except Exception:  # noqa: BLE001 - if an extractor fails, the page still has text
        return ""


def _run_trafilatura(root: HtmlElement, *, precision: bool) -> str:
    result = bare_extraction(
        root, favor_precision=precision, include_comments=False, include_tables=True
    )
    return (result.text or "") if result and not isinstance(result, dict) else ""
