"""One file with the articles that a database of newspapers sent."""

import re
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from zipfile import ZipFile

import pytest

from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.downloads.layouts import list_patterns
from corpus_cli.ingest.readers.port import NO_TEXT, Document, ReadResult, Unread
from corpus_cli.ingest.structure.structure import structure
from tests.newspaper_downloads import (
    COUNT,
    FORMS,
    WRITERS,
    Article,
    as_text,
    factiva,
    make_articles,
    nexis,
    nexis_uni,
    proquest,
)
from tests.unit.test_patterns import slow_patterns

ARTICLES = make_articles()
Compose = Callable[[Sequence[Article]], list[str]]


def read(data: bytes, name: str = "x.txt") -> list[ReadResult]:
    return list(file_formats.read(name, data, "", {}))


def documents(rows: Iterable[str]) -> list[Document]:
    return [result for result in read(as_text(rows)) if isinstance(result, Document)]


def values(document: Document) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for datum in document.metadata:
        found.setdefault(datum.field, []).append(datum.value)
    return found


def text_of(document: Document) -> list[str]:
    return [line.text for line in document.lines if not line.kind]


def check(article: Article, document: Document) -> None:
    found = values(document)
    assert text_of(document) == article.paragraphs
    assert found["title"] == [article.title]
    assert found["published"] == [article.day.isoformat()]
    assert found["source"] == [article.source]
    assert [name.lower() for name in found["author"]] == [article.author.lower()]
    assert article.section in found["section"][0]
    # Everything else is kept, as metadata or as the cover.
    assert any(f"{article.words} words" in line.text for line in document.lines) or "tag" in found
    assert {line.kind.partition(":")[0] for line in document.lines} <= {
        "",
        "title",
        "dek",
        "byline",
        "metadata",
        "chrome",
    }


