"""No regular expression takes more than a linear time over a text of a stranger."""

import ast
import importlib
import pkgutil
import random
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined] # where Python keeps them
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import corpus_cli
from tests.unit.pattern_attacks import attacks
from tests.unit.pattern_sources import record_uses

LENGTH = 20_000
"""Characters of a text: what is linear takes a few milliseconds, what is quadratic seconds."""

SECONDS = 0.25
"""Of processor time that one pattern may take over one text."""

Pattern = re.Pattern[Any]
Uses = dict[Pattern, set[str]]

_METHODS = {
    "match": "match",
    "fullmatch": "fullmatch",
    **dict.fromkeys(("search", "finditer", "findall", "sub", "subn", "split"), "finditer"),
}
_COMMON = "a1 .-_\nA'"
_CATEGORIES = {
    sre.CATEGORY_DIGIT: "1",
    sre.CATEGORY_NOT_DIGIT: "a .-_\nA'",
    sre.CATEGORY_SPACE: " \n",
    sre.CATEGORY_NOT_SPACE: "a1.-_A'",
    sre.CATEGORY_WORD: "a1_A",
    sre.CATEGORY_NOT_WORD: " .-\n'",
}
"""Those of the common characters that are of each kind."""


# --- the patterns ---


def patterns() -> Uses:
    """Every pattern of the package, and how it is used: `match`, `fullmatch` or `finditer`."""
    uses: Uses = {}
    for info in pkgutil.walk_packages(corpus_cli.__path__, "corpus_cli."):
        if not info.name.endswith("__main__"):
            _of_module(importlib.import_module(info.name), uses)
    from corpus_cli.ingest.file_formats import FORMATS

    for one in FORMATS.values():
        if one.content:
            uses.setdefault(re.compile(one.content, re.MULTILINE), set()).add("match")
    # Those that a function makes of its arguments or of data are known once they are compiled.
    for pattern, used in record_uses().items():
        uses.setdefault(pattern, {_METHODS[method] for method in used})
    return uses


def _of_module(module: ModuleType, uses: Uses) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    methods_by_name: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        name = node.value.func if isinstance(node.value, ast.Call) else node.value
        if node.attr in _METHODS and isinstance(name, ast.Name):
            methods_by_name.setdefault(name.id, set()).add(_METHODS[node.attr])
    for variable, value in vars(module).items():
        for pattern in _patterns_in(value):
            methods = methods_by_name.get(variable, {"match", "fullmatch"})
            uses.setdefault(pattern, set()).update(methods)
    for pattern, method in _inline(tree, vars(module)):
        uses.setdefault(pattern, set()).add(method)


def _patterns_in(value: object) -> Iterator[Pattern]:
    """The patterns in a value, or those that a function without arguments compiles at need."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _patterns_in(one)
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from _patterns_in(one)
    elif callable(value) and "Pattern" in str(getattr(value, "__annotations__", {}).get("return")):
        with suppress(TypeError):
            yield from _patterns_in(value())


def _inline(tree: ast.Module, names: Mapping[str, Any]) -> Iterator[tuple[Pattern, str]]:
    """The patterns that are written where they are used: `re.sub("…", …)`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(ast.Name("re"), method), [written, *rest], keywords) if (
                method in _METHODS
            ):
                flags = [ast.unparse(one) for one in rest] + [
                    ast.unparse(one.value) for one in keywords if one.arg == "flags"
                ]
                flag = sum(
                    getattr(re, one[3:]) for one in flags if re.fullmatch(r"re\.[A-Z]+", one)
                )
                with suppress(NameError, TypeError):
                    pattern = eval(ast.unparse(written), dict(names))  # noqa: S307 - our own source
                    yield re.compile(pattern, flag), _METHODS[method]


# --- the texts ---


class _Examples:
    """Texts that a pattern, or a part of it, fits."""

    def __init__(self, pattern: Pattern) -> None:
        self._chance = random.Random(1)  # noqa: S311 - the same each time
        written = pattern.pattern
        self.tree = parser.parse(
            written.decode("latin-1") if isinstance(written, bytes) else written,
            pattern.flags & ~re.DEBUG if isinstance(written, str) else pattern.flags & ~re.UNICODE,
        )

    def of(self, nodes: Iterable[Any]) -> str:
        return "".join(self._one(op, value) for op, value in nodes)

    def _one(self, op: Any, value: Any) -> str:
        if op is sre.LITERAL:
            return chr(value)
        if op is sre.ANY:
            return self._chance.choice("a. ")
        if op is sre.NOT_LITERAL:
            return "a" if value != ord("a") else "b"
        if op is sre.IN:
            return self._member(value)
        if op is sre.BRANCH:
            return self.of(self._chance.choice(value[1]))
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            least, most, body = value
            return "".join(self.of(body) for _ in range(max(least, min(most, 1))))
        if op is sre.SUBPATTERN:
            return self.of(value[3])
        return self.of(value) if op is sre.ATOMIC_GROUP else ""

    def _member(self, members: list[Any]) -> str:
        no = members[0][0] is sre.NEGATE
        if no:
            kept = [char for char in _COMMON if not _among(char, members)]
            return self._chance.choice(kept or ["é"])
        op, value = self._chance.choice(members)
        if op is sre.CATEGORY:
            return self._chance.choice(_CATEGORIES[value])
        return chr(value[0] if op is sre.RANGE else value)


