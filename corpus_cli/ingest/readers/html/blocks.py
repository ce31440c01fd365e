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

from corpus_cli.ingest.structure import clues
from corpus_cli.ingest.structure.written_dates import find_date_field, read_date_line, split_dates
from corpus_cli.text.data import toml

_LINE_BREAK = "\x1e"
_CELL_BREAK = "\x1f"
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_DOMINANT_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6", "pre")
_MAX_BREAKS_PER_CELL = 2
_MAX_CREDIT_CHARS = 200
# Characters that an element of a role may have, as the whole article may have such a class.
_MAX_ROLE_CHARS = {"byline": 300, "date": 200, "dek": 600, "caption": 1_000, "navigation": 500}


class Block(NamedTuple):
    """A text that a browser starts on a line of its own.

    `tag` is the element that starts it. `role` is the role of most of its characters by the
    markup: `navigation`, `byline`, `date`, `dek`, `caption`, or empty. `link_share` is the share
    of its characters that are links. `is_hidden` is true where a browser does not show it; a
    script of the page may unfold it. `dates` are the dates that the markup states, each with its
    field: `published`, `modified`, or `updated` for a class that themes use for both. `path` is
    the tag and class (`p.intro`) of up to three block elements around it, the innermost last.
    `article` is the number of the outermost `article` element around it, from 1; it is 0 outside
    of these elements, and in those of comments, advertisements and the like.
    """

    text: str
    tag: str
    role: str = ""
    link_share: float = 0.0
    is_hidden: bool = False
    dates: tuple[tuple[str, str], ...] = ()
    path: tuple[str, ...] = ()
    article: int = 0


def load_markup() -> dict[str, Any]:
    """Return what tags, classes and meta elements mean, from `data/html.toml`."""
    return toml("html")


def extract_blocks(root: HtmlElement) -> list[Block]:
    """Return the blocks of a page that have text, in page order."""
    return [block for block in _PageWalk(root).blocks if block.text.strip()]


def split_names(name: str) -> list[str]:
    """Return the words of a class or an id, and each two that follow each other as one."""
    words = [word.lower() for word in _NAME_WORD.findall(name)]
    return [*words, *(a + b for a, b in pairwise(words))]


class _Context(NamedTuple):
    """What applies to the text of an element: its block element, and inherited properties."""

    block_tag: str
    role: str = ""
    in_link: bool = False
    is_hidden: bool = False
    in_row: bool = False
    in_article: bool = False
    date: str = ""
    date_field: str = ""
    path: tuple[str, ...] = ()
    article: int = 0


class _PageWalk:
    """A walk over a page that collects pieces of text until a block element ends the block."""

    def __init__(self, root: HtmlElement) -> None:
        self.blocks: list[Block] = []
        self.article_count = 0
        self.contexts = [_Context("html")]
        self.pieces: list[tuple[str, _Context]] = []
        self.block_tags = frozenset(load_markup()["blocks"])
        self.invisible_tags = frozenset(load_markup()["unseen"])
        self._walk(root)

    def _walk(self, root: HtmlElement) -> None:
        walker = iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                if element.tag in self.invisible_tags:
                    walker.skip_subtree()
                    self.contexts.append(self.contexts[-1])
                else:
                    self._start_element(element)
            else:
                self._end_element(element)

    def _start_element(self, element: HtmlElement) -> None:
        context = self.contexts[-1]
        if element.tag in self.block_tags:
            self._end_block(element.tag)
        elif element.tag == "br":
            self.pieces.append((_LINE_BREAK, context))
        elif element.tag == "option":
            self.pieces.append((" ", context))
        context = _derive_context(element, context, is_block=element.tag in self.block_tags)
        if element.tag == "article" and not context.article and not _is_beside_article(element):
            self.article_count += 1
            context = context._replace(article=self.article_count)
        self.contexts.append(context)
        self._add_text(element.text, context)

    def _end_element(self, element: HtmlElement) -> None:
        if element.tag in self.block_tags and element.tag not in self.invisible_tags:
            self._end_block("")
        self.contexts.pop()
        self._add_text(element.tail, self.contexts[-1] if self.contexts else _Context("html"))

    def _add_text(self, text: str | None, context: _Context) -> None:
        if text and (self.pieces or not text.isspace()):
            self.pieces.append((text, context))

    def _end_block(self, tag: str) -> None:
        """End a block; in a table row of data, end a cell or add a blank instead."""
        context = self.contexts[-1]
        is_in_row = context.in_row and (tag or context.block_tag) != "tr"
        if not is_in_row:
            if self.pieces:
                self.blocks += _split_pieces(self.pieces)
                self.pieces = []
        else:
            self.pieces.append((_CELL_BREAK if tag in ("td", "th") else " ", context))


