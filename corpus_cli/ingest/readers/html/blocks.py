"""Split a page into blocks of text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from corpus_cli.text.data import toml

_BREAK = "\x1e"
_CELL = "\x1f"
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_KEPT = ("h1", "h2", "h3", "h4", "h5", "h6", "pre")
_LONGEST_CELL = 2
# Characters that an element of a role may have, as the whole article may have such a class.
_SIZES = {"byline": 300, "date": 200, "dek": 600, "caption": 1_000, "navigation": 500}


class Block(NamedTuple):
    """A text that a browser starts on a line of its own.

    `tag` is the element that starts it. `role` is the role of most of its characters by the
    markup: `navigation`, `byline`, `date`, `dek`, `caption`, or empty. `link_share` is the share
    of its characters that are links. `is_hidden` is true where a browser does not show it; a
    script of the page may unfold it. `date` is the `datetime` of a `time` element in it. `path`
    is the tag and class (`p.intro`) of up to three block elements around it, the innermost last.
    """

    text: str
    tag: str
    role: str = ""
    linked: float = 0.0
    hidden: bool = False
    date: str = ""
    path: tuple[str, ...] = ()


def markup() -> dict[str, Any]:
    """Return what tags, classes and meta elements mean, from `data/html.toml`."""
    return toml("html")


def blocks(root: HtmlElement) -> list[Block]:
    """Return the blocks of a page that have text, in page order."""
    return [block for block in _Walk(root).found if block.text.strip()]


class _Context(NamedTuple):
    """What applies to the text of an element: its block element, and inherited properties."""

    block_tag: str
    role: str = ""
    in_link: bool = False
    is_hidden: bool = False
    in_row: bool = False
    in_article: bool = False
    date: str = ""
    path: tuple[str, ...] = ()


class _Walk:
    """A walk over a page that collects pieces of text until a block element ends the block."""

    def __init__(self, root: HtmlElement) -> None:
        self.found: list[Block] = []
        self.contexts = [_Context("html")]
        self.pieces: list[tuple[str, _Context]] = []
        self.blocks = frozenset(markup()["blocks"])
        self.unseen = frozenset(markup()["unseen"])
        self._run(root)

    def _run(self, root: HtmlElement) -> None:
        walker = iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                if element.tag in self.unseen:
                    walker.skip_subtree()
                    self.contexts.append(self.contexts[-1])
                else:
                    self._start(element)
            else:
                self._end(element)

    def _start(self, element: HtmlElement) -> None:
        context = self.contexts[-1]
        if element.tag in self.blocks:
            self._border(element.tag)
        elif element.tag == "br":
            self.pieces.append((_BREAK, context))
        elif element.tag == "option":
            self.pieces.append((" ", context))
        context = _framed(element, context, block=element.tag in self.blocks)
        self.contexts.append(context)
        self._add(element.text, context)

    def _end(self, element: HtmlElement) -> None:
        if element.tag in self.blocks and element.tag not in self.unseen:
            self._border("")
        self.contexts.pop()
        self._add(element.tail, self.contexts[-1] if self.contexts else _Context("html"))

    def _add(self, text: str | None, context: _Context) -> None:
        if text and (self.pieces or not text.isspace()):
            self.pieces.append((text, context))

    def _border(self, tag: str) -> None:
        """End a block; in a table row of data, end a cell or add a blank instead."""
        context = self.contexts[-1]
        inside = context.in_row and (tag or context.block_tag) != "tr"
        if not inside:
            if self.pieces:
                self.found += _flushed(self.pieces)
                self.pieces = []
        else:
            self.pieces.append((_CELL if tag in ("td", "th") else " ", context))


def _framed(element: HtmlElement, above: _Context, *, block: bool) -> _Context:
    """Return what applies to the text inside an element."""
    tag, context = element.tag, above
    if block:
        path = (*above.path[-2:], f"{tag}.{element.get('class', '')}")
        context = context._replace(
            block_tag=above.block_tag if above.block_tag in _KEPT else tag, path=path
        )
    if tag == "tr" and not above.in_row:
        context = context._replace(in_row=_plain(element))
    elif tag in ("article", "main"):
        context = context._replace(in_article=True)
    elif tag in markup()["navigation"] or (tag == "header" and not above.in_article):
        context = context._replace(role="navigation")
    elif tag in ("a", "noscript", "time", "figcaption"):
        context = _replaced(element, context)
    return _marked(element, context) if element.attrib else context


def _replaced(element: HtmlElement, context: _Context) -> _Context:
    match element.tag:
        case "a":
            return context._replace(in_link=True)
        case "noscript":
            return context._replace(is_hidden=True)
        case "time":
            return context._replace(role="date", date=element.get("datetime", ""))
        case _:
            return context._replace(role="caption")


def _marked(element: HtmlElement, context: _Context) -> _Context:
    """Return the context with what the attributes of an element add to it."""
    get = element.get
    style = get("style")
    if get("hidden") is not None or (style and _HIDDEN.search(style)):
        context = context._replace(is_hidden=True)
    if get("role") in markup()["landmarks"]:
        return context._replace(role="navigation")
    named = " ".join((get("class", ""), get("id", ""), get("itemprop", ""), get("rel", "")))
    role = _role(named) if named.strip() else ""
    outside = role == "navigation" and not context.in_article
    fits = outside or (role and _brief(element, _SIZES[role]))
    return context._replace(role=role) if fits and element.tag != "body" else context


def _brief(element: HtmlElement, size: int) -> bool:
    """Return whether an element has at most `remaining` characters of text."""
    for text in element.itertext():
        size -= len(text.strip())
        if size < 0:
            return False
    return True


@lru_cache(maxsize=4_096)
def _role(named: str) -> str:
    """Return the role that a class, an id or a property names; the last one wins."""
    found = ""
    for name in named.split():
        words = [word.lower() for word in _WORD.findall(name)]
        pairs = [a + b for a, b in pairwise(words)]
        known = (_roles()[word] for word in (*words, *pairs) if word in _roles())
        found = next(iter(sorted(known, key=list(markup()["roles"]).index, reverse=True)), found)
    return found


@cache
def _roles() -> dict[str, str]:
    return {word: role for role, words in markup()["roles"].items() for word in words}


def _plain(row: HtmlElement) -> bool:
    """Return whether a table row is data: cells with few breaks, no headings, lists or tables."""
    cells = Counter[str]()
    for element in row.iterdescendants():
        if element.tag in markup()["layout"]:
            return False
        if element.tag in ("td", "th"):
            cells["cells"] += 1
        elif element.tag in ("p", "br"):
            cells["breaks"] += 1
    return cells["cells"] > 1 and cells["breaks"] <= _LONGEST_CELL * cells["cells"]


def _flushed(pieces: list[tuple[str, _Context]]) -> Iterator[Block]:
    """Yield the blocks of some pieces; two line breaks end a block, and one in `pre`."""
    group: list[tuple[str, _Context]] = []
    broken = False
    for text, context in pieces:
        if text == _BREAK and broken and not context.in_row:
            yield from _made(group)
            group = []
        elif group or text == _CELL or text.strip():
            group.append((" " if text == _BREAK and context.block_tag != "pre" else text, context))
        broken = text == _BREAK or (broken and not text.strip())
    yield from _made(group)


def _made(pieces: Sequence[tuple[str, _Context]]) -> Iterator[Block]:
    weights = [(len(text.strip()), context) for text, context in pieces]
    weights = [(weight, context) for weight, context in weights if weight]
    if not weights:
        return
    total = sum(weight for weight, _ in weights)
    roles: dict[str, int] = {}
    for weight, context in weights:
        roles[context.role] = roles.get(context.role, 0) + weight
    role, most = max(roles.items(), key=itemgetter(1))
    first = weights[0][1]
    block = Block(
        "",
        first.block_tag,
        role if most * 2 > total else "",
        sum(weight for weight, context in weights if context.in_link) / total,
        all(context.is_hidden for _, context in weights),
        next((context.date for _, context in weights if context.date), ""),
        first.path,
    )
    for text in _texts("".join(text for text, _ in pieces), block.tag):
        yield block._replace(text=text)


def _texts(whole: str, tag: str) -> list[str]:
    if tag == "pre":
        return [line.rstrip() for line in re.split(f"\r\n|[\r\n{_BREAK}]", whole)]
    cells = [_BLANKS.sub(" ", cell).strip() for cell in whole.split(_CELL)]
    return ["\t".join(cells if cells[0] else cells[1:])]
