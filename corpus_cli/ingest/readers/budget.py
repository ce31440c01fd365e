"""A limit on the bytes that a file may unpack to."""

from corpus_cli.errors import SourceError


class Budget:
    """The bytes that a file may still unpack to, of `limit` at the start."""

    def __init__(self, limit: int) -> None:
        self._limit = self._remaining = limit

    def spend(self, size: int) -> None:
        """Subtract `size` bytes. Raises `SourceError` where fewer are left."""
        self._remaining -= size
        if self._remaining < 0:
            raise SourceError(f"it unpacks to more than {self._limit // 1_000_000:,} MB")
