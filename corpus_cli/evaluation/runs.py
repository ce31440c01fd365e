"""Read runs, and name documents as judgments name them."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from corpus_cli.errors import UsageError
from corpus_cli.evaluation.columns import columns, lines, plain, wrong
from corpus_cli.evaluation.judgments import JudgedQuery
from corpus_cli.evaluation.measures import MeasureValues, measure_ranking
from corpus_cli.model import article_of
from corpus_cli.store.store import Store
from corpus_cli.text.plurals import plural

Ranking = Mapping[str, float]
"""The score of each document, the best first."""

_LEAST = 5
_RUN_FORMAT = "write query Q0 document rank score tag"


def read_run(path: Path) -> dict[str, Ranking]:
    """Return the ranking of each query in a TREC run: `query Q0 document rank score tag`.

    Documents are sorted by score, then by rank, then by line. Raises `UsageError` if the file
    is not a run.
    """
    rows: defaultdict[str, list[tuple[float, float, int, str]]] = defaultdict(list)
    for n, line in lines(path):
        parts = columns(line)
        if len(parts) < _LEAST:
            raise wrong(path, n, f"it has {plural(len(parts), 'column')}: {_RUN_FORMAT}")
        try:
            rank, score = float(parts[3]), float(parts[4])
        except ValueError as error:
            raise wrong(path, n, "the rank or the score is not a number") from error
        if math.isnan(rank) or math.isnan(score):
            raise wrong(path, n, "the rank or the score is not a number")
        rows[plain(parts[0])].append((-score, rank, n, plain(parts[2])))
    if not rows:
        raise UsageError(f"{path} is an empty run: {_RUN_FORMAT}")
    return {
        query: keep_best((document, -score) for score, _, _, document in sorted(ranked_rows))
        for query, ranked_rows in rows.items()
    }


def keep_best(ranked: Iterable[tuple[str, float]]) -> Ranking:
    """Return the ranking with each document at its best rank only."""
    scores: dict[str, float] = {}
    for document, score in ranked:
        scores.setdefault(document, score)
    return scores


class DocumentNames:
    """The names that judgments use for the articles of a corpus, or for its `passages`.

    The name of an article is the id of its record, else the stem of its file; an article with
    several sources has several names. The name of a passage is `document:line`, with its first
    line.
    """

    def __init__(self, store: Store, *, passages: bool) -> None:
        self._store = store
        self._passages = passages
        self._called = {
            article: tuple(
                dict.fromkeys(plain(one.document) for one in store.files.sources_of(article))
            )
            for article in store.ids()
        }
        self._articles: defaultdict[str, list[str]] = defaultdict(list)
        for article, documents in self._called.items():
            for document in documents:
                self._articles[document].append(article)
        self._lines = cache(self._read)

    def _read(self, article: str) -> Mapping[str, tuple[int, int]]:
        return {passage.id: passage.lines for passage in self._store.passages(article)}

    def name_ranking(self, ranked: Iterable[tuple[str, float]]) -> Iterable[tuple[str, float]]:
        """Yield names and scores for ids and scores; ids that no longer exist are left out."""
        for ranked_id, score in ranked:
            article = article_of(ranked_id)
            line_suffix = ""
            if self._passages:
                if ranked_id not in self._lines(article):
                    continue
                line_suffix = f":{self._lines(article)[ranked_id][0]}"
            yield from (
                (document + line_suffix, score) for document in self._called.get(article, ())
            )

    def name_in_ranking(self, name: str) -> str:
        """Return the name that a ranking uses for a judged name; empty if nothing has that name."""
        if not self._passages:
            return name if name in self._articles else ""
        document, _, line = name.rpartition(":")
        for article in self._articles.get(document, ()):
            for first, last in self._lines(article).values():
                if first <= int(line) <= last:
                    return f"{document}:{first}"
        return ""


def name_judged_documents(
    queries: Iterable[JudgedQuery], document_names: Sequence[DocumentNames]
) -> tuple[tuple[JudgedQuery, ...], set[str]]:
    """Return queries with the names that rankings use, and the relevant names in no corpus."""

    @cache
    def name(judged: str) -> str:
        return next(
            filter(None, (documents.name_in_ranking(judged) for documents in document_names)), ""
        )

    missing: set[str] = set()
    named_queries = []
    for query in queries:
        relevant: dict[str, int] = {}
        for judged, grade in query.relevant.items():
            document = name(judged) or judged
            relevant[document] = max(grade, relevant.get(document, 0))
        missing |= {judged for judged in query.relevant if not name(judged)}
        ignored = {name(judged) for judged in query.ignored} - relevant.keys()
        named_queries.append(JudgedQuery(query.id, query.text, relevant, ignored))
    return tuple(named_queries), missing


def score_run(queries: Iterable[JudgedQuery], run: Mapping[str, Ranking]) -> list[MeasureValues]:
    """Return the measures of each query, without the ignored documents of its ranking."""
    return [
        measure_ranking(
            query.relevant, [name for name in run.get(query.id, ()) if name not in query.ignored]
        )
        for query in queries
    ]
