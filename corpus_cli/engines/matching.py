"""A query over postings: which passages, how good, and where."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, pairwise
from time import monotonic
from typing import TypeVar, assert_never

from corpus_cli.engines.candidates import Ranked
from corpus_cli.engines.fields import ANYWHERE, IN_HEADING, IN_TITLE, OWN
from corpus_cli.engines.name_matches import Mentions
from corpus_cli.engines.port import Choose, Found, Verified
from corpus_cli.engines.postings import Index, near
from corpus_cli.engines.query_terms import (
    BOTH,
    Leaf,
    Leaves,
    Reading,
    Scope,
    Scores,
    Windows,
    total,
)
from corpus_cli.engines.rerank import Evidence
from corpus_cli.engines.term_forms import Forms, is_stop
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

_STOPPED = "stopped when the time was over: the best so far; --timeout 0 waits for all"
_REGIONS = {"title": IN_TITLE, "heading": IN_HEADING}


def search(
    index: Index, query: Bag, choose: Choose[_T], verified: Verified, seconds: float
) -> tuple[Found, _T]:
    """Rank the passages of an index for a query, and choose of them."""
    late = monotonic() + seconds if seconds else math.inf
    suggested = any(isinstance(node, Suggested) for node in walk(query))
    matcher = _Matcher(index, verified, late, suggest=not suggested)
    scores = typed = matcher.scores(query)
    if suggested and not matcher.partial:
        # What only a suggestion finds is shown, and counted as not found.
        matcher = _Matcher(index, verified, late)
        scores = matcher.scores(query)
    chosen = choose(Ranked(index, matcher, scores, typed, grouped=False))
    if typed:
        matcher.notes += matcher.missing()
    found = Found(
        total=len(typed),
        expanded=tuple(matcher.expanded()),
        notes=tuple(dict.fromkeys(matcher.notes)),
        partial=matcher.partial,
    )
    return found, chosen


def mentions(index: Index, node: Mention) -> dict[str, int]:
    """How often a name is meant in the text of each passage that means it, by passage id."""
    found = Mentions(index, node, OWN).meant
    return {index.id(passage): len(found.starts(passage)) for passage in found.counts}


class _Matcher:
    """One pass over a query; keeps every leaf that was asked for, to mark it afterwards."""

    def __init__(
        self, index: Index, verified: Verified, late: float, *, suggest: bool = True
    ) -> None:
        self.notes: list[str] = []
        self.partial = False
        self._index = index
        self._verified = verified
        self._leaves = Leaves(index, self.notes.append, self._overdue)
        self._asked: list[Leaf] = []
        self._rows: list[list[Leaf]] = []
        self._joined: Mapping[Node, Sequence[Forms]] = {}
        self._suggest = suggest
        self._late = late

    def scores(self, query: Bag) -> Scores:
        """Every matching passage with its score."""
        scores = self._bag(query, Scope(ANYWHERE))
        match [node for node in query.nodes if optional(node)]:
            case [Mention()] | [Suggested(_, Mention())]:
                return self._mentioning(scores)
            case _:
                return scores

    def _mentioning(self, scores: Scores) -> Scores:
        """Of a query that is one name, the passages that say it themselves.

        Those that only stand under it count where it stands in no text of their article.
        """
        own = set().union(*(found.own() for found in self._leaves.found.values()))
        articles = set(self._index.owners(own))
        return {
            passage: score
            for passage, score in scores.items()
            if passage in own or self._index.owner(passage) not in articles
        }

    def missing(self) -> Iterator[str]:
        """Say which of the words that were typed the corpus does not have."""
        for leaf in self._asked:
            if leaf.asked and not self.partial and not leaf.passages():
                yield f"{leaf.text} stands nowhere"

    @cached_property
    def evidence(self) -> Evidence:
        """What is to be known of the bare words beside how often they stand where."""
        return Evidence(self._index, self._leaves, self._rows)

    def expanded(self) -> Iterator[Expansion]:
        """What was looked for beside the names that were typed, as far as it stands anywhere."""
        for node, found in self._leaves.found.items():
            if node.typed:
                yield found.expansion()

    def match(self, passage: int) -> Match:
        """What to show of a passage: where it matched, which words it lacks, what it earns."""
        marks: dict[int, Mark] = {}
        for leaf in self._asked:
            told = self._leaves.told(leaf)
            for mark in leaf.marks(passage):
                known = marks.get(mark.position)
                if known is None or known.length < mark.length:
                    marks[mark.position] = mark._replace(worth=told)
        lacks = [leaf.text for leaf in self._asked if leaf.asked and not leaf.stands_in(passage)]
        return Match(
            self._index.id(passage),
            tuple(sorted(marks.values())),
            tuple(dict.fromkeys(lacks)),
            tuple(chain.from_iterable(self._leaves.parts(leaf, passage) for leaf in self._asked)),
        )

    def _node(self, node: Node, scope: Scope) -> Scores:
        """The passages a node matches in a scope, each with what it earns by it."""
        if self._overdue():
            return {}
        match node:
            case Word() | Quoted() | Wild() | Fuzzy():
                if scope.prefix:
                    return self._leaves.fact(node, scope.prefix)
                joined = self._joined.get(node, ())
                return self._earned(self._leaves.written(node, scope.region, joined), scope)
            case Mention():
                return self._mention(node, scope)
            case Suggested(word, instead):
                return self._suggested(word, instead, scope)
            case Near(parts, distance):
                return self._near(parts, distance, scope)
            case Exact(text):
                if node not in self._verified:
                    self._stop()
                leaf = self._leaves.written(Quoted(text), scope.region).because("exact")
                self._asked.append(leaf.times(0))
                return dict.fromkeys(self._index.find(self._verified.get(node, frozenset())), 0.0)
            case Dates():
                return self._leaves.dates(node)
            case Field(name, inner):
                region = _REGIONS.get(name)
                return self._node(inner, Scope(region) if region else Scope(prefix=f"{name}:"))
            case Must(inner):
                return self._node(inner, scope)
            case Not():
                return self._without(self._everything(), [node], scope)
            case And(nodes):
                return self._all(nodes, scope)
            case Or(nodes):
                return total(self._node(inner, scope) for inner in nodes)
            case Bag():
                return self._bag(node, scope)
            case _:
                assert_never(node)

    def _mention(self, node: Mention, scope: Scope) -> Scores:
        # A filter asks for the passage's own text, wherever it stands in the query.
        region = scope.region if node.typed else OWN
        return self._earned(self._leaves.mention(node, region), Scope(region))

    def _earned(self, leaf: Leaf, scope: Scope) -> Scores:
        """What passages earn by a leaf, which is remembered."""
        if scope.region != ANYWHERE:
            # What has to stand in the text does; what else may is no lack.
            leaf = leaf._replace(asked=False)
        self._asked.append(leaf)
        return self._leaves.scores(leaf)

    def _suggested(self, word: Word, instead: Word | Mention, scope: Scope) -> Scores:
        """What was typed, and what was probably meant; the latter only where that is wanted."""
        if not self._suggest:
            return self._node(word, scope)
        known = len(self._asked)
        scores = {p: SUGGESTED * score for p, score in self._node(instead, scope).items()}
        self._asked[known:] = [
            leaf._replace(text=word.text).because(f"suggested:{unparse(instead)}").times(SUGGESTED)
            for leaf in self._asked[known:]
        ]
        return scores

    def _bag(self, bag: Bag, scope: Scope) -> Scores:
        """Words side by side: what is required decides, the bare words rank."""
        if not bag.nodes:
            return {}
        loose = [node for node in bag.nodes if optional(node)]
        strict = [node for node in bag.nodes if not optional(node)]
        # Beside bare words in the whole passage, the required ones are in its own text.
        within = Scope(OWN) if scope.region == ANYWHERE else scope
        if not loose:
            return self._all(strict, within)
        first = len(self._asked)
        ranked = self._ranked(loose, scope)
        if not strict:
            return ranked
        last = len(self._asked)
        scores = self._all(strict, within)
        if all(map(narrows, strict)):
            # Who narrows to a name earns nothing by it.
            self._asked[last:] = [leaf.times(0) for leaf in self._asked[last:]]
            scores = {passage: score for passage, score in ranked.items() if passage in scores}
        else:
            for passage in scores.keys() & ranked.keys():
                scores[passage] += ranked[passage]
        return self._holding(first, scores)

    def _holding(self, first: int, scores: Scores) -> Scores:
        """Of a branch its passages: where it does not hold, its leaves earn nothing."""
        self._asked[first:] = [
            leaf._replace(within=(*leaf.within, scores.keys())) for leaf in self._asked[first:]
        ]
        return scores

    def _all(self, nodes: Sequence[Node], scope: Scope) -> Scores:
        """The passages every node matches, those of a Not taken out."""
        first = len(self._asked)
        scores: Scores | None = None
        for node in nodes:
            if isinstance(node, Not):
                continue
            found = self._node(node, scope)
            if scores is None:
                scores = found
            else:
                common = scores.keys() & found.keys()
                scores = {passage: scores[passage] + found[passage] for passage in common}
        kept = self._without(self._everything() if scores is None else scores, nodes, scope)
        return self._holding(first, kept)

    def _without(self, scores: Scores, nodes: Iterable[Node], scope: Scope) -> Scores:
        asked, suggest, rows = self._asked, self._suggest, self._rows
        named = dict(self._leaves.found)
        for node in nodes:
            if isinstance(node, Not):
                # What is excluded is neither marked nor lacking, and only what was typed.
                self._asked, self._rows, self._suggest = [], [], False
                absent = self._node(node.node, scope)
                # Not looked for in time is not absent.
                scores = (
                    {} if self.partial else {p: s for p, s in scores.items() if p not in absent}
                )
        self._asked, self._rows, self._suggest = asked, rows, suggest
        self._leaves.found = named
        return scores

    def _ranked(self, nodes: Sequence[Node], scope: Scope) -> Scores:
        """Bare words: any may match; common ones count only where there is nothing else."""
        common = [node.text for node in nodes if isinstance(node, Word) and is_stop(node.text)]
        if 0 < len(common) < len(nodes):
            self.notes.append(f"too common to rank by: {', '.join(dict.fromkeys(common))}")
            nodes = [node for node in nodes if not (isinstance(node, Word) and is_stop(node.text))]
        before, self._joined = self._joined, {} if scope.prefix else self._joins(nodes)
        found: list[Scores] = []
        leaves: dict[Node, list[Leaf]] = {}
        for node, times in Counter(nodes).items():
            if self._overdue():
                break
            known = len(self._asked)
            scores = self._node(node, scope)
            # A word typed twice counts twice.
            self._asked[known:] = [leaf.times(times) for leaf in self._asked[known:]]
            leaves[node] = self._asked[known:]
            found.append({p: times * score for p, score in scores.items()} if times > 1 else scores)
        self._joined = before
        if scope == Scope(ANYWHERE):
            self._rows.append([leaf for node in nodes for leaf in leaves.get(node, ())])
        return total(found)

    def _joins(self, nodes: Sequence[Node]) -> dict[Node, list[Forms]]:
        """`counterterrorism` has both words of `counter terrorism`, which lacks neither."""
        joins: defaultdict[Node, list[Forms]] = defaultdict(list)
        for left, right in dict.fromkeys(pairwise(nodes)):
            if not (isinstance(left, Word) and isinstance(right, Word)):
                continue
            if joined := self._leaves.joined(left, right):
                for word in (left, right):
                    joins[word].append(joined)
        return joins

    def _near(self, parts: Sequence[Word | Quoted], distance: int, scope: Scope) -> Scores:
        leaves = {part: self._leaves.written(part, scope.region) for part in parts}
        common = leaves[parts[0]].passages()
        for leaf in leaves.values():
            common &= set() if self._overdue() else leaf.passages()
        found: Scores = {}
        for passage in sorted(common):
            if self._overdue():
                break
            windows = near([leaves[part].starts(passage) for part in parts], distance)
            if windows:
                found[passage] = float(len(windows))
        self._asked += [leaf.because("near").times(0) for leaf in leaves.values()]
        text = " ".join(part.text for part in parts)
        near_by = Reading(Windows(found), "words", BOTH, "near")
        return self._earned(Leaf(text, (near_by,), asked=False), scope)

    def _overdue(self) -> bool:
        if monotonic() > self._late:
            self._stop()
        return self.partial

    def _stop(self) -> None:
        self.partial = True
        self.notes.append(_STOPPED)

    def _everything(self) -> Scores:
        return dict.fromkeys(self._index.passages(), 0.0)
