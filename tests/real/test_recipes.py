"""Every block of docs/recipes.md, run by the tools it is for."""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from corpus_cli.corpus import Corpus
from tests.conftest import SEEDS, article
from tests.real.test_terminal import Terminal

pytestmark = pytest.mark.slow

PAGE = (SEEDS.parent / "docs" / "recipes.md").read_text("utf-8")
BLOCKS = {
    part.partition("\n")[0]: re.findall(r"^```\w+\n(.*?)^```", part, re.MULTILINE | re.DOTALL)
    for part in PAGE.split("\n## ")[1:]
}

Run = Callable[..., str]


def needs(*tools: str) -> pytest.MarkDecorator:
    missing = ", ".join(tool for tool in tools if not shutil.which(tool))
    return pytest.mark.skipif(bool(missing), reason=f"{missing} not installed")


def calc() -> bool:
    """Whether LibreOffice has its spreadsheets."""
    office = Path(shutil.which("soffice") or "").resolve().parent
    return any(office.glob("libsclo.*"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus of the five articles beside it, and with the program."""
    folder = tmp_path_factory.mktemp("recipes") / "research"
    shutil.copytree(SEEDS, folder / "articles")
    with Corpus.create(folder / "index") as corpus:
        corpus.ingest([str(folder / "articles")])
    (folder / "bin").mkdir()
    (folder / "bin" / "corpus").write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m corpus_cli "$@"\n'
    )
    (folder / "bin" / "corpus").chmod(0o755)
    return folder


@pytest.fixture
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, to stand in."""
    folder = shutil.copytree(made, tmp_path / "research")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(SEEDS.parent))
    return folder


@pytest.fixture
def run(here: Path) -> Run:
    """What a block prints."""

    def ran(code: str, *program: str, **environment: str) -> str:
        done = subprocess.run(
            [*(program or ("bash", "-e", "-o", "pipefail", "-c")), code],
            capture_output=True,
            check=False,
            env={**os.environ, **environment},
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, (code, done.stdout, done.stderr)
        return done.stdout

    return ran


@pytest.fixture
def terminal(here: Path) -> Iterator[Terminal]:
    """A terminal in that folder, where the editor notes down what it is to open."""
    (here / "bin" / "note").write_text('#!/bin/sh\necho "$@" > opened\n')
    (here / "bin" / "note").chmod(0o755)
    shell = Terminal(here, 120)
    shell.run(f"unset -f corpus; export EDITOR=note PATH={shlex.quote(os.environ['PATH'])}")
    yield shell
    shell.tmux("kill-server")


def test_every_recipe_is_tried_here() -> None:
    tried = Path(__file__).read_text("utf-8")
    assert len(BLOCKS) > 10
    for name, blocks in BLOCKS.items():
        assert blocks, name
        assert f'= BLOCKS["{name}"]' in tried, name


@needs("jq")
def test_jq(run: Run) -> None:
    titles, counts, forms, understood = BLOCKS["jq"]
    assert run(titles).splitlines() == [
        "2026-01-22\tThe Case for US Engagement with Afghanistan",
        "no date\tPakistan & CENTCOM: Strong Counter-Terrorism Partnership",
        "no date\tPakistan-U.S. anti-terrorism dialogue: looking for ways to counter the upsurging threat",
        "no date\tSecurity dimensions of Russia’s Engagement with the Taliban",
        "no date\tUS Reportedly Looking to Central Asia for Help Countering Terrorism",
    ]
    sources = {one["source"]: one["passages"] for one in json.loads(run(counts))}
    assert sources == {"unknown": 14, "The National Interest": 22}
    assert run(forms).splitlines()[0].split() == ["4", "name:ISIS-K", "ISIS-K"]
    assert re.search(r"^ +1 name:ISIS-K\tISKP$", run(forms), re.MULTILINE)
    answer = json.loads(run(understood))
    assert (answer["parsed"], answer["total"]) == ("Kurilla -Pakistan", 2)
    assert "General Michael Kurilla" in answer["forms"]


@needs("fzf")
def test_fzf_gets_one_line_a_passage(run: Run) -> None:
    narrow, _ = BLOCKS["fzf"]
    lines = run(narrow, FZF_DEFAULT_OPTS="--filter='carrot'").splitlines()
    assert {tuple(line.split("\t")[1:3]) for line in lines} == {
        ("4", "articles/004_760ad0dd079e025c.txt"),
        ("13", "articles/003_0f1311225ae28e07.txt"),
    }


@needs("fzf", "tmux")
@pytest.mark.parametrize(("n", "typed"), [(0, "stick may"), (1, '"carrot and stick" -Pakistan')])
def test_fzf_previews_and_opens_at_the_line(
    here: Path, terminal: Terminal, n: int, typed: str
) -> None:
    (here / "fzf.sh").write_text(BLOCKS["fzf"][n])
    terminal.start("bash fzf.sh")
    terminal.screen(until="╭")
    terminal.tmux("send-keys", "-l", typed)
    assert "Only a joint regional roadmap" in terminal.screen(until="│ 13  However")
    terminal.tmux("send-keys", "Enter")
    assert "code 0" in terminal.screen()
    assert (here / "opened").read_text() == "+13 articles/003_0f1311225ae28e07.txt\n"


def test_xargs(run: Run, here: Path) -> None:
    (here / "articles" / "two words\nand '$(quotes)\".txt").write_text(article("Kurilla left."))
    run("corpus ingest articles")
    count, read, again = BLOCKS["xargs"]
    assert run(count).splitlines()[-1].endswith("total")
    assert len(list((here / "found").iterdir())) == 3
    assert "General Kurilla firmly advocated for maintaining strong relationships" in run(read)
    assert re.fullmatch(r"\S+004_760ad0dd079e025c.txt:\d+:.*Great Game.*\n", run(again))


VIM = ("vim", "-N", "-u", "vimrc", "-es", "-c")
PLACES = "map(getqflist(), {_, one -> join([bufname(one.bufnr), one.lnum, one.col, one.valid])})"
FIRST = "articles/000_607f2354cd99f308.txt 15 148 1"


@needs("vim")
@pytest.mark.parametrize(("n", "line"), [(0, "Corpus Kurilla -Pakistan"), (1, "grep! Kurilla")])
def test_vim_lists_what_is_found(run: Run, here: Path, n: int, line: str) -> None:
    (here / "vimrc").write_text(f"{BLOCKS['Vim'][n]}\nsilent {line}\n", "utf-8")
    run(f"call writefile({PLACES}, 'places') | qa!", *VIM)
    places = (here / "places").read_text().splitlines()
    assert places[0] == FIRST
    assert len([place for place in places if place.endswith(" 1")]) == (2 if n == 0 else 6)


@needs("vim")
def test_vim_takes_no_quotation_for_a_file(run: Run, here: Path) -> None:
    """Its usual patterns find one in `"words" and a year 2001:`."""
    command, grep, shell = BLOCKS["Vim"]
    for path in (here / "articles").iterdir():
        path.unlink()
    (here / "articles" / "a.txt").write_text(article('Kurilla said "yes" in 2001: no more'))
    run("corpus ingest articles --prune --force")
    found = "articles/a.txt 1 1 1\n"
    for n, text in enumerate(
        (f"{command}\nsilent Corpus Kurilla", f"{grep}\nsilent grep! Kurilla")
    ):
        (here / "vimrc").write_text(text + "\n", "utf-8")
        run(f"call writefile({PLACES}, 'places{n}') | qa!", *VIM)
        assert (here / f"places{n}").read_text().startswith(found)
    quiet = f"vim -N -u NONE -es -c \"call writefile({PLACES}, 'shell') | qa!\""
    assert shell.startswith("vim ")
    run(shell.replace("vim", quiet, 1))
    assert (here / "shell").read_text() == found


@needs("emacs")
def test_emacs_goes_to_the_characters(run: Run, here: Path) -> None:
    (code,) = BLOCKS["Emacs"]
    (here / "init.el").write_text(code, "utf-8")
    (here / "try.el").write_text(
        """(defun visit (buffer)
  (while (get-buffer-process buffer) (accept-process-output nil 0.1))
  (set-buffer buffer)
  (next-error)
  (with-current-buffer (window-buffer (selected-window))
    (goto-char (window-point))
    (princ (format "%s %d %s\\n" (buffer-name) (line-number-at-pos)
                   (buffer-substring (point) (line-end-position))))))
(corpus-search "'Kurilla' $(touch owned) -Pakistan")
(visit "*corpus*")
(compilation-start "corpus search --format vimgrep --all Kurilla" 'grep-mode)
(visit "*grep*")
""",
        "utf-8",
    )
    assert "`corpus search --format vimgrep --all Kurilla`" in PAGE
    exact, line = run("try.el", "emacs", "-Q", "--batch", "-l", "init.el", "-l").splitlines()
    assert exact.startswith("000_607f2354cd99f308.txt 15 Kurilla noted")
    assert line.startswith("000_607f2354cd99f308.txt 15 That assessment")
    assert not (here / "owned").exists()


def test_an_alert_tells_what_is_new_and_nothing_else(run: Run, here: Path) -> None:
    save, crontab, published = BLOCKS["An alert"]
    times = re.match(r"(\S+ ){5}cd ~/research && (.*)\n", crontab)
    assert times
    job = f"{{ {times[2]}; }} 2>&1 || [ $? = 1 ]"
    run(save)
    assert len(run(job, HOME=str(here.parent)).splitlines()) == 7
    assert run(job, HOME=str(here.parent)) == ""
    (here / "articles" / "new.txt").write_text(article("Kurilla came back."))
    (here / "articles" / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    failed, told = run(job, HOME=str(here.parent)).splitlines()
    assert told.startswith("kurilla:articles/new.txt:1: Kurilla came back.")
    assert "broken.pdf" in failed
    # What was probably meant is no news.
    run("corpus saved add kurila Kurila --no-suggest")
    (here / "articles" / "new.txt").write_text(article("Kurilla left.", title="New"))
    *_, told = run(job, HOME=str(here.parent)).splitlines()
    assert told.startswith("kurilla:articles/new.txt:3: Kurilla left.")
    assert run(published) == ""


@needs("soffice")
@pytest.mark.skipif(not calc(), reason="LibreOffice is there without Calc")
def test_a_spreadsheet(run: Run, here: Path) -> None:
    sheet, excel, counts = BLOCKS["A spreadsheet"]
    run(sheet, HOME=str(here), LC_ALL="C.UTF-8")
    with ZipFile(here / "hits.xlsx") as book:
        assert "Russia’s Engagement" in book.read("xl/sharedStrings.xml").decode()
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == 37
    run(excel)
    assert (here / "excel.csv").read_bytes() == b"\xef\xbb\xbf" + (here / "hits.csv").read_bytes()
    assert sorted(run(counts).splitlines()) == ["\t\t14", "The National Interest\t2026-01\t22"]
    with (here / "counts.csv").open(newline="") as rows:
        assert ["month", "2026-01", "22", "1"] in list(csv.reader(rows))


def test_a_list_of_queries(run: Run, here: Path) -> None:
    (block,) = BLOCKS["A list of queries"]
    assert run(block) == "1:6\n2:1\n3:4\n"
    with (here / "answers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["query_id"] for row in rows] == [*"1" * 6, "2", *"3" * 4]
    assert {row["authors"] for row in rows if row["query_id"] == "3"} == {"Touqir Hussain"}


def test_a_timeline(run: Run) -> None:
    counted, passages = BLOCKS["A timeline"]
    assert run(counted) == "month\t2026-01\t4\t1\nmonth\t\t5\t2\n"
    days = [line.partition("\t")[0] for line in run(passages).splitlines()]
    assert days == [*["2026-01-22"] * 4, *[""] * 5]


def test_notes(run: Run, here: Path) -> None:
    (block,) = BLOCKS["Notes"]
    run(block * 2)
    notes = (here / "notes.md").read_text("utf-8")
    assert notes.count("the right **carrots** and **sticks**.") == 2
    assert notes.count("— Touqir Hussain · 2026-01-22 · The National Interest\n") == 2


def test_a_notebook(run: Run, here: Path) -> None:
    first, second, third = BLOCKS["A notebook"]
    shutil.copy(SEEDS / "001_347e4e07d973289c.txt", here / "articles" / "copy.txt")
    more = "import json\nprint(json.dumps([rows[0], months, body, header.title]))\ncorpus.close()"
    out = run(f"{first}\n{second}\n{third}\n{more}", sys.executable, "-W", "error", "-c")
    hits, counts, last = out.rsplit("\n", 3)[:3]
    assert hits.startswith("2026-01-22 The Case for US Engagement with Afghanistan line 13\n")
    assert counts.startswith("{'added': 1,")
    row, months, body, title = json.loads(last)
    (told,) = run("corpus search IS-KP --since 2026-01 -n 1 --jsonl").splitlines()
    # Names in the text are looked up only where `Options(mentioned=True)` asks for them.
    assert json.loads(told) == {**row, "names": json.loads(told)["names"]}
    assert months == {"2026-01": 22, "": 14}
    assert row["text"] in body
    assert title == row["title"]
