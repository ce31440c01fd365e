"""Read the values of a JSON text, also of a damaged one."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

_SEPARATORS = re.compile(r"[\s,\x1e\ufeff]*")
_OPENING = re.compile(r"[\[{]")
_BEFORE_MEMBER = re.compile(r'[\s,]*+(?:"(?:[^"\\]|\\[\s\S])*+"\s*+:\s*+)?')
_MAX_LISTS_TRIED = 100
_SEPARATORS_IN_DAMAGE = re.compile(r"[\s,\]}\x1e\ufeff]*")
# After damage a value begins a line, or is an object inside the damaged value.
_NEXT_VALUE = re.compile(r"(?=\{)|\n(?=[^\s\]},])")
_LINE_START = re.compile(r"\n(?=[^\s\]},])")
_TRAILING_COMMA = re.compile(r'"[^"\\]*+(?:\\[\s\S][^"\\]*+)*+"?|,(?=\s*+[\]}])')
_FIRST_WINDOWS = (65_536, 1_000_000)
# An error this close to the end of a window may be due to the cut.
_CUT_CHARS = 12
# Rereading a damaged text may take this many times its length.
_MAX_REREADS = 20
_MAX_DEPTH_CHARS = 10_000

_DECODER = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=lambda _: None, strict=False
)


class JsonValue(NamedTuple):
    """A value in a JSON text with the line that it begins in, or damage with its line.

    Lines count from 1. `error` says what is wrong; it is empty for a value. `is_inner` is true
    for an object inside a damaged value.
    """

    line: int
    value: object = None
    error: str = ""
    is_inner: bool = False


class _Damage(Exception):
    """A value cannot be decoded: the position of the error, and the characters that were read."""

    def __init__(self, position: int, cost: int) -> None:
        self.position, self.cost = position, cost


class _UnclearDamage(NamedTuple):
    """Damage of a value that other lines follow: the line of the error, and the line to name.

    If the value in the line of the error is sound, the one before it is cut off.
    """

    line: int
    named_line: int


def parse_json(text: str) -> object:
    """Parse a JSON text, with numbers as strings; a comma before a bracket is allowed.

    Raises `ValueError` if it is not JSON.
    """
    text = text.removeprefix("\ufeff")
    try:
        # Few texts have such commas, and it takes far longer to look for them.
        with suppress(ValueError):
            return _DECODER.decode(text)
        return _DECODER.decode(_drop_trailing_commas(text))
    except RecursionError as error:
        raise ValueError("its values are nested too deeply") from error


def locate_values(text: str, values: Sequence[object]) -> list[int]:
    """Return the lines that values begin in, from 1: the whole text, or all members in it.

    The text is sound JSON. The line is 0 if the members are not among the first lists of it.
    """
    text = _drop_trailing_commas(text)
    lines = _LineCounter(text)
    start = _end_of(_SEPARATORS, text, 0)
    if len(values) == 1 and _DECODER.raw_decode(text, start)[0] == values[0]:
        return [lines.number_at(start)]
    for opening in islice(_OPENING.finditer(text), _MAX_LISTS_TRIED):
        positions = list(_match_members(text, opening.end(), values))
        if len(positions) == len(values):
            return list(map(lines.number_at, positions))
    return [0] * len(values)


def _match_members(text: str, position: int, values: Sequence[object]) -> Iterator[int]:
    """Yield the position of each member of a list or an object, as long as they are the values."""
    for expected in values:
        position = _end_of(_BEFORE_MEMBER, text, position)
        try:
            value, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        if value != expected:
            return
        yield position
        position = end


def iter_values(text: str) -> Iterator[JsonValue]:
    """Yield the values of a text that follow each other, on one line or on several.

    Of a damaged value, the objects inside it are yielded that can be read. Damage is yielded
    once a line. If reading again after damage takes too long, the rest counts as damaged.
    """
    lines = _LineCounter(text)
    has_trailing_commas = True
    damaged_lines: set[int] = set()
    unclear: list[_UnclearDamage] = []
    position = cost = 0
    while True:
        separators = _SEPARATORS_IN_DAMAGE if damaged_lines or unclear else _SEPARATORS
        position = _end_of(separators, text, position)
        begins_line = position == 0 or text[position - 1] == "\n"
        is_in_damage = bool(damaged_lines or unclear)
        if is_in_damage and not begins_line and text[position : position + 1] != "{":
            position = _find_next_value(text, position)
        if position == len(text):
            yield from _settle(unclear, damaged_lines)
            return
        try:
            value, end = _decode_at(text, position)
        except _Damage as damage:
            if has_trailing_commas:
                # Few texts have such commas, and it takes far longer to look for them.
                text, has_trailing_commas = _drop_trailing_commas(text), False
                continue
            cost += damage.cost
            line = lines.number_at(damage.position)
            if cost > _MAX_REREADS * len(text) + _MAX_DEPTH_CHARS:
                yield JsonValue(line, error="and the lines below it are too damaged")
                return
            if _LINE_START.search(text, position, damage.position):
                is_list = text[position] == "["
                start_line = lines.number_at(position)
                unclear.append(_UnclearDamage(line, line if is_list else start_line))
            elif line not in damaged_lines:
                damaged_lines.add(line)
                yield JsonValue(line, error="is not JSON")
            position = _find_next_value(text, position + 1)
            continue
        is_inner = is_in_damage and not begins_line
        yield JsonValue(lines.number_at(position), value, is_inner=is_inner)
        position = end


def _drop_trailing_commas(text: str) -> str:
    """Replace each comma before a closing bracket by a blank; positions stay the same."""
    return _TRAILING_COMMA.sub(lambda match: " " if match[0] == "," else match[0], text)


def _end_of(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _find_next_value(text: str, position: int) -> int:
    """Return the position of the next line or object; the end of the text if there is none."""
    match = _NEXT_VALUE.search(text, position)
    return match.end() if match else len(text)


def _settle(unclear: list[_UnclearDamage], damaged_lines: set[int]) -> Iterator[JsonValue]:
    """Yield the damage whose line turned out not to be damaged by itself."""
    for damage in unclear:
        if damage.line not in damaged_lines and damage.named_line not in damaged_lines:
            damaged_lines.add(damage.named_line)
            yield JsonValue(damage.named_line, error="is not JSON")


def _decode_at(text: str, position: int) -> tuple[object, int]:
    """Return the value at a position, and the position after it. Raises `_Damage`.

    The text is decoded in growing windows, because an error counts all lines of its text.
    """
    cost = 0
    end_of_line = text.find("\n", position)
    line_length = (end_of_line if end_of_line >= 0 else len(text)) - position
    for size in (line_length, *_FIRST_WINDOWS, len(text)):
        if size < line_length:
            continue
        window = text[position : position + size]
        try:
            value, length = _DECODER.raw_decode(window)
        except json.JSONDecodeError as error:
            cost += error.pos
            may_be_cut = error.pos >= len(window) - _CUT_CHARS or "Unterminated" in error.msg
            if not may_be_cut or position + size >= len(text):
                raise _Damage(position + error.pos, cost) from error
            cost += len(window)
        except RecursionError as error:
            raise _Damage(position, _MAX_DEPTH_CHARS) from error
        else:
            return value, position + length
    raise AssertionError


class _LineCounter:
    """Counts the lines of a text up to positions that mostly grow."""

    def __init__(self, text: str) -> None:
        self._text, self._position, self._number = text, 0, 1

    def number_at(self, position: int) -> int:
        if position >= self._position:
            self._number += self._text.count("\n", self._position, position)
        else:
            self._number -= self._text.count("\n", position, self._position)
        self._position = position
        return self._number
