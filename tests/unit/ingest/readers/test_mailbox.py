"""Where the messages of a mailbox begin, in the files of many programs."""

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.port import Document

HEAD = b"From: A <a@x.org>\nSubject: s\nDate: Mon, 05 Jan 2026 10:00:00 +0000\n"
HASH = b"3a967601b2c3d4e5f60718293a4b5c6d7e8f9012"
PATCH = b"From " + HASH + b" Mon Sep 17 00:00:00 2001\nFrom: Carol <c@x.org>\nSubject: [PATCH]\n"
DATED = b"From a@x.org Mon Jan  5 10:00:00 2026\n"


def documents(data: bytes, name: str = "x.mbox") -> list[Document]:
    results = list(file_formats.read(name, data, "", {}))
    assert all(isinstance(result, Document) for result in results), results
    return [result for result in results if isinstance(result, Document)]


def texts(data: bytes, name: str = "x.mbox") -> list[list[str]]:
    return [[line.text for line in document.lines[1:]] for document in documents(data, name)]


def published(document: Document) -> list[tuple[str, str]]:
    return [(d.value, d.certainty) for d in document.metadata if d.field == "published"]


SEPARATORS = {
    "ctime": DATED,
    "Thunderbird": b"From - Mon Jan 05 10:00:00 2026\nX-Mozilla-Status: 0001\n",
    "Takeout": b"From 1783@xxx Mon Jan 05 10:00:00 +0000 2026\nX-GM-THRID: 1\n",
    "Eudora": b"From ???@??? Mon Jan 05 10:00:00 2026\n",
    "mail date": b"From a@x.org Mon, 5 Jan 2026 10:00:00 +0000\n",
    "ISO date": b"From a@x.org 2026-01-05 10:00:00\n",
    "address": b"From a@x.org\n",
    "hyphen": b"From -\n",
    "bare": b"From \n",
    "bare without a blank": b"From\n",
    "patches": PATCH,
}


@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS)
def test_each_program_has_a_separator_of_its_own(separator: bytes) -> None:
    data = separator + HEAD + b"\none\n\n" + separator + HEAD + b"\ntwo\n"
    crlf = data.replace(b"\n", b"\r\n")
    for box in (data, crlf, data.replace(b"\n", b"\r"), b"\xef\xbb\xbf" + data):
        assert texts(box) == [["one"], ["two"]]
    assert texts(data, "Inbox") == texts(crlf, "mbox") == [["one"], ["two"]]


def test_a_patch_in_a_mail_is_text() -> None:
    data = DATED + HEAD + b"\nLook:\n\n" + PATCH + b"\nfixed\n\n" + DATED + HEAD + b"\ntwo\n"
    first, second = texts(data)
    assert (first[0], first[-1], second) == ("Look:", "fixed", ["two"])
    assert any(HASH.decode() in line for line in first)


def test_a_line_of_text_that_looks_like_a_separator() -> None:
    quoted = b"\nFrom Kabul\nNote: it is far.\n\nFrom here it is 10:12.\nNote: noon.\nFrom: b\n"
    for separator in (DATED, b"From a@x.org\n", b"From -\n"):
        data = separator + HEAD + b"\none\n" + quoted + b"\n" + separator + HEAD + b"\ntwo\n"
        assert [lines[-1] for lines in texts(data)] == ["From: b", "two"]
    assert texts(b"From 1996 to 2001 it was closed.\nNothing moved.\n", "notes") == [
        ["Nothing moved."]
    ]


def test_a_message_without_a_date_has_that_of_its_separator() -> None:
    undated = b"From: A <a@x.org>\nSubject: s\n\none\n"
    dates = [published(documents(line + undated)[0]) for line in SEPARATORS.values()]
    # A patch has no date of its own, and its separator always the same.
    assert dates == [[("2026-01-05", "claimed")]] * 6 + [[]] * 5
    assert published(documents(DATED + HEAD + b"\none\n")[0]) == [("2026-01-05", "stated")]


def test_escaped_lines_are_as_they_were_sent() -> None:
    assert texts(DATED + HEAD + b"\n>From me\n>>From you\n") == [["From me", ">From you"]]


def test_a_length_in_the_header_counts_where_it_leads_to_a_separator() -> None:
    body = b"body\n" + DATED + b"From: quoted\n\n>From stays\n"
    head = HEAD + b"Content-Length: %d\n\n"
    data = DATED + head % len(body) + body + b"\n" + DATED + HEAD + b"\ntwo\n"
    first, second = texts(data, "x.mboxcl2")
    assert (first[-1], second) == (">From stays", ["two"])
    wrong = DATED + head % (len(body) + 3) + body + b"\n" + DATED + HEAD + b"\ntwo\n"
    assert len(texts(wrong)) == 3


def test_a_mailbox_without_a_separator_says_what_to_do() -> None:
    (document,) = documents(HEAD + b"\none\n", "x.eml")
    assert document.lines[1].text == "one"
    with pytest.raises(SourceError, match=r"suffix \.eml"):
        documents(HEAD + b"\none\n")
