"""Compare the mentions in an index with those that `NameMatches` finds at query time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from corpus_cli.engines import indexed_mentions
from corpus_cli.engines.fields import ANYWHERE, OWN, Facts
from corpus_cli.engines.index_snapshot import IndexSnapshot
from corpus_cli.engines.indexed_mentions import IndexedMention
from corpus_cli.engines.name_matches import NameGroup, NameMatches
from corpus_cli.engines.plan import PlannedName
from corpus_cli.engines.port import Engine
from corpus_cli.engines.postings import Index
from corpus_cli.model import Name, Passage
from corpus_cli.model.name_table import NameTable
from corpus_cli.names.lookup import NameLookup
from corpus_cli.search.expand import build_mention
from corpus_cli.text.tokenise import exact, key


def index_of(engine: Engine) -> Index:
    """Return the index that an engine searches."""
    with engine.snapshot() as snapshot:
        assert isinstance(snapshot, IndexSnapshot)
        return snapshot._index  # noqa: SLF001 - the port does not show it


def write(
    engine: Engine, stored: Sequence[Passage], names: NameTable, articles: Iterable[str] = ()
) -> None:
    """Index some articles again, and the mentions of names in all of them."""
    read: dict[str, tuple[list[Passage], Facts]] = {
        article: (list(passages), {}) for article, passages in groupby(stored, lambda p: p.article)
    }
    with engine.writer(1, names=names) as writer:
        for article in articles:
            writer.remove(article)
        writer.fill([read[article] for article in read if article in {*articles}], 1)


def _found(name: Name, group: NameGroup, *, adjective: bool) -> dict[int, list[IndexedMention]]:
    """Return what `NameMatches` finds, as the index has it."""
    return {
        passage: [
            IndexedMention(
                place.start,
                place.span,
                "a" if adjective else "s" if place.forms.isdisjoint(name.forms) else "f",
                tuple(sorted(set(map(exact, place.forms)))),
            )
            for place in places
        ]
        for passage, places in group._places.items()  # noqa: SLF001 - the reference
    }


def check_mentions(index: Index, lookup: NameLookup, skipped: Iterable[str] = ()) -> int:
    """Compare the mentions of all names but those that are skipped; return how many there are."""
    total, by_passage = 0, defaultdict[int, set[str]](set)
    counts_by_name: dict[str, Counter[str]] = {}
    skipped = {*skipped}
    for name, number in ((lookup.name(number), number) for number in lookup.numbers()):
        name_key, node = key(name.canonical), build_mention(lookup, number)
        if name_key in skipped:
            continue
        matches = NameMatches(index, PlannedName(node, (), ANYWHERE))
        names = _found(name, matches.names, adjective=False)
        adjectives = _found(name, matches.adjectives, adjective=True)
        assert indexed_mentions.mentions(index, name_key, "fs") == names
        assert indexed_mentions.mentions(index, name_key, "a") == adjectives

        others = {n: [p.start for p in places] for n, places in matches.other_names.items()}
        indexed_others = indexed_mentions.other_names(index, name_key)
        assert {n: list(indexed_others.positions(n)) for n in indexed_others.passages} == others

        own = NameMatches(index, PlannedName(node, (), OWN)).names
        counts = {passage: len(own.starts(passage)) for passage in own.counts}
        indexed_counts = indexed_mentions.mention_counts(index, [name_key]).get(name_key, {})
        by_article = Counter[str]()
        for passage, count in counts.items():
            by_article[index.article(index.owner(passage))] += count
        assert indexed_counts == by_article
        if by_article:
            counts_by_name[name_key] = by_article
        for passage in counts:
            by_passage[passage].add(name_key)

        total += sum(map(len, (*names.values(), *adjectives.values())))
    for passage in index.passages():
        named = {*indexed_mentions.names_of(index, passage)} - skipped
        assert named == by_passage[passage]
    all_counts = indexed_mentions.mention_counts(index)
    assert {key: all_counts[key] for key in all_counts.keys() - skipped} == counts_by_name
    assert indexed_mentions.count_names(index, index.passages()) == _count_names(index)
    return total


def _count_names(index: Index) -> dict[str, tuple[int, int]]:
    """Return how many passages and articles mention each name, by what each passage mentions."""
    passages = defaultdict[str, set[int]](set)
    for passage in index.passages():
        for name in indexed_mentions.names_of(index, passage) or ("",):
            passages[name].add(passage)
    return {
        name: (len(numbers), len({*index.owners(numbers)})) for name, numbers in passages.items()
    }
