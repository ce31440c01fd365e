"""Find the names that changed since they were indexed."""

from functools import lru_cache

from corpus_cli.engines.port import Snapshot
from corpus_cli.model.name_table import NameTable
from corpus_cli.names.lookup import NameLookup


def changed_names(index: Snapshot, names: NameLookup) -> frozenset[str]:
    """Return the keys of the names whose mentions in the index may be outdated.

    These have to be found at query time, until the next writer brings the index up to date.
    """
    if index.names_digest() == names.digest():
        return frozenset()
    return _compare(index.names(), names.table())


@lru_cache(2)
def _compare(old: NameTable, new: NameTable) -> frozenset[str]:
    from corpus_cli.engines.name_changes import compare_names

    return compare_names(old, new).stale_names
