"""Forms that the words around them make another name, and family names of several people."""

import pytest

from corpus_cli.engines.other_names import is_named_after, is_other_name, means_own_bearer
from corpus_cli.engines.port import Engine
from corpus_cli.model import Name, Passage
from corpus_cli.names.lookup import NameLookup, compile_names
from corpus_cli.names.merge import merge_packs
from corpus_cli.names.packs import parse_pack
from corpus_cli.query.nodes import Bag, Mention, Must
from corpus_cli.search.expand import build_mention
from tests.engine.asking import mentions, posed
from tests.engine.conftest import passage, put
from tests.engine.mention_checks import check_mentions, index_of, write

PEOPLE = """
["Tomas Reed"]
kind = "person"
forms = ["Tom Reed"]
short = ["Reed"]
["Kal Voro"]
kind = "person"
short = ["Voro", "Kal"]
["Mira Voro"]
kind = "person"
short = ["Voro"]
["Ude Kal"]
kind = "person"
forms = ["Kal Ude Ramo"]
["Kim Ra Ul"]
kind = "person"
short = ["Kim"]
["Sons of Lom"]
kind = "group"
["Lom Valley"]
"""
BOOK = NameLookup(compile_names(merge_packs(parse_pack(PEOPLE, "test", "test").entries), ""))


def node(form: str, typed: str = "") -> Mention:
    (meaning, *_) = BOOK.meanings(form)
    return build_mention(BOOK, meaning.name, typed, meaning.role)


def counted(engine: Engine, form: str, *texts: str, title: str = "") -> list[int]:
    """Count the mentions of a name in each passage of one article; compare with the index."""
    stored = [passage(f"a#{n}", text, title=title) for n, text in enumerate(texts)]
    write(engine, stored, BOOK.table(), "a")
    check_mentions(index_of(engine), BOOK)
    found = mentions(engine, node(form))
    return [found.get(one.id, 0) for one in stored]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Tomas Reed left, and Reed said so", 2),
        ("Tomas Reed left, and Secretary Reed said so", 2),
        ("Tomas Reed left. Yesterday Reed came, but Reed was late", 3),
        ("Tomas Reed left with his sister Anna Reed", 1),
        ("Tomas Reed left with his cousin Omar al-Reed", 1),
        ("Tom Reed is Tomas Reed, not Tom Reed Street", 2),
    ],
)
def test_a_given_name_of_nobody_listed_makes_another_person(
    engine: Engine, text: str, count: int
) -> None:
    assert counted(engine, "Tomas Reed", text) == [count]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Kim Ra Ul left, and Kim said so", 2),
        ("Kim Ra Ul left with his sister Kim Yo-jong, and Kim said so", 2),
        ("Kim Ra Ul left with his uncle Kim Kyong Hui", 1),
        ("Kim Ra Ul left with Kim Xijin", 1),
        ("Kim Ra Ul left. Kim won a song contest", 2),
    ],
)
def test_a_given_name_after_a_family_name_makes_another_person(
    engine: Engine, text: str, count: int
) -> None:
    assert counted(engine, "Kim Ra Ul", text) == [count]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("They met at Tomas Reed International Airport, and Reed was not there", 0),
        ("Tomas Reed came to the Reed Foundation", 1),
        ("Tomas Reed opened the Reed National Children Hospital", 1),
        ("Tomas Reed and the hospital; Reed in the foundation", 2),
        ("Tomas Reed spoke, Reed building his case", 2),
        ("Tomas Reed spoke in the Tomas Reed Building", 1),
    ],
)
def test_what_is_named_after_a_person_is_another_name(
    engine: Engine, text: str, count: int
) -> None:
    assert counted(engine, "Tomas Reed", text) == [count]


def test_only_people_have_things_named_after_them(engine: Engine) -> None:
    assert counted(
        engine, "Lom Valley", "The Lom Valley Foundation, in a different Lom Valley"
    ) == [2]


def test_a_different_group_has_the_same_name(engine: Engine) -> None:
    texts = ("The Sons of Lom fell", "A different Sons of Lom rose", "Three different Sons of Lom")
    assert counted(engine, "Sons of Lom", *texts) == [1, 0, 1]


def test_a_family_name_means_the_bearer_named_most_often(engine: Engine) -> None:
    texts = ("Mira Voro met Kal Voro", "Voro laughed", "Then Mira Voro and Voro left")
    assert counted(engine, "Mira Voro", *texts) == [1, 1, 2]
    assert counted(engine, "Kal Voro", *texts) == [1, 0, 0]


