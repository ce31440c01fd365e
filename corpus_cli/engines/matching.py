"""Match a query against postings: passages, scores, marks."""

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
"""The weight of a suggested word: a typed word ranks before it."""

_STOPPED_NOTE = "the search reached its time limit and may lack matches; --timeout 0 waits for all"
_REGIONS = {"title": IN_TITLE, "heading": IN_HEADING}


def search(
    index: Index, query: Bag, choose: Selector[_T], verified: Verified, seconds: float
) -> tuple[MatchCounts, _T]:
    """Rank the passages of an index for a query; return the counts and what `choose` selects."""
    deadline = monotonic() + seconds if seconds else math.inf
    suggested = any(isinstance(node, Suggested) for node in walk(query))
    matcher = _Matcher(index, verified, deadline, suggest=not suggested)
    scores = typed = matcher.scores(query)
    if suggested and not matcher.partial:
        # Passages that match only a suggestion are candidates, but the total does not count them.
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
    """Return how often each passage's own text mentions a name, by passage id."""
    occurrences = NameMatches(index, node, OWN).names
    return {index.id(passage): len(occurrences.starts(passage)) for passage in occurrences.counts}


class _Matcher:
    """One pass over a query, which keeps all query terms to mark their matches later."""

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
        """Return every matching passage with its score."""
        scores = self._match_bag(query, Scope(ANYWHERE))
        match [node for node in query.nodes if optional(node)]:
            case [Mention()] | [Suggested(_, Mention())]:
                return self._limit_to_own_text(scores)
            case _:
                return scores

    def _limit_to_own_text(self, scores: Scores) -> Scores:
        """Keep the passages whose own text has the name that is the whole query.

        A passage with the name only in its title or heading is kept if no passage of its article
        has the name in its own text.
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
        """Yield a note for each typed word that no passage contains."""
        for leaf in self._query_terms:
            if leaf.is_required and not self.partial and not leaf.passages():
                yield f"no passage contains {leaf.text}"

    @cached_property
    def evidence(self) -> Reranker:
        """The reranker of the bare words of the query."""
        return Reranker(self._index, self._leaves, self._rows)

    def expanded(self) -> Iterator[Expansion]:
        """Yield the expansion of each typed name: its other forms that the corpus contains."""
        for node, matches in self._leaves.mentions.items():
            if node.typed:
                yield matches.expansion()

    def match(self, passage: int) -> Match:
        """Return the marks of a passage, the words that it lacks and the parts of its score."""
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
        """Return the passages that a node matches in a scope, each with its score."""
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
        # A name filter applies to the passage's own text, whatever the scope.
        region = scope.region if node.typed else OWN
        return self._earned(self._leaves.mention(node, region), Scope(region))

    def _earned(self, leaf: QueryTerm, scope: Scope) -> Scores:
        """Record a query term, and return its scores."""
        if scope.region != ANYWHERE:
            # Every match contains the required words of a region, and may lack the optional ones.
            leaf = leaf._replace(is_required=False)
        self._query_terms.append(leaf)
        return self._leaves.scores(leaf)

    def _match_suggested(self, word: Word, instead: Word | Mention, scope: Scope) -> Scores:
        """Match the replacement of a word, or without suggestions the word itself."""
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
        """Match nodes side by side: required nodes select passages, bare words rank them."""
        if not bag.nodes:
            return {}
        loose = [node for node in bag.nodes if optional(node)]
        strict = [node for node in bag.nodes if not optional(node)]
        # Bare words may match title and heading; required nodes must match the passage's own text.
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
            # Filters and exclusions do not score, not even a filter by name.
            self._query_terms[last:] = [leaf.with_weight(0) for leaf in self._query_terms[last:]]
            scores = {passage: score for passage, score in ranked.items() if passage in scores}
        else:
            for passage in scores.keys() & ranked.keys():
                scores[passage] += ranked[passage]
        return self._limit_leaves_to(first, scores)

    def _limit_leaves_to(self, first: int, scores: Scores) -> Scores:
        """Let the query terms from `first` on score only in these passages; return the scores."""
        self._query_terms[first:] = [
            leaf._replace(branches=(*leaf.branches, scores.keys()))
            for leaf in self._query_terms[first:]
        ]
        return scores

    def _match_all(self, nodes: Sequence[Node], scope: Scope) -> Scores:
        """Return the passages that match every node and none that a `Not` excludes."""
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
                # Excluded words are not marked and not missed, and suggestions exclude nothing.
                self._query_terms, self._rows, self._suggest = [], [], False
                absent = self._match_node(node.node, scope)
                # If time ran out, any passage may contain what is excluded.
                scores = (
                    {} if self.partial else {p: s for p, s in scores.items() if p not in absent}
                )
        self._query_terms, self._rows, self._suggest = query_terms, rows, suggest
        self._leaves.mentions = mentions
        return scores

    def _match_bare_words(self, nodes: Sequence[Node], scope: Scope) -> Scores:
        """Match bare words, any of which suffices; common words count only if all are common."""
        common = [node.text for node in nodes if isinstance(node, Word) and is_stop_word(node.text)]
        if 0 < len(common) < len(nodes):
            self.notes.append(
                f"ignored as too common to rank by: {', '.join(dict.fromkeys(common))}"
            )
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
        """Return the joined forms of adjacent words: `counterterrorism` for `counter terrorism`.

        A passage with the joined form lacks neither word.
        """
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
