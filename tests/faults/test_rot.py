"""Rot: whatever changes in a file of a corpus, no answer is wrong.

Set CORPUS_MUTATIONS for another number of mutations of each file.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from corpus_cli import Corpus, CorpusError, SearchRequest, verify_corpus
from corpus_cli.engines.whoosh.generations import read_manifest
from corpus_cli.model import Name

MUTATIONS = int(os.environ.get("CORPUS_MUTATIONS", "2"))
ARTICLES = 40

QUESTIONS = (
    *("Kabul", "Taliban", '"fell on"', "ISIS-K", "Taliban -Pakistan", "word1*", "day7", "TTP"),
    *("day17 OR day31", "author:Ann", "date:2024-03-01..2024-03-09 Kabul", "Afghan", "title:six"),
    *("tag:war", "Kabul NEAR river", "kabull", "Kurila", "Tahreek e Taliban", "path:*1.md river"),
)


class Answer(NamedTuple):
    """What a question was answered: `kind` is `ok`, `clear` for an error that says so, or else."""

    kind: str
    content: object


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with two segments, a removal, a correction and a log that a killed writer left."""
    home = tmp_path_factory.mktemp("whole")
    (home / "articles").mkdir()
    for n in range(ARTICLES):
        words = " ".join(f"word{n}x{k}" for k in range(600 if n % 9 == 0 else 30))
        tag = "tags: [war, peace]\n" if n % 3 else ""
        head = (
            f"---\ntitle: Title {n} six\nauthor: Ann {n}\ndate: 2024-03-{n % 28 + 1:02}\n{tag}---\n"
        )
        text = (
            f"\nKabul fell on day{n}. The Taliban and General Michael Kurilla met by a river.\n\n"
        )
        more = "ISIS-K and Pakistan agreed with the Tehrik-i-Taliban Pakistan (TTP).\n"
        (home / "articles" / f"{n}.md").write_text(
            f"{head}{text}{more if n % 2 else ''}\n{words}.\n"
        )
    (home / "articles" / "broken.docx").write_bytes(b"PK no")
    later = home / "articles" / "1.md"
    content = later.read_text()
    later.unlink()
    with Corpus.create(home / "index") as corpus:
        corpus.ingest([str(home / "articles")])
        later.write_text(content)
        corpus.ingest([str(home / "articles")])
        corpus.edit(str(home / "articles" / "3.md"), {"author": ["By Hand"]})
        corpus.remove([str(home / "articles" / "4.md")])
        corpus.names.add(Name("Riverside", forms=("Riverside", "river")))
        corpus.search("river")
        # A copy of the files of an open corpus is that of a killed one: with a log.
        shutil.copytree(home / "index", home / "killed")
    return home


def ask(folder: Path, question: Callable[[Corpus], object]) -> Answer:
    try:
        with Corpus.open(folder) as corpus:
            return Answer("ok", question(corpus))
    except CorpusError as error:
        return Answer("clear", str(error))
    except Exception as error:  # noqa: BLE001 - a defect
        return Answer("defect", f"{type(error).__name__}: {error}")


def searched(line: str) -> Callable[[Corpus], object]:
    def question(corpus: Corpus) -> object:
        results = corpus.search(line, SearchRequest(limit=50, seconds=0))
        hits = [
            (hit.passage, round(hit.score, 6), hit.spans, hit.header._replace(passages=0))
            for hit in results.hits
        ]
        return results.total, hits

    return question


def listed(corpus: Corpus) -> object:
    return list(corpus.headers())


def shown(corpus: Corpus) -> object:
    return [corpus.article(header.id) for header in corpus.headers()]


def counted(corpus: Corpus) -> object:
    facets = corpus.facets("Kabul", ["author", "tag", "month"])
    return str(facets), str(corpus.count_names()), corpus.spellings("Kabul")


def described(corpus: Corpus) -> object:
    if corpus.status()["unindexed"]:
        # `corpus status` says that something is amiss.
        raise CorpusError("not all is indexed")
    files = corpus.store.files
    failures = sorted(source.name for source in files.all_failures())
    return corpus.store.counts(), failures, [len(one) for one in corpus.clusters()]


