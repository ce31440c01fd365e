"""Counts with their nouns."""


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count and its noun: `1 passage`, `2 passages`, `1,000 queries`.

    `one` is the noun, or the noun and its verb, for a count of 1; `many` is for every other
    count, by default `one` with an s.
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
