"""A query over postings: which passages, how good, and where."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, pairwise
from time import monotonic
from typing import TypeVar, assert_never

from corpus_cli.engines.candidates import RankedCandidates
from corpus_cli.engines.fields import ANYWHERE, IN_HEADING, IN_TITLE, OWN
from corpus_cli.engines.name_matches import NameMatches
from corpus_cli.engines.port import MatchCounts, Selector, Verified
from corpus_cli.engines.postings import Index, find_windows
from corpus_cli.engines.query_terms import (
    BOTH_FIELDS,
    FieldScore,
    QueryTerm,
    QueryTerms,
    Scope,
    Scores,
    Windows,
    sum_scores,
)
from corpus_cli.engines.rerank import Reranker
from corpus_cli.engines.term_forms import WordForms, is_stop_word
from corpus_cli.model import Expansion, Mark, Match
from corpus_cli.query.nodes import (
    And,
    Bag,
    Dates,
    Exact,
    Field,
    Fuzzy,
    Mention,
    Must,
    Near,
    Node,
    Not,
    Or,
    Quoted,
    Suggested,
    Wild,
    Word,
    narrows,
    optional,
    unparse,
    walk,
)

_T = TypeVar("_T")

SUGGESTED = 0.5
"""What a word counts that was only probably meant: one that was typed comes before it."""

_STOPPED_NOTE = "stopped when the time was over: the best so far; --timeout 0 waits for all"
_REGIONS = {"title": IN_TITLE, "heading": IN_HEADING}


def search(
    index: Index, query: Bag, choose: Selector[_T], verified: Verified, seconds: float
) -> tuple[MatchCounts, _T]:
    """Rank the passages of an index for a query, and choose of them."""
    deadline = monotonic() + seconds if seconds else math.inf
    suggested = any(isinstance(node, Suggested) for node in walk(query))
    matcher = _Matcher(index, verified, deadline, suggest=not suggested)
    scores = typed = matcher.scores(query)
    if suggested and not matcher.partial:
        # What only a suggestion finds is shown, and counted as not found.
        matcher = _Matcher(index, verified, deadline)
        scores = matcher.scores(query)
    selected = choose(RankedCandidates(index, matcher, scores, typed, grouped=False))
    if typed:
        matcher.notes += matcher.missing_words()
    counts = MatchCounts(
        total=len(typed),
        expanded=tuple(matcher.expanded()),
        notes=tuple(dict.fromkeys(matcher.notes)),
        partial=matcher.partial,
    )
    return counts, selected


def mentions(index: Index, node: Mention) -> dict[str, int]:
    """How often a name is meant in the text of each passage that means it, by passage id."""
    occurrences = NameMatches(index, node, OWN).names
    return {index.id(passage): len(occurrences.starts(passage)) for passage in occurrences.counts}


class _Matcher:
    """One pass over a query; keeps every leaf that was asked for, to mark it afterwards."""

    def __init__(
        self, index: Index, verified: Verified, late: float, *, suggest: bool = True
    ) -> None:
        self.notes: list[str] = []
        self.partial = False
        self._index = index
        self._verified = verified
        self._leaves = QueryTerms(index, self.notes.append, self._is_overdue)
        self._query_terms: list[QueryTerm] = []
        self._rows: list[list[QueryTerm]] = []
        self._joined: Mapping[Node, Sequence[WordForms]] = {}
        self._suggest = suggest
        self._deadline = late

    def scores(self, query: Bag) -> Scores:
        """Every matching passage with its score."""
        scores = self._match_bag(query, Scope(ANYWHERE))
        match [node for node in query.nodes if optional(node)]:
            case [Mention()] | [Suggested(_, Mention())]:
                return self._limit_to_own_text(scores)
            case _:
                return scores

    def _limit_to_own_text(self, scores: Scores) -> Scores:
        """Of a query that is one name, the passages that say it themselves.

        Those that only stand under it count where it stands in no text of their article.
        """
        own_text = set().union(
            *(matches.own_text_passages() for matches in self._leaves.mentions.values())
        )
        articles = set(self._index.owners(own_text))
        return {
            passage: score
            for passage, score in scores.items()
            if passage in own_text or self._index.owner(passage) not in articles
        }

    def missing_words(self) -> Iterator[str]:
        """Say which of the words that were typed the corpus does not have."""
        for leaf in self._query_terms:
            if leaf.is_required and not self.partial and not leaf.passages():
                yield f"{leaf.text} stands nowhere"

    @cached_property
    def evidence(self) -> Reranker:
        """What is to be known of the bare words beside how often they stand where."""
        return Reranker(self._index, self._leaves, self._rows)

    def expanded(self) -> Iterator[Expansion]:
        """What was looked for beside the names that were typed, as far as it stands anywhere."""
        for node, matches in self._leaves.mentions.items():
            if node.typed:
                yield matches.expansion()

    def match(self, passage: int) -> Match:
        """What to show of a passage: where it matched, which words it lacks, what it earns."""
        marks: dict[int, Mark] = {}
        for leaf in self._query_terms:
            worth = self._leaves.rarity_bits(leaf)
            for mark in leaf.marks(passage):
                previous = marks.get(mark.position)
                if previous is None or previous.length < mark.length:
                    marks[mark.position] = mark._replace(worth=worth)
        lacks = [
            leaf.text
            for leaf in self._query_terms
            if leaf.is_required and not leaf.occurs_in(passage)
        ]
        return Match(
            self._index.id(passage),
            tuple(sorted(marks.values())),
            tuple(dict.fromkeys(lacks)),
            tuple(
                chain.from_iterable(self._leaves.parts(leaf, passage) for leaf in self._query_terms)
            ),
        )

    def _match_node(self, node: Node, scope: Scope) -> Scores:
        """The passages a node matches in a scope, each with what it earns by it."""
        if self._is_overdue():
            return {}
        match node:
            case Word() | Quoted() | Wild() | Fuzzy():
                if scope.prefix:
                    return self._leaves.match_fact(node, scope.prefix)
                joined = self._joined.get(node, ())
                return self._earned(self._leaves.text_term(node, scope.region, joined), scope)
            case Mention():
                return self._match_mention(node, scope)
            case Suggested(word, instead):
                return self._match_suggested(word, instead, scope)
            case Near(parts, distance):
                return self._match_near(parts, distance, scope)
            case Exact(text):
                if node not in self._verified:
                    self._stop()
                leaf = self._leaves.text_term(Quoted(text), scope.region).with_reason("exact")
                self._query_terms.append(leaf.with_weight(0))
                return dict.fromkeys(self._index.find(self._verified.get(node, frozenset())), 0.0)
            case Dates():
                return self._leaves.match_dates(node)
            case Field(name, inner):
                region = _REGIONS.get(name)
                return self._match_node(
                    inner, Scope(region) if region else Scope(prefix=f"{name}:")
                )
            case Must(inner):
                return self._match_node(inner, scope)
            case Not():
                return self._exclude(self._all_passages(), [node], scope)
            case And(nodes):
                return self._match_all(nodes, scope)
            case Or(nodes):
                return sum_scores(self._match_node(inner, scope) for inner in nodes)
            case Bag():
                return self._match_bag(node, scope)
            case _:
                assert_never(node)

    def _match_mention(self, node: Mention, scope: Scope) -> Scores:
        # A filter asks for the passage's own text, wherever it stands in the query.
        region = scope.region if node.typed else OWN
        return self._earned(self._leaves.mention(node, region), Scope(region))

    def _earned(self, leaf: QueryTerm, scope: Scope) -> Scores:
        """What passages earn by a leaf, which is remembered."""
        if scope.region != ANYWHERE:
            # What has to stand in the text does; what else may is no lack.
            leaf = leaf._replace(is_required=False)
        self._query_terms.append(leaf)
        return self._leaves.scores(leaf)

    def _match_suggested(self, word: Word, instead: Word | Mention, scope: Scope) -> Scores:
        """What was typed, and what was probably meant; the latter only where that is wanted."""
        if not self._suggest:
            return self._match_node(word, scope)
        first = len(self._query_terms)
        scores = {p: SUGGESTED * score for p, score in self._match_node(instead, scope).items()}
        self._query_terms[first:] = [
            leaf._replace(text=word.text)
            .with_reason(f"suggested:{unparse(instead)}")
            .with_weight(SUGGESTED)
            for leaf in self._query_terms[first:]
        ]
        return scores

    def _match_bag(self, bag: Bag, scope: Scope) -> Scores:
        """Words side by side: what is required decides, the bare words rank."""
        if not bag.nodes:
            return {}
        loose = [node for node in bag.nodes if optional(node)]
        strict = [node for node in bag.nodes if not optional(node)]
        # Beside bare words in the whole passage, the required ones are in its own text.
        own_scope = Scope(OWN) if scope.region == ANYWHERE else scope
        if not loose:
            return self._match_all(strict, own_scope)
        first = len(self._query_terms)
        ranked = self._match_bare_words(loose, scope)
        if not strict:
            return ranked
        last = len(self._query_terms)
        scores = self._match_all(strict, own_scope)
        if all(map(narrows, strict)):
            # Who narrows to a name earns nothing by it.
            self._query_terms[last:] = [leaf.with_weight(0) for leaf in self._query_terms[last:]]
            scores = {passage: score for passage, score in ranked.items() if passage in scores}
        else:
            for passage in scores.keys() & ranked.keys():
                scores[passage] += ranked[passage]
        return self._limit_leaves_to(first, scores)

    def _limit_leaves_to(self, first: int, scores: Scores) -> Scores:
        """Of a branch its passages: where it does not hold, its leaves earn nothing."""
        self._query_terms[first:] = [
            leaf._replace(branches=(*leaf.branches, scores.keys()))
            for leaf in self._query_terms[first:]
        ]
        return scores

    def _match_all(self, nodes: Sequence[Node], scope: Scope) -> Scores:
        """The passages every node matches, those of a Not taken out."""
        first = len(self._query_terms)
        scores: Scores | None = None
        for node in nodes:
            if isinstance(node, Not):
                continue
            node_scores = self._match_node(node, scope)
            if scores is None:
                scores = node_scores
            else:
                common = scores.keys() & node_scores.keys()
                scores = {passage: scores[passage] + node_scores[passage] for passage in common}
        limited = self._exclude(self._all_passages() if scores is None else scores, nodes, scope)
        return self._limit_leaves_to(first, limited)

    def _exclude(self, scores: Scores, nodes: Iterable[Node], scope: Scope) -> Scores:
        query_terms, suggest, rows = self._query_terms, self._suggest, self._rows
        mentions = dict(self._leaves.mentions)
        for node in nodes:
            if isinstance(node, Not):
                # What is excluded is neither marked nor lacking, and only what was typed.
                self._query_terms, self._rows, self._suggest = [], [], False
                absent = self._match_node(node.node, scope)
                # Not looked for in time is not absent.
                scores = (
                    {} if self.partial else {p: s for p, s in scores.items() if p not in absent}
                )
        self._query_terms, self._rows, self._suggest = query_terms, rows, suggest
        self._leaves.mentions = mentions
        return scores

    def _match_bare_words(self, nodes: Sequence[Node], scope: Scope) -> Scores:
        """Bare words: any may match; common ones count only where there is nothing else."""
        common = [node.text for node in nodes if isinstance(node, Word) and is_stop_word(node.text)]
        if 0 < len(common) < len(nodes):
            self.notes.append(f"too common to rank by: {', '.join(dict.fromkeys(common))}")
            nodes = [
                node for node in nodes if not (isinstance(node, Word) and is_stop_word(node.text))
            ]
        outer_joined, self._joined = self._joined, {} if scope.prefix else self._joined_forms(nodes)
        scores_by_node: list[Scores] = []
        leaves: dict[Node, list[QueryTerm]] = {}
        for node, times in Counter(nodes).items():
            if self._is_overdue():
                break
            first = len(self._query_terms)
            scores = self._match_node(node, scope)
            # A word typed twice counts twice.
            self._query_terms[first:] = [
                leaf.with_weight(times) for leaf in self._query_terms[first:]
            ]
            leaves[node] = self._query_terms[first:]
            scores_by_node.append(
                {p: times * score for p, score in scores.items()} if times > 1 else scores
            )
        self._joined = outer_joined
        if scope == Scope(ANYWHERE):
            self._rows.append([leaf for node in nodes for leaf in leaves.get(node, ())])
        return sum_scores(scores_by_node)

    def _joined_forms(self, nodes: Sequence[Node]) -> dict[Node, list[WordForms]]:
        """`counterterrorism` has both words of `counter terrorism`, which lacks neither."""
        joins: defaultdict[Node, list[WordForms]] = defaultdict(list)
        for left, right in dict.fromkeys(pairwise(nodes)):
            if not (isinstance(left, Word) and isinstance(right, Word)):
                continue
            if joined := self._leaves.joined_forms(left, right):
                for word in (left, right):
                    joins[word].append(joined)
        return joins

    def _match_near(self, parts: Sequence[Word | Quoted], distance: int, scope: Scope) -> Scores:
        leaves = {part: self._leaves.text_term(part, scope.region) for part in parts}
        common = leaves[parts[0]].passages()
        for leaf in leaves.values():
            common &= set() if self._is_overdue() else leaf.passages()
        window_counts: Scores = {}
        for passage in sorted(common):
            if self._is_overdue():
                break
            windows = find_windows([leaves[part].starts(passage) for part in parts], distance)
            if windows:
                window_counts[passage] = float(len(windows))
        self._query_terms += [leaf.with_reason("near").with_weight(0) for leaf in leaves.values()]
        text = " ".join(part.text for part in parts)
        near_by = FieldScore(Windows(window_counts), "words", BOTH_FIELDS, "near")
        return self._earned(QueryTerm(text, (near_by,), is_required=False), scope)

    def _is_overdue(self) -> bool:
        if monotonic() > self._deadline:
            self._stop()
        return self.partial

    def _stop(self) -> None:
        self.partial = True
        self.notes.append(_STOPPED_NOTE)

    def _all_passages(self) -> Scores:
        return dict.fromkeys(self._index.passages(), 0.0)
