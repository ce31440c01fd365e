"""Turn texts into vectors with a BERT sentence model."""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus_cli.errors import UsageError
from corpus_cli.semantic.wordpiece import WordPiece

Array = NDArray[np.float32]

_FILES = ("config.json", "vocab.txt", "model.safetensors")

_TYPES = {"F32": "<f4", "F16": "<f2"}

_DIGEST_BYTES = 1 << 20
"""The bytes of the weights that identify a model; a digest of all would take a second."""


@lru_cache(maxsize=1)
def open_model(folder: Path) -> "BertModel":
    """Open the model in a folder. Raises `UsageError` if it is missing or cannot be run."""
    if missing := [name for name in _FILES if not (folder / name).is_file()]:
        raise UsageError(f"there is no sentence model in {folder}: it has no {missing[0]}")
    try:
        return BertModel(folder)
    except (KeyError, IndexError, TypeError, ValueError, OSError) as error:
        raise UsageError(
            f"the sentence model in {folder} cannot be run ({error}): corpus runs uncased BERT "
            "models in the format of sentence-transformers, for example all-MiniLM-L6-v2"
        ) from error


class BertModel:
    """A BERT encoder (Devlin et al., NAACL 2019) with the pooling of its token vectors.

    `name` is a digest that identifies the model in any folder; `size` is the length of its
    vectors.
    """

    def __init__(self, folder: Path) -> None:
        config = _read_json(folder / "config.json")
        is_cased = not _read_json(folder / "tokenizer_config.json").get("do_lower_case", True)
        if config["model_type"] != "bert" or config.get("hidden_act") != "gelu" or is_cased:
            raise ValueError("it is not an uncased BERT model")
        self._tokenizer = WordPiece((folder / "vocab.txt").read_text("utf-8").split("\n"))
        self._uses_first_token = bool(
            _read_json(folder / "1_Pooling/config.json").get("pooling_mode_cls_token")
        )
        max_length = _read_json(folder / "sentence_bert_config.json").get("max_seq_length")
        self._max_length = int(max_length or config["max_position_embeddings"])
        self._head_count = int(config["num_attention_heads"])
        self._layer_count = int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        self.size = int(config["hidden_size"])
        weights = folder / "model.safetensors"
        self._weights = _read_tensors(weights)
        with weights.open("rb") as file:
            self.name = sha256(file.read(_DIGEST_BYTES)).hexdigest()
        # Missing weights raise an error now, not in the middle of a corpus.
        self.vector("text")

    def vector(self, text: str) -> Array:
        """Return the vector of a text, of length 1; only the start of a long text is read."""
        numbers = self._tokenizer.numbers(text, self._max_length)
        states = self._embed(numbers)
        for n in range(self._layer_count):
            states = self._layer(states, f"encoder.layer.{n}.")
        pooled: Array = states[0] if self._uses_first_token else states.mean(axis=0)
        return pooled / max(float(np.linalg.norm(pooled)), 1e-12)

    def _embed(self, numbers: list[int]) -> Array:
        words, positions, kinds = (
            self._weights[f"embeddings.{name}_embeddings.weight"]
            for name in ("word", "position", "token_type")
        )
        return self._normalise(words[numbers] + positions[: len(numbers)] + kinds[0], "embeddings.")

    def _layer(self, states: Array, name: str) -> Array:
        attended = self._dense(
            self._attend(states, f"{name}attention.self."), f"{name}attention.output.dense"
        )
        states = self._normalise(states + attended, f"{name}attention.output.")
        inner = _gelu(self._dense(states, f"{name}intermediate.dense"))
        return self._normalise(states + self._dense(inner, f"{name}output.dense"), f"{name}output.")

    def _attend(self, states: Array, name: str) -> Array:
        query, key, value = (
            self._dense(states, name + part)
            .reshape(len(states), self._head_count, -1)
            .transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        weights = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[-1]))
        weights = np.exp(weights - weights.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        attended: Array = (weights @ value).transpose(1, 0, 2).reshape(states.shape)
        return attended

    def _dense(self, states: Array, name: str) -> Array:
        return states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normalise(self, states: Array, name: str) -> Array:
        states = states - states.mean(axis=-1, keepdims=True)
        states /= np.sqrt(np.square(states).mean(axis=-1, keepdims=True) + self._epsilon)
        return (
            states * self._weights[f"{name}LayerNorm.weight"]
            + self._weights[f"{name}LayerNorm.bias"]
        )


def _gelu(x: Array) -> Array:
    """Return the Gaussian error linear unit of each number: x times the normal CDF of x.

    numpy has no error function: this is formula 7.1.26 of Abramowitz and Stegun, whose error
    is at most 1.5e-7.
    """
    z: Array = np.abs(x) * np.float32(np.sqrt(0.5))
    t: Array = np.reciprocal(1 + np.float32(0.3275911) * z)
    tail: Array = t * 0
    for term in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail = (tail + np.float32(term)) * t
    tail *= np.exp(-z * z) / np.float32(2)
    activated: Array = x * np.where(x < 0, tail, 1 - tail)
    return activated


def _read_json(path: Path) -> dict[str, Any]:
    """Read a settings file of a model; return an empty dict if the model has none."""
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def _read_tensors(path: Path) -> dict[str, Array]:
    """Read the weights of a model by name from a safetensors file.

    The file is the length of a JSON header, the header with the position of each tensor, and
    the numbers.
    """
    raw = np.memmap(path, np.uint8, "r")
    data_start = 8 + int(raw[:8].view("<u8")[0])
    tensors: dict[str, Array] = {}
    for name, description in json.loads(raw[8:data_start].tobytes()).items():
        if (kind := description.get("dtype")) in _TYPES:
            start, end = description["data_offsets"]
            numbers = raw[data_start + start : data_start + end].view(_TYPES[kind])
            tensors[name] = np.require(numbers, np.float32, "A").reshape(description["shape"])
    return tensors
