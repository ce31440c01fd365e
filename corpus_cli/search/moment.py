"""What a question is asked of."""

from collections.abc import Mapping

from corpus_cli.engines.port import Snapshot
from corpus_cli.names.lookup import NameLookup
from corpus_cli.store.store import Store


class Moment:
    """The store, the index and the names of a corpus at one moment.

    No commit changes what they answer. Settings are read from the `environment`.
    """

    __slots__ = ("environment", "index", "names", "store")

    def __init__(
        self, store: Store, index: Snapshot, names: NameLookup, environment: Mapping[str, str]
    ) -> None:
        self.store = store
        self.index = index
        self.names = names
        self.environment = environment
