"""Run judged queries over open corpora."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import merge
from typing import NamedTuple, Protocol

from corpus_cli.errors import InvalidQuery
from corpus_cli.evaluation import runs
from corpus_cli.evaluation.judgments import JudgedQueries
from corpus_cli.search.ranking import Ranking
from corpus_cli.search.request import SearchRequest
from corpus_cli.store.store import Store


class RankingCorpus(Protocol):
    """An open corpus, as far as an evaluation needs it."""

    @property
    def store(self) -> Store:
        """Return the store with its articles."""

    def ranking(self, line: str, request: SearchRequest | None = None) -> Ranking:
        """Return the ids and scores of the hits of a query, the best first."""


class Evaluation(NamedTuple):
    """The run of a judged set.

    `judged` names documents as the run does. `run` maps the id of a query to its ranking.
    `notes` are notes on single queries; `missing` are relevant documents not in any corpus.
    """

    judged: JudgedQueries
    run: dict[str, runs.Ranking]
    notes: tuple[str, ...]
    missing: frozenset[str]


def evaluate(
    corpora: Sequence[RankingCorpus], judged: JudgedQueries, request: SearchRequest
) -> Evaluation:
    """Search for each judged query and merge the rankings of all corpora by score.

    The caller chooses `request.limit` (`measures.DEPTH` for all measures) and
    `request.group_by_article`, which is false if passages were judged.
    """
    documents = [runs.DocumentNames(corpus.store, passages=judged.passages) for corpus in corpora]
    run: dict[str, runs.Ranking] = {}
    notes: list[str] = []
    for query in judged.queries:
        try:
            rankings = [corpus.ranking(query.text, request) for corpus in corpora]
        except InvalidQuery as error:
            run[query.id] = {}
            notes.append(f"{query.id}: {error}")
            continue
        distinct = dict.fromkeys(note for ranking in rankings for note in ranking.notes)
        notes += [f"{query.id}: {note}" for note in distinct]
        scored = (
            names.name_ranking(ranking.ranked)
            for names, ranking in zip(documents, rankings, strict=True)
        )
        run[query.id] = runs.keep_best(merge(*scored, key=lambda item: -item[1]))
    queries, missing = runs.name_judged_documents(judged.queries, documents)
    return Evaluation(judged._replace(queries=queries), run, tuple(notes), frozenset(missing))
