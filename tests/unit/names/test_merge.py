"""Who has which form."""

from collections.abc import Sequence

import pytest

from corpus_cli.model import Definition, Name
from corpus_cli.names.lookup import NameLookup, compile_names, revise_names
from corpus_cli.names.merge import merge_corpus_names, merge_packs
from corpus_cli.names.packs import NameEntry, parse_pack
from corpus_cli.names.senses import group_senses, is_same_name

PACK = """
["Front of the North"]
kind = "group"
forms = ["FN", "North Front"]
short = ["FNO"]
["Radio Free Plain"]
forms = ["RFP"]
["Riverland"]
kind = "state"
adjectives = ["Riverlander"]
["Riverland Workers Party"]
forms = ["RWP"]
"""


def book(
    *explained: tuple[str, str, str], own: str = "", copies: Sequence[str] = ()
) -> dict[str, Name]:
    """The names by canonical form, of a pack, definitions (article, short, long), and a file."""
    base = compile_names(merge_packs(parse_pack(PACK, "pack", "pack").entries), "")
    definitions = [(article, Definition(short, long, 1)) for article, short, long in explained]
    mined = group_senses(definitions, [copies] if copies else [])
    changes = merge_corpus_names(
        NameLookup(base), mined, parse_pack(own, "names.toml", "own").entries
    )
    revise_names(base, changes, "")
    return {name.canonical: name for name in NameLookup(base)}


def test_what_is_mined_joins_the_name_it_is_close_to() -> None:
    held = book(("a", "F.N.", "Front of the Nord"))
    assert set(held) == set(book())
    assert held["Front of the North"].forms == (
        "Front of the North",
        "FN",
        "North Front",
        "Front of the Nord",
    )
    assert held["Front of the North"].origin == "pack"


def everywhere(short: str, long: str) -> list[tuple[str, str, str]]:
    """What three articles explain alike."""
    return [(article, short, long) for article in "abc"]


def test_a_new_abbreviation_of_a_known_name() -> None:
    name = book(*everywhere("NFT", "North Front"))["Front of the North"]
    assert ("NFT" in name.forms, name.local) == (True, ())
    name = book(("a", "NFT", "North Front"))["Front of the North"]
    assert ("NFT" in name.forms, name.short, name.local) == (False, ("FNO", "NFT"), ("NFT",))


def test_what_is_mined_and_new() -> None:
    made = book(*everywhere("LLK", "Long Lake Kings"))["Long Lake Kings"]
    assert (made.forms, made.short, made.origin) == (("Long Lake Kings", "LLK"), (), "mined")


def test_what_few_articles_explain_needs_the_long_form() -> None:
    for few in (1, 2):
        name = book(*everywhere("LLK", "Long Lake Kings")[:few])["Long Lake Kings"]
        assert (name.forms, name.short, name.local) == (("Long Lake Kings",), ("LLK",), ("LLK",))


def test_several_places_of_an_article_are_one() -> None:
    explained = [
        ("a", "LLK", long) for long in ("Long Lake Kings", "Long Lake King", "Long Lakes K")
    ]
    assert book(*explained)["Long Lake King"].local == ("LLK",)


def test_near_copies_count_once() -> None:
    explained = everywhere("LLK", "Long Lake Kings")
    assert book(*explained, copies=["b", "c"])["Long Lake Kings"].local == ("LLK",)
    more = ("d", "LLK", "Long Lake Kings")
    assert book(*explained, more, copies=["b", "c"])["Long Lake Kings"].local == ()


def test_what_one_article_explains_otherwise_means_neither_elsewhere() -> None:
    held = book(*everywhere("LLK", "Long Lake Kings"), ("d", "LLK", "Lower Lenten Kitchen"))
    assert held["Long Lake Kings"].local == held["Lower Lenten Kitchen"].local == ("LLK",)


def test_a_short_form_of_a_pack_stays_one_that_is_meant_alone() -> None:
    assert book(("a", "FNO", "Front of the North"))["Front of the North"].short == ("FNO",)
    assert book(("a", "FNO", "Front of the North"))["Front of the North"].local == ()


def test_the_user_may_make_a_form_of_it() -> None:
    for field in ("forms", "short"):
        own = f'["Long Lake Kings"]\n{field} = ["LLK"]'
        name = book(("a", "LLK", "Long Lake Kings"), own=own)["Long Lake Kings"]
        assert ("LLK" in getattr(name, field), name.local) == (True, ())


def test_two_senses_are_kept_apart() -> None:
    held = book(("a", "LLK", "Long Lake Kings"), ("b", "LLK", "Lower Lenten Kitchen"))
    for name in ("Long Lake Kings", "Lower Lenten Kitchen"):
        assert held[name].forms == (name,)
        assert held[name].short == ("LLK",)


def test_a_shipped_form_is_another_s_only_where_that_is_said() -> None:
    held = book(("a", "RFP", "Rural Farming Plan"))
    assert held["Radio Free Plain"].forms == ("Radio Free Plain", "RFP")
    assert held["Radio Free Plain"].elsewhere == (("=rfp", ("a",)),)
    assert held["Rural Farming Plan"].short == ("RFP",)


def test_the_user_s_word_wins() -> None:
    held = book(own='["Farmers"]\nforms = ["RFP"]')
    assert held["Farmers"].forms == ("Farmers", "RFP")
    assert held["Radio Free Plain"].forms == ("Radio Free Plain",)


def test_the_user_adds_takes_away_and_turns_off() -> None:
    held = book(
        own='["front of the north"]\nforms = ["Nordfront"]\nwithout = ["FN"]\n["Riverland"]\noff = true'
    )
    name = held["front of the north"]
    assert name.forms == ("front of the north", "North Front", "Nordfront")
    assert (name.kind, name.origin) == ("group", "names.toml")
    assert "Riverland" not in held


def test_two_names_of_one_source_share() -> None:
    held = book(own='["One"]\nforms = ["Both"]\n["Two"]\nforms = ["Both"]')
    assert (held["One"].forms, held["One"].short) == (("One",), ("Both",))
    assert (held["Two"].forms, held["Two"].short) == (("Two",), ("Both",))


def test_longer_names_are_known_from_both_sides() -> None:
    base = compile_names(merge_packs(parse_pack(PACK, "pack", "pack").entries), "")
    revise_names(
        base,
        merge_corpus_names(
            NameLookup(base),
            [],
            parse_pack('["Free Riverland Movement"]\nforms = ["FRM"]', "own", "own").entries,
        ),
        "",
    )
    held = NameLookup(base)
    (meaning,) = held.meanings("Riverland")
    assert held.longer_forms(meaning.name) == ("free riverland movement", "riverland workers party")


def test_an_entry_alone_is_a_name() -> None:
    (name,) = merge_packs([NameEntry(Name("A B", forms=("A B", "AB")))])
    assert name.forms == ("A B", "AB")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Tahreek e Taliban Pakistan", "Tehreek-e-Taliban Pakistan"),
        ("Baluch Liberation Army", "Baluchistan Liberation Army"),
        ("Centre for Disease Control", "Centers for Disease Control and Prevention"),
        ("Organization of Islamic Cooperation", "Organisation of Islamic Cooperation"),
    ],
)
def test_alike(left: str, right: str) -> None:
    assert is_same_name(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("National Security Agency", "national security adviser"),
        ("Citizenship Amendment Act", "Civil Aviation Authority"),
        ("First Information Report", "flight information region"),
    ],
)
def test_not_alike(left: str, right: str) -> None:
    assert not is_same_name(left, right)
