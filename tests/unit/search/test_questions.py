"""What of a question is searched."""

import pytest

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.query.nodes import unparse
from corpus_cli.query.parse import parse
from corpus_cli.search.counts import count_within
from corpus_cli.search.question_words import WithoutQuestionWords, drop_question_words
from corpus_cli.text.data import listed
from tests.engine.asking import current
from tests.engine.conftest import passage, put


@pytest.fixture(scope="module")
def engine() -> MemoryEngine:
    made = MemoryEngine()
    texts = ["Terrorist attacks on the border", "What Kurilla said of drones", "A weekly report"]
    put(made, *(passage(f"a#{n}", text) for n, text in enumerate(texts)))
    return made


def asked(
    line: str, engine: MemoryEngine, *, literal: bool = False, seconds: float = 0
) -> WithoutQuestionWords:
    counted = count_within(current(engine), Clock(seconds), {})
    return drop_question_words(parse(line, literal=literal).query, line, counted, literal=literal)


@pytest.mark.parametrize(
    ("line", "searched", "left"),
    [
        ("what did Kurilla say about ISIS-K?", "Kurilla ISIS-K", "what, did, say, about"),
        ("What’s known of drones", "drones", "What’s, known, of"),
        ("Tell me about the border", "border", "Tell, me, about, the"),
        ("find articles about drones", "drones", "find, articles, about"),
        ("Kurilla says drones ?", "Kurilla drones", "says"),
        ("who said “drones”?", '"drones"', "who, said"),
        ("what did author:Hussain say on drones", "author:Hussain drones", "what, did, say, on"),
        ("any information on drones", "drones", "any, information, on"),
        ("show me everything about drones", "drones", "show, me, everything, about"),
        ("articles on Kurilla", "Kurilla", "articles, on"),
        ("I need information about drones", "drones", "I, need, information, about"),
        ("what can you tell me about the border", "border", "what, can, you, tell, me, about"),
        ("what did Kurilla tell Congress", "Kurilla Congress", "what, did, tell"),
        ("what happened in Tell Abyad", "Tell Abyad", "what, happened, in"),
        ("who attacks whom and claims responsibility", "attacks claims responsibility", "who, "),
    ],
)
def test_of_a_question_its_matter_is_searched(
    line: str, searched: str, left: str, engine: MemoryEngine
) -> None:
    found = asked(line, engine)
    assert unparse(found.query) == searched
    (note,) = found.notes
    assert note.startswith(f"the query was read as a question, without these words: {left}")


@pytest.mark.parametrize(
    "line",
    [
        "say",
        "report on drones",
        "weekly report",
        "show of force said",
        "list of reports",
        '"what did he say?"',
        "WHO report said",
        "Tell Abyad",
        "Show Me State voters",
        "tell abyad",
        "IS said",
        "path:what? report",
        "report path:repor?",
        "what happened?",
        "what did they say",
        "who said -Kurilla",
        "ISIS-K?",
        "to be or not to be?",
        "",
        "?",
    ],
)
def test_what_is_no_question_or_nothing_else_stays(line: str, engine: MemoryEngine) -> None:
    query = parse(line).query
    assert asked(line, engine) == WithoutQuestionWords(query)


def test_what_is_signed_quoted_or_a_name_by_its_capital_is_no_request(
    engine: MemoryEngine,
) -> None:
    found = asked('did the Reports +say "told" title:said?', engine)
    assert unparse(found.query) == 'Reports +say "told" title:said'


def test_a_literal_line_may_be_a_question(engine: MemoryEngine) -> None:
    assert unparse(asked("did -Kurilla say?", engine, literal=True).query) == "Kurilla"


@pytest.mark.parametrize(
    ("line", "searched"),
    [
        ("terroris?", "terroris?"),
        ("terroris? border", "terroris? border"),
        ("border?", "border"),
        ("what?", "what"),
        ("Kurila?", "Kurila"),
        ("what about terroris?", "terroris"),
    ],
)
def test_a_mark_is_a_letter_where_only_that_finds_anything(
    line: str, searched: str, engine: MemoryEngine
) -> None:
    found = asked(line, engine)
    assert unparse(found.query) == searched
    assert ("was read as a pattern" in " ".join(found.notes)) == ("?" in searched)
    assert unparse(asked(line, engine, literal=True).query) == searched.replace("?", "")


def test_without_time_a_mark_is_punctuation(engine: MemoryEngine) -> None:
    assert unparse(asked("terroris?", engine, seconds=1e-9).query) == "terroris"


def test_the_lists_leave_alone_what_news_is_about() -> None:
    matter = {"attack", "claim", "responsibility", "find", "list", "show", "will", "may", "think"}
    assert not matter & (listed("openings.txt") | listed("requests.txt"))
