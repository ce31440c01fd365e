"""Plain text: encodings, front matter, headings."""

import time
from itertools import pairwise

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.port import Document, DocumentLine, Unread

FRENCH = "L’été où le président élu a reçu la délégation à l’hôtel, ça n’était pas prévu."
RUSSIAN = "Министерство сообщило, что войска заняли долину после недели боёв. " * 3
CHINESE = "外交部发言人表示，双方就边境局势交换了意见。" * 5


def read(data: bytes, name: str = "a.txt") -> Document:
    (found,) = file_formats.read(name, data, "", {})
    assert isinstance(found, Document)
    return found


def texts(data: bytes) -> list[str]:
    return [line.text for line in read(data).lines]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\nb", ["a", "b"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\rb", ["a", "b"]),
        (b"\xef\xbb\xbfa", ["a"]),
        ("é\nb".encode("utf-16"), ["é", "b"]),
        ("é\nb".encode("utf-32"), ["é", "b"]),
        (("a plain line\n" * 9).encode("utf-16-le"), ["a plain line"] * 9),
        (("a plain line\n" * 9).encode("utf-16-be"), ["a plain line"] * 9),
        ("a\x0b\u2028b\x0c".encode(), ["a\x0b\u2028b\x0c"]),
        (b"\n\na\n\n", ["", "", "a", ""]),
    ],
)
def test_lines_as_an_editor_counts_them(data: bytes, lines: list[str]) -> None:
    assert texts(data) == lines


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"GIF89a\x00\x01", "not a text file"), (b" \n\n\t", "no text"), (b"", "no text")],
)
def test_what_is_no_text_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read(data)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"),
        ("Später kam “Größe”", "cp1252"),
        ("a\n" * 200_000 + "Später kam “Größe”", "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (CHINESE, "gb18030"),
    ],
)
def test_encodings_that_nobody_told(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_damaged_byte_costs_no_more_than_its_line() -> None:
    data = f"{FRENCH}\n{RUSSIAN}\n".encode() + "Größe".encode("cp1252") + f"\n{FRENCH}".encode()
    assert decode(data) == f"{FRENCH}\n{RUSSIAN}\nGröße\n{FRENCH}"
    assert decode(data[:-3]).startswith(FRENCH)


def test_front_matter_is_metadata() -> None:
    found = read(
        b"---\ntitle: 'A: title'\nauthor: [Jane Doe, Omar Khan]\ndate: 2021-05-03\n"
        b"tags: war, peace\n---\n\nText.\n",
        "a.md",
    )
    known = [(datum.field, datum.value, datum.certainty) for datum in found.metadata]
    assert ("title", "A: title", "stated") in known
    assert [value for field, value, _ in known if field == "author"] == ["Jane Doe", "Omar Khan"]
    assert ("published", "2021-05-03", "stated") in known
    assert [line.kind for line in found.lines] == ["metadata"] * 6 + ["", ""]
    toml = read(b"+++\ntitle = 'A'\ndate = 2021-05-03\n+++\nText.\n")
    assert {datum.value for datum in toml.metadata} == {"A", "2021-05-03"}


@pytest.mark.parametrize(
    "text",
    [
        "---\nThe minister said: the plover is protected.\nHe left.\n---\nBody",
        "---\ntitle: [unclosed\n---\nBody",
        "---\nno end: of it\nBody",
        "+++\nnot toml\n+++\nBody",
        "---\n- a\n- b\n---\nBody",
    ],
)
def test_what_stands_between_rules_may_be_text(text: str) -> None:
    assert not any(line.kind for line in read(text.encode()).lines)


def test_front_matter_has_a_length() -> None:
    """A key of many dots takes the square of its length."""
    for dots, kinds in ((100, {"metadata", ""}), (20_000, {""})):
        long = f"+++\ntitle = 'A'\n# {'a.' * dots}\n+++\nText.\n"
        assert {line.kind for line in read(long.encode()).lines} == kinds


def test_aliases_do_not_unfold() -> None:
    names = "abcdefghij"
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in pairwise(names)
    )
    began = time.process_time()
    assert not read(f"---\n{bomb}author: *j\n---\nBody".encode()).metadata
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("# A  title ## ", "A  title ##"),
        ("##\tA # title \t##", "A # title"),
        ("# #5 is late#", "#5 is late"),
        ("# C" + " " * 100_000 + "D", "C" + " " * 100_000 + "D"),
    ],
)
def test_the_title_of_markdown_goes_without_its_marks(line: str, title: str) -> None:
    assert [datum.value for datum in read(line.encode(), "a.md").metadata] == [title]


def test_headings_of_markdown() -> None:
    text = (
        "\n# A title #\nText.\n## One\n```sh\n# comment\n~~~\n# comment\n```\n``` x ```\n## Two\n"
    )
    found = read(text.encode(), "a.md")
    assert [line.text for line in found.lines if line.kind == "heading"] == ["## One", "## Two"]
    assert DocumentLine("# A title #", "title") in found.lines
    assert [(datum.field, datum.value) for datum in found.metadata] == [("title", "A title")]
    assert not any(line.kind for line in read(text.encode(), "a.txt").lines)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"Talks\n\nThe minister spo\0ke at the border.\n", 3),
        (b"Talks\r\rThe minister spo\0ke at the border." + bytes(4_096), 3),
        (b"The minister spo\0ke of a caf\xe9 at the border.\n", 1),
        (b"\xef\xbb\xbfThe minister spo\0ke at the border.\n", 1),
        (b"The minister of the valley spoke.\n" * 500 + b"spo\0ke\n", 501),
    ],
)
def test_nul_bytes_cost_no_word_and_are_told(data: bytes, line: int) -> None:
    read, unread = file_formats.read("a.txt", data, "", {})
    assert isinstance(read, Document)
    assert isinstance(unread, Unread)
    assert any("spoke" in one.text for one in read.lines)
    assert not any("\0" in one.text for one in read.lines)
    assert unread.record == f"line {line}"
    assert "left out" in unread.reason


@pytest.mark.parametrize(
    "data",
    [
        bytes(100),
        b"\x7fELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0",
        "Привет мир".encode("utf-16-le"),
        b"a\0b\0c\0",
        b"\x89\xc3\x28\xf0\0\xe2\x82" * 40,
        # A short file that is encrypted or compressed may have no NUL.
        bytes(range(1, 256)),
    ],
)
def test_bytes_that_are_no_text(data: bytes) -> None:
    with pytest.raises(SourceError, match="not a text file"):
        read(data)
