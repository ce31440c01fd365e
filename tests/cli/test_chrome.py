"""Searching the lines around the texts of articles."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus_cli import SearchRequest, search_corpora
from corpus_cli.corpus import Corpus
from corpus_cli.query.nodes import And, Bag, Must, Not, Word
from corpus_cli.search.chrome import _beginnings, _needed
from tests.cli.conftest import Run

PROSE = (
    "The harbour master said on Tuesday that the second bridge would stay closed until the autumn, "
    "for the third year in a row."
)
OTHER = (
    "The council of the town met on Friday to vote on a new tariff for the ferry, and it rose by a "
    "tenth, as had been expected."
)
CAPTION = "Photos: Ten bridges Photos: Ten bridges A walrus sleeps on the quay. Hide Caption 1 of 2"


def write_html(folder: Path) -> None:
    """Write a page with a picture and its caption."""
    (folder / "page.html").write_text(
        "<html><head><title>The bridge at Arlen</title></head><body><article>"
        f"<h1>The bridge at Arlen</h1><p>{PROSE} {OTHER}</p>"
        "<figure><img src=a.png><figcaption>A walrus on the quay</figcaption></figure>"
        f"<p>{OTHER} It is so.</p><p>{PROSE} So it is.</p></article></body></html>"
    )


def write_mail(folder: Path) -> None:
    """Write an answer that quotes a mail."""
    (folder / "mail.eml").write_text(
        "From: a@b.example\nTo: c@d.example\nSubject: Re: The bridge at Arlen\n\n"
        f"{PROSE}\n\nOn 3 May Bo Ek wrote:\n> The walrus slept on\n> the quay all day.\n"
    )


def write_pdf(folder: Path) -> None:
    """Write a report with a running header."""
    pytest.importorskip("reportlab")
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(folder / "report.pdf"))
    for page in range(1, 5):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, 800, f"Walrus Quarterly {page}")
        canvas.setFont("Helvetica", 12)
        for n in range(30):
            words = f"{PROSE[n:]} {'ab'[page % 2] * page} {OTHER[n:40]}"
            canvas.drawString(72, 740 - 20 * n, words)
        canvas.showPage()
    canvas.save()


FILES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "text": (
        lambda folder: (folder / "a.txt").write_text(
            f"The bridge\n\n{PROSE}\n\n{CAPTION}\n\n{OTHER}\n"
        ),
        "chrome:caption",
        CAPTION,
    ),
    "record": (
        lambda folder: (folder / "a.jsonl").write_text(
            json.dumps({"title": "The bridge", "text": f"{PROSE}\n\n{CAPTION}\n\n{OTHER}"})
        ),
        "chrome:caption",
        CAPTION,
    ),
    "html": (write_html, "chrome:caption", "A walrus on the quay"),
    "mail": (write_mail, "chrome:quote", "The walrus slept on\n> the quay"),
    "pdf": (write_pdf, "chrome:page", "Walrus Quarterly 1"),
}


@pytest.fixture
def ingested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """Return a folder with a corpus of a text with a caption and one that names a walrus."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(f"The bridge\n\n{PROSE}\n\n{CAPTION}\n\n{OTHER}\n")
    (tmp_path / "b.txt").write_text(f"The zoo\n\n{OTHER} A walrus was there.\n\n{PROSE} Ever so.\n")
    assert run("ingest", "a.txt", "b.txt").code == 0
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_every_format_has_chrome_to_find(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    write, kind, text = FILES[name]
    write(tmp_path)
    assert run("ingest", ".").code == 0
    assert run("search", "walrus").code == 1
    ran = run("search", "walrus", "--with", "chrome", "--json")
    assert ran.code == 0
    answer = json.loads(ran.out)
    assert (answer["total"], answer["chrome"]) == (0, len(answer["hits"]))
    assert [hit["kind"] for hit in answer["hits"]][:1] == [kind]
    hit = answer["hits"][0]
    assert text in hit["text"]
    shown = json.loads(run("show", hit["id"], "--format", "json").out)
    lines = {line["n"]: line for line in shown["lines"]}
    assert [*lines] == list(range(hit["lines"][0], hit["lines"][1] + 1))
    assert "alrus" in lines[hit["line"]]["text"]
    assert lines[hit["line"]]["kind"] == kind


def test_a_running_header_is_one_hit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = "".join(f"{PROSE} {n}.\n\nAdvertisement\n\n" for n in range(5))
    (tmp_path / "a.txt").write_text(f"The bridge\n\n{lines}{OTHER}\n")
    run("ingest", "a.txt")
    assert (
        json.loads(run("search", "advertisement", "--with", "chrome", "--json").out)["chrome"] == 1
    )


def test_hits_in_texts_come_first(ingested: Path, run: Run) -> None:
    ran = run("search", "walrus", "--with", "chrome")
    assert [line.partition(" ")[0] for line in ran.out.splitlines()] == ["b.txt:3:", "a.txt:5:"]
    assert ran.out.splitlines()[1] == f"a.txt:5: (chrome:caption) {CAPTION}"
    assert "1 passage outside the texts of articles matches too" in ran.err
    assert (
        "chrome:caption" in run("search", "walrus", "--with", "chrome", "--format", "terminal").out
    )
    assert ", chrome\\:caption" in run("search", "walrus", "--with=chrome", "--format=markdown").out
    assert run("search", "walrus").out.splitlines() == ran.out.splitlines()[:1]


@pytest.mark.parametrize(
    ("options", "places"),
    [
        (["-n", "1"], ["b.txt"]),
        (["-n", "2"], ["b.txt", "a.txt"]),
        (["-n", "1", "--offset", "1"], ["a.txt"]),
        (["--offset", "2"], []),
        (["--all"], ["b.txt", "a.txt"]),
        (["--sort", "path"], ["b.txt", "a.txt"]),
        (["--group", "article", "-n", "2"], ["a.txt", "b.txt"]),
        (["--group", "article", "-n", "1", "--offset", "2"], ["a.txt"]),
    ],
)
def test_the_limit_counts_both(
    ingested: Path, run: Run, options: list[str], places: list[str]
) -> None:
    answer = json.loads(run("search", "walrus", "--with", "chrome", "--json", *options).out)
    assert [hit["path"] for hit in answer["hits"]] == places
    # A caption is evidence for its article.
    total = 2 if "article" in options else 1
    assert (answer["total"], answer["chrome"]) == (total, 1)
    first = int(options[options.index("--offset") + 1]) if "--offset" in options else 0
    assert [hit["rank"] for hit in answer["hits"]] == list(
        range(first + 1, first + 1 + len(places))
    )


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (["sleeping"], 1),
        (['"walrus sleeps"'], 1),
        (['"sleeps walrus"'], 0),
        (["walr*"], 1),
        (["walrsu~1"], 1),
        (["+quay", "+walrus"], 1),
        (["walrus", "-quay"], 0),
        (['exact:"A WALRUS"'], 0),
        (['exact:"s on the q"'], 1),
        (["walrus", "--path", "a.txt"], 1),
        (["walrus", "--path", "b.txt"], 0),
        (["bridge"], 1),
        (["ferry"], 0),
        (["harbour", "walrus"], 1),
    ],
)
def test_a_query_means_the_same_there(
    ingested: Path, run: Run, query: list[str], count: int
) -> None:
    answer = json.loads(run("search", "--with", "chrome", "--json", *query).out)
    assert answer["chrome"] == count
    assert sum("kind" in hit for hit in answer["hits"]) == count


