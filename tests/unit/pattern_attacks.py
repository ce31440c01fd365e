"""Texts that make a regular expression slow, found in its syntax tree.

Backtracking takes long where two repeats can share the same characters: one inside the other
(`(a+)+`), or one after the other with nothing between them that stops the first (`a*b?a*`). A
search adds a repeat in front, because it starts at every character. Each such pair yields a text
of the shared characters, on which the expression can then be timed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product
from re import _constants as sre  # type: ignore[attr-defined] # where Python keeps them
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

Pattern = re.Pattern[Any]

MANY = 30
"""A repeat of at least so many characters counts as one without an end."""

_MOST_SEQUENCES = 40
_MOST_NODES = 60
_ALPHABET = "".join(map(chr, range(128))) + "éßЖم中ー’“”–—…\u00a0\u2028\u0301\u0660"
_PREFERRED = "a1A .,-_'\"\n\t:/&<>()[]{}#*=+~"
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}


class Element(NamedTuple):
    """A part of an expression: a text that it fits, and the characters that it may consist of.

    A part that `recurs` may take any number of them.
    """

    example: str
    characters: frozenset[str]
    recurs: bool = False


class _Expression:
    """The parts of an expression in order, one sequence for each way through its branches."""

    def __init__(self, pattern: Pattern) -> None:
        written = pattern.pattern
        flags = pattern.flags
        if isinstance(written, bytes):
            written, flags = written.decode("latin-1"), flags & ~re.UNICODE
        self._flags = flags
        self._tree = parser.parse(written, flags)
        literals = {chr(value) for value in _literals(self._tree)}
        self._alphabet = frozenset(_ALPHABET) | literals

    def sequences(self) -> Iterator[list[Element]]:
        """Yield the sequences of the expression, and those of each loop, run twice."""
        yield from self._sequences(self._tree)
        for before, body in self._loops(list(self._tree), []):
            for start in islice(self._sequences(before), 2):
                for first, second in islice(product(self._sequences(body), repeat=2), 16):
                    yield [*start, *first, *second]

    def _loops(self, nodes: Iterable[Any], before: list[Any]) -> Iterator[tuple[list[Any], Any]]:
        """Yield the body of each repeat of more than a character, and what stands before it."""
        before = list(before)
        for op, value in nodes:
            if op in _REPEATS:
                if value[1] >= MANY and not self._is_character(value[2]):
                    yield before, value[2]
                yield from self._loops(value[2], before)
            for inner in _inner(op, value):
                yield from self._loops(inner, before)
            before.append((op, value))

    def _sequences(self, nodes: Iterable[Any]) -> Iterator[list[Element]]:
        ways: list[list[Element]] = [[]]
        for op, value in islice(nodes, _MOST_NODES):
            following = list(islice(self._ways(op, value), _MOST_SEQUENCES))
            ways = [
                way + next_way
                for way, next_way in islice(product(ways, following), _MOST_SEQUENCES)
            ]
        yield from ways

    def _ways(self, op: Any, value: Any) -> Iterator[list[Element]]:
        if op is sre.BRANCH:
            for one in value[1]:
                yield from self._sequences(one)
        elif op is sre.SUBPATTERN:
            yield from self._sequences(value[3])
        elif op is sre.ATOMIC_GROUP:
            yield from self._sequences(value)
        elif op in _REPEATS:
            yield from self._repeated(*value)
        elif op in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            characters = self._characters(op, value)
            yield [Element(_choose(characters), characters)]
        else:
            yield []

    def _repeated(self, least: int, most: int, body: Any) -> Iterator[list[Element]]:
        if most < MANY:
            for way in self._sequences(body):
                yield way * max(least, 1)
            if not least:
                yield []
            return
        characters: frozenset[str] = frozenset()
        examples = []
        for way in self._sequences(body):
            characters = characters.union(*(one.characters for one in way))
            examples.append("".join(one.example for one in way))
        for example in (*dict.fromkeys(islice(examples, 3)), *([] if least else [""])):
            yield [Element(example * max(least, 1), characters, recurs=True)]

    def _is_character(self, body: Any) -> bool:
        return len(body) == 1 and body[0][0] in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN)

    def _characters(self, op: Any, value: Any) -> frozenset[str]:
        if op is sre.ANY:
            return self._alphabet - (frozenset() if self._flags & re.DOTALL else {"\n"})
        if op is sre.NOT_LITERAL:
            return self._alphabet - self._cases(chr(value))
        if op is sre.LITERAL:
            return self._cases(chr(value))
        members: set[str] = set()
        negated = False
        for kind, member in value:
            if kind is sre.NEGATE:
                negated = True
            elif kind is sre.LITERAL:
                members |= self._cases(chr(member))
            elif kind is sre.RANGE:
                low, high = member
                inside = [one for one in self._alphabet if low <= ord(one) <= high]
                for one in inside or [chr(low)]:
                    members |= self._cases(one)
            elif kind is sre.CATEGORY:
                fits = re.compile(_CATEGORIES[member], self._flags & re.ASCII)
                members |= {one for one in self._alphabet if fits.match(one)}
        return frozenset(self._alphabet - members if negated else members)

    def _cases(self, char: str) -> frozenset[str]:
        return frozenset(
            (char, char.lower(), char.upper()) if self._flags & re.IGNORECASE else char
        )


def _literals(nodes: Iterable[Any]) -> Iterator[int]:
    for op, value in nodes:
        if op in (sre.LITERAL, sre.NOT_LITERAL):
            yield value
        elif op is sre.IN:
            yield from (member for kind, member in value if kind is sre.LITERAL)
        for inner in (*_inner(op, value), *([value[2]] if op in _REPEATS else [])):
            yield from _literals(inner)


def _inner(op: Any, value: Any) -> Sequence[Any]:
    """Return the expressions inside a node that is no repeat."""
    if op is sre.SUBPATTERN:
        return [value[3]]
    if op is sre.ATOMIC_GROUP:
        return [value]
    if op is sre.BRANCH:
        return list(value[1])
    return [value[1]] if op in (sre.ASSERT, sre.ASSERT_NOT) else []


def _choose(characters: frozenset[str]) -> str:
    for one in _PREFERRED:
        if one in characters:
            return one
    return min(characters, default="")


def attacks(pattern: Pattern, length: int) -> Iterator[str]:
    """Yield texts of some length for each pair of repeats that share characters."""
    units: dict[tuple[str, str], None] = {}
    for sequence in _Expression(pattern).sequences():
        for second, repeat in enumerate(sequence):
            if not repeat.recurs:
                continue
            # A search starts at each place where what stands before the repeat fits.
            before = "".join(one.example for one in sequence[:second])
            for char in _some(repeat.characters):
                units.setdefault(("", before + char))
                units.setdefault((before, char))
            for first in range(second):
                shared = sequence[first].characters & repeat.characters
                if sequence[first].recurs and shared:
                    start = "".join(one.example for one in sequence[:first])
                    between = "".join(
                        _choose(one.characters & shared) or one.example
                        if len(one.example) == 1
                        else one.example
                        for one in sequence[first + 1 : second]
                    )
                    for char in _some(shared):
                        units.setdefault((start, char + between))
                        units.setdefault((start, char))
    for start, unit in units:
        if unit:
            text = start + unit * (length // len(unit))
            yield text
            yield text + "\x00"


def _some(characters: frozenset[str]) -> Iterator[str]:
    """Yield a few characters of each kind."""
    kinds = ("a1A_", " \t", "\n", ".,-'\"", ":/&<>()[]{}#*=+~|;")
    for kind in kinds:
        if char := next((one for one in kind if one in characters), ""):
            yield char
    if not characters & set("".join(kinds)):
        yield min(characters, default="")


def count_pairs(pattern: Pattern) -> int:
    """Count the pairs of repeats in an expression that share characters."""
    pairs = set()
    for sequence in _Expression(pattern).sequences():
        recurring = [one for one in sequence if one.recurs]
        pairs |= {
            (first, second)
            for n, second in enumerate(recurring)
            for first in recurring[:n]
            if first.characters & second.characters
        }
    return len(pairs)
