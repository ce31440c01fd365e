"""Files of names."""

import re
import tomllib
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from corpus_cli.errors import UsageError
from corpus_cli.names import packs
from corpus_cli.text.tokenise import exact, key

SHIPPED = [
    entry
    for path in sorted(packs.FOLDER.glob("*.toml"))
    for entry in packs.read_pack(path, path.stem).entries
]


def test_two_packs_come_along() -> None:
    assert sorted(path.stem for path in packs.FOLDER.glob("*.toml")) == ["security", "world"]
    assert len(SHIPPED) >= 3_900


def test_the_packs_have_every_kind_of_name_that_the_documentation_lists() -> None:
    counts = Counter(entry.name.kind for entry in SHIPPED)
    for kind in ("people", "faith", "language", "place", "territory", "ministry", "court"):
        assert counts[kind] >= 15, kind


def test_every_shipped_name_has_a_kind_and_nothing_of_a_user_s() -> None:
    for entry in SHIPPED:
        assert entry.name.kind, entry.name.canonical
        assert not entry.without
        assert not entry.off


def test_no_form_is_of_two_names() -> None:
    """What two share is short in both."""
    held = defaultdict(set)
    for entry in SHIPPED:
        for form in entry.name.forms:
            held[exact(form)].add(entry.name.canonical)
    assert {form: names for form, names in held.items() if len(names) > 1} == {}


def test_a_shared_short_form_is_noted() -> None:
    held = defaultdict(list)
    for entry in SHIPPED:
        for form in set(map(exact, entry.name.short)):
            held[form].append(entry.name)
    shared = [name for names in held.values() if len(names) > 1 for name in names]
    assert {name.canonical for name in shared if not name.note} == set()


MOST_ALTERNATIVES = 48
"""The most forms that one with braces may stand for: more are products that nobody writes."""

REPEATED = {"abdullah", "gorom", "mai", "mayi", "t", "tawi", "tongo", "zam"}
"""The words that follow themselves in names that people write, as in `Mai-Mai`."""

ARTICLES = {"ad", "al", "an", "ar", "as", "ash", "at", "az", "e", "ed", "el", "i", "ud", "ul"}


def describe_oddity(form: str) -> str:
    """What makes a form one that a product of alternatives makes and nobody writes, else empty."""
    if re.search(r"(?<!\w)-|-(?!\w)", re.sub("['.]", "", form)):
        return "a hyphen that does not join two words"
    words = key(form).split(" ")
    pairs = list(pairwise(words))
    if any(first == second and first not in REPEATED for first, second in pairs):
        return "a word twice in a row"
    if any({first, second} <= ARTICLES for first, second in pairs):
        return "two articles in a row"
    return ""


@pytest.mark.parametrize(
    ("form", "oddity"),
    [
        ("Lashkar--Tayaba", "a hyphen that does not join two words"),
        ("Ahl as- Sunna", "a hyphen that does not join two words"),
        ("-e-Adl", "a hyphen that does not join two words"),
        ("Shuja Shuja Pasha", "a word twice in a row"),
        ("Asaib Ahl-e al-Haq", "two articles in a row"),
        ("Jama'at-ul-Ahrar", ""),
        ("Mai-Mai", ""),
        ("Ra's al-'Ayn", ""),
    ],
)
def test_oddities(form: str, oddity: str) -> None:
    assert describe_oddity(form) == oddity


def test_no_shipped_form_is_one_that_nobody_writes() -> None:
    oddities = {
        form: oddity
        for entry in SHIPPED
        for form in (*entry.name.forms, *entry.name.short, *entry.name.adjectives)
        if (oddity := describe_oddity(form))
    }
    assert oddities == {}


def test_no_shipped_form_stands_for_many() -> None:
    for path in packs.FOLDER.glob("*.toml"):
        for table in tomllib.loads(path.read_text("utf-8")).values():
            for form in (*table.get("forms", ()), *table.get("short", ())):
                assert len([*packs.expand_braces(form)]) <= MOST_ALTERNATIVES, form


def test_alternatives() -> None:
    assert list(packs.expand_braces("{Baloch,Baluch} Army")) == ["Baloch Army", "Baluch Army"]
    assert list(packs.expand_braces("a {,b }c{d,e}")) == ["a cd", "a ce", "a b cd", "a b ce"]
    assert list(packs.expand_braces("a {b")) == ["a {b"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "is not valid TOML"),
        ('["A"]\nforms = "B"', "forms has to be a list"),
        ('["A"]\nforms = [1]', "forms has to be a list"),
        ('["A"]\nform = ["B"]', "there is no field form"),
        ('["A"]\noff = "yes"', "off has to be true or false"),
        ('["A"]\nforms = ["..."]', "has no letter or digit"),
        ('["—"]\nforms = ["B"]', "has no letter or digit"),
        ("A = 1", "has to be a table"),
        ("packs = 1", "packs has to be a list"),
        (
            '["A"]\nforms = ["{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}"]',
            "more than 10 braces",
        ),
        ('["A"]\nforms = ["{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}"]', "more than 1,000"),
    ],
)
def test_what_is_no_file_of_names_is_said(text: str, said: str) -> None:
    with pytest.raises(UsageError, match="names") as error:
        packs.parse_pack(text, "names.toml", "names.toml")
    assert said in str(error.value)


def test_a_file_that_is_not_there_has_no_names(tmp_path: Path) -> None:
    assert packs.read_pack(tmp_path / "none.toml", "x") == packs.Pack(())


def test_bytes_that_are_no_text_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot be read"):
        packs.read_pack(tmp_path / "a.toml", "a")


def test_synonym_files() -> None:
    lines = ["# names", "ISIS-K, ISKP ,IS-KP # same", "alone", "a => b, c", ",,"]
    assert [name.forms for name in packs.parse_synonyms(lines)] == [
        ("ISIS-K", "ISKP", "IS-KP"),
        ("a", "b", "c"),
    ]
