"""What classes and their types are declared with, at no cost.

The names are those of `typing` and `dataclasses`, for modules that say
`from __future__ import annotations`. Python's own bring ten modules along, and write and compile
the code of every class when it is declared: half of a short command. Here that waits for the
first value of a class, and types are for the checker alone, which sees Python's own.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
    from typing import (
        Any,
        Final,
        Literal,
        NamedTuple,
        Protocol,
        Self,
        TypeGuard,
        TypeVar,
        assert_never,
        cast,
    )
else:
    from _collections import _tuplegetter
    from _operator import attrgetter

    _MISSING = object()

    class _Hint:
        """A word of types: whatever is done with it, it says nothing."""

        def __call__(self, *_, **__):
            return self

        __getitem__ = __or__ = __ror__ = __call__

    Any = Final = Literal = Self = TypeGuard = TypeVar = _Hint()

    class Protocol:
        """What a class has to have, for the checker."""

        def __class_getitem__(cls, _):
            return cls

    def assert_never(one):
        """Fail: nothing gets here."""
        raise AssertionError(f"not expected: {one!r}")

    def cast(_, value):
        """The value as it is."""
        return value

    class _Rows(type):
        """Makes the class of a row from the annotations in its body."""

        def __new__(cls, name, bases, space):
            if names := tuple(space.get("__annotations__", ())):
                space["_field_defaults"] = {each: space[each] for each in names if each in space}
                space["_fields"] = space["__match_args__"] = names
                space.update((each, _tuplegetter(n, "")) for n, each in enumerate(names))
            return super().__new__(cls, name, bases, {"__slots__": (), **space})

    class NamedTuple(tuple, metaclass=_Rows):
        """A tuple whose places have names."""

        def __new__(cls, *values, **named):
            if held := _placed(cls, cls._fields, values, named):
                return tuple.__new__(cls, held)
            parameters = _parameters(cls._fields, cls._field_defaults)
            places = "".join(f"{each}, " for each in cls._fields)
            made = _compiled(
                f"def __new__(_cls, {parameters}): return _new(_cls, ({places}))",
                {"_new": tuple.__new__, "_default": cls._field_defaults},
            )
            cls.__new__ = staticmethod(made)
            return made(cls, *values, **named)

        def __repr__(self):
            return _written(self)

        def __getnewargs__(self):
            return tuple(self)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **changes):
            made = tuple.__new__(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"{type(self).__name__} has no {', '.join(changes)}")
            return made

    class _Factory:
        def __init__(self, make):
            self.make = make

    def field(*, default_factory):
        """A field whose value is made anew for each."""
        return _Factory(default_factory)

    class _Fields:
        """What `dataclasses` asks of a class: told when it asks."""

        def __get__(self, _, cls):
            import dataclasses

            told = [
                (name, object, dataclasses.field(default_factory=default.make))
                if isinstance(default, _Factory)
                else (name, object, dataclasses.field(default=default))
                if default is not _MISSING
                else (name, object)
                for name in cls.__match_args__
                for default in [cls._field_defaults.get(name, _MISSING)]
            ]
            found = dataclasses.make_dataclass(cls.__name__, told).__dataclass_fields__
            cls.__dataclass_fields__ = found
            return found

    def dataclass(*, frozen=False, slots=False):
        """Make a class of fields from one that declares them; without `frozen` they may change."""

        def made(cls):
            names = tuple(cls.__annotations__)
            told = vars(cls)
            values = attrgetter(*names)

            def same(self, other):
                return (
                    values(self) == values(other) if type(other) is type(self) else NotImplemented
                )

            space = {
                "__repr__": _written,
                "__init__": _begun,
                "__eq__": same,
                "__hash__": (lambda self: hash(values(self))) if frozen else None,
                "__reduce__": lambda self: (type(self), tuple(map(self.__getattribute__, names))),
                **({"__setattr__": _fixed, "__delattr__": _fixed} if frozen else {}),
                **{
                    name: told[name] for name in told if name not in _INSTANCE and name not in names
                },
                **({"__slots__": names} if slots else {}),
                "__match_args__": names,
                "__dataclass_fields__": _Fields(),
                "_field_defaults": {name: told[name] for name in names if name in told},
            }
            return type(cls)(cls.__name__, cls.__bases__, space)

        return made

    _INSTANCE = ("__dict__", "__weakref__")

    def _begun(self, *values, **named):
        """The first values of a class; when they are many it gets a function of its own."""
        cls = type(self)
        names, defaults = cls.__match_args__, cls._field_defaults
        if held := _placed(cls, names, values, named):
            for name, value in zip(names, held, strict=True):
                made = value.make() if isinstance(value, _Factory) else value
                object.__setattr__(self, name, made)
            if hasattr(cls, "__post_init__"):
                self.__post_init__()
            return
        known = {"_missing": _MISSING, "_set": object.__setattr__}
        lines = []
        for name in names:
            value = name
            if isinstance(defaults.get(name), _Factory):
                known[f"_make_{name}"] = defaults[name].make
                value = f"_make_{name}() if {name} is _missing else {name}"
            lines.append(f" _set(self, {name!r}, {value})")
        if hasattr(cls, "__post_init__"):
            lines.append(" self.__post_init__()")
        held = {n: _MISSING if isinstance(d, _Factory) else d for n, d in defaults.items()}
        known["_default"] = held
        code = "\n".join([f"def __init__(self, {_parameters(names, held)}):", *lines])
        cls.__init__ = _compiled(code, known)
        cls.__init__(self, *values, **named)

    def replace(one, /, **changes):
        """A value with other values in some of its fields."""
        held = {name: getattr(one, name) for name in one.__match_args__}
        return type(one)(**{**held, **changes})

    _FEW = 16
    _made = {}

    def _placed(cls, names, values, named):
        """What belongs in each place; nothing once many were made, or where it is wrong."""
        _made[cls] = count = _made.get(cls, 0) + 1
        if count > _FEW or len(values) > len(names):
            return None
        told = {**cls._field_defaults, **dict(zip(names, values, strict=False)), **named}
        rest = names[len(values) :]
        right = len(told) == len(names) and named.keys() <= {*rest}
        return [told[name] for name in names] if right else None

    def _parameters(names, defaults):
        return ", ".join(f"{n}=_default[{n!r}]" if n in defaults else n for n in names)

    def _compiled(code, known):
        space = dict(known)
        exec(code, space)  # noqa: S102 - names of fields
        return space.popitem()[1]

    def _written(self):
        told = (f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__qualname__}({', '.join(told)})"

    def _fixed(self, name, *_):
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")


__all__ = [
    "TYPE_CHECKING",
    "Any",
    "Final",
    "Literal",
    "NamedTuple",
    "Protocol",
    "Self",
    "TypeGuard",
    "TypeVar",
    "assert_never",
    "cast",
    "dataclass",
    "field",
    "replace",
]