def test_names_match_in_all_forms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    note = "This story has been updated with a claim of Islamic State Khorasan."
    (tmp_path / "a.txt").write_text(f"The bridge\n\n{PROSE} ISIS-K.\n\n{note}\n\n{OTHER}\n")
    run("ingest", "a.txt")
    answer = json.loads(run("search", "ISKP", "--with", "chrome", "--json").out)
    assert [hit.get("kind") for hit in answer["hits"]] == [None, "chrome:note"]
    assert not json.loads(run("search", "ISKP", "--no-names", "--with=chrome", "--json").out)[
        "hits"
    ]


def test_a_short_form_means_a_name_of_the_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    note = "This story has been updated with a claim by ISK."
    (tmp_path / "a.txt").write_text(f"The bridge\n\n{PROSE} ISIS-K.\n\n{note}\n\n{OTHER}\n")
    (tmp_path / "b.txt").write_text(f"The ferry\n\n{PROSE} So.\n\n{note}\n\nAnd so {OTHER}\n")
    run("ingest", ".")
    answer = json.loads(run("search", "ISKP", "--with", "chrome", "--json").out)
    assert [(hit["path"], hit.get("kind")) for hit in answer["hits"]] == [
        ("a.txt", None),
        ("a.txt", "chrome:note"),
    ]


