"""The nodes of a query tree, and the tree as a line."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple, TypeVar, assert_never

from corpus_cli.model import Name
from corpus_cli.model.name_table import Bearer

OPERATOR = re.compile(r"AND|OR|NOT|NEAR/\d{1,4}")
"""A word that is an operator; `\\AND` is only a word."""

DateField = Literal["date", "modified"]
DATE_FIELDS: tuple[DateField, ...] = ("date", "modified")

FieldName = Literal[
    "title", "heading", "author", "source", "tag", "lang", "path", "name", "note", "mytag"
]
FIELDS: tuple[FieldName, ...] = (
    "title",
    "heading",
    "author",
    "source",
    "tag",
    "lang",
    "path",
    "name",
    "note",
    "mytag",
)

OWN_FIELDS: tuple[FieldName, ...] = ("note", "mytag")
"""The fields that a person writes: `note:` searches notes, `mytag:` tags; `tag:` is the page's."""

ANY = "*"
"""The pattern that any note or tag matches: `note:*`."""

ARTICLE = "article"
"""The prefix of what must match anywhere in the article: `article:drone`."""

_T = TypeVar("_T")


def _distinct(node_type: type[_T]) -> type[_T]:
    """Make nodes of different types unequal: as tuples, `Must(x)` and `Not(x)` would be equal."""

    def is_equal(node: tuple[object, ...], other: object) -> bool:
        return type(node) is type(other) and tuple.__eq__(node, other)

    def is_unequal(node: tuple[object, ...], other: object) -> bool:
        return not is_equal(node, other)

    def hash_node(node: tuple[object, ...]) -> int:
        return hash((node_type.__name__, *node))

    for name, method in (("__eq__", is_equal), ("__ne__", is_unequal), ("__hash__", hash_node)):
        setattr(node_type, name, method)
    return node_type


@_distinct
class Word(NamedTuple):
    """A bare word, or words joined by hyphens: matched by stem, joined form and capitals.

    `spellings` are other spellings of it in the corpus, which match too.
    """

    text: str
    spellings: tuple[str, ...] = ()


@_distinct
class Quoted(NamedTuple):
    """A phrase as written: only case, marks, apostrophes, dots and hyphens fold."""

    text: str


@_distinct
class Exact(NamedTuple):
    """Characters as written, compared with the stored text."""

    text: str


@_distinct
class Near(NamedTuple):
    """All parts, in any order, with at most `distance` other words between them."""

    parts: tuple[Word | Quoted, ...]
    distance: int


@_distinct
class Wild(NamedTuple):
    """Words that match a pattern: `*` is any letters, `?` one."""

    pattern: str


@_distinct
class Fuzzy(NamedTuple):
    """Words within `distance` edits (insert, delete, replace, swap): 1 or 2."""

    text: str
    distance: int


@_distinct
class Field(NamedTuple):
    """A node that must match in the title, the heading or the metadata, not in the text."""

    name: FieldName
    node: "Word | Quoted | Wild | Fuzzy | Bag"


@_distinct
class Mention(NamedTuple):
    """A name in any of its written forms, as one term.

    `typed` are its forms that were typed side by side in the query; a filter has none, and
    counts only mentions of the name itself. `role` is the role of the first of them: `form`,
    `short` or `adjective`. `terms` are the index terms of its forms, short forms and adjectives,
    blanks between them; `longer` those of forms of other names that contain one of these, where
    the name is not mentioned. `bearers` are the other people with a short form of the name. It
    `is_indexed` if the index has the mentions of the name as it is.
    """

    name: Name
    terms: tuple[str, ...]
    longer: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    role: str = "form"
    is_indexed: bool = False
    bearers: tuple[Bearer, ...] = ()


@_distinct
class Suggested(NamedTuple):
    """A word that the corpus lacks, and its replacement, which is searched for too."""

    word: Word
    instead: Word | Mention


@_distinct
class Dates(NamedTuple):
    """Published from `low` to `high`, both included; each a year, a month, a day or open.

    With the field `modified` changed then, instead of published.
    """

    low: str
    high: str
    field: DateField = "date"


@_distinct
class Must(NamedTuple):
    """A node that must match in the passage's own text."""

    node: "Node"


@_distinct
class Not(NamedTuple):
    """A node that must not match in the passage's own text."""

    node: "Node"


@_distinct
class InArticle(NamedTuple):
    """A node that must match in some passage of the article, or in its title."""

    node: "Node"


@_distinct
class And(NamedTuple):
    """All of several nodes, in the passage's own text."""

    nodes: "tuple[Node, ...]"


@_distinct
class Or(NamedTuple):
    """Any of several nodes, in the passage's own text."""

    nodes: "tuple[Node, ...]"


@_distinct
class Bag(NamedTuple):
    """Nodes side by side: bare words and patterns are ranked, any may match; the others must.

    With a filter of the metadata, at least one of the bare words must match.
    """

    nodes: "tuple[Node, ...]"


Node = (
    Word
    | Quoted
    | Exact
    | Near
    | Wild
    | Fuzzy
    | Field
    | Mention
    | Suggested
    | Dates
    | Must
    | Not
    | InArticle
    | And
    | Or
    | Bag
)
"""Every type of node; a match over it ends with `assert_never`, so none is missed."""


