"""Read the mentions of names that are indexed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
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
    terms = map(parse_mention_term, index.name_terms(passage))
    return tuple(dict.fromkeys(term.key for term in terms if term.kind in (FULL, SHORT)))


def names_in_fields(postings: Mapping[str, Posting]) -> Sequence[str]:
    """Return what `names_of` returns, from the field `names` of a passage that is not indexed."""
    first_positions: dict[str, int] = {}
    for term, (_, value) in postings.items():
        kind, key, _ = parse_mention_term(term)
        if kind in (FULL, SHORT) and starts_in_text(value):
            first = decode(value)[0]
            first_positions[key] = min(first, first_positions.get(key, first))
    return sorted(first_positions, key=lambda key: (first_positions[key], key))


def mention_counts(index: Index, keys: Collection[str] | None = None) -> dict[str, dict[str, int]]:
    """Return how often the texts of each article mention each name, by key of the name.

    Titles and headings are not counted; `keys` of None means all names.
    """
    by_owner: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for term, postings in _full_and_short_terms(index, keys):
        counts = postings.own()
        owner_counts = by_owner[term.key]
        for owner, count in zip(index.owners(counts), counts.values(), strict=True):
            owner_counts[owner] += int(count)
    read_article = cache(index.article)
    return {
        key: {read_article(owner): count for owner, count in counts.items()}
        for key, counts in by_owner.items()
        if counts
    }


def _full_and_short_terms(
    index: Index, keys: Collection[str] | None
) -> Iterator[tuple[MentionTerm, Postings]]:
    """Yield the terms of full and short forms of names, each with its postings."""
    if keys is None:
        for kind in (FULL, SHORT):
            for term, postings in index.postings_by_term("names", f"{kind}:"):
                yield parse_mention_term(term), postings
    else:
        for key in keys:
            for mention_term in mention_terms(index, key, (FULL, SHORT)):
                yield mention_term, index.postings("names", str(mention_term))


def names_by_passage(index: Index, passages: Iterable[str]) -> dict[str, Sequence[str]]:
    """Return what `names_of` returns for each passage of the index, by the ids of passages."""
    return {
        index.id(passage): names_of(index, passage) for passage in index.find(frozenset(passages))
    }
