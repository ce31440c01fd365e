"""Store the names by capitals of articles, and pairs of them."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from corpus_cli.store.database import Database
from corpus_cli.store.query_limits import Row
from corpus_cli.text.name_runs import words_of_runs
from corpus_cli.text.spelling import spelling_key

_MIN_LETTERS = 4
_MAX_WORDS = 2_000
"""The most words of an article that are counted: a list of words is no text with names."""

_ROWS_PER_PAGE = 1_000

_NUMBER_BYTES = 7
"""The bytes of the number of an article, which SQLite stores in at most 8."""


class SpellingPair(NamedTuple):
    """A word, another word of the corpus that is probably the same name, and the evidence.

    `score` is the logarithm of the odds that they are the same. If the pair `is_certain`, a
    query for the word searches for both. `cost` is that of the spelling, from 0, `company` how
    alike the names around both words are, from 0 to 1; `companions` are such names.
    """

    word: str
    other: str
    score: float
    is_certain: bool
    cost: float
    company: float
    companions: tuple[str, ...] = ()


class NameWords:
    """The words with a capital of each article, the articles of each word, and pairs of words.

    Articles are recorded at once, and `count_changes` updates the rest. Only words of four
    letters or more are counted. In a store of an older format there are none.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, runs: Mapping[str, str]) -> None:
        """Record the words of articles, as `text.name_runs.encode_runs` returns them."""
        self._db.write_all(
            "INSERT INTO name_words VALUES (?, ?, '') ON CONFLICT (n) DO UPDATE "
            "SET previous = coalesce(previous, runs), runs = excluded.runs "
            "WHERE runs != excluded.runs",
            ((_number(article), words) for article, words in runs.items()),
        )

    def remove(self, articles: Iterable[str]) -> None:
        """Record that articles are gone."""
        self.add(dict.fromkeys(articles, ""))

    def count_changes(self) -> set[str]:
        """Update the articles of each word, and return the words of all articles that changed."""
        changed_words: set[str] = set()
        while page := self._db.rows(
            "SELECT n, previous, runs FROM name_words WHERE previous IS NOT NULL LIMIT ?",
            _ROWS_PER_PAGE,
        ):
            deleted, added = set[tuple[str, int]](), set[tuple[str, int]]()
            for n, previous, runs in page:
                before, after = _counted_words(previous), _counted_words(runs)
                deleted.update((word, n) for word in before - after)
                added.update((word, n) for word in after - before)
                changed_words |= before | after
            self._db.write_all(
                "DELETE FROM name_word_articles WHERE word = ? AND n = ?", sorted(deleted)
            )
            self._add_keys({word for word, _ in added})
            self._db.write_all("INSERT INTO name_word_articles VALUES (?, ?)", sorted(added))
            numbers = [(n,) for n, _, _ in page]
            self._db.write_all("DELETE FROM name_words WHERE n = ? AND runs = ''", numbers)
            self._db.write_all("UPDATE name_words SET previous = NULL WHERE n = ?", numbers)
        return changed_words

    def _add_keys(self, words: Collection[str]) -> None:
        keys = ((spelling_key(word), word) for word in words)
        self._db.write_all(
            "INSERT OR IGNORE INTO spelling_keys VALUES (?, ?)",
            sorted(pair for pair in keys if pair[0]),
        )

    def count_articles(self, words: Iterable[str]) -> Mapping[str, int]:
        """Return the number of articles of each word; words of none are left out."""
        rows = self._read(
            "SELECT word, count(*) FROM name_word_articles WHERE word IN (VALUES *) GROUP BY word",
            ((word,) for word in words),
        )
        return dict(rows)

    def articles(self, words: Iterable[str]) -> Mapping[str, Sequence[int]]:
        """Return the sorted numbers of the articles of each word."""
        rows = self._read(
            "SELECT word, n FROM name_word_articles WHERE word IN (VALUES *) ORDER BY word, n",
            ((word,) for word in words),
        )
        articles: defaultdict[str, list[int]] = defaultdict(list)
        for word, n in rows:
            articles[word].append(n)
        return articles

    def runs(self, articles: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Yield the runs of articles by their numbers, with the number of each."""
        numbers = [*articles]
        for start in range(0, len(numbers), _ROWS_PER_PAGE):
            yield from self._read(
                "SELECT n, runs FROM name_words WHERE n IN (VALUES *)",
                ((n,) for n in numbers[start : start + _ROWS_PER_PAGE]),
            )

    def words_by_key(self, keys: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Return the words with each of some keys of `text.spelling.spelling_key`."""
        rows = self._read(
            "SELECT key, word FROM spelling_keys WHERE key IN (VALUES *) ORDER BY key, word",
            ((key,) for key in keys),
        )
        words: defaultdict[str, list[str]] = defaultdict(list)
        for key, word in rows:
            words[key].append(word)
        return words

    def _exists(self) -> bool:
        """Return whether the store has these tables; a store of an older format has none."""
        return bool(self._db.row("SELECT 1 FROM sqlite_master WHERE name = 'name_words'"))

    def _read(self, sql: str, value_rows: Iterable[Sequence[object]]) -> list[Row]:
        return self._db.rows_among(sql, value_rows) if self._exists() else []

    # --- pairs ---

    def replace_pairs(self, words: Iterable[str], pairs: Iterable[SpellingPair]) -> None:
        """Replace all pairs of some words."""
        rows = [(word, word) for word in words]
        # Each pair is there both ways round, so no scan of all is needed to find its other row.
        self._db.write_all(
            "DELETE FROM spelling_pairs WHERE other = ? "
            "AND word IN (SELECT other FROM spelling_pairs WHERE word = ?)",
            rows,
        )
        self._db.write_all("DELETE FROM spelling_pairs WHERE word = ?", (row[:1] for row in rows))
        both = ((pair, pair._replace(word=pair.other, other=pair.word)) for pair in pairs)
        self._db.write_all(
            "INSERT INTO spelling_pairs VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((*pair[:-1], json.dumps(pair.companions)) for one in both for pair in one),
        )

    def pairs(self, words: Iterable[str] | None = None) -> list[SpellingPair]:
        """Return the pairs of some words, of all if None; those with the best scores first."""
        columns = "SELECT word, other, score, is_certain, cost, company, companions"
        if words is None:
            rows = self._db.rows(f"{columns} FROM spelling_pairs") if self._exists() else []
        else:
            rows = self._read(
                f"{columns} FROM spelling_pairs WHERE word IN (VALUES *)",
                ((word,) for word in words),
            )
        pairs = (
            SpellingPair(
                word, other, score, bool(is_certain), cost, company, tuple(json.loads(companions))
            )
            for word, other, score, is_certain, cost, company, companions in rows
        )
        return sorted(pairs, key=lambda pair: (-pair.score, pair.word, pair.other))


def _number(article: str) -> int:
    """Return a number that stands for an article, whichever other articles there are."""
    # A search needs no numbers, and the module is slow to import.
    from hashlib import blake2b

    digest = blake2b(article.encode("utf-8", "surrogatepass"), digest_size=_NUMBER_BYTES).digest()
    return int.from_bytes(digest)


def _counted_words(runs: str) -> set[str]:
    words = {word for word in words_of_runs(runs) if len(word) >= _MIN_LETTERS}
    return words if len(words) <= _MAX_WORDS else set(sorted(words)[:_MAX_WORDS])
