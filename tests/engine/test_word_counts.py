"""The index counts words and mentions as the texts have them."""

from corpus_cli.engines.port import Engine
from corpus_cli.text.tokenise import terms
from tests.engine.conftest import passage, put

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
        assert snapshot.word_counts() == expected(*TEXTS)
        assert snapshot.count_passages() == len(TEXTS)


def test_words_of_some_texts_are_counted(engine: Engine) -> None:
    fill(engine)
    with engine.snapshot() as snapshot:
        assert snapshot.word_counts(["a#2", "b#1"]) == expected("a#2", "b#1")
        assert snapshot.word_counts([]) == {}


def test_removed_texts_are_not_counted(engine: Engine) -> None:
    fill(engine)
    with engine.writer(2) as writer:
        writer.remove("a")
    with engine.snapshot() as snapshot:
        assert snapshot.word_counts() == expected("b#1", "b#2")
        assert set(snapshot.names_of(None)) == {"b#1", "b#2"}


def test_all_passages_have_names(engine: Engine) -> None:
    fill(engine)
    with engine.snapshot() as snapshot:
        assert set(snapshot.names_of(None)) == set(TEXTS)
        assert snapshot.names_of(None) == snapshot.names_of(TEXTS)
