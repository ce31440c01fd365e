"""Words of a query to names and their other forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from corpus_cli.engines.forms import is_stop
from corpus_cli.engines.port import Count, Engine
from corpus_cli.model import Name
from corpus_cli.names.book import Book, Meaning, Run, by_role
from corpus_cli.query.nodes import (
    And,
    Bag,
    Field,
    Mention,
    Must,
    Node,
    Not,
    Or,
    Quoted,
    Word,
    rewrite,
    unparse,
    walk,
)
from corpus_cli.shapes import NamedTuple, TypeGuard
from corpus_cli.text.stem import stop_words
from corpus_cli.text.tokenise import Written, exact, key, units, written


class Expanded(NamedTuple):
    """A query with its names found, and what the user has to know about them."""

    query: Bag
    notes: tuple[str, ...]


def expand(
    query: Bag, names: Book, engine: Engine, counted: Count, *, loose: bool = True
) -> Expanded:
    """Find the names in a query: rows of bare words, the longest first, and each `name:`.

    Raises `Late` where `counted` does.

    Without `loose` only `name:` is. Who types two forms of one name asks about the forms:
    they stay as typed, unless they are joined by OR.
    """
    reader = _Reader(names, engine, counted, loose=loose)
    found = rewrite(query, reader.beside)
    asked = _asked(found)
    twice = {name for name, forms in asked.items() if len(forms) > 1}
    for name in sorted(twice):
        forms = ", ".join(asked[name].values())
        reader.notes.append(f"{forms} are one name ({name}): searched as typed")
    if twice:
        found = rewrite(found, lambda nodes: _as_typed(nodes, twice))
    return Expanded(found, tuple(dict.fromkeys(reader.notes)))


def _asked(node: Node) -> dict[str, dict[str, str]]:
    """The forms that were typed of each name, by their keys; of forms joined by OR one."""
    match node:
        case Mention(name, _, _, typed, _) if typed:
            return {name.canonical: {key(typed): typed}}
        case Must(inner) | Not(inner):
            return _asked(inner)
        case Bag(nodes) | And(nodes) | Or(nodes):
            found: defaultdict[str, dict[str, str]] = defaultdict(dict)
            for inner in nodes:
                for canonical, forms in _asked(inner).items():
                    found[canonical].update(forms)
            if isinstance(node, Or):
                return {one: dict([*forms.items()][:1]) for one, forms in found.items()}
            return found
        case _:
            return {}


def _as_typed(nodes: Iterable[Node], names: Container[str]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Mention) and node.typed and node.name.canonical in names:
            yield from (Word(unit.text) for unit in units(node.typed))
        else:
            yield node


class _Typed(NamedTuple):
    """The words of a row of query words, and how many of those stand before each that begins.

    `shouted` tells that all of them are in capitals.
    """

    words: tuple[Written, ...]
    starts: tuple[int, ...]
    breaks: Mapping[int, int]
    shouted: bool


class _Reader:
    def __init__(self, names: Book, engine: Engine, counted: Count, *, loose: bool) -> None:
        self.notes: list[str] = []
        self._loose = loose
        self._known: dict[tuple[str, str, bool], Mention | None] = {}
        self._names = names
        self._engine = engine
        self._counted = counted

    def beside(self, nodes: tuple[Node, ...]) -> Iterator[Node]:
        """Nodes that stand side by side, with the names among them."""
        at = 0
        while at < len(nodes):
            node, row = nodes[at], _row(nodes[at:]) if self._loose else []
            if row:
                yield from self._named(row)
            else:
                yield self._filter(node.node) if _is_filter(node) else node
            at += len(row) or 1

    def _named(self, row: Sequence[Word]) -> Iterator[Word | Mention]:
        typed = _typed(row)
        runs: defaultdict[int, list[Run]] = defaultdict(list)
        for run in self._names.runs(typed.words):
            if run.start in typed.breaks and run.end in typed.breaks:
                runs[run.start].append(run)
        at, before = 0, ""
        while at < len(row):
            node, end = self._first(runs[typed.starts[at]], typed, row, at, before)
            yield node
            before = row[at].text if node is row[at] else ""
            at = end

    def _first(
        self, runs: Iterable[Run], typed: _Typed, row: Sequence[Word], at: int, before: str
    ) -> tuple[Word | Mention, int]:
        """The longest name that begins at a word, else the word; and where it ends."""
        for run in runs:
            end = typed.breaks[run.end]
            text = " ".join(word.text for word in row[at:end])
            asked = text, before, typed.shouted
            if asked not in self._known:
                self._known[asked] = self._mention(run, typed, text, before)
            if found := self._known[asked]:
                return found, end
        return row[at], at + 1

    def _mention(self, run: Run, typed: _Typed, text: str, before: str) -> Mention | None:
        """The one name that a run of words means; None where it means none, or several."""
        here = typed.words[run.start : run.end]
        meant = [one for one in run.meanings if self._fits(one, here, shouted=typed.shouted)]
        for role, numbers in by_role(meant):
            if len(numbers) > 1:
                # Of two Kadyrovs the one whom the corpus mentions in full.
                numbers = list(filter(self._stands, numbers))  # noqa: PLW2901 - fewer
            if not numbers:
                continue
            if len(numbers) > 1:
                found = " or ".join(self._names.name(number).canonical for number in numbers)
                if role != "adjective":
                    self.notes.append(f"{text} may be {found}: name the one you mean")
                return None
            # Ilhan Omar is not Mullah Omar.
            another = role == "short" and before[:1].isupper() and not is_stop(before)
            if another:
                continue
            if self._occurs(numbers[0]):
                return mention(self._names, numbers[0], text, role)
            if len(here) > 1:
                self.notes.append(f"{text} stands nowhere as a name: looked for its words")
        return None

    def _occurs(self, number: int) -> bool:
        """Whether the corpus has a name in any form, or what points to it."""
        name = self._names.name(number)
        terms = map(exact, (*name.forms, *name.adjectives))
        # One word is told by its count, and most names have such a form.
        if any(self._engine.frequency(term) for term in terms if " " not in term):
            return True
        return self._stands(number)

    def _stands(self, number: int) -> bool:
        return bool(self._counted(Bag((mention(self._names, number),))))

    def _fits(self, meaning: Meaning, here: Sequence[Written], *, shouted: bool) -> bool:
        if meaning.fits(here) and not (shouted and any(meaning.capitals)):
            return True
        # In small letters: isis-k is no word, but `us`, `it` and `let` are.
        if any(word.capitals for word in here) and not shouted:
            return False
        if len(here) > 1:
            return True
        letters = here[0].letters
        if letters in stop_words():
            return False
        capitals, all_of_it = map(self._engine.frequency, (f"={letters}", letters))
        return 2 * capitals >= all_of_it

    def _filter(self, inner: Node) -> Node:
        text = " ".join(
            node.text for node in walk(inner) if isinstance(node, Word | Quoted)
        ) or unparse(inner)
        number = named(self._names, text, self.notes.append)
        if number is None:
            self.notes.append(f"no name is called {text}: it was looked for as it is written")
            return Mention(Name(text, forms=(text,)), (exact(text),))
        return mention(self._names, number)


def named(names: Book, text: str, note: Callable[[str], None]) -> int | None:
    """The number of the name that a form means by itself; None where there is none."""
    _, numbers = next(by_role(names.meanings(text)), ("", []))
    if len(numbers) > 1:
        others = ", ".join(names.name(number).canonical for number in numbers[1:])
        note(f"{text} was read as {names.name(numbers[0]).canonical}, not {others}")
    return numbers[0] if numbers else None


def mention(names: Book, number: int, typed: str = "", role: str = "form") -> Mention:
    """A name as a node of a query."""
    return Mention(names.name(number), names.terms(number), names.longer(number), typed, role)


def _is_filter(node: Node) -> TypeGuard[Field]:
    return isinstance(node, Field) and node.name == "name"


def _row(nodes: Sequence[Node]) -> list[Word]:
    row: list[Word] = []
    for node in nodes:
        if not isinstance(node, Word):
            break
        row.append(node)
    return row


def _typed(row: Iterable[Word]) -> _Typed:
    words: list[Written] = []
    starts = []
    for word in row:
        starts.append(len(words))
        words += written(word.text)
    breaks = {start: n for n, start in enumerate((*starts, len(words)))}
    shouted = len(words) > 2 and all(word.capitals for word in words)  # noqa: PLR2004 - `WHO US`
    return _Typed(tuple(words), tuple(starts), breaks, shouted)
