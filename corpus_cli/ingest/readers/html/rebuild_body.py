"""Rebuild the body of a page from misplaced elements."""

from itertools import dropwhile

from lxml.html import HtmlElement

from corpus_cli.ingest.readers.html.blocks import load_markup


def gather_body(root: HtmlElement) -> None:
    """Move everything that a page shows into one body, in page order, as browsers do.

    The tags of head and body may be omitted. libxml2 then leaves elements newer than HTML 4 in
    the head, and puts what follows `</body>` or `</html>` outside of them.
    """
    body = root.makeelement("body")
    for page in (root, *root.itersiblings("html")):
        _append_text(body, page.text)
        page.text = None
        for part in list(page):
            if part.tag == "head":
                body.extend(dropwhile(_is_head_element, list(part)))
            elif part.tag == "body":
                body.attrib.update({**part.attrib, **body.attrib})
                _append_text(body, part.text)
                body.extend(list(part))
                _append_text(body, part.tail)
                page.remove(part)
            else:
                body.append(part)
    root.append(body)


def _is_head_element(element: HtmlElement) -> bool:
    """Return whether an element may be in a head: a browser shows nothing of it."""
    invisible_tags = load_markup()["unseen"]
    if element.tag == "noscript":
        return all(inner.tag in invisible_tags for inner in element.iterdescendants())
    return element.tag in invisible_tags


def _append_text(body: HtmlElement, text: str | None) -> None:
    """Append text to the body, in a `span` if needed, as joining texts is quadratic."""
    if not text or text.isspace():
        return
    if body.text is None and body.find("*") is None:
        body.text = text
    else:
        body.append(body.makeelement("span"))
        body[-1].text = text
