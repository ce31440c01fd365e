"""Our shapes are Python's own, declared at no cost."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import typing

import pytest

from corpus_cli import shapes


class Row(shapes.NamedTuple):
    """A row."""

    a: int
    b: str = "b"
    c: tuple[int, ...] = ()

    def twice(self) -> int:
        return 2 * self.a


class Same(typing.NamedTuple):
    a: int
    b: str = "b"
    c: tuple[int, ...] = ()


@shapes.dataclass(frozen=True, slots=True)
class Point:
    """A point."""

    x: int
    y: int = 2


@shapes.dataclass(slots=True)
class Bag:
    held: list[int] = shapes.field(default_factory=list)


ARGUMENTS: list[tuple[tuple[typing.Any, ...], dict[str, typing.Any]]] = [
    ((1,), {}),
    ((1, "x"), {}),
    ((1,), {"c": (2,)}),
    ((), {"b": "y", "a": 3}),
]
WRONG: list[tuple[tuple[typing.Any, ...], dict[str, typing.Any]]] = [
    ((1,), {"a": 2}),
    ((), {}),
    ((1, "x", (), 4), {}),
    ((1,), {"d": 2}),
]


# A class has a function of its own once it is used often: both ways do the same.
@pytest.mark.parametrize("times", [1, 40])
def test_a_row_is_what_a_named_tuple_is(times: int) -> None:
    for _ in range(times):
        for given, named in WRONG:
            with pytest.raises(TypeError):
                Row(*given, **named)
        for given, named in ARGUMENTS:
            row, same = Row(*given, **named), Same(*given, **named)
            assert tuple(row) == tuple(same)
            assert repr(row) == repr(same).replace("Same", "Row")
            assert row._asdict() == same._asdict()
            assert tuple(row._replace(b="z")) == tuple(same._replace(b="z"))
            assert row.twice() == 2 * same.a
            assert pickle.loads(pickle.dumps(row)) == row  # noqa: S301 - our own


@pytest.mark.parametrize("times", [1, 40])
def test_a_point_is_what_a_dataclass_is(times: int) -> None:
    for _ in range(times):
        one = Point(1)
        assert one == Point(1, 2) != Point(y=1, x=1)
        assert one != typing.cast(object, (1, 2))
        assert hash(one) == hash(Point(1))
        assert repr(one) == "Point(x=1, y=2)"
        assert shapes.replace(one, y=5) == dataclasses.replace(one, y=5) == Point(1, 5)
        assert copy.copy(one) == pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own
        assert dataclasses.asdict(one) == {"x": 1, "y": 2}
        with pytest.raises(dataclasses.FrozenInstanceError):
            one.x = 2  # type: ignore[misc]
        with pytest.raises(TypeError):
            Point(1, 2, 3)  # type: ignore[call-arg]
        match one:
            case Point(x, y):
                assert (x, y) == (1, 2)
    assert not hasattr(one, "__dict__")


@pytest.mark.parametrize("times", [1, 40])
def test_a_field_that_is_made_is_made_for_each(times: int) -> None:
    bags = [Bag() for _ in range(times + 1)]
    bags[0].held.append(1)
    assert bags[-1] == Bag([])
    assert bags[0] == Bag(held=[1])