def _derive_context(element: HtmlElement, parent: _Context, *, is_block: bool) -> _Context:
    """Return what applies to the text inside an element."""
    tag, context = element.tag, parent
    if is_block:
        path = (*parent.path[-2:], f"{tag}.{element.get('class', '')}")
        context = context._replace(
            block_tag=parent.block_tag if parent.block_tag in _DOMINANT_TAGS else tag, path=path
        )
    if tag == "tr" and not parent.in_row:
        context = context._replace(in_row=_is_data_row(element))
    elif tag in ("article", "main"):
        context = context._replace(in_article=True)
    elif tag in load_markup()["navigation"] or (tag == "header" and not parent.in_article):
        context = context._replace(role="navigation")
    elif tag in ("a", "abbr", "noscript", "time", "figcaption"):
        context = _apply_tag(element, context)
    return _apply_attributes(element, context) if element.attrib else context


def _apply_tag(element: HtmlElement, context: _Context) -> _Context:
    match element.tag:
        case "a":
            return context._replace(in_link=True)
        case "noscript":
            return context._replace(is_hidden=True)
        case "time":
            return context._replace(role="date", date=element.get("datetime", ""))
        case "abbr":
            title = element.get("title", "")
            return context._replace(date=title) if _ISO_DATE.match(title) else context
        case _:
            return context._replace(role="caption")


def _apply_attributes(element: HtmlElement, context: _Context) -> _Context:
    """Return the context with what the attributes of an element add to it."""
    get = element.get
    style = get("style")
    if get("hidden") is not None or (style and _HIDDEN_STYLE.search(style)):
        context = context._replace(is_hidden=True)
    if get("role") in load_markup()["landmarks"]:
        return context._replace(role="navigation")
    names = " ".join((get("class", ""), get("id", ""), get("itemprop", ""), get("rel", "")))
    if not names.strip():
        return context
    role = _find_role(names)
    date_field = _find_date_field(names)
    if date_field and (context.date or _is_brief(element, _MAX_ROLE_CHARS["date"])):
        context = context._replace(date_field=date_field)
    is_outside = role == "navigation" and not context.in_article
    applies = is_outside or (role and _is_brief(element, _MAX_ROLE_CHARS[role]))
    return context._replace(role=role) if applies and element.tag != "body" else context


def _is_beside_article(element: HtmlElement) -> bool:
    """Return whether an element is inside of one whose class or id says that it is no article."""
    names = (
        f"{one.get('class', '')} {one.get('id', '')}"
        for one in (element, *element.iterancestors())
        if one.tag != "body"
    )
    words = (word for name in names for part in name.split() for word in split_names(part))
    return not set(load_markup()["promotions"]).isdisjoint(words)


def _is_brief(element: HtmlElement, remaining: int) -> bool:
    """Return whether an element has at most `remaining` characters of text."""
    for text in element.itertext():
        remaining -= len(text.strip())
        if remaining < 0:
            return False
    return True


@lru_cache(maxsize=4_096)
def _find_role(names: str) -> str:
    """Return the role that a class, an id or a property names; the last one wins."""
    role = ""
    for name in names.split():
        roles = (_roles_by_word()[word] for word in split_names(name) if word in _roles_by_word())
        role = next(iter(sorted(roles, key=list(load_markup()["roles"]).index, reverse=True)), role)
    return role


@lru_cache(maxsize=4_096)
def _find_date_field(names: str) -> str:
    """Return the field of a date by its class, id or property; empty if they do not tell."""
    words = {word.lower() for word in _NAME_WORD.findall(names)}
    if words & {"published", "pubdate", "created"}:
        return "published"
    # Many themes have the class `updated` of hAtom on their only date, which is no other one.
    is_certain = bool(words & {"dt", "last", "lastmod", "modified"})
    if words & {"lastmod", "modified", "updated"}:
        return "modified" if is_certain else "updated"
    return ""


