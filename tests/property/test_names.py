"""Any form of any shipped name finds any other; text and index agree on who is mentioned."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.engines.port import Clock, counting
from corpus_cli.names.book import Book, compiled
from corpus_cli.names.merge import shipped
from corpus_cli.names.packs import FOLDER, read
from corpus_cli.names.spotting import mentions
from corpus_cli.query.nodes import unparse
from corpus_cli.query.parse import parse
from corpus_cli.search.expand import expand, mention
from tests.engine.asking import posed
from tests.engine.conftest import passage, put
from tests.property.made import UNSHRUNK


@cache
def book() -> Book:
    packs = [read(path, path.stem) for path in sorted(FOLDER.glob("*.toml"))]
    return Book(compiled(shipped(entry for pack in packs for entry in pack.entries), ""))


numbers = st.deferred(lambda: st.sampled_from(book().numbers()))


@settings(max_examples=50, phases=UNSHRUNK)
@given(numbers, st.data())
@pytest.mark.slow
def test_any_form_finds_any_other(number: int, data: st.DataObject) -> None:
    forms = book().name(number).forms
    here, typed = data.draw(st.sampled_from(forms)), data.draw(st.sampled_from(forms))
    engine = MemoryEngine()
    put(engine, passage("a#1", f"So they met {here} again"), passage("b#1", "Nobody was there"))
    counted = counting(engine, Clock(0), {})
    query = expand(parse(typed, literal=True).query, book(), engine, counted).query
    assert [match.passage for match in posed(engine, query, 9).matches] == ["a#1"], (
        here,
        typed,
    )
    assert parse(unparse(query), literal=True).query == parse(typed, literal=True).query


@settings(max_examples=25, phases=UNSHRUNK)
@given(st.lists(numbers, min_size=1, max_size=4, unique=True), st.data())
def test_text_and_index_agree_on_who_is_mentioned(chosen: list[int], data: st.DataObject) -> None:
    names = [book().name(number) for number in chosen]
    forms = [data.draw(st.sampled_from((*name.forms, *name.short))) for name in names]
    text = "".join(f"Then came {form} along. " for form in forms)
    engine = MemoryEngine()
    put(engine, passage("a#1", text))
    spotted = set(mentions(book(), "a", [text])(text))
    for number, name in zip(chosen, names, strict=True):
        meant = engine.mentions(mention(book(), number))
        assert bool(meant) == (name.canonical in spotted), (name.canonical, text)
