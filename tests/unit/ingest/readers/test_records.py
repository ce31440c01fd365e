"""Records: JSON, JSON lines, CSV and TSV."""

import csv
import json
from collections.abc import Iterator, Mapping
from io import StringIO
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.port import Document, DocumentLine, File, ReadResult, Unread
from corpus_cli.ingest.readers.records import reader
from corpus_cli.model import Datum

TEXT = "The river rose on Monday."


def no_html(record: str, part: bytes, media: str) -> Iterator[ReadResult]:
    yield Unread(record, "it wants a reader that is not there")


def found(name: str, data: str | bytes, **fields: str) -> list[ReadResult]:
    data = data if isinstance(data, bytes) else data.encode()
    return list(reader.read(File(name, data, no_html, fields=fields)))


def documents(name: str, data: Any, **fields: str) -> list[Document]:
    text = data if isinstance(data, (str, bytes)) else json.dumps(data)
    return [one for one in found(name, text, **fields) if isinstance(one, Document)]


def only(record: Mapping[str, object], **fields: str) -> Document:
    (read,) = documents("a.json", record, **fields)
    return read


def values(record: Mapping[str, object]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for datum in only({"text": TEXT, **record}).metadata:
        gathered.setdefault(datum.field, []).append(datum.value)
    return gathered


def table(rows: list[list[str]], delimiter: str) -> str:
    made = StringIO()
    csv.writer(made, delimiter=delimiter).writerows(rows)
    return made.getvalue()


# --- where the records are ---


@pytest.mark.parametrize(
    "data",
    [
        {"text": TEXT},
        [{"text": TEXT}],
        {"status": [{"code": "1"}], "articles": [{"text": TEXT}]},
        {"hits": {"total": 1, "hits": [{"_score": 1.5, "_source": {"text": TEXT}}]}},
        {"data": {"one": {"title": "a", "text": TEXT}, "two": {"title": "b"}}},
        {"content": [{"title": "a", "text": TEXT, "comments": [{"text": "b"}, {"text": "c"}]}]},
        {"title": "a", "content": {"rendered": TEXT}},
        {"title": "a", "paragraphs": [TEXT]},
    ],
)
def test_the_records_are_found_where_their_texts_are(data: object) -> None:
    read = documents("a.json", data)[0]
    titles = [DocumentLine("a", "title")] if '"title": "a"' in json.dumps(data) else []
    assert read.lines == [*titles, DocumentLine(TEXT)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_says_by_its_header_how_it_is_divided(delimiter: str) -> None:
    data = table([["id", "Title", "Body"], ["x", "a;b,c|d\te", 'one\n"two"']], delimiter)
    (read,) = documents("a.csv", b"\xef\xbb\xbf" + data.encode())
    assert read.record == "x"
    assert read.lines == [
        DocumentLine("a;b,c|d e", "title"),
        DocumentLine("one"),
        DocumentLine('"two"'),
    ]


def test_a_bad_line_stops_no_other() -> None:
    lines = ['{"text": "a"}', '{"text": ', "[1]", "", '{"text": "\\ud800\\u0000"}', '{"x": 1}']
    results = sorted(found("a.json", "\n".join(lines)), key=lambda one: one.record)
    good, cut, no_object, odd, empty = results
    assert isinstance(good, Document)
    assert isinstance(odd, Document)
    assert odd.lines == [DocumentLine("\ufffd\ufffd")]
    assert [one.record for one in (good, cut, no_object, odd, empty)] == list("12356")
    reasons = [one.reason for one in (cut, no_object, empty) if isinstance(one, Unread)]
    assert "line 2" in reasons[0]
    assert reasons[1:] == ["line 3 is not a JSON object", "it has no text"]


def test_a_title_or_a_dek_without_a_text_is_an_article() -> None:
    titled, dek, text, neither = found(
        "a.json",
        json.dumps([{"title": "T", "text": ""}, {"summary": "D"}, {"text": "b"}, {"x": 1}]),
    )
    assert isinstance(titled, Document)
    assert titled.lines == [DocumentLine("T", "title")]
    assert [datum[:2] for datum in titled.metadata] == [("title", "T")]
    assert isinstance(dek, Document)
    assert dek.lines == [DocumentLine("D", "dek")]
    assert isinstance(text, Document)
    assert neither == Unread("4", "it has no text")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", '[{"title": "A"}, {"title": "B"}]'),
        ("a.jsonl", '{"title": "A"}\n{"title": "B"}'),
        ("a.csv", "headline;date\nA;2021-05-03\nB;"),
        ("a.tsv", "url\theadline\nx\tA\ny\tB"),
        ("a.json", '{"title": "a feed", "items": [{"title": "A"}, {"title": "B"}]}'),
    ],
)
def test_a_file_of_titles_is_an_article_each(name: str, data: str) -> None:
    assert [read.lines for read in documents(name, data)] == [
        [DocumentLine("A", "title")],
        [DocumentLine("B", "title")],
    ]


