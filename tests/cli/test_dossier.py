"""corpus dossier."""

import os
import sys
from datetime import datetime
from pathlib import Path

import docx
import lxml.html
import pytest

from corpus_cli import Corpus, SearchRequest
from corpus_cli.explore.dossier import DossierOptions
from tests.cli.conftest import Run

OLSEN = (
    "Defence Minister Mira Olsen came to the harbour on Monday with her staff.\n\n"
    "“The walrus has left the harbour, and the ferry can sail again at last,” Ms. Olsen told"
    " Reuters on Monday.\n\n"
    "The port office said that the walrus would come back to the harbour on Friday."
)
SAVED = "2015-10-03"
ARTICLES = {
    "a": ("2014-03-02", "The Harbour Post", OLSEN),
    "b": ("2014-05-01", "The Coast", "A walrus slept in the harbour. Nobody could pass it."),
    "c": ("2015-06-01", "The Coast", "A bear came to the town. No walrus was seen there."),
    "d": ("", "", "The walrus </style><script>alert(1)</script> \u202edna\u202c harbour."),
}


def write_articles(folder: Path) -> None:
    folder.mkdir()
    for name, (day, source, text) in ARTICLES.items():
        head = f"date: {day}\nsource: {source}\n" if day else ""
        url = f"url: https://paper.example/{name}\nauthor: Ann Writer\n"
        (folder / f"{name}.md").write_text(
            f"---\ntitle: Title of {name}\n{url}{head}---\n\n{text}\n"
        )


@pytest.fixture
def harbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    monkeypatch.chdir(tmp_path)
    write_articles(tmp_path / "texts")
    noon = datetime.fromisoformat(f"{SAVED}T12:00").timestamp()
    os.utime("texts/b.md", (noon, noon))
    assert run("ingest", "texts").code == 0
    return tmp_path / "index"


def section(text: str, heading: str) -> str:
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_a_dossier_has_all_sections_and_cites_what_it_shows(harbour: Path, run: Run) -> None:
    ran = run("dossier", "walrus")
    assert ran.code == 0
    headings = [line for line in ran.out.splitlines() if line.startswith("## ")]
    assert [one[3:] for one in headings] == [
        "Over time",
        "Sources",
        "Mentioned together",
        "Who said what",
        "Best passages by source",
        "What was not looked at",
        "Notes",
        "Articles cited",
    ]
    assert " in 4 articles, published 2014-03 to 2015-06. The corpus has 4 articles." in ran.out
    assert "| 2014-03 | 1 |" in section(ran.out, "Over time")
    assert "| no date | 1 | 1 |" in section(ran.out, "Over time")
    assert "| The Coast | 2 | 2 |" in section(ran.out, "Sources")
    assert "**Mira Olsen**, told Reuters, The Harbour Post, 2014-03-02 \\[" in section(
        ran.out, "Who said what"
    )
    assert "and the ferry can sail again at last”" in section(ran.out, "Who said what")
    notes = section(ran.out, "Notes")
    with Corpus.open(str(harbour)) as corpus:
        articles = {header.title: header.id for header in corpus.headers()}
    assert (
        "Ann Writer, “[Title of b](<https://paper.example/b>)”, The Coast, 2014-05-01. "
        f"Line 9; passage {articles['Title of b']}\\#1." in notes
    )
    cited = section(ran.out, "Articles cited")
    assert f"paper.example/b>). Saved {SAVED}. Article {articles['Title of b']}; note" in cited
    # A file that was saved just before it was read has no time.
    assert f"paper.example/a>). Article {articles['Title of a']}; note" in cited


def test_every_mark_has_its_note(harbour: Path, run: Run) -> None:
    text = run("dossier", "walrus").out
    body, _, notes = text.partition("\n## Notes\n")
    numbers = {int(part.partition("\\]")[0]) for part in body.split("\\[")[1:]}
    listed = [line.partition(".")[0] for line in notes.splitlines() if line[:1].isdigit()]
    assert numbers == set(range(1, len(listed) + 1))


def test_what_is_not_found_writes_nothing(harbour: Path, run: Run) -> None:
    ran = run("dossier", "walnut", "-o", "w.md")
    assert ran.code == 1
    assert "nothing found" in ran.err
    assert not Path("w.md").exists()
    assert run("dossier", "walrus", "zebra").code == 1
    assert run("dossier").code == run("dossier", "").code == 2
    assert "give a query" in run("dossier", " ").err


def test_files_are_written_in_the_format_of_their_suffix(harbour: Path, run: Run) -> None:
    for name in ("w.md", "w.html", "w.docx", "W.HTM"):
        ran = run("dossier", "walrus", "-o", name)
        assert (ran.code, ran.out) == (0, "")
        assert f"corpus: wrote {name}" in ran.err
    assert Path("w.md").read_text().startswith("# walrus\n")
    assert Path("w.html").read_text() == Path("W.HTM").read_text()
    assert docx.Document("w.docx").paragraphs[0].text == "walrus"
    assert [path.name for path in Path.cwd().glob(".*")] == []
    assert run("dossier", "walrus", "-o", "w.txt", "--format", "html").code == 0
    assert Path("w.txt").read_text() == Path("w.html").read_text()
    assert run("dossier", "walrus", "-o", "-", "--format", "html").out == Path("w.html").read_text()


