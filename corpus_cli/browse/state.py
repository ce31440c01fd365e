"""What the app shows, as one value, and how it changes."""

from typing import Literal, NamedTuple

from corpus_cli.browse.open_article import ArticleKey, OpenArticle
from corpus_cli.model import Facet, Facets, Hit, Results
from corpus_cli.query.all_terms import Scope
from corpus_cli.query.filters import FILTERS, Filters, filter_values
from corpus_cli.search.request import By, SearchRequest, Sort

PAGE = 50
"""How many articles are listed at first, and how many more at a time."""

FACETS: tuple[By, ...] = ("source", "author", "year", "name")
"""The fields by whose values results can be narrowed."""

SORTS: tuple[Sort, ...] = ("score", "-date", "date", "source")
"""The orders that a key goes through."""

SCOPES: tuple[Scope | None, ...] = (None, "article", "passage")
"""Where all words have to be, in the order that a key goes through; None asks for any word."""

Arrival = Literal["best", "first", "last"]
"""The match at which an article opens: that of its best passage, its first or its last."""

Direction = Literal[1, -1]


class Filter(NamedTuple):
    """A condition that articles must fulfil: an option of a search or a year, and its value.

    `value` is as the option takes it, `label` as a person is shown it.
    """

    field: str
    value: str
    label: str


class State(NamedTuple):
    """What is asked, what was answered, and what is looked at.

    `question` is the number of the latest question; an answer has the number of its question, so
    that one that arrives late changes nothing; `counted` is the number of that of the `facets`.
    `selected` is the index of the hit whose article is read, or whose near-copy `copy`. `match` is
    the index of the match in it, and `arrival` says at which match the next article opens.
    """

    base: SearchRequest
    line: str = ""
    filters: tuple[Filter, ...] = ()
    sort: Sort = "score"
    limit: int = PAGE
    all_names: bool = False
    all_terms: Scope | None = None
    question: int = 1
    counted: int = 0
    results: Results | None = None
    facets: Facets | None = None
    is_waiting: bool = True
    selected: int = 0
    copy: ArticleKey | None = None
    reading: OpenArticle | None = None
    match: int = 0
    arrival: Arrival = "best"
    error: str = ""

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Return the hits that are listed, one an article."""
        return self.results.hits if self.results else ()

    @property
    def hit(self) -> Hit | None:
        """Return the hit whose article is read."""
        return self.hits[self.selected] if self.selected < len(self.hits) else None

    @property
    def key(self) -> ArticleKey | None:
        """Return the article that is read: that of the selected hit, or a near-copy of it."""
        if self.copy or not self.hit:
            return self.copy
        return ArticleKey(self.hit.corpus, self.hit.header.id)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is asked: no word and no filter."""
        return not self.line.strip() and not self.filters

    @property
    def has_more(self) -> bool:
        """Return whether there are articles beyond those that are listed."""
        return bool(self.results) and len(self.hits) == self.limit


def start(line: str, request: SearchRequest) -> State:
    """Return the state at the start, with the filters of a request as filters to remove."""
    filters = tuple(
        Filter(name, value, value)
        for name in FILTERS
        for value in filter_values(request.filters, name)
    )
    base = request._replace(filters=Filters(), group_by_article=True, check_files=False)
    return State(
        base,
        line,
        filters,
        request.sort,
        all_names=request.all_names,
        all_terms=request.all_terms,
    )


def search_request(state: State) -> SearchRequest:
    """Return the request that the state asks for."""
    values: dict[str, tuple[str, ...]] = dict.fromkeys(FILTERS, ())
    for one in state.filters:
        for name in ("since", "until") if one.field == "year" else (one.field,):
            values[name] = (*values[name], one.value)
    return state.base._replace(
        filters=Filters(**values),
        sort=state.sort,
        limit=state.limit,
        all_names=state.all_names,
        all_terms=state.all_terms,
    )


def edit_line(state: State, line: str) -> State:
    """Ask another query."""
    return state if line == state.line else _ask(state._replace(line=line))


def narrow(state: State, facet: Facet) -> State:
    """Keep only what has a value of a facet; a year replaces the one before."""
    new = Filter(facet.by, _as_typed(facet.value), facet.value)
    if not facet.value or new in state.filters:
        return state
    kept = (one for one in state.filters if not one.field == new.field == "year")
    # Each name that is chosen narrows further; another source or author is one more to read.
    all_names = state.all_names or new.field == "name"
    return _ask(state._replace(filters=(*kept, new), all_names=all_names))