@pytest.mark.parametrize("compose", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("suffix", [*WRITERS, "wrapped"])
def test_every_article_of_a_download(compose: Compose, suffix: str) -> None:
    rows = compose(ARTICLES)
    is_wrapped = suffix == "wrapped"
    data = as_text(rows, width=74, end="\r\n") if is_wrapped else WRITERS[suffix](rows)
    results = read(data, "x.txt" if is_wrapped else f"x.{suffix}")
    assert len(results) == COUNT
    for article, result in zip(ARTICLES, results, strict=True):
        assert isinstance(result, Document)
        check(article, result)


def test_the_record_id_is_that_of_the_database_or_a_number() -> None:
    def records(compose: Compose) -> list[str]:
        return [document.record for document in documents(compose(ARTICLES))]

    assert records(nexis) == records(nexis_uni) == [str(n) for n in range(1, COUNT + 1)]
    assert records(factiva) == [article.factiva_id for article in ARTICLES]
    assert records(proquest) == [article.proquest_id for article in ARTICLES]
    twice = documents(factiva([*ARTICLES[:2], ARTICLES[0]]))
    assert [one.record for one in twice] == [ARTICLES[0].factiva_id, ARTICLES[1].factiva_id, "3"]
    numbered = [row.replace("LANGUAGE: ENGLISH", "ACC-NO: 4711") for row in nexis(ARTICLES[:2])]
    assert [one.record for one in documents(numbered)] == ["4711", "2"]


@pytest.mark.parametrize("compose", FORMS.values(), ids=FORMS)
def test_a_download_of_one_article_is_the_file(compose: Compose) -> None:
    (document,) = documents(compose(ARTICLES[:1]))
    check(ARTICLES[0], document)
    assert document.record == ""


def test_tags_decks_and_addresses() -> None:
    uni, pro = documents(nexis_uni(ARTICLES))[1], documents(proquest(ARTICLES))[1]
    assert values(uni)["tag"] == ["CUSTOMS", "BORDER TRADE"]
    assert values(pro)["tag"] == ["Customs", "Border trade"]
    assert values(pro)["url"] == [f"https://www.proquest.com/docview/{ARTICLES[1].proquest_id}"]
    decks = [line.text for one in (uni, pro) for line in one.lines if line.kind == "dek"]
    assert decks == ["The gate stays shut on day 2.", "Prices rise on day 2."]
    title = next(datum for datum in uni.metadata if datum.field == "title")
    assert (title.origin, title.certainty) == ("Nexis Uni head", "stated")


def test_the_cover_is_chrome_of_the_first_article_and_the_search_of_the_last() -> None:
    covered = [
        (n, line.text)
        for compose in (nexis_uni, factiva)
        for n, document in enumerate(documents(compose(ARTICLES)), 1)
        for line in document.lines
        if line.kind == "chrome:cover"
    ]
    assert (1, "User Name: reader") in covered
    assert (COUNT, "Search Summary") in covered
    assert {n for n, _ in covered} == {1, COUNT}


def test_the_articles_go_through_the_structure_of_all_texts() -> None:
    rows = [row.replace("A lorry at", "A lorry at") for row in nexis(ARTICLES)]
    place = rows.index(ARTICLES[4].paragraphs[1])
    rows[place:place] = ["Share this article", "", "The winter before", ""]
    article = structure(*documents(rows)[4][:2])
    kinds = {line.text: line.kind for line in article.lines}
    assert kinds["Share this article"] == "chrome:share"
    assert kinds["The winter before"] == "heading"
    assert kinds[ARTICLES[4].paragraphs[1]] == "body"


# --- variants ---


def test_the_older_labels_of_nexis() -> None:
    rows: list[str] = []
    for n, one in enumerate(ARTICLES, 1):
        rows += ["", f"{n} of {COUNT} DOCUMENTS", "", one.copyright, "All Rights Reserved", ""]
        rows += [one.source, "", f"{one.us_day} {one.day:%A}", "", f"SECTION: {one.section}", ""]
        rows += [f"LENGTH: {one.words} words", "", f"HEADLINE: {one.title}", ""]
        rows += [f"BYLINE: By {one.author} in Peshawar", "", "BODY:"]
        rows += [*(line for text in one.paragraphs for line in (text, "")), "LOAD-DATE: x", ""]
    for article, document in zip(ARTICLES, documents(rows), strict=True):
        check(article, document)


def test_a_code_in_a_cell_of_its_own() -> None:
    rows: list[str] = []
    for one in ARTICLES[:3]:
        fields = [("SE", one.section), ("HD", one.title), ("BY", one.author), ("WC", "9 words")]
        fields += [("PD", one.eu_day), ("SN", one.source), ("LP", one.paragraphs[0]), ("TD", "")]
        rows += [part for field in fields for part in field if part]
        rows += [*one.paragraphs[1:], "NS", "Customs", "AN", f"Document {one.factiva_id}"]
    found = documents([part for row in rows for part in (row, "")])
    assert [one.record for one in found] == [one.factiva_id for one in ARTICLES[:3]]
    for article, document in zip(ARTICLES, found, strict=False):
        assert text_of(document) == article.paragraphs
        assert values(document)["title"] == [article.title]
        assert values(document)["published"] == [article.day.isoformat()]


def test_a_day_in_any_notation_shows_where_the_title_is() -> None:
    days = {
        "January 2019": ["2019-01"],
        "5. Januar 2019 Freitag": ["2019-01-05"],
        "5 de enero de 2019": ["2019-01-05"],
        "Winter 2019": None,
    }
    for day, published in days.items():
        rows = nexis(ARTICLES)
        rows[rows.index(f"{ARTICLES[2].us_day} {ARTICLES[2].day:%A}")] = day
        found = values(documents(rows)[2])
        assert (found["title"], found["source"]) == ([ARTICLES[2].title], [ARTICLES[2].source])
        assert found.get("published") == published


def test_a_head_without_a_day_is_text() -> None:
    rows = nexis(ARTICLES)
    del rows[rows.index(f"{ARTICLES[2].us_day} {ARTICLES[2].day:%A}")]
    article = structure(*documents(rows)[2][:2])
    assert ARTICLES[2].title in [line.text for line in article.lines if line.kind != "metadata"]
    assert article.values("title") == (ARTICLES[2].source,)


def test_a_paragraph_that_begins_with_a_label() -> None:
    place = "Location: a tent at the gate, where elders from both sides sat on carpets and drank tea until it was dark."
    rows = proquest(ARTICLES)
    at = rows.index(ARTICLES[3].paragraphs[-1])
    rows[at:at] = [place, ""]
    rows[rows.index("Source type: Newspapers")] = "Some label: that nobody listed"
    documents_read = documents(rows)
    assert text_of(documents_read[3]) == [
        *ARTICLES[3].paragraphs[:-1],
        place,
        ARTICLES[3].paragraphs[-1],
    ]
    check(ARTICLES[0], documents_read[0])


# --- damage ---


@pytest.mark.parametrize("compose", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("damage", ["no labels", "no day", "cut", "noise"])
def test_a_damaged_article_costs_no_other(compose: Compose, damage: str) -> None:
    victim = ARTICLES[9]
    before, own, after = (
        len(compose(ARTICLES[:9])),
        len(compose(ARTICLES[:10])),
        len(compose(ARTICLES)),
    )
    rows = compose(ARTICLES)
    start = next(
        n for n, row in enumerate(rows) if row == victim.title or row.endswith(f"\t{victim.title}")
    )
    end = next(n for n in range(start, after) if rows[n].endswith(victim.paragraphs[-1]))
    if damage == "no labels":
        rows[start : end + 1] = [
            row for row in rows[start : end + 1] if not re.match(r"\w+[\t:]", row)
        ]
    elif damage == "no day":
        rows[start - 3 : end] = [
            row for row in rows[start - 3 : end] if not re.search(r"\b20(19|20)\b", row)
        ]
    elif damage == "cut":
        del rows[start + 2 : end]
    else:
        rows[start + 1 : start + 1] = ["\x00\ufffd{}[]", "::::", "LENGTH", "Body", ""]
    assert before < own
    found = documents(rows)
    assert len(found) == COUNT
    for article, document in zip(ARTICLES, found, strict=True):
        if article is not victim:
            check(article, document)
    assert any(victim.paragraphs[-1] in line.text for line in found[9].lines)


def test_two_articles_without_the_line_between_them() -> None:
    for compose, line in (
        (nexis, "11 of 30 DOCUMENTS"),
        (nexis_uni, "End of Document"),
        (proquest, "Document 11 of 30"),
    ):
        rows = compose(ARTICLES)
        at = [n for n, row in enumerate(rows) if row == line]
        del rows[at[9] if len(at) > 1 else at[0]]
        found = documents(rows)
        assert len(found) == COUNT
        for article, document in zip(ARTICLES, found, strict=True):
            check(article, document)


def test_an_article_without_a_line_is_reported_and_a_last_one_without_end_is_read() -> None:
    rows = nexis(ARTICLES)
    at = rows.index("3 of 30 DOCUMENTS")
    results = read(as_text([*rows[: at + 1], *rows[rows.index("4 of 30 DOCUMENTS") :]]))
    assert results[2] == Unread("3", NO_TEXT)
    assert len(results) == COUNT
    uni = nexis_uni(ARTICLES)
    cut = uni[: len(uni) - 1 - uni[::-1].index("End of Document")]
    check(ARTICLES[-1], documents(cut)[-1])


# --- what is no download ---

PROSE = ARTICLES[0].paragraphs
OTHERS = {
    "counted documents": ["1 of 2 documents", "", *PROSE, "", "2 of 2 documents", "", *PROSE],
    "counted documents with a date": [
        "Document 1 of 2",
        "5 May 2021",
        *PROSE,
        "Document 2 of 2",
        *PROSE,
    ],
    "an end": ["A title", "5 May 2021", "", *PROSE, "", "End of Document"],
    "labels without boundaries": [row for row in nexis(ARTICLES[:2]) if "DOCUMENTS" not in row],
    "a text about a download": [
        "How to read a download",
        "",
        "A file begins with a line such as",
        "1 of 30 DOCUMENTS",
        "and each article has a LENGTH: and a LOAD-DATE: of its own.",
        *PROSE,
    ],
    "most parts have no labels": [
        *nexis(ARTICLES[:1]),
        *(row for n in range(2, 5) for row in (f"{n} of 4 DOCUMENTS", "", *PROSE, "")),
    ],
    "labels without a day": [
        row
        for n in (1, 2)
        for row in (f"{n} of 2 DOCUMENTS", "LENGTH: 3 words", "SUBJECT: TRADE", *PROSE)
    ],
    "an id": ["A title", *PROSE, "Document TIMEUK0020200105eg150001x"],
    "a report with fields": ["Section: 4", "Length: 300 words", *PROSE, "End of document", *PROSE],
}


@pytest.mark.parametrize("rows", OTHERS.values(), ids=OTHERS)
def test_a_text_that_looks_a_little_like_a_download_is_one_article(rows: list[str]) -> None:
    (document,) = documents(rows)
    assert [line.text for line in document.lines] == rows
    assert not document.record
    assert not document.metadata


def test_a_download_in_an_archive() -> None:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        archive.writestr("a/news.txt", as_text(factiva(ARTICLES[:2])))
    first, second = read(target.getvalue(), "x.zip")
    assert first.record == f"a/news.txt#{ARTICLES[0].factiva_id}"
    assert second.record.endswith(ARTICLES[1].factiva_id)


def test_the_patterns_of_the_layouts_are_linear() -> None:
    patterns = list_patterns()
    assert len(patterns) > len(FORMS)
    assert not slow_patterns(patterns)
