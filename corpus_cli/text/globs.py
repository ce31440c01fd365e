"""Match paths with patterns as in .gitignore."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

_FOLDERS = "**"
_NO_SLASH = "[^/]"


class Glob(NamedTuple):
    """One pattern; a `negated` one (`!`) cancels an earlier one."""

    regex: re.Pattern[str]
    negated: bool

    def fits(self, path: str) -> bool:
        """Return whether it matches a path or a folder above; a folder's path ends in a slash."""
        return self.regex.match(path) is not None

    def fits_itself(self, path: str) -> bool:
        """Return whether the pattern matches a path itself, not only a folder above it."""
        match = self.regex.match(path)
        return match is not None and match["whole"] is not None


def parse(line: str) -> Glob | None:
    """Parse the pattern in a line; return None for a blank line and a comment.

    Raises `ValueError` if the line is not a valid pattern. The language is that of
    https://git-scm.com/docs/gitignore. The time to match grows with the lengths of pattern and
    path, and no faster.
    """
    line = line if line.endswith("\\ ") else line.rstrip()
    if not line or line.startswith("#") or line == "/":
        return None
    negated = line.startswith("!")
    segments = line.removeprefix("!").split("/")
    only_folders = not segments[-1]
    if only_folders:
        segments.pop()
    if len(segments) == 1:
        segments.insert(0, _FOLDERS)
    elif segments and not segments[0]:
        segments.pop(0)
    if not segments:
        raise ValueError(f"{line} is no pattern")
    if segments[-1] == _FOLDERS:
        segments.append("*")
    end = r"/(?P<whole>\Z)?" if only_folders else r"(?:(?P<whole>/?\Z)|/)"
    return Glob(re.compile(_path(segments) + end), negated)


def decide(globs: Sequence[Glob], path: str) -> bool | None:
    """Return whether the last pattern that matches a path selects it; None if none matches."""
    for glob in reversed(globs):
        if glob.fits_itself(path):
            return not glob.negated
    return None


def decide_below(globs: Sequence[Glob], path: str) -> bool | None:
    """Decide like `decide`, but fall back on the last pattern that matches a folder above."""
    decision = decide(globs, path)
    if decision is None:
        return next((not glob.negated for glob in reversed(globs) if glob.fits(path)), None)
    return decision


# What comes between two wildcards of the same kind has a fixed length: in characters between
# two `*`, in segments between two `**`. So the first place where it fits is as good as any
# later one, and an atomic group never tries another. Only the last one has to fit at the end.


def _path(segments: Sequence[str]) -> str:
    """Return a regular expression for the segments of a path."""
    runs = [
        "/".join(map(_segment, run)) for wild, run in groupby(segments, _FOLDERS.__eq__) if not wild
    ]
    first = "" if segments[0] == _FOLDERS else f"{runs.pop(0)}/"
    if not runs:
        return first.removesuffix("/")
    between = "".join(f"(?>(?:[^/]++/)*?{run}/)" for run in runs[:-1])
    return f"{first}{between}(?:[^/]++/)*{runs[-1]}"


def _segment(segment: str) -> str:
    """Return a regular expression for the text between two slashes."""
    literals = [""]
    for part in _parts(segment):
        if part == "*":
            literals.append("")
        else:
            literals[-1] += part
    first, *middle = literals
    last = f"{_NO_SLASH}*{middle.pop()}" if middle else ""
    between = "".join(f"(?>{_NO_SLASH}*?{literal})" for literal in middle if literal)
    return f"(?>(?=[^/]){first}{between}{last}(?=/|\\Z))"


def _parts(segment: str) -> Iterator[str]:
    """Yield `*`, and a regular expression for every other character or set of characters."""
    at = 0
    while at < len(segment):
        char = segment[at]
        at += 1
        if char == "*":
            yield char
        elif char == "?":
            yield _NO_SLASH
        elif char == "[":
            start = at + (segment[at : at + 1] in ("!", "^"))
            # A bracket that comes first is a member.
            end = segment.find("]", start + 1)
            if end < 0:
                raise ValueError(f"{segment} is no pattern")
            yield _members(segment[start:end], negated=start > at)
            at = end + 1
        elif char == "\\":
            if at == len(segment):
                raise ValueError(f"{segment} is no pattern")
            yield re.escape(segment[at])
            at += 1
        else:
            yield re.escape(char)


def _members(written: str, *, negated: bool) -> str:
    """Return a regular expression for a set of characters and ranges, without the slash."""
    members: list[str] = []
    at = 0
    while at < len(written):
        first, last = written[at], written[at : at + 3][2:]
        if last and written[at + 1] == "-":
            if first <= last:
                members.append(f"{re.escape(first)}-{re.escape(last)}")
            at += 3
        else:
            members.append(re.escape(first))
            at += 1
    if not members:
        return _NO_SLASH if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{''.join(members)}]"