def test_a_title_alone_is_no_match(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(
        f"A walrus sleeps\n\n{PROSE}\n\nUpdated at 5:10 p.m. ET\n\n{OTHER}\n\n{CAPTION}\n\n{PROSE}\n"
    )
    run("ingest", ".")
    answer = json.loads(run("search", "walrus", "--with", "chrome", "--json").out)
    assert (answer["total"] > 0, answer["chrome"]) == (True, 1)


def test_nothing_else_sees_chrome(ingested: Path, run: Run) -> None:
    assert run("search", "walrus", "-c").out == "1\n"
    assert len(run("facets", "walrus", "--by", "year").out.splitlines()) == 1
    for option in ("-c", "-l", "-L"):
        ran = run("search", "walrus", "--with", "chrome", option)
        assert (ran.code, "--with" in ran.err) == (2, True)


def test_quiet_finds_it_too(ingested: Path, run: Run) -> None:
    assert run("search", "sleeps", "-q").code == 1
    assert run("search", "sleeps", "-q", "--with", "chrome").code == 0


def test_a_note_gives_the_command(ingested: Path, run: Run) -> None:
    for query in (
        "sleeps",
        '"walrus sleeps"',
        "+sleeps +quay",
        "zebra OR sleeps",
        "sleeps AND quay",
    ):
        ran = run("search", query, "-i", "index")
        assert ran.code == 1
        command = re.search(r"too with: (corpus search --with chrome .*)", ran.err)
        assert command, query
        found = run(*shlex.split(command[1])[1:])
        assert (found.code, "chrome:caption" in found.out) == (0, True)


def test_the_command_names_the_corpus(
    ingested: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ingested / "elsewhere").mkdir()
    monkeypatch.chdir(ingested / "elsewhere")
    monkeypatch.setenv("CORPUS_INDEX", str(ingested / "elsewhere"))
    ran = run("search", "sleeps", "-i", "../index")
    command = re.search(r"too with: (corpus search --with chrome .* -i .*)", ran.err)
    assert command
    assert run(*shlex.split(command[1])[1:]).code == 0


def test_several_corpora(ingested: Path, run: Run) -> None:
    (ingested / "c.txt").write_text(f"The quay\n\n{PROSE} No walrus now.\n\n{OTHER} It rains.\n")
    run("ingest", "c.txt", "-i", "second")
    answer = json.loads(
        run("search", "walrus", "--with", "chrome", "-i", "index", "-i", "second", "--json").out
    )
    assert [bool(hit.get("kind")) for hit in answer["hits"]] == [False, False, True]
    assert (answer["total"], answer["chrome"]) == (2, 1)
    with Corpus.open("index") as one, Corpus.open("second") as two:
        request = SearchRequest(with_chrome=True, sort="-date")
        results, _ = search_corpora([("one", one), ("two", two)], "walrus", request)
    assert [hit.kind for hit in results.hits] == ["", "", "chrome:caption"]


def test_files_without_an_index(ingested: Path, run: Run) -> None:
    assert "(chrome:caption)" in run("search", "sleeps", "--with", "chrome", "--in", "a.txt").out


def test_the_time_limit_ends_it(ingested: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus_cli.search.chrome.Clock", lambda _: _Over())
    ran = run("search", "walrus", "--with", "chrome", "--json")
    answer = json.loads(ran.out)
    assert (ran.code, answer["partial"], answer["total"], answer["chrome"]) == (3, True, 1, 0)
    assert any("time limit" in note for note in answer["notes"])


class _Over:
    """A clock whose time is over."""

    def check(self) -> None:
        """Raise `TimeOver`."""
        from corpus_cli.engines.clock import TimeOver

        raise TimeOver


def test_the_letters_of_a_short_word_preselect_all_words_with_its_stem() -> None:
    for typed, others in (("cmd", "cmds"), ("ski", "skiing"), ("die", "dying"), ("age", "aging")):
        ((beginning,), word) = _beginnings(Word(typed)), others
        assert word.startswith(beginning)
    assert _beginnings(Word("cmd")) == {"cmd"}


def test_each_required_word_preselects() -> None:
    assert _needed(Bag((Must(Word("a")), And((Word("b"), Word("c"))), Word("d")))) == [
        Must(Word("a")),
        Word("b"),
        Word("c"),
    ]
    either = Bag((Word("a"), Word("b"), Not(Word("c"))))
    assert _needed(either) == [either]
