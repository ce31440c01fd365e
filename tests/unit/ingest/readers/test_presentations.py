"""Presentations: the slides in their order, with titles, tables, notes and comments."""

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.office import package
from corpus_cli.ingest.readers.port import Document, ReadResult, Unread
from tests.conftest import DATA
from tests.unit.ingest.readers.test_office import zipped
from tests.unit.ingest.readers.test_office_damage import cut, repacked

SAMPLE = (DATA / "formats" / "slides.pptx").read_bytes()


def read(data: bytes, name: str = "x.pptx") -> list[ReadResult]:
    return list(file_formats.read(name, data, "", {}))


def pairs(data: bytes) -> list[tuple[str, str]]:
    (result,) = read(data)
    assert isinstance(result, Document)
    return [(line.text, line.kind) for line in result.lines]


def slide(*shapes: str) -> str:
    return f"<p:sld xmlns:p='p' xmlns:a='a'><p:spTree>{''.join(shapes)}</p:spTree></p:sld>"


def shape(text: str, placeholder: str = "") -> str:
    marked = f"<p:nvPr><p:ph type='{placeholder}'/></p:nvPr>" if placeholder else ""
    return f"<p:sp>{marked}<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def relations(**targets: str) -> str:
    rows = "".join(
        f"<Relationship Id='{name}' Type='http://x/{name.rstrip('0123456789')}' Target='{target}'/>"
        for name, target in targets.items()
    )
    return f"<Relationships>{rows}</Relationships>"


def deck(ids: str, **parts: str) -> bytes:
    order = "".join(f"<p:sldId id='{256 + n}' r:id='{one}'/>" for n, one in enumerate(ids.split()))
    return zipped(
        **{
            "ppt/presentation.xml": f"<p:presentation xmlns:p='p' xmlns:r='r'>{order}</p:presentation>"
        },
        **{name.replace("__", "/"): text for name, text in parts.items()},
    )


def test_a_presentation_is_one_article() -> None:
    assert pairs(SAMPLE) == [
        ("Talks in the valley", "title"),
        ("Ann Lee, 5 March 2024", ""),
        ("What happened", "heading"),
        ("The ministry said on Monday that its forces had taken the whole of the valley.", ""),
        ("Nobody could say how many people had left their houses.", ""),
        ("Say that the roads to the north were closed for weeks.", "body"),
        ("Prices", "heading"),
        ("Good | Price", "body"),
        ("Flour | 90", "body"),
    ]


def test_what_a_template_says_of_itself_is_no_metadata() -> None:
    (result,) = read(SAMPLE)
    assert isinstance(result, Document)
    assert {datum.field for datum in result.metadata}.isdisjoint({"author", "title"})


def test_slides_are_read_as_they_are_shown() -> None:
    data = deck(
        "slide2 slide1",
        **{
            "ppt/slides/slide1.xml": slide(shape("Second", "title"), shape("3", "sldNum")),
            "ppt/slides/slide2.xml": slide(shape("First", "ctrTitle"), shape("one")),
            "ppt/slides/slide3.xml": slide(shape("no place")),
            "ppt/_rels/presentation.xml.rels": relations(
                slide1="slides/slide1.xml", slide2="/ppt/slides/slide2.xml"
            ),
        },
    )
    assert pairs(data) == [
        ("First", "title"),
        ("one", ""),
        ("Second", "heading"),
        ("3", "chrome:page"),
        ("no place", ""),
    ]


def test_diagrams_notes_and_comments_of_a_slide_are_read() -> None:
    comments = "<p:cmLst xmlns:p='p'><p:cm><p:text>Is that so?</p:text></p:cm></p:cmLst>"
    data = deck(
        "slide1",
        **{
            "ppt/slides/slide1.xml": slide(shape("Title", "title")),
            "ppt/_rels/presentation.xml.rels": relations(slide1="slides/slide1.xml"),
            "ppt/slides/_rels/slide1.xml.rels": relations(
                notesSlide="../notesSlides/n1.xml",
                comments="../comments/c1.xml",
                diagramData="../diagrams/d1.xml",
                image="../../../../etc/passwd",
            ),
            "ppt/notesSlides/n1.xml": slide(shape("a note", "body"), shape("1", "sldNum")),
            "ppt/comments/c1.xml": comments,
            "ppt/diagrams/d1.xml": slide(shape("a box")),
        },
    )
    assert pairs(data) == [
        ("Title", "title"),
        ("a box", ""),
        ("a note", "body"),
        ("1", "chrome:page"),
        ("Is that so?", "chrome:comment"),
    ]


def test_a_damaged_slide_costs_no_other() -> None:
    result, unread = read(repacked(SAMPLE, "ppt/slides/slide2.xml", cut))
    assert isinstance(result, Document)
    assert [line.text for line in result.lines][-2:] == ["Good | Price", "Flour | 90"]
    assert unread == Unread("ppt/slides/slide2.xml", package.DAMAGED)


def test_the_content_tells_a_presentation() -> None:
    assert isinstance(read(SAMPLE, "x.zip")[0], Document)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_UNPACKED_BYTES", 1_000)
    with pytest.raises(SourceError, match="unpacks to more than"):
        read(SAMPLE)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped(**{"ppt/slides/slide1.xml": slide(shape("x"))}), "it is damaged"),
        (deck("", **{"ppt/slides/slide1.xml": slide(shape(" "))}), "there is no text in it"),
    ],
)
def test_a_file_without_slides_or_text_is_no_article(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read(data)
