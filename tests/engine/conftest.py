"""Run one suite of tests on every engine."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pytest

from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.engines.port import Engine, Writer
from corpus_cli.engines.whoosh.engine import WhooshEngine
from corpus_cli.model import Passage
from corpus_cli.query.parse import parse
from tests.engine.asking import posed

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "memory": lambda folder: MemoryEngine(),
    "whoosh": WhooshEngine,
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Yield an empty engine of each kind."""
    made = ENGINES[request.param](tmp_path)
    with made.writer(0):
        pass
    yield made
    made.close()


def passage(
    name: str, text: str, *, title: str = "", heading: str = "", captions: str = ""
) -> Passage:
    """Return a passage with the id `ARTICLE#n`."""
    article, _, n = name.partition("#")
    return Passage(article, int(n), 0, len(text), (1, 1), text, title, heading, captions=captions)


def put(engine: Engine, *passages: Passage, upto: int = 1, **facts: tuple[str, ...]) -> None:
    """Add passages to an engine in one transaction."""
    with engine.writer(upto) as writer:
        fill(writer, *passages, **facts)


def fill(writer: Writer, *passages: Passage, **facts: tuple[str, ...]) -> None:
    """Add passages to a writer, article by article."""
    by_article = groupby(passages, key=attrgetter("article"))
    writer.fill([(list(group), facts) for _, group in by_article], 1)


def found(engine: Engine, line: str, depth: int = 10) -> list[str]:
    """Return the ids of the passages that match a query, best first."""
    return [match.passage for match in posed(engine, parse(line).query, depth).matches]