def optional(node: Node) -> bool:
    """Return whether a node in a bag is only ranked: a bare word, a pattern, or a bag of these."""
    match node:
        case Word() | Wild() | Fuzzy() | Suggested():
            return True
        case Mention():
            return bool(node.typed)
        case Bag(nodes):
            return all(map(optional, nodes))
        case _:
            return False


def filters(node: Node) -> bool:
    """Return whether a node is a filter: a condition on an article's metadata or on a name."""
    match node:
        case Field(name, _):
            return name not in ("title", "heading")
        case Dates():
            return True
        case Mention():
            return not node.typed
        case Must(inner) | Not(inner):
            return filters(inner)
        case And(nodes) | Or(nodes):
            return all(map(filters, nodes))
        case _:
            return False


def narrows(node: Node) -> bool:
    """Return whether a node restricts the matches without scoring.

    That is a filter, an exclusion, or a condition on the whole article.
    """
    return isinstance(node, Not | InArticle) or filters(node)


def word_row(nodes: Iterable[Node]) -> list[Word]:
    """Return the bare words that nodes begin with, up to the first other node."""
    row: list[Word] = []
    for node in nodes:
        if not isinstance(node, Word):
            break
        row.append(node)
    return row


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and every node below it."""
    yield node
    match node:
        case Near(parts, _):
            yield from parts
        case Field(_, inner) | Must(inner) | Not(inner) | InArticle(inner):
            yield from walk(inner)
        case And(nodes) | Or(nodes) | Bag(nodes):
            for inner in nodes:
                yield from walk(inner)
        case Suggested(word, instead):
            yield word
            yield instead
        case Word() | Quoted() | Exact() | Wild() | Fuzzy() | Dates() | Mention():
            pass
        case _:
            assert_never(node)


def rewrite(
    query: Bag, change: Callable[[tuple[Node, ...]], Iterable[Node]], *, excluded: bool = True
) -> Bag:
    """Return the query with `change` applied to nodes side by side, innermost first.

    The operands of an operator are changed one by one. Nodes inside a Field, a Near or a
    Suggested stay as they are, and without `excluded` those below a Not.
    """

    def one(node: Node) -> Node:
        nodes = tuple(change((inner(node),)))
        return nodes[0] if len(nodes) == 1 else Bag(nodes)

    def inner(node: Node) -> Node:
        match node:
            case Bag(nodes):
                return Bag(tuple(change(tuple(map(inner, nodes)))))
            case And(nodes):
                return And(tuple(map(one, nodes)))
            case Or(nodes):
                return Or(tuple(map(one, nodes)))
            case Must(below):
                return Must(one(below))
            case Not(below) if excluded:
                return Not(one(below))
            case InArticle(below):
                return InArticle(one(below))
            case _:
                return node

    return Bag(tuple(change(tuple(map(inner, query.nodes)))))


def unparse(node: Node) -> str:
    """Return the query as a line; `parse(unparse(query))` is the same query."""
    match node:
        case Bag(nodes):
            return " ".join(_operand(inner, _IN_BAG) for inner in nodes)
        case And(nodes):
            return " AND ".join(_operand(inner, _IN_AND) for inner in nodes)
        case Or(nodes):
            return " OR ".join(_operand(inner, _IN_OR) for inner in nodes)
        case Near(parts, distance):
            return f" NEAR/{distance} ".join(map(unparse, parts))
        case Must(inner):
            return "+" + _operand(inner, _IN_SIGN)
        case Not(inner):
            return "-" + _operand(inner, _IN_SIGN)
        case InArticle(inner):
            return f"{ARTICLE}:" + _operand(inner, _IN_SIGN)
        case Field("path", Wild(text) | Quoted(text)):
            return f'path:"{text}"'
        case Field("note" | "mytag", Wild("*")):
            return f"{node.name}:*"
        case Field("path", Word() | Fuzzy() as inner):
            return f"path:({unparse(inner)})"
        case Field(name, inner):
            return f"{name}:" + _operand(inner, _IN_SIGN)
        case Mention(name, _, _, typed, _):
            return " ".join(typed) or f'name:"{name.canonical}"'
        case Suggested(word, _):
            return unparse(word)
        case Dates(low, high, field):
            return f"{field}:{low}" if low == high else f"{field}:{low}..{high}"
        case Fuzzy(text, distance):
            return f"{text}~{distance}"
        case Exact(text):
            return f'exact:"{text}"'
        case Quoted(text):
            return f'"{text}"'
        case Wild(pattern):
            return pattern
        case Word(text):
            return f"\\{text}" if OPERATOR.fullmatch(text) else text
        case _:
            assert_never(node)


# The nodes that need brackets as an operand, by the node above.
_IN_BAG = (Bag,)
_IN_OR = (Bag, Or)
_IN_AND = (Bag, Or, And)
_IN_SIGN = (Bag, Or, And, Near, Must, Not)


def _operand(node: Node, loose: tuple[type, ...]) -> str:
    text = unparse(node)
    # A sign or a field needs a letter after it: `-(*foo)`.
    apart = loose is _IN_SIGN and isinstance(node, Wild) and not text[:1].isalnum()
    return f"({text})" if apart or isinstance(node, loose) else text
