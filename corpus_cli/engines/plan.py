"""Plan how an engine matches a query."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple, Protocol, assert_never

from corpus_cli.engines import term_forms
from corpus_cli.engines.fields import ANYWHERE, IN_HEADING, IN_TITLE, OWN, FieldName, Region
from corpus_cli.engines.scoring import UNSTEMMED_WEIGHT
from corpus_cli.engines.term_forms import TermForm, WordForms, is_stop_word, terms_to_look_up
from corpus_cli.query.nodes import (
    And,
    Bag,
    DateField,
    Dates,
    Exact,
    Field,
    Fuzzy,
    InArticle,
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
from corpus_cli.text.tokenise import units

BOTH_FIELDS = 1.0 + UNSTEMMED_WEIGHT
"""The weight of a reading that replaces one in the stemmed and one in the unstemmed field."""

Verified = Mapping[Exact | Field, frozenset[str]]
"""The ids of the passages of each node that an index cannot match.

These are `exact:`, with its characters, and the fields that a person writes: `note:` and `mytag:`.
"""


_REGIONS = {"title": IN_TITLE, "heading": IN_HEADING}


class Vocabulary(Protocol):
    """The words of the texts, folded and not stemmed; a word in capitals starts with `=`."""

    def frequencies(self, words: Sequence[str]) -> Sequence[int]:
        """Return how many passages contain each of some words."""

    def words(self, prefix: str) -> Iterator[str]:
        """Yield the words with a prefix in order, without those in capitals."""

    def similar(
        self, word: str, edits: int, initials: Collection[str]
    ) -> Iterator[tuple[int, str]]:
        """Yield words within some edits of a word, with these, that have one of the initials."""


class Pattern(NamedTuple):
    """All terms of a field that match a pattern after a prefix: `*` is any letters, `?` one."""

    field: FieldName
    prefix: str
    pattern: str


class Similar(NamedTuple):
    """All terms of a field that are, after a prefix, within `edits` edits of a text."""

    field: FieldName
    prefix: str
    text: str
    edits: int


class PathPattern(NamedTuple):
    """All files whose path matches a pattern in the language of .gitignore."""

    pattern: str


class DateRange(NamedTuple):
    """All dates from `low` to `high`, both included; each a year, a month, a day or open."""

    low: str
    high: str
    field: DateField = "date"


TermSet = tuple[TermForm, ...] | Pattern | Similar | PathPattern | DateRange
"""The forms that a query asks for, listed or described."""


class Reading(NamedTuple):
    """A group of forms that is scored as one term of a field, with a weight.

    `reason` is the reason that its marks give.
    """

    forms: TermSet
    field: FieldName
    weight: float
    reason: str


class PlannedTerm(NamedTuple):
    """A word, quotation or pattern: its readings, and the region that they must be in.

    `text` is as typed; if `is_required`, a passage without it is reported as lacking it.
    """

    text: str
    readings: tuple[Reading, ...]
    region: Region
    is_required: bool = True


class PlannedName(NamedTuple):
    """A name in any of its forms; `typed` are the forms of the query, each with its text.

    `words` are the words of each typed form that has several: they also match where they are near
    each other. Unless the name `is_whole_query`, each word also matches alone.
    """

    mention: Mention
    typed: tuple[tuple[str, TermForm], ...]
    region: Region
    words: tuple[tuple[PlannedTerm, ...], ...] = ()
    is_whole_query: bool = False


class PlannedWindow(NamedTuple):
    """Several terms with at most `distance` other words between them."""

    parts: tuple[PlannedTerm, ...]
    distance: int
    region: Region


class PlannedFacts(NamedTuple):
    """A condition on the metadata of an article; it adds nothing to a score."""

    forms: TermSet


class PlannedPassages(NamedTuple):
    """Passages that are known already, and the term that marks the match in them.

    `ids` is None if there was no time to find them all.
    """

    ids: frozenset[str] | None
    term: PlannedTerm


class PlannedNotes(NamedTuple):
    """Passages with a note or a tag of a person, which are known already; it adds no score.

    `ids` is None if there was no time to find them all.
    """

    ids: frozenset[str] | None


class PlannedArticles(NamedTuple):
    """All passages of the articles in which a node matches; it adds nothing to a score."""

    node: "PlanNode"


class PlannedAll(NamedTuple):
    """All of several nodes and none of the excluded ones."""

    nodes: "tuple[PlanNode, ...]"
    excluded: "tuple[PlanNode, ...]" = ()


class PlannedAny(NamedTuple):
    """Any of several nodes."""

    nodes: "tuple[PlanNode, ...]"


class PlannedSuggestion(NamedTuple):
    """A typed word, and what replaces it where suggestions are wanted.

    `reason` is the reason that the marks of the replacement give.
    """

    typed: PlannedTerm
    instead: PlannedTerm | PlannedName
    reason: str


class PlannedRanking(NamedTuple):
    """Bare words: any may match, and they rank; each with the number of times it was typed.

    `row` lists the numbers of the words in the order of the query if their distance counts.
    """

    words: "tuple[tuple[PlanNode, int], ...]"
    row: tuple[int, ...] = ()


class PlannedBag(NamedTuple):
    """Bare words beside conditions.

    If the conditions only `narrow`, a passage must match a bare word too, and the conditions add
    nothing to its score.
    """

    ranking: PlannedRanking
    conditions: PlannedAll
    narrows: bool


PlanNode = (
    PlannedTerm
    | PlannedName
    | PlannedWindow
    | PlannedFacts
    | PlannedPassages
    | PlannedNotes
    | PlannedArticles
    | PlannedAll
    | PlannedAny
    | PlannedSuggestion
    | PlannedRanking
    | PlannedBag
)
"""Every type of node; a match over it ends with `assert_never`, so none is missed."""


class Plan(NamedTuple):
    """A query as any engine can match it, and notes for the user.

    With `has_suggestions` the plan is matched twice, because what only a suggestion matches is
    not counted. If it `ranks_articles`, the score of a passage includes that of its article.
    """

    root: PlanNode
    notes: tuple[str, ...]
    has_suggestions: bool
    ranks_articles: bool


def plan_query(
    query: Bag, vocabulary: Vocabulary, verified: Verified, *, ranks_articles: bool = False
) -> Plan:
    """Plan a query: which forms of its words to look up, where, and with which weights.

    The vocabulary is asked once, for the frequencies of all terms that the plan depends on.
    """
    match [node for node in query.nodes if optional(node)]:
        case [Mention()] | [Suggested(_, Mention())]:
            is_whole_query = True
        case _:
            is_whole_query = False
    planner = _Planner(_known_terms(query, vocabulary), verified, is_whole_query=is_whole_query)
    root = planner.plan_bag(query, _RANKING)
    has_suggestions = any(isinstance(node, Suggested) for node in walk(query))
    return Plan(root, tuple(dict.fromkeys(planner.notes)), has_suggestions, ranks_articles)


def _known_terms(query: Bag, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the terms that occur in the corpus, of all that the forms of a query depend on."""
    terms = list(dict.fromkeys(chain.from_iterable(map(terms_to_look_up, _word_rows(query)))))
    frequencies = vocabulary.frequencies(terms) if terms else ()
    return frozenset(term for term, count in zip(terms, frequencies, strict=True) if count)


