"""Write what databases of newspapers send for 30 articles, in each of their formats.

The articles are invented and the same each time; the forms follow descriptions of the databases.
`python -m tests.newspaper_downloads FOLDER` writes all files to a folder.
"""

import random
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from html import escape
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

COUNT = 30
PLACES = ["Torkham", "Chaman", "Spin Boldak", "Ghulam Khan", "Angur Ada", "Kharlachi"]
GOODS = ["apricots", "cement", "carpets", "tomatoes", "coal", "onions", "timber", "salt"]
SOURCES = [
    ("The Frontier Gazette", "FRGZ", "Frontier Press Limited"),
    ("Northern Courier (Leeds)", "NCLD", "Courier Newspapers Ltd."),
    ("Evening Ledger", "EVLD", "Ledger Publishing Company"),
]
PEOPLE = ["Nadia Rahman", "Oliver P. Hartley", "Sahar Lodin", "Peter van Dam"]
SENTENCES = [
    "Drivers who had waited for {n} hours at {place} said that no officer had told them why the gate stayed shut.",
    "The customs house counted {n} lorries with {goods} on Monday, a third of what passes on an ordinary day.",
    "A clerk who did not want to be named called the new tariff of {n} rupees a sack a mistake that would be corrected.",
    "Prices of {goods} rose by {n} percent in the bazaars within a week, according to the union of wholesalers.",
    "The governor promised a second lane at {place} before the winter, as his predecessor had done {n} months ago.",
    "Elders from both sides met under a tent for {n} minutes and agreed to meet again, which they called a success.",
    "Without {goods} from across the border, {n} workshops in the valley have sent their apprentices home.",
    "An old agreement lets {n} families cross without papers, but soldiers at {place} no longer honour it.",
]


class Article(NamedTuple):
    """An article as a newspaper would have it."""

    n: int
    title: str
    source: str
    code: str
    publisher: str
    day: date
    author: str
    section: str
    paragraphs: list[str]

    @property
    def words(self) -> int:
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)

    @property
    def copyright(self) -> str:
        return f"Copyright {self.day.year} {self.publisher}"

    @property
    def us_day(self) -> str:
        return f"{self.day:%B} {self.day.day}, {self.day.year}"

    @property
    def eu_day(self) -> str:
        return f"{self.day.day} {self.day:%B} {self.day.year}"

    @property
    def factiva_id(self) -> str:
        return f"{self.code}0000{self.day:%Y%m%d}e{self.n:08}"

    @property
    def proquest_id(self) -> str:
        return str(914_000_000 + self.n * 137)


def make_articles(count: int = COUNT) -> list[Article]:
    """Return the articles; the n-th is the same whatever their number is."""
    return [_make_article(n) for n in range(1, count + 1)]


def _make_article(n: int) -> Article:
    chance = random.Random(n)  # noqa: S311 - the same each time
    place, goods = PLACES[n % len(PLACES)], GOODS[n % len(GOODS)]
    source, code, publisher = SOURCES[n % len(SOURCES)]
    paragraphs = [
        " ".join(
            sentence.format(n=chance.randrange(10, 900), place=place, goods=chance.choice(GOODS))
            for sentence in chance.sample(SENTENCES, 3)
        )
        for _ in range(chance.randrange(3, 7))
    ]
    return Article(
        n,
        f"Lorries with {goods} wait at {place} for day {n}",
        source,
        code,
        publisher,
        date(2019, 1, 1) + timedelta(days=n * 23),
        PEOPLE[n % len(PEOPLE)],
        ["Foreign Desk", "World", "Business"][n % 3],
        paragraphs,
    )


# --- the forms of the databases, as paragraphs; an empty one is a blank line ---


def nexis(articles: Sequence[Article]) -> list[str]:
    """The form of LexisNexis Academic, until about 2018."""
    rows: list[str] = []
    for n, one in enumerate(articles, 1):
        rows += ["", "", f"{n} of {len(articles)} DOCUMENTS", "", one.source, ""]
        rows += [f"{one.us_day} {one.day:%A}", "Late Edition - Final", "", one.title, ""]
        rows += [f"BYLINE: By {one.author.upper()}; a stringer contributed reporting.", ""]
        rows += [f"SECTION: Section A; Column 0; {one.section}; Pg. {one.n}", ""]
        rows += [f"LENGTH: {one.words} words", "", "DATELINE: PESHAWAR", ""]
        for paragraph in one.paragraphs:
            rows += [paragraph, ""]
        rows += [
            "URL: http://www.example.org",
            "",
            "SUBJECT: CUSTOMS (90%); BORDER TRADE (78%)",
            "",
        ]
        rows += ["GRAPHIC: PHOTO: A lorry at the gate.", "", f"LOAD-DATE: {one.us_day}", ""]
        rows += ["LANGUAGE: ENGLISH", "", "PUBLICATION-TYPE: Newspaper", ""]
        rows += [one.copyright, "All Rights Reserved", ""]
    return rows


