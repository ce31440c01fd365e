"""Compute the vectors of the passages that have none."""

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
from corpus_cli.store.store import Store
from corpus_cli.store.vectors import PassageVector

if TYPE_CHECKING:
    from corpus_cli.semantic.bert import BertModel

_BATCH = 16
"""Passages per commit: a process that is killed loses a few seconds of work."""


def embed_passages(
    store: Store, environment: Mapping[str, str], progress: Callable[[str, int, int], None]
) -> int:
    """Record a vector for each passage, and return how many vectors were computed.

    Each batch is committed, so that a later run continues where a killed one stopped. A text
    that already has a vector keeps it when its article changes. `progress` is called for each
    batch with a title, the passages done and their total.
    """
    model, vectors, current = load_model(environment), store.vectors, store.current()
    vectors.start_model(model.name)
    embedded = vectors.passages_with_vector()
    total = store.counts()["passages"]
    done = sum(current.get(article) == change for article, change, _ in embedded)
    computed = 0
    missing = _passages_without_vector(store, embedded)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while batch := list(islice(missing, _BATCH)):
            progress(batch[0].title, done, total)
            keys = {passage.id: _text_key(passage) for passage in batch}
            vector_by_key = vectors.vectors_by_key(set(keys.values()))
            texts_by_key = {
                key: _model_text(one) for one in batch if (key := keys[one.id]) not in vector_by_key
            }
            new_vectors = pool.map(partial(_compute_vector, model), texts_by_key.values())
            vector_by_key |= zip(texts_by_key, new_vectors, strict=True)
            vectors.add(
                PassageVector(
                    one.article,
                    current[one.article],
                    one.n,
                    keys[one.id],
                    vector_by_key[keys[one.id]],
                )
                for one in batch
            )
            done += len(batch)
            computed += len(texts_by_key)
    vectors.remove({(one, change) for one, change, _ in embedded if current.get(one) != change})
    return computed


def _model_text(passage: Passage) -> str:
    """Return the text that the model reads: the title and the heading give it context."""
    return "\n".join(filter(None, (passage.title, passage.heading, passage.text)))


def _text_key(passage: Passage) -> bytes:
    return sha256(_model_text(passage).encode("utf-8", "surrogatepass")).digest()


def _compute_vector(model: BertModel, text: str) -> bytes:
    return model.vector(text).astype("<f2").tobytes()


def _passages_without_vector(
    store: Store, embedded: set[tuple[str, int, int]]
) -> Iterator[Passage]:
    for article, change in store.current().items():
        for passage in store.passages(article):
            if (article, change, passage.n) not in embedded:
                yield passage