def _among(char: str, members: list[Any]) -> bool:
    for op, value in members:
        if op is sre.CATEGORY and char in _CATEGORIES[value]:
            return True
        if op is sre.RANGE and value[0] <= ord(char) <= value[1]:
            return True
        if op is sre.LITERAL and value == ord(char):
            return True
    return False


def texts(pattern: Pattern) -> Iterator[str]:
    """What may make it slow: each part that may recur, very often, and then no match."""
    examples = _Examples(pattern)
    strings: dict[str, None] = {}
    for before, body in _repeats(examples.tree, []):
        for _ in range(6):
            start, unit = examples.of(before), examples.of(body) or "a"
            other = unit + examples.of(body)
            strings.setdefault(start + unit * (LENGTH // len(unit)) + "\x00")
            strings.setdefault(start + unit * (LENGTH // len(unit)))
            strings.setdefault(other * (LENGTH // len(other)) + "\x00")
    for _ in range(4):
        whole = examples.of(examples.tree) or "a"
        for one in (whole, whole[:-1] or "a", whole[: len(whole) // 2] or "a"):
            strings.setdefault(one * (LENGTH // len(one)) + "\x00")
    strings.update(dict.fromkeys(attacks(pattern, LENGTH)))
    return iter(strings)


def _repeats(nodes: Iterable[Any], before: list[Any]) -> Iterator[tuple[list[Any], list[Any]]]:
    """The bodies of all repeats without an end, each with what stands before it."""
    before = list(before)
    for op, value in nodes:
        inner: list[Iterable[Any]] = []
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            if value[1] > LENGTH:
                yield before, list(value[2])
            inner = [value[2]]
        elif op is sre.SUBPATTERN:
            inner = [value[3]]
        elif op is sre.ATOMIC_GROUP:
            inner = [value]
        elif op is sre.BRANCH:
            inner = list(value[1])
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            inner = [value[1]]
        for one in inner:
            yield from _repeats(one, before)
        before.append((op, value))


# --- the test ---


class _Slow(Exception):
    pass


def _too_slow(*_: object) -> None:
    raise _Slow


def slow(uses: Uses) -> Iterator[str]:
    """The patterns that take too long over one of their texts; for a process of its own."""
    signal.signal(signal.SIGVTALRM, _too_slow)
    for pattern, methods in uses.items():
        try:
            for text in texts(pattern):
                subject: str | bytes = text
                if isinstance(pattern.pattern, bytes):
                    subject = text.encode("latin-1", "replace")
                for method in methods:
                    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
                    result = getattr(pattern, method)(subject)
                    if method == "finditer":
                        for _ in result:
                            pass
                    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        except _Slow:
            yield f"{pattern.pattern!r} {sorted(methods)} over {text[:20]!r}…"
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def slow_patterns(found: Iterable[Pattern]) -> str:
    """The patterns that take too long, used in any way."""
    uses = [(one.pattern, int(one.flags)) for one in found]
    code = "for p, f in %r: print(*slow({re.compile(p, f): {'fullmatch', 'match'}}), end='')"
    return _in_a_process(code % uses)


def run(code: str, seconds: int) -> str:
    """What a process prints; the kernel ends it when it takes more processor time."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        check=False,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)),
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-1_000:] or done.returncode
    return done.stdout


def _in_a_process(what: str) -> str:
    return run(f"from tests.unit.test_patterns import *\n{what}", seconds=240)


def test_every_pattern_is_linear() -> None:
    assert not _in_a_process("print(*slow(patterns()), sep='\\n', end='')")


def test_slow_patterns_are_reported() -> None:
    assert int(_in_a_process("print(len(patterns()))")) > 330
    slow_ones = [
        r"(#+)[ \t]+(.*?)[ \t]*#*$",
        r"(?:\s|<!--[\s\S]*?-->)*<html",
        r"(?:[-_]\w+)*",
        r"\s+x",
        r"(a|aa)+$",
        r"(\w+\s?)*!",
        r"x{0,500}y\s*\"?\s*z",
        r"From(?: [^\r\n]*)?\r?\n?[A-Z][\w-]*:",
        r"(?:mon|tue)[a-z]*,? [\w ]{4,24}? \d:\d\d",
    ]
    uses = f"{{re.compile(one): {{'fullmatch', 'finditer'}} for one in {slow_ones!r}}}"
    lines = _in_a_process(f"print(*slow({uses}), sep='\\n')")
    assert len(lines.splitlines()) == len(slow_ones)
