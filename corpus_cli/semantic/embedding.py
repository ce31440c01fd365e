"""Vectors for every passage that has none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING

from corpus_cli.model import Passage
from corpus_cli.semantic.model import load_model
from corpus_cli.store.articles import Store
from corpus_cli.store.vectors import Vector

if TYPE_CHECKING:
    from corpus_cli.semantic.bert import Bert

_BATCH = 16
"""Passages a commit: a few seconds are lost where it is killed."""


def embed(
    store: Store, environment: Mapping[str, str], progress: Callable[[str, int, int], None]
) -> int:
    """Give each passage its vector, and tell how many had to be read for it.

    Committed in batches: killed in between, it goes on where it was. A text that had a vector
    keeps it, whatever else changed of its article.
    """
    reader, vectors, current = load_model(environment), store.vectors, store.current()
    vectors.begin(reader.name)
    held = vectors.held()
    whole = store.counts()["passages"]
    done = sum(current.get(article) == change for article, change, _ in held)
    read = 0
    missing = _missing(store, held)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while batch := list(islice(missing, _BATCH)):
            progress(batch[0].title, done, whole)
            keys = {passage.id: _key(passage) for passage in batch}
            known = vectors.known(set(keys.values()))
            new = {key: _text(one) for one in batch if (key := keys[one.id]) not in known}
            made = pool.map(partial(_packed, reader), new.values())
            known |= zip(new, made, strict=True)
            vectors.put(
                Vector(one.article, current[one.article], one.n, keys[one.id], known[keys[one.id]])
                for one in batch
            )
            done += len(batch)
            read += len(new)
    vectors.drop({(one, change) for one, change, _ in held if current.get(one) != change})
    return read


def _text(passage: Passage) -> str:
    """What is read of a passage: it is understood by what it stands under."""
    return "\n".join(filter(None, (passage.title, passage.heading, passage.text)))


def _key(passage: Passage) -> bytes:
    return sha256(_text(passage).encode("utf-8", "surrogatepass")).digest()


def _packed(reader: Bert, text: str) -> bytes:
    return reader.vector(text).astype("<f2").tobytes()


def _missing(store: Store, held: set[tuple[str, int, int]]) -> Iterator[Passage]:
    for article, change in store.current().items():
        for passage in store.passages(article):
            if (article, change, passage.n) not in held:
                yield passage