def resolved(corpus: Corpus) -> object:
    return [corpus.article(f"{n}.md")[2].id for n in range(ARTICLES) if n != 4]


def answers(folder: Path) -> list[Answer]:
    questions = (*map(searched, QUESTIONS), listed, shown, counted, described, resolved)
    return [ask(folder, question) for question in questions]


def mutate(content: bytes, chance: Random) -> bytes:
    """Change a file as a disk may: a bit, a byte, a block, its end, two blocks swapped."""
    changed, size = bytearray(content), len(content)
    place = chance.randrange(size)
    page = place // 4096 * 4096
    match chance.choice(("bit", "bit", "byte", "zero", "page", "cut", "append", "swap", "pages")):
        case "bit":
            changed[place] ^= 1 << chance.randrange(8)
        case "byte":
            changed[place] = chance.randrange(256)
        case "zero":
            changed[place : place + 64] = bytes(len(changed[place : place + 64]))
        case "page":
            changed[page : page + 4096] = bytes(len(changed[page : page + 4096]))
        case "cut":
            del changed[place:]
        case "append":
            changed += chance.randbytes(chance.randrange(1, 9_000))
        case "swap":
            length = min(512, size // 3)
            one, other = sorted(chance.randrange(size - length) for _ in range(2))
            first, second = changed[one : one + length], changed[other : other + length]
            changed[one : one + length] = second
            changed[other : other + length] = first
        case "pages":
            other = chance.randrange(size) // 4096 * 4096
            first, second = changed[page : page + 4096], changed[other : other + 4096]
            if len(first) == len(second):
                changed[page : page + 4096], changed[other : other + 4096] = second, first
    return bytes(changed)


def files_of(folder: Path) -> Sequence[str]:
    manifest = read_manifest(folder)
    assert manifest
    segments = [f"{manifest.folder}/{name}" for name in manifest.files]
    log = ["store.db-wal"] if (folder / "store.db-wal").exists() else []
    return ["CURRENT", "store.db", "names.db", *log, *segments]


def faults(source: Path, folder: Path, name: str, count: int, chance: Random) -> Iterator[str]:
    """Yield what goes wrong with `count` mutations of a file."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    right = answers(folder)
    assert {answer.kind for answer in right} == {"ok"}, right
    assert answers(folder) == right
    content = (source / name).read_bytes()
    for number in range(count):
        changed = mutate(content, chance)
        shutil.rmtree(folder)
        shutil.copytree(source, folder)
        (folder / name).write_bytes(changed)
        is_log = name.endswith("-wal")
        damages = [] if is_log else verify_corpus(folder)
        if changed != content and not damages and not is_log and not _same(name, changed, content):
            yield f"{name} {number}: verify finds nothing"
        for place, (answer, correct) in enumerate(zip(answers(folder), right, strict=True)):
            if answer != correct and answer.kind != "clear":
                yield f"{name} {number}, question {place}: {answer.kind} {answer.content!s:.200}"


def _same(name: str, changed: bytes, content: bytes) -> bool:
    """Return whether a changed file says the same: blanks in JSON."""
    try:
        return name == "CURRENT" and bool(json.loads(changed) == json.loads(content))
    except ValueError:
        return False


@pytest.mark.slow
def test_no_answer_is_wrong(whole: Path, counts: Callable[..., None]) -> None:
    wrong: list[str] = []
    chance = Random(MUTATIONS)  # noqa: S311 - no secret
    home = whole / "home"
    for source in (whole / "index", whole / "killed"):
        names = files_of(source)
        for name in names if source.name == "index" else ["store.db-wal"]:
            wrong_here = list(faults(source, home, name, MUTATIONS, chance))
            counts(mutations=MUTATIONS, wrong=len(wrong_here))
            wrong += wrong_here
    assert not wrong, "\n".join(["", *wrong])
