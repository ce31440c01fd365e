"""What every engine promises."""

from collections.abc import Sequence

import pytest

from corpus_cli.engines import clock, wildcards
from corpus_cli.engines.plan import plan_query
from corpus_cli.engines.port import Change, Engine, Lag
from corpus_cli.query.nodes import Exact
from corpus_cli.query.parse import parse
from tests.engine.asking import current, posed
from tests.engine.conftest import fill, found, passage, put

TEXTS = {
    "a#1": "The resurgence of ISIS-K is a key driver.",
    "a#2": "ISIS lost Mosul, and ISIS lost Raqqa.",
    "a#3": "Pakistan’s ISI denied it.",
    "b#1": "IS-KP fights the Taliban; ISKP is another name.",
    "b#2": "The U.S. and the US agree. Tell us why.",
    "b#3": "Tell us who was there: the carrot and stick approach.",
    "c#1": "Carrots and sticks against terrorists, said al-Qaeda.",
    "c#2": "Al Qaeda’s counter-terrorism, a terror.",
    "c#3": "They counter terrorism with counterterrorism.",
    "d#1": "Erdoğan met B.L.A. men on 9/11 with 1,000 others, 27% of them armed.",
    "d#2": "领英推荐 a report on Афганистан.",
}


@pytest.fixture
def texts(engine: Engine) -> Engine:
    put(engine, *(passage(name, text) for name, text in TEXTS.items()))
    return engine


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("ISIS-K", "a#1"),
        ("isis-k", "a#1"),
        ("isis k", "a#1 a#2"),
        ("isisk", "a#1"),
        ("ISIS", "a#1 a#2"),
        ("isis", "a#1 a#2"),
        ("ISI", "a#3"),
        ("isi", "a#3"),
        ("IS-KP", "b#1"),
        ("ISKP", "b#1"),
        ("IS", "b#1"),
        ("US", "b#2"),
        ("U.S.", "b#2"),
        ("us", "b#2 b#3"),
        ("BLA", "d#1"),
        ("B.L.A.", "d#1"),
        ("bla", "d#1"),
        ("al-Qaeda", "c#1 c#2"),
        ("Al-Qaeda", "c#1 c#2"),
        ('"al qaeda"', "c#1 c#2"),
        ("counter-terrorism", "c#2 c#3"),
        ("counterterrorism", "c#2 c#3"),
        ("terrorist", "c#1"),
        ("terrorists", "c#1"),
        ('"carrot and stick"', "b#3"),
        ('"carrots and sticks"', "c#1"),
        ("carrot", "b#3 c#1"),
        ("erdogan", "d#1"),
        ("9/11", "d#1"),
        ("1000", "d#1"),
        ("1,000", "d#1"),
        ("27%", "d#1"),
        ("推荐", "d#2"),
        ("афганистан", "d#2"),
        ("who", "b#3"),
        ("nothinghere", ""),
        ("ISIS-Z", ""),
        ("", ""),
    ],
)
def test_words(texts: Engine, line: str, names: str) -> None:
    assert sorted(found(texts, line)) == names.split()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("taliban AND iskp", "b#1"),
        ("taliban AND isi", ""),
        ("taliban OR isi", "a#3 b#1"),
        ("isis -mosul", "a#1"),
        ("+isis mosul", "a#1 a#2"),
        ("+isis +mosul", "a#2"),
        ("-the -a", "a#2 a#3 c#1 c#3 d#1"),
        ("lost NEAR/0 mosul", "a#2"),
        ("isis NEAR/0 mosul", ""),
        ("isis NEAR/1 mosul", "a#2"),
        ("mosul NEAR/1 isis", "a#2"),
        ('"carrot stick"~1', "b#3"),
        ("terror*", "c#1 c#2 c#3"),
        ("qa?da", "c#1 c#2"),
        ("*kp", "b#1"),
        ("mosol~1", "a#2"),
        ("mosol~1 OR iskp", "a#2 b#1"),
        ("(isis OR isi) AND NOT mosul", "a#1 a#3"),
        ("NOT (isis OR isi OR the)", "c#1 c#2 c#3 d#1 d#2"),
        ('+"al qaeda" -carrots', "c#2"),
        ("isis AND NOT isis", ""),
    ],
)
def test_operators(texts: Engine, line: str, names: str) -> None:
    assert sorted(found(texts, line)) == names.split()


def test_title_and_heading_are_evidence_but_not_the_text(engine: Engine) -> None:
    put(
        engine,
        passage("a#1", "It grows.", title="Taliban rule", heading="Drone base"),
        passage("a#2", "Taliban rule.", title="Something"),
    )
    assert found(engine, "taliban") == ["a#2"]
    assert found(engine, '"taliban rule"') == ["a#2"]
    assert found(engine, "+taliban") == ["a#2"]
    assert found(engine, "taliban AND grows") == []
    assert found(engine, "title:taliban") == ["a#1"]
    assert found(engine, 'title:"taliban rule"') == ["a#1"]
    assert found(engine, "heading:drone") == ["a#1"]
    assert found(engine, "heading:taliban") == []
    assert sorted(found(engine, "drone")) == ["a#1"]


