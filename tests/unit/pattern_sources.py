"""Every expression that the package compiles, and the functions that use it."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

_CHECKOUT = Path(__file__).parents[2]
_METHODS = {"match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split"}
_QUERIES = (
    "ISIS-K",
    "who is Kurilla in Pakistan",
    'Tehrik e Taliban -"x y" taliban~1 paki* (a OR b) NEAR/4 c',
    'path:*.txt date:2024 -author:x tag:y name:TTP exact:"Taliban"',
    "zzqx Kuril",
)
Pattern = re.Pattern[Any]

_ON_SHORT_TEXTS = {("boilerplate.py", "_pattern")}
"""Functions whose expressions are only used on a few hundred characters of a line."""


def record_uses() -> dict[Pattern, set[str]]:
    """Read files of every format and answer queries, and return what is compiled meanwhile.

    Each expression comes with the methods that use it.
    """
    uses: dict[Pattern, set[str]] = defaultdict(set)
    compile_pattern: Any = vars(re)["_compile"]

    def compile_and_record(pattern: Any, flags: int) -> Pattern:
        compiled: Pattern = compile_pattern(pattern, flags)
        function: Any = sys._getframe(1)  # noqa: SLF001 - there is no other way to ask
        caller = function.f_back.f_code
        is_short = (Path(caller.co_filename).name, caller.co_name) in _ON_SHORT_TEXTS
        if "corpus_cli" in caller.co_filename and caller.co_name != "<module>" and not is_short:
            method = function.f_code.co_name
            uses[compiled] |= _methods_after(caller) if method == "compile" else {method}
        return compiled

    setattr(re, "_compile", compile_and_record)  # noqa: B010 - it is no attribute of the stubs
    try:
        _run_everything()
    finally:
        setattr(re, "_compile", compile_pattern)  # noqa: B010 - the same
    return uses


def _run_everything() -> None:
    from corpus_cli.corpus import Corpus
    from corpus_cli.ingest.child import read_frames
    from corpus_cli.ingest.messages import ReadRequest
    from corpus_cli.text.globs import parse

    for path in _fixtures():
        request = ReadRequest(str(path), str(path), "", 50_000_000, {})
        for _ in read_frames(request, "", 10**9, defaultdict(set)):
            pass
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(_CHECKOUT / "seeds")])
        for query in _QUERIES:
            corpus.search(query)
    for glob in ("*a*b*c*.txt", "a/**/b?c/**/d", "[a-c]*[!d]*/"):
        parse(glob)


def _fixtures() -> Iterator[Path]:
    for folder in ("seeds", "tests/data/formats"):
        yield from sorted((_CHECKOUT / folder).iterdir())


@cache
def _methods_after(caller: CodeType) -> set[str]:
    """Return the methods that a module calls on what one of its functions compiles."""
    source = Path(caller.co_filename).read_text("utf-8")
    calls = rf"(?:\b{caller.co_name}\([^()]*\)|re\.compile\(\w+\)|\bregex)\s*\.(\w+)\("
    return set(re.findall(calls, source)) & _METHODS or {"search"}
