"""Explain why a query matches nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.plan import Verified
from corpus_cli.query.all_terms import parts_to_require, require_in_article
from corpus_cli.query.nodes import (
    ANY,
    OWN_FIELDS,
    And,
    Bag,
    Dates,
    Field,
    InArticle,
    Mention,
    Must,
    Node,
    Not,
    Or,
    Suggested,
    Wild,
    filters,
    narrows,
    unparse,
    walk,
)
from corpus_cli.search.counts import CountMatches, count_articles, count_within
from corpus_cli.search.freshness import index_option
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.select import source_names
from corpus_cli.store.store import Store
from corpus_cli.text.plurals import plural
from corpus_cli.text.shell import quote

_MAX_ARTICLES = 5_000
"""The most articles in which chrome is searched."""

_SEVERAL = 2
_MAX_VALUES = 8
_MAX_SIMILAR, _MIN_SIMILARITY = 3, 0.6
"""The most similar values that are suggested, and how similar they must be (0 to 1)."""


def explain(
    query: Bag, moment: Moment, request: SearchRequest, verified: Verified, clock: Clock
) -> Iterator[str]:
    """Yield sentences on why a query matches nothing; stop when the time is over."""
    if request.passed_over:
        # What is true of the articles that were read may not be true of the others.
        yield (
            f"{plural(request.passed_over, 'article')} without the words of the query were not "
            "read further; to see similar words and what else may match, make a corpus of the "
            "files: corpus ingest PATH"
        )
        return
    with suppress(TimeOver):
        yield from _reasons(query, moment, verified, clock)


def _reasons(query: Bag, moment: Moment, verified: Verified, clock: Clock) -> Iterator[str]:
    """Yield sentences on filters that exclude all, parts that match nothing, and matching chrome.

    Raises `TimeOver` when the time is over.
    """
    store = moment.store
    counted = count_within(moment.index, clock, verified)
    if not store.ids():
        yield f"the corpus is empty; add articles with: corpus ingest PATH{index_option(moment)}"
        return
    yield from _find_in_articles(query, moment, verified, clock)
    narrowing = [node for node in query.nodes if filters(node)]
    for node in narrowing:
        for part in node.nodes if isinstance(node, And) else (node,):
            yield from _explain_filter(part, moment, counted)
    searched = Bag(tuple(node for node in query.nodes if not filters(node)))
    if narrowing and searched.nodes and (count := counted(searched)):
        excluding = " ".join(map(unparse, narrowing))
        yield f"without {excluding} the query matches {plural(count, 'passage')}"
        return
    yield from _explain_parts(searched.nodes, counted)
    yield from _find_in_chrome(searched, moment, clock)


def _find_in_articles(
    query: Bag, moment: Moment, verified: Verified, clock: Clock
) -> Iterator[str]:
    """Yield a note if articles match a query whose parts are in different passages of them."""
    parts = parts_to_require(query)
    if len(parts) < _SEVERAL or any(isinstance(node, InArticle) for node in walk(query)):
        return
    if count := count_articles(require_in_article(query), moment.index, clock, verified):
        conditions = (node for node in query.nodes if narrows(node) and node not in parts)
        line = unparse(Bag((*parts, *conditions)))
        contain = plural(count, "article contains", "articles contain")
        yield (
            f"{contain} all of these in different passages; find them with: "
            f"corpus search --all-terms=article {quote(line)}{index_option(moment)}"
        )


def _explain_parts(nodes: Sequence[Node], counted: CountMatches) -> Iterator[str]:
    """Say which parts of a query match nothing, else how many passages each part matches alone."""
    counts: dict[str, int] = {}
    in_article = [node.node for node in nodes if isinstance(node, InArticle)]
    for node in nodes:
        if isinstance(node, Not) or (isinstance(node, Or) and {*node.nodes} <= {*in_article}):
            continue
        for part in node.nodes if isinstance(node, And) else [node]:
            bare = part.node if isinstance(part, Must | InArticle) else part
            if not isinstance(bare, Suggested | Not) and not filters(bare):
                counts[unparse(bare)] = counted(Bag((bare,)))
    missing = [part for part, number in counts.items() if not number]
    if missing:
        yield f"no passage contains {' or '.join(missing)}"
    elif len(counts) > 1:
        part_counts = ", ".join(
            f"{part} matches {plural(number, 'passage')}" for part, number in counts.items()
        )
        whole = "article" if in_article else "passage"
        yield f"no {whole} matches the whole query: {part_counts}"


def _explain_filter(node: Node, moment: Moment, counted: CountMatches) -> Iterator[str]:
    """Say that no article matches a filter, and which values the articles have."""
    if isinstance(node, Not) or counted(Bag((node,))):
        return
    store = moment.store
    if isinstance(node, Dates):
        is_modified = node.field == "modified"
        dates = store.metadata.values_of_field("modified" if is_modified else "published")
        days = sorted(values[0] for values in dates.values() if values)
        if days:
            verb = "were modified" if is_modified else "are dated"
            yield (
                f"no article matches {unparse(node)}; the articles {verb} from {days[0]} "
                f"to {days[-1]}"
            )
        else:
            yield f"no article has a date{' of modification' if is_modified else ''}"
        return
    for field in walk(node):
        if isinstance(field, Field) and field.name in OWN_FIELDS:
            yield _explain_own_field(field, index_option(moment))
        elif isinstance(field, Field) and field.name in _FILTER_VALUES:
            values = dict.fromkeys(_FILTER_VALUES[field.name](store))
            wanted_value = unparse(field.node).strip('"')
            label = _LABELS.get(field.name, field.name)
            listed = ", ".join(sorted(values)[:_MAX_VALUES])
            remainder = (
                f" and {len(values) - _MAX_VALUES:,} more" if len(values) > _MAX_VALUES else ""
            )
            if similar := _similar_values(wanted_value, values):
                alternatives = f"did you mean {' or '.join(similar)}?"
            elif listed:
                alternatives = f"the corpus has {listed}{remainder}"
            else:
                alternatives = f"no article has any {label}"
            yield f"no article has the {label} {wanted_value}; {alternatives}"
        elif isinstance(field, Mention):
            yield (
                f"no passage mentions {field.name.canonical}; see the names that are mentioned "
                f"with: corpus names mentioned{index_option(moment)}"
            )


def _explain_own_field(field: Field, option: str) -> str:
    """Say that no note or tag of a person matches, and which command shows or writes them."""
    is_note = field.name == "note"
    kind = "note" if is_note else "tag of yours"
    if field.node == Wild(ANY):
        command = f"note{option} ID TEXT" if is_note else f"tag{option} ID TAG"
        return f"there is no {kind}: corpus {command} writes one"
    return f"{unparse(field)} matches no {kind}; corpus notes{option} lists all"


def _similar_values(wanted_value: str, values: Iterable[str]) -> list[str]:
    """Return values with a word that is spelt like the wanted value, the most similar first."""
    values_by_word: defaultdict[str, list[str]] = defaultdict(list)
    for value in values:
        for word in {value, *value.split()}:
            values_by_word[word.casefold()].append(value)
    similar_words = get_close_matches(
        wanted_value.casefold(), values_by_word, _MAX_SIMILAR, _MIN_SIMILARITY
    )
    return list(dict.fromkeys(value for word in similar_words for value in values_by_word[word]))[
        :_MAX_SIMILAR
    ]


def _metadata_values(field: str) -> Callable[[Store], Iterator[str]]:
    return lambda store: (
        value for values in store.metadata.values_of_field(field).values() for value in values
    )


_LABELS = {"lang": "language"}

_FILTER_VALUES: Mapping[str, Callable[[Store], Iterator[str]]] = {
    "author": _metadata_values("author"),
    "source": lambda store: iter(source_names(store).values()),
    "tag": _metadata_values("tag"),
    "lang": lambda store: iter(store.languages().values()),
}


def _find_in_chrome(query: Bag, moment: Moment, clock: Clock) -> Iterator[str]:
    """Yield a note if a query matches lines that are not part of the text of an article."""
    if not query.nodes:
        return
    from corpus_cli.search.chrome import find_in_chrome

    if find_in_chrome(query, moment, "score", clock, _MAX_ARTICLES).ranked:
        yield (
            "lines outside the texts of articles match (in a menu, a caption, a note of the "
            "newsroom); search them too with: "
            f"corpus search --with chrome {quote(unparse(query))}{index_option(moment)}"
        )
