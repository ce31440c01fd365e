"""Read the mentions of names that are indexed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from corpus_cli.engines.fields import Posting, decode, starts_in_text
from corpus_cli.engines.mentions import (
    FORM_MARK,
    OTHER_NAME,
    MentionTerm,
    parse_mention_term,
)
from corpus_cli.engines.postings import Index, Postings
from corpus_cli.model.name_table import FULL, KINDS, SHORT


class IndexedMention(NamedTuple):
    """An occurrence of a name: its first position, its span, the kind of form, and the forms.

    `forms` are the index terms of all forms of the name that match these positions.
    """

    start: int
    span: int
    kind: str
    forms: tuple[str, ...]


def mention_terms(index: Index, key: str, kinds: Sequence[str] = KINDS) -> Iterator[MentionTerm]:
    """Yield the terms of a name: one for each kind and form that occurs."""
    for kind in kinds:
        for term in index.terms("names", f"{kind}:{key}{FORM_MARK}"):
            yield parse_mention_term(term)


def mentions(
    index: Index, key: str, kinds: Sequence[str] = KINDS
) -> dict[int, list[IndexedMention]]:
    """Return the mentions of a name by passage, each with its place, ascending.

    Mentions in heading and title are included, and by default those by adjectives.
    """
    by_passage: defaultdict[int, list[IndexedMention]] = defaultdict(list)
    for term in mention_terms(index, key, kinds):
        for passage, value in index.postings("names", str(term)).values():
            by_passage[passage] += [
                IndexedMention(start, term.span, term.kind, term.forms) for start in decode(value)
            ]
    for places in by_passage.values():
        places.sort()
    return dict(by_passage)


def other_names(index: Index, key: str) -> Postings:
    """Return the occurrences of a name's forms that the words around them make another name."""
    return index.postings("names", f"{OTHER_NAME}:{key}")


def names_of(index: Index, passage: int) -> Sequence[str]:
    """Return the keys of the names that the text of a passage mentions, by first position."""
    return _keys_of_terms(index.name_terms(passage))


def names_in_fields(postings: Mapping[str, Posting]) -> Sequence[str]:
    """Return what `names_of` returns, from the field `names` of a passage that is not indexed."""
    first_positions: dict[str, int] = {}
    for term, (_, value) in postings.items():
        kind, key, _ = parse_mention_term(term)
        if kind in (FULL, SHORT) and starts_in_text(value):
            first = decode(value)[0]
            first_positions[key] = min(first, first_positions.get(key, first))
    return sorted(first_positions, key=lambda key: (first_positions[key], key))


def count_names(index: Index, passages: Sequence[int]) -> dict[str, tuple[int, int]]:
    """Return how many passages and articles mention each name in the text, by key of the name.

    The passages are ascending. Those without names are counted for an empty key.
    """
    passage_counts: Counter[str] = Counter()
    article_counts: Counter[str] = Counter()
    nothing = {""}
    by_owner = zip(index.owners(passages), map(index.name_terms, passages), strict=True)
    for _, group in groupby(by_owner, key=itemgetter(0)):
        in_article: set[str] = set()
        for _, terms in group:
            in_passage = {*map(_key_of_full_or_short, terms)} - nothing or nothing
            passage_counts.update(in_passage)
            in_article |= in_passage
        article_counts.update(in_article)
    return {key: (count, article_counts[key]) for key, count in passage_counts.items()}


def mention_counts(index: Index, keys: Collection[str] | None = None) -> dict[str, dict[str, int]]:
    """Return how often the texts of each article mention each name, by key of the name.

    Titles and headings are not counted; `keys` of None means all names.
    """
    by_owner = _count_all(index) if keys is None else _count_some(index, keys)
    read_article = cache(index.article)
    return {
        key: {read_article(owner): count for owner, count in counts.items()}
        for key, counts in by_owner.items()
        if counts
    }


def _count_all(index: Index) -> Mapping[str, Mapping[int, int]]:
    """Return how often the texts of each article mention each name, from what it has by article."""
    by_owner: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for owner, terms, counts in index.names_by_article():
        in_article: dict[str, int] = {}
        for key, count in zip(map(_key_of_full_or_short, terms), counts, strict=True):
            in_article[key] = in_article.get(key, 0) + count
        in_article.pop("", None)
        for key, count in in_article.items():
            by_owner[key][owner] = count
    return by_owner


def _count_some(index: Index, keys: Collection[str]) -> Mapping[str, Mapping[int, int]]:
    """Return how often the texts of each article mention some names, from their postings."""
    by_owner: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for key in keys:
        for term in mention_terms(index, key, (FULL, SHORT)):
            counts = index.postings("names", str(term)).own()
            for owner, count in zip(index.owners(counts), counts.values(), strict=True):
                by_owner[key][owner] += int(count)
    return by_owner


@lru_cache(16_384)
def _key_of_full_or_short(term: str) -> str:
    """Return the key of a name of whose full or short form this is a term; else nothing."""
    kind, key, _ = parse_mention_term(term)
    return key if kind in (FULL, SHORT) else ""


def names_by_passage(index: Index, passages: Iterable[str] | None) -> dict[str, Sequence[str]]:
    """Return what `names_of` returns for each passage of the index, by the ids of passages.

    `passages` of None means all.
    """
    if passages is None:
        return {passage: _keys_of_terms(terms) for passage, terms in index.names_by_passage()}
    numbers = index.find(frozenset(passages))
    return {index.id(passage): names_of(index, passage) for passage in numbers}


def _keys_of_terms(terms: Iterable[str]) -> Sequence[str]:
    """Return the keys of the names of whose full or short forms these are terms, each once."""
    return tuple(filter(None, dict.fromkeys(map(_key_of_full_or_short, terms))))
