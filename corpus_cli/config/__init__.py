"""flag > environment > project > user > default."""

from corpus_cli.config.disk import content, make, replace, sync, text
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
    "content",
    "declared",
    "existing",
    "fields",
    "files",
    "find",
    "here",
    "is_corpus",
    "make",
    "packs",
    "problems",
    "read",
    "replace",
    "setting",
    "strange",
    "sync",
    "text",
    "usable",
    "variable",
]
