"""Read which names are mentioned in each passage or article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from corpus_cli.errors import UsageError, closest_name
from corpus_cli.model import article_of, parse_passage_id
from corpus_cli.query.filters import Filters
from corpus_cli.search.match_query import match_query
from corpus_cli.search.meant_names import MeantNames
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest

Unit = Literal["passage", "article"]
UNITS: tuple[Unit, ...] = ("passage", "article")


class NameUnits(NamedTuple):
    """The names of passages, as canonical forms, and what is counted: passages or articles.

    `kinds` are the kinds of all names. Names in titles and headings are not mentions.
    """

    per: Unit
    names_by_passage: Mapping[str, Sequence[str]]
    kinds: Mapping[str, str]

    @property
    def unit_of(self) -> Callable[[str], str]:
        """The function from the id of a passage to that of its unit."""
        return article_of if self.per == "article" else str

    def names_by_unit(self, passages: Iterable[str]) -> Mapping[str, Collection[str]]:
        """Return the names that each unit mentions in these passages."""
        if self.per == "passage":
            return {passage: self.names_by_passage[passage] for passage in passages}
        by_article: dict[str, set[str]] = {}
        for passage in passages:
            by_article.setdefault(article_of(passage), set()).update(self.names_by_passage[passage])
        return by_article

    def most_specific_first(self, passages: Iterable[str]) -> list[str]:
        """Return passages, those with the fewest names first: they are about these names."""
        return sorted(
            passages, key=lambda one: (len(self.names_by_passage[one]), *parse_passage_id(one))
        )


def read_units(per: Unit, passages: Iterable[str] | None, moment: Moment) -> NameUnits:
    """Read the names of passages from the index; None means all passages."""
    names_by_passage = MeantNames(moment).read_names(passages)
    return NameUnits(per, names_by_passage, dict(moment.names.kinds()))


def count_names(units: Mapping[str, Collection[str]]) -> Counter[str]:
    """Return how many units mention each name."""
    counts: Counter[str] = Counter()
    for names in units.values():
        counts.update(names)
    return counts


def passages_to_compare_with(
    moment: Moment, request: SearchRequest
) -> tuple[list[str] | None, bool]:
    """Return the passages that the filters of a request leave, and whether they are not all.

    Without filters there is no list, because all passages count; there are fewer than all if the
    time ended.
    """
    if request.filters == Filters():
        return None, False
    matches = match_query("", moment, request)
    return [passage for passage, _ in matches.candidates.ranked()], matches.partial


def check_kinds(kinds: Collection[str], moment: Moment) -> None:
    """Raise `UsageError` for a kind that no name of the corpus has."""
    all_kinds = sorted({kind for _, kind in moment.names.kinds() if kind})
    for kind in kinds:
        if kind not in all_kinds:
            near = closest_name(kind, all_kinds)
            hint = f"; did you mean {near}?" if near else ""
            raise UsageError(
                f"no name is of the kind {kind!r}: --kind takes {', '.join(all_kinds)}{hint}"
            )