def test_an_unknown_suffix_is_an_error(harbour: Path, run: Run) -> None:
    ran = run("dossier", "walrus", "-o", "w.htlm")
    assert ran.code == 2
    assert "does not end in .md, .html or .docx: give such a name" in ran.err


def test_a_file_is_replaced_only_by_force(harbour: Path, run: Run) -> None:
    Path("w.md").write_text("mine")
    ran = run("dossier", "walrus", "-o", "w.md")
    assert ran.code == 2
    assert "w.md exists already: name another file, or replace it with --force" in ran.err
    assert Path("w.md").read_text() == "mine"
    assert run("dossier", "walrus", "-o", "w.md", "--force").code == 0
    assert Path("w.md").read_text().startswith("# walrus")


def test_what_is_no_file_is_never_replaced(harbour: Path, run: Run) -> None:
    Path("folder.md").mkdir()
    Path("link.md").symlink_to("elsewhere")
    os.mkfifo("pipe.md")
    for name in ("folder.md", "link.md", "pipe.md"):
        ran = run("dossier", "walrus", "-o", name, "--force")
        assert ran.code == 2
        assert "cannot be replaced" in ran.err
    assert "is not a folder" in run("dossier", "walrus", "-o", "nowhere/w.md").err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_named(harbour: Path, run: Run) -> None:
    Path("shut").mkdir(mode=0o500)
    ran = run("dossier", "walrus", "-o", "shut/w.md")
    assert ran.code == 2
    assert "shut/w.md cannot be written: Permission denied" in ran.err


def test_docx_needs_a_file_and_its_extra(
    harbour: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "name a file with -o FILE.docx" in run("dossier", "walrus", "--format", "docx").err
    monkeypatch.setitem(sys.modules, "docx", None)
    ran = run("dossier", "walrus", "-o", "w.docx")
    assert ran.code == 2
    assert "DOCX needs the extra dossier: " in ran.err
    assert run("dossier", "walrus", "-o", "w.html").code == 0


def test_hostile_texts_of_articles_are_texts(harbour: Path, run: Run) -> None:
    run("dossier", "walrus", "-o", "w.html")
    page = lxml.html.parse("w.html").getroot()
    assert not list(page.iter("script"))
    texts = [one.text_content() for one in page.iter("blockquote")]
    assert "The walrus </style><script>alert(1)</script> \ufffddna\ufffd harbour." in texts


def test_a_limit_and_periods(harbour: Path, run: Run) -> None:
    text = run("dossier", "walrus", "-n", "1", "--by", "year").out
    assert "| 2014 | 2 |" in section(text, "Over time")
    assert section(text, "Best passages by source").count("> —") == 1
    assert section(text, "Who said what").count("> —") == 1
    assert "2 quotations in the matching passages" in text


def test_filters_and_the_query_as_it_was_read(harbour: Path, run: Run) -> None:
    text = run("dossier", "walrus", "--source", "The Coast", "--since", "2015").out
    assert "Found 1 passage in 1 article, published in 2015-06. The corpus" in text
    assert "Read as: +walrus date:2015.. source:" in text.replace("\\", "")


def test_all_words_are_in_the_passage(harbour: Path, run: Run) -> None:
    text = run("dossier", "bear", "walrus").out
    assert "Title of c" in text
    assert "Title of b" not in text


def test_corpora_are_added_up(harbour: Path, run: Run) -> None:
    assert run("ingest", "texts/c.md", "-i", "second").code == 0
    text = run("dossier", "walrus", "-i", "index", "-i", "second").out
    assert "The corpora index, second have 5 articles." in text
    assert "| The Coast | 3 | 3 |" in section(text, "Sources")
    assert "| 2015 | 2 | 2 |" in section(text, "Over time")
    assert " in second" in section(text, "Notes") or " in index." in section(text, "Notes")
    # The same text is shown once, whatever corpora have it.
    assert section(text, "Best passages by source").count("A bear came") == 1


def test_a_partial_dossier_says_so(harbour: Path, run: Run) -> None:
    ran = run("dossier", "walrus", "--timeout", "0.000001")
    assert ran.code == 3
    assert "nothing found in that time" in ran.err or "The time limit ended" in ran.out


def test_the_time_limit_is_one_for_all_sections(
    harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds: list[float] = []

    def note_time(line: str, options: object, moment: object, request: SearchRequest) -> None:
        seconds.append(request.seconds)
        raise InterruptedError

    monkeypatch.setattr("corpus_cli.explore.dossier.companions", note_time)
    with Corpus.open(str(harbour)) as corpus, pytest.raises(InterruptedError):
        corpus.explore.dossier("walrus", None, SearchRequest(seconds=100))
    assert 0 < seconds[0] < 100


def test_a_python_user_gets_the_answers(harbour: Path) -> None:
    with Corpus.open(str(harbour)) as corpus:
        answer = corpus.explore.dossier("walrus", DossierOptions(limit=0))
    assert answer.results.total == len(answer.results.hits)
    assert answer.timeline.articles == answer.results.articles == 4
    assert answer.about.parsed == "+walrus"
    assert not answer.about.partial
    assert set(answer.saved.values()) == {SAVED}
