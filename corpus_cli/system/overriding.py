"""`typing.override`, which Python has since 3.12."""

from typing import TYPE_CHECKING, TypeVar

_T = TypeVar("_T")

if TYPE_CHECKING:
    from typing_extensions import override
else:

    def override(method: _T) -> _T:
        """Mark a method that overrides one of a base class."""
        return method


__all__ = ["override"]
