"""Whoosh's pickles, read without running what they name.

Whoosh unpickles the schema and the segment list of an index and every block of postings,
so that opening a stranger's index would run code from it. Here its loaders are replaced
by one that knows the few classes an index of ours is made of.
"""

import io
import pickle
import sys
from types import SimpleNamespace
from typing import IO

import whoosh.codec.whoosh3
import whoosh.index

ALLOWED = frozenset(
    {
        ("array", "_array_reconstructor"),
        ("array", "array"),
        ("builtins", "int"),
        ("builtins", "object"),
        ("builtins", "set"),
        ("collections", "defaultdict"),
        ("copyreg", "_reconstructor"),
        ("corpus_cli.engines.whoosh.fields", "InvertedField"),
        ("corpus_cli.engines.whoosh.fields", "PositionsFormat"),
        ("whoosh.analysis.tokenizers", "IDTokenizer"),
        ("whoosh.codec.whoosh3", "W3Codec"),
        ("whoosh.codec.whoosh3", "W3Segment"),
        ("whoosh.columns", "VarBytesColumn"),
        ("whoosh.fields", "ID"),
        ("whoosh.fields", "Schema"),
        ("whoosh.formats", "Existence"),
    }
)

_BYTES = 4


class _Unpickler(pickle.Unpickler):
    # Protocol 2 pickles carry Python 2 names, which the base class translates first.
    def find_class(self, module: str, name: str) -> object:
        module = {"__builtin__": "builtins", "copy_reg": "copyreg"}.get(module, module)
        if (module, name) in ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"the index names {module}.{name}, which is none of its parts")


def load(file: IO[bytes], **_: object) -> object:
    """`pickle.load` for the parts of an index, and for nothing else."""
    return _Unpickler(file).load()


def loads(data: bytes, **_: object) -> object:
    """`pickle.loads` for the parts of an index, and for nothing else."""
    return _Unpickler(io.BytesIO(data)).load()


def dumps(value: object, protocol: int = 0) -> bytes:
    """`pickle.dumps`, which spells bytes out in calls unless the protocol knows them."""
    return pickle.dumps(value, max(protocol, _BYTES))


def dump(value: object, file: IO[bytes], protocol: int = 0) -> None:
    """`pickle.dump`, likewise."""
    pickle.dump(value, file, max(protocol, _BYTES))


def install() -> None:
    """Put these in the place of pickle's in every module of Whoosh that we use."""
    safe = SimpleNamespace(
        load=load,
        loads=loads,
        Unpickler=_Unpickler,
        dump=dump,
        dumps=dumps,
        PicklingError=pickle.PicklingError,
    )
    # Loaders of formats older than ours, with an unpickler of their own.
    whoosh.index.toc_loaders.clear()
    for module in [found for name, found in sys.modules.items() if name.startswith("whoosh.")]:
        for name, value in list(vars(module).items()):
            if value is pickle.load:
                setattr(module, name, load)
            elif value is pickle.loads:
                setattr(module, name, loads)
            elif value is pickle.dumps:
                setattr(module, name, dumps)
            elif value is pickle.dump:
                setattr(module, name, dump)
            elif value is pickle:
                setattr(module, name, safe)