def test_a_page_whose_text_was_not_found_is_not_those_it_links_to() -> None:
    read = only({"title": "A", "text": "", "related": [{"title": "B"}, {"title": "C"}]})
    assert read.lines == [DocumentLine("A", "title")]


def test_a_text_under_an_unknown_name_is_not_lost_for_its_title() -> None:
    record = {"title": "A", "inhoud": "word " * 30}
    with pytest.raises(SourceError, match="--field text=inhoud"):
        documents("a.json", record)
    assert len(only(record, inhoud="text").lines) == 2


def test_a_line_in_another_encoding_leaves_the_others_alone() -> None:
    data = '{"text": "Źródło"}\n'.encode() + '{"text": "café"}\n'.encode("latin-1")
    first, _ = documents("a.jsonl", data)
    assert first.lines == [DocumentLine("Źródło")]


def read_texts(name: str, data: str | bytes) -> tuple[list[str], dict[str, str]]:
    """The body of each article that can be read, and the reasons by record for the rest."""
    results = found(name, data)
    bodies = [
        "|".join(line.text for line in one.lines if not line.kind)
        for one in results
        if isinstance(one, Document)
    ]
    return bodies, {one.record: one.reason for one in results if isinstance(one, Unread)}


@pytest.mark.parametrize(
    ("data", "bodies", "record"),
    [
        ('title,text\na,"one\nb,two\nc,three\n', ["one", "two", "three"], "line 2"),
        ('title,text\na,"one\nb,"two, too"\n', ["one", "two, too"], "line 2"),
        ('title,text\n"a,one\nb,two\n', ["one", "two"], "line 2"),
        ('title,text\na,one\nb,"two', ["one", "two"], "line 3"),
        ('title,text\na,"one ""1""\n1"\nb,"two\nc,three', ['one "1"|1', "two", "three"], "line 4"),
        ("title,text,url\na,b, c, d,\ne,f,", ["b, c, d", "f"], "line 2"),
        ("An export\n\ntitle,text\na,one\n", ["one"], "line 1"),
        (b"title,text\na,on\0e\nb,two\n", ["one", "two"], "line 2"),
    ],
)
def test_a_damaged_row_costs_no_other(data: str | bytes, bodies: list[str], record: str) -> None:
    read, unread = read_texts("a.csv", data)
    assert read == bodies
    assert list(unread) == [record]


@pytest.mark.parametrize(
    "data",
    [
        "sep=;\ntitle;text\na;one, more\n",
        "\n\n;;\ntitle;text\na;one, more\n",
        'title;text\r"a";"one, more"\r',
        "title;text\na;one, more;;\n",
    ],
)
def test_a_table_is_laid_out_in_many_ways(data: str) -> None:
    assert read_texts("a.csv", data) == (["one, more"], {})


def test_open_quotation_marks_are_read_in_time() -> None:
    for line in ('a","b\n', '"a\n', 'a,"""\n'):
        seconds = []
        for count in (500, 2_000):
            begun = process_time()
            bodies, _ = read_texts("a.csv", "title,text\n" + line * count)
            seconds.append(process_time() - begun)
            assert bodies
        assert seconds[1] < 10 * seconds[0] + 0.3


