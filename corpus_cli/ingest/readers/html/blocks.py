"""A page to its blocks of text, in their order."""

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
# Characters that what has a role may have: a class may be that of the whole article as well.
_SIZES = {"byline": 300, "date": 200, "dek": 600, "caption": 1_000, "navigation": 500}


class Block(NamedTuple):
    """A piece of text that stands by itself on a page.

    `tag` is the element that makes it one. `role` is what most of it is by the markup:
    `navigation`, `byline`, `date`, `dek`, `caption`, or empty. `linked` is the share of its
    characters that are links, `date` the machine's form of a date in it. `hidden` is what a
    browser does not show; it may be the text of a page that its scripts would unfold.
    """

    text: str
    tag: str
    role: str = ""
    linked: float = 0.0
    hidden: bool = False
    date: str = ""
    path: tuple[str, ...] = ()


def markup() -> dict[str, Any]:
    """What pages give away by their markup, from `data/html.toml`."""
    return toml("html")


def blocks(root: HtmlElement) -> list[Block]:
    """Every block of text of a page."""
    return [block for block in _Walk(root).found if block.text.strip()]


class _Frame(NamedTuple):
    """What holds for the text of an element: its nearest block, and what it inherits."""

    block: str
    role: str = ""
    link: bool = False
    hidden: bool = False
    row: bool = False
    article: bool = False
    date: str = ""
    path: tuple[str, ...] = ()


class _Walk:
    """One walk over a page; the pieces of a block gather until another element ends it."""

    def __init__(self, root: HtmlElement) -> None:
        self.found: list[Block] = []
        self.frames = [_Frame("html")]
        self.pieces: list[tuple[str, _Frame]] = []
        self.blocks = frozenset(markup()["blocks"])
        self.unseen = frozenset(markup()["unseen"])
        self._run(root)

    def _run(self, root: HtmlElement) -> None:
        walker = iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                if element.tag in self.unseen:
                    walker.skip_subtree()
                    self.frames.append(self.frames[-1])
                else:
                    self._start(element)
            else:
                self._end(element)

    def _start(self, element: HtmlElement) -> None:
        frame = self.frames[-1]
        if element.tag in self.blocks:
            self._border(element.tag)
        elif element.tag == "br":
            self.pieces.append((_BREAK, frame))
        elif element.tag == "option":
            self.pieces.append((" ", frame))
        frame = _framed(element, frame, block=element.tag in self.blocks)
        self.frames.append(frame)
        self._add(element.text, frame)

    def _end(self, element: HtmlElement) -> None:
        if element.tag in self.blocks and element.tag not in self.unseen:
            self._border("")
        self.frames.pop()
        self._add(element.tail, self.frames[-1] if self.frames else _Frame("html"))

    def _add(self, text: str | None, frame: _Frame) -> None:
        if text and (self.pieces or not text.isspace()):
            self.pieces.append((text, frame))

    def _border(self, tag: str) -> None:
        """The end of a block; in the row of a table it is that of a cell, or nothing at all."""
        frame = self.frames[-1]
        inside = frame.row and (tag or frame.block) != "tr"
        if not inside:
            if self.pieces:
                self.found += _flushed(self.pieces)
                self.pieces = []
        else:
            self.pieces.append((_CELL if tag in ("td", "th") else " ", frame))


def _framed(element: HtmlElement, above: _Frame, *, block: bool) -> _Frame:
    """What holds inside an element."""
    tag, frame = element.tag, above
    if block:
        path = (*above.path[-2:], f"{tag}.{element.get('class', '')}")
        frame = frame._replace(block=above.block if above.block in _KEPT else tag, path=path)
    if tag == "tr" and not above.row:
        frame = frame._replace(row=_plain(element))
    elif tag in ("article", "main"):
        frame = frame._replace(article=True)
    elif tag in markup()["navigation"] or (tag == "header" and not above.article):
        frame = frame._replace(role="navigation")
    elif tag in ("a", "noscript", "time", "figcaption"):
        frame = _replaced(element, frame)
    return _marked(element, frame) if element.attrib else frame


def _replaced(element: HtmlElement, frame: _Frame) -> _Frame:
    match element.tag:
        case "a":
            return frame._replace(link=True)
        case "noscript":
            return frame._replace(hidden=True)
        case "time":
            return frame._replace(role="date", date=element.get("datetime", ""))
        case _:
            return frame._replace(role="caption")


def _marked(element: HtmlElement, frame: _Frame) -> _Frame:
    """What the attributes of an element say."""
    get = element.get
    style = get("style")
    if get("hidden") is not None or (style and _HIDDEN.search(style)):
        frame = frame._replace(hidden=True)
    if get("role") in markup()["landmarks"]:
        return frame._replace(role="navigation")
    named = " ".join((get("class", ""), get("id", ""), get("itemprop", ""), get("rel", "")))
    role = _role(named) if named.strip() else ""
    outside = role == "navigation" and not frame.article
    fits = outside or (role and _brief(element, _SIZES[role]))
    return frame._replace(role=role) if fits and element.tag != "body" else frame


def _brief(element: HtmlElement, size: int) -> bool:
    """Whether the text of an element is no longer than so many characters."""
    for text in element.itertext():
        size -= len(text.strip())
        if size < 0:
            return False
    return True


@lru_cache(maxsize=4_096)
def _role(named: str) -> str:
    """The role that a class, an id or a property names; the last one that does counts."""
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
    """Whether the row of a table is data: cells of few blocks and no headings, lists or tables."""
    cells = Counter[str]()
    for element in row.iterdescendants():
        if element.tag in markup()["layout"]:
            return False
        if element.tag in ("td", "th"):
            cells["cells"] += 1
        elif element.tag in ("p", "br"):
            cells["breaks"] += 1
    return cells["cells"] > 1 and cells["breaks"] <= _LONGEST_CELL * cells["cells"]


def _flushed(pieces: list[tuple[str, _Frame]]) -> Iterator[Block]:
    """The blocks that some pieces make: two breaks, or one in `pre`, end a block."""
    group: list[tuple[str, _Frame]] = []
    broken = False
    for text, frame in pieces:
        if text == _BREAK and broken and not frame.row:
            yield from _made(group)
            group = []
        elif group or text == _CELL or text.strip():
            group.append((" " if text == _BREAK and frame.block != "pre" else text, frame))
        broken = text == _BREAK or (broken and not text.strip())
    yield from _made(group)


def _made(pieces: Sequence[tuple[str, _Frame]]) -> Iterator[Block]:
    weights = [(len(text.strip()), frame) for text, frame in pieces]
    weights = [(weight, frame) for weight, frame in weights if weight]
    if not weights:
        return
    total = sum(weight for weight, _ in weights)
    roles: dict[str, int] = {}
    for weight, frame in weights:
        roles[frame.role] = roles.get(frame.role, 0) + weight
    role, most = max(roles.items(), key=itemgetter(1))
    first = weights[0][1]
    block = Block(
        "",
        first.block,
        role if most * 2 > total else "",
        sum(weight for weight, frame in weights if frame.link) / total,
        all(frame.hidden for _, frame in weights),
        next((frame.date for _, frame in weights if frame.date), ""),
        first.path,
    )
    for text in _texts("".join(text for text, _ in pieces), block.tag):
        yield block._replace(text=text)


def _texts(whole: str, tag: str) -> list[str]:
    if tag == "pre":
        return [line.rstrip() for line in re.split(f"\r\n|[\r\n{_BREAK}]", whole)]
    cells = [_BLANKS.sub(" ", cell).strip() for cell in whole.split(_CELL)]
    return ["\t".join(cells if cells[0] else cells[1:])]
