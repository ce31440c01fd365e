"""Spreadsheets: tables of articles, and sheets that are one article."""

import random
import sys

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.office import package
from corpus_cli.ingest.readers.port import Document, ReadResult, Unread
from tests.conftest import DATA
from tests.unit.ingest.readers.test_office import zipped

FORMATS = DATA / "formats"
SUFFIXES = ("xlsx", "xls", "ods")


def read(name: str, data: bytes, **fields: str) -> dict[str, ReadResult]:
    return {result.record: result for result in file_formats.read(name, data, "", fields)}


def sample(name: str) -> bytes:
    return (FORMATS / name).read_bytes()


def texts(result: ReadResult) -> list[tuple[str, str]]:
    assert isinstance(result, Document)
    return [(line.text, line.kind) for line in result.lines]


def values(result: ReadResult) -> dict[str, str]:
    assert isinstance(result, Document)
    return {datum.field: datum.value for datum in result.metadata}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_sheet_with_a_header_of_articles_is_read_as_a_table(suffix: str) -> None:
    results = read(f"x.{suffix}", sample(f"sheets.{suffix}"))
    assert list(results) == ["Articles#1", "Articles#2", "Prices"]
    assert texts(results["Articles#1"]) == [
        ("Talks resume in the valley", "title"),
        ("The ministry said on Monday that the talks would go on.", ""),
        ("Nobody could say how many people had left their houses.", ""),
    ]
    assert values(results["Articles#1"]) == {
        "title": "Talks resume in the valley",
        "author": "Ann Lee",
        "published": "2024-03-05",
    }
    assert texts(results["Prices"]) == [
        ("Flour and fuel in the valley", ""),
        ("Good | Price", "body"),
        ("Flour | 90.5", "body"),
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_other_sheets_are_one_article_each_below_its_name(suffix: str) -> None:
    (result,) = read(f"x.{suffix}", sample(f"figures.{suffix}")).values()
    assert [line for line in texts(result) if line[1] == "heading"] == [
        ("Prices", "heading"),
        ("Roads", "heading"),
    ]
    assert ("North | 90.5", "body") in texts(result)
    if suffix != "xls":
        assert values(result)["author"] == "Ann Lee"


def test_fields_of_the_user_make_a_table() -> None:
    results = read("x.xlsx", sample("figures.xlsx"), Good="title", Price="text")
    assert [record for record in results if isinstance(results[record], Document)] == [
        "Prices#1",
        "Roads",
    ]
    assert results["Prices#row 1"] == Unread(
        "Prices#row 1", "it is above the header of the table, so it was left out"
    )


def test_a_text_with_the_suffix_of_a_spreadsheet_is_the_table_that_it_is() -> None:
    results = read("x.xls", b"title\ttext\nTalks\tThe talks went on in the valley.\n")
    assert texts(results["1"]) == [("Talks", "title"), ("The talks went on in the valley.", "")]


def test_the_content_tells_a_spreadsheet_of_office() -> None:
    assert list(read("x.zip", sample("sheets.xlsx"))) == ["Articles#1", "Articles#2", "Prices"]
    assert list(read("x.zip", sample("sheets.ods"))) == ["Articles#1", "Articles#2", "Prices"]


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_UNPACKED_BYTES", 10_000)
    with pytest.raises(SourceError, match="unpacks to more than"):
        read("x.xlsx", sample("sheets.xlsx"))


@pytest.mark.parametrize(
    "data",
    [zipped(**{"xl/workbook.xml": "<x/>"}), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)],
)
def test_a_file_that_cannot_be_opened_says_what_to_do(data: bytes) -> None:
    with pytest.raises(SourceError, match="open it in the program that wrote it"):
        read("x.xls", data)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_damage_ends_in_articles_or_in_a_reason(
    suffix: str, capfd: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(3)  # noqa: S311 - no secret
    for _ in range(60):
        data = bytearray(sample(f"sheets.{suffix}"))
        # The first bytes decide the format.
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(8, len(data))] = chance.randrange(256)
        try:
            assert read(f"x.{suffix}", bytes(data))
        except SourceError as error:
            assert "damaged" in str(error) or "no text" in str(error)  # noqa: PT017
    # Where the library panics it says so itself; in a child process nobody sees that.
    capfd.readouterr()


def test_without_the_extra_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    monkeypatch.delitem(sys.modules, "corpus_cli.ingest.readers.office.spreadsheet", raising=False)
    (result,) = read("x.xlsx", sample("sheets.xlsx")).values()
    assert isinstance(result, Unread)
    assert "python_calamine" in result.reason
    assert "[office]" in result.reason
    assert result.transient