@pytest.mark.parametrize(
    ("data", "bodies", "record"),
    [
        ('{"text": "a"}{"text": "b"}', ["a", "b"], ""),
        ('{\n "text": "a"\n}\n\n{\n "text": "b"\n}\n', ["a", "b"], ""),
        ('\x1e{"text": "a"}\n\x1e{"text": "b"}\n', ["a", "b"], ""),
        ('{"items": [{"text": "a"}]}\n{"items": [{"text": "b"}, {"text": "c"}]}', list("abc"), ""),
        ('[{"text": "a",}, {"text": "b"},\n]', ["a", "b"], ""),
        ('\ufeff[{"text": "a", "n": [NaN, -Infinity,],},]', ["a"], ""),
        ('[{"text": "a, ]\n,}"}]', ["a, ]|,}"], ""),
        ('[{"text": "a"}, {"text": "b", bad, "o": {"x": 1}}, {"text": "c"}]', ["a", "c"], "1"),
        ('[\n{"text": "a"},\n{"text" "b"},\n{"text": "c"}\n]', ["a", "c"], "3"),
        ('{"items": [\n {\n  "text": "a"\n },\n {\n  bad\n },\n {"text": "c"}]}', ["a", "c"], "6"),
        ('[{"text": "a"},\n{"text": "b"},\n{"text": "c', ["a", "b"], "3"),
        ('[{"text": "a"} {"text": "b"}]', ["a", "b"], "1"),
    ],
)
def test_a_damaged_value_costs_no_other(data: str, bodies: list[str], record: str) -> None:
    read, unread = read_texts("a.json", data)
    assert read == bodies
    assert list(unread) == [record] * bool(record)


def test_json_lines_may_have_values_over_several_lines() -> None:
    lines = ['{"text": "a"}', '{"text": "cut', "{", ' "text": "b"', "}", "bad", '{"text": "c"}']
    read, unread = read_texts("a.jsonl", "\n".join(lines))
    assert read == ["a", "b", "c"]
    assert sorted(unread) == ["2", "6"]


def test_damaged_json_is_read_in_time() -> None:
    good = '{"text": "a"}'
    for damage in ('{"a":', '{"a": 1, ', "[", 'bad\n{"b": "\n', '{"b": "c\n'):
        seconds = []
        for count in (500, 2_000):
            begun = process_time()
            read, _ = read_texts("a.json", f"{good}\n{damage * count}")
            seconds.append(process_time() - begun)
            assert read == ["a"]
        assert seconds[1] < 10 * seconds[0] + 0.3


def test_a_record_is_named_by_its_id_where_that_is_its_own() -> None:
    ids: list[object] = ["a", "b", "b", 7, None, "  ", "x" * 300 + "\n"]
    made = [{"id": one, "text": TEXT} for one in ids]
    wanted = ["a", "2", "3", "7", "5", "6", "x" * 200]
    lines = "\n".join(map(json.dumps, made))
    for name, data in (("a.json", json.dumps(made)), ("a.jsonl", lines)):
        assert [one.record for one in documents(name, data)] == wanted
    clash = [{"text": TEXT}, {"id": "1", "text": TEXT}]
    assert [one.record for one in documents("a.json", clash)] == ["record 1", "1"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "package.json",
            '{"name": "a", "description": "b", "version": "1", "scripts": {"body": {}}}',
        ),
        ("a.json", "[1, 2, NaN]"),
        ("a.json", "[]"),
        ("a.csv", "date,price\n2021-05-03,7\n"),
        ("a.csv", ""),
    ],
)
def test_what_has_no_text_is_no_article(name: str, data: str) -> None:
    with pytest.raises(SourceError, match="it has no article"):
        found(name, data)


@pytest.mark.parametrize(
    "data",
    ["", "{", "[" * 100_000, '{"a":' * 100_000, '{"text": "a', '{"text": ' + "9" * 10_000 + "x"],
)
def test_what_is_no_json_says_so(data: str) -> None:
    with pytest.raises(SourceError, match="it is not JSON"):
        found("a.json", data)