def widen(state: State, removed: Filter) -> State:
    """Remove a filter."""
    kept = tuple(one for one in state.filters if one != removed)
    return state if kept == state.filters else _ask(state._replace(filters=kept))


def change_sort(state: State) -> State:
    """Sort by the next order."""
    at = SORTS.index(state.sort) + 1 if state.sort in SORTS else 0
    return _ask(state._replace(sort=SORTS[at % len(SORTS)]))


def change_scope(state: State) -> State:
    """Ask for any word, for all words in an article, or for all words in a passage."""
    at = SCOPES.index(state.all_terms) + 1
    return _ask(state._replace(all_terms=SCOPES[at % len(SCOPES)]))


def load_more(state: State) -> State:
    """Ask for more articles of the same answer; those that are listed stay."""
    more = state._replace(limit=state.limit + PAGE)
    return more._replace(question=state.question + 1, is_waiting=True)


def _ask(state: State) -> State:
    """Return the state with a new question; what was answered stays until it is answered."""
    return state._replace(question=state.question + 1, limit=PAGE, is_waiting=True, error="")


def receive_results(state: State, question: int, results: Results) -> State:
    """Show an answer, unless a newer question was asked; the same article stays selected."""
    if question != state.question:
        return state
    keys = [ArticleKey(hit.corpus, hit.header.id) for hit in results.hits]
    selected = ArticleKey(state.hit.corpus, state.hit.header.id) if state.hit else None
    is_longer = selected in keys and state.limit > PAGE
    return state._replace(
        results=results,
        selected=keys.index(selected) if is_longer and selected else 0,
        copy=state.copy if is_longer else None,
        reading=state.reading if is_longer else None,
        arrival="best",
        is_waiting=False,
        error="",
    )


def receive_nothing(state: State, question: int) -> State:
    """Show no results, where nothing is asked."""
    if question != state.question:
        return state
    return state._replace(
        results=None, facets=None, selected=0, copy=None, reading=None, is_waiting=False, error=""
    )


def receive_facets(state: State, question: int, facets: Facets) -> State:
    """Show the counts of an answer, unless a newer question was asked."""
    if question != state.question:
        return state
    return state._replace(facets=facets, counted=question)


def receive_failure(state: State, question: int, message: str) -> State:
    """Say why there is no answer, unless a newer question was asked; the last answer stays."""
    if question != state.question:
        return state
    return state._replace(error=message, is_waiting=False)


def select(state: State, index: int, arrival: Arrival = "best") -> State:
    """Choose a hit; its article is read next."""
    is_selected = index == state.selected and state.copy is None
    if not 0 <= index < len(state.hits) or (is_selected and state.reading):
        return state
    return state._replace(selected=index, copy=None, reading=None, match=0, arrival=arrival)


def open_copy(state: State) -> State:
    """Read the next near-copy of the article; after the last one the article itself."""
    if not state.reading or not state.reading.copies:
        return state
    corpus, article = state.reading.key
    articles = sorted({article, *(copy.id for copy in state.reading.copies)})
    following = articles[(articles.index(article) + 1) % len(articles)]
    return state._replace(copy=ArticleKey(corpus, following), reading=None, match=0)


def receive_reading(state: State, reading: OpenArticle) -> State:
    """Show an article, unless another one was chosen meanwhile."""
    if reading.key != state.key:
        return state
    last = max(len(reading.matches) - 1, 0)
    match = {"first": 0, "last": last}.get(state.arrival, _best_match(state, reading))
    return state._replace(reading=reading, match=match)


def step_match(state: State, by: Direction) -> State:
    """Go to the next or the previous match, in the next or previous article after the last."""
    if not state.reading:
        return state
    match = state.match + by
    if 0 <= match < len(state.reading.matches):
        return state._replace(match=match)
    return select(state, state.selected + by, "first" if by == 1 else "last")


def _best_match(state: State, reading: OpenArticle) -> int:
    """Return the first match of the best passage."""
    if not state.hit or reading.key.article != state.hit.header.id:
        return 0
    first, last = state.hit.passage.lines
    best = (n for n, (line, _) in enumerate(reading.matches) if first <= line <= last)
    return next(best, 0)


def _as_typed(value: str) -> str:
    """Return a value as an option takes it: without signs that exclude or make a pattern."""
    return value.translate(str.maketrans("*?", "  ")).lstrip("-! ")