def nexis_uni(articles: Sequence[Article]) -> list[str]:
    """The form of Nexis Uni, with a cover that lists the articles."""
    rows = ["User Name: reader", "Date and Time: Tuesday, March 3, 2020 10:02:00 AM EST"]
    rows += ["Job Number: 110000001", "", f"Documents ({len(articles)})", ""]
    for n, one in enumerate(articles, 1):
        rows += [f"{n}. {one.title}", "Client/Matter: -None-", "Search Terms: lorries", ""]
    for one in articles:
        rows += [one.title, one.source, f"{one.us_day} {one.day:%A} 6:00 AM GMT", "", ""]
        rows += [f"{one.copyright} All Rights Reserved", "", f"Section: {one.section}; Version:1"]
        rows += [f"Length: {one.words} words", f"Byline: {one.author}"]
        rows += [f"Highlight: The gate stays shut on day {one.n}.", "Body", "", ""]
        for paragraph in one.paragraphs:
            rows += [paragraph, ""]
        rows += ["Graphic", "", "A lorry at the gate.", "", "Classification", "", ""]
        rows += ["Language: ENGLISH", "", "Publication-Type: Newspaper", ""]
        rows += [
            "Subject: CUSTOMS (90%); BORDER TRADE (78%)",
            "",
            f"Load-Date: {one.us_day}",
            "",
            "",
        ]
        rows += ["End of Document", "", ""]
    return rows


def factiva(articles: Sequence[Article]) -> list[str]:
    """The form of Factiva for full articles, with the page about the search at the end."""
    rows: list[str] = []
    for one in articles:
        rows += [one.section, one.title, f"By {one.author}", f"{one.words} words", one.eu_day]
        rows += ["10:15", one.source, one.code, "1; National", str(one.n), "English"]
        rows += [f"(c) {one.day.year} {one.publisher}. All rights reserved.", ""]
        for paragraph in one.paragraphs:
            rows += [paragraph, ""]
        rows += [one.publisher, "", f"Document {one.factiva_id}", "", ""]
    rows += ["Search Summary", "Text", "lorries", "Date", "All Dates", "Results Found"]
    return [*rows, str(len(articles)), "Timestamp", "3 March 2020 10:02", "(c) 2020 Factiva, Inc."]


def factiva_indexed(articles: Sequence[Article]) -> list[str]:
    """The form of Factiva with a code before each field."""
    rows: list[str] = []
    for one in articles:
        rows += [f"SE\t{one.section}", f"HD\t{one.title}", f"BY\tBy {one.author}"]
        rows += [f"WC\t{one.words} words", f"PD\t{one.eu_day}", "ET\t10:15", f"SN\t{one.source}"]
        rows += [f"SC\t{one.code}", f"PG\t{one.n}", "LA\tEnglish", f"CY\t{one.copyright}", ""]
        rows += [f"LP\t{one.paragraphs[0]}", "", f"TD\t{one.paragraphs[1]}", ""]
        for paragraph in one.paragraphs[2:]:
            rows += [paragraph, ""]
        rows += ["NS\tgcustm : Customs | gcat : Political News", "RE\tpakis : Pakistan", ""]
        rows += [f"PUB\t{one.publisher}", f"AN\tDocument {one.factiva_id}", "", ""]
    return rows


