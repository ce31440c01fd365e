"""References, read back by the libraries that programs use for them."""

import json
import os
import warnings
from pathlib import Path

import pytest
import rispy
from jsonschema import Draft202012Validator
from pybtex.database import parse_string

from corpus_cli.model import Header, Source
from corpus_cli.output.references import Reference, csl_item, format_bibtex, format_ris
from tests.cli.conftest import Run

DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "items": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
            "minItems": 1,
            "maxItems": 1,
        }
    },
    "required": ["date-parts"],
    "additionalProperties": False,
}
NAME = {
    "type": "object",
    "properties": {key: {"type": "string"} for key in ("family", "given", "literal")},
    "minProperties": 1,
    "additionalProperties": False,
}
TEXTS = ("title", "container-title", "URL", "language", "abstract", "page", "keyword", "note")
# The fields of CSL-JSON that are used, with their types in the schema of its makers.
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "type": {"enum": ["article-newspaper", "webpage"]},
            "author": {"type": "array", "items": NAME},
            "issued": DATE,
            "accessed": DATE,
            **{field: {"type": "string"} for field in TEXTS},
        },
        "required": ["id", "type", "title"],
        "additionalProperties": False,
    },
}

HEADER = Header(
    id="20a045af8b2eac74d09bb1bde6758058",
    sources=(Source("a.txt"),),
    title="Fifty % of {walruses} & $5 \\ #1_2",
    authors=("Jane A. Roe", "Reuters Staff", "محمد على"),
    published="2015-10-03",
    modified="",
    source="The Daily Ferry",
    url="https://example.org/a?b=1&c_2={x}",
    tags=("ferries", "sea"),
    language="en",
    passages=3,
)
REFERENCE = Reference(HEADER, "2026-11-30", 'He said "no" & {left}', 12, 4)


def test_csl_json_has_the_fields_and_types_of_its_schema(here: Path, run: Run) -> None:
    for line in (["search", "ISIS-K"], ["list"], ["cite", "20a0#4", "af24"]):
        items = json.loads(run(*line, "--format", "csl-json").out)
        assert items
        Draft202012Validator(CSL).validate(items)


def test_citeproc_knows_every_field() -> None:
    from citeproc.source.json import CiteProcJSON

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        CiteProcJSON([csl_item(REFERENCE)])


def test_ris_is_read_back() -> None:
    one, two = rispy.loads("\n".join(format_ris([REFERENCE, Reference(HEADER)])))
    assert one["type_of_reference"] == "ELEC"
    assert one["title"] == HEADER.title
    assert one["authors"] == ["Roe, Jane A.", "Reuters Staff", "محمد على"]
    assert one["date"] == "2015/10/03/"
    assert one["year"] == "2015"
    assert one["urls"] == [HEADER.url]
    assert one["keywords"] == ["ferries", "sea"]
    assert one["abstract"] == REFERENCE.quotation
    assert "line 12" in one["notes"][0]
    assert two["id"] == HEADER.id


def test_bibtex_is_read_back() -> None:
    entries = parse_string("\n".join(format_bibtex([REFERENCE])), "bibtex").entries
    entry = entries[HEADER.id]
    assert entry.type == "online"
    assert entry.fields["date"] == "2015-10-03"
    assert entry.fields["urldate"] == "2026-11-30"
    assert r"\{walruses\}" in entry.fields["title"]
    person, group, _ = map(str, entry.persons["author"])
    assert person == "Roe, Jane A."
    assert "Reuters Staff" in group


@pytest.mark.parametrize("published", ["", "2015", "2015-10"])
def test_a_date_has_what_is_known_of_it(published: str) -> None:
    reference = Reference(HEADER._replace(published=published, authors=(), title="", url=""))
    (entry,) = rispy.loads("\n".join(format_ris([reference])))
    assert entry.get("date", "").strip("/").replace("/", "-") == published
    item = csl_item(reference)
    assert ("issued" in item) == bool(published)
    assert item["title"] == HEADER.id


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Jane Roe", {"family": "Roe", "given": "Jane"}),
        ("J. R. Roe", {"family": "Roe", "given": "J. R."}),
        ("Jean-Luc d'Or", {"literal": "Jean-Luc d'Or"}),
        ("AFP", {"literal": "AFP"}),
        ("CNN Wire Staff", {"literal": "CNN Wire Staff"}),
        ("Al Jazeera and agencies", {"literal": "Al Jazeera and agencies"}),
        ("Xi Jinping 习近平", {"literal": "Xi Jinping 习近平"}),
    ],
)
def test_only_names_of_persons_are_taken_apart(author: str, name: dict[str, str]) -> None:
    assert csl_item(Reference(HEADER._replace(authors=(author,))))["author"] == [name]


def test_styles(here: Path, run: Run) -> None:
    for style, entry in {
        "apa": "Hussain, T. (2026, January 22). The Case for US Engagement with Afghanistan. ",
        "chicago": "Hussain, Touqir. “The Case for US Engagement with Afghanistan”. ",
        "mla": "Hussain, Touqir. “The Case for US Engagement with Afghanistan”. ",
        "modern-language-association": "Hussain, Touqir. “The Case for US",
        "harvard": "Hussain, T. (2026) ",
    }.items():
        assert run("cite", "20a0", "--style", style).out.startswith(entry), style


def test_a_title_is_printed_once(here: Path, run: Run) -> None:
    out = run("cite", "b0bd").out
    assert out.count("Strong Counter-Terrorism Partnership") == 1


def test_an_unknown_style_names_the_next(here: Path, run: Run) -> None:
    ran = run("cite", "20a0", "--style", "chicgo")
    assert ran.code == 2
    assert "did you mean chicago" in ran.err


def test_a_passage_is_quoted_with_its_place(here: Path, run: Run) -> None:
    entry, quotation = run("cite", "af2499f1ec15#3").out.splitlines()
    assert quotation.startswith("    “First, ideologically, the Taliban regime")
    assert quotation.endswith("(line 6, af2499f1ec15e836bb0ba1ea441aeae8)")
    assert run("cite", "af2499f1ec15#300").code == 2
    assert entry


def test_the_day_of_access_is_that_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("A title of mine\n\nThe walrus met the ferry at night.\n")
    os.utime("a.txt", (1_443_873_600, 1_443_873_600))
    run("ingest", "a.txt")
    (item,) = json.loads(run("search", "walrus", "--format", "csl-json").out)
    assert item["accessed"] == {"date-parts": [[2015, 10, 3]]}
    assert "walrus" in item["abstract"]