@cache
def _roles_by_word() -> dict[str, str]:
    return {word: role for role, words in load_markup()["roles"].items() for word in words}


def _is_data_row(row: HtmlElement) -> bool:
    """Return whether a table row is data: cells with few breaks, no headings, lists or tables."""
    counts = Counter[str]()
    for element in row.iterdescendants():
        if element.tag in load_markup()["layout"]:
            return False
        if element.tag in ("td", "th"):
            counts["cells"] += 1
        elif element.tag in ("p", "br"):
            counts["breaks"] += 1
    return counts["cells"] > 1 and counts["breaks"] <= _MAX_BREAKS_PER_CELL * counts["cells"]


def _split_pieces(pieces: list[tuple[str, _Context]]) -> Iterator[Block]:
    """Yield the blocks of some pieces; two line breaks end a block, and one in `pre`.

    So does one beside a line that says who wrote the text or when, as in pages without styles.
    """
    group: list[tuple[str, _Context]] = []
    after_break = False
    ends = _find_credit_edges([text for text, _ in pieces])
    for n, (text, context) in enumerate(pieces):
        if text == _LINE_BREAK and (after_break or n in ends) and not context.in_row:
            yield from _build_blocks(group)
            group = []
        elif group or text == _CELL_BREAK or text.strip():
            group.append(
                (" " if text == _LINE_BREAK and context.block_tag != "pre" else text, context)
            )
        after_break = text == _LINE_BREAK or (after_break and not text.strip())
    yield from _build_blocks(group)


def _find_credit_edges(texts: Sequence[str]) -> set[int]:
    """Return the indexes of the line breaks before and after a byline or a date."""
    breaks = [n for n, text in enumerate(texts) if text == _LINE_BREAK]
    edges: set[int] = set()
    for start, end in pairwise([-1, *breaks, len(texts)] if breaks else []):
        line = "".join(texts[start + 1 : end])
        if len(line) <= _MAX_CREDIT_CHARS and _is_credit(" ".join(line.split())):
            edges |= {start, end}
    return edges


def _is_credit(line: str) -> bool:
    return bool(clues.opened_byline(split_dates(line).text)) or read_date_line(line) is not None


def _build_blocks(pieces: Sequence[tuple[str, _Context]]) -> Iterator[Block]:
    weights = [(len(text.strip()), context) for text, context in pieces]
    weights = [(weight, context) for weight, context in weights if weight]
    if not weights:
        return
    total = sum(weight for weight, _ in weights)
    role_weights: dict[str, int] = {}
    for weight, context in weights:
        role_weights[context.role] = role_weights.get(context.role, 0) + weight
    role, top_weight = max(role_weights.items(), key=itemgetter(1))
    first_context = weights[0][1]
    block = Block(
        "",
        first_context.block_tag,
        role if top_weight * 2 > total else "",
        sum(weight for weight, context in weights if context.in_link) / total,
        all(context.is_hidden for _, context in weights),
        tuple(_find_dates(pieces)),
        first_context.path,
        first_context.article,
    )
    for text in _split_texts("".join(text for text, _ in pieces), block.tag):
        yield block._replace(text=text)


def _find_dates(pieces: Sequence[tuple[str, _Context]]) -> Iterator[tuple[str, str]]:
    """Yield the dates that elements state, each with its field.

    The words since the previous date tell the field where the markup does not.
    """
    label, previous = "", ("", "")
    for text, context in pieces:
        date = context.date or (text if context.date_field else "")
        if not date:
            label += text
        elif (date, context.date_field) != previous:
            field = context.date_field
            if field not in ("published", "modified"):
                stated_field = find_date_field(f"{label} {text}")
                field = field if field and stated_field == "published" else stated_field
            yield field, date
            label, previous = "", (date, context.date_field)


def _split_texts(text: str, tag: str) -> list[str]:
    if tag == "pre":
        return [line.rstrip() for line in re.split(f"\r\n|[\r\n{_LINE_BREAK}]", text)]
    cells = [_BLANKS.sub(" ", cell).strip() for cell in text.split(_CELL_BREAK)]
    return ["\t".join(cells if cells[0] else cells[1:])]