def test_where_json_ends_is_said() -> None:
    with pytest.raises(SourceError, match="it is not JSON from line 2, column 3 on: correct it"):
        found("a.json", '{\n  title: "a"}')


def test_numbers_are_kept_as_they_are_written() -> None:
    digits = "9" * 10_000
    (read,) = documents("a.json", f'{{"id": 1.50, "text": "a", "n": {digits}, "tags": [NaN]}}')
    assert read.record == "1.50"
    assert list(read.metadata) == []


# --- what a record says ---


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ann Lee, Bo Chen and Cy Diaz", ["Ann Lee", "Bo Chen", "Cy Diaz"]),
        ("By A, B, and C", ["A", "B", "C"]),
        ("Lee, Ann; Chen, Bo", ["Lee, Ann", "Chen, Bo"]),
        ("Lee, Ann", ["Lee, Ann"]),
        (["Ann Lee", {"name": "Bo Chen", "url": "https://example.org"}], ["Ann Lee", "Bo Chen"]),
        ({"@type": "Person", "name": "Ann  Lee"}, ["Ann Lee"]),
        ({"@id": "https://example.org/ann"}, []),
        ("Anderson Bye", ["Anderson Bye"]),
    ],
)
def test_authors(author: object, names: list[str]) -> None:
    assert values({"author": author}).get("author", []) == names


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("2021-05-03", "2021-05-03"),
        ("2021-05-03T23:59:00-11:00", "2021-05-03"),
        ("20210503", "2021-05-03"),
        ("Mon, 03 May 2021 10:00:00 +0000", "2021-05-03"),
        ("Mon May 03 10:00:00 2021", "2021-05-03"),
        ("3 May 2021", "2021-05-03"),
        ("May 3, 2021", "2021-05-03"),
        (1620036000, "2021-05-03"),
        (1620036000000, "2021-05-03"),
        ("1620036000.5", "2021-05-03"),
        ({"$date": "2021-05-03T10:00:00Z"}, "2021-05-03"),
        ("2021/5/3", "2021-05-03"),
        ("13/04/2021", "2021-04-13"),
        ("04/13/2021", "2021-04-13"),
        ("04.04.2021", "2021-04-04"),
        ("03/04/2021", ""),
        ("31 February 2021", ""),
        ("2021", "2021"),
        ("soon", ""),
        ("9" * 10_000, ""),
    ],
)
def test_dates(date: object, day: str) -> None:
    assert "".join(values({"date": date}).get("published", [])) == day


@pytest.mark.parametrize(
    ("other", "day", "order"),
    [
        ("25/12/2024", "2024-04-03", "day first"),
        ("12/25/2024", "2024-03-04", "month first"),
        ("5/5/2024", "", ""),
        ("25.12.2024", "", ""),
    ],
)
def test_another_date_of_the_file_decides_which_number_is_the_day(
    other: str, day: str, order: str
) -> None:
    rows = [["text", "date"], ["a", "3/4/2024"], ["b", other], ["c", "1/2/2024 10:00"]]
    records = [dict(zip(*pair, strict=True)) for pair in zip([rows[0]] * 3, rows[1:], strict=True)]
    for read in (documents("a.csv", table(rows, ",")), documents("a.json", records)):
        origin = f"field date ({order}, as in {other})"
        settled = Datum("published", day, origin, "stated")
        ambiguous = Datum("ambiguous", "3/4/2024", "field", "stated")
        assert list(read[0].metadata) == [settled if order else ambiguous]
        assert [datum.field for datum in read[2].metadata] == [
            "published" if order else "ambiguous"
        ]


def test_dates_that_contradict_each_other_decide_nothing() -> None:
    rows = [["text", "date"], ["a", "3/4/2024"], ["b", "25/12/2024"], ["c", "12/25/2024"]]
    dates = [
        [(datum.field, datum.value) for datum in one.metadata]
        for one in documents("a.csv", table(rows, ","))
    ]
    settled = [("published", "2024-12-25")]
    assert dates == [[("ambiguous", "3/4/2024")], settled, settled]


