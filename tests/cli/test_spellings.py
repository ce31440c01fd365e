"""Spellings that no list has: from the command line."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.conftest import article, change_store

TEXTS = {
    "one": "The guards of Ruslan Turchinov left Donetsk for Kramatorsk with Arsen Avakov",
    "two": "The guards of Ruslan Turchynov left Donetsk for Kramatorsk with Arsen Avakov",
    "three": "In the evening Zarina Mukhametova spoke in Almaty about rivers",
    "four": "In the evening Carla Kerry spoke in Boston about the price of wheat",
    "five": "The trial of Qassim Doraniyev and Dzhokhar Turkayev began in Lower Grozna",
    "seven": "A speech of Viktor Lanovych, or Viktor Lanovich, on grain and bread",
    "six": "The farmer Kassem Lubo of Grozna grows wheat and rye; Kassem is content",
}
NAMES = """
["Kassem Lubo"]
kind = "person"
short = ["Kassem"]
["Viktor Lanovych"]
kind = "person"
forms = ["Viktor Lanovich"]
short = ["Lanovych", "Lanovich"]
["Grozna"]
forms = ["Djohar"]
"""


@pytest.fixture(autouse=True)
def texts(run: Run) -> None:
    Path("texts").mkdir()
    for name, text in TEXTS.items():
        Path("texts", f"{name}.txt").write_text(article(text), "utf-8")
    Path("names.toml").write_text(NAMES, "utf-8")
    assert run("ingest", "texts").code == 0


def parsed(run: Run, *line: str) -> Any:
    return json.loads(run(*line, "--json").out)


def found(run: Run, *line: str) -> list[str]:
    return [Path(hit["path"]).stem for hit in parsed(run, "search", *line)["hits"]]


def test_a_word_finds_its_other_spelling_and_says_so(run: Run) -> None:
    assert found(run, "Turchinov") == ["one", "two"]
    assert found(run, "Turchynov") == ["two", "one"]
    ran = run("search", "Turchinov")
    assert "corpus: Turchinov, also Turchynov" in ran.err
    expanded = parsed(run, "search", "Turchinov")["expanded"]
    assert expanded == [
        {
            "typed": "Turchinov",
            "name": "Turchinov",
            "origin": "spelling",
            "forms": [{"form": "Turchynov", "passages": 1}],
            "articles": 0,
        }
    ]


def test_facets_count_what_a_search_finds(run: Run) -> None:
    read_as_one = run("facets", "Zarina Muhametova", "--by", "lang", "--json")
    assert "it was read as Zarina Mukhametova" in read_as_one.err
    assert json.loads(read_as_one.out)["total"] == 1
    assert "it was read as" not in run("facets", "Zarina Muhametova", "--no-suggest").err
    # Only a suggestion finds something for this word: it counts as not found in both.
    suggested = run("search", "Muhkamedova")
    assert "Mukhametova" in suggested.out
    assert suggested.code == run("facets", "Muhkamedova").code == 1
    assert run("search", "Turchinov", "-c").out == "2\n"
    assert parsed(run, "facets", "Turchinov", "--by", "lang")["total"] == 2


@pytest.mark.parametrize("typed", ["Kassem Doraniyew", "Djohar Turkayev", "Djohar Turkajew"])
def test_a_listed_form_may_be_part_of_another_name(run: Run, typed: str) -> None:
    assert found(run, typed) == ["five"]
    assert f"no passage contains {typed}; it was read as" in run("search", typed).err


@pytest.mark.parametrize("typed", ["Kassem Lubo", "Grozna wheat", "Djohar", "Kassem wheat"])
def test_a_listed_form_beside_another_word_stays(run: Run, typed: str) -> None:
    assert "it was read as" not in run("search", typed).err


def test_two_spellings_of_one_name_are_no_rivals(run: Run) -> None:
    assert "it was read as Lanovich" in run("search", "Lanowitsch").err


@pytest.mark.parametrize("switch", ["--no-suggest", "--no-names"])
def test_it_can_be_switched_off(run: Run, switch: str) -> None:
    assert found(run, "Turchinov", switch) == ["one"]
    assert parsed(run, "search", "Turchinov", switch)["expanded"] == []


def test_quotations_and_exclusions_are_as_typed(run: Run) -> None:
    assert found(run, '"Turchinov"') == ["one"]
    assert found(run, "guards", "-Turchinov") == ["two"]


def test_a_required_word_may_be_spelt_otherwise(run: Run) -> None:
    assert sorted(found(run, "+Turchinov", "+guards")) == ["one", "two"]


@pytest.mark.parametrize("typed", ["Sarina Muhametova", "zareena muhametova", "Mukhammetova"])
def test_a_name_that_no_passage_contains_is_read_as_the_one_of_the_corpus(
    run: Run, typed: str
) -> None:
    ran = run("search", typed)
    assert ran.code == 0
    assert f"no passage contains {typed}; it was read as" in ran.err
    assert found(run, typed) == ["three"]


def test_short_words_and_ordinary_words_are_no_names(run: Run) -> None:
    assert run("search", "kerri").code == 1
    assert parsed(run, "search", "rivars")["suggested"] == [
        {"typed": "rivars", "instead": "rivers"}
    ]
    assert parsed(run, "search", "Rivars")["suggested"] == []


def test_show_explains_a_spelling(run: Run) -> None:
    (row,) = parsed(run, "names", "show", "Turchinov")["names"]
    (spelling,) = row["spellings"]
    assert (spelling["form"], spelling["searched"]) == ("Turchynov", True)
    assert "Donetsk" in spelling["companions"]
    plain = run("names", "show", "Turchinov").out
    assert "spelling\tTurchynov\tsearched for too\tdifference 0.05, company" in plain
    assert (
        run("names", "show", "Almaty").code != 0
        or "spelling" not in run("names", "show", "Almaty").out
    )


def test_two_words_can_be_kept_apart(run: Run) -> None:
    assert run("names", "remove", "Turchinov", "Turchynov").code == 0
    assert found(run, "Turchinov") == ["one"]
    assert found(run, "Turchynov") == ["two"]
    assert 'without = ["Turchynov"]' in Path("names.toml").read_text("utf-8")
    ran = run("names", "remove", "Turchynov", "Kerry")
    assert ran.code == 2
    assert "no name has the form Turchynov" in ran.err


def test_a_removed_article_takes_its_spelling_away(run: Run) -> None:
    assert run("remove", "texts/two.txt").code == 0
    assert found(run, "Turchinov") == ["one"]
    assert parsed(run, "search", "Turchinov")["expanded"] == []


def test_an_upgraded_corpus_knows_spellings(run: Run) -> None:
    with closing(change_store(Path("index"))) as store:
        for table in (
            *("name_words", "name_word_articles", "spelling_keys", "spelling_pairs"),
            *("saved_searches", "consumers", "seen", "annotations", "annotation_tags"),
        ):
            store.execute(f"DROP TABLE {table}")
        store.execute("PRAGMA user_version = 4")
    assert found(run, "Turchinov") == ["one"]
    unknown = run("search", "Mukhammetova")
    assert (unknown.code, "no passage contains Mukhammetova" in unknown.err) == (1, True)
    assert run("names", "show", "Turchinov").code == 2
    assert run("names", "suggest").code == 1
    assert run("reindex").code == 0
    assert found(run, "Turchinov") == ["one", "two"]


def test_many_hyphens_take_no_long_time(run: Run) -> None:
    words = "-".join(["Turchinof", "Donetzk", "Kramatorzk", "Avakof"] * 5)
    assert run("search", f"{words} {words} {words}").code == 1
