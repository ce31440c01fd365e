"""flag > environment > project > user > default."""

from corpus_cli.config.kinds import SETTINGS, Color, Kind, checked, declared, variable
from corpus_cli.config.places import FOLDER, Place, existing, find, here, is_corpus, usable
from corpus_cli.config.settings import (
    DEFAULT,
    PROJECT,
    Packs,
    Setting,
    colored,
    fields,
    files,
    packs,
    problems,
    read,
    setting,
    strange,
)

__all__ = [
    "DEFAULT",
    "FOLDER",
    "PROJECT",
    "SETTINGS",
    "Color",
    "Kind",
    "Packs",
    "Place",
    "Setting",
    "checked",
    "colored",
    "declared",
    "existing",
    "fields",
    "files",
    "find",
    "here",
    "is_corpus",
    "packs",
    "problems",
    "read",
    "setting",
    "strange",
    "usable",
    "variable",
]