def _word_rows(query: Bag) -> Iterator[Sequence[str]]:
    """Yield words that are side by side together: two of them may be one joined word."""
    for node in walk(query):
        match node:
            case Bag(nodes):
                loose = [inner for inner in nodes if optional(inner) and not _is_common(inner)]
                yield [inner.text if isinstance(inner, Word) else "" for inner in loose]
            case Word(text, spellings):
                yield from ([one] for one in (text, *spellings))
            case Mention(_, _, _, typed, _):
                yield from ([text] for text in typed)
                yield from ([word] for text in typed for word in _words_of(text))
            case _:
                pass


class _Scope(NamedTuple):
    """The place where a node must match: a region of the text, or a field of the metadata.

    Where a node `only_ranks`, a passage that matches another one may lack it.
    """

    region: Region = OWN
    prefix: str = ""
    only_ranks: bool = False


_RANKING = _Scope(ANYWHERE, only_ranks=True)
_IN_ARTICLE = _Scope(ANYWHERE)


class _Planner:
    def __init__(
        self, known_terms: frozenset[str], verified: Verified, *, is_whole_query: bool
    ) -> None:
        self.notes: list[str] = []
        self._is_whole_query = is_whole_query
        self._known_terms = known_terms
        self._verified = verified

    def plan_bag(self, bag: Bag, scope: _Scope) -> PlanNode:
        """Plan nodes side by side: the conditions decide, the bare words rank."""
        loose = [node for node in bag.nodes if optional(node)]
        strict = [node for node in bag.nodes if not optional(node)]
        if not bag.nodes:
            return PlannedAny(())
        # Beside bare words in the whole passage, conditions must match in its own text.
        own_scope = _Scope(OWN) if scope.only_ranks else scope
        if not loose:
            return self._plan_all(strict, own_scope)
        ranking = self._plan_ranking(loose, scope)
        if not strict:
            return ranking
        return PlannedBag(ranking, self._plan_all(strict, own_scope), all(map(narrows, strict)))

    def _plan(self, node: Node, scope: _Scope, joined: Sequence[WordForms] = ()) -> PlanNode:
        match node:
            case Word() | Quoted() | Wild() | Fuzzy():
                if scope.prefix:
                    return PlannedFacts(_facts(node, scope.prefix))
                return self._required_outside(self._term(node, scope.region, joined), scope)
            case Mention():
                # A filter asks for the passage's own text, wherever it is in the query.
                return self._name(node, scope if node.typed else _Scope(OWN))
            case Suggested(word, instead):
                typed = self._required_outside(self._term(word, scope.region), scope)
                replacement = (
                    self._name(instead, scope)
                    if isinstance(instead, Mention)
                    else self._required_outside(self._term(instead, scope.region), scope)
                )
                return PlannedSuggestion(typed, replacement, f"suggested:{unparse(instead)}")
            case Near(parts, distance):
                terms = tuple(self._term(part, scope.region) for part in parts)
                return PlannedWindow(terms, distance, scope.region)
            case Exact(text):
                return PlannedPassages(
                    self._verified.get(node), self._term(Quoted(text), scope.region)
                )
            case Dates(low, high, field):
                return PlannedFacts(DateRange(low, high, field))
            case Field("note" | "mytag"):
                return PlannedNotes(self._verified.get(node))
            case Field(name, inner):
                region = _REGIONS.get(name)
                return self._plan(inner, _Scope(region) if region else _Scope(prefix=f"{name}:"))
            case Must(inner):
                return self._plan(inner, scope)
            case Not():
                return self._plan_all([node], scope)
            case InArticle(inner):
                return PlannedArticles(self._plan(inner, _IN_ARTICLE))
            case And(nodes):
                return self._plan_all(nodes, scope)
            case Or(nodes):
                return PlannedAny(tuple(self._plan(inner, scope) for inner in nodes))
            case Bag():
                return self.plan_bag(node, scope)
            case _:
                assert_never(node)

    def _plan_all(self, nodes: Sequence[Node], scope: _Scope) -> PlannedAll:
        return PlannedAll(
            tuple(self._plan(node, scope) for node in nodes if not isinstance(node, Not)),
            tuple(self._plan(node.node, scope) for node in nodes if isinstance(node, Not)),
        )

    def _plan_ranking(self, nodes: Sequence[Node], scope: _Scope) -> PlannedRanking:
        """Plan bare words; common ones count only if there is nothing else."""
        common = list(filter(_is_common, nodes))
        if 0 < len(common) < len(nodes):
            ignored = ", ".join(dict.fromkeys(map(unparse, common)))
            self.notes.append(f"ignored as too common to rank by: {ignored}")
            nodes = [node for node in nodes if not _is_common(node)]
        joined = {} if scope.prefix else self._joined_forms(nodes)
        # A word that was typed twice counts twice.
        times_by_node = Counter(nodes)
        numbers = {node: number for number, node in enumerate(times_by_node)}
        words = tuple(
            (self._plan(node, scope, joined.get(node, ())), times)
            for node, times in times_by_node.items()
        )
        row = map(numbers.__getitem__, nodes) if scope == _RANKING else ()
        return PlannedRanking(words, tuple(row))

    def _joined_forms(self, nodes: Sequence[Node]) -> Mapping[Node, Sequence[WordForms]]:
        """Return joined forms: `counterterrorism` has both words of `counter terrorism`."""
        joins: defaultdict[Node, list[WordForms]] = defaultdict(list)
        for left, right in dict.fromkeys(pairwise(nodes)):
            if isinstance(left, Word) and isinstance(right, Word):
                joined = term_forms.joined_pair(left.text, right.text, self._has)
                if joined:
                    joins[left].append(joined)
                    joins[right].append(joined)
        return joins

    def _has(self, term: str) -> bool:
        return term in self._known_terms

    def _required_outside(self, term: PlannedTerm, scope: _Scope) -> PlannedTerm:
        """Where a term does not only rank it decides, so that no match can lack it."""
        return term if scope.only_ranks else term._replace(is_required=False)

    def _name(self, mention: Mention, scope: _Scope) -> PlannedName:
        region = scope.region
        typed = (
            (text, form)
            for text in mention.typed
            for form in term_forms.typed_forms(text, self._has)
        )
        words = (map(Word, _words_of(text)) for text in mention.typed)
        planned_words = (
            (tuple(self._term(word, region) for word in one) for one in words)
            if scope.only_ranks
            else ()
        )
        return PlannedName(
            mention,
            tuple(typed),
            region,
            tuple(one for one in planned_words if len(one) > 1),
            self._is_whole_query,
        )

    def _term(
        self,
        node: Word | Quoted | Wild | Fuzzy,
        region: Region,
        joined: Iterable[WordForms] = (),
    ) -> PlannedTerm:
        match node:
            case Word(text, spellings):
                forms = term_forms.merge_forms(term_forms.bare_forms(text, self._has), *joined)
                # In the unstemmed reading only what was typed counts, so that it ranks first.
                for spelling in spellings:
                    stemmed = term_forms.bare_forms(spelling, self._has).stemmed
                    forms = forms._replace(stemmed=forms.stemmed + stemmed)
                if forms.note:
                    self.notes.append(forms.note)
                readings = (
                    Reading(forms.stemmed, "stems", 1.0, "word"),
                    Reading(forms.unstemmed, "words", UNSTEMMED_WEIGHT, "word"),
                )
                return PlannedTerm(text, readings, region)
            case Quoted(text):
                term = _single(text, term_forms.quoted_forms(text), "phrase", region)
                return term._replace(is_required=False)
            case Wild(pattern):
                return _single(pattern, Pattern("words", "", pattern), f"wild:{pattern}", region)
            case Fuzzy(text, edits):
                return _single(text, Similar("words", "", text, edits), f"fuzzy:{text}", region)
            case _:
                assert_never(node)


def _words_of(text: str) -> list[str]:
    """Return the words of a typed name, without those that are too common to rank by."""
    return [unit.text for unit in units(text) if not is_stop_word(unit.text)]


def _is_common(node: Node) -> bool:
    return isinstance(node, Word) and is_stop_word(node.text)


def _single(text: str, forms: TermSet, reason: str, region: Region) -> PlannedTerm:
    return PlannedTerm(text, (Reading(forms, "words", BOTH_FIELDS, reason),), region)


def _facts(node: Word | Quoted | Wild | Fuzzy, prefix: str) -> TermSet:
    match node:
        case Word(text) | Quoted(text):
            return term_forms.quoted_forms(text, "facts", prefix)
        case Wild(pattern) if prefix == "path:":
            return PathPattern(pattern)
        case Wild(pattern):
            return Pattern("facts", prefix, pattern)
        case Fuzzy(text, edits):
            return Similar("facts", prefix, text, edits)
        case _:
            assert_never(node)
