"""Match a plan against an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import assert_never

from corpus_cli.engines.candidates import RankedCandidates
from corpus_cli.engines.clock import Clock
from corpus_cli.engines.fields import ANYWHERE, OWN, Region, is_in_title
from corpus_cli.engines.indexed_matches import find_name
from corpus_cli.engines.name_matches import NameMatches
from corpus_cli.engines.plan import (
    BOTH_FIELDS,
    Plan,
    PlannedAll,
    PlannedAny,
    PlannedArticles,
    PlannedBag,
    PlannedFacts,
    PlannedName,
    PlannedNotes,
    PlannedPassages,
    PlannedRanking,
    PlannedSuggestion,
    PlannedTerm,
    PlannedWindow,
    PlanNode,
    TermSet,
)
from corpus_cli.engines.port import MatchCounts
from corpus_cli.engines.postings import FormOccurrences, Index
from corpus_cli.engines.query_terms import (
    FieldScore,
    IndexStatistics,
    QueryTerm,
    Scores,
    TermScorer,
    find_term_windows,
    make_name,
    make_term,
    sum_scores,
)
from corpus_cli.engines.rerank import Reranker
from corpus_cli.engines.term_lookup import TermLookup
from corpus_cli.model import Expansion, Mark, Match, OnlyIn
from corpus_cli.query.nodes import Mention

LENGTH_SHARE = 0.5
"""How much the length of a passage counts if passages are ranked; 1 if articles are."""

SUGGESTED = 0.5
"""The weight of a suggested word: a typed word ranks before it."""

STOPPED_NOTE = "the search reached its time limit and may lack matches; --timeout 0 waits for all"


def match(index: Index, plan: Plan, clock: Clock) -> RankedCandidates:
    """Return the passages of an index that match a plan, ranked, with their counts."""
    matcher = _Matcher(index, clock, plan, suggest=not plan.has_suggestions)
    scores = typed = matcher.scores()
    if plan.has_suggestions and not matcher.partial:
        # Passages that match only a suggestion are candidates, but the total does not count them.
        matcher = _Matcher(index, clock, plan)
        scores = matcher.scores(keep=typed)
    notes = (*plan.notes, *matcher.notes, *(matcher.missing_words() if typed else ()))
    counts = MatchCounts(
        total=len(typed),
        expanded=tuple(matcher.expanded()),
        notes=tuple(dict.fromkeys(notes)),
        partial=matcher.partial,
    )
    return RankedCandidates(index, matcher, counts, scores, typed)


def mentions(index: Index, node: Mention) -> dict[str, int]:
    """Return how often each passage's own text mentions a name, by passage id."""
    occurrences = NameMatches(index, PlannedName(node, (), OWN)).names
    return {index.id(passage): len(occurrences.starts(passage)) for passage in occurrences.counts}