def proquest(articles: Sequence[Article]) -> list[str]:
    """The form of ProQuest: the text in the middle of its fields."""
    rows: list[str] = []
    for n, one in enumerate(articles, 1):
        family = one.author.split()[-1]
        author = f"{family}, {one.author.removesuffix(family).strip()}"
        rows += ["_" * 60, "", f"Document {n} of {len(articles)}", "", one.title, ""]
        rows += [
            f"Author: {author.removesuffix('.')}.",
            "",
            f"Publication info: {one.source} ; Leeds, {one.eu_day}: {n}.",
            "",
        ]
        rows += [f"https://www.proquest.com/docview/{one.proquest_id}", ""]
        rows += [f"Abstract: Prices rise on day {n}.", "", "Links: -None-", ""]
        rows += [f"Full text: {one.paragraphs[0]}", ""]
        for paragraph in one.paragraphs[1:]:
            rows += [paragraph, ""]
        rows += [
            "Subject: Customs; Border trade",
            "",
            "Location: Pakistan",
            "",
            f"Title: {one.title}",
            "",
        ]
        rows += [
            f"Publication title: {one.source}; Leeds",
            "",
            f"Publication year: {one.day.year}",
            "",
        ]
        rows += [
            f"Publication date: {one.day:%b} {one.day.day}, {one.day.year}",
            "",
            f"Section: {one.section}",
            "",
        ]
        rows += ["Country of publication: United Kingdom", "", "Source type: Newspapers", ""]
        rows += [f"ProQuest document ID: {one.proquest_id}", ""]
        rows += [f"Document URL: https://www.proquest.com/docview/{one.proquest_id}", ""]
        rows += [f"Copyright: {one.copyright} {one.eu_day}", "", "Database: ProQuest Central", ""]
    rows += ["_" * 60, "", "Contact us at: https://example.org/contact", ""]
    return [*rows, "Database copyright (c) 2020 ProQuest LLC. All rights reserved.", ""]


FORMS: dict[str, Callable[[Sequence[Article]], list[str]]] = {
    "nexis": nexis,
    "nexis_uni": nexis_uni,
    "factiva": factiva,
    "factiva_indexed": factiva_indexed,
    "proquest": proquest,
}


# --- files ---


def as_text(rows: Iterable[str], *, width: int = 0, end: str = "\n") -> bytes:
    """Return rows as a plain text, wrapped to a width if one is given."""
    lines: list[str] = []
    for row in rows:
        is_centred = width and len(row) < width and not row.endswith((".", ":"))
        if not width or not row:
            lines.append(row)
        elif is_centred and ":" not in row:
            lines.append(row.center(width).rstrip())
        else:
            lines += textwrap.wrap(row, width)
    return "".join(f"{line}{end}" for line in lines).encode()


def as_html(rows: Iterable[str], title: str = "Download") -> bytes:
    """Return rows as a page: a paragraph each; a code and its value are two cells."""
    blocks = []
    for row in filter(None, rows):
        code, tab, value = row.partition("\t")
        cells = f"<tr><td><b>{code}</b></td><td>{escape(value)}</td></tr>"
        blocks.append(f"<table>{cells}</table>" if tab else f"<p>{escape(row)}</p>")
    head = f"<meta charset='utf-8'><title>{title}</title>"
    return f"<html><head>{head}</head><body>{''.join(blocks)}</body></html>".encode()


def as_rtf(rows: Iterable[str]) -> bytes:
    """Return rows as a Rich Text Format file: a paragraph each."""
    paragraphs = "".join(
        r"\pard " + row.replace("\\", r"\\").replace("\t", r"\tab ") + "\\par\n" for row in rows
    )
    return f"{{\\rtf1\\ansi\\ansicpg1252\n{paragraphs}}}".encode("ascii")


def as_docx(rows: Iterable[str]) -> bytes:
    """Return rows as a Word document: a paragraph each."""
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraphs = "".join(
        "<w:p><w:r><w:t xml:space='preserve'>"
        + escape(row).replace("\t", "</w:t><w:tab/><w:t>")
        + "</w:t></w:r></w:p>"
        for row in rows
    )
    types = (
        "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
        "<Override PartName='/word/document.xml' ContentType='application/"
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>"
    )
    target = BytesIO()
    with ZipFile(target, "w") as package:
        package.writestr("[Content_Types].xml", types)
        package.writestr(
            "word/document.xml",
            f"<w:document xmlns:w='{namespace}'><w:body>{paragraphs}</w:body></w:document>",
        )
    return target.getvalue()


WRITERS: dict[str, Callable[[Iterable[str]], bytes]] = {
    "txt": as_text,
    "html": as_html,
    "rtf": as_rtf,
    "docx": as_docx,
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for form, compose in FORMS.items():
        rows = compose(make_articles())
        for suffix, write in WRITERS.items():
            (folder / f"{form}.{suffix}").write_bytes(write(rows))
        (folder / f"{form}.wrapped.txt").write_bytes(as_text(rows, width=74, end="\r\n"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