def test_of_equals_a_family_name_means_the_first(engine: Engine) -> None:
    texts = ("Kal Voro met Mira Voro", "Voro laughed")
    assert counted(engine, "Kal Voro", *texts) == [1, 1]
    assert counted(engine, "Mira Voro", *texts) == [1, 0]
    # The title comes before the text.
    assert counted(engine, "Mira Voro", *texts, title="On Mira Voro") == [1, 1]
    assert counted(engine, "Kal Voro", *texts, title="On Mira Voro") == [1, 0]


def test_the_title_counts_once_however_many_passages_have_it(engine: Engine) -> None:
    texts = ("Kal Voro", "Kal Voro", "Kal Voro", "Voro laughed", "It rained", "It snowed")
    assert counted(engine, "Kal Voro", *texts, title="On Mira Voro") == [1, 1, 1, 1, 0, 0]


def test_what_is_named_after_a_bearer_is_no_bearer(engine: Engine) -> None:
    texts = ("Kal Voro spoke in Mira Voro Square, near Mira Voro Avenue", "Mira Voro Hall", "Voro")
    assert counted(engine, "Kal Voro", *texts) == [1, 0, 1]


def test_a_given_name_is_not_the_family_name_of_another(engine: Engine) -> None:
    assert counted(engine, "Kal Voro", "Mira Voro, Mira Voro, Kal Voro and Kal") == [2]
    # Kal is the family name of Ude Kal, but Kal Ude Ramo is no other Kal.
    assert counted(engine, "Kal Voro", "Ude Kal, Ude Kal, Ude Kal, Kal Voro and Kal") == [1]


def test_what_is_typed_matches_last_where_it_is_another_name(engine: Engine) -> None:
    texts = {"a#1": "Tomas Reed left", "b#1": "The Reed Foundation gave", "c#1": "Anna Reed sang"}
    stored = [passage(name, text) for name, text in texts.items()]
    put(engine, *stored)

    def ask(mention: Mention) -> list[tuple[str, set[str], float]]:
        return [
            (match.passage, {mark.why for mark in match.marks}, match.score)
            for match in posed(engine, Bag((Must(mention),)), 9).matches
        ]

    at_query_time = ask(node("Reed", "Reed"))
    assert {name: why for name, why, _ in at_query_time} == {
        "a#1": {"name:Tomas Reed"},
        "b#1": {"word"},
        "c#1": {"word"},
    }
    assert at_query_time[0][0] == "a#1"
    write(engine, stored, BOOK.table(), "abc")
    assert ask(node("Reed", "Reed")._replace(is_indexed=True)) == at_query_time


def test_a_name_that_becomes_a_person_is_found_again(engine: Engine) -> None:
    def book(kind: str) -> NameLookup:
        names = [Name("Lom Reed", kind, ("Lom Reed",), ("Reed",)), Name("Oz", "", ("Oz", "Ozz"))]
        return NameLookup(compile_names(names, ""))

    stored: list[Passage] = [passage("a#1", "Lom Reed in Reed Square, Oz")]
    write(engine, stored, book("").table(), "a")
    assert check_mentions(index_of(engine), book("")) == 3
    write(engine, stored, book("person").table())
    assert check_mentions(index_of(engine), book("person")) == 2


def test_words_between_lead_to_what_is_named() -> None:
    def around(*words: str) -> dict[int, str]:
        return dict(enumerate(words, 1))

    assert is_named_after(1, 1, around("international", "airport"))
    assert is_named_after(1, 1, around("memorial", "national", "library"))
    assert not is_named_after(1, 1, around("national", "memorial", "national", "library"))
    assert not is_named_after(1, 1, {2: "airport"})
    assert not is_named_after(1, 1, around("building"))
    assert is_named_after(1, 2, around("building"))


def test_a_given_name_of_the_person_is_no_other() -> None:
    def is_other(before: str) -> bool:
        return is_other_name(5, ["reed"], {"maria", "reed"}, "person", {4: before})

    assert is_other("anna")
    assert not is_other("maria")
    assert not is_other("airport")


def test_the_first_bearer_counts_once_more() -> None:
    assert means_own_bearer([(0, 1)], [[(0, 5), (0, 9)]])
    assert not means_own_bearer([(0, 1)], [[(0, 5), (0, 7), (0, 9)]])
    assert not means_own_bearer([(0, 6), (0, 9)], [[(0, 5)]])
    assert means_own_bearer([(0, 6), (0, 7), (0, 9)], [[(0, 5)]])
    assert means_own_bearer([(0, 6)], [])
    assert not means_own_bearer([], [[(0, 5)]])
