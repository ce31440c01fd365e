"""The body of a page whose tags leave it out, or end it early."""

from itertools import dropwhile

from lxml.html import HtmlElement

from corpus_cli.ingest.readers.html.blocks import markup


def gather(root: HtmlElement) -> None:
    """Put all that a page shows into one body, in its order, as browsers do.

    The tags of head and body may be omitted. libxml2 then leaves in the head every element that
    is younger than HTML 4, and it puts what follows `</body>` or `</html>` outside of them.
    """
    body = root.makeelement("body")
    for page in (root, *root.itersiblings("html")):
        _write(body, page.text)
        page.text = None
        for part in list(page):
            if part.tag == "head":
                body.extend(dropwhile(_metadata, list(part)))
            elif part.tag == "body":
                body.attrib.update({**part.attrib, **body.attrib})
                _write(body, part.text)
                body.extend(list(part))
                _write(body, part.tail)
                page.remove(part)
            else:
                body.append(part)
    root.append(body)


def _metadata(element: HtmlElement) -> bool:
    """Whether an element may be in a head: nothing of it is shown."""
    unseen = markup()["unseen"]
    if element.tag == "noscript":
        return all(inner.tag in unseen for inner in element.iterdescendants())
    return element.tag in unseen


def _write(body: HtmlElement, text: str | None) -> None:
    """Add text at the end of the body; in an element, as joining texts takes quadratic time."""
    if not text or text.isspace():
        return
    if body.text is None and body.find("*") is None:
        body.text = text
    else:
        body.append(body.makeelement("span"))
        body[-1].text = text
