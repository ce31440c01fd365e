"""Derive queries of every class from the documents that they search."""

import itertools
import re
import tomllib
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from documents import PART, Document

from corpus_cli.names.packs import expand_braces

DATA = Path(__file__).parent.parent / "corpus_cli/data"
FORMS = 10
_SAMPLE = 10_000
_EACH = 3
_WORD = re.compile(r"[a-z]{4,15}")
_TOKEN = re.compile(r"\w+")


class Query(NamedTuple):
    """A query: its class, its words, and the folder that a filter selects.

    The words of a name are its forms; `corpus` gets only the first and finds the others.
    """

    kind: str
    words: tuple[str, ...]
    part: str = ""


def derived(documents: Sequence[Document]) -> list[Query]:
    """Derive three queries of each class, but two of names. The choice is deterministic."""
    # Every n-th document, because a folder may be sorted.
    sample = documents[:: len(documents) // _SAMPLE + 1]
    texts = [_WORD.findall(f"{one.title} {one.text}".lower()) for one in sample]
    dropped = set((DATA / "stopwords.txt").read_text("utf-8").split())
    counts = Counter(itertools.chain.from_iterable(map(set, texts)))
    words = sorted(counts, key=lambda one: (counts[one], one))
    words = [word for word in words if word not in dropped and counts[word] > 1]
    shares = [counts[word] / len(texts) for word in words]

    def near(share: float) -> list[str]:
        """Return the words that occur in about this share of the texts, the closest first."""
        order = sorted(range(len(words)), key=lambda n: (abs(shares[n] - share), _dice(words[n])))
        return [words[n] for n in order[:_EACH]]

    def met(low: float, high: float, count: int) -> Iterator[tuple[str, ...]]:
        """Yield words of one text, each of which occurs in a share of all texts in this range."""
        fit = {word for word, share in zip(words, shares, strict=True) if low <= share <= high}
        for text in texts[7 :: len(texts) // 50 + 1] or texts:
            found = [word for word in dict.fromkeys(text) if word in fit]
            if len(found) >= count:
                yield tuple(found[:count])

    common, middling = near(0.15), near(0.01)
    parts = sorted({n // PART for n in range(len(documents))})
    part = f"part{parts[len(parts) // 2]:03}"
    queries = {
        "rare": [(word,) for word in near(0.0005)],
        "common": [(word,) for word in common],
        "and": _some(met, 0.02, 0.1, 2),
        "or": _some(met, 0.01, 0.1, 5),
        "phrase": _phrases(texts, dropped),
        "prefix": [(word[: max(4, len(word) - 3)],) for word in middling],
        "fuzzy": [(_misspelt(word, counts),) for word in middling],
        "name": _names(sample),
        "filter": [(word,) for word in common],
    }
    return [
        Query(kind, tuple(words), part if kind == "filter" else "")
        for kind, all_words in queries.items()
        for words in all_words
    ]


def _dice(word: str) -> int:
    """Return a number to sort words by that is unlike their alphabetical order."""
    return zlib.crc32(word.encode())


def _some(
    met: Callable[[float, float, int], Iterator[tuple[str, ...]]],
    low: float,
    high: float,
    count: int,
) -> list[tuple[str, ...]]:
    """Return three different groups of words; with too few texts, of any words."""
    found = itertools.chain(met(low, high, count), met(0, 1, count))
    return list(itertools.islice(dict.fromkeys(found), _EACH))


def _phrases(texts: Sequence[Sequence[str]], dropped: set[str]) -> list[tuple[str, ...]]:
    """Return pairs of neighbouring words: a frequent one, a less frequent one and a rare one."""
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts[::3]:
        pairs.update(set(itertools.pairwise(text)))
    ranked = [pair for pair, _ in pairs.most_common(2000) if not dropped & set(pair)]
    return [ranked[n] for n in sorted({0, len(ranked) // 20, len(ranked) // 4})]


def _misspelt(word: str, known: Counter[str]) -> str:
    """Return a word without one of its letters that is not itself a word of the texts."""
    middle = len(word) // 2
    for at in range(middle, len(word)):
        wrong = word[:at] + word[at + 1 :]
        if wrong not in known:
            return wrong
    return word


def _names(sample: Sequence[Document]) -> list[tuple[str, ...]]:
    """Return the two names with the most forms that occur in the texts, up to ten forms each."""
    begun, owners = defaultdict(set), {}
    for path in sorted((DATA / "names").glob("*.toml")):
        for name, table in tomllib.loads(path.read_text("utf-8")).items():
            for form in (name, *itertools.chain(*map(expand_braces, table.get("forms", ())))):
                row = tuple(_TOKEN.findall(form.lower()))
                if row and row not in owners:
                    owners[row] = (name, form)
                    begun[row[0]].add(row)
    counts: Counter[tuple[str, ...]] = Counter()
    for one in sample[::2]:
        text = _TOKEN.findall(one.text.lower())
        for at, word in enumerate(text):
            counts.update(
                row for row in begun.get(word, ()) if tuple(text[at : at + len(row)]) == row
            )
    forms = defaultdict(list)
    # Forms that occur come first; other forms follow if there are fewer than ten.
    for row in sorted(owners, key=lambda one: (-counts[one], one)):
        forms[owners[row][0]].append(row)
    standing = Counter(owners[row][0] for row in counts)
    best = sorted(standing or forms, key=lambda name: (-min(standing[name], FORMS), name))
    return [tuple(owners[row][1] for row in forms[name][:FORMS]) for name in best[:2]]