def test_a_word_in_the_title_counts_twice(engine: Engine) -> None:
    put(
        engine,
        passage("a#1", "one two three kabul", title="four"),
        passage("b#1", "one two three kabul", title="kabul"),
        passage("c#1", "x y z w", title="v"),
    )
    assert found(engine, "kabul") == ["b#1", "a#1"]


def test_metadata_filters(engine: Engine) -> None:
    put(
        engine,
        passage("a#1", "taliban"),
        author=("Ali Ahmad Jalali", "Jane Doe"),
        tag=("ISIS-K", "South Asia"),
        source=("The National Interest", "nationalinterest.org"),
        lang=("en",),
        path=("seeds/003.txt",),
        date=("2024-05-06",),
    )
    put(engine, passage("b#1", "taliban"), author=("Jane Roe",), date=("2025-01-01",), upto=2)
    assert found(engine, "taliban author:jalali") == ["a#1"]
    assert found(engine, 'author:"Ali Ahmad Jalali"') == ["a#1"]
    assert found(engine, 'author:"Jalali Jane"') == []
    assert found(engine, "author:j*") == ["a#1", "b#1"]
    assert found(engine, "author:jalaly~1") == ["a#1"]
    assert found(engine, "tag:ISIS-K") == ["a#1"]
    assert found(engine, "source:nationalinterest.org lang:en path:003.txt") == ["a#1"]
    assert found(engine, "taliban -author:jane") == []
    assert found(engine, "date:2024") == ["a#1"]
    assert found(engine, "date:2024-05..2024-05") == ["a#1"]
    assert found(engine, "date:..2024") == ["a#1"]
    assert found(engine, "taliban date:2024-06..") == ["b#1"]
    assert found(engine, "jalali") == []
    assert found(engine, "nothing author:jalali") == []


def test_the_better_comes_first_and_ties_go_by_id(engine: Engine) -> None:
    put(
        engine,
        *(passage(f"a#{n}", "same words here") for n in (10, 2, 1)),
        passage("b#1", "words words"),
    )
    assert found(engine, "words") == ["b#1", "a#1", "a#2", "a#10"]
    assert found(engine, "words", 2) == ["b#1", "a#1"]
    assert posed(engine, parse("words").query, 2).total == 4
    assert posed(engine, parse("words").query, 0).articles == ("b", "a")


def test_both_words_beat_one(texts: Engine) -> None:
    assert found(texts, "isis mosul")[0] == "a#2"
    assert found(texts, "counter terrorism")[0] in ("c#2", "c#3")


def test_a_word_typed_twice_counts_twice(engine: Engine) -> None:
    put(engine, passage("a#1", "kabul"), passage("b#1", "herat"))
    once = posed(engine, parse("kabul herat").query, 2).matches
    twice = posed(engine, parse("kabul kabul herat").query, 2).matches
    assert twice[0].passage == "a#1"
    assert twice[0].score == pytest.approx(2 * once[0].score, abs=1e-5)


def test_common_words_rank_only_where_there_is_nothing_else(texts: Engine) -> None:
    answer = posed(texts, parse("the isis").query, 10)
    assert {match.passage for match in answer.matches} == {"a#1", "a#2"}
    assert "ignored as too common to rank by: the" in answer.found.notes
    assert posed(texts, parse("the").query, 10).total == 4


def test_marks_and_what_is_lacking(texts: Engine) -> None:
    best = posed(texts, parse("isis mosul raqqa kabul").query, 1).matches[0]
    assert [(mark.position, mark.length, mark.why) for mark in best.marks] == [
        (0, 1, "word"),
        (2, 1, "word"),
        (4, 1, "word"),
        (6, 1, "word"),
    ]
    assert best.lacks == ("kabul",)


def test_what_is_excluded_is_neither_marked_nor_lacking(texts: Engine) -> None:
    best = posed(texts, parse("isis -kabul NOT raqqa").query, 1).matches[0]
    assert best.passage == "a#1"
    assert best.lacks == ()
    assert len(best.marks) == 1


def test_capitals_that_do_not_occur_are_read_as_a_word_and_that_is_said(texts: Engine) -> None:
    answer = posed(texts, parse("MOSUL").query, 1)
    assert answer.total == 1
    assert answer.found.notes == ("MOSUL does not occur in capitals and was read as mosul",)


def test_exact_is_what_was_verified(texts: Engine) -> None:
    node = Exact("ISIS lost")
    query = parse('exact:"ISIS lost"').query
    assert posed(texts, query, 9, {node: frozenset({"a#2"})}).total == 1
    assert posed(texts, query, 9, {node: frozenset()}).total == 0


