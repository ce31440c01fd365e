"""Any form of any shipped name finds any other; text and index agree on who is mentioned."""

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.names.lookup import NameLookup, compile_names
from corpus_cli.names.merge import merge_packs
from corpus_cli.names.packs import FOLDER, read_pack
from corpus_cli.query.nodes import unparse
from corpus_cli.query.parse import parse
from corpus_cli.search.counts import count_within
from corpus_cli.search.expand import expand
from corpus_cli.text.tokenise import written
from tests.engine.asking import current, posed
from tests.engine.conftest import passage, put
from tests.property.made import UNSHRUNK


@cache
def book() -> NameLookup:
    packs = [read_pack(path, path.stem) for path in sorted(FOLDER.glob("*.toml"))]
    return NameLookup(
        compile_names(merge_packs(entry for pack in packs for entry in pack.entries), "")
    )


numbers = st.deferred(lambda: st.sampled_from(book().numbers()))


@settings(max_examples=50, phases=UNSHRUNK)
@given(numbers, st.data())
@pytest.mark.slow
def test_any_form_finds_any_other(number: int, data: st.DataObject) -> None:
    forms = book().name(number).forms
    here, typed = data.draw(st.sampled_from(forms)), data.draw(st.sampled_from(forms))
    engine = MemoryEngine()
    put(engine, passage("a#1", f"So they met {here} again"), passage("b#1", "Nobody was there"))
    counted = count_within(current(engine), Clock(0), {})
    query = expand(parse(typed, literal=True).query, book(), current(engine), counted).query
    assert [match.passage for match in posed(engine, query, 9).matches] == ["a#1"], (
        here,
        typed,
    )
    assert parse(unparse(query), literal=True).query == parse(typed, literal=True).query


def capitals(terms: str) -> str:
    """The terms of a form as a text writes them."""
    return re.sub(r"=(\S+)", lambda term: term[1].upper(), terms)


def stolen(typed: list[str], full: list[str]) -> bool:
    """Whether words of two forms side by side are yet another form.

    A given name and a surname are the full name, which is no list of two forms.
    """
    ends = [0]
    for form in typed:
        ends.append(ends[-1] + len(written(form)))
    return any(
        any(run.start < end < run.end for end in ends)
        and not (
            {run.start, run.end} <= set(ends)
            and set(typed[ends.index(run.start) : ends.index(run.end)]) <= set(full)
        )
        for run in book().find_occurrences(written(" ".join(typed)))
    )


@settings(max_examples=60, phases=UNSHRUNK)
@given(numbers, st.data())
def test_forms_side_by_side_find_what_each_finds(number: int, data: st.DataObject) -> None:
    name = book().name(number)
    each = (*name.forms, *name.short)
    some = st.lists(st.sampled_from(each), min_size=2, max_size=3)
    typed = data.draw(some.filter(lambda forms: not stolen(forms, [*name.forms])))
    engine = MemoryEngine()
    longer = [capitals(form) for form in book().longer_forms(number)[:20]]
    texts = [f"So they met {form} again" for form in (*each, *name.adjectives, *longer)]
    put(engine, *(passage(f"a{n}#1", text) for n, text in enumerate(texts)))

    def found(line: str) -> set[str]:
        counted = count_within(current(engine), Clock(0), {})
        query = expand(parse(line, literal=True).query, book(), current(engine), counted).query
        return {match.passage for match in posed(engine, query, len(texts)).matches}

    together = found(" ".join(typed))
    for form in typed:
        assert found(form) <= together, (form, typed)
