"""Players, captions and notes between the paragraphs of a text."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.ingest.structure.inserts import insert_kind
from corpus_cli.ingest.structure.structure import structure
from corpus_cli.model import BODY, STATED, TEXT_KINDS, Datum

PROSE = (
    "The harbour master said on Tuesday that the second bridge would stay closed until the autumn, "
    "for the third year in a row."
)
TITLE = Datum("title", "The bridge at Arlen", "field title", STATED)

VIDEO = "JUST WATCHED Divers inspect the bridge Replay More Videos ... MUST WATCH Divers inspect the bridge"
GALLERY = (
    "Photos: The bridge at Arlen Photos: The bridge at Arlen Two cranes lift a beam. Hide Caption "
    "1 of 3 Photos: The bridge at Arlen Divers wait on the quay, as they did in May. Hide Caption 2 of 3"
)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (VIDEO, "video"),
        (f"{VIDEO} 02:14", "video"),
        ("Media playback is unsupported on your device Media caption Cranes at work", "video"),
        ("Image copyright AP/HN", "caption"),
        ("Image copyright AP Image caption Cranes lift the last beam on Monday", "caption"),
        ("Radio transcripts are created on a deadline and may be in error.", "note"),
        ("This is a rush transcript. Copy may not be in its final form.", "note"),
        (f"{VIDEO} (3 Videos)", "video"),
        ("Harbour Why Arlen Waits Why Arlen Waits Listen · 4:07 4:07", "video"),
        ("Play Video 1:12 Cranes lift the last beam at Arlen – video", "video"),
        ("WATCH: Cranes lift the last beam", "video"),
        ("( WATCH LIVE: The harbour of Arlen)", "video"),
        (GALLERY, "caption"),
        ("Hide Caption 3 of 5", "caption"),
        ("Hide caption Two cranes lift a beam. Previous Next Ann Lee/Harbour News", "caption"),
        ("A beam of forty tonnes hangs over the quay. Hide Caption 3 of 5", "caption"),
        ("Hide Caption 3 of 5 Photos: The bridge at Arlen Cranes at work. ", "caption"),
        ("Photos: A bridge Photos: A bridge A beam of forty tonnes hangs over it.", "caption"),
        ("Enlarge this image toggle caption Ann Lee/Harbour News Ann Lee/Harbour News", "caption"),
        ("Enlarge this image Ann Lee/ HN Ann Lee/ HN", "caption"),
        ("Photographer: Ann Lee/Harbour News Photographer: Ann Lee/Harbour News", "caption"),
        ("PHOTO: The bridge at Arlen is lit for the feast, May 3. (Ann Lee/HN) More", "caption"),
        ("( PHOTOS: Ten bridges of the coast)", "caption"),
        ("Editor’s note: Ann Lee is a diver. The views in this column are hers.", "note"),
        ("[Editors' Note: The tolls in this report are of last year.]", "note"),
        ("This story has been updated with the toll of Friday.", "note"),
        ("UPDATE: This post was updated at 9:30 a.m.", "note"),
        ("Updated at 5:10 p.m. ET", "note"),
        ("An earlier version of this article misstated the weight of the beam.", "note"),
        ("Correction, 3 May: A headline was incorrectly placed above this report.", "note"),
        ("• Ann Lee in Arlen and Bo Ek contributed to this report.", "note"),
        ("Reporting by Ann Lee; Editing by Bo Ek", "note"),
        ("— Additional reporting by Ann Lee in Arlen", "note"),
        ("The opinions expressed in this commentary are those of the author.", "note"),
        ("The port authority did not immediately respond to requests for comment.", "note"),
        ("Lee’s lawyers didn’t return calls seeking comment on Monday.", "note"),
        ("Ms. Ek could not be reached for comment.", "note"),
    ],
)
def test_an_insert_is_recognised(line: str, kind: str) -> None:
    assert insert_kind(line) == kind


@pytest.mark.parametrize(
    "line",
    [
        # An insert and a paragraph in one line.
        f"{VIDEO} (3 Videos) ARLEN (HN) - {PROSE}",
        f"{GALLERY} ARLEN (HN) - {PROSE} {PROSE}",
        f"{PROSE} {PROSE} {GALLERY}",
        f"Photos: A bridge Photos: A bridge ARLEN (HN) - {PROSE}",
        f"toggle caption Ann Lee/HN {PROSE}",
        # A sentence of a paragraph, and one that says more.
        f"{PROSE} The port authority did not respond to requests for comment.",
        "The port did not respond to a request for comment, but its owner wrote this:",
        "The mayor left on Monday. The port did not respond to requests for comment.",
        "There was no word of the crew and the port did not respond to requests for comment.",
        "“The port did not respond to requests for comment,” the weekly wrote.",
        "The pilot did not respond to calls from the tower for twenty minutes.",
        "The ministry did not respond to the request for asylum.",
        "Rust contributed to this failure, the report on the bridge says.",
        "This story has been told in Arlen for two hundred years.",
        "The views expressed by the minister are widely shared on the coast.",
        "Correction: the market falls by a tenth",
        "Watch how the tide turns: at six it is at the quay, at noon it is gone.",
        "Photos of the bridge from May show no rust at all.",
        "Play video games for an hour and you forget the rain.",
        # Repetition alone is no sign of an insert.
        "We shall cross the bridge, we shall cross the bridge, we shall cross the bridge at last.",
        "No bridge no peace! No bridge no peace! No bridge no peace!",
        "We will build on the quay. We will build on the hill. We will build in the bay.",
        "Row on row on row the stones, row on row on row the bones",
        "Ann Lee Bo Ek Ann Lee Bo Ek Cy Orr",
        "North 10 20 30 South 10 20 30 East 10 20 30 West 10 20 30",
        "",
    ],
)
def test_text_is_no_insert(line: str) -> None:
    assert insert_kind(line) == ""


def test_inserts_are_chrome_between_paragraphs() -> None:
    article = structure(
        list(map(DocumentLine, [PROSE, VIDEO, PROSE, "Hide Caption 1 of 2", "He left.", PROSE])),
        [TITLE],
    )
    assert [line.kind for line in article.lines] == [
        "body",
        "chrome:video",
        "body",
        "chrome:caption",
        "body",
        "body",
    ]


def test_an_insert_proves_no_end_of_the_text() -> None:
    note = "This story has been updated with the toll of Friday."
    bio = (
        "Ann Lee is a professor of bridges at the University of Arlen and the author of two books."
    )
    article = structure(list(map(DocumentLine, [PROSE, PROSE, note, bio, "Ann Lee"])), [TITLE])
    assert [line.broad for line in article.lines] == ["body", "body", "chrome", "body", "body"]


def test_body_that_the_format_states_is_judged_too() -> None:
    lines = [DocumentLine(text, BODY) for text in (PROSE, VIDEO, PROSE)]
    article = structure(lines, [TITLE])
    assert [line.kind for line in article.lines] == ["body", "chrome:video", "body"]
    assert article.lines[1].stated == "body"


def test_a_first_line_can_be_the_title() -> None:
    lines = list(map(DocumentLine, ["Photos: Ten bridges of the coast", PROSE, PROSE]))
    assert structure(lines).lines[0].kind == "title"
    assert structure(lines, [TITLE]).lines[0].kind == "chrome:caption"


def test_a_text_that_is_nothing_but_an_insert_stays_text() -> None:
    article = structure([DocumentLine(VIDEO), DocumentLine("")], [TITLE])
    assert article.lines[0].broad in TEXT_KINDS


Write = Callable[[Path], object]

FORMATS: dict[str, Write] = {
    "page.html": lambda path: path.write_text(
        "<html><head><title>The bridge at Arlen</title></head><body><article>"
        f"<h1>The bridge at Arlen</h1><p>{PROSE} {PROSE}</p><p>{VIDEO}</p><p>{PROSE} It is so.</p>"
        f"<p>{PROSE} So it is.</p></article></body></html>"
    ),
    "text.txt": lambda path: path.write_text(
        f"The bridge at Arlen\n\n{PROSE}\n\n{VIDEO}\n\n{PROSE}\n"
    ),
    "records.jsonl": lambda path: path.write_text(
        json.dumps({"title": "The bridge at Arlen", "text": f"{PROSE}\n\n{VIDEO}\n\n{PROSE}"})
    ),
    "mail.eml": lambda path: path.write_text(
        "From: a@b.example\nTo: c@d.example\nSubject: The bridge at Arlen\n\n"
        f"{PROSE}\n\n{VIDEO}\n\n{PROSE}\n"
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_inserts(name: str, tmp_path: Path) -> None:
    FORMATS[name](tmp_path / name)
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(tmp_path / name)])
        assert not corpus.search("replay").total
        assert corpus.search("harbour").total
