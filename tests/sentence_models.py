"""Make sentence models small enough for a test.

They consist of the same files as real models.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

SIGNS = ("[CLS]", "[SEP]", "[UNK]")


def written(folder: Path, *meanings: Sequence[str], **config: object) -> Path:
    """Write a model in which the words of one meaning have one vector and other words have none.

    The model has no layers: the vector of a text is the mean of those of its words.
    """
    size = 2 * len(meanings)
    words = [*SIGNS, *(word for meaning in meanings for word in meaning)]
    rows = np.zeros((len(words), size), "<f4")
    for n, meaning in enumerate(meanings):
        for word in meaning:
            rows[words.index(word), 2 * n : 2 * n + 2] = (1, -1)
    flat = np.zeros((256, size), "<f4")
    tensors = {
        "word_embeddings.weight": rows,
        "position_embeddings.weight": flat,
        "token_type_embeddings.weight": flat[:2],
        "LayerNorm.weight": flat[0] + 1,
        "LayerNorm.bias": flat[0],
    }
    told: dict[str, object] = {}
    numbers = b""
    for name, tensor in tensors.items():
        places = [len(numbers), len(numbers) + tensor.nbytes]
        told[f"embeddings.{name}"] = {
            "dtype": "F32",
            "shape": tensor.shape,
            "data_offsets": places,
        }
        numbers += tensor.astype("<f4").tobytes()
    head = json.dumps(told).encode()
    known = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": size,
        "num_attention_heads": 1,
        "num_hidden_layers": 0,
        "max_position_embeddings": 256,
        "layer_norm_eps": 1e-12,
    }
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(known | config), "utf-8")
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    (folder / "model.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + numbers)
    return folder