GUARDIAN = {
    "response": {
        "status": "ok",
        "results": [
            {
                "id": "world/a",
                "type": "article",
                "sectionName": "World",
                "webPublicationDate": "2024-03-05T10:00:00Z",
                "webTitle": "Talks resume",
                "webUrl": "https://example.org/a",
                "fields": {"trailText": "What is said", "byline": "Jo Doe", "bodyText": TEXT},
                "tags": [{"id": "world/kashmir", "webTitle": "Kashmir"}],
            }
        ],
    }
}
GUARDIAN_BLOCKS = {
    "response": {
        "content": {
            "webTitle": "Talks resume",
            "webPublicationDate": "2024-03-05T10:00:00Z",
            "webUrl": "https://example.org/a",
            "blocks": {"body": [{"id": "1", "bodyHtml": "<p>x", "bodyTextSummary": TEXT}]},
        }
    }
}
NEW_YORK_TIMES = {
    "copyright": "Copyright (c) 2024",
    "response": {
        "docs": [
            {
                "abstract": "What is said",
                "web_url": "https://example.org/a",
                "lead_paragraph": TEXT,
                "source": "The New York Times",
                "headline": {"main": "Talks resume", "kicker": "Letters"},
                "keywords": [{"name": "glocations", "value": "Kashmir", "rank": 1}],
                "pub_date": "2024-03-05T10:00:00+0000",
                "byline": {"original": "By Jo Doe", "person": [{"firstname": "Jo"}]},
            }
        ]
    },
}
NEWS_API = {
    "status": "ok",
    "articles": [
        {
            "source": {"id": "post", "name": "The Post"},
            "author": "Jo Doe",
            "title": "Talks resume",
            "description": "What is said",
            "url": "https://example.org/a",
            "publishedAt": "2024-03-05T10:00:00Z",
            "content": TEXT,
        }
    ],
}
EVENT_REGISTRY = {
    "articles": {
        "results": [
            {
                "uri": "81",
                "dateTime": "2024-03-05T10:00:00Z",
                "dateTimePub": "2024-03-05T09:00:00Z",
                "time": "10:00:00",
                "url": "https://example.org/a",
                "title": "Talks resume",
                "body": TEXT,
                "source": {"uri": "example.org", "dataType": "news", "title": "The Post"},
                "authors": [{"uri": "jo_doe", "name": "Jo Doe", "type": "author"}],
            }
        ]
    }
}
GDELT = {
    "articles": [
        {
            "url": "https://example.org/a",
            "title": "Talks resume",
            "seendate": "20240305T101500Z",
            "domain": "example.org",
            "language": "English",
        }
    ]
}
MEDIA_CLOUD = {
    "stories": [
        {
            "id": 7,
            "title": "Talks resume",
            "url": "https://example.org/a",
            "publish_date": "2024-03-05",
            "indexed_date": "2024-03-09 10:00:00",
            "media_name": "The Post",
        }
    ]
}


@pytest.mark.parametrize(
    ("answer", "author", "source", "body"),
    [
        (GUARDIAN, "Jo Doe", "", TEXT),
        (GUARDIAN_BLOCKS, "", "", TEXT),
        (NEW_YORK_TIMES, "Jo Doe", "The New York Times", TEXT),
        (NEWS_API, "Jo Doe", "The Post", TEXT),
        (EVENT_REGISTRY, "Jo Doe", "The Post", TEXT),
        (GDELT, "", "example.org", ""),
        (MEDIA_CLOUD, "", "The Post", ""),
    ],
)
def test_answers_of_news_services(answer: object, author: str, source: str, body: str) -> None:
    (read,) = documents("a.json", answer)
    assert read.lines[0] == DocumentLine("Talks resume", "title")
    assert [line.text for line in read.lines if not line.kind] == [body] * bool(body)
    stated = {datum.field: datum.value for datum in read.metadata}
    assert stated["published"] == "2024-03-05"
    assert stated["url"] == "https://example.org/a"
    assert (stated.get("author", ""), stated.get("source", "")) == (author, source)
    assert stated.get("tag", "Kashmir") == "Kashmir"


