"""Read the microdata and the RDFa of a page's article."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from lxml.html import HtmlElement

from corpus_cli.ingest.readers.html.blocks import load_markup
from corpus_cli.ingest.readers.html.titles import Claim

_MAX_CHARS = 300
_VOCABULARY = "schema.org/"
_ATTRIBUTES_BY_TAG = {
    "a": "href",
    "abbr": "title",
    "data": "value",
    "del": "datetime",
    "ins": "datetime",
    "link": "href",
    "time": "datetime",
}


def read_microdata(root: HtmlElement) -> Mapping[str, Sequence[Claim]]:
    """Return the values of the article by property of schema.org, in any element.

    The article is the longest item whose type is an article; properties outside of all items are
    its own, too. Those of other items, such as comments, are left out.
    """
    elements_by_item: defaultdict[HtmlElement | None, list[HtmlElement]] = defaultdict(list)
    for element in root.xpath("//*[@itemprop]"):
        # Elements of `meta` are read with the others of their kind.
        if element.tag != "meta" or element.get("itemprop") in load_markup()["dates"]:
            elements_by_item[_find_item(element)].append(element)
    items = [item for item in elements_by_item if item is not None and _is_article(item)]
    article = max(items, key=_measure_text, default=None)
    claims: defaultdict[str, list[Claim]] = defaultdict(list)
    for element in (*elements_by_item[article], *(elements_by_item[None] if items else ())):
        for name in element.get("itemprop").split():
            if value := read_value(element):
                claims[name].append(Claim(value, f"itemprop {name}"))
    return claims


def read_rdfa(root: HtmlElement) -> Iterator[tuple[str, Claim]]:
    """Yield the properties of RDFa that elements other than `meta` have, and their claims.

    A property is a name of schema.org, or the name of a `meta` element: `dcterms.modified`.
    """
    for element in root.xpath("//*[@property and not(self::meta)]"):
        value = read_value(element)
        for name in element.get("property").split() if value else ():
            short = name.rpartition(_VOCABULARY)[2].removeprefix("schema:")
            yield short, Claim(value, f"property {name}")
            yield short.replace(":", ".").lower(), Claim(value, f"property {name}")


def read_value(element: HtmlElement) -> str:
    """Return what an element states, as a program reads it: an attribute, else its text."""
    if element.get("itemscope") is not None or element.get("typeof") is not None:
        names = element.xpath(".//*[@itemprop='name' or @property='name']")
        return element.get("itemid") or (read_value(names[0]) if names else "")
    attribute = _ATTRIBUTES_BY_TAG.get(element.tag, "")
    value = element.get("content") or (element.get(attribute) if attribute else "")
    return " ".join((value or "".join(element.itertext())[:_MAX_CHARS]).split())


def _find_item(element: HtmlElement) -> HtmlElement | None:
    """Return the element whose item has the property of an element; None if there is none."""
    ancestors = element.iterancestors()
    return next((one for one in ancestors if one.get("itemscope") is not None), None)


def _is_article(item: HtmlElement) -> bool:
    schema = load_markup()["schema"]
    endings = (*schema["endings"], *schema["others"])
    return any(kind.lower().endswith(endings) for kind in (item.get("itemtype") or "").split())


def _measure_text(item: HtmlElement) -> int:
    return sum(len(text) for text in item.itertext())
