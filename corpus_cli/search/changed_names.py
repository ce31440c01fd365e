"""Find the names that changed since they were indexed."""

from corpus_cli.engines.port import Snapshot
from corpus_cli.names.lookup import NameLookup


def changed_names(index: Snapshot, names: NameLookup) -> frozenset[str]:
    """Return the keys of the names whose mentions in the index may be outdated.

    These have to be found at query time, until the next writer brings the index up to date.
    """
    if index.names_digest() == names.digest():
        return frozenset()
    from corpus_cli.engines.name_changes import compare_names

    return compare_names(index.names(), names.table()).stale_names