RSS = f"""<?xml version="1.0"?>
<rss version="2.0" xmlns:content="c" xmlns:dc="d"><channel><title>The Post</title>
<item><title>Talks &amp; tea</title><link>https://example.org/a</link><guid>7</guid>
<dc:creator>Jo Doe</dc:creator><pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate>
<category>War</category><category>Peace</category><description>What is said</description>
<content:encoded><![CDATA[{TEXT}]]></content:encoded></item>
<item><title>Two</title><description>More is said</description></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="a"><title>The Post</title><entry><id>7</id><title>Talks &amp; tea</title>
<link rel="self" href="https://example.org/feed"/><link href="https://example.org/a"/>
<published>2024-03-05T10:00:00Z</published><author><name>Jo Doe</name><email>x@y.org</email>
</author><category term="War"/><summary>What is said</summary>
<content type="xhtml"><div><p>{TEXT}</p></div></content></entry></feed>"""


@pytest.mark.parametrize(("name", "feed"), [("a.rss", RSS), ("a.atom", ATOM), ("a.xml", ATOM)])
def test_the_items_of_a_feed(name: str, feed: str) -> None:
    read = documents(name, feed)[0]
    assert read.record == "7"
    assert [tuple(line[:2]) for line in read.lines] == [
        ("Talks & tea", "title"),
        ("What is said", "dek"),
        (TEXT, ""),
    ]
    stated = {datum.field: datum.value for datum in read.metadata if datum.field != "tag"}
    assert stated == {
        "title": "Talks & tea",
        "author": "Jo Doe",
        "published": "2024-03-05",
        "source": "The Post",
        "url": "https://example.org/a",
    }


def test_damage_in_a_feed_costs_no_item_above_it() -> None:
    bodies, unread = read_texts("a.rss", RSS[: RSS.index("More")])
    assert bodies == [TEXT]
    assert list(unread) == ["item 2"]
    with pytest.raises(SourceError, match="not an RSS or Atom feed"):
        found("a.rss", "no feed")


def test_fields_are_known_by_many_names() -> None:
    record = {
        "Head-Line": "A &amp; <b>B</b>",
        "standfirst": "What it is about",
        "articleBody": TEXT,
        "pubDate": "soon",
        "created_at": "2021-05-03",
        "dateModified": "2021-05-04",
        "publisher": {"@type": "Organization", "name": "The Post"},
        "link": "https://example.org/a?b=1",
        "inLanguage": "en-GB",
        "keywords": "water, dams; Źródło",
        "articleSection": "World",
    }
    read = only(record)
    assert read.lines == [
        DocumentLine("A & B", "title"),
        DocumentLine("What it is about", "dek"),
        DocumentLine(TEXT),
    ]
    assert [datum[:3] for datum in read.metadata] == [
        ("title", "A & B", "field Head-Line"),
        ("published", "2021-05-03", "field created_at"),
        ("modified", "2021-05-04", "field dateModified"),
        ("source", "The Post", "field publisher"),
        ("url", "https://example.org/a?b=1", "field link"),
        ("language", "en", "field inLanguage"),
        ("tag", "water", "field keywords"),
        ("tag", "dams", "field keywords"),
        ("tag", "Źródło", "field keywords"),
        ("section", "World", "field articleSection"),
    ]
    assert {datum.certainty for datum in read.metadata} == {"stated"}


def test_what_the_user_says_of_a_field_wins() -> None:
    read = only(
        {"text": "b", "kop": "T", "title": "no", "inhoud": TEXT}, kop="title", inhoud="text"
    )
    assert read.lines == [DocumentLine("T", "title"), DocumentLine(TEXT)]
    with_date = only({"text": TEXT, "gedrukt": "2021-05-03"}, gedrukt="date")
    assert [datum[:2] for datum in with_date.metadata] == [("published", "2021-05-03")]


