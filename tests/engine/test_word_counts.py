"""The index counts words and mentions as the texts have them."""

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.port import Engine
from corpus_cli.text.tokenise import terms
from tests.engine.conftest import passage, put

NO_LIMIT = Clock(0)
TEXTS = {
    "a#1": "The counter-terrorism unit of ISIS and the isis of the NGOs",
    "a#2": "Nothing " + "word " * 300 + "and the end",
    "b#1": "1,000 of the AK-47s of l'Abbé, 1267/1989 and Erdoğan",
    "b#2": "The last one",
}


def expected(*names: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        for _, word in {(at, term.word) for at, term in terms(TEXTS[name])}:
            if not word.startswith("="):
                counts[word] = counts.get(word, 0) + 1
    return counts


def fill(engine: Engine) -> None:
    put(
        engine,
        *(
            passage(name, text, title="The title of the end", heading="A word", captions="The word")
            for name, text in TEXTS.items()
        ),
    )


def test_words_of_all_texts_are_counted(engine: Engine) -> None:
    fill(engine)
    with engine.snapshot() as snapshot:
        assert snapshot.word_counts(NO_LIMIT).by_word == expected(*TEXTS)
        assert snapshot.count_passages() == len(TEXTS)


def test_removed_texts_are_not_counted(engine: Engine) -> None:
    fill(engine)
    with engine.writer(2) as writer:
        writer.remove("a")
    with engine.snapshot() as snapshot:
        assert snapshot.word_counts(NO_LIMIT).by_word == expected("b#1", "b#2")
        assert set(snapshot.names_of(None)) == {"b#1", "b#2"}


def test_all_passages_have_names(engine: Engine) -> None:
    fill(engine)
    with engine.snapshot() as snapshot:
        assert set(snapshot.names_of(None)) == set(TEXTS)
        assert snapshot.names_of(None) == snapshot.names_of(TEXTS)


def test_removed_texts_are_counted_if_no_time_is_left(engine: Engine) -> None:
    fill(engine)
    with engine.writer(2) as writer:
        writer.remove("a")
    over = Clock(1e-9)
    with engine.snapshot() as snapshot:
        by_word, has_removed = snapshot.word_counts(over)
    assert by_word == expected(*TEXTS if has_removed else ("b#1", "b#2"))


def test_counts_are_right_after_a_merge(engine: Engine) -> None:
    """Small segments are merged while articles are added, and so are those with removed ones."""
    fill(engine)
    for n in range(12):
        put(engine, passage(f"c{n}#1", f"Word {n} of the text", title="Word"))
    with engine.writer(20) as writer:
        writer.remove("a")
        writer.remove("c3")
    for n in range(12, 30):
        put(engine, passage(f"c{n}#1", f"Word {n} of the text", title="Word"))
    with engine.snapshot() as snapshot:
        counts = snapshot.word_counts(NO_LIMIT).by_word
    assert counts["word"] == 29
    assert counts["last"] == 1
    assert "counter" not in counts
