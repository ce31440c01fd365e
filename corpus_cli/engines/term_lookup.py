"""Look up the terms of an index that a query describes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from operator import itemgetter

from corpus_cli.engines import wildcards
from corpus_cli.engines.fields import FieldName, as_text
from corpus_cli.engines.plan import DateRange, PathPattern, Pattern, Similar, TermSet
from corpus_cli.engines.postings import Index
from corpus_cli.engines.term_forms import TermForm
from corpus_cli.text.normalise import fold

_TERMS_BETWEEN_CHECKS = 1_000
"""The number of index terms that are read between two checks of the time limit."""


class TermLookup:
    """Look up the terms of one index, with notes for the user, until the time is over."""

    def __init__(
        self, index: Index, note: Callable[[str], None], is_overdue: Callable[[], bool]
    ) -> None:
        self._index = index
        self._note = note
        self.is_overdue = is_overdue

    def forms(self, terms: TermSet) -> tuple[TermForm, ...]:
        """Return the forms that are listed, or one form for each term that fits."""
        match terms:
            case Pattern():
                return _single_terms(terms.field, self._matching(terms))
            case Similar():
                return _single_terms(terms.field, self._similar(terms))
            case PathPattern(pattern):
                fits = wildcards.glob(as_text(pattern))
                files = self._terms("facts", "file:")
                return _single_terms(
                    "facts", (file for file in files if fits(file.removeprefix("file:")))
                )
            case DateRange(low, high, field):
                first, last = f"{field}:{low}", f"{field}:{high}"
                dates = self._terms("facts", f"{field}:")
                return _single_terms(
                    "facts",
                    (
                        date
                        for date in dates
                        if first <= date and (not high or date[: len(last)] <= last)
                    ),
                )
            case _:
                return terms

    def _matching(self, wanted: Pattern) -> list[str]:
        folded = wildcards.fold_pattern(wanted.pattern)
        begin = wanted.prefix + wildcards.literal_prefix(folded)
        terms = [
            term
            for term in self._terms(wanted.field, begin)
            if not term.startswith("=") and wildcards.matches(folded, term[len(wanted.prefix) :])
        ]
        if len(terms) > wildcards.MAX_TERMS:
            self._note(
                f"{wanted.pattern} matches {len(terms):,} words: "
                f"only the first {wildcards.MAX_TERMS:,} were searched for"
            )
        return terms[: wildcards.MAX_TERMS]

    def _similar(self, wanted: Similar) -> Iterator[str]:
        prefix = wanted.prefix
        terms = map(itemgetter(slice(len(prefix), None)), self._terms(wanted.field, prefix))
        close = sorted(wildcards.terms_within(fold(wanted.text), terms, wanted.edits))
        return (prefix + term for _, term in islice(close, wildcards.MAX_TERMS))

    def _terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        """Yield the terms with a prefix until the time is over, because there may be millions."""
        terms = self._index.terms(field, prefix)
        while batch := list(islice(terms, _TERMS_BETWEEN_CHECKS)):
            yield from batch
            if self.is_overdue():
                return


def _single_terms(field: FieldName, terms: Iterable[str]) -> tuple[TermForm, ...]:
    return tuple(TermForm(field, (term,), 1) for term in terms)