def test_a_title_or_a_description_that_the_text_opens_with_is_not_doubled() -> None:
    read = only({"title": "The  River", "text": f"\nThe river\n{TEXT}"})
    assert [line.kind for line in read.lines] == ["title", "", "title:repeat", ""]
    read = only({"summary": "The river rose …", "text": TEXT})
    assert read.lines == [DocumentLine(TEXT)]


def test_html_goes_to_its_reader_and_what_the_record_says_wins() -> None:
    def html(record: str, part: bytes, media: str) -> Iterator[ReadResult]:
        assert (record, media) == ("7/x.pdf", "text/html")
        assert part.startswith(b"<!doctype html>")
        data = [Datum("title", "no", "page"), Datum("author", "Ann Lee", "page")]
        yield Document(
            [DocumentLine("T", "title"), DocumentLine(part.decode()[-32:], "body")], data, record
        )

    record = json.dumps({"id": "7/x.pdf", "title": "T", "html": f"<p>{TEXT}</p>"}).encode()
    (read,) = reader.read(File("a.json", record, html))
    assert isinstance(read, Document)
    assert [line.kind for line in read.lines] == ["title", "title:repeat", "body"]
    assert [datum.value for datum in read.metadata] == ["T", "Ann Lee"]


def test_html_is_stripped_where_its_reader_fails() -> None:
    read = only({"text": f"<div><h2>River</h2><p>{TEXT}<br>It&nbsp;fell.</div>"})
    assert read.lines == [DocumentLine("River", "title"), DocumentLine(f"{TEXT} It\u00a0fell.")]
    titled = only({"title": "T", "text": "<h1>River</h1><p>a</p>"})
    assert [line.kind for line in titled.lines] == ["title", "heading", ""]
    assert only({"text": "a < b > c <unless> d"}).lines == [DocumentLine("a < b > c <unless> d")]


def test_a_comma_before_a_bracket_is_no_damage() -> None:
    lines = '{"text": "Kabul, ] fell.", "tags": ["a", "b",],}\n{"text": "Herat fell,}"}\n{"text": "c", }'
    for name, data in (("a.jsonl", lines), ("a.json", "[" + lines.replace("\n", ",") + ",]")):
        texts = [document.lines[-1].text for document in documents(name, data)]
        assert texts == ["Kabul, ] fell.", "Herat fell,}", "c"]


# --- any record ---

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0<&"), max_size=60)
TEXTS = WORDS.filter(str.strip)
RECORD = st.fixed_dictionaries(
    {"text": TEXTS}, optional={"title": TEXTS, "dek": TEXTS, "id": WORDS}
)


def survives(record: Mapping[str, str], read: Document) -> None:
    texts = [line.text for line in read.lines]
    body = record["text"].replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    assert texts[-len(body) :] == body
    for field in ("title", "dek"):
        line = " ".join(record.get(field, "").split())
        written = " ".join(" ".join(texts).split())
        assert line.rstrip(" .…").casefold() in written.casefold()


@given(st.lists(RECORD, min_size=1, max_size=4))
def test_any_record_survives_json_lines(made: list[dict[str, str]]) -> None:
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in made)
    for record, read in zip(made, documents("a.jsonl", lines), strict=True):
        survives(record, read)


@given(st.lists(RECORD, min_size=1, max_size=4))
def test_any_record_survives_a_table(made: list[dict[str, str]]) -> None:
    header = ["id", "title", "dek", "text"]
    rows = [[record.get(name, "") for name in header] for record in made]
    for record, read in zip(made, documents("a.csv", table([header, *rows], ",")), strict=True):
        survives(record, read)


def test_an_address_as_source_is_the_address() -> None:
    clipped = only({"text": TEXT, "source": "https://www.example.org/a"})
    assert Datum("url", "https://www.example.org/a", "field source", "stated") in clipped.metadata
    both = only({"text": TEXT, "source": "https://example.org", "url": "https://example.org/a"})
    assert [d.value for d in both.metadata if d.field == "url"] == ["https://example.org/a"]