class ChangeNumbers:
    """A store of which only the number of the last change is known."""

    def __init__(self, last: int) -> None:
        self._last = last

    def last_change(self) -> int:
        return self._last

    def count_changes(self, after: int) -> int:
        return max(self._last - after, 0)

    def changes(self, after: int) -> Sequence[Change]:
        raise NotImplementedError


def lag_of(engine: Engine, last: int) -> Lag:
    """Return the lag of an engine behind a store with so many changes, before and after opening."""
    log = ChangeNumbers(last)
    assert current(engine).lag(log) == engine.lag(log)
    return engine.lag(log)


def test_replace_and_remove(texts: Engine) -> None:
    with texts.writer(2) as writer:
        writer.remove("a")
        fill(writer, passage("a#1", "Now about Herat."))
        writer.remove("b")
        writer.remove("unknown")
    assert found(texts, "isis") == []
    assert found(texts, "herat") == ["a#1"]
    assert found(texts, "taliban") == []
    assert posed(texts, parse("-zzz").query, 0).total == 6
    assert lag_of(texts, 2) == Lag(0, is_ahead=False, must_be_rebuilt=False)


def test_a_failed_transaction_leaves_everything_as_it_was(texts: Engine) -> None:
    with pytest.raises(ZeroDivisionError), texts.writer(2) as writer:
        writer.remove("a")
        fill(writer, passage("e#1", "Herat"))
        raise ZeroDivisionError
    assert found(texts, "herat") == []
    assert sorted(found(texts, "isis")) == ["a#1", "a#2"]
    assert lag_of(texts, 2) == Lag(1, is_ahead=False, must_be_rebuilt=False)
    put(texts, passage("e#1", "Herat"), upto=2)
    assert found(texts, "herat") == ["e#1"]


def test_a_fresh_transaction_replaces_all(texts: Engine) -> None:
    with texts.writer(9, fresh=True) as writer:
        fill(writer, passage("z#1", "Herat"))
    assert posed(texts, parse("-zzz").query, 0).total == 1
    assert lag_of(texts, 2) == Lag(0, is_ahead=True, must_be_rebuilt=True)


def test_the_vocabulary_has_the_words_as_written(texts: Engine) -> None:
    before = current(texts)
    assert list(before.words("terr")) == ["terror", "terrorism", "terrorists"]
    assert not any(word.startswith("=") for word in before.words(""))
    assert before.frequencies(["terrorism", "=isis", "nosuchword"]) == [2, 2, 0]
    assert sorted(before.similar("terorism", 1, "t")) == [(1, "terrorism")]
    assert list(before.similar("terorism", 1, "s")) == []
    with texts.writer(2) as writer:
        writer.remove("c")
    after = current(texts)
    assert after.frequencies(["terrorism"]) == [0]
    assert list(after.words("terr")) == []
    assert before.frequencies(["terrorism"]) == [2]
    assert found(texts, "TERRORISM") == []


def test_the_answer_does_not_depend_on_the_order_of_writing(engine: Engine) -> None:
    articles = [[passage(f"{name}#{n}", TEXTS[f"{name}#{n}"]) for n in (1, 2)] for name in "abcd"]
    for upto, held in enumerate(reversed(articles), 1):
        put(engine, *held, upto=upto)
    apart = posed(engine, parse("isis terrorism taliban us").query, 20)
    with engine.writer(99, fresh=True) as writer:
        for held in articles:
            fill(writer, *held)
    assert posed(engine, parse("isis terrorism taliban us").query, 20) == apart


def test_passages_without_a_word_to_rank_by(engine: Engine) -> None:
    put(engine, passage("a#1", "the"))
    put(engine, passage("b#1", "kabul"), passage("c#1", "of it"), upto=2)
    assert found(engine, "the") == ["a#1"]
    assert found(engine, "kabul") == ["b#1"]


@pytest.mark.parametrize("line", ["path:*.txt", "path:zz*", "source:z*", "source:zzzz~1"])
def test_the_time_ends_while_terms_are_compared(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    many = tuple(f"zz{n}.txt" for n in range(5_000))
    put(engine, passage("a#1", "Kabul"), file=many, source=many)
    compared: list[str] = []

    def compare(*values: object) -> bool:
        compared.append(str(values[-1]))
        return False

    monkeypatch.setattr(wildcards, "glob", lambda _: compare)
    monkeypatch.setattr(wildcards, "matches", compare)
    monkeypatch.setattr(wildcards, "terms_within", lambda _, terms, __: filter(compare, terms))
    monkeypatch.setattr(clock, "monotonic", lambda: len(compared))
    index = current(engine)
    candidates = index.match(plan_query(parse(line).query, index, {}), clock.Clock(100))
    assert candidates.counts.partial
    assert 100 < len(compared) < 2_000
