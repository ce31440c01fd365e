"""What `corpus search` does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from corpus_cli.cli import shared
from corpus_cli.cli.answers import Answer, Told
from corpus_cli.corpus import Corpus
from corpus_cli.errors import UsageError
from corpus_cli.output import plain
from corpus_cli.search.options import Options

if TYPE_CHECKING:
    from corpus_cli.model import Results

_MOST = 10**12
"""More than any corpus has, and a number that a machine can add to."""


def search(
    query: tuple[str, ...],
    queries: str | None,
    places: tuple[str, ...],
    index: tuple[str, ...],
    **given: Any,  # noqa: ANN401 - click's
) -> int:
    """Answer one question or a file of them; the exit code."""
    began = time.perf_counter()
    with shared.corpora(index, places, given["timeout"] or 0.0) as asked:
        told = Told(given, asked)
        chosen = shared.taken(given, asked, **_shown(given, told, asked.settled))
        told.failed(asked.failed, asked.skipped)
        for name, line, error in _lines(query, queries, chosen):
            if error:
                told.failed({queries or "": error})
            else:
                found = _found(asked, line, chosen)
                took = round((time.perf_counter() - began) * 1000)
                told.answer(Answer(found[0], found[1]._replace(id=name), took))
            # Once is enough, and before each of a thousand questions too much.
            began, chosen = time.perf_counter(), chosen._replace(check=False)
    return shared.exit_code(found=told.found, partial=told.failures or told.partial)


def _shown(given: dict[str, Any], told: Told, settled: Callable[[str, Any], Any]) -> dict[str, Any]:
    """Which hits are to be found, from the options that say so."""
    limit = min(settled("limit", given["limit"]), _MOST)
    sort = settled("sort", given["sort"])
    if given["semantic"] and sort != "score":
        raise UsageError(f"--semantic has an order of its own, not {sort}: give --sort score")
    return {
        "limit": 0 if told.kind not in ("", "ids") else None if given["everything"] else limit,
        "sort": sort,
        "grouped": given["group"] is not None or told.kind in ("files", "others"),
        "mentioned": told.names,
        "explained": told.explain,
        "offset": min(given["offset"], _MOST),
        **{name: given[name] for name in ("per_article", "context", "duplicates", "semantic")},
    }


def _lines(
    query: tuple[str, ...], file: str | None, chosen: Options
) -> Iterable[tuple[str, str, str]]:
    """Each query with its id; or why it is none."""
    if file is None:
        return [("", shared.line(query, chosen.filters), "")]
    from corpus_cli.cli import batch

    return batch.queries(file)


def _found(
    asked: shared.Asked, line: str, chosen: Options
) -> tuple[Sequence[tuple[Corpus, Results]], Results]:
    """What each corpus answers, and that as one answer."""
    corpora = asked.corpora
    if len(corpora) == 1:
        corpus = corpora[0][1]
        found = corpus.search(line, chosen)
        return [(corpus, found)], _unfinished(corpus, found) if asked.partial else found
    from corpus_cli.output import records
    from corpus_cli.search.across_corpora import apart, merged

    each = [(corpus, corpus.search(line, apart(chosen))) for _, corpus in corpora]
    names = (records.shown(name) for name, _ in corpora)
    return each, merged([*zip(names, (result for _, result in each), strict=True)], chosen)


def _unfinished(corpus: Corpus, found: Results) -> Results:
    """An answer of only those files that were read."""
    read = plain.plural(corpus.store.counts()["articles"], "article")
    note = f"not all of the files were read: this is the answer of {read}"
    # What is in the others may be what was looked for.
    return found._replace(notes=(note, *found.notes), hints=(), suggestions=(), partial=True)
