"""A number that is not final is never printed as one."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from corpus_cli.cli import session
from corpus_cli.corpus import Corpus
from corpus_cli.engines import clock as clocks
from corpus_cli.engines import fields, memory
from corpus_cli.engines.fields import InvertedPassage
from corpus_cli.ingest import steps
from tests.cli.conftest import Run
from tests.cli.test_schema import check

Tell = Callable[[str, int, int], None]


@pytest.fixture
def partial(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer is partial, though it has hits."""
    for name in ("search", "facets"):
        monkeypatch.setattr(Corpus, name, _partly(getattr(Corpus, name)))


def _partly(method: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments: method(*arguments)._replace(partial=True)


@pytest.mark.parametrize(
    ("more", "out"),
    [
        ([], "at least 6\n"),
        (["--format", "terminal"], "at least 6\n"),
        (["--format", "tsv"], "Kurilla\tat least 6\tat least 2\n"),
        (["--format", "csv"], "query,total,articles\nKurilla,at least 6,at least 2\n"),
    ],
)
def test_a_partial_count(partial: None, run: Run, more: list[str], out: str) -> None:
    ran = run("search", "Kurilla", "-c", *more)
    assert (ran.code, ran.out) == (3, out)
    assert "found at least 6 passages in 2 articles" in ran.err


def test_a_partial_count_as_json(partial: None, run: Run) -> None:
    ran = run("search", "Kurilla", "-c", "--json")
    assert ran.code == 3
    check("count", json.loads(ran.out))
    assert json.loads(ran.out)["partial"]


@pytest.mark.parametrize(
    "more",
    [
        ["-l"],
        ["--ids"],
        ["--json"],
        ["--jsonl"],
        ["--format", "plain"],
        ["--format", "csv"],
        ["--format", "terminal"],
    ],
    ids=" ".join,
)
def test_partial_hits_say_how_many_there_are_at_least(
    partial: None, run: Run, more: list[str]
) -> None:
    ran = run("search", "Kurilla", *more)
    assert ran.code == 3
    assert ran.out
    assert "at least 6 passages in 2 articles" in ran.err


def test_a_partial_answer_is_neither_yes_nor_no(partial: None, run: Run) -> None:
    assert run("search", "Kurilla", "-q") == (3, "", "")
    ran = run("search", "zzzz", "-c", "--no-suggest")
    assert (ran.code, ran.out) == (3, "at least 0\n")
    assert "nothing found in that time" in ran.err


def test_articles_that_may_match_are_not_listed_as_others(partial: None, run: Run) -> None:
    assert run("search", "Kurilla", "-L")[:2] == (3, "")


def test_partial_counts_in_hits(partial: None, run: Run) -> None:
    line = ["search", "Kurilla", "--group", "article", "-n", "1"]
    (row,) = map(json.loads, run(*line, "--jsonl", "--fields", "matches").out.splitlines())
    assert row == {"v": 1, "matches": 4, "partial": True}
    assert run(*line, "--format", "tsv", "--fields", "matches").out == "at least 4\n"
    assert "at least 4 passages here" in run(*line, "--format", "terminal").out


def test_many_queries(partial: None, run: Run, tmp_path: Path) -> None:
    (tmp_path / "queries.txt").write_text("Kurilla\n")
    ran = run("search", "--queries", str(tmp_path / "queries.txt"), "-c")
    assert (ran.code, ran.out) == (3, "1:at least 6\n")


def test_several_corpora(partial: None, here: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "other").symlink_to(here)
    ran = run("search", "zzzz", "-i", str(here), "-i", str(tmp_path / "other"), "-c")
    assert (ran.code, ran.out) == (3, "at least 0\n")


@pytest.mark.parametrize("style", ["plain", "tsv", "csv", "terminal"])
def test_partial_facets(partial: None, run: Run, style: str) -> None:
    ran = run("facets", "Kurilla", "--by", "year", "--format", style)
    assert ran.code == 3
    assert ran.out.count("at least") == 2 * len(
        [line for line in ran.out.splitlines() if any(map(str.isdigit, line))]
    )
    assert "found at least 6 passages in 2 articles" in ran.err


def test_partial_facets_as_json(partial: None, run: Run) -> None:
    ran = run("facets", "Kurilla", "--by", "year", "--jsonl")
    assert ran.code == 3
    assert all(json.loads(line)["partial"] for line in ran.out.splitlines())
    whole = run("facets", "Kurilla", "--by", "name", "-n", "1", "--json")
    assert (whole.code, json.loads(whole.out)["partial"]) == (3, True)
    assert "at least" in whole.err.splitlines()[-1]
    assert "more values by name" in whole.err.splitlines()[-1]


def test_a_partial_list(partial: None, run: Run) -> None:
    ran = run("list", "Kurilla")
    assert ran.code == 3
    assert "found at least 6 passages in 2 articles" in ran.err


@pytest.mark.parametrize("line", [["search", "-c"], ["search", "-q"], ["facets"], ["list"]])
def test_no_time(here: Path, run: Run, line: list[str]) -> None:
    assert run(*line, "Kurilla", "--timeout", "0.000001").code == 3


# --- files as they are ---


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of six texts; one is below it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "texts"
    folder.mkdir()
    for n in range(6):
        (folder / f"{n}.txt").write_text(f"Report {n}\n\nKabul fell on day {n}.\n")
    return folder


class _Clock:
    """Stands in for the time of day: it goes on a step each time that it is read."""

    def __init__(self, step: float) -> None:
        self.now = 0.0
        self._step = step

    def __call__(self) -> float:
        self.now += self._step
        return self.now


def _set(monkeypatch: pytest.MonkeyPatch, clock: _Clock) -> None:
    monkeypatch.setattr(clocks, "monotonic", clock)


def test_reading_takes_nothing_from_the_time_to_match(
    texts: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _Clock(step=1e-6)
    _set(monkeypatch, clock)

    class Slow(dict[str, Any]):
        def items(self) -> Any:
            clock.now += 60
            return super().items()

    def slowly(method: Callable[..., InvertedPassage]) -> Callable[..., InvertedPassage]:
        def inverted(*arguments: Any) -> InvertedPassage:
            clock.now += 60
            passage = method(*arguments)
            return passage._replace(
                stems=passage.stems._replace(postings=Slow(passage.stems.postings)),
                words=passage.words._replace(postings=Slow(passage.words.postings)),
            )

        return inverted

    monkeypatch.setattr(memory, "invert", slowly(fields.invert))
    ran = run("search", "Kabul fell", "-c", "--in", "texts")
    assert (ran.code, ran.out, ran.err) == (0, "6\n", "")


def test_no_end_is_none_for_names_either(
    texts: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (texts / "6.txt").write_text("Visit\n\nRamzan Kadyrov came.\n\nKadyrov left.\n")
    line = ["search", "Kadyrov", "-c", "--in", "texts", "--timeout", "0"]
    wanted = run(*line)
    assert "Kadyrov, also Ramzan Kadyrov" in wanted.err
    _set(monkeypatch, _Clock(step=10))
    assert run(*line) == wanted


def test_time_that_is_given_bounds_reading(texts: Path, run: Run) -> None:
    ran = run("search", "Kabul", "-c", "--in", "texts", "--timeout", "0.000001")
    assert (ran.code, ran.out) == (3, "at least 0\n")
    assert "not all files were read: this answer covers 0 articles" in ran.err


def test_a_setting_bounds_no_reading(
    texts: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORPUS_TIMEOUT", "0.000001")
    ran = run("search", "Kabul", "-c", "--in", "texts")
    assert (ran.code, ran.out) == (0, "6\n")
    assert "not all files" not in ran.err


def _telling(monkeypatch: pytest.MonkeyPatch, tell: Tell) -> None:
    @contextmanager
    def progress(_: str = "") -> Iterator[Tell]:
        yield tell

    monkeypatch.setattr(session, "show_progress", progress)


@pytest.mark.parametrize(
    ("line", "out"),
    [
        (["Kabul", "-c"], "at least 3\n"),
        (["Herat", "-c"], "at least 0\n"),
        (["Kabul", "day:", "-L"], ""),
        (["Herat", "-L"], "texts/0.txt\ntexts/1.txt\ntexts/2.txt\n"),
    ],
)
def test_ctrl_c_ends_reading_and_says_so(
    texts: Path, run: Run, monkeypatch: pytest.MonkeyPatch, line: list[str], out: str
) -> None:
    def tell(_: str, done: int, __: int) -> None:
        if done == session.job_count() * 2 + 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(session, "job_count", lambda: 1)
    _telling(monkeypatch, tell)
    ran = run("search", *line, "--in", "texts")
    assert (ran.code, ran.out) == (3, out)
    assert "not all files were read: this answer covers 3 articles" in ran.err
    assert "try:" not in ran.err


def test_reading_is_seen_and_uses_every_processor(
    texts: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int, int]] = []
    options: list[steps.IngestRequest] = []
    read = steps.ingest

    def ingest(*arguments: Any) -> Any:
        options.extend(one for one in arguments if isinstance(one, steps.IngestRequest))
        return read(*arguments)

    monkeypatch.setattr(steps, "ingest", ingest)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    _telling(monkeypatch, lambda *told: seen.append(told))
    assert run("search", "Kabul", "-c", "--in", "texts").out == "6\n"
    assert [(Path(path).name, n, most) for path, n, most in seen] == [
        (f"{n}.txt", n, 6) for n in range(6)
    ]
    assert [one.jobs for one in options] == [3]


def test_files_that_cannot_be_read_are_named(texts: Path, run: Run) -> None:
    (texts / "bad.txt").write_bytes(b"\x00\xff")
    ran = run("search", "Kabul", "-c", "--in", "texts")
    assert (ran.code, ran.out) == (3, "6\n")
    assert "texts/bad.txt: " in ran.err
