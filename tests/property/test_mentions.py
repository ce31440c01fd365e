"""The mentions in an index are those that a question finds, whatever the names and texts are."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_cli.corpus import Corpus
from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.engines.name_changes import compare_names
from corpus_cli.engines.whoosh.engine import WhooshEngine
from corpus_cli.model import Name, Passage
from corpus_cli.names.lookup import NameLookup, compile_names
from corpus_cli.names.merge import merge_packs
from corpus_cli.names.packs import NameEntry
from tests.engine.conftest import passage
from tests.engine.mention_checks import check_mentions, index_of, write
from tests.property.made import UNSHRUNK, articles, written

_WORDS = st.sampled_from(
    ["red", "sea", "RS", "war", "NGO", "NGOs", "sea-war", "Red", "U.S.", "us", "Anna", "square"]
)
_FORM = st.lists(_WORDS, min_size=1, max_size=3).map(" ".join)
_FORMS = st.lists(_FORM, max_size=3).map(tuple)
_ARTICLES = tuple("pqr")
_ELSEWHERE = st.lists(
    st.tuples(st.sampled_from(["red", "=rs", "rs", "sea"]), st.just(("p",))), max_size=2
)
_NAMES = st.lists(
    st.builds(
        lambda kind, forms, short, adjectives, elsewhere: Name(
            forms[0], kind, forms, short, adjectives, tuple(elsewhere)
        ),
        st.sampled_from(["", "person", "person", "group"]),
        st.lists(_FORM, min_size=1, max_size=3).map(tuple),
        _FORMS,
        _FORMS,
        _ELSEWHERE,
    ),
    max_size=4,
)
_TEXT = st.lists(_WORDS | st.just("a different"), max_size=12).map(" ".join)
_PASSAGES = st.lists(
    st.tuples(st.sampled_from(_ARTICLES), _TEXT, st.sampled_from(["", "red sea"]), _TEXT),
    min_size=1,
    max_size=6,
).map(
    lambda rows: [
        passage(f"{article}#{n}", text, title=title, heading=heading)
        for n, (article, text, title, heading) in enumerate(sorted(rows))
    ]
)


def compiled(names: list[Name]) -> NameLookup:
    """Merge the names as packs are, with what articles explain otherwise."""
    merged = merge_packs(map(NameEntry, names))
    explained = {name.canonical: name.elsewhere for name in names}
    return NameLookup(
        compile_names([name._replace(elsewhere=explained[name.canonical]) for name in merged], "")
    )


@settings(max_examples=50, phases=UNSHRUNK)
@given(_PASSAGES, _NAMES, _NAMES, st.sampled_from(["", "p", "q"]))
def test_names_that_change_leave_what_a_question_finds(
    stored: list[Passage], before: list[Name], after: list[Name], again: str
) -> None:
    old, new = compiled(before), compiled(after)
    stale = compare_names(old.table(), new.table()).stale_names
    with TemporaryDirectory() as folder:
        for engine in (MemoryEngine(), WhooshEngine(Path(folder))):
            write(engine, stored, old.table(), _ARTICLES)
            check_mentions(index_of(engine), old)
            check_mentions(index_of(engine), new, stale)
            write(engine, stored, new.table(), again)
            check_mentions(index_of(engine), new)
            engine.close()


@pytest.mark.slow
@settings(max_examples=9, phases=UNSHRUNK)
@given(st.lists(articles, min_size=1, max_size=6))
def test_generated_articles(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("made")
    with Corpus.create(folder / "index") as corpus:
        written(folder / "files", files)
        corpus.ingest([str(folder / "files")])
        check_mentions(index_of(corpus.engine), corpus.names.lookup())