class _Matcher:
    """One pass over a plan, which keeps all query terms to mark their matches later."""

    def __init__(self, index: Index, clock: Clock, plan: Plan, *, suggest: bool = True) -> None:
        self.notes: list[str] = []
        self.partial = False
        self._index = index
        self._clock = clock
        self._lookup = TermLookup(index, self.notes.append, self._is_overdue)
        self._plan = plan
        length_share = 1.0 if plan.ranks_articles else LENGTH_SHARE
        self._scorer = TermScorer(index, IndexStatistics(index), length_share)
        self._query_terms: list[QueryTerm] = []
        self._names: dict[Mention, NameMatches] = {}
        self._matches_by_name: dict[tuple[Mention, Region], NameMatches] = {}
        self._rows: list[list[QueryTerm]] = []
        self._outside: set[int] = set()
        self._suggest = suggest
        match plan.root:
            case PlannedRanking() | PlannedBag(narrows=True):
                self._words_decide = True
            case _:
                self._words_decide = False

    def scores(self, keep: Iterable[int] = ()) -> Scores:
        """Return every matching passage with its score; those of `keep` match in any case."""
        scores = self._match(self._plan.root)
        return self._drop_outside(scores, keep) if self._words_decide else scores

    def coverages(self) -> Mapping[int, float]:
        """Return the share of the bare words that passages have, if these decide what matches.

        They do not if the query says itself what articles must have.
        """
        match self._plan.root:
            case PlannedBag(_, PlannedAll(nodes)) if any(
                isinstance(node, PlannedArticles) for node in nodes
            ):
                return {}
            case _:
                return self.reranker.coverages() if self._words_decide else {}

    def _drop_outside(self, scores: Scores, keep: Iterable[int]) -> Scores:
        """Drop the passages that have the bare words of a query neither in text nor in heading.

        All passages of an article have its title, and the first has its captions. If the title is
        all that matches in an article, its first passage stands for it; captions alone are enough
        if articles are ranked.
        """
        matching = scores.keys() & self.reranker.below_title().union(keep)
        outside = scores.keys() - matching
        if not outside:
            return scores
        owners = set(self._index.owners(matching))
        ordered = sorted(outside)
        for passage, owner in zip(ordered, self._index.owners(ordered), strict=True):
            if owner not in owners:
                owners.add(owner)
                if self._plan.ranks_articles or self._outside_part(passage) == "title":
                    self._outside.add(passage)
        dropped = outside - self._outside
        return {passage: score for passage, score in scores.items() if passage not in dropped}

    def missing_words(self) -> Iterator[str]:
        """Yield a note for each typed word that no passage contains."""
        for term in self._query_terms:
            if term.is_required and not self.partial and not term.passages():
                yield f"no passage contains {term.text}"

    @cached_property
    def reranker(self) -> Reranker:
        """What scores the best passages again, by their bare words."""
        return Reranker(
            self._index, self._scorer, self._rows, ranks_articles=self._plan.ranks_articles
        )

    def expanded(self) -> Iterator[Expansion]:
        """Yield the other forms that were searched for, for each typed name."""
        for mention, matches in self._names.items():
            if mention.typed:
                yield matches.expansion()

    def match(self, passage: int) -> Match:
        """Return the marks of a passage, the words it lacks, and the parts of its score."""
        marks: dict[int, Mark] = {}
        for term in self._query_terms:
            worth = self._scorer.rarity_bits(term)
            for mark in term.marks(passage):
                previous = marks.get(mark.position)
                if previous is None or previous.length < mark.length:
                    marks[mark.position] = mark._replace(worth=worth)
        is_outside = passage in self._outside
        lacks = [
            term.text
            for term in self._query_terms
            if term.is_required and not term.occurs_in(passage, outside=is_outside)
        ]
        return Match(
            self._index.id(passage),
            tuple(sorted(marks.values())),
            tuple(dict.fromkeys(lacks)),
            tuple(
                chain.from_iterable(self._scorer.parts(term, passage) for term in self._query_terms)
            ),
            only_in=self._outside_part(passage) if is_outside else "",
        )

    def _outside_part(self, passage: int) -> OnlyIn:
        starts = (start for term in self.reranker.words for start in term.starts(passage))
        return "title" if any(map(is_in_title, starts)) else "caption"

    def _match(self, node: PlanNode) -> Scores:
        """Return the passages that match a node, each with its score."""
        if self._is_overdue():
            return {}
        match node:
            case PlannedTerm():
                return self._score(make_term(node, self._index, self._lookup))
            case PlannedName():
                matches = self._names[node.mention] = self._find_name(node)
                return self._score(make_name(node, matches, self._index, self._lookup))
            case PlannedSuggestion():
                return self._match_suggested(node) if self._suggest else self._match(node.typed)
            case PlannedWindow():
                return self._match_window(node)
            case PlannedFacts(forms):
                return self._match_facts(forms)
            case PlannedPassages(ids, planned):
                if ids is None:
                    self._stop()
                term = make_term(planned, self._index, self._lookup)
                self._query_terms.append(term.with_reason("exact").with_weight(0))
                return dict.fromkeys(self._index.find(ids or frozenset()), 0.0)
            case PlannedNotes(ids):
                if ids is None:
                    self._stop()
                return dict.fromkeys(self._index.find(ids or frozenset()), 0.0)
            case PlannedArticles(inner):
                return self._match_articles(inner)
            case PlannedAll():
                return self._match_all(node)
            case PlannedAny(nodes):
                return sum_scores(map(self._match, nodes))
            case PlannedRanking():
                return self._match_ranking(node)
            case PlannedBag():
                return self._match_bag(node)
            case _:
                assert_never(node)

    def _find_name(self, node: PlannedName) -> NameMatches:
        """Return where a name is meant; a query that also requires it in the article asks twice."""
        key = node.mention, node.region
        if key not in self._matches_by_name:
            self._matches_by_name[key] = find_name(self._index, node)
        return self._matches_by_name[key]

    def _score(self, term: QueryTerm) -> Scores:
        self._query_terms.append(term)
        return self._scorer.scores(term)

    def _match_facts(self, forms: TermSet) -> Scores:
        """Return the passages whose article has a value of metadata, with a score of 0."""
        runs = FormOccurrences(
            self._index, self._lookup.forms(forms), ANYWHERE, self._is_overdue
        ).counts
        return dict.fromkeys(self._index.passages_of_runs(runs), 0.0)

    def _match_articles(self, node: PlanNode) -> Scores:
        """Return all passages of the articles in which a node matches, with a score of 0."""
        first = len(self._query_terms)
        scores = self._match(node)
        # A passage need not have what its article has.
        self._query_terms[first:] = [
            term._replace(is_required=False).with_weight(0) for term in self._query_terms[first:]
        ]
        passage_by_owner = dict(zip(self._index.owners(scores), scores, strict=True))
        return {
            mate: 0.0
            for passage in passage_by_owner.values()
            for mate in self._index.mates(passage)
        }

    def _match_suggested(self, node: PlannedSuggestion) -> Scores:
        """Match the replacement of a word, with less weight."""
        first = len(self._query_terms)
        scores = {p: SUGGESTED * score for p, score in self._match(node.instead).items()}
        self._query_terms[first:] = [
            term._replace(text=node.typed.text).with_reason(node.reason).with_weight(SUGGESTED)
            for term in self._query_terms[first:]
        ]
        return scores

    def _match_bag(self, bag: PlannedBag) -> Scores:
        """Match conditions, and rank by the bare words beside them."""
        first = len(self._query_terms)
        ranked = self._match_ranking(bag.ranking)
        last = len(self._query_terms)
        scores = self._match_all(bag.conditions)
        if bag.narrows:
            # A name that only narrows the search adds nothing to the score.
            self._query_terms[last:] = [term.with_weight(0) for term in self._query_terms[last:]]
            scores = {passage: score for passage, score in ranked.items() if passage in scores}
        else:
            for passage in scores.keys() & ranked.keys():
                scores[passage] += ranked[passage]
        return self._limit_terms_to(first, scores)

    def _limit_terms_to(self, first: int, scores: Scores) -> Scores:
        """Let the terms of a branch add to the scores only of passages that match the branch."""
        self._query_terms[first:] = [
            term._replace(branches=(*term.branches, scores.keys()))
            for term in self._query_terms[first:]
        ]
        return scores

    def _match_all(self, node: PlannedAll) -> Scores:
        """Return the passages that match every node and none of the excluded ones."""
        first = len(self._query_terms)
        scores: Scores | None = None
        for inner in node.nodes:
            inner_scores = self._match(inner)
            if scores is None:
                scores = inner_scores
            else:
                common = scores.keys() & inner_scores.keys()
                scores = {passage: scores[passage] + inner_scores[passage] for passage in common}
        if scores is None:
            scores = dict.fromkeys(self._index.passages(), 0.0)
        return self._limit_terms_to(first, self._exclude(scores, node.excluded))

    def _exclude(self, scores: Scores, nodes: Iterable[PlanNode]) -> Scores:
        kept = self._query_terms, self._rows, self._suggest, dict(self._names)
        for node in nodes:
            # An excluded word is neither marked nor lacking, and it has no suggestion.
            self._query_terms, self._rows, self._suggest = [], [], False
            absent = self._match(node)
            # A passage that was not found in time may still be there.
            scores = {} if self.partial else {p: s for p, s in scores.items() if p not in absent}
        self._query_terms, self._rows, self._suggest, self._names = kept
        return scores

    def _match_ranking(self, ranking: PlannedRanking) -> Scores:
        """Match bare words, any of which may match."""
        scores_by_word: list[Scores] = []
        terms: list[Sequence[QueryTerm]] = []
        for node, times in ranking.words:
            if self._is_overdue():
                break
            first = len(self._query_terms)
            scores = self._match(node)
            self._query_terms[first:] = [
                term.with_weight(times) for term in self._query_terms[first:]
            ]
            terms.append(self._query_terms[first:])
            scores_by_word.append(
                {p: times * score for p, score in scores.items()} if times > 1 else scores
            )
        if ranking.row:
            matched = (number for number in ranking.row if number < len(terms))
            self._rows.append([term for number in matched for term in terms[number]])
        return sum_scores(scores_by_word)

    def _match_window(self, node: PlannedWindow) -> Scores:
        terms = [make_term(part, self._index, self._lookup) for part in node.parts]
        common = terms[0].passages()
        for term in terms:
            common &= set() if self._is_overdue() else term.passages()
        windows = find_term_windows(terms, node.distance, sorted(common), self._is_overdue)
        term_by_part = dict(zip(node.parts, terms, strict=True))
        self._query_terms += [
            term.with_reason("near").with_weight(0) for term in term_by_part.values()
        ]
        text = " ".join(part.text for part in node.parts)
        near_by = FieldScore(windows, node, "words", BOTH_FIELDS, "near")
        return self._score(QueryTerm(text, (near_by,), is_required=False))

    def _is_overdue(self) -> bool:
        if self._clock.is_over:
            self._stop()
        return self.partial

    def _stop(self) -> None:
        self.partial = True
        self.notes.append(STOPPED_NOTE)
